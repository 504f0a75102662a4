#include <algorithm>
#include <cmath>
#include <functional>
#include <span>
#include <vector>

#include <korobov/core/error.hpp>
#include <korobov/information/bootstrap.hpp>

#include "gram/symmetric_eigen.hpp"
#include "information/matrices.hpp"

namespace korobov {
namespace {

using detail::require;
__extension__ using Wide = unsigned __int128;

std::size_t as_size(Index n) { return static_cast<std::size_t>(n); }

// How often n draws with replacement take each of 0 .. n - 1.
std::vector<Index> drawn_counts(Index n, Seed seed, std::uint64_t sample) {
  std::vector<Index> counts(as_size(n));
  CounterEngine engine(seed, Purpose::engine, 0, sample);
  for (Index draw = 0; draw < n; ++draw) ++counts[static_cast<std::size_t>((Wide{engine()} * as_size(n)) >> 64U)];
  return counts;
}

std::vector<double> weights_of(const std::vector<Index>& counts) {
  std::vector<double> weights;
  weights.reserve(counts.size());
  for (const Index count : counts) weights.push_back(static_cast<double>(count) / static_cast<double>(counts.size()));
  return weights;
}

std::vector<Index> drawn_indices(const std::vector<Index>& counts) {
  std::vector<Index> drawn;
  drawn.reserve(counts.size());
  for (std::size_t i = 0; i < counts.size(); ++i) drawn.insert(drawn.end(), as_size(counts[i]), static_cast<Index>(i));
  return drawn;
}

// Of sorted values, at (R + 1) p, linear between two.
double quantile(const std::vector<double>& sorted, double p) {
  const double place = std::clamp(static_cast<double>(sorted.size() + 1) * p, 1.0, static_cast<double>(sorted.size()));
  const auto low = static_cast<std::size_t>(place);
  const double share = place - static_cast<double>(low);
  return share > 0 ? (1 - share) * sorted[low - 1] + share * sorted[low] : sorted[low - 1];
}

using Counts = std::vector<std::vector<Index>>;  // of each sample

Score basic_interval(const std::function<double(const Counts&)>& statistic, std::span<const Index> sizes,
                     const BootstrapOptions& options) {
  const double confidence = options.confidence;
  require(confidence > 0 && confidence < 1, "confidence", "must be in (0, 1)", confidence);
  const double least = 2 / (1 - confidence) - 1;
  require(static_cast<double>(options.replications) >= least * (1 - 1e-12), "replications",
          "must be at least 2 / (1 - confidence) - 1, " + detail::shown(std::ceil(least * (1 - 1e-12))),
          options.replications);
  const auto value_of = [&](const Counts& counts) {
    const double value = statistic(counts);
    require(std::isfinite(value), "statistic", "must be finite", value);
    return value;
  };
  Counts counts;
  for (const Index n : sizes) counts.emplace_back(as_size(n), 1);
  const double value = value_of(counts);
  std::vector<double> replicates;
  for (Index r = 0; r < options.replications; ++r) {
    const Seed seed = options.seed.child(static_cast<std::uint64_t>(r));
    for (std::size_t g = 0; g < sizes.size(); ++g) counts[g] = drawn_counts(sizes[g], seed, g);
    replicates.push_back(value_of(counts));
  }
  std::sort(replicates.begin(), replicates.end());
  return {value, 2 * value - quantile(replicates, (1 + confidence) / 2),
          2 * value - quantile(replicates, (1 - confidence) / 2)};
}

}  // namespace

Score resampling_score(const ResamplingStatistic& statistic, std::span<const Index> sizes,
                       const BootstrapOptions& options) {
  require(!sizes.empty(), "sizes", "must hold at least one", sizes.size());
  for (const Index n : sizes) require(n >= 1, "sizes", "must be positive", n);
  return basic_interval(
      [&](const Counts& counts) {
        std::vector<std::vector<Index>> drawn(counts.size());
        std::transform(counts.begin(), counts.end(), drawn.begin(), drawn_indices);
        return statistic(drawn);
      },
      sizes, options);
}

Score resampling_score(const std::function<double(std::span<const Index>)>& statistic, Index n,
                       const BootstrapOptions& options) {
  require(n >= 1, "n", "must be positive", n);
  const auto of_first = [&](std::span<const std::vector<Index>> drawn) { return statistic(drawn.front()); };
  return resampling_score(of_first, std::span(&n, 1), options);
}

Score bootstrap_score(const SpectrumStatistic& statistic, MatrixSpan<const double> k, const BootstrapOptions& options) {
  detail::require_symmetric(k, "K");
  const auto of_counts = [&](const Counts& counts) {
    const std::vector<double> weights = weights_of(counts.front());
    std::vector<Index> drawn;
    for (Index i = 0; i < k.rows; ++i) {
      if (weights[as_size(i)] > 0) drawn.push_back(i);
    }
    std::vector<double> part;
    part.reserve(drawn.size() * drawn.size());
    for (const Index i : drawn) {
      for (const Index j : drawn) part.push_back(std::sqrt(weights[as_size(i)] * weights[as_size(j)]) * k(i, j));
    }
    const auto order = static_cast<Index>(drawn.size());
    return statistic(Spectrum(detail::symmetric_eigenvalues({part.data(), order, order}), k.rows));
  };
  return basic_interval(of_counts, std::span(&k.rows, 1), options);
}

Score feature_bootstrap_score(const SpectrumStatistic& statistic, MatrixSpan<const double> phi,
                              const BootstrapOptions& options) {
  detail::require_finite(phi, "phi");
  const auto of_counts = [&](const Counts& counts) {
    return statistic(feature_spectrum(phi, weights_of(counts.front())));
  };
  return basic_interval(of_counts, std::span(&phi.rows, 1), options);
}

}  // namespace korobov
