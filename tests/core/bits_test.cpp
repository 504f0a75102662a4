#include <doctest/doctest.h>

#include <korobov/core/bits.hpp>

using namespace korobov;

TEST_CASE("reverse_bits moves bit k to 63 - k") {
  for (int k = 0; k < 64; ++k) CHECK(reverse_bits(Word{1} << k) == Word{1} << (63 - k));
  CHECK(reverse_bits(0x123456789ABCDEF0U) == 0x0F7B3D591E6A2C48U);
}

TEST_CASE("gray_code changes one bit a step and is linear") {
  for (Word i = 0; i < 1000; ++i) {
    CHECK(std::has_single_bit(gray_code(i) ^ gray_code(i + 1)));
    CHECK(gray_code(i ^ 0xABCDU) == (gray_code(i) ^ gray_code(0xABCDU)));
  }
}

TEST_CASE("logarithms of integers are exact at the ends of the range") {
  CHECK(floor_log2(1) == 0);
  CHECK(floor_log2((Index{1} << 62) - 1) == 61);
  CHECK(floor_log2(Index{1} << 62) == 62);
  CHECK(ceil_log2(1) == 0);
  CHECK(ceil_log2((Index{1} << 62) + 1) == 63);
  CHECK(!is_power_of_two(0));
  CHECK(!is_power_of_two(-8));
  CHECK(is_power_of_two(Index{1} << 62));
}
