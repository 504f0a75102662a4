#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "integrands/keister.cpp"
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <korobov/core/error.hpp>
#include <korobov/integrands/keister.hpp>
#include <korobov/measures/gaussian.hpp>

#include "integrands/row_sums.hpp"

// clang-format off
#include "core/dispatch.hpp"  // first: picks the targets
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include <hwy/contrib/math/math-inl.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace korobov::HWY_NAMESPACE {

// y[k] = factor cos(sqrt(y[k])), in place; lanes are padded to whole vectors by the caller. Highway's cosine reduces
// arguments up to 39000; a lane beyond takes std::cos.
void scaled_cosine_of_root(double* y, Index padded_count, double factor) {
  namespace hn = hwy::HWY_NAMESPACE;
  const hn::CappedTag<double, 8> d;
  const auto lanes = static_cast<Index>(hn::Lanes(d));
  const auto scale = hn::Set(d, factor);
  const auto limit = hn::Set(d, 39000.0);
  for (Index k = 0; k < padded_count; k += lanes) {
    const auto r = hn::Sqrt(hn::LoadU(d, y + k));
    hn::StoreU(hn::Mul(scale, hn::Cos(d, hn::Min(r, limit))), d, y + k);
    if (HWY_LIKELY(hn::AllTrue(d, hn::Le(r, limit)))) continue;
    std::array<double, 8> root;
    hn::StoreU(r, d, root.data());
    for (Index j = 0; j < lanes; ++j) {
      const double rj = root[static_cast<std::size_t>(j)];
      if (!(rj <= 39000.0)) y[k + j] = factor * std::cos(rj);
    }
  }
}

}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace korobov {
namespace {

Index checked(Index d) {
  detail::require(d >= 1 && d <= 1239, "d", "must be 1 to 1239, beyond which pi^(d/2) overflows", d);
  return d;
}

double power_of_pi(Index d) { return std::pow(std::numbers::pi, 0.5 * static_cast<double>(d)); }

// D(1/2) = sum_k x^(2k+1) / (k! (2k+1)) exp(-x^2), x = 1/2.
double dawson_of_half() {
  double power = 0.5;
  double sum = 0.0;
  for (int k = 0; k < 20; ++k) {
    sum += power / (2 * k + 1);
    power *= 0.25 / (k + 1);
  }
  return std::exp(-0.25) * sum;
}

double mean_cosine(Index d) {  // e_d
  const bool is_odd = d % 2 == 1;
  double previous = is_odd ? 0.0 : 1.0;                                // e_{-1} (its factor is 0), e_0
  double current = is_odd ? std::exp(-0.25) : 1.0 - dawson_of_half();  // e_1, e_2
  for (Index k = is_odd ? 1 : 2; k < d; k += 2) {
    const auto a = static_cast<double>(k);
    const double next = ((2.0 * a - 1.5) * current - (a - 1.0) * previous) / a;
    previous = current;
    current = next;
  }
  return current;
}

}  // namespace

Keister::Keister(Index d)
    : Integrand(Known{[factor = power_of_pi(checked(d))](MatrixSpan<const double> x, MatrixSpan<double> y) {
                        std::array<double, 512> value;
                        for (Index first = 0; first < x.rows; first += 512) {
                          const Index last = std::min<Index>(first + 512, x.rows);
                          detail::row_sums(detail::Term::square, x.row_range(first, last), value.data());
                          const Index padded = (last - first + 7) / 8 * 8;
                          std::fill(value.begin() + (last - first), value.begin() + padded, 0.0);
                          KOROBOV_DISPATCH(scaled_cosine_of_root)(value.data(), padded, factor);
                          for (Index i = first; i < last; ++i) y(i, 0) = value[static_cast<std::size_t>(i - first)];
                        }
                      },
                      d, Gaussian(0.0, 0.5, Factor::pca, d), power_of_pi(d) * mean_cosine(d)}) {}

}  // namespace korobov
#endif
