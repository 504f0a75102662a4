#include <algorithm>
#include <cmath>
#include <string>

#include <korobov/core/error.hpp>
#include <korobov/information/relative.hpp>

#include "core/sums.hpp"
#include "gram/symmetric_eigen.hpp"
#include "information/matrices.hpp"

namespace korobov {
namespace {

using detail::require;

constexpr Index kTile = 256;

// The sum of k(x_i, y_j) over all pairs.
double sum_of_cross(const AnyKernel& kernel, MatrixSpan<const double> x, MatrixSpan<const double> y) {
  std::vector<double> sums;
  std::vector<double> tile(static_cast<std::size_t>(kTile * kTile));
  for (Index i = 0; i < x.rows; i += kTile) {
    const auto rows = x.row_range(i, std::min(i + kTile, x.rows));
    for (Index j = 0; j < y.rows; j += kTile) {
      const auto columns = y.row_range(j, std::min(j + kTile, y.rows));
      kernel.cross(rows, columns, {tile.data(), rows.rows, columns.rows});
      sums.push_back(detail::sum_of({tile.data(), static_cast<std::size_t>(rows.rows * columns.rows)}));
    }
  }
  return detail::sum_of(sums);
}

void require_pair(const AnyKernel& kernel, MatrixSpan<const double> x, MatrixSpan<const double> y) {
  detail::require_finite(x, "x");
  detail::require_finite(y, "y");
  require(x.cols == y.cols, "y", "must have the dimension of x, " + std::to_string(x.cols), y.cols);
  require(kernel.fits(x.cols), "x", "must have the kernel's dimension, " + std::to_string(kernel.dimension()), x.cols);
}

}  // namespace

double squared_mmd(const AnyKernel& kernel, MatrixSpan<const double> x, MatrixSpan<const double> y,
                   MmdEstimator estimator) {
  require_pair(kernel, x, y);
  const bool is_unbiased = estimator == MmdEstimator::unbiased;
  const auto within = [&](MatrixSpan<const double> z, std::string_view name) {
    require(z.rows >= (is_unbiased ? 2 : 1), name, "must have two samples for the unbiased estimator", z.rows);
    const auto n = static_cast<double>(z.rows);
    const double sum = sum_of_cross(kernel, z, z);
    return is_unbiased ? (sum - n * kernel.at_zero()) / (n * (n - 1)) : sum / (n * n);
  };
  const double pairs = static_cast<double>(x.rows) * static_cast<double>(y.rows);
  return within(x, "x") + within(y, "y") - 2 * sum_of_cross(kernel, x, y) / pairs;
}

std::vector<double> novelty_spectrum(const AnyKernel& kernel, MatrixSpan<const double> x, MatrixSpan<const double> y,
                                     double eta) {
  require_pair(kernel, x, y);
  require(eta > 0 && std::isfinite(eta), "eta", "must be positive and finite", eta);
  const Index n = x.rows, m = y.rows, size = n + m;
  std::vector<double> both;
  both.reserve(static_cast<std::size_t>(size * x.cols));
  for (const auto& z : {x, y}) {
    for (Index i = 0; i < z.rows; ++i) {
      for (Index j = 0; j < z.cols; ++j) both.push_back(z(i, j));
    }
  }
  // C_X - eta C_Y = Phi J Phi^T with K = Phi^T Phi = V L V^T weighted: the eigenvalues of L^(1/2) V^T J V L^(1/2).
  std::vector<double> k = detail::gram_of(kernel, {both.data(), size, x.cols});
  const double scale = kernel.at_zero();
  require(scale > 0, "kernel", "must be positive on the diagonal", scale);
  const auto weight = [&](Index i) {
    return std::sqrt(i < n ? 1 / static_cast<double>(n) : eta / static_cast<double>(m));
  };
  for (Index i = 0; i < size; ++i) {
    for (Index j = 0; j < size; ++j) k[static_cast<std::size_t>(i * size + j)] *= weight(i) * weight(j) / scale;
  }
  const auto pairs = detail::symmetric_eigen({k.data(), size, size});
  // V^T J V = I - 2 V_Y^T V_Y, V_Y the rows of the samples y.
  std::vector<double> of_y;
  of_y.reserve(static_cast<std::size_t>(m * size));
  for (Index i = n; i < size; ++i) {
    for (Index j = 0; j < size; ++j) {
      of_y.push_back(pairs.vectors[static_cast<std::size_t>(j * size + i)] *
                     std::sqrt(std::max(pairs.values[static_cast<std::size_t>(j)], 0.0)));
    }
  }
  std::vector<double> middle = detail::feature_covariance({of_y.data(), m, size});
  for (double& value : middle) value *= -2;
  for (Index j = 0; j < size; ++j) {
    middle[static_cast<std::size_t>(j * (size + 1))] += std::max(pairs.values[static_cast<std::size_t>(j)], 0.0);
  }
  return detail::symmetric_eigenvalues({middle.data(), size, size});
}

}  // namespace korobov
