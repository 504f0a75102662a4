// Decimation in time: leaves of the lowest levels in registers, passes of radix 8 (radix 4 where there are 16
// registers) inside blocks for the first cache, the same passes depth first above; the last pass scales and
// interleaves. For real input it also untangles the two real transforms. Decimation in frequency is the mirror image. A
// level of half L takes exp(-2 pi i k / 2L), k < L, from the table of its first quarter turn.
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

#include "transforms/fft_butterflies-inl.hpp"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace korobov::HWY_NAMESPACE {
namespace {

using detail::Pointwise;

// ---- passes over memory ---------------------------------------------------------------------------------------------

// The tables of a pass from half L = 2^done.
template <int kLevels>
struct Tables {
  const double* first;
  const double* second;
  const double* third;
  explicit Tables(int done)
      : first(roots(done + 1, kW)),
        second(kLevels >= 2 ? roots(done + 2, kW) : nullptr),
        third(kLevels >= 3 ? roots(done + 3, kW) : nullptr) {}
  template <bool kUpper>
  KOROBOV_INLINE Roots at(Index k, Index half) const {
    Roots w{};
    w.first = get<2>(first, kUpper ? k - half / 2 : k, kW);
    if constexpr (kLevels >= 2) w.second = get<2>(second, k, kW);
    if constexpr (kLevels >= 3) {
      w.third[0] = get<2>(third, k, kW);
      w.third[1] = get<2>(third, k + half, kW);
    }
    return w;
  }
};

// Interleaved: input (frequency) or output (time, scaled) is interleaved, as S = 2 allows in place.
template <Direction kDirection, int kLevels, int S, bool kInterleaved, bool kUpper>
KOROBOV_INLINE void column(double* z, Index k, Index half, Index imag, const Roots& w, double scale) {
  constexpr bool kTime = kDirection == Direction::time;
  Pair v[1 << kLevels];
#pragma GCC unroll 8
  for (int i = 0; i < 1 << kLevels; ++i) {
    if constexpr (kInterleaved && !kTime) {
      v[i] = get_complex(z + 2 * (k + i * half));
      v[i] = {v[i].re * scale, v[i].im * scale};
    } else {
      v[i] = get<S>(z, k + i * half, imag);
    }
  }
  if constexpr (kTime) {
    in_time<kLevels, kUpper>(v, w);
  } else {
    in_frequency<kLevels, kUpper>(v, w);
  }
#pragma GCC unroll 8
  for (int i = 0; i < 1 << kLevels; ++i) {
    if constexpr (kInterleaved && kTime) {
      put_complex(z + 2 * (k + i * half), {v[i].re * scale, v[i].im * scale});
    } else {
      put<S>(z, k + i * half, imag, v[i]);
    }
  }
}

// The levels of halves 2^done, ... over some columns of the values at z.
template <Direction kDirection, int kLevels, int S, bool kInterleaved>
void pass_columns(double* z, Range columns, int done, Index imag, double scale) {
  const Index half = Index{1} << done;
  const Tables<kLevels> tables(done);
  Index k = columns.first;
  for (; k < std::min(columns.last, half / 2); k += kW) {
    column<kDirection, kLevels, S, kInterleaved, false>(z, k, half, imag, tables.template at<false>(k, half), scale);
  }
  for (; k < columns.last; k += kW) {
    column<kDirection, kLevels, S, kInterleaved, true>(z, k, half, imag, tables.template at<true>(k, half), scale);
  }
}
// Over n values.
template <Direction kDirection, int kLevels, int S, bool kInterleaved>
void pass(double* z, Index n, int done, Index imag, double scale) {
  const Index half = Index{1} << done;
  for (Index i = 0; i < n; i += half << kLevels) {
    pass_columns<kDirection, kLevels, S, kInterleaved>(z + S * i, {0, half}, done, imag, scale);
  }
}
template <Direction kDirection, int S, bool kInterleaved>
void pass(int levels, double* z, Index n, int done, Index imag, double scale) {
  switch (levels) {
    case 1:
      return pass<kDirection, 1, S, kInterleaved>(z, n, done, imag, scale);
    case 2:
      return pass<kDirection, 2, S, kInterleaved>(z, n, done, imag, scale);
    default:
      return pass<kDirection, kPassLevels, S, kInterleaved>(z, n, done, imag, scale);
  }
}

// How many levels the first of the passes over `rest` levels takes: as even shares as can be.
constexpr int share(int rest) { return rest / ((rest + kPassLevels - 1) / kPassLevels); }

// ---- leaves ---------------------------------------------------------------------------------------------------------

// Where the leaves of a transform in time find value k, and those in frequency leave it.
struct ComplexValues {
  static constexpr Order kOrder = Order::lanes;
  double* z;
  KOROBOV_INLINE Pair get(Index k) const { return get_complex(z + 2 * k); }
  KOROBOV_INLINE void put(Index k, Pair v) const { put_complex(z + 2 * k, v); }
};
struct RealInput {
  static constexpr Order kOrder = Order::natural;
  const double* y;
  Index half;
  KOROBOV_INLINE Pair get(Index k) const { return {load(y + k), load(y + half + k)}; }
};
struct RealOutput {
  static constexpr Order kOrder = Order::natural;
  double* y;
  Index half;
  KOROBOV_INLINE void put(Index k, Pair v) const {
    store<double>(y + k, v.re);
    store<double>(y + half + k, v.im);
  }
};

// ---- transforms in time ---------------------------------------------------------------------------------------------

template <class Input>
void leaves_in_time(const Input& input, double* z, Index first, Index n) {
  const LeafRoots w;
  for (Index k = first; k < first + n; k += kW << kPassLevels) {
    Pair v[1 << kPassLevels];
#pragma GCC unroll 8
    for (int i = 0; i < 1 << kPassLevels; ++i) v[i] = input.get(k + i * kW);
#pragma GCC unroll 8
    for (int i = 0; i < 1 << kPassLevels; i += kW) lane_levels<Direction::time, Input::kOrder>(v + i);
    in_time<kPassLevels, false>(v, w);
#pragma GCC unroll 8
    for (int i = 0; i < 1 << kPassLevels; ++i) put<2>(z, k + i * kW, kW, v[i]);
  }
}

// The 2^m values from `first` on, transformed.
template <class Input>
void part_in_time(const Input& input, double* z, Index first, int m) {
  constexpr auto kTime = Direction::time;
  const Index n = Index{1} << m;
  if (m > kBlockLevels) {
    const int below = m - kPassLevels;
    for (Index i = 0; i < n; i += Index{1} << below) part_in_time(input, z, first + i, below);
    return pass<kTime, kPassLevels, 2, false>(z + 2 * first, n, below, kW, 1);
  }
  leaves_in_time(input, z, first, n);
  for (int done = kLeafLevels; done < m;) {
    const int levels = share(m - done);
    pass<kTime, 2, false>(levels, z + 2 * first, n, done, kW, 1);
    done += levels;
  }
}

template <class Input>
void parts_in_time(const Input& input, double* z, int m, int last_levels) {
  for (Index i = 0; i < Index{1} << last_levels; ++i) {
    part_in_time(input, z, i << (m - last_levels), m - last_levels);
  }
}

// ---- the last pass for real input -----------------------------------------------------------------------------------
// Z = the packed transform of half = n/2 values, X = even + odd the wanted one:
//   even = (Z_k + conj Z_{half-k}) / 2, odd = exp(-2 pi i k / n) (Z_k - conj Z_{half-k}) / 2i
//   X_k = even + odd = conj X_{n-k}, X_{half+k} = even - odd = conj X_{half-k}
// One step takes the columns k.. and q - k.. of the last 2^kLevels levels, q their half, so that both partners are at
// hand, and leaves 4 spectra values for each two packed ones: two of them where those stood. The column q - k lies
// across two vectors; its value of lane 0 was kept by the step before.

template <int kLevels>
struct LastColumns {
  Pair low[1 << kLevels], high[1 << kLevels];
};

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
KOROBOV_INLINE void untangle(double* z, Index k, Index q, LastColumns<kLevels>& v, const Roots& w, const Pair* twist,
                             double scale, Complex* kept) {
  constexpr int kR = 1 << kLevels;
  const Index half = kR * q, n = 2 * half;
  in_time<kLevels, false>(v.low, w);
  // the roots at q - k: exp(-2 pi i (q - k) / 2q) = -conj(first), exp(-2 pi i (q - k) / 4q) = -i conj(second)
  if constexpr (kLevels >= 1) {
#pragma GCC unroll 2
    for (int i = 0; i < kR; i += 2) {
      const Pair t = times_conj(w.first, v.high[i + 1]);
      sums(v.high[i], v.high[i + 1], {-t.re, -t.im});
    }
  }
  if constexpr (kLevels >= 2) {
    const Pair t = times_conj(w.second, v.high[2]), u = times_conj(w.second, v.high[3]);
    sums(v.high[0], v.high[2], {t.im, -t.re});
    sums(v.high[1], v.high[3], {-u.re, -u.im});
  }
#pragma GCC unroll 4
  for (int j = 0; j < kR; ++j) {
    const Pair a = v.low[j], b = v.high[kR - 1 - j];
    const V even_re = a.re + b.re, even_im = a.im - b.im, s = a.im + b.im, d = b.re - a.re;
    constexpr int kQuarter = kR == 1 ? 1 : kR / 2;  // columns j >= kQuarter are a quarter turn further
    const Pair t = twist[j % kQuarter];
    const Pair odd =
        j < kQuarter ? Pair{t.re * s - t.im * d, t.re * d + t.im * s} : Pair{t.im * s + t.re * d, t.im * d - t.re * s};
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

// The levels of one column in time at k = q/2.
template <int kLevels>
void middle_column(Complex* v) {
  const auto butterfly = [](Complex& x, Complex& y, Complex w) {
    const Complex t = product(w, y);
    y = x - t;
    x += t;
  };
  if constexpr (kLevels >= 1) {
    for (int i = 0; i < 1 << kLevels; i += 2) butterfly(v[i], v[i + 1], root16(4));
  }
  if constexpr (kLevels >= 2) {
    butterfly(v[0], v[2], root16(2));
    butterfly(v[1], v[3], root16(6));
  }
}

// Column k of the packed transform before its last levels; k = q is column 0.
template <int kLevels>
void read_column(const double* z, int m, Index k, Complex* to) {
  const Index q = Index{1} << (m - 1 - kLevels);
  const Index lane = k % kW, at = 2 * (k % q - lane) + detail::lane_of(kW, lane);
  for (Index j = 0; j < 1 << kLevels; ++j) to[j] = {z[2 * j * q + at], z[2 * j * q + at + kW]};
}

// Columns k and q - k for k in `columns`, a part of [0, q/2) in whole vectors. kept_column: column q - columns.first;
// it becomes the values half - columns.first - j q, not yet in their places unless columns.first = 0.
template <int kLevels, bool kAll>
void last_real_columns(double* z, int m, double scale, Range columns, Complex* kept_column) {
  constexpr int kR = 1 << kLevels;
  const Index q = Index{1} << (m - 1 - kLevels);
  const Tables<kLevels> tables(m - 1 - kLevels);
  const double* const twists = roots(m, kW);
  const double part = 0.5 * scale;
  Pair kept[1 << kLevels];
  for (int j = 0; j < kR; ++j) {
    kept[j] = Pair{};
    kept[j].re[0] = kept_column[j].real();
    kept[j].im[0] = kept_column[j].imag();
  }
  const auto step = [&]<bool kFirst>(Index k) HWY_ATTR {
    LastColumns<kLevels> v;
#pragma GCC unroll 4
    for (int j = 0; j < kR; ++j) {
      v.low[j] = get<2>(z, k + j * q, kW);
      const Pair next = get<2>(z, q - k - kW + j * q, kW);
      constexpr auto mirrored = [](int i) constexpr {
        const int at = static_cast<int>(lane_order(kW, i)), w = static_cast<int>(kW);
        return at == 0 ? w : static_cast<int>(detail::lane_of(kW, w - at));
      };
      v.high[j] = {select_lanes<double>(next.re, kept[j].re, mirrored),
                   select_lanes<double>(next.im, kept[j].im, mirrored)};
      kept[j] = next;
    }
    Roots w{};
    if constexpr (kLevels >= 1) w = tables.template at<false>(k, q);
    Pair twist[kR == 4 ? 2 : 1];
    for (int j = 0; j < (kR == 4 ? 2 : 1); ++j) {
      const Pair t = get<2>(twists, k + j * q, kW);
      twist[j] = {t.re * part, t.im * part};
    }
    untangle<kLevels, kAll, kFirst>(z, k, q, v, w, twist, part, kept_column);
  };
  step.template operator()<true>(columns.first);
  for (Index k = columns.first + kW; k < columns.last; k += kW) step.template operator()<false>(k);
}

// Column q/2 is its own partner; middle: the values it had before the other columns were done.
template <int kLevels, bool kAll>
void last_real_middle(double* z, int m, double scale, Complex* middle) {
  constexpr int kR = 1 << kLevels;
  const Index q = Index{1} << (m - 1 - kLevels), n = Index{1} << m;
  middle_column<kLevels>(middle);
  for (int j = 0; j < kR; ++j) {
    const Index k = q / 2 + j * q;
    const Complex a = middle[j], b = std::conj(middle[kR - 1 - j]);
    const Complex x = 0.5 * scale * ((a + b) + product(root16((2 * j + 1) * 4 / kR + 4), a - b));
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

// ---- transforms in frequency ----------------------------------------------------------------------------------------

template <int S, class Output>
void leaves_in_frequency(const Output& output, const double* z, Index imag, Index first, Index n) {
  const LeafRoots w;
  for (Index k = first; k < first + n; k += kW << kPassLevels) {
    Pair v[1 << kPassLevels];
#pragma GCC unroll 8
    for (int i = 0; i < 1 << kPassLevels; ++i) v[i] = get<S>(z, k + i * kW, imag);
    in_frequency<kPassLevels, false>(v, w);
#pragma GCC unroll 8
    for (int i = 0; i < 1 << kPassLevels; i += kW) lane_levels<Direction::frequency, Output::kOrder>(v + i);
#pragma GCC unroll 8
    for (int i = 0; i < 1 << kPassLevels; ++i) output.put(k + i * kW, v[i]);
  }
}

template <int S, class Output>
void part_in_frequency(const Output& output, double* z, Index imag, Index first, int m) {
  constexpr auto kFrequency = Direction::frequency;
  const Index n = Index{1} << m;
  if (m > kBlockLevels) {
    const int below = m - kPassLevels;
    pass<kFrequency, kPassLevels, S, false>(z + S * first, n, below, imag, 1);
    for (Index i = 0; i < n; i += Index{1} << below) part_in_frequency<S>(output, z, imag, first + i, below);
    return;
  }
  for (int rest = m - kLeafLevels; rest > 0;) {
    const int levels = share(rest);
    rest -= levels;
    pass<kFrequency, S, false>(levels, z + S * first, n, kLeafLevels + rest, imag, 1);
  }
  leaves_in_frequency<S>(output, z, imag, first, n);
}

// Z_k = even + odd of a Hermitian spectrum x of n values, half = n/2, into separate halves:
//   even = x_k + conj x_{half-k}, odd = i exp(2 pi i k / n) (x_k - conj x_{half-k})
// With factors: of x_k factor_k or x_k / factor_k.
template <bool kUpper, Pointwise kHow>
KOROBOV_INLINE void tangle(const double* x, const double* factor, double* y, Index k, Index half, const double* table,
                           double scale) {
  const Pair w = get<2>(table, kUpper ? k - half / 2 : k, kW);
  Pair a = get_complex(x + 2 * k);
  const Pair mirror = get_complex(x + 2 * (half - k - kW + 1));
  constexpr auto reversed = [](int i) constexpr { return static_cast<int>(kW) - 1 - i; };
  V b_re = select_lanes<double>(mirror.re, mirror.re, reversed);
  V b_im = select_lanes<double>(mirror.im, mirror.im, reversed);
  if constexpr (kHow != Pointwise::none) {
    constexpr auto forth = [](int i) constexpr { return static_cast<int>(lane_order(kW, i)); };
    constexpr auto back = [](int i) constexpr {
      return static_cast<int>(kW) - 1 - static_cast<int>(lane_order(kW, i));
    };
    const V f = load(factor + k), g = load(factor + half - k - kW + 1);
    V of_a = select_lanes<double>(f, f, forth), of_b = select_lanes<double>(g, g, back);
    if constexpr (kHow == Pointwise::divide) {
      of_a = 1.0 / of_a;
      of_b = 1.0 / of_b;
    }
    a = {a.re * of_a, a.im * of_a};
    b_re *= of_b;
    b_im *= of_b;
  }
  const V d = a.re - b_re, s = a.im + b_im;
  const Pair odd =
      kUpper ? Pair{-(w.re * d + w.im * s), w.im * d - w.re * s} : Pair{w.im * d - w.re * s, w.re * d + w.im * s};
  put<1>(y, k, half, {((a.re + b_re) + odd.re) * scale, ((a.im - b_im) + odd.im) * scale});
}

double pointwise(Pointwise how, double value, double factor) {
  return how == Pointwise::divide ? value * (1.0 / factor) : value * factor;
}

// Values k in `columns`, a part of [0, n/2) in whole vectors.
template <Pointwise kHow>
void tangle_columns(const double* x, const double* factor, double* y, int m, double scale, Range columns) {
  const Index half = Index{1} << (m - 1);
  const double* const table = roots(m, kW);
  Index k = columns.first;
  for (; k < std::min(columns.last, half / 2); k += kW) tangle<false, kHow>(x, factor, y, k, half, table, scale);
  for (; k < columns.last; k += kW) tangle<true, kHow>(x, factor, y, k, half, table, scale);
  if (columns.first == 0) {
    double first = x[0], last = x[2 * half];
    if constexpr (kHow != Pointwise::none) {
      first = pointwise(kHow, first, factor[0]);
      last = pointwise(kHow, last, factor[half]);
    }
    y[0] = (first + last) * scale;
    y[half] = (first - last) * scale;
  }
}
void tangle_columns(const double* x, const double* factor, Pointwise how, double* y, int m, double scale,
                    Range columns) {
  switch (how) {
    case Pointwise::none:
      return tangle_columns<Pointwise::none>(x, factor, y, m, scale, columns);
    case Pointwise::multiply:
      return tangle_columns<Pointwise::multiply>(x, factor, y, m, scale, columns);
    case Pointwise::divide:
      return tangle_columns<Pointwise::divide>(x, factor, y, m, scale, columns);
  }
}

void real_in_frequency(const double* x, const double* factor, Pointwise how, double* y, int m, double scale) {
  const Index half = Index{1} << (m - 1);
  tangle_columns(x, factor, how, y, m, scale, {0, half});
  part_in_frequency<1>(RealOutput{y, half}, y, half, 0, m - 1);
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
  real_in_frequency(reinterpret_cast<const double*>(values), nullptr, Pointwise::none, y, m, scale);
}
void real_fft_in_frequency_pointwise(Complex* values, const double* factor, Pointwise how, double* y, int m,
                                     double scale) {
  if (m <= kLeafLevels) {
    for (Index k = 0; k <= (Index{1} << m) / 2 && how != Pointwise::none; ++k) {
      values[k] = {pointwise(how, values[k].real(), factor[k]), pointwise(how, values[k].imag(), factor[k])};
    }
    return detail::small_real_fft_in_frequency(values, y, m, scale);
  }
  real_in_frequency(reinterpret_cast<const double*>(values), factor, how, y, m, scale);
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
void real_fft_tangle(const Complex* values, const double* factor, Pointwise how, double* y, int m, double scale,
                     Range columns) {
  tangle_columns(reinterpret_cast<const double*>(values), factor, how, y, m, scale, columns);
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

void in_frequency_shared(const Complex* z, const double* factor, Pointwise how, double* y, int m, double scale) {
  const int levels = KOROBOV_DISPATCH(fft_top_levels)(Step::pass);
  const auto tangle = KOROBOV_DISPATCH(real_fft_tangle);
  const auto top = KOROBOV_DISPATCH(real_fft_frequency_top);
  const auto part = KOROBOV_DISPATCH(real_fft_frequency_part);
  const Index half = Index{1} << (m - 1);
  parallel_for(half, kColumnGrain, [&](Range columns) { tangle(z, factor, how, y, m, scale, columns); });
  parallel_for(half >> levels, kColumnGrain, [&](Range columns) { top(y, m, columns); });
  for_parts(levels, [&](Index i) { part(y, m, i); });
}

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

void real_fft_in_frequency(Complex* z, const double* factor, Pointwise how, double* y, int m, double scale) {
  KOROBOV_DISPATCH(real_fft_in_frequency_pointwise)(z, factor, how, y, m, scale);
}
void real_fft_in_frequency_shared(const Complex* z, double* y, int m, double scale) {
  in_frequency_shared(z, nullptr, Pointwise::none, y, m, scale);
}
void real_fft_in_frequency_shared(Complex* z, const double* factor, Pointwise how, double* y, int m, double scale) {
  in_frequency_shared(z, factor, how, y, m, scale);
}

void fft_join(const Complex* a, const Complex* b, Complex* low, Complex* high, int m, double scale) {
  KOROBOV_DISPATCH(fft_join)(a, b, low, high, m, scale);
}

void real_fft_join(const Complex* a, const Complex* b, Complex* joined, int m, double scale) {
  KOROBOV_DISPATCH(real_fft_join)(a, b, joined, m, scale);
}

}  // namespace korobov::detail
#endif
