// The transforms of fft_kernels.hpp from the passes. The last pass in time scales and interleaves; for real input it
// also untangles the two real transforms, and the first in frequency tangles them.
#include "transforms/fft_kernels.hpp"

#include <algorithm>
#include <vector>

#include <korobov/core/parallel.hpp>

#include "transforms/small_fft.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "transforms/fft_kernels.cpp"
#include "core/dispatch.hpp"
// clang-format off: the order matters
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "transforms/fft_passes-inl.hpp"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace korobov::HWY_NAMESPACE {
namespace {

// ---- the last pass for real input -----------------------------------------------------------------------------------
// Z = the packed transform of half = n/2 values, X = even + odd the wanted one:
//   even = (Z_k + conj Z_{half-k}) / 2, odd = exp(-2 pi i k / n) (Z_k - conj Z_{half-k}) / 2i
//   X_k = even + odd = conj X_{n-k}, X_{half+k} = even - odd = conj X_{half-k}
// A step leaves 4 spectra values for each two packed ones: two of them where those stood.

// Values in reverse; without the one of lane 0, the last in memory, if the step is the first of its range and says so.
template <bool kFirst>
KOROBOV_INLINE void put_mirror(double* z, Pair v, bool omit_last) {
  if (kFirst && omit_last) {
    alignas(64) double values[2 * kW];
    put_complex_reversed(values, v);
    std::copy(values, values + 2 * (kW - 1), z);
  } else {
    put_complex_reversed(z, v);
  }
}

// kFirst: the first step of a range of columns. At k = 0 there is no value n to write. Elsewhere value half - k stands
// in a vector that the neighbouring range still has to read: it goes to `kept` instead.
template <int kLevels, bool kAll, bool kFirst>
KOROBOV_INLINE void untangle(double* z, Index k, Index q, LastColumns<kLevels>& v, const Roots& w,
                             const Twists<kLevels>& twists, double scale, Complex* kept) {
  constexpr int kR = 1 << kLevels;
  const Index half = kR * q, n = 2 * half;
  in_time<kLevels, false>(v.low, w);
  mirrored_in_time<kLevels>(v.high, w);
#pragma GCC unroll 4
  for (int j = 0; j < kR; ++j) {
    const Pair a = v.low[j], b = v.high[kR - 1 - j];
    const V even_re = a.re + b.re, even_im = a.im - b.im, s = a.im + b.im, d = b.re - a.re;
    const Pair t = twists.at(j);
    const Pair odd = {t.re * s - t.im * d, t.re * d + t.im * s};
    const Pair sum = {even_re * scale + odd.re, even_im * scale + odd.im};
    const Pair difference = {even_re * scale - odd.re, even_im * scale - odd.im};
    const Index at = k + j * q;
    // At k = 0 some values are written twice; this order keeps conjugates equal.
    put_complex(z + 2 * at, sum);
    if constexpr (kAll) {
      put_mirror<kFirst>(z + 2 * (n - at - kW + 1), {sum.re, -sum.im}, at == 0);
      put_complex(z + 2 * (half + at), difference);
    }
    put_mirror<kFirst>(z + 2 * (half - at - kW + 1), {difference.re, -difference.im}, k > 0);
    if constexpr (kFirst) kept[j] = {difference.re[0], -difference.im[0]};
  }
}

// Columns k and q - k for k in `columns`, a part of [0, q/2) in whole vectors. kept_column: column q - columns.first;
// it becomes the values half - columns.first - j q, not yet in their places unless columns.first = 0.
template <int kLevels, bool kAll>
void last_real_columns(double* z, int m, double scale, Range columns, Complex* kept_column) {
  const Index q = Index{1} << (m - 1 - kLevels);
  const Tables<kLevels> tables(m - 1 - kLevels);
  const double* const table = roots(m, kW);
  const double part = 0.5 * scale;
  Kept<kLevels> kept(kept_column);
  const auto step = [&]<bool kFirst>(Index k) HWY_ATTR {
    LastColumns<kLevels> v(z, k, q, kept);
    Roots w{};
    if constexpr (kLevels >= 1) w = tables.template at<false>(k, q);
    untangle<kLevels, kAll, kFirst>(z, k, q, v, w, Twists<kLevels>(table, k, q, part), part, kept_column);
  };
  step.template operator()<true>(columns.first);
  for (Index k = columns.first + kW; k < columns.last; k += kW) step.template operator()<false>(k);
}

// Column q/2 is its own partner; middle: the values it had before the other columns were done.
template <int kLevels, bool kAll>
void last_real_middle(double* z, int m, double scale, Complex* middle) {
  constexpr int kR = 1 << kLevels;
  const Index q = Index{1} << (m - 1 - kLevels), n = Index{1} << m;
  middle_in_time<kLevels>(middle);
  for (int j = 0; j < kR; ++j) {
    const Index k = q / 2 + j * q;
    const Complex a = middle[j], b = std::conj(middle[kR - 1 - j]);
    const Complex x = 0.5 * scale * ((a + b) + product(root16((2 * j + 1) * (4 >> kLevels) + 4), a - b));
    z[2 * k] = x.real();
    z[2 * k + 1] = x.imag();
    if constexpr (kAll) {
      z[2 * (n - k)] = x.real();
      z[2 * (n - k) + 1] = -x.imag();
    }
  }
}

template <int kLevels, bool kAll>
void last_real_pass(double* z, int m, double scale) {
  const Index q = Index{1} << (m - 1 - kLevels);
  Complex kept[1 << kLevels], middle[1 << kLevels];
  read_column<kLevels>(z, m, q, kept);
  read_column<kLevels>(z, m, q / 2, middle);
  last_real_columns<kLevels, kAll>(z, m, scale, {0, q / 2}, kept);
  last_real_middle<kLevels, kAll>(z, m, scale, middle);
}

template <bool kAll>
void real_in_time(const double* y, double* z, int m, double scale) {
  const int last = std::min(kLastLevels, m - 1 - kLeafLevels);
  parts_in_time(RealInput{y, Index{1} << (m - 1)}, z, m - 1, last);
  switch (last) {
    case 0:
      return last_real_pass<0, kAll>(z, m, scale);
    case 1:
      return last_real_pass<1, kAll>(z, m, scale);
    default:
      return last_real_pass<kLastLevels, kAll>(z, m, scale);
  }
}

// Z_k = even + odd of a Hermitian spectrum x of n values, half = n/2, into separate halves:
//   even = x_k + conj x_{half-k}, odd = i exp(2 pi i k / n) (x_k - conj x_{half-k})
template <bool kUpper>
KOROBOV_INLINE void tangle(const double* x, double* y, Index k, Index half, const double* table, double scale) {
  const Pair w = get<2>(table, kUpper ? k - half / 2 : k, kW);
  const Pair a = get_complex(x + 2 * k);
  const Pair mirror = get_complex(x + 2 * (half - k - kW + 1));
  constexpr auto reversed = [](int i) constexpr { return static_cast<int>(kW) - 1 - i; };
  const V b_re = select_lanes<double>(mirror.re, mirror.re, reversed);
  const V b_im = select_lanes<double>(mirror.im, mirror.im, reversed);
  const V d = a.re - b_re, s = a.im + b_im;
  const Pair odd =
      kUpper ? Pair{-(w.re * d + w.im * s), w.im * d - w.re * s} : Pair{w.im * d - w.re * s, w.re * d + w.im * s};
  put<1>(y, k, half, {((a.re + b_re) + odd.re) * scale, ((a.im - b_im) + odd.im) * scale});
}

// Values k in `columns`, a part of [0, n/2) in whole vectors.
void tangle_columns(const double* x, double* y, int m, double scale, Range columns) {
  const Index half = Index{1} << (m - 1);
  const double* const table = roots(m, kW);
  Index k = columns.first;
  for (; k < std::min(columns.last, half / 2); k += kW) tangle<false>(x, y, k, half, table, scale);
  for (; k < columns.last; k += kW) tangle<true>(x, y, k, half, table, scale);
  if (columns.first == 0) {
    y[0] = (x[0] + x[2 * half]) * scale;
    y[half] = (x[0] - x[2 * half]) * scale;
  }
}

// ---- joining --------------------------------------------------------------------------------------------------------

template <bool kUpper>
KOROBOV_INLINE void join_column(const double* a, const double* b, double* low, double* high, Index k, Index n,
                                const double* table, double scale) {
  const Pair w = get<2>(table, kUpper ? k - n / 2 : k, kW);
  Pair x = get_complex(a + 2 * k), y = get_complex(b + 2 * k);
  time_butterfly<kUpper>(x, y, w);
  put_complex(low + 2 * k, {x.re * scale, x.im * scale});
  put_complex(high + 2 * k, {y.re * scale, y.im * scale});
}

}  // namespace

void fft_in_time(Complex* values, int m, double scale) {
  if (m <= kLeafLevels) return detail::small_fft_in_time(values, m, scale);
  auto* const z = reinterpret_cast<double*>(values);
  const int last = std::min(kPassLevels, m - kLeafLevels);
  parts_in_time(ComplexValues{z}, z, m, last);
  pass<Direction::time, 2, true>(last, z, Index{1} << m, m - last, kW, scale);
}

void fft_in_frequency(Complex* values, int m, double scale) {
  if (m <= kLeafLevels) return detail::small_fft_in_frequency(values, m, scale);
  auto* const z = reinterpret_cast<double*>(values);
  const int levels = std::min(kPassLevels, m - kLeafLevels);
  pass<Direction::frequency, 2, true>(levels, z, Index{1} << m, m - levels, kW, scale);
  for (Index i = 0; i < Index{1} << levels; ++i) {
    part_in_frequency<2>(ComplexValues{z}, z, kW, i << (m - levels), m - levels);
  }
}

void real_fft_in_time(const double* y, Complex* values, int m, double scale, detail::Spectrum spectrum) {
  if (m <= kLeafLevels) return detail::small_real_fft_in_time(y, values, m, scale, spectrum);
  auto* const z = reinterpret_cast<double*>(values);
  if (spectrum == detail::Spectrum::all) return real_in_time<true>(y, z, m, scale);
  real_in_time<false>(y, z, m, scale);
}

void real_fft_in_frequency(const Complex* values, double* y, int m, double scale) {
  if (m <= kLeafLevels) return detail::small_real_fft_in_frequency(values, y, m, scale);
  const Index half = Index{1} << (m - 1);
  tangle_columns(reinterpret_cast<const double*>(values), y, m, scale, {0, half});
  part_in_frequency<1>(RealOutput{y, half}, y, half, 0, m - 1);
}

void fft_join(const Complex* a, const Complex* b, Complex* low, Complex* high, int m, double scale) {
  const Index n = Index{1} << (m - 1);
  if (n < 2 * kW) {
    for (Index k = 0; k < n; ++k) detail::small_fft_join(a[k], b[k], low[k], high[k], k, m, scale);
    return;
  }
  const double* const table = roots(m, kW);
  const auto* const a_values = reinterpret_cast<const double*>(a);
  const auto* const b_values = reinterpret_cast<const double*>(b);
  auto* const low_values = reinterpret_cast<double*>(low);
  auto* const high_values = reinterpret_cast<double*>(high);
  for (Index k = 0; k < n / 2; k += kW) {
    join_column<false>(a_values, b_values, low_values, high_values, k, n, table, scale);
  }
  for (Index k = n / 2; k < n; k += kW) {
    join_column<true>(a_values, b_values, low_values, high_values, k, n, table, scale);
  }
}

void real_fft_join(const Complex* a, const Complex* b, Complex* joined, int m, double scale) {
  const Index n = Index{1} << (m - 1);
  const auto value = [&](Index k) {
    Complex low, high;
    detail::small_fft_join(a[k], b[k], low, high, k, m, scale);
    joined[n - k] = std::conj(high);
    joined[k] = low;
  };
  if (n < 2 * kW) {
    for (Index k = 0; k <= n / 2; ++k) value(k);
    return;
  }
  const double* const table = roots(m, kW);
  const auto* const a_values = reinterpret_cast<const double*>(a);
  const auto* const b_values = reinterpret_cast<const double*>(b);
  auto* const out = reinterpret_cast<double*>(joined);
  for (Index k = 0; k < n / 2; k += kW) {
    Pair x = get_complex(a_values + 2 * k), y = get_complex(b_values + 2 * k);
    time_butterfly<false>(x, y, get<2>(table, k, kW));
    put_complex(out + 2 * k, {x.re * scale, x.im * scale});
    put_complex_reversed(out + 2 * (n - k - kW + 1), {y.re * scale, -y.im * scale});
  }
  joined[n / 2] = scale * Complex{a[n / 2].real() + b[n / 2].imag(), a[n / 2].imag() - b[n / 2].real()};
}

// The steps of one long transform, for threads: parts of the values, columns of the pass that joins or splits them. The
// same operations as above.
int fft_top_levels(detail::Step step) { return step == detail::Step::last_real ? kLastLevels : kPassLevels; }

void fft_time_part(Complex* values, int m, Index part) {
  auto* const z = reinterpret_cast<double*>(values);
  part_in_time(ComplexValues{z}, z, part << (m - kPassLevels), m - kPassLevels);
}
void fft_time_top(Complex* values, int m, double scale, Range columns) {
  pass_columns<Direction::time, kPassLevels, 2, true>(reinterpret_cast<double*>(values), columns, m - kPassLevels, kW,
                                                      scale);
}
void fft_frequency_top(Complex* values, int m, double scale, Range columns) {
  pass_columns<Direction::frequency, kPassLevels, 2, true>(reinterpret_cast<double*>(values), columns, m - kPassLevels,
                                                           kW, scale);
}
void fft_frequency_part(Complex* values, int m, Index part) {
  auto* const z = reinterpret_cast<double*>(values);
  part_in_frequency<2>(ComplexValues{z}, z, kW, part << (m - kPassLevels), m - kPassLevels);
}
void real_fft_time_part(const double* y, Complex* values, int m, Index part) {
  part_in_time(RealInput{y, Index{1} << (m - 1)}, reinterpret_cast<double*>(values), part << (m - 1 - kLastLevels),
               m - 1 - kLastLevels);
}
void real_fft_read_column(const Complex* values, int m, Index k, Complex* to) {
  read_column<kLastLevels>(reinterpret_cast<const double*>(values), m, k, to);
}
void real_fft_time_top(Complex* values, int m, double scale, detail::Spectrum spectrum, Range columns, Complex* kept) {
  auto* const z = reinterpret_cast<double*>(values);
  if (spectrum == detail::Spectrum::all) return last_real_columns<kLastLevels, true>(z, m, scale, columns, kept);
  last_real_columns<kLastLevels, false>(z, m, scale, columns, kept);
}
void real_fft_time_middle(Complex* values, int m, double scale, detail::Spectrum spectrum, Complex* middle) {
  auto* const z = reinterpret_cast<double*>(values);
  if (spectrum == detail::Spectrum::all) return last_real_middle<kLastLevels, true>(z, m, scale, middle);
  last_real_middle<kLastLevels, false>(z, m, scale, middle);
}
void real_fft_tangle(const Complex* values, double* y, int m, double scale, Range columns) {
  tangle_columns(reinterpret_cast<const double*>(values), y, m, scale, columns);
}
void real_fft_frequency_top(double* y, int m, Range columns) {
  pass_columns<Direction::frequency, kPassLevels, 1, false>(y, columns, m - 1 - kPassLevels, Index{1} << (m - 1), 1);
}
void real_fft_frequency_part(double* y, int m, Index part) {
  const Index half = Index{1} << (m - 1);
  part_in_frequency<1>(RealOutput{y, half}, y, half, part << (m - 1 - kPassLevels), m - 1 - kPassLevels);
}

}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace korobov::detail {

void fft_in_time(Complex* z, int m, double scale) { KOROBOV_DISPATCH(fft_in_time)(z, m, scale); }
void fft_in_frequency(Complex* z, int m, double scale) { KOROBOV_DISPATCH(fft_in_frequency)(z, m, scale); }
void real_fft_in_time(const double* y, Complex* z, int m, double scale, Spectrum spectrum) {
  KOROBOV_DISPATCH(real_fft_in_time)(y, z, m, scale, spectrum);
}
void real_fft_in_frequency(const Complex* z, double* y, int m, double scale) {
  KOROBOV_DISPATCH(real_fft_in_frequency)(z, y, m, scale);
}
namespace {

// Calls step on each of 2^levels parts.
void for_parts(int levels, const std::function<void(Index)>& step) {
  parallel_for(Index{1} << levels, 1, [&](Range parts) {
    for (Index i = parts.first; i < parts.last; ++i) step(i);
  });
}

constexpr Index kColumnGrain = 2048;

}  // namespace

void fft_in_time_shared(Complex* z, int m, double scale) {
  const int levels = KOROBOV_DISPATCH(fft_top_levels)(Step::pass);
  const auto part = KOROBOV_DISPATCH(fft_time_part);
  const auto top = KOROBOV_DISPATCH(fft_time_top);
  for_parts(levels, [&](Index i) { part(z, m, i); });
  parallel_for(Index{1} << (m - levels), kColumnGrain, [&](Range columns) { top(z, m, scale, columns); });
}

void fft_in_frequency_shared(Complex* z, int m, double scale) {
  const int levels = KOROBOV_DISPATCH(fft_top_levels)(Step::pass);
  const auto part = KOROBOV_DISPATCH(fft_frequency_part);
  const auto top = KOROBOV_DISPATCH(fft_frequency_top);
  parallel_for(Index{1} << (m - levels), kColumnGrain, [&](Range columns) { top(z, m, scale, columns); });
  for_parts(levels, [&](Index i) { part(z, m, i); });
}

void real_fft_in_time_shared(const double* y, Complex* z, int m, double scale, Spectrum spectrum) {
  const int levels = KOROBOV_DISPATCH(fft_top_levels)(Step::last_real);
  const auto part = KOROBOV_DISPATCH(real_fft_time_part);
  const auto read_column = KOROBOV_DISPATCH(real_fft_read_column);
  const auto top = KOROBOV_DISPATCH(real_fft_time_top);
  for_parts(levels, [&](Index i) { part(y, z, m, i); });
  // The column that a range needs from the one before it is read now; the one that it would overwrite before its
  // neighbour has read it is written at the end.
  const Index q = Index{1} << (m - 1 - levels), radix = Index{1} << levels;
  std::vector<Complex> kept(static_cast<std::size_t>((q / 2 / kColumnGrain + 1) * radix));
  for (Index c = 0; c <= q / 2 / kColumnGrain; ++c) read_column(z, m, q - c * kColumnGrain, kept.data() + c * radix);
  std::vector<char> is_start(kept.size());
  parallel_for(q / 2, kColumnGrain, [&](Range columns) {
    const Index at = columns.first / kColumnGrain * radix;
    is_start[static_cast<std::size_t>(at)] = 1;
    top(z, m, scale, spectrum, columns, kept.data() + at);
  });
  for (Index c = 1; c < q / 2 / kColumnGrain; ++c) {
    for (Index j = 0; j < radix && is_start[static_cast<std::size_t>(c * radix)] != 0; ++j) {
      z[(radix - j) * q - c * kColumnGrain] = kept[static_cast<std::size_t>(c * radix + j)];
    }
  }
  KOROBOV_DISPATCH(real_fft_time_middle)(z, m, scale, spectrum, kept.data() + q / 2 / kColumnGrain * radix);
}

void real_fft_in_frequency_shared(const Complex* z, double* y, int m, double scale) {
  const int levels = KOROBOV_DISPATCH(fft_top_levels)(Step::pass);
  const auto tangle = KOROBOV_DISPATCH(real_fft_tangle);
  const auto top = KOROBOV_DISPATCH(real_fft_frequency_top);
  const auto part = KOROBOV_DISPATCH(real_fft_frequency_part);
  const Index half = Index{1} << (m - 1);
  parallel_for(half, kColumnGrain, [&](Range columns) { tangle(z, y, m, scale, columns); });
  parallel_for(half >> levels, kColumnGrain, [&](Range columns) { top(y, m, columns); });
  for_parts(levels, [&](Index i) { part(y, m, i); });
}

void fft_join(const Complex* a, const Complex* b, Complex* low, Complex* high, int m, double scale) {
  KOROBOV_DISPATCH(fft_join)(a, b, low, high, m, scale);
}

void real_fft_join(const Complex* a, const Complex* b, Complex* joined, int m, double scale) {
  KOROBOV_DISPATCH(real_fft_join)(a, b, joined, m, scale);
}

}  // namespace korobov::detail
#endif
