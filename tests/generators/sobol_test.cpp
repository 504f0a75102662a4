#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/generators/sobol.hpp>

using namespace korobov;

TEST_CASE("the first points are the published ones") {
  // Joe and Kuo's sobol.cc prints these for d = 3 in Gray order.
  const Sobol set(3, {.order = Order::gray});
  const std::vector<double> expected{0,     0,     0,     0.5,   0.5,   0.5,   0.75,  0.25,
                                     0.25,  0.25,  0.75,  0.75,  0.375, 0.375, 0.625, 0.875,
                                     0.875, 0.125, 0.625, 0.125, 0.875, 0.125, 0.625, 0.375};
  CHECK(set.points({0, 8}) == expected);
}

TEST_CASE("dimensions outside the table are refused") {
  CHECK_THROWS_WITH_AS(Sobol(0), "d: must be from 1 to 21201; got 0", std::invalid_argument);
  CHECK_THROWS_WITH_AS(Sobol(21202), "d: must be from 1 to 21201; got 21202", std::invalid_argument);
}
