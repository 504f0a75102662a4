#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/core/error.hpp>
#include <korobov/generators/lattice.hpp>
#include <korobov/gp/derivative_gaussian_process.hpp>
#include <korobov/gp/gaussian_process.hpp>

#include "gp/dense.hpp"

using namespace korobov;

namespace {

const FitOptions kept{.learn = Learn::nothing};
constexpr double kTwoPi = 2 * std::numbers::pi;

// f = exp(sin 2 pi x_0) + sin(2 pi x_0) cos(2 pi x_1) and its derivatives.
double value_of(const Word* x, int first, int second) {
  const double s = std::sin(kTwoPi * coordinate<double>(x[0]));
  const double c = std::cos(kTwoPi * coordinate<double>(x[0]));
  const double b = kTwoPi * coordinate<double>(x[1]);
  const double in_second = second == 0 ? std::cos(b) : -kTwoPi * std::sin(b);
  if (first == 0) return (second == 0 ? std::exp(s) : 0.0) + s * in_second;
  return kTwoPi * ((second == 0 ? c * std::exp(s) : 0.0) + c * in_second);
}

std::vector<Word> some_points(Index m) {
  CounterEngine engine(Seed{77});
  std::vector<Word> x(static_cast<std::size_t>(2 * m));
  for (auto& w : x) w = engine();
  return x;
}

// Row i: the derivatives of orders (B, 2) at point i.
std::vector<double> targets(const std::vector<Word>& x, const std::vector<int>& orders) {
  std::vector<double> y;
  for (std::size_t i = 0; i < x.size(); i += 2) {
    for (std::size_t a = 0; a < orders.size(); a += 2) y.push_back(value_of(&x[i], orders[a], orders[a + 1]));
  }
  return y;
}

}  // namespace

TEST_CASE(
    "paths stray from the mean as the deviation says where the covariance is of the size of its rounding errors") {
  const Index n = 64;
  const Index m = 400;
  const Index count = 20;
  const std::vector<int> orders{0, 1};
  DerivativeGaussianProcess gp(randomized(Lattice(1), Shift{}, Seed{1}), ShiftInvariantKernel(1, {.alpha = 5.0}),
                               MatrixSpan<const int>(orders.data(), 2, 1), std::vector<double>(2));
  std::vector<double> y;
  for (const Word w : gp.points().integers({0, n})) {
    const double angle = kTwoPi * coordinate<double>(w);
    const double f = std::exp(std::sin(angle));
    y.insert(y.end(), {f, kTwoPi * std::cos(angle) * f});
  }
  gp.fit(MatrixSpan<const double>(y.data(), n, 2), kept);
  std::vector<double> x;
  for (Index i = 0; i < m; ++i) x.push_back(static_cast<double>(i) / static_cast<double>(m));
  const MatrixSpan<const double> xs(x.data(), m, 1);
  const std::vector<int> order{0};
  std::vector<double> mean(x.size());
  std::vector<double> variance(x.size());
  gp.predict(xs, order, mean, variance);
  std::vector<double> paths(static_cast<std::size_t>(count * m));
  gp.sample(xs, order, Seed{1}, MatrixSpan<double>(paths.data(), count, m));
  double farthest = 0;
  for (std::size_t k = 0; k < paths.size(); ++k)
    farthest = std::max(farthest, std::fabs(paths[k] - mean[k % x.size()]));
  CHECK(farthest <= 10 * std::sqrt(*std::max_element(variance.begin(), variance.end())));
}

TEST_CASE("means, variances, the likelihood and the integral with derivatives are those of dense matrices") {
  const Index n = 16;
  const Index m = 5;
  const Lattice points = randomized(Lattice(2), Shift{}, Seed{3});
  const ShiftInvariantKernel kernel(2, {.alpha = {3.0, 2.0}, .weights = {0.5, 0.2}, .scale = 1.5});
  for (const std::vector<int>& orders :
       {std::vector<int>{0, 0, 1, 0, 0, 1}, std::vector<int>{1, 1, 0, 0}, std::vector<int>{0, 1, 1, 0}}) {
    const Index b = std::ssize(orders) / 2;
    CAPTURE(b);
    const MatrixSpan<const int> rows(orders.data(), b, 2);
    std::vector<double> noise;
    for (Index a = 0; a < b; ++a) noise.push_back(1e-2 * static_cast<double>(a + 1));
    DerivativeGaussianProcess gp(points, kernel, rows, noise);
    const auto x = points.integers({0, n});
    const auto y = targets(x, orders);
    gp.fit(MatrixSpan<const double>(y.data(), n, b), kept);
    CHECK(gp.size() == n);
    CHECK(gp.evaluations() == 0);
    CHECK(gp.orders().rows == b);
    const auto kernel_of = [&](std::vector<int> of_x, Index a) {
      return kernel.derivative(of_x, std::vector<int>{rows(a, 0), rows(a, 1)});
    };
    LongMatrix k{static_cast<std::size_t>(b * n), LongVector(static_cast<std::size_t>(b * n * b * n))};
    LongVector of;
    for (Index a = 0; a < b; ++a) {
      CHECK(gp.nugget()[static_cast<std::size_t>(a)] < 1e-9);
      for (Index i = 0; i < n; ++i) of.push_back(y[static_cast<std::size_t>(i * b + a)]);
      for (Index c = 0; c < b; ++c) {
        const auto block = cross_of(kernel_of({rows(a, 0), rows(a, 1)}, c), x, x, 2);
        for (Index i = 0; i < n; ++i) {
          for (Index j = 0; j < n; ++j) {
            const double nugget = noise[static_cast<std::size_t>(a)] + gp.nugget()[static_cast<std::size_t>(a)];
            k(static_cast<std::size_t>(a * n + i), static_cast<std::size_t>(c * n + j)) =
                block[static_cast<std::size_t>(i * n + j)] + (a == c && i == j ? nugget : 0.0);
          }
        }
      }
    }
    const LongMatrix l = cholesky(k);
    const auto of_y = forward_solve(l, of);
    CHECK(std::fabs(gp.log_marginal_likelihood() - static_cast<double>(log_likelihood(l, of))) <= 1e-8);
    const auto z = some_points(m);
    const MatrixSpan<const Word> zs(z.data(), m, 2);
    for (const std::vector<int>& order : {std::vector<int>{0, 0}, std::vector<int>{1, 0}, std::vector<int>{0, 1}}) {
      std::vector<double> mean(static_cast<std::size_t>(m));
      std::vector<double> variance(static_cast<std::size_t>(m));
      gp.predict(zs, order, mean, variance);
      std::vector<double> alone(static_cast<std::size_t>(m));
      gp.predict(zs, order, alone, {});
      CHECK(alone == mean);
      const double prior = kernel.derivative(order, order).at_zero();
      std::vector<std::vector<double>> blocks;
      for (Index a = 0; a < b; ++a) blocks.push_back(cross_of(kernel_of(order, a), z, x, 2));
      std::vector<LongVector> halves;
      for (std::size_t i = 0; i < static_cast<std::size_t>(m); ++i) {
        LongVector c;
        for (const auto& block : blocks) {
          const auto row = static_cast<std::ptrdiff_t>(i) * n;
          c.insert(c.end(), block.begin() + row, block.begin() + row + n);
        }
        const auto half = forward_solve(l, c);
        CHECK(std::fabs(mean[i] - static_cast<double>(dot(half, of_y))) <= 1e-9 * (1 + std::fabs(mean[i])));
        CHECK(std::fabs(variance[i] - static_cast<double>(prior - dot(half, half))) <= 1e-12 * prior);
        halves.push_back(half);
      }
      std::vector<double> covariance(static_cast<std::size_t>(m * m));
      gp.covariance(zs, order, MatrixSpan<double>(covariance.data(), m, m));
      const auto between = cross_of(kernel.derivative(order, order), z, z, 2);
      for (std::size_t i = 0; i < halves.size(); ++i) {
        for (std::size_t j = 0; j < halves.size(); ++j) {
          const std::size_t at = halves.size() * i + j;
          CHECK(std::fabs(covariance[at] - static_cast<double>(between[at] - dot(halves[i], halves[j]))) <=
                1e-12 * prior);
          CHECK(covariance[at] == covariance[halves.size() * j + i]);
        }
      }
    }
    LongVector ones(k.n);
    for (Index a = 0; a < b; ++a) {
      if (rows(a, 0) + rows(a, 1) != 0) continue;
      for (Index i = 0; i < n; ++i) ones[static_cast<std::size_t>(a * n + i)] = 1.5;
    }
    const auto half = forward_solve(l, ones);
    double integral = 0;
    const double spread = gp.integral(integral);
    CHECK(std::fabs(integral - static_cast<double>(dot(half, of_y))) <= 1e-10);
    CHECK(std::fabs(spread - static_cast<double>(1.5 - dot(half, half))) <= 1e-13);
  }
}

TEST_CASE("doubled observations are those of one fit, hyper-parameters as they were learnt") {
  const Index n = 16;
  const Index m = 5;
  const Lattice points = randomized(Lattice(2), Shift{}, Seed{3});
  const std::vector<int> orders{1, 0, 0, 0, 0, 1};
  const MatrixSpan<const int> rows(orders.data(), 3, 2);
  const auto y = targets(points.integers({0, 4 * n}), orders);
  const MatrixSpan<const double> data(y.data(), 4 * n, 3);
  DerivativeGaussianProcess gp(points, ShiftInvariantKernel(2, {.alpha = 3.0, .weights = 0.3}), rows,
                               std::vector<double>{1e-2, 1e-3, 1e-2});
  gp.fit(data.row_range(0, n));
  const double scale = gp.kernel().parameters()[0];
  CHECK(scale != 1.0);
  const DerivativeGaussianProcess before = gp;
  const int evaluations = gp.evaluations();
  gp.extend(data.row_range(n, 2 * n)).extend(data.row_range(2 * n, 4 * n));
  CHECK(before.size() == n);  // copies keep their state
  CHECK(gp.size() == 4 * n);
  CHECK(gp.evaluations() == evaluations);
  CHECK(gp.kernel().parameters()[0] == scale);
  CHECK(gp.noise()[1] == before.noise()[1]);
  DerivativeGaussianProcess whole = before;
  whole.fit(data, kept);
  CHECK(gp.log_marginal_likelihood() == whole.log_marginal_likelihood());
  CHECK(gp.nugget()[1] == whole.nugget()[1]);
  const auto z = some_points(m);
  const MatrixSpan<const Word> zs(z.data(), m, 2);
  std::vector<double> mean(5), variance(5), mean_whole(5), variance_whole(5);
  gp.predict(zs, std::vector<int>{0, 1}, mean, variance);
  whole.predict(zs, std::vector<int>{0, 1}, mean_whole, variance_whole);
  CHECK(mean == mean_whole);
  CHECK(variance == variance_whole);
}

TEST_CASE("paths of a derivative have its moments, of the prior before a fit") {
  const Index n = 16;
  const Index m = 3;
  const Index count = 20000;
  const Lattice points = randomized(Lattice(2), Shift{}, Seed{3});
  const ShiftInvariantKernel kernel(2, {.alpha = 3.0, .weights = {0.5, 0.2}, .scale = 1.5});
  const std::vector<int> orders{0, 0, 1, 0};
  DerivativeGaussianProcess gp(points, kernel, MatrixSpan<const int>(orders.data(), 2, 2),
                               std::vector<double>{0.1, 1.0});
  const auto z = some_points(m);
  const MatrixSpan<const Word> zs(z.data(), m, 2);
  for (const bool fitted : {false, true}) {
    CAPTURE(fitted);
    if (fitted) gp.fit(MatrixSpan<const double>(targets(points.integers({0, n}), orders).data(), n, 2), kept);
    for (const std::vector<int>& order : {std::vector<int>{0, 0}, std::vector<int>{1, 0}}) {
      std::vector<double> mean(static_cast<std::size_t>(m));
      if (fitted) gp.predict(zs, order, mean, {});
      std::vector<double> covariance(static_cast<std::size_t>(m * m));
      gp.covariance(zs, order, MatrixSpan<double>(covariance.data(), m, m));
      if (!fitted) CHECK(covariance == cross_of(kernel.derivative(order, order), z, z, 2));
      std::vector<double> paths(static_cast<std::size_t>(count * m));
      gp.sample(zs, order, Seed{5}, MatrixSpan<double>(paths.data(), count, m));
      for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
          double sum = 0;
          double product = 0;
          for (std::size_t p = 0; p < static_cast<std::size_t>(count); ++p) {
            sum += paths[3 * p + i];
            product += (paths[3 * p + i] - mean[i]) * (paths[3 * p + j] - mean[j]);
          }
          const double spread = std::sqrt(covariance[4 * i] * covariance[4 * j]);
          CHECK(std::fabs(sum / count - mean[i]) <= 6 * std::sqrt(covariance[4 * i] / count));
          CHECK(std::fabs(product / count - covariance[3 * i + j]) <= 6 * spread * std::sqrt(2.0 / count));
        }
      }
    }
  }
}

TEST_CASE("gradients make the values' errors smaller, and the deviations know it") {
  const Index m = 200;
  const auto z = some_points(m);
  const MatrixSpan<const Word> zs(z.data(), m, 2);
  const std::vector<int> values{0, 0};
  const std::vector<int> gradients{0, 0, 1, 0, 0, 1};
  const Lattice points = randomized(Lattice(2), Shift{}, Seed{3});
  const auto expected = targets(z, values);
  for (const Index n : {Index{32}, Index{64}, Index{128}}) {
    CAPTURE(n);
    const auto x = points.integers({0, n});
    double error[2] = {0, 0};
    double spread[2] = {0, 0};
    for (int with = 0; with < 2; ++with) {
      const std::vector<int>& orders = with == 1 ? gradients : values;
      const Index b = std::ssize(orders) / 2;
      const auto y = targets(x, orders);
      DerivativeGaussianProcess gp(points, ShiftInvariantKernel(2, {.alpha = 3.0, .weights = 0.1}),
                                   MatrixSpan<const int>(orders.data(), b, 2),
                                   std::vector<double>(static_cast<std::size_t>(b)));
      gp.fit(MatrixSpan<const double>(y.data(), n, b));
      CHECK(gp.evaluations() > 3);
      std::vector<double> mean(static_cast<std::size_t>(m));
      std::vector<double> variance(static_cast<std::size_t>(m));
      gp.predict(zs, values, mean, variance);
      for (std::size_t i = 0; i < mean.size(); ++i) {
        error[with] = std::max(error[with], std::fabs(mean[i] - expected[i]));
        spread[with] = std::max(spread[with], std::sqrt(variance[i]));
      }
      double integral = 0;
      CHECK(gp.integral(integral) > 0);
    }
    CHECK(error[1] < 0.2 * error[0]);
    CHECK(spread[1] < 0.5 * spread[0]);
  }
}

TEST_CASE("without noise the unknown eigenvalues of a smooth kernel are covered") {
  const Index n = 512;
  const Lattice points = randomized(Lattice(2), Shift{}, Seed{3});
  const std::vector<int> orders{0, 0, 1, 0, 0, 1};
  const auto y = targets(points.integers({0, n}), orders);
  DerivativeGaussianProcess gp(points, ShiftInvariantKernel(2, {.alpha = 5.0, .weights = 0.1}),
                               MatrixSpan<const int>(orders.data(), 3, 2), std::vector<double>{0.0, 0.0, 0.0});
  gp.fit(MatrixSpan<const double>(y.data(), n, 3), kept);
  for (const double nugget : gp.nugget()) CHECK(nugget > 0);
  const Index m = 50;
  const auto z = some_points(m);
  std::vector<double> mean(static_cast<std::size_t>(m));
  std::vector<double> variance(static_cast<std::size_t>(m));
  gp.predict(MatrixSpan<const Word>(z.data(), m, 2), std::vector<int>{0, 0}, mean, variance);
  const auto expected = targets(z, {0, 0});
  for (std::size_t i = 0; i < mean.size(); ++i) CHECK(std::fabs(mean[i] - expected[i]) <= 1e-7);
  double integral = 0;
  CHECK(gp.integral(integral) > 0);
  CHECK(std::fabs(integral - 1.2660658777520084) <= 1e-9);  // the Bessel function I_0(1)
}

TEST_CASE("with values alone it is the Gaussian process on the lattice") {
  const Index n = 64;
  const Lattice points = randomized(Lattice(2), Shift{}, Seed{3});
  const ShiftInvariantKernel kernel(2, {.weights = 0.3});
  const auto y = targets(points.integers({0, n}), {0, 0});
  const MatrixSpan<const double> data(y.data(), n, 1);
  const std::vector<int> values{0, 0};
  DerivativeGaussianProcess gp(points, kernel, MatrixSpan<const int>(values.data(), 1, 2), std::vector<double>{1e-3});
  GaussianProcess other(points, kernel, 1e-3);
  const FitOptions options{.tolerance = 1e-12};
  gp.fit(data, options);
  other.fit(data, options);
  CHECK(std::fabs(gp.log_marginal_likelihood() - other.log_marginal_likelihood()) <=
        1e-6 * std::fabs(other.log_marginal_likelihood()));
  const double best = gp.log_marginal_likelihood();
  std::vector<double> theta(gp.kernel().parameters().begin(), gp.kernel().parameters().end());
  for (std::size_t p = 0; p < theta.size(); ++p) {
    for (const double factor : {0.9, 1.1}) {
      auto moved = theta;
      moved[p] *= factor;
      const ShiftInvariantKernel near(2, {.weights = {moved[1], moved[2]}, .scale = moved[0]});
      DerivativeGaussianProcess at(points, near, gp.orders(), gp.noise());
      CHECK(at.fit(data, kept).log_marginal_likelihood() < best);
    }
  }
}

TEST_CASE("processes with derivatives refuse what breaks a rule") {
  const Lattice points(2);
  const ShiftInvariantKernel kernel(2);
  const std::vector<int> orders{0, 0, 1, 0};
  const MatrixSpan<const int> rows(orders.data(), 2, 2);
  const std::vector<double> noise{0.1, 0.1};
  CHECK_THROWS_WITH_AS(DerivativeGaussianProcess(points, kernel, rows, {noise.data(), 1}),
                       "noise: must have one entry per row of orders, 2; got 1", std::invalid_argument);
  CHECK_THROWS_WITH_AS(DerivativeGaussianProcess(points, kernel, rows, std::vector<double>{0.0, -1.0}),
                       "noise: must be finite and not negative; got -1", std::invalid_argument);
  const std::vector<int> steep{0, 0, 2, 0};
  CHECK_THROWS_WITH_AS(DerivativeGaussianProcess(points, kernel, MatrixSpan<const int>(steep.data(), 2, 2), noise),
                       "orders: must be at most alpha - 1 = 1 in dimension 0; got 2", std::invalid_argument);
  CHECK_THROWS_AS(DerivativeGaussianProcess(Lattice(3), kernel, rows, noise), std::invalid_argument);
  CHECK_THROWS_AS(DerivativeGaussianProcess(Lattice(2, {.order = Order::gray}), kernel, rows, noise),
                  std::invalid_argument);
  DerivativeGaussianProcess gp(points, kernel, rows, noise);
  std::vector<double> y(16, 1.0);
  const MatrixSpan<const double> data(y.data(), 8, 2);
  std::vector<double> out(2);
  const std::vector<Word> x(4);
  const MatrixSpan<const Word> xs(x.data(), 2, 2);
  const std::vector<int> values{0, 0};
  CHECK_THROWS_WITH_AS(gp.predict(xs, values, out, {}), "gp: must have been fitted to data; got 'no data'",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(gp.extend(data), "gp: must have been fitted to data; got 'no data'", std::invalid_argument);
  CHECK_THROWS_AS(gp.fit(data.row_range(0, 1)), std::invalid_argument);
  CHECK_THROWS_AS(gp.fit(data.row_range(0, 3)), std::invalid_argument);
  CHECK_THROWS_AS(gp.fit(MatrixSpan<const double>(y.data(), 8, 1)), std::invalid_argument);
  CHECK_THROWS_AS(gp.fit(data, {.criterion = Criterion::loo}), std::invalid_argument);
  gp.fit(data, kept);
  CHECK_THROWS_WITH_AS(gp.predict(xs, std::vector<int>{0, 2}, out, {}),
                       "order: must be at most alpha - 1 = 1 in dimension 1; got 2", std::invalid_argument);
  CHECK_THROWS_WITH_AS(gp.predict(xs, std::vector<int>{-1, 0}, out, {}), "order: must not be negative; got -1",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(gp.predict(xs, std::vector<int>{0}, out, {}),
                       "order: must have one entry per dimension, 2; got 1", std::invalid_argument);
  CHECK_THROWS_AS(gp.predict(MatrixSpan<const Word>(x.data(), 4, 1), values, out, {}), std::invalid_argument);
  CHECK_THROWS_AS(gp.predict(xs, values, {out.data(), 1}, {}), std::invalid_argument);
  CHECK_THROWS_AS(gp.predict(xs, values, {}, {out.data(), 1}), std::invalid_argument);
  y[3] = std::nan("");
  CHECK_THROWS_WITH_AS(gp.fit(data), "y: must be finite; got nan", std::invalid_argument);
  CHECK_THROWS_WITH_AS(gp.extend(data.row_range(0, 4)),
                       "y: must have the observations at the next 8 points: n doubles; got 4", std::invalid_argument);
  CHECK_THROWS_WITH_AS(gp.extend(MatrixSpan<const double>(y.data(), 8, 1)),
                       "y: must have one column per row of orders, 2; got 1", std::invalid_argument);
  CHECK_THROWS_WITH_AS(gp.extend(data), "y: must be finite; got nan", std::invalid_argument);
  CHECK(gp.size() == 8);
  CHECK_THROWS_AS(gp.covariance(xs, values, MatrixSpan<double>(out.data(), 2, 1)), std::invalid_argument);
  CHECK_THROWS_AS(gp.covariance(MatrixSpan<const Word>(x.data(), 4, 1), values, MatrixSpan<double>(out.data(), 4, 4)),
                  std::invalid_argument);
  CHECK_THROWS_AS(gp.sample(xs, values, Seed{1}, MatrixSpan<double>(out.data(), 2, 1)), std::invalid_argument);
  CHECK_THROWS_AS(gp.sample(xs, std::vector<int>{0}, Seed{1}, MatrixSpan<double>(out.data(), 1, 2)),
                  std::invalid_argument);
  const Lattice linear(2, {.order = Order::linear, .n = 8, .generating_vector = {1, 3}});
  DerivativeGaussianProcess full(linear, kernel, rows, noise);
  y[3] = 1;
  full.fit(data, kept);
  CHECK_THROWS_AS(full.extend(data), std::invalid_argument);  // it has no more points
}
