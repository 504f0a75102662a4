#include <bit>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/generators/sobol.hpp>
#include <korobov/kernels/digitally_shift_invariant.hpp>
#include <korobov/kernels/walsh.hpp>
#include <korobov/transforms/fwht.hpp>

#include "kernels/kernels.hpp"
#include "support/instruction_sets.hpp"

using namespace korobov;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

struct Case {
  AnyKernel kernel;
  Index d;
  // K_j of a word by the scalar functions, given the hyper-parameters.
  std::function<long double(const std::vector<long double>&, std::size_t, Word)> factor;
};

long double leading_digit(long double alpha, Word w) {
  const long double nu = 1 / (1 - std::exp2(-alpha));
  return w == 0 ? nu : nu - (nu + 1) * std::exp2(-alpha * std::countl_zero(w));
}

std::vector<Case> cases() {
  std::vector<Case> all;
  const auto digital = [&](std::vector<int> alpha, DigitallyShiftInvariantOptions options) {
    const auto d = static_cast<Index>(alpha.size());
    all.push_back({DigitallyShiftInvariantKernel(d, options), d,
                   [alpha](const std::vector<long double>&, std::size_t j, Word w) -> long double {
                     return walsh_value(alpha[j], w);
                   }});
  };
  for (const int a : {1, 2, 3, 4, 5, 6, 12}) {
    digital({a, a, a}, {.alpha = static_cast<double>(a), .weights = {1.0, 0.5, 0.1}, .scale = 0.5});
  }
  digital({4, 1, 2, 3, 5}, {.alpha = {4.0, 1.0, 2.0, 3.0, 5.0}, .weights = 0.7});
  digital({1}, {.alpha = 1.0, .weights = 2.0, .scale = 3.0});  // the factor reaches 0
  all.push_back(
      {LeadingDigitKernel(3, {.alpha = 0.75, .weights = {1.0, 0.4, 0.2}, .scale = 2.0}), 3,
       [](const std::vector<long double>& theta, std::size_t, Word w) { return leading_digit(theta[4], w); }});
  all.push_back(
      {LeadingDigitKernel(2, {.alpha = {1.5, 0.5}, .weights = 0.6}), 2,
       [](const std::vector<long double>& theta, std::size_t j, Word w) { return leading_digit(theta[3 + j], w); }});
  return all;
}

long double naive(const Case& c, const std::vector<long double>& theta, const Word* w) {
  long double product = theta[0];
  for (std::size_t j = 0; j < static_cast<std::size_t>(c.d); ++j)
    product *= 1 + theta[1 + j] * c.factor(theta, j, w[j]);
  return product;
}

}  // namespace

TEST_CASE("digitally shift-invariant column: the naive product, every layout, any number of rows") {
  for (const auto& c : cases()) {
    const auto p = c.kernel.parameters();
    const std::vector<long double> theta(p.begin(), p.end());
    for_each_instruction_set([&] {
      for (const Index n : {1, 9, 35, 1027}) {
        auto words = random_words(n * c.d, Seed{7});
        if (n == 35) {
          const auto special = some_words();
          for (std::size_t i = 0; i < words.size(); ++i) words[i] = special[i % special.size()];
        }
        std::vector<Word> turned(words.size());
        for (Index i = 0; i < n; ++i) {
          for (Index j = 0; j < c.d; ++j) {
            turned[static_cast<std::size_t>(j * n + i)] = words[static_cast<std::size_t>(i * c.d + j)];
          }
        }
        std::vector<double> v(static_cast<std::size_t>(n));
        std::vector<double> same(v.size());
        const double constant = c.kernel.column({words.data(), n, c.d}, v);
        CHECK(constant == p[0]);
        c.kernel.column({turned.data(), n, c.d, 1, n}, same);
        CHECK(v == same);
        const double tolerance = 32 * static_cast<double>(c.d) * eps * c.kernel.at_zero();
        double worst = 0;
        for (Index i = 0; i < n; ++i) {
          const long double expected = naive(c, theta, &words[static_cast<std::size_t>(i * c.d)]) - theta[0];
          worst = std::max(worst, std::fabs(static_cast<double>(v[static_cast<std::size_t>(i)] - expected)));
        }
        CHECK(worst <= tolerance);
      }
    });
  }
}

TEST_CASE("digitally shift-invariant tables and gradients: real alpha too") {
  for (const auto& c : cases()) {
    const Index n = 900;
    const auto words = random_words(n * c.d, Seed{11});
    const MatrixSpan<const Word> w(words.data(), n, c.d);
    std::vector<double> dk(static_cast<std::size_t>(n));
    double size = 0;
    for (std::size_t i = 0; i < dk.size(); ++i) {
      dk[i] = std::sin(static_cast<double>(i));
      size += std::fabs(dk[i]);
    }
    const auto p = c.kernel.parameters();
    const auto expected = gradient(
        [&](const std::vector<long double>& theta) {
          std::vector<long double> k;
          for (Index i = 0; i < n; ++i) k.push_back(naive(c, theta, &words[static_cast<std::size_t>(i * c.d)]));
          return k;
        },
        p, dk);
    for_each_instruction_set([&] {
      std::vector<double> values(static_cast<std::size_t>(n * c.d));
      const MatrixSpan<double> table(values.data(), n, c.d, 1, n);
      c.kernel.tabulate(w, table);
      std::vector<double> v(static_cast<std::size_t>(n));
      std::vector<double> from_table(v.size());
      c.kernel.column(w, v);
      c.kernel.column_of_table(table, from_table);
      const double largest = c.kernel.at_zero();
      double worst = 0;
      for (std::size_t i = 0; i < v.size(); ++i) worst = std::max(worst, std::fabs(v[i] - from_table[i]));
      CHECK(worst <= 32 * static_cast<double>(c.d) * eps * largest);
      std::vector<double> derivative(p.size());
      std::vector<double> again(p.size());
      c.kernel.pull_back(w, dk, derivative);
      c.kernel.pull_back_of_table(table, dk, again);
      for (std::size_t i = 0; i < p.size(); ++i) {
        CAPTURE(i);
        // In alpha the differences have an error of h^4 times a fifth derivative, 1e-12 times at most 1e3.
        const bool in_alpha = i > static_cast<std::size_t>(c.d);
        const double tolerance = (in_alpha ? 1e-9 : 512 * eps) * (1 + largest) * size;
        CHECK(std::fabs(derivative[i] - expected[i]) <= tolerance);
        CHECK(std::fabs(again[i] - expected[i]) <= tolerance);
      }
    });
  }
}

TEST_CASE("digitally shift-invariant kernels have a positive spectrum on scrambled nets") {
  for (const auto& c : cases()) {
    const auto points = randomized(Sobol(c.d), LmsShift{}, Seed{4});
    const Index n = 256;
    auto words = points.integers({0, n});
    const std::vector<Word> original = words;
    for (Index i = 0; i < n; ++i) {
      for (Index j = 0; j < c.d; ++j) {
        auto& w = words[static_cast<std::size_t>(i * c.d + j)];
        w = Dyadic::subtract(w, original[static_cast<std::size_t>(j)]);
      }
    }
    std::vector<double> v(static_cast<std::size_t>(n));
    const double constant = c.kernel.column({words.data(), n, c.d}, v);
    std::vector<double> gram(static_cast<std::size_t>(n * n));
    const MatrixSpan<double> k(gram.data(), n, n);
    const MatrixSpan<const Word> x(original.data(), n, c.d);
    c.kernel.cross(x, x, k);
    const double largest = c.kernel.at_zero();
    for (Index i = 0; i < n; ++i) {
      CHECK(std::fabs(k(i, 0) - (constant + v[static_cast<std::size_t>(i)])) <= 2 * eps * largest);
      // The first column is all: K is constant along i ^ j in natural order.
      CHECK(k(i, 37) == k(i ^ 37, 0));
    }
    fwht(MatrixSpan<double>(v.data(), 1, n));
    for (const double coefficient : v) {
      CHECK(std::sqrt(static_cast<double>(n)) * coefficient >= -32 * static_cast<double>(n) * eps * largest);
    }
  }
}

TEST_CASE("leading-digit kernels look at the leading digit only") {
  const LeadingDigitKernel kernel(1, {.alpha = 1.25});
  for (const Word w : some_words()) {
    if (w == 0) continue;
    const Word leading = Word{1} << (63 - std::countl_zero(w));
    double a = 0;
    double b = 0;
    kernel.column({&w, 1, 1}, {&a, 1});
    kernel.column({&leading, 1, 1}, {&b, 1});
    CHECK(a == b);
  }
}

TEST_CASE("digitally shift-invariant kernels refuse what they cannot take") {
  CHECK_THROWS_AS(DigitallyShiftInvariantKernel(0), std::invalid_argument);
  for (const double alpha : {0.0, 33.0, 2.5, std::nan("")}) {
    CHECK_THROWS_AS(DigitallyShiftInvariantKernel(2, {.alpha = alpha}), std::invalid_argument);
  }
  for (const double alpha : {0.0, -1.0, 65.0, std::nan("")}) {
    CHECK_THROWS_AS(LeadingDigitKernel(2, {.alpha = alpha}), std::invalid_argument);
  }
  CHECK_THROWS_AS(DigitallyShiftInvariantKernel(2, {.weights = -1.0}), std::invalid_argument);
  CHECK_THROWS_AS(LeadingDigitKernel(2, {.alpha = {1.0, 2.0, 3.0}}), std::invalid_argument);
  CHECK_THROWS_AS(LeadingDigitKernel(2, {.scale = -1.0}), std::invalid_argument);
  // Doubles outside [0, 1) have no binary digits.
  const DigitallyShiftInvariantKernel kernel(1);
  double k = 0;
  for (const double x : {1.0, -0.25, std::nan("")}) {
    const double z = 0.5;
    CHECK_THROWS_AS(kernel.cross(MatrixSpan<const double>(&x, 1, 1), MatrixSpan<const double>(&z, 1, 1),
                                 MatrixSpan<double>(&k, 1, 1)),
                    std::invalid_argument);
  }
}
