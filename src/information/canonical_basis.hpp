// One basis for every space of equal eigenvalues, whatever computed it; products with symmetric matrices.
#ifndef KOROBOV_SRC_INFORMATION_CANONICAL_BASIS_HPP
#define KOROBOV_SRC_INFORMATION_CANONICAL_BASIS_HPP

#include <span>
#include <vector>

#include <korobov/core/types.hpp>

namespace korobov::detail {

// The first entry within 1e-6 of the largest magnitude becomes positive.
void fix_sign(std::span<double> vector);

// vectors: column j at j n, orthonormal, with descending eigenvalues; signs are equal within a space. Neighbours whose
// eigenvalues differ by at most `tolerance` span a space; the first `count` columns become those of its canonical basis
// (kernel_pca.hpp), the others are left as they are. Spaces of eigenvalue 0 are left alone. O(n g min(g, count)) for a
// space of g columns.
void make_canonical(std::vector<double>& vectors, Index n, std::span<const double> eigenvalues,
                    std::span<const double> signs, double tolerance, Index count);

// y = K x of a symmetric (n, n) matrix and r columns, one after another, on all cores.
void symmetric_product(const std::vector<double>& k, Index n, const double* x, double* y, Index r);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_INFORMATION_CANONICAL_BASIS_HPP
