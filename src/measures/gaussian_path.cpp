#include "measures/gaussian_path.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <korobov/core/error.hpp>

#include "core/exponential.hpp"
#include "measures/covariance_factor.hpp"

namespace korobov::detail {
namespace {

// t_j = j t_d / d up to rounding.
bool has_equal_steps(const std::vector<double>& times) {
  const auto d = static_cast<double>(times.size());
  double j = 0.0;
  return std::all_of(times.begin(), times.end(), [&](double t) {
    j += 1.0;
    return std::abs(t - times.back() * (j / d)) <= 4.0 * std::numeric_limits<double>::epsilon() * t;
  });
}

// min(i, j), i, j = 1..d, has eigenvalues 1 / (4 sin^2(a_k / 2)) and vectors 2 sin(i a_k) / sqrt(2 d + 1) with
// a_k = (2 k - 1) pi / (2 d + 1), k = 1..d (Akesson & Lehoczky 1998): O(d^2), where the solver takes O(d^3).
std::vector<double> equal_steps_factor(std::size_t d, double step) {
  const std::size_t half_turn = 2 * d + 1;
  std::vector<double> sine(2 * half_turn);
  for (std::size_t m = 0; m < sine.size(); ++m) {
    sine[m] = std::sin(std::numbers::pi * static_cast<double>(m) / static_cast<double>(half_turn));
  }
  std::vector<double> a(d * d);
  for (std::size_t k = 0; k < d; ++k) {
    const double half_angle = std::numbers::pi * static_cast<double>(2 * k + 1) / static_cast<double>(2 * half_turn);
    const double length = std::sqrt(step / static_cast<double>(half_turn)) / std::sin(half_angle);
    for (std::size_t i = 0; i < d; ++i) a[i * d + k] = length * sine[(i + 1) * (2 * k + 1) % sine.size()];
  }
  return a;
}

std::vector<double> principal_factor(const std::vector<double>& times, double deviation) {
  const std::size_t d = times.size();
  if (has_equal_steps(times)) {
    auto a = equal_steps_factor(d, deviation * deviation * (times.back() / static_cast<double>(d)));
    fix_signs(a, static_cast<Index>(d));
    return a;
  }
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
