// A leaf of the lowest levels inside registers, radix-16 passes over blocks that fit the first cache (radix 8 where
// there are 16 registers), and above them radix-8 passes, depth first, so that each pass finds what the last one left
// in a cache. Passes of more than 8 far rows are slower: rows whole powers of two apart share the places of a cache.
// Levels commute, so a filter (transform, a factor on every coefficient, transform) takes the last levels of the first
// transform, the factors and the same levels of the second in one pass.
#include "transforms/fwht_kernels.hpp"

#include <algorithm>

#include <korobov/core/parallel.hpp>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "transforms/fwht_kernels.cpp"
#include "core/dispatch.hpp"
// clang-format off: the order matters
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "transforms/vectors-inl.hpp"
// clang-format on

#ifndef KOROBOV_FWHT_FAR_LEVELS
#define KOROBOV_FWHT_FAR_LEVELS
namespace korobov::detail {
namespace {
constexpr int kFarLevels = 3;  // of a pass beyond the first cache
}
}  // namespace korobov::detail
#endif

HWY_BEFORE_NAMESPACE();
namespace korobov::HWY_NAMESPACE {
namespace {

using detail::kFarLevels;
using detail::Pointwise;
constexpr int kRadixLevels = KOROBOV_MANY_REGISTERS ? 4 : 3;  // levels of one pass: 16 or 8 vectors in registers
template <class T>
constexpr int kLaneLevels = kLanes<T> == 16  ? 4
                            : kLanes<T> == 8 ? 3
                            : kLanes<T> == 4 ? 2
                                             : 1;
template <class T>
constexpr int kLeafLevels = kLaneLevels<T> + kRadixLevels;
template <class T>
constexpr int kFirstCacheLevels = sizeof(T) == 8 ? 12 : 13;  // 32 KiB

// The levels of strides 1, 2, ... below kLanes, inside one vector.
template <class T, int kDistance = 1>
KOROBOV_INLINE Vector<T> lane_levels(Vector<T> v) {
  v = v * by_lane_bit<T, kDistance>(1, -1) + swap_lanes<T, kDistance>(v);
  if constexpr (2 * kDistance < kLanes<T>) v = lane_levels<T, 2 * kDistance>(v);
  return v;
}

// All levels among 2^kLevels vectors.
template <class T, int kLevels>
KOROBOV_INLINE void butterflies(Vector<T> (&v)[1 << kLevels]) {
#pragma GCC unroll 4
  for (int half = 1; half < 1 << kLevels; half *= 2) {
#pragma GCC unroll 16
    for (int i = 0; i < 1 << kLevels; ++i) {
      if ((i & half) != 0) continue;
      const Vector<T> even = v[i], odd = v[i + half];
      v[i] = even + odd;
      v[i + half] = even - odd;
    }
  }
}

// kLevels levels among vectors `stride` values apart, and with kLeaf those inside the vectors; scaled by `scale` if
// kScaled.
template <class T, int kLevels, bool kScaled, bool kLeaf>
KOROBOV_INLINE void column(const T* from, T* y, Index stride, T scale) {
  Vector<T> v[1 << kLevels];
#pragma GCC unroll 16
  for (int i = 0; i < 1 << kLevels; ++i) {
    v[i] = load(from + i * stride);
    if constexpr (kLeaf) v[i] = lane_levels<T>(v[i]);
  }
  butterflies<T, kLevels>(v);
#pragma GCC unroll 16
  for (int i = 0; i < 1 << kLevels; ++i) store<T>(y + i * stride, kScaled ? v[i] * scale : v[i]);
}

// One pass: the levels of strides `stride`, 2 stride, ... of the values y[0, n), over columns first..last-1 of each
// group.
template <class T, int kLevels, bool kScaled>
void pass(T* y, Index n, Index stride, Index first, Index last, T scale) {
  for (Index i = 0; i < n; i += stride << kLevels) {
    for (Index k = first; k < last; k += kLanes<T>) {
      column<T, kLevels, kScaled, false>(y + i + k, y + i + k, stride, scale);
    }
  }
}
template <class T, bool kScaled>
void pass(int levels, T* y, Index n, Index stride, Index first, Index last, T scale) {
  switch (levels) {
    case 1:
      return pass<T, 1, kScaled>(y, n, stride, first, last, scale);
    case 2:
      return pass<T, 2, kScaled>(y, n, stride, first, last, scale);
    case 3:
      return pass<T, 3, kScaled>(y, n, stride, first, last, scale);
    default:
      return pass<T, kRadixLevels, kScaled>(y, n, stride, first, last, scale);
  }
}

template <class T, bool kScaled>
void leaves(const T* from, T* y, Index n, T scale) {
  for (Index i = 0; i < n; i += kLanes<T> << kRadixLevels) {
    column<T, kRadixLevels, kScaled, true>(from + i, y + i, kLanes<T>, scale);
  }
}

// The same kLevels levels as `pass` over all of y, then the values times or over `factor`, scaled, and these levels
// again; columns first..last-1.
template <int kLevels, Pointwise kHow>
void filter_pass(double* y, const double* factor, Index stride, Index first, Index last, double scale) {
  for (Index k = first; k < last; k += kLanes<double>) {
    Vector<double> v[1 << kLevels];
#pragma GCC unroll 16
    for (int i = 0; i < 1 << kLevels; ++i) v[i] = load(y + k + i * stride);
    butterflies<double, kLevels>(v);
#pragma GCC unroll 16
    for (int i = 0; i < 1 << kLevels; ++i) {
      const Vector<double> w = load(factor + k + i * stride);
      v[i] = kHow == Pointwise::divide ? v[i] * scale / w : v[i] * scale * w;
    }
    butterflies<double, kLevels>(v);
#pragma GCC unroll 16
    for (int i = 0; i < 1 << kLevels; ++i) store<double>(y + k + i * stride, v[i]);
  }
}
template <Pointwise kHow>
void filter_pass(int levels, double* y, const double* factor, Index stride, Index first, Index last, double scale) {
  switch (levels) {
    case 1:
      return filter_pass<1, kHow>(y, factor, stride, first, last, scale);
    case 2:
      return filter_pass<2, kHow>(y, factor, stride, first, last, scale);
    case 3:
      return filter_pass<3, kHow>(y, factor, stride, first, last, scale);
    default:
      return filter_pass<kRadixLevels, kHow>(y, factor, stride, first, last, scale);
  }
}

// Fewer values than a leaf.
template <class T>
void small(const T* from, T* y, int m, T scale) {
  const Index n = Index{1} << m;
  if (from != y) std::copy(from, from + n, y);
  for (Index half = 1; half < n; half *= 2) {
    for (Index i = 0; i < n; ++i) {
      if ((i & half) != 0) continue;
      const T even = y[i], odd = y[i + half];
      y[i] = even + odd;
      y[i + half] = even - odd;
    }
  }
  for (Index i = 0; i < n; ++i) y[i] *= scale;
}

// The levels of the last pass over 2^m values beyond the first cache.
template <class T>
int top_levels(int m) {
  return std::min(kFarLevels, m - kFirstCacheLevels<T>);
}

template <class T, bool kScaled>
void transform(const T* from, T* y, int m, T scale);

// All levels but the last ones, whose number comes back; m > kLeafLevels.
template <class T>
int all_but_last(const T* from, T* y, int m) {
  const Index n = Index{1} << m;
  if (m > kFirstCacheLevels<T>) {
    const int levels = top_levels<T>(m);
    for (Index i = 0; i < n; i += n >> levels) transform<T, false>(from + i, y + i, m - levels, 1);
    return levels;
  }
  int done = kLeafLevels<T>;
  leaves<T, false>(from, y, n, 1);
  while (m - done > kRadixLevels) {
    // a rest of 5 levels is 2 + 3 rather than 4 + 1
    const int levels = std::min(kRadixLevels, (m - done) / 2);
    pass<T, false>(levels, y, n, Index{1} << done, 0, Index{1} << done, T{1});
    done += levels;
  }
  return m - done;
}

template <class T, bool kScaled>
void transform(const T* from, T* y, int m, T scale) {
  const Index n = Index{1} << m;
  if (m == kLeafLevels<T>) return leaves<T, kScaled>(from, y, n, scale);
  const int levels = all_but_last(from, y, m);
  pass<T, kScaled>(levels, y, n, n >> levels, 0, n >> levels, scale);
}

template <class T>
void whole(const T* from, T* y, int m, T scale) {
  if (m < kLeafLevels<T>) return small(from, y, m, scale);
  transform<T, true>(from, y, m, scale);
}

template <Pointwise kHow>
void filter(const double* from, double* y, const double* factor, int m, double scale) {
  const Index n = Index{1} << m;
  if (m > kLeafLevels<double>) {
    const int levels = all_but_last(from, y, m);
    filter_pass<kHow>(levels, y, factor, n >> levels, 0, n >> levels, scale);
    all_but_last<double>(y, y, m);
    return;
  }
  whole<double>(from, y, m, 1);
  for (Index k = 0; k < n; ++k) y[k] = kHow == Pointwise::divide ? y[k] * scale / factor[k] : y[k] * scale * factor[k];
  whole<double>(y, y, m, 1);
}

template <class T>
void join(const T* a, const T* b, T* low, T* high, Index n, T scale) {
  for (Index k = 0; k < n; ++k) {
    const T even = a[k], odd = b[k];
    low[k] = (even + odd) * scale;
    high[k] = (even - odd) * scale;
  }
}

}  // namespace

// One name per type: the dispatch takes addresses.
void fwht_whole(double* y, int m, double scale) { whole<double>(y, y, m, scale); }
void fwht_whole_float(float* y, int m, float scale) { whole<float>(y, y, m, scale); }
void fwht_filtered(const double* from, double* y, const double* factor, Pointwise how, int m, double scale) {
  how == Pointwise::divide ? filter<Pointwise::divide>(from, y, factor, m, scale)
                           : filter<Pointwise::multiply>(from, y, factor, m, scale);
}
void fwht_filter_top(double* y, const double* factor, Pointwise how, int m, int levels, Range columns, double scale) {
  const Index stride = Index{1} << (m - levels);
  how == Pointwise::divide
      ? filter_pass<Pointwise::divide>(levels, y, factor, stride, columns.first, columns.last, scale)
      : filter_pass<Pointwise::multiply>(levels, y, factor, stride, columns.first, columns.last, scale);
}
void fwht_part(const double* from, double* y, int m) { transform<double, false>(from, y, m, 1); }
void fwht_part_float(const float* from, float* y, int m) { transform<float, false>(from, y, m, 1); }
void fwht_top(double* y, int m, int levels, Range columns, double scale) {
  pass<double, true>(levels, y, Index{1} << m, Index{1} << (m - levels), columns.first, columns.last, scale);
}
void fwht_top_float(float* y, int m, int levels, Range columns, float scale) {
  pass<float, true>(levels, y, Index{1} << m, Index{1} << (m - levels), columns.first, columns.last, scale);
}
void fwht_join(const double* a, const double* b, double* low, double* high, Index n, double scale) {
  join(a, b, low, high, n, scale);
}
void fwht_join_float(const float* a, const float* b, float* low, float* high, Index n, float scale) {
  join(a, b, low, high, n, scale);
}

}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace korobov::detail {
namespace {

// The parts of one row, or the columns of the pass that joins them, on all threads: the same operations as the whole.
template <class T>
void share_parts(const T* from, T* y, int m, void (*part)(const T*, T*, int)) {
  const Index stride = Index{1} << (m - kFarLevels);
  parallel_for(Index{1} << kFarLevels, 1, [&](Range parts) {
    for (Index i = parts.first; i < parts.last; ++i) part(from + i * stride, y + i * stride, m - kFarLevels);
  });
}
template <class Top>
void share_columns(int m, const Top& top) {
  constexpr Index kColumns = 4096;
  parallel_for(Index{1} << (m - kFarLevels), kColumns, top);
}

}  // namespace

void fwht_row(double* y, int m, double scale) { KOROBOV_DISPATCH(fwht_whole)(y, m, scale); }
void fwht_row(float* y, int m, float scale) { KOROBOV_DISPATCH(fwht_whole_float)(y, m, scale); }
void fwht_row_shared(double* y, int m, double scale) {
  share_parts<double>(y, y, m, KOROBOV_DISPATCH(fwht_part));
  share_columns(m, [=](Range columns) { KOROBOV_DISPATCH(fwht_top)(y, m, kFarLevels, columns, scale); });
}
void fwht_row_shared(float* y, int m, float scale) {
  share_parts<float>(y, y, m, KOROBOV_DISPATCH(fwht_part_float));
  share_columns(m, [=](Range columns) { KOROBOV_DISPATCH(fwht_top_float)(y, m, kFarLevels, columns, scale); });
}
void fwht_filter_row(const double* from, double* y, const double* factor, Pointwise how, int m, double scale) {
  KOROBOV_DISPATCH(fwht_filtered)(from, y, factor, how, m, scale);
}
void fwht_filter_row_shared(const double* from, double* y, const double* factor, Pointwise how, int m, double scale) {
  share_parts(from, y, m, KOROBOV_DISPATCH(fwht_part));
  share_columns(m, [=](Range columns) {
    KOROBOV_DISPATCH(fwht_filter_top)(y, factor, how, m, kFarLevels, columns, scale);
  });
  share_parts<double>(y, y, m, KOROBOV_DISPATCH(fwht_part));
}
void fwht_join_rows(const double* a, const double* b, double* low, double* high, Index n, double scale) {
  KOROBOV_DISPATCH(fwht_join)(a, b, low, high, n, scale);
}
void fwht_join_rows(const float* a, const float* b, float* low, float* high, Index n, float scale) {
  KOROBOV_DISPATCH(fwht_join_float)(a, b, low, high, n, scale);
}

}  // namespace korobov::detail
#endif
