// Spectra: structured ones against dense matrices, features against their Gram matrix, Lanczos against all, weights by
// repeated samples, refusals.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/generators/lattice.hpp>
#include <korobov/generators/nested_uniform.hpp>
#include <korobov/generators/sobol.hpp>
#include <korobov/information/entropy.hpp>
#include <korobov/information/spectrum.hpp>
#include <korobov/kernels/digitally_shift_invariant.hpp>
#include <korobov/kernels/shift_invariant.hpp>
#include <korobov/kernels/stationary.hpp>
#include <korobov/transforms/fft.hpp>

#include "information/matrices.hpp"

using namespace korobov;

namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

// Eigenvalues by Jacobi's singular values, another algorithm; of K / tr K, descending.
std::vector<double> dense_values(const RowMatrix& k) {
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(k);
  const Eigen::VectorXd values = svd.singularValues() / k.trace();
  return {values.begin(), values.end()};
}

void check_close(const std::vector<double>& got, const std::vector<double>& expected, double tolerance) {
  REQUIRE(got.size() <= expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(std::fabs((i < got.size() ? got[i] : 0) - expected[i]) <= tolerance);
  }
}

RowMatrix words_gram(const AnyPointSet& points, const AnyKernel& kernel, Index n) {
  const auto w = points.integers({0, n});
  RowMatrix k(n, n);
  kernel.cross(MatrixSpan<const Word>(w.data(), n, points.dimension()), {w.data(), n, points.dimension()},
               {k.data(), n, n});
  return k;
}

void check_structured(const AnyPointSet& points, const AnyKernel& kernel, Index n) {
  const Spectrum s = structured_spectrum(points, kernel, n);
  const RowMatrix k = words_gram(points, kernel, n);
  CHECK(s.size() == n);
  CHECK(s.trace() == doctest::Approx(k.trace()).epsilon(1e-13));
  check_close(s.descending(), dense_values(k), 64 * kEpsilon * static_cast<double>(n));
}

}  // namespace

TEST_CASE("structured spectra are those of the dense Gram matrix") {
  const ShiftInvariantKernel si(3, {.alpha = 2.0, .weights = std::vector<double>{1, 0.5, 0.1}});
  const DigitallyShiftInvariantKernel dsi(3, {.alpha = 3.0, .weights = 0.4, .scale = 2.5});
  const LeadingDigitKernel leading(3, {.alpha = 1.5, .weights = 0.7});
  for (const Index n : {1, 2, 16, 128}) {
    check_structured(randomized(Lattice(3), Shift{}, Seed{4}), si, n);
    check_structured(randomized(Sobol(3), LmsShift{}, Seed{4}), dsi, n);
    check_structured(Sobol(3, {.order = Order::gray}), leading, n);
    check_structured(randomized(Sobol(3), Nus{}, Seed{4}), leading, n);
  }
  if (!has_any_length_fft()) return;
  LatticeOptions linear;
  linear.order = Order::linear;
  linear.n = 45;
  linear.generating_vector = std::vector<Word>{1, 17, 19};
  check_structured(randomized(Lattice(3, linear), Shift{}, Seed{4}), si, 45);
}

TEST_CASE("the typed door takes matching pairs") {
  const Spectrum s = spectrum(Lattice(2), ShiftInvariantKernel(2), 64);
  CHECK(s.rank() == 64);
  CHECK_THROWS_AS(structured_spectrum(Lattice(2), DigitallyShiftInvariantKernel(2), 64), std::invalid_argument);
  CHECK_THROWS_AS(structured_spectrum(Lattice(2, {.order = Order::gray}), ShiftInvariantKernel(2), 64),
                  std::invalid_argument);
  CHECK_THROWS_AS(structured_spectrum(Lattice(2), ShiftInvariantKernel(2), 48), std::invalid_argument);
}

TEST_CASE("samples and kernel, a matrix, its features: one spectrum") {
  const RowMatrix phi = random_matrix(40, 7, 1);
  const RowMatrix k = phi * phi.transpose();
  const auto expected = dense_values(k);
  check_close(spectrum_of(view(k)).descending(), expected, 1e-14);
  check_close(feature_spectrum(view(phi)).descending(), expected, 1e-14);
  const RowMatrix wide = phi.transpose();
  check_close(feature_spectrum(view(wide)).descending(), dense_values(wide * wide.transpose()), 1e-14);
  CHECK(spectrum_of(view(k)).rank() == 7);
  CHECK(feature_spectrum(view(phi)).rank() == 7);
  CHECK(feature_spectrum(view(phi)).size() == 40);

  const ShiftInvariantKernel kernel(7, {.weights = 0.3});
  RowMatrix gram(40, 40);
  kernel.cross(view(phi), view(phi), {gram.data(), 40, 40});
  check_close(spectrum(view(phi), kernel).descending(), dense_values(gram), 1e-14);
}

TEST_CASE("a low-rank factor: its eigenvalues, what it leaves, its nugget") {
  const RowMatrix x = random_matrix(60, 2, 9);
  const GaussianKernel kernel({.lengthscale = 0.8});
  const LowRank some(kernel, view(x), 10);
  const LowRankGram gram(some);
  const RowMatrix f = Eigen::Map<const Eigen::MatrixXd>(some.factor().data, 60, some.rank());
  check_close(feature_spectrum(view(f)).descending(), spectrum_of(gram).descending(), 1e-14);
  CHECK(spectrum_of(gram).is_complete());
  const double error = some.trace_errors().back();
  const Spectrum part = spectrum_of(gram, error);
  CHECK_FALSE(part.is_complete());
  CHECK(part.trace() == doctest::Approx(60).epsilon(1e-13));
  CHECK(part.remainder() == doctest::Approx(error / 60).epsilon(1e-10));
  const auto all = spectrum(view(x), kernel).descending();
  for (std::size_t i = 0; i < 10; ++i) CHECK(part.descending()[i] <= all[i] + 1e-14);
  CHECK_THROWS_AS(von_neumann_entropy(part), std::invalid_argument);

  const LowRank whole(kernel, view(x), 60);
  const Spectrum complete = spectrum_of(LowRankGram(whole, 0.5), whole.trace_errors().back());
  CHECK(complete.is_complete());
  CHECK(complete.rank() == 60);
  RowMatrix k(60, 60);
  kernel.cross(view(x), view(x), {k.data(), 60, 60});
  k += 0.5 * RowMatrix::Identity(60, 60);
  check_close(complete.descending(), dense_values(k), 1e-13);
  for (const double bad : {-1., std::nan(""), HUGE_VAL}) CHECK_THROWS_AS(spectrum_of(gram, bad), std::invalid_argument);
}

TEST_CASE("strided matrices are read as they are") {
  const RowMatrix phi = random_matrix(30, 20, 2);
  const Eigen::MatrixXd columns = phi;
  const Spectrum a = feature_spectrum(view(phi));
  const Spectrum b = feature_spectrum({columns.data(), 30, 20, 1, 30});
  check_close(a.descending(), b.descending(), 1e-15);
}

TEST_CASE("weights stand for repeated samples") {
  const RowMatrix x = random_matrix(12, 3, 3);
  const std::vector<double> weights{0.2, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.1, 0.1, 0.0};
  std::vector<Index> repeated;  // of 20: as often as the weight says
  for (std::size_t i = 0; i < weights.size(); ++i) {
    for (int c = 0; c < std::lround(20 * weights[i]); ++c) repeated.push_back(static_cast<Index>(i));
  }
  REQUIRE(repeated.size() == 20);
  RowMatrix rows(20, 3);
  for (Index i = 0; i < 20; ++i) rows.row(i) = x.row(repeated[static_cast<std::size_t>(i)]);
  const auto expected = dense_values(gaussian_gram(rows, 1.3));
  const RowMatrix k = gaussian_gram(x, 1.3);
  const auto got = spectrum_of(view(k), {.weights = weights, .rank = {}}).descending();
  check_close(got, {expected.begin(), expected.begin() + 12}, 1e-14);
  const auto linear = dense_values(rows * rows.transpose());
  check_close(feature_spectrum(view(x), weights).descending(), {linear.begin(), linear.begin() + 3}, 1e-14);
}

TEST_CASE("the largest eigenvalues by Lanczos, and what they leave") {
  const RowMatrix x = random_matrix(150, 2, 5);
  const RowMatrix k = gaussian_gram(x, 3);
  const auto all = spectrum_of(view(k)).descending();
  const Spectrum some = spectrum_of(view(k), {.weights = {}, .rank = 8});
  check_close(some.descending(), {all.begin(), all.begin() + 8}, 1e-10);
  CHECK_FALSE(some.is_complete());
  double rest = 1;
  for (int i = 0; i < 8; ++i) rest -= all[static_cast<std::size_t>(i)];
  CHECK(some.remainder() == doctest::Approx(rest).epsilon(1e-9));
  CHECK_THROWS_AS(von_neumann_entropy(some), std::invalid_argument);
  CHECK(min_entropy(some) == doctest::Approx(-std::log(all[0])).epsilon(1e-9));
  CHECK_THROWS_AS(spectrum_of(view(k), {.weights = {}, .rank = 150}), std::invalid_argument);
  CHECK_THROWS_AS(spectrum_of(view(k), {.weights = {}, .rank = 0}), std::invalid_argument);
}

TEST_CASE("the largest eigenvalues of matrices with few distinct ones") {
  RowMatrix blocks = RowMatrix::Zero(50, 50);  // 5 ten times
  for (Index b = 0; b < 10; ++b) blocks.block(5 * b, 5 * b, 5, 5).setOnes();
  for (const Index rank : {1, 2, 7, 10, 12, 49}) {
    const auto p = spectrum_of(view(blocks), {.weights = {}, .rank = rank}).descending();
    for (std::size_t j = 0; j < p.size(); ++j) CHECK(std::fabs(p[j] - (j < 10 ? 0.1 : 0)) < 1e-13);
  }
  for (const Index n : {50, 410}) {
    for (const Index rank : {1, 9}) {
      const Spectrum s = spectrum_of(view(RowMatrix::Ones(n, n)), {.weights = {}, .rank = rank});
      CHECK(s.largest() == doctest::Approx(1).epsilon(1e-13));
      CHECK(s.rank() == 1);
      CHECK(s.remainder() < 1e-12);
    }
  }
  const auto equal = spectrum_of(view(RowMatrix::Identity(410, 410)), {.weights = {}, .rank = 30}).descending();
  for (const double p : equal) CHECK(p == doctest::Approx(1 / 410.0).epsilon(1e-12));
  const RowMatrix z = random_matrix(410, 6, 3);
  const RowMatrix low = z * z.transpose();
  auto expected = dense_values(z.transpose() * z);
  expected.resize(9, 0);
  check_close(spectrum_of(view(low), {.weights = {}, .rank = 9}).descending(), expected, 1e-12);
}

TEST_CASE("the largest eigenvalues without a stored matrix, also with weights") {
  const RowMatrix x = random_matrix(130, 2, 6);
  const GaussianKernel kernel({0.4});
  std::vector<double> weights(130);
  for (std::size_t i = 0; i < 130; ++i) weights[i] = 1 / 130.0;
  for (std::size_t i = 0; i < 65; ++i) {
    weights[i] /= 2;
    weights[65 + i] *= 1.5;
  }
  for (const std::span<const double> w : {std::span<const double>(), std::span<const double>(weights)}) {
    const auto all = spectrum(view(x), kernel, {.weights = w, .rank = {}}).leading(7);
    const Spectrum some = spectrum(view(x), kernel, {.weights = w, .rank = 7, .stored_bytes = 0});
    check_close(some.descending(), all, 1e-10);
    CHECK(some.trace() == doctest::Approx(spectrum(view(x), kernel, {.weights = w, .rank = 7}).trace()));
  }
  CHECK_THROWS_AS(spectrum(view(x), kernel, {.weights = {}, .rank = 130, .stored_bytes = 0}), std::invalid_argument);
}

TEST_CASE("a rank of an indefinite matrix is refused where it shows") {
  Eigen::VectorXd d(6);
  d << 3, 2, -4.5, 0.1, 0.1, 0.1;
  const RowMatrix k = d.asDiagonal();
  CHECK_THROWS_AS(spectrum_of(view(k), {.weights = {}, .rank = 2}), std::invalid_argument);
  const RowMatrix z = random_matrix(410, 6, 3);
  const RowMatrix shifted = z * z.transpose() - 0.01 * RowMatrix::Identity(410, 410);
  CHECK_THROWS_AS(spectrum_of(view(shifted), {.weights = {}, .rank = 3}), std::invalid_argument);
}

TEST_CASE("what is rounding counts as zero, what is below is refused") {
  const Spectrum s({2, 1, 1e-17, -1e-16, 0}, 5);
  CHECK(s.rank() == 2);
  CHECK(s.descending() == std::vector<double>{2. / 3, 1. / 3, 0, 0, 0});
  CHECK(s.leading(1) == std::vector<double>{2. / 3});
  CHECK(s.trace() == 3);
  CHECK(s.largest() == 2. / 3);
  CHECK_THROWS_WITH_AS(Spectrum({1, -1e-10}, 2),
                       "eigenvalues: must not be negative (the matrix must be positive semidefinite); got -1e-10",
                       std::invalid_argument);
  CHECK(Spectrum({1, -1e-10}, 2, 1e-9).rank() == 1);
}

TEST_CASE("bad matrices, weights and traces are refused") {
  RowMatrix k = RowMatrix::Identity(3, 3);
  const auto refused = [](const RowMatrix& m, const char* message, SpectrumOptions options = {}) {
    CHECK_THROWS_WITH_AS(spectrum_of(view(m), options), message, std::invalid_argument);
  };
  refused(RowMatrix::Zero(3, 3), "trace: must be positive and finite; got 0");
  refused(RowMatrix::Zero(2, 3), "K: must be square; got (2, 3)");
  refused(RowMatrix::Zero(0, 0), "K: must have at least one row; got 0");
  k(0, 2) = 0.5;
  refused(k, "K: must be symmetric; got a difference of 0.5 at (2, 0)");
  k(2, 0) = 0.5;
  CHECK(spectrum_of(view(k)).rank() == 3);
  k(0, 2) += 1e-14;  // rounding
  CHECK(spectrum_of(view(k)).rank() == 3);
  k(1, 2) = std::nan("");
  refused(k, "K: must be finite; got nan at (1, 2)");
  RowMatrix indefinite(2, 2);
  indefinite << 1, 2, 2, 1;
  CHECK_THROWS_AS(spectrum_of(view(indefinite)), std::invalid_argument);
  const RowMatrix one = RowMatrix::Identity(2, 2);
  const std::vector<double> three{0.5, 0.25, 0.25}, negative{1.5, -0.5}, short_of_one{0.5, 0.4};
  refused(one, "weights: must be as many as samples, 2; got 3", {.weights = three, .rank = {}});
  refused(one, "weights: must be nonnegative and finite; got -0.5", {.weights = negative, .rank = {}});
  refused(one, "weights: must sum to 1; got 0.9", {.weights = short_of_one, .rank = {}});
  const std::vector<double> single(3, static_cast<double>(1.F / 3));
  CHECK(spectrum_of(view(RowMatrix(RowMatrix::Identity(3, 3))), {.weights = single, .rank = {}}).rank() == 3);
  CHECK_THROWS_AS(Spectrum({}, 0), std::invalid_argument);
  CHECK_THROWS_AS(Spectrum({1, 1}, 1), std::invalid_argument);
  CHECK_THROWS_AS(Spectrum({1, std::nan("")}, 2), std::invalid_argument);
}
