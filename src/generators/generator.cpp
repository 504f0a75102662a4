#include "generators/generator.hpp"

#include <algorithm>

#include <korobov/core/parallel.hpp>

#include "generators/convert_kernel.hpp"
#include "generators/philox_kernel.hpp"

namespace korobov::detail {
namespace {

template <class T>
void fill_by_tiles(const Generator& generator, Range range, MatrixSpan<T> out, Endpoint endpoint) {
  const Index d = generator.facts().dimension;
  const Index tile = rows_per_tile(d);
  parallel_for(range.size(), rows_per_thread(d), [&](Range rows) {
    std::vector<Word> words(static_cast<std::size_t>(std::min(tile, rows.size()) * d));
    for (Index first = rows.first; first < rows.last; first += tile) {
      const Index last = std::min(first + tile, rows.last);
      generator.words({range.first + first, range.first + last}, words.data());
      convert(words.data(), out.row_range(first, last), endpoint);
    }
  });
}

}  // namespace

void Generator::fill(Range range, MatrixSpan<double> out, Endpoint endpoint) const {
  fill_by_tiles(*this, range, out, endpoint);
}
void Generator::fill(Range range, MatrixSpan<float> out, Endpoint endpoint) const {
  fill_by_tiles(*this, range, out, endpoint);
}
void Generator::fill(Range range, MatrixSpan<Word> out, Endpoint endpoint) const {
  fill_by_tiles(*this, range, out, endpoint);
}

template <class T>
void convert(const Word* words, MatrixSpan<T> out, Endpoint endpoint) {
  if (out.is_contiguous()) return convert_run(words, out.rows * out.cols, out.data, endpoint, Stores::cached);
  for (Index i = 0; i < out.rows; ++i) {
    for (Index j = 0; j < out.cols; ++j) out(i, j) = coordinate<T>(words[i * out.cols + j], endpoint);
  }
}
template void convert(const Word*, MatrixSpan<double>, Endpoint);
template void convert(const Word*, MatrixSpan<float>, Endpoint);
template void convert(const Word*, MatrixSpan<Word>, Endpoint);

Index rows_per_thread(Index dimension) noexcept {
  constexpr Index coordinates = Index{1} << 17;
  return std::max<Index>(1, coordinates / dimension);
}

Index rows_per_tile(Index dimension) noexcept {
  constexpr Index coordinates = 2048;
  return std::max<Index>(1, coordinates / dimension);
}

std::vector<Word> random_words(Index d, Seed seed, Purpose purpose, std::uint32_t replicate) {
  std::vector<Word> blocks(static_cast<std::size_t>(4 * d));
  philox_blocks({0, 0, replicate, 0}, Varying::dimension, {seed.value, static_cast<std::uint64_t>(purpose)}, d,
                blocks.data(), d);
  return {blocks.begin(), blocks.begin() + d};
}

}  // namespace korobov::detail
