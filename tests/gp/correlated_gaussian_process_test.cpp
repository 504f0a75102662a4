#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/core/error.hpp>
#include <korobov/generators/lattice.hpp>
#include <korobov/generators/sobol.hpp>
#include <korobov/gp/correlated_gaussian_process.hpp>
#include <korobov/gp/multitask_gaussian_process.hpp>
#include <korobov/kernels/digitally_shift_invariant.hpp>
#include <korobov/kernels/shift_invariant.hpp>

#include "gp/dense.hpp"

using namespace korobov;

namespace {

const FitOptions kept{.learn = Learn::nothing};
constexpr double kTwoPi = 6.283185307179586;

std::size_t as_size(Index n) { return static_cast<std::size_t>(n); }

// Three outputs at rows of x.
std::vector<double> values(const std::vector<Word>& x) {
  std::vector<double> y;
  for (std::size_t i = 0; i < x.size(); i += 2) {
    const double a = coordinate<double>(x[i]);
    const double b = coordinate<double>(x[i + 1]);
    y.insert(y.end(), {std::sin(kTwoPi * a), std::cos(kTwoPi * b) + a, a * b});
  }
  return y;
}

std::vector<Word> some_points(Index m) {
  CounterEngine engine(Seed{77});
  std::vector<Word> x(as_size(2 * m));
  for (auto& w : x) w = engine();
  return x;
}

MatrixSpan<const Word> rows_of(const std::vector<Word>& x) { return {x.data(), std::ssize(x) / 2, 2}; }
MatrixSpan<const double> outputs_of(const std::vector<double>& y) { return {y.data(), std::ssize(y) / 3, 3}; }

// All outputs at x together, in extended precision; output s of point i at s n + i.
struct Oracle {
  Oracle(const AnyKernel& base, MatrixSpan<const double> t, double noise, const std::vector<Word>& points)
      : kernel(base), x(points), n(points.size() / 2) {
    for (std::size_t i = 0; i < 9; ++i) task[i] = t.data[i];
    const LongMatrix k = gram_of(kernel, x, 2, 0.0);
    LongMatrix a{3 * n, LongVector(9 * n * n)};
    for (std::size_t p = 0; p < 3 * n; ++p) {
      for (std::size_t q = 0; q < 3 * n; ++q) a(p, q) = task[p / n * 3 + q / n] * k(p % n, q % n);
      a(p, p) += noise;
    }
    l = cholesky(a);
    const auto y = values(x);
    for (std::size_t p = 0; p < 3 * n; ++p) all.push_back(y[p % n * 3 + p / n]);
    half = forward_solve(l, all);
  }
  // L^-1 of the covariance of the data with output s, `k` (n) being the kernel's.
  LongVector halves(const double* k, std::size_t s) const {
    LongVector c;
    for (std::size_t p = 0; p < 3 * n; ++p) c.push_back(task[s * 3 + p / n] * k[p % n]);
    return forward_solve(l, c);
  }
  // Means (m, 3), and covariances (3, m, m) of each output.
  void predict(const std::vector<Word>& z, std::vector<double>& mean, std::vector<double>& covariance) const {
    const std::size_t m = z.size() / 2;
    const auto cross = cross_of(kernel, z, x, 2);
    const auto prior = cross_of(kernel, z, z, 2);
    mean.assign(3 * m, 0);
    covariance.assign(3 * m * m, 0);
    for (std::size_t s = 0; s < 3; ++s) {
      std::vector<LongVector> c;
      for (std::size_t i = 0; i < m; ++i) {
        c.push_back(halves(cross.data() + i * n, s));
        mean[3 * i + s] = static_cast<double>(dot(c[i], half));
      }
      for (std::size_t i = 0; i < m; ++i) {
        for (std::size_t j = 0; j < m; ++j) {
          covariance[(s * m + i) * m + j] =
              static_cast<double>(task[4 * s] * prior[i * m + j] - static_cast<double>(dot(c[i], c[j])));
        }
      }
    }
  }

  AnyKernel kernel;
  std::vector<Word> x;
  std::size_t n;
  double task[9]{};
  LongMatrix l{};
  LongVector all{};
  LongVector half{};
};

void check_predictions(const CorrelatedGaussianProcess& gp, const Oracle& oracle, const std::vector<Word>& z) {
  const Index m = std::ssize(z) / 2;
  std::vector<double> mean(as_size(3 * m)), variance(mean), expected, covariances, between(as_size(3 * m * m));
  gp.predict(rows_of(z), MatrixSpan<double>(mean.data(), m, 3), MatrixSpan<double>(variance.data(), m, 3));
  gp.covariance(rows_of(z), MatrixSpan<double>(between.data(), 3 * m, m));
  oracle.predict(z, expected, covariances);
  for (std::size_t i = 0; i < mean.size(); ++i) {
    const std::size_t point = i / 3;
    CHECK(std::fabs(mean[i] - expected[i]) <= 1e-10);
    CHECK(std::fabs(variance[i] - covariances[(i % 3 * as_size(m) + point) * as_size(m) + point]) <= 1e-11);
  }
  for (std::size_t i = 0; i < between.size(); ++i) CHECK(std::fabs(between[i] - covariances[i]) <= 1e-11);
  CHECK(gp.log_marginal_likelihood() ==
        doctest::Approx(static_cast<double>(log_likelihood(oracle.l, oracle.all))).epsilon(1e-11));
}

struct Case {
  std::string name;
  AnyPointSet points;
  AnyKernel kernel;
  std::vector<double> factor;
  std::vector<double> diagonal;
};

std::vector<Case> cases() {
  const AnyPointSet lattice = randomized(Lattice(2), Shift{}, Seed{3});
  const AnyPointSet net = randomized(Sobol(2), LmsShift{}, Seed{3});
  const ShiftInvariantKernel si(2, {.alpha = 1.0, .weights = {0.5, 0.2}, .scale = 1.5});
  const DigitallyShiftInvariantKernel dsi(2, {.alpha = 2.0, .weights = {0.5, 0.2}, .scale = 1.5});
  return {{"of rank 2, singular", lattice, si, {1.0, 0.3, 0.8, -0.5, 0.2, 0.1}, {}},
          {"of rank 1, singular", net, dsi, {1.0, 0.8, 0.2}, {}},
          {"with a diagonal", lattice, si, {1.0, 0.8, -0.2}, {0.1, 0.2, 0.3}},
          {"net with a diagonal", net, dsi, {1.0, 0.3, 0.8, -0.5, 0.2, 0.1}, {0.0, 0.2, 0.3}}};
}

MatrixSpan<const double> factor_of(const Case& c) {
  return {c.factor.data(), 3, static_cast<Index>(c.factor.size() / 3)};
}

}  // namespace

TEST_CASE("correlated outputs against matrices in extended precision") {
  const Index n = 16;
  const double noise = 0.05;
  const auto z = some_points(4);
  for (const Case& c : cases()) {
    CAPTURE(c.name);
    CorrelatedGaussianProcess gp(c.points, c.kernel, factor_of(c), noise, c.diagonal);
    CHECK(gp.size() == 0);
    CHECK(gp.outputs() == 3);
    const std::vector<double> t(gp.task_covariance().data, gp.task_covariance().data + 9);
    const auto rank = c.factor.size() / 3;
    for (std::size_t s = 0; s < 3; ++s) {
      for (std::size_t u = 0; u < 3; ++u) {
        double expected = s == u && !c.diagonal.empty() ? c.diagonal[s] : 0.0;
        for (std::size_t q = 0; q < rank; ++q) expected += c.factor[s * rank + q] * c.factor[u * rank + q];
        CHECK(t[3 * s + u] == doctest::Approx(expected));
      }
    }
    const MatrixSpan<const double> covariance(t.data(), 3, 3);
    const auto x = c.points.integers({0, n});
    const auto y = values(c.points.integers({0, 2 * n}));
    std::vector<double> projected(12), of_integrals(3), kept_variance(12), means(3), variances(3);
    gp.projected_variance(n, rows_of(z), MatrixSpan<double>(projected.data(), 4, 3));
    gp.projected_integral_variance(n, of_integrals);
    gp.fit(outputs_of(y).row_range(0, n), kept);
    CHECK(gp.size() == n);
    CHECK(gp.evaluations() == 0);
    CHECK(gp.nugget() > 0);
    const Oracle oracle(c.kernel, covariance, noise, x);
    check_predictions(gp, oracle, z);
    gp.predict(rows_of(z), MatrixSpan<double>(nullptr, 0, 0), MatrixSpan<double>(kept_variance.data(), 4, 3));
    CHECK(kept_variance == projected);
    gp.integral(means, variances);
    const std::vector<double> ones(as_size(n), c.kernel.integral());
    for (std::size_t s = 0; s < 3; ++s) {
      const auto half = oracle.halves(ones.data(), s);
      const double spent = static_cast<double>(dot(half, half));
      CHECK(std::fabs(means[s] - static_cast<double>(dot(half, oracle.half))) <= 1e-11);
      CHECK(std::fabs(variances[s] - (t[4 * s] * c.kernel.integral() - spent)) <= 1e-11);
      CHECK(of_integrals[s] == doctest::Approx(variances[s]).epsilon(1e-12));
    }
    // A copy of the design, moved by a word in each coordinate.
    const std::vector<Word> shift{Word{1} << 61U, Word{3} << 60U};
    auto moved = x;
    for (std::size_t i = 0; i < moved.size(); ++i) {
      moved[i] = c.points.symmetry() == SymmetryKind::cyclic ? moved[i] + shift[i % 2] : moved[i] ^ shift[i % 2];
    }
    std::vector<double> there(as_size(3 * n)), spread(there), expected, covariances;
    gp.predict_shifted(shift, MatrixSpan<double>(there.data(), n, 3), MatrixSpan<double>(spread.data(), n, 3));
    oracle.predict(moved, expected, covariances);
    for (std::size_t i = 0; i < there.size(); ++i) {
      CHECK(std::fabs(there[i] - expected[i]) <= 1e-10);
      CHECK(std::fabs(spread[i] - covariances[(i % 3 * 16 + i / 3) * 16 + i / 3]) <= 1e-11);
    }
    // One more point, then twice the design's.
    auto all = x;
    all.insert(all.end(), z.begin(), z.begin() + 2);
    const std::vector<Word> further(z.begin(), z.begin() + 2);
    const auto of_further = values(further);
    const CorrelatedGaussianProcess before = gp;
    gp.condition(rows_of(further), outputs_of(of_further));
    CHECK(gp.further_size() == 1);
    CHECK(before.further_size() == 0);
    check_predictions(gp, Oracle(c.kernel, covariance, noise, all), z);
    gp.extend(outputs_of(y).row_range(n, 2 * n));
    CHECK(gp.size() == 2 * n);
    all = c.points.integers({0, 2 * n});
    all.insert(all.end(), z.begin(), z.begin() + 2);
    check_predictions(gp, Oracle(c.kernel, covariance, noise, all), z);
  }
}

TEST_CASE("paths of correlated outputs have their covariance, of the prior before a fit") {
  const Case c = cases()[0];
  const auto z = some_points(1);
  CorrelatedGaussianProcess gp(c.points, c.kernel, factor_of(c), 0.5);
  const std::vector<double> t(gp.task_covariance().data, gp.task_covariance().data + 9);
  const Index count = 20000;
  for (const bool fitted : {false, true}) {
    CAPTURE(fitted);
    std::vector<double> mean(3);
    std::vector<double> expected;
    const double at_zero = c.kernel.at_zero();
    for (const double value : t) expected.push_back(value * at_zero);
    if (fitted) {
      const auto x = c.points.integers({0, 16});
      gp.fit(outputs_of(values(x)), kept);
      const Oracle oracle(c.kernel, MatrixSpan<const double>(t.data(), 3, 3), 0.5, x);
      const auto cross = cross_of(c.kernel, z, x, 2);
      for (std::size_t s = 0; s < 3; ++s) {
        const auto half = oracle.halves(cross.data(), s);
        mean[s] = static_cast<double>(dot(half, oracle.half));
        for (std::size_t u = 0; u < 3; ++u) {
          expected[3 * s + u] -= static_cast<double>(dot(half, oracle.halves(cross.data(), u)));
        }
      }
    }
    std::vector<double> paths(as_size(3 * count));
    gp.sample(rows_of(z), Seed{5}, MatrixSpan<double>(paths.data(), 3 * count, 1));
    for (std::size_t s = 0; s < 3; ++s) {
      for (std::size_t u = 0; u <= s; ++u) {
        double sum = 0;
        double product = 0;
        for (std::size_t p = 0; p < as_size(count); ++p) {
          sum += paths[3 * p + s];
          product += (paths[3 * p + s] - mean[s]) * (paths[3 * p + u] - mean[u]);
        }
        const double root = std::sqrt(static_cast<double>(count));
        CHECK(std::fabs(sum / count - mean[s]) <= 6 * std::sqrt(expected[4 * s]) / root);
        CHECK(std::fabs(product / count - expected[3 * s + u]) <=
              6 * std::sqrt(2 * expected[4 * s] * expected[4 * u]) / root);
      }
    }
  }
}

TEST_CASE("a task factor is learnt, and is that of several tasks at the same points") {
  const Case c = cases()[0];
  const Index n = 64;
  const auto y = values(c.points.integers({0, n}));
  const std::vector<double> factor{1.0, 0.5, 0.5};
  const MatrixSpan<const double> start(factor.data(), 3, 1);
  CorrelatedGaussianProcess fixed(c.points, c.kernel, start, 0.01);
  fixed.fit(outputs_of(y), kept);
  CorrelatedGaussianProcess gp(c.points, c.kernel, start, 0.01);
  gp.fit(outputs_of(y));
  CHECK(gp.evaluations() > 5);
  CHECK(gp.noise() != 0.01);
  CHECK(gp.task_diagonal()[0] != 0);
  CHECK(gp.log_marginal_likelihood() > fixed.log_marginal_likelihood() + 5);
  MultitaskGaussianProcess tasks({c.points, c.points, c.points},
                                 MultitaskKernel(gp.kernel(), gp.task_factor(), gp.task_diagonal()), gp.noise());
  std::vector<std::vector<double>> of_tasks(3);
  for (std::size_t i = 0; i < y.size(); ++i) of_tasks[i % 3].push_back(y[i]);
  tasks.fit(of_tasks, kept);
  CHECK(gp.log_marginal_likelihood() == doctest::Approx(tasks.log_marginal_likelihood()).epsilon(1e-8));
  const auto z = some_points(2);
  std::vector<double> mean(6), alone(2);
  gp.predict(rows_of(z), MatrixSpan<double>(mean.data(), 2, 3), MatrixSpan<double>(nullptr, 0, 0));
  tasks.predict(rows_of(z), 1, alone, {});
  for (std::size_t i = 0; i < 2; ++i) CHECK(std::fabs(mean[3 * i + 1] - alone[i]) <= 1e-7);
}

TEST_CASE("processes of correlated outputs refuse what breaks a rule") {
  const Lattice points(2);
  const ShiftInvariantKernel kernel(2);
  const std::vector<double> factor{1.0, 0.5};
  const MatrixSpan<const double> f(factor.data(), 2, 1);
  const auto made = [&](const std::vector<double>& of, double noise, const std::vector<double>& diagonal) {
    return CorrelatedGaussianProcess(points, kernel, MatrixSpan<const double>(of.data(), std::ssize(of), 1), noise,
                                     diagonal);
  };
  CHECK_THROWS_WITH_AS(made({}, 0.1, {}), "task_factor: must have at least one row; got 0", std::invalid_argument);
  CHECK_THROWS_WITH_AS(made({1.0, std::nan("")}, 0.1, {}), "task_factor: must be finite; got nan",
                       std::invalid_argument);
  CHECK_THROWS_AS(made({0.0, 0.0}, 0.1, {}), std::invalid_argument);
  CHECK_THROWS_WITH_AS(made({1.0, 0.5}, 0.1, {0.1}), "task_diagonal: must have one entry per output, 2; got 1",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(made({1.0, 0.5}, 0.1, {0.1, -1.0}), "task_diagonal: must be finite and not negative; got -1",
                       std::invalid_argument);
  CHECK_THROWS_AS(made({1.0, 0.5}, -0.1, {}), std::invalid_argument);
  CHECK_THROWS_AS(CorrelatedGaussianProcess(points, DigitallyShiftInvariantKernel(2), f), std::invalid_argument);
  std::vector<double> y(16, 1.0);
  const MatrixSpan<const double> data(y.data(), 8, 2);
  const std::vector<Word> x{1, 2, 3, 4};
  std::vector<double> out(8);
  CHECK_THROWS_WITH_AS(
      made({1.0, 0.5}, 0.0, {}).fit(data, kept),
      "task_factor: must give a positive definite covariance of the outputs, of rank 2, where there is "
      "no noise; got 1",
      std::invalid_argument);
  auto gp = made({1.0, 0.5}, 0.1, {});
  const MatrixSpan<double> square(out.data(), 2, 2);
  const MatrixSpan<double> none(nullptr, 0, 0);
  CHECK_THROWS_WITH_AS(gp.predict(rows_of(x), square, none), "gp: must have been fitted to data; got 'no data'",
                       std::invalid_argument);
  CHECK_THROWS_AS(gp.extend(data), std::invalid_argument);
  CHECK_THROWS_AS(gp.fit(data, {.criterion = Criterion::gcv}), std::invalid_argument);
  CHECK_THROWS_AS(gp.fit(data.row_range(0, 1), kept), std::invalid_argument);
  CHECK_THROWS_WITH_AS(gp.fit(MatrixSpan<const double>(y.data(), 16, 1), kept),
                       "y: must have one column per output, 2; got 1", std::invalid_argument);
  gp.fit(data, kept);
  CHECK_THROWS_AS(gp.extend(data.row_range(0, 4)), std::invalid_argument);
  CHECK_THROWS_WITH_AS(gp.condition(rows_of(x), data.row_range(0, 2), 0.2),
                       "noise: must be that of the other observations, 0.1, where the outputs' covariance is singular; "
                       "got 0.2",
                       std::invalid_argument);
  CHECK_THROWS_AS(gp.predict(rows_of(x), MatrixSpan<double>(out.data(), 3, 2), none), std::invalid_argument);
  CHECK_THROWS_AS(gp.predict(rows_of(x), none, MatrixSpan<double>(out.data(), 2, 1)), std::invalid_argument);
  CHECK_THROWS_AS(gp.covariance(rows_of(x), square), std::invalid_argument);
  CHECK_THROWS_AS(gp.predict_shifted(x, square, none), std::invalid_argument);
  CHECK_THROWS_AS(gp.sample(rows_of(x), Seed{1}, MatrixSpan<double>(out.data(), 3, 2)), std::invalid_argument);
  CHECK_THROWS_AS(gp.integral({out.data(), 1}, {out.data(), 2}), std::invalid_argument);
  CHECK_THROWS_AS(gp.projected_integral_variance(8, {out.data(), 1}), std::invalid_argument);
  y[3] = INFINITY;
  CHECK_THROWS_WITH_AS(gp.fit(data, kept), "y: must be finite; got inf", std::invalid_argument);
  CHECK(gp.size() == 8);
}
