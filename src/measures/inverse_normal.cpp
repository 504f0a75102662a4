#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "measures/inverse_normal.cpp"
#include <cmath>
#include <limits>

#include <korobov/core/error.hpp>
#include <korobov/measures/inverse_normal.hpp>

#include "measures/inverse_normal_coefficients.hpp"

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

// -log(y) for normal y > 0: y = 2^e m, sqrt(1/2) <= m < sqrt(2), log m = 2 atanh(s), s = (m - 1) / (m + 1). The odd
// series in s beyond its first term is a degree 6 Chebyshev interpolant in s^2 (absolute error 1.5e-18).
HWY_INLINE V minus_log(V y) {
  const D d;
  const hn::RebindToUnsigned<D> du;
  const auto root_half = hn::Set(du, 0x3FE6A09E667F3BCDU);
  const auto shifted = hn::Add(hn::BitCast(du, y), hn::Set(du, 0x3FF0000000000000U - 0x3FE6A09E667F3BCDU));
  const auto m = hn::BitCast(d, hn::Add(hn::And(shifted, hn::Set(du, 0x000FFFFFFFFFFFFFU)), root_half));
  // The biased exponent as a double, through the last bits of 2^52 + exponent.
  const auto biased = hn::BitCast(d, hn::Or(hn::ShiftRight<52>(shifted), hn::Set(du, 0x4330000000000000U)));
  const auto e = hn::Sub(biased, hn::Set(d, 0x1p52 + 1023.0));
  const auto f = hn::Sub(m, hn::Set(d, 1.0));
  const auto s = hn::Div(f, hn::Add(m, hn::Set(d, 1.0)));
  const auto z = hn::Mul(s, s);
  const auto z2 = hn::Mul(z, z);
  auto even = hn::MulAdd(hn::Set(d, 0x1.2b62ca3da2e33p-3), z2, hn::Set(d, 0x1.7462bba41c635p-3));
  auto odd = hn::MulAdd(hn::Set(d, 0x1.39fd807189bb6p-3), z2, hn::Set(d, 0x1.c71c62cbfea3fp-3));
  even = hn::MulAdd(even, z2, hn::Set(d, 0x1.2492492e0644ep-2));
  odd = hn::MulAdd(odd, z2, hn::Set(d, 0x1.9999999995219p-2));
  even = hn::MulAdd(even, z2, hn::Set(d, 0x1.5555555555558p-1));
  const auto series = hn::MulAdd(odd, z, even);
  const auto log_m = hn::MulAdd(hn::Mul(s, z), series, hn::Add(s, s));
  return hn::NegMulSub(e, hn::Set(d, 0x1.62e42fefa39efp-1), log_m);
}

// sum_k c_k t^k, the even and the odd powers as two chains.
template <size_t kTerms>
HWY_INLINE V polynomial(const double (&c)[kTerms], V t) {
  const D d;
  const auto t2 = hn::Mul(t, t);
  auto a = hn::Set(d, c[kTerms - 1]);
  auto b = hn::Set(d, c[kTerms - 2]);
  for (size_t k = kTerms - 2; k >= 2; k -= 2) {
    a = hn::MulAdd(a, t2, hn::Set(d, c[k - 1]));
    b = hn::MulAdd(b, t2, hn::Set(d, c[k - 2]));
  }
  if constexpr (kTerms % 2 == 0) return hn::MulAdd(a, t, b);  // a holds the odd powers
  return hn::MulAdd(b, t, hn::MulAdd(a, t2, hn::Set(d, c[0])));
}

// Any u, the ends and what lies outside (0, 1) included; accurate where w > 6.25.
HWY_NOINLINE V tail(V u) {
  const D d;
  const auto one = hn::Set(d, 1.0);
  const auto zero = hn::Zero(d);
  const auto upper = hn::Sub(one, u);
  auto p = hn::Min(u, upper);
  p = hn::IfThenElse(hn::Gt(p, zero), p, one);  // any number: overwritten below
  const auto is_tiny = hn::Lt(p, hn::Set(d, 0x1p-1000));
  const auto scaled = hn::IfThenElse(is_tiny, hn::Mul(p, hn::Set(d, 0x1p100)), p);
  auto w = minus_log(hn::Mul(hn::Mul(hn::Set(d, 4.0), scaled), hn::Sub(one, hn::Min(p, hn::Set(d, 0.5)))));
  w = hn::Add(w, hn::IfThenElseZero(is_tiny, hn::Set(d, 0x1.1542457337d43p+6)));  // 100 log 2
  const auto s = hn::Sqrt(hn::Max(w, zero));
  auto x = polynomial(detail::inverse_normal_tail, hn::Mul(hn::Sub(s, hn::Set(d, 4.375)), hn::Set(d, 1.0 / 1.875)));
  const auto is_far = hn::Gt(s, hn::Set(d, 6.25));
  if (!hn::AllFalse(d, is_far)) {
    const auto t = hn::Mul(hn::Sub(s, hn::Set(d, 16.875)), hn::Set(d, 1.0 / 10.625));
    x = hn::IfThenElse(is_far, polynomial(detail::inverse_normal_far_tail, t), x);
  }
  const auto infinite = hn::Set(d, HUGE_VAL);
  x = hn::IfThenElse(hn::Or(hn::Eq(u, zero), hn::Eq(u, one)), infinite, x);
  x = hn::IfThenElse(hn::Lt(u, hn::Set(d, 0.5)), hn::Neg(x), x);
  const auto inside = hn::And(hn::Ge(u, zero), hn::Le(u, one));
  return hn::IfThenElse(inside, x, hn::Set(d, std::numeric_limits<double>::quiet_NaN()));
}

HWY_INLINE V quantile(V u) {
  const D d;
  const auto y = hn::Mul(hn::Mul(hn::Set(d, 4.0), u), hn::Sub(hn::Set(d, 1.0), u));
  const auto t = hn::MulSub(minus_log(y), hn::Set(d, 0.32), hn::Set(d, 1.0));
  const auto x = hn::Mul(hn::Sub(u, hn::Set(d, 0.5)), polynomial(detail::inverse_normal_centre, t));
  const auto is_central = hn::Ge(y, hn::Set(d, 0x1.fa0e9586aebc7p-10));  // exp(-6.25)
  if (HWY_LIKELY(hn::AllTrue(d, is_central))) return x;
  return hn::IfThenElse(is_central, x, tail(u));
}

}  // namespace

void inverse_normal_kernel(const double* u, double* x, size_t count) {
  const D d;
  const size_t lanes = hn::Lanes(d);
  size_t k = 0;
  for (; k + lanes <= count; k += lanes) hn::StoreU(quantile(hn::LoadU(d, u + k)), d, x + k);
  if (k == count) return;
  double rest[hn::MaxLanes(D())];
  for (size_t j = 0; j < lanes; ++j) rest[j] = k + j < count ? u[k + j] : 0.5;
  hn::StoreU(quantile(hn::LoadU(d, rest)), d, rest);
  for (size_t j = 0; k + j < count; ++j) x[k + j] = rest[j];
}

}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace korobov {

void inverse_normal(std::span<const double> u, std::span<double> x) {
  detail::require(x.size() == u.size(), "x", "must have the length of u, " + std::to_string(u.size()), x.size());
  KOROBOV_DISPATCH(inverse_normal_kernel)(u.data(), x.data(), u.size());
}

}  // namespace korobov
#endif
