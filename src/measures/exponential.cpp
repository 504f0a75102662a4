#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "measures/exponential.cpp"
#include "measures/exponential.hpp"

#include <cmath>

// clang-format off
#include "core/dispatch.hpp"  // first: picks the targets
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include <hwy/contrib/math/math-inl.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace korobov::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<double, 8>;
using V = hn::Vec<D>;

HWY_INLINE V exponential_of(V x) {
  const D d;
  const auto y = hn::Exp(d, hn::Min(x, hn::Set(d, 709.782712893384)));
  return hn::IfThenElse(hn::Gt(x, hn::Set(d, 709.782712893384)), hn::Set(d, HUGE_VAL), y);
}
}  // namespace

void exponential_kernel(double* x, Index count) {
  const D d;
  const auto lanes = static_cast<Index>(hn::Lanes(d));
  Index k = 0;
  for (; k + lanes <= count; k += lanes) hn::StoreU(exponential_of(hn::LoadU(d, x + k)), d, x + k);
  if (k == count) return;
  double rest[hn::MaxLanes(D())] = {};
  for (Index j = 0; k + j < count; ++j) rest[j] = x[k + j];
  hn::StoreU(exponential_of(hn::LoadU(d, rest)), d, rest);
  for (Index j = 0; k + j < count; ++j) x[k + j] = rest[j];
}

}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace korobov::detail {

void exponential(double* x, Index rows, Index columns, Index stride) {
  const auto kernel = KOROBOV_DISPATCH(exponential_kernel);
  if (stride == columns) {
    kernel(x, rows * columns);
  } else {
    for (Index i = 0; i < rows; ++i) kernel(x + i * stride, columns);
  }
}

}  // namespace korobov::detail
#endif
