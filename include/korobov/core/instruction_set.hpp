// Which vector instructions run. One binary carries every set; the widest one the processor has is taken at start,
// unless the environment variable KOROBOV_ISA (baseline, avx2, avx512) asks for a narrower one; any other value, or a
// set the processor lacks, leaves the widest.
#pragma once

#include <string_view>

#include <korobov/core/types.hpp>

namespace korobov {

enum class InstructionSet { baseline, avx2, avx512 };  // on other processors than x86-64 there is only `baseline`

KOROBOV_API InstructionSet instruction_set() noexcept;
KOROBOV_API bool is_supported(InstructionSet set) noexcept;
// For tests and benchmarks; std::invalid_argument if the processor lacks it. Not while other threads compute.
KOROBOV_API void set_instruction_set(InstructionSet set);
KOROBOV_API std::string_view name(InstructionSet set) noexcept;

}  // namespace korobov
