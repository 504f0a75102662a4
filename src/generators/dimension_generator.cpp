#include "generators/dimension_generator.hpp"

#include <algorithm>
#include <vector>

#include <korobov/core/parallel.hpp>

#include "generators/convert_kernel.hpp"

namespace korobov::detail {
namespace {

// Outputs of this size and more are written past the caches (as in column_points.cpp).
constexpr Index kStreamingBytes = Index{32} << 20;

// Words tile (width, rows), dimension j at words + j * kWalkerRows, to out (rows, width).
template <class T>
void put_tile(const std::vector<Word>& words, std::vector<Word>& rows_first, const MatrixSpan<T>& out,
              Endpoint endpoint, Stores stores) {
  const Index width = out.cols;
  if (out.row_stride == 1) {
    for (Index j = 0; j < width; ++j) {
      convert_run(words.data() + j * kWalkerRows, out.rows, out.data + j * out.col_stride, endpoint, stores);
    }
    return;
  }
  transpose_words(words.data(), kWalkerRows, width, (out.rows + 3) / 4 * 4, rows_first.data());
  if (out.is_contiguous()) {
    convert_run(rows_first.data(), out.rows * width, out.data, endpoint, stores);
  } else if (out.col_stride == 1) {
    for (Index i = 0; i < out.rows; ++i) {
      convert_run(rows_first.data() + i * width, width, out.data + i * out.row_stride, endpoint, Stores::cached);
    }
  } else {
    convert(rows_first.data(), out, endpoint);
  }
}

template <class T>
void fill_part(const DimensionGenerator& generator, Range range, const MatrixSpan<T>& out, Endpoint endpoint,
               Stores stores) {
  const Index d = generator.facts().dimension;
  const Index most = d <= kWalkerDimensions ? d : kWalkerDimensions * 4 / 5;  // 16: rows of whole lines
  std::vector<Word> words(static_cast<std::size_t>(most * kWalkerRows));
  std::vector<Word> rows_first(static_cast<std::size_t>(most * kWalkerRows + 3));
  std::vector<std::unique_ptr<Walker>> walkers;
  for (Index j = 0; j < d; j += most) {
    const Index width = std::min(most, d - j);
    walkers.clear();
    for (Index k = 0; k < width; ++k) walkers.push_back(generator.walk(j + k, range));
    for (Index first = range.first; first < range.last;) {
      const Index count = std::min(kWalkerRows - first % kWalkerRows, range.last - first);
      for (Index k = 0; k < width; ++k)
        walkers[static_cast<std::size_t>(k)]->next(count, words.data() + k * kWalkerRows);
      const Index row = first - range.first;
      put_tile(words, rows_first,
               MatrixSpan<T>(out.data + row * out.row_stride + j * out.col_stride, count, width, out.row_stride,
                             out.col_stride),
               endpoint, stores);
      first += count;
    }
  }
  if (stores == Stores::streaming) finish_streaming();
}

template <class T>
void fill_all(const DimensionGenerator& generator, Range range, const MatrixSpan<T>& out, Endpoint endpoint) {
  const Index d = generator.facts().dimension;
  const Index bytes = range.size() * d * static_cast<Index>(sizeof(T));
  const Stores stores = bytes >= kStreamingBytes ? Stores::streaming : Stores::cached;
  parallel_for(range.size(), rows_per_thread(8 * d), [&](Range rows) {
    fill_part(generator, {range.first + rows.first, range.first + rows.last}, out.row_range(rows.first, rows.last),
              endpoint, stores);
  });
}

}  // namespace

void DimensionGenerator::fill(Range range, MatrixSpan<double> out, Endpoint endpoint) const {
  fill_all(*this, range, out, endpoint);
}
void DimensionGenerator::fill(Range range, MatrixSpan<float> out, Endpoint endpoint) const {
  fill_all(*this, range, out, endpoint);
}
void DimensionGenerator::fill(Range range, MatrixSpan<Word> out, Endpoint endpoint) const {
  fill_all(*this, range, out, endpoint);
}
void DimensionGenerator::words(Range range, Word* out) const {
  fill_part(*this, range, MatrixSpan<Word>(out, range.size(), facts().dimension), Endpoint::half_open, Stores::cached);
}

}  // namespace korobov::detail
