// Doubles as the words that are exactly them.
#ifndef KOROBOV_SRC_GP_WORDS_HPP
#define KOROBOV_SRC_GP_WORDS_HPP

#include <vector>

#include <korobov/core/types.hpp>

namespace korobov::detail {

// x (m, d) -> words (m, d), row by row; mod 1 for lattices, nets need [0, 1). std::invalid_argument: x outside, x not
// finite.
std::vector<Word> words_of(MatrixSpan<const double> x, bool is_cyclic);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GP_WORDS_HPP
