// Sums over digits inside the digitally shift-invariant kernels (walsh.hpp).
#ifndef KOROBOV_SRC_KERNELS_WALSH_SUMS_HPP
#define KOROBOV_SRC_KERNELS_WALSH_SUMS_HPP

#include <korobov/core/types.hpp>

namespace korobov::detail {

// K_alpha by the exact sum over digits, any alpha >= 2.
double walsh_by_digits(int alpha, Word difference);

// sum_{a>=0} x_a 8^-a, x_a the digit of weight 2^-(a+1). The closed form of W_4 has
// b [(1/48) sum_a (-1)^(x_a) 8^-a - 1/42]; with (-1)^x = 1 - 2 x that is -(b / 24) times this sum, without
// cancellation. Digits from the 25th on are below 2^-72.
double eighths(Word difference);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_KERNELS_WALSH_SUMS_HPP
