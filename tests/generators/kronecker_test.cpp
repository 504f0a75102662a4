#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <boost/multiprecision/cpp_int.hpp>
#include <doctest/doctest.h>

#include <korobov/generators/kronecker.hpp>

#include "generators/families.hpp"

using namespace korobov;
using Big = boost::multiprecision::uint512_t;
using Real =
    boost::multiprecision::number<boost::multiprecision::cpp_bin_float<400, boost::multiprecision::digit_base_2>,
                                  boost::multiprecision::et_off>;

namespace {

// The first `count` primes, by trial division.
std::vector<int> primes(std::size_t count) {
  std::vector<int> found;
  for (int p = 2; found.size() < count; ++p) {
    bool prime = true;
    for (int q = 2; q * q <= p; ++q) prime = prime && p % q != 0;
    if (prime) found.push_back(p);
  }
  return found;
}

// The root above 1 of x^(d+1) = x + 1, by Newton's method from the right, 400 bits.
Real root_phi(int d) {
  Real x = 2;
  for (int step = 0; step < 60 + d; ++step) {
    const Real power = pow(x, d);
    x -= (power * x - x - 1) / ((d + 1) * power - 1);
  }
  return x;
}

constexpr Index kLargest = std::numeric_limits<Index>::max();

}  // namespace

TEST_CASE("Richtmyer's words are the integers w with (s 2^64 + w)^2 <= p 2^128 < (s 2^64 + w + 1)^2") {
  constexpr std::size_t d = 2000;
  const Kronecker points(static_cast<Index>(d));
  const auto p = primes(d);
  for (std::size_t j = 0; j < d; ++j) {
    const Big whole = static_cast<int>(std::sqrt(p[j]));
    const Big root = (whole << 64) + points.vector()[j];
    CHECK(root * root <= Big(p[j]) << 128);
    CHECK((root + 1) * (root + 1) > Big(p[j]) << 128);
  }
  CHECK(Kronecker(kKroneckerDimensions).vector()[kKroneckerDimensions - 1] ==  // p = 16290047, by Python's isqrt
        0x17D13EF1E86D277AU);
}

TEST_CASE("the R-sequence's words are those of powers of the root of x^(d+1) = x + 1") {
  for (const int d : {1, 2, 3, 4, 10, 64, 300}) {
    const auto vector = Kronecker(d, KroneckerVector::r_sequence);
    const Real phi = root_phi(d);
    for (int j = 0; j < d; ++j) {
      const Real scaled = ldexp(pow(phi, -(j + 1)), 64);
      CHECK(vector.vector()[static_cast<std::size_t>(j)] == scaled.convert_to<Word>());
    }
  }
  CHECK(Kronecker(1, KroneckerVector::r_sequence).vector()[0] == 0x9E3779B97F4A7C15U);  // floor(2^64 / golden ratio)
  // Roberts 2018: a = (0.75487766624669276, 0.56984029099805327) in two dimensions.
  const auto two = Kronecker(2, KroneckerVector::r_sequence).points({1, 2});
  CHECK(std::abs(two[0] - 0.75487766624669276) < 0x1p-52);
  CHECK(std::abs(two[1] - 0.56984029099805327) < 0x1p-52);
}

TEST_CASE("points are the multiples of the vector mod 1, at any index, and a shift adds one word per coordinate") {
  const Kronecker plain = test::own_kronecker(3);
  const Kronecker shifted = randomized(plain, Shift{}, Seed{3});
  const auto shift = shifted.integers({0, 1});
  const Big whole = Big(1) << 64;
  for (const Index first : {Index{0}, Index{1000003}, (Index{1} << 52) + 1, kLargest - 20}) {
    const auto words = plain.integers({first, first + 20});
    const auto moved = shifted.integers({first, first + 20});
    for (std::size_t t = 0; t < words.size(); ++t) {
      const Big product = (Big(first) + t / 3) * plain.vector()[t % 3];
      CHECK(words[t] == static_cast<Word>(product % whole));
      CHECK(moved[t] == words[t] + shift[t % 3]);
    }
  }
  CHECK(shift[0] != 0);
  CHECK(shifted.replicate(1).integers({0, 1}) != shift);
  CHECK(shift[0] == randomized(test::own_lattice(1, Order::natural), Shift{}, Seed{3}).integers({0, 1})[0]);
}

TEST_CASE("one dimension: at most three gaps between neighbours, one the sum of the others") {
  // The three-distance theorem (Sos 1957), for any a and n; exact in words.
  for (const Word a : {Kronecker(1).vector()[0], Kronecker(1, KroneckerVector::r_sequence).vector()[0], Word{12345}}) {
    for (const Index n : {Index{2}, Index{10}, Index{777}, Index{10000}}) {
      auto words = Kronecker(1, std::span<const Word>(&a, 1)).integers({0, n});
      std::sort(words.begin(), words.end());
      std::vector<Word> gaps;
      for (std::size_t i = 0; i < words.size(); ++i) gaps.push_back(words[(i + 1) % words.size()] - words[i]);
      std::sort(gaps.begin(), gaps.end());
      gaps.erase(std::unique(gaps.begin(), gaps.end()), gaps.end());
      CHECK(gaps.size() <= 3);
      if (gaps.size() == 3) CHECK(gaps[2] == gaps[0] + gaps[1]);
    }
  }
}

TEST_CASE("the golden ratio's sequence has star discrepancy below its bound") {
  // n D*_n <= 3 + (1 / log phi + K / log(K + 1)) log n, phi the golden ratio, partial quotients at most K, here 1:
  // Kuipers and Niederreiter, "Uniform Distribution of Sequences", 1974, chapter 2, theorem 3.4. Random points have
  // about 0.87 sqrt(n), past the bound from n = 3000.
  const double phi = (1 + std::sqrt(5.0)) / 2;
  for (const Index n : {Index{10}, Index{1000}, Index{100000}}) {
    auto x = Kronecker(1, KroneckerVector::r_sequence).points({0, n});
    std::sort(x.begin(), x.end());
    double discrepancy = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const auto below = static_cast<double>(i);
      discrepancy =
          std::max({discrepancy, (below + 1) - x[i] * static_cast<double>(n), x[i] * static_cast<double>(n) - below});
    }
    CHECK(discrepancy < 3 + (1 / std::log(phi) + 1 / std::log(2.0)) * std::log(static_cast<double>(n)));
  }
}

TEST_CASE("numbers and words, facts and descriptions") {
  const std::vector<double> numbers{0.5, 0.25, 0.0, std::sqrt(2.0) - 1};
  const Kronecker points(4, std::span<const double>(numbers));
  CHECK(points.vector()[0] == Word{1} << 63);
  CHECK(points.vector()[2] == 0);
  CHECK(points.points({0, 2})[7] == std::floor(std::ldexp(numbers[3], 53)) * 0x1p-53);
  CHECK(points.description() == "Kronecker(d=4, randomize=none, order=natural, vector=own)");
  CHECK(randomized(Kronecker(2, KroneckerVector::r_sequence), Shift{}, Seed{7}).description() ==
        "Kronecker(d=2, randomize=shift, seed=7, order=natural, vector=r_sequence)");
  CHECK(points.size_limit() == kLargest);
  CHECK(points.symmetry() == SymmetryKind::unstructured);
  CHECK_FALSE(points.has_fast_transform());
  CHECK(Kronecker(2).integers({0, 1}) == std::vector<Word>{0, 0});
}

TEST_CASE("bad vectors") {
  CHECK_THROWS_WITH_AS(Kronecker(0), "d: must be from 1 to 1048576; got 0", std::invalid_argument);
  CHECK_THROWS_AS(Kronecker(kKroneckerDimensions + 1), std::invalid_argument);
  const std::vector<Word> words{1, 2};
  CHECK_THROWS_WITH_AS(Kronecker(3, std::span<const Word>(words)), "d: must be at most the length 2 of vector; got 3",
                       std::invalid_argument);
  CHECK_THROWS_AS(Kronecker(0, std::span<const Word>(words)), std::invalid_argument);
  for (const double bad : {-0.1, 1.0, std::numeric_limits<double>::quiet_NaN()}) {
    const std::vector<double> numbers{0.5, bad};
    CHECK_THROWS_AS(Kronecker(2, std::span<const double>(numbers)), std::invalid_argument);
  }
}
