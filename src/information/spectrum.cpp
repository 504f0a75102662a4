#include <algorithm>
#include <cmath>
#include <limits>

#include <korobov/core/error.hpp>
#include <korobov/information/spectrum.hpp>

#include "core/sums.hpp"
#include "gram/spectral_basis.hpp"
#include "gram/symmetric_eigen.hpp"
#include "information/canonical_basis.hpp"
#include "information/kernel_product.hpp"
#include "information/matrices.hpp"

namespace korobov {
namespace {

using detail::require;

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

// k_ij <- sqrt(w_i w_j) k_ij.
void weigh(std::vector<double>& k, Index n, std::span<const double> weights) {
  if (weights.empty()) return;
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < n; ++j) {
      k[static_cast<std::size_t>(i * n + j)] *=
          std::sqrt(weights[static_cast<std::size_t>(i)] * weights[static_cast<std::size_t>(j)]);
    }
  }
}

double trace_of(const std::vector<double>& k, Index n) {
  return detail::pairwise_sum(0, static_cast<std::size_t>(n),
                              [&](std::size_t i) { return k[i * (static_cast<std::size_t>(n) + 1)]; });
}

void require_rank(Index rank, Index n) {
  require(rank >= 1 && rank < n, "rank", "must be from 1 to below n, " + std::to_string(n), rank);
}

// Of `rank` eigenvalues and the trace, unless they show that the matrix is indefinite.
Spectrum partial_spectrum(std::vector<double> values, double least, double trace, Index n) {
  double magnitude = 0;
  for (const double value : values) magnitude = std::max(magnitude, std::fabs(value));
  const double rounding = 16 * static_cast<double>(n) * kEpsilon * magnitude;
  const double rest = trace - detail::sum_of(values);
  require(least >= -rounding, "K", "must be positive semidefinite; an eigenvalue is not above", least);
  require(rest >= -static_cast<double>(values.size() + 1) * rounding, "K",
          "must be positive semidefinite; the sum of the eigenvalues after the largest", rest);
  return {std::move(values), n, rounding, trace};
}

Spectrum dense_spectrum(std::vector<double> k, Index n, const SpectrumOptions& options) {
  weigh(k, n, options.weights);
  if (!options.rank) return {detail::symmetric_eigenvalues({k.data(), n, n}), n};
  const Index rank = *options.rank;
  require_rank(rank, n);
  const double trace = trace_of(k, n);
  require(trace > 0 && std::isfinite(trace), "K", "must have a positive trace", trace);
  const auto found = detail::largest_eigen(
      n, rank, [&](const double* x, double* y, Index r) { detail::symmetric_product(k, n, x, y, r); },
      detail::Lanczos::single);
  if (found) return partial_spectrum(found->pairs.values, found->least, trace, n);
  std::vector<double> values = detail::symmetric_eigenvalues({k.data(), n, n});
  const double least = values.back();
  values.resize(static_cast<std::size_t>(rank));
  return partial_spectrum(std::move(values), least, trace, n);
}

// The `rank` largest ones by products alone.
Spectrum kernel_spectrum(MatrixSpan<const double> x, const AnyKernel& kernel, const SpectrumOptions& options) {
  const Index n = x.rows;
  std::vector<double> roots(options.weights.begin(), options.weights.end());
  for (double& root : roots) root = std::sqrt(root);
  const auto weigh_columns = [&](double* columns, Index r) {
    for (std::size_t c = 0; c < static_cast<std::size_t>(r); ++c) {
      for (std::size_t i = 0; i < roots.size(); ++i) columns[c * roots.size() + i] *= roots[i];
    }
  };
  const auto found = detail::largest_eigen(
      n, *options.rank,
      [&](const double* v, double* y, Index r) {
        std::vector<double> weighted(v, v + n * r);
        weigh_columns(weighted.data(), r);
        detail::kernel_product(kernel, x, weighted.data(), y, r);
        weigh_columns(y, r);
      },
      detail::Lanczos::block);
  if (!found) {
    throw NumericalError("spectrum: block Lanczos did not converge in 40 rounds; ask for another rank or for all");
  }
  const double trace = (options.weights.empty() ? static_cast<double>(n) : 1.0) * kernel.at_zero();
  return partial_spectrum(found->pairs.values, found->least, trace, n);
}

}  // namespace

Spectrum::Spectrum(std::vector<double> eigenvalues, Index n, std::optional<double> rounding,
                   std::optional<double> trace)
    : values_(std::move(eigenvalues)), n_(n) {
  require(!values_.empty(), "eigenvalues", "must be at least one", Index{0});
  require(n >= static_cast<Index>(values_.size()), "n",
          "must not be below the number of eigenvalues, " + std::to_string(values_.size()), n);
  double least = values_.front();
  largest_ = least;
  for (const double value : values_) {
    require(std::isfinite(value), "eigenvalues", "must be finite", value);
    least = std::min(least, value);
    largest_ = std::max(largest_, value);
  }
  const double zero = rounding.value_or(static_cast<double>(n) * kEpsilon * std::max(largest_, -least));
  require(least >= -zero, "eigenvalues", "must not be negative (the matrix must be positive semidefinite)", least);
  for (double& value : values_) {
    if (value > zero) {
      ++rank_;
    } else {
      value = 0;
    }
  }
  const double sum = detail::sum_of(values_);
  trace_ = trace.value_or(sum);
  require(trace_ > 0 && std::isfinite(trace_), "trace", "must be positive and finite", trace_);
  is_complete_ = !trace;
  remainder_ = trace ? std::max(0.0, (trace_ - sum) / trace_) : 0;
  largest_ = std::max(largest_, 0.0) / trace_;
  for (double& value : values_) value /= trace_;
}

Spectrum Spectrum::of_parts(std::vector<double> p, Index n, double trace, bool is_complete) {
  require(!p.empty() && static_cast<Index>(p.size()) <= n, "p", "must be from 1 to n numbers",
          static_cast<Index>(p.size()));
  require(trace > 0 && std::isfinite(trace), "trace", "must be positive and finite", trace);
  Spectrum s;
  s.values_ = std::move(p);
  s.n_ = n;
  s.trace_ = trace;
  s.is_complete_ = is_complete;
  for (const double value : s.values_) {
    require(value >= 0 && std::isfinite(value), "p", "must be nonnegative and finite", value);
    s.largest_ = std::max(s.largest_, value);
    if (value > 0) ++s.rank_;
  }
  s.remainder_ = is_complete ? 0 : std::max(0.0, 1 - detail::sum_of(s.values_));
  return s;
}

std::vector<double> Spectrum::descending() const {
  std::vector<double> sorted = values_;
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  return sorted;
}

std::vector<double> Spectrum::leading(Index count) const {
  require(count >= 0, "count", "must not be negative", count);
  std::vector<double> largest(std::min(static_cast<std::size_t>(count), values_.size()));
  std::partial_sort_copy(values_.begin(), values_.end(), largest.begin(), largest.end(), std::greater<>());
  return largest;
}

Spectrum structured_spectrum(const AnyPointSet& points, const AnyKernel& kernel, Index n) {
  detail::require_kernel_symmetry(kernel.symmetry(), points.symmetry());
  const detail::SpectralBasis basis(points, n);
  std::vector<double> column(static_cast<std::size_t>(n));
  const double c = detail::first_column(points, kernel, {0, n}, column);
  const double rounding = detail::SpectralBasis::rounding(column);
  std::vector<double> lambda(static_cast<std::size_t>(n));
  basis.eigenvalues(column, lambda);
  lambda.front() += static_cast<double>(n) * c;
  return {std::move(lambda), n, rounding};
}

Spectrum spectrum(MatrixSpan<const double> x, const AnyKernel& kernel, const SpectrumOptions& options) {
  detail::require_finite(x, "x");
  detail::require_weights(options.weights, x.rows);
  if (options.rank) {
    require_rank(*options.rank, x.rows);
    if (!detail::is_stored(x.rows, options.stored_bytes)) return kernel_spectrum(x, kernel, options);
  }
  return dense_spectrum(detail::gram_of(kernel, x), x.rows, options);
}

Spectrum spectrum_of(MatrixSpan<const double> k, const SpectrumOptions& options) {
  detail::require_symmetric(k, "K");
  detail::require_weights(options.weights, k.rows);
  std::vector<double> copy;
  copy.reserve(static_cast<std::size_t>(k.rows) * static_cast<std::size_t>(k.rows));
  for (Index i = 0; i < k.rows; ++i) {
    for (Index j = 0; j < k.rows; ++j) copy.push_back(k(i, j));
  }
  return dense_spectrum(std::move(copy), k.rows, options);
}

Spectrum spectrum_of(const LowRankGram& gram, double trace_error) {
  require(trace_error >= 0 && std::isfinite(trace_error), "trace_error", "must be nonnegative and finite", trace_error);
  const Index n = gram.size();
  const auto held = gram.eigenvalues();
  std::vector<double> values(held.begin(), held.end());
  const double trace = detail::sum_of(held) + trace_error;
  const bool is_complete = trace_error <= static_cast<double>(n) * kEpsilon * trace;
  for (double& value : values) value += gram.nugget();
  if (!is_complete) return {std::move(values), n, std::nullopt, trace + static_cast<double>(n) * gram.nugget()};
  values.resize(static_cast<std::size_t>(n), gram.nugget());
  return {std::move(values), n};
}

Spectrum feature_spectrum(MatrixSpan<const double> phi, std::span<const double> weights) {
  detail::require_finite(phi, "phi");
  detail::require_weights(weights, phi.rows);
  const Index smaller = std::min(phi.rows, phi.cols);
  const std::vector<double> gram = detail::smaller_gram(phi, weights);
  detail::require_products(gram, smaller, "phi");
  return {detail::symmetric_eigenvalues({gram.data(), smaller, smaller}), phi.rows,
          static_cast<double>(std::max(phi.rows, phi.cols)) * kEpsilon * trace_of(gram, smaller)};
}

}  // namespace korobov
