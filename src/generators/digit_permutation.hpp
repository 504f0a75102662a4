// Uniform random permutations of {0, ..., b-1} as functions of one 64-bit key, evaluated at single digits.
//
// The key, a random word w_0, is followed by w_n = mixed(key + n g): SplitMix64 (Steele, Lea, Flood, "Fast splittable
// pseudorandom number generators", OOPSLA 2014), g = 0x9E3779B97F4A7C15, mixed = Stafford's variant 13.
// - b <= 128: Fisher and Yates (Knuth, TAOCP volume 2, algorithm 3.4.2P): for k = b, ..., 2 the elements at positions
//   k - 1 and draw(k) change places; the image of a digit is where it ends. draw(k) takes the integer part of
//   k * (word / 2^64) and leaves the fractional part to the next draw; the next word is taken when the product of the
//   bounds drawn from this one would exceed 2^32. So the key alone decides for b <= 12, and the probabilities of two
//   permutations differ by a factor of at most 1 + 2^-31.
// - b > 128: a generalized Feistel network on pairs (u, v), u < ceil(sqrt b), v < ceil(b / ceil(sqrt b)) or, if both
//   are odd, one more (additions modulo odd sizes are even permutations), whose rounds t = 1, 2, ... add in turn
//   w_{2^32 t + v} to u and w_{2^32 t + u} to v, modulo their sizes (as the draws), walked along its cycle until the
//   result is below b (Black and Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002). 20 rounds, 12 for b >
//   4096: a pair of digits stays correlated through two rounds with probability about 2 / sqrt b, so through all with
//   about 4e-8 at most.
#ifndef KOROBOV_SRC_GENERATORS_DIGIT_PERMUTATION_HPP
#define KOROBOV_SRC_GENERATORS_DIGIT_PERMUTATION_HPP

#include <array>
#include <span>

#include <korobov/core/types.hpp>

namespace korobov::detail {

inline constexpr std::uint32_t kLargestShuffledBase = 128;
inline constexpr Word kSplitMixStep = 0x9E3779B97F4A7C15U;  // g

// Stafford's variant 13 of MurmurHash3's finalizer: a bijection of words.
constexpr Word mixed(Word w) noexcept {
  w = (w ^ (w >> 30)) * 0xBF58476D1CE4E5B9U;
  w = (w ^ (w >> 27)) * 0x94D049BB133111EBU;
  return w ^ (w >> 31);
}

class DigitPermutation {
 public:
  DigitPermutation(std::uint32_t base, Word key) noexcept : base_(base), key_(key) {}
  // The image of one digit: O(b) for b <= 128, O(1) above.
  std::uint32_t operator()(std::uint32_t digit) const noexcept;
  // Each digit becomes its image: O(b + size), above 128 by vector code.
  void permute(std::span<std::uint32_t> digits) const noexcept;
  // The images of digits first, first + 1, ...
  void images(std::uint32_t first, std::span<std::uint32_t> out) const noexcept;

 private:
  std::uint32_t base_;
  Word key_;
};

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GENERATORS_DIGIT_PERMUTATION_HPP
