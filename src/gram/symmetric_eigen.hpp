// Eigenvalues and eigenvectors of symmetric matrices, dense or by products with vectors alone.
#ifndef KOROBOV_SRC_GRAM_SYMMETRIC_EIGEN_HPP
#define KOROBOV_SRC_GRAM_SYMMETRIC_EIGEN_HPP

#include <functional>
#include <optional>
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

// y = A x of r columns, (n, r), column after column.
using SymmetricProduct = std::function<void(const double* x, double* y, Index r)>;

struct LargestPairs {
  EigenPairs pairs;
  double least;  // of all Rayleigh quotients met: A has an eigenvalue that is not above it
};

// single: a vector at a time, the fewest products (implicitly restarted Lanczos, Spectra); block: all at a time, the
// fewest passes over A.
enum class Lanczos { single, block };

// The `count` algebraically largest ones, count < n, by products alone. Krylov spaces of one vector miss copies of
// multiple eigenvalues, and break down where A has few distinct ones (Spectra's results are then wrong). So what it
// finds is held against A: residuals |A v - lambda v| <= 1e-10 |lambda| + 16 n eps max |lambda|, orthonormal vectors,
// and nothing larger in a block Krylov space of 4 random vectors and 10 products orthogonal to them. What fails that is
// found by block Krylov spaces instead (Golub and Underwood, 1977), checked in the same way. That check sees what is
// larger than the least one returned by some 7 %, or by less where A has few distinct eigenvalues. None: not converged
// in 40 rounds. Memory O(n max(count, 640)).
std::optional<LargestPairs> largest_eigen(Index n, Index count, const SymmetricProduct& product, Lanczos kind);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GRAM_SYMMETRIC_EIGEN_HPP
