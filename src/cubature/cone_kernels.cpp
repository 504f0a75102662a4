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
using D8 = hn::Rebind<std::uint8_t, D>;
using V = hn::Vec<D>;
using VU = hn::Vec<DU>;

// The 16 rows of a group: value and h.
struct Group {
  V value[16];
  VU high[16];
};

HWY_INLINE VU load_high(const std::uint8_t* from) {
  return hn::PromoteTo(DU(), hn::PromoteTo(hn::Rebind<std::uint32_t, D>(), hn::LoadU(D8(), from)));
}

HWY_INLINE hn::Mask<D> bit_mask(VU v, std::uint64_t bit) {
  return hn::MaskFromVec(hn::BitCast(D(), hn::VecFromMask(DU(), hn::TestBit(v, hn::Set(DU(), bit)))));
}

HWY_INLINE void swap_where(hn::Mask<D> mask, V& x, V& y) {
  const V low = hn::IfThenElse(mask, y, x);
  y = hn::IfThenElse(mask, x, y);
  x = low;
}

HWY_INLINE void swap_where(hn::Mask<D> mask, VU& x, VU& y) {
  const VU change = hn::And(hn::Xor(x, y), hn::BitCast(DU(), hn::VecFromMask(D(), mask)));
  x = hn::Xor(x, change);
  y = hn::Xor(y, change);
}

// Level m - 1 (distance 8), m - 2 (4), m - 3 (2), m - 4 (1): compare j with j + distance for j < distance, and let all
// aliases, j + 2 distance, ..., follow. Position 0 is never compared.
template <int kDistance>
HWY_INLINE void sort_level(Group& g, bool has_zero) {
  const D d;
  for (int j = 0; j < kDistance; ++j) {
    auto mask = hn::Gt(hn::Abs(g.value[j + kDistance]), hn::Abs(g.value[j]));
    if (j == 0 && has_zero) mask = hn::AndNot(hn::FirstN(d, 1), mask);
    for (int alias = j; alias < 16; alias += 2 * kDistance) {
      swap_where(mask, g.value[alias], g.value[alias + kDistance]);
      swap_where(mask, g.high[alias], g.high[alias + kDistance]);
    }
  }
}

// Per lane, rows[h], h < 8.
HWY_INLINE V select_row(const V* rows, VU high) {
  const auto bit0 = bit_mask(high, 1), bit1 = bit_mask(high, 2), bit2 = bit_mask(high, 4);
  const V a = hn::IfThenElse(bit0, rows[1], rows[0]), b = hn::IfThenElse(bit0, rows[3], rows[2]);
  const V c = hn::IfThenElse(bit0, rows[5], rows[4]), e = hn::IfThenElse(bit0, rows[7], rows[6]);
  return hn::IfThenElse(bit2, hn::IfThenElse(bit1, e, c), hn::IfThenElse(bit1, b, a));
}

struct Nets {
  double* c;
  const double* fresh;
  double scale;
  std::size_t eighth;  // of n: the new q

  static constexpr bool kHasOldValues = true;
  HWY_INLINE V old_value(std::size_t place) const { return hn::Mul(hn::Set(D(), 0.5), hn::LoadU(D(), c + place)); }
  // Fills the group from the 8 old rows with low part a.
  HWY_INLINE void join(std::size_t a, Group& g) const {
    const D d;
    V rows[8];
    for (std::size_t i = 0; i < 8; ++i) rows[i] = hn::LoadU(d, fresh + i * eighth + a);
    for (std::size_t j = 0; j < 8; ++j) {
      const V next = hn::Mul(hn::Set(d, scale), select_row(rows, g.high[j]));
      const V old = g.value[j];
      g.value[j] = hn::Add(old, next);
      g.value[j + 8] = hn::Sub(old, next);
    }
  }
  HWY_INLINE void store(std::size_t a, const Group& g) const {
    for (std::size_t j = 0; j < 16; ++j) hn::StoreU(g.value[j], D(), c + j * eighth + a);
  }
  static HWY_INLINE V magnitude(V v) { return hn::Abs(v); }
};

struct Lattices {
  const double* squares;
  double* low;
  std::size_t n;
  std::size_t eighth;

  static constexpr bool kHasOldValues = false;
  HWY_INLINE V old_value(std::size_t) const { return hn::Zero(D()); }
  HWY_INLINE void join(std::size_t a, Group& g) const {
    const D d;
    V rows[8], mirrored[8];  // |y_{n + k}| = |y_{2n - n - k}| = |y_{n - k}|
    for (std::size_t i = 0; i < 8; ++i) {
      rows[i] = hn::LoadU(d, squares + i * eighth + a);
      mirrored[i] = hn::Reverse(d, hn::LoadU(d, squares + (n - i * eighth - a) - (hn::Lanes(d) - 1)));
    }
    for (std::size_t j = 0; j < 8; ++j) {
      g.value[j] = select_row(rows, g.high[j]);
      g.value[j + 8] = select_row(mirrored, g.high[j]);
    }
  }
  HWY_INLINE void store(std::size_t a, const Group& g) const { hn::StoreU(g.value[0], D(), low + a); }
  static HWY_INLINE V magnitude(V v) { return hn::Sqrt(v); }
};

template <class Kind>
HWY_INLINE void cone_pass(ConePass& pass, const Kind& kind) {
  const D d;
  const DU du;
  const D8 d8;
  const std::size_t old_q = pass.n / 16;
  const std::size_t new_q = pass.n / 8;
  for (double& sum : pass.sums) sum = 0;
  constexpr std::size_t tile = 256;  // sums of vectors within, of doubles between
  for (std::size_t first = 0; first < old_q; first += tile) {
    const std::size_t last = first + tile < old_q ? first + tile : old_q;
    V sums[4] = {hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)};
    for (std::size_t a = first; a < last; a += hn::Lanes(d)) {
      // Old rows 2 i and 2 i + 1 are row i of the groups with low parts a and a + old_q, where the index's bit says so.
      Group groups[2];
      const VU first_row = load_high(pass.high + a);
      const auto flip = bit_mask(first_row, 1);
      hn::StoreU(hn::TruncateTo(d8, hn::And(first_row, hn::Set(du, 1))), d8, pass.flip + a);
      for (std::size_t i = 0; i < 8; ++i) {
        for (std::size_t b = 0; b < 2; ++b) {
          const std::size_t place = (2 * i + b) * old_q + a;
          groups[b].high[i] = hn::ShiftRight<1>(load_high(pass.high + place));
          groups[b].value[i] = kind.old_value(place);
        }
        swap_where(flip, groups[0].high[i], groups[1].high[i]);
        if constexpr (Kind::kHasOldValues) swap_where(flip, groups[0].value[i], groups[1].value[i]);
      }
      for (std::size_t b = 0; b < 2; ++b) {
        Group& g = groups[b];
        const std::size_t place = a + b * old_q;
        for (std::size_t j = 0; j < 8; ++j) g.high[j + 8] = hn::Or(g.high[j], hn::Set(du, 8));
        kind.join(place, g);
        sort_level<8>(g, place == 0);
        sort_level<4>(g, place == 0);
        sort_level<2>(g, place == 0);
        sort_level<1>(g, place == 0);
        for (std::size_t j = 0; j < 16; ++j)
          hn::StoreU(hn::TruncateTo(d8, g.high[j]), d8, pass.high + j * new_q + place);
        kind.store(place, g);
        for (std::size_t j = 1; j < 16; ++j) {
          const std::size_t level = j >= 8 ? 0 : j >= 4 ? 1 : j >= 2 ? 2 : 3;
          sums[level] = hn::Add(sums[level], kind.magnitude(g.value[j]));
        }
      }
    }
    for (std::size_t level = 0; level < 4; ++level) pass.sums[level] += hn::GetLane(hn::SumOfLanes(d, sums[level]));
  }
}

void pass_net(ConePass& pass, double* c, const double* fresh, double fresh_scale) {
  cone_pass(pass, Nets{c, fresh, 0.5 * fresh_scale, pass.n / 8});
}

void pass_lattice(ConePass& pass, const double* squares, double* low) {
  cone_pass(pass, Lattices{squares, low, pass.n, pass.n / 8});
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
