#include "measures/gaussian_path.hpp"

#include <cmath>

#include <korobov/core/error.hpp>

#include "measures/covariance_factor.hpp"
#include "measures/exponential.hpp"

namespace korobov::detail {
namespace {

std::vector<double> principal_factor(const std::vector<double>& times, double deviation) {
  const std::size_t d = times.size();
  std::vector<double> c(d * d);
  for (std::size_t i = 0; i < d; ++i) {
    for (std::size_t j = 0; j < d; ++j) c[i * d + j] = std::min(times[i], times[j]);
  }
  auto a = covariance_factor(c, static_cast<Index>(d), Factor::pca);
  for (auto& entry : a) entry *= deviation;
  return a;
}

}  // namespace

GaussianPath::GaussianPath(const std::vector<double>& times, std::vector<double> mean, double deviation,
                           PathFactor factor, Scale scale, std::string description)
    : NormalMap(static_cast<Index>(times.size())),
      mean_(std::move(mean)),
      scale_(scale),
      description_(std::move(description) + ", factor " + name(factor) + ", d = " + std::to_string(times.size())) {
  if (factor == PathFactor::pca) {
    const auto a = principal_factor(times, deviation);
    product_.emplace(mean_, MatrixSpan<const double>(a.data(), dimension(), dimension()));
  } else {
    steps_ = factor == PathFactor::bridge ? brownian_bridge(times, deviation) : running_sum(times, deviation);
  }
}

void GaussianPath::map(double* z, Index rows, Index d, double* x, Index x_stride) const {
  if (product_) {
    product_->multiply(z, rows, x, x_stride);
  } else {
    follow_steps(steps_, mean_, z, rows, x, x_stride);
  }
  if (scale_ == Scale::linear) return;
  if (x_stride == d) {
    const std::span<double> all(x, static_cast<std::size_t>(rows * d));
    exponential(all, all);
    return;
  }
  for (Index i = 0; i < rows; ++i) {
    const std::span<double> row(x + i * x_stride, static_cast<std::size_t>(d));
    exponential(row, row);
  }
}

void check_times(const std::vector<double>& times) {
  require(!times.empty(), "times", "must not be empty", times.size());
  double previous = 0.0;
  for (const double t : times) {
    require(std::isfinite(t), "times", "must be finite", t);
    require(t > 0.0, "times", "must be positive", t);
    require(t > previous, "times", "must increase, after " + shown(previous), t);
    previous = t;
  }
}

}  // namespace korobov::detail
