#include <array>
#include <cmath>
#include <stdexcept>
#include <vector>

#include <boost/math/quadrature/gauss.hpp>
#include <doctest/doctest.h>

#include <korobov/cubature/periodization.hpp>

using namespace korobov;

namespace {

constexpr std::array all{Periodization::none,  Periodization::baker, Periodization::c0,   Periodization::c1,
                         Periodization::c1sin, Periodization::c2sin, Periodization::c3sin};

struct Mapped {
  double x;
  double weight;
};

Mapped mapped(Periodization how, double t) {
  double weight = -1;
  periodize(how, MatrixSpan<double>(&t, 1, 1), std::span<double>(&weight, 1));
  return {t, weight};
}

}  // namespace

TEST_CASE("every periodization integrates 1, t and t^2") {
  for (const Periodization how : all) {
    CAPTURE(to_string(how));
    for (int power = 0; power <= 2; ++power) {
      const auto integrand = [&](double t) {
        const Mapped m = mapped(how, t);
        return m.weight * std::pow(m.x, power);
      };
      // Gauss-Legendre on each half: the tent has its kink at 1/2.
      using Gauss = boost::math::quadrature::gauss<double, 30>;
      const double integral = Gauss::integrate(integrand, 0.0, 0.5) + Gauss::integrate(integrand, 0.5, 1.0);
      CHECK(std::fabs(integral - 1.0 / (power + 1)) < 1e-12);
    }
  }
}

TEST_CASE("the weight is the product of the derivatives") {
  for (const Periodization how :
       {Periodization::c0, Periodization::c1, Periodization::c1sin, Periodization::c2sin, Periodization::c3sin}) {
    CAPTURE(to_string(how));
    for (const double t : {0.03, 0.25, 0.5, 0.81}) {
      const double h = 1e-5;
      const double slope = (mapped(how, t + h).x - mapped(how, t - h).x) / (2 * h);
      CHECK(std::fabs(mapped(how, t).weight - slope) < 1e-8);
    }
    std::vector<double> u{0.2, 0.7, 0.9, 0.4};
    std::vector<double> weight(2);
    periodize(how, MatrixSpan<double>(u.data(), 2, 2), weight);
    CHECK(u[1] == mapped(how, 0.7).x);
    CHECK(weight[0] == doctest::Approx(mapped(how, 0.2).weight * mapped(how, 0.7).weight).epsilon(1e-15));
    CHECK(weight[1] == doctest::Approx(mapped(how, 0.9).weight * mapped(how, 0.4).weight).epsilon(1e-15));
  }
}

TEST_CASE("points of the open cube stay inside it") {
  for (const Periodization how : all) {
    CAPTURE(to_string(how));
    for (const double t : {0x1p-53, 3 * 0x1p-53, 0x1p-30, 0.5 - 0x1p-53, 0.5 + 0x1p-53, 1 - 0x1p-30, 1 - 0x1p-53}) {
      const Mapped m = mapped(how, t);
      CHECK(m.x > 0);
      CHECK(m.x < 1);
      CHECK(m.weight >= 0);
    }
  }
}

TEST_CASE("any strides") {
  std::vector<double> u{0.1, -1, 0.6, -1, 0.7, -1, 0.2, -1};
  std::vector<double> weight(2);
  periodize(Periodization::baker, MatrixSpan<double>(u.data(), 2, 2, 2, 4), weight);  // columns 4 apart
  CHECK(u[0] == doctest::Approx(0.2));
  CHECK(u[4] == doctest::Approx(0.6));
  CHECK(u[2] == doctest::Approx(0.8));
  CHECK(u[6] == doctest::Approx(0.4));
  CHECK(u[1] == -1);
}

TEST_CASE("what cannot be mapped is refused") {
  std::vector<double> u{0.1, 0.6};
  std::vector<double> weight(2);
  const MatrixSpan<double> points(u.data(), 2, 1);
  CHECK_THROWS_WITH_AS(periodize(Periodization::automatic, points, weight),
                       "periodization: must be one that maps points (none, baker, c0, ..., c3sin); got 'auto'",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(periodize(Periodization::baker, points, std::span<double>(weight).first(1)),
                       "weight: must have one entry per row of u; got 1", std::invalid_argument);
  CHECK_THROWS_WITH_AS(periodize(Periodization::c1, points, {}), "weight: must have one entry per row of u; got 0",
                       std::invalid_argument);
  periodize(Periodization::baker, points, {});
  CHECK(u[1] == doctest::Approx(0.8));
}
