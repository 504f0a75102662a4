#include "generators/column_points.hpp"

#include <algorithm>
#include <bit>
#include <vector>

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

template <GroupOperation kOp>
void combine_into(Word* __restrict__ sum, const Word* __restrict__ column, std::size_t d) {
  for (std::size_t j = 0; j < d; ++j)
    sum[j] = kOp == GroupOperation::addition ? sum[j] + column[j] : sum[j] ^ column[j];
}

Word code_of(const ColumnPoints& points, Index i) {
  const auto index = static_cast<Word>(i);
  return points.gray ? gray_code(index) : index;
}

// Column by column.
template <GroupOperation kOp>
void add_columns(const ColumnPoints& points, std::span<const Index> indices, Word* out) {
  const auto d = static_cast<std::size_t>(points.dimension);
  for (const Index i : indices) {
    std::copy(points.offset.begin(), points.offset.end(), out);
    for (Word rest = code_of(points, i); rest != 0; rest &= rest - 1) {
      combine_into<kOp>(out, points.columns.get() + static_cast<std::size_t>(std::countr_zero(rest)) * d, d);
    }
    out += d;
  }
}

// Four columns at a time: table (groups, 16, d) holds their sums for all values of four digits of the index.
constexpr int kGroup = 4;
constexpr std::size_t kGroupedPoints = 64;  // from here on the table is worth its cost
template <GroupOperation kOp>
void add_groups(const ColumnPoints& points, std::span<const Index> indices, Word* out) {
  const auto d = static_cast<std::size_t>(points.dimension);
  Word used = 0;
  for (const Index i : indices) used |= static_cast<Word>(i);
  const int bits = static_cast<int>(std::bit_width(used));
  const auto groups = static_cast<std::size_t>((bits + kGroup - 1) / kGroup);
  std::vector<Word> table((groups << kGroup) * d, 0);
  for (int k = 0; k < bits; ++k) {
    Word* group = table.data() + (static_cast<std::size_t>(k / kGroup) << kGroup) * d;
    const std::size_t half = std::size_t{1} << (k % kGroup);
    for (std::size_t r = 0; r < half; ++r) {
      std::copy_n(group + r * d, d, group + (half + r) * d);
      combine_into<kOp>(group + (half + r) * d, points.columns.get() + static_cast<std::size_t>(k) * d, d);
    }
  }
  for (const Index i : indices) {
    std::copy(points.offset.begin(), points.offset.end(), out);
    Word rest = code_of(points, i);
    for (const Word* group = table.data(); rest != 0; rest >>= kGroup, group += d << kGroup) {
      combine_into<kOp>(out, group + (rest & ((1U << kGroup) - 1)) * d, d);
    }
    out += d;
  }
}

template <GroupOperation kOp>
void add_scattered(const ColumnPoints& points, std::span<const Index> indices, Word* out) {
  if (indices.size() < kGroupedPoints) {
    add_columns<kOp>(points, indices, out);
  } else {
    add_groups<kOp>(points, indices, out);
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
  if (points.operation == GroupOperation::addition) {
    add_scattered<GroupOperation::addition>(points, indices, out);
  } else {
    add_scattered<GroupOperation::exclusive_or>(points, indices, out);
  }
}

}  // namespace korobov::detail
