#include "information/kernel_product.hpp"

#include <Eigen/Dense>
#include <algorithm>

#include <korobov/core/parallel.hpp>

namespace korobov::detail {

void kernel_product(const AnyKernel& kernel, MatrixSpan<const double> x, const double* v, double* y, Index r) {
  constexpr Index most = 64;
  const Index n = x.rows;
  const Eigen::Map<const Eigen::MatrixXd> columns(v, n, r);
  Eigen::Map<Eigen::MatrixXd> out(y, n, r);
  parallel_for((n + most - 1) / most, 1, [&](Range blocks) {
    Eigen::MatrixXd k(n, most);  // transposed: a row of K is consecutive
    for (Index first = blocks.first * most; first < std::min(blocks.last * most, n); first += most) {
      const Index rows = std::min(most, n - first);
      kernel.cross(x.row_range(first, first + rows), x, {k.data(), rows, n});
      out.middleRows(first, rows).noalias() = k.leftCols(rows).transpose() * columns;
    }
  });
}

bool is_stored(Index n, std::size_t bytes) {
  return static_cast<double>(n) * static_cast<double>(n) * sizeof(double) <= static_cast<double>(bytes);
}

}  // namespace korobov::detail
