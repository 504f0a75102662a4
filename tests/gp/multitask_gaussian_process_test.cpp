#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/core/error.hpp>
#include <korobov/generators/halton.hpp>
#include <korobov/generators/lattice.hpp>
#include <korobov/generators/sobol.hpp>
#include <korobov/gp/gaussian_process.hpp>
#include <korobov/gp/multitask_gaussian_process.hpp>
#include <korobov/kernels/digitally_shift_invariant.hpp>
#include <korobov/kernels/shift_invariant.hpp>
#include <korobov/kernels/stationary.hpp>

#include "gp/dense.hpp"
#include "gp/task_posterior.hpp"

using namespace korobov;

namespace {

const FitOptions kept{.learn = Learn::nothing};

std::vector<double> values(const AnyPointSet& points, Index n, double factor) {
  std::vector<double> y;
  const auto x = points.points({0, n});
  for (std::size_t i = 0; i < x.size(); i += 2) {
    y.push_back(factor * std::sin(6.283185307179586 * x[i]) + 0.3 * std::cos(6.283185307179586 * x[i + 1]));
  }
  return y;
}

struct Tasks {
  std::string name;
  std::vector<AnyPointSet> sets;
  std::vector<Index> n;
  AnyKernel kernel;
  bool is_structured;
};

std::vector<Tasks> cases() {
  const auto shifted = [](std::uint64_t seed) { return AnyPointSet(randomized(Lattice(2), Shift{}, Seed{seed})); };
  const auto digitally = [](std::uint64_t seed) {
    return AnyPointSet(randomized(Sobol(2), DigitalShift{}, Seed{seed}));
  };
  const AnyPointSet scrambled = randomized(Sobol(2), LmsShift{}, Seed{9});
  const ShiftInvariantKernel si(2, {.alpha = 1.0, .weights = {0.5, 0.2}, .scale = 1.5});
  const DigitallyShiftInvariantKernel dsi(2, {.alpha = 1.0, .weights = {0.5, 0.2}, .scale = 1.5});
  return {
      {"any n", {shifted(1), shifted(2)}, {7, 4}, si, false},
      {"two families", {shifted(1), Lattice(2, {.generating_vector = {1, 5}})}, {8, 4}, si, false},
      {"two scrambles", {scrambled, randomized(Sobol(2), LmsShift{}, Seed{8})}, {8, 4}, dsi, false},
      {"lattices", {shifted(1), shifted(2)}, {16, 4}, si, true},
      {"lattices, the small task first", {shifted(1), shifted(2), Lattice(2)}, {2, 8, 16}, si, true},
      {"nets", {digitally(1), digitally(2), Sobol(2)}, {8, 16, 1}, dsi, true},
      {"one scramble", {scrambled, scrambled}, {16, 8}, dsi, true},
      {"a sum", {shifted(1), shifted(2)}, {16, 8}, si + ShiftInvariantKernel(2, {.alpha = 2.0, .scale = 0.3}), true},
      {"leading digit", {digitally(1), digitally(2)}, {16, 8}, LeadingDigitKernel(2, {.weights = 0.5}), true},
  };
}

// What the data are, in extended precision.
struct Oracle {
  Oracle(const Tasks& c, double noise, const MultitaskKernel& kernel) {
    for (std::size_t t = 0; t < c.sets.size(); ++t) {
      const auto points = c.sets[t].integers({0, c.n[t]});
      x.insert(x.end(), points.begin(), points.end());
      y.push_back(values(c.sets[t], c.n[t], 1.0 + 0.5 * static_cast<double>(t)));
      all.insert(all.end(), y.back().begin(), y.back().end());
      task.insert(task.end(), as_size(c.n[t]), static_cast<Index>(t));
    }
    LongMatrix a = gram_of(kernel.base(), x, 2, 0.0);
    for (std::size_t i = 0; i < a.n; ++i) {
      for (std::size_t j = 0; j < a.n; ++j) a(i, j) *= kernel.task_covariance()(task[i], task[j]);
      a(i, i) += noise;
    }
    l = cholesky(a);
  }
  static std::size_t as_size(Index n) { return static_cast<std::size_t>(n); }

  std::vector<Word> x{};
  std::vector<std::vector<double>> y{};
  LongVector all{};
  std::vector<Index> task{};
  LongMatrix l{};
};

const std::vector<double> kX{0.3, 0.6, 0.9, 0.1, 0.5, 0.75};
const MatrixSpan<const double> kPoints(kX.data(), 3, 2);

}  // namespace

TEST_CASE("several tasks against matrices in extended precision") {
  for (const Tasks& c : cases()) {
    CAPTURE(c.name);
    const double noise = 0.01;
    const auto count = static_cast<Index>(c.sets.size());
    MultitaskGaussianProcess gp(c.sets, c.kernel, 1, noise);
    const Oracle oracle(c, noise, gp.multitask_kernel());
    gp.fit(oracle.y, kept);
    CHECK(gp.is_structured() == c.is_structured);
    CHECK(gp.evaluations() == 0);
    CHECK(gp.factor()(1, 0) == 0.7);
    CHECK(gp.diagonal()[0] == 0.5);
    const auto covariances = gp.multitask_kernel().task_covariance();
    CHECK(covariances(0, 1) == doctest::Approx(0.49));
    CHECK(covariances(1, 1) == doctest::Approx(0.99));
    CHECK(std::fabs(gp.log_marginal_likelihood() - static_cast<double>(log_likelihood(oracle.l, oracle.all))) <= 1e-10);
    std::vector<Word> words;
    for (const double value : kX) words.push_back(static_cast<Word>(value * 0x1p64));
    const auto cross = cross_of(c.kernel, words, oracle.x, 2);
    const auto prior = cross_of(c.kernel, words, words, 2);
    std::vector<double> means(static_cast<std::size_t>(count));
    std::vector<double> covariance(static_cast<std::size_t>(count * count));
    gp.integral(means, MatrixSpan<double>(covariance.data(), count, count));
    const auto alpha = solve(oracle.l, oracle.all);
    const std::size_t total = oracle.all.size();
    const double integral = c.kernel.integral();
    std::vector<LongVector> halves;
    for (Index t = 0; t < count; ++t) {
      std::vector<double> mean(3);
      std::vector<double> variance(3);
      std::vector<double> between(9);
      gp.predict(kPoints, t, mean, variance);
      gp.covariance(kPoints, t, MatrixSpan<double>(between.data(), 3, 3));
      std::vector<LongVector> rows;
      for (std::size_t i = 0; i < 3; ++i) {
        LongVector row;
        for (std::size_t j = 0; j < total; ++j) row.push_back(cross[total * i + j] * covariances(t, oracle.task[j]));
        CHECK(std::fabs(mean[i] - static_cast<double>(dot(row, alpha))) <= 1e-11);
        rows.push_back(forward_solve(oracle.l, row));
      }
      for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j) {
          const double expected = covariances(t, t) * prior[3 * i + j] - static_cast<double>(dot(rows[i], rows[j]));
          CHECK(std::fabs(between[3 * i + j] - expected) <= 1e-12);
          if (i == j) CHECK(std::fabs(variance[i] - expected) <= 1e-12);
        }
      }
      LongVector ones;
      for (std::size_t j = 0; j < total; ++j) ones.push_back(integral * covariances(t, oracle.task[j]));
      CHECK(std::fabs(means[static_cast<std::size_t>(t)] - static_cast<double>(dot(ones, alpha))) <= 1e-11);
      halves.push_back(forward_solve(oracle.l, ones));
    }
    for (std::size_t s = 0; s < halves.size(); ++s) {
      for (std::size_t t = 0; t < halves.size(); ++t) {
        const double expected = integral * covariances(static_cast<Index>(s), static_cast<Index>(t)) -
                                static_cast<double>(dot(halves[s], halves[t]));
        CHECK(std::fabs(covariance[halves.size() * s + t] - expected) <= 1e-12);
      }
    }
  }
}

TEST_CASE("gradients of several tasks' likelihood against differences in extended precision") {
  for (const Tasks& c : cases()) {
    CAPTURE(c.name);
    const auto count = static_cast<Index>(c.sets.size());
    std::vector<double> factor;
    for (Index i = 0; i < 2 * count; ++i) factor.push_back(std::cos(static_cast<double>(3 * i)));
    const MultitaskKernel kernel(c.kernel, MatrixSpan<const double>(factor.data(), count, 2),
                                 std::vector<double>(factor.size() / 2, 0.4));
    const double noise = 0.05;
    const Oracle oracle(c, noise, kernel);
    const detail::TaskData data{c.sets, oracle.y};
    auto model = detail::structured_tasks(data, kernel);
    CHECK((model != nullptr) == c.is_structured);
    if (model == nullptr) model = detail::dense_tasks(data);
    auto theta = kernel.parameters();
    theta.push_back(noise);
    std::vector<double> slopes(theta.size());
    model->trial(kernel, noise)->gradient(slopes);
    const auto likelihood = [&](const std::vector<double>& at) {
      const Oracle there(c, at.back(), kernel.with(std::span<const double>(at).first(at.size() - 1)));
      return static_cast<double>(log_likelihood(there.l, there.all));
    };
    for (std::size_t p = 0; p < theta.size(); ++p) {
      CAPTURE(p);
      const double h = 1e-3 * std::max(0.1, std::fabs(theta[p]));
      const auto difference = [&](double step) {
        auto low = theta;
        auto high = theta;
        low[p] -= step;
        high[p] += step;
        return (likelihood(low) - likelihood(high)) / (2 * step);
      };
      const double expected = (4 * difference(h / 2) - difference(h)) / 3;  // error of order h^4 and eps / h
      CHECK(std::fabs(slopes[p] - expected) <= 1e-8 * (1 + std::fabs(expected)));
    }
  }
}

TEST_CASE("values appended to some tasks are those of one fit, hyper-parameters as they were learnt") {
  for (const Tasks& c : cases()) {
    CAPTURE(c.name);
    std::vector<std::vector<double>> first;
    for (std::size_t t = 0; t < c.sets.size(); ++t) {
      first.push_back(values(c.sets[t], c.n[t], 1.0 + 0.5 * static_cast<double>(t)));
    }
    MultitaskGaussianProcess gp(c.sets, c.kernel, 1, 0.01);
    CHECK(gp.size(1) == 0);
    gp.fit(first, {.restarts = 0, .max_evaluations = 5});
    const MultitaskGaussianProcess before = gp;
    Tasks after = c;
    const auto more = [&](std::size_t t, Index last) {  // of task t, up to point `last`
      std::vector<std::vector<double>> y(c.sets.size());
      const auto all = values(c.sets[t], last, 1.0 + 0.5 * static_cast<double>(t));
      y[t].assign(all.begin() + after.n[t], all.end());
      after.n[t] = last;
      return y;
    };
    gp.extend(more(1, 2 * c.n[1]));
    gp.extend(more(0, 4 * c.n[0])).extend(more(1, 4 * c.n[1]));
    CHECK(gp.is_structured() == c.is_structured);
    CHECK(gp.size(0) == 4 * c.n[0]);
    CHECK(gp.size(1) == 4 * c.n[1]);
    CHECK(before.size(1) == c.n[1]);  // copies keep their state
    CHECK(gp.evaluations() == before.evaluations());
    CHECK(gp.noise() == before.noise());
    CHECK(gp.factor()(1, 0) == before.factor()(1, 0));
    const Oracle oracle(after, gp.noise(), gp.multitask_kernel());
    CHECK(gp.log_marginal_likelihood() ==
          doctest::Approx(static_cast<double>(log_likelihood(oracle.l, oracle.all))).epsilon(1e-9));
    MultitaskGaussianProcess whole = before;
    whole.fit(oracle.y, kept);
    CHECK(gp.log_marginal_likelihood() == whole.log_marginal_likelihood());
    std::vector<double> mean(3), variance(3), mean_whole(3), variance_whole(3);
    gp.predict(kPoints, 1, mean, variance);
    whole.predict(kPoints, 1, mean_whole, variance_whole);
    CHECK(mean == mean_whole);
    CHECK(variance == variance_whole);
    if (!c.is_structured) continue;
    gp.extend(more(0, 4 * c.n[0] + 1));  // no power of two
    CHECK_FALSE(gp.is_structured());
    const Oracle dense(after, gp.noise(), gp.multitask_kernel());
    CHECK(gp.log_marginal_likelihood() ==
          doctest::Approx(static_cast<double>(log_likelihood(dense.l, dense.all))).epsilon(1e-9));
  }
}

TEST_CASE("paths of several tasks have their moments, of the prior before a fit") {
  for (const Tasks& c : cases()) {
    CAPTURE(c.name);
    const double noise = 0.05;
    const auto q = c.sets.size();
    MultitaskGaussianProcess gp(c.sets, c.kernel, 1, noise);
    const MultitaskKernel kernel = gp.multitask_kernel();
    const auto t = kernel.task_covariance();
    std::vector<Word> words;
    for (const double value : kX) words.push_back(static_cast<Word>(value * 0x1p64));
    const auto prior = cross_of(c.kernel, words, words, 2);
    const Oracle oracle(c, noise, kernel);
    const auto cross = cross_of(c.kernel, words, oracle.x, 2);
    const auto alpha = solve(oracle.l, oracle.all);
    const std::size_t total = oracle.all.size();
    for (const bool fitted : {false, true}) {
      CAPTURE(fitted);
      if (fitted) gp.fit(oracle.y, kept);
      std::vector<double> mean(3 * q);  // of task, point
      std::vector<double> expected(9 * q * q);
      std::vector<LongVector> halves;
      for (std::size_t a = 0; a < 3 * q && fitted; ++a) {
        LongVector row;
        for (std::size_t j = 0; j < total; ++j) {
          row.push_back(cross[total * (a % 3) + j] * t(static_cast<Index>(a / 3), oracle.task[j]));
        }
        mean[a] = static_cast<double>(dot(row, alpha));
        halves.push_back(forward_solve(oracle.l, row));
      }
      for (std::size_t a = 0; a < 3 * q; ++a) {
        for (std::size_t b = 0; b < 3 * q; ++b) {
          const double of_tasks = t(static_cast<Index>(a / 3), static_cast<Index>(b / 3));
          expected[3 * q * a + b] =
              of_tasks * prior[3 * (a % 3) + b % 3] - (fitted ? static_cast<double>(dot(halves[a], halves[b])) : 0.0);
        }
      }
      std::vector<double> alone(9);
      gp.covariance(kPoints, 1, MatrixSpan<double>(alone.data(), 3, 3));
      for (std::size_t i = 0; i < 9; ++i) {
        CHECK(std::fabs(alone[i] - expected[3 * q * (3 + i / 3) + 3 + i % 3]) <= 1e-12);
      }
      const std::size_t count = 10000;
      const auto check = [&](const std::vector<double>& paths, std::size_t first, std::size_t width) {
        for (std::size_t a = 0; a < width; ++a) {
          for (std::size_t b = 0; b <= a; ++b) {
            double sum = 0;
            double product = 0;
            for (std::size_t p = 0; p < count; ++p) {
              const double* const path = paths.data() + width * p;
              sum += path[a];
              product += (path[a] - mean[first + a]) * (path[b] - mean[first + b]);
            }
            const auto of = [&](std::size_t i, std::size_t j) { return expected[3 * q * (first + i) + first + j]; };
            const double root = std::sqrt(static_cast<double>(count));
            CHECK(std::fabs(sum / count - mean[first + a]) <= 6 * std::sqrt(of(a, a)) / root);
            CHECK(std::fabs(product / count - of(a, b)) <= 6 * std::sqrt(2 * of(a, a) * of(b, b)) / root);
          }
        }
      };
      std::vector<double> paths(count * 3 * q);
      gp.sample(kPoints, Seed{5}, MatrixSpan<double>(paths.data(), static_cast<Index>(count * q), 3));
      check(paths, 0, 3 * q);
      std::vector<double> again(paths.size());
      gp.sample(MatrixSpan<const Word>(words.data(), 3, 2), Seed{5},
                MatrixSpan<double>(again.data(), static_cast<Index>(count * q), 3));
      for (std::size_t i = 0; i < paths.size(); i += 1001) CHECK(std::fabs(paths[i] - again[i]) <= 1e-9);
      paths.resize(count * 3);
      gp.sample(kPoints, 1, Seed{6}, MatrixSpan<double>(paths.data(), static_cast<Index>(count), 3));
      check(paths, 3, 3);
    }
  }
}

TEST_CASE("one task on transforms is a Gaussian process") {
  const auto set = randomized(Lattice(2), Shift{}, Seed{1});
  const ShiftInvariantKernel kernel(2, {.alpha = 2.0, .weights = {0.5, 0.2}, .scale = 1.5});
  const auto y = values(set, 256, 1.0);
  MultitaskGaussianProcess gp(
      {set}, MultitaskKernel(kernel, MatrixSpan<const double>(nullptr, 1, 0), std::vector<double>{1.0}));
  gp.fit({y}, kept);
  GaussianProcess alone(set, kernel);
  alone.fit(MatrixSpan<const double>(y.data(), 256, 1), kept);
  CHECK(gp.is_structured());
  CHECK(gp.log_marginal_likelihood() == doctest::Approx(alone.log_marginal_likelihood()).epsilon(1e-9));
  std::vector<double> mean(3), variance(3), mean_alone(3), variance_alone(3);
  gp.predict(kPoints, 0, mean, variance);
  alone.predict(kPoints, MatrixSpan<double>(mean_alone.data(), 3, 1), variance_alone);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(mean[i] == doctest::Approx(mean_alone[i]).epsilon(1e-10));
    CHECK(std::fabs(variance[i] - variance_alone[i]) <= 1e-12);
  }
  std::vector<double> integral(1), spread(1), integral_alone(1);
  gp.integral(integral, MatrixSpan<double>(spread.data(), 1, 1));
  const double spread_alone = alone.integral(integral_alone);
  CHECK(integral[0] == doctest::Approx(integral_alone[0]).epsilon(1e-12));
  CHECK(spread[0] == doctest::Approx(spread_alone).epsilon(1e-9));
  CHECK(spread[0] < 1e-6);  // of 1.5: what had been subtracted from it would have lost these digits
}

TEST_CASE("many values of several tasks: no matrix of all of them") {
  // 2^16 + 2^10 values: a dense matrix would take 36 GB.
  const std::vector<AnyPointSet> sets{randomized(Lattice(2), Shift{}, Seed{1}),
                                      randomized(Lattice(2), Shift{}, Seed{2})};
  const ShiftInvariantKernel kernel(2, {.alpha = 1.0, .weights = 0.5});
  MultitaskGaussianProcess gp(sets, kernel, 1, 1e-6);
  gp.fit({values(sets[0], 1 << 16, 1.0), values(sets[1], 1 << 10, 1.5)}, {.restarts = 0, .max_evaluations = 4});
  CHECK(gp.is_structured());
  CHECK(gp.evaluations() >= 4);
  std::vector<double> mean(3), variance(3);
  gp.predict(kPoints, 1, mean, variance);
  for (std::size_t i = 0; i < 3; ++i) {
    const double exact =
        1.5 * std::sin(6.283185307179586 * kX[2 * i]) + 0.3 * std::cos(6.283185307179586 * kX[2 * i + 1]);
    CHECK(std::fabs(mean[i] - exact) <= 4 * std::sqrt(variance[i]) + 1e-4);
    CHECK(variance[i] < 1e-3);
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
    CHECK_FALSE(gp.is_structured());
    CHECK(gp.evaluations() > 5);
    CHECK(gp.noise() != 0.01);
    CHECK(gp.log_marginal_likelihood() > fixed.log_marginal_likelihood() + 5);
  }
}

TEST_CASE("several tasks refuse what breaks a rule") {
  const std::vector<AnyPointSet> sets{Lattice(2), Halton(2)};
  const ShiftInvariantKernel kernel(2);
  CHECK_THROWS_AS(MultitaskGaussianProcess({}, kernel), std::invalid_argument);
  const std::vector<double> factor{1.0, 0.5, 0.2};
  const MultitaskKernel three(kernel, MatrixSpan<const double>(factor.data(), 3, 1), std::vector<double>(3, 0.1));
  CHECK_THROWS_WITH_AS(MultitaskGaussianProcess(sets, three), "points: must have one set per task, 3; got 2",
                       std::invalid_argument);
  CHECK_THROWS_AS(MultitaskGaussianProcess(sets, kernel, -1), std::invalid_argument);
  CHECK_THROWS_AS(MultitaskGaussianProcess(sets, kernel, 1, -1.0), std::invalid_argument);
  CHECK_THROWS_AS(MultitaskGaussianProcess({Lattice(2), Lattice(3)}, kernel), std::invalid_argument);
  MultitaskGaussianProcess gp(sets, kernel, 1, 0.1);
  std::vector<double> out(2);
  CHECK_THROWS_AS(gp.integral(out, MatrixSpan<double>(out.data(), 1, 2)), std::invalid_argument);
  CHECK_THROWS_WITH_AS(gp.extend({{1.0}, {1.0}}), "gp: must have been fitted to data; got 'no data'",
                       std::invalid_argument);
  CHECK_THROWS_AS(gp.fit({{1.0}}), std::invalid_argument);
  CHECK_THROWS_AS(gp.fit({{1.0}, {}}), std::invalid_argument);
  CHECK_THROWS_WITH_AS(gp.fit({{1.0}, {std::nan("")}}), "y: must be finite; got nan", std::invalid_argument);
  CHECK_THROWS_AS(gp.fit({{1.0}, {1.0}}, {.criterion = Criterion::loo}), std::invalid_argument);
  gp.fit({{1.0}, {1.0}}, kept);
  const std::vector<double> x{0.5, 0.5};
  const MatrixSpan<const double> xs(x.data(), 1, 2);
  CHECK_THROWS_WITH_AS(gp.predict(xs, 2, {}, {}), "task: must be in 0..1; got 2", std::invalid_argument);
  CHECK_THROWS_AS(gp.predict(xs, 0, out, {}), std::invalid_argument);
  CHECK_THROWS_WITH_AS(gp.extend({{1.0}}), "y: must have the values of every task, none for some, 2; got 1",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(gp.extend({{}, {}}), "y: must have at least one value of some task; got 0",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(gp.extend({{}, {INFINITY}}), "y: must be finite; got inf", std::invalid_argument);
  CHECK(gp.size(1) == 1);
  CHECK_THROWS_WITH_AS(gp.size(2), "task: must be in 0..1; got 2", std::invalid_argument);
  const MatrixSpan<double> row(out.data(), 1, 2);
  CHECK_THROWS_AS(gp.covariance(xs, 0, row), std::invalid_argument);
  CHECK_THROWS_AS(gp.sample(xs, Seed{1}, row), std::invalid_argument);
  CHECK_THROWS_AS(gp.sample(xs, 2, Seed{1}, MatrixSpan<double>(out.data(), 1, 1)), std::invalid_argument);
  CHECK_THROWS_WITH_AS(gp.sample(xs, Seed{1}, MatrixSpan<double>(out.data(), 1, 1)),
                       "paths: must have one row per path and task, a multiple of 2; got 1", std::invalid_argument);
}
