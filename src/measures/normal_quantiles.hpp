// Quantiles of N(mean, deviation^2): inverse_normal with the affine map in the same pass.
#ifndef KOROBOV_SRC_MEASURES_NORMAL_QUANTILES_HPP
#define KOROBOV_SRC_MEASURES_NORMAL_QUANTILES_HPP

#include <span>

namespace korobov::detail {

// u and x have the same length; in place when they are the same span.
void normal_quantiles(std::span<const double> u, std::span<double> x, double mean, double deviation);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_MEASURES_NORMAL_QUANTILES_HPP
