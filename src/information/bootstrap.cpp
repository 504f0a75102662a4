#include <algorithm>
#include <cmath>
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

// count_i / n of n draws with replacement.
std::vector<double> drawn_weights(Index n, Seed seed) {
  std::vector<Index> counts(as_size(n));
  CounterEngine engine(seed);
  for (Index draw = 0; draw < n; ++draw) ++counts[static_cast<std::size_t>((Wide{engine()} * as_size(n)) >> 64U)];
  std::vector<double> weights;
  weights.reserve(as_size(n));
  for (const Index count : counts) weights.push_back(static_cast<double>(count) / static_cast<double>(n));
  return weights;
}

// Of sorted values, at (R + 1) p, linear between two.
double quantile(const std::vector<double>& sorted, double p) {
  const double place = std::clamp(static_cast<double>(sorted.size() + 1) * p, 1.0, static_cast<double>(sorted.size()));
  const auto low = static_cast<std::size_t>(place);
  const double share = place - static_cast<double>(low);
  return share > 0 ? (1 - share) * sorted[low - 1] + share * sorted[low] : sorted[low - 1];
}

template <class SpectrumOf>
Score basic_interval(const SpectrumStatistic& statistic, Index n, const BootstrapOptions& options,
                     const SpectrumOf& spectrum_with) {
  const double confidence = options.confidence;
  require(confidence > 0 && confidence < 1, "confidence", "must be in (0, 1)", confidence);
  const double least = 2 / (1 - confidence) - 1;
  require(static_cast<double>(options.replications) >= least * (1 - 1e-12), "replications",
          "must be at least 2 / (1 - confidence) - 1, " + detail::shown(std::ceil(least * (1 - 1e-12))),
          options.replications);
  const auto value_of = [&](const std::vector<double>& weights) {
    const double value = statistic(spectrum_with(weights));
    require(std::isfinite(value), "statistic", "must be finite", value);
    return value;
  };
  const double value = value_of(std::vector<double>(as_size(n), 1 / static_cast<double>(n)));
  std::vector<double> replicates;
  for (Index r = 0; r < options.replications; ++r) {
    replicates.push_back(value_of(drawn_weights(n, options.seed.child(static_cast<std::uint64_t>(r)))));
  }
  std::sort(replicates.begin(), replicates.end());
  return {value, 2 * value - quantile(replicates, (1 + confidence) / 2),
          2 * value - quantile(replicates, (1 - confidence) / 2)};
}

}  // namespace

Score bootstrap_score(const SpectrumStatistic& statistic, MatrixSpan<const double> k, const BootstrapOptions& options) {
  detail::require_symmetric(k, "K");
  return basic_interval(statistic, k.rows, options, [&](const std::vector<double>& weights) {
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
    return Spectrum(detail::symmetric_eigenvalues({part.data(), order, order}), k.rows);
  });
}

Score feature_bootstrap_score(const SpectrumStatistic& statistic, MatrixSpan<const double> phi,
                              const BootstrapOptions& options) {
  detail::require_finite(phi, "phi");
  return basic_interval(statistic, phi.rows, options,
                        [&](const std::vector<double>& weights) { return feature_spectrum(phi, weights); });
}

}  // namespace korobov
