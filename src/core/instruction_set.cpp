#include <atomic>
#include <cstdlib>

#include <korobov/core/error.hpp>
#include <korobov/core/instruction_set.hpp>

namespace korobov {
namespace {

// The features Highway's AVX2 and AVX3 targets are compiled with.
bool has_avx2() noexcept {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
         __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("aes");
#else
  return false;
#endif
}

bool has_avx512() noexcept {
#if defined(__x86_64__)
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd");
#else
  return false;
#endif
}

InstructionSet widest() noexcept {
  InstructionSet set = InstructionSet::baseline;
  if (has_avx2()) set = InstructionSet::avx2;
  if (has_avx512()) set = InstructionSet::avx512;
  const char* asked = std::getenv("KOROBOV_ISA");
  if (asked == nullptr) return set;
  for (const auto narrower : {InstructionSet::baseline, InstructionSet::avx2}) {
    if (name(narrower) == asked && narrower < set) return narrower;
  }
  return set;
}

std::atomic<InstructionSet>& chosen() noexcept {
  static std::atomic<InstructionSet> set{widest()};
  return set;
}

}  // namespace

InstructionSet instruction_set() noexcept { return chosen().load(std::memory_order_relaxed); }

bool is_supported(InstructionSet set) noexcept {
  switch (set) {
    case InstructionSet::baseline:
      return true;
    case InstructionSet::avx2:
      return has_avx2();
    case InstructionSet::avx512:
      return has_avx512();
  }
  return false;
}

void set_instruction_set(InstructionSet set) {
  detail::require(is_supported(set), "instruction_set", "must be one the processor has", name(set));
  chosen().store(set, std::memory_order_relaxed);
}

std::string_view name(InstructionSet set) noexcept {
  switch (set) {
    case InstructionSet::baseline:
      return "baseline";
    case InstructionSet::avx2:
      return "avx2";
    case InstructionSet::avx512:
      return "avx512";
  }
  return "unknown";
}

}  // namespace korobov
