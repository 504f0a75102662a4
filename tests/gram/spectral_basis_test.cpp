#include "gram/spectral_basis.hpp"

#include <bit>
#include <cmath>
#include <numbers>

#include <doctest/doctest.h>

#include <korobov/core/bits.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/generators/halton.hpp>
#include <korobov/transforms/fft.hpp>

#include "gram/gram_sets.hpp"

using namespace korobov;
using namespace korobov::test;
using detail::Characters;
using detail::SpectralBasis;

namespace {

constexpr long double kTwoPi = 2 * std::numbers::pi_v<long double>;

// Row k of Q: the group's k-th real character at point i, normalised, from its definition.
long double character(Characters kind, Index n, Index k, Index i) {
  const long double root = std::sqrt(static_cast<long double>(n));
  if (kind == Characters::walsh) {
    return (std::popcount(static_cast<Word>(k & i)) % 2 == 0 ? 1 : -1) / root;
  }
  Index place = i;  // on the circle
  if (kind == Characters::bit_reversed && n > 1) {
    place = static_cast<Index>(reverse_bits(static_cast<Word>(i)) >> (64 - floor_log2(n)));
  }
  const auto angle = [&](Index frequency) { return kTwoPi * static_cast<long double>(frequency * place % n) / n; };
  if (k == 0) return 1 / root;
  if (2 * k == n) return std::cos(angle(k)) / root;
  if (2 * k < n) return std::numbers::sqrt2_v<long double> * std::cos(angle(k)) / root;
  return -std::numbers::sqrt2_v<long double> * std::sin(angle(n - k)) / root;
}

std::vector<double> by_definition(Characters kind, Index n, const std::vector<double>& y, bool transposed) {
  std::vector<double> c(y.size());
  for (Index k = 0; k < n; ++k) {
    long double sum = 0;
    for (Index i = 0; i < n; ++i) {
      sum += (transposed ? character(kind, n, i, k) : character(kind, n, k, i)) * y[as_size(i)];
    }
    c[as_size(k)] = static_cast<double>(sum);
  }
  return c;
}

std::vector<std::pair<Characters, Index>> bases() {
  std::vector<std::pair<Characters, Index>> all;
  for (const Index n : {1, 2, 4, 8, 64, 256}) {
    all.emplace_back(Characters::walsh, n);
    all.emplace_back(Characters::bit_reversed, n);
  }
  for (const Index n : {1, 2, 4, 64, 128}) all.emplace_back(Characters::circulant, n);
  if (has_any_length_fft()) {
    for (const Index n : {3, 5, 6, 9, 12, 101, 180, 251}) all.emplace_back(Characters::circulant, n);
  }
  return all;
}

// |computed - exact| of an orthogonal transform of a unit vector.
double bound(Index n) { return 8 * kU * (ceil_log2(n) + 3); }

}  // namespace

TEST_CASE("spectral basis: the group's real characters, from their definition, forth and back") {
  for (const auto& [kind_value, n_value] : bases()) {
    const auto& kind = kind_value;  // a lambda of clang 14 takes no structured binding
    const auto& n = n_value;
    CAPTURE(static_cast<int>(kind));
    CAPTURE(n);
    const SpectralBasis basis(kind, n);
    const auto y = values(n, 1, 3);
    const MatrixSpan<const double> in(y.data(), n, 1);
    std::vector<double> c(y.size());
    basis.forward(in, MatrixSpan<double>(c.data(), n, 1));
    CHECK(distance(c, by_definition(kind, n, y, false)) <= bound(n) * norm(y));
    CHECK(std::abs(norm(c) - norm(y)) <= bound(n) * norm(y));
    basis.inverse(in, MatrixSpan<double>(c.data(), n, 1));
    CHECK(distance(c, by_definition(kind, n, y, true)) <= bound(n) * norm(y));
    std::vector<double> back(y);
    const MatrixSpan<double> all(back.data(), n, 1);
    basis.forward(all, all);
    basis.inverse(all, all);
    CHECK(distance(back, y) <= 2 * bound(n) * norm(y));
  }
}

TEST_CASE("spectral basis: a filter is forward, factors, inverse, on any strides and both widths") {
  for (const auto& [kind_value, n_value] : bases()) {
    const auto& kind = kind_value;  // a lambda of clang 14 takes no structured binding
    const auto& n = n_value;
    CAPTURE(static_cast<int>(kind));
    CAPTURE(n);
    const SpectralBasis basis(kind, n);
    const Index r = 11;
    const auto y = values(n, r, 5);
    std::vector<double> factor = values(n, 1, 6);
    if (kind != Characters::walsh) {
      for (Index k = 1; k < n; ++k) factor[as_size(k)] = factor[as_size(std::min(k, n - k))];
    }
    std::vector<double> out(y.size());
    basis.filter(factor, MatrixSpan<const double>(y.data(), n, r), MatrixSpan<double>(out.data(), n, r));
    std::vector<float> y32(y.begin(), y.end());
    std::vector<float> out32(y.size());
    basis.filter(factor, MatrixSpan<const float>(y32.data(), n, r), MatrixSpan<float>(out32.data(), n, r));
    for (const Index column : {Index{0}, r - 1}) {
      std::vector<double> one(as_size(n));
      for (Index i = 0; i < n; ++i) one[as_size(i)] = y[as_size(i * r + column)];
      auto c = by_definition(kind, n, one, false);
      for (Index k = 0; k < n; ++k) c[as_size(k)] *= factor[as_size(k)];
      const auto expected = by_definition(kind, n, c, true);
      std::vector<double> got(as_size(n));
      for (Index i = 0; i < n; ++i) got[as_size(i)] = out[as_size(i * r + column)];
      CHECK(distance(got, expected) <= 3 * bound(n) * norm(one));
      for (Index i = 0; i < n; ++i) got[as_size(i)] = static_cast<double>(out32[as_size(i * r + column)]);
      CHECK(distance(got, expected) <= 3 * 0x1p-24 * norm(one));
      // a column of adjacent values, in place
      const MatrixSpan<double> alone(one.data(), n, 1, 1, n);
      basis.filter(factor, alone, alone);
      for (Index i = 0; i < n; ++i) CHECK(one[as_size(i)] == out[as_size(i * r + column)]);
    }
  }
}

TEST_CASE("spectral basis: eigenvalues and their doubling diagonalise dense Gram matrices; the adjoint") {
  const Sobol sobol(3);
  const Lattice lattice(3);
  const std::vector<std::pair<AnyPointSet, AnyKernel>> pairs{
      {lattice, ShiftInvariantKernel(3, {.alpha = 1})},
      {randomized(lattice, Shift{}, Seed{5}), ShiftInvariantKernel(3, {.weights = {0.7, 0.2, 1.5}, .scale = 3})},
      {randomized(sobol, LmsShift{}, Seed{6}), DigitallyShiftInvariantKernel(3)},
      {randomized(sobol, Nus{}, Seed{7}), LeadingDigitKernel(3, {.alpha = 0.8})},
      {Sobol(3, {.order = Order::gray}), DigitallyShiftInvariantKernel(3, {.alpha = 1})},
      {Lattice(3, {.order = Order::linear, .n = 64}), ShiftInvariantKernel(3)},
  };
  for (const auto& [points_value, kernel] : pairs) {
    const auto& points = points_value;  // a lambda of clang 14 takes no structured binding
    CAPTURE(points.description());
    const Index n = 64;
    const SpectralBasis basis(points, n);
    std::vector<double> column(as_size(n));
    std::vector<double> lambda(column);
    const double c = detail::first_column(points, kernel, {0, n}, column);
    basis.eigenvalues(column, lambda);
    const double rounding = SpectralBasis::rounding(column);
    const auto k = dense_gram(points, kernel, n);
    // K q_j = lambda_j q_j for every row q_j of Q
    for (Index j = 0; j < n; ++j) {
      long double residual = 0;
      const double value = lambda[as_size(j)] + (j == 0 ? static_cast<double>(n) * c : 0);
      for (Index i = 0; i < n; ++i) {
        long double sum = 0;
        for (Index l = 0; l < n; ++l) sum += k[as_size(i * n + l)] * character(basis.characters(), n, j, l);
        residual += std::pow(sum - value * character(basis.characters(), n, j, i), 2);
      }
      // the entries of both matrices are rounded, some 20 u each of at most k(0)
      CHECK(static_cast<double>(std::sqrt(residual)) <= rounding + 20 * kU * static_cast<double>(n) * kernel.at_zero());
    }
    // dL/dk_i of L = sum_k g_k lambda_k by its definition
    const auto g = values(n, 1, 9);
    std::vector<double> dk(as_size(n));
    basis.pull_back(g, dk);
    const auto unit = values(n, 1, 10);
    std::vector<double> even(unit);  // lambda is defined for even columns
    if (basis.characters() != Characters::walsh) {
      for (Index i = 0; i < n; ++i) {
        Index place = i;
        if (basis.characters() == Characters::bit_reversed)
          place = static_cast<Index>(reverse_bits(static_cast<Word>(i)) >> 58);
        Index mirror = (n - place) % n;
        if (basis.characters() == Characters::bit_reversed)
          mirror = static_cast<Index>(reverse_bits(static_cast<Word>(mirror)) >> 58);
        even[as_size(i)] = (unit[as_size(i)] + unit[as_size(mirror)]) / 2;
      }
    }
    basis.eigenvalues(even, lambda);
    long double by_lambda = 0;
    long double by_column = 0;
    for (Index i = 0; i < n; ++i) {
      by_lambda += g[as_size(i)] * lambda[as_size(i)];
      by_column += dk[as_size(i)] * even[as_size(i)];
    }
    CHECK(static_cast<double>(std::abs(by_lambda - by_column)) <= 4 * bound(n) * norm(dk) * norm(even));
    if (basis.characters() == Characters::circulant) continue;
    std::vector<double> both(as_size(2 * n));
    std::vector<double> next(as_size(n));
    basis.eigenvalues(column, lambda);
    CHECK(detail::first_column(points, kernel, {n, 2 * n}, next) == c);
    basis.doubled_eigenvalues(lambda, next, both);
    std::vector<double> whole(as_size(2 * n));
    detail::first_column(points, kernel, {0, 2 * n}, whole);
    std::vector<double> expected(as_size(2 * n));
    SpectralBasis(points, 2 * n).eigenvalues(whole, expected);
    CHECK(distance(both, expected) <= 2 * std::sqrt(2.0 * n) * SpectralBasis::rounding(whole));
  }
}

TEST_CASE("spectral basis: the same for any number of threads") {
  const int threads = num_threads();
  for (const auto kind : {Characters::walsh, Characters::bit_reversed}) {
    const Index n = Index{1} << 15;
    const SpectralBasis basis(kind, n);
    const auto y = values(n, 20, 12);
    std::vector<std::vector<double>> results;
    for (const int t : {1, 3}) {
      set_num_threads(t);
      std::vector<double> c(y.size());
      basis.forward(MatrixSpan<const double>(y.data(), n, 20), MatrixSpan<double>(c.data(), n, 20));
      results.push_back(c);
    }
    set_num_threads(threads);
    CHECK(results[0] == results[1]);
  }
}

TEST_CASE("spectral basis: sets without a transform, wrong sizes and odd kernels are refused with the reason") {
  const auto message = [](const AnyPointSet& points, Index n) -> std::string {
    try {
      SpectralBasis(points, n);
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return "taken";
  };
  const auto has = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
  CHECK(has(message(Lattice(2, {.order = Order::gray}), 16), "Gray order"));
  CHECK(has(message(Halton(2), 16), "lattice or a net"));
  CHECK(has(message(Lattice(2), 0), "n: must be at least 1; got 0"));
  CHECK(has(message(Lattice(2), 24), "power of two"));
  CHECK(has(message(Lattice(2, {.n = 16}), 32), "at most the number of points of the set, 16; got 32"));
  CHECK(has(message(Lattice(2, {.order = Order::linear, .n = 16}), 8), "own number of points"));
  CHECK(message(Lattice(2), 16) == "taken");
  const Lattice lattice(2);
  const std::vector<int> once{1, 0};
  const std::vector<int> none{0, 0};
  const auto odd = ShiftInvariantKernel(2).derivative(once, none);
  std::vector<double> column(16);
  std::vector<double> lambda(16);
  detail::first_column(lattice, odd, {0, 16}, column);
  CHECK_THROWS_WITH_AS(SpectralBasis(lattice, 16).eigenvalues(column, lambda), doctest::Contains("even function"),
                       std::invalid_argument);
  CHECK_THROWS_AS(SpectralBasis(lattice, 16).eigenvalues(std::span<const double>(column).first(8), lambda),
                  std::invalid_argument);
}
