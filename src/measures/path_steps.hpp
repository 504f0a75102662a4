// Paths made one date at a time: the running sum and the Brownian bridge, O(d) per path.
#ifndef KOROBOV_SRC_MEASURES_PATH_STEPS_HPP
#define KOROBOV_SRC_MEASURES_PATH_STEPS_HPP

#include <vector>

#include <korobov/core/types.hpp>

namespace korobov::detail {

// W(target) = left_weight W(left) + right_weight W(right) + deviation z. Dates are 1, ..., d; W(0) = 0.
struct PathStep {
  Index target = 0;
  Index left = 0;
  Index right = 0;
  double left_weight = 0.0;
  double right_weight = 0.0;
  double deviation = 0.0;
};

// times: t_1 < ... < t_d, positive. Step k uses z_k; a step's dates are made before it.
std::vector<PathStep> running_sum(const std::vector<double>& times, double scale);
std::vector<PathStep> brownian_bridge(const std::vector<double>& times, double scale);

// z: (rows, d) contiguous -> x_j = mean_j + W(j + 1), rows of d consecutive values, x_stride apart.
void follow_steps(const std::vector<PathStep>& steps, const std::vector<double>& mean, const double* z, Index rows,
                  double* x, Index x_stride);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_MEASURES_PATH_STEPS_HPP
