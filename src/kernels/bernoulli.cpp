#include <cmath>
#include <cstddef>
#include <numbers>

#include <korobov/core/error.hpp>
#include <korobov/kernels/bernoulli.hpp>

namespace korobov {
namespace {

// B_r = sum_k kEven[r / 2][k] u^k for even r with u = x (1 - x), B_r = (1 - 2 x) sum_k kOdd[r / 2][k] u^k for odd r.
// From B_r(1 - x) = (-1)^r B_r(x) and the exact Bernoulli numbers.
constexpr double kEven[6][6] = {
    {1},
    {1.0 / 6, -1},
    {-1.0 / 30, 0, 1},
    {1.0 / 42, 0, -1.0 / 2, -1},
    {-1.0 / 30, 0, 2.0 / 3, 4.0 / 3, 1},
    {5.0 / 66, 0, -3.0 / 2, -3, -5.0 / 2, -1},
};
constexpr double kOdd[5][5] = {
    {-1.0 / 2},
    {0, 1.0 / 2},
    {0, -1.0 / 6, -1.0 / 2},
    {0, 1.0 / 6, 1.0 / 2, 1.0 / 2},
    {0, -3.0 / 10, -9.0 / 10, -1, -1.0 / 2},
};

double evaluate(const double* p, int degree, double u) {
  double value = p[degree];
  for (int k = degree - 1; k >= 0; --k) value = value * u + p[k];
  return value;
}

}  // namespace

double bernoulli_polynomial(int r, double x) {
  detail::require(r >= 0 && r <= kMaxBernoulliDegree, "r", "must be a degree from 0 to 10", r);
  detail::require(std::isfinite(x), "x", "must be finite", x);
  const double u = x * (1 - x);
  if (r % 2 == 0) return evaluate(kEven[r / 2], r / 2, u);
  return (1 - 2 * x) * evaluate(kOdd[r / 2], r / 2, u);
}

double shift_invariant_value(int alpha, Word difference) { return shift_invariant_derivative(alpha, 0, 0, difference); }

double shift_invariant_derivative(int alpha, int b, int c, Word difference) {
  const detail::BernoulliSeries series = detail::bernoulli_series(alpha, b, c);
  const double t = static_cast<double>(static_cast<std::int64_t>(difference)) * 0x1p-64;
  const double u = std::fabs(t) - t * t;
  const double value = evaluate(series.p.data(), series.degree, u);
  if (!series.odd) return value;
  return (t < 0 ? -1 : 1) * (1 - 2 * std::fabs(t)) * value;
}

namespace detail {

BernoulliSeries bernoulli_series(int alpha, int b, int c) {
  require(alpha >= 1 && alpha <= kMaxShiftInvariantAlpha, "alpha", "must be an integer from 1 to 5", alpha);
  require(b >= 0, "b", "must not be negative", b);
  require(c >= 0, "c", "must not be negative", c);
  const std::int64_t orders = std::int64_t{b} + c;
  require(orders <= 2 * alpha - 2, "b + c", "must be at most 2 alpha - 2 = " + shown(2 * alpha - 2), orders);
  const int r = 2 * alpha - b - c;
  double factor = (alpha + c) % 2 == 1 ? 1 : -1;
  for (int k = 0; k < 2 * alpha; ++k) factor *= 2 * std::numbers::pi;
  for (int k = 2; k <= r; ++k) factor /= k;
  BernoulliSeries series;
  series.odd = r % 2 == 1;
  series.degree = r / 2;
  for (int k = 0; k <= series.degree; ++k) {
    series.p[static_cast<std::size_t>(k)] = factor * (series.odd ? kOdd[r / 2][k] : kEven[r / 2][k]);
  }
  return series;
}

}  // namespace detail
}  // namespace korobov
