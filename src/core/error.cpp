#include <array>
#include <charconv>

#include <korobov/core/error.hpp>

namespace korobov {

DataError::DataError(std::string_view file, Index line, std::string_view what)
    : std::runtime_error(std::string(file) + ":" + std::to_string(line) + ": " + std::string(what)) {}

namespace detail {

std::string shown(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

std::string shown(std::string_view value) {
  std::string text("'");
  text.append(value).append("'");
  return text;
}

void fail_requirement(std::string_view parameter, std::string_view rule, const std::string& got) {
  std::string text(parameter);
  text.append(": ").append(rule).append("; got ").append(got);
  throw std::invalid_argument(text);
}

}  // namespace detail
}  // namespace korobov
