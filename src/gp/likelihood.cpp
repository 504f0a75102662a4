#include <algorithm>
#include <cmath>
#include <numbers>

#include <korobov/core/error.hpp>
#include <korobov/gp/likelihood.hpp>

#include "core/sums.hpp"

namespace korobov {
namespace {

double sum(std::size_t count, const auto& term) { return detail::pairwise_sum(0, count, term); }

// Eight factors between 2^-120 and 2^120 to a logarithm; others one by one.
double sum_of_logs(std::span<const double> lambda) {
  constexpr std::size_t group = 8;
  const std::size_t groups = lambda.size() / group;
  const auto logs = [&](std::size_t first, std::size_t count) {
    double total = 0;
    for (std::size_t k = first; k < first + count; ++k) total += std::log(lambda[k]);
    return total;
  };
  const double grouped = sum(groups, [&](std::size_t g) {
    double product = 1;
    bool moderate = true;
    for (std::size_t k = group * g; k < group * (g + 1); ++k) {
      product *= lambda[k];
      moderate = moderate && lambda[k] > 0x1p-120 && lambda[k] < 0x1p120;
    }
    return moderate ? std::log(product) : logs(group * g, group);
  });
  return grouped + logs(groups * group, lambda.size() - groups * group);
}

void require_spectrum(std::span<const double> lambda, std::span<const double> power) {
  detail::require(!lambda.empty(), "lambda", "must not be empty", lambda.size());
  detail::require(lambda.size() == power.size(), "power",
                  "must have one entry per eigenvalue, " + detail::shown(lambda.size()), power.size());
  const auto least = *std::min_element(lambda.begin(), lambda.end());
  detail::require(least > 0, "lambda", "must be positive", least);
}

}  // namespace

double criterion_value(Criterion criterion, std::span<const double> lambda, std::span<const double> power,
                       Index outputs, std::span<double> dlambda) {
  require_spectrum(lambda, power);
  detail::require(outputs >= 1, "outputs", "must be at least 1", outputs);
  detail::require(dlambda.empty() || dlambda.size() == lambda.size(), "dlambda",
                  "must be empty or have one entry per eigenvalue, " + detail::shown(lambda.size()), dlambda.size());
  const std::size_t count = lambda.size();
  const auto n = static_cast<double>(count);
  const auto r = static_cast<double>(outputs);
  const double log_two_pi = std::log(2 * std::numbers::pi);
  if (criterion == Criterion::mle) {
    for (std::size_t k = 0; k < dlambda.size(); ++k) {
      const double inverse = 1 / lambda[k];
      dlambda[k] = 0.5 * inverse * (r - power[k] * inverse);
    }
    const double misfit = sum(count, [&](std::size_t k) { return power[k] / lambda[k]; });
    return 0.5 * (misfit + r * sum_of_logs(lambda) + r * n * log_two_pi);
  }
  const double m = sum(count, [&](std::size_t k) { return 1 / lambda[k]; }) / n;
  const double s = sum(count, [&](std::size_t k) { return power[k] / (lambda[k] * lambda[k]); });
  // dvalue = of_s ds + of_m dm, ds/dlambda = -2 p / lambda^3, dm/dlambda = -1 / (n lambda^2).
  const bool is_gcv = criterion == Criterion::gcv;
  const double of_s = is_gcv ? 1 / s : 0.5 / m;
  const double of_m = is_gcv ? -2 / m : -0.5 * (r * n + s / m) / m;
  for (std::size_t k = 0; k < dlambda.size(); ++k) {
    const double inverse = 1 / lambda[k];
    dlambda[k] = -inverse * inverse * (2 * of_s * power[k] * inverse + of_m / n);
  }
  return is_gcv ? std::log(s / n) - 2 * std::log(m) : 0.5 * (r * n * (log_two_pi - std::log(m)) + s / m);
}

double likeliest_factor(std::span<const double> lambda, std::span<const double> power, Index outputs) {
  require_spectrum(lambda, power);
  const double misfit = sum(lambda.size(), [&](std::size_t k) { return power[k] / lambda[k]; });
  return misfit / static_cast<double>(outputs) / static_cast<double>(lambda.size());
}

}  // namespace korobov
