#include "generators/any_base_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "generators/any_base_kernel.cpp"
#include "core/dispatch.hpp"
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace korobov::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using Words = hn::ScalableTag<Word>;

// The powers of b that join digits to numbers.
struct Joints {
  explicit Joints(Word b) noexcept : base(b), pair(b * b), four(pair * pair), eight(four * four) {}
  Word base;
  Word pair;
  Word four;
  Word eight;
};

#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX2
using Bytes = hn::Repartition<std::uint8_t, Words>;
using Shorts = hn::Repartition<std::uint16_t, Words>;
using SignedShorts = hn::Repartition<std::int16_t, Words>;
using Integers = hn::Repartition<std::int32_t, Words>;
using Halves = hn::Repartition<std::uint32_t, Words>;
using Narrow = hn::Rebind<std::uint32_t, Words>;
using Vector = hn::Vec<Words>;

// Lower halves of the words of a times b, b < 2^32.
HWY_INLINE Vector multiply_low(Vector a, Vector b) {
  return hn::MulEven(hn::BitCast(Halves(), a), hn::BitCast(Halves(), b));
}

struct Product {
  Vector high;
  Vector low;
};

// The 128-bit product of each word and a constant, from 32-bit halves.
HWY_INLINE Product multiply(Vector a, Vector b) {
  const Words tag;
  const auto a_high = hn::ShiftRight<32>(a);
  const auto b_high = hn::ShiftRight<32>(b);
  const auto low_low = multiply_low(a, b);
  const auto low_high = multiply_low(a, b_high);
  const auto high_low = multiply_low(a_high, b);
  const auto high_high = multiply_low(a_high, b_high);
  const auto lower_half = hn::Set(tag, Word{0xFFFFFFFFU});
  const auto middle = hn::Add(hn::Add(hn::ShiftRight<32>(low_low), hn::And(low_high, lower_half)), high_low);
  return {hn::Add(hn::Add(high_high, hn::ShiftRight<32>(low_high)), hn::ShiftRight<32>(middle)),
          hn::Or(hn::ShiftLeft<32>(middle), hn::And(low_low, lower_half))};
}

// Base::word of each numerator.
HWY_INLINE Vector words_of(Vector numerators, Vector whole, Vector high, Vector low) {
  const Product first = multiply(numerators, high);
  const auto second = multiply(numerators, low).high;
  const auto carry = hn::VecFromMask(Words(), hn::Lt(hn::Add(first.low, second), second));  // -1 or 0
  return hn::Add(hn::Mul(numerators, whole), hn::Sub(first.high, carry));
}

// Eight digits below b, which must be less than 128, as the number they write.
HWY_INLINE Vector joined(Vector digits, const Joints& joints) {
  const Shorts shorts;
  const Integers integers;
  const auto two = hn::BitCast(shorts, digits);
  const auto first = hn::And(two, hn::Set(shorts, std::uint16_t{0xFF}));
  const auto pairs =
      hn::Add(hn::Mul(first, hn::Set(shorts, static_cast<std::uint16_t>(joints.base))), hn::ShiftRight<8>(two));
  auto none = hn::Zero(integers);
  const auto weights =
      hn::BitCast(SignedShorts(), hn::Set(Halves(), static_cast<std::uint32_t>(joints.pair | 1U << 16)));
  const auto fours = hn::BitCast(
      Words(), hn::ReorderWidenMulAccumulate(integers, hn::BitCast(SignedShorts(), pairs), weights, none, none));
  return hn::Add(multiply_low(fours, hn::Set(Words(), joints.four)), hn::ShiftRight<32>(fours));
}

void limbs_added(const Word* HWY_RESTRICT low, Index stride, const Word* HWY_RESTRICT high, std::size_t limbs,
                 const detail::Base& base, Index count, Word* HWY_RESTRICT out) {
  const Words tag;
  const Bytes bytes;
  const auto lanes = static_cast<Index>(hn::Lanes(tag));
  const Joints joints(base.value());
  const auto modulus = hn::Set(bytes, static_cast<std::uint8_t>(joints.base));
  const auto eight = hn::Set(tag, joints.eight);
  const auto whole = hn::Set(tag, base.scale().whole);
  const auto fraction_high = hn::Set(tag, base.scale().high);
  const auto fraction_low = hn::Set(tag, base.scale().low);
  for (Index t = 0; t < count; t += lanes) {
    auto numerators = hn::Zero(tag);
    for (std::size_t l = 0; l < limbs; ++l) {
      const Word* from = low + static_cast<Index>(l) * stride + t;
      const auto sum = hn::Add(hn::BitCast(bytes, hn::LoadU(tag, from)), hn::BitCast(bytes, hn::Set(tag, high[l])));
      const auto digits = hn::Min(sum, hn::Sub(sum, modulus));  // sum - b wraps above sum when sum < b
      numerators = hn::Add(hn::Mul(numerators, eight), joined(hn::BitCast(tag, digits), joints));
    }
    const auto result = words_of(numerators, whole, fraction_high, fraction_low);
    if (t + lanes <= count) {
      hn::StoreU(result, tag, out + t);
    } else {
      Word last[8];
      hn::StoreU(result, tag, last);
      for (Index k = 0; k < count - t; ++k) out[t + k] = last[k];
    }
  }
}

// Whole vectors of the two functions below; how many points.
Index scaled(const std::uint32_t* HWY_RESTRICT digits, Word weight, Word added, const detail::Base& base, Index count,
             Word* HWY_RESTRICT out) {
  const Words tag;
  const auto lanes = static_cast<Index>(hn::Lanes(tag));
  const auto whole = hn::Set(tag, base.scale().whole);
  const auto high = hn::Set(tag, base.scale().high);
  const auto low = hn::Set(tag, base.scale().low);
  Index t = 0;
  for (; t + lanes <= count; t += lanes) {
    const auto digit = hn::PromoteTo(tag, hn::LoadU(Narrow(), digits + t));
    const auto numerators = hn::Add(hn::Mul(digit, hn::Set(tag, weight)), hn::Set(tag, added));
    hn::StoreU(words_of(numerators, whole, high, low), tag, out + t);
  }
  return t;
}
Index joined_digits(const std::uint32_t* HWY_RESTRICT digits, Index stride, const detail::Base& base, Index count,
                    Word* HWY_RESTRICT out) {
  const Words tag;
  const auto lanes = static_cast<Index>(hn::Lanes(tag));
  const auto b = hn::Set(tag, Word{base.value()});
  const auto whole = hn::Set(tag, base.scale().whole);
  const auto high = hn::Set(tag, base.scale().high);
  const auto low = hn::Set(tag, base.scale().low);
  Index t = 0;
  for (; t + lanes <= count; t += lanes) {
    auto numerators = hn::Zero(tag);
    for (Index r = 0; r < base.digits(); ++r) {
      const auto digit = hn::PromoteTo(tag, hn::LoadU(Narrow(), digits + r * stride + t));
      numerators = hn::Add(hn::Mul(numerators, b), digit);
    }
    hn::StoreU(words_of(numerators, whole, high, low), tag, out + t);
  }
  return t;
}
#else
Index scaled(const std::uint32_t*, Word, Word, const detail::Base&, Index, Word*) { return 0; }
Index joined_digits(const std::uint32_t*, Index, const detail::Base&, Index, Word*) { return 0; }

// Eight digits in one word: no field of the sums and products reaches the next.
void limbs_added(const Word* low, Index stride, const Word* high, std::size_t limbs, const detail::Base& base,
                 Index count, Word* out) {
  const Joints joints(base.value());
  constexpr Word ones = 0x0101010101010101U;
  for (Index t = 0; t < count; ++t) {
    Word numerator = 0;
    for (std::size_t l = 0; l < limbs; ++l) {
      const Word sum = low[static_cast<Index>(l) * stride + t] + high[l];
      const Word above = ((sum + ones * (128 - joints.base)) >> 7) & ones;  // 1 where the sum is at least b
      const Word digits = sum - above * joints.base;
      const Word pairs = (digits & 0x00FF00FF00FF00FFU) * joints.base + ((digits >> 8) & 0x00FF00FF00FF00FFU);
      const Word fours = (pairs & 0x0000FFFF0000FFFFU) * joints.pair + ((pairs >> 16) & 0x0000FFFF0000FFFFU);
      numerator = numerator * joints.eight + (fours & 0xFFFFFFFFU) * joints.four + (fours >> 32);
    }
    out[t] = base.word(numerator);
  }
}
#endif
}  // namespace

void add_limbs(const Word* HWY_RESTRICT low, Index stride, const Word* HWY_RESTRICT high, std::size_t limbs,
               const detail::Base& base, Index count, Word* HWY_RESTRICT out) {
  limbs_added(low, stride, high, limbs, base, count, out);
}

void scale_digits(const std::uint32_t* HWY_RESTRICT digits, Word weight, Word added, const detail::Base& base,
                  Index count, Word* HWY_RESTRICT out) {
  for (Index t = scaled(digits, weight, added, base, count, out); t < count; ++t) {
    out[t] = base.word(digits[t] * weight + added);
  }
}

void join_digits(const std::uint32_t* HWY_RESTRICT digits, Index stride, const detail::Base& base, Index count,
                 Word* HWY_RESTRICT out) {
  for (Index t = joined_digits(digits, stride, base, count, out); t < count; ++t) {
    Word numerator = 0;
    for (Index r = 0; r < base.digits(); ++r) numerator = numerator * base.value() + digits[r * stride + t];
    out[t] = base.word(numerator);
  }
}

void add_parts(const Word* HWY_RESTRICT words, const Word* HWY_RESTRICT remainders, Index count, Word word, Word most,
               Word* HWY_RESTRICT out) {
  const Words tag;
  const auto lanes = static_cast<Index>(hn::Lanes(tag));
  const auto high = hn::Set(tag, word);
  const auto limit = hn::Set(tag, most);
  Index t = 0;
  for (; t + lanes <= count; t += lanes) {
    const auto carry = hn::VecFromMask(tag, hn::Gt(hn::LoadU(tag, remainders + t), limit));  // -1 or 0
    hn::StoreU(hn::Sub(hn::Add(hn::LoadU(tag, words + t), high), carry), tag, out + t);
  }
  for (; t < count; ++t) out[t] = words[t] + word + (remainders[t] > most ? 1 : 0);
}

void xor_parts(const Word* HWY_RESTRICT words, Index count, Word word, Word* HWY_RESTRICT out) {
  const Words tag;
  const auto lanes = static_cast<Index>(hn::Lanes(tag));
  const auto high = hn::Set(tag, word);
  Index t = 0;
  for (; t + lanes <= count; t += lanes) hn::StoreU(hn::Xor(hn::LoadU(tag, words + t), high), tag, out + t);
  for (; t < count; ++t) out[t] = words[t] ^ word;
}

}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace korobov::detail {
void add_parts(const Word* words, const Word* remainders, Index count, Word word, Word most, Word* out) {
  KOROBOV_DISPATCH(add_parts)(words, remainders, count, word, most, out);
}
void add_limbs(const Word* low, Index stride, const Word* high, std::size_t limbs, const Base& base, Index count,
               Word* out) {
  KOROBOV_DISPATCH(add_limbs)(low, stride, high, limbs, base, count, out);
}
void scale_digits(const std::uint32_t* digits, Word weight, Word added, const Base& base, Index count, Word* out) {
  KOROBOV_DISPATCH(scale_digits)(digits, weight, added, base, count, out);
}
void join_digits(const std::uint32_t* digits, Index stride, const Base& base, Index count, Word* out) {
  KOROBOV_DISPATCH(join_digits)(digits, stride, base, count, out);
}
void xor_parts(const Word* words, Index count, Word word, Word* out) {
  KOROBOV_DISPATCH(xor_parts)(words, count, word, out);
}
}  // namespace korobov::detail
#endif  // HWY_ONCE
