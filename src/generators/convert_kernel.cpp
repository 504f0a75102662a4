#include "generators/convert_kernel.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "generators/convert_kernel.cpp"
#include "core/dispatch.hpp"
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include "generators/coordinates-inl.hpp"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace korobov::HWY_NAMESPACE {
namespace {

// Whole vectors of T from `words`.
template <class T, Endpoint kEnd>
HWY_INLINE hn::Vec<typename Converter<T, kEnd>::Tag> converted(const Word* HWY_RESTRICT words) {
  const Words tag;
  if constexpr (Converter<T, kEnd>::kVectors == 1) {
    return Converter<T, kEnd>::convert(hn::LoadU(tag, words));
  } else {
    return Converter<T, kEnd>::convert(hn::LoadU(tag, words), hn::LoadU(tag, words + hn::Lanes(tag)));
  }
}

template <class T, Endpoint kEnd>
void run(const Word* HWY_RESTRICT words, std::size_t count, T* HWY_RESTRICT out, detail::Stores stores) {
  constexpr std::size_t line = 64;
  const typename Converter<T, kEnd>::Tag tag;
  const std::size_t step = hn::Lanes(tag);
  std::size_t t = 0;
  if (stores == detail::Stores::streaming) {  // from whole line to whole line: a line is streamed or written, not both
    const std::size_t head = std::min(count, (line - reinterpret_cast<std::uintptr_t>(out) % line) % line / sizeof(T));
    for (; t < head; ++t) out[t] = coordinate<T>(words[t], kEnd);
    constexpr std::size_t values = line / sizeof(T);
    for (; t + values <= count; t += values) {
      for (std::size_t q = 0; q < values; q += step) hn::Stream(converted<T, kEnd>(words + t + q), tag, out + t + q);
    }
  }
  for (; t + step <= count; t += step) hn::StoreU(converted<T, kEnd>(words + t), tag, out + t);
  for (; t < count; ++t) out[t] = coordinate<T>(words[t], kEnd);
}

template <class T>
void run_to(const Word* words, Index count, T* out, Endpoint endpoint, detail::Stores stores) {
  if (endpoint == Endpoint::open && !std::is_same_v<T, Word>) {
    run<T, Endpoint::open>(words, static_cast<std::size_t>(count), out, stores);
  } else {
    run<T, Endpoint::half_open>(words, static_cast<std::size_t>(count), out, stores);
  }
}

#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX2
// Four rows of four words at a time, the last columns first: what a narrow last block writes past its row is written
// again by the next row's first block.
void transposed(const Word* HWY_RESTRICT words, Index stride, Index width, Index rows, Word* HWY_RESTRICT out) {
  const hn::CappedTag<Word, 4> tag;
  for (Index i = 0; i < rows; i += 4) {
    for (Index j = (width - 1) / 4 * 4; j >= 0; j -= 4) {
      const Word* from = words + j * stride + i;
      const auto row = [&](Index k) HWY_ATTR { return hn::LoadU(tag, from + std::min(k, width - 1 - j) * stride); };
      const auto a = row(0);
      const auto b = row(1);
      const auto c = row(2);
      const auto d = row(3);
      const auto ab0 = hn::InterleaveLower(tag, a, b);  // a0 b0 a2 b2
      const auto ab1 = hn::InterleaveUpper(tag, a, b);  // a1 b1 a3 b3
      const auto cd0 = hn::InterleaveLower(tag, c, d);
      const auto cd1 = hn::InterleaveUpper(tag, c, d);
      Word* to = out + i * width + j;
      hn::StoreU(hn::ConcatLowerLower(tag, cd0, ab0), tag, to);
      hn::StoreU(hn::ConcatLowerLower(tag, cd1, ab1), tag, to + width);
      hn::StoreU(hn::ConcatUpperUpper(tag, cd0, ab0), tag, to + 2 * width);
      hn::StoreU(hn::ConcatUpperUpper(tag, cd1, ab1), tag, to + 3 * width);
    }
  }
}
#else
void transposed(const Word* words, Index stride, Index width, Index rows, Word* out) {
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < width; ++j) out[i * width + j] = words[j * stride + i];
  }
}
#endif

}  // namespace

void run_double(const Word* words, Index count, double* out, Endpoint endpoint, detail::Stores stores) {
  run_to(words, count, out, endpoint, stores);
}
void run_float(const Word* words, Index count, float* out, Endpoint endpoint, detail::Stores stores) {
  run_to(words, count, out, endpoint, stores);
}
void run_words(const Word* words, Index count, Word* out, Endpoint endpoint, detail::Stores stores) {
  run_to(words, count, out, endpoint, stores);
}
void transpose_tile(const Word* words, Index stride, Index width, Index rows, Word* out) {
  transposed(words, stride, width, rows, out);
}
void flush() { hwy::FlushStream(); }

}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace korobov::detail {

void convert_run(const Word* words, Index count, double* out, Endpoint endpoint, Stores stores) {
  KOROBOV_DISPATCH(run_double)(words, count, out, endpoint, stores);
}
void convert_run(const Word* words, Index count, float* out, Endpoint endpoint, Stores stores) {
  KOROBOV_DISPATCH(run_float)(words, count, out, endpoint, stores);
}
void convert_run(const Word* words, Index count, Word* out, Endpoint endpoint, Stores stores) {
  KOROBOV_DISPATCH(run_words)(words, count, out, endpoint, stores);
}
void finish_streaming() { KOROBOV_DISPATCH(flush)(); }
void transpose_words(const Word* words, Index stride, Index width, Index rows, Word* out) {
  KOROBOV_DISPATCH(transpose_tile)(words, stride, width, rows, out);
}

}  // namespace korobov::detail
#endif  // HWY_ONCE
