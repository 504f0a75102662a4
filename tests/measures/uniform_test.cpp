#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/measures/uniform.hpp>

using namespace korobov;

TEST_CASE("uniform: the affine map, scalars and vectors") {
  const std::vector<double> u{0.25, 0.5, 0.75, 0x1p-53};
  std::vector<double> x(4);
  Uniform().transform({u.data(), 2, 2}, {x.data(), 2, 2});
  CHECK(x == u);
  Uniform({-1.0, 10.0}, {1.0, 20.0}).transform({u.data(), 2, 2}, {x.data(), 2, 2});
  CHECK(x == std::vector<double>{-0.5, 15.0, 0.5, 10.0 + 10.0 * 0x1p-53});
  Uniform(2.0, {4.0, 6.0}).transform({u.data(), 2, 2}, {x.data(), 2, 2});
  CHECK(x == std::vector<double>{2.5, 4.0, 3.5, 2.0 + 4.0 * 0x1p-53});
  CHECK(Uniform({-1.0, 10.0}, 30.0).dimension() == 2);
  CHECK(Uniform(0.0, 1.0, 3).dimension() == 3);
  CHECK(Uniform({0.0, 0.0}, {1.0, 2.0}, 2).description() == "Uniform on [(0, 0), (1, 2)]");
}

TEST_CASE("uniform: never beyond the box") {
  const double lower = 1.0;
  const double upper = 1.0 + 3.0 * std::numeric_limits<double>::epsilon();
  const std::vector<double> u{0x1p-53, 0.3, 0.5, 0.9, 1.0 - 0x1p-53};
  std::vector<double> x(5);
  Uniform(lower, upper).transform({u.data(), 5, 1}, {x.data(), 5, 1});
  for (const double value : x) CHECK((value >= lower && value <= upper));
}

TEST_CASE("uniform: bad input") {
  const double nan = std::nan("");
  const double inf = std::numeric_limits<double>::infinity();
  CHECK_THROWS_WITH_AS(Uniform(0.0, 1.0, 0), "d: must be at least 1; got 0", std::invalid_argument);
  CHECK_THROWS_WITH_AS(Uniform(0.0, 1.0, -3), "d: must be at least 1; got -3", std::invalid_argument);
  CHECK_THROWS_WITH_AS(Uniform(1.0, 1.0), "upper: must be greater than lower, 1; got 1", std::invalid_argument);
  CHECK_THROWS_WITH_AS(Uniform({0.0, 3.0}, {1.0, 2.0}), "upper: must be greater than lower, 3; got 2",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(Uniform(nan, 1.0), "lower: must be finite; got nan", std::invalid_argument);
  CHECK_THROWS_WITH_AS(Uniform(0.0, inf), "upper: must be finite; got inf", std::invalid_argument);
  CHECK_THROWS_WITH_AS(Uniform(-1e308, 1e308), "upper: must be a finite distance above lower; got 1e+308",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(Uniform({0.0, 0.0}, 1.0, 3), "lower: must have one entry per dimension, d = 3; got 2",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(Uniform({0.0, 0.0}, {1.0, 1.0, 1.0}),
                       "upper: must have the size of the other parameters, d = 2; got 3", std::invalid_argument);
  CHECK_THROWS_WITH_AS(Uniform(std::vector<double>{}, 1.0), "lower: must not be empty; got 0", std::invalid_argument);
}
