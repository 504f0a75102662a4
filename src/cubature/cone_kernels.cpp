#include "cubature/cone_kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cubature/cone_kernels.cpp"
#include "core/dispatch.hpp"
// clang-format off: the order matters
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace korobov::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using detail::ConePass;

using D = hn::CappedTag<double, 8>;
using DU = hn::RebindToUnsigned<D>;
using DI = hn::RebindToSigned<D>;
using D32 = hn::Rebind<std::uint32_t, D>;
using V = hn::Vec<D>;
using V32 = hn::Vec<D32>;

// 16 positions a sixteenth of N apart, for a vector of p.
struct Group {
  V value[16];
  V32 index[16];
};

HWY_INLINE void swap_where(Group& g, int a, int b, hn::Mask<D> mask, V32 mask32) {
  const V x = g.value[a], y = g.value[b];
  g.value[a] = hn::IfThenElse(mask, y, x);
  g.value[b] = hn::IfThenElse(mask, x, y);
  const V32 change = hn::And(hn::Xor(g.index[a], g.index[b]), mask32);
  g.index[a] = hn::Xor(g.index[a], change);
  g.index[b] = hn::Xor(g.index[b], change);
}

// Level m - 1 (distance 8), m - 2 (4), m - 3 (2), m - 4 (1): compare j with j + distance for j < distance, and let all
// aliases, j + 2 distance, ..., follow. k = 0 is never compared.
template <int kDistance>
HWY_INLINE void sort_level(Group& g, bool has_zero) {
  const D d;
  for (int j = 0; j < kDistance; ++j) {
    auto mask = hn::Gt(hn::Abs(g.value[j + kDistance]), hn::Abs(g.value[j]));
    if (j == 0 && has_zero) mask = hn::AndNot(hn::FirstN(d, 1), mask);
    const V32 mask32 = hn::TruncateTo(D32(), hn::BitCast(DU(), hn::VecFromMask(d, mask)));
    for (int alias = j; alias < 16; alias += 2 * kDistance) swap_where(g, alias, alias + kDistance, mask, mask32);
  }
}

HWY_INLINE void sort_group(Group& g, bool has_zero) {
  sort_level<8>(g, has_zero);
  sort_level<4>(g, has_zero);
  sort_level<2>(g, has_zero);
  sort_level<1>(g, has_zero);
}

struct NetGroups {
  double* c;
  const double* fresh;
  double scale;
  std::size_t sixteenth;

  HWY_INLINE void load(std::size_t p, std::size_t j, V32 index, V& low, V& high) const {
    const D d;
    const auto places = hn::BitCast(DI(), hn::PromoteTo(DU(), index));
    const V old = hn::Mul(hn::Set(d, 0.5), hn::LoadU(d, c + p + j * sixteenth));
    const V next = hn::Mul(hn::Set(d, scale), hn::GatherIndex(d, fresh, places));
    low = hn::Add(old, next);
    high = hn::Sub(old, next);
  }
  HWY_INLINE void store(std::size_t p, const Group& g) const {
    for (std::size_t j = 0; j < 16; ++j) hn::StoreU(g.value[j], D(), c + p + j * sixteenth);
  }
  static HWY_INLINE V magnitude(V v) { return hn::Abs(v); }
};

struct LatticeGroups {
  const double* squares;
  double* low_squares;
  std::size_t half;

  HWY_INLINE void load(std::size_t, std::size_t, V32 index, V& low, V& high) const {
    const D d;
    const auto places = hn::BitCast(DI(), hn::PromoteTo(DU(), index));
    low = hn::GatherIndex(d, squares, places);
    // |y_{h + k}| = |y_{N - h - k}| = |y_{h - k}|
    high = hn::GatherIndex(d, squares, hn::Sub(hn::Set(DI(), static_cast<std::int64_t>(half)), places));
  }
  HWY_INLINE void store(std::size_t p, const Group& g) const { hn::StoreU(g.value[0], D(), low_squares + p); }
  static HWY_INLINE V magnitude(V v) { return hn::Sqrt(v); }
};

template <class Groups>
HWY_INLINE void cone_pass(ConePass& pass, const Groups& groups) {
  const D d;
  const D32 d32;
  const std::size_t sixteenth = pass.n / 16;
  const V32 half = hn::Set(d32, static_cast<std::uint32_t>(pass.n / 2));
  for (double& sum : pass.sums) sum = 0;
  constexpr std::size_t tile = 512;  // sums of vectors within, of doubles between
  for (std::size_t first = 0; first < sixteenth; first += tile) {
    const std::size_t last = first + tile < sixteenth ? first + tile : sixteenth;
    V sums[4] = {hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)};
    for (std::size_t p = first; p < last; p += hn::Lanes(d)) {
      Group g;
      for (std::size_t j = 0; j < 8; ++j) {
        g.index[j] = hn::LoadU(d32, pass.kappa + p + j * sixteenth);
        g.index[j + 8] = hn::Add(g.index[j], half);
        groups.load(p, j, g.index[j], g.value[j], g.value[j + 8]);
      }
      sort_group(g, p == 0);
      for (std::size_t j = 0; j < 16; ++j) hn::StoreU(g.index[j], d32, pass.kappa + p + j * sixteenth);
      groups.store(p, g);
      for (std::size_t j = 1; j < 16; ++j) {
        const std::size_t level = j >= 8 ? 0 : j >= 4 ? 1 : j >= 2 ? 2 : 3;
        sums[level] = hn::Add(sums[level], groups.magnitude(g.value[j]));
      }
    }
    for (std::size_t level = 0; level < 4; ++level) pass.sums[level] += hn::GetLane(hn::SumOfLanes(d, sums[level]));
  }
}

void pass_net(ConePass& pass, double* c, const double* fresh, double fresh_scale) {
  cone_pass(pass, NetGroups{c, fresh, 0.5 * fresh_scale, pass.n / 16});
}

void pass_lattice(ConePass& pass, const double* squares, double* low) {
  cone_pass(pass, LatticeGroups{squares, low, pass.n / 2});
}

}  // namespace
}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace korobov::detail {

void cone_pass_net(ConePass& pass, double* c, const double* fresh, double fresh_scale) {
  KOROBOV_DISPATCH(pass_net)(pass, c, fresh, fresh_scale);
}

void cone_pass_lattice(ConePass& pass, const double* squares, double* low) {
  KOROBOV_DISPATCH(pass_lattice)(pass, squares, low);
}

}  // namespace korobov::detail
#endif
