// A European option under Black & Scholes (1973): d = 1, the discounted payoff at maturity T.
//   f(x) = exp(-rate T) max(+-(exp(x) - strike), 0),   x = log S(T) ~ N(log start + (rate - volatility^2/2) T,
//   volatility^2 T)
// The measure is BrownianMotion of the log price. exact() is the Black-Scholes formula (their equation 13).
#pragma once

#include <korobov/integrands/integrand.hpp>

namespace korobov {

enum class OptionKind { call, put };

// start, strike, volatility and maturity are positive, rate is finite; else std::invalid_argument.
struct EuropeanOptionOptions {
  OptionKind kind = OptionKind::call;
  double start = 100.0;  // S(0)
  double strike = 100.0;
  double rate = 0.05;       // continuously compounded, per unit of time
  double volatility = 0.2;  // per square root of a unit of time
  double maturity = 1.0;    // T
};

class KOROBOV_API EuropeanOption : public Integrand {
 public:
  explicit EuropeanOption(EuropeanOptionOptions options = {});
};

}  // namespace korobov
