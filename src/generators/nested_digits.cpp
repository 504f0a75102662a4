#include "generators/nested_digits.hpp"

#include <algorithm>
#include <array>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "generators/nested_digits.cpp"
#include "core/dispatch.hpp"
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

#include "generators/digit_permutation.hpp"

HWY_BEFORE_NAMESPACE();
namespace korobov::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using detail::kNestedGroup;
using detail::kSplitMixStep;
using detail::NestedDigits;

#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX2
using Tag = hn::ScalableTag<Word>;
using Halves = hn::Repartition<std::uint32_t, Tag>;
using Narrow = hn::Rebind<std::uint32_t, Tag>;
using Vector = hn::Vec<Tag>;

// The product of the lower halves.
HWY_INLINE Vector times(Vector a, Vector b) { return hn::MulEven(hn::BitCast(Halves(), a), hn::BitCast(Halves(), b)); }

// detail::mixed.
HWY_INLINE Vector mixed(Vector w) {
  w = hn::Mul(hn::Xor(w, hn::ShiftRight<30>(w)), hn::Set(Tag(), 0xBF58476D1CE4E5B9U));
  w = hn::Mul(hn::Xor(w, hn::ShiftRight<27>(w)), hn::Set(Tag(), 0x94D049BB133111EBU));
  return hn::Xor(w, hn::ShiftRight<31>(w));
}

// fraction := the fractional part of fraction k / 2^64; its integer part comes back. k < 2^32.
HWY_INLINE Vector integer_part(Vector& fraction, Vector k) {
  const auto low = times(fraction, k);
  const auto high = times(hn::ShiftRight<32>(fraction), k);
  fraction = hn::Add(hn::ShiftLeft<32>(high), low);
  return hn::ShiftRight<32>(hn::Add(high, hn::ShiftRight<32>(low)));
}

// Several vectors side by side: their chains of operations overlap.
constexpr std::size_t kSideBySide = HWY_TARGET == HWY_AVX3 ? 4 : 2;
using Vectors = Vector[kSideBySide];

// position := its image under the permutation of {0, ..., base-1} of key K, base <= 128, as DigitPermutation's.
HWY_INLINE void shuffled(std::uint32_t base, const Vectors& key, Vectors& position) {
  const Tag tag;
  Vectors fraction;
  for (std::size_t v = 0; v < kSideBySide; ++v) fraction[v] = key[v];
  Word bounds = 1;
  Word step = 0;
  for (Word k = base; k >= 2; --k) {
    bounds *= k;
    if (bounds > Word{1} << 32) {
      step += kSplitMixStep;
      for (std::size_t v = 0; v < kSideBySide; ++v) fraction[v] = mixed(hn::Add(key[v], hn::Set(tag, step)));
      bounds = k;
    }
    const auto bound = hn::Set(tag, k);
    const auto last = hn::Set(tag, k - 1);
    for (std::size_t v = 0; v < kSideBySide; ++v) {
      const auto other = integer_part(fraction[v], bound);
      const auto settled = hn::IfThenElse(hn::Eq(position[v], other), last, position[v]);
      position[v] = hn::IfThenElse(hn::Eq(position[v], last), other, settled);
    }
  }
}

// Component c of kSideBySide vectors of points at digits. used: from this place on all of them are 0.
HWY_INLINE void scramble_component(const NestedDigits& rule, std::size_t c, std::size_t used, std::size_t stride,
                                   std::uint32_t* HWY_RESTRICT digits) {
  const Tag tag;
  const Narrow narrow;
  const std::size_t lanes = hn::Lanes(tag);
  const auto zero = hn::Zero(tag);
  const auto one = hn::Set(tag, Word{1});
  const auto base = hn::Set(tag, Word{rule.base});
  Vectors prefix;
  Vectors high;
  Vectors low;
  Vectors is_fresh;  // not 0 where a fraction is to be drawn: after a digit > 0, and at the root
  for (std::size_t v = 0; v < kSideBySide; ++v) {
    prefix[v] = high[v] = low[v] = zero;
    is_fresh[v] = one;
  }
  for (std::size_t r = c; r < rule.digits; r += rule.alpha) {
    std::uint32_t* at = digits + r * stride;
    Vectors key;
    if (r < used + rule.alpha) {  // after the first place past those used all images are of one fraction
      const auto first_word = hn::Set(tag, rule.words[2 * r]);
      const auto second_word = hn::Set(tag, rule.words[2 * r + 1]);
      for (std::size_t v = 0; v < kSideBySide; ++v) {
        key[v] = mixed(hn::Add(mixed(hn::Add(prefix[v], first_word)), second_word));
        const auto fresh = hn::Ne(is_fresh[v], zero);
        high[v] = hn::IfThenElse(fresh, mixed(hn::Sub(key[v], hn::Set(tag, kSplitMixStep))), high[v]);
        low[v] = hn::IfThenElse(fresh, mixed(hn::Sub(key[v], hn::Set(tag, 2 * kSplitMixStep))), low[v]);
      }
    }
    Vectors image;  // of 0
    for (std::size_t v = 0; v < kSideBySide; ++v) {
      const auto carry = integer_part(low[v], base);
      image[v] = integer_part(high[v], base);
      high[v] = hn::Add(high[v], carry);
      image[v] = hn::Add(image[v], hn::IfThenElseZero(hn::Lt(high[v], carry), one));
    }
    if (r < used) {
      Vectors digit;
      Vectors position;
      for (std::size_t v = 0; v < kSideBySide; ++v) {
        digit[v] = hn::PromoteTo(tag, hn::LoadU(narrow, at + v * lanes));
        prefix[v] = hn::Add(hn::Mul(prefix[v], base), digit[v]);
        is_fresh[v] = digit[v];
        position[v] = hn::Sub(digit[v], one);
      }
      shuffled(rule.base - 1, key, position);
      for (std::size_t v = 0; v < kSideBySide; ++v) {
        const auto moved = hn::Add(hn::Add(image[v], one), position[v]);
        const auto reduced = hn::IfThenElse(hn::Lt(moved, base), moved, hn::Sub(moved, base));
        image[v] = hn::IfThenElse(hn::Eq(digit[v], zero), image[v], reduced);
      }
    }
    for (std::size_t v = 0; v < kSideBySide; ++v) {
      hn::StoreU(hn::TruncateTo(narrow, image[v]), narrow, at + v * lanes);
    }
  }
}

bool scramble_vectors(const NestedDigits& rule, std::size_t used, std::size_t stride, std::size_t count,
                      std::uint32_t* digits) {
  if (rule.base - 1 > detail::kLargestShuffledBase) return false;
  for (std::size_t t = 0; t < count; t += kSideBySide * hn::Lanes(Tag())) {
    for (std::size_t c = 0; c < rule.alpha; ++c) scramble_component(rule, c, used, stride, digits + t);
  }
  return true;
}
#else
bool scramble_vectors(const NestedDigits&, std::size_t, std::size_t, std::size_t, std::uint32_t*) { return false; }
#endif

}  // namespace

bool scramble_points(const NestedDigits& rule, std::size_t used, std::size_t stride, std::size_t count,
                     std::uint32_t* digits) {
  return scramble_vectors(rule, used, stride, count, digits);
}

}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace korobov::detail {
namespace {

__extension__ using Wide = unsigned __int128;

}  // namespace

void scramble_nested(const NestedDigits& rule, std::uint32_t* y) noexcept {
  const std::uint32_t b = rule.base;
  std::size_t used = rule.digits;
  while (used > 0 && y[used - 1] == 0) --used;
  for (std::size_t c = 0; c < rule.alpha; ++c) {
    Word prefix = 0;
    Word high = 0;
    Word low = 0;
    bool is_fresh = true;
    for (std::size_t r = c; r < rule.digits; r += rule.alpha) {
      const std::uint32_t digit = y[r];
      Word key = 0;
      if (is_fresh || digit != 0) key = mixed(mixed(prefix + rule.words[2 * r]) + rule.words[2 * r + 1]);
      if (is_fresh) {
        high = mixed(key - kSplitMixStep);
        low = mixed(key - 2 * kSplitMixStep);
      }
      const Wide lower = static_cast<Wide>(low) * b;
      const Wide upper = static_cast<Wide>(high) * b + static_cast<Word>(lower >> 64);
      low = static_cast<Word>(lower);
      high = static_cast<Word>(upper);
      const auto image = static_cast<std::uint32_t>(upper >> 64);
      is_fresh = digit != 0;
      prefix = prefix * b + digit;
      y[r] = digit == 0 ? image : (image + 1 + DigitPermutation(b - 1, key)(digit - 1)) % b;
    }
  }
}

void scramble_nested_points(const NestedDigits& rule, std::size_t used, std::size_t stride, std::size_t count,
                            std::uint32_t* digits) {
  if (KOROBOV_DISPATCH(scramble_points)(rule, used, stride, count, digits)) return;
  for (std::size_t t = 0; t < count; ++t) {
    std::array<std::uint32_t, 64> y{};
    for (std::size_t r = 0; r < used; ++r) y[r] = digits[r * stride + t];
    scramble_nested(rule, y.data());
    for (std::size_t r = 0; r < rule.digits; ++r) digits[r * stride + t] = y[r];
  }
}

}  // namespace korobov::detail
#endif  // HWY_ONCE
