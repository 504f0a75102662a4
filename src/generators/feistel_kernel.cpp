#include "generators/feistel_kernel.hpp"

#include "generators/digit_permutation.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "generators/feistel_kernel.cpp"
#include "core/dispatch.hpp"
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace korobov::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using detail::FeistelNetwork;

#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX2
using Words = hn::ScalableTag<Word>;
using Halves = hn::Repartition<std::uint32_t, Words>;
using Narrow = hn::Rebind<std::uint32_t, Words>;
using Vector = hn::Vec<Words>;

// The product of the lower halves of words.
HWY_INLINE Vector multiply_low(Vector a, Vector b) {
  return hn::MulEven(hn::BitCast(Halves(), a), hn::BitCast(Halves(), b));
}

// floor(size w / 2^64) of the words w that digits `half` read in a round whose stream starts at `start`.
HWY_INLINE Vector added(Word start, Vector half, Vector size) {
  const Words tag;
  auto w = hn::Add(hn::Set(tag, start), hn::Mul(half, hn::Set(tag, detail::kSplitMixStep)));
  w = hn::Mul(hn::Xor(w, hn::ShiftRight<30>(w)), hn::Set(tag, Word{0xBF58476D1CE4E5B9U}));
  w = hn::Mul(hn::Xor(w, hn::ShiftRight<27>(w)), hn::Set(tag, Word{0x94D049BB133111EBU}));
  w = hn::Xor(w, hn::ShiftRight<31>(w));
  const auto high = multiply_low(hn::ShiftRight<32>(w), size);
  return hn::ShiftRight<32>(hn::Add(high, hn::ShiftRight<32>(multiply_low(w, size))));
}

// a less size where it is not below size; a < 2 size < 2^32.
HWY_INLINE Vector reduced(Vector a, Vector size) {
  const Words tag;
  const auto less = hn::BitCast(Halves(), hn::Sub(a, size));  // wraps where a < size
  const auto low = hn::Min(hn::BitCast(Halves(), a), less);
  return hn::And(hn::BitCast(tag, low), hn::Set(tag, Word{0xFFFFFFFFU}));
}

// kVectors vectors of digits side by side, because the rounds of one depend on each other.
template <std::size_t kVectors>
HWY_INLINE void pass_vectors(const FeistelNetwork& network, std::uint32_t* HWY_RESTRICT digits) {
  const Words tag;
  const Narrow narrow;
  const std::size_t lanes = hn::Lanes(tag);
  const auto first = hn::Set(tag, Word{network.first});
  const auto second = hn::Set(tag, Word{network.second});
  // digit / first = digit m >> 34 for digits below 2^21: digit (m first - 2^34) < 2^21 2^11 < 2^34.
  const auto inverse = hn::Set(tag, ((Word{1} << 34) + network.first - 1) / network.first);
  Vector u[kVectors];
  Vector v[kVectors];
  for (std::size_t k = 0; k < kVectors; ++k) {
    const auto digit = hn::PromoteTo(tag, hn::LoadU(narrow, digits + k * lanes));
    v[k] = hn::ShiftRight<34>(multiply_low(digit, inverse));
    u[k] = hn::Sub(digit, multiply_low(v[k], first));
  }
  for (Word round = 1; round < network.rounds; round += 2) {
    const Word start = network.key + (round << 32) * detail::kSplitMixStep;
    for (std::size_t k = 0; k < kVectors; ++k) u[k] = reduced(hn::Add(u[k], added(start, v[k], first)), first);
    const Word next = network.key + ((round + 1) << 32) * detail::kSplitMixStep;
    for (std::size_t k = 0; k < kVectors; ++k) v[k] = reduced(hn::Add(v[k], added(next, u[k], second)), second);
  }
  for (std::size_t k = 0; k < kVectors; ++k) {
    hn::StoreU(hn::TruncateTo(narrow, hn::Add(u[k], multiply_low(v[k], first))), narrow, digits + k * lanes);
  }
}

void pass(const FeistelNetwork& network, std::span<std::uint32_t> digits) {
  constexpr std::size_t together = 4;
  const std::size_t lanes = hn::Lanes(Words());
  std::size_t t = 0;
  for (; t + together * lanes <= digits.size(); t += together * lanes) {
    pass_vectors<together>(network, digits.data() + t);
  }
  for (; t + lanes <= digits.size(); t += lanes) pass_vectors<1>(network, digits.data() + t);
  if (t == digits.size()) return;
  std::uint32_t last[8] = {};
  for (std::size_t k = t; k < digits.size(); ++k) last[k - t] = digits[k];
  pass_vectors<1>(network, last);
  for (std::size_t k = t; k < digits.size(); ++k) digits[k] = last[k - t];
}
#else
std::uint32_t added(Word start, std::uint32_t half, std::uint32_t size) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint32_t>((static_cast<Wide>(detail::mixed(start + half * detail::kSplitMixStep)) * size) >>
                                    64);
}

void pass(const FeistelNetwork& network, std::span<std::uint32_t> digits) {
  for (std::uint32_t& digit : digits) {
    std::uint32_t u = digit % network.first;
    std::uint32_t v = digit / network.first;
    for (Word round = 1; round < network.rounds; round += 2) {
      u += added(network.key + (round << 32) * detail::kSplitMixStep, v, network.first);
      if (u >= network.first) u -= network.first;
      v += added(network.key + ((round + 1) << 32) * detail::kSplitMixStep, u, network.second);
      if (v >= network.second) v -= network.second;
    }
    digit = u + network.first * v;
  }
}
#endif
}  // namespace

void feistel_pass(const FeistelNetwork& network, std::span<std::uint32_t> digits) { pass(network, digits); }

}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace korobov::detail {
void feistel_pass(const FeistelNetwork& network, std::span<std::uint32_t> digits) {
  KOROBOV_DISPATCH(feistel_pass)(network, digits);
}
}  // namespace korobov::detail
#endif  // HWY_ONCE
