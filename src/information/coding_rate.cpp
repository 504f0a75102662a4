#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>

#include <korobov/core/error.hpp>
#include <korobov/information/coding_rate.hpp>

#include "core/sums.hpp"
#include "gram/symmetric_eigen.hpp"
#include "information/functional_sums.hpp"
#include "information/matrices.hpp"

namespace korobov {
namespace {

using detail::require;

constexpr double kLargestFactor = std::numeric_limits<double>::max() / 16;

void require_positive(double value, std::string_view name) {
  require(value > 0 && std::isfinite(value), name, "must be positive and finite", value);
}

// No eigenvalue below -n eps times the largest. By Cholesky with a shift beyond its own rounding; only where that fails
// do the eigenvalues decide.
void require_semidefinite(const std::vector<double>& k, Index n) {
  Eigen::MatrixXd shifted = Eigen::Map<const Eigen::MatrixXd>(k.data(), n, n);
  const double zero = static_cast<double>(n) * std::numeric_limits<double>::epsilon();
  shifted.diagonal().array() += zero * shifted.cwiseAbs().rowwise().sum().maxCoeff();
  const Eigen::LLT<Eigen::Ref<Eigen::MatrixXd>> cholesky(shifted);
  if (cholesky.info() == Eigen::Success) return;
  const std::vector<double> values = detail::symmetric_eigenvalues({k.data(), n, n});
  const auto [least, largest] = std::minmax_element(values.begin(), values.end());
  if (*least < -zero * std::max(*largest, -*least)) {
    detail::fail_requirement("K", "must be positive semidefinite", "a least eigenvalue of " + detail::shown(*least));
  }
}

// The logarithms of the squared pivots of I + c K, K (n, n) row-major, overwritten.
std::vector<double> log_pivots(std::vector<double>& k, Index n, double c) {
  Eigen::Map<Eigen::MatrixXd> matrix(k.data(), n, n);
  matrix *= c;
  matrix.diagonal().array() += 1;
  const Eigen::LLT<Eigen::Ref<Eigen::MatrixXd>> cholesky(matrix);
  if (cholesky.info() != Eigen::Success) {
    throw NumericalError(
        "log det: eigenvalues of c K that are 0 are below -1 by rounding; take a smaller c or larger eps");
  }
  std::vector<double> logs(static_cast<std::size_t>(n));
  for (Index i = 0; i < n; ++i) logs[static_cast<std::size_t>(i)] = 2 * std::log(matrix(i, i));
  return logs;
}

// c times entries up to `largest`.
void require_factor(double c, double largest) {
  if (!(c * largest < kLargestFactor)) {
    detail::fail_requirement("c", "must not be so large that c K overflows",
                             detail::shown(c) + " for entries up to " + detail::shown(largest));
  }
}

double half_log_det(std::vector<double> k, Index n, double c) { return detail::sum_of(log_pivots(k, n, c)) / 2; }

double linear_rate(MatrixSpan<const double> z, double eps) {
  // Z / s, s a power of two, so that only what is in the result can overflow.
  double largest = 0;
  for (Index i = 0; i < z.rows; ++i) {
    for (Index j = 0; j < z.cols; ++j) largest = std::max(largest, std::fabs(z(i, j)));
  }
  if (largest == 0) return 0;
  const int exponent = std::ilogb(largest);
  std::vector<double> scaled;
  scaled.reserve(static_cast<std::size_t>(z.rows) * static_cast<std::size_t>(z.cols));
  for (Index i = 0; i < z.rows; ++i) {
    for (Index j = 0; j < z.cols; ++j) scaled.push_back(std::ldexp(z(i, j), -exponent));
  }
  const double root = std::ldexp(1 / eps, exponent);
  const double c = static_cast<double>(z.cols) / static_cast<double>(z.rows) * root * root;
  if (!(c < kLargestFactor / static_cast<double>(z.rows))) {
    detail::fail_requirement("Z", "must not be so large beside eps that d Z^T Z / (n eps^2) overflows",
                             "max |Z| = " + detail::shown(largest) + " and eps = " + detail::shown(eps));
  }
  return half_log_det(detail::smaller_gram({scaled.data(), z.rows, z.cols}), std::min(z.rows, z.cols), c);
}

}  // namespace

double coding_rate(MatrixSpan<const double> z, double eps) {
  require_positive(eps, "eps");
  detail::require_finite(z, "Z");
  return linear_rate(z, eps);
}

double kernel_coding_rate(MatrixSpan<const double> k, double c) { return conditional_coding_rate(k, {}, c); }

double kernel_coding_rate(const Spectrum& s, double c) {
  require_positive(c, "c");
  require(s.is_complete(), "spectrum", "must hold all eigenvalues; the share that it lacks", s.remainder());
  require_factor(c, s.trace());
  return detail::log1p_sum(s.values(), c * s.trace()) / 2;
}

double conditional_coding_rate(MatrixSpan<const double> k, std::span<const Index> given, double c) {
  require_positive(c, "c");
  detail::require_symmetric(k, "K");
  std::vector<Index> order(given.begin(), given.end());
  std::vector<char> is_given(static_cast<std::size_t>(k.rows), 0);
  for (const Index i : given) {
    require(i >= 0 && i < k.rows, "given", "must hold indices below " + std::to_string(k.rows), i);
    require(is_given[static_cast<std::size_t>(i)] == 0, "given", "must hold an index once", i);
    is_given[static_cast<std::size_t>(i)] = 1;
  }
  for (Index i = 0; i < k.rows; ++i) {
    if (is_given[static_cast<std::size_t>(i)] == 0) order.push_back(i);
  }
  std::vector<double> permuted;
  permuted.reserve(static_cast<std::size_t>(k.rows) * static_cast<std::size_t>(k.rows));
  for (const Index i : order) {
    for (const Index j : order) permuted.push_back(k(i, j));
  }
  double largest = 0;
  for (const double value : permuted) largest = std::max(largest, std::fabs(value));
  require_factor(c, largest);
  require_semidefinite(permuted, k.rows);
  // The given ones first: the pivots after theirs are those of the Schur complement.
  const std::vector<double> logs = log_pivots(permuted, k.rows, c);
  return detail::sum_of(std::span(logs).subspan(given.size())) / 2;
}

RateReduction rate_reduction(MatrixSpan<const double> z, std::span<const Index> labels, double eps) {
  require_positive(eps, "eps");
  detail::require_finite(z, "Z");
  require(static_cast<Index>(labels.size()) == z.rows, "labels",
          "must be as many as samples, " + std::to_string(z.rows), static_cast<Index>(labels.size()));
  std::map<Index, std::vector<Index>> members;
  for (std::size_t i = 0; i < labels.size(); ++i) members[labels[i]].push_back(static_cast<Index>(i));
  RateReduction result;
  result.total = linear_rate(z, eps);
  std::vector<double> rows;
  for (const auto& [label, indices] : members) {
    rows.clear();
    for (const Index i : indices) {
      for (Index j = 0; j < z.cols; ++j) rows.push_back(z(i, j));
    }
    const auto size = static_cast<Index>(indices.size());
    const double share = static_cast<double>(size) / static_cast<double>(z.rows);
    result.classes.push_back(label);
    result.per_class.push_back(share * linear_rate({rows.data(), size, z.cols}, eps));
  }
  result.reduction = result.total - detail::sum_of(result.per_class);
  return result;
}

}  // namespace korobov
