#include "generators/nested_uniform_kernel.hpp"

#include <algorithm>
#include <bit>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "generators/nested_uniform_kernel.cpp"
#include "core/dispatch.hpp"
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

#include "generators/interlace.hpp"

#ifndef KOROBOV_NESTED_UNIFORM_MULTIPLIER
#define KOROBOV_NESTED_UNIFORM_MULTIPLIER
namespace korobov::detail {
inline constexpr Word kNestedMultiplier = 0xBEA225F9EB34556DU;
}
#endif

HWY_BEFORE_NAMESPACE();
namespace korobov::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using detail::kNestedChunk;
using detail::kNestedMultiplier;
using detail::NestedBlock;
using detail::NestedKey;
using detail::NestedKeys;
using detail::NestedTable;
using Tag = hn::ScalableTag<Word>;
using Vector = hn::Vec<Tag>;

// z M mod 2^64.
HWY_INLINE Vector times(Vector z) {
  const Tag tag;
#if HWY_TARGET == HWY_AVX2
  const hn::ScalableTag<std::uint32_t> half;
  const auto low = hn::BitCast(half, hn::Set(tag, kNestedMultiplier & 0xFFFFFFFFU));
  const auto high = hn::BitCast(half, hn::Set(tag, kNestedMultiplier >> 32));
  const auto z_low = hn::BitCast(half, z);
  const auto z_high = hn::BitCast(half, hn::ShiftRight<32>(z));
  const auto crossed = hn::Add(hn::MulEven(z_low, high), hn::MulEven(z_high, low));
  return hn::Add(hn::MulEven(z_low, low), hn::ShiftLeft<32>(crossed));
#else
  return hn::Mul(z, hn::Set(tag, kNestedMultiplier));
#endif
}

template <int kPlaces>
HWY_INLINE Vector folded(Vector z) {
  return hn::Xor(z, hn::ShiftRight<kPlaces>(z));
}

// F of p = z ^ input.
HWY_INLINE Vector coins(Vector z, Vector middle) {
  z = times(folded<32>(z));
  z = hn::Add(times(folded<29>(z)), middle);
  return folded<29>(times(folded<32>(z)));
}

// Scrambled x, less the output key. origin: F(0).
HWY_INLINE Vector nested(Vector x, Vector input, Vector middle, Vector origin) {
  const Tag tag;
  const auto zero = hn::Zero(tag);
  auto p = x;
  auto flips = zero;
  auto done = hn::Set(tag, Word{1});  // digits below this bit have their coins; 0 stands for 2^64
  while (!hn::AllTrue(tag, hn::Eq(p, zero))) {
    const auto last = hn::And(p, hn::Sub(zero, p));
    flips = hn::Or(flips, hn::And(coins(hn::Xor(p, input), middle), hn::Sub(last, done)));
    done = last;
    p = hn::Xor(p, last);
  }
  return hn::Xor(x, hn::Or(flips, hn::And(origin, hn::Sub(zero, done))));
}

// Lanes l of the result: lanes l ^ permutation of v.
struct LaneSwap {
#if HWY_TARGET == HWY_SCALAR
  explicit LaneSwap(Word) {}
  Vector operator()(Vector v) const { return v; }
#else
  explicit LaneSwap(Word permutation)
      : lanes(hn::IndicesFromVec(Tag(), hn::Xor(hn::Iota(Tag(), Word{0}), hn::Set(Tag(), permutation)))) {}
  HWY_INLINE Vector operator()(Vector v) const { return hn::TableLookupLanes(v, lanes); }
  decltype(hn::IndicesFromVec(Tag(), hn::Zero(Tag()))) lanes;
#endif
};

// One more level of the table: entries size .. 2 size - 1, size = 2^level >= 64.
void extend(NestedTable& table, int level) {
  const Tag tag;
  const auto lanes = static_cast<Index>(hn::Lanes(tag));
  const Index size = Index{1} << level;
  const Word last = Word{1} << (63 - level);  // the digit that column `level` ends with
  const Word column = table.columns[static_cast<std::size_t>(level)];
  const auto parent = static_cast<Index>(table.parent[static_cast<std::size_t>(level)]);
  const LaneSwap swapped(static_cast<Word>(parent & (lanes - 1)));
  const auto middle = hn::Set(tag, table.key.middle);
  const auto output = hn::Set(tag, table.key.output);
  const auto below = hn::Set(tag, last - 1);
  const auto digit = hn::Set(tag, last);
  Word* scrambled = table.scrambled.data();
  for (Index chunk = 0; chunk < size; chunk += kNestedChunk) {
    const Word high = table.chunk[static_cast<std::size_t>(chunk / kNestedChunk)] ^ column;
    const auto input = hn::Set(tag, high ^ table.key.input);
    for (Index r = 0; r < kNestedChunk; r += lanes) {
      const auto from = hn::LoadU(tag, scrambled + ((chunk + r) ^ (parent & ~(lanes - 1))));
      const auto fresh = hn::Xor(coins(hn::Xor(hn::LoadU(tag, table.low.data() + r), input), middle), output);
      const auto kept = hn::AndNot(below, hn::Xor(swapped(from), digit));
      hn::StoreU(hn::Or(kept, hn::And(fresh, below)), tag, scrambled + size + chunk + r);
    }
  }
}

// One step of spread() in interlace.hpp.
template <int kAlpha, int kGroup>
HWY_INLINE Vector parted(Vector w) {
  constexpr int places = kGroup * (kAlpha - 1);
  if constexpr (places < 64) w = hn::Or(w, hn::ShiftRight<places>(w));
  return hn::And(w, hn::Set(Tag(), detail::spread_mask(kAlpha, kGroup)));
}

template <int kAlpha>
void interlace_all(const Word* HWY_RESTRICT components, Index stride, Index count, Word* HWY_RESTRICT out) {
  const Tag tag;
  const auto lanes = static_cast<Index>(hn::Lanes(tag));
  Index t = 0;
  for (; t + lanes <= count; t += lanes) {
    auto sum = hn::Zero(tag);
    for (int c = kAlpha - 1; c >= 0; --c) {
      auto w = hn::LoadU(tag, components + c * stride + t);
      w = hn::And(w, hn::Set(tag, ~Word{0} << (64 - (63 + kAlpha) / kAlpha)));
      w = parted<kAlpha, 2>(parted<kAlpha, 4>(parted<kAlpha, 8>(parted<kAlpha, 16>(w))));
      sum = hn::Or(hn::ShiftRight<1>(sum), parted<kAlpha, 1>(w));
    }
    hn::StoreU(sum, tag, out + t);
  }
  for (; t < count; ++t) {
    std::array<Word, static_cast<std::size_t>(kAlpha)> group{};
    for (int c = 0; c < kAlpha; ++c) group[static_cast<std::size_t>(c)] = components[c * stride + t];
    out[t] = detail::interlaced<kAlpha>(group.data());
  }
}

#if HWY_TARGET == HWY_AVX3
constexpr Index kSideBySide = 4;
#else
constexpr Index kSideBySide = 2;
#endif

}  // namespace

void scramble_matrix(const NestedKeys& keys, std::size_t dimensions, std::size_t count, Word* words) {
  const Tag tag;
  const std::size_t lanes = hn::Lanes(tag);
  std::size_t j = 0;
  for (std::size_t t = 0; t < count; t += lanes) {
    const auto key = [&](const std::vector<Word>& part) HWY_ATTR { return hn::LoadU(tag, part.data() + j); };
    const auto scrambled = [&](Vector x) HWY_ATTR {
      return hn::Xor(nested(x, key(keys.input), key(keys.middle), key(keys.origin)), key(keys.output));
    };
    if (t + lanes <= count) {
      hn::StoreU(scrambled(hn::LoadU(tag, words + t)), tag, words + t);
    } else {
      Word rest[8] = {};
      std::copy(words + t, words + count, rest);
      hn::StoreU(scrambled(hn::LoadU(tag, rest)), tag, rest);
      std::copy_n(rest, count - t, words + t);
    }
    j = (j + lanes) % dimensions;
  }
}

void extend_table(NestedTable& table, int level) { extend(table, level); }

void chunks_of_block(const NestedTable& table, const NestedBlock& block, Index first, Index last,
                     Word* HWY_RESTRICT out) {
  const Tag tag;
  const auto lanes = static_cast<Index>(hn::Lanes(tag));
  const auto permutation = static_cast<Index>(block.permutation);
  const LaneSwap swapped(static_cast<Word>(permutation & (lanes - 1)));
  const Index moved = permutation & ~(lanes - 1);
  const auto middle = hn::Set(tag, table.key.middle);
  const auto kept = hn::Set(tag, block.kept);
  const auto added = hn::Set(tag, block.added);
  const Word* scrambled = table.scrambled.data();
  for (Index chunk = first; chunk < last; ++chunk, out += kNestedChunk) {
    const auto high = hn::Set(tag, table.chunk[static_cast<std::size_t>(chunk)]);
    for (Index r = 0; r < kNestedChunk; r += kSideBySide * lanes) {
      Vector x[kSideBySide];
      Vector y[kSideBySide];
      for (Index v = 0; v < kSideBySide; ++v) {
        const Index at = r + v * lanes;
        x[v] = hn::Xor(hn::LoadU(tag, table.low.data() + at), high);
        y[v] = hn::And(swapped(hn::LoadU(tag, scrambled + ((chunk * kNestedChunk + at) ^ moved))), kept);
      }
      for (int s = 0; s < block.hashes; ++s) {
        const auto input = hn::Set(tag, block.input[static_cast<std::size_t>(s)]);
        const auto mask = hn::Set(tag, block.mask[static_cast<std::size_t>(s)]);
        for (Index v = 0; v < kSideBySide; ++v) {
          y[v] = hn::OrAnd(y[v], coins(hn::Xor(x[v], input), middle), mask);
        }
      }
      for (Index v = 0; v < kSideBySide; ++v) hn::StoreU(hn::Xor(y[v], added), tag, out + r + v * lanes);
    }
  }
}

void interlace_words(int alpha, const Word* components, Index stride, Index count, Word* out) {
  switch (alpha) {
    case 2:
      return interlace_all<2>(components, stride, count, out);
    case 3:
      return interlace_all<3>(components, stride, count, out);
    case 4:
      return interlace_all<4>(components, stride, count, out);
    case 5:
      return interlace_all<5>(components, stride, count, out);
    default:
      std::copy_n(components, count, out);
  }
}

}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace korobov::detail {

Word nested_coins(Word p, const NestedKey& key) noexcept {
  Word z = p ^ key.input;
  z = (z ^ (z >> 32)) * kNestedMultiplier;
  z = (z ^ (z >> 29)) * kNestedMultiplier + key.middle;
  z = (z ^ (z >> 32)) * kNestedMultiplier;
  return z ^ (z >> 29);
}

void scramble_rows(const NestedKeys& keys, Index dimensions, Index rows, Word* words) {
  KOROBOV_DISPATCH(scramble_matrix)
  (keys, static_cast<std::size_t>(dimensions), static_cast<std::size_t>(rows * dimensions), words);
}

void scramble_run(const NestedKey& key, Index count, Word* words) {
  const auto all = [](Word word) { return std::vector<Word>(kNestedSlack, word); };
  scramble_rows({all(key.input), all(key.middle), all(key.output), all(nested_coins(0, key))}, 1, count, words);
}

NestedTable::NestedTable(const Word* all, int count, const NestedKey& its) : bits(count), key(its) {
  std::copy_n(all, columns.size(), columns.begin());
  chunk.resize(std::size_t{1} << (bits - kNestedLeastBits));
  scrambled.resize(std::size_t{1} << bits);
  low[0] = 0;
  chunk[0] = 0;
  for (int k = 0; k < bits; ++k) {
    const auto place = static_cast<std::size_t>(k);
    Word rest = columns[place] ^ (Word{1} << (63 - k));
    parent[place] = 0;
    while (rest != 0) {
      const int last = 63 - std::countr_zero(rest);
      parent[place] |= Word{1} << last;
      rest ^= columns[static_cast<std::size_t>(last)];
    }
    Word* table = k < kNestedLeastBits ? low.data() : chunk.data();
    const std::size_t half = std::size_t{1} << (k < kNestedLeastBits ? k : k - kNestedLeastBits);
    for (std::size_t r = 0; r < half; ++r) table[half + r] = table[r] ^ columns[place];
  }
  std::copy(low.begin(), low.end(), scrambled.begin());
  scramble_run(key, kNestedChunk, scrambled.data());
  for (int level = kNestedLeastBits; level < bits; ++level) KOROBOV_DISPATCH(extend_table)(*this, level);
}

NestedBlock::NestedBlock(const NestedTable& table, Word high) {
  const Word low_digits = ~Word{0} >> table.bits;
  for (Word rest = high & ~low_digits; rest != 0;) {
    const int last = 63 - std::countr_zero(rest);
    permutation |= Word{1} << last;
    rest ^= table.columns[static_cast<std::size_t>(last)];
  }
  Word rest = high & low_digits;
  added = rest;
  kept = ~Word{0};
  if (rest == 0) return;
  kept = ~(std::bit_floor(rest) - 1);
  added ^= table.key.output & ~kept;
  Word prefix = (high & ~low_digits) ^ table.key.input;
  while (rest != 0) {
    const Word digit = std::bit_floor(rest);
    rest ^= digit;
    prefix ^= digit;
    const auto s = static_cast<std::size_t>(hashes++);
    input[s] = prefix;
    mask[s] = digit - std::max<Word>(std::bit_floor(rest), 1);
  }
}

void scramble_chunks(const NestedTable& table, const NestedBlock& block, Index first, Index last, Word* out) {
  KOROBOV_DISPATCH(chunks_of_block)(table, block, first, last, out);
}

void interlace_runs(int alpha, const Word* components, Index stride, Index count, Word* out) {
  KOROBOV_DISPATCH(interlace_words)(alpha, components, stride, count, out);
}

}  // namespace korobov::detail
#endif  // HWY_ONCE
