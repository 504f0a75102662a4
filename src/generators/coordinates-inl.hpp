// Words to coordinates in vector registers: the values of coordinate<T>() in core/types.hpp, exactly.
// Included after highway.h, once per target (core/dispatch.hpp).
#if defined(KOROBOV_SRC_GENERATORS_COORDINATES_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef KOROBOV_SRC_GENERATORS_COORDINATES_INL_HPP
#undef KOROBOV_SRC_GENERATORS_COORDINATES_INL_HPP
#else
#define KOROBOV_SRC_GENERATORS_COORDINATES_INL_HPP
#endif

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <korobov/core/types.hpp>

HWY_BEFORE_NAMESPACE();
namespace korobov::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
using Words = hn::ScalableTag<Word>;
using WordVector = hn::Vec<Words>;

// kVectors vectors of words give one of T.
template <class T, Endpoint kEnd>
struct Converter;

template <Endpoint kEnd>
struct Converter<Word, kEnd> {
  using Tag = Words;
  static constexpr std::size_t kVectors = 1;
  static HWY_INLINE WordVector convert(WordVector w) { return w; }
};

template <Endpoint kEnd>
struct Converter<double, kEnd> {
  using Tag = hn::ScalableTag<double>;
  static constexpr std::size_t kVectors = 1;
  static HWY_INLINE hn::Vec<Tag> convert(WordVector w) {
    const Words du;
    const Tag df;
    const auto one = hn::Set(du, Word{0x3FF0000000000000U});  // the bits of 1.0
    if constexpr (kEnd == Endpoint::open) {
      // 1 + (w >> 12) 2^-52 less 1 - 2^-53: exact.
      return hn::Sub(hn::BitCast(df, hn::Or(hn::ShiftRight<12>(w), one)), hn::Set(df, 1.0 - 0x1p-53));
    } else {
#if HWY_TARGET == HWY_AVX3
      const hn::ScalableTag<std::int64_t> di;
      return hn::Mul(hn::ConvertTo(df, hn::BitCast(di, hn::ShiftRight<11>(w))), hn::Set(df, 0x1p-53));
#else
      // 1 + (w >> 12) 2^-52 less 1 - (bit 11) 2^-53, whose bits are those of 1.0 less bit 11: exact.
      const auto last = hn::And(hn::ShiftRight<11>(w), hn::Set(du, Word{1}));
      return hn::Sub(hn::BitCast(df, hn::Or(hn::ShiftRight<12>(w), one)), hn::BitCast(df, hn::Sub(one, last)));
#endif
    }
  }
};

template <Endpoint kEnd>
struct Converter<float, kEnd> {
  using Tag = hn::ScalableTag<float>;
#if HWY_TARGET == HWY_SCALAR
  static constexpr std::size_t kVectors = 1;
  static HWY_INLINE hn::Vec<Tag> convert(WordVector w) {
    return hn::Set(Tag(), coordinate<float>(hn::GetLane(w), kEnd));
  }
#else
  static constexpr std::size_t kVectors = 2;  // of words for one of floats
  static HWY_INLINE hn::Vec<Tag> convert(WordVector low, WordVector high) {
    const Tag df;
    const hn::ScalableTag<std::uint32_t> du;
    const auto w = hn::ConcatOdd(du, hn::BitCast(du, high), hn::BitCast(du, low));  // the words' upper halves
    if constexpr (kEnd == Endpoint::open) {
      const auto one = hn::Set(du, std::uint32_t{0x3F800000U});
      return hn::Sub(hn::BitCast(df, hn::Or(hn::ShiftRight<9>(w), one)), hn::Set(df, 1.0F - 0x1p-24F));
    } else {
      const hn::ScalableTag<std::int32_t> di;
      return hn::Mul(hn::ConvertTo(df, hn::BitCast(di, hn::ShiftRight<8>(w))), hn::Set(df, 0x1p-24F));
    }
  }
#endif
};

}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // KOROBOV_SRC_GENERATORS_COORDINATES_INL_HPP
