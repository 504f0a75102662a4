#include <korobov/generators/iid.hpp>

#include "generators/generator.hpp"

namespace korobov {
namespace {

using detail::Facts;

class IidGenerator final : public detail::Generator {
 public:
  using Generator::Generator;

  void words(Range range, Word* out) const override {
    const Index d = facts().dimension;
    const Index low = range.first / 4;
    const Index high = (range.last - 1) / 4;
    for (Index group = low; group <= high; ++group) {
      const Index first = std::max(range.first, 4 * group);
      const Index last = group == high ? range.last : 4 * group + 4;
      for (Index j = 0; j < d; ++j) {
        const PhiloxBlock block = random(group, j);
        for (Index i = first; i < last; ++i) out[(i - range.first) * d + j] = block[static_cast<std::size_t>(i & 3)];
      }
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
    return philox({static_cast<std::uint64_t>(group), static_cast<std::uint64_t>(j), facts().replicate, 0},
                  {facts().seed->value, static_cast<std::uint64_t>(Purpose::iid)});
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
