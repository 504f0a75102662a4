// Bootstrap intervals: coverage of a known entropy, explicit resampling of rows, one sample or copies of one.
#include <algorithm>
#include <cmath>
#include <span>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/information/bootstrap.hpp>
#include <korobov/information/entropy.hpp>

#include "information/matrices.hpp"

using namespace korobov;

namespace {

double entropy(const Spectrum& s) { return von_neumann_entropy(s); }

// Samples of classes with these probabilities, as unit vectors: the spectrum of the distribution is p itself.
RowMatrix classes(const std::vector<double>& p, Index n, std::uint64_t seed) {
  RowMatrix phi = RowMatrix::Zero(n, static_cast<Index>(p.size()));
  CounterEngine engine(Seed{seed});
  for (Index i = 0; i < n; ++i) {
    double u = coordinate<double>(engine(), Endpoint::open);
    std::size_t c = 0;
    while (c + 1 < p.size() && u > p[c]) u -= p[c++];
    phi(i, static_cast<Index>(c)) = 1;
  }
  return phi;
}

}  // namespace

TEST_CASE("intervals cover the entropy of the distribution, where percentiles would not") {
  const std::vector<double> p{0.3, 0.2, 0.1, 0.1, 0.08, 0.08, 0.08, 0.06};
  double truth = 0;
  for (const double share : p) truth -= share * std::log(share);
  int covered = 0, percentiles = 0, above = 0;
  constexpr int kSamples = 400;
  for (int s = 0; s < kSamples; ++s) {
    const RowMatrix phi = classes(p, 100, static_cast<std::uint64_t>(s));
    const Score score = feature_bootstrap_score(entropy, view(phi), {.replications = 199, .seed = Seed{7}});
    covered += *score.lower <= truth && truth <= *score.upper ? 1 : 0;
    const double low = 2 * score.value - *score.upper, high = 2 * score.value - *score.lower;
    percentiles += low <= truth && truth <= high ? 1 : 0;
    above += (*score.lower + *score.upper) / 2 > score.value ? 1 : 0;
  }
  // 91.7 % of 2000 multinomial samples drawn elsewhere, 81 % by percentiles: below 345 has a chance of 1e-4.
  CHECK(covered >= 345);
  CHECK(covered <= 394);
  CHECK(percentiles < covered - 10);
  CHECK(above > 380);  // the plug-in entropy is too small
}

TEST_CASE("a Gram matrix and its features agree; replicates are resampled rows") {
  const RowMatrix phi = random_matrix(25, 4, 3);
  const RowMatrix k = phi * phi.transpose();
  const BootstrapOptions options{.replications = 60, .confidence = 0.9, .seed = Seed{5}};
  std::vector<double> seen, traces;
  const auto watched = [&](const Spectrum& s) {
    traces.push_back(s.trace());
    seen.push_back(renyi_entropy(s, 2));
    return seen.back();
  };
  const Score of_k = bootstrap_score(watched, view(k), options);
  const std::vector<double> of_matrix = seen, of_matrix_traces = traces;
  seen.clear();
  const Score of_phi = feature_bootstrap_score(watched, view(phi), options);
  REQUIRE(seen.size() == 61);
  for (std::size_t r = 0; r < seen.size(); ++r) CHECK(of_matrix[r] == doctest::Approx(seen[r]).epsilon(1e-12));
  CHECK(*of_k.lower == doctest::Approx(*of_phi.lower).epsilon(1e-12));
  CHECK(of_k.value == doctest::Approx(renyi_entropy(spectrum_of(view(k)), 2)).epsilon(1e-12));
  CHECK(of_matrix_traces.front() == doctest::Approx(k.trace() / 25).epsilon(1e-12));

  // Basic interval of 60 replicates at 90 %: places 3.05 and 57.95 of the sorted ones.
  std::vector<double> sorted(seen.begin() + 1, seen.end());
  std::sort(sorted.begin(), sorted.end());
  CHECK(*of_phi.upper == doctest::Approx(2 * of_phi.value - (0.95 * sorted[2] + 0.05 * sorted[3])).epsilon(1e-12));
  CHECK(*of_phi.lower == doctest::Approx(2 * of_phi.value - (0.05 * sorted[56] + 0.95 * sorted[57])).epsilon(1e-12));

  // The draws of replicate 0, from its own stream, row by row.
  CounterEngine engine(Seed{5}.child(0));
  RowMatrix rows(25, 4);
  for (Index i = 0; i < 25; ++i) {
    rows.row(i) = phi.row(static_cast<Index>(static_cast<long double>(engine()) / 18446744073709551616.0L * 25));
  }
  CHECK(seen[1] == doctest::Approx(renyi_entropy(feature_spectrum(view(rows)), 2)).epsilon(1e-12));
}

TEST_CASE("seeds, and samples that leave nothing to chance") {
  const RowMatrix k = gaussian_gram(random_matrix(30, 2, 1), 1);
  const auto with = [&](std::uint64_t seed) {
    return bootstrap_score(entropy, view(k), {.replications = 50, .seed = Seed{seed}});
  };
  CHECK(*with(1).lower == *with(1).lower);
  CHECK(*with(1).lower != *with(2).lower);
  CHECK(with(1).value == with(2).value);
  const Score copies = bootstrap_score(entropy, view(RowMatrix::Ones(9, 9)), {.seed = Seed{1}});
  CHECK(std::fabs(*copies.lower) < 1e-12);
  CHECK(std::fabs(*copies.upper) < 1e-12);
}

TEST_CASE("a statistic of indices sees the draws of a functional of the spectrum") {
  const RowMatrix k = gaussian_gram(random_matrix(30, 2, 1), 1);
  const BootstrapOptions options{.replications = 40, .seed = Seed{3}};
  std::vector<std::vector<Index>> seen;
  const auto of_rows = [&](std::span<const Index> drawn) {
    seen.emplace_back(drawn.begin(), drawn.end());
    const std::vector<Index> rows(drawn.begin(), drawn.end());
    const RowMatrix part = k(rows, rows);
    return von_neumann_entropy(spectrum_of(view(part)));
  };
  const Score got = resampling_score(of_rows, 30, options);
  const Score expected = bootstrap_score(entropy, view(k), options);
  CHECK(got.value == doctest::Approx(expected.value).epsilon(1e-12));
  CHECK(*got.lower == doctest::Approx(*expected.lower).epsilon(1e-12));
  CHECK(*got.upper == doctest::Approx(*expected.upper).epsilon(1e-12));

  REQUIRE(seen.size() == 41);
  for (Index i = 0; i < 30; ++i) CHECK(seen[0][static_cast<std::size_t>(i)] == i);
  for (const auto& drawn : seen) {
    CHECK(drawn.size() == 30);
    CHECK(std::is_sorted(drawn.begin(), drawn.end()));
  }
  const std::vector<std::vector<Index>> few = seen;
  seen.clear();
  resampling_score(of_rows, 30, {.replications = 60, .seed = Seed{3}});
  CHECK(std::equal(few.begin(), few.end(), seen.begin()));
}

TEST_CASE("several samples are drawn each by itself, from its own dimension of the stream") {
  const std::vector<Index> sizes{20, 33};
  std::vector<std::vector<std::vector<Index>>> seen;
  const auto watched = [&](std::span<const std::vector<Index>> drawn) {
    seen.emplace_back(drawn.begin(), drawn.end());
    return static_cast<double>(drawn[0][10] + 2 * drawn[1][20]);
  };
  const Score score = resampling_score(watched, sizes, {.replications = 39, .seed = Seed{4}});
  CHECK(score.value == 10 + 2 * 20);
  REQUIRE(seen.size() == 40);
  for (std::size_t g = 0; g < 2; ++g) {
    CounterEngine engine(Seed{4}.child(6), Purpose::engine, 0, g);
    std::vector<Index> expected;
    for (Index i = 0; i < sizes[g]; ++i) {
      const long double share = static_cast<long double>(engine()) / 18446744073709551616.0L;
      expected.push_back(static_cast<Index>(share * static_cast<long double>(sizes[g])));
    }
    std::sort(expected.begin(), expected.end());
    CHECK(seen[7][g] == expected);
  }
  // The first sample's draws do not depend on what is beside it.
  std::vector<Index> alone;
  resampling_score(
      [&](std::span<const Index> drawn) {
        alone.assign(drawn.begin(), drawn.end());
        return 0.;
      },
      20, {.replications = 39, .seed = Seed{4}});
  CHECK(alone == seen.back()[0]);
}

TEST_CASE("bad input is refused, what the statistic throws passes") {
  const RowMatrix k = RowMatrix::Identity(5, 5);
  CHECK_THROWS_AS(bootstrap_score(entropy, view(k), {.confidence = 1}), std::invalid_argument);
  CHECK_THROWS_AS(bootstrap_score(entropy, view(k), {.replications = 38}), std::invalid_argument);
  CHECK_NOTHROW(bootstrap_score(entropy, view(k), {.replications = 39}));
  CHECK_THROWS_AS(bootstrap_score(entropy, view(random_matrix(4, 4, 1))), std::invalid_argument);
  CHECK_THROWS_AS(bootstrap_score([](const Spectrum&) { return std::nan(""); }, view(k)), std::invalid_argument);
  CHECK_THROWS_AS(bootstrap_score([](const Spectrum&) -> double { throw std::out_of_range("mine"); }, view(k)),
                  std::out_of_range);
  RowMatrix phi = random_matrix(4, 2, 1);
  phi(0, 0) = std::nan("");
  CHECK_THROWS_AS(feature_bootstrap_score(entropy, view(phi)), std::invalid_argument);

  const auto zero = [](std::span<const Index>) { return 0.; };
  const auto zero_of_all = [](std::span<const std::vector<Index>>) { return 0.; };
  const std::vector<Index> none, empty{4, 0};
  CHECK_THROWS_AS(resampling_score(zero, 0), std::invalid_argument);
  CHECK_THROWS_AS(resampling_score(zero_of_all, none), std::invalid_argument);
  CHECK_THROWS_AS(resampling_score(zero_of_all, empty), std::invalid_argument);
  CHECK_THROWS_AS(resampling_score(zero, 4, {.confidence = 0}), std::invalid_argument);
  CHECK_THROWS_AS(resampling_score(zero, 4, {.replications = 38}), std::invalid_argument);
  CHECK(*resampling_score(zero, 1, {.replications = 39}).upper == 0);
  CHECK_THROWS_AS(resampling_score([](std::span<const Index>) { return std::nan(""); }, 4), std::invalid_argument);
  CHECK_THROWS_AS(resampling_score([](std::span<const Index>) -> double { throw std::out_of_range("mine"); }, 4),
                  std::out_of_range);
}
