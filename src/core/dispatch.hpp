// Run-time choice between the vector sets one source file is compiled for (Highway's foreach_target, our own choice).
//
// In src/<layer>/<concept>.cpp:
//   #undef HWY_TARGET_INCLUDE
//   #define HWY_TARGET_INCLUDE "layer/concept.cpp"
//   #include "core/dispatch.hpp"              // before foreach_target: picks the targets
//   #include <hwy/foreach_target.h>
//   #include <hwy/highway.h>
//   HWY_BEFORE_NAMESPACE();
//   namespace korobov::HWY_NAMESPACE { void kernel(...) { ... } }
//   HWY_AFTER_NAMESPACE();
//   #if HWY_ONCE
//   namespace korobov { void public_function(...) { KOROBOV_DISPATCH(kernel)(...); } }
//   #endif
// Highway is used header-only: its own run-time dispatch, which needs its shared library, is not.
#ifndef KOROBOV_SRC_CORE_DISPATCH_HPP
#define KOROBOV_SRC_CORE_DISPATCH_HPP

#ifndef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL)
#endif

// Highway's own assertions call into its library, which is not linked.
#ifndef HWY_IS_DEBUG_BUILD
#define HWY_IS_DEBUG_BUILD 0
#endif

#include <hwy/detect_targets.h>

#include <korobov/core/instruction_set.hpp>

namespace korobov::detail {
template <class F>
F* choose([[maybe_unused]] F* baseline, [[maybe_unused]] F* avx2, [[maybe_unused]] F* avx512) noexcept {
  switch (instruction_set()) {
    case InstructionSet::avx512:
      return avx512;
    case InstructionSet::avx2:
      return avx2;
    case InstructionSet::baseline:
      break;
  }
  return baseline;
}
}  // namespace korobov::detail

#if HWY_ARCH_X86 && (HWY_TARGETS & HWY_AVX3) && (HWY_TARGETS & HWY_AVX2)
#define KOROBOV_DISPATCH(fn) ::korobov::detail::choose(&HWY_STATIC_DISPATCH(fn), &N_AVX2::fn, &N_AVX3::fn)
#else
#define KOROBOV_DISPATCH(fn) (&HWY_STATIC_DISPATCH(fn))
#endif

#endif  // KOROBOV_SRC_CORE_DISPATCH_HPP
