// Checks and views of matrices that the functionals share.
#ifndef KOROBOV_SRC_INFORMATION_MATRICES_HPP
#define KOROBOV_SRC_INFORMATION_MATRICES_HPP

#include <span>
#include <string_view>
#include <vector>

#include <korobov/core/types.hpp>
#include <korobov/kernels/kernel.hpp>

namespace korobov::detail {

// At least one row, as many columns.
void require_square(MatrixSpan<const double> k, std::string_view name);
// Square, finite, symmetric to 2^-40 of its largest entry; else std::invalid_argument.
void require_symmetric(MatrixSpan<const double> k, std::string_view name);
// At least k eps largest, the rounding errors of variances given k samples by a Cholesky factor, of a matrix with this
// largest diagonal entry; else std::invalid_argument.
void require_noise(double noise, Index k, double largest);
// At least one row and column, all finite.
void require_finite(MatrixSpan<const double> x, std::string_view name);
// Empty, or n nonnegative numbers that sum to 1 within 2^-20, as those do that were normalised in single precision.
void require_weights(std::span<const double> weights, Index n);
// k(x_i, x_j), (n, n), row-major.
std::vector<double> gram_of(const AnyKernel& kernel, MatrixSpan<const double> x);

// Phi^T diag(w) Phi, (D, D), row-major, of phi (n, D); no weights: ones. O(n D^2).
std::vector<double> feature_covariance(MatrixSpan<const double> phi, std::span<const double> weights = {});
// Phi Phi^T, (n, n).
std::vector<double> feature_gram(MatrixSpan<const double> phi);
// The smaller one of sqrt(w) Phi Phi^T sqrt(w), (n, n), and Phi^T diag(w) Phi: they have the same nonzero eigenvalues.
std::vector<double> smaller_gram(MatrixSpan<const double> phi, std::span<const double> weights = {});
// std::invalid_argument that names the features where the trace of their products (n, n) overflows.
void require_products(const std::vector<double>& gram, Index n, std::string_view name);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_INFORMATION_MATRICES_HPP
