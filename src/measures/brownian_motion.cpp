#include <cmath>

#include <korobov/core/error.hpp>
#include <korobov/measures/brownian_motion.hpp>

#include "measures/gaussian_path.hpp"

namespace korobov {
namespace {

std::shared_ptr<const detail::MeasureImpl> make_path(const std::vector<double>& times,
                                                     const BrownianMotionOptions& options) {
  detail::check_times(times);
  detail::require(std::isfinite(options.drift), "drift", "must be finite", options.drift);
  detail::require(std::isfinite(options.initial), "initial", "must be finite", options.initial);
  detail::require(std::isfinite(options.diffusion) && options.diffusion > 0.0, "diffusion",
                  "must be positive and finite", options.diffusion);
  std::vector<double> mean;
  mean.reserve(times.size());
  for (const double t : times) mean.push_back(options.initial + options.drift * t);
  return std::make_shared<detail::GaussianPath>(
      times, std::move(mean), std::sqrt(options.diffusion), options.factor, detail::GaussianPath::Scale::linear,
      "Brownian motion with drift " + detail::shown(options.drift) + ", diffusion " + detail::shown(options.diffusion) +
          ", initial " + detail::shown(options.initial));
}

}  // namespace

BrownianMotion::BrownianMotion(const std::vector<double>& times, BrownianMotionOptions options)
    : Measure(make_path(times, options)) {}

}  // namespace korobov
