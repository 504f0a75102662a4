// Keister's function (Keister 1996, "Multidimensional quadrature algorithms"): the integral of cos|x| exp(-|x|^2) over
// R^d, as the mean of f(x) = pi^(d/2) cos|x| under N(0, I/2).
//
// Exact value pi^(d/2) e_d, e_d = E cos|X| = M(d/2, 1/2, -1/4) with Kummer's M. Its relation between contiguous a
// (Abramowitz & Stegun 13.4.1) is  d e_{d+2} = (2 d - 3/2) e_d - (d - 1) e_{d-2}  with e_0 = 1, e_1 = exp(-1/4),
// e_2 = 1 - D(1/2), D Dawson's integral; neither solution dominates, so running it upwards is stable.
// 1 <= d <= 1239: beyond, pi^(d/2) exceeds the largest double. Cost O(d) per point.
#pragma once

#include <korobov/integrands/integrand.hpp>

namespace korobov {

class KOROBOV_API Keister : public Integrand {
 public:
  explicit Keister(Index d);
};

}  // namespace korobov
