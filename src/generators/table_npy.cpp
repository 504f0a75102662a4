// NumPy's .npy format: numpy.lib.format, "Format Version 1.0" to "3.0".
#include <algorithm>
#include <charconv>

#include "generators/table_formats.hpp"

namespace korobov::detail {
namespace {

constexpr std::string_view kMagic("\x93NUMPY", 6);
constexpr std::size_t kMostAxes = 3;

[[noreturn]] void fail(std::string_view file, const std::string& what) { throw DataError(file, 1, what); }

Word little_endian(std::string_view bytes, bool swapped = false) {
  Word value = 0;
  for (std::size_t k = 0; k < bytes.size(); ++k) {
    const std::size_t place = swapped ? bytes.size() - 1 - k : k;
    value |= static_cast<Word>(static_cast<unsigned char>(bytes[k])) << (8 * place);
  }
  return value;
}

struct Header {
  std::string descr;
  std::optional<bool> fortran_order;
  std::optional<std::vector<Index>> shape;
};

// The Python dictionary of a header: strings, True or False, a tuple of numbers.
class HeaderReader {
 public:
  HeaderReader(std::string_view text, std::string_view file) : rest_(text), file_(file) {}

  Header read() {
    Header header;
    expect('{');
    while (!take('}')) {
      const std::string key = string();
      expect(':');
      if (key == "descr" && header.descr.empty()) {
        header.descr = string();
      } else if (key == "fortran_order" && !header.fortran_order) {
        header.fortran_order = boolean();
      } else if (key == "shape" && !header.shape) {
        header.shape = tuple();
      } else {
        refuse("the keys 'descr', 'fortran_order' and 'shape', once each");
      }
      if (!take(',')) {
        expect('}');
        break;
      }
    }
    skip_blanks();
    if (!rest_.empty() || header.descr.empty() || !header.fortran_order || !header.shape) {
      refuse("the keys 'descr', 'fortran_order' and 'shape', once each");
    }
    return header;
  }

 private:
  void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }
  bool take(char c) {
    skip_blanks();
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (!take(c)) refuse(std::string("'") + c + "'");
  }
  std::string string() {
    const char quote = take('\'') ? '\'' : '"';
    if (quote == '"') expect('"');
    const std::size_t end = rest_.find(quote);
    if (end == std::string_view::npos) refuse("the end of a string");
    std::string text(rest_.substr(0, end));
    rest_.remove_prefix(end + 1);
    return text;
  }
  bool boolean() {
    skip_blanks();
    for (const std::string_view name : {"True", "False"}) {
      if (!rest_.starts_with(name)) continue;
      rest_.remove_prefix(name.size());
      return name == "True";
    }
    refuse("True or False");
  }
  std::vector<Index> tuple() {
    std::vector<Index> numbers;
    expect('(');
    while (!take(')')) {
      skip_blanks();
      Index value = 0;
      const auto [stop, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
      if (error != std::errc() || value < 0 || numbers.size() == kMostAxes) refuse("a shape of 1 to 3 sizes");
      rest_.remove_prefix(static_cast<std::size_t>(stop - rest_.data()));
      take('L');  // as Python 2 wrote them
      numbers.push_back(value);
      if (!take(',')) {
        expect(')');
        break;
      }
    }
    return numbers;
  }
  [[noreturn]] void refuse(const std::string& expected) const {
    fail(file_, "expected " + expected + " in the header of a .npy file, got '" + excerpt(rest_) + "'");
  }

  std::string_view rest_;
  std::string_view file_;
};

// Of integers: "<u8", ">i4", "|u1".
struct ElementType {
  bool is_signed = false;
  bool big_endian = false;
  std::size_t size = 0;
};

ElementType element_type(const std::string& descr, std::string_view file) {
  const bool known = descr.size() == 3 && (descr[0] == '<' || descr[0] == '>' || descr[0] == '|') &&
                     (descr[1] == 'u' || descr[1] == 'i') &&
                     (descr[2] == '1' || descr[2] == '2' || descr[2] == '4' || descr[2] == '8');
  if (!known || (descr[0] == '|' && descr[2] != '1')) {
    fail(file, "expected integers ('<u8', '<i4', ...) in a .npy file, got '" + excerpt(descr) + "'");
  }
  return {descr[1] == 'i', descr[0] == '>', static_cast<std::size_t>(descr[2] - '0')};
}

// Elements of the shape, if that many of `size` bytes are exactly `bytes`.
std::optional<std::size_t> element_count(const std::vector<Index>& shape, std::size_t size, std::size_t bytes) {
  std::size_t count = 1;
  for (const Index axis : shape) {
    const auto length = static_cast<std::size_t>(axis);
    if (length == 0 || count > bytes / length) return std::nullopt;
    count *= length;
  }
  if (bytes % size != 0 || count != bytes / size) return std::nullopt;
  return count;
}

std::string shape_text(const std::vector<Index>& shape) {
  std::string text = "(";
  for (std::size_t k = 0; k < shape.size(); ++k) text += (k > 0 ? ", " : "") + std::to_string(shape[k]);
  return text + (shape.size() == 1 ? ",)" : ")");
}

}  // namespace

bool is_npy(std::string_view bytes) noexcept { return bytes.starts_with(kMagic); }

IntegerArray parse_npy(std::string_view bytes, std::string_view file) {
  if (bytes.size() < 12) fail(file, "expected the header of a .npy file, got the end of the file");
  const int version = bytes[6];
  if (version < 1 || version > 3) fail(file, "expected .npy version 1 to 3, got " + std::to_string(version));
  const std::size_t start = version == 1 ? 10 : 12;
  const Word length = little_endian(bytes.substr(8, start - 8));
  bytes.remove_prefix(start);
  if (length > bytes.size()) fail(file, "expected the header of a .npy file, got the end of the file");
  const Header header = HeaderReader(bytes.substr(0, length), file).read();
  bytes.remove_prefix(length);

  const ElementType type = element_type(header.descr, file);
  IntegerArray array{*header.shape, {}};
  const auto count = element_count(array.shape, type.size, bytes.size());
  if (array.shape.empty() || !count) {
    fail(file, "expected the bytes of an array of shape " + shape_text(array.shape) + " and type " + header.descr +
                   ", none of its sizes 0, got " + std::to_string(bytes.size()) + " bytes");
  }
  array.values.resize(*count);
  // Place `at` of the file is (i, j, k) in row-major or, in Fortran order, column-major order.
  std::vector<std::size_t> place(array.shape.size(), 0);
  for (std::size_t at = 0; at < *count; ++at) {
    const Word value = little_endian(bytes.substr(at * type.size, type.size), type.big_endian);
    if (type.is_signed && (value >> (8 * type.size - 1)) != 0) fail(file, "expected no negative number in a .npy file");
    std::size_t to = at;
    if (*header.fortran_order) {
      to = 0;
      for (std::size_t axis = 0; axis < place.size(); ++axis) {
        to = to * static_cast<std::size_t>(array.shape[axis]) + place[axis];
      }
      for (std::size_t axis = 0; axis < place.size(); ++axis) {
        if (++place[axis] < static_cast<std::size_t>(array.shape[axis])) break;
        place[axis] = 0;
      }
    }
    array.values[to] = value;
  }
  return array;
}

std::string npy_bytes(const IntegerArray& array) {
  std::string header = "{'descr': '<u8', 'fortran_order': False, 'shape': " + shape_text(array.shape) + ", }";
  constexpr std::size_t prefix = 10;
  constexpr std::size_t alignment = 64;  // data begin at a multiple of it
  header.append(alignment - 1 - (prefix + header.size()) % alignment, ' ').push_back('\n');
  std::string bytes(kMagic);
  bytes += {'\x01', '\x00', static_cast<char>(header.size() % 256), static_cast<char>(header.size() / 256)};
  bytes += header;
  for (const Word value : array.values) {
    for (int k = 0; k < 8; ++k) bytes.push_back(static_cast<char>((value >> (8 * k)) & 0xFFU));
  }
  return bytes;
}

}  // namespace korobov::detail
