// cos and sin of vectors of doubles together, for files compiled once per vector set (core/dispatch.hpp).
#if defined(KOROBOV_SRC_GRAM_SINCOS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef KOROBOV_SRC_GRAM_SINCOS_INL_HPP
#undef KOROBOV_SRC_GRAM_SINCOS_INL_HPP
#else
#define KOROBOV_SRC_GRAM_SINCOS_INL_HPP
#endif

#include <cmath>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace korobov::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

// sin r = r + r t S(t), cos r = 1 - t/2 + t^2 C(t), t = r^2, |r| <= pi/4: Chebyshev interpolants in t computed with 60
// digits, errors 1.5e-17 and 8e-19.
constexpr double kSine[] = {-0x1.5555555555555p-3, 0x1.1111111110babp-7,   -0x1.a01a019e820aep-13,
                            0x1.71de37946ed6dp-19, -0x1.ae6008d114485p-26, 0x1.5e0a4fc16be59p-33};
constexpr double kCosine[] = {0x1.5555555555555p-5,   -0x1.6c16c16c16963p-10, 0x1.a01a019f4ddfdp-16,
                              -0x1.27e4fa16cc2d1p-22, 0x1.1eeb67d026ec6p-29,  -0x1.907cd8ff5ede7p-37};
// pi/2 in three parts, 33 + 33 + 53 bits: n times the first two is exact for |n| < 2^20, with fused products or
// without.
constexpr double kHalfPi[] = {0x1.921fb544p+0, 0x1.0b4611a6p-34, 0x1.3198a2e037073p-69};
constexpr double kReducible = 0x1p20;

// K vectors side by side: c[i] = cos x[i], s[i] = sin x[i], error below 2e-16. |x| > 2^20 goes through std::cos and
// std::sin, lane by lane. False if an x is not finite (its cosine and sine are NaN).
template <size_t K, class D>
HWY_INLINE bool cosines_and_sines(D d, const hn::Vec<D>* x, hn::Vec<D>* c, hn::Vec<D>* s) {
  const hn::RebindToUnsigned<D> du;
  const auto magic = hn::Set(d, 0x1.8p52);  // added, it rounds to an integer and leaves n in the low bits
  hn::Vec<D> shifted[K], r[K], t[K], sine[K], cosine[K];
  auto inside = hn::Le(hn::Abs(x[0]), hn::Set(d, kReducible));
  for (size_t i = 0; i < K; ++i) {
    inside = hn::And(inside, hn::Le(hn::Abs(x[i]), hn::Set(d, kReducible)));
    shifted[i] = hn::MulAdd(x[i], hn::Set(d, 0x1.45f306dc9c883p-1), magic);
  }
  for (size_t i = 0; i < K; ++i) {
    const auto n = hn::Sub(shifted[i], magic);
    r[i] = hn::NegMulAdd(n, hn::Set(d, kHalfPi[0]), x[i]);
    r[i] = hn::NegMulAdd(n, hn::Set(d, kHalfPi[1]), r[i]);
    r[i] = hn::NegMulAdd(n, hn::Set(d, kHalfPi[2]), r[i]);
    t[i] = hn::Mul(r[i], r[i]);
    sine[i] = hn::Set(d, kSine[5]);
    cosine[i] = hn::Set(d, kCosine[5]);
  }
  for (size_t k = 5; k > 0; --k) {
    for (size_t i = 0; i < K; ++i) sine[i] = hn::MulAdd(sine[i], t[i], hn::Set(d, kSine[k - 1]));
    for (size_t i = 0; i < K; ++i) cosine[i] = hn::MulAdd(cosine[i], t[i], hn::Set(d, kCosine[k - 1]));
  }
  const auto sign = hn::SignBit(d);
  for (size_t i = 0; i < K; ++i) {
    sine[i] = hn::MulAdd(hn::Mul(r[i], t[i]), sine[i], r[i]);
    cosine[i] = hn::MulAdd(hn::Mul(t[i], t[i]), cosine[i], hn::NegMulAdd(t[i], hn::Set(d, 0.5), hn::Set(d, 1.0)));
    // Quarter turns: n odd exchanges the two; bit 1 of n is the sine's sign, bit 1 of n + 1 the cosine's.
    const auto n = hn::BitCast(du, shifted[i]);
    const auto odd = hn::BitCast(d, hn::Sub(hn::Zero(du), hn::And(n, hn::Set(du, 1))));
    const auto sine_sign = hn::And(hn::BitCast(d, hn::ShiftLeft<62>(n)), sign);
    const auto cosine_sign = hn::And(hn::BitCast(d, hn::ShiftLeft<62>(hn::Add(n, hn::Set(du, 1)))), sign);
    s[i] = hn::Xor(hn::IfVecThenElse(odd, cosine[i], sine[i]), sine_sign);
    c[i] = hn::Xor(hn::IfVecThenElse(odd, sine[i], cosine[i]), cosine_sign);
  }
  if (HWY_LIKELY(hn::AllTrue(d, inside))) return true;
  bool finite = true;
  constexpr size_t lanes = hn::MaxLanes(D());
  for (size_t i = 0; i < K; ++i) {
    double in[lanes], cosines[lanes], sines[lanes];
    hn::StoreU(x[i], d, in);
    hn::StoreU(c[i], d, cosines);
    hn::StoreU(s[i], d, sines);
    for (size_t j = 0; j < lanes; ++j) {
      if (std::abs(in[j]) <= kReducible) continue;
      finite = finite && std::isfinite(in[j]);
      cosines[j] = std::cos(in[j]);
      sines[j] = std::sin(in[j]);
    }
    c[i] = hn::LoadU(d, cosines);
    s[i] = hn::LoadU(d, sines);
  }
  return finite;
}

}  // namespace
}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
