// The spine's plain types: index, coordinate word, strided matrix view, range, endpoint rule.
//
// A coordinate is a Word w, the fraction w * 2^-64 in [0, 1). Conversions to floating point truncate, so 1 cannot
// occur:
//   double, half open   (w >> 11) * 2^-53            float, half open   (w >> 40) * 2^-24
//   double, open        ((w >> 12) + 1/2) * 2^-52    float, open        ((w >> 41) + 1/2) * 2^-23
// The open form never gives 0 or 1; measures and integrands receive it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#if defined(_WIN32)
#define KOROBOV_API
#else
#define KOROBOV_API __attribute__((visibility("default")))
#endif

namespace korobov {

using Index = std::int64_t;
using Word = std::uint64_t;

// A view of a rows x cols matrix: element (i, j) is data[i * row_stride + j * col_stride]; strides count elements.
template <class T>
struct MatrixSpan {
  T* data = nullptr;
  Index rows = 0;
  Index cols = 0;
  Index row_stride = 0;
  Index col_stride = 1;

  constexpr MatrixSpan() = default;
  constexpr MatrixSpan(T* first, Index n_rows, Index n_cols) noexcept
      : data(first), rows(n_rows), cols(n_cols), row_stride(n_cols) {}
  constexpr MatrixSpan(T* first, Index n_rows, Index n_cols, Index stride_of_rows, Index stride_of_cols) noexcept
      : data(first), rows(n_rows), cols(n_cols), row_stride(stride_of_rows), col_stride(stride_of_cols) {}

  constexpr T& operator()(Index i, Index j) const noexcept { return data[i * row_stride + j * col_stride]; }
  constexpr bool is_contiguous() const noexcept { return col_stride == 1 && row_stride == cols; }
  constexpr MatrixSpan row_range(Index first, Index last) const noexcept {
    return {data + first * row_stride, last - first, cols, row_stride, col_stride};
  }
  constexpr operator MatrixSpan<const T>() const noexcept  // NOLINT(google-explicit-constructor): adding const is safe
      requires(!std::is_const_v<T>) {
    return {data, rows, cols, row_stride, col_stride};
  }
};

// Indices first, first + 1, ..., last - 1.
struct Range {
  Index first = 0;
  Index last = 0;
  constexpr Index size() const noexcept { return last - first; }
};

enum class Endpoint { half_open, open };

// The word w as a coordinate of type T (double, float or Word; a Word has no open form and is returned as it is).
template <class T>
constexpr T coordinate(Word w, Endpoint endpoint = Endpoint::half_open) noexcept {
  if constexpr (std::is_same_v<T, double>) {
    return endpoint == Endpoint::half_open ? static_cast<double>(w >> 11) * 0x1p-53
                                           : (static_cast<double>(w >> 12) + 0.5) * 0x1p-52;
  } else if constexpr (std::is_same_v<T, float>) {
    return endpoint == Endpoint::half_open ? static_cast<float>(w >> 40) * 0x1p-24F
                                           : (static_cast<float>(w >> 41) + 0.5F) * 0x1p-23F;
  } else {
    static_assert(std::is_same_v<T, Word>, "coordinates are double, float or Word");
    return w;
  }
}

}  // namespace korobov
