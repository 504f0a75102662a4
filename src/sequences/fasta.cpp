#include <unordered_map>

#include <korobov/sequences/fasta.hpp>

#include "core/files.hpp"

namespace korobov {
namespace {

constexpr std::string_view kBlanks = " \t";

bool is_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || std::string_view("-.?*").find(c) != std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string shown_character(char c) {
  if (c >= ' ' && c <= '~') return std::string("'") + c + "'";
  return "byte " + std::to_string(static_cast<int>(static_cast<unsigned char>(c)));
}

// Reads line after line; the record being read is the last one.
class Reader {
 public:
  explicit Reader(std::string_view file) : file_(file) {}

  void take(std::string_view line) {
    ++line_;
    if (line.starts_with('>')) {
      begin_record(trimmed(line.substr(1)));
    } else {
      add_letters(line);
    }
  }

  Fasta finish() {
    if (result_.names.empty()) throw DataError(file_, 1, "expected a record (a line that begins with >), got none");
    require_letters();
    return std::move(result_);
  }

 private:
  void begin_record(std::string_view name) {
    if (!result_.names.empty()) require_letters();
    if (name.empty()) throw DataError(file_, line_, "expected a name after >, got none");
    for (const char c : name) {
      if (static_cast<unsigned char>(c) < ' ' && c != '\t') {
        throw DataError(file_, line_, "expected a name of printable characters, got " + shown_character(c));
      }
    }
    const auto [at, is_new] = lines_.try_emplace(std::string(name), line_);
    if (!is_new) {
      throw DataError(file_, line_, "expected a new name, got that of line " + std::to_string(at->second));
    }
    header_line_ = line_;
    result_.names.emplace_back(name);
    result_.sequences.emplace_back();
  }

  void add_letters(std::string_view line) {
    for (const char c : line) {
      if (kBlanks.find(c) != std::string_view::npos) continue;
      if (result_.names.empty()) {
        throw DataError(file_, line_, "expected > before the first name, got " + shown_character(c));
      }
      if (!is_letter(c)) throw DataError(file_, line_, "expected a letter or one of -.?*, got " + shown_character(c));
      result_.sequences.back().push_back(c);
    }
  }

  void require_letters() const {
    if (result_.sequences.back().empty()) {
      throw DataError(file_, header_line_, "expected letters after the name, got none");
    }
  }

  std::string_view file_;
  Index line_ = 0;
  Index header_line_ = 0;
  std::unordered_map<std::string, Index> lines_;  // of names
  Fasta result_;
};

}  // namespace

Fasta parse_fasta(std::string_view bytes, std::string_view file) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  Reader reader(file);
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    reader.take(line);
  }
  return reader.finish();
}

Fasta read_fasta(const std::filesystem::path& path) { return parse_fasta(detail::bytes_of_file(path), path.string()); }

}  // namespace korobov
