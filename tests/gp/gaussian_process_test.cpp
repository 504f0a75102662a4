#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/core/error.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/generators/lattice.hpp>
#include <korobov/generators/nested_uniform.hpp>
#include <korobov/generators/sobol.hpp>
#include <korobov/gp/gaussian_process.hpp>
#include <korobov/kernels/digitally_shift_invariant.hpp>
#include <korobov/kernels/shift_invariant.hpp>
#include <korobov/transforms/fft.hpp>

#include "gp/dense.hpp"

using namespace korobov;

namespace {

struct Case {
  std::string name;
  AnyPointSet points;
  AnyKernel kernel;
  Index n = 32;
  bool has_group = true;
};

std::vector<Case> cases() {
  const ShiftInvariantKernel si(2, {.alpha = {1.0, 2.0}, .weights = {0.5, 0.2}, .scale = 1.5});
  const DigitallyShiftInvariantKernel dsi(2, {.alpha = 2.0, .weights = {0.5, 0.2}});
  const LeadingDigitKernel tree(2, {.alpha = 1.3, .weights = {0.5, 0.9}, .scale = 0.7});
  std::vector<Case> all{{"lattice", randomized(Lattice(2), Shift{}, Seed{3}), si},
                        {"plain lattice, a sum", Lattice(2), si + 0.5 * ShiftInvariantKernel(2, {.alpha = 1.0})},
                        {"lattice, order weights", randomized(Lattice(2), Shift{}, Seed{3}),
                         ShiftInvariantKernel(2, {.alpha = 3.0, .weights = {0.5, 0.2}, .order_weights = {0.7, 0.4}})},
                        {"net", randomized(Sobol(2), LmsShift{}, Seed{4}), dsi},
                        {"net in Gray order", randomized(Sobol(2, {.order = Order::gray}), LmsShift{}, Seed{4}),
                         DigitallyShiftInvariantKernel(2, {.alpha = {3.0, 4.0}, .weights = {0.5, 0.2}})},
                        {"interlaced net", randomized(Sobol(2, {.alpha = 2}), LmsShift{}, Seed{4}), dsi},
                        {"net, leading digit", randomized(Sobol(2), DigitalShift{}, Seed{4}), tree},
                        {"nested uniform", randomized(Sobol(2), Nus{}, Seed{5}), tree, 32, false}};
  return all;
}

// Smooth and periodic, two outputs.
std::vector<double> targets(const std::vector<Word>& x, Index d) {
  std::vector<double> y;
  for (std::size_t i = 0; i < x.size(); i += static_cast<std::size_t>(d)) {
    double sum = 0;
    for (std::size_t j = 0; j < static_cast<std::size_t>(d); ++j) {
      sum += std::sin(6.283185307179586 * coordinate<double>(x[i + j])) / static_cast<double>(j + 1);
    }
    y.push_back(std::exp(sum));
    y.push_back(1 + sum * sum);
  }
  return y;
}

std::vector<Word> some_points(Index m, Index d) {
  CounterEngine engine(Seed{77});
  std::vector<Word> x(static_cast<std::size_t>(m * d));
  for (auto& w : x) w = engine();
  return x;
}

const FitOptions kept{.learn = Learn::nothing};

}  // namespace

TEST_CASE("means, variances, covariances, the likelihood and the integral are those of dense matrices") {
  const Index m = 9;
  const double noise = 1e-3;
  for (const Case& c : cases()) {
    CAPTURE(c.name);
    const Index d = 2;
    const auto x = c.points.integers({0, c.n});
    const auto y = targets(x, d);
    auto z = some_points(m, d);
    std::copy_n(x.begin() + 6, 2, z.begin());  // one of the design's points
    auto gp = GaussianProcess::checked(c.points, c.kernel, noise);
    gp.fit(MatrixSpan<const double>(y.data(), c.n, 2), kept);
    CHECK(gp.kernel().parameters()[0] == c.kernel.parameters()[0]);
    CHECK(gp.evaluations() == 0);

    const LongMatrix l = cholesky(gram_of(c.kernel, x, d, noise + gp.nugget()));
    CHECK(gp.nugget() < 1e-12);
    const auto k = cross_of(c.kernel, z, x, d);
    const auto prior = cross_of(c.kernel, z, z, d);
    std::vector<double> mean(static_cast<std::size_t>(2 * m));
    std::vector<double> variance(static_cast<std::size_t>(m));
    std::vector<double> covariance(static_cast<std::size_t>(m * m));
    const MatrixSpan<const Word> zs(z.data(), m, d);
    gp.predict(zs, MatrixSpan<double>(mean.data(), m, 2), variance);
    gp.covariance(zs, MatrixSpan<double>(covariance.data(), m, m));
    std::vector<LongVector> half;
    for (std::size_t i = 0; i < static_cast<std::size_t>(m); ++i) {
      const auto row = static_cast<std::ptrdiff_t>(i) * c.n;
      half.push_back(forward_solve(l, LongVector(k.begin() + row, k.begin() + row + c.n)));
    }
    const double size = c.kernel.at_zero();
    long double likelihood = 0;
    for (std::size_t o = 0; o < 2; ++o) {
      LongVector of;
      for (std::size_t i = o; i < y.size(); i += 2) of.push_back(y[i]);
      likelihood += log_likelihood(l, of);
      const auto of_y = forward_solve(l, of);
      for (std::size_t i = 0; i < half.size(); ++i) {
        CHECK(std::fabs(mean[2 * i + o] - static_cast<double>(dot(half[i], of_y))) <= 1e-10);  // condition / noise
      }
      const auto alpha = solve(l, of);
      long double sum = 0;
      for (const long double a : alpha) sum += a;
      std::vector<double> means(2);
      const double spread = gp.integral(means);
      CHECK(std::fabs(means[o] - static_cast<double>(c.kernel.integral() * sum)) <= 1e-11);
      const auto ones = forward_solve(l, LongVector(l.n, c.kernel.integral()));
      CHECK(std::fabs(spread - static_cast<double>(c.kernel.integral() - dot(ones, ones))) <= 1e-13 * size);
      CHECK(std::fabs(gp.projected_integral_variance(c.n) - spread) <= 1e-15 * size);
    }
    CHECK(std::fabs(gp.log_marginal_likelihood() - static_cast<double>(likelihood)) <= 1e-9);
    for (std::size_t i = 0; i < half.size(); ++i) {
      for (std::size_t j = 0; j < half.size(); ++j) {
        const double expected = static_cast<double>(prior[i * half.size() + j] - dot(half[i], half[j]));
        CHECK(std::fabs(covariance[i * half.size() + j] - expected) <= 1e-12 * size);
        if (i == j) CHECK(std::fabs(variance[i] - expected) <= 1e-12 * size);
      }
    }
    // Doubles are the words that are exactly them.
    const std::vector<double> half_way{0.5, 0.25};
    const std::vector<Word> same{Word{1} << 63, Word{1} << 62};
    std::vector<double> a(3);
    std::vector<double> b(3);
    gp.predict(MatrixSpan<const double>(half_way.data(), 1, 2), MatrixSpan<double>(a.data(), 1, 2), {&a[2], 1});
    gp.predict(MatrixSpan<const Word>(same.data(), 1, 2), MatrixSpan<double>(b.data(), 1, 2), {&b[2], 1});
    CHECK(a == b);
  }
}

TEST_CASE("a shifted copy of the design by one transform is the prediction at its points") {
  for (const Case& c : cases()) {
    CAPTURE(c.name);
    const auto x = c.points.integers({0, c.n});
    const auto y = targets(x, 2);
    auto gp = GaussianProcess::checked(c.points, c.kernel, 1e-3);
    gp.fit(MatrixSpan<const double>(y.data(), c.n, 2), kept);
    const std::vector<Word> shift{0x123456789abcdef1U, 0xfedcba9876543211U};
    std::vector<double> at_once(y.size());
    const MatrixSpan<double> out(at_once.data(), c.n, 2);
    if (!c.has_group) {
      CHECK_THROWS_AS(gp.predict_shifted(shift, out), std::invalid_argument);
      continue;
    }
    const double spread = gp.predict_shifted(shift, out);
    std::vector<Word> moved = x;
    for (std::size_t at = 0; at < moved.size(); ++at) {
      moved[at] = c.points.symmetry() == SymmetryKind::cyclic ? x[at] + shift[at % 2] : x[at] ^ shift[at % 2];
    }
    std::vector<double> mean(y.size());
    std::vector<double> variance(static_cast<std::size_t>(c.n));
    gp.predict(MatrixSpan<const Word>(moved.data(), c.n, 2), MatrixSpan<double>(mean.data(), c.n, 2), variance);
    for (std::size_t i = 0; i < mean.size(); ++i) CHECK(std::fabs(mean[i] - at_once[i]) <= 1e-10);
    for (const double value : variance) CHECK(std::fabs(value - spread) <= 1e-12 * c.kernel.at_zero());
  }
}

TEST_CASE("linear order and any n") {
  if (!has_any_length_fft()) return;
  const Lattice points =
      randomized(Lattice(2, {.order = Order::linear, .n = 35, .generating_vector = {1, 12}}), Shift{}, Seed{8});
  const ShiftInvariantKernel kernel(2, {.weights = {0.5, 0.2}});
  const auto x = points.integers({0, 35});
  const auto y = targets(x, 2);
  GaussianProcess gp(points, kernel, 1e-3);
  gp.fit(MatrixSpan<const double>(y.data(), 35, 2), kept);
  const LongMatrix l = cholesky(gram_of(kernel, x, 2, 1e-3 + gp.nugget()));
  const auto z = some_points(3, 2);
  const auto k = cross_of(kernel, z, x, 2);
  std::vector<double> mean(6);
  std::vector<double> variance(3);
  gp.predict(MatrixSpan<const Word>(z.data(), 3, 2), MatrixSpan<double>(mean.data(), 3, 2), variance);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto row = static_cast<std::ptrdiff_t>(35 * i);
    const auto half = forward_solve(l, LongVector(k.begin() + row, k.begin() + row + 35));
    CHECK(std::fabs(variance[i] - static_cast<double>(kernel.at_zero() - dot(half, half))) <= 1e-12);
  }
  CHECK_THROWS_AS(gp.extend(MatrixSpan<const double>(y.data(), 35, 2)), std::invalid_argument);
}

TEST_CASE("extension is a fit to all, and the projected variance is what it will be") {
  for (const Case& c : cases()) {
    CAPTURE(c.name);
    const auto x = c.points.integers({0, 2 * c.n});
    const auto y = targets(x, 2);
    const MatrixSpan<const double> all(y.data(), 2 * c.n, 2);
    auto gp = GaussianProcess::checked(c.points, c.kernel, 1e-3);
    auto whole = gp;
    gp.fit(all.row_range(0, c.n), kept);
    const auto z = some_points(4, 2);
    const MatrixSpan<const Word> zs(z.data(), 4, 2);
    std::vector<double> projected(4);
    gp.projected_variance(2 * c.n, zs, projected);
    const double integral = gp.projected_integral_variance(2 * c.n);
    gp.extend(all.row_range(c.n, 2 * c.n));
    whole.fit(all, kept);
    CHECK(gp.size() == 2 * c.n);
    std::vector<double> a(8);
    std::vector<double> b(8);
    std::vector<double> variance(4);
    gp.predict(zs, MatrixSpan<double>(a.data(), 4, 2), variance);
    whole.predict(zs, MatrixSpan<double>(b.data(), 4, 2), {});
    CHECK(a == b);
    CHECK(variance == projected);
    std::vector<double> means(2);
    CHECK(std::fabs(gp.integral(means) - integral) <= 1e-14);
    CHECK(gp.log_marginal_likelihood() == whole.log_marginal_likelihood());
  }
}

TEST_CASE("fitting raises the likelihood, recovers hyper-parameters, and intervals cover") {
  // Twenty paths of a known process at 256 + 100 points; the band for 95 % intervals is the one asked of the library,
  // and the draws are the committed seeds'.
  const Index n = 256;
  const Index m = 100;
  struct Drawn {
    std::string name;
    AnyPointSet points;
    AnyKernel truth, start;
    double noise;  // well above the smallest eigenvalues: below them data cannot tell it from the kernel
  };
  const std::vector<double> weights{1.0, 0.1};
  const std::vector<Drawn> cases{
      {"lattice", randomized(Lattice(2), Shift{}, Seed{3}), ShiftInvariantKernel(2, {.weights = weights, .scale = 2.0}),
       ShiftInvariantKernel(2, {.weights = 0.3}), 0.01},
      {"net", randomized(Sobol(2), LmsShift{}, Seed{3}),
       DigitallyShiftInvariantKernel(2, {.alpha = 2.0, .weights = weights, .scale = 2.0}),
       DigitallyShiftInvariantKernel(2, {.alpha = 2.0, .weights = 0.3}), 0.3},
      {"nested uniform", randomized(Sobol(2), Nus{}, Seed{3}),
       LeadingDigitKernel(2, {.alpha = 1.5, .weights = weights, .scale = 2.0}),
       LeadingDigitKernel(2, {.alpha = 1.5, .weights = 0.3}), 1.0}};
  for (const Drawn& c : cases) {
    CAPTURE(c.name);
    const AnyPointSet& points = c.points;
    const AnyKernel& truth = c.truth;
    const double noise = c.noise;
    auto all = points.integers({0, n});
    const auto z = some_points(m, 2);
    all.insert(all.end(), z.begin(), z.end());
    const auto prior = GaussianProcess::checked(points, truth, noise);
    std::vector<double> paths(static_cast<std::size_t>(20 * (n + m)));
    const MatrixSpan<double> drawn(paths.data(), 20, n + m);
    prior.sample(MatrixSpan<const Word>(all.data(), n + m, 2), Seed{12}, drawn);
    int inside = 0;
    double log_weights[2] = {0, 0};
    double log_noise = 0;
    for (Index p = 0; p < drawn.rows; ++p) {
      CounterEngine engine(Seed{static_cast<std::uint64_t>(p)});
      std::vector<double> y(static_cast<std::size_t>(n));
      for (Index i = 0; i < n; ++i) {
        double normal = -6;  // a sum of twelve uniforms
        for (int k = 0; k < 12; ++k) normal += coordinate<double>(engine(), Endpoint::open);
        y[static_cast<std::size_t>(i)] = drawn(p, i) + std::sqrt(noise) * normal;
      }
      const MatrixSpan<const double> data(y.data(), n, 1);
      auto gp = GaussianProcess::checked(points, c.start, 0.1);
      auto known = GaussianProcess::checked(points, truth, noise);
      gp.fit(data);
      known.fit(data, kept);
      CHECK(gp.log_marginal_likelihood() >= known.log_marginal_likelihood());
      CHECK(gp.evaluations() > 3);
      log_weights[0] += std::log(gp.kernel().parameters()[1]) / 20;
      log_weights[1] += std::log(gp.kernel().parameters()[2]) / 20;
      log_noise += std::log(gp.noise()) / 20;
      std::vector<double> mean(static_cast<std::size_t>(m));
      std::vector<double> variance(static_cast<std::size_t>(m));
      gp.predict(MatrixSpan<const Word>(z.data(), m, 2), MatrixSpan<double>(mean.data(), m, 1), variance);
      for (Index i = 0; i < m; ++i) {
        const auto at = static_cast<std::size_t>(i);
        inside += std::fabs(mean[at] - drawn(p, n + i)) <= 1.959964 * std::sqrt(variance[at]) ? 1 : 0;
      }
    }
    CHECK(inside >= 0.93 * 2000);
    CHECK(inside <= 0.97 * 2000);
    CHECK(std::fabs(log_weights[0] - std::log(1.0)) <= 0.7);
    CHECK(std::fabs(log_weights[1] - std::log(0.1)) <= 0.7);
    CHECK(std::fabs(log_noise - std::log(noise)) <= 0.3);
  }
}

TEST_CASE("every criterion fits smooth data without noise, whatever the threads") {
  const Index n = 4096;
  const Lattice points = randomized(Lattice(2), Shift{}, Seed{3});
  const auto x = points.integers({0, n});
  const auto y = targets(x, 2);
  const auto z = some_points(20, 2);
  const auto expected = targets(z, 2);
  const int before = num_threads();
  for (const Criterion criterion : {Criterion::mle, Criterion::gcv, Criterion::loo}) {
    CAPTURE(static_cast<int>(criterion));
    std::vector<double> first;
    for (const int threads : {1, 2}) {
      set_num_threads(threads);
      GaussianProcess gp(points, ShiftInvariantKernel(2));
      gp.fit(MatrixSpan<const double>(y.data(), n, 2), {.criterion = criterion});
      std::vector<double> mean(40);
      std::vector<double> variance(20);
      gp.predict(MatrixSpan<const Word>(z.data(), 20, 2), MatrixSpan<double>(mean.data(), 20, 2), variance);
      for (std::size_t i = 0; i < mean.size(); ++i) CHECK(std::fabs(mean[i] - expected[i]) <= 1e-4);
      mean.insert(mean.end(), variance.begin(), variance.end());
      if (first.empty()) first = mean;
      CHECK(mean == first);
    }
  }
  set_num_threads(before);
}

TEST_CASE("leave-one-out ends at nothing worse than the hyper-parameters given") {
  const Index n = 256;
  const Lattice points = randomized(Lattice(2), Shift{}, Seed{3});
  const auto y = targets(points.integers({0, n}), 2);
  const MatrixSpan<const double> values(y.data(), n, 2);
  const auto criterion_of = [&](const GaussianProcess& gp) {  // one evaluation, no step
    double first = 0;
    FitOptions options{.criterion = Criterion::loo, .restarts = 0, .max_evaluations = 1};
    options.progress = [&](int count, double criterion) {
      if (count == 1) first = criterion;
    };
    GaussianProcess copy = gp;
    copy.fit(values, options);
    return first;
  };
  GaussianProcess best(points, ShiftInvariantKernel(2));
  best.fit(values, {.criterion = Criterion::loo});
  // Fitted again from where it ended: the scale that is likeliest is not the one that leave-one-out likes.
  GaussianProcess again(points, ShiftInvariantKernel(2));
  again = GaussianProcess::checked(points, best.kernel(), best.noise());
  again.fit(values, {.criterion = Criterion::loo, .restarts = 0, .max_evaluations = 1});
  CHECK(again.kernel().parameters()[0] == best.kernel().parameters()[0]);
  CHECK(criterion_of(again) <= criterion_of(best));
}

TEST_CASE("zeros are data for every criterion") {
  const std::vector<double> y(16);
  for (const Criterion criterion : {Criterion::mle, Criterion::gcv, Criterion::loo}) {
    CAPTURE(static_cast<int>(criterion));
    GaussianProcess gp(Lattice(2), ShiftInvariantKernel(2), 1e-3);
    gp.fit(MatrixSpan<const double>(y.data(), 16, 1), {.criterion = criterion});
    if (criterion == Criterion::gcv) CHECK(gp.noise() == 1e-3);
    double mean = 1;
    CHECK(gp.integral({&mean, 1}) >= 0);
    CHECK(mean == 0);
  }
}

TEST_CASE("a fit that is interrupted leaves the process as it was") {
  const Index n = 64;
  const Lattice points = randomized(Lattice(2), Shift{}, Seed{3});
  const auto y = targets(points.integers({0, n}), 2);
  const MatrixSpan<const double> values(y.data(), n, 2);
  GaussianProcess gp(points, ShiftInvariantKernel(2), 1e-3);
  gp.fit(values.row_range(0, 32), kept);
  FitOptions options;
  options.progress = [](int count, double) {
    if (count == 3) throw std::runtime_error("enough");
  };
  CHECK_THROWS_WITH_AS(gp.fit(values, options), "enough", std::runtime_error);
  CHECK(gp.size() == 32);
  CHECK(gp.noise() == 1e-3);
}

// Further observations: 3, one of them a design point, then 2 more precise ones.
struct Further {
  std::vector<Word> x = some_points(5, 2);
  std::vector<double> y = targets(x, 2);
  std::vector<double> noise{1e-3, 1e-3, 1e-3, 1e-5, 1e-5};

  explicit Further(const std::vector<Word>& design) {
    std::copy_n(design.begin() + 8, 2, x.begin() + 2);
    for (auto& value : y) value += 0.1;  // does not agree with the design
  }
  void add_to(GaussianProcess& gp) const {
    gp.condition(MatrixSpan<const Word>(x.data(), 3, 2), MatrixSpan<const double>(y.data(), 3, 2));
    gp.condition(MatrixSpan<const Word>(x.data() + 6, 2, 2), MatrixSpan<const double>(y.data() + 6, 2, 2), 1e-5);
  }
};

TEST_CASE("observations at further points are those of dense matrices") {
  const Index m = 9;
  const double noise = 1e-3;
  for (const Case& c : cases()) {
    CAPTURE(c.name);
    auto x = c.points.integers({0, c.n});
    auto y = targets(x, 2);
    const Further further(x);
    auto z = some_points(m + 7, 2);
    z.erase(z.begin(), z.begin() + 14);
    std::copy_n(x.begin() + 6, 2, z.begin());
    std::copy_n(further.x.begin(), 2, z.begin() + 2);
    auto gp = GaussianProcess::checked(c.points, c.kernel, noise);
    gp.fit(MatrixSpan<const double>(y.data(), c.n, 2), kept);
    const GaussianProcess without = gp;
    further.add_to(gp);
    CHECK(gp.size() == c.n);
    CHECK(gp.further_size() == 5);
    CHECK(without.further_size() == 0);

    x.insert(x.end(), further.x.begin(), further.x.end());
    y.insert(y.end(), further.y.begin(), further.y.end());
    LongMatrix a = gram_of(c.kernel, x, 2, gp.nugget());
    for (std::size_t i = 0; i < a.n; ++i) {
      a(i, i) += i < static_cast<std::size_t>(c.n) ? noise : further.noise[i - static_cast<std::size_t>(c.n)];
    }
    const LongMatrix l = cholesky(a);
    const auto k = cross_of(c.kernel, z, x, 2);
    const auto prior = cross_of(c.kernel, z, z, 2);
    std::vector<double> mean(static_cast<std::size_t>(2 * m));
    std::vector<double> variance(static_cast<std::size_t>(m));
    std::vector<double> covariance(static_cast<std::size_t>(m * m));
    const MatrixSpan<const Word> zs(z.data(), m, 2);
    gp.predict(zs, MatrixSpan<double>(mean.data(), m, 2), variance);
    gp.covariance(zs, MatrixSpan<double>(covariance.data(), m, m));
    std::vector<LongVector> half;
    for (std::size_t i = 0; i < static_cast<std::size_t>(m); ++i) {
      const auto row = static_cast<std::ptrdiff_t>(i * l.n);
      half.push_back(forward_solve(l, LongVector(k.begin() + row, k.begin() + row + static_cast<std::ptrdiff_t>(l.n))));
    }
    const double size = c.kernel.at_zero();
    long double likelihood = 0;
    std::vector<double> means(2);
    const double spread = gp.integral(means);
    CHECK(std::fabs(gp.projected_integral_variance(c.n) - spread) <= 1e-15 * size);
    for (std::size_t o = 0; o < 2; ++o) {
      LongVector of;
      for (std::size_t i = o; i < y.size(); i += 2) of.push_back(y[i]);
      likelihood += log_likelihood(l, of);
      const auto of_y = forward_solve(l, of);
      for (std::size_t i = 0; i < half.size(); ++i) {
        CHECK(std::fabs(mean[2 * i + o] - static_cast<double>(dot(half[i], of_y))) <= 1e-9);  // condition / 1e-5
      }
      const auto ones = forward_solve(l, LongVector(l.n, c.kernel.integral()));
      CHECK(std::fabs(means[o] - static_cast<double>(dot(ones, of_y))) <= 1e-10);
      CHECK(std::fabs(spread - static_cast<double>(c.kernel.integral() - dot(ones, ones))) <= 1e-13 * size);
    }
    CHECK(std::fabs(gp.log_marginal_likelihood() - static_cast<double>(likelihood)) <= 1e-7);
    for (std::size_t i = 0; i < half.size(); ++i) {
      for (std::size_t j = 0; j < half.size(); ++j) {
        const double expected = static_cast<double>(prior[i * half.size() + j] - dot(half[i], half[j]));
        CHECK(std::fabs(covariance[i * half.size() + j] - expected) <= 1e-12 * size);
        if (i == j) CHECK(std::fabs(variance[i] - expected) <= 1e-12 * size);
      }
    }

    // Shifted copies, where the points keep a group.
    const std::vector<Word> shift{0x123456789abcdef1U, 0xfedcba9876543211U};
    std::vector<double> at_once(static_cast<std::size_t>(2 * c.n));
    std::vector<double> spreads(static_cast<std::size_t>(c.n));
    const MatrixSpan<double> out(at_once.data(), c.n, 2);
    if (!c.has_group) {
      CHECK_THROWS_AS(gp.predict_shifted(shift, out, spreads), std::invalid_argument);
      continue;
    }
    CHECK_THROWS_WITH_AS(gp.predict_shifted(shift, out),
                         doctest::Contains("variance: must be asked for at every point"), std::invalid_argument);
    gp.predict_shifted(shift, out, spreads);
    std::vector<Word> moved(x.begin(), x.begin() + 2 * c.n);
    for (std::size_t at = 0; at < moved.size(); ++at) {
      moved[at] = c.points.symmetry() == SymmetryKind::cyclic ? x[at] + shift[at % 2] : x[at] ^ shift[at % 2];
    }
    std::vector<double> expected(at_once.size());
    std::vector<double> of_each(spreads.size());
    const MatrixSpan<const Word> moveds(moved.data(), c.n, 2);
    gp.predict(moveds, MatrixSpan<double>(expected.data(), c.n, 2), of_each);
    for (std::size_t i = 0; i < expected.size(); ++i) CHECK(std::fabs(expected[i] - at_once[i]) <= 1e-9);
    for (std::size_t i = 0; i < spreads.size(); ++i) CHECK(std::fabs(spreads[i] - of_each[i]) <= 1e-12 * size);
    gp.predict_shifted(shift, out, {});
    for (std::size_t i = 0; i < expected.size(); ++i) CHECK(std::fabs(expected[i] - at_once[i]) <= 1e-9);
    without.predict_shifted(shift, out, spreads);
    without.predict(moveds, MatrixSpan<double>(), of_each);
    for (std::size_t i = 0; i < spreads.size(); ++i) CHECK(std::fabs(spreads[i] - of_each[i]) <= 1e-12 * size);
  }
}

TEST_CASE("further observations stay under extension, and a new fit drops them") {
  for (const Case& c : cases()) {
    CAPTURE(c.name);
    const auto x = c.points.integers({0, 2 * c.n});
    const auto y = targets(x, 2);
    const MatrixSpan<const double> all(y.data(), 2 * c.n, 2);
    const Further further(x);
    auto gp = GaussianProcess::checked(c.points, c.kernel, 1e-3);
    auto whole = gp;
    gp.fit(all.row_range(0, c.n), kept);
    further.add_to(gp);
    const auto z = some_points(4, 2);
    const MatrixSpan<const Word> zs(z.data(), 4, 2);
    std::vector<double> projected(4);
    gp.projected_variance(2 * c.n, zs, projected);
    const double integral = gp.projected_integral_variance(2 * c.n);
    gp.extend(all.row_range(c.n, 2 * c.n));
    whole.fit(all, kept);
    further.add_to(whole);
    std::vector<double> a(8);
    std::vector<double> b(8);
    std::vector<double> variance(4);
    gp.predict(zs, MatrixSpan<double>(a.data(), 4, 2), variance);
    whole.predict(zs, MatrixSpan<double>(b.data(), 4, 2), {});
    CHECK(a == b);
    CHECK(variance == projected);
    std::vector<double> means(2);
    CHECK(gp.integral(means) == integral);
    CHECK(gp.fit(all, kept).further_size() == 0);
    gp.predict(zs, MatrixSpan<double>(a.data(), 4, 2), {});
    CHECK(a != b);
  }
}

TEST_CASE("observations off the lattice find what lies between its points") {
  // A frequency that 64 points of the line see as a constant: the design alone is sure of the wrong integral.
  const Index n = 64;
  const Lattice points(1);
  const auto f = [](Word w) { return std::sin(6.283185307179586 * 64 * coordinate<double>(w)); };
  const std::vector<double> y(static_cast<std::size_t>(n), f(0));
  GaussianProcess gp(points, ShiftInvariantKernel(1, {.alpha = 2.0}), 1e-8);
  gp.fit(MatrixSpan<const double>(y.data(), n, 1), kept);
  const std::vector<Word> x{Word{1} << 56};  // a quarter of the way to the next point
  const std::vector<double> seen{f(x[0])};
  double before = 0;
  double after = 0;
  const MatrixSpan<const Word> xs(x.data(), 1, 1);
  gp.predict(xs, MatrixSpan<double>(&before, 1, 1), {});
  gp.condition(xs, MatrixSpan<const double>(seen.data(), 1, 1), 0.0);
  gp.predict(xs, MatrixSpan<double>(&after, 1, 1), {});
  CHECK(std::fabs(before) <= 1e-6);
  CHECK(std::fabs(after - 1) <= 1e-6);
}

TEST_CASE("without noise further observations leave the integral a deviation") {
  // A smooth kernel on 4096 points: the integral is known to some 1e-9, its covariance with the observations to less
  // than one rounding error of k.
  const Index n = 4096;
  const Lattice points = randomized(Lattice(2), Shift{}, Seed{3});
  const auto y = targets(points.integers({0, n}), 2);
  GaussianProcess gp(points, ShiftInvariantKernel(2, {.alpha = 3.0, .weights = 0.3}));
  gp.fit(MatrixSpan<const double>(y.data(), n, 2), kept);
  std::vector<double> before(2);
  std::vector<double> after(2);
  const double variance = gp.integral(before);
  const auto z = some_points(100, 2);
  const auto seen = targets(z, 2);
  gp.condition(MatrixSpan<const Word>(z.data(), 100, 2), MatrixSpan<const double>(seen.data(), 100, 2));
  const double rest = gp.integral(after);
  CHECK(rest > 0.5 * variance);
  CHECK(rest <= variance);
  CHECK(std::fabs(after[0] - before[0]) <= 1e-12);
}

TEST_CASE("the integral's variance is positive where rounding errors of k are all that is left") {
  // 4096 points of a smooth kernel: k - c has mean 1e-20, and the errors of its values do not cancel.
  for (const double alpha : {3.0, 4.0, 5.0}) {
    const Index n = 4096;
    const Lattice points = randomized(Lattice(2), Shift{}, Seed{3});
    const auto y = targets(points.integers({0, n}), 2);
    GaussianProcess gp(points, ShiftInvariantKernel(2, {.alpha = alpha, .weights = 0.3}));
    gp.fit(MatrixSpan<const double>(y.data(), n, 2), kept);
    std::vector<double> means(2);
    CHECK(gp.integral(means) > 0);
    CHECK(gp.integral(means) < 1e-15);
    CHECK(gp.projected_integral_variance(n) > 0);
  }
}

TEST_CASE("paths have the posterior's moments") {
  const Lattice points(2);
  const ShiftInvariantKernel kernel(2, {.alpha = 1.0});
  const auto x = points.integers({0, 16});
  const auto y = targets(x, 2);
  GaussianProcess gp(points, kernel, 0.1);
  gp.fit(MatrixSpan<const double>(y.data(), 16, 2), kept);
  const Index m = 3;
  const auto z = some_points(m, 2);
  const MatrixSpan<const Word> zs(z.data(), m, 2);
  std::vector<double> mean(6);
  std::vector<double> covariance(9);
  gp.predict(zs, MatrixSpan<double>(mean.data(), m, 2), {});
  gp.covariance(zs, MatrixSpan<double>(covariance.data(), m, m));
  const Index count = 20000;
  std::vector<double> paths(static_cast<std::size_t>(2 * count * m));
  gp.sample(zs, Seed{5}, MatrixSpan<double>(paths.data(), 2 * count, m));
  for (std::size_t o = 0; o < 2; ++o) {
    for (std::size_t i = 0; i < 3; ++i) {
      double sum = 0;
      for (std::size_t p = o; p < 2 * count; p += 2) sum += paths[3 * p + i];
      const double sd = std::sqrt(covariance[4 * i]);
      CHECK(std::fabs(sum / count - mean[2 * i + o]) <= 5 * sd / std::sqrt(count));  // chance 6e-7 each
      for (std::size_t j = 0; j < 3; ++j) {
        double product = 0;
        for (std::size_t p = o; p < 2 * count; p += 2) {
          product += (paths[3 * p + i] - mean[2 * i + o]) * (paths[3 * p + j] - mean[2 * j + o]);
        }
        const double scale = std::sqrt(covariance[4 * i] * covariance[4 * j]);
        CHECK(std::fabs(product / count - covariance[3 * i + j]) <= 5 * 1.5 * scale / std::sqrt(count));
      }
    }
  }
}

TEST_CASE("Gaussian processes refuse what breaks a rule") {
  const Lattice points(2);
  const ShiftInvariantKernel kernel(2);
  CHECK_THROWS_WITH_AS(GaussianProcess(points, kernel, -1.0), "noise: must be finite and not negative; got -1",
                       std::invalid_argument);
  CHECK_THROWS_AS(GaussianProcess(points, kernel, std::nan("")), std::invalid_argument);
  CHECK_THROWS_AS(GaussianProcess(points, ShiftInvariantKernel(3)), std::invalid_argument);
  CHECK_THROWS_AS(GaussianProcess::checked(points, DigitallyShiftInvariantKernel(2)), std::invalid_argument);
  CHECK_THROWS_AS(GaussianProcess::checked(randomized(Sobol(2), Nus{}, Seed{1}), DigitallyShiftInvariantKernel(2)),
                  std::invalid_argument);
  std::vector<double> y(8, 1.0);
  GaussianProcess gp(points, kernel);
  CHECK_THROWS_AS(gp.fit(MatrixSpan<const double>(y.data(), 1, 1)), std::invalid_argument);
  CHECK_THROWS_AS(gp.fit(MatrixSpan<const double>(y.data(), 3, 1)), std::invalid_argument);
  CHECK_THROWS_AS(gp.fit(MatrixSpan<const double>(y.data(), 4, 0)), std::invalid_argument);
  CHECK_THROWS_AS(
      GaussianProcess(Lattice(2, {.order = Order::gray}), kernel).fit(MatrixSpan<const double>(y.data(), 8, 1)),
      std::invalid_argument);
  for (const double unit : {1e-61, 1e61}) {  // squares of it are formed, and powers of them
    const std::vector<double> extreme(8, unit);
    GaussianProcess far(points, kernel, 1.0);
    CHECK_THROWS_WITH_AS(far.fit(MatrixSpan<const double>(extreme.data(), 8, 1)),
                         doctest::Contains("y: must have its largest magnitude in [1e-60, 1e60]"),
                         std::invalid_argument);
    CHECK_NOTHROW(far.fit(MatrixSpan<const double>(extreme.data(), 8, 1), kept));
  }
  std::vector<double> out(8);
  const std::vector<Word> x(4);
  const MatrixSpan<const Word> xs(x.data(), 2, 2);
  CHECK_THROWS_WITH_AS(gp.predict(xs, MatrixSpan<double>(out.data(), 2, 1), {}),
                       "gp: must have been fitted to data; got 'no data'", std::invalid_argument);
  gp.fit(MatrixSpan<const double>(y.data(), 8, 1), kept);
  CHECK_THROWS_AS(gp.predict(MatrixSpan<const Word>(x.data(), 1, 4), MatrixSpan<double>(out.data(), 1, 1), {}),
                  std::invalid_argument);
  CHECK_THROWS_AS(gp.predict(xs, MatrixSpan<double>(out.data(), 1, 1), {}), std::invalid_argument);
  CHECK_THROWS_AS(gp.extend(MatrixSpan<const double>(y.data(), 4, 1)), std::invalid_argument);
  CHECK_THROWS_AS(gp.extend(MatrixSpan<const double>(y.data(), 8, 2, 1, 0)), std::invalid_argument);
  const MatrixSpan<const double> two(y.data(), 2, 1);
  CHECK_THROWS_WITH_AS(GaussianProcess(points, kernel).condition(xs, two), doctest::Contains("must have been fitted"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(gp.condition(xs.row_range(0, 0), two), "x: must have at least one row; got 0",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(gp.condition(xs.row_range(0, 1), two), "y: must have one row per point, 1; got 2",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(gp.condition(xs, MatrixSpan<const double>(y.data(), 2, 2)),
                       "y: must have as many columns as before, 1; got 2", std::invalid_argument);
  CHECK_THROWS_WITH_AS(gp.condition(MatrixSpan<const Word>(x.data(), 2, 1), two),
                       "x: must have one column per dimension, 2; got 1", std::invalid_argument);
  CHECK_THROWS_WITH_AS(gp.condition(xs, two, -1.0), "noise: must be finite and not negative; got -1",
                       std::invalid_argument);
  const std::vector<double> bad{1.0, std::nan("")};
  CHECK_THROWS_WITH_AS(gp.condition(xs, MatrixSpan<const double>(bad.data(), 2, 1)), "y: must be finite; got nan",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(gp.condition(MatrixSpan<const double>(bad.data(), 1, 2), two.row_range(0, 1)),
                       "x: must be finite; got nan", std::invalid_argument);
  CHECK(gp.further_size() == 0);
  y[3] = std::nan("");
  CHECK_THROWS_WITH_AS(gp.fit(MatrixSpan<const double>(y.data(), 8, 1)), "y: must be finite; got nan",
                       std::invalid_argument);
  // All weights 0: every eigenvalue but one is 0.
  y[3] = 1;
  GaussianProcess flat(points, ShiftInvariantKernel(2, {.weights = 0.0}));
  CHECK_THROWS_AS(flat.fit(MatrixSpan<const double>(y.data(), 8, 1), kept), NumericalError);
  const GaussianProcess product(points, kernel * kernel, 0.1);
  CHECK_THROWS_AS(product.projected_integral_variance(8), std::invalid_argument);
}
