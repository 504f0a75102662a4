#include <cmath>

#include <korobov/core/error.hpp>
#include <korobov/measures/geometric_brownian_motion.hpp>

#include "measures/gaussian_path.hpp"

namespace korobov {
namespace {

std::shared_ptr<const detail::MeasureImpl> make_path(const std::vector<double>& times,
                                                     const GeometricBrownianMotionOptions& options) {
  detail::check_times(times);
  detail::require(std::isfinite(options.initial) && options.initial > 0.0, "initial", "must be positive and finite",
                  options.initial);
  detail::require(std::isfinite(options.rate), "rate", "must be finite", options.rate);
  detail::require(std::isfinite(options.volatility) && options.volatility > 0.0, "volatility",
                  "must be positive and finite", options.volatility);
  std::vector<double> mean;
  mean.reserve(times.size());
  for (const double t : times) {
    mean.push_back(std::log(options.initial) + (options.rate - 0.5 * options.volatility * options.volatility) * t);
  }
  return std::make_shared<detail::GaussianPath>(
      times, std::move(mean), options.volatility, options.factor, detail::GaussianPath::Scale::exponential,
      "Geometric Brownian motion with initial " + detail::shown(options.initial) + ", rate " +
          detail::shown(options.rate) + ", volatility " + detail::shown(options.volatility));
}

}  // namespace

GeometricBrownianMotion::GeometricBrownianMotion(const std::vector<double>& times,
                                                 GeometricBrownianMotionOptions options)
    : Measure(make_path(times, options)) {}

}  // namespace korobov
