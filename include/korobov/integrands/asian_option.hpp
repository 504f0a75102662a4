// An Asian option: the discounted payoff on the mean M of the prices at d equal steps t_j = j T / d.
//   f(x) = exp(-rate T) max(+-(M - strike), 0),   M = mean_j exp(x_j) or exp(mean_j x_j),   x_j = log S(t_j)
// The measure is BrownianMotion of the log price, so the geometric mean costs one exponential per path.
//
// exact(): one step, or the geometric mean, for which log M is normal with mean log start + (rate - volatility^2/2) T
// (d+1)/(2d) and variance volatility^2 T (d+1)(2d+1)/(6 d^2) (Kemna & Vorst 1990; Glasserman 2004, section 3.2.2). Bad
// options: as for EuropeanOption; steps >= 1.
#pragma once

#include <korobov/integrands/european_option.hpp>

namespace korobov {

enum class PathMean { arithmetic, geometric };

struct AsianOptionOptions {
  PathMean mean = PathMean::arithmetic;
  OptionKind kind = OptionKind::call;
  double start = 100.0;
  double strike = 100.0;
  double rate = 0.05;
  double volatility = 0.2;
  double maturity = 1.0;
  PathFactor factor = PathFactor::pca;
};

class KOROBOV_API AsianOption : public Integrand {
 public:
  explicit AsianOption(Index steps, AsianOptionOptions options = {});
};

}  // namespace korobov
