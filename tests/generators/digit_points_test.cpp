// The digits that families in any base show: exact, before and after randomization.
#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/core/parallel.hpp>
#include <korobov/generators/digit_points.hpp>

#include "generators/any_base_oracle.hpp"
#include "generators/families.hpp"

using namespace korobov;

namespace {

std::vector<Word> part(const std::vector<std::uint32_t>& digits, std::size_t first, std::size_t count) {
  const auto from = digits.begin() + static_cast<std::ptrdiff_t>(first);
  return {from, from + static_cast<std::ptrdiff_t>(count)};
}

}  // namespace

TEST_CASE("digits of a Halton sequence are those of the index, at the smallest and largest bases, near and far") {
  constexpr Index d = 1230;  // to base 10007
  const Halton points(d);
  const auto bases = points.bases();
  CHECK(bases[0] == 2);
  CHECK(bases[1229] == 10007);
  REQUIRE(points.places() == 64);
  for (const Index i : {Index{0}, Index{1}, Index{1000002}, (Index{1} << 62) + 12345, Index{9223372036854775806}}) {
    const auto digits = points.digits({i, i + 1});
    for (const std::size_t j : std::initializer_list<std::size_t>{0, 1, 2, 53, 54, 1228, 1229}) {
      auto expected = test::index_digits(static_cast<Word>(i), bases[j]);
      expected.resize(64, 0);
      CHECK(part(digits, j * 64, 64) == expected);
    }
  }
}

TEST_CASE("digits after each randomization are the scrambled ones, and write the words") {
  const Seed seed{19};
  for (const auto& [how_value, randomization] : test::digit_randomizations()) {
    const auto& how = how_value;  // a lambda of clang 14 takes no structured binding
    CAPTURE(how);
    const DigitPoints set = randomized(Halton(60), randomization, seed).replicate(2);
    const auto bases = set.bases();
    for (const Index first : {Index{0}, Index{1} << 50}) {
      const auto digits = set.digits({first, first + 3});
      const auto words = set.integers({first, first + 3});
      for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 60; ++j) {
          const Word b = bases[j];
          const std::size_t places = test::places(b);
          const auto plain = test::index_digits(static_cast<Word>(first) + i, b);
          const auto expected = test::scrambled(plain, places, b, how, seed, 2, static_cast<Index>(j));
          const auto shown = part(digits, (i * 60 + j) * 64, places);
          CHECK(shown == expected);
          CHECK(test::word_of(shown, b) == words[i * 60 + j]);
        }
      }
    }
  }
}

TEST_CASE("numerators come back from words in every base, at both ends, also where b^D is 2^64") {
  std::vector<std::uint32_t> bases{65535, 65536, 65537, 104729, 1U << 21};
  for (std::uint32_t b = 2; b <= 300; ++b) bases.push_back(b);
  for (const std::uint32_t b : bases) {
    const Index digits = static_cast<Index>(test::places(b));
    // The identity and, as a shift does, all digits moved by one: strings of 0 and b - 1 among them.
    GeneratingMatrices matrices{1, digits, digits,
                                std::vector<std::uint32_t>(static_cast<std::size_t>(digits * digits))};
    for (Index r = 0; r < digits; ++r) matrices.digits[static_cast<std::size_t>(r * digits + r)] = b - 1;
    const DigitalNetAnyBase net(b, matrices);
    REQUIRE(net.places() == digits);
    for (const Index i : {Index{0}, Index{1}, Index{b} - 1, net.size_limit() / b - 1, net.size_limit() - 1}) {
      auto expected = test::index_digits(static_cast<Word>(i), b);
      for (Word& digit : expected) digit = digit * (b - 1) % b;
      CHECK(part(net.digits({i, i + 1}), 0, static_cast<std::size_t>(digits)) == expected);
      CHECK(net.integers({i, i + 1})[0] == test::word_of(expected, b));
    }
  }
}

TEST_CASE("digits do not depend on threads, and bad ranges and outputs are refused") {
  const int before = num_threads();
  const Halton points(5);
  set_num_threads(1);
  const auto one = points.digits({7, 30007});
  set_num_threads(3);
  CHECK(points.digits({7, 30007}) == one);
  set_num_threads(before);
  CHECK(points.digits({9, 9}).empty());
  CHECK_THROWS_AS(points.digits({9, 8}), std::invalid_argument);
  CHECK_THROWS_AS(points.digits({-1, 8}), std::invalid_argument);
  CHECK_THROWS_AS(points.digits({0, Index{1} << 60}), std::bad_alloc);
  std::vector<std::uint32_t> out(5 * 64 - 1);
  CHECK_THROWS_WITH_AS(points.fill_digits(std::vector<Word>(5), out),
                       "out: must have n d places = 320 elements; got 319", std::invalid_argument);
  CHECK_THROWS_WITH_AS(points.fill_digits(std::vector<Word>(6), out), "words: must have n d elements, d = 5; got 6",
                       std::invalid_argument);
  CHECK_THROWS_AS(points.DigitPoints::replicate(0), std::invalid_argument);
}
