// Vectors of complex values: in and out of memory, butterflies, and the levels inside a vector. Included once per
// target (see core/dispatch.hpp), after highway.h.
//
// Complex values are held as blocks of one vector of real and one of imaginary parts, in the order lane_order gives.
// The real part of value k (a multiple of the lanes) stands at z + S k, its imaginary part `imag` further: S = 2 and
// imag = lanes in the place of interleaved values, S = 1 and imag = n for two separate halves.
#if defined(KOROBOV_TRANSFORMS_BUTTERFLIES_TOGGLE) == defined(HWY_TARGET_TOGGLE)
#ifdef KOROBOV_TRANSFORMS_BUTTERFLIES_TOGGLE
#undef KOROBOV_TRANSFORMS_BUTTERFLIES_TOGGLE
#else
#define KOROBOV_TRANSFORMS_BUTTERFLIES_TOGGLE
#endif

#include "transforms/fft_kernels.hpp"
#include "transforms/roots.hpp"
#include "transforms/vectors-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace korobov::HWY_NAMESPACE {
namespace {

using detail::Complex;
using detail::lane_order;
using detail::roots;
using V = Vector<double>;
constexpr Index kW = kLanes<double>;
constexpr int kWLevels = kW == 8 ? 3 : kW == 4 ? 2 : 1;
constexpr int kPassLevels = KOROBOV_MANY_REGISTERS ? 3 : 2;  // levels of one pass
constexpr int kLeafLevels = kWLevels + kPassLevels;
constexpr int kLastLevels = KOROBOV_MANY_REGISTERS ? 2 : 1;  // of the pass that untangles: two columns at a time
constexpr int kBlockLevels = 11;                             // 32 KiB

struct Pair {
  V re, im;
};

KOROBOV_INLINE Pair times(Pair w, Pair b) { return {w.re * b.re - w.im * b.im, w.re * b.im + w.im * b.re}; }
KOROBOV_INLINE Pair times_conj(Pair w, Pair b) { return {w.re * b.re + w.im * b.im, w.re * b.im - w.im * b.re}; }

template <int S>
KOROBOV_INLINE Pair get(const double* z, Index k, Index imag) {
  return {load(z + S * k), load(z + S * k + imag)};
}
template <int S>
KOROBOV_INLINE void put(double* z, Index k, Index imag, Pair v) {
  store<double>(z + S * k, v.re);
  store<double>(z + S * k + imag, v.im);
}

// kW interleaved complex values.
KOROBOV_INLINE Pair get_complex(const double* z) {
  const V low = load(z), high = load(z + kW);
  constexpr auto even = [](int i) constexpr { return i % 2 == 0 ? i : i - 1 + static_cast<int>(kW); };
  constexpr auto odd = [](int i) constexpr { return i % 2 == 0 ? i + 1 : i + static_cast<int>(kW); };
  return {select_lanes<double>(low, high, even), select_lanes<double>(low, high, odd)};
}
KOROBOV_INLINE void put_complex(double* z, Pair v) {
  constexpr auto low = [](int i) constexpr { return i % 2 == 0 ? i : i - 1 + static_cast<int>(kW); };
  constexpr auto high = [](int i) constexpr { return i % 2 == 0 ? i + 1 : i + static_cast<int>(kW); };
  store<double>(z, select_lanes<double>(v.re, v.im, low));
  store<double>(z + kW, select_lanes<double>(v.re, v.im, high));
}
// The same, last value first.
KOROBOV_INLINE void put_complex_reversed(double* z, Pair v) {
  constexpr int w = static_cast<int>(kW);
  constexpr auto low = [](int i) constexpr { return w - 1 - (i - i % 2) + i % 2 * w; };
  constexpr auto high = [](int i) constexpr { return w - 2 - (i - i % 2) + i % 2 * w; };
  store<double>(z, select_lanes<double>(v.re, v.im, low));
  store<double>(z + kW, select_lanes<double>(v.re, v.im, high));
}

// Butterflies. Time: (x, y) <- (x + t, x - t), t = w y; frequency: (x, y) <- (x + y, conj(w) (x - y)). kQuarter: w
// times -i.
template <bool kQuarter>
KOROBOV_INLINE void time_butterfly(Pair& x, Pair& y, Pair w) {
  const Pair t = times(w, y), even = x;
  if constexpr (kQuarter) {
    x = {even.re + t.im, even.im - t.re};
    y = {even.re - t.im, even.im + t.re};
  } else {
    x = {even.re + t.re, even.im + t.im};
    y = {even.re - t.re, even.im - t.im};
  }
}
template <bool kQuarter>
KOROBOV_INLINE void frequency_butterfly(Pair& x, Pair& y, Pair w) {
  const Pair d = {x.re - y.re, x.im - y.im};
  x = {x.re + y.re, x.im + y.im};
  if constexpr (kQuarter) {
    y = {w.im * d.re - w.re * d.im, w.re * d.re + w.im * d.im};
  } else {
    y = times_conj(w, d);
  }
}

// The roots of one column of a pass: of the level of half L at k, of 2L at k, of 4L at k and k + L.
struct Roots {
  Pair first, second, third[2];
};

// All levels of one column in time; kUpper: `first` lies a quarter turn back.
template <int kLevels, bool kUpper>
KOROBOV_INLINE void in_time(Pair (&v)[1 << kLevels], const Roots& w) {
  if constexpr (kLevels >= 1) {
#pragma GCC unroll 4
    for (int i = 0; i < 1 << kLevels; i += 2) time_butterfly<kUpper>(v[i], v[i + 1], w.first);
  }
  if constexpr (kLevels >= 2) {
#pragma GCC unroll 2
    for (int i = 0; i < 1 << kLevels; i += 4) {
      time_butterfly<false>(v[i], v[i + 2], w.second);
      time_butterfly<true>(v[i + 1], v[i + 3], w.second);
    }
  }
  if constexpr (kLevels >= 3) {
    time_butterfly<false>(v[0], v[4], w.third[0]);
    time_butterfly<false>(v[1], v[5], w.third[1]);
    time_butterfly<true>(v[2], v[6], w.third[0]);
    time_butterfly<true>(v[3], v[7], w.third[1]);
  }
}
template <int kLevels, bool kUpper>
KOROBOV_INLINE void in_frequency(Pair (&v)[1 << kLevels], const Roots& w) {
  if constexpr (kLevels >= 3) {
    frequency_butterfly<false>(v[0], v[4], w.third[0]);
    frequency_butterfly<false>(v[1], v[5], w.third[1]);
    frequency_butterfly<true>(v[2], v[6], w.third[0]);
    frequency_butterfly<true>(v[3], v[7], w.third[1]);
  }
  if constexpr (kLevels >= 2) {
#pragma GCC unroll 2
    for (int i = 0; i < 1 << kLevels; i += 4) {
      frequency_butterfly<false>(v[i], v[i + 2], w.second);
      frequency_butterfly<true>(v[i + 1], v[i + 3], w.second);
    }
  }
  if constexpr (kLevels >= 1) {
#pragma GCC unroll 4
    for (int i = 0; i < 1 << kLevels; i += 2) frequency_butterfly<kUpper>(v[i], v[i + 1], w.first);
  }
}

enum class Direction { time, frequency };

// exp(-2 pi i k / 16).
constexpr double cosine16(Index k) {
  constexpr double values[] = {1, 0x1.d906bcf328d46p-1, 0x1.6a09e667f3bcdp-1, 0x1.87de2a6aea963p-2, 0};
  k %= 16;
  if (k > 8) k = 16 - k;
  return k <= 4 ? values[k] : -values[8 - k];
}
constexpr double minus_sine16(Index k) { return cosine16(k + 4); }

KOROBOV_INLINE Complex root16(Index k) { return {cosine16(k), minus_sine16(k)}; }
KOROBOV_INLINE Complex product(Complex a, Complex b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

// v[i] lane l <- v[l] lane i, for kW vectors.
template <int kDistance = 1>
KOROBOV_INLINE void transpose(V* v) {
  constexpr int w = static_cast<int>(kW), d = kDistance;
#pragma GCC unroll 8
  for (int i = 0; i < w; ++i) {
    if ((i & d) != 0) continue;
    const V a = v[i], b = v[i + d];
    constexpr auto low = [](int l) constexpr { return (l & d) == 0 ? l : w + l - d; };
    constexpr auto high = [](int l) constexpr { return (l & d) == 0 ? l + d : w + l; };
    v[i] = select_lanes<double>(a, b, low);
    v[i + d] = select_lanes<double>(a, b, high);
  }
  if constexpr (2 * kDistance < kW) transpose<2 * kDistance>(v);
}

// The levels inside a vector, for kW vectors at once: transposed, they are levels among vectors, with roots of order at
// most 8. Lane i holds value kOrder(i) before (time) or after (frequency), and value lane_order(i) on the other side.
enum class Order { natural, lanes };
template <Order kOrder>
constexpr int value_at(int i) {
  return kOrder == Order::natural ? i : static_cast<int>(lane_order(kW, i));
}

constexpr double kHalfRoot = 0x1.6a09e667f3bcdp-1;  // sqrt(1/2)
[[maybe_unused]] KOROBOV_INLINE Pair minus_i(Pair v) { return {v.im, -v.re}; }
[[maybe_unused]] KOROBOV_INLINE Pair eighth(Pair v) { return {(v.re + v.im) * kHalfRoot, (v.im - v.re) * kHalfRoot}; }
[[maybe_unused]] KOROBOV_INLINE Pair minus_eighth(Pair v) {
  return {(v.re - v.im) * kHalfRoot, (v.re + v.im) * kHalfRoot};
}
KOROBOV_INLINE void sums(Pair& x, Pair& y, Pair t) {
  y = {x.re - t.re, x.im - t.im};
  x = {x.re + t.re, x.im + t.im};
}

KOROBOV_INLINE void short_in_time(Pair* v) {
#pragma GCC unroll 4
  for (int i = 0; i < kW; i += 2) sums(v[i], v[i + 1], v[i + 1]);
  if constexpr (kW >= 4) {
#pragma GCC unroll 2
    for (int i = 0; i < kW; i += 4) {
      sums(v[i], v[i + 2], v[i + 2]);
      sums(v[i + 1], v[i + 3], minus_i(v[i + 3]));
    }
  }
  if constexpr (kW >= 8) {
    sums(v[0], v[4], v[4]);
    sums(v[1], v[5], eighth(v[5]));
    sums(v[2], v[6], minus_i(v[6]));
    sums(v[3], v[7], minus_i(eighth(v[7])));
  }
}
[[maybe_unused]] KOROBOV_INLINE Pair plus_i(Pair v) { return {-v.im, v.re}; }
KOROBOV_INLINE void short_in_frequency(Pair* v) {
  if constexpr (kW >= 8) {
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) sums(v[i], v[i + 4], v[i + 4]);
    v[5] = minus_eighth(v[5]);
    v[6] = plus_i(v[6]);
    v[7] = plus_i(minus_eighth(v[7]));
  }
  if constexpr (kW >= 4) {
#pragma GCC unroll 2
    for (int i = 0; i < kW; i += 4) {
      sums(v[i], v[i + 2], v[i + 2]);
      sums(v[i + 1], v[i + 3], v[i + 3]);
      v[i + 3] = plus_i(v[i + 3]);
    }
  }
#pragma GCC unroll 4
  for (int i = 0; i < kW; i += 2) sums(v[i], v[i + 1], v[i + 1]);
}

template <Direction kDirection, Order kOrder>
KOROBOV_INLINE void lane_levels(Pair* v) {
  constexpr bool kTime = kDirection == Direction::time;
  constexpr Order kBefore = kTime ? kOrder : Order::lanes, kAfter = kTime ? Order::lanes : kOrder;
  constexpr int w = static_cast<int>(kW);
  V re[kW], im[kW];
#pragma GCC unroll 8
  for (int i = 0; i < w; ++i) {
    re[i] = v[i].re;
    im[i] = v[i].im;
  }
  transpose(re);
  transpose(im);
  Pair u[kW];
#pragma GCC unroll 8
  for (int i = 0; i < w; ++i) u[value_at<kBefore>(i)] = {re[i], im[i]};
  if constexpr (kTime) {
    short_in_time(u);
  } else {
    short_in_frequency(u);
  }
#pragma GCC unroll 8
  for (int i = 0; i < w; ++i) {
    re[i] = u[value_at<kAfter>(i)].re;
    im[i] = u[value_at<kAfter>(i)].im;
  }
  transpose(re);
  transpose(im);
#pragma GCC unroll 8
  for (int i = 0; i < w; ++i) v[i] = {re[i], im[i]};
}

struct LeafRoots : Roots {
  LeafRoots() : Roots{} {
    for (int i = 0; i < kW; ++i) {
      first.re[i] = cosine16(lane_order(kW, i) * (8 / kW));
      first.im[i] = minus_sine16(lane_order(kW, i) * (8 / kW));
    }
    second = get<2>(roots(kWLevels + 2, kW), 0, kW);
    if constexpr (kPassLevels >= 3) {
      const double* const table = roots(kWLevels + 3, kW);
      third[0] = get<2>(table, 0, kW);
      third[1] = get<2>(table, kW, kW);
    }
  }
};

}  // namespace
}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
