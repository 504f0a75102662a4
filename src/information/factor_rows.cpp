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

// Entries first .. first + width - 1, one tile, of kRows rows.
template <std::size_t kRows>
HWY_INLINE void complete_tile(const double* HWY_RESTRICT chosen, std::size_t first, std::size_t width,
                              MissingEntries* missing, double* rows, std::size_t n) {
  const D d;
  V rest[kRows][kVectors];
  const double* before[kRows];  // the row's tile 0
  double* out[kRows];
  for (std::size_t i = 0; i < kRows; ++i) {
    const double* k = missing[i].k + static_cast<std::ptrdiff_t>(first) - static_cast<std::ptrdiff_t>(missing[i].from);
    for (std::size_t v = 0; v < kVectors; ++v) rest[i][v] = hn::LoadU(d, k + v * kLanes);
    before[i] = rows + static_cast<std::size_t>(missing[i].row) * kTile;
    out[i] = rows + first * n + static_cast<std::size_t>(missing[i].row) * kTile;
  }
  for (std::size_t tile = 0; tile < first; tile += kTile) {
    for (std::size_t s = 0; s < kTile; ++s) {
      V column[kVectors];
      for (std::size_t v = 0; v < kVectors; ++v) column[v] = hn::LoadU(d, chosen + (tile + s) * kTile + v * kLanes);
      for (std::size_t i = 0; i < kRows; ++i) {
        const V entry = hn::Set(d, before[i][tile * n + s]);
        for (std::size_t v = 0; v < kVectors; ++v) rest[i][v] = hn::Sub(rest[i][v], hn::Mul(entry, column[v]));
      }
    }
  }
  // The triangle, a row per lane.
  double left[kTile][kRows], kept[kTile][kRows] = {}, variance[kRows];
  std::size_t from[kRows];
  for (std::size_t i = 0; i < kRows; ++i) {
    double entries[kTile];
    for (std::size_t v = 0; v < kVectors; ++v) hn::StoreU(rest[i][v], d, entries + v * kLanes);
    for (std::size_t s = 0; s < kTile; ++s) left[s][i] = entries[s];
    variance[i] = missing[i].variance;
    from[i] = missing[i].from;
    for (std::size_t s = 0; first + s < from[i]; ++s) kept[s][i] = out[i][s];
  }
  for (std::size_t s = 0; s < width; ++s) {
    const double* HWY_RESTRICT column = chosen + (first + s) * kTile;
    for (std::size_t i = 0; i < kRows; ++i) {
      const double entry = left[s][i] / column[s];
      const bool is_missing = from[i] <= first + s;
      left[s][i] = is_missing ? entry : kept[s][i];
      variance[i] -= is_missing ? entry * entry : 0.0;
    }
    for (std::size_t r = s + 1; r < kTile; ++r) {
      for (std::size_t i = 0; i < kRows; ++i) left[r][i] -= left[s][i] * column[r];
    }
  }
  for (std::size_t i = 0; i < kRows; ++i) {
    for (std::size_t s = 0; s < kTile; ++s) out[i][s] = left[s][i];
    missing[i].variance = variance[i];
  }
}

template <std::size_t kRows>
void complete_rows(const double* chosen, std::size_t first, std::size_t width, MissingEntries* missing,
                   std::size_t count, double* rows, std::size_t n) {
  for (; count >= kRows; count -= kRows, missing += kRows) {
    complete_tile<kRows>(chosen, first, width, missing, rows, n);
  }
  if constexpr (kRows > 1) complete_rows<kRows / 2>(chosen, first, width, missing, count, rows, n);
}

}  // namespace

void complete_entries(const double* chosen, std::size_t first, std::size_t width, MissingEntries* missing,
                      std::size_t count, double* rows, std::size_t n) {
  complete_rows<kMostRows>(chosen, first, width, missing, count, rows, n);
}

}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace korobov::detail {

FactorRows::FactorRows(Index n, Index k)
    : n_(static_cast<std::size_t>(n)),
      rows_(std::make_unique_for_overwrite<double[]>(n_ * ((static_cast<std::size_t>(k) + kTile - 1) / kTile * kTile))) {
}

void FactorRows::choose(Index i, double variance) {
  const std::size_t lane = count_ % kTile;
  if (lane == 0) chosen_.emplace_back((count_ + kTile) * kTile);
  double* tile = chosen_.back().data() + lane;
  for (std::size_t s = 0; s < count_; ++s) {
    tile[s * kTile] = rows_[(s / kTile * n_ + static_cast<std::size_t>(i)) * kTile + s % kTile];
  }
  tile[count_ * kTile] = std::sqrt(variance);
  ++count_;
}

void FactorRows::complete(std::span<MissingEntries> rows) {
  if (rows.empty()) return;
  const auto complete_tiles = KOROBOV_DISPATCH(complete_entries);
  std::size_t active = 0;
  for (std::size_t first = rows.front().from / kTile * kTile; first < count_; first += kTile) {
    const std::size_t width = std::min(kTile, count_ - first);
    while (active < rows.size() && rows[active].from < first + width) ++active;
    complete_tiles(chosen_[first / kTile].data(), first, width, rows.data(), active, rows_.get(), n_);
  }
}

}  // namespace korobov::detail
#endif
