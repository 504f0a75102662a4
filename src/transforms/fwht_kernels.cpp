// A leaf of the lowest levels inside registers, radix-16 passes over blocks that fit the first cache (radix 8 where
// there are 16 registers), and above them radix-8 passes, depth first, so that each pass finds what the last one left
// in a cache. Passes of more than 8 far rows are slower: rows whole powers of two apart share the places of a cache.
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
// kScaled; of the values times or over `factor` if kHow says so.
template <class T, int kLevels, bool kScaled, bool kLeaf, Pointwise kHow = Pointwise::none>
KOROBOV_INLINE void column(T* y, Index stride, T scale, const T* factor = nullptr) {
  Vector<T> v[1 << kLevels];
#pragma GCC unroll 16
  for (int i = 0; i < 1 << kLevels; ++i) {
    v[i] = load(y + i * stride);
    if constexpr (kHow == Pointwise::multiply) v[i] *= load(factor + i * stride);
    if constexpr (kHow == Pointwise::divide) v[i] /= load(factor + i * stride);
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
    for (Index k = first; k < last; k += kLanes<T>) column<T, kLevels, kScaled, false>(y + i + k, stride, scale);
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

template <class T, bool kScaled, Pointwise kHow>
void leaves(T* y, Index n, T scale, const T* factor) {
  for (Index i = 0; i < n; i += kLanes<T> << kRadixLevels) {
    column<T, kRadixLevels, kScaled, true, kHow>(y + i, kLanes<T>, scale,
                                                 kHow == Pointwise::none ? nullptr : factor + i);
  }
}

// Fewer values than a leaf.
template <class T>
void small(T* y, int m, T scale) {
  const Index n = Index{1} << m;
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

template <class T, bool kScaled, Pointwise kHow = Pointwise::none>
void transform(T* y, int m, T scale, const T* factor = nullptr) {
  const Index n = Index{1} << m;
  if (m > kFirstCacheLevels<T>) {
    const int levels = top_levels<T>(m);
    const Index stride = n >> levels;
    for (Index i = 0; i < n; i += stride) {
      transform<T, false, kHow>(y + i, m - levels, scale, kHow == Pointwise::none ? nullptr : factor + i);
    }
    return pass<T, kScaled>(levels, y, n, stride, 0, stride, scale);
  }
  int done = kLeafLevels<T>;
  if (done == m) return leaves<T, kScaled, kHow>(y, n, scale, factor);
  leaves<T, false, kHow>(y, n, scale, factor);
  while (m - done > kRadixLevels) {
    // a rest of 5 levels is 2 + 3 rather than 4 + 1
    const int levels = std::min(kRadixLevels, (m - done) / 2);
    pass<T, false>(levels, y, n, Index{1} << done, 0, Index{1} << done, scale);
    done += levels;
  }
  pass<T, kScaled>(m - done, y, n, Index{1} << done, 0, Index{1} << done, scale);
}

template <class T>
void whole(T* y, int m, T scale) {
  if (m < kLeafLevels<T>) return small(y, m, scale);
  transform<T, true>(y, m, scale);
}

template <Pointwise kHow>
void whole_pointwise(double* y, int m, double scale, const double* factor) {
  if (m >= kLeafLevels<double>) return transform<double, true, kHow>(y, m, scale, factor);
  for (Index k = 0; k < Index{1} << m; ++k) {
    if constexpr (kHow == Pointwise::multiply) y[k] *= factor[k];
    if constexpr (kHow == Pointwise::divide) y[k] /= factor[k];
  }
  small(y, m, scale);
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
void fwht_whole(double* y, int m, double scale) { whole(y, m, scale); }
void fwht_whole_float(float* y, int m, float scale) { whole(y, m, scale); }
void fwht_whole_pointwise(double* y, const double* factor, Pointwise how, int m, double scale) {
  switch (how) {
    case Pointwise::none:
      return whole(y, m, scale);
    case Pointwise::multiply:
      return whole_pointwise<Pointwise::multiply>(y, m, scale, factor);
    case Pointwise::divide:
      return whole_pointwise<Pointwise::divide>(y, m, scale, factor);
  }
}
void fwht_part(double* y, int m) { transform<double, false>(y, m, 1); }
void fwht_part_pointwise(double* y, const double* factor, Pointwise how, int m) {
  switch (how) {
    case Pointwise::none:
      return transform<double, false>(y, m, 1);
    case Pointwise::multiply:
      return transform<double, false, Pointwise::multiply>(y, m, 1, factor);
    case Pointwise::divide:
      return transform<double, false, Pointwise::divide>(y, m, 1, factor);
  }
}
void fwht_part_float(float* y, int m) { transform<float, false>(y, m, 1); }
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

// The parts of one row, then the pass that joins them, on all threads: the same operations as the whole.
template <class T, class Part>
void shared(T* y, int m, T scale, const Part& part, void (*top)(T*, int, int, Range, T)) {
  constexpr Index kColumns = 4096;
  const int levels = kFarLevels;
  const Index stride = Index{1} << (m - levels);
  parallel_for(Index{1} << levels, 1, [&](Range parts) {
    for (Index i = parts.first; i < parts.last; ++i) part(i * stride, m - levels);
  });
  parallel_for(stride, kColumns, [&](Range columns) { top(y, m, levels, columns, scale); });
}

}  // namespace

void fwht_row(double* y, int m, double scale) { KOROBOV_DISPATCH(fwht_whole)(y, m, scale); }
void fwht_row(float* y, int m, float scale) { KOROBOV_DISPATCH(fwht_whole_float)(y, m, scale); }
void fwht_row(double* y, const double* factor, Pointwise how, int m, double scale) {
  KOROBOV_DISPATCH(fwht_whole_pointwise)(y, factor, how, m, scale);
}
void fwht_row_shared(double* y, int m, double scale) {
  const auto part = KOROBOV_DISPATCH(fwht_part);
  shared(
      y, m, scale, [=](Index at, int levels) { part(y + at, levels); }, KOROBOV_DISPATCH(fwht_top));
}
void fwht_row_shared(double* y, const double* factor, Pointwise how, int m, double scale) {
  const auto part = KOROBOV_DISPATCH(fwht_part_pointwise);
  shared(
      y, m, scale, [=](Index at, int levels) { part(y + at, factor + at, how, levels); }, KOROBOV_DISPATCH(fwht_top));
}
void fwht_row_shared(float* y, int m, float scale) {
  const auto part = KOROBOV_DISPATCH(fwht_part_float);
  shared(
      y, m, scale, [=](Index at, int levels) { part(y + at, levels); }, KOROBOV_DISPATCH(fwht_top_float));
}
void fwht_join_rows(const double* a, const double* b, double* low, double* high, Index n, double scale) {
  KOROBOV_DISPATCH(fwht_join)(a, b, low, high, n, scale);
}
void fwht_join_rows(const float* a, const float* b, float* low, float* high, Index n, float scale) {
  KOROBOV_DISPATCH(fwht_join_float)(a, b, low, high, n, scale);
}

}  // namespace korobov::detail
#endif
