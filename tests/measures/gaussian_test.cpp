#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include <boost/math/distributions/normal.hpp>
#include <doctest/doctest.h>

#include <korobov/core/error.hpp>
#include <korobov/measures/gaussian.hpp>

#include "support/implied_factor.hpp"
#include "support/random_points.hpp"

using namespace korobov;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

// Positive definite with spread eigenvalues: B B^T + 0.1 I.
std::vector<double> random_covariance(Index d, Seed seed) {
  const auto b = random_points(d, d, seed);
  const auto n = static_cast<std::size_t>(d);
  std::vector<double> c(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t k = 0; k < n; ++k) c[i * n + j] += (b[i * n + k] - 0.5) * (b[j * n + k] - 0.5);
    }
    c[i * n + i] += 0.1;
  }
  return c;
}

MatrixSpan<const double> square(const std::vector<double>& c) {
  const auto d = static_cast<Index>(std::lround(std::sqrt(static_cast<double>(c.size()))));
  return {c.data(), d, d};
}

void check_close(const std::vector<double>& a, const std::vector<double>& b, double tolerance) {
  REQUIRE(a.size() == b.size());
  for (std::size_t k = 0; k < a.size(); ++k) CHECK(std::abs(a[k] - b[k]) <= tolerance);
}

}  // namespace

TEST_CASE("gaussian: A A^T is the covariance, every factor and size") {
  for (const Index d : {1, 2, 3, 7, 8, 9, 16, 24, 33, 40, 52, 100}) {
    const auto c = random_covariance(d, Seed{static_cast<std::uint64_t>(d)});
    for (const auto factor : {Factor::pca, Factor::cholesky}) {
      CAPTURE(d);
      const Gaussian m(0.0, square(c), factor);
      check_close(implied_covariance(m), c,
                  32.0 * static_cast<double>(d) * eps * *std::max_element(c.begin(), c.end()));
    }
  }
}

TEST_CASE("gaussian: cholesky is lower triangular, pca has orthogonal columns of decreasing length and a fixed sign") {
  const Index d = 19;
  const auto n = static_cast<std::size_t>(d);
  const auto c = random_covariance(d, Seed{5});
  const auto lower = implied_factor(Gaussian(0.0, square(c), Factor::cholesky));
  const auto a = implied_factor(Gaussian(0.0, square(c), Factor::pca));
  double previous = std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < n; ++k) {
    CHECK(lower[k * n + k] > 0.0);
    double length = 0.0;
    double largest = 0.0;
    for (std::size_t j = 0; j < n; ++j) {
      if (j < k) CHECK(lower[j * n + k] == 0.0);
      length += a[j * n + k] * a[j * n + k];
      largest = std::max(largest, std::abs(a[j * n + k]));
      double dot = 0.0;
      for (std::size_t i = 0; i < n; ++i) dot += a[i * n + j] * a[i * n + k];
      if (j != k) CHECK(std::abs(dot) <= 100.0 * eps * static_cast<double>(d * d));
    }
    CHECK(length < previous);
    previous = length;
    std::size_t leading = 0;
    while (std::abs(a[leading * n + k]) < 0.9 * largest) ++leading;
    CHECK(a[leading * n + k] > 0.0);
  }
}

TEST_CASE("gaussian: the sign rule of pca does not hang on rounding where entries tie") {
  // Symmetric about the middle: one eigenvector is (1, 0, -1).
  for (const double scale : {1.0, 0.1, 1.0 / 3.0, 7.7}) {
    const std::vector<double> c{3.0 * scale, 1.0 * scale, 0.5 * scale, 1.0 * scale, 4.0 * scale,
                                1.0 * scale, 0.5 * scale, 1.0 * scale, 3.0 * scale};
    const auto a = implied_factor(Gaussian(0.0, square(c)));
    CHECK(a[3] > 0.0);          // the leading component is largest in the middle
    CHECK(a[0 * 3 + 1] > 0.0);  // the antisymmetric one: entries equal in magnitude, the first counts
    CHECK(a[0 * 3 + 1] == doctest::Approx(-a[2 * 3 + 1]).epsilon(1e-14));
  }
}

TEST_CASE("gaussian: scalars, diagonals and diagonal matrices") {
  const std::vector<double> matrix{4.0, 0.0, 0.0, 0.0, 9.0, 0.0, 0.0, 0.0, 9.0};
  // pca takes the largest variance first and keeps the order of equal ones.
  const std::vector<double> ordered{0.0, 0.0, 2.0, 3.0, 0.0, 0.0, 0.0, 3.0, 0.0};
  const std::vector<double> plain{2.0, 0.0, 0.0, 0.0, 3.0, 0.0, 0.0, 0.0, 3.0};
  check_close(implied_factor(Gaussian(0.0, square(matrix))), ordered, 8 * eps);
  check_close(implied_factor(Gaussian(1.0, {4.0, 9.0, 9.0})), ordered, 32 * eps);
  check_close(implied_factor(Gaussian(0.0, square(matrix), Factor::cholesky)), plain, 8 * eps);
  check_close(implied_factor(Gaussian({1.0, 2.0, 3.0}, {4.0, 9.0, 9.0}, Factor::cholesky)), plain, 32 * eps);
  check_close(implied_factor(Gaussian(0.0, 4.0, Factor::pca, 2)), {2.0, 0.0, 0.0, 2.0}, 8 * eps);

  const std::vector<double> u{0.5, 0.5, 0.5};
  std::vector<double> x(3);
  Gaussian({1.0, 2.0, 3.0}, 4.0).transform({u.data(), 1, 3}, {x.data(), 1, 3});
  CHECK(x == std::vector<double>{1.0, 2.0, 3.0});
}

TEST_CASE("gaussian: each coordinate is the quantile of its normal distribution") {
  const boost::math::normal_distribution<double> normal(1.5, 2.0);
  const auto u = random_points(1000, 1, Seed{6});
  std::vector<double> x(1000);
  Gaussian(1.5, 4.0).transform({u.data(), 1000, 1}, {x.data(), 1000, 1});
  for (std::size_t k = 0; k < 1000; ++k) CHECK(x[k] == doctest::Approx(quantile(normal, u[k])).epsilon(1e-14));
}

TEST_CASE("gaussian: sample covariance of independent points") {
  const Index d = 5;
  const Index n = 100000;
  const auto c = random_covariance(d, Seed{7});
  const auto u = random_points(n, d, Seed{8});
  std::vector<double> x(u.size());
  Gaussian(2.0, square(c)).transform({u.data(), n, d}, {x.data(), n, d});
  // One entry is off by more than 6 standard deviations with probability 2e-9: below 1e-7 for the 20 checks.
  for (std::size_t i = 0; i < d; ++i) {
    double mean = 0.0;
    for (std::size_t k = 0; k < n; ++k) mean += x[k * d + i] / static_cast<double>(n);
    CHECK(std::abs(mean - 2.0) <= 6.0 * std::sqrt(c[i * d + i] / static_cast<double>(n)));
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = 0.0;
      for (std::size_t k = 0; k < n; ++k) sum += (x[k * d + i] - 2.0) * (x[k * d + j] - 2.0);
      const double variance = c[i * d + i] * c[j * d + j] + c[i * d + j] * c[i * d + j];
      CHECK(std::abs(sum / static_cast<double>(n) - c[i * d + j]) <=
            6.0 * std::sqrt(variance / static_cast<double>(n)));
    }
  }
}

TEST_CASE("gaussian: a singular covariance has principal components and no Cholesky factor") {
  const std::vector<double> c{1.0, 2.0, 3.0, 2.0, 4.0, 6.0, 3.0, 6.0, 9.0};  // rank 1
  check_close(implied_factor(Gaussian(0.0, square(c))), {1.0, 0.0, 0.0, 2.0, 0.0, 0.0, 3.0, 0.0, 0.0}, 2e-7);
  check_close(implied_covariance(Gaussian(0.0, square(c))), c, 200 * eps);
  CHECK_THROWS_AS(Gaussian(0.0, square(c), Factor::cholesky), NumericalError);
  CHECK_THROWS_AS(Gaussian(0.0, {1.0, 0.0}, Factor::cholesky), NumericalError);
  CHECK(Gaussian(0.0, {1.0, 0.0}).dimension() == 2);
}

TEST_CASE("gaussian: bad input") {
  const double nan = std::nan("");
  const std::vector<double> indefinite{1.0, 2.0, 2.0, 1.0};
  const std::vector<double> asymmetric{1.0, 0.5, 0.4, 1.0};
  const std::vector<double> infinite{1.0, nan, nan, 1.0};
  const std::vector<double> wide(6, 1.0);
  CHECK_THROWS_WITH_AS(Gaussian(0.0, 1.0, Factor::pca, 0), "d: must be at least 1; got 0", std::invalid_argument);
  CHECK_THROWS_WITH_AS(Gaussian(0.0, 1.0, Factor::pca, -1), "d: must be at least 1; got -1", std::invalid_argument);
  CHECK_THROWS_WITH_AS(Gaussian(PerDimension(nan)), "mean: must be finite; got nan", std::invalid_argument);
  CHECK_THROWS_WITH_AS(Gaussian(0.0, -1.0), "covariance: must have variances that are finite and not negative; got -1",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(Gaussian(0.0, nan), "covariance: must have variances that are finite and not negative; got nan",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(Gaussian(0.0, {1.0, -2.0}),
                       "covariance: must have variances that are finite and not negative; got -2",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(Gaussian(0.0, MatrixSpan<const double>(wide.data(), 2, 3)),
                       "covariance: must be square; got '(2, 3)'", std::invalid_argument);
  CHECK_THROWS_AS(Gaussian(0.0, MatrixSpan<const double>(wide.data(), 0, 0)), std::invalid_argument);
  CHECK_THROWS_WITH_AS(Gaussian(0.0, square(infinite)), "covariance: must be finite; got nan", std::invalid_argument);
  CHECK_THROWS_WITH_AS(Gaussian({0.0, 0.0, 0.0}, square(indefinite)),
                       "covariance: must have the size of the other parameters, d = 3; got 2", std::invalid_argument);
  for (const auto factor : {Factor::pca, Factor::cholesky}) {
    CHECK_THROWS_AS(Gaussian(0.0, square(indefinite), factor), std::invalid_argument);
    CHECK_THROWS_AS(Gaussian(0.0, square(asymmetric), factor), std::invalid_argument);
  }
  try {
    Gaussian(0.0, square(asymmetric));
  } catch (const std::invalid_argument& e) {
    CHECK(std::string(e.what()).find("covariance: must be symmetric, entries (1, 0)") == 0);
  }
}
