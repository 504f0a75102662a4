// Runs a test body under every instruction set the processor has.
#pragma once

#include <string>

#include <doctest/doctest.h>

#include <korobov/core/instruction_set.hpp>

template <class Body>
void for_each_instruction_set(const Body& body) {
  const auto before = korobov::instruction_set();
  for (const auto set :
       {korobov::InstructionSet::baseline, korobov::InstructionSet::avx2, korobov::InstructionSet::avx512}) {
    if (!korobov::is_supported(set)) continue;
    korobov::set_instruction_set(set);
    INFO("instruction set ", std::string(korobov::name(set)));
    body();
  }
  korobov::set_instruction_set(before);
}
