// Errors: what is thrown, and how its text is made.
//
// A broken precondition throws std::invalid_argument whose text names parameter, rule and value received; failed
// numerics throw NumericalError; a malformed file or table throws DataError with file and line. Python sees ValueError,
// korobov.NumericalError (an ArithmeticError) and korobov.DataError (a ValueError).
#pragma once

#include <concepts>
#include <stdexcept>
#include <string>
#include <string_view>

#include <korobov/core/types.hpp>

namespace korobov {

class KOROBOV_API NumericalError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class KOROBOV_API DataError : public std::runtime_error {
 public:
  DataError(std::string_view file, Index line, std::string_view what);
};

namespace detail {

KOROBOV_API std::string shown(double value);  // shortest text that reads back as the same double
template <std::integral T>
std::string shown(T value) {
  return std::to_string(value);
}
KOROBOV_API std::string shown(std::string_view value);  // in single quotes

[[noreturn]] KOROBOV_API void fail_requirement(std::string_view parameter, std::string_view rule,
                                               const std::string& got);

// Throws std::invalid_argument "<parameter>: <rule>; got <value>" unless `holds`.
template <class T>
void require(bool holds, std::string_view parameter, std::string_view rule, const T& value) {
  if (!holds) fail_requirement(parameter, rule, shown(value));
}

}  // namespace detail
}  // namespace korobov
