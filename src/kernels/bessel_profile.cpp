#include "kernels/bessel_profile.hpp"

#include <cmath>

#include <boost/math/special_functions/bessel.hpp>

namespace korobov::detail {
namespace {

constexpr double kSeriesNu = 12;  // from here on K_nu overflows before the power series' second part matters
constexpr double kLargestS = 700;

// sum_k (-s^2/4)^k / (k! (nu-1) ... (nu-k)), the part of M_nu without s^(2 nu), for s^2 <= 0.16 (nu - 1): the part left
// out is below (s/2)^(2 nu) / Gamma(nu)^2.
double series(double nu, double s) {
  double term = 1;
  double sum = 1;
  for (int k = 1; k <= 10; ++k) {
    term *= -s * s / 4 / (k * (nu - k));
    sum += term;
  }
  return sum;
}

// 2^(1-nu) / Gamma(nu) s^nu K_order(s).
double power_times_bessel(double nu, double order, double s) {
  const double power = std::pow(s / 2, nu);
  return power == 0 ? 0 : power * boost::math::cyl_bessel_k(order, s) * (2 / std::tgamma(nu));
}

}  // namespace

double matern_profile(double nu, double s) {
  if (s == 0) return 1;
  if (s > kLargestS) return 0;
  if (nu >= kSeriesNu && s * s <= 0.16 * (nu - 1)) return series(nu, s);
  const double tiny = std::pow(s / 2, nu);
  return tiny < 1e-300 ? 1 : power_times_bessel(nu, nu, s);
}

double matern_slope(double nu, double s) {
  if (nu > 1) return -nu / (2 * (nu - 1)) * matern_profile(nu - 1, s);
  if (s == 0 || s > kLargestS) return 0;
  return -nu / s * power_times_bessel(nu, 1 - nu, s);
}

}  // namespace korobov::detail
