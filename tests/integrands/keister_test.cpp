#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <vector>

#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <doctest/doctest.h>

#include <korobov/integrands/keister.hpp>

#include "support/instruction_sets.hpp"
#include "support/random_points.hpp"

using namespace korobov;

namespace {

// 2 pi^(d/2) / Gamma(d/2) times the integral of r^(d-1) cos r exp(-r^2) over r > 0, over pi^(d/2); the weight is
// below 1e-60 outside sqrt(d/2) +- 12.
double radial_mean(Index d) {
  const double power = static_cast<double>(d) - 1.0;
  const auto weighted = [&](double r) {
    return 2.0 * std::exp(power * std::log(r) - r * r - std::lgamma(0.5 * static_cast<double>(d))) * std::cos(r);
  };
  const double peak = std::sqrt(0.5 * static_cast<double>(d));
  return boost::math::quadrature::gauss_kronrod<double, 61>::integrate(weighted, std::max(peak - 12.0, 0.0),
                                                                       peak + 12.0, 12, 1e-14);
}

}  // namespace

TEST_CASE("keister: exact values against radial quadrature and published ones") {
  for (const Index d : {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 51, 300, 1000, 1239}) {
    CAPTURE(d);
    const double scale = std::pow(std::numbers::pi, 0.5 * static_cast<double>(d));
    // The quadrature's weight exp(p log r - r^2 - lgamma) carries a rounding error of about d log d eps.
    const double tolerance = 1e-14 + 4e-16 * static_cast<double>(d) * std::log(static_cast<double>(d));
    CHECK(std::abs(*Keister(d).exact() / scale - radial_mean(d)) <= tolerance);
  }
  CHECK(*Keister(3).exact() == doctest::Approx(2.168309102165481).epsilon(2e-16));
  CHECK(*Keister(1).exact() == doctest::Approx(std::sqrt(std::numbers::pi) * std::exp(-0.25)).epsilon(4e-16));
}

TEST_CASE("keister: values, every instruction set, any strides and sizes, large arguments") {
  for (const Index d : {1, 3, 5, 8, 17}) {
    const Index rows = 530;
    const double scale = std::pow(std::numbers::pi, 0.5 * static_cast<double>(d));
    auto points = random_points(rows, d, Seed{31});
    for (auto& value : points) value = 12.0 * value - 6.0;
    points[0] = 1e6;
    points[static_cast<std::size_t>(rows * d - 1)] = -3e5;
    const Keister f(d);
    for_each_instruction_set([&] {
      std::vector<double> y(rows);
      f.evaluate(MatrixSpan<const double>(points.data(), rows, d), MatrixSpan<double>(y.data(), rows, 1));
      double worst = 0.0;
      for (Index i = 0; i < rows; ++i) {
        double squares = 0.0;
        for (Index j = 0; j < d; ++j) squares += std::pow(points[static_cast<std::size_t>(i * d + j)], 2);
        const double r = std::sqrt(squares);
        // |x| carries (d/2 + 1) roundings, the cosine 3 ulp.
        const double tolerance =
            std::numeric_limits<double>::epsilon() * (4.0 + (0.5 * static_cast<double>(d) + 2.0) * r);
        worst = std::max(worst, std::abs(y[static_cast<std::size_t>(i)] / scale - std::cos(r)) / tolerance);
      }
      CHECK(worst <= 1.0);
      std::vector<double> columns(points.size());
      for (Index i = 0; i < rows; ++i) {
        for (Index j = 0; j < d; ++j) {
          columns[static_cast<std::size_t>(j * rows + i)] = points[static_cast<std::size_t>(i * d + j)];
        }
      }
      std::vector<double> again(rows);
      f.evaluate(MatrixSpan<const double>(columns.data(), rows, d, 1, rows), MatrixSpan<double>(again.data(), rows, 1));
      CHECK(again == y);
      double one = 0.0;
      f.evaluate(MatrixSpan<const double>(points.data() + 7 * d, 1, d), MatrixSpan<double>(&one, 1, 1));
      CHECK(one == y[7]);
    });
  }
}

TEST_CASE("keister: what it brings along") {
  const Keister f(4);
  CHECK(f.dimension() == 4);
  CHECK(f.outputs() == 1);
  CHECK(f.is_concurrent());
  CHECK(f.measure()->dimension() == 4);
  const double u[] = {0.5, 0.5, 0.5, 0.84134474606854294859};
  std::vector<double> x(4);
  f.measure()->transform({u, 1, 4}, {x.data(), 1, 4});
  CHECK(x[0] == 0.0);
  CHECK(x[3] == doctest::Approx(std::sqrt(0.5)).epsilon(1e-15));
}

TEST_CASE("keister: bad input") {
  CHECK_THROWS_WITH_AS(Keister(0), "d: must be 1 to 1239, beyond which pi^(d/2) overflows; got 0",
                       std::invalid_argument);
  CHECK_THROWS_AS(Keister(-1), std::invalid_argument);
  CHECK_THROWS_AS(Keister(1240), std::invalid_argument);
  CHECK(std::isfinite(*Keister(1239).exact()));
  const std::vector<double> x(6);
  std::vector<double> y(2);
  CHECK_THROWS_WITH_AS(
      Keister(2).evaluate(MatrixSpan<const double>(x.data(), 2, 3), MatrixSpan<double>(y.data(), 2, 1)),
      "x: must have one column per dimension, 2; got 3", std::invalid_argument);
}
