#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/core/parallel.hpp>
#include <korobov/generators/iid.hpp>
#include <korobov/generators/lattice.hpp>
#include <korobov/generators/sobol.hpp>
#include <korobov/gram/random_features.hpp>

#include "support/instruction_sets.hpp"

using namespace korobov;

namespace {

std::vector<double> normals(Index rows, Index d, std::uint64_t seed) {
  const std::vector<double> u = IID(d, Seed{seed}).points({0, rows}, Endpoint::open);
  std::vector<double> x(u.size());
  SpectralMeasure(GaussianKernel{}).transform({u.data(), rows, d}, {x.data(), rows, d});
  return x;
}

double dot(const double* a, const double* b, Index d) {
  double sum = 0.0;
  for (Index j = 0; j < d; ++j) sum += a[j] * b[j];
  return sum;
}

// Root mean square over pairs of rows of phi . phi - k.
double gram_error(const AnyKernel& kernel, const RandomFourierFeatures& features, const std::vector<double>& x,
                  Index n) {
  const Index d = features.dimension(), columns = features.components();
  std::vector<double> phi(static_cast<std::size_t>(n * columns)), k(static_cast<std::size_t>(n * n));
  features.transform({x.data(), n, d}, {phi.data(), n, columns});
  kernel.cross(MatrixSpan<const double>(x.data(), n, d), MatrixSpan<const double>(x.data(), n, d),
               MatrixSpan<double>(k.data(), n, n));
  double sum = 0.0;
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < n; ++j) {
      const double error =
          dot(phi.data() + i * columns, phi.data() + j * columns, columns) - k[static_cast<std::size_t>(i * n + j)];
      sum += error * error;
    }
  }
  return std::sqrt(sum / static_cast<double>(n * n));
}

double mean_error(const AnyKernel& kernel, Frequencies how, const std::vector<double>& x, Index n, Index d,
                  Index columns) {
  double sum = 0.0;
  for (std::uint32_t r = 0; r < 6; ++r) {
    const double error = gram_error(kernel, RandomFourierFeatures(kernel, d, columns, how, Seed{11}, r), x, n);
    sum += error * error;
  }
  return std::sqrt(sum / 6);
}

}  // namespace

TEST_CASE("random features: cosines and sines of the projections, every shape and instruction set") {
  // |phi - reference| <= (2e-16 + eps sum_j |w_j x_j| (d / 2 + 1)) sqrt(2 s / columns): rounding of the projection.
  for_each_instruction_set([] {
    for (const Index d : {1, 3, 8, 19}) {
      for (const Index columns : {1, 2, 15, 16, 17, 33, 64}) {
        for (const Index n : {1, 5, 6, 13, 97}) {
          const std::vector<double> x = normals(n, d, 1);
          const RandomFourierFeatures features(CauchyKernel({0.01, 3.0}), d, columns, Frequencies::qmc, Seed{2});
          const auto w = features.frequencies();
          std::vector<double> phi(static_cast<std::size_t>(n * columns));
          features.transform({x.data(), n, d}, {phi.data(), n, columns});
          const double factor = std::sqrt(6.0 / static_cast<double>(columns));
          double worst = 0.0;
          for (Index i = 0; i < n; ++i) {
            for (Index c = 0; c < columns; ++c) {
              long double p = 0.0L;
              double size = 0.0;
              for (Index j = 0; j < d; ++j) {
                const double term = w(c / 2, j) * x[static_cast<std::size_t>(i * d + j)];
                p += static_cast<long double>(w(c / 2, j)) * x[static_cast<std::size_t>(i * d + j)];
                size += std::abs(term);
              }
              const auto exact = static_cast<double>(c % 2 == 0 ? std::cos(p) : std::sin(p));
              const double bound =
                  3e-16 + std::numeric_limits<double>::epsilon() * size * static_cast<double>(d + 2) / 2;
              worst =
                  std::max(worst, std::abs(phi[static_cast<std::size_t>(i * columns + c)] / factor - exact) / bound);
            }
          }
          CHECK(worst <= 1.0);
        }
      }
    }
  });
}

TEST_CASE("random features: arguments of all sizes, beyond the fast reduction too") {
  for_each_instruction_set([] {
    const std::vector<double> w = {1.0};
    const RandomFourierFeatures features(MatrixSpan<const double>(w.data(), 1, 1), 2, 1.0);
    std::vector<double> x;
    for (int e = -1074; e < 1023; e += 3) {
      x.push_back(std::ldexp(1.37, e));
      x.push_back(-std::ldexp(1.91, e));
    }
    for (int k = -4000; k < 4000; ++k) x.push_back(static_cast<double>(k) * 0.78539816339744831);
    const auto n = static_cast<Index>(x.size());
    std::vector<double> phi(2 * x.size());
    features.transform({x.data(), n, 1}, {phi.data(), n, 2});
    double worst = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      worst = std::max({worst, std::abs(phi[2 * i] - std::cos(x[i])), std::abs(phi[2 * i + 1] - std::sin(x[i]))});
    }
    CHECK(worst <= 3e-16);
  });
}

TEST_CASE("random features: strided input, padded output, any number of threads") {
  constexpr Index n = 500, d = 5, columns = 21;
  const std::vector<double> x = normals(n, d, 4);
  std::vector<double> turned(x.size());
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < d; ++j) turned[static_cast<std::size_t>(j * n + i)] = x[static_cast<std::size_t>(i * d + j)];
  }
  const RandomFourierFeatures features(GaussianKernel{}, d, columns, Frequencies::orthogonal, Seed{2});
  std::vector<double> phi(n * columns), other(n * (columns + 3), -7.0);
  const int threads = num_threads();
  set_num_threads(1);
  features.transform({x.data(), n, d}, {phi.data(), n, columns});
  set_num_threads(3);
  features.transform({turned.data(), n, d, 1, n}, {other.data(), n, columns, columns + 3, 1});
  set_num_threads(threads);
  for (Index i = 0; i < n; ++i) {
    for (Index c = 0; c < columns + 3; ++c) {
      const double expected = c < columns ? phi[static_cast<std::size_t>(i * columns + c)] : -7.0;
      REQUIRE(other[static_cast<std::size_t>(i * (columns + 3) + c)] == expected);
    }
  }
}

TEST_CASE("random features: errors of independent frequencies match the formula, nets' are smaller") {
  constexpr Index n = 60, d = 4, columns = 512;
  const std::vector<double> x = normals(n, d, 9);
  const GaussianKernel kernel({2.5, 1.0});
  double variance = 0.0;  // the header's, mean over pairs
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < n; ++j) {
      double r2 = 0.0;
      for (Index k = 0; k < d; ++k) {
        const double t = (x[static_cast<std::size_t>(i * d + k)] - x[static_cast<std::size_t>(j * d + k)]) / 2.5;
        r2 += t * t;
      }
      variance += std::pow(1.0 - std::exp(-r2), 2) / static_cast<double>(columns);
    }
  }
  const double expected = std::sqrt(variance / (n * n));
  const double iid = mean_error(kernel, Frequencies::iid, x, n, d, columns);
  CHECK(iid > 0.6 * expected);  // the errors of pairs are correlated: 6 replicates scatter by some 15 %
  CHECK(iid < 1.6 * expected);
  CHECK(mean_error(kernel, Frequencies::qmc, x, n, d, columns) < expected / 4);
  CHECK(mean_error(kernel, Frequencies::orthogonal, x, n, d, columns) < expected);
  // The estimate by replications needs no kernel: 16 replicates, 12 % standard error of a chi.
  const MatrixSpan<const double> span(x.data(), n, d);
  CHECK(feature_gram_error(kernel, columns, Frequencies::iid, Seed{4}, span, span) ==
        doctest::Approx(expected).epsilon(0.35));
  const double estimated = feature_gram_error(kernel, columns, Frequencies::qmc, Seed{4}, span, span);
  CHECK(estimated == doctest::Approx(mean_error(kernel, Frequencies::qmc, x, n, d, columns)).epsilon(0.5));
}

TEST_CASE("random features: points of any set, seeds and replicates") {
  const GaussianKernel kernel;
  const std::vector<double> x = normals(40, 3, 2);
  const RandomFourierFeatures lattice(kernel, 3, 400, randomized(Lattice(3), Shift{}, Seed{1}));
  CHECK(gram_error(kernel, lattice, x, 40) < 0.03);
  const auto first = [&](std::uint64_t seed, std::uint32_t replicate) {
    return RandomFourierFeatures(kernel, 3, 10, Frequencies::qmc, Seed{seed}, replicate).frequencies()(0, 0);
  };
  CHECK(first(1, 0) == first(1, 0));
  CHECK(first(1, 0) != first(1, 1));
  CHECK(first(1, 0) != first(2, 0));
}

TEST_CASE("random features: what is refused") {
  const GaussianKernel kernel;
  CHECK_THROWS_AS(RandomFourierFeatures(kernel, 2, 0, Frequencies::qmc, Seed{1}), std::invalid_argument);
  CHECK_THROWS_AS(RandomFourierFeatures(kernel, 0, 4, Frequencies::qmc, Seed{1}), std::invalid_argument);
  CHECK_THROWS_AS(RandomFourierFeatures(kernel, 2, 4, Sobol(3)), std::invalid_argument);
  const RandomFourierFeatures features(kernel, 2, 4, Frequencies::iid, Seed{1});
  std::vector<double> x(6, 1.0), phi(12);
  CHECK_THROWS_AS(features.transform({x.data(), 2, 3}, {phi.data(), 2, 4}), std::invalid_argument);
  CHECK_THROWS_AS(features.transform({x.data(), 3, 2}, {phi.data(), 2, 4}), std::invalid_argument);
  CHECK_THROWS_AS(features.transform({x.data(), 3, 2}, {phi.data(), 3, 3}), std::invalid_argument);
  CHECK_THROWS_AS(features.transform({x.data(), 3, 2}, {phi.data(), 3, 4, 1, 3}), std::invalid_argument);
  x[3] = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS(features.transform({x.data(), 3, 2}, {phi.data(), 3, 4}), NumericalError);
  const std::vector<double> w = {1.0, std::numeric_limits<double>::infinity()};
  CHECK_THROWS_AS(RandomFourierFeatures(MatrixSpan<const double>(w.data(), 1, 2), 2), std::invalid_argument);
  CHECK_THROWS_AS(RandomFourierFeatures(MatrixSpan<const double>(w.data(), 2, 1), 2), std::invalid_argument);
  const MatrixSpan<const double> rows(phi.data(), 3, 2);
  CHECK_THROWS_AS(feature_gram_error(kernel, 4, Frequencies::iid, Seed{1}, rows, rows, 1), std::invalid_argument);
}
