#include <algorithm>
#include <charconv>

#include "generators/interlace.hpp"
#include "generators/sobol_recurrence.hpp"
#include "generators/table_formats.hpp"

namespace korobov::detail {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::string_view kLargestPower = "18446744073709551616";  // 2^64
constexpr std::string_view kInterlaced = "interlaced alpha=";       // in a comment line

std::string_view stripped(std::string_view text) {
  const std::size_t first = std::min(text.find_first_not_of(kBlanks), text.size());
  return text.substr(first, text.find_last_not_of(kBlanks) + 1 - first);
}

// Lines of a text, numbered from 1.
class Lines {
 public:
  Lines(std::string_view text, std::string_view file) : rest_(text), file_(file) {
    if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
  }

  // The next line as it is, without its end.
  bool next_line(std::string_view& line) {
    if (rest_.empty()) return false;
    ++number_;
    const std::size_t end = rest_.find('\n');
    line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return true;
  }
  // The next line that is not blank and no comment, without the comment and the blanks around it.
  bool next(std::string_view& content) {
    while (next_line(content)) {
      const std::size_t comment = content.find('#');
      if (comment != std::string_view::npos) see(stripped(content.substr(comment + 1)));
      content = stripped(content.substr(0, comment));
      if (!content.empty()) return true;
    }
    return false;
  }
  std::string_view expect(std::string_view what) {
    std::string_view content;
    if (next(content)) return content;
    ++number_;
    fail("expected " + std::string(what) + ", got the end of the file");
  }
  Word number(std::string_view what) { return parse(expect(what), what, 1, ~Word{0}); }
  Word parse(std::string_view text, std::string_view what, Word least, Word most) const {
    Word value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc() && stop == text.data() + text.size() && value >= least && value <= most) return value;
    const std::string limit = most == ~Word{0} ? "2^64 - 1" : std::to_string(most);
    fail("expected " + std::string(what) + " (a number from " + std::to_string(least) + " to " + limit + "), got '" +
         excerpt(text) + "'");
  }
  void expect_end(const std::string& after) {
    std::string_view content;
    if (next(content)) fail("expected the end of the file after " + after + ", got '" + excerpt(content) + "'");
  }
  [[noreturn]] void fail(const std::string& what) const { throw DataError(file_, number_, what); }

  // Numbers that the rest of the text can hold: a digit and a separator each.
  Word capacity() const noexcept { return (rest_.size() + 1) / 2; }
  int alpha() const noexcept { return alpha_; }

 private:
  void see(std::string_view comment) {
    if (comment.size() == kInterlaced.size() + 1 && comment.starts_with(kInterlaced) && comment.back() >= '2' &&
        comment.back() <= '0' + kMostInterlaced) {
      alpha_ = comment.back() - '0';
    }
  }

  std::string_view rest_;
  std::string_view file_;
  Index number_ = 0;
  int alpha_ = 1;
};

// Calls visit(token) for the parts of a line between blanks.
template <class Visit>
void each_token(std::string_view line, const Visit& visit) {
  while (!line.empty()) {
    const std::size_t end = std::min(line.find_first_of(kBlanks), line.size());
    visit(line.substr(0, end));
    line.remove_prefix(std::min(line.find_first_not_of(kBlanks, end), line.size()));
  }
}

// The keyword of a first line "# keyword ...", or "".
std::string_view keyword(std::string_view line) {
  if (!line.starts_with('#')) return {};
  line = stripped(line.substr(1));
  return line.substr(0, line.find_first_of(kBlanks));
}

bool is_joe_kuo_header(std::string_view line) {
  std::vector<std::string_view> words;
  each_token(line, [&](std::string_view token) { words.push_back(token); });
  return words == std::vector<std::string_view>{"d", "s", "a", "m_i"};
}

Word dimensions(Lines& lines) {
  const Word d = lines.number("the number of dimensions");
  if (d > lines.capacity()) {
    lines.fail("expected at most " + std::to_string(lines.capacity()) +
               " dimensions, which is what the rest of the file can hold, got " + std::to_string(d));
  }
  return d;
}

// (N in digits) read the other way round: digit l of r becomes digit r + 1 - l.
Word reversed_digits(Word n, Word base, Index digits) {
  Word result = 0;
  for (Index l = 0; l < digits; ++l) {
    result = result * base + n % base;
    n /= base;
  }
  return result;
}

// Line 3 of a # dnet file: k or base^k, which may be 2^64.
struct Columns {
  std::string text;
  bool is(Word base, Index k) const {
    const auto points = word_power(base, k);
    if (!points) return false;
    return text == std::to_string(k) || text == (*points == 0 ? std::string(kLargestPower) : std::to_string(*points));
  }
};

Columns columns_line(Lines& lines) {
  const std::string_view what = "the number k of columns or base^k of points";
  const std::string_view text = lines.expect(what);
  if (text == kLargestPower) return {std::string(text)};
  return {std::to_string(lines.parse(text, what, 1, ~Word{0}))};
}

Index digits_line(Lines& lines, Word base) {
  const Word r = lines.number("the number of digits");
  if (r > 64 || !word_power(base, static_cast<Index>(r))) {
    lines.fail("expected digits that 64 bits can hold, " + std::to_string(base) +
               "^r <= 2^64, got r = " + std::to_string(r));
  }
  return static_cast<Index>(r);
}

NetTable parse_dnet(Lines& lines, bool first_row_lowest) {
  NetTable table;
  table.base = lines.parse(lines.expect("the base"), "the base", 2, Word{kLargestBase});
  const Word d = dimensions(lines);
  const Columns said = columns_line(lines);
  table.dimension = static_cast<Index>(d);
  table.digits = digits_line(lines, table.base);
  const Word most = *word_power(table.base, table.digits) - 1;
  for (Word j = 0; j < d; ++j) {
    const std::string_view line = lines.expect("a line of columns");
    const std::size_t before = table.matrices.size();
    each_token(line, [&](std::string_view token) {
      const Word column = lines.parse(token, "a column", 0, most);
      table.matrices.push_back(first_row_lowest ? reversed_digits(column, table.base, table.digits) : column);
    });
    const auto count = static_cast<Index>(table.matrices.size() - before);
    if (j == 0) {
      table.columns = count;
      if (!said.is(table.base, count)) {
        lines.fail("expected " + said.text + " columns, or k of them with " + std::to_string(table.base) +
                   "^k = " + said.text + ", got " + std::to_string(count));
      }
    } else if (count != table.columns) {
      lines.fail("expected " + std::to_string(table.columns) + " columns, got " + std::to_string(count));
    }
  }
  table.alpha = lines.alpha();
  if (!word_power(table.base, table.alpha)) {
    lines.fail("expected an order of interlacing that 64 bits can hold, " + std::to_string(table.base) +
               "^alpha <= 2^64, got alpha = " + std::to_string(table.alpha));
  }
  lines.expect_end(std::to_string(d) + " lines of columns");
  return table;
}

// Row "d s a m_1 .. m_s" as 63 columns.
void parse_joe_kuo_row(const Lines& lines, std::string_view line, Word d, NetTable& table) {
  std::vector<std::string_view> tokens;
  each_token(line, [&](std::string_view token) { tokens.push_back(token); });
  if (tokens.size() < 4) lines.fail("expected d, s, a and m_1 .. m_s, got '" + excerpt(line) + "'");
  lines.parse(tokens[0], "the next dimension", d, d);
  const Word s = lines.parse(tokens[1], "the degree s", 1, 32);
  const Word a = lines.parse(tokens[2], "the coefficients a", 0, (Word{1} << (s - 1)) - 1);
  if (tokens.size() != 3 + s) {
    lines.fail("expected " + std::to_string(s) + " direction numbers, got " + std::to_string(tokens.size() - 3));
  }
  MatrixColumns columns{};
  for (std::size_t k = 0; k < s; ++k) {
    const Word m = lines.parse(tokens[3 + k], "a direction number", 1, (Word{2} << k) - 1);
    if (m % 2 == 0) lines.fail("expected an odd direction number, got " + std::to_string(m));
    columns[k] = m << (63 - k);
  }
  extend_sobol(static_cast<std::size_t>(s), a, columns);
  for (std::size_t k = 0; k < kSobolColumns; ++k) table.matrices.push_back(columns[k] >> (64 - kSobolColumns));
}

NetTable parse_joe_kuo(Lines& lines) {
  NetTable table;
  table.columns = kSobolColumns;
  table.digits = kSobolColumns;
  for (Index k = kSobolColumns; k-- > 0;) table.matrices.push_back(Word{1} << k);
  std::string_view line = lines.expect("a row d s a m_1 .. m_s");
  Word d = 1;
  do {
    parse_joe_kuo_row(lines, line, ++d, table);
  } while (lines.next(line));
  table.dimension = static_cast<Index>(d);
  return table;
}

}  // namespace

std::optional<Word> word_power(Word base, Index exponent) noexcept {
  Word power = 1;
  for (Index e = 0; e < exponent; ++e) {
    if (power == 0) return std::nullopt;  // 2^64 before the last factor
    const Word most = ~Word{0} / base;
    if (power > most) {
      if (power - 1 != most || power * base != 0) return std::nullopt;
      power = 0;
    } else {
      power *= base;
    }
  }
  return power;
}

std::string excerpt(std::string_view text) {
  constexpr std::size_t most = 40;
  std::string result(text.substr(0, most));
  for (char& c : result) {
    if (c < ' ' || c > '~') c = '?';
  }
  return text.size() > most ? result + "..." : result;
}

LatticeTable parse_lattice_text(std::string_view text, std::string_view file) {
  Lines lines(text, file);
  std::string_view line;
  if (!lines.next_line(line)) throw DataError(file, 1, "expected '# lattice', got an empty file");
  if (keyword(line) != "lattice") lines.fail("expected '# lattice', got '" + excerpt(line) + "'");
  const Word d = dimensions(lines);
  constexpr Word unlimited = Word{1} << 63;
  const Word n = lines.number("the number of points");
  if (n > unlimited) lines.fail("expected at most 2^63 points, got " + std::to_string(n));
  LatticeTable table;
  table.n = n == unlimited ? 0 : static_cast<Index>(n);
  for (Word j = 0; j < d; ++j) {
    const Word z = lines.number("a component of the generating vector");
    if (n == unlimited && z % 2 == 0) {
      lines.fail("expected an odd component for 2^63 points in radical-inverse order, got " + std::to_string(z));
    }
    table.generating_vector.push_back(z);
  }
  lines.expect_end(std::to_string(d) + " components");
  return table;
}

NetTable parse_net_text(std::string_view text, std::string_view file) {
  Lines lines(text, file);
  std::string_view line;
  if (!lines.next_line(line)) throw DataError(file, 1, "expected '# dnet', got an empty file");
  const std::string_view kind = keyword(line);
  if (kind == "dnet" || kind == "dnetup") return parse_dnet(lines, kind == "dnetup");
  if (kind == "soboljk" || is_joe_kuo_header(line)) return parse_joe_kuo(lines);
  lines.fail("expected '# dnet', '# dnetup', '# soboljk' or 'd s a m_i', got '" + excerpt(line) + "'");
}

std::string lattice_text(const LatticeTable& table) {
  const Word n = table.n == 0 ? Word{1} << 63 : static_cast<Word>(table.n);
  std::string text = "# lattice\n" + std::to_string(table.generating_vector.size()) + " # dimensions\n" +
                     std::to_string(n) + " # points\n";
  for (const Word z : table.generating_vector) text += std::to_string(z) + "\n";
  return text;
}

std::string net_text(const NetTable& table) {
  std::string text = "# dnet\n";
  if (table.alpha > 1) text += "# " + std::string(kInterlaced) + std::to_string(table.alpha) + "\n";
  text += std::to_string(table.base) + " # base\n" + std::to_string(table.dimension) + " # dimensions\n" +
          std::to_string(table.columns) + " # columns\n" + std::to_string(table.digits) + " # digits\n";
  for (std::size_t at = 0; at < table.matrices.size(); ++at) {
    const bool ends = (at + 1) % static_cast<std::size_t>(table.columns) == 0;
    text += std::to_string(table.matrices[at]) + (ends ? "\n" : " ");
  }
  return text;
}

}  // namespace korobov::detail
