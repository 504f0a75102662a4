// Draws from N(0, C), by a pivoted factorisation that takes C semidefinite.
#ifndef KOROBOV_SRC_GP_PATHS_HPP
#define KOROBOV_SRC_GP_PATHS_HPP

#include <vector>

#include <korobov/core/seed.hpp>
#include <korobov/core/types.hpp>

namespace korobov::detail {

// covariance: (m, m), overwritten. paths: (count, m); row p is a function of (seed, p). O(m^3 + count m^2).
void gaussian_paths(std::vector<double>& covariance, Index m, Seed seed, MatrixSpan<double> paths);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GP_PATHS_HPP
