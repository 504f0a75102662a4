#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/generators/lattice.hpp>
#include <korobov/gp/likelihood.hpp>
#include <korobov/kernels/shift_invariant.hpp>

#include "gp/dense.hpp"
#include "gram/spectral_basis.hpp"

using namespace korobov;

namespace {

constexpr Index n = 32;

struct Setting {
  std::vector<Word> x;
  LongVector y;
  std::vector<double> lambda;
  std::vector<double> power;
  double noise;
};

Setting setting(double noise) {
  const Lattice points(2);
  const ShiftInvariantKernel kernel(2, {.alpha = 1.0, .weights = {0.5, 0.2}});
  Setting s{points.integers({0, n}), {}, std::vector<double>(n), std::vector<double>(n), noise};
  const detail::SpectralBasis basis(points, n);
  std::vector<double> column(n);
  const double c = detail::first_column(points, kernel, {0, n}, column);
  basis.eigenvalues(column, s.lambda);
  s.lambda[0] += c * static_cast<double>(n);
  for (auto& value : s.lambda) value += noise;
  std::vector<double> y(n);
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = std::cos(static_cast<double>(i * i));
  s.y.assign(y.begin(), y.end());
  basis.forward(MatrixSpan<const double>(y.data(), n, 1), MatrixSpan<double>(s.power.data(), n, 1));
  for (auto& value : s.power) value *= value;
  return s;
}

}  // namespace

TEST_CASE("criteria from the spectrum are those of the dense matrix") {
  const double noise = 0.01;
  const Setting s = setting(noise);
  const ShiftInvariantKernel kernel(2, {.alpha = 1.0, .weights = {0.5, 0.2}});
  const LongMatrix a = gram_of(kernel, s.x, 2, noise);
  const LongMatrix l = cholesky(a);
  const auto near = [](double got, long double expected) {
    return std::fabs(got - static_cast<double>(expected)) <= 1e-12 * (1 + std::fabs(static_cast<double>(expected)));
  };
  CHECK(near(criterion_value(Criterion::mle, s.lambda, s.power, 1), -log_likelihood(l, s.y)));

  // Each value left out in turn.
  long double loo = 0;
  for (std::size_t out = 0; out < a.n; ++out) {
    LongMatrix rest{a.n - 1, {}};
    LongVector y;
    LongVector k;
    for (std::size_t i = 0; i < a.n; ++i) {
      if (i == out) continue;
      y.push_back(s.y[i]);
      k.push_back(a(i, out));
      for (std::size_t j = 0; j < a.n; ++j) {
        if (j != out) rest.a.push_back(a(i, j));
      }
    }
    const LongMatrix factor = cholesky(rest);
    const long double mean = dot(k, solve(factor, y));
    const auto half = forward_solve(factor, k);
    const long double variance = a(out, out) - dot(half, half);
    loo += std::log(2 * std::numbers::pi_v<long double> * variance) / 2 + std::pow(s.y[out] - mean, 2) / (2 * variance);
  }
  CHECK(near(criterion_value(Criterion::loo, s.lambda, s.power, 1), loo));

  // n |A^-1 y|^2 / (trace A^-1)^2.
  const auto alpha = solve(l, s.y);
  long double trace = 0;
  for (std::size_t i = 0; i < a.n; ++i) {
    LongVector unit(a.n);
    unit[i] = 1;
    trace += solve(l, unit)[i];
  }
  CHECK(near(criterion_value(Criterion::gcv, s.lambda, s.power, 1),
             std::log(static_cast<long double>(n) * dot(alpha, alpha) / (trace * trace))));

  // Two outputs: sums of two, with the power added.
  std::vector<double> twice = s.power;
  for (auto& value : twice) value *= 2;
  CHECK(near(criterion_value(Criterion::mle, s.lambda, twice, 2), -2 * log_likelihood(l, s.y)));
  CHECK(near(criterion_value(Criterion::loo, s.lambda, twice, 2), 2 * loo));
  // The likeliest factor is stationary.
  const double factor = likeliest_factor(s.lambda, s.power, 1);
  const auto scaled = [&](double by) {
    std::vector<double> lambda = s.lambda;
    for (auto& value : lambda) value *= by;
    return criterion_value(Criterion::mle, lambda, s.power, 1);
  };
  CHECK(scaled(factor) < scaled(1.01 * factor));
  CHECK(scaled(factor) < scaled(0.99 * factor));
}

TEST_CASE("derivatives of criteria in the eigenvalues") {
  Setting s = setting(0.1);
  for (const Criterion criterion : {Criterion::mle, Criterion::gcv, Criterion::loo}) {
    CAPTURE(static_cast<int>(criterion));
    std::vector<double> slopes(n);
    criterion_value(criterion, s.lambda, s.power, 1, slopes);
    for (std::size_t k = 0; k < slopes.size(); k += 5) {
      const double centre = s.lambda[k];
      const auto at = [&](double by) {
        s.lambda[k] = centre * (1 + by);
        const double value = criterion_value(criterion, s.lambda, s.power, 1);
        s.lambda[k] = centre;
        return value;
      };
      const double h = 1e-3;
      const double expected = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h * centre);
      CHECK(std::fabs(slopes[k] - expected) <= 1e-9 * (1 + std::fabs(expected)) / centre);  // h^4 and eps / h
    }
  }
}

TEST_CASE("logarithms of eigenvalues far from 1") {
  std::vector<double> lambda(40, 1e-300);
  const std::vector<double> power(40, 0.0);
  for (std::size_t k = 0; k < 40; k += 3) lambda[k] = 1e250;
  const double expected = 0.5 * (26 * std::log(1e-300) + 14 * std::log(1e250) + 40 * std::log(2 * std::numbers::pi));
  CHECK(std::fabs(criterion_value(Criterion::mle, lambda, power, 1) - expected) <= 1e-11 * std::fabs(expected));
}

TEST_CASE("criteria refuse what breaks a rule") {
  const std::vector<double> two{1, 2};
  const std::vector<double> three{1, 2, 3};
  std::vector<double> out(2);
  CHECK_THROWS_AS(criterion_value(Criterion::mle, two, three, 1), std::invalid_argument);
  CHECK_THROWS_AS(criterion_value(Criterion::mle, three, three, 1, out), std::invalid_argument);
  CHECK_THROWS_AS(criterion_value(Criterion::mle, two, two, 0), std::invalid_argument);
  CHECK_THROWS_WITH_AS(criterion_value(Criterion::mle, std::vector<double>{1, 0}, two, 1),
                       "lambda: must be positive; got 0", std::invalid_argument);
  CHECK_THROWS_AS(likeliest_factor({}, {}, 1), std::invalid_argument);
}
