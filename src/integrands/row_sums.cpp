#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "integrands/row_sums.cpp"
#include "integrands/row_sums.hpp"

#include <vector>

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

// The first `count` lanes from p, zeros behind them; memory beyond is not touched.
HWY_INLINE V load_first(const double* p, size_t count) {
  const D d;
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3
  return hn::MaskedLoad(hn::FirstN(d, count), d, p);
#else
  double lanes[hn::MaxLanes(D())] = {};
  for (size_t j = 0; j < count; ++j) lanes[j] = p[j];
  return hn::LoadU(d, lanes);
#endif
}

template <detail::Term kTerm>
HWY_INLINE void sum_rows(const double* x, Index rows, Index columns, Index stride, double* sums) {
  const D d;
  const auto lanes = static_cast<Index>(hn::Lanes(d));
  const Index whole = columns / lanes * lanes;
  const auto rest = static_cast<size_t>(columns - whole);
  for (Index i = 0; i < rows; ++i) {
    const double* row = x + i * stride;
    auto sum = rest > 0 ? load_first(row + whole, rest) : hn::Zero(d);
    if constexpr (kTerm == detail::Term::square) sum = hn::Mul(sum, sum);
    for (Index j = 0; j < whole; j += lanes) {
      const auto v = hn::LoadU(d, row + j);
      sum = kTerm == detail::Term::square ? hn::MulAdd(v, v, sum) : hn::Add(sum, v);
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
