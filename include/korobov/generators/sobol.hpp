// Sobol' sequences (Sobol' 1967) with the direction numbers D6 of Joe and Kuo: S. Joe and F. Y. Kuo, "Constructing
// Sobol sequences with better two-dimensional projections", SIAM J. Sci. Comput. 30 (2008), 2635-2654. Up to 21201
// dimensions.
//
// Column k of dimension j is m_{k+1} 2^(63-k), m odd; with the primitive polynomial
// x^s + a_1 x^(s-1) + ... + a_{s-1} x + 1 of the dimension and initial m_1 .. m_s,
//   m_k = 2 a_1 m_{k-1} ^ 4 a_2 m_{k-2} ^ ... ^ 2^(s-1) a_{s-1} m_{k-s+1} ^ 2^s m_{k-s} ^ m_{k-s}   (their equation 2).
// Dimension 0 has m = 1 throughout (van der Corput). The recurrence runs to 63 columns: every index below 2^63 is
// valid. Interlaced of order alpha (digital_net.hpp), d dimensions use the first d * alpha of the table and
// floor(64 / alpha) columns.
#pragma once

#include <korobov/generators/digital_net.hpp>

namespace korobov {

struct SobolOptions {
  Order order = Order::natural;  // natural or gray
  int alpha = 1;                 // interlacing order, 1 to 5; limit 2^floor(64 / alpha) points, at most 2^63
};

inline constexpr Index kSobolDimensions = 21201;

// Randomized by randomized(net, how, seed) as every net.
class KOROBOV_API Sobol : public DigitalNet {
 public:
  // 1 <= d, d * alpha <= 21201. Only d * alpha dimensions of the table are unpacked: O(63 d alpha).
  explicit Sobol(Index d, const SobolOptions& options = {});
};

}  // namespace korobov
