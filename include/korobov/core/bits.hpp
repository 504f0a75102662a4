// Integer bit manipulation for radical inverses, Gray codes and digital nets. Never through floating point.
#pragma once

#include <bit>

#include <korobov/core/types.hpp>

namespace korobov {

// Bit k becomes bit 63 - k: the base-2 radical inverse of i, as a Word.
constexpr Word reverse_bits(Word w) noexcept {
  w = ((w >> 1) & 0x5555555555555555U) | ((w & 0x5555555555555555U) << 1);
  w = ((w >> 2) & 0x3333333333333333U) | ((w & 0x3333333333333333U) << 2);
  w = ((w >> 4) & 0x0F0F0F0F0F0F0F0FU) | ((w & 0x0F0F0F0F0F0F0F0FU) << 4);
  w = ((w >> 8) & 0x00FF00FF00FF00FFU) | ((w & 0x00FF00FF00FF00FFU) << 8);
  w = ((w >> 16) & 0x0000FFFF0000FFFFU) | ((w & 0x0000FFFF0000FFFFU) << 16);
  return (w >> 32) | (w << 32);
}

// The reflected binary code; consecutive codes differ in one bit. Linear over F2: gray(a ^ b) = gray(a) ^ gray(b).
constexpr Word gray_code(Word i) noexcept { return i ^ (i >> 1); }

constexpr bool is_power_of_two(Index n) noexcept { return n > 0 && std::has_single_bit(static_cast<Word>(n)); }

// floor(log2 n) for n >= 1.
constexpr int floor_log2(Index n) noexcept { return static_cast<int>(std::bit_width(static_cast<Word>(n))) - 1; }

// The least m with 2^m >= n, for n >= 1.
constexpr int ceil_log2(Index n) noexcept { return static_cast<int>(std::bit_width(static_cast<Word>(n) - 1)); }

}  // namespace korobov
