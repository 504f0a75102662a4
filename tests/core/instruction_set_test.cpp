#include <stdexcept>

#include <doctest/doctest.h>

#include <korobov/core/instruction_set.hpp>

using namespace korobov;

TEST_CASE("an instruction set can be forced and restored") {
  const auto before = instruction_set();
  CHECK(is_supported(before));
  set_instruction_set(InstructionSet::baseline);
  CHECK(instruction_set() == InstructionSet::baseline);
  set_instruction_set(before);
  if (!is_supported(InstructionSet::avx512)) {
    CHECK_THROWS_AS(set_instruction_set(InstructionSet::avx512), std::invalid_argument);
  }
}
