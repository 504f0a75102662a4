#include <bit>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/generators/lattice.hpp>
#include <korobov/kernels/bernoulli.hpp>
#include <korobov/kernels/shift_invariant.hpp>
#include <korobov/transforms/bit_reversed_fft.hpp>

#include "kernels/kernels.hpp"
#include "support/instruction_sets.hpp"

using namespace korobov;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

// scale (prod_j (1 + g_j K_j) - 1) and the sum of the terms' magnitudes, which bounds the rounding.
long double naive(const std::vector<int>& alpha, std::span<const long double> theta, const Word* w) {
  long double product = 1;
  for (std::size_t j = 0; j < alpha.size(); ++j) {
    product *= 1 + theta[1 + j] * static_cast<long double>(shift_invariant_value(alpha[j], w[j]));
  }
  return theta[0] * product;
}

double reach(const std::vector<int>& alpha, std::span<const double> theta) {
  double product = theta[0];
  for (std::size_t j = 0; j < alpha.size(); ++j) product *= 1 + theta[1 + j] * shift_invariant_value(alpha[j], 0);
  return product;
}

struct Case {
  std::vector<int> alpha;
  ShiftInvariantOptions options;
  Index d() const { return static_cast<Index>(alpha.size()); }
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (int a = 1; a <= 5; ++a)
    all.push_back({{a, a, a}, {.alpha = static_cast<double>(a), .weights = {1.0, 0.5, 0.1}}});
  all.push_back({{1}, {.alpha = 1.0, .weights = 6.0 / 9.8696044010893586, .scale = 2.5}});  // a factor reaches 0
  all.push_back({{1, 2, 3, 4, 5, 2, 1}, {.alpha = {1.0, 2.0, 3.0, 4.0, 5.0, 2.0, 1.0}, .weights = 0.3, .scale = 0.25}});
  all.push_back({{2, 2}, {.alpha = 2.0, .weights = {0.0, 1.0}}});
  return all;
}

}  // namespace

TEST_CASE("shift-invariant column: the naive product, every layout, any number of rows") {
  for (const auto& c : cases()) {
    const ShiftInvariantKernel kernel(c.d(), c.options);
    const auto p = kernel.parameters();
    const std::vector<long double> theta(p.begin(), p.end());
    for_each_instruction_set([&] {
      for (const Index n : {1, 7, 8, 9, 33, 515, 5000}) {
        const auto words = random_words(n * c.d(), Seed{7});
        std::vector<Word> turned(words.size());
        for (Index i = 0; i < n; ++i) {
          for (Index j = 0; j < c.d(); ++j) {
            turned[static_cast<std::size_t>(j * n + i)] = words[static_cast<std::size_t>(i * c.d() + j)];
          }
        }
        std::vector<double> v(static_cast<std::size_t>(n));
        std::vector<double> same(v.size());
        CHECK(kernel.column({words.data(), n, c.d()}, v) == c.options.scale);
        kernel.column({turned.data(), n, c.d(), 1, n}, same);
        CHECK(v == same);
        // Rounding of each factor's polynomial and of the recurrence: a few eps per coordinate of the largest product.
        const double tolerance = 32 * static_cast<double>(c.d()) * eps * reach(c.alpha, p);
        double worst = 0;
        for (Index i = 0; i < n; ++i) {
          const long double expected = naive(c.alpha, theta, &words[static_cast<std::size_t>(i * c.d())]) - theta[0];
          worst = std::max(worst, std::fabs(static_cast<double>(v[static_cast<std::size_t>(i)] - expected)));
        }
        CHECK(worst <= tolerance);
      }
    });
  }
}

TEST_CASE("shift-invariant column: k - c keeps small kernels") {
  // k - 1 = 1e-20 K exactly, where k itself rounds to 1.
  const ShiftInvariantKernel kernel(1, {.alpha = 2.0, .weights = 1e-20});
  for (const Word w : some_words()) {
    double v = 0;
    kernel.column({&w, 1, 1}, {&v, 1});
    CHECK(std::fabs(v - 1e-20 * shift_invariant_value(2, w)) <= 1e-20 * 64 * eps);
  }
}

TEST_CASE("shift-invariant tables give the column, and gradients are those of the long double product") {
  for (const auto& c : cases()) {
    const ShiftInvariantKernel kernel(c.d(), c.options);
    const Index n = 1000;
    const auto words = random_words(n * c.d(), Seed{11});
    const MatrixSpan<const Word> w(words.data(), n, c.d());
    std::vector<double> dk(static_cast<std::size_t>(n));
    CounterEngine engine(Seed{5});
    double size = 0;
    for (auto& value : dk) {
      value = coordinate<double>(engine()) - 0.4;
      size += std::fabs(value);
    }
    const auto expected = gradient(
        [&](const std::vector<long double>& theta) {
          std::vector<long double> k;
          for (Index i = 0; i < n; ++i) k.push_back(naive(c.alpha, theta, &words[static_cast<std::size_t>(i * c.d())]));
          return k;
        },
        kernel.parameters(), dk);
    for_each_instruction_set([&] {
      std::vector<double> values(static_cast<std::size_t>(n * kernel.table_columns()));
      const MatrixSpan<double> table(values.data(), n, kernel.table_columns(), 1, n);
      kernel.tabulate(w, table);
      std::vector<double> v(static_cast<std::size_t>(n));
      std::vector<double> from_table(v.size());
      kernel.column(w, v);
      kernel.column_of_table(table, from_table);
      const double largest = reach(c.alpha, kernel.parameters());
      const double tolerance = 32 * static_cast<double>(c.d()) * eps * largest;
      double worst = 0;
      for (std::size_t i = 0; i < v.size(); ++i) worst = std::max(worst, std::fabs(v[i] - from_table[i]));
      CHECK(worst <= tolerance);

      std::vector<double> derivative(kernel.parameters().size());
      std::vector<double> again(derivative.size());
      kernel.pull_back(w, dk, derivative);
      kernel.pull_back_of_table(table, dk, again);
      for (std::size_t p = 0; p < derivative.size(); ++p) {
        CAPTURE(p);
        // Every term is at most the reach times K_alpha(0) <= 3.3 over the smallest parameter's 1.
        const double scale_of_p = p == 0 ? largest / kernel.parameters()[0] : 3.3 * largest;
        CHECK(std::fabs(derivative[p] - expected[p]) <= 64 * static_cast<double>(c.d()) * eps * scale_of_p * size);
        CHECK(std::fabs(again[p] - expected[p]) <= 64 * static_cast<double>(c.d()) * eps * scale_of_p * size);
      }
    });
  }
}

TEST_CASE("shift-invariant kernels have a positive spectrum on shifted lattices, and it is the Gram matrix's") {
  for (const auto& c : cases()) {
    const auto points = randomized(Lattice(c.d()), Shift{}, Seed{4});
    const Index n = 256;
    const ShiftInvariantKernel kernel(c.d(), c.options);
    auto words = points.integers({0, n});
    const std::vector<Word> original = words;
    for (Index i = 0; i < n; ++i) {
      for (Index j = 0; j < c.d(); ++j) {
        auto& w = words[static_cast<std::size_t>(i * c.d() + j)];
        w = Cyclic::subtract(w, original[static_cast<std::size_t>(j)]);
      }
    }
    std::vector<double> v(static_cast<std::size_t>(n));
    const double constant = kernel.column({words.data(), n, c.d()}, v);
    std::vector<double> gram(static_cast<std::size_t>(n * n));
    const MatrixSpan<double> k(gram.data(), n, n);
    const MatrixSpan<const Word> x(original.data(), n, c.d());
    kernel.cross(x, x, k);
    const double largest = kernel.at_zero();
    for (Index i = 0; i < n; ++i) {
      CHECK(std::fabs(k(i, 0) - (constant + v[static_cast<std::size_t>(i)])) <= 2 * eps * largest);
      CHECK(k(i, i) == k(0, 0));
      CHECK(k(i, (7 * i + 3) % n) == k((7 * i + 3) % n, i));
    }
    std::vector<std::complex<double>> spectrum(v.begin(), v.end());
    fftbr(MatrixSpan<std::complex<double>>(spectrum.data(), 1, n));
    const double tolerance = 32 * static_cast<double>(n) * eps * largest;
    for (Index m = 0; m < n; ++m) {
      const auto lambda = std::sqrt(static_cast<double>(n)) * spectrum[static_cast<std::size_t>(m)];
      CHECK(lambda.real() >= -tolerance);
      CHECK(std::fabs(lambda.imag()) <= tolerance);
    }
  }
}

TEST_CASE("shift-invariant kernels of doubles: reduced mod 1, symmetric, equal to those of words") {
  const ShiftInvariantKernel kernel(2, {.alpha = {2.0, 1.0}, .weights = {0.7, 0.2}});
  const std::vector<double> x{0.25, 0.5, -0.75, 1.5, 0.1, 0.9, -1e-300, 3.0};
  std::vector<Word> words(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) words[i] = static_cast<Word>((x[i] - std::floor(x[i])) * 0x1p53) << 11;
  words[6] = 0;  // 1 - 1e-300 is 1, that is 0
  std::vector<double> a(16);
  std::vector<double> b(16);
  const MatrixSpan<const double> points(x.data(), 4, 2);
  const MatrixSpan<const Word> integers(words.data(), 4, 2);
  kernel.cross(points, points, MatrixSpan<double>(a.data(), 4, 4));
  kernel.cross(integers, integers, MatrixSpan<double>(b.data(), 4, 4));
  for (std::size_t i = 0; i < 16; ++i) CHECK(std::fabs(a[i] - b[i]) <= 64 * eps * kernel.at_zero());
  CHECK(a[1] == a[0]);  // (-0.75, 1.5) is (0.25, 0.5)
}

TEST_CASE("order weights: the sum over subsets, and its gradient") {
  const Index d = 4;
  const ShiftInvariantKernel kernel(d, {.alpha = {1.0, 2.0, 2.0, 3.0},
                                        .weights = {0.9, 0.5, 0.4, 0.2},
                                        .scale = 1.5,
                                        .order_weights = {1.0, 0.25, 3.0}});
  const std::vector<int> alpha{1, 2, 2, 3};
  const Index n = 700;
  const auto words = random_words(n * d, Seed{2});
  const MatrixSpan<const Word> w(words.data(), n, d);
  const auto by_subsets = [&](const std::vector<long double>& theta) {
    std::vector<long double> k;
    for (Index i = 0; i < n; ++i) {
      long double sum = 1;
      for (unsigned subset = 1; subset < 16; ++subset) {
        const auto order = static_cast<std::size_t>(std::popcount(subset));
        if (order > 3) continue;
        long double term = theta[4 + order];
        for (std::size_t j = 0; j < 4; ++j) {
          if ((subset >> j & 1U) != 0)
            term *=
                theta[1 + j] * static_cast<long double>(shift_invariant_value(alpha[j], w(i, static_cast<Index>(j))));
        }
        sum += term;
      }
      k.push_back(theta[0] * sum);
    }
    return k;
  };
  const auto p = kernel.parameters();
  REQUIRE(p.size() == 8);
  const auto expected = by_subsets({p.begin(), p.end()});
  std::vector<double> v(static_cast<std::size_t>(n));
  const double c = kernel.column(w, v);
  CHECK(c == 1.5);
  const double largest = 300;  // at_zero is below
  CHECK(kernel.at_zero() < largest);
  std::vector<double> dk(v.size());
  double size = 0;
  for (std::size_t i = 0; i < v.size(); ++i) {
    CHECK(std::fabs(v[i] + c - static_cast<double>(expected[i])) <= 64 * eps * largest);
    dk[i] = std::cos(static_cast<double>(i));
    size += std::fabs(dk[i]);
  }
  const auto slopes = gradient(by_subsets, p, dk);
  std::vector<double> derivative(p.size());
  kernel.pull_back(w, dk, derivative);
  for (std::size_t i = 0; i < p.size(); ++i)
    CHECK(std::fabs(derivative[i] - slopes[i]) <= 64 * eps * 4 * largest * size);
  // All order weights 1: the product kernel.
  const ShiftInvariantKernel ones(d, {.weights = 0.3, .order_weights = {1.0, 1.0, 1.0, 1.0}});
  const ShiftInvariantKernel product(d, {.weights = 0.3});
  std::vector<double> u(v.size());
  ones.column(w, v);
  product.column(w, u);
  for (std::size_t i = 0; i < v.size(); ++i) CHECK(std::fabs(v[i] - u[i]) <= 64 * eps * product.at_zero());
}

TEST_CASE("derivatives: products of derived factors, odd in the differences, with their gradients") {
  const std::vector<int> alpha{2, 3, 2};
  const ShiftInvariantKernel kernel(3, {.alpha = {2.0, 3.0, 2.0}, .weights = {0.9, 0.5, 0.4}, .scale = 1.5});
  const std::vector<int> x{1, 0, 0};
  const std::vector<int> z{0, 2, 0};
  const auto derived = kernel.derivative(x, z);
  const Index n = 600;
  const auto words = random_words(n * 3, Seed{21});
  const MatrixSpan<const Word> w(words.data(), n, 3);
  const auto naive_derivative = [&](const std::vector<long double>& theta) {
    std::vector<long double> k;
    for (Index i = 0; i < n; ++i) {
      k.push_back(theta[0] * theta[1] * static_cast<long double>(shift_invariant_derivative(2, 1, 0, w(i, 0))) *
                  theta[2] * static_cast<long double>(shift_invariant_derivative(3, 0, 2, w(i, 1))) *
                  (1 + theta[3] * static_cast<long double>(shift_invariant_value(2, w(i, 2)))));
    }
    return k;
  };
  const auto p = derived.parameters();
  const auto expected = naive_derivative({p.begin(), p.end()});
  std::vector<double> v(static_cast<std::size_t>(n));
  CHECK(derived.column(w, v) == 0);
  const double largest = 1.5 * 0.9 * 0.5 * 15 * 90 * 2;  // |K_2'| < 15, |K_3''| < 90, the rest < 2
  std::vector<double> dk(v.size(), 1.0);
  for (std::size_t i = 0; i < v.size(); ++i)
    CHECK(std::fabs(v[i] - static_cast<double>(expected[i])) <= 64 * eps * largest);
  const auto slopes = gradient(naive_derivative, p, dk);
  std::vector<double> derivative(p.size());
  derived.pull_back(w, dk, derivative);
  for (std::size_t i = 0; i < p.size(); ++i) {
    CHECK(std::fabs(derivative[i] - slopes[i]) <= 64 * eps * 4 * largest * static_cast<double>(n));
  }
  const auto none = kernel.derivative(std::vector<int>{0, 0, 0}, std::vector<int>{0, 0, 0});
  CHECK(none.column(w, v) == 1.5);
  // The covariance of a derivative with itself is positive, and d_x d_z is minus d_x d_x.
  CHECK(kernel.derivative(std::vector<int>{1, 0, 0}, std::vector<int>{1, 0, 0}).at_zero() > 0);
  CHECK(kernel.derivative(std::vector<int>{2, 0, 0}, std::vector<int>{0, 0, 0}).at_zero() < 0);
  CHECK_THROWS_AS(kernel.derivative(std::vector<int>{3, 0, 0}, std::vector<int>{0, 0, 0}), std::invalid_argument);
  CHECK_THROWS_WITH_AS(kernel.derivative(std::vector<int>{0, -1, 0}, std::vector<int>{0, 0, 0}),
                       "x[1]: must not be negative; got -1", std::invalid_argument);
  CHECK_THROWS_WITH_AS(kernel.derivative(std::vector<int>{0, 0, 0}, std::vector<int>{-2, 0, 0}),
                       "z[0]: must not be negative; got -2", std::invalid_argument);
  const ShiftInvariantKernel rough(2, {.alpha = {3.0, 1.0}});
  CHECK(rough.alpha(0) == 3);
  CHECK(rough.alpha(1) == 1);
  CHECK_THROWS_WITH_AS(rough.derivative(std::vector<int>{2, 1}, std::vector<int>{2, 0}),
                       "x[1] + z[1]: must be at most 2 alpha[1] - 2 = 0; got 1", std::invalid_argument);
  CHECK_THROWS_WITH_AS(rough.derivative(std::vector<int>{2147483647, 0}, std::vector<int>{2147483647, 0}),
                       "x[0] + z[0]: must be at most 2 alpha[0] - 2 = 4; got 4294967294", std::invalid_argument);
  CHECK_THROWS_AS(kernel.derivative(std::vector<int>{1, 0}, std::vector<int>{0, 0, 0}), std::invalid_argument);
}

TEST_CASE("shift-invariant kernels refuse what they cannot take") {
  const double nan = std::nan("");
  CHECK_THROWS_AS(ShiftInvariantKernel(0), std::invalid_argument);
  for (const double alpha : {0.0, 6.0, 1.5, nan, -1.0}) {
    CHECK_THROWS_AS(ShiftInvariantKernel(2, {.alpha = alpha}), std::invalid_argument);
  }
  for (const double weight : {-0.1, nan, std::numeric_limits<double>::infinity()}) {
    CHECK_THROWS_AS(ShiftInvariantKernel(2, {.weights = weight}), std::invalid_argument);
  }
  for (const double scale : {0.0, -1.0, nan}) {
    CHECK_THROWS_AS(ShiftInvariantKernel(2, {.scale = scale}), std::invalid_argument);
  }
  CHECK_THROWS_AS(ShiftInvariantKernel(2, {.alpha = {1.0, 2.0, 3.0}}), std::invalid_argument);
  CHECK_THROWS_AS(ShiftInvariantKernel(2, {.weights = {1.0}}), std::invalid_argument);
  CHECK_THROWS_AS(ShiftInvariantKernel(2, {.order_weights = {1.0, 1.0, 1.0}}), std::invalid_argument);
  CHECK_THROWS_AS(ShiftInvariantKernel(2, {.order_weights = {-1.0}}), std::invalid_argument);
}
