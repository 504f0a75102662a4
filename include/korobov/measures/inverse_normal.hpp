// The inverse of the standard normal distribution function, x = Phi^-1(u), vectorised.
//
// With q = u - 1/2 and w = -log(4 u (1 - u)), x = q (sqrt(2 pi) + w P(w)) for w <= 6.25 (999 of 1000 values), P a
// polynomial; beyond, |x| is a polynomial in sqrt(w). The variable w is Giles's ("Approximating the erfinv function",
// GPU Computing Gems Jade Edition, 2011, section 10.2); the polynomials are Chebyshev interpolants computed for this
// library (in the source). Accuracy: relative error at most 7e-16 (about 3 ulp) for every double u in (0, 1),
// subnormals included. The difference 1 - u is exact for u >= 1/2, so the upper tail is as accurate as the double u
// itself, and x(1 - u) = -x(u) to that error. 0 gives -inf, 1 gives +inf, everything else outside (0, 1), NaN included,
// gives NaN.
#pragma once

#include <span>

#include <korobov/core/types.hpp>

namespace korobov {

// u and x have the same length, else std::invalid_argument; in place when they are the same span.
KOROBOV_API void inverse_normal(std::span<const double> u, std::span<double> x);

}  // namespace korobov
