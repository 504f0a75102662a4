// What the options share: checks, the normal distribution function, and the price of a lognormal payoff.
#ifndef KOROBOV_SRC_INTEGRANDS_OPTION_PAYOFF_HPP
#define KOROBOV_SRC_INTEGRANDS_OPTION_PAYOFF_HPP

#include <korobov/integrands/european_option.hpp>

namespace korobov::detail {

void check_option(const EuropeanOptionOptions& options);

// E exp(-rate T) max(+-(exp(X) - strike), 0) for X ~ N(mean, deviation^2).
double lognormal_price(const EuropeanOptionOptions& options, double mean, double deviation);

// value[k] becomes the discounted payoff of the mean price value[k].
void discounted_payoff(const EuropeanOptionOptions& options, double* value, Index count);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_INTEGRANDS_OPTION_PAYOFF_HPP
