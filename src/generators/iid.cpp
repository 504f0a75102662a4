#include <algorithm>
#include <array>

#include <korobov/generators/iid.hpp>

#include "generators/generator.hpp"
#include "generators/philox_kernel.hpp"

namespace korobov {
namespace {

using detail::Facts;

class IidGenerator final : public detail::Generator {
 public:
  using Generator::Generator;

  void words(Range range, Word* out) const override {
    const Index d = facts().dimension;
    std::vector<Word> group(static_cast<std::size_t>(4 * d));  // four points: one Philox block per coordinate
    for (Index i = range.first; i < range.last;) {
      const Index from = i & 3;
      const Index to = std::min<Index>(4, from + (range.last - i));
      const bool whole = to - from == 4;
      detail::philox_blocks({static_cast<std::uint64_t>(i / 4), 0, facts().replicate, 0}, detail::Varying::dimension,
                            key(), d, whole ? out : group.data(), d);
      if (!whole) std::copy(group.begin() + from * d, group.begin() + to * d, out);
      out += (to - from) * d;
      i += to - from;
    }
  }

  void words_at(std::span<const Index> indices, Word* out) const override {
    for (const Index i : indices) {
      for (Index j = 0; j < facts().dimension; ++j) *out++ = random(i / 4, j)[static_cast<std::size_t>(i & 3)];
    }
  }

  std::shared_ptr<const Generator> replicate(std::uint32_t r) const override {
    Facts other = facts();
    other.replicate = r;
    return std::make_shared<const IidGenerator>(other);
  }

 private:
  PhiloxBlock random(Index group, Index j) const noexcept {
    return philox({static_cast<std::uint64_t>(group), static_cast<std::uint64_t>(j), facts().replicate, 0}, key());
  }
  std::array<std::uint64_t, 2> key() const noexcept {
    return {facts().seed->value, static_cast<std::uint64_t>(Purpose::iid)};
  }
};

std::shared_ptr<const detail::Generator> independent(Index d, Seed seed) {
  constexpr Index most = Index{1} << 32;
  detail::require(d >= 1 && d <= most, "d", "must be from 1 to 2^32", d);
  Facts facts;
  facts.family = "IID";
  facts.dimension = d;
  facts.randomization = Randomization::independent;
  facts.seed = seed;
  return std::make_shared<const IidGenerator>(facts);
}

}  // namespace

IID::IID(Index d, Seed seed) : IID(independent(d, seed)) {}
IID::IID(std::shared_ptr<const detail::Generator> generator) : PointSet(std::move(generator)) {}
IID IID::replicate(std::uint32_t r) const { return IID(generator().replicate(r)); }

}  // namespace korobov
