// Vector code of the stationary kernels: distances of one point from a tile, and their profiles. Tiles are
// dimension-major (row_stride 1).
#ifndef KOROBOV_SRC_KERNELS_STATIONARY_KERNELS_HPP
#define KOROBOV_SRC_KERNELS_STATIONARY_KERNELS_HPP

#include "kernels/product_kernels.hpp"

namespace korobov::detail {

// out_t = sum_j ((x_j - z_tj) inverse_j)^2, or with `absolute` sum_j |x_j - z_tj| inverse_j.
void scaled_distances(const double* x, ValueTile z, const double* inverse, bool absolute, double* out);
// sums_j += sum_t g_t ((x_j - z_tj) inverse_j)^2, or with `absolute` sum_t g_t |x_j - z_tj| inverse_j.
void distances_pull_back(const double* x, ValueTile z, const double* inverse, bool absolute, const double* g,
                         double* sums);
// out_t = sqrt(factor v_t), v_t >= 0.
void scaled_roots(const double* v, double factor, Index count, double* out);
// out_t = log(1 + factor v_t), factor v_t >= 0, taken for at most 1e300.
void log1p_scaled(const double* v, double factor, Index count, double* out);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_KERNELS_STATIONARY_KERNELS_HPP
