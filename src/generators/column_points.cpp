#include "generators/column_points.hpp"

#include <algorithm>
#include <bit>

#include <korobov/core/bits.hpp>
#include <korobov/core/parallel.hpp>

namespace korobov::detail {
namespace {

void one_point(const ColumnPoints& points, Index i, Word* out) {
  const Index d = points.dimension;
  std::copy(points.offset.begin(), points.offset.end(), out);
  const auto index = static_cast<Word>(i);
  for (Word rest = points.gray ? gray_code(index) : index; rest != 0; rest &= rest - 1) {
    const Word* column = points.columns.data() + std::countr_zero(rest) * d;
    if (points.operation == GroupOperation::addition) {
      for (Index j = 0; j < d; ++j) out[j] += column[j];
    } else {
      for (Index j = 0; j < d; ++j) out[j] ^= column[j];
    }
  }
}

}  // namespace

void words_at_columns(const ColumnPoints& points, std::span<const Index> indices, Word* out) {
  for (const Index i : indices) {
    one_point(points, i, out);
    out += points.dimension;
  }
}

template <class T>
void fill_columns(const ColumnPoints& points, Range range, MatrixSpan<T> out, Endpoint endpoint) {
  parallel_for(range.size(), rows_per_thread(points.dimension), [&](Range rows) {
    std::vector<Word> point(static_cast<std::size_t>(points.dimension));
    for (Index i = rows.first; i < rows.last; ++i) {
      one_point(points, range.first + i, point.data());
      convert(point.data(), out.row_range(i, i + 1), endpoint);
    }
  });
}
template void fill_columns(const ColumnPoints&, Range, MatrixSpan<double>, Endpoint);
template void fill_columns(const ColumnPoints&, Range, MatrixSpan<float>, Endpoint);
template void fill_columns(const ColumnPoints&, Range, MatrixSpan<Word>, Endpoint);

}  // namespace korobov::detail
