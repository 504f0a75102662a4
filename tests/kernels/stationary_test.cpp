#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/kernels/shift_invariant.hpp>
#include <korobov/kernels/stationary.hpp>

#include "kernels/kernels.hpp"
#include "support/instruction_sets.hpp"

using namespace korobov;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();
constexpr double infinity = std::numeric_limits<double>::infinity();

// 2^(1-nu) / Gamma(nu) s^nu K_nu(s) with K_nu(s) = int_0^inf exp(-s cosh t) cosh(nu t) dt: the trapezoidal rule
// converges exponentially.
long double matern_by_integral(long double nu, long double s) {
  if (s == 0) return 1;
  const long double h = 1.0L / 64;
  long double sum = 0.5L * std::exp(-s);
  for (int k = 1; k < 20000; ++k) {
    const long double t = h * static_cast<long double>(k);
    const long double term = std::exp(-s * std::cosh(t)) * std::cosh(nu * t);
    sum += term;
    if (t > 1 && term < 1e-24L * sum) break;
  }
  return std::exp2(1 - nu) / std::tgamma(nu) * std::pow(s, nu) * h * sum;
}

// k(x, z) as a function of the hyper-parameters, in long double.
using Formula = std::function<long double(const std::vector<long double>& theta, const std::vector<double>& x,
                                          const std::vector<double>& z)>;

struct Case {
  std::string name;
  AnyKernel kernel;
  Formula formula;
};

Formula of_square(const std::function<long double(long double)>& profile) {
  return [profile](const std::vector<long double>& theta, const std::vector<double>& x, const std::vector<double>& z) {
    long double r2 = 0;
    for (std::size_t j = 0; j < x.size(); ++j) {
      const long double u = (static_cast<long double>(x[j]) - z[j]) / theta[std::min(1 + j, theta.size() - 1)];
      r2 += u * u;
    }
    return theta[0] * profile(r2);
  };
}

long double matern_closed(int twice_nu, long double r2) {
  const long double s = std::sqrt(static_cast<long double>(twice_nu) * r2);
  const long double p = twice_nu == 1 ? 1 : twice_nu == 3 ? 1 + s : 1 + s + s * s / 3;
  return p * std::exp(-s);
}

std::vector<Case> cases() {
  const PerDimension each{0.7, 1.3, 0.4};
  std::vector<Case> all;
  const auto gaussian = of_square([](long double r2) { return std::exp(-r2 / 2); });
  all.push_back({"Gaussian", GaussianKernel({each, 2.5}), gaussian});
  all.push_back({"Gaussian, one lengthscale", GaussianKernel({0.6, 0.5}), gaussian});
  all.push_back({"Matern, infinity", MaternKernel({infinity, each, 1.5}), gaussian});
  for (const int twice_nu : {1, 3, 5}) {
    all.push_back({"Matern " + std::to_string(twice_nu) + "/2", MaternKernel({twice_nu / 2.0, each, 1.5}),
                   of_square([twice_nu](long double r2) { return matern_closed(twice_nu, r2); })});
  }
  for (const double nu : {0.3, 0.8, 1.0, 1.2, 2.0, 3.5, 7.25, 13.0, 40.0, 100.0}) {
    all.push_back({"Matern " + std::to_string(nu), MaternKernel({nu, each, 1.5}), of_square([nu](long double r2) {
                     return matern_by_integral(nu, std::sqrt(2 * static_cast<long double>(nu) * r2));
                   })});
  }
  all.push_back({"Cauchy", CauchyKernel({each, 0.75}), of_square([](long double r2) { return 1 / (1 + r2); })});
  all.push_back({"Laplace", LaplaceKernel({each, 0.75}),
                 [](const std::vector<long double>& theta, const std::vector<double>& x, const std::vector<double>& z) {
                   long double sum = 0;
                   for (std::size_t j = 0; j < x.size(); ++j) {
                     sum += std::fabs(static_cast<long double>(x[j]) - z[j]) / theta[std::min(1 + j, theta.size() - 1)];
                   }
                   return theta[0] * std::exp(-sum);
                 }});
  for (const double alpha : {0.4, 1.0, 30.0}) {
    all.push_back(
        {"rational quadratic", RationalQuadraticKernel({each, alpha, 2.0}),
         [](const std::vector<long double>& theta, const std::vector<double>& x, const std::vector<double>& z) {
           const long double a = theta.back();
           long double r2 = 0;
           for (std::size_t j = 0; j < x.size(); ++j) {
             const long double u = (static_cast<long double>(x[j]) - z[j]) / theta[1 + j];
             r2 += u * u;
           }
           return theta[0] * std::exp(-a * std::log1p(r2 / (2 * a)));
         }});
  }
  return all;
}

// Three coordinates of points of R^3, near and far ones; row 0 of x is row 0 of z.
std::vector<double> points(Index n, Seed seed) {
  std::vector<double> x;
  for (const Word w : random_words(3 * n, seed)) x.push_back(3 * coordinate<double>(w) - 1);
  for (std::size_t j = 0; j < 3; ++j) x[j] = 0.25;
  if (n > 2) {
    for (std::size_t j = 3; j < 6; ++j) x[j] = 0.25 + 1e-9;
    for (std::size_t j = 6; j < 9; ++j) x[j] = 40;
  }
  return x;
}

std::vector<double> row(const std::vector<double>& x, Index i) { return {x.begin() + 3 * i, x.begin() + 3 * i + 3}; }

}  // namespace

TEST_CASE("stationary kernels are their formulas, whatever the instruction set") {
  const Index n = 9;
  const Index m = 530;  // more than a tile, no multiple of a vector
  const auto x = points(n, Seed{1});
  const auto z = points(m, Seed{2});
  for (const Case& c : cases()) {
    CAPTURE(c.name);
    const std::vector<long double> theta(c.kernel.parameters().begin(), c.kernel.parameters().end());
    std::vector<long double> expected;
    for (Index i = 0; i < n; ++i) {
      for (Index t = 0; t < m; ++t) expected.push_back(c.formula(theta, row(x, i), row(z, t)));
    }
    for_each_instruction_set([&] {
      std::vector<double> k(static_cast<std::size_t>(n * m));
      c.kernel.cross(MatrixSpan<const double>(x.data(), n, 3), MatrixSpan<const double>(z.data(), m, 3),
                     MatrixSpan<double>(k.data(), n, m));
      double worst = 0;
      for (std::size_t i = 0; i < k.size(); ++i) {
        worst = std::max(worst, std::fabs(static_cast<double>(k[i] - expected[i])) / c.kernel.at_zero());
      }
      // q exp(-q) <= 1 carries the distance's d + 2 roundings; a Bessel function some 100 of its own.
      CHECK(worst <= (c.name.find('.') == std::string::npos ? 16 : 400) * eps);
      CHECK(k[0] == c.kernel.at_zero());
    });
  }
}

TEST_CASE("gradients of stationary kernels against differences in extended precision") {
  const Index n = 5;
  const Index m = 7;
  const auto x = points(n, Seed{3});
  const auto z = points(m, Seed{4});
  std::vector<double> dk(static_cast<std::size_t>(n * m));
  for (std::size_t i = 0; i < dk.size(); ++i) dk[i] = std::cos(static_cast<double>(i));
  for (const Case& c : cases()) {
    CAPTURE(c.name);
    const Values values = [&](const std::vector<long double>& theta) {
      std::vector<long double> k;
      for (Index i = 0; i < n; ++i) {
        for (Index t = 0; t < m; ++t) k.push_back(c.formula(theta, row(x, i), row(z, t)));
      }
      return k;
    };
    const auto expected = gradient(values, c.kernel.parameters(), dk, 1e-4L);
    for_each_instruction_set([&] {
      std::vector<double> derivative(expected.size());
      c.kernel.pull_back(MatrixSpan<const double>(x.data(), n, 3), MatrixSpan<const double>(z.data(), m, 3),
                         MatrixSpan<const double>(dk.data(), n, m), derivative);
      for (std::size_t p = 0; p < expected.size(); ++p) {
        CAPTURE(p);
        CHECK(std::fabs(derivative[p] - expected[p]) <= 1e-11 * (1 + std::fabs(expected[p])));  // h^4 and eps / h
      }
    });
  }
}

TEST_CASE("stationary kernels combine with each other and with structured ones") {
  const GaussianKernel gaussian({0.5, 2.0});
  const MaternKernel matern({1.5, {0.5, 1.0, 2.0}, 1.0});
  const ShiftInvariantKernel si(3);
  CHECK(gaussian.dimension() == 0);
  CHECK(gaussian.fits(7));
  CHECK(matern.dimension() == 3);
  CHECK(gaussian.symmetry() == SymmetryKind::unstructured);
  const auto kernel = 2.0 * (gaussian * matern) + si;
  CHECK(kernel.dimension() == 3);
  CHECK(kernel.parameter_names()[1] == "1.1.lengthscale");
  CHECK(kernel.parameter_names()[3] == "1.2.lengthscale[0]");
  const auto x = points(4, Seed{5});
  const MatrixSpan<const double> xs(x.data(), 4, 3);
  const auto values = [&](const AnyKernel& k) {
    std::vector<double> out(16);
    k.cross(xs, xs, MatrixSpan<double>(out.data(), 4, 4));
    return out;
  };
  const auto all = values(kernel);
  const auto a = values(gaussian);
  const auto b = values(matern);
  const auto c = values(si);
  for (std::size_t i = 0; i < 16; ++i) {
    CHECK(std::fabs(all[i] - 2 * a[i] * b[i] - c[i]) <= 32 * eps * kernel.at_zero());
  }
  std::vector<double> column(4);
  const std::vector<Word> words(12);
  CHECK_THROWS_AS(gaussian.column(MatrixSpan<const Word>(words.data(), 4, 3), column), std::invalid_argument);
}

TEST_CASE("the form of a stationary kernel") {
  const auto form = stationary_form(2.0 * RationalQuadraticKernel({{0.5, 0.25}, 3.0, 1.5}));
  REQUIRE(form.has_value());
  CHECK(form->family == StationaryFamily::rational_quadratic);
  CHECK(form->shape == 3.0);
  CHECK(form->scale == 3.0);
  CHECK(form->lengthscale.size() == 2);
  CHECK(form->lengthscale[1] == 0.25);
  CHECK(stationary_form(MaternKernel({1.5, 2.0, 1.0}))->shape == 1.5);
  CHECK(stationary_form(MaternKernel({1.5, 2.0, 1.0}))->lengthscale.is_scalar());
  CHECK_FALSE(stationary_form(GaussianKernel() + GaussianKernel()).has_value());
  CHECK_FALSE(stationary_form(ShiftInvariantKernel(2)).has_value());
}

TEST_CASE("stationary kernels refuse what breaks a rule") {
  const double nan = std::nan("");
  for (const double bad : {0.0, -1.0, nan, infinity}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(GaussianKernel({bad, 1.0}), std::invalid_argument);
    CHECK_THROWS_AS(LaplaceKernel({{1.0, bad}, 1.0}), std::invalid_argument);
    CHECK_THROWS_AS(CauchyKernel({1.0, bad}), std::invalid_argument);
    CHECK_THROWS_AS(RationalQuadraticKernel({1.0, bad, 1.0}), std::invalid_argument);
    if (bad != infinity) CHECK_THROWS_AS(MaternKernel({bad, 1.0, 1.0}), std::invalid_argument);
  }
  CHECK_THROWS_WITH_AS(MaternKernel({101.0, 1.0, 1.0}), "nu: must be positive, at most 100 or infinity; got 101",
                       std::invalid_argument);
  CHECK_THROWS_AS(GaussianKernel({std::vector<double>{}, 1.0}), std::invalid_argument);
  const std::vector<double> x{1, 2};
  double k = 0;
  CHECK_THROWS_AS(GaussianKernel({{1.0, 1.0, 1.0}, 1.0})
                      .cross(MatrixSpan<const double>(x.data(), 1, 2), MatrixSpan<const double>(x.data(), 1, 2),
                             MatrixSpan<double>(&k, 1, 1)),
                  std::invalid_argument);
}
