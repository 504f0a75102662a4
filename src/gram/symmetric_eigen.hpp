// Eigenvalues and eigenvectors of symmetric matrices, dense or by products with vectors alone.
#ifndef KOROBOV_SRC_GRAM_SYMMETRIC_EIGEN_HPP
#define KOROBOV_SRC_GRAM_SYMMETRIC_EIGEN_HPP

#include <functional>
#include <vector>

#include <korobov/core/types.hpp>

namespace korobov::detail {

struct EigenPairs {
  std::vector<double> values;   // (count), descending
  std::vector<double> vectors;  // vector j at j n, of norm 1
};

// Of a symmetric (n, n) matrix, whose lower triangle is read. O(n^3). Descending.
std::vector<double> symmetric_eigenvalues(MatrixSpan<const double> matrix);
EigenPairs symmetric_eigen(MatrixSpan<const double> matrix);

// The `count` algebraically largest ones of y = A x, by implicitly restarted Lanczos (Spectra), residuals below 1e-10
// of the largest eigenvalue; NumericalError if that is not reached. Memory O(n count). count < n.
EigenPairs largest_eigen(Index n, Index count, const std::function<void(const double* x, double* y)>& product);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GRAM_SYMMETRIC_EIGEN_HPP
