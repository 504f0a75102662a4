#include <cmath>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/core/error.hpp>
#include <korobov/generators/halton.hpp>
#include <korobov/generators/lattice.hpp>
#include <korobov/gp/multitask_gaussian_process.hpp>
#include <korobov/kernels/shift_invariant.hpp>
#include <korobov/kernels/stationary.hpp>

#include "gp/dense.hpp"

using namespace korobov;

namespace {

constexpr FitOptions kept{.learn = Learn::nothing};

std::vector<double> values(const AnyPointSet& points, Index n, double factor) {
  std::vector<double> y;
  const auto x = points.points({0, n});
  for (std::size_t i = 0; i < x.size(); i += 2) {
    y.push_back(factor * std::sin(6.283185307179586 * x[i]) + 0.3 * std::cos(6.283185307179586 * x[i + 1]));
  }
  return y;
}

}  // namespace

TEST_CASE("several tasks against matrices in extended precision") {
  const std::vector<AnyPointSet> sets{randomized(Lattice(2), Shift{}, Seed{1}),
                                      randomized(Lattice(2), Shift{}, Seed{2})};
  const ShiftInvariantKernel kernel(2, {.alpha = 1.0, .weights = {0.5, 0.2}, .scale = 1.5});
  const double noise = 0.01;
  const std::vector<std::vector<double>> y{values(sets[0], 7, 1.0), values(sets[1], 4, 1.5)};
  MultitaskGaussianProcess gp(sets, kernel, 1, noise);
  gp.fit(y, kept);
  CHECK(gp.evaluations() == 0);
  CHECK(gp.factor()(1, 0) == 0.7);
  CHECK(gp.diagonal()[0] == 0.5);
  const auto task_covariance = [](std::size_t s, std::size_t t) { return 0.49 + (s == t ? 0.5 : 0.0); };
  std::vector<double> x = sets[0].points({0, 7});
  const auto more = sets[1].points({0, 4});
  x.insert(x.end(), more.begin(), more.end());
  const auto task_of = [](std::size_t i) { return i < 7 ? std::size_t{0} : std::size_t{1}; };
  std::vector<double> k(121);
  const MatrixSpan<const double> xs(x.data(), 11, 2);
  kernel.cross(xs, xs, MatrixSpan<double>(k.data(), 11, 11));
  LongMatrix a{11, LongVector(k.begin(), k.end())};
  LongVector all;
  for (std::size_t i = 0; i < 11; ++i) {
    all.push_back(i < 7 ? y[0][i] : y[1][i - 7]);
    for (std::size_t j = 0; j < 11; ++j) a(i, j) *= task_covariance(task_of(i), task_of(j));
    a(i, i) += noise;
  }
  const LongMatrix l = cholesky(a);
  CHECK(std::fabs(gp.log_marginal_likelihood() - static_cast<double>(log_likelihood(l, all))) <= 1e-10);
  const std::vector<double> z{0.3, 0.6, 0.9, 0.1};
  const MatrixSpan<const double> zs(z.data(), 2, 2);
  std::vector<double> cross(22);
  kernel.cross(zs, xs, MatrixSpan<double>(cross.data(), 2, 11));
  std::vector<double> means(2);
  std::vector<double> covariance(4);
  gp.integral(means, MatrixSpan<double>(covariance.data(), 2, 2));
  const auto alpha = solve(l, all);
  std::vector<LongVector> halves;
  for (std::size_t t = 0; t < 2; ++t) {
    std::vector<double> mean(2);
    std::vector<double> variance(2);
    gp.predict(zs, static_cast<Index>(t), mean, variance);
    for (std::size_t i = 0; i < 2; ++i) {
      LongVector row;
      for (std::size_t j = 0; j < 11; ++j) row.push_back(cross[11 * i + j] * task_covariance(t, task_of(j)));
      const auto half = forward_solve(l, row);
      CHECK(std::fabs(mean[i] - static_cast<double>(dot(row, alpha))) <= 1e-11);
      CHECK(std::fabs(variance[i] -
                      (task_covariance(t, t) * kernel.at_zero() - static_cast<double>(dot(half, half)))) <= 1e-12);
    }
    LongVector ones;
    for (std::size_t j = 0; j < 11; ++j) ones.push_back(1.5 * task_covariance(t, task_of(j)));
    CHECK(std::fabs(means[t] - static_cast<double>(dot(ones, alpha))) <= 1e-11);
    halves.push_back(forward_solve(l, ones));
  }
  for (std::size_t s = 0; s < 2; ++s) {
    for (std::size_t t = 0; t < 2; ++t) {
      const double expected = 1.5 * task_covariance(s, t) - static_cast<double>(dot(halves[s], halves[t]));
      CHECK(std::fabs(covariance[2 * s + t] - expected) <= 1e-12);
    }
  }
}

TEST_CASE("learning several tasks raises the likelihood, any sets and kernel") {
  const std::vector<AnyPointSet> sets{Lattice(2), Halton(2)};
  const std::vector<std::vector<double>> y{values(sets[0], 32, 1.0), values(sets[1], 6, 1.5)};
  for (const AnyKernel& kernel :
       {static_cast<AnyKernel>(ShiftInvariantKernel(2)), static_cast<AnyKernel>(GaussianKernel({{0.3, 0.5}, 1.0}))}) {
    MultitaskGaussianProcess gp(sets, kernel, 2, 0.01);
    MultitaskGaussianProcess fixed = gp;
    gp.fit(y);
    fixed.fit(y, kept);
    CHECK(gp.evaluations() > 5);
    CHECK(gp.noise() != 0.01);
    CHECK(gp.log_marginal_likelihood() > fixed.log_marginal_likelihood() + 5);
  }
}

TEST_CASE("several tasks refuse what breaks a rule") {
  const std::vector<AnyPointSet> sets{Lattice(2), Halton(2)};
  const ShiftInvariantKernel kernel(2);
  CHECK_THROWS_AS(MultitaskGaussianProcess({}, kernel), std::invalid_argument);
  CHECK_THROWS_AS(MultitaskGaussianProcess(sets, kernel, -1), std::invalid_argument);
  CHECK_THROWS_AS(MultitaskGaussianProcess(sets, kernel, 1, -1.0), std::invalid_argument);
  CHECK_THROWS_AS(MultitaskGaussianProcess({Lattice(2), Lattice(3)}, kernel), std::invalid_argument);
  MultitaskGaussianProcess gp(sets, kernel, 1, 0.1);
  std::vector<double> out(2);
  CHECK_THROWS_AS(gp.integral(out, MatrixSpan<double>(out.data(), 1, 2)), std::invalid_argument);
  CHECK_THROWS_AS(gp.fit({{1.0}}), std::invalid_argument);
  CHECK_THROWS_AS(gp.fit({{1.0}, {}}), std::invalid_argument);
  CHECK_THROWS_WITH_AS(gp.fit({{1.0}, {std::nan("")}}), "y: must be finite; got nan", std::invalid_argument);
  CHECK_THROWS_AS(gp.fit({{1.0}, {1.0}}, {.criterion = Criterion::loo}), std::invalid_argument);
  gp.fit({{1.0}, {1.0}}, kept);
  const std::vector<double> x{0.5, 0.5};
  const MatrixSpan<const double> xs(x.data(), 1, 2);
  CHECK_THROWS_WITH_AS(gp.predict(xs, 2, {}, {}), "task: must be in 0..1; got 2", std::invalid_argument);
  CHECK_THROWS_AS(gp.predict(xs, 0, out, {}), std::invalid_argument);
}
