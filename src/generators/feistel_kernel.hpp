// Vector code of digit_permutation.hpp: one pass of the Feistel network over many digits.
#ifndef KOROBOV_SRC_GENERATORS_FEISTEL_KERNEL_HPP
#define KOROBOV_SRC_GENERATORS_FEISTEL_KERNEL_HPP

#include <span>

#include <korobov/core/types.hpp>

namespace korobov::detail {

// Digits are u + first * v, u < first, v < second.
struct FeistelNetwork {
  Word key = 0;
  std::uint32_t first = 0;  // at most 2^11
  std::uint32_t second = 0;
  std::uint32_t rounds = 0;
};

// Each digit, below first * second, becomes its image.
void feistel_pass(const FeistelNetwork& network, std::span<std::uint32_t> digits);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GENERATORS_FEISTEL_KERNEL_HPP
