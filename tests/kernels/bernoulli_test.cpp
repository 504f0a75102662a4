#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/kernels/bernoulli.hpp>

#include "kernels/kernels.hpp"

using namespace korobov;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

// B_r(x) = sum_k binom(r, k) B_k x^(r-k), the numbers by their recurrence, in long double.
long double bernoulli_by_numbers(int r, long double x) {
  std::vector<long double> b{1};
  const auto binomial = [](int n, int k) {
    long double c = 1;
    for (int i = 1; i <= k; ++i) c = c * (n - k + i) / i;
    return c;
  };
  for (int m = 1; m <= r; ++m) {
    long double sum = 0;
    for (int k = 0; k < m; ++k) sum += binomial(m + 1, k) * b[static_cast<std::size_t>(k)];
    b.push_back(-sum / (m + 1));
  }
  long double sum = 0;
  for (int k = 0; k <= r; ++k) sum += binomial(r, k) * b[static_cast<std::size_t>(k)] * std::pow(x, r - k);
  return sum;
}

}  // namespace

TEST_CASE("bernoulli: polynomials by the recurrence of the numbers") {
  for (int r = 0; r <= kMaxBernoulliDegree; ++r) {
    for (const double x : {0.0, 0.125, 0.3, 0.5, 0.71, 1.0, -0.4, 2.5}) {
      CAPTURE(r);
      CAPTURE(x);
      const double reach = std::pow(1 + std::fabs(x), 2 * r);  // bounds every term of both sums, up to 2^r
      CHECK(std::fabs(bernoulli_polynomial(r, x) - static_cast<double>(bernoulli_by_numbers(r, x))) <=
            32 * eps * reach);
    }
  }
  CHECK_THROWS_AS(bernoulli_polynomial(11, 0.5), std::invalid_argument);
  CHECK_THROWS_AS(bernoulli_polynomial(-1, 0.5), std::invalid_argument);
  CHECK_THROWS_AS(bernoulli_polynomial(2, std::nan("")), std::invalid_argument);
}

TEST_CASE("shift-invariant kernel and its derivatives: truncated Fourier sums") {
  using std::numbers::pi;
  for (int alpha = 1; alpha <= kMaxShiftInvariantAlpha; ++alpha) {
    for (int b = 0; b <= 2 * alpha - 2; ++b) {
      for (int c = 0; b + c <= 2 * alpha - 2; ++c) {
        const int r = 2 * alpha - b - c;
        const int terms = r == 2 ? 6000 : r == 3 ? 1500 : 300;
        const double size = std::pow(2 * pi, b + c);
        // Tail: 2 size sum_{h > H} h^-r <= 2 size H^(1-r) / (r - 1). Rounding: angles of up to 2 pi H eps.
        const double tolerance = 2 * size * std::pow(terms, 1 - r) / (r - 1) + 64 * eps * size * std::log(terms);
        for (const Word w : some_words()) {
          CAPTURE(alpha);
          CAPTURE(b);
          CAPTURE(c);
          CAPTURE(w);
          long double sum = 0;
          const auto x = static_cast<long double>(static_cast<std::int64_t>(w)) * 0x1p-64L;
          for (int h = terms; h >= 1; --h) {
            // (2 pi i h)^b (-2 pi i h)^c h^(-2 alpha) e^(2 pi i h x), and its conjugate for -h.
            const long double angle = 2 * std::numbers::pi_v<long double> * h * x;
            const int turns = (b - c + 400) % 4;
            const long double wave = turns == 0   ? std::cos(angle)
                                     : turns == 1 ? -std::sin(angle)
                                     : turns == 2 ? -std::cos(angle)
                                                  : std::sin(angle);
            sum += 2 * size * wave * std::pow(static_cast<long double>(h), -r);
          }
          CHECK(std::fabs(shift_invariant_derivative(alpha, b, c, w) - static_cast<double>(sum)) <= tolerance);
        }
      }
    }
  }
}

TEST_CASE("shift-invariant kernel: values at 0, parity to the last bit, the range of orders") {
  using std::numbers::pi;
  const double twice_zeta[] = {pi * pi / 3, std::pow(pi, 4) / 45, 2 * std::pow(pi, 6) / 945, std::pow(pi, 8) / 4725,
                               2 * std::pow(pi, 10) / 93555};
  for (int alpha = 1; alpha <= 5; ++alpha) {
    CHECK(std::fabs(shift_invariant_value(alpha, 0) / twice_zeta[alpha - 1] - 1) <= 16 * eps);
    for (const Word w : some_words()) {
      CHECK(shift_invariant_value(alpha, w) == shift_invariant_value(alpha, Word{0} - w));
      if (alpha >= 2) {
        const bool fixed = w == Word{0} - w;  // 0 and 1/2
        const double odd = shift_invariant_derivative(alpha, 1, 0, w);
        CHECK(odd == (fixed ? 0 : -shift_invariant_derivative(alpha, 1, 0, Word{0} - w)));
        CHECK(odd == -shift_invariant_derivative(alpha, 0, 1, w));
      }
    }
  }
  CHECK(std::fabs(shift_invariant_value(1, Word{1} << 63) + pi * pi / 6) <= 8 * eps);  // the minimum
  CHECK_THROWS_AS(shift_invariant_value(0, 1), std::invalid_argument);
  CHECK_THROWS_AS(shift_invariant_value(6, 1), std::invalid_argument);
  CHECK_THROWS_AS(shift_invariant_derivative(1, 1, 0, 1), std::invalid_argument);
  CHECK_THROWS_WITH_AS(shift_invariant_derivative(2, 2, 1, 1), "b + c: must be at most 2 alpha - 2 = 2; got 3",
                       std::invalid_argument);
  CHECK_THROWS_AS(shift_invariant_derivative(2, -1, 0, 1), std::invalid_argument);
  CHECK_THROWS_AS(shift_invariant_derivative(2, 2147483647, 2147483647, 1), std::invalid_argument);
}
