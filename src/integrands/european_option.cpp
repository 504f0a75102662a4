#include <korobov/integrands/asian_option.hpp>
#include <korobov/integrands/european_option.hpp>

namespace korobov {

// The mean over a single date is the price at maturity.
EuropeanOption::EuropeanOption(EuropeanOptionOptions options)
    : Integrand(AsianOption(1, {.mean = PathMean::geometric,
                                .kind = options.kind,
                                .start = options.start,
                                .strike = options.strike,
                                .rate = options.rate,
                                .volatility = options.volatility,
                                .maturity = options.maturity})) {}

}  // namespace korobov
