#include <algorithm>
#include <array>
#include <numeric>

#include <korobov/generators/latin_hypercube.hpp>

#include "generators/convert_kernel.hpp"
#include "generators/dimension_generator.hpp"
#include "generators/keyed_permutation.hpp"
#include "generators/philox_kernel.hpp"

namespace korobov {
namespace {

using detail::Facts;
using detail::KeyedPermutation;
__extension__ using Wide = unsigned __int128;

constexpr Index kLargestShuffle = 4096;
constexpr Word kPermutationPlaces = Word{1} << 63;  // places of the stream from here on are the permutation's

// The random words of one dimension: places first .. first + count - 1 of its stream, count <= kWalkerRows.
class Stream {
 public:
  Stream(Seed seed, std::uint32_t replicate, Index j) : key_{seed.value, static_cast<Word>(Purpose::latin_hypercube)} {
    counter_ = {0, static_cast<Word>(j), replicate, 0};
  }

  using Buffer = std::array<Word, 4 * (detail::kWalkerRows / 4 + 4) + 3>;
  // Into `buffer`; returns where the first word is.
  const Word* words(Word first, Index count, Buffer& buffer) const {
    constexpr Index stride = detail::kWalkerRows / 4 + 4;
    std::array<Word, 4 * stride> by_place;  // NOLINT(cppcoreguidelines-pro-type-member-init): written below
    PhiloxBlock counter = counter_;
    counter[0] = first / 4;
    const Index from = static_cast<Index>(first % 4);
    const Index blocks = (from + count + 3) / 4;
    detail::philox_blocks(counter, detail::Varying::place, key_, blocks, by_place.data(), stride);
    for (Index q = 0; q < 4; ++q) std::fill_n(by_place.begin() + q * stride + blocks, (4 - blocks % 4) % 4, Word{0});
    detail::transpose_words(by_place.data(), stride, 4, (blocks + 3) / 4 * 4, buffer.data());
    return buffer.data() + from;
  }

  Word word(Word place) const {
    PhiloxBlock counter = counter_;
    counter[0] = place / 4;
    return philox(counter, key_)[static_cast<std::size_t>(place % 4)];
  }

 private:
  std::array<Word, 2> key_;
  PhiloxBlock counter_{};
};

// Place k is exchanged with a uniform one of 0 .. k, k = n - 1 .. 1. Multiplying and dropping 64 bits is uniform up to
// n / 2^64.
std::vector<Word> shuffled(const Stream& stream, Index n) {
  std::vector<Word> values(static_cast<std::size_t>(n));
  std::iota(values.begin(), values.end(), Word{0});
  Stream::Buffer buffer;
  for (Index last = n; last > 1;) {
    const Index first = std::max<Index>(1, last - detail::kWalkerRows);
    const Word* words = stream.words(kPermutationPlaces + static_cast<Word>(first), last - first, buffer);
    for (Index k = last - 1; k >= first; --k) {
      const auto other =
          static_cast<std::size_t>((static_cast<Wide>(words[k - first]) * static_cast<Word>(k + 1)) >> 64);
      std::swap(values[static_cast<std::size_t>(k)], values[other]);
    }
    last = first;
  }
  return values;
}

KeyedPermutation keyed(const Stream& stream, Index n) {
  std::array<Word, KeyedPermutation::kKeys> keys{};
  for (std::size_t r = 0; r < keys.size(); ++r) keys[r] = stream.word(kPermutationPlaces + r);
  return {static_cast<Word>(n), keys};
}

class LatinGenerator final : public detail::DimensionGenerator {
 public:
  using DimensionGenerator::DimensionGenerator;

  std::unique_ptr<detail::Walker> walk(Index j, Range range) const override;

  void words_at(std::span<const Index> indices, Word* out) const override {
    const Index d = facts().dimension;
    for (Index j = 0; j < d; ++j) {
      const Stream stream = stream_of(j);
      Word* to = out + j;
      const auto put = [&](const auto& permutation) {
        for (const Index i : indices) {
          const Word stratum = permutation(static_cast<Word>(i));
          const Wide numerator = static_cast<Wide>(stratum) << 64 | stream.word(static_cast<Word>(i));
          *to = static_cast<Word>(numerator / static_cast<Word>(n()));
          to += d;
        }
      };
      if (n() <= kLargestShuffle) {
        const std::vector<Word> values = shuffled(stream, n());
        put([&](Word i) { return values[static_cast<std::size_t>(i)]; });
      } else {
        put(keyed(stream, n()));
      }
    }
  }

  std::shared_ptr<const Generator> replicate(std::uint32_t r) const override {
    Facts other = facts();
    other.replicate = r;
    return std::make_shared<const LatinGenerator>(other);
  }

  Index n() const noexcept { return facts().size_limit; }
  Stream stream_of(Index j) const { return {*facts().seed, facts().replicate, j}; }
};

class ShuffledWalker final : public detail::Walker {
 public:
  ShuffledWalker(const Stream& stream, Index n, Index first)
      : stream_(stream), next_(first), values_(shuffled(stream, n)) {}
  void next(Index count, Word* out) override {
    Stream::Buffer buffer;
    detail::stratified_run(values_.size(), values_.data() + next_,
                           stream_.words(static_cast<Word>(next_), count, buffer), count, out);
    next_ += count;
  }

 private:
  Stream stream_;
  Index next_;
  std::vector<Word> values_;
};

class KeyedWalker final : public detail::Walker {
 public:
  KeyedWalker(const Stream& stream, Index n, Index first)
      : stream_(stream), next_(first), permutation_(keyed(stream, n)) {}
  void next(Index count, Word* out) override {
    Stream::Buffer buffer;
    detail::permuted_run(permutation_, static_cast<Word>(next_), count, out);
    detail::stratified_run(permutation_.n, out, stream_.words(static_cast<Word>(next_), count, buffer), count, out);
    next_ += count;
  }

 private:
  Stream stream_;
  Index next_;
  KeyedPermutation permutation_;
};

std::unique_ptr<detail::Walker> LatinGenerator::walk(Index j, Range range) const {
  if (n() <= kLargestShuffle) return std::make_unique<ShuffledWalker>(stream_of(j), n(), range.first);
  return std::make_unique<KeyedWalker>(stream_of(j), n(), range.first);
}

std::shared_ptr<const detail::Generator> sample(Index d, Index n, Seed seed) {
  detail::require(d >= 1 && d <= Index{1} << 32, "d", "must be from 1 to 2^32", d);
  detail::require(n >= 1 && n <= Index{1} << 62, "n", "must be from 1 to 2^62", n);
  Facts facts;
  facts.family = "LatinHypercube";
  facts.dimension = d;
  facts.size_limit = n;
  facts.randomization = Randomization::independent;
  facts.seed = seed;
  facts.details = ", n=" + detail::shown(n);
  return std::make_shared<const LatinGenerator>(facts);
}

}  // namespace

LatinHypercube::LatinHypercube(Index d, Index n, Seed seed) : LatinHypercube(sample(d, n, seed)) {}
LatinHypercube::LatinHypercube(std::shared_ptr<const detail::Generator> generator) : PointSet(std::move(generator)) {}
LatinHypercube LatinHypercube::replicate(std::uint32_t r) const { return LatinHypercube(generator().replicate(r)); }

}  // namespace korobov
