#include <charconv>

#include <korobov/generators/tables.hpp>

namespace korobov {
namespace {

// Lines of a text, numbered from 1.
class Lines {
 public:
  Lines(std::string_view text, std::string_view file) : rest_(text), file_(file) {}
  bool next(std::string_view& line) {
    if (rest_.empty()) return false;
    ++number_;
    const std::size_t end = rest_.find('\n');
    line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return true;
  }
  // The next line that is no comment, as a number of at least 1.
  Word number(std::string_view what) {
    std::string_view line;
    do {
      if (!next(line))
        throw DataError(file_, number_ + 1, "expected " + std::string(what) + ", got the end of the file");
    } while (line.starts_with('#'));
    return parse(line, what);
  }
  [[noreturn]] void fail(const std::string& what) const { throw DataError(file_, number_, what); }

 private:
  Word parse(std::string_view line, std::string_view what) const {
    Word value = 0;
    const auto [stop, error] = std::from_chars(line.data(), line.data() + line.size(), value);
    const std::string_view after(stop, static_cast<std::size_t>(line.data() + line.size() - stop));
    const std::size_t blanks = std::min(after.find_first_not_of(" \t"), after.size());
    const bool ends = blanks == after.size() || (blanks > 0 && after[blanks] == '#');
    if (error != std::errc() || value == 0 || !ends) {
      fail("expected " + std::string(what) + " (a number from 1 to 2^64 - 1), got '" + std::string(line) + "'");
    }
    return value;
  }

  std::string_view rest_;
  std::string_view file_;
  Index number_ = 0;
};

}  // namespace

LatticeTable parse_lattice(std::string_view text, std::string_view file) {
  Lines lines(text, file);
  std::string_view line;
  if (!lines.next(line)) throw DataError(file, 1, "expected '# lattice', got an empty file");
  if (line != "# lattice") lines.fail("expected '# lattice', got '" + std::string(line) + "'");
  constexpr Word most_dimensions = Word{1} << 24;
  const Word d = lines.number("the number of dimensions");
  if (d > most_dimensions) lines.fail("expected at most 2^24 dimensions, got " + std::to_string(d));
  const Word n = lines.number("the number of points");
  if (n >> 63 != 0) lines.fail("expected fewer than 2^63 points, got " + std::to_string(n));
  LatticeTable table;
  table.n = static_cast<Index>(n);
  for (Word j = 0; j < d; ++j) table.generating_vector.push_back(lines.number("a component of the generating vector"));
  while (lines.next(line)) {
    if (line.find_first_not_of(" \t") != std::string_view::npos && !line.starts_with('#')) {
      lines.fail("expected the end of the file after " + std::to_string(d) + " components, got '" + std::string(line) +
                 "'");
    }
  }
  return table;
}

}  // namespace korobov
