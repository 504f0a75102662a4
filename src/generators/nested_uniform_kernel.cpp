#include "generators/nested_uniform_kernel.hpp"

#include <algorithm>
#include <bit>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "generators/nested_uniform_kernel.cpp"
#include "core/dispatch.hpp"
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/cache_control.h>
#include <hwy/highway.h>
// clang-format on

#include <korobov/core/bits.hpp>

#include "generators/interlace.hpp"

#ifndef KOROBOV_NESTED_UNIFORM_MULTIPLIER
#define KOROBOV_NESTED_UNIFORM_MULTIPLIER
namespace korobov::detail {
inline constexpr Word kNestedMultiplier = 0xBEA225F9EB34556DU;
inline constexpr int kLeastPrefixBits = 4;
inline constexpr int kMostPrefixBits = 10;  // 8 KB a dimension
}  // namespace korobov::detail
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
using detail::NestedPrefixes;
using detail::NestedTable;
using Tag = hn::ScalableTag<Word>;
using Vector = hn::Vec<Tag>;

// z M mod 2^64; high: the upper halves of z in the lower ones.
HWY_INLINE Vector times(Vector z, [[maybe_unused]] Vector high) {
  const Tag tag;
#if HWY_TARGET == HWY_AVX2
  const hn::ScalableTag<std::uint32_t> half;
  const auto low_factor = hn::BitCast(half, hn::Set(tag, kNestedMultiplier & 0xFFFFFFFFU));
  const auto high_factor = hn::BitCast(half, hn::Set(tag, kNestedMultiplier >> 32));
  const auto crossed =
      hn::Add(hn::MulEven(hn::BitCast(half, z), high_factor), hn::MulEven(hn::BitCast(half, high), low_factor));
  return hn::Add(hn::MulEven(hn::BitCast(half, z), low_factor), hn::ShiftLeft<32>(crossed));
#else
  return hn::Mul(z, hn::Set(tag, kNestedMultiplier));
#endif
}

template <int kPlaces>
HWY_INLINE Vector folded(Vector z) {
  return hn::Xor(z, hn::ShiftRight<kPlaces>(z));
}
// folded<32>(z) M: folding leaves the upper halves as they are.
HWY_INLINE Vector folded_times(Vector z) {
  const auto high = hn::ShiftRight<32>(z);
  return times(hn::Xor(z, high), high);
}

// F of p = z ^ input.
HWY_INLINE Vector coins(Vector z, Vector middle) {
  z = folded<29>(folded_times(z));
  z = hn::Add(times(z, hn::ShiftRight<32>(z)), middle);
  return folded<29>(folded_times(z));
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

// The same, with the coins of the first digits of x from a table; low: the digits after them.
HWY_INLINE Vector nested_below(Vector x, Vector low, Vector input, Vector middle, Vector coins_above) {
  const Tag tag;
  const auto zero = hn::Zero(tag);
  const auto above = hn::Xor(hn::AndNot(low, x), input);
  auto flips = zero;
  auto done = hn::Set(tag, Word{1});
  auto none = hn::Eq(low, zero);
  while (!hn::AllTrue(tag, none)) {
    const auto bit = hn::And(low, hn::Sub(zero, low));
    const auto last = hn::IfThenElse(none, done, bit);
    flips = hn::Or(flips, hn::And(coins(hn::Xor(low, above), middle), hn::Sub(last, done)));
    done = last;
    low = hn::Xor(low, bit);
    none = hn::Eq(low, zero);
  }
  return hn::Xor(x, hn::Or(flips, hn::And(coins_above, hn::Sub(zero, done))));
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
constexpr Index kAhead = 2;  // chunks: the permuted table is not in an order that processors foresee

}  // namespace

// words[t] = scrambled(words[t], dimension of t), t < count.
template <class Scramble>
HWY_INLINE void scramble_each(std::size_t dimensions, std::size_t count, Word* words, const Scramble& scrambled) {
  const Tag tag;
  const std::size_t lanes = hn::Lanes(tag);
  std::size_t j = 0;
  for (std::size_t t = 0; t < count; t += lanes) {
    if (t + lanes <= count) {
      hn::StoreU(scrambled(hn::LoadU(tag, words + t), j), tag, words + t);
    } else {
      Word rest[8] = {};
      std::copy(words + t, words + count, rest);
      hn::StoreU(scrambled(hn::LoadU(tag, rest), j), tag, rest);
      std::copy_n(rest, count - t, words + t);
    }
    j = (j + lanes) % dimensions;
  }
}

void scramble_matrix(const NestedKeys& keys, std::size_t dimensions, std::size_t count, Word* words) {
  scramble_each(dimensions, count, words, [&](Vector x, std::size_t j) HWY_ATTR {
    const Tag tag;
    return hn::Xor(nested(x, hn::LoadU(tag, keys.input.data() + j), hn::LoadU(tag, keys.middle.data() + j),
                          hn::LoadU(tag, keys.origin.data() + j)),
                   hn::LoadU(tag, keys.output.data() + j));
  });
}

void scramble_matrix_below(const NestedKeys& keys, const NestedPrefixes& prefixes, std::size_t dimensions,
                           std::size_t count, Word* words) {
  const int places = 64 - prefixes.bits;
  scramble_each(dimensions, count, words, [&](Vector x, std::size_t j) HWY_ATTR {
    const Tag tag;
    const hn::RebindToSigned<Tag> signed_tag;
    const auto at = hn::Add(hn::LoadU(tag, prefixes.origin.data() + j), hn::ShiftRightSame(x, places));
    const auto coins_above = hn::GatherIndex(tag, prefixes.coins.data(), hn::BitCast(signed_tag, at));
    const auto low = hn::And(x, hn::Set(tag, (Word{1} << places) - 1));
    return hn::Xor(nested_below(x, low, hn::LoadU(tag, keys.input.data() + j), hn::LoadU(tag, keys.middle.data() + j),
                                coins_above),
                   hn::LoadU(tag, keys.output.data() + j));
  });
}

// table[p] = F(p 2^(64 - bits)), p < 2^bits, bits >= 3.
void hash_prefixes(const NestedKey& key, int bits, Word* table) {
  const Tag tag;
  const auto lanes = static_cast<Index>(hn::Lanes(tag));
  for (Index p = 0; p < Index{1} << bits; p += lanes) {
    const auto word = hn::ShiftLeftSame(hn::Iota(tag, static_cast<Word>(p)), 64 - bits);
    hn::StoreU(coins(hn::Xor(word, hn::Set(tag, key.input)), hn::Set(tag, key.middle)), tag, table + p);
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
    if (chunk + kAhead < static_cast<Index>(table.chunk.size())) {
      const Word* soon = scrambled + (((chunk + kAhead) * kNestedChunk) ^ (moved & -kNestedChunk));
      for (Index r = 0; r < kNestedChunk; r += 8) hwy::Prefetch(soon + r);
    }
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

NestedPrefixes::NestedPrefixes(const NestedKeys& keys, Index dimensions, int count)
    : bits(count), coins(static_cast<std::size_t>(dimensions) << count) {
  for (std::size_t at = 0; at < keys.input.size(); ++at) {
    origin.push_back(static_cast<Word>(at % static_cast<std::size_t>(dimensions)) << bits);
  }
  for (std::size_t j = 0; j < static_cast<std::size_t>(dimensions); ++j) {
    Word* table = coins.data() + (j << bits);
    KOROBOV_DISPATCH(hash_prefixes)({keys.input[j], keys.middle[j], keys.output[j]}, bits, table);
    for (std::size_t p = 1; p < std::size_t{1} << bits; ++p) {
      const Word after_last = (Word{1} << (64 - bits + std::countr_zero(p))) - 1;
      table[p] = (table[p & (p - 1)] & ~after_last) | (table[p] & after_last);
    }
  }
}

void scramble_rows(const NestedKeys& keys, Index dimensions, Index rows, Word* words) {
  const auto width = static_cast<std::size_t>(dimensions);
  const auto count = static_cast<std::size_t>(rows * dimensions);
  const int bits = std::min(kMostPrefixBits, floor_log2(std::max<Index>(rows, 1)) - 3);  // an eighth of the rows
  if (bits < kLeastPrefixBits) {
    KOROBOV_DISPATCH(scramble_matrix)(keys, width, count, words);
  } else {
    KOROBOV_DISPATCH(scramble_matrix_below)(keys, NestedPrefixes(keys, dimensions, bits), width, count, words);
  }
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
