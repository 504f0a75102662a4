// Checks and row handling that the transforms share.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <korobov/core/bits.hpp>
#include <korobov/core/error.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/core/types.hpp>

namespace korobov::detail {

inline int require_power_of_two(Index n, std::string_view parameter) {
  require(is_power_of_two(n), parameter, "length must be a power of two", n);
  return floor_log2(n);
}

// 2^(-m/2): rounded once.
inline double unitary_scale(int m) { return std::ldexp(m % 2 == 0 ? 1.0 : 0x1.6a09e667f3bcdp-1, -(m / 2)); }

struct Extent {
  std::uintptr_t first, last;
};
template <class T>
Extent extent(MatrixSpan<T> a) noexcept {
  auto low = reinterpret_cast<std::uintptr_t>(a.data), high = low;
  const auto reach = [&](Index count, Index stride) {
    const Index bytes = (count - 1) * stride * static_cast<Index>(sizeof(T));
    (bytes < 0 ? low : high) += static_cast<std::uintptr_t>(bytes);
  };
  reach(a.rows, a.row_stride);
  reach(a.cols, a.col_stride);
  return {low, high + sizeof(T)};
}
template <class T>
MatrixSpan<T> as_row(std::span<T> a) noexcept {
  return {a.data(), 1, std::ssize(a)};
}

template <class A, class B>
void require_disjoint(MatrixSpan<A> out, MatrixSpan<B> in, std::string_view parameter) {
  if (out.rows == 0 || out.cols == 0 || in.rows == 0 || in.cols == 0) return;
  const Extent a = extent(out), b = extent(in);
  require(a.last <= b.first || b.last <= a.first, parameter, "must not overlap the input",
          std::string_view("overlapping arrays"));
}

// The elements of an output are distinct: the smaller stride's run fits inside the larger stride.
template <class T>
void require_distinct(MatrixSpan<T> out, std::string_view parameter) {
  Index inner = std::abs(out.col_stride), inner_count = out.cols, outer = std::abs(out.row_stride),
        outer_count = out.rows;
  if (inner > outer) {
    std::swap(inner, outer);
    std::swap(inner_count, outer_count);
  }
  const bool distinct = (inner_count <= 1 || inner > 0) && (outer_count <= 1 || outer > inner * (inner_count - 1));
  require(distinct, parameter, "elements must not overlap", std::string_view("strides that repeat an element"));
}

template <class A, class B>
void require_same_rows(MatrixSpan<A> out, MatrixSpan<B> in, std::string_view parameter) {
  require(out.rows == in.rows, parameter, "must have as many rows as the input", out.rows);
}

// Rows per thread: some 2^18 values of work at least, so that starting threads pays.
inline Index row_grain(Index cols) noexcept { return std::max<Index>(1, (Index{1} << 18) / std::max<Index>(1, cols)); }

// Rows whose elements are not adjacent go through a buffer, some at a time so that whole cache lines are used.
template <class T>
class RowBuffer {
 public:
  static constexpr Index kRows = 8;
  RowBuffer(Index cols, bool needed) : cols_(cols), values_(needed ? static_cast<std::size_t>(kRows * cols) : 0) {}
  T* row(Index r) noexcept { return values_.data() + r * cols_; }
  template <class U>
  void load(MatrixSpan<U> from, Index first, Index count) noexcept {
    for (Index k = 0; k < cols_; ++k) {
      for (Index r = 0; r < count; ++r) row(r)[k] = from(first + r, k);
    }
  }
  void store(MatrixSpan<T> to, Index first, Index count) noexcept {
    for (Index k = 0; k < cols_; ++k) {
      for (Index r = 0; r < count; ++r) to(first + r, k) = row(r)[k];
    }
  }

 private:
  Index cols_;
  std::vector<T> values_;
};

// transform(T* row) in place for each row of z.
template <class T, class F>
void each_row(MatrixSpan<T> z, const F& transform) {
  const bool buffered = z.col_stride != 1;
  parallel_for(z.rows, row_grain(z.cols), [&](Range rows) {
    RowBuffer<T> buffer(z.cols, buffered);
    for (Index i = rows.first; i < rows.last; i += RowBuffer<T>::kRows) {
      const Index count = std::min(RowBuffer<T>::kRows, rows.last - i);
      if (buffered) buffer.load(z, i, count);
      for (Index r = 0; r < count; ++r) transform(buffered ? buffer.row(r) : z.data + (i + r) * z.row_stride);
      if (buffered) buffer.store(z, i, count);
    }
  });
}

// transform(const A* in, B* out) for each row of `in` and `out`.
template <class A, class B, class F>
void each_row(MatrixSpan<const A> in, MatrixSpan<B> out, const F& transform) {
  const bool load = in.col_stride != 1, store = out.col_stride != 1;
  parallel_for(in.rows, row_grain(std::max(in.cols, out.cols)), [&](Range rows) {
    RowBuffer<A> values(in.cols, load);
    RowBuffer<B> results(out.cols, store);
    for (Index i = rows.first; i < rows.last; i += RowBuffer<A>::kRows) {
      const Index count = std::min(RowBuffer<A>::kRows, rows.last - i);
      if (load) values.load(in, i, count);
      for (Index r = 0; r < count; ++r) {
        transform(load ? values.row(r) : in.data + (i + r) * in.row_stride,
                  store ? results.row(r) : out.data + (i + r) * out.row_stride);
      }
      if (store) results.store(out, i, count);
    }
  });
}

}  // namespace korobov::detail
