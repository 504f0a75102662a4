#include "information/factor_rows.hpp"

#include <algorithm>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "information/factor_rows.cpp"
// clang-format off
#include "core/dispatch.hpp"  // first: picks the targets
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace korobov::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<double, 8>;
using V = hn::Vec<D>;
using detail::MissingEntries;

constexpr std::size_t kTile = 8;
constexpr std::size_t kLanes = hn::MaxLanes(D());
constexpr std::size_t kVectors = kTile / kLanes;
// As many rows as leave the sums in registers and hide their latency.
constexpr std::size_t kMostRows = HWY_TARGET == HWY_AVX3 ? 8 : kLanes;

// What is left of one tile of kRows rows when the columns before it have passed; a row per lane.
template <std::size_t kRows>
HWY_INLINE void solve_triangle(const double* HWY_RESTRICT chosen, std::size_t first, std::size_t width,
                               MissingEntries* missing, const V (*rest)[kVectors], double* rows, std::size_t stride) {
  using Rows = hn::CappedTag<double, kRows>;
  constexpr std::size_t kRowLanes = hn::MaxLanes(Rows()), kRowVectors = kRows / kRowLanes;
  const Rows d;
  HWY_ALIGN double entries[kTile][kRows];
  HWY_ALIGN double variance[kRows];
  HWY_ALIGN double from[kRows];
  for (std::size_t i = 0; i < kRows; ++i) {
    HWY_ALIGN double row[kTile];
    for (std::size_t v = 0; v < kVectors; ++v) hn::Store(rest[i][v], D(), row + v * kLanes);
    for (std::size_t s = 0; s < kTile; ++s) entries[s][i] = row[s];
    variance[i] = missing[i].variance;
    from[i] = static_cast<double>(missing[i].from);
  }
  const bool has_known = missing[kRows - 1].from > first;  // entries of the tile, sorted by their numbers
  HWY_ALIGN double known[kTile][kRows] = {};
  for (std::size_t i = 0; has_known && i < kRows; ++i) {
    for (std::size_t s = first; s < missing[i].from; ++s) known[s - first][i] = rows[i * stride + s];
  }
  for (std::size_t v = 0; v < kRowVectors; ++v) {
    const std::size_t lane = v * kRowLanes;
    hn::Vec<Rows> left[kTile];
    for (std::size_t s = 0; s < kTile; ++s) left[s] = hn::Load(d, entries[s] + lane);
    auto variances = hn::Load(d, variance + lane);
    const auto starts = hn::Load(d, from + lane);
    for (std::size_t s = 0; s < kTile; ++s) {
      if (s >= width) break;
      const double* HWY_RESTRICT column = chosen + s * kTile;
      left[s] = hn::Div(left[s], hn::Set(d, column[s]));
      auto square = hn::Mul(left[s], left[s]);
      if (has_known) {
        const auto is_missing = hn::Le(starts, hn::Set(d, static_cast<double>(first + s)));
        square = hn::IfThenElseZero(is_missing, square);
        left[s] = hn::IfThenElse(is_missing, left[s], hn::Load(d, known[s] + lane));
      }
      variances = hn::Sub(variances, square);
      for (std::size_t r = s + 1; r < kTile; ++r) {
        left[r] = hn::Sub(left[r], hn::Mul(left[s], hn::Set(d, column[r])));
      }
      hn::Store(left[s], d, entries[s] + lane);
    }
    hn::Store(variances, d, variance + lane);
  }
  for (std::size_t i = 0; i < kRows; ++i) {
    for (std::size_t s = 0; s < kTile; ++s) rows[i * stride + first + s] = entries[s][i];
    missing[i].variance = variance[i];
  }
}

// Entries first .. first + width - 1, one tile, of kRows rows.
template <std::size_t kRows>
HWY_INLINE void complete_tile(const double* HWY_RESTRICT chosen, std::size_t first, std::size_t width,
                              MissingEntries* missing, double* rows, std::size_t stride) {
  const D d;
  V rest[kRows][kVectors];
  for (std::size_t i = 0; i < kRows; ++i) {
    const double* k = missing[i].k + static_cast<std::ptrdiff_t>(first) - static_cast<std::ptrdiff_t>(missing[i].from);
    for (std::size_t v = 0; v < kVectors; ++v) rest[i][v] = hn::LoadU(d, k + v * kLanes);
  }
  for (std::size_t s = 0; s < first; ++s) {
    V column[kVectors];
    for (std::size_t v = 0; v < kVectors; ++v) column[v] = hn::LoadU(d, chosen + s * kTile + v * kLanes);
    for (std::size_t i = 0; i < kRows; ++i) {
      const V entry = hn::Set(d, rows[i * stride + s]);
      for (std::size_t v = 0; v < kVectors; ++v) rest[i][v] = hn::Sub(rest[i][v], hn::Mul(entry, column[v]));
    }
  }
  solve_triangle<kRows>(chosen + first * kTile, first, width, missing, rest, rows, stride);
}

template <std::size_t kRows>
void complete_rows(const double* chosen, std::size_t first, std::size_t width, MissingEntries* missing,
                   std::size_t count, double* rows, std::size_t stride) {
  for (; count >= kRows; count -= kRows, missing += kRows, rows += kRows * stride) {
    complete_tile<kRows>(chosen, first, width, missing, rows, stride);
  }
  if constexpr (kRows > 1) complete_rows<kRows / 2>(chosen, first, width, missing, count, rows, stride);
}

}  // namespace

void complete_entries(const double* chosen, std::size_t first, std::size_t width, MissingEntries* missing,
                      std::size_t count, double* rows, std::size_t stride) {
  complete_rows<kMostRows>(chosen, first, width, missing, count, rows, stride);
}

}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace korobov::detail {

FactorRows::FactorRows(Index n, Index k)
    : n_(static_cast<std::size_t>(n)),
      rows_(
          std::make_unique_for_overwrite<double[]>(n_ * ((static_cast<std::size_t>(k) + kTile - 1) / kTile * kTile))) {}

void FactorRows::choose(Index i, double variance) {
  const std::size_t lane = count_ % kTile;
  if (lane == 0) chosen_.emplace_back((count_ + kTile) * kTile);
  double* tile = chosen_.back().data() + lane;
  for (std::size_t s = 0; s < count_; ++s) tile[s * kTile] = tile_of(i, s)[s % kTile];
  tile[count_ * kTile] = std::sqrt(variance);
  ++count_;
}

void FactorRows::complete(std::span<MissingEntries> missing) {
  if (missing.empty()) return;
  // The rows side by side, for the nearer caches.
  const std::size_t stride = (count_ / kTile + 2) * kTile;
  const auto rows = std::make_unique_for_overwrite<double[]>(missing.size() * stride);
  for (std::size_t i = 0; i < missing.size(); ++i) {
    for (std::size_t s = 0; s < missing[i].from; s += kTile) {
      std::copy_n(tile_of(missing[i].row, s), kTile, rows.get() + i * stride + s);
    }
  }
  const auto complete_tiles = KOROBOV_DISPATCH(complete_entries);
  std::size_t active = 0;
  for (std::size_t first = missing.front().from / kTile * kTile; first < count_; first += kTile) {
    const std::size_t width = std::min(kTile, count_ - first);
    while (active < missing.size() && missing[active].from < first + width) ++active;
    complete_tiles(chosen_[first / kTile].data(), first, width, missing.data(), active, rows.get(), stride);
  }
  for (std::size_t i = 0; i < missing.size(); ++i) {
    for (std::size_t s = missing[i].from / kTile * kTile; s < count_; s += kTile) {
      std::copy_n(rows.get() + i * stride + s, kTile, tile_of(missing[i].row, s));
    }
  }
}

}  // namespace korobov::detail
#endif
