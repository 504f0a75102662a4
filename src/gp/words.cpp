#include "gp/words.hpp"

#include <cmath>

#include <korobov/core/error.hpp>

namespace korobov::detail {

std::vector<Word> words_of(MatrixSpan<const double> x, bool is_cyclic) {
  std::vector<Word> words;
  words.reserve(static_cast<std::size_t>(x.rows * x.cols));
  for (Index i = 0; i < x.rows; ++i) {
    for (Index j = 0; j < x.cols; ++j) {
      const double value = x(i, j);
      require(std::isfinite(value), "x", "must be finite", value);
      require(is_cyclic || (value >= 0 && value < 1), "x", "must lie in [0, 1): nets' kernels look at binary digits",
              value);
      const double fraction = value - std::floor(value);
      words.push_back(fraction < 1 ? static_cast<Word>(fraction * 0x1p64) : Word{0});
    }
  }
  return words;
}

}  // namespace korobov::detail
