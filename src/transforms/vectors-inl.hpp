// Vectors of the widest kind the current target has, as the compilers' vector extensions: +, -, * act on lanes, and a
// product and a sum in one expression become one fused instruction where the target has it. Included once per target
// (see core/dispatch.hpp), after highway.h, which sets the target's compile options.
#if defined(KOROBOV_TRANSFORMS_VECTORS_TOGGLE) == defined(HWY_TARGET_TOGGLE)
#ifdef KOROBOV_TRANSFORMS_VECTORS_TOGGLE
#undef KOROBOV_TRANSFORMS_VECTORS_TOGGLE
#else
#define KOROBOV_TRANSFORMS_VECTORS_TOGGLE
#endif

#include <cstddef>
#include <utility>

#include <korobov/core/types.hpp>

#undef KOROBOV_INLINE
#define KOROBOV_INLINE inline __attribute__((always_inline))
#undef KOROBOV_VECTOR_BYTES
#undef KOROBOV_MANY_REGISTERS
#if HWY_TARGET == HWY_AVX3
#define KOROBOV_VECTOR_BYTES 64
#define KOROBOV_MANY_REGISTERS 1  // 32 vector registers
#elif HWY_TARGET == HWY_AVX2
#define KOROBOV_VECTOR_BYTES 32
#define KOROBOV_MANY_REGISTERS 0  // 16
#else
#define KOROBOV_VECTOR_BYTES 16
#define KOROBOV_MANY_REGISTERS HWY_ARCH_ARM_A64
#endif

HWY_BEFORE_NAMESPACE();
namespace korobov::HWY_NAMESPACE {
namespace {

template <class T>
struct VectorOf {
  typedef T Type __attribute__((vector_size(KOROBOV_VECTOR_BYTES)));  // NOLINT(modernize-use-using): takes attributes
};
template <class T>
using Vector = typename VectorOf<T>::Type;
template <class T>
inline constexpr Index kLanes = KOROBOV_VECTOR_BYTES / static_cast<Index>(sizeof(T));

template <class T>
KOROBOV_INLINE Vector<T> load(const T* from) {
  Vector<T> v;
  __builtin_memcpy(&v, from, sizeof(v));
  return v;
}

template <class T>
KOROBOV_INLINE void store(T* to, Vector<T> v) {
  __builtin_memcpy(to, &v, sizeof(v));
}

// Lane i of the result is lane index(i) of a followed by b.
template <class T, class F, std::size_t... I>
KOROBOV_INLINE Vector<T> select_lanes(Vector<T> a, Vector<T> b, F, std::index_sequence<I...>) {
  return __builtin_shufflevector(a, b, F{}(static_cast<int>(I))...);
}
template <class T, class F>
KOROBOV_INLINE Vector<T> select_lanes(Vector<T> a, Vector<T> b, F index) {
  return select_lanes<T>(a, b, index, std::make_index_sequence<static_cast<std::size_t>(kLanes<T>)>{});
}

template <class T, int kDistance>
KOROBOV_INLINE Vector<T> swap_lanes(Vector<T> v) {
  return select_lanes<T>(
      v, v, [](int i) constexpr { return i ^ kDistance; });
}

// Lane i is low where bit kDistance of i is clear, high where it is set.
template <class T, int kDistance>
KOROBOV_INLINE Vector<T> by_lane_bit(T low, T high) {
  Vector<T> v;
  for (int i = 0; i < kLanes<T>; ++i) v[i] = (i & kDistance) == 0 ? low : high;
  return v;
}

}  // namespace
}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
