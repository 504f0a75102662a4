// Digit interlacing (Dick 2008): digit tau of the result (0 = most significant) is digit floor(tau / alpha) of
// component tau mod alpha. Linear over F2: interlacing the columns of alpha matrices interlaces their points.
#ifndef KOROBOV_SRC_GENERATORS_INTERLACE_HPP
#define KOROBOV_SRC_GENERATORS_INTERLACE_HPP

#include <korobov/core/types.hpp>

namespace korobov::detail {

inline constexpr int kMostInterlaced = 5;

// Groups of s digits that begin at digits 0, alpha s, 2 alpha s, ...
constexpr Word spread_mask(int alpha, int s) noexcept {
  Word mask = 0;
  for (int tau = 0; tau < 64; ++tau) {
    if (tau % (alpha * s) < s) mask |= Word{1} << (63 - tau);
  }
  return mask;
}

// One step of spread: the second half of each group of 2 kGroup digits goes kGroup (kAlpha - 1) places down.
template <int kAlpha, int kGroup>
constexpr Word parted(Word w) noexcept {
  constexpr int places = kGroup * (kAlpha - 1);
  if constexpr (places < 64) w |= w >> places;
  return w & spread_mask(kAlpha, kGroup);
}

// Digit t of w becomes digit kAlpha t, for every kAlpha t < 64; the other digits are 0.
template <int kAlpha>
constexpr Word spread(Word w) noexcept {
  static_assert(kAlpha >= 1 && kAlpha <= kMostInterlaced);
  if constexpr (kAlpha > 1) {
    w &= ~Word{0} << (64 - (63 + kAlpha) / kAlpha);
    w = parted<kAlpha, 16>(w);
    w = parted<kAlpha, 8>(w);
    w = parted<kAlpha, 4>(w);
    w = parted<kAlpha, 2>(w);
    w = parted<kAlpha, 1>(w);
  }
  return w;
}

// Interlaces kAlpha words.
template <int kAlpha>
constexpr Word interlaced(const Word* components) noexcept {
  Word w = 0;
  for (int c = 0; c < kAlpha; ++c) w |= spread<kAlpha>(components[c]) >> c;
  return w;
}

// Component c of an interlaced word: the digits it was given, those it was not are 0.
constexpr Word component(Word w, int alpha, int c) noexcept {
  Word result = 0;
  for (int tau = c, t = 0; tau < 64; tau += alpha, ++t) result |= ((w >> (63 - tau)) & 1U) << (63 - t);
  return result;
}

// out[j] = the interlaced components[j alpha .. j alpha + alpha - 1], j < count, 1 <= alpha <= 5.
inline void interlace(int alpha, const Word* components, Index count, Word* out) noexcept {
  const auto each = [&]<int kAlpha>() {
    for (Index j = 0; j < count; ++j) out[j] = interlaced<kAlpha>(components + j * kAlpha);
  };
  switch (alpha) {
    case 2:
      return each.operator()<2>();
    case 3:
      return each.operator()<3>();
    case 4:
      return each.operator()<4>();
    case 5:
      return each.operator()<5>();
    default:
      return each.operator()<1>();
  }
}

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GENERATORS_INTERLACE_HPP
