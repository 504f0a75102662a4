#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/exponential.cpp"
#include "core/exponential.hpp"

#include <cmath>
#include <cstddef>

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

// (exp(r) - 1 - r) / r^2 on |r| <= log(2) / 2 in powers of r: a Chebyshev interpolant computed with 50 digits, error of
// exp(r) 1.7e-17.
constexpr double kSeries[] = {
    0x1.0000000000001p-1,  0x1.5555555555557p-3,  0x1.5555555553d62p-5,  0x1.11111111100dbp-7,  0x1.6c16c1788c0eep-10,
    0x1.a01a01abe824dp-13, 0x1.a019b90c7771cp-16, 0x1.71de02312a642p-19, 0x1.2891861bf46efp-22, 0x1.af4dea43cc39ep-26,
};

// K vectors side by side, step by step, as in inverse_normal.cpp: x = n log 2 + r, exp(x) = 2^n exp(r). log 2 in two
// parts, the first with 21 trailing zeros, so that n times it is exact without fused products too.
template <size_t K>
HWY_INLINE void exponentials(const double* x, double* y) {
  const D d;
  const hn::RebindToUnsigned<D> du;
  constexpr size_t lanes = hn::MaxLanes(D());
  const auto magic = hn::Set(d, 0x1.8p52);  // added, it rounds to an integer and leaves n in the low bits
  V in[K], shifted[K], r[K], r2[K], even[K], odd[K];
  for (size_t i = 0; i < K; ++i) in[i] = hn::LoadU(d, x + i * lanes);
  for (size_t i = 0; i < K; ++i) shifted[i] = hn::MulAdd(in[i], hn::Set(d, 0x1.71547652b82fep+0), magic);
  for (size_t i = 0; i < K; ++i) {
    const auto n = hn::Sub(shifted[i], magic);
    r[i] = hn::NegMulAdd(n, hn::Set(d, 0x1.62e42feep-1), in[i]);
    r[i] = hn::NegMulAdd(n, hn::Set(d, 0x1.a39ef35793c76p-33), r[i]);
    r2[i] = hn::Mul(r[i], r[i]);
    even[i] = hn::Set(d, kSeries[8]);
    odd[i] = hn::Set(d, kSeries[9]);
  }
  for (size_t k = 8; k > 0; k -= 2) {
    for (size_t i = 0; i < K; ++i) even[i] = hn::MulAdd(even[i], r2[i], hn::Set(d, kSeries[k - 2]));
    for (size_t i = 0; i < K; ++i) odd[i] = hn::MulAdd(odd[i], r2[i], hn::Set(d, kSeries[k - 1]));
  }
  for (size_t i = 0; i < K; ++i) {
    const auto series = hn::MulAdd(odd[i], r[i], even[i]);
    const auto mantissa = hn::Add(hn::MulAdd(r2[i], series, r[i]), hn::Set(d, 1.0));
    const auto exponent = hn::ShiftLeft<52>(hn::BitCast(du, shifted[i]));
    hn::StoreU(hn::BitCast(d, hn::Add(hn::BitCast(du, mantissa), exponent)), d, y + i * lanes);
    const auto is_normal = hn::And(hn::Ge(in[i], hn::Set(d, -708.0)), hn::Le(in[i], hn::Set(d, 709.0)));
    if (HWY_LIKELY(hn::AllTrue(d, is_normal))) continue;
    double lane[lanes];
    hn::StoreU(in[i], d, lane);
    for (size_t j = 0; j < lanes; ++j) {
      if (!(lane[j] >= -708.0 && lane[j] <= 709.0)) y[i * lanes + j] = std::exp(lane[j]);
    }
  }
}

}  // namespace

void exponential_kernel(const double* x, double* y, size_t count) {
  constexpr size_t lanes = hn::MaxLanes(D());
  constexpr size_t group = 4;
  size_t k = 0;
  for (; k + group * lanes <= count; k += group * lanes) exponentials<group>(x + k, y + k);
  for (; k + lanes <= count; k += lanes) exponentials<1>(x + k, y + k);
  if (k == count) return;
  double rest[lanes] = {};
  for (size_t j = 0; k + j < count; ++j) rest[j] = x[k + j];
  exponentials<1>(rest, rest);
  for (size_t j = 0; k + j < count; ++j) y[k + j] = rest[j];
}

}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace korobov::detail {

void exponential(std::span<const double> x, std::span<double> y) {
  KOROBOV_DISPATCH(exponential_kernel)(x.data(), y.data(), x.size());
}

}  // namespace korobov::detail
#endif
