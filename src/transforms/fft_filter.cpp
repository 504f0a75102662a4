// Symmetric filters of real vectors: x_k = f_k x_k or x_k / f_k on the spectrum, f_k = f_{n-k}. With Z the transform of
// the half = n/2 packed values (real part: one half of the bit-reversed vector, imaginary part: the other), f and g the
// factors at k and half - k, w = exp(-2 pi i k / n), both untangling and tangling vanish:
//   Z_k <- (f + g + (f - g) Im w) Z_k + i (f - g) Re w conj Z_{half-k}, up to a factor 2
// so one pass does the last levels forth, this, and the first levels back, in place.
#include "transforms/fft_filter.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <korobov/core/parallel.hpp>

#include "transforms/fft_kernels.hpp"
#include "transforms/small_fft.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "transforms/fft_filter.cpp"
#include "core/dispatch.hpp"
// clang-format off: the order matters
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "transforms/fft_passes-inl.hpp"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace korobov::HWY_NAMESPACE {
namespace {

using detail::Pointwise;

template <Pointwise kHow>
KOROBOV_INLINE V scaled(V factor, double scale) {
  return kHow == Pointwise::divide ? scale / factor : scale * factor;
}

// Factors at k.. and half - k.. in the order of the lanes.
template <Pointwise kHow>
KOROBOV_INLINE void filter_pair(Pair& a, Pair& b, const double* factor, Index k, Index half, Pair w, double scale) {
  constexpr auto forth = [](int i) constexpr { return static_cast<int>(lane_order(kW, i)); };
  constexpr auto back = [](int i) constexpr { return static_cast<int>(kW) - 1 - static_cast<int>(lane_order(kW, i)); };
  const V at = scaled<kHow>(load(factor + k), scale), mirror = scaled<kHow>(load(factor + half - k - kW + 1), scale);
  const V f = select_lanes<double>(at, at, forth), g = select_lanes<double>(mirror, mirror, back);
  const V sum = f + g, difference = f - g, cross = difference * w.re, own = difference * w.im;
  const V of_a = sum + own, of_b = sum - own;
  const Pair x = a;
  a = {of_a * x.re + cross * b.im, of_a * x.im + cross * b.re};
  b = {of_b * b.re + cross * x.im, of_b * b.im + cross * x.re};
}

// Columns k and q - k for k in `columns`, a part of [0, q/2) in whole vectors. kept_column: column q - columns.first;
// it becomes the filtered one, not yet in its place.
template <int kLevels, Pointwise kHow>
void filter_columns(double* z, const double* factor, int m, double scale, Range columns, Complex* kept_column) {
  constexpr int kR = 1 << kLevels;
  constexpr auto mirrored = [](int i) constexpr { return mirrored_lane(i) % static_cast<int>(kW); };
  const Index q = Index{1} << (m - 1 - kLevels), half = kR * q;
  const Tables<kLevels> tables(m - 1 - kLevels);
  const double* const table = roots(m, kW);
  Kept<kLevels> kept(kept_column);
  for (Index k = columns.first; k < columns.last; k += kW) {
    LastColumns<kLevels> v(z, k, q, kept);
    const Twists<kLevels> twists(table, k, q, 1);
    Roots w{};
    if constexpr (kLevels >= 1) w = tables.template at<false>(k, q);
    in_time<kLevels, false>(v.low, w);
    mirrored_in_time<kLevels>(v.high, w);
#pragma GCC unroll 4
    for (int j = 0; j < kR; ++j) {
      filter_pair<kHow>(v.low[j], v.high[kR - 1 - j], factor, k + j * q, half, twists.at(j), scale);
    }
    in_frequency<kLevels, false>(v.low, w);
    mirrored_in_frequency<kLevels>(v.high, w);
#pragma GCC unroll 4
    for (int j = 0; j < kR; ++j) {
      const Pair high = v.high[j];
      put<2>(z, k + j * q, kW, v.low[j]);
      // its lane 0 is the next step's to write
      put<2>(z, q - k - kW + j * q, kW,
             {select_lanes<double>(high.re, high.re, mirrored), select_lanes<double>(high.im, high.im, mirrored)});
      if (k == columns.first) {
        kept_column[j] = {high.re[0], high.im[0]};
      } else {
        double* const place = z + 2 * (q - k + j * q);
        place[0] = high.re[0];
        place[kW] = high.im[0];
      }
    }
  }
}

template <int kLevels>
void write_column(double* z, int m, Index k, const Complex* from) {
  const Index q = Index{1} << (m - 1 - kLevels);
  for (Index j = 0; j < 1 << kLevels; ++j) {
    const Index at = place_of(k + j * q);
    z[at] = from[j].real();
    z[at + kW] = from[j].imag();
  }
}

// Column q/2 is its own partner; middle: the values it had before the other columns were done.
template <int kLevels, Pointwise kHow>
void filter_middle(double* z, const double* factor, int m, double scale, Complex* middle) {
  constexpr int kR = 1 << kLevels;
  const Index q = Index{1} << (m - 1 - kLevels), half = kR * q;
  const auto at = [=](Index k) { return kHow == Pointwise::divide ? scale / factor[k] : scale * factor[k]; };
  middle_in_time<kLevels>(middle);
  Complex filtered[1 << kLevels];
  for (int j = 0; j < kR; ++j) {
    const Index k = q / 2 + j * q;
    const double f = at(k), g = at(half - k);
    const Complex w = middle_twist<kLevels>(j), a = middle[j], b = middle[kR - 1 - j];
    const double own = f + g + (f - g) * w.imag(), cross = (f - g) * w.real();
    filtered[j] = {own * a.real() + cross * b.imag(), own * a.imag() + cross * b.real()};
  }
  middle_in_frequency<kLevels>(filtered);
  write_column<kLevels>(z, m, q / 2, filtered);
}

template <int kLevels, Pointwise kHow>
void filter_all_columns(double* z, const double* factor, int m, double scale) {
  const Index q = Index{1} << (m - 1 - kLevels);
  Complex kept[1 << kLevels], middle[1 << kLevels];
  read_column<kLevels>(z, m, q, kept);
  read_column<kLevels>(z, m, q / 2, middle);
  filter_columns<kLevels, kHow>(z, factor, m, scale, {0, q / 2}, kept);
  filter_middle<kLevels, kHow>(z, factor, m, scale, middle);
}

template <Pointwise kHow>
void filter_row(const double* from, double* y, const double* factor, Complex* scratch, int m, double scale) {
  auto* const z = reinterpret_cast<double*>(scratch);
  const Index half = Index{1} << (m - 1);
  const int last = std::min(kLastLevels, m - 1 - kLeafLevels);
  parts_in_time(RealInput{from, half}, z, m - 1, last);
  switch (last) {
    case 0:
      filter_all_columns<0, kHow>(z, factor, m, scale);
      break;
    case 1:
      filter_all_columns<1, kHow>(z, factor, m, scale);
      break;
    default:
      filter_all_columns<kLastLevels, kHow>(z, factor, m, scale);
  }
  const int below = m - 1 - last;
  for (Index i = 0; i < half; i += Index{1} << below) part_in_frequency<2>(RealOutput{y, half}, z, kW, i, below);
}

}  // namespace

void real_fft_filter(const double* from, double* y, const double* factor, Pointwise how, Complex* scratch, int m,
                     double scale) {
  if (m <= kLeafLevels) {
    detail::small_real_fft_in_time(from, scratch, m, 1, detail::Spectrum::half);
    for (Index k = 0; k <= (Index{1} << m) / 2; ++k) {
      how == Pointwise::divide ? scratch[k] /= factor[k] : scratch[k] *= factor[k];
    }
    return detail::small_real_fft_in_frequency(scratch, y, m, scale);
  }
  how == Pointwise::divide ? filter_row<Pointwise::divide>(from, y, factor, scratch, m, scale)
                           : filter_row<Pointwise::multiply>(from, y, factor, scratch, m, scale);
}

// The steps, for threads.
int real_fft_filter_levels() { return kLastLevels; }
void real_fft_filter_part_in_time(const double* from, Complex* scratch, int m, Index part) {
  part_in_time(RealInput{from, Index{1} << (m - 1)}, reinterpret_cast<double*>(scratch), part << (m - 1 - kLastLevels),
               m - 1 - kLastLevels);
}
void real_fft_filter_part_in_frequency(double* y, Complex* scratch, int m, Index part) {
  part_in_frequency<2>(RealOutput{y, Index{1} << (m - 1)}, reinterpret_cast<double*>(scratch), kW,
                       part << (m - 1 - kLastLevels), m - 1 - kLastLevels);
}
void real_fft_filter_read_column(const Complex* scratch, int m, Index k, Complex* to) {
  read_column<kLastLevels>(reinterpret_cast<const double*>(scratch), m, k, to);
}
void real_fft_filter_write_column(Complex* scratch, int m, Index k, const Complex* from) {
  write_column<kLastLevels>(reinterpret_cast<double*>(scratch), m, k, from);
}
void real_fft_filter_columns(Complex* scratch, const double* factor, Pointwise how, int m, double scale, Range columns,
                             Complex* kept) {
  auto* const z = reinterpret_cast<double*>(scratch);
  how == Pointwise::divide ? filter_columns<kLastLevels, Pointwise::divide>(z, factor, m, scale, columns, kept)
                           : filter_columns<kLastLevels, Pointwise::multiply>(z, factor, m, scale, columns, kept);
}
void real_fft_filter_middle(Complex* scratch, const double* factor, Pointwise how, int m, double scale,
                            Complex* middle) {
  auto* const z = reinterpret_cast<double*>(scratch);
  how == Pointwise::divide ? filter_middle<kLastLevels, Pointwise::divide>(z, factor, m, scale, middle)
                           : filter_middle<kLastLevels, Pointwise::multiply>(z, factor, m, scale, middle);
}

}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace korobov::detail {
namespace {

void filter_shared(const double* from, double* y, const double* factor, Pointwise how, Complex* scratch, int m,
                   double scale) {
  constexpr Index kGrain = 2048;
  const int levels = KOROBOV_DISPATCH(real_fft_filter_levels)();
  const auto in_time = KOROBOV_DISPATCH(real_fft_filter_part_in_time);
  const auto in_frequency = KOROBOV_DISPATCH(real_fft_filter_part_in_frequency);
  const auto read_column = KOROBOV_DISPATCH(real_fft_filter_read_column);
  const auto write_column = KOROBOV_DISPATCH(real_fft_filter_write_column);
  const auto filter = KOROBOV_DISPATCH(real_fft_filter_columns);
  const Index parts = Index{1} << levels, q = (Index{1} << (m - 1)) / parts, starts = q / 2 / kGrain;
  parallel_for(parts, 1, [&](Range range) {
    for (Index i = range.first; i < range.last; ++i) in_time(from, scratch, m, i);
  });
  // Where a range of columns may start: what it needs of its neighbour's vectors is read now and written at the end.
  std::vector<Complex> kept(static_cast<std::size_t>((starts + 1) * parts));
  const auto column = [&](Index c) { return kept.data() + c * parts; };
  for (Index c = 0; c <= starts; ++c) read_column(scratch, m, q - c * kGrain, column(c));
  std::vector<char> is_start(static_cast<std::size_t>(starts + 1));
  parallel_for(q / 2, kGrain, [&](Range columns) {
    const Index c = columns.first / kGrain;
    is_start[static_cast<std::size_t>(c)] = 1;
    filter(scratch, factor, how, m, scale, columns, column(c));
  });
  for (Index c = 1; c < starts; ++c) {
    if (is_start[static_cast<std::size_t>(c)] != 0) write_column(scratch, m, q - c * kGrain, column(c));
  }
  KOROBOV_DISPATCH(real_fft_filter_middle)(scratch, factor, how, m, scale, column(starts));
  parallel_for(parts, 1, [&](Range range) {
    for (Index i = range.first; i < range.last; ++i) in_frequency(y, scratch, m, i);
  });
}

}  // namespace

void real_fft_filter(const double* from, double* y, const double* factor, Pointwise how, Complex* scratch, int m) {
  const double scale = std::ldexp(1.0, -m);
  if (m >= kLeastSharedFftLevels && num_threads() > 1) return filter_shared(from, y, factor, how, scratch, m, scale);
  KOROBOV_DISPATCH(real_fft_filter)(from, y, factor, how, scratch, m, scale);
}

}  // namespace korobov::detail
#endif
