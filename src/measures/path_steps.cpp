#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "measures/path_steps.cpp"
#include "measures/path_steps.hpp"

#include <algorithm>
#include <cmath>

// clang-format off
#include "core/dispatch.hpp"  // first: picks the targets
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace korobov::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
constexpr Index kPaths = 8;  // made side by side
}  // namespace

// normals, path: d and d + 1 rows of kPaths values.
void follow_steps_kernel(const detail::PathStep* steps, const double* mean, Index d, const double* z, Index rows,
                         double* x, Index x_stride, double* normals, double* path) {
  const hn::CappedTag<double, kPaths> tag;
  const auto lanes = static_cast<Index>(hn::Lanes(tag));
  for (Index first = 0; first < rows; first += kPaths) {
    const Index count = std::min(kPaths, rows - first);
    for (Index r = 0; r < count; ++r) {
      for (Index k = 0; k < d; ++k) normals[k * kPaths + r] = z[(first + r) * d + k];
    }
    for (Index k = 0; k < d; ++k) {
      const auto& step = steps[k];
      const auto a = hn::Set(tag, step.left_weight);
      const auto b = hn::Set(tag, step.right_weight);
      const auto c = hn::Set(tag, step.deviation);
      for (Index r = 0; r < kPaths; r += lanes) {
        const auto noise = hn::Mul(c, hn::LoadU(tag, normals + k * kPaths + r));
        const auto right = hn::MulAdd(b, hn::LoadU(tag, path + step.right * kPaths + r), noise);
        hn::StoreU(hn::MulAdd(a, hn::LoadU(tag, path + step.left * kPaths + r), right), tag,
                   path + step.target * kPaths + r);
      }
    }
    for (Index r = 0; r < count; ++r) {
      for (Index j = 0; j < d; ++j) x[(first + r) * x_stride + j] = mean[j] + path[(j + 1) * kPaths + r];
    }
  }
}

}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace korobov::detail {
namespace {
double time_of(const std::vector<double>& times, Index date) {
  return date == 0 ? 0.0 : times[static_cast<std::size_t>(date - 1)];
}
}  // namespace

std::vector<PathStep> running_sum(const std::vector<double>& times, double scale) {
  std::vector<PathStep> steps;
  for (Index j = 1; j <= static_cast<Index>(times.size()); ++j) {
    steps.push_back({j, j - 1, 0, 1.0, 0.0, scale * std::sqrt(time_of(times, j) - time_of(times, j - 1))});
  }
  return steps;
}

// Given W(l) and W(r), W(m) has mean ((t_r - t_m) W(l) + (t_m - t_l) W(r)) / (t_r - t_l) and variance
// (t_m - t_l)(t_r - t_m) / (t_r - t_l): Glasserman 2004, equation (3.4).
std::vector<PathStep> brownian_bridge(const std::vector<double>& times, double scale) {
  const auto d = static_cast<Index>(times.size());
  std::vector<PathStep> steps{{d, 0, 0, 0.0, 0.0, scale * std::sqrt(times.back())}};
  std::vector<Range> open{{0, d}};
  for (std::size_t next = 0; next < open.size(); ++next) {
    const auto [l, r] = open[next];
    if (r - l < 2) continue;
    const Index m = l + (r - l) / 2;
    const double before = time_of(times, m) - time_of(times, l);
    const double after = time_of(times, r) - time_of(times, m);
    const double whole = time_of(times, r) - time_of(times, l);
    steps.push_back({m, l, r, after / whole, before / whole, scale * std::sqrt(before * (after / whole))});
    open.push_back({l, m});
    open.push_back({m, r});
  }
  return steps;
}

void follow_steps(const std::vector<PathStep>& steps, const std::vector<double>& mean, const double* z, Index rows,
                  double* x, Index x_stride) {
  const std::size_t d = steps.size();
  std::vector<double> scratch((2 * d + 1) * 8);
  KOROBOV_DISPATCH(follow_steps_kernel)
  (steps.data(), mean.data(), static_cast<Index>(d), z, rows, x, x_stride, scratch.data(), scratch.data() + 8 * d);
}

}  // namespace korobov::detail
#endif
