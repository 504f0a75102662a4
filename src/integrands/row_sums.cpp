#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "integrands/row_sums.cpp"
#include "integrands/row_sums.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

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

template <detail::Term kTerm>
HWY_INLINE V accumulate(V sum, V x) {
  const D d;
  if constexpr (kTerm == detail::Term::value) return hn::Add(sum, x);
  if constexpr (kTerm == detail::Term::square) return hn::MulAdd(x, x, sum);
  const auto limit = hn::Set(d, 709.782712893384);  // log of the largest double
  const auto y = hn::Exp(d, hn::Min(x, limit));
  return hn::Add(sum, hn::IfThenElse(hn::Gt(x, limit), hn::Set(d, HUGE_VAL), y));
}

template <detail::Term kTerm>
HWY_INLINE void sum_rows(const double* x, Index rows, Index columns, Index stride, double* sums) {
  const D d;
  const auto lanes = static_cast<Index>(hn::Lanes(d));
  const Index whole = columns / lanes * lanes;
  double rest[hn::MaxLanes(D())];
  // Lanes past the row add term(padding) = 0.
  const double padding = kTerm == detail::Term::exponential ? -2000.0 : 0.0;
  for (Index i = 0; i < rows; ++i) {
    const double* row = x + i * stride;
    auto sum = hn::Zero(d);
    for (Index j = 0; j < whole; j += lanes) sum = accumulate<kTerm>(sum, hn::LoadU(d, row + j));
    if (whole < columns) {
      for (Index j = 0; j < lanes; ++j) rest[j] = whole + j < columns ? row[whole + j] : padding;
      sum = accumulate<kTerm>(sum, hn::LoadU(d, rest));
    }
    sums[i] = hn::GetLane(hn::SumOfLanes(d, sum));
  }
}

}  // namespace

void row_sums_kernel(detail::Term term, const double* x, Index rows, Index columns, Index stride, double* sums) {
  switch (term) {
    case detail::Term::value:
      return sum_rows<detail::Term::value>(x, rows, columns, stride, sums);
    case detail::Term::square:
      return sum_rows<detail::Term::square>(x, rows, columns, stride, sums);
    case detail::Term::exponential:
      return sum_rows<detail::Term::exponential>(x, rows, columns, stride, sums);
  }
}

}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace korobov::detail {

void row_sums(Term term, MatrixSpan<const double> x, double* sums) {
  const auto kernel = KOROBOV_DISPATCH(row_sums_kernel);
  if (x.col_stride == 1) {
    kernel(term, x.data, x.rows, x.cols, x.row_stride, sums);
    return;
  }
  std::vector<double> row(static_cast<std::size_t>(x.cols));
  for (Index i = 0; i < x.rows; ++i) {
    for (Index j = 0; j < x.cols; ++j) row[static_cast<std::size_t>(j)] = x(i, j);
    kernel(term, row.data(), 1, x.cols, x.cols, sums + i);
  }
}

}  // namespace korobov::detail
#endif
