#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <set>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/generators/halton.hpp>

using namespace korobov;

namespace {

// The d-th prime, d = 1, 2, ..., by trial division.
Word prime(Index d) {
  Word p = 1;
  while (d > 0) {
    ++p;
    bool divisible = false;
    for (Word q = 2; q * q <= p && !divisible; ++q) divisible = p % q == 0;
    if (!divisible) --d;
  }
  return p;
}

// floor(64 / log2 b): the largest D with b^D - 1 <= 2^64 - 1, by division.
std::size_t places(Word b) {
  std::size_t count = 0;
  for (Word rest = ~Word{0}; rest >= b - 1; rest = (rest - (b - 1)) / b) ++count;
  return count;
}

// floor(2^64 x) of x = 0.y_0 y_1 ... in base b, a bit at a time: x is doubled, the bit is what is carried over the point.
Word word_of(std::vector<Word> y, Word b) {
  Word word = 0;
  for (int bit = 0; bit < 64; ++bit) {
    Word carry = 0;
    for (std::size_t r = y.size(); r-- > 0;) {
      const Word twice = 2 * y[r] + carry;
      carry = twice >= b ? 1 : 0;
      y[r] = twice - carry * b;
    }
    word = 2 * word + carry;
  }
  return word;
}

std::vector<Word> index_digits(Word i, Word b) {
  std::vector<Word> digits(places(b));
  for (Word& digit : digits) {
    digit = i % b;
    i /= b;
  }
  return digits;
}

}  // namespace

TEST_CASE("words are the truncated radical inverses in the first primes, near and far") {
  constexpr Index d = 30;
  const Halton points(d);
  for (const Index first : {Index{0}, Index{1000}, (Index{1} << 40) - 5, Index{9223372036854775000}}) {
    const auto words = points.integers({first, first + 700});
    for (Index j = 0; j < d; ++j) {
      const Word b = prime(j + 1);
      for (Index i = 0; i < 700; ++i) {
        CHECK(words[static_cast<std::size_t>(i * d + j)] == word_of(index_digits(static_cast<Word>(first + i), b), b));
      }
    }
  }
}
