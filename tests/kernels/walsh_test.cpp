#include <bit>
#include <cmath>
#include <limits>
#include <stdexcept>

#include <doctest/doctest.h>

#include <korobov/core/bits.hpp>
#include <korobov/kernels/walsh.hpp>

#include "kernels/kernels.hpp"
#include "kernels/walsh_sums.hpp"

using namespace korobov;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

// wal_k(x) = (-1)^(sum of k's digit a times x's digit a + 1).
int walsh(Word k, Word x) { return std::popcount(reverse_bits(k) & x) % 2 == 0 ? 1 : -1; }

// The sum of the alpha highest positions of 1-bits, counted from 1.
int mu(int alpha, Word k) {
  int sum = 0;
  for (int i = 0; i < alpha && k != 0; ++i) {
    const auto position = static_cast<int>(std::bit_width(k));
    sum += position;
    k ^= Word{1} << (position - 1);
  }
  return sum;
}

}  // namespace

TEST_CASE("digitally shift-invariant kernels: truncated Walsh sums") {
  constexpr int kBits = 13;
  for (const int alpha : {2, 3, 4, 5, 6, 7}) {
    // Tail: the k with highest 1-bit at place a weigh 2^-a times the sum of 2^-mu_{alpha-1} over k' < 2^(a-1), which is
    // 1 + (a - 1)/2 for alpha = 2 and below 5/2 for alpha > 2; summed over a > M: 2^-M (M/2 + 3/2) at most, 2^-M 5/2.
    const double tail = std::ldexp(alpha == 2 ? kBits / 2.0 + 1.5 : 2.5, -kBits);
    for (const Word w : some_words()) {
      double sum = 0;
      for (Word k = (Word{1} << kBits) - 1; k >= 1; --k) sum += std::ldexp(walsh(k, w), -mu(alpha, k));
      CAPTURE(alpha);
      CAPTURE(w);
      CHECK(std::fabs(walsh_value(alpha, w) - sum) <= tail + 8 * kBits * eps);
    }
  }
}

TEST_CASE("digitally shift-invariant kernels: closed forms are the sums over digits, to rounding") {
  for (const int alpha : {2, 3, 4}) {
    for (const Word w : some_words()) {
      CAPTURE(alpha);
      CAPTURE(w);
      CHECK(std::fabs(walsh_value(alpha, w) - detail::walsh_by_digits(alpha, w)) <= 32 * eps);
    }
  }
  for (const Word w : random_words(2000, Seed{3})) {
    for (const int alpha : {2, 3, 4}) {
      CHECK(std::fabs(walsh_value(alpha, w) - detail::walsh_by_digits(alpha, w)) <= 32 * eps);
    }
  }
}

TEST_CASE("digitally shift-invariant kernels: published values at 0, the first order, the limit") {
  const double at_zero[] = {2, 5.0 / 2, 43.0 / 18, 701.0 / 294, 22531.0 / 9450, 288697.0 / 121086};
  for (int alpha = 1; alpha <= 6; ++alpha) {
    CHECK(std::fabs(walsh_value(alpha, 0) - (at_zero[alpha - 1] - 1)) <= 8 * eps);
  }
  for (const Word w : some_words()) {
    CHECK(std::fabs(2 * walsh_value(1, w) - leading_digit_value(1.0, w)) <= 8 * eps);
    CHECK(std::fabs(walsh_value(12, w) - walsh_value(32, w)) <= 16 * eps);
  }
  CHECK_THROWS_AS(walsh_value(0, 1), std::invalid_argument);
  CHECK_THROWS_AS(walsh_value(33, 1), std::invalid_argument);
}

TEST_CASE("leading digit's kernel: Walsh sums, exact once they reach past the leading digit") {
  constexpr int kBits = 13;
  for (const double alpha : {0.1, 0.5, 1.0, 1.5, 3.0}) {
    for (const Word w : some_words()) {
      CAPTURE(alpha);
      CAPTURE(w);
      double sum = 0;
      for (Word k = (Word{1} << kBits) - 1; k >= 1; --k) {
        sum += walsh(k, w) * std::exp2(-(alpha + 1) * (static_cast<double>(std::bit_width(k)) - 1));
      }
      // Blocks [2^l, 2^(l+1)) cancel beyond the leading digit, and weigh at most 2^(-alpha l) before it.
      const double tail = std::countl_zero(w) < kBits ? 0 : 2 * std::exp2(-alpha * kBits) / (1 - std::exp2(-alpha));
      CHECK(std::fabs(leading_digit_value(alpha, w) - sum) <= tail + (1 << kBits) * eps);
    }
  }
}

TEST_CASE("leading digit's kernel: derivative in alpha, range of alpha") {
  const auto value = [](long double alpha, int zeros) {
    const long double nu = 1 / (1 - std::exp2(-alpha));
    return zeros == 64 ? nu : nu - (nu + 1) * std::exp2(-alpha * static_cast<long double>(zeros));
  };
  for (const double alpha : {0.25, 1.0, 1.5, 4.0}) {
    for (const int zeros : {0, 1, 2, 7, 20, 63, 64}) {
      const auto slope = [&](long double h) { return (value(alpha + h, zeros) - value(alpha - h, zeros)) / (2 * h); };
      const auto expected = static_cast<double>((4 * slope(1e-4L) - slope(2e-4L)) / 3);
      CAPTURE(alpha);
      CAPTURE(zeros);
      CHECK(std::fabs(detail::leading_digit_slope(alpha, zeros) - expected) <= 1e-11 * (1 + std::fabs(expected)));
      CHECK(std::fabs(detail::leading_digit_at(alpha, zeros) - static_cast<double>(value(alpha, zeros))) <=
            64 * eps / alpha);
    }
  }
  for (const double alpha : {0.0, -1.0, 64.5, std::nan("")}) {
    CHECK_THROWS_AS(leading_digit_value(alpha, 1), std::invalid_argument);
  }
}
