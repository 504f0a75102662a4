// Geometric Brownian motion (Black & Scholes 1973) observed at times 0 < t_1 < ... < t_d:
//   S(t) = initial exp((rate - volatility^2 / 2) t + volatility W(t)),   E S(t) = initial exp(rate t)
// Row i of the result is one path (S(t_1), ..., S(t_d)); W is made as in brownian_motion.hpp. exp is within 1.1 ulp
// for its argument; a path beyond the range of double gives inf or 0.
// std::invalid_argument: times as for BrownianMotion; initial or volatility not positive; rate not finite.
#pragma once

#include <korobov/measures/brownian_motion.hpp>

namespace korobov {

struct GeometricBrownianMotionOptions {
  double initial = 1.0;     // S(0)
  double rate = 0.0;        // per unit of time
  double volatility = 1.0;  // standard deviation of log S per square root of a unit of time
  PathFactor factor = PathFactor::pca;
};

class KOROBOV_API GeometricBrownianMotion : public Measure {
 public:
  explicit GeometricBrownianMotion(const std::vector<double>& times, GeometricBrownianMotionOptions options = {});
};

}  // namespace korobov
