#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/generators/iid.hpp>
#include <korobov/generators/sobol.hpp>
#include <korobov/gram/spectral_measure.hpp>
#include <korobov/kernels/shift_invariant.hpp>

using namespace korobov;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Named {
  std::string name;
  AnyKernel kernel;
};

std::vector<Named> kernels(const PerDimension& lengthscale) {
  return {
      {"gaussian", GaussianKernel({lengthscale, 2.5})},
      {"matern 1/2", MaternKernel({0.5, lengthscale, 2.5})},
      {"matern 3/2", MaternKernel({1.5, lengthscale, 2.5})},
      {"matern 0.8", MaternKernel({0.8, lengthscale, 2.5})},
      {"matern inf", MaternKernel({kInfinity, lengthscale, 2.5})},
      {"laplace", LaplaceKernel({lengthscale, 2.5})},
      {"cauchy", CauchyKernel({lengthscale, 2.5})},
      {"rational quadratic", RationalQuadraticKernel({lengthscale, 0.7, 2.5})},
  };
}

// mean_k cos(w_k . t) for the frequencies of the points.
double characteristic(const SpectralMeasure& measure, const std::vector<double>& t, const AnyPointSet& points, Index m,
                      Coupling coupling = Coupling::independent) {
  const auto d = static_cast<Index>(t.size());
  const std::vector<double> u = points.points({0, m}, Endpoint::open);
  std::vector<double> w(static_cast<std::size_t>(m * d));
  measure.transform({u.data(), m, points.dimension()}, {w.data(), m, d}, coupling);
  double sum = 0.0;
  for (Index k = 0; k < m; ++k) {
    double phase = 0.0;
    for (Index j = 0; j < d; ++j) phase += w[static_cast<std::size_t>(k * d + j)] * t[static_cast<std::size_t>(j)];
    sum += std::cos(phase);
  }
  return sum / static_cast<double>(m);
}

double value(const AnyKernel& kernel, const std::vector<double>& t) {
  const std::vector<double> origin(t.size(), 0.0);
  const auto d = static_cast<Index>(t.size());
  double k = 0.0;
  kernel.cross(MatrixSpan<const double>(t.data(), 1, d), MatrixSpan<const double>(origin.data(), 1, d),
               MatrixSpan<double>(&k, 1, 1));
  return k;
}

const std::vector<std::vector<double>> kDifferences = {{0.3, -0.2, 0.1}, {1.0, 0.5, -0.7}, {0.0, 2.0, 1.0}};

}  // namespace

TEST_CASE("spectral measure: the mean cosine of a Sobol' net's frequencies is the kernel over its scale") {
  // A scrambled net of 2^12 points: the error is below that of independent points, whose standard error is at most
  // 2^-6.5 = 0.011 (heavy tails come near it); three of these, fixed seed.
  for (const PerDimension& lengthscale : {PerDimension(0.9), PerDimension{0.5, 1.0, 2.0}}) {
    for (const auto& [name_value, kernel] : kernels(lengthscale)) {
      const auto& name = name_value;  // a lambda of clang 14 takes no structured binding
      INFO(name);
      const SpectralMeasure measure(kernel);
      CHECK(measure.scale() == 2.5);
      const auto points = randomized(Sobol(measure.coordinates(3)), LmsShift{}, Seed{5});
      for (const auto& t : kDifferences) {
        CHECK(std::abs(characteristic(measure, t, points, 1 << 12) - value(kernel, t) / 2.5) < 0.03);
      }
    }
  }
}

TEST_CASE("spectral measure: the square's mean cosine is the squared kernel") {
  for (const auto& [name_value, kernel] : kernels(PerDimension{0.5, 1.0, 2.0})) {
    const auto& name = name_value;  // a lambda of clang 14 takes no structured binding
    INFO(name);
    const SpectralMeasure square = SpectralMeasure(kernel).squared();
    const auto points = randomized(Sobol(square.coordinates(3)), LmsShift{}, Seed{6});
    for (const auto& t : kDifferences) {
      const double k = value(kernel, t) / 2.5;
      CHECK(std::abs(characteristic(square, t, points, 1 << 12) - k * k) < 0.03);
    }
  }
}

TEST_CASE("spectral measure: coordinates of the cube") {
  CHECK(SpectralMeasure(GaussianKernel()).coordinates(5) == 5);
  CHECK(SpectralMeasure(MaternKernel()).coordinates(5) == 6);
  CHECK(SpectralMeasure(MaternKernel({kInfinity, 1.0, 1.0})).coordinates(5) == 5);
  CHECK(SpectralMeasure(MaternKernel()).squared().coordinates(5) == 12);
  CHECK(SpectralMeasure(MaternKernel({0.5, 1.0, 1.0})).squared().coordinates(5) == 6);
  CHECK(SpectralMeasure(LaplaceKernel()).coordinates(5) == 5);
  CHECK(SpectralMeasure(CauchyKernel()).squared().coordinates(5) == 6);
  CHECK(SpectralMeasure(GaussianKernel()).dimension() == 0);
  CHECK(SpectralMeasure(GaussianKernel({PerDimension{1.0, 2.0}, 1.0})).dimension() == 2);
}

TEST_CASE("spectral measure: orthogonal rows are at right angles, keep their norms' distribution and are unbiased") {
  constexpr Index d = 7, m = 17;
  const SpectralMeasure measure(GaussianKernel{});
  const std::vector<double> u = IID(d, Seed{3}).points({0, m}, Endpoint::open);
  std::vector<double> w(m * d), plain(m * d);
  measure.transform({u.data(), m, d}, {w.data(), m, d}, Coupling::orthogonal);
  measure.transform({u.data(), m, d}, {plain.data(), m, d});
  const auto inner = [](const std::vector<double>& v, Index a, Index b) {
    double sum = 0.0;
    for (Index j = 0; j < d; ++j) {
      sum += v[static_cast<std::size_t>(a * d + j)] * v[static_cast<std::size_t>(b * d + j)];
    }
    return sum;
  };
  for (Index a = 0; a < m; ++a) {
    CHECK(inner(w, a, a) == doctest::Approx(inner(plain, a, a)).epsilon(1e-12));
    for (Index b = 0; b < a; ++b) {
      if (a / d == b / d) CHECK(std::abs(inner(w, a, b)) < 1e-13 * std::sqrt(inner(w, a, a) * inner(w, b, b)) * d);
    }
  }
  // Mean over 4000 frequencies: standard error at most 1/sqrt(8000); five of these, fixed seed.
  for (const auto& [name_value, kernel] : kernels(1.0)) {
    const auto& name = name_value;  // a lambda of clang 14 takes no structured binding
    INFO(name);
    const SpectralMeasure other(kernel);
    const IID points(other.coordinates(3), Seed{8});
    for (const auto& t : kDifferences) {
      CHECK(std::abs(characteristic(other, t, points, 4000, Coupling::orthogonal) - value(kernel, t) / 2.5) < 0.056);
    }
  }
}

TEST_CASE("spectral measure: what is refused") {
  CHECK_THROWS_AS(SpectralMeasure{ShiftInvariantKernel(2)}, std::invalid_argument);
  CHECK_THROWS_AS(SpectralMeasure{GaussianKernel() + GaussianKernel()}, std::invalid_argument);
  const SpectralMeasure measure(GaussianKernel({PerDimension{1.0, 2.0}, 1.0}));
  CHECK_THROWS_AS(measure.coordinates(3), std::invalid_argument);
  CHECK_THROWS_AS(measure.coordinates(0), std::invalid_argument);
  const std::vector<double> u(6, 0.5);
  std::vector<double> w(6);
  CHECK_THROWS_AS(measure.transform({u.data(), 2, 3}, {w.data(), 2, 2}), std::invalid_argument);
  CHECK_THROWS_AS(measure.transform({u.data(), 3, 2}, {w.data(), 2, 2}), std::invalid_argument);
}
