#include "generators/keyed_permutation.hpp"

#include <bit>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "generators/keyed_permutation.cpp"
#include "core/dispatch.hpp"
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

#ifndef KOROBOV_KEYED_PERMUTATION_CONSTANTS
#define KOROBOV_KEYED_PERMUTATION_CONSTANTS
namespace korobov::detail {
// Multipliers of Philox4x32 (Salmon, Moraes, Dror, Shaw 2011, table 2), chosen there for how they mix.
inline constexpr Word kFirstMultiplier = 0xD2511F53U;
inline constexpr Word kSecondMultiplier = 0xCD9E8D57U;
inline constexpr Word kLow = 0xFFFFFFFFU;
__extension__ using Wide = unsigned __int128;

// Division by an invariant n < 2^63: Moller and Granlund 2011, algorithm 4, n shifted so that its first bit is 1.
struct Divisor {
  explicit Divisor(Word n) noexcept
      : shift(std::countl_zero(n)), value(n << shift), inverse(static_cast<Word>(~Wide{0} / value)) {}
  int shift;
  Word value;
  Word inverse;  // floor((2^128 - 1) / value) - 2^64
};
}  // namespace korobov::detail
#endif

HWY_BEFORE_NAMESPACE();
namespace korobov::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX2
using Tag = hn::ScalableTag<Word>;
using HalfTag = hn::ScalableTag<std::uint32_t>;
using SignedTag = hn::ScalableTag<std::int64_t>;
using Vector = hn::Vec<Tag>;

// The product of the low halves of each lane.
HWY_INLINE Vector multiply(Vector x, Vector y) {
  const HalfTag half;
  return hn::MulEven(hn::BitCast(half, x), hn::BitCast(half, y));
}

// Lanes of x + y < 2 modulus < 2^33, less the modulus where they reach it.
HWY_INLINE Vector add_mod(Vector x, Vector y, Vector modulus) {
  const Tag tag;
  const SignedTag sign;
  const auto sum = hn::BitCast(sign, hn::Add(x, y));
  const auto limit = hn::BitCast(sign, modulus);
  return hn::BitCast(tag, hn::Sub(sum, hn::IfThenZeroElse(hn::Lt(sum, limit), limit)));
}

// The round function of KeyedPermutation, in [0, modulus).
HWY_INLINE Vector round_value(Vector x, Word key, Vector modulus) {
  const Tag tag;
  const auto first = multiply(hn::Xor(x, hn::Set(tag, key)), hn::Set(tag, detail::kFirstMultiplier));
  const auto folded = hn::Xor(hn::Xor(first, hn::ShiftRight<32>(first)), hn::Set(tag, key >> 32));
  const auto second = multiply(folded, hn::Set(tag, detail::kSecondMultiplier));
  return hn::ShiftRight<32>(multiply(hn::Xor(second, hn::ShiftRight<32>(second)), modulus));
}

struct Halves {
  Vector l;
  Vector r;
};

template <int kVectors>
HWY_INLINE void network(const detail::KeyedPermutation& p, Halves (&x)[kVectors]) {
  const Tag tag;
  const auto a = hn::Set(tag, p.a);
  const auto b = hn::Set(tag, p.b);
  for (std::size_t round = 0; round < detail::KeyedPermutation::kRounds; round += 2) {
    for (Halves& h : x) h.l = add_mod(h.l, round_value(h.r, p.keys[round], a), a);
    for (Halves& h : x) h.r = add_mod(h.r, round_value(h.l, p.keys[round + 1], b), b);
  }
}

// l b + r, l and b below 2^32.
HWY_INLINE Vector joined(const Halves& h, Vector b) { return hn::Add(multiply(h.l, b), h.r); }

// Point first = (l, r) in lane 0 of the first vector, its successors after it.
template <int kVectors>
HWY_INLINE void run_vectors(const detail::KeyedPermutation& p, Word l, Word r, Word* out) {
  const Tag tag;
  const SignedTag sign;
  const auto lanes = static_cast<Word>(hn::Lanes(tag));
  const auto b = hn::Set(tag, p.b);
  const auto limit = hn::BitCast(sign, hn::Set(tag, p.n));
  Halves x[kVectors];
  for (int v = 0; v < kVectors; ++v) {  // b > 2^5 is more than the lanes: at most one row ends in a vector
    Word row = l;
    Word column = r + static_cast<Word>(v) * lanes;
    for (; column >= p.b; column -= p.b) ++row;
    const auto columns = hn::BitCast(sign, hn::Add(hn::Set(tag, column), hn::Iota(tag, Word{0})));
    const auto is_same = hn::Lt(columns, hn::BitCast(sign, b));
    x[v].r = hn::BitCast(tag, hn::Sub(columns, hn::IfThenZeroElse(is_same, hn::BitCast(sign, b))));
    x[v].l = hn::BitCast(tag, hn::Sub(hn::BitCast(sign, hn::Set(tag, row)),
                                      hn::IfThenZeroElse(is_same, hn::Set(sign, std::int64_t{-1}))));
  }
  network(p, x);
  for (int v = 0; v < kVectors; ++v) {
    auto value = joined(x[v], b);
    while (!hn::AllTrue(sign, hn::Lt(hn::BitCast(sign, value), limit))) {
      Halves again[1] = {x[v]};
      network(p, again);
      const auto is_done = hn::Lt(hn::BitCast(sign, value), limit);
      const auto mask = hn::RebindMask(tag, is_done);
      x[v] = {hn::IfThenElse(mask, x[v].l, again[0].l), hn::IfThenElse(mask, x[v].r, again[0].r)};
      value = joined(x[v], b);
    }
    const auto is_large = hn::Gt(hn::BitCast(sign, value), hn::Set(sign, std::int64_t{1}));
    const auto flip = hn::IfThenZeroElse(hn::RebindMask(tag, is_large), hn::Set(tag, p.exchange));
    hn::StoreU(hn::Xor(value, flip), tag, out + static_cast<Word>(v) * lanes);
  }
}

void run(const detail::KeyedPermutation& p, Word first, Index count, Word* out) {
  constexpr int kVectors = 4;
  const auto step = static_cast<Index>(kVectors * hn::Lanes(Tag()));
  Word l = first / p.b;
  Word r = first % p.b;
  Index t = 0;
  for (; t + step <= count; t += step) {
    run_vectors<kVectors>(p, l, r, out + t);
    for (r += static_cast<Word>(step); r >= p.b; r -= p.b) ++l;
  }
  for (; t < count; ++t) out[t] = p(first + static_cast<Word>(t));
}

struct Product {
  Vector high;
  Vector low;
};

// The 128-bit products of lanes.
HWY_INLINE Product product(Vector x, Vector y) {
  const Tag tag;
  const auto lower_half = hn::Set(tag, detail::kLow);
  const auto x_high = hn::ShiftRight<32>(x);
  const auto y_high = hn::ShiftRight<32>(y);
  const auto low_low = multiply(x, y);
  const auto low_high = multiply(x, y_high);
  const auto high_low = multiply(x_high, y);
  const auto middle = hn::Add(hn::Add(hn::ShiftRight<32>(low_low), hn::And(low_high, lower_half)), high_low);
  return {hn::Add(hn::Add(multiply(x_high, y_high), hn::ShiftRight<32>(low_high)), hn::ShiftRight<32>(middle)),
          hn::Or(hn::ShiftLeft<32>(middle), hn::And(low_low, lower_half))};
}

HWY_INLINE Vector low_product(Vector x, Vector y) {
  const auto cross = hn::Add(multiply(x, hn::ShiftRight<32>(y)), multiply(hn::ShiftRight<32>(x), y));
  return hn::Add(multiply(x, y), hn::ShiftLeft<32>(cross));
}

Index stratify(const detail::Divisor& divisor, const Word* strata, const Word* uniform, Index count, Word* out) {
  const Tag tag;
  const auto lanes = static_cast<Index>(hn::Lanes(tag));
  const auto value = hn::Set(tag, divisor.value);
  const auto inverse = hn::Set(tag, divisor.inverse);
  const auto one = hn::Set(tag, Word{1});
  Index t = 0;
  for (; t + lanes <= count; t += lanes) {
    const auto u = hn::LoadU(tag, uniform + t);
    const auto high =
        hn::Or(hn::ShiftLeftSame(hn::LoadU(tag, strata + t), divisor.shift), hn::ShiftRightSame(u, 64 - divisor.shift));
    const auto low = hn::ShiftLeftSame(u, divisor.shift);
    const Product estimate = product(inverse, high);
    const auto q_low = hn::Add(estimate.low, low);
    auto q = hn::Add(hn::Add(estimate.high, high), one);
    q = hn::Add(q, hn::IfThenElseZero(hn::Lt(q_low, low), one));
    auto rest = hn::Sub(low, low_product(q, value));
    const auto is_over = hn::Gt(rest, q_low);
    q = hn::Sub(q, hn::IfThenElseZero(is_over, one));
    rest = hn::Add(rest, hn::IfThenElseZero(is_over, value));
    q = hn::Add(q, hn::IfThenZeroElse(hn::Lt(rest, value), one));
    hn::StoreU(q, tag, out + t);
  }
  return t;
}
#else
void run(const detail::KeyedPermutation& p, Word first, Index count, Word* out) {
  for (Index t = 0; t < count; ++t) out[t] = p(first + static_cast<Word>(t));
}
Index stratify(const detail::Divisor&, const Word*, const Word*, Index, Word*) { return 0; }
#endif

}  // namespace

void permute(const detail::KeyedPermutation& permutation, Word first, Index count, Word* out) {
  run(permutation, first, count, out);
}
Index stratify_vectors(const detail::Divisor& divisor, const Word* strata, const Word* uniform, Index count,
                       Word* out) {
  return stratify(divisor, strata, uniform, count, out);
}

}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace korobov::detail {
namespace {

Word ceil_sqrt(Word n) noexcept {
  auto root = static_cast<Word>(std::sqrt(static_cast<double>(n)));  // within 1: n <= 2^62
  while (root * root < n) ++root;
  while ((root - 1) * (root - 1) >= n) --root;
  return root;
}

Word round_value(Word x, Word key, Word modulus) noexcept {
  const Word first = ((x ^ key) & kLow) * kFirstMultiplier;
  const Word folded = (first ^ (first >> 32) ^ (key >> 32)) & kLow;
  const Word second = folded * kSecondMultiplier;
  return (((second ^ (second >> 32)) & kLow) * modulus) >> 32;
}

}  // namespace

KeyedPermutation::KeyedPermutation(Word size, const std::array<Word, kKeys>& random_words) noexcept
    : n(size), a(ceil_sqrt(size)), b((size + a - 1) / a), keys(random_words), exchange(random_words.back() & 1U) {}

Word KeyedPermutation::operator()(Word i) const noexcept {
  Word l = i / b;
  Word r = i % b;
  do {
    for (std::size_t round = 0; round < kRounds; round += 2) {
      l += round_value(r, keys[round], a);
      if (l >= a) l -= a;
      r += round_value(l, keys[round + 1], b);
      if (r >= b) r -= b;
    }
  } while (l * b + r >= n);
  const Word value = l * b + r;
  return value < 2 ? value ^ exchange : value;
}

void permuted_run(const KeyedPermutation& permutation, Word first, Index count, Word* out) {
  KOROBOV_DISPATCH(permute)(permutation, first, count, out);
}

void stratified_run(Word n, const Word* strata, const Word* uniform, Index count, Word* out) {
  const Divisor divisor(n);
  for (Index t = KOROBOV_DISPATCH(stratify_vectors)(divisor, strata, uniform, count, out); t < count; ++t) {
    out[t] = static_cast<Word>((static_cast<Wide>(strata[t]) << 64 | uniform[t]) / n);
  }
}

}  // namespace korobov::detail
#endif  // HWY_ONCE
