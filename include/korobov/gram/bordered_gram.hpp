// The Gram matrix of a matched set and a few further points anywhere: the structured matrix, bordered.
//
//   K = [A B; B^T C]  (n + m rows),  A the StructuredGram of the set's n points x_i with its nugget,
//   B_ia = k(x_i, z_a),  C_ab = k(z_a, z_b) + nugget [a = b]
// Block elimination needs A's transforms and the Schur complement S = C - B^T A^-1 B alone (Zhang, "The Schur
// Complement and Its Applications", 2005, section 0.8):
//   x = K^-1 y:  x_2 = S^-1 (y_2 - B^T A^-1 y_1),  x_1 = A^-1 (y_1 - B x_2);   log det K = log det A + log det S
// The verbs are StructuredGram's. The factor L of sqrt_apply is [A^1/2 0; B^T A^-1/2, Cholesky factor of S].
//
// Vectors hold the n points' values, then the m further ones': (n + m, r), any strides, float64, or float32 computed in
// float64; in and out are the same array or do not overlap. Cost: O(m n (d + log n) + m^2 n + m^3) once, then
// O(n log n + m n) per column; inverse_diagonal O(m n log n + m^2 n). Memory m (n + m) doubles: for m up to some
// hundred. Const means thread-safe; results do not depend on the number of threads (S as in dense_gram.hpp).
//
// Errors: std::invalid_argument (no further point, another dimension, coordinates that are not finite or, for nets, not
// in [0, 1), nugget, shapes). NumericalError, on construction, when A or S is not positive definite in floating-point
// numbers, so too when a further point repeats another one without a nugget: it says what to raise.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <korobov/core/error.hpp>
#include <korobov/core/seed.hpp>
#include <korobov/core/types.hpp>
#include <korobov/gram/structured_gram.hpp>

namespace korobov {

class KOROBOV_API BorderedGram {
 public:
  // further: z (m, d), words, or doubles as the kernel takes them. nugget: of the further points, by default the
  // gram's.
  BorderedGram(const StructuredGram& gram, MatrixSpan<const Word> further, std::optional<double> nugget = {});
  BorderedGram(const StructuredGram& gram, MatrixSpan<const double> further, std::optional<double> nugget = {});

  Index size() const noexcept;     // n + m
  Index further() const noexcept;  // m
  double nugget() const noexcept;  // of the further points
  const StructuredGram& gram() const noexcept;

  void apply(MatrixSpan<const double> y, MatrixSpan<double> out) const;  // K y
  void apply(MatrixSpan<const float> y, MatrixSpan<float> out) const;
  void solve(MatrixSpan<const double> y, MatrixSpan<double> out) const;  // K^-1 y
  void solve(MatrixSpan<const float> y, MatrixSpan<float> out) const;
  void sqrt_apply(MatrixSpan<const double> y, MatrixSpan<double> out) const;  // L y
  void sqrt_apply(MatrixSpan<const float> y, MatrixSpan<float> out) const;
  void inverse_sqrt_apply(MatrixSpan<const double> y, MatrixSpan<double> out) const;  // L^-1 y
  void inverse_sqrt_apply(MatrixSpan<const float> y, MatrixSpan<float> out) const;

  double logdet() const;                                                               // log det K
  void quadratic(MatrixSpan<const double> y, std::span<double> values) const;          // y^T K y of each column: (r)
  void inverse_quadratic(MatrixSpan<const double> y, std::span<double> values) const;  // y^T K^-1 y
  std::vector<double> inverse_diagonal() const;                                        // of K^-1: (n + m)
  // Columns of out (n + m, r): independent draws from N(0, K). Column s is a function of (seed, s).
  void sample(Seed seed, MatrixSpan<double> out) const;

  // Of the same points with another nugget on all of them.
  BorderedGram with_nugget(double nugget) const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace korobov
