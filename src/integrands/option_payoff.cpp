#include "integrands/option_payoff.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <korobov/core/error.hpp>

namespace korobov::detail {
namespace {

double normal_distribution(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

void check_positive(const char* name, double value) {
  require(std::isfinite(value) && value > 0.0, name, "must be positive and finite", value);
}

}  // namespace

void check_option(const EuropeanOptionOptions& options) {
  check_positive("start", options.start);
  check_positive("strike", options.strike);
  check_positive("volatility", options.volatility);
  check_positive("maturity", options.maturity);
  require(std::isfinite(options.rate), "rate", "must be finite", options.rate);
}

double lognormal_price(const EuropeanOptionOptions& options, double mean, double deviation) {
  const double d2 = (mean - std::log(options.strike)) / deviation;
  const double d1 = d2 + deviation;
  const double sign = options.kind == OptionKind::call ? 1.0 : -1.0;
  return std::exp(-options.rate * options.maturity) * sign *
         (std::exp(mean + 0.5 * deviation * deviation) * normal_distribution(sign * d1) -
          options.strike * normal_distribution(sign * d2));
}

void discounted_payoff(const EuropeanOptionOptions& options, double* value, Index count) {
  const double discount = std::exp(-options.rate * options.maturity);
  const double sign = options.kind == OptionKind::call ? discount : -discount;
  for (Index k = 0; k < count; ++k) value[k] = std::max(sign * (value[k] - options.strike), 0.0);
}

}  // namespace korobov::detail
