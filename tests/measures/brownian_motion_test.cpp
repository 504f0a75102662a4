#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/measures/brownian_motion.hpp>

#include "support/implied_factor.hpp"
#include "support/instruction_sets.hpp"

using namespace korobov;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();
constexpr PathFactor every_factor[] = {PathFactor::pca, PathFactor::cholesky, PathFactor::bridge};

std::vector<double> uneven(Index d) {
  std::vector<double> times;
  double t = 0.0;
  for (Index j = 0; j < d; ++j) times.push_back(t += 0.01 + std::abs(std::sin(static_cast<double>(j + 1))));
  return times;
}

std::vector<double> equal_steps(Index d) {
  std::vector<double> times;
  for (Index j = 1; j <= d; ++j) times.push_back(static_cast<double>(j) / static_cast<double>(d));
  return times;
}

}  // namespace

TEST_CASE("brownian motion: the implied covariance is diffusion min(s, t), every factor, any d") {
  for_each_instruction_set([] {
    for (const Index d : {1, 2, 3, 4, 5, 7, 8, 11, 16, 25, 52, 65}) {
      const auto times = uneven(d);
      const auto n = static_cast<std::size_t>(d);
      for (const auto factor : every_factor) {
        CAPTURE(d);
        const auto c = implied_covariance(BrownianMotion(times, {.drift = 2.0, .diffusion = 0.3, .factor = factor}));
        for (std::size_t i = 0; i < n; ++i) {
          for (std::size_t j = 0; j < n; ++j) {
            // The drift, up to 2 t_d, is added and taken off again.
            CHECK(std::abs(c[i * n + j] - 0.3 * std::min(times[i], times[j])) <=
                  64.0 * static_cast<double>(d) * eps * times.back());
          }
        }
      }
    }
  });
}

TEST_CASE("brownian motion: mean initial + drift t") {
  const auto times = uneven(9);
  const std::vector<double> u(9, 0.5);
  for (const auto factor : every_factor) {
    std::vector<double> x(9);
    BrownianMotion(times, {.drift = -1.5, .diffusion = 4.0, .initial = 3.0, .factor = factor})
        .transform({u.data(), 1, 9}, {x.data(), 1, 9});
    for (std::size_t j = 0; j < 9; ++j) CHECK(x[j] == doctest::Approx(3.0 - 1.5 * times[j]).epsilon(1e-15));
  }
}

TEST_CASE("brownian motion: pca of equal steps has the known eigenvalues and vectors") {
  // min(i, j), i, j = 1..d: eigenvalues 1 / (4 sin^2((2k - 1) pi / (2 (2d + 1)))), vectors sin(i (2k - 1) pi / (2d +
  // 1)).
  const Index d = 12;
  const auto n = static_cast<std::size_t>(d);
  const auto a = implied_factor(BrownianMotion(equal_steps(d)));
  for (std::size_t k = 0; k < n; ++k) {
    const double angle = static_cast<double>(2 * k + 1) * std::numbers::pi / static_cast<double>(2 * d + 1);
    const double root = 0.5 / std::sin(0.5 * angle) / std::sqrt(static_cast<double>(d));
    for (std::size_t i = 0; i < n; ++i) {
      const double v = std::sin(static_cast<double>(i + 1) * angle) * 2.0 / std::sqrt(static_cast<double>(2 * d + 1));
      CHECK(std::abs(std::abs(a[i * n + k]) - std::abs(root * v)) <= 1e-13);
    }
  }
  for (std::size_t i = 0; i < n; ++i) CHECK(a[i * n] > 0.0);  // the first component moves the whole path one way
}

TEST_CASE("brownian motion: pca of equal steps, a closed form, has covariance min(s, t) and is what the solver finds") {
  for (const Index d : {1, 2, 5, 12, 52, 101}) {
    CAPTURE(d);
    const auto n = static_cast<std::size_t>(d);
    auto times = equal_steps(d);
    const auto c = implied_covariance(BrownianMotion(times, {.diffusion = 2.0}));
    const auto a = implied_factor(BrownianMotion(times, {.diffusion = 2.0}));
    if (d > 1) times[0] *= 1.0 + 1e-13;  // no longer equal to rounding
    const auto solved = implied_factor(BrownianMotion(times, {.diffusion = 2.0}));
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        CHECK(std::abs(c[i * n + j] - 2.0 * std::min(times[i], times[j])) <=
              8.0 * static_cast<double>(d) * eps + 4e-13);
        // Eigenvectors move by perturbation / gap: the gaps of the small eigenvalues are about step / d^2.
        if (j < 3) CHECK(std::abs(a[i * n + j] - solved[i * n + j]) <= 1e-11);
      }
    }
  }
}

TEST_CASE("brownian motion: cholesky is the running sum, bridge starts with the terminal value and the middle") {
  const auto times = uneven(8);
  const auto sum = implied_factor(BrownianMotion(times, {.factor = PathFactor::cholesky}));
  const auto bridge = implied_factor(BrownianMotion(times, {.factor = PathFactor::bridge}));
  for (std::size_t i = 0; i < 8; ++i) {
    for (std::size_t k = 0; k < 8; ++k) {
      const double step = std::sqrt(times[k] - (k > 0 ? times[k - 1] : 0.0));
      CHECK(sum[i * 8 + k] == doctest::Approx(k <= i ? step : 0.0).epsilon(1e-14));
    }
    CHECK(bridge[i * 8] == doctest::Approx(times[i] / std::sqrt(times[7])).epsilon(1e-14));
  }
  for (std::size_t k = 1; k < 8; ++k) CHECK(bridge[k + 56] == 0.0);  // row 7: nothing but the first moves the end
  for (std::size_t k = 2; k < 8; ++k) CHECK(bridge[k + 24] == 0.0);  // row 3: and nothing after the second the middle
  CHECK(bridge[3 * 8 + 1] == doctest::Approx(std::sqrt(times[3] * (times[7] - times[3]) / times[7])).epsilon(1e-14));
}

TEST_CASE("brownian motion: bad input") {
  const double nan = std::nan("");
  const double inf = std::numeric_limits<double>::infinity();
  CHECK_THROWS_WITH_AS(BrownianMotion(std::vector<double>{}), "times: must not be empty; got 0", std::invalid_argument);
  CHECK_THROWS_WITH_AS(BrownianMotion({0.0, 1.0}), "times: must be positive; got 0", std::invalid_argument);
  CHECK_THROWS_WITH_AS(BrownianMotion({-1.0, 1.0}), "times: must be positive; got -1", std::invalid_argument);
  CHECK_THROWS_WITH_AS(BrownianMotion({1.0, 1.0}), "times: must increase, after 1; got 1", std::invalid_argument);
  CHECK_THROWS_WITH_AS(BrownianMotion({1.0, 0.5}), "times: must increase, after 1; got 0.5", std::invalid_argument);
  CHECK_THROWS_WITH_AS(BrownianMotion({1.0, nan}), "times: must be finite; got nan", std::invalid_argument);
  CHECK_THROWS_WITH_AS(BrownianMotion({1.0, inf}), "times: must be finite; got inf", std::invalid_argument);
  CHECK_THROWS_WITH_AS(BrownianMotion({1.0}, {.drift = nan}), "drift: must be finite; got nan", std::invalid_argument);
  CHECK_THROWS_WITH_AS(BrownianMotion({1.0}, {.diffusion = 0.0}), "diffusion: must be positive and finite; got 0",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(BrownianMotion({1.0}, {.initial = inf}), "initial: must be finite; got inf",
                       std::invalid_argument);
}
