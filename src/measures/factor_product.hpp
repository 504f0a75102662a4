// x = mean + z A^T for many short rows: the product every Gaussian vector with a full factor goes through.
#ifndef KOROBOV_SRC_MEASURES_FACTOR_PRODUCT_HPP
#define KOROBOV_SRC_MEASURES_FACTOR_PRODUCT_HPP

#include <vector>

#include <korobov/core/types.hpp>

namespace korobov::detail {

// A^T packed in slabs of 8 columns (zero padded), each slab row by row: slab s holds (A^T)(k, 8 s + c) at
// [(s d + k) 8 + c]. A slab uses the rows k < k_end[s]; below them A^T is zero (triangular A).
class FactorProduct {
 public:
  static constexpr Index slab = 8;
  FactorProduct(std::vector<double> mean, MatrixSpan<const double> a);  // a: (d, d)
  FactorProduct(const FactorProduct&) = delete;  // a copy's storage may sit differently in its cache line
  FactorProduct& operator=(const FactorProduct&) = delete;
  // z: (rows, d) contiguous; x: rows of d consecutive values, x_stride apart.
  void multiply(const double* z, Index rows, double* x, Index x_stride) const;

 private:
  Index d_;
  Index slabs_;
  std::vector<double> storage_;
  const double* packed_;  // in storage_, from a 64-byte boundary on: mean (padded), then the slabs
  std::vector<Index> k_end_;
};

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_MEASURES_FACTOR_PRODUCT_HPP
