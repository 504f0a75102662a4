// Schur complements: residuals of least squares by QR, primal = dual = structured, limits of the ridge.
#include <array>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/core/error.hpp>
#include <korobov/generators/lattice.hpp>
#include <korobov/information/schur_complement.hpp>
#include <korobov/kernels/shift_invariant.hpp>

#include "information/matrices.hpp"

using namespace korobov;

namespace {

double entropy_of(const Eigen::MatrixXd& m) {
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(m);
  double entropy = 0;
  for (const double v : svd.singularValues()) {
    const double p = v / m.trace();
    if (p > 1e-15) entropy -= p * std::log(p);
  }
  return entropy;
}

// Paired samples, the features half explained by the given ones.
struct Pair {
  RowMatrix phi, given;
};
Pair pair(Index n, Index d, Index e, std::uint64_t seed) {
  Pair p{random_matrix(n, d, seed), random_matrix(n, e, seed + 100)};
  p.phi += p.given * random_matrix(e, d, seed + 200);
  return p;
}

}  // namespace

TEST_CASE("without a ridge: the covariance of the residuals of least squares") {
  const Pair p = pair(60, 5, 4, 1);
  const Eigen::MatrixXd t = p.given, x = p.phi;
  const Eigen::MatrixXd residual = x - t * t.colPivHouseholderQr().solve(x);
  const Eigen::MatrixXd expected = residual.transpose() * residual / 60;
  const auto got = schur_complement_entropy(view(p.phi), view(p.given), 0);
  CHECK(got.trace == doctest::Approx(expected.trace()).epsilon(1e-13));
  CHECK(got.entropy == doctest::Approx(entropy_of(expected)).epsilon(1e-12));
  CHECK(got.value == got.trace * got.entropy);
  CHECK(got.given_trace == doctest::Approx((x.transpose() * x / 60 - expected).trace()).epsilon(1e-13));
  CHECK(got.dof == doctest::Approx(4).epsilon(1e-12));
  CHECK(got.ridge == 0);
  const Eigen::MatrixXd map = t.colPivHouseholderQr().solve(x);
  const std::vector<double> gamma = prompt_map(view(p.phi), view(p.given), 0);
  RowMatrix rest(60, 5);
  remove_prompt(view(p.phi), view(p.given), {gamma.data(), 4, 5}, {rest.data(), 60, 5});
  for (Index i = 0; i < 60; ++i) {
    for (Index j = 0; j < 5; ++j) CHECK(std::fabs(rest(i, j) - residual(i, j)) < 1e-13);
  }
  CHECK((t.transpose() * rest).cwiseAbs().maxCoeff() < 1e-12);  // nothing of the prompt is left
}

TEST_CASE("with a ridge: the definition, and the dual form") {
  for (const auto& [n, d, e] : std::vector<std::array<Index, 3>>{{40, 5, 3}, {12, 5, 20}, {12, 30, 4}}) {
    const Pair p = pair(n, d, e, static_cast<std::uint64_t>(n + d));
    const Eigen::MatrixXd x = p.phi, t = p.given;
    const auto samples = static_cast<double>(n);
    for (const double ridge : {1e-3, 1e-2, 10.}) {
      const Eigen::MatrixXd ctt = t.transpose() * t / samples, cti = t.transpose() * x / samples;
      const double nu = ridge * ctt.trace();
      const Eigen::MatrixXd inverse = (ctt + nu * Eigen::MatrixXd::Identity(e, e)).inverse();
      const Eigen::MatrixXd explained = cti.transpose() * inverse * cti;
      const Eigen::MatrixXd expected = x.transpose() * x / samples - explained;
      const auto primal = schur_complement_entropy(view(p.phi), view(p.given), ridge);
      CHECK(primal.ridge == doctest::Approx(nu).epsilon(1e-14));
      CHECK(primal.trace == doctest::Approx(expected.trace()).epsilon(1e-11));
      CHECK(primal.entropy == doctest::Approx(entropy_of(expected)).epsilon(1e-10));
      CHECK(primal.given_trace == doctest::Approx(explained.trace()).epsilon(1e-11));
      CHECK(primal.given_entropy == doctest::Approx(entropy_of(explained)).epsilon(1e-10));
      CHECK(primal.dof == doctest::Approx((ctt * inverse).trace()).epsilon(1e-11));

      const RowMatrix ki = x * x.transpose(), kt = t * t.transpose();
      const auto dual = schur_complement_entropy_dual(view(ki), view(kt), ridge);
      CHECK(dual.trace == doctest::Approx(primal.trace).epsilon(1e-11));
      CHECK(dual.entropy == doctest::Approx(primal.entropy).epsilon(1e-10));
      CHECK(dual.value == doctest::Approx(primal.value).epsilon(1e-10));
      CHECK(dual.given_trace == doctest::Approx(primal.given_trace).epsilon(1e-11));
      CHECK(dual.given_entropy == doctest::Approx(primal.given_entropy).epsilon(1e-10));
      CHECK(dual.dof == doctest::Approx(primal.dof).epsilon(1e-10));
      for (std::size_t i = 0; i < static_cast<std::size_t>(std::min(n, d)); ++i) {
        CHECK(std::fabs(dual.eigenvalues[i] - primal.eigenvalues[i]) < 1e-12 * primal.eigenvalues[0]);
      }
    }
  }
}

TEST_CASE("more features than samples: the coordinates of the samples, and no limit of scale") {
  const Pair p = pair(7, 200, 150, 6);
  const auto few = schur_complement_entropy(view(p.phi), view(p.given), 1e-2);
  CHECK(few.eigenvalues.size() == 200);
  for (std::size_t i = 7; i < 200; ++i) CHECK(few.eigenvalues[i] == 0);
  const RowMatrix ki = p.phi * p.phi.transpose(), kt = p.given * p.given.transpose();
  const auto dual = schur_complement_entropy_dual(view(ki), view(kt), 1e-2);
  CHECK(few.value == doctest::Approx(dual.value).epsilon(1e-11));
  CHECK(few.given_entropy == doctest::Approx(dual.given_entropy).epsilon(1e-11));
  CHECK(few.dof == doctest::Approx(dual.dof).epsilon(1e-12));
  CHECK_THROWS_AS(schur_complement_entropy(view(p.phi), view(p.given), 0), NumericalError);

  // (C_TT + nu I) Gamma = C_TI.
  const std::vector<double> gamma = prompt_map(view(p.phi), view(p.given), 1e-2);
  const Eigen::Map<const RowMatrix> map(gamma.data(), 150, 200);
  const RowMatrix left = p.given.transpose() * (p.given * map) / 7 + dual.ridge * map;
  CHECK((left - p.given.transpose() * p.phi / 7).cwiseAbs().maxCoeff() < 1e-12);

  for (const double scale : {0x1p-560, 0x1p500}) {
    const RowMatrix given = p.given * scale;
    const auto scaled = schur_complement_entropy(view(p.phi), view(given), 1e-2);
    CHECK(scaled.value == few.value);
    CHECK(scaled.dof == few.dof);
    const RowMatrix large = p.phi * 0x1p500;
    CHECK(schur_complement_entropy(view(large), view(given), 1e-2).trace == std::ldexp(few.trace, 1000));
    const RowMatrix too_large = p.phi * 0x1p600;
    CHECK_THROWS_AS(schur_complement_entropy(view(too_large), view(given), 1e-2), std::invalid_argument);
  }
}

TEST_CASE("structured: the dual of the dense Gram matrices") {
  const ShiftInvariantKernel kernel(2, {.weights = 0.8}), given(2, {.weights = std::vector<double>{0.5, 1e-9}});
  const auto points = randomized(Lattice(2), Shift{}, Seed{2});
  const auto w = points.integers({0, 64});
  const auto gram = [&](const AnyKernel& k) {
    RowMatrix m(64, 64);
    k.cross(MatrixSpan<const Word>(w.data(), 64, 2), {w.data(), 64, 2}, {m.data(), 64, 64});
    return m;
  };
  const RowMatrix ki = gram(kernel), kt = gram(given);
  const auto dense = schur_complement_entropy_dual(view(ki), view(kt), 1e-3);
  const auto fast = structured_schur_complement_entropy(points, kernel, given, 64, 1e-3);
  CHECK(fast.value == doctest::Approx(dense.value).epsilon(1e-11));
  CHECK(fast.trace == doctest::Approx(dense.trace).epsilon(1e-12));
  CHECK(fast.given_entropy == doctest::Approx(dense.given_entropy).epsilon(1e-11));
  CHECK(fast.dof == doctest::Approx(dense.dof).epsilon(1e-11));
}

TEST_CASE("limits: all explained by itself, nothing by a large ridge") {
  const Pair p = pair(50, 4, 3, 3);
  const auto self = schur_complement_entropy(view(p.phi), view(p.phi), 0);
  CHECK(self.trace < 1e-25);
  CHECK(self.entropy == 0);
  CHECK(self.value == 0);
  const auto none = schur_complement_entropy(view(p.phi), view(p.given), 1e12);
  CHECK(none.trace == doctest::Approx(p.phi.squaredNorm() / 50).epsilon(1e-10));
  CHECK(none.given_trace < 1e-10);
  CHECK(none.dof < 1e-10);
}

TEST_CASE("bad input is refused") {
  const Pair p = pair(10, 2, 3, 1);
  CHECK_THROWS_AS(schur_complement_entropy(view(p.phi), view(p.given), -1), std::invalid_argument);
  CHECK_THROWS_AS(schur_complement_entropy(view(p.phi), view(random_matrix(9, 2, 1))), std::invalid_argument);
  CHECK_THROWS_AS(schur_complement_entropy(view(p.phi), view(RowMatrix::Zero(10, 2))), std::invalid_argument);
  CHECK_THROWS_AS(schur_complement_entropy(view(RowMatrix::Zero(10, 2)), view(p.given)), std::invalid_argument);
  CHECK_THROWS_AS(schur_complement_entropy(view(p.phi), view(random_matrix(10, 12, 1)), 0), NumericalError);
  const RowMatrix k = p.phi * p.phi.transpose();
  CHECK_THROWS_AS(schur_complement_entropy_dual(view(k), view(k), 0), std::invalid_argument);
  const RowMatrix negative = -k;
  CHECK_THROWS_AS(schur_complement_entropy_dual(view(k), view(negative)), std::invalid_argument);
  RowMatrix out(10, 2);
  const std::vector<double> gamma(6, 0.0);
  CHECK_THROWS_AS(remove_prompt(view(p.phi), view(p.given), {gamma.data(), 2, 3}, {out.data(), 10, 2}),
                  std::invalid_argument);
}
