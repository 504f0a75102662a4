// The Gram matrix of a function's values and partial derivatives at the points of one lattice.
//
//   K[(a, i), (b, j)] = (d_x^{o_a} d_z^{o_b} k)(x_i, x_j) + nugget_a [a = b, i = j],   a, b < B blocks,  i, j < n,
// with o_a the orders of block a (all 0: the values) and k a shift-invariant kernel: the covariance of the derivatives
// of a process with covariance k (Rasmussen and Williams 2006, section 9.4; Solak et al., "Derivative observations in
// Gaussian process models of dynamic systems", 2003). Every block is a function of x_i - x_j mod 1, so the lattice's
// unitary Fourier transform F makes each of them diagonal, and K falls apart into one B x B Hermitian matrix per
// frequency h:
//   H(h)_ab = sqrt n (F column_ab)_h,  column_ab,i = (d_x^{o_a} d_z^{o_b} k)(x_i - x_0),
// real where |o_a| + |o_b| is even and imaginary where it is odd; H(-h) is the conjugate of H(h). Cholesky factors of
// these do all the rest: O(B n log n + B^2 n) per right-hand side after O(B^2 n (d + log n) + B^3 n), memory B^2 n.
//
// Points: a lattice in radical-inverse order (n a power of two) or in linear order (its own n), shifted or not. Kernel:
// product weights, o_aj <= alpha_j - 1 for all blocks. Vectors hold the blocks one after the other: (B n, r), any
// strides; in and out are the same array or do not overlap. Const means thread-safe.
//
// Errors: std::invalid_argument (no block, orders that are negative, repeated or too high for alpha, nuggets, n, points
// without the symmetry, shapes). NumericalError, by verbs that need the factor: it names the frequency, the block
// matrix's smallest eigenvalue and the nuggets to raise.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include <korobov/core/error.hpp>
#include <korobov/core/symmetry.hpp>
#include <korobov/core/types.hpp>
#include <korobov/generators/point_set.hpp>
#include <korobov/kernels/shift_invariant.hpp>

namespace korobov {

class KOROBOV_API DerivativeGram {
 public:
  // orders: (B, d), o_a in row a. nuggets: (B), variances added to the blocks' diagonals, and so is lift times their
  // rounding_errors(): with lift = B, K is positive definite whatever rounding did.
  DerivativeGram(const PointSet<Cyclic>& points, const ShiftInvariantKernel& kernel, MatrixSpan<const int> orders,
                 Index n, std::span<const double> nuggets, double lift = 0);

  Index blocks() const noexcept;  // B
  Index size() const noexcept;    // B n
  // Bounds of the blocks' own eigenvalues' rounding errors, 8 u (log2 n + 2) |column_aa - c|_2: (B).
  std::span<const double> rounding_errors() const noexcept;
  bool is_positive_definite() const noexcept;

  void apply(MatrixSpan<const double> y, MatrixSpan<double> out) const;  // K y
  void solve(MatrixSpan<const double> y, MatrixSpan<double> out) const;  // K^-1 y
  double logdet() const;
  void inverse_quadratic(MatrixSpan<const double> y, std::span<double> values) const;  // y^T K^-1 y of each column: (r)

  // With L = (sum over columns of y^T K^-1 y + r log det K) / 2: dL/dtheta of the kernel's hyper-parameters, and
  // dL/dnugget_a (B). Of y (B n, r). O(B^2 n (d + log n)).
  void gradient(MatrixSpan<const double> y, std::span<double> dkernel, std::span<double> dnuggets) const;

  // With s the sum of all values' entries of K^-1, n / s = n c + l, c the kernel's scale: l, without cancellation. The
  // variance of the integral given values and derivatives is c l / (n c + l); c without a block of values (then l =
  // -1).
  double remainder() const;

  // The same points, orders and lift under other hyper-parameters.
  DerivativeGram with(std::span<const double> parameters, std::span<const double> nuggets) const;

 private:
  struct State;
  explicit DerivativeGram(std::shared_ptr<const State> state) noexcept : state_(std::move(state)) {}

  std::shared_ptr<const State> state_;
};

}  // namespace korobov
