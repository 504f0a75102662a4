// The eigenvectors that all matched Gram matrices on one point set share, as one real orthogonal transform Q (n x n):
//   K = Q^T diag(lambda) Q
// Net (Dyadic, DyadicTree), natural or Gray order: Q = fwht. Lattice: with z the unitary DFT of y along the cyclic
// group (z = fftbr(y) in radical-inverse order, fft(y) in linear order), Hermitian since y is real, packed as n reals:
//   c_0 = z_0,  c_{n/2} = z_{n/2} (n even),  c_k = sqrt 2 Re z_k,  c_{n-k} = sqrt 2 Im z_k  (0 < k < n/2)
// so |c| = |y|, and lambda in the transform's order, lambda_k = lambda_{n-k}, multiplies c entry by entry.
//
// Vectors are columns: (n, r), any strides; float is computed in double and rounded once. Input and output are the same
// array with the same strides, or do not overlap. Cost O(n log n), memory O(n) per column in flight. Results do not
// depend on the number of threads nor on the other columns. Shapes that do not fit are std::invalid_argument.
#ifndef KOROBOV_SRC_GRAM_SPECTRAL_BASIS_HPP
#define KOROBOV_SRC_GRAM_SPECTRAL_BASIS_HPP

#include <span>
#include <string_view>
#include <vector>

#include <korobov/core/types.hpp>
#include <korobov/generators/point_set.hpp>
#include <korobov/kernels/kernel.hpp>

#include "transforms/pointwise.hpp"

namespace korobov::detail {

enum class Characters {
  walsh,         // n = 2^m, nets
  bit_reversed,  // n = 2^m, lattices in radical-inverse order
  circulant      // any n, lattices in linear order
};

class SpectralBasis {
 public:
  // Of the first n points. std::invalid_argument: a set without a fast transform (with the reason), n below 1, beyond
  // the set's limit, not a power of two (natural and Gray order) or not the set's own (linear order).
  SpectralBasis(const AnyPointSet& points, Index n);
  SpectralBasis(Characters characters, Index n) : characters_(characters), n_(n) {}

  Index size() const noexcept { return n_; }
  Characters characters() const noexcept { return characters_; }

  void forward(MatrixSpan<const double> y, MatrixSpan<double> c) const;  // c = Q y
  void inverse(MatrixSpan<const double> c, MatrixSpan<double> y) const;  // y = Q^T c
  // out = Q^T diag(factor) Q y, or with the reciprocal factors; factor (n) with factor_k = factor_{n-k} for lattices,
  // of which k <= n/2 is read.
  void filter(std::span<const double> factor, MatrixSpan<const double> y, MatrixSpan<double> out,
              Pointwise how = Pointwise::multiply) const;
  void filter(std::span<const double> factor, MatrixSpan<const float> y, MatrixSpan<float> out,
              Pointwise how = Pointwise::multiply) const;

  // lambda (n) of the Gram matrix with first column c + k_minus_c (n). The constant moves lambda_0 alone, by n c, and
  // is not added: lambda_0 of the whole is n c + lambda[0], without cancellation elsewhere. std::invalid_argument if
  // the column is not even along the cyclic group (a kernel's derivative of odd order), where eigenvalues are not real.
  void eigenvalues(std::span<const double> k_minus_c, std::span<double> lambda) const;
  // Of the first 2n points, from `lambda` of the first n and the column's next n entries. Not in linear order.
  void doubled_eigenvalues(std::span<const double> lambda, std::span<const double> next_k_minus_c,
                           std::span<double> both) const;
  // dL/dk_i, the entries of the first column, from dL/dlambda (also for lambda_0 with its n c): the adjoint of the map
  // above, one more transform.
  void pull_back(std::span<const double> dlambda, std::span<double> dk) const;

  // A bound of the rounding error of eigenvalues(): 8 u (log2 n + 2) |k - c|_2, u = 2^-53.
  static double rounding(std::span<const double> k_minus_c);

 private:
  Characters characters_;
  Index n_;
};

// x_i - x_0 (lattices) or x_i ^ x_0 (nets) of points in `range`, into words (range.size(), d), dimension-major ones
// (row_stride 1) best. A set without a group is std::invalid_argument.
void differences(const AnyPointSet& points, Range range, MatrixSpan<Word> words);

// Entries `range` of the Gram matrix's first column: k_minus_c (range.size()); returns c. O(1) memory beside it.
double first_column(const AnyPointSet& points, const AnyKernel& kernel, Range range, std::span<double> k_minus_c);

// Doubles as the words that are exactly them, row by row; mod 1 for lattices, nets need [0, 1). std::invalid_argument
// names `parameter`.
std::vector<Word> exact_words(MatrixSpan<const double> x, bool is_cyclic, std::string_view parameter);
// dc / dtheta of a structured kernel's constant part c, which is linear in each hyper-parameter.
std::vector<double> constant_gradient(const AnyKernel& kernel);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GRAM_SPECTRAL_BASIS_HPP
