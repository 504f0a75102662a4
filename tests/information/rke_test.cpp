#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/core/error.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/gram/random_features.hpp>
#include <korobov/information/rke.hpp>
#include <korobov/kernels/shift_invariant.hpp>

#include "support/random_points.hpp"

using namespace korobov;

namespace {

// Normal points around `modes` centres far apart.
std::vector<double> clusters(Index n, Index d, Index modes, std::uint64_t seed) {
  std::vector<double> u = random_points(n, d, Seed{seed}), x(u.size());
  SpectralMeasure(GaussianKernel{}).transform({u.data(), n, d}, {x.data(), n, d});
  for (Index i = 0; i < n; ++i) x[static_cast<std::size_t>(i * d)] += 50.0 * static_cast<double>(i % modes);
  return x;
}

double from_full_matrix(const AnyKernel& kernel, const std::vector<double>& x, Index n, Index d) {
  std::vector<double> k(static_cast<std::size_t>(n * n));
  const MatrixSpan<const double> points(x.data(), n, d);
  kernel.cross(points, points, MatrixSpan<double>(k.data(), n, n));
  long double sum = 0.0L, trace = 0.0L;
  for (Index i = 0; i < n; ++i) {
    trace += k[static_cast<std::size_t>(i * n + i)];
    for (Index j = 0; j < n; ++j) sum += std::pow(static_cast<long double>(k[static_cast<std::size_t>(i * n + j)]), 2);
  }
  return static_cast<double>(trace * trace / sum);
}

Score by_sums(const AnyKernel& kernel, const std::vector<double>& x, Index n, Index d, std::uint64_t seed,
              Index features = 1024, double confidence = 0.99) {
  CharacteristicSums sums(kernel, d, {features, 16, Seed{seed}});
  sums.add({x.data(), n, d});
  return sums.rke(confidence);
}

}  // namespace

TEST_CASE("RKE: exact in tiles against the full matrix, any kernel, any number of threads") {
  for (const Index n : {1, 2, 127, 128, 129, 515, 700}) {
    const std::vector<double> x = clusters(n, 3, 4, 1);
    for (const AnyKernel& kernel :
         {AnyKernel(GaussianKernel({0.8, 2.5})), AnyKernel(MaternKernel({1.5, 2.0, 1.0})),
          AnyKernel(ShiftInvariantKernel(3)), AnyKernel(GaussianKernel() + LaplaceKernel())}) {
      const double score = rke_score(kernel, {x.data(), n, 3});
      CHECK(score == doctest::Approx(from_full_matrix(kernel, x, n, 3)).epsilon(1e-12));
      const int threads = num_threads();
      set_num_threads(threads == 3 ? 2 : 3);
      CHECK(rke_score(kernel, {x.data(), n, 3}) == score);
      set_num_threads(threads);
    }
  }
  const std::vector<double> same(30, 0.5);
  CHECK(rke_score(GaussianKernel{}, {same.data(), 10, 3}) == doctest::Approx(1.0));
  const std::vector<double> apart = clusters(5, 1, 5, 1);
  CHECK(rke_score(GaussianKernel({0.1, 1.0}), {apart.data(), 5, 1}) == doctest::Approx(5.0));
}

TEST_CASE("RKE: by characteristic function, every family, value and interval against the exact score") {
  constexpr Index n = 400, d = 4;
  const std::vector<double> x = clusters(n, d, 3, 2);
  for (const AnyKernel& kernel :
       {AnyKernel(GaussianKernel({2.0, 3.0})), AnyKernel(MaternKernel({0.5, 4.0, 1.0})),
        AnyKernel(MaternKernel({1.5, 3.0, 1.0})), AnyKernel(RationalQuadraticKernel({2.0, 1.5, 1.0})),
        AnyKernel(LaplaceKernel({6.0, 2.0})), AnyKernel(CauchyKernel({3.0, 1.0}))}) {
    const double exact = rke_score(kernel, {x.data(), n, d});
    int inside = 0;
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      const Score score = by_sums(kernel, x, n, d, seed);
      CHECK(score.value == doctest::Approx(exact).epsilon(0.1));
      CHECK(score.lower.value() <= score.value);
      CHECK(score.value <= score.upper.value());
      CHECK(score.upper.value() / score.lower.value() < 1.6);
      inside += score.lower.value() <= exact && exact <= score.upper.value() ? 1 : 0;
    }
    CHECK(inside >= 9);  // 99 % each: fewer than 9 of 10 by chance in 0.4 % of runs; fixed seeds
  }
}

TEST_CASE("RKE: the whole net's error is far below that of as many independent frequencies") {
  constexpr Index n = 300, d = 4, features = 1024;
  const std::vector<double> x = clusters(n, d, 1, 3);
  const GaussianKernel kernel({2.8, 1.0});  // about the median distance
  const double exact = rke_score(kernel, {x.data(), n, d});
  double squares = 0.0, independent = 0.0;
  std::vector<double> phi(static_cast<std::size_t>(n * 2 * features));
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    squares += std::pow(exact / by_sums(kernel, x, n, d, seed, features).value - 1.0, 2);
    // |mean phi|^2 of independent features of the squared kernel, whose lengthscale is shorter by sqrt 2.
    const RandomFourierFeatures map(GaussianKernel({2.8 / std::numbers::sqrt2, 1.0}), d, 2 * features, Frequencies::iid,
                                    Seed{seed});
    map.transform({x.data(), n, d}, {phi.data(), n, 2 * features});
    double power = 0.0;
    for (Index c = 0; c < 2 * features; ++c) {
      double sum = 0.0;
      for (Index i = 0; i < n; ++i) sum += phi[static_cast<std::size_t>(i * 2 * features + c)];
      power += sum / n * (sum / n);
    }
    independent += std::pow(exact * power - 1.0, 2);
  }
  CHECK(squares < independent / 64);  // eight times in the root mean square of 12 fixed seeds
}

TEST_CASE("RKE: portions, merged parts and stored sums give the same score") {
  constexpr Index n = 501, d = 5;
  const std::vector<double> x = clusters(n, d, 2, 4);
  const GaussianKernel kernel({1.5, 1.0});
  const CharacteristicOptions options{100, 16, Seed{9}};
  CharacteristicSums whole(kernel, d, options), first(kernel, d, options), second(kernel, d, options);
  whole.add({x.data(), n, d});
  first.add({x.data(), 100, d});
  first.add({x.data() + 100 * d, 1, d});
  second.add({x.data() + 101 * d, n - 101, d});
  CharacteristicSums third(kernel, d, options);
  third.restore(second.count(), second.sums());
  first.merge(third);
  CHECK(first.count() == n);
  CHECK(first.rke().value == doctest::Approx(whole.rke().value).epsilon(1e-12));
  CHECK(first.rke().lower.value() == doctest::Approx(whole.rke().lower.value()).epsilon(1e-10));
  CHECK(whole.rke(0.9).lower.value() > whole.rke(0.99).lower.value());
  const int threads = num_threads();
  set_num_threads(threads == 3 ? 2 : 3);
  CharacteristicSums again(kernel, d, options);
  again.add({x.data(), n, d});
  set_num_threads(threads);
  CHECK(again.sums() == whole.sums());
}

TEST_CASE("RKE: what is refused") {
  const GaussianKernel kernel;
  const std::vector<double> x = {0.1, 0.2, std::numeric_limits<double>::quiet_NaN(), 0.4};
  CHECK_THROWS_AS(rke_score(kernel, {x.data(), 0, 2}), std::invalid_argument);
  CHECK_THROWS_AS(rke_score(kernel, {x.data(), 2, 2}), std::invalid_argument);
  CHECK_THROWS_AS(CharacteristicSums(kernel, 2, {15, 16, Seed{}}), std::invalid_argument);
  CHECK_THROWS_AS(CharacteristicSums(kernel, 2, {15, 1, Seed{}}), std::invalid_argument);
  CHECK_THROWS_AS(CharacteristicSums(ShiftInvariantKernel(2), 2, {}), std::invalid_argument);
  CharacteristicSums sums(kernel, 2, {});
  CHECK_THROWS_AS(sums.rke(), std::invalid_argument);
  CHECK_THROWS_AS(sums.add({x.data(), 2, 2}), NumericalError);
  CHECK(sums.count() == 0);
  CHECK_THROWS_AS(sums.add({x.data(), 1, 3}), std::invalid_argument);
  sums.add({x.data(), 1, 2});
  CHECK_THROWS_AS(sums.rke(1.0), std::invalid_argument);
  CHECK_THROWS_AS(sums.merge(CharacteristicSums(kernel, 2, {1024, 16, Seed{1}})), std::invalid_argument);
  CHECK_THROWS_AS(sums.restore(1, {1.0}), std::invalid_argument);
}
