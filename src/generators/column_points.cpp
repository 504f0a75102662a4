#include "generators/column_points.hpp"

#include <algorithm>
#include <bit>

#include <korobov/core/bits.hpp>
#include <korobov/core/parallel.hpp>

#include "generators/column_kernel.hpp"

namespace korobov::detail {
namespace {

// Outputs of this size and more are written past the caches: on nearly every processor they would only push each other
// out. A fixed size, because what systems report is unreliable (glibc adds up the caches of chips a core cannot reach).
constexpr Index kStreamingBytes = Index{32} << 20;

template <class T>
void fill_strided(const ColumnPoints& points, Range range, MatrixSpan<T> out, Endpoint endpoint) {
  const Index d = points.dimension;
  const Index tile = rows_per_tile(d);
  std::vector<Word> words(static_cast<std::size_t>(std::min(tile, range.size()) * d));
  for (Index first = 0; first < range.size(); first += tile) {
    const Index last = std::min(first + tile, range.size());
    fill_piece(points, {range.first + first, range.first + last}, MatrixSpan<Word>(words.data(), last - first, d),
               Endpoint::half_open, Stores::cached);
    convert(words.data(), out.row_range(first, last), endpoint);
  }
}

void one_point(const ColumnPoints& points, Index i, Word* out) {
  const auto d = static_cast<std::size_t>(points.dimension);
  std::copy(points.offset.begin(), points.offset.end(), out);
  const auto index = static_cast<Word>(i);
  for (Word rest = points.gray ? gray_code(index) : index; rest != 0; rest &= rest - 1) {
    const Word* column = points.columns.get() + static_cast<std::size_t>(std::countr_zero(rest)) * d;
    if (points.operation == GroupOperation::addition) {
      for (std::size_t j = 0; j < d; ++j) out[j] += column[j];
    } else {
      for (std::size_t j = 0; j < d; ++j) out[j] ^= column[j];
    }
  }
}

}  // namespace

template <class T>
void fill_columns(const ColumnPoints& points, Range range, MatrixSpan<T> out, Endpoint endpoint) {
  const Index bytes = range.size() * points.dimension * static_cast<Index>(sizeof(T));
  const Stores stores = bytes >= kStreamingBytes ? Stores::streaming : Stores::cached;
  parallel_for(range.size(), rows_per_thread(points.dimension), [&](Range rows) {
    const Range part{range.first + rows.first, range.first + rows.last};
    const MatrixSpan<T> to = out.row_range(rows.first, rows.last);
    if (out.col_stride == 1 || out.row_stride == 1) {
      fill_piece(points, part, to, endpoint, stores);
    } else {
      fill_strided(points, part, to, endpoint);
    }
  });
}
template void fill_columns(const ColumnPoints&, Range, MatrixSpan<double>, Endpoint);
template void fill_columns(const ColumnPoints&, Range, MatrixSpan<float>, Endpoint);
template void fill_columns(const ColumnPoints&, Range, MatrixSpan<Word>, Endpoint);

void words_at_columns(const ColumnPoints& points, std::span<const Index> indices, Word* out) {
  for (const Index i : indices) {
    one_point(points, i, out);
    out += points.dimension;
  }
}

}  // namespace korobov::detail
