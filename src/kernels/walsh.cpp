#include <array>
#include <bit>
#include <cmath>
#include <numbers>

#include <korobov/core/error.hpp>
#include <korobov/kernels/walsh.hpp>

#include "kernels/walsh_sums.hpp"

namespace korobov {

double walsh_value(int alpha, Word difference) {
  detail::require(alpha >= 1 && alpha <= kMaxWalshAlpha, "alpha", "must be an integer from 1 to 32", alpha);
  const int zeros = std::countl_zero(difference);
  const double b = zeros + 1;
  const double x = static_cast<double>(difference) * 0x1p-64;
  const double t = difference == 0 ? 0.0 : std::ldexp(1.0, -zeros - 1);  // 2^-b
  switch (alpha) {
    case 1:
      return 1 - 3 * t;
    case 2:
      return 1.5 - (b * x + 2.5 * t);
    case 3:
      return 25.0 / 18 + (b * x * x - 5 * (1 - t) * x - 43.0 / 18 * t * t);
    case 4:
      return 407.0 / 294 - 43.0 / 9 * (1 - t * t) * x + 5 * (1 - t) * x * x - 2.0 / 3 * b * x * x * x -
             701.0 / 294 * t * t * t - b / 24 * detail::eighths(difference);
    default:
      return detail::walsh_by_digits(alpha, difference);
  }
}

double leading_digit_value(double alpha, Word difference) {
  detail::require(alpha > 0 && alpha <= 64, "alpha", "must be positive and at most 64", alpha);
  return detail::leading_digit_at(alpha, std::countl_zero(difference));
}

namespace detail {

double leading_digit_at(double alpha, int zeros) {
  const double nu = -1 / std::expm1(-alpha * std::numbers::ln2);
  if (zeros == 64) return nu;
  return -nu * std::expm1(-alpha * zeros * std::numbers::ln2) - std::exp2(-alpha * zeros);
}

double leading_digit_slope(double alpha, int zeros) {
  const double nu = -1 / std::expm1(-alpha * std::numbers::ln2);
  const double slope = -std::numbers::ln2 * std::exp2(-alpha) * nu * nu;  // of nu
  if (zeros == 64) return slope;
  const double q = std::exp2(-alpha * zeros);
  return slope * (1 - q) + (nu + 1) * std::numbers::ln2 * zeros * q;
}

double walsh_by_digits(int alpha, Word difference) {
  const auto order = static_cast<std::size_t>(alpha);
  std::array<double, kMaxWalshAlpha> e{};  // e_0 .. e_{alpha-1} of s_a, a > c; beyond the last digit 2^-64 at most
  e[0] = 1;
  double heads = 0;  // the sum over c <= b
  for (int c = 64; c >= 1; --c) {
    const Word leading = difference >> (64 - c);  // the first c digits: 0 before place b, 1 at it
    if (leading == 0) heads += e[order - 1];
    if (leading == 1) heads -= e[order - 1];
    const double s = (leading & 1) == 0 ? std::ldexp(1.0, -c) : -std::ldexp(1.0, -c);
    for (std::size_t v = order - 1; v >= 1; --v) e[v] += s * e[v - 1];
  }
  double sum = heads / 2;
  for (std::size_t v = 1; v < order; ++v) sum += e[v];
  return sum;
}

double eighths(Word difference) {
  double sum = 0;
  for (int a = 23; a >= 0; --a) sum = sum / 8 + static_cast<double>((difference >> (63 - a)) & 1);
  return sum;
}

}  // namespace detail
}  // namespace korobov
