#include <algorithm>
#include <cmath>
#include <numbers>

#include <korobov/core/error.hpp>
#include <korobov/cubature/periodization.hpp>

namespace korobov {
namespace {

constexpr double pi = std::numbers::pi;

struct Map {
  double x;
  double derivative;
};

// psi is symmetric, psi(1 - t) = 1 - psi(t). Both factors of the derivatives are exact near 0 and 1.
Map c0(double t) {
  const double s = 1 - t;
  return {t * t * (3 - 2 * t), 6 * t * s};
}
Map c1(double t) {
  const double s = 1 - t;
  return {t * t * t * (10 - 15 * t + 6 * t * t), 30 * t * t * s * s};
}
// Derivatives are powers of sin(pi t): no cancellation where they vanish.
Map c1sin(double t) {
  const double s = std::sin(pi * t);
  return {t - std::sin(2 * pi * t) / (2 * pi), 2 * s * s};
}
Map c2sin(double t) {
  const double s = std::sin(pi * t);
  return {(8 - 9 * std::cos(pi * t) + std::cos(3 * pi * t)) / 16, 0.75 * pi * s * s * s};
}
Map c3sin(double t) {
  const double s = std::sin(pi * t);
  const double square = s * s;
  return {(12 * pi * t - 8 * std::sin(2 * pi * t) + std::sin(4 * pi * t)) / (12 * pi), 8.0 / 3.0 * square * square};
}

// Rounding may carry psi to 0 or 1, or past them; the outermost points of the open form are 2^-53 and 1 - 2^-53.
double kept_inside(double x) { return std::clamp(x, 0x1p-53, 1 - 0x1p-53); }

template <class Psi>
void change_variables(Psi psi, MatrixSpan<double> u, std::span<double> weight) {
  for (Index i = 0; i < u.rows; ++i) {
    double product = 1;
    for (Index j = 0; j < u.cols; ++j) {
      const Map map = psi(u(i, j));
      u(i, j) = kept_inside(map.x);
      product *= map.derivative;
    }
    weight[static_cast<std::size_t>(i)] = product;
  }
}

// Points of the open form are odd multiples of 2^-53, so the tent reaches neither 0 nor 1.
void tent(MatrixSpan<double> u) {
  if (u.is_contiguous()) {
    double* const t = u.data;
    const Index count = u.rows * u.cols;
    for (Index i = 0; i < count; ++i) t[i] = 1 - std::fabs(1 - 2 * t[i]);
    return;
  }
  for (Index i = 0; i < u.rows; ++i)
    for (Index j = 0; j < u.cols; ++j) u(i, j) = 1 - std::fabs(1 - 2 * u(i, j));
}

}  // namespace

std::string_view to_string(Periodization periodization) noexcept {
  switch (periodization) {
    case Periodization::automatic:
      return "auto";
    case Periodization::none:
      return "none";
    case Periodization::baker:
      return "baker";
    case Periodization::c0:
      return "c0";
    case Periodization::c1:
      return "c1";
    case Periodization::c1sin:
      return "c1sin";
    case Periodization::c2sin:
      return "c2sin";
    case Periodization::c3sin:
      return "c3sin";
  }
  return "unknown";
}

void periodize(Periodization periodization, MatrixSpan<double> u, std::span<double> weight) {
  const bool is_weighted = periodization != Periodization::none && periodization != Periodization::baker;
  detail::require(static_cast<Index>(weight.size()) == u.rows || (weight.empty() && !is_weighted), "weight",
                  "must have one entry per row of u", weight.size());
  switch (periodization) {
    case Periodization::none:
    case Periodization::baker:
      if (periodization == Periodization::baker) tent(u);
      std::fill(weight.begin(), weight.end(), 1.0);
      return;
    case Periodization::c0:
      return change_variables(c0, u, weight);
    case Periodization::c1:
      return change_variables(c1, u, weight);
    case Periodization::c1sin:
      return change_variables(c1sin, u, weight);
    case Periodization::c2sin:
      return change_variables(c2sin, u, weight);
    case Periodization::c3sin:
      return change_variables(c3sin, u, weight);
    case Periodization::automatic:
      break;
  }
  detail::require(false, "periodization", "must be one that maps points (none, baker, c0, ..., c3sin)",
                  to_string(periodization));
}

}  // namespace korobov
