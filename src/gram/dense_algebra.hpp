// Dense factorizations and products behind DenseGram: OpenBLAS where it is found, else Eigen. Matrices are
// column-major.
#ifndef KOROBOV_SRC_GRAM_DENSE_ALGEBRA_HPP
#define KOROBOV_SRC_GRAM_DENSE_ALGEBRA_HPP

#include <vector>

#include <korobov/core/types.hpp>

namespace korobov::detail {

// a (n x n): its upper triangle becomes U with A = U^T U; the rest stays. false: not positive definite.
bool cholesky(double* a, Index n);

enum class Triangular { solve, solve_transposed, multiply_transposed };
// b (n x r) <- U^-1 b, U^-T b or U^T b, U the upper triangle of a.
void triangular(Triangular operation, const double* a, Index n, double* b, Index r);

// out (n x r) = A y with A symmetric, read from the lower triangle and the diagonal of a.
void symmetric_product(const double* a, Index n, const double* y, double* out, Index r);
// The same where there is a BLAS; false: there is none, and nothing is done.
bool blas_symmetric_product(const double* a, Index n, const double* y, double* out, Index r = 1);

// Eigenvalues of the symmetric matrix whose lower triangle a holds, ascending; a is overwritten, by the vectors as its
// columns where they are wanted.
enum class Vectors { unwanted, wanted };
std::vector<double> symmetric_eigenvalues(double* a, Index n, Vectors vectors = Vectors::unwanted);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GRAM_DENSE_ALGEBRA_HPP
