// The digitally shift-invariant kernels of one coordinate, base 2: functions of the word w = x ^ z alone.
//
// With wal_k the Walsh functions and mu_alpha(k) the sum of the alpha highest positions of 1-bits of k, counted from 1
// (Dick 2008), W_alpha = sum_{k>=0} 2^(-mu_alpha(k)) wal_k and K_alpha = W_alpha - 1 for alpha >= 2 (Baldeaux, Dick,
// Leobacher, Nuyens, Pillichshammer 2012); for alpha = 1, where that series diverges at 0,
//   K_1 = 6 (1/6 - 2^(floor(log2 x) - 1)) = (1/2) sum_{k>=1} 4^(-floor(log2 k)) wal_k,  K_1(0) = 1  (Dick,
//   Pillichshammer 2005).
// Orders 2, 3, 4 have closed forms; any other order is summed exactly over the digits, O(alpha 64) per value: with
// s_a = 2^-a (-1)^(digit a), a = 1, 2, ..., e_v their elementary symmetric sums and b the place of the first 1-digit,
//   W_alpha = sum_{v<alpha} e_v(s) + (1/2) sum_{c<=b} (-1)^(digit c) e_{alpha-1}(s_a : a > c).
// The leading digit's kernel, for any real alpha > 0, with b as before and nu = 1 / (1 - 2^-alpha),
//   K(x) = nu - (nu + 1) 2^(-alpha (b - 1)) = sum_{k>=1} 2^(-(alpha+1) floor(log2 k)) wal_k,  K(0) = nu,
// survives nested uniform scrambling; alpha = 1 gives 2 K_1 (Yue and Hickernell 2002 use such kernels).
// b comes from counting leading zeros of the word, never from a logarithm. Rounding: a few eps times the value at 0.
#pragma once

#include <korobov/core/types.hpp>

namespace korobov {

inline constexpr int kMaxWalshAlpha = 32;  // from alpha = 11 on K_alpha no longer changes in double precision

// K_alpha of the digitwise difference w, alpha = 1..32.
KOROBOV_API double walsh_value(int alpha, Word difference);

// The leading digit's kernel of the digitwise difference w; 0 < alpha <= 64.
KOROBOV_API double leading_digit_value(double alpha, Word difference);

namespace detail {
// The same as a function of the number of leading zeros, 0..64 (64: the word 0), and its derivative in alpha.
KOROBOV_API double leading_digit_at(double alpha, int zeros);
KOROBOV_API double leading_digit_slope(double alpha, int zeros);
}  // namespace detail
}  // namespace korobov
