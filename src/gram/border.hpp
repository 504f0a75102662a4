// What m further rows and columns add to a matrix with a fast transform: its Schur complement.
//
//   K = [A B; B^T C],  A = Q^T diag(lambda) Q (n x n),  S = C - B^T A^-1 B (m x m)
//   B_ia = k(x_i, z_a),  C_ab = k(z_a, z_b) + nuggets_a [a = b]
// (Zhang, "The Schur Complement and Its Applications", 2005, section 0.8: x = K^-1 y is x_2 = S^-1 (y_2 - B^T A^-1
// y_1), x_1 = A^-1 (y_1 - B x_2), and det K = det A det S.) Everything stays in coefficients c = Q y, where U = Q A^-1
// B is diag(1 / lambda) Q B. Vectors are column by column: c (n, r), u and a (m, r). Cost O(m n (d + log n) + m^2 n +
// m^3) once, O(m n) per column after it; memory m (n + m) doubles.
//
// NumericalError when S is not positive definite, or where a row adds no more than `rounding` (the eigenvalues'
// rounding error; 0: not asked) explains: the variance of observation a given all others, 1 / (S^-1)_aa, must exceed
// rounding (1 + |U_a|^2) + 8 u (log2 n + 2) k(z_a, z_a).
#ifndef KOROBOV_SRC_GRAM_BORDER_HPP
#define KOROBOV_SRC_GRAM_BORDER_HPP

#include <span>
#include <string_view>
#include <vector>

#include <korobov/core/types.hpp>
#include <korobov/gram/dense_gram.hpp>
#include <korobov/kernels/kernel.hpp>

#include "gram/spectral_basis.hpp"

namespace korobov::detail {

class Border {
 public:
  // lambda (n) positive; design (n, d), extra (m, d), m >= 1; nuggets (m); `raise`: what the error says to raise.
  Border(const SpectralBasis& basis, std::span<const double> lambda, const AnyKernel& kernel,
         MatrixSpan<const Word> design, MatrixSpan<const Word> extra, std::span<const double> nuggets, double rounding,
         std::string_view raise);

  Index size() const noexcept { return schur_.size(); }  // m
  const DenseGram& schur() const noexcept { return schur_; }
  MatrixSpan<const double> explained() const noexcept { return {u_.data(), n_, size(), 1, n_}; }  // U (n, m)

  void subtract_transposed(const double* c, Index r, double* u) const;  // u -= U^T c
  void subtract(const double* a, Index r, double* c) const;             // c -= U a

 private:
  Index n_;
  std::vector<double> u_;
  DenseGram schur_;
};

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GRAM_BORDER_HPP
