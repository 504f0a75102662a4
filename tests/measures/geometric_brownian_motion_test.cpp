#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/measures/geometric_brownian_motion.hpp>

#include "support/instruction_sets.hpp"
#include "support/random_points.hpp"

using namespace korobov;

TEST_CASE("geometric brownian motion: the exponential of its logarithm, every factor and instruction set") {
  const std::vector<double> times{0.1, 0.25, 0.5, 0.75, 1.0, 2.0, 3.5};
  const Index d = 7;
  const Index rows = 301;
  const auto u = random_points(rows, d, Seed{21});
  for_each_instruction_set([&] {
    for (const auto factor : {PathFactor::pca, PathFactor::cholesky, PathFactor::bridge}) {
      std::vector<double> s(u.size());
      std::vector<double> x(u.size());
      GeometricBrownianMotion(times, {.initial = 100.0, .rate = 0.05, .volatility = 0.5, .factor = factor})
          .transform({u.data(), rows, d}, {s.data(), rows, d});
      BrownianMotion(times, {.drift = 0.05 - 0.125, .diffusion = 0.25, .initial = std::log(100.0), .factor = factor})
          .transform({u.data(), rows, d}, {x.data(), rows, d});
      // Both round logarithms below 16 in magnitude: relative 2 * 16 eps, and 2 ulp of exp.
      for (std::size_t k = 0; k < s.size(); ++k) CHECK(std::abs(s[k] / std::exp(x[k]) - 1.0) <= 36 * 0x1p-52);
    }
  });
}

TEST_CASE("geometric brownian motion: the exponential alone, from underflow to overflow") {
  // One date, u = 1/2: S = exp(log initial + rate - volatility^2 / 2) with the rate chosen freely.
  const double u = 0.5;
  for_each_instruction_set([&] {
    for (int step = 0; step <= 4000; ++step) {
      const double log_s = -760.0 + 0.37 * step;
      double s = 0.0;
      GeometricBrownianMotion({1.0}, {.rate = log_s + 0.5}).transform({&u, 1, 1}, {&s, 1, 1});
      const double exact = std::exp((log_s + 0.5) - 0.5);
      if (std::isinf(exact) || exact == 0.0) {
        CHECK(s == exact);
      } else {
        CHECK(std::abs(s - exact) <= 2 * 0x1p-52 * exact + 2 * 0x1p-1074);
      }
    }
  });
}

TEST_CASE("geometric brownian motion: bad input") {
  CHECK_THROWS_WITH_AS(GeometricBrownianMotion({1.0}, {.initial = 0.0}), "initial: must be positive and finite; got 0",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(GeometricBrownianMotion({1.0}, {.rate = std::nan("")}), "rate: must be finite; got nan",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(GeometricBrownianMotion({1.0}, {.volatility = -0.1}),
                       "volatility: must be positive and finite; got -0.1", std::invalid_argument);
  CHECK_THROWS_WITH_AS(GeometricBrownianMotion({2.0, 1.0}), "times: must increase, after 2; got 1",
                       std::invalid_argument);
}
