// Sums over the coordinates of each point, vectorised: what the named integrands start from.
#ifndef KOROBOV_SRC_INTEGRANDS_ROW_SUMS_HPP
#define KOROBOV_SRC_INTEGRANDS_ROW_SUMS_HPP

#include <korobov/core/types.hpp>

namespace korobov::detail {

enum class Term { value, square };

// sums[i] = sum_j term(x(i, j)); any strides.
void row_sums(Term term, MatrixSpan<const double> x, double* sums);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_INTEGRANDS_ROW_SUMS_HPP
