#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include <boost/math/special_functions/erf.hpp>
#include <doctest/doctest.h>

#include <korobov/core/instruction_set.hpp>
#include <korobov/core/seed.hpp>
#include <korobov/measures/inverse_normal.hpp>

#include "support/instruction_sets.hpp"

using namespace korobov;

namespace {

// The root of erfc(-x / sqrt 2) / 2 = u in long double, by Newton's method from Boost's double value; u <= 1/2.
long double lower_quantile(double u) {
  long double x = -1.41421356237309504880168872420969808L * boost::math::erfc_inv(2.0L * static_cast<long double>(u));
  for (int k = 0; k < 2; ++k) {
    const long double value = 0.5L * std::erfc(-x / 1.41421356237309504880168872420969808L);
    const long double density = 0.398942280401432677939946059934381868L * std::exp(-0.5L * x * x);
    x -= (value - static_cast<long double>(u)) / density;
  }
  return x;
}

long double quantile(double u) { return u <= 0.5 ? lower_quantile(u) : -lower_quantile(1.0 - u); }

double relative_error(const std::vector<double>& u) {
  std::vector<double> x(u.size());
  inverse_normal(u, x);
  long double worst = 0.0L;
  for (std::size_t k = 0; k < u.size(); ++k) {
    const long double exact = quantile(u[k]);
    worst = std::max(worst, u[k] == 0.5 ? std::abs(static_cast<long double>(x[k])) : std::abs(x[k] / exact - 1.0L));
  }
  return static_cast<double>(worst);
}

}  // namespace

TEST_CASE("inverse normal: relative error over sweeps of the whole interval, both tails, every instruction set") {
  std::vector<double> u;
  CounterEngine engine(Seed{1});
  for (int k = 0; k < 20000; ++k) u.push_back(coordinate<double>(engine(), Endpoint::open));
  for (int e = 1; e <= 53; ++e) {  // 2^-e and random neighbours, mirrored
    for (int k = 0; k < 20; ++k) {
      const double p = std::ldexp(1.0 + (k == 0 ? 0.0 : coordinate<double>(engine())), -e - (k > 0 ? 1 : 0));
      u.push_back(p);
      u.push_back(1.0 - p < 1.0 ? 1.0 - p : 1.0 - 0x1p-53);
    }
  }
  for (int e = 54; e <= 1074; e += 3) u.push_back(std::ldexp(1.0, -e));  // subnormals included
  for (int e = 2; e <= 53; ++e) {
    u.push_back(0.5 - std::ldexp(1.0, -e - 1));
    u.push_back(0.5 + std::ldexp(1.0, -std::min(e, 52)));
  }
  for_each_instruction_set([&] { CHECK(relative_error(u) <= 7e-16); });
}

TEST_CASE("inverse normal: symmetry, order, exact points") {
  const std::vector<double> u{0.5, 0.25, 0.75, 0x1p-53, 1.0 - 0x1p-53};
  std::vector<double> x(u.size());
  inverse_normal(u, x);
  CHECK(x[0] == 0.0);
  CHECK(x[1] == doctest::Approx(-0.67448975019608174).epsilon(1e-15));
  CHECK(x[2] == -x[1]);
  CHECK(x[3] == doctest::Approx(-8.2095361516013874).epsilon(1e-15));
  CHECK(x[4] == doctest::Approx(8.2095361516013874).epsilon(1e-15));
}

TEST_CASE("inverse normal: ends, outside, NaN, and a place among ordinary values") {
  const double inf = std::numeric_limits<double>::infinity();
  const std::vector<double> u{0.25, 0.0, 1.0, -0.1, 1.1, std::nan(""), inf, -inf, -0.0, 0x1p-1074, 0.25};
  for_each_instruction_set([&] {
    std::vector<double> x(u.size());
    inverse_normal(u, x);
    CHECK(x[0] == x[10]);
    CHECK(x[1] == -inf);
    CHECK(x[2] == inf);
    for (const std::size_t k : {3U, 4U, 5U, 6U, 7U}) CHECK(std::isnan(x[k]));
    CHECK(x[8] == -inf);
    CHECK(x[9] == doctest::Approx(-38.467405617144344).epsilon(1e-15));
  });
}

TEST_CASE("inverse normal: any length, in place, a value does not depend on its neighbours") {
  std::vector<double> u;
  CounterEngine engine(Seed{2});
  for (int k = 0; k < 100; ++k) u.push_back(std::pow(coordinate<double>(engine(), Endpoint::open), 8.0));
  for_each_instruction_set([&] {
    std::vector<double> whole(u.size());
    inverse_normal(u, whole);
    for (std::size_t n = 0; n <= 20; ++n) {
      std::vector<double> part(u.begin() + 3, u.begin() + 3 + static_cast<std::ptrdiff_t>(n));
      inverse_normal(part, part);
      for (std::size_t k = 0; k < n; ++k) CHECK(part[k] == whole[3 + k]);
    }
  });
  std::vector<double> x(3);
  CHECK_THROWS_WITH_AS(inverse_normal(u, x), "x: must have the length of u, 100; got 3", std::invalid_argument);
}
