// Bounded minimisation in the logarithms of positive variables, and in task factors themselves.
#ifndef KOROBOV_SRC_GP_MINIMISE_HPP
#define KOROBOV_SRC_GP_MINIMISE_HPP

#include <functional>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <korobov/gp/hyperparameters.hpp>

namespace korobov::detail {

// A criterion at theta > 0, whose derivatives in theta go into `gradient`.
using Objective = std::function<double(std::span<const double> theta, std::span<double> gradient)>;

// By a hyper-parameter's name; theta that are 0 stay 0, but for entries of task factors, "factor[t,q]".
struct Bounds {
  double low = 0, high = 0;
};
Bounds bounds_of(const std::string& name, double start);

// The largest |y| is 0 or in [1e-60, 1e60]: powers of it to the fourth, and 1e10 times more or less, are doubles.
void require_learnable(std::span<const double> y);

// The best of the starts, theta in and out; returns the number of evaluations. Where the criterion is not finite it
// counts as very large. An exception of the objective ends the search and is rethrown. `first_step` bounds the first
// step of every start, in logarithms, by scaling the criterion.
int minimise(const Objective& objective, const std::vector<std::string>& names, const FitOptions& options,
             std::vector<double>& theta, double first_step = std::numeric_limits<double>::infinity());

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GP_MINIMISE_HPP
