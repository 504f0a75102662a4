// Vector code of the product kernels: scale (prod_j (1 + weights_j K_j) - 1) over rows of words or of tabulated K_j,
// fused over the dimensions. Rows are the vectors' lanes; any strides, consecutive rows are the fast ones.
#ifndef KOROBOV_SRC_KERNELS_PRODUCT_KERNELS_HPP
#define KOROBOV_SRC_KERNELS_PRODUCT_KERNELS_HPP

#include <korobov/core/types.hpp>

namespace korobov::detail {

using WordTile = MatrixSpan<const Word>;     // (n, d)
using ValueTile = MatrixSpan<const double>;  // (n, d)
inline constexpr Index kDigitPlaces = 65;    // leading zeros of a word: 0..64

// series: (d, degree + 1), the coefficients in u of bernoulli.hpp, degree 1..5. v: (n).
void bernoulli_product(WordTile w, const double* series, int degree, double scale, double* v);
// The polynomials themselves, out: (n, d).
void bernoulli_values(WordTile w, const double* series, int degree, MatrixSpan<double> out);

// alpha, weights: (d).
void walsh_product(WordTile w, const int* alpha, const double* weights, double scale, double* v);
void walsh_values(WordTile w, const int* alpha, MatrixSpan<double> out);

// places: (d, 65), weights_j K_j as a function of the number of leading zeros.
void places_product(WordTile w, const double* places, double scale, double* v);
void leading_zeros(WordTile w, MatrixSpan<double> out);

void table_product(ValueTile k, const double* weights, double scale, double* v);
// With factors offsets_j + weights_j K_j and the rows' products P: adds to
//   dscale      sum_i dk_i P_i
//   dweights_j  sum_i dk_i scale K_j[i] prod_{l != j} (offsets_l + weights_l K_l[i]),
// and, if `slopes` has data, to dslopes_j the same with weights_j slopes_j[i] for K_j[i].
void table_pull_back(ValueTile k, const double* offsets, const double* weights, double scale, const double* dk,
                     double* dscale, double* dweights, ValueTile slopes, double* dslopes);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_KERNELS_PRODUCT_KERNELS_HPP
