#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

#include <korobov/core/error.hpp>
#include <korobov/integrands/asian_option.hpp>
#include <korobov/measures/brownian_motion.hpp>

#include "core/exponential.hpp"
#include "integrands/option_payoff.hpp"
#include "integrands/row_sums.hpp"

namespace korobov {
namespace {

EuropeanOptionOptions contract(const AsianOptionOptions& o) {
  return {.kind = o.kind,
          .start = o.start,
          .strike = o.strike,
          .rate = o.rate,
          .volatility = o.volatility,
          .maturity = o.maturity};
}

// value[i] = exp(mean of row i).
void geometric_means(MatrixSpan<const double> x, std::span<double> value) {
  detail::row_sums(detail::Term::value, x, value.data());
  for (auto& v : value) v /= static_cast<double>(x.cols);
  detail::exponential(value, value);
}

// value[i] = mean of exp over row i; prices: scratch for all of x.
void arithmetic_means(MatrixSpan<const double> x, std::span<double> value, std::span<double> prices) {
  const auto d = static_cast<std::size_t>(x.cols);
  if (x.is_contiguous()) {
    detail::exponential({x.data, prices.size()}, prices);
  } else {
    for (Index i = 0; i < x.rows; ++i) {
      const auto row = prices.subspan(static_cast<std::size_t>(i) * d, d);
      for (Index j = 0; j < x.cols; ++j) row[static_cast<std::size_t>(j)] = x(i, j);
      detail::exponential(row, row);
    }
  }
  detail::row_sums(detail::Term::value, {prices.data(), x.rows, x.cols}, value.data());
  for (auto& v : value) v /= static_cast<double>(x.cols);
}

Integrand::Batch payoff(PathMean mean, const EuropeanOptionOptions& option) {
  return [mean, option](MatrixSpan<const double> x, MatrixSpan<double> y) {
    const Index block = std::clamp(Index{4096} / x.cols, Index{8}, Index{512});
    std::array<double, 512> values;
    std::vector<double> prices(mean == PathMean::arithmetic ? static_cast<std::size_t>(block * x.cols) : 0);
    for (Index first = 0; first < x.rows; first += block) {
      const Index count = std::min(block, x.rows - first);
      const auto rows = x.row_range(first, first + count);
      const auto value = std::span(values).first(static_cast<std::size_t>(count));
      if (mean == PathMean::geometric) {
        geometric_means(rows, value);
      } else {
        arithmetic_means(rows, value, std::span(prices).first(static_cast<std::size_t>(count * x.cols)));
      }
      detail::discounted_payoff(option, value.data(), count);
      for (Index i = 0; i < count; ++i) y(first + i, 0) = value[static_cast<std::size_t>(i)];
    }
  };
}

BrownianMotion log_price(Index steps, const AsianOptionOptions& o) {
  std::vector<double> times;
  const auto d = static_cast<double>(steps);
  for (Index j = 1; j <= steps; ++j) times.push_back(o.maturity * (static_cast<double>(j) / d));
  return BrownianMotion(times, {.drift = o.rate - 0.5 * o.volatility * o.volatility,
                                .diffusion = o.volatility * o.volatility,
                                .initial = std::log(o.start),
                                .factor = o.factor});
}

// The mean and the deviation of mean_j log S(t_j).
double geometric_price(Index steps, const EuropeanOptionOptions& o) {
  const auto d = static_cast<double>(steps);
  const double time = o.maturity * (d + 1.0) / (2.0 * d);
  const double mean = std::log(o.start) + (o.rate - 0.5 * o.volatility * o.volatility) * time;
  const double deviation = o.volatility * std::sqrt(o.maturity * (d + 1.0) * (2.0 * d + 1.0) / (6.0 * d * d));
  return detail::lognormal_price(o, mean, deviation);
}

}  // namespace

AsianOption::AsianOption(Index steps, AsianOptionOptions options)
    : Integrand([&] {
        detail::require(steps >= 1, "steps", "must be at least 1", steps);
        const auto option = contract(options);
        detail::check_option(option);
        const bool is_geometric = options.mean == PathMean::geometric || steps == 1;
        return Known{payoff(options.mean, option), steps, log_price(steps, options),
                     is_geometric ? std::optional(geometric_price(steps, option)) : std::nullopt};
      }()) {}

}  // namespace korobov
