#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <vector>

#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <doctest/doctest.h>

#include <korobov/integrands/asian_option.hpp>

#include "support/instruction_sets.hpp"
#include "support/random_points.hpp"

using namespace korobov;

namespace {

// Mean and variance of mean_j log S(t_j) by sums over the dates, then the lognormal integral by quadrature.
double integrated(Index d, const AsianOptionOptions& o) {
  double mean = std::log(o.start);
  double variance = 0.0;
  const auto n = static_cast<double>(d);
  for (Index i = 1; i <= d; ++i) {
    const double t = o.maturity * static_cast<double>(i) / n;
    mean += (o.rate - 0.5 * o.volatility * o.volatility) * t / n;
    for (Index j = 1; j <= d; ++j) {
      variance += o.volatility * o.volatility * o.maturity * static_cast<double>(std::min(i, j)) / (n * n * n);
    }
  }
  const double sign = o.kind == OptionKind::call ? 1.0 : -1.0;
  const double root = std::sqrt(variance);
  const double kink = (std::log(o.strike) - mean) / root;
  const auto weighted = [&](double z) {
    return sign * (std::exp(mean + root * z) - o.strike) * std::exp(-0.5 * z * z) / std::sqrt(2.0 * std::numbers::pi);
  };
  return std::exp(-o.rate * o.maturity) * boost::math::quadrature::gauss_kronrod<double, 61>::integrate(
                                              weighted, sign > 0.0 ? kink : -14.0, sign > 0.0 ? 14.0 : kink, 12, 1e-14);
}

double payoff(const double* x, Index d, const AsianOptionOptions& o) {
  double sum = 0.0;
  for (Index j = 0; j < d; ++j) sum += o.mean == PathMean::geometric ? x[j] : std::exp(x[j]);
  const double mean =
      o.mean == PathMean::geometric ? std::exp(sum / static_cast<double>(d)) : sum / static_cast<double>(d);
  const double gain = o.kind == OptionKind::call ? mean - o.strike : o.strike - mean;
  return std::exp(-o.rate * o.maturity) * std::max(gain, 0.0);
}

}  // namespace

TEST_CASE("asian option: the geometric closed form against quadrature") {
  for (const Index d : {1, 2, 12, 52, 252}) {
    for (const auto kind : {OptionKind::call, OptionKind::put}) {
      for (const double volatility : {0.2, 0.5}) {
        const AsianOptionOptions o{
            .mean = PathMean::geometric, .kind = kind, .strike = 103.0, .volatility = volatility, .maturity = 1.5};
        const double exact = *AsianOption(d, o).exact();
        CHECK(std::abs(exact - integrated(d, o)) <= 1e-12 * (1.0 + exact));
      }
    }
  }
  // One date: the European option, for either mean.
  CHECK(*AsianOption(1).exact() == *EuropeanOption().exact());
  CHECK_FALSE(AsianOption(2).exact().has_value());
}

TEST_CASE("asian option: payoffs, every mean, kind, instruction set, strides and sizes") {
  const Index rows = 517;
  for (const Index d : {1, 3, 8, 12, 52}) {
    auto points = random_points(rows, d, Seed{41});
    for (auto& value : points) value = std::log(60.0 + 80.0 * value);
    for (const auto mean : {PathMean::arithmetic, PathMean::geometric}) {
      for (const auto kind : {OptionKind::call, OptionKind::put}) {
        const AsianOptionOptions o{.mean = mean, .kind = kind, .rate = 0.02, .maturity = 2.0};
        const AsianOption f(d, o);
        for_each_instruction_set([&] {
          std::vector<double> y(2 * rows, -7.0);
          f.evaluate(MatrixSpan<const double>(points.data(), rows, d), MatrixSpan<double>(y.data(), rows, 1, 2, 1));
          double worst = 0.0;
          for (Index i = 0; i < rows; ++i) {
            worst = std::max(worst, std::abs(y[static_cast<std::size_t>(2 * i)] - payoff(points.data() + i * d, d, o)));
            CHECK(y[static_cast<std::size_t>(2 * i + 1)] == -7.0);
          }
          // Prices up to 140: d + 10 roundings of that size.
          CHECK(worst <= 140.0 * static_cast<double>(d + 10) * std::numeric_limits<double>::epsilon());
          std::vector<double> columns(points.size());
          for (Index i = 0; i < rows; ++i) {
            for (Index j = 0; j < d; ++j) {
              columns[static_cast<std::size_t>(j * rows + i)] = points[static_cast<std::size_t>(i * d + j)];
            }
          }
          std::vector<double> again(2 * rows, -7.0);
          f.evaluate(MatrixSpan<const double>(columns.data(), rows, d, 1, rows),
                     MatrixSpan<double>(again.data(), rows, 1, 2, 1));
          CHECK(again == y);
        });
      }
    }
  }
}

TEST_CASE("asian option: paths end at maturity, with the factor asked for") {
  const std::vector<double> u{0.84134474606854294859, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5};
  std::vector<double> x(8);
  AsianOption(4, {.volatility = 0.3, .maturity = 2.0, .factor = PathFactor::bridge})
      .measure()
      ->transform({u.data(), 2, 4}, {x.data(), 2, 4});
  CHECK(x[7] == doctest::Approx(std::log(100.0) + (0.05 - 0.045) * 2.0).epsilon(1e-14));
  CHECK(x[3] - x[7] ==
        doctest::Approx(0.3 * std::sqrt(2.0)).epsilon(1e-13));  // bridge: the first coordinate is the end
  CHECK(x[0] - x[4] == doctest::Approx(0.3 * std::sqrt(2.0) / 4.0).epsilon(1e-13));
}

TEST_CASE("asian option: bad input") {
  CHECK_THROWS_WITH_AS(AsianOption(0), "steps: must be at least 1; got 0", std::invalid_argument);
  CHECK_THROWS_WITH_AS(AsianOption(-5), "steps: must be at least 1; got -5", std::invalid_argument);
  CHECK_THROWS_WITH_AS(AsianOption(4, {.strike = 0.0}), "strike: must be positive and finite; got 0",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(AsianOption(4, {.volatility = std::nan("")}), "volatility: must be positive and finite; got nan",
                       std::invalid_argument);
}
