#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include <korobov/core/error.hpp>
#include <korobov/core/parallel.hpp>

#include "information/matrices.hpp"

namespace korobov::detail {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Strides = Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>;
using Map = Eigen::Map<const RowMajor, Eigen::Unaligned, Strides>;

constexpr Index kRows = 512;   // of phi in one product
constexpr Index kPanel = 128;  // columns of the result that one thread computes

Map map_of(MatrixSpan<const double> m) { return {m.data, m.rows, m.cols, Strides(m.row_stride, m.col_stride)}; }

MatrixSpan<const double> transposed(MatrixSpan<const double> m) {
  return {m.data, m.cols, m.rows, m.col_stride, m.row_stride};
}

// A^T diag(w) A, its lower triangle by panels of columns, then mirrored; the same for any number of threads.
std::vector<double> inner_products(MatrixSpan<const double> a, std::span<const double> weights) {
  const Index d = a.cols;
  std::vector<double> out(static_cast<std::size_t>(d) * static_cast<std::size_t>(d), 0.0);
  const Map all = map_of(a);
  Eigen::Map<RowMajor> result(out.data(), d, d);
  parallel_for((d + kPanel - 1) / kPanel, 1, [&](Range panels) {
    RowMajor left;
    RowMajor right;
    for (Index panel = panels.first; panel < panels.last; ++panel) {
      const Index first = panel * kPanel, width = std::min(kPanel, d - first);
      for (Index row = 0; row < a.rows; row += kRows) {
        const Index rows = std::min(kRows, a.rows - row);
        left = all.block(row, first, rows, d - first);
        right = left.leftCols(width);
        for (Index i = 0; i < rows && !weights.empty(); ++i) {
          right.row(i) *= weights[static_cast<std::size_t>(row + i)];
        }
        result.block(first, first, d - first, width).noalias() += left.transpose() * right;
      }
    }
  });
  for (Index i = 0; i < d; ++i) {
    for (Index j = 0; j < i; ++j) result(j, i) = result(i, j);
  }
  return out;
}

}  // namespace

std::vector<double> feature_covariance(MatrixSpan<const double> phi, std::span<const double> weights) {
  return inner_products(phi, weights);
}

void require_products(const std::vector<double>& gram, Index n, std::string_view name) {
  double trace = 0;
  for (Index i = 0; i < n; ++i) trace += gram[static_cast<std::size_t>(i * (n + 1))];
  require(std::isfinite(trace), name, "must not be so large that sums of their products overflow; a sum of squares",
          trace);
}

std::vector<double> feature_gram(MatrixSpan<const double> phi) { return inner_products(transposed(phi), {}); }

std::vector<double> smaller_gram(MatrixSpan<const double> phi, std::span<const double> weights) {
  if (phi.cols <= phi.rows) return inner_products(phi, weights);
  std::vector<double> gram = feature_gram(phi);
  const Index n = phi.rows;
  for (Index i = 0; i < n && !weights.empty(); ++i) {
    for (Index j = 0; j < n; ++j) {
      gram[static_cast<std::size_t>(i * n + j)] *=
          std::sqrt(weights[static_cast<std::size_t>(i)] * weights[static_cast<std::size_t>(j)]);
    }
  }
  return gram;
}

}  // namespace korobov::detail
