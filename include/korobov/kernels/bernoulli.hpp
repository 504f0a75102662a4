// Bernoulli polynomials, and the shift-invariant kernel of one coordinate that they give.
//
//   K_alpha(x) = (-1)^(alpha+1) (2 pi)^(2 alpha) / (2 alpha)! B_{2 alpha}({x}) = sum_{h != 0} |h|^(-2 alpha) e^(2 pi i
//   h x)
// (Wahba 1990, equation 2.1.6; Sloan and Joe 1994, appendix C). Its derivatives in both arguments,
//   d_x^b d_z^c K_alpha(x - z) = (-1)^(alpha+c+1) (2 pi)^(2 alpha) / (2 alpha - b - c)! B_{2 alpha - b - c}({x - z}),
// need 2 alpha - b - c >= 2: below that the series does not converge absolutely.
//
// A coordinate is the word of a difference, the fraction w 2^-64 mod 1. With t the same fraction in [-1/2, 1/2) and
// u = |t| (1 - |t|), an even polynomial is one in u and an odd one is (1 - 2 |t|) sign(t) times one in u, so that K is
// even, and its odd derivatives odd, to the last bit. Rounding: a few eps times the value at 0.
#pragma once

#include <array>

#include <korobov/core/types.hpp>

namespace korobov {

inline constexpr int kMaxBernoulliDegree = 10;
inline constexpr int kMaxShiftInvariantAlpha = 5;

// B_r(x), 0 <= r <= 10, x any finite number (not reduced mod 1).
KOROBOV_API double bernoulli_polynomial(int r, double x);

// K_alpha of the difference w, alpha = 1..5. K_alpha(0) = 2 zeta(2 alpha).
KOROBOV_API double shift_invariant_value(int alpha, Word difference);

// d_x^b d_z^c K_alpha(x - z) at the difference w of x and z; b, c >= 0, 2 alpha - b - c >= 2.
KOROBOV_API double shift_invariant_derivative(int alpha, int b, int c, Word difference);

namespace detail {

// K_alpha = sum_k p[k] u^k, and the odd polynomials likewise after the factor (1 - 2 |t|) sign(t): the coefficients of
// (-1)^(alpha+c+1) (2 pi)^(2 alpha) / r! B_r with r = 2 alpha - b - c.
struct BernoulliSeries {
  std::array<double, 6> p{};
  int degree = 0;  // in u
  bool odd = false;
};
KOROBOV_API BernoulliSeries bernoulli_series(int alpha, int b, int c);

}  // namespace detail
}  // namespace korobov
