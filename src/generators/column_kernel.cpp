#include "generators/column_kernel.hpp"

#include <algorithm>
#include <bit>

#include <korobov/core/bits.hpp>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "generators/column_kernel.cpp"
#include "core/dispatch.hpp"
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "generators/coordinates-inl.hpp"
// clang-format on

#ifndef KOROBOV_COLUMN_KERNEL_SIZES
#define KOROBOV_COLUMN_KERNEL_SIZES
namespace korobov::detail {
inline constexpr std::size_t kTableWords = 2048;  // 16 KB, half of a small first-level cache
inline constexpr Index kTileDimensions = 256;
inline constexpr Index kRunDimensions = 64;  // up to here rows are short and a block is one run
inline constexpr std::size_t kSlack = 32;    // words a run may read past what it uses
inline constexpr std::size_t kPatternWords = 16 * kRunDimensions + kSlack;
inline constexpr std::size_t kLine = 64;  // bytes
}  // namespace korobov::detail
#endif

HWY_BEFORE_NAMESPACE();
namespace korobov::HWY_NAMESPACE {
namespace {
using detail::ColumnPoints;
using detail::GroupOperation;
using detail::kLine;
using detail::kPatternWords;
using detail::kRunDimensions;
using detail::kSlack;
using detail::kTableWords;
using detail::kTileDimensions;
using detail::Stores;

template <GroupOperation kOp>
HWY_INLINE WordVector combine(WordVector a, WordVector b) {
  if constexpr (kOp == GroupOperation::addition) return hn::Add(a, b);
  return hn::Xor(a, b);
}
template <GroupOperation kOp>
HWY_INLINE Word combine(Word a, Word b) {
  if constexpr (kOp == GroupOperation::addition) return a + b;
  return a ^ b;
}
template <GroupOperation kOp>
HWY_INLINE Word remove(Word a, Word b) {
  if constexpr (kOp == GroupOperation::addition) return a - b;
  return a ^ b;
}

// One vector of out from table and pattern.
template <class T, GroupOperation kOp, Endpoint kEnd>
HWY_INLINE hn::Vec<typename Converter<T, kEnd>::Tag> produce(const Word* HWY_RESTRICT table,
                                                             const Word* HWY_RESTRICT pattern) {
  const Words du;
  const auto first = combine<kOp>(hn::LoadU(du, table), hn::LoadU(du, pattern));
  if constexpr (Converter<T, kEnd>::kVectors == 1) {
    return Converter<T, kEnd>::convert(first);
  } else {
    const std::size_t lanes = hn::Lanes(du);
    const auto second = combine<kOp>(hn::LoadU(du, table + lanes), hn::LoadU(du, pattern + lanes));
    return Converter<T, kEnd>::convert(first, second);
  }
}

// out[t] = table[t] op pattern[t mod period], t < count. period: whole lines; table and pattern can be read kSlack
// words past count and period. What is no whole vector is copied by elements: a line is then either streamed or
// written, never both, and masked stores between streaming ones were several times slower.
template <class T, GroupOperation kOp, Endpoint kEnd, Stores kStores>
void run(const Word* HWY_RESTRICT table, const Word* HWY_RESTRICT pattern, std::size_t period, T* HWY_RESTRICT out,
         std::size_t count) {
  const typename Converter<T, kEnd>::Tag tag;
  const std::size_t step = hn::Lanes(tag);
  const auto put = [&](std::size_t t, std::size_t p) HWY_ATTR {
    const auto v = produce<T, kOp, kEnd>(table + t, pattern + p);
    if constexpr (kStores == Stores::streaming) {
      hn::Stream(v, tag, out + t);
    } else {
      hn::StoreU(v, tag, out + t);
    }
  };
  const auto put_some = [&](std::size_t t, std::size_t p, std::size_t some) HWY_ATTR {
    alignas(kLine) T line[kLine / sizeof(T)];
    hn::Store(produce<T, kOp, kEnd>(table + t, pattern + p), tag, line);
    for (std::size_t l = 0; l < some; ++l) out[t + l] = line[l];
  };

  std::size_t head = 0;  // up to the first whole line
  if constexpr (kStores == Stores::streaming) {
    head = std::min(count, (kLine - reinterpret_cast<std::uintptr_t>(out) % kLine) % kLine / sizeof(T));
    for (std::size_t t = 0; t < head; t += step) put_some(t, t, std::min(step, head - t));
  }
  std::size_t t = head;
  for (; t + period <= count; t += period) {
    for (std::size_t q = 0; q < period; q += step) put(t + q, head + q);
  }
  std::size_t p = head;
  for (; t + step <= count; t += step, p += step) put(t, p);
  if (t < count) put_some(t, p, count - t);
}

// The columns of `width` dimensions from j on.
struct TileColumns {
  const Word* first;  // of column 0
  std::size_t stride;
  std::size_t width;
  const Word* column(int k) const { return first + static_cast<std::size_t>(k) * stride; }
};

// table (2^b, width): the sums of columns 0 .. b - 1 for every low part, in Gray order by reflection.
template <GroupOperation kOp>
void make_table(const TileColumns& columns, int b, bool gray, Word* HWY_RESTRICT table) {
  const std::size_t width = columns.width;
  std::fill_n(table, width, Word{0});
  for (int k = 0; k < b; ++k) {
    const std::size_t half = std::size_t{1} << k;
    const Word* column = columns.column(k);
    if (width == 1) {
      for (std::size_t r = 0; r < half && !gray; ++r) table[half + r] = combine<kOp>(table[r], *column);
      for (std::size_t r = 0; r < half && gray; ++r) table[half + r] = combine<kOp>(table[half - 1 - r], *column);
      continue;
    }
    for (std::size_t r = 0; r < half; ++r) {
      const Word* from = table + (gray ? half - 1 - r : r) * width;
      Word* to = table + (half + r) * width;
      for (std::size_t j = 0; j < width; ++j) to[j] = combine<kOp>(from[j], column[j]);
    }
  }
}

void reverse_rows(const Word* from, std::size_t rows, std::size_t width, Word* to) {
  if (width == 1) {
    std::reverse_copy(from, from + rows, to);
    return;
  }
  for (std::size_t r = 0; r < rows; ++r) std::copy_n(from + (rows - 1 - r) * width, width, to + r * width);
}

// The high part of consecutive blocks.
template <GroupOperation kOp>
class HighPart {
 public:
  HighPart(const TileColumns& columns, const Word* offset, int b, bool gray, Word first, Word last)
      : width_(columns.width), gray_(gray), block_(first) {
    std::copy_n(offset, width_, value_);
    std::fill_n(value_ + width_, kSlack, Word{0});
    for (Word rest = gray ? gray_code(first) : first; rest != 0; rest &= rest - 1) {
      add(columns.column(b + std::countr_zero(rest)));
    }
    // Steps: natural order adds a column and takes away the lower ones that carried; Gray order changes one column.
    const int levels = static_cast<int>(std::bit_width(first ^ last));
    steps_.resize(static_cast<std::size_t>(levels) * width_);
    for (int k = 0; k < levels; ++k) {
      Word* step = steps_.data() + static_cast<std::size_t>(k) * width_;
      std::copy_n(columns.column(b + k), width_, step);
      for (int lower = 0; lower < k && !gray; ++lower) {
        const Word* column = columns.column(b + lower);
        for (std::size_t j = 0; j < width_; ++j) step[j] = remove<kOp>(step[j], column[j]);
      }
    }
  }

  const Word* value() const { return value_; }
  bool is_odd() const { return (block_ & 1U) != 0; }

  void next() {
    ++block_;
    const int k = std::countr_zero(block_);
    const Word* step = steps_.data() + static_cast<std::size_t>(k) * width_;
    const bool leaves = gray_ && ((gray_code(block_) >> k) & 1U) == 0;
    if (leaves) {
      for (std::size_t j = 0; j < width_; ++j) value_[j] = remove<kOp>(value_[j], step[j]);
    } else {
      add(step);
    }
  }

 private:
  void add(const Word* column) {
    for (std::size_t j = 0; j < width_; ++j) value_[j] = combine<kOp>(value_[j], column[j]);
  }
  std::size_t width_;
  bool gray_;
  Word block_;
  std::vector<Word> steps_;
  Word value_[kTileDimensions + kSlack];
};

void repeat(const Word* value, std::size_t width, std::size_t length, Word* HWY_RESTRICT pattern) {
  std::copy_n(value, width, pattern);
  for (std::size_t done = width; done < length; done += std::min(done, length - done)) {
    std::copy_n(pattern, std::min(done, length - done), pattern + done);
  }
}

// Points range of the dimensions first .. first + width - 1; out is the place of the first of them. Rows that follow
// one another without a gap (row_stride = width) and are short are one run per block.
template <class T, GroupOperation kOp, Endpoint kEnd, Stores kStores>
void fill_tile(const ColumnPoints& points, Range range, Index first, Index width, T* out, Index row_stride) {
  const TileColumns columns{points.columns.get() + first, static_cast<std::size_t>(points.dimension),
                            static_cast<std::size_t>(width)};
  const std::size_t worth = std::max<std::size_t>(16, std::bit_ceil(static_cast<std::size_t>(range.size())) / 8);
  const std::size_t most =
      std::min({kTableWords / columns.width, worth, std::bit_ceil(static_cast<std::size_t>(range.size()))});
  const int b = std::min(points.bits, static_cast<int>(std::bit_width(most)) - 1);
  const Index rows = Index{1} << b;
  const Index low = rows - 1;
  alignas(kLine) Word table[2][kTableWords + kSlack];
  make_table<kOp>(columns, b, points.gray, table[0]);
  if (points.gray) reverse_rows(table[0], static_cast<std::size_t>(rows), columns.width, table[1]);

  const bool runs = row_stride == width && width <= kRunDimensions;
  const std::size_t past_row = (columns.width / 16 + 1) * 16;  // no period inside a row
  const std::size_t repeats = std::max(kLine / sizeof(T), std::bit_ceil(64 / columns.width));
  const std::size_t period = repeats * columns.width;
  alignas(kLine) Word pattern[kPatternWords];

  HighPart<kOp> high(columns, points.offset.data() + first, b, points.gray, static_cast<Word>(range.first >> b),
                     static_cast<Word>((range.last - 1) >> b));
  for (Index i = range.first; i < range.last;) {
    const Index from = i & low;
    const Index to = std::min(rows, from + (range.last - i));
    const Word* block = table[points.gray && high.is_odd() ? 1 : 0] + from * width;
    if (runs) {
      repeat(high.value(), columns.width, period + kSlack, pattern);
      run<T, kOp, kEnd, kStores>(block, pattern, period, out, static_cast<std::size_t>((to - from) * width));
      out += (to - from) * width;
    } else {
      for (Index r = from; r < to; ++r, block += width, out += row_stride) {
        run<T, kOp, kEnd, kStores>(block, high.value(), past_row, out, columns.width);
      }
    }
    i += to - from;
    if (i < range.last) high.next();
  }
}

template <class T, GroupOperation kOp, Endpoint kEnd, Stores kStores>
void fill_all(const ColumnPoints& points, Range range, const MatrixSpan<T>& out) {
  const Index tile = out.col_stride == 1 ? kTileDimensions : 1;
  const Index row_stride = out.rows == 1 ? out.cols : out.row_stride;
  for (Index j = 0; j < points.dimension; j += tile) {
    const Index width = std::min(tile, points.dimension - j);
    fill_tile<T, kOp, kEnd, kStores>(points, range, j, width, out.data + j * out.col_stride, row_stride);
  }
  if constexpr (kStores == Stores::streaming) hwy::FlushStream();
}

template <class T, GroupOperation kOp, Endpoint kEnd>
void fill_stored(const ColumnPoints& points, Range range, const MatrixSpan<T>& out, Stores stores) {
  if (stores == Stores::streaming) {
    fill_all<T, kOp, kEnd, Stores::streaming>(points, range, out);
  } else {
    fill_all<T, kOp, kEnd, Stores::cached>(points, range, out);
  }
}

template <class T, GroupOperation kOp>
void fill_combined(const ColumnPoints& points, Range range, const MatrixSpan<T>& out, Endpoint endpoint,
                   Stores stores) {
  if (endpoint == Endpoint::open && !std::is_same_v<T, Word>) {
    fill_stored<T, kOp, Endpoint::open>(points, range, out, stores);
  } else {
    fill_stored<T, kOp, Endpoint::half_open>(points, range, out, stores);
  }
}

}  // namespace

template <class T>
void fill_range(const ColumnPoints& points, Range range, const MatrixSpan<T>& out, Endpoint endpoint, Stores stores) {
  if (points.operation == GroupOperation::addition) {
    fill_combined<T, GroupOperation::addition>(points, range, out, endpoint, stores);
  } else {
    fill_combined<T, GroupOperation::exclusive_or>(points, range, out, endpoint, stores);
  }
}
void fill_double(const ColumnPoints& points, Range range, const MatrixSpan<double>& out, Endpoint endpoint,
                 Stores stores) {
  fill_range(points, range, out, endpoint, stores);
}
void fill_float(const ColumnPoints& points, Range range, const MatrixSpan<float>& out, Endpoint endpoint,
                Stores stores) {
  fill_range(points, range, out, endpoint, stores);
}
void fill_words(const ColumnPoints& points, Range range, const MatrixSpan<Word>& out, Endpoint endpoint,
                Stores stores) {
  fill_range(points, range, out, endpoint, stores);
}

}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace korobov::detail {

void fill_piece(const ColumnPoints& points, Range range, MatrixSpan<double> out, Endpoint endpoint, Stores stores) {
  KOROBOV_DISPATCH(fill_double)(points, range, out, endpoint, stores);
}
void fill_piece(const ColumnPoints& points, Range range, MatrixSpan<float> out, Endpoint endpoint, Stores stores) {
  KOROBOV_DISPATCH(fill_float)(points, range, out, endpoint, stores);
}
void fill_piece(const ColumnPoints& points, Range range, MatrixSpan<Word> out, Endpoint endpoint, Stores stores) {
  KOROBOV_DISPATCH(fill_words)(points, range, out, endpoint, stores);
}

}  // namespace korobov::detail
#endif  // HWY_ONCE
