// Brownian motion observed at times 0 < t_1 < ... < t_d:
//   B(t) = initial + drift t + W(t),   Cov(W(s), W(t)) = diffusion min(s, t)
// so `diffusion` is a variance per unit of time. Row i of the result is one path (B(t_1), ..., B(t_d)).
//
// cholesky is the running sum of increments, O(d) per path; bridge (Caflisch & Moskowitz 1995; Glasserman 2004, section
// 3.1.1) makes B(t_d) from the first coordinate, then halves the index ranges breadth first, any d, O(d) per path; pca
// (Acworth, Broadie, Glasserman 1998; Glasserman 2004, section 3.1.2) costs O(d^2) per path, and once
// O(d^3), for equal steps O(d^2) (closed form).
// std::invalid_argument: times empty, not finite, not positive, not increasing; diffusion not positive; drift or
// initial not finite.
#pragma once

#include <korobov/measures/measure.hpp>

namespace korobov {

struct BrownianMotionOptions {
  double drift = 0.0;      // per unit of time
  double diffusion = 1.0;  // variance per unit of time
  double initial = 0.0;    // B(0)
  PathFactor factor = PathFactor::pca;
};

class KOROBOV_API BrownianMotion : public Measure {
 public:
  explicit BrownianMotion(const std::vector<double>& times, BrownianMotionOptions options = {});
};

}  // namespace korobov
