#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/stationary_kernels.cpp"
#include "kernels/stationary_kernels.hpp"

#include <cstddef>

// clang-format off
#include "core/dispatch.hpp"  // first: picks the targets
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include <hwy/contrib/math/math-inl.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace korobov::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using detail::ValueTile;
using D = hn::CappedTag<double, 8>;
using V = hn::Vec<D>;
constexpr size_t kLanes = hn::MaxLanes(D());

// body(first, load, store) for all vectors of 0..count, the last padded with zeros: every element goes through the same
// operations wherever it stands.
template <class Body>
HWY_INLINE void for_each_vector(Index count, const Body& body) {
  const D d;
  const auto n = static_cast<size_t>(count);
  size_t t = 0;
  for (; t + kLanes <= n; t += kLanes) {
    body([d, t](const double* p) { return hn::LoadU(d, p + t); }, [d, t](V v, double* p) { hn::StoreU(v, d, p + t); });
  }
  if (t == n) return;
  const size_t rest = n - t;
  body(
      [d, t, rest](const double* p) {
        double lanes[kLanes] = {};
        for (size_t k = 0; k < rest; ++k) lanes[k] = p[t + k];
        return hn::LoadU(d, lanes);
      },
      [d, t, rest](V v, double* p) {
        double lanes[kLanes];
        hn::StoreU(v, d, lanes);
        for (size_t k = 0; k < rest; ++k) p[t + k] = lanes[k];
      });
}

template <bool kAbsolute>
void distances(const double* x, ValueTile z, const double* inverse, double* out) {
  const D d;
  for_each_vector(z.rows, [&](const auto& load, const auto& store) {
    V sum = hn::Zero(d);
    for (Index j = 0; j < z.cols; ++j) {
      const V u = hn::Mul(hn::Sub(hn::Set(d, x[j]), load(&z(0, j))), hn::Set(d, inverse[j]));
      sum = kAbsolute ? hn::Add(sum, hn::Abs(u)) : hn::MulAdd(u, u, sum);
    }
    store(sum, out);
  });
}

template <bool kAbsolute>
void pull_back(const double* x, ValueTile z, const double* inverse, const double* g, double* sums) {
  const D d;
  for (Index j = 0; j < z.cols; ++j) {
    const V at = hn::Set(d, x[j]);
    const V factor = hn::Set(d, inverse[j]);
    V sum = hn::Zero(d);
    for_each_vector(z.rows, [&](const auto& load, const auto&) {
      const V u = hn::Mul(hn::Sub(at, load(&z(0, j))), factor);
      sum = hn::MulAdd(load(g), kAbsolute ? hn::Abs(u) : hn::Mul(u, u), sum);
    });
    sums[j] += hn::GetLane(hn::SumOfLanes(d, sum));
  }
}

}  // namespace

void scaled_distances_kernel(const double* x, ValueTile z, const double* inverse, bool absolute, double* out) {
  if (absolute) {
    distances<true>(x, z, inverse, out);
  } else {
    distances<false>(x, z, inverse, out);
  }
}

void distances_pull_back_kernel(const double* x, ValueTile z, const double* inverse, bool absolute, const double* g,
                                double* sums) {
  if (absolute) {
    pull_back<true>(x, z, inverse, g, sums);
  } else {
    pull_back<false>(x, z, inverse, g, sums);
  }
}

void scaled_roots_kernel(const double* v, double factor, Index count, double* out) {
  const D d;
  for_each_vector(
      count, [&](const auto& load, const auto& store) { store(hn::Sqrt(hn::Mul(load(v), hn::Set(d, factor))), out); });
}

void log1p_scaled_kernel(const double* v, double factor, Index count, double* out) {
  const D d;
  for_each_vector(count, [&](const auto& load, const auto& store) {
    store(hn::Log1p(d, hn::Min(hn::Mul(load(v), hn::Set(d, factor)), hn::Set(d, 1e300))), out);
  });
}

}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace korobov::detail {

void scaled_distances(const double* x, ValueTile z, const double* inverse, bool absolute, double* out) {
  KOROBOV_DISPATCH(scaled_distances_kernel)(x, z, inverse, absolute, out);
}

void distances_pull_back(const double* x, ValueTile z, const double* inverse, bool absolute, const double* g,
                         double* sums) {
  KOROBOV_DISPATCH(distances_pull_back_kernel)(x, z, inverse, absolute, g, sums);
}

void scaled_roots(const double* v, double factor, Index count, double* out) {
  KOROBOV_DISPATCH(scaled_roots_kernel)(v, factor, count, out);
}

void log1p_scaled(const double* v, double factor, Index count, double* out) {
  KOROBOV_DISPATCH(log1p_scaled_kernel)(v, factor, count, out);
}

}  // namespace korobov::detail
#endif
