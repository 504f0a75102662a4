#include "generators/digit_permutation.hpp"

#include <cmath>
#include <numeric>
#include <utility>

#include "generators/feistel_kernel.hpp"

namespace korobov::detail {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::uint32_t kFewRoundsAbove = 4096;

// Uniform integers below falling bounds k, several from one word.
class Draws {
 public:
  explicit Draws(Word key) noexcept : word_(key), fraction_(key) {}
  std::uint32_t below(std::uint32_t k) noexcept {
    bounds_ *= k;
    if (bounds_ > Word{1} << 32) {
      word_ += kSplitMixStep;
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

FeistelNetwork network_of(std::uint32_t base, Word key) noexcept {
  // ceil(sqrt b): the root of an integer below 2^32 is never rounded up to an integer.
  const auto first = static_cast<std::uint32_t>(std::sqrt(base - 1U)) + 1;
  std::uint32_t second = (base + first - 1) / first;
  second += first & second & 1U;
  return {key, first, second, base > kFewRoundsAbove ? 12U : 20U};
}

}  // namespace

std::uint32_t DigitPermutation::operator()(std::uint32_t digit) const noexcept {
  if (base_ > kLargestShuffledBase) {
    permute({&digit, 1});
    return digit;
  }
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

void DigitPermutation::permute(std::span<std::uint32_t> digits) const noexcept {
  if (base_ > kLargestShuffledBase) {
    const FeistelNetwork network = network_of(base_, key_);
    feistel_pass(network, digits);
    for (std::uint32_t& digit : digits) {
      while (digit >= base_) feistel_pass(network, {&digit, 1});
    }
    return;
  }
  std::array<std::uint32_t, kLargestShuffledBase> at{};  // the digit at each position
  std::iota(at.begin(), at.end(), 0U);
  Draws draws(key_);
  for (std::uint32_t k = base_; k >= 2; --k) std::swap(at[k - 1], at[draws.below(k)]);
  std::array<std::uint32_t, kLargestShuffledBase> position{};
  for (std::uint32_t p = 0; p < base_; ++p) position[at[p]] = p;
  for (std::uint32_t& digit : digits) digit = position[digit];
}

void DigitPermutation::images(std::uint32_t first, std::span<std::uint32_t> out) const noexcept {
  std::iota(out.begin(), out.end(), first);
  permute(out);
}

}  // namespace korobov::detail
