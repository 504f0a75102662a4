#include "information/canonical_basis.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include <korobov/core/parallel.hpp>

#include "core/sums.hpp"
#include "gram/dense_algebra.hpp"

namespace korobov::detail {
namespace {

constexpr double kNearly = 1 - 1e-6;
constexpr Index kRows = 64;

std::size_t as_size(Index n) { return static_cast<std::size_t>(n); }

// The first index whose value is within 1e-6 of the largest.
std::size_t first_of_largest(std::span<const double> values) {
  const double bound = kNearly * *std::max_element(values.begin(), values.end());
  return static_cast<std::size_t>(std::find_if(values.begin(), values.end(), [&](double v) { return v >= bound; }) -
                                  values.begin());
}

// Of the space of g orthonormal columns, the first `count` of its basis: projections of unit vectors, the longest
// first, each with what came before taken out; as a Cholesky factorization of the projector, pivoted, whose row i has
// the square length of the columns' row i.
void canonical_space(double* columns, Index n, Index g, Index count) {
  const Eigen::Map<const Eigen::MatrixXd> space(columns, n, g);
  Eigen::VectorXd left = space.rowwise().squaredNorm();
  Eigen::MatrixXd basis(g, count);  // coordinates of the new vectors
  Eigen::MatrixXd result(n, count);
  for (Index t = 0; t < count; ++t) {
    Eigen::VectorXd row = space.row(static_cast<Index>(first_of_largest({left.data(), as_size(n)}))).transpose();
    for (int pass = 0; pass < 2; ++pass) row -= basis.leftCols(t) * (basis.leftCols(t).transpose() * row).eval();
    basis.col(t) = row.normalized();
    result.col(t).noalias() = space * basis.col(t);
    left -= result.col(t).cwiseAbs2();
  }
  std::copy(result.data(), result.data() + result.size(), columns);
}

}  // namespace

void fix_sign(std::span<double> vector) {
  double largest = 0;
  for (const double v : vector) largest = std::max(largest, std::fabs(v));
  const auto first =
      std::find_if(vector.begin(), vector.end(), [&](double v) { return std::fabs(v) >= kNearly * largest; });
  if (first == vector.end() || *first >= 0) return;
  for (double& v : vector) v = -v;
}

void make_canonical(std::vector<double>& vectors, Index n, std::span<const double> eigenvalues,
                    std::span<const double> signs, double tolerance, Index count) {
  for (std::size_t first = 0; first < as_size(count);) {
    std::size_t last = first + 1;
    while (last < eigenvalues.size() && eigenvalues[last - 1] - eigenvalues[last] <= tolerance &&
           signs[last] == signs[first]) {
      ++last;
    }
    double* columns = vectors.data() + first * as_size(n);
    if (last == first + 1) {
      fix_sign({columns, as_size(n)});
    } else if (eigenvalues[first] > 0) {
      canonical_space(columns, n, static_cast<Index>(last - first),
                      static_cast<Index>(std::min(last, as_size(count)) - first));
    }
    first = last;
  }
}

void symmetric_product(const std::vector<double>& k, Index n, const double* x, double* y, Index r) {
  if (blas_symmetric_product(k.data(), n, x, y, r)) return;
  parallel_for((n + kRows - 1) / kRows, 1, [&](Range blocks) {
    for (Index first = blocks.first * kRows; first < std::min(blocks.last * kRows, n); first += kRows) {
      const Index rows = std::min(kRows, n - first);
      if (r > 1) {
        Eigen::Map<Eigen::MatrixXd>(y, n, r).middleRows(first, rows).noalias() =
            Eigen::Map<const Eigen::MatrixXd>(k.data() + first * n, n, rows).transpose() *
            Eigen::Map<const Eigen::MatrixXd>(x, n, r);
        continue;
      }
      for (Index i = first; i < first + rows; ++i) {
        const double* row = k.data() + i * n;
        y[i] = pairwise_sum(0, as_size(n), [&](std::size_t j) { return row[j] * x[j]; });
      }
    }
  });
}

}  // namespace korobov::detail
