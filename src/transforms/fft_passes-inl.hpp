// Passes over the memory of one transform: decimation in time with leaves of the lowest levels in registers, passes of
// radix 8 (radix 4 where there are 16 registers) inside blocks for the first cache, the same passes depth first above;
// decimation in frequency is the mirror image. A level of half L takes exp(-2 pi i k / 2L), k < L, from the table of
// its first quarter turn. Included once per target (see core/dispatch.hpp), after highway.h.
#if defined(KOROBOV_TRANSFORMS_PASSES_TOGGLE) == defined(HWY_TARGET_TOGGLE)
#ifdef KOROBOV_TRANSFORMS_PASSES_TOGGLE
#undef KOROBOV_TRANSFORMS_PASSES_TOGGLE
#else
#define KOROBOV_TRANSFORMS_PASSES_TOGGLE
#endif

#include <algorithm>

#include "transforms/fft_butterflies-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace korobov::HWY_NAMESPACE {
namespace {

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

// ---- pairs of columns -----------------------------------------------------------------------------------------------
// For real input of n values, Z the transform of half = n/2 packed ones: what is done to Z_k needs Z_{half-k}. A step
// takes the columns k.. and q - k.. of the last 2^kLevels levels, q their half: partner of value k + j q is value
// q - k + (2^kLevels - 1 - j) q. The column q - k lies across two vectors; its value of lane 0 was kept by the step
// before.

template <int kLevels>
struct Kept {
  Pair values[1 << kLevels]{};
  explicit Kept(const Complex* column) {
    for (int j = 0; j < 1 << kLevels; ++j) {
      values[j].re[0] = column[j].real();
      values[j].im[0] = column[j].imag();
    }
  }
};

// Lane of the vector in memory at q - k - kW, followed by the one at q - k, that lane i of the mirrored column k holds;
// and the other way about.
constexpr int mirrored_lane(int i) {
  const int at = static_cast<int>(lane_order(kW, i)), w = static_cast<int>(kW);
  return at == 0 ? w : static_cast<int>(detail::lane_of(kW, w - at));
}

template <int kLevels>
struct LastColumns {
  Pair low[1 << kLevels], high[1 << kLevels];
  KOROBOV_INLINE LastColumns(const double* z, Index k, Index q, Kept<kLevels>& kept) {
    constexpr auto mirrored = [](int i) constexpr { return mirrored_lane(i); };
#pragma GCC unroll 4
    for (int j = 0; j < 1 << kLevels; ++j) {
      low[j] = get<2>(z, k + j * q, kW);
      const Pair next = get<2>(z, q - k - kW + j * q, kW);
      high[j] = {select_lanes<double>(next.re, kept.values[j].re, mirrored),
                 select_lanes<double>(next.im, kept.values[j].im, mirrored)};
      kept.values[j] = next;
    }
  }
};

// The levels at q - k, with the roots at k: exp(-2 pi i (q - k) / 2q) = -conj(first), exp(-2 pi i (q - k) / 4q) = -i
// conj(second).
template <int kLevels>
KOROBOV_INLINE void mirrored_in_time(Pair (&v)[1 << kLevels], const Roots& w) {
  if constexpr (kLevels >= 1) {
#pragma GCC unroll 2
    for (int i = 0; i < 1 << kLevels; i += 2) {
      const Pair t = times_conj(w.first, v[i + 1]);
      sums(v[i], v[i + 1], {-t.re, -t.im});
    }
  }
  if constexpr (kLevels >= 2) {
    const Pair t = times_conj(w.second, v[2]), u = times_conj(w.second, v[3]);
    sums(v[0], v[2], {t.im, -t.re});
    sums(v[1], v[3], {-u.re, -u.im});
  }
}
template <int kLevels>
KOROBOV_INLINE void mirrored_in_frequency(Pair (&v)[1 << kLevels], const Roots& w) {
  if constexpr (kLevels >= 2) {
    sums(v[0], v[2], v[2]);
    sums(v[1], v[3], v[3]);
    const Pair t = times(w.second, v[2]), u = times(w.second, v[3]);
    v[2] = {-t.im, t.re};
    v[3] = {-u.re, -u.im};
  }
  if constexpr (kLevels >= 1) {
#pragma GCC unroll 2
    for (int i = 0; i < 1 << kLevels; i += 2) {
      sums(v[i], v[i + 1], v[i + 1]);
      const Pair t = times(w.first, v[i + 1]);
      v[i + 1] = {-t.re, -t.im};
    }
  }
}

// exp(-2 pi i (k + j q) / n) scale, j < 2^kLevels, from the table of n.
template <int kLevels>
class Twists {
 public:
  KOROBOV_INLINE Twists(const double* table, Index k, Index q, double scale) {
    for (int j = 0; j < kQuarter; ++j) {
      const Pair t = get<2>(table, k + j * q, kW);
      twists_[j] = {t.re * scale, t.im * scale};
    }
  }
  KOROBOV_INLINE Pair at(int j) const {
    const Pair t = twists_[j % kQuarter];
    return j < kQuarter ? t : Pair{t.im, -t.re};  // a quarter turn further
  }

 private:
  static constexpr int kQuarter = kLevels == 2 ? 2 : 1;
  Pair twists_[kLevels == 2 ? 2 : 1];
};

// The levels of one column at k = q/2, its own partner.
template <int kLevels>
void middle_in_time(Complex* v) {
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
template <int kLevels>
void middle_in_frequency(Complex* v) {
  const auto butterfly = [](Complex& x, Complex& y, Complex w) {
    const Complex d = x - y;
    x += y;
    y = product(std::conj(w), d);
  };
  if constexpr (kLevels >= 2) {
    butterfly(v[0], v[2], root16(2));
    butterfly(v[1], v[3], root16(6));
  }
  if constexpr (kLevels >= 1) {
    for (int i = 0; i < 1 << kLevels; i += 2) butterfly(v[i], v[i + 1], root16(4));
  }
}
// exp(-2 pi i (q/2 + j q) / n)
template <int kLevels>
Complex middle_twist(int j) {
  return root16((2 * j + 1) * (4 >> kLevels));
}

// Where value k of a packed transform stands.
KOROBOV_INLINE Index place_of(Index k) { return 2 * (k - k % kW) + detail::lane_of(kW, k % kW); }

// Column k before the last levels; k = q is column 0.
template <int kLevels>
void read_column(const double* z, int m, Index k, Complex* to) {
  const Index q = Index{1} << (m - 1 - kLevels);
  for (Index j = 0; j < 1 << kLevels; ++j) {
    const Index at = place_of(k % q + j * q);
    to[j] = {z[at], z[at + kW]};
  }
}

}  // namespace
}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
