// The Gaussian path mean_j + scale W(t_j), and its exponential: what both Brownian motions are.
#ifndef KOROBOV_SRC_MEASURES_GAUSSIAN_PATH_HPP
#define KOROBOV_SRC_MEASURES_GAUSSIAN_PATH_HPP

#include <optional>
#include <string>
#include <vector>

#include "measures/factor_product.hpp"
#include "measures/measure_impl.hpp"
#include "measures/path_steps.hpp"

namespace korobov::detail {

class GaussianPath final : public NormalMap {
 public:
  enum class Scale { linear, exponential };
  GaussianPath(const std::vector<double>& times, std::vector<double> mean, double deviation, PathFactor factor,
               Scale scale, std::string description);
  std::string description() const override { return description_; }

 private:
  void map(double* z, Index rows, Index d, double* x, Index x_stride) const override;
  std::vector<double> mean_;
  Scale scale_;
  std::string description_;
  std::vector<PathStep> steps_;  // empty: product_
  std::optional<FactorProduct> product_;
};

// Not empty, finite, positive, increasing; else std::invalid_argument.
void check_times(const std::vector<double>& times);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_MEASURES_GAUSSIAN_PATH_HPP
