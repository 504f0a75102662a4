#include "generators/digit_permutation.hpp"

#include <cmath>
#include <numeric>
#include <utility>

namespace korobov::detail {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr Word kStep = 0x9E3779B97F4A7C15U;
constexpr std::uint32_t kFewRoundsAbove = 4096;

// Uniform integers below falling bounds k, several from one word.
class Draws {
 public:
  explicit Draws(Word key) noexcept : word_(key), fraction_(key) {}
  std::uint32_t below(std::uint32_t k) noexcept {
    bounds_ *= k;
    if (bounds_ > Word{1} << 32) {
      word_ += kStep;
      fraction_ = mixed(word_);
      bounds_ = k;
    }
    const Wide product = static_cast<Wide>(fraction_) * k;
    fraction_ = static_cast<Word>(product);
    return static_cast<std::uint32_t>(product >> 64);
  }

 private:
  Word word_;
  Word fraction_;
  Word bounds_ = 1;
};

class Feistel {
 public:
  Feistel(std::uint32_t base, Word key) noexcept
      : base_(base), key_(key), first_(static_cast<std::uint32_t>(std::sqrt(base - 1U)) + 1) {
    second_ = (base + first_ - 1) / first_;
    rounds_ = base > kFewRoundsAbove ? 12 : 20;
  }
  std::uint32_t operator()(std::uint32_t digit) const noexcept {
    do digit = once(digit);
    while (digit >= base_);
    return digit;
  }

 private:
  std::uint32_t below(std::uint32_t size, Word round, std::uint32_t half) const noexcept {
    const Word word = mixed(key_ + (round << 32 | half) * kStep);
    return static_cast<std::uint32_t>((static_cast<Wide>(word) * size) >> 64);
  }
  std::uint32_t once(std::uint32_t digit) const noexcept {
    std::uint32_t u = digit % first_;
    std::uint32_t v = digit / first_;
    for (Word round = 1; round < rounds_; round += 2) {
      u += below(first_, round, v);
      if (u >= first_) u -= first_;
      v += below(second_, round + 1, u);
      if (v >= second_) v -= second_;
    }
    return u + first_ * v;
  }

  std::uint32_t base_;
  Word key_;
  std::uint32_t first_;  // ceil(sqrt b); the root of an integer below 2^32 is never rounded up to an integer
  std::uint32_t second_ = 0;
  Word rounds_ = 0;
};

}  // namespace

std::uint32_t DigitPermutation::operator()(std::uint32_t digit) const noexcept {
  if (base_ > kLargestShuffledBase) return Feistel(base_, key_)(digit);
  Draws draws(key_);
  std::uint32_t position = digit;
  for (std::uint32_t k = base_; k >= 2; --k) {
    const std::uint32_t other = draws.below(k);
    if (position == k - 1) {
      position = other;
    } else if (position == other) {
      return k - 1;
    }
  }
  return position;
}

void DigitPermutation::images(std::uint32_t first, std::span<std::uint32_t> out) const noexcept {
  if (base_ > kLargestShuffledBase) {
    const Feistel permutation(base_, key_);
    for (std::uint32_t& image : out) image = permutation(first++);
    return;
  }
  std::array<std::uint32_t, kLargestShuffledBase> at{};  // the digit at each position
  std::iota(at.begin(), at.end(), 0U);
  Draws draws(key_);
  for (std::uint32_t k = base_; k >= 2; --k) std::swap(at[k - 1], at[draws.below(k)]);
  for (std::uint32_t position = 0; position < base_; ++position) {
    const std::uint32_t digit = at[position];
    if (digit >= first && digit - first < out.size()) out[digit - first] = position;
  }
}

}  // namespace korobov::detail
