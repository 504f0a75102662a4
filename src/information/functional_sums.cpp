#include "information/functional_sums.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

#include <korobov/core/parallel.hpp>

#include "core/sums.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "information/functional_sums.cpp"
#include "core/dispatch.hpp"
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include <hwy/contrib/math/math-inl.h>  // needs the target's namespace
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace korobov::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<double, 8>;
using V = hn::Vec<D>;

// The terms; where p is 0 they are made 0 by the sum.
struct Entropy {
  HWY_INLINE V operator()(V p) const { return hn::Neg(hn::Mul(p, hn::Log(D(), p))); }
};
struct Power {
  double inverse_scale, exponent;
  HWY_INLINE V operator()(V p) const {
    const D d;
    const V x = hn::Mul(hn::Set(d, exponent), hn::Log(d, hn::Mul(p, hn::Set(d, inverse_scale))));
    return hn::IfThenElseZero(hn::Gt(x, hn::Set(d, -708.0)), hn::Exp(d, hn::Max(x, hn::Set(d, -708.0))));
  }
};
struct Excess {
  double exponent;
  HWY_INLINE V operator()(V p) const {
    const D d;
    return hn::Mul(p, hn::Expm1(d, hn::Mul(hn::Set(d, exponent), hn::Log(d, p))));
  }
};
struct Log1p {
  double c;
  HWY_INLINE V operator()(V p) const { return hn::Log1p(D(), hn::Mul(hn::Set(D(), c), p)); }
};

// Two vectors at a time, so that their long chains overlap.
template <class Term>
double sum_terms(const double* p, std::size_t count, const Term& term) {
  const D d;
  const std::size_t lanes = hn::Lanes(d);
  const V zero = hn::Zero(d), one = hn::Set(d, 1.0);
  V sums[2] = {zero, zero};
  const auto value = [&](V v) {
    const auto is_positive = hn::Gt(v, zero);
    return hn::IfThenElseZero(is_positive, term(hn::IfThenElse(is_positive, v, one)));
  };
  std::size_t i = 0;
  for (; i + 2 * lanes <= count; i += 2 * lanes) {
    const V a = value(hn::LoadU(d, p + i)), b = value(hn::LoadU(d, p + i + lanes));
    sums[0] = hn::Add(sums[0], a);
    sums[1] = hn::Add(sums[1], b);
  }
  for (; i < count; i += lanes) {
    double rest[hn::MaxLanes(D())] = {};
    for (std::size_t k = 0; k < lanes && i + k < count; ++k) rest[k] = p[i + k];
    sums[0] = hn::Add(sums[0], value(hn::LoadU(d, rest)));
  }
  return hn::GetLane(hn::SumOfLanes(d, hn::Add(sums[0], sums[1])));
}

}  // namespace

double entropy_terms(const double* p, std::size_t count, double, double) { return sum_terms(p, count, Entropy{}); }
double power_terms(const double* p, std::size_t count, double inverse_scale, double exponent) {
  return sum_terms(p, count, Power{inverse_scale, exponent});
}
double excess_terms(const double* p, std::size_t count, double exponent, double) {
  return sum_terms(p, count, Excess{exponent});
}
double log1p_terms(const double* p, std::size_t count, double c, double) { return sum_terms(p, count, Log1p{c}); }

}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace korobov::detail {
namespace {

constexpr std::size_t kBlock = 1024;

using BlockSum = double (*)(const double* p, std::size_t count, double a, double b);

double sum_blocks(std::span<const double> p, BlockSum sum, double a, double b) {
  std::vector<double> sums((p.size() + kBlock - 1) / kBlock);
  parallel_for(static_cast<Index>(sums.size()), 64, [&](Range range) {
    for (auto k = static_cast<std::size_t>(range.first); k < static_cast<std::size_t>(range.last); ++k) {
      sums[k] = sum(p.data() + k * kBlock, std::min(kBlock, p.size() - k * kBlock), a, b);
    }
  });
  return sum_of(sums);
}

}  // namespace

double entropy_sum(std::span<const double> p) { return sum_blocks(p, KOROBOV_DISPATCH(entropy_terms), 0, 0); }

double power_sum(std::span<const double> p, double scale, double exponent) {
  return sum_blocks(p, KOROBOV_DISPATCH(power_terms), 1 / scale, exponent);
}

double excess_sum(std::span<const double> p, double exponent) {
  return sum_blocks(p, KOROBOV_DISPATCH(excess_terms), exponent, 0);
}

double log1p_sum(std::span<const double> p, double c) { return sum_blocks(p, KOROBOV_DISPATCH(log1p_terms), c, 0); }

}  // namespace korobov::detail
#endif
