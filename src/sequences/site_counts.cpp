#include "sequences/bit_planes.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sequences/site_counts.cpp"
#include "core/dispatch.hpp"
// clang-format off: the order matters
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace korobov::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<Word, 8>;

// The words of a plane are whole vectors of every width.
template <int kPlanes, bool kMasked>
detail::SiteCounts counts(const Word* a, const Word* b, std::size_t words, Index sites) {
  const D d;
  auto differing = hn::Zero(d), compared = hn::Zero(d);
  const Word* x = a + (kMasked ? words : 0);
  const Word* y = b + (kMasked ? words : 0);
  for (std::size_t w = 0; w < words; w += hn::Lanes(d)) {
    auto differs = hn::Zero(d);
    for (std::size_t p = 0; p < static_cast<std::size_t>(kPlanes); ++p) {
      differs = hn::Or(differs, hn::Xor(hn::LoadU(d, x + p * words + w), hn::LoadU(d, y + p * words + w)));
    }
    if constexpr (kMasked) {
      const auto both = hn::And(hn::LoadU(d, a + w), hn::LoadU(d, b + w));
      differs = hn::And(differs, both);
      compared = hn::Add(compared, hn::PopulationCount(both));
    }
    differing = hn::Add(differing, hn::PopulationCount(differs));
  }
  const auto total = [d](auto v) { return static_cast<Index>(hn::GetLane(hn::SumOfLanes(d, v))); };
  return {total(differing), kMasked ? total(compared) : sites};
}

template <bool kMasked>
detail::SiteCounts counts_of(const Word* a, const Word* b, std::size_t words, Index planes, Index sites) {
  switch (planes) {
    case 0:
      return counts<0, kMasked>(a, b, words, sites);
    case 1:
      return counts<1, kMasked>(a, b, words, sites);
    case 2:
      return counts<2, kMasked>(a, b, words, sites);
    case 3:
      return counts<3, kMasked>(a, b, words, sites);
    case 4:
      return counts<4, kMasked>(a, b, words, sites);
    default:
      return counts<5, kMasked>(a, b, words, sites);
  }
}

detail::SiteCounts site_counts(const detail::BitPlanes& planes, Index i, Index j) {
  const auto words = static_cast<std::size_t>(planes.words);
  return planes.is_masked
             ? counts_of<true>(planes.sequence(i), planes.sequence(j), words, planes.planes, planes.sites)
             : counts_of<false>(planes.sequence(i), planes.sequence(j), words, planes.planes, planes.sites);
}

}  // namespace
}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace korobov::detail {

SiteCounts count_sites(const BitPlanes& planes, Index i, Index j) {
  return KOROBOV_DISPATCH(site_counts)(planes, i, j);
}

}  // namespace korobov::detail
#endif
