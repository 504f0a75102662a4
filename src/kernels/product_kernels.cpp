#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/product_kernels.cpp"
#include "kernels/product_kernels.hpp"

#include <array>
#include <cstddef>
#include <vector>

#include <korobov/kernels/walsh.hpp>

// clang-format off
#include "core/dispatch.hpp"  // first: picks the targets
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

#ifndef KOROBOV_SRC_KERNELS_EIGHTHS_OF_BYTES
#define KOROBOV_SRC_KERNELS_EIGHTHS_OF_BYTES
namespace korobov::detail {
// sum_{a<8} x_a 8^-a over the digits of a byte, the most significant first: exact.
inline constexpr auto kEighthsOfBytes = [] {
  std::array<double, 256> table{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    double sum = 0;
    for (unsigned a = 8; a-- > 0;) sum = sum / 8 + ((byte >> (7 - a)) & 1U);
    table[byte] = sum;
  }
  return table;
}();
}  // namespace korobov::detail
#endif

HWY_BEFORE_NAMESPACE();
namespace korobov::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using detail::ValueTile;
using detail::WordTile;
using D = hn::CappedTag<double, 8>;
using U = hn::RebindToUnsigned<D>;
using S = hn::RebindToSigned<D>;
using V = hn::Vec<D>;
using W = hn::Vec<U>;
constexpr Index kLanes = static_cast<Index>(hn::MaxLanes(D()));

// kLanes elements from `at` on, `stride` apart; with kFull false only the first `count`, and 0 in the other lanes.
template <bool kFull, class T, class Tag>
HWY_INLINE hn::Vec<Tag> load(Tag tag, const T* at, Index stride, Index count) {
  if constexpr (kFull) {
    if (HWY_LIKELY(stride == 1)) return hn::LoadU(tag, at);
    return hn::GatherIndex(tag, at, hn::Mul(hn::Iota(S(), 0), hn::Set(S(), stride)));
  } else {
    T lanes[kLanes] = {};
    for (Index l = 0; l < count; ++l) lanes[l] = at[l * stride];
    return hn::LoadU(tag, lanes);
  }
}

template <bool kFull>
HWY_INLINE void store(V value, double* at, Index stride, Index count) {
  if (kFull && HWY_LIKELY(stride == 1)) {
    hn::StoreU(value, D(), at);
    return;
  }
  double lanes[kLanes];
  hn::StoreU(value, D(), lanes);
  for (Index l = 0; l < (kFull ? kLanes : count); ++l) at[l * stride] = lanes[l];
}

// w rounded to a double (not yet times 2^-64).
HWY_INLINE V to_double(W w) {
#if HWY_TARGET == HWY_AVX3
  return hn::ConvertTo(D(), w);
#else
  const U tag;
  // The halves as last digits of 2^84 and 2^52; their sum rounds once.
  const auto high = hn::BitCast(D(), hn::Or(hn::ShiftRight<32>(w), hn::Set(tag, Word{0x4530000000000000U})));
  const auto low =
      hn::BitCast(D(), hn::Or(hn::And(w, hn::Set(tag, Word{0xFFFFFFFFU})), hn::Set(tag, Word{0x4330000000000000U})));
  return hn::Add(hn::Sub(high, hn::Set(D(), 0x1p84 + 0x1p52)), low);
#endif
}

// The bits of 2^floor(log2 w), of 0 for w = 0: clearing the digit after the leading one keeps the rounding from
// carrying into the next power.
HWY_INLINE W leading_power(W w) {
  const auto bits = hn::BitCast(U(), to_double(hn::AndNot(hn::ShiftRight<1>(w), w)));
  return hn::And(bits, hn::Set(U(), Word{0x7FF0000000000000U}));
}

// The number of leading zeros, 64 for 0.
HWY_INLINE hn::Vec<S> count_zeros(W w) {
  const S tag;
  const auto exponent = hn::BitCast(tag, hn::ShiftRight<52>(leading_power(w)));
  const auto zeros = hn::Sub(hn::Set(tag, 1023 + 63), exponent);
  return hn::IfThenElse(hn::Gt(zeros, hn::Set(tag, 64)), hn::Set(tag, 64), zeros);
}

// ---- weights_j K_j of one coordinate

template <int kDegree>
struct Bernoulli {
  const double* series;  // (d, kDegree + 1)

  HWY_INLINE V operator()(Index j, W w) const {
    const D d;
    const double* p = series + j * (kDegree + 1);
    const auto t = hn::Mul(hn::ConvertTo(d, hn::BitCast(S(), w)), hn::Set(d, 0x1p-64));
    const auto u = hn::NegMulAdd(t, t, hn::Abs(t));
    auto value = hn::Set(d, p[kDegree]);
    for (int k = kDegree - 1; k >= 0; --k) value = hn::MulAdd(value, u, hn::Set(d, p[k]));
    return value;
  }
};

struct Walsh {
  const int* alpha;
  const double* weights;

  HWY_INLINE V operator()(Index j, W w) const { return hn::Mul(order(alpha[j], w), hn::Set(D(), weights[j])); }

  static HWY_INLINE V order(int alpha_j, W w) {
    const D d;
    if (alpha_j > 4) return by_digits(static_cast<std::size_t>(alpha_j), w);
    const auto power = leading_power(w);
    // 2^-b, and b; for w = 0 the power is 0 and b, which then multiplies zeros only, some number.
    const auto t = hn::Mul(hn::BitCast(d, power), hn::Set(d, 0x1p-64));
    if (alpha_j == 1) return hn::NegMulAdd(hn::Set(d, 3.0), t, hn::Set(d, 1.0));
    const auto b = hn::ConvertTo(d, hn::Sub(hn::Set(S(), 1023 + 64), hn::BitCast(S(), hn::ShiftRight<52>(power))));
    const auto x = hn::Mul(to_double(w), hn::Set(d, 0x1p-64));
    const auto bx = hn::Mul(b, x);
    if (alpha_j == 2) return hn::Sub(hn::Set(d, 1.5), hn::MulAdd(hn::Set(d, 2.5), t, bx));
    const auto one = hn::Set(d, 1.0);
    const auto linear = hn::Mul(hn::Set(d, 5.0), hn::Sub(one, t));  // 5 (1 - t_1)
    if (alpha_j == 3) {
      const auto rest = hn::MulAdd(hn::Sub(bx, linear), x, hn::Mul(hn::Set(d, -43.0 / 18), hn::Mul(t, t)));
      return hn::Add(hn::Set(d, 25.0 / 18), rest);
    }
    const auto quadratic = hn::Mul(hn::Set(d, 43.0 / 9), hn::NegMulAdd(t, t, one));  // (43/9) (1 - t_2)
    auto sum = hn::NegMulAdd(hn::Set(d, 2.0 / 3), bx, linear);
    sum = hn::NegMulAdd(hn::Mul(hn::Set(d, 1.0 / 24), b), eighths(w), hn::Mul(x, hn::MulSub(sum, x, quadratic)));
    return hn::Add(hn::Set(d, 407.0 / 294), hn::NegMulAdd(hn::Mul(hn::Set(d, 701.0 / 294), t), hn::Mul(t, t), sum));
  }

  // walsh_sums.hpp
  static HWY_INLINE V eighths(W w) {
    const D d;
    const double* table = detail::kEighthsOfBytes.data();
    const auto byte = hn::Set(U(), Word{255});
    const auto first = hn::GatherIndex(d, table, hn::BitCast(S(), hn::ShiftRight<56>(w)));
    const auto second = hn::GatherIndex(d, table, hn::BitCast(S(), hn::And(hn::ShiftRight<48>(w), byte)));
    const auto third = hn::GatherIndex(d, table, hn::BitCast(S(), hn::And(hn::ShiftRight<40>(w), byte)));
    return hn::MulAdd(hn::MulAdd(third, hn::Set(d, 0x1p-24), second), hn::Set(d, 0x1p-24), first);
  }

  // walsh_by_digits() of walsh.cpp, a word per lane.
  static HWY_INLINE V by_digits(std::size_t order, W w) {
    const D d;
    const U du;
    V e[kMaxWalshAlpha];
    e[0] = hn::Set(d, 1.0);
    for (std::size_t v = 1; v < order; ++v) e[v] = hn::Zero(d);
    auto heads = hn::Zero(d);
    const auto one = hn::Set(du, Word{1});
    for (int c = 64; c >= 1; --c) {
      const auto leading = hn::ShiftRightSame(w, 64 - c);
      const auto last = e[order - 1];
      heads = hn::Add(heads, hn::IfThenElseZero(hn::RebindMask(d, hn::Eq(leading, hn::Zero(du))), last));
      heads = hn::Sub(heads, hn::IfThenElseZero(hn::RebindMask(d, hn::Eq(leading, one)), last));
      const auto size = hn::BitCast(du, hn::Set(d, 1.0 / static_cast<double>(Word{1} << (c - 1)) / 2));
      const auto s = hn::BitCast(d, hn::Xor(size, hn::ShiftLeft<63>(leading)));  // the digit is the sign
      for (std::size_t v = order - 1; v >= 1; --v) e[v] = hn::MulAdd(s, e[v - 1], e[v]);
    }
    auto sum = hn::Mul(heads, hn::Set(d, 0.5));
    for (std::size_t v = 1; v < order; ++v) sum = hn::Add(sum, e[v]);
    return sum;
  }
};

struct Places {
  const double* places;  // (d, 65)

  HWY_INLINE V operator()(Index j, W w) const {
    return hn::GatherIndex(D(), places + j * detail::kDigitPlaces, count_zeros(w));
  }
};

struct Zeros {
  HWY_INLINE V operator()(Index, W w) const { return hn::ConvertTo(D(), count_zeros(w)); }
};

struct Tabulated {
  const double* weights;

  HWY_INLINE V operator()(Index j, V k) const { return hn::Mul(k, hn::Set(D(), weights[j])); }
};

// ---- over the dimensions

// kVectors vectors of rows side by side: v <- v (1 + p) + p depends on itself.
template <std::size_t kVectors, bool kFull, class T, class Tag, class Factor>
HWY_INLINE void product_rows(Tag tag, const Factor& factor, MatrixSpan<const T> tile, double scale, Index t,
                             double* v) {
  const D d;
  V sum[kVectors];
  for (std::size_t i = 0; i < kVectors; ++i) sum[i] = hn::Zero(d);
  const auto one = hn::Set(d, 1.0);
  for (Index j = 0; j < tile.cols; ++j) {
    for (std::size_t i = 0; i < kVectors; ++i) {
      const Index row = t + static_cast<Index>(i) * kLanes;
      const auto in = load<kFull>(tag, &tile(row, j), tile.row_stride, tile.rows - row);
      const auto p = factor(j, in);
      sum[i] = hn::MulAdd(p, hn::Add(one, sum[i]), sum[i]);
    }
  }
  for (std::size_t i = 0; i < kVectors; ++i) {
    const Index row = t + static_cast<Index>(i) * kLanes;
    store<kFull>(hn::Mul(sum[i], hn::Set(d, scale)), v + row, 1, tile.rows - row);
  }
}

template <class T, class Tag, class Factor>
void product(Tag tag, const Factor& factor, MatrixSpan<const T> tile, double scale, double* v) {
  constexpr std::size_t kVectors = 4;
  constexpr Index kRows = static_cast<Index>(kVectors) * kLanes;
  Index t = 0;
  for (; t + kRows <= tile.rows; t += kRows) {
    product_rows<kVectors, true>(tag, factor, tile, scale, t, v);
  }
  for (; t + kLanes <= tile.rows; t += kLanes) product_rows<1, true>(tag, factor, tile, scale, t, v);
  if (t < tile.rows) product_rows<1, false>(tag, factor, tile, scale, t, v);
}

template <class Factor>
void values(const Factor& factor, WordTile w, MatrixSpan<double> out) {
  for (Index j = 0; j < w.cols; ++j) {
    Index t = 0;
    for (; t + kLanes <= w.rows; t += kLanes) {
      store<true>(factor(j, load<true>(U(), &w(t, j), w.row_stride, kLanes)), &out(t, j), out.row_stride, kLanes);
    }
    if (t < w.rows) {
      const Index rest = w.rows - t;
      store<false>(factor(j, load<false>(U(), &w(t, j), w.row_stride, rest)), &out(t, j), out.row_stride, rest);
    }
  }
}

template <bool kFull, bool kSlopes>
HWY_INLINE void pull_back_rows(ValueTile k, const double* offsets, const double* weights, double scale,
                               const double* dk, ValueTile slopes, Index t, double* before, double* sums) {
  const D d;
  const Index rest = k.rows - t;
  const auto n = k.cols;
  auto prefix = hn::Set(d, 1.0);
  for (Index j = 0; j < n; ++j) {
    const auto value = load<kFull>(d, &k(t, j), k.row_stride, rest);
    hn::StoreU(prefix, d, before + j * kLanes);
    prefix = hn::Mul(prefix, hn::MulAdd(value, hn::Set(d, weights[j]), hn::Set(d, offsets[j])));
  }
  const auto outer = load<kFull>(d, dk + t, 1, rest);
  hn::StoreU(hn::MulAdd(outer, prefix, hn::LoadU(d, sums)), d, sums);
  auto after = hn::Mul(outer, hn::Set(d, scale));  // dk scale prod_{l > j}
  double* by_weight = sums + kLanes;
  double* by_slope = by_weight + n * kLanes;
  for (Index j = n; j-- > 0;) {
    const auto value = load<kFull>(d, &k(t, j), k.row_stride, rest);
    const auto others = hn::Mul(after, hn::LoadU(d, before + j * kLanes));
    hn::StoreU(hn::MulAdd(others, value, hn::LoadU(d, by_weight + j * kLanes)), d, by_weight + j * kLanes);
    if constexpr (kSlopes) {
      const auto slope = hn::Mul(load<kFull>(d, &slopes(t, j), slopes.row_stride, rest), hn::Set(d, weights[j]));
      hn::StoreU(hn::MulAdd(others, slope, hn::LoadU(d, by_slope + j * kLanes)), d, by_slope + j * kLanes);
    }
    after = hn::Mul(after, hn::MulAdd(value, hn::Set(d, weights[j]), hn::Set(d, offsets[j])));
  }
}

template <bool kSlopes>
void pull_back(ValueTile k, const double* offsets, const double* weights, double scale, const double* dk,
               double* dscale, double* dweights, ValueTile slopes, double* dslopes) {
  const auto cells = static_cast<std::size_t>(k.cols * kLanes);
  std::vector<double> memory(3 * cells + static_cast<std::size_t>(kLanes));
  double* before = memory.data();
  double* sums = before + cells;  // of dscale, the dweights, the dslopes, by lanes
  Index t = 0;
  for (; t + kLanes <= k.rows; t += kLanes) {
    pull_back_rows<true, kSlopes>(k, offsets, weights, scale, dk, slopes, t, before, sums);
  }
  if (t < k.rows) pull_back_rows<false, kSlopes>(k, offsets, weights, scale, dk, slopes, t, before, sums);
  const auto total = [&](Index cell) {
    double sum = 0;
    for (Index l = 0; l < kLanes; ++l) sum += sums[cell * kLanes + l];
    return sum;
  };
  *dscale += total(0);
  for (Index j = 0; j < k.cols; ++j) {
    dweights[j] += total(1 + j);
    if constexpr (kSlopes) dslopes[j] += total(1 + k.cols + j);
  }
}

}  // namespace

void bernoulli_product_kernel(WordTile w, const double* series, int degree, double scale, double* v) {
  const U tag;
  if (degree == 1) return product(tag, Bernoulli<1>{series}, w, scale, v);
  if (degree == 2) return product(tag, Bernoulli<2>{series}, w, scale, v);
  if (degree == 3) return product(tag, Bernoulli<3>{series}, w, scale, v);
  if (degree == 4) return product(tag, Bernoulli<4>{series}, w, scale, v);
  product(tag, Bernoulli<5>{series}, w, scale, v);
}

void bernoulli_values_kernel(WordTile w, const double* series, int degree, MatrixSpan<double> out) {
  if (degree == 1) return values(Bernoulli<1>{series}, w, out);
  if (degree == 2) return values(Bernoulli<2>{series}, w, out);
  if (degree == 3) return values(Bernoulli<3>{series}, w, out);
  if (degree == 4) return values(Bernoulli<4>{series}, w, out);
  values(Bernoulli<5>{series}, w, out);
}

void walsh_product_kernel(WordTile w, const int* alpha, const double* weights, double scale, double* v) {
  product(U(), Walsh{alpha, weights}, w, scale, v);
}

void walsh_values_kernel(WordTile w, const int* alpha, const double* ones, MatrixSpan<double> out) {
  values(Walsh{alpha, ones}, w, out);
}

void places_product_kernel(WordTile w, const double* places, double scale, double* v) {
  product(U(), Places{places}, w, scale, v);
}

void leading_zeros_kernel(WordTile w, MatrixSpan<double> out) { values(Zeros{}, w, out); }

void table_product_kernel(ValueTile k, const double* weights, double scale, double* v) {
  product(D(), Tabulated{weights}, k, scale, v);
}

void table_pull_back_kernel(ValueTile k, const double* offsets, const double* weights, double scale, const double* dk,
                            double* dscale, double* dweights, ValueTile slopes, double* dslopes) {
  if (slopes.data != nullptr) {
    pull_back<true>(k, offsets, weights, scale, dk, dscale, dweights, slopes, dslopes);
  } else {
    pull_back<false>(k, offsets, weights, scale, dk, dscale, dweights, slopes, dslopes);
  }
}

}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace korobov::detail {

void bernoulli_product(WordTile w, const double* series, int degree, double scale, double* v) {
  KOROBOV_DISPATCH(bernoulli_product_kernel)(w, series, degree, scale, v);
}

void bernoulli_values(WordTile w, const double* series, int degree, MatrixSpan<double> out) {
  KOROBOV_DISPATCH(bernoulli_values_kernel)(w, series, degree, out);
}

void walsh_product(WordTile w, const int* alpha, const double* weights, double scale, double* v) {
  KOROBOV_DISPATCH(walsh_product_kernel)(w, alpha, weights, scale, v);
}

void walsh_values(WordTile w, const int* alpha, MatrixSpan<double> out) {
  const std::vector<double> ones(static_cast<std::size_t>(w.cols), 1.0);
  KOROBOV_DISPATCH(walsh_values_kernel)(w, alpha, ones.data(), out);
}

void places_product(WordTile w, const double* places, double scale, double* v) {
  KOROBOV_DISPATCH(places_product_kernel)(w, places, scale, v);
}

void leading_zeros(WordTile w, MatrixSpan<double> out) { KOROBOV_DISPATCH(leading_zeros_kernel)(w, out); }

void table_product(ValueTile k, const double* weights, double scale, double* v) {
  KOROBOV_DISPATCH(table_product_kernel)(k, weights, scale, v);
}

void table_pull_back(ValueTile k, const double* offsets, const double* weights, double scale, const double* dk,
                     double* dscale, double* dweights, ValueTile slopes, double* dslopes) {
  KOROBOV_DISPATCH(table_pull_back_kernel)(k, offsets, weights, scale, dk, dscale, dweights, slopes, dslopes);
}

}  // namespace korobov::detail
#endif
