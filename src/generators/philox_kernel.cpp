#include "generators/philox_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "generators/philox_kernel.cpp"
#include "core/dispatch.hpp"
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace korobov::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX2
using Tag = hn::ScalableTag<std::uint64_t>;
using HalfTag = hn::ScalableTag<std::uint32_t>;
using Vector = hn::Vec<Tag>;

struct Product {
  Vector high;
  Vector low;
};

// The 128-bit product of each lane and a constant, from 32-bit halves.
HWY_INLINE Product multiply(Vector a, std::uint64_t constant) {
  const Tag tag;
  const HalfTag half;
  const auto b_low = hn::BitCast(half, hn::Set(tag, constant & 0xFFFFFFFFU));
  const auto b_high = hn::BitCast(half, hn::Set(tag, constant >> 32));
  const auto a_low = hn::BitCast(half, a);
  const auto a_high = hn::BitCast(half, hn::ShiftRight<32>(a));
  const auto low_low = hn::MulEven(a_low, b_low);
  const auto low_high = hn::MulEven(a_low, b_high);
  const auto high_low = hn::MulEven(a_high, b_low);
  const auto high_high = hn::MulEven(a_high, b_high);
  const auto lower_half = hn::Set(tag, std::uint64_t{0xFFFFFFFFU});
  const auto middle = hn::Add(hn::Add(hn::ShiftRight<32>(low_low), hn::And(low_high, lower_half)), high_low);
  return {hn::Add(hn::Add(high_high, hn::ShiftRight<32>(low_high)), hn::ShiftRight<32>(middle)),
          hn::Or(hn::ShiftLeft<32>(middle), hn::And(low_low, lower_half))};
}

// kVectors vectors of blocks side by side, because the rounds of one depend on each other. The constants and the round
// are those of philox() in core/seed.cpp.
template <int kVectors>
HWY_INLINE void blocks(const PhiloxBlock& first, std::size_t varying, std::array<std::uint64_t, 2> key, Index t,
                       Index count, Word* out, Index stride) {
  const Tag tag;
  const auto lanes = static_cast<Index>(hn::Lanes(tag));
  Vector counter[kVectors][4];
  for (int v = 0; v < kVectors; ++v) {
    for (std::size_t part = 0; part < 4; ++part) {
      const auto start = hn::Set(tag, first[part]);
      counter[v][part] =
          part == varying ? hn::Add(start, hn::Iota(tag, static_cast<std::uint64_t>(t + v * lanes))) : start;
    }
  }
  for (int round = 0; round < 10; ++round) {
    for (int v = 0; v < kVectors; ++v) {
      const Product p0 = multiply(counter[v][0], 0xD2E7470EE14C6C93U);
      const Product p1 = multiply(counter[v][2], 0xCA5A826395121157U);
      counter[v][0] = hn::Xor(hn::Xor(p1.high, counter[v][1]), hn::Set(tag, key[0]));
      counter[v][2] = hn::Xor(hn::Xor(p0.high, counter[v][3]), hn::Set(tag, key[1]));
      counter[v][1] = p1.low;
      counter[v][3] = p0.low;
    }
    key[0] += 0x9E3779B97F4A7C15U;
    key[1] += 0xBB67AE8584CAA73BU;
  }
  for (int v = 0; v < kVectors; ++v, t += lanes) {
    for (Index q = 0; q < 4; ++q) {
      Word* to = out + q * stride + t;
      if (t + lanes <= count) {
        hn::StoreU(counter[v][q], tag, to);
      } else {
        Word last[8];
        hn::StoreU(counter[v][q], tag, last);
        for (Index l = 0; l < count - t; ++l) to[l] = last[l];
      }
    }
  }
}

void range(const PhiloxBlock& first, std::size_t varying, std::array<std::uint64_t, 2> key, Index count, Word* out,
           Index stride) {
  const auto lanes = static_cast<Index>(hn::Lanes(Tag()));
  Index t = 0;
  for (; t + lanes < count; t += 2 * lanes) blocks<2>(first, varying, key, t, count, out, stride);
  if (t < count) blocks<1>(first, varying, key, t, count, out, stride);
}
#else
void range(const PhiloxBlock& first, std::size_t varying, std::array<std::uint64_t, 2> key, Index count, Word* out,
           Index stride) {
  PhiloxBlock counter = first;
  for (Index t = 0; t < count; ++t, ++counter[varying]) {
    const PhiloxBlock block = philox(counter, key);
    for (Index q = 0; q < 4; ++q) out[q * stride + t] = block[static_cast<std::size_t>(q)];
  }
}
#endif

}  // namespace

void philox_range(PhiloxBlock first, std::size_t varying, std::array<std::uint64_t, 2> key, Index count, Word* out,
                  Index stride) {
  range(first, varying, key, count, out, stride);
}

}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace korobov::detail {
void philox_blocks(PhiloxBlock first, Varying varying, std::array<std::uint64_t, 2> key, Index count, Word* out,
                   Index stride) {
  KOROBOV_DISPATCH(philox_range)(first, varying == Varying::place ? 0 : 1, key, count, out, stride);
}
}  // namespace korobov::detail
#endif  // HWY_ONCE
