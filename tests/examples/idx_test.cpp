// IDX arrays as the examples read them: one that is right, and every way of being wrong.
#include "idx.hpp"

#include <initializer_list>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

namespace {

std::string bytes(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values) text += static_cast<char>(value);
  return text;
}

}  // namespace

TEST_CASE("lengths are read from the highest byte, values row after row") {
  const auto array = example::parse_idx(bytes({0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 255}), 2, "f");
  CHECK(array.shape == std::vector<std::size_t>{2, 3});
  CHECK(array.values == std::vector<std::uint8_t>{1, 2, 3, 4, 5, 255});
  const auto labels = example::parse_idx(bytes({0, 0, 8, 1, 0, 0, 1, 0}) + std::string(256, '\7'), 1, "f");
  CHECK(labels.shape == std::vector<std::size_t>{256});
}

TEST_CASE("what is no such array is refused") {
  struct Malformed {
    std::string bytes, message;
  };
  const std::vector<Malformed> cases{
      {"", "f: expected an IDX header of 8 bytes"},
      {bytes({0, 0, 8, 1, 0, 0, 0}), "f: expected an IDX header of 8 bytes"},
      {bytes({1, 0, 8, 1, 0, 0, 0, 1, 7}), "f: expected an IDX file of unsigned bytes"},
      {bytes({0, 1, 8, 1, 0, 0, 0, 1, 7}), "f: expected an IDX file of unsigned bytes"},
      {bytes({0, 0, 13, 1, 0, 0, 0, 1, 7}), "f: expected an IDX file of unsigned bytes"},
      {bytes({0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 1, 7}), "f: expected 1 axes, got 2"},
      {bytes({0, 0, 8, 1, 0, 0, 0, 0}), "f: expected axes that are not empty"},
      {bytes({0, 0, 8, 1, 0, 0, 0, 2, 7}), "f: expected as many bytes as entries, got fewer"},
      {bytes({0, 0, 8, 1, 255, 255, 255, 255, 7}), "f: expected as many bytes as entries, got fewer"},
      {bytes({0, 0, 8, 1, 0, 0, 0, 1, 7, 7}), "f: expected 1 entries, got 2"},
  };
  for (const auto& wrong : cases) {
    CHECK_THROWS_WITH_AS(example::parse_idx(wrong.bytes, 1, "f"), wrong.message.c_str(), std::runtime_error);
  }
  // A product of lengths that would be 0 modulo 2^64.
  const std::string huge = bytes({0, 0, 8, 4, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0});
  CHECK_THROWS_WITH_AS(example::parse_idx(huge, 4, "f"), "f: expected as many bytes as entries, got fewer",
                       std::runtime_error);
}
