// exp of every element, vectorised: Highway's polynomial, with inf above and 0 below the range of double.
#ifndef KOROBOV_SRC_MEASURES_EXPONENTIAL_HPP
#define KOROBOV_SRC_MEASURES_EXPONENTIAL_HPP

#include <korobov/core/types.hpp>

namespace korobov::detail {

// Within 2 ulp; rows of `columns` consecutive values, `stride` apart, in place.
void exponential(double* x, Index rows, Index columns, Index stride);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_MEASURES_EXPONENTIAL_HPP
