// Digits and words in base b by other ways than the library's.
#pragma once

#include <numeric>
#include <string>
#include <vector>

#include <korobov/core/seed.hpp>

#include "generators/digit_permutation.hpp"

namespace korobov::test {

// floor(64 / log2 b): the largest D with b^D - 1 <= 2^64 - 1, by division.
inline std::size_t places(Word b) {
  std::size_t count = 0;
  for (Word rest = ~Word{0}; rest >= b - 1; rest = (rest - (b - 1)) / b) ++count;
  return count;
}

// floor(2^64 x) of x = 0.y_0 y_1 ... in base b, a bit at a time: x is doubled, the bit is what is carried over the
// point.
inline Word word_of(std::vector<Word> y, Word b) {
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

inline std::vector<Word> index_digits(Word i, Word b) {
  std::vector<Word> digits(places(b));
  for (Word& digit : digits) {
    digit = i % b;
    i /= b;
  }
  return digits;
}

// Word `place` of a stream, by the engine users have.
inline Word stream_word(Seed seed, Purpose purpose, std::uint32_t replicate, Index j, std::uint64_t place) {
  CounterEngine engine(seed, purpose, replicate, static_cast<std::uint64_t>(j));
  engine.discard(place);
  return engine();
}

// The integer part of word * b / 2^64, from halves of the word.
inline Word scaled(Word word, Word b) { return ((word >> 32) * b + ((word & 0xFFFFFFFFU) * b >> 32)) >> 32; }

// The scrambled digits as any_base.hpp defines them, one at a time. y (D): what the matrix gives, zeros from its
// `rows`-th digit on.
inline std::vector<Word> scrambled(std::vector<Word> y, std::size_t rows, Word b, const std::string& how, Seed seed,
                                   std::uint32_t replicate, Index j) {
  const std::size_t digits = y.size();
  if (how.starts_with("lms")) {
    std::vector<Word> product(digits, 0);
    for (std::size_t r = 0; r < digits; ++r) {
      for (std::size_t c = 0; c <= r && c < rows; ++c) {
        Word word = stream_word(seed, Purpose::base_b_scramble, replicate, j, 64 * r + c);
        while (r == c && std::gcd(1 + scaled(word, b - 1), b) != 1) word = detail::mixed(word);
        const Word entry = r == c ? 1 + scaled(word, b - 1) : scaled(word, b);
        product[r] = (product[r] + entry * y[c]) % b;
      }
    }
    y = product;
  }
  Word prefix = 0;
  std::vector<bool> fraction;  // of the last node whose own digit was not 0, its bits after the point
  for (std::size_t r = 0; r < digits; ++r) {
    const Word plain = y[r];
    const auto digit = static_cast<std::uint32_t>(plain);
    const auto base = static_cast<std::uint32_t>(b);
    if (how == "lms_shift" || how == "shift") {
      y[r] = (plain + scaled(stream_word(seed, Purpose::base_b_shift, replicate, j, r), b)) % b;
    } else if (how == "permutation" || how == "lms_permutation") {
      const Word key = stream_word(seed, Purpose::digit_permutation, replicate, j, r);
      y[r] = detail::DigitPermutation(base, key)(digit);
    } else if (how == "nus") {
      const Word first = stream_word(seed, Purpose::base_b_nested, replicate, j, 2 * r);
      const Word second = stream_word(seed, Purpose::base_b_nested, replicate, j, 2 * r + 1);
      const Word key = detail::mixed(detail::mixed(prefix + first) + second);
      if (prefix % b != 0 || r == 0) {
        fraction.clear();
        for (const Word before : {Word{1}, Word{2}}) {
          const Word word = detail::mixed(key - before * 0x9E3779B97F4A7C15U);
          for (int bit = 63; bit >= 0; --bit) fraction.push_back((word >> bit & 1U) != 0);
        }
      }
      Word image = 0;  // the integer part of b times the fraction, from its last bit on
      for (std::size_t bit = fraction.size(); bit-- > 0;) {
        image += fraction[bit] ? b : 0;
        fraction[bit] = image % 2 == 1;
        image /= 2;
      }
      y[r] = digit == 0 ? image : (image + 1 + detail::DigitPermutation(base - 1, key)(digit - 1)) % b;
      prefix = prefix * b + plain;
    }
  }
  return y;
}

}  // namespace korobov::test
