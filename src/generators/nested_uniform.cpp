#include <algorithm>
#include <array>
#include <bit>

#include <korobov/core/bits.hpp>
#include <korobov/generators/nested_uniform.hpp>

#include "generators/dimension_generator.hpp"
#include "generators/interlace.hpp"
#include "generators/nested_uniform_kernel.hpp"
#include "generators/net_generator.hpp"
#include "generators/philox_kernel.hpp"

namespace korobov {
namespace detail {
namespace {

constexpr int kMostTableBits = 14;  // 128 KB a dimension

// Keys of the first d dimensions, repeated to kNestedSlack entries past them.
NestedKeys make_keys(Index d, Seed seed, std::uint32_t replicate) {
  std::vector<Word> blocks(static_cast<std::size_t>(4 * d));
  philox_blocks({0, 0, replicate, 0}, Varying::dimension,
                {seed.value, static_cast<std::uint64_t>(Purpose::nested_uniform)}, d, blocks.data(), d);
  NestedKeys keys;
  const auto count = static_cast<std::size_t>(d);
  for (std::size_t at = 0; at < count + kNestedSlack; ++at) {
    const std::size_t j = at % count;
    keys.input.push_back(blocks[j]);
    keys.middle.push_back(blocks[count + j]);
    keys.output.push_back(blocks[2 * count + j]);
    keys.origin.push_back(nested_coins(0, {keys.input[j], keys.middle[j], keys.output[j]}));
  }
  return keys;
}

// Column k of one dimension for bit k of the index: in Gray order bit k of i is in bits k and k - 1 of i ^ (i >> 1).
MatrixColumns index_columns(const ColumnPoints& points, Index j) {
  MatrixColumns columns{};
  for (Index k = 0; k < points.bits; ++k) {
    columns[static_cast<std::size_t>(k)] = points.columns[k * points.dimension + j];
  }
  if (!points.gray) return columns;
  for (std::size_t k = columns.size() - 1; k > 0; --k) {
    if (k < static_cast<std::size_t>(points.bits)) columns[k] ^= columns[k - 1];
  }
  return columns;
}

// xor of columns[first + k] over the set bits k of rest.
Word combined(const MatrixColumns& columns, int first, Word rest) {
  Word sum = 0;
  for (; rest != 0; rest &= rest - 1) sum ^= columns[static_cast<std::size_t>(first + std::countr_zero(rest))];
  return sum;
}

// Any columns.
class PlainWalker final : public Walker {
 public:
  PlainWalker(const MatrixColumns& columns, const NestedKey& key, Index first)
      : columns_(columns), key_(key), next_(static_cast<Word>(first)) {
    for (std::size_t r = 0; r < low_.size(); ++r) low_[r] = combined(columns, 0, r);
  }
  void next(Index count, Word* out) override {
    Word high = 0;
    for (Index t = 0; t < count; ++t, ++next_) {
      if (t == 0 || next_ % low_.size() == 0) high = combined(columns_, kNestedLeastBits, next_ >> kNestedLeastBits);
      out[t] = low_[next_ % low_.size()] ^ high;
    }
    scramble_run(key_, count, out);
  }

 private:
  MatrixColumns columns_;
  NestedKey key_;
  Word next_;
  std::array<Word, kNestedChunk> low_{};
};

// Columns whose first `bits` are upper triangular, by blocks (nested_uniform_kernel.hpp).
class BlockWalker final : public Walker {
 public:
  BlockWalker(const MatrixColumns& columns, int bits, const NestedKey& key, Index first)
      : columns_(columns), table_(columns.data(), bits, key), next_(first) {}
  void next(Index count, Word* out) override {
    while (count > 0) {
      const Index low = next_ & ((Index{1} << table_.bits) - 1);
      const Index some = std::min(count, (Index{1} << table_.bits) - low);
      const NestedBlock block(table_, combined(columns_, table_.bits, static_cast<Word>(next_) >> table_.bits));
      piece(block, low, low + some, out);
      next_ += some;
      count -= some;
      out += some;
    }
  }

 private:
  // Points first .. last - 1 of a block; chunks that are not whole go through a buffer.
  void piece(const NestedBlock& block, Index first, Index last, Word* out) {
    while (first < last) {
      const Index chunk = first / kNestedChunk;
      const Index from = first % kNestedChunk;
      Index taken = std::min(kNestedChunk - from, last - first);
      if (taken == kNestedChunk) {
        taken = (last - first) / kNestedChunk * kNestedChunk;
        scramble_chunks(table_, block, chunk, last / kNestedChunk, out);
      } else {
        std::array<Word, kNestedChunk> whole;
        scramble_chunks(table_, block, chunk, chunk + 1, whole.data());
        std::copy_n(whole.data() + from, taken, out);
      }
      first += taken;
      out += taken;
    }
  }

  MatrixColumns columns_;
  NestedTable table_;
  Index next_;
};

// Components of one dimension, interlaced.
class InterlacedWalker final : public Walker {
 public:
  explicit InterlacedWalker(std::vector<std::unique_ptr<Walker>> components)
      : components_(std::move(components)), words_(components_.size() * static_cast<std::size_t>(kWalkerRows)) {}
  void next(Index count, Word* out) override {
    for (std::size_t c = 0; c < components_.size(); ++c) {
      components_[c]->next(count, words_.data() + c * static_cast<std::size_t>(kWalkerRows));
    }
    interlace_runs(static_cast<int>(components_.size()), words_.data(), kWalkerRows, count, out);
  }

 private:
  std::vector<std::unique_ptr<Walker>> components_;
  std::vector<Word> words_;
};

class NestedGenerator final : public DimensionGenerator {
 public:
  NestedGenerator(std::shared_ptr<const NetRule> rule, const Facts& facts, ColumnPoints points)
      : DimensionGenerator(facts),
        rule_(std::move(rule)),
        points_(std::move(points)),
        keys_(make_keys(points_.dimension, *facts.seed, facts.replicate)) {}
  const std::shared_ptr<const NetRule>& rule() const noexcept { return rule_; }

  std::unique_ptr<Walker> walk(Index j, Range range) const override {
    const int alpha = rule_->alpha;
    if (alpha == 1) return walk_component(j, range);
    std::vector<std::unique_ptr<Walker>> components;
    for (int c = 0; c < alpha; ++c) components.push_back(walk_component(j * alpha + c, range));
    return std::make_unique<InterlacedWalker>(std::move(components));
  }

  void words_at(std::span<const Index> indices, Word* out) const override {
    const auto rows = static_cast<Index>(indices.size());
    if (rule_->alpha == 1) {
      scrambled_at(indices, out);
    } else {
      std::vector<Word> components(indices.size() * static_cast<std::size_t>(points_.dimension));
      scrambled_at(indices, components.data());
      interlace(rule_->alpha, components.data(), rows * rule_->dimension, out);
    }
  }

  std::shared_ptr<const Generator> replicate(std::uint32_t r) const override;

 private:
  std::unique_ptr<Walker> walk_component(Index j, Range range) const {
    const MatrixColumns columns = index_columns(points_, j);
    const int most = std::min(kMostTableBits, floor_log2(range.size()));
    int bits = 0;
    while (bits < most && std::countr_zero(columns[static_cast<std::size_t>(bits)]) == 63 - bits) ++bits;
    const auto at = static_cast<std::size_t>(j);
    const NestedKey key{keys_.input[at], keys_.middle[at], keys_.output[at]};
    if (bits < kNestedLeastBits) return std::make_unique<PlainWalker>(columns, key, range.first);
    return std::make_unique<BlockWalker>(columns, bits, key, range.first);
  }

  // Row-major (indices.size(), d alpha) words.
  void scrambled_at(std::span<const Index> indices, Word* out) const {
    words_at_columns(points_, indices, out);
    scramble_rows(keys_, points_.dimension, static_cast<Index>(indices.size()), out);
  }

  std::shared_ptr<const NetRule> rule_;
  ColumnPoints points_;  // the components before scrambling
  NestedKeys keys_;
};

std::shared_ptr<const Generator> make_nested(const std::shared_ptr<const NetRule>& rule, Seed seed,
                                             std::uint32_t replicate) {
  Facts facts;
  facts.family = rule->family;
  facts.dimension = rule->dimension;
  facts.size_limit = rule->size_limit;
  facts.symmetry = SymmetryKind::dyadic_tree;
  facts.order = rule->order;
  facts.randomization = Randomization::nested_uniform;
  facts.seed = seed;
  facts.replicate = replicate;
  facts.fast_transform = true;
  if (rule->alpha > 1) facts.details = ", alpha=" + shown(rule->alpha);

  ColumnPoints points;
  points.dimension = rule->components();
  points.bits = static_cast<int>(std::min(rule->columns, Index{64 / rule->alpha}));
  points.gray = rule->order == Order::gray;
  points.columns = rule->matrices_of(replicate);
  points.offset.assign(static_cast<std::size_t>(points.dimension), 0);
  return std::make_shared<const NestedGenerator>(rule, facts, std::move(points));
}

std::shared_ptr<const Generator> NestedGenerator::replicate(std::uint32_t r) const {
  return make_nested(rule_, *facts().seed, r);
}

const std::shared_ptr<const NetRule>& rule_of(const Generator& nested) {
  return static_cast<const NestedGenerator&>(nested).rule();
}

}  // namespace
}  // namespace detail

NestedUniform::NestedUniform(std::shared_ptr<const detail::Generator> generator) : PointSet(std::move(generator)) {}
NestedUniform NestedUniform::replicate(std::uint32_t r) const { return NestedUniform(generator().replicate(r)); }

NestedUniform randomized(const DigitalNet& net, Nus, Seed seed) {
  return NestedUniform(detail::make_nested(detail::net_rule_of(net.generator()), seed, 0));
}
NestedUniform randomized(const NestedUniform& net, Nus, Seed seed) {
  return NestedUniform(detail::make_nested(detail::rule_of(net.generator()), seed, 0));
}
DigitalNet randomized(const NestedUniform& net, NetRandomization how, Seed seed) {
  return DigitalNet(detail::make_net(detail::rule_of(net.generator()), detail::randomization_of(how), seed, 0));
}

}  // namespace korobov
