#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "measures/inverse_normal.cpp"
#include <cmath>
#include <limits>

#include <korobov/core/error.hpp>
#include <korobov/measures/inverse_normal.hpp>

#include "measures/inverse_normal_coefficients.hpp"
#include "measures/normal_quantiles.hpp"

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

// Vectors treated side by side, step by step, so that the processor's window holds several chains of dependent steps.
template <size_t K>
struct Group {
  V v[K];
};

// -log(y) for normal y > 0: y = 2^e m, sqrt(1/2) <= m < sqrt(2), log m = 2 atanh(s), s = (m - 1) / (m + 1). The odd
// series in s beyond its first term is a degree 6 Chebyshev interpolant in s^2 (absolute error 1.5e-18).
template <size_t K>
HWY_INLINE Group<K> minus_log(const Group<K>& y) {
  const D d;
  const hn::RebindToUnsigned<D> du;
  Group<K> e, s, z, even, odd;
  for (size_t i = 0; i < K; ++i) {
    const auto shifted = hn::Add(hn::BitCast(du, y.v[i]), hn::Set(du, 0x3FF0000000000000U - 0x3FE6A09E667F3BCDU));
    const auto fraction = hn::And(shifted, hn::Set(du, 0x000FFFFFFFFFFFFFU));
    const auto m = hn::BitCast(d, hn::Add(fraction, hn::Set(du, 0x3FE6A09E667F3BCDU)));
    s.v[i] = hn::Div(hn::Sub(m, hn::Set(d, 1.0)), hn::Add(m, hn::Set(d, 1.0)));
    // The biased exponent as a double, through the last bits of 2^52 + exponent.
    const auto biased = hn::Or(hn::ShiftRight<52>(shifted), hn::Set(du, 0x4330000000000000U));
    e.v[i] = hn::Sub(hn::BitCast(d, biased), hn::Set(d, 0x1p52 + 1023.0));
  }
  Group<K> z2;
  for (size_t i = 0; i < K; ++i) z.v[i] = hn::Mul(s.v[i], s.v[i]);
  for (size_t i = 0; i < K; ++i) z2.v[i] = hn::Mul(z.v[i], z.v[i]);
  const auto step = [&](Group<K>& sum, double c) HWY_ATTR {
    for (size_t i = 0; i < K; ++i) sum.v[i] = hn::MulAdd(sum.v[i], z2.v[i], hn::Set(d, c));
  };
  for (size_t i = 0; i < K; ++i) even.v[i] = hn::Set(d, 0x1.2b62ca3da2e33p-3);
  for (size_t i = 0; i < K; ++i) odd.v[i] = hn::Set(d, 0x1.39fd807189bb6p-3);
  step(even, 0x1.7462bba41c635p-3);
  step(odd, 0x1.c71c62cbfea3fp-3);
  step(even, 0x1.2492492e0644ep-2);
  step(odd, 0x1.9999999995219p-2);
  step(even, 0x1.5555555555558p-1);
  Group<K> w;
  for (size_t i = 0; i < K; ++i) {
    const auto series = hn::MulAdd(odd.v[i], z.v[i], even.v[i]);
    const auto log_m = hn::MulAdd(hn::Mul(s.v[i], z.v[i]), series, hn::Add(s.v[i], s.v[i]));
    w.v[i] = hn::NegMulSub(e.v[i], hn::Set(d, 0x1.62e42fefa39efp-1), log_m);
  }
  return w;
}

// sum_k c_k t^k, the even and the odd powers as two chains.
template <size_t K, size_t kTerms>
HWY_INLINE Group<K> polynomial(const double (&c)[kTerms], const Group<K>& t) {
  static_assert(kTerms % 2 == 0);
  const D d;
  Group<K> t2, even, odd;
  for (size_t i = 0; i < K; ++i) t2.v[i] = hn::Mul(t.v[i], t.v[i]);
  for (size_t i = 0; i < K; ++i) even.v[i] = hn::Set(d, c[kTerms - 2]);
  for (size_t i = 0; i < K; ++i) odd.v[i] = hn::Set(d, c[kTerms - 1]);
  for (size_t k = kTerms - 2; k > 0; k -= 2) {
    for (size_t i = 0; i < K; ++i) even.v[i] = hn::MulAdd(even.v[i], t2.v[i], hn::Set(d, c[k - 2]));
    for (size_t i = 0; i < K; ++i) odd.v[i] = hn::MulAdd(odd.v[i], t2.v[i], hn::Set(d, c[k - 1]));
  }
  for (size_t i = 0; i < K; ++i) even.v[i] = hn::MulAdd(odd.v[i], t.v[i], even.v[i]);
  return even;
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
  const auto y = hn::Mul(hn::Mul(hn::Set(d, 4.0), scaled), hn::Sub(one, hn::Min(p, hn::Set(d, 0.5))));
  auto w = minus_log(Group<1>{{y}}).v[0];
  w = hn::Add(w, hn::IfThenElseZero(is_tiny, hn::Set(d, 0x1.1542457337d43p+6)));  // 100 log 2
  const auto s = hn::Sqrt(hn::Max(w, zero));
  const auto near = hn::Mul(hn::Sub(s, hn::Set(d, 4.375)), hn::Set(d, 1.0 / 1.875));
  auto x = polynomial(detail::inverse_normal_tail, Group<1>{{near}}).v[0];
  const auto is_far = hn::Gt(s, hn::Set(d, 6.25));
  if (!hn::AllFalse(d, is_far)) {
    const auto far = hn::Mul(hn::Sub(s, hn::Set(d, 16.875)), hn::Set(d, 1.0 / 10.625));
    x = hn::IfThenElse(is_far, polynomial(detail::inverse_normal_far_tail, Group<1>{{far}}).v[0], x);
  }
  const auto infinite = hn::Set(d, HUGE_VAL);
  x = hn::IfThenElse(hn::Or(hn::Eq(u, zero), hn::Eq(u, one)), infinite, x);
  x = hn::IfThenElse(hn::Lt(u, hn::Set(d, 0.5)), hn::Neg(x), x);
  const auto inside = hn::And(hn::Ge(u, zero), hn::Le(u, one));
  return hn::IfThenElse(inside, x, hn::Set(d, std::numeric_limits<double>::quiet_NaN()));
}

template <size_t K>
HWY_INLINE void quantiles(const double* u, double* x, V shift, V scale) {
  const D d;
  constexpr size_t lanes = hn::MaxLanes(D());
  Group<K> p, y, q;
  for (size_t i = 0; i < K; ++i) p.v[i] = hn::LoadU(d, u + i * lanes);
  for (size_t i = 0; i < K; ++i) {
    y.v[i] = hn::Mul(hn::Mul(hn::Set(d, 4.0), p.v[i]), hn::Sub(hn::Set(d, 1.0), p.v[i]));
    q.v[i] = hn::Sub(p.v[i], hn::Set(d, 0.5));
  }
  const auto w = minus_log(y);
  Group<K> t;
  for (size_t i = 0; i < K; ++i) t.v[i] = hn::MulSub(w.v[i], hn::Set(d, 0.32), hn::Set(d, 1.0));
  const auto slope = polynomial(detail::inverse_normal_centre, t);
  for (size_t i = 0; i < K; ++i) {
    const auto root_2pi = hn::Set(d, 0x1.40d931ff62706p+1);
    auto value = hn::Mul(q.v[i], hn::MulAdd(w.v[i], slope.v[i], root_2pi));
    const auto is_central = hn::Ge(y.v[i], hn::Set(d, 0x1.fa0e9586aebc7p-10));  // exp(-6.25)
    if (HWY_UNLIKELY(!hn::AllTrue(d, is_central))) value = hn::IfThenElse(is_central, value, tail(p.v[i]));
    hn::StoreU(hn::MulAdd(value, scale, shift), d, x + i * lanes);
  }
}

}  // namespace

// x = shift + scale Phi^-1(u).
void inverse_normal_kernel(const double* u, double* x, size_t count, double shift, double scale) {
  const D d;
  const auto a = hn::Set(d, shift);
  const auto b = hn::Set(d, scale);
  constexpr size_t lanes = hn::MaxLanes(D());
  constexpr size_t group = 4;
  size_t k = 0;
  for (; k + group * lanes <= count; k += group * lanes) quantiles<group>(u + k, x + k, a, b);
  for (; k + lanes <= count; k += lanes) quantiles<1>(u + k, x + k, a, b);
  if (k == count) return;
  double rest[lanes];
  for (size_t j = 0; j < lanes; ++j) rest[j] = k + j < count ? u[k + j] : 0.5;
  quantiles<1>(rest, rest, a, b);
  for (size_t j = 0; k + j < count; ++j) x[k + j] = rest[j];
}

}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace korobov {

void inverse_normal(std::span<const double> u, std::span<double> x) {
  detail::require(x.size() == u.size(), "x", "must have the length of u, " + std::to_string(u.size()), x.size());
  detail::normal_quantiles(u, x, 0.0, 1.0);
}

void detail::normal_quantiles(std::span<const double> u, std::span<double> x, double mean, double deviation) {
  KOROBOV_DISPATCH(inverse_normal_kernel)(u.data(), x.data(), u.size(), mean, deviation);
}

}  // namespace korobov
#endif
