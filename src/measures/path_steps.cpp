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
using D = hn::CappedTag<double, 8>;
using T = hn::CappedTag<double, 4>;  // of the transpositions
constexpr Index kPaths = 8;          // made side by side
constexpr auto kBlock = static_cast<Index>(hn::MaxLanes(T()));

// A kBlock x kBlock block, up to 4 x 4: rows from_stride apart become columns; `add` is applied to each.
template <class Add>
HWY_INLINE void transpose(const double* from, [[maybe_unused]] Index from_stride, double* to,
                          [[maybe_unused]] Index to_stride, const Add& add) {
  const T t;
  const auto a = hn::LoadU(t, from);
#if HWY_TARGET == HWY_SCALAR
  hn::StoreU(add(a), t, to);
#else
  const auto b = hn::LoadU(t, from + from_stride);
  const auto even = hn::InterleaveLower(t, a, b);  // a0 b0 (a2 b2)
  const auto odd = hn::InterleaveUpper(t, a, b);   // a1 b1 (a3 b3)
  if constexpr (kBlock == 2) {
    hn::StoreU(add(even), t, to);
    hn::StoreU(add(odd), t, to + to_stride);
  } else {
    const auto c = hn::LoadU(t, from + 2 * from_stride);
    const auto e = hn::LoadU(t, from + 3 * from_stride);
    const auto even2 = hn::InterleaveLower(t, c, e);
    const auto odd2 = hn::InterleaveUpper(t, c, e);
    hn::StoreU(add(hn::ConcatLowerLower(t, even2, even)), t, to);
    hn::StoreU(add(hn::ConcatLowerLower(t, odd2, odd)), t, to + to_stride);
    hn::StoreU(add(hn::ConcatUpperUpper(t, even2, even)), t, to + 2 * to_stride);
    hn::StoreU(add(hn::ConcatUpperUpper(t, odd2, odd)), t, to + 3 * to_stride);
  }
#endif
}

// kPaths rows of z -> d rows of kPaths normals.
HWY_INLINE void load_normals(const double* z, Index d, double* normals) {
  const auto as_it_is = [](auto v) HWY_ATTR { return v; };
  Index k = 0;
  for (; k + kBlock <= d; k += kBlock) {
    for (Index r = 0; r < kPaths; r += kBlock) transpose(z + r * d + k, d, normals + k * kPaths + r, kPaths, as_it_is);
  }
  for (; k < d; ++k) {
    for (Index r = 0; r < kPaths; ++r) normals[k * kPaths + r] = z[r * d + k];
  }
}

// d rows of kPaths values, the mean added -> kPaths rows of x.
HWY_INLINE void store_paths(const double* path, const double* mean, Index d, double* x, Index x_stride) {
  Index j = 0;
  for (; j + kBlock <= d; j += kBlock) {
    const auto m = hn::LoadU(T(), mean + j);
    const auto add_mean = [m](auto v) HWY_ATTR { return hn::Add(v, m); };
    for (Index r = 0; r < kPaths; r += kBlock) {
      transpose(path + j * kPaths + r, kPaths, x + r * x_stride + j, x_stride, add_mean);
    }
  }
  for (; j < d; ++j) {
    for (Index r = 0; r < kPaths; ++r) x[r * x_stride + j] = path[j * kPaths + r] + mean[j];
  }
}

// The running sum, kept in registers.
HWY_INLINE void accumulate(const detail::PathStep* steps, Index d, const double* normals, double* path) {
  const D tag;
  const auto lanes = static_cast<Index>(hn::Lanes(tag));
  for (Index r = 0; r < kPaths; r += lanes) {
    auto sum = hn::Zero(tag);
    for (Index k = 0; k < d; ++k) {
      sum = hn::MulAdd(hn::Set(tag, steps[k].deviation), hn::LoadU(tag, normals + k * kPaths + r), sum);
      hn::StoreU(sum, tag, path + (k + 1) * kPaths + r);
    }
  }
}

HWY_INLINE void follow(const detail::PathStep* steps, Index d, const double* normals, double* path) {
  if (steps[0].target == 1) return accumulate(steps, d, normals, path);  // a bridge of one date is its own sum
  const D tag;
  const auto lanes = static_cast<Index>(hn::Lanes(tag));
  for (Index k = 0; k < d; ++k) {
    const auto& step = steps[k];
    const auto a = hn::Set(tag, step.left_weight);
    const auto b = hn::Set(tag, step.right_weight);
    const auto c = hn::Set(tag, step.deviation);
    for (Index r = 0; r < kPaths; r += lanes) {
      const auto noise = hn::Mul(c, hn::LoadU(tag, normals + k * kPaths + r));
      const auto right = hn::MulAdd(b, hn::LoadU(tag, path + step.right * kPaths + r), noise);
      const auto left = hn::LoadU(tag, path + step.left * kPaths + r);
      hn::StoreU(hn::MulAdd(a, left, right), tag, path + step.target * kPaths + r);
    }
  }
}

}  // namespace

// scratch: 4 d + 1 rows of kPaths values, zeros at first.
void follow_steps_kernel(const detail::PathStep* steps, const double* mean, Index d, const double* z, Index rows,
                         double* x, Index x_stride, double* scratch) {
  double* normals = scratch;
  double* path = normals + d * kPaths;  // its first row is W(0) = 0
  Index i = 0;
  for (; i + kPaths <= rows; i += kPaths) {
    load_normals(z + i * d, d, normals);
    follow(steps, d, normals, path);
    store_paths(path + kPaths, mean, d, x + i * x_stride, x_stride);
  }
  if (i == rows) return;
  double* in = path + (d + 1) * kPaths;
  double* out = in + d * kPaths;
  std::copy(z + i * d, z + rows * d, in);
  load_normals(in, d, normals);
  follow(steps, d, normals, path);
  store_paths(path + kPaths, mean, d, out, d);
  for (Index r = 0; i + r < rows; ++r) std::copy(out + r * d, out + (r + 1) * d, x + (i + r) * x_stride);
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
  std::vector<double> scratch((4 * d + 1) * 8);
  KOROBOV_DISPATCH(follow_steps_kernel)
  (steps.data(), mean.data(), static_cast<Index>(d), z, rows, x, x_stride, scratch.data());
}

}  // namespace korobov::detail
#endif
