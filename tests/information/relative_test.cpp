// MMD by its definition and in expectation; the novelty spectrum by explicit covariances of a kernel with features.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/information/relative.hpp>
#include <korobov/kernels/shift_invariant.hpp>

#include "information/matrices.hpp"

using namespace korobov;

namespace {

RowMatrix cross(const AnyKernel& kernel, const RowMatrix& x, const RowMatrix& y) {
  RowMatrix k(x.rows(), y.rows());
  kernel.cross(view(x), view(y), {k.data(), x.rows(), y.rows()});
  return k;
}

}  // namespace

TEST_CASE("MMD by its definition, across tiles") {
  const ShiftInvariantKernel kernel(2, {.weights = 0.4});
  const RowMatrix x = random_matrix(300, 2, 1), y = random_matrix(513, 2, 2);
  const RowMatrix kx = cross(kernel, x, x), ky = cross(kernel, y, y), kxy = cross(kernel, x, y);
  CHECK(squared_mmd(kernel, view(x), view(y), MmdEstimator::biased) ==
        doctest::Approx(kx.mean() + ky.mean() - 2 * kxy.mean()).epsilon(1e-9));
  const double unbiased =
      (kx.sum() - kx.trace()) / (300. * 299) + (ky.sum() - ky.trace()) / (513. * 512) - 2 * kxy.mean();
  CHECK(std::fabs(squared_mmd(kernel, view(x), view(y)) - unbiased) < 1e-13);
  CHECK(std::fabs(squared_mmd(kernel, view(x), view(x), MmdEstimator::biased)) < 1e-13);
}

TEST_CASE("the novelty spectrum of a periodic kernel is that of explicit covariances") {
  // Samples on a grid of 8: the Gram matrix of the grid has full rank, and its inverse root gives features of 8
  // coordinates.
  const ShiftInvariantKernel kernel(1, {.weights = 0.7});
  RowMatrix grid(8, 1), x(20, 1), y(30, 1);
  for (Index i = 0; i < 8; ++i) grid(i, 0) = static_cast<double>(i) / 8;
  for (Index i = 0; i < 20; ++i) x(i, 0) = grid((3 * i * i) % 8, 0);
  for (Index i = 0; i < 30; ++i) y(i, 0) = grid((i * i + i) % 8, 0);
  const RowMatrix k = cross(kernel, grid, grid);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(k);
  const Eigen::MatrixXd root = eigen.operatorInverseSqrt();
  const Eigen::MatrixXd fx = cross(kernel, x, grid) * root, fy = cross(kernel, y, grid) * root;
  for (const double eta : {1., 2.5}) {
    const Eigen::MatrixXd difference = (fx.transpose() * fx / 20 - eta * fy.transpose() * fy / 30) / k(0, 0);
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> expected(difference);
    std::vector<double> got = novelty_spectrum(kernel, view(x), view(y), eta);
    REQUIRE(got.size() == 50);
    CHECK(std::is_sorted(got.rbegin(), got.rend()));
    CHECK(std::accumulate(got.begin(), got.end(), 0.0) == doctest::Approx(1 - eta).scale(1).epsilon(1e-12));
    std::sort(got.begin(), got.end(), [](double a, double b) { return std::fabs(a) > std::fabs(b); });
    std::vector<double> largest(got.begin(), got.begin() + 8);  // the others are zeros
    std::sort(largest.begin(), largest.end());
    for (Index i = 0; i < 8; ++i) {
      CHECK(std::fabs(largest[static_cast<std::size_t>(i)] - expected.eigenvalues()[i]) < 1e-12);
    }
    CHECK(std::fabs(got[8]) < 1e-12);
  }
}

TEST_CASE("bad input is refused") {
  const ShiftInvariantKernel kernel(2);
  const RowMatrix x = random_matrix(5, 2, 1);
  CHECK_THROWS_AS(squared_mmd(kernel, view(x), view(random_matrix(5, 3, 1))), std::invalid_argument);
  CHECK_THROWS_AS(squared_mmd(kernel, view(x), view(random_matrix(1, 2, 1))), std::invalid_argument);
  CHECK_NOTHROW(squared_mmd(kernel, view(x), view(random_matrix(1, 2, 1)), MmdEstimator::biased));
  CHECK_THROWS_AS(novelty_spectrum(kernel, view(x), view(x), 0), std::invalid_argument);
  CHECK_THROWS_AS(novelty_spectrum(kernel, view(random_matrix(5, 3, 1)), view(random_matrix(5, 3, 1))),
                  std::invalid_argument);
}
