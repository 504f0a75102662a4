// Vector code of the linear matrix scramble: one product of two matrices over F2.
#ifndef KOROBOV_SRC_GENERATORS_SCRAMBLE_KERNEL_HPP
#define KOROBOV_SRC_GENERATORS_SCRAMBLE_KERNEL_HPP

#include <array>

#include <korobov/core/types.hpp>

namespace korobov::detail {

using MatrixColumns = std::array<Word, 64>;

// out[k] = xor of scramble[p] over the set bits 63 - p of columns[k], k < 64. Digits are read three (or two) at a time:
// eight sums of three columns of the scramble are one vector, and a permute looks up eight columns at once.
void multiply_columns(const MatrixColumns& scramble, const MatrixColumns& columns, MatrixColumns& out);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GENERATORS_SCRAMBLE_KERNEL_HPP
