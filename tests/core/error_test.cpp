#include <doctest/doctest.h>

#include <korobov/core/error.hpp>

using namespace korobov;

TEST_CASE("errors name parameter, rule and value; files and lines") {
  CHECK_THROWS_WITH_AS(detail::require(false, "abs_tol", "must be finite", 0.1), "abs_tol: must be finite; got 0.1",
                       std::invalid_argument);
  CHECK_NOTHROW(detail::require(true, "abs_tol", "must be finite", 0.1));
  CHECK_THROWS_WITH_AS(throw DataError("table.txt", 3, "not a number"), "table.txt:3: not a number",
                       std::runtime_error);
}
