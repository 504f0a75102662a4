#include <cmath>
#include <numbers>
#include <stdexcept>
#include <vector>

#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <doctest/doctest.h>

#include <korobov/integrands/european_option.hpp>

using namespace korobov;

namespace {

// The integral of the payoff against the lognormal density of S(T), on the side of the kink where it is not 0.
double integrated(const EuropeanOptionOptions& o) {
  const double sign = o.kind == OptionKind::call ? 1.0 : -1.0;
  const double root = o.volatility * std::sqrt(o.maturity);
  const double mean = std::log(o.start) + (o.rate - 0.5 * o.volatility * o.volatility) * o.maturity;
  const double kink = (std::log(o.strike) - mean) / root;
  const auto weighted = [&](double z) {
    const double payoff = sign * (std::exp(mean + root * z) - o.strike);
    return payoff * std::exp(-0.5 * z * z) / std::sqrt(2.0 * std::numbers::pi);
  };
  const double a = sign > 0.0 ? kink : -14.0;
  const double b = sign > 0.0 ? 14.0 : kink;
  return std::exp(-o.rate * o.maturity) *
         boost::math::quadrature::gauss_kronrod<double, 61>::integrate(weighted, a, b, 12, 1e-14);
}

}  // namespace

TEST_CASE("european option: Black-Scholes against quadrature, put-call parity") {
  CHECK(*EuropeanOption().exact() == doctest::Approx(10.450583572185565).epsilon(1e-14));
  for (const double strike : {70.0, 100.0, 140.0}) {
    for (const double volatility : {0.05, 0.2, 0.8}) {
      for (const double maturity : {0.25, 3.0}) {
        EuropeanOptionOptions o{.start = 95.0, .strike = strike, .rate = 0.03, .volatility = volatility};
        o.maturity = maturity;
        const double call = *EuropeanOption(o).exact();
        CHECK(std::abs(call - integrated(o)) <= 1e-12 * (1.0 + call));
        o.kind = OptionKind::put;
        const double put = *EuropeanOption(o).exact();
        CHECK(std::abs(put - integrated(o)) <= 1e-12 * (1.0 + put));
        CHECK(std::abs(call - put - (95.0 - strike * std::exp(-0.03 * maturity))) <= 1e-12 * strike);
      }
    }
  }
}

TEST_CASE("european option: the payoff of the log price, and its measure") {
  const EuropeanOption call({.strike = 90.0, .maturity = 2.0});
  const EuropeanOption put({.kind = OptionKind::put, .strike = 90.0, .maturity = 2.0});
  CHECK(call.dimension() == 1);
  const std::vector<double> x{std::log(120.0), std::log(80.0)};
  std::vector<double> y(2);
  call.evaluate(MatrixSpan<const double>(x.data(), 2, 1), MatrixSpan<double>(y.data(), 2, 1));
  CHECK(y[0] == doctest::Approx(30.0 * std::exp(-0.1)).epsilon(1e-14));
  CHECK(y[1] == 0.0);
  put.evaluate(MatrixSpan<const double>(x.data(), 2, 1), MatrixSpan<double>(y.data(), 2, 1));
  CHECK(y[0] == 0.0);
  CHECK(y[1] == doctest::Approx(10.0 * std::exp(-0.1)).epsilon(1e-13));

  const std::vector<double> u{0.5, 0.84134474606854294859};
  std::vector<double> log_price(2);
  call.measure()->transform({u.data(), 2, 1}, {log_price.data(), 2, 1});
  CHECK(log_price[0] == doctest::Approx(std::log(100.0) + 0.03 * 2.0).epsilon(1e-15));
  CHECK(log_price[1] - log_price[0] == doctest::Approx(0.2 * std::sqrt(2.0)).epsilon(1e-14));
}

TEST_CASE("european option: bad input") {
  const double nan = std::nan("");
  CHECK_THROWS_WITH_AS(EuropeanOption({.start = 0.0}), "start: must be positive and finite; got 0",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(EuropeanOption({.strike = -1.0}), "strike: must be positive and finite; got -1",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(EuropeanOption({.rate = nan}), "rate: must be finite; got nan", std::invalid_argument);
  CHECK_THROWS_WITH_AS(EuropeanOption({.volatility = 0.0}), "volatility: must be positive and finite; got 0",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(EuropeanOption({.maturity = nan}), "maturity: must be positive and finite; got nan",
                       std::invalid_argument);
}
