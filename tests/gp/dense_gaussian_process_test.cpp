#include <cmath>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/core/error.hpp>
#include <korobov/gp/dense_gaussian_process.hpp>
#include <korobov/kernels/stationary.hpp>

#include "gp/dense.hpp"

using namespace korobov;

namespace {

const FitOptions kept{.learn = Learn::nothing};

std::vector<double> points(Index n, std::uint64_t seed) {
  CounterEngine engine(Seed{seed});
  std::vector<double> x(static_cast<std::size_t>(2 * n));
  for (auto& value : x) value = 2 * coordinate<double>(engine()) - 1;
  return x;
}

std::vector<double> targets(const std::vector<double>& x) {
  std::vector<double> y;
  for (std::size_t i = 0; i < x.size(); i += 2) {
    y.push_back(std::sin(3 * x[i]) + 0.2 * x[i + 1]);
    y.push_back(std::exp(x[i + 1]));
  }
  return y;
}

// k(x_i, z_j), row by row.
std::vector<double> cross(const AnyKernel& kernel, const std::vector<double>& x, const std::vector<double>& z) {
  const auto rows = static_cast<Index>(x.size()) / 2;
  const auto cols = static_cast<Index>(z.size()) / 2;
  std::vector<double> k(static_cast<std::size_t>(rows * cols));
  kernel.cross(MatrixSpan<const double>(x.data(), rows, 2), MatrixSpan<const double>(z.data(), cols, 2),
               MatrixSpan<double>(k.data(), rows, cols));
  return k;
}

}  // namespace

TEST_CASE("dense processes against matrices in extended precision") {
  const Index n = 25;
  const Index m = 6;
  const double noise = 1e-2;
  const MaternKernel kernel({1.5, {0.7, 1.1}, 1.3});
  const auto x = points(n, 1);
  const auto z = points(m, 2);
  const auto y = targets(x);
  DenseGaussianProcess gp(kernel, noise);
  gp.fit(MatrixSpan<const double>(x.data(), n, 2), MatrixSpan<const double>(y.data(), n, 2), kept);
  const auto k = cross(kernel, z, x);
  const auto prior = cross(kernel, z, z);
  const auto gram = cross(kernel, x, x);
  LongMatrix a{static_cast<std::size_t>(n), LongVector(gram.begin(), gram.end())};
  const double rounding = static_cast<double>(n * (n + 1)) * 0x1p-53 * kernel.at_zero();
  for (std::size_t i = 0; i < a.n; ++i) a(i, i) += noise + rounding;
  const LongMatrix l = cholesky(a);
  std::vector<double> mean(static_cast<std::size_t>(2 * m));
  std::vector<double> variance(static_cast<std::size_t>(m));
  std::vector<double> covariance(static_cast<std::size_t>(m * m));
  const MatrixSpan<const double> zs(z.data(), m, 2);
  gp.predict(zs, MatrixSpan<double>(mean.data(), m, 2), variance);
  gp.covariance(zs, MatrixSpan<double>(covariance.data(), m, m));
  long double likelihood = 0;
  for (std::size_t o = 0; o < 2; ++o) {
    LongVector of;
    for (std::size_t i = o; i < y.size(); i += 2) of.push_back(y[i]);
    likelihood += log_likelihood(l, of);
    const auto alpha = solve(l, of);
    for (std::size_t i = 0; i < static_cast<std::size_t>(m); ++i) {
      const auto row = static_cast<std::ptrdiff_t>(i) * n;
      const LongVector ki(k.begin() + row, k.begin() + row + n);
      CHECK(std::fabs(mean[2 * i + o] - static_cast<double>(dot(ki, alpha))) <= 1e-11);
      const auto half = forward_solve(l, ki);
      for (std::size_t j = 0; j < static_cast<std::size_t>(m); ++j) {
        const auto other = static_cast<std::ptrdiff_t>(j) * n;
        const auto rest = forward_solve(l, LongVector(k.begin() + other, k.begin() + other + n));
        const double expected = static_cast<double>(prior[i * static_cast<std::size_t>(m) + j] - dot(half, rest));
        CHECK(std::fabs(covariance[i * static_cast<std::size_t>(m) + j] - expected) <= 1e-13);
        if (i == j) CHECK(std::fabs(variance[i] - expected) <= 1e-13);
      }
    }
  }
  CHECK(std::fabs(gp.log_marginal_likelihood() - static_cast<double>(likelihood)) <= 1e-10);
}

TEST_CASE("a dense fit ends where the likelihood is flat") {
  const Index n = 40;
  const auto x = points(n, 1);
  auto y = targets(x);
  for (std::size_t i = 0; i < y.size(); ++i) y[i] += 0.1 * std::cos(static_cast<double>(7 * i * i));
  const MatrixSpan<const double> xs(x.data(), n, 2);
  const MatrixSpan<const double> ys(y.data(), n, 2);
  for (const AnyKernel& kernel : {static_cast<AnyKernel>(GaussianKernel({{1.0, 1.0}, 1.0})),
                                  static_cast<AnyKernel>(RationalQuadraticKernel({0.5, 2.0, 1.0}))}) {
    DenseGaussianProcess gp(kernel, 0.1);
    gp.fit(xs, ys, {.tolerance = 1e-13});
    CHECK(gp.evaluations() > 5);
    CHECK(gp.outputs() == 2);
    const double best = gp.log_marginal_likelihood();
    std::vector<double> theta(gp.kernel().parameters().begin(), gp.kernel().parameters().end());
    for (std::size_t p = 0; p < theta.size(); ++p) {
      CAPTURE(p);
      if (gp.kernel().parameter_names()[p] == "alpha" && theta[p] > 15) continue;  // on its bound
      for (const double factor : {0.95, 1.05}) {
        auto moved = theta;
        moved[p] *= factor;
        DenseGaussianProcess other(gp.kernel().with(moved), gp.noise());
        CHECK(other.fit(xs, ys, kept).log_marginal_likelihood() < best);
      }
    }
    DenseGaussianProcess fixed(kernel, 0.1);
    fixed.fit(xs, ys, {}, Learn::nothing);
    CHECK(fixed.noise() == 0.1);
    CHECK(fixed.log_marginal_likelihood() <= best);
  }
}

TEST_CASE("a dense fit does not depend on the units of the data") {
  const Index n = 40;
  const auto x = points(n, 1);
  const auto y = targets(x);
  const MatrixSpan<const double> xs(x.data(), n, 2);
  const GaussianKernel kernel({0.7, 1.0});
  const auto fitted = [&](double unit) {
    auto values = y;
    for (auto& value : values) value *= unit;
    DenseGaussianProcess gp(kernel, 1e-3 * unit * unit);
    gp.fit(xs, MatrixSpan<const double>(values.data(), n, 2), {}, Learn::nothing);
    return gp;
  };
  const std::vector<double> z{0.3, -0.2};
  std::vector<double> expected(2);
  std::vector<double> mean(2);
  const MatrixSpan<const double> zs(z.data(), 1, 2);
  fitted(1).predict(zs, MatrixSpan<double>(expected.data(), 1, 2), {});
  for (const double unit : {1e-90, 1e-5, 1e4, 1e9, 1e90}) {
    CAPTURE(unit);
    fitted(unit).predict(zs, MatrixSpan<double>(mean.data(), 1, 2), {});
    for (std::size_t o = 0; o < 2; ++o) CHECK(std::fabs(mean[o] / unit - expected[o]) <= 1e-6);  // of the search
  }
}

TEST_CASE("a dense fit is never less likely than its start") {
  const Index n = 30;
  const auto x = points(n, 5);
  const auto y = targets(x);
  const MatrixSpan<const double> xs(x.data(), n, 2);
  const MatrixSpan<const double> ys(y.data(), n, 2);
  for (const double alpha : {1e-3, 1.0, 1e4}) {
    for (const int evaluations : {1, 2, 200}) {
      const RationalQuadraticKernel kernel({0.8, alpha, 2.0});
      DenseGaussianProcess given(kernel, 1e-4);
      given.fit(xs, ys, kept);
      DenseGaussianProcess gp(kernel, 1e-4);
      gp.fit(xs, ys, {.restarts = 0, .max_evaluations = evaluations}, Learn::nothing);
      CHECK(gp.log_marginal_likelihood() >= given.log_marginal_likelihood());
    }
  }
}

TEST_CASE("dense processes refuse what breaks a rule") {
  const GaussianKernel kernel({1.0, 1.0});
  const std::vector<double> x{0.5, 0.5, 0.5, 0.5};
  const std::vector<double> y{1, 2};
  const MatrixSpan<const double> xs(x.data(), 2, 2);
  const MatrixSpan<const double> ys(y.data(), 2, 1);
  CHECK_THROWS_AS(DenseGaussianProcess(kernel, -1.0), std::invalid_argument);
  DenseGaussianProcess gp(kernel);
  CHECK_THROWS_WITH_AS(gp.fit(xs, ys, kept), doctest::Contains("raise noise from 0"),
                       NumericalError);  // twice one point
  CHECK_THROWS_WITH_AS(gp.fit(xs, ys), doctest::Contains("raise noise from 0"), NumericalError);
  CHECK_THROWS_AS(gp.fit(xs, MatrixSpan<const double>(y.data(), 1, 1), kept), std::invalid_argument);
  CHECK_THROWS_AS(gp.fit(xs.row_range(0, 0), ys.row_range(0, 0), kept), std::invalid_argument);
  CHECK_THROWS_AS(gp.fit(xs, ys, {.criterion = Criterion::gcv}), std::invalid_argument);
  std::vector<double> out(2);
  CHECK_THROWS_AS(gp.predict(xs, MatrixSpan<double>(out.data(), 2, 1), {}), std::invalid_argument);
  const std::vector<double> bad{1, std::nan("")};
  CHECK_THROWS_WITH_AS(gp.fit(xs, MatrixSpan<const double>(bad.data(), 2, 1)), "y: must be finite; got nan",
                       std::invalid_argument);
  DenseGaussianProcess noisy(kernel, 0.1);
  noisy.fit(xs, ys, kept);
  CHECK_THROWS_AS(noisy.predict(MatrixSpan<const double>(x.data(), 4, 1), MatrixSpan<double>(), out),
                  std::invalid_argument);
  std::vector<double> path(4);
  noisy.sample(xs, Seed{3}, MatrixSpan<double>(path.data(), 2, 2));
  CHECK(std::fabs(path[0] - path[1]) <= 1e-6);  // one point, seen twice
}
