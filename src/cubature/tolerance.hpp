// The hybrid tolerance eps(s) = max(abs, |s| rel) and what follows from it (integration.hpp).
#ifndef KOROBOV_SRC_CUBATURE_TOLERANCE_HPP
#define KOROBOV_SRC_CUBATURE_TOLERANCE_HPP

#include <algorithm>
#include <cmath>

namespace korobov::detail {

struct Interval {
  double lower = 0;
  double upper = 0;
};

// Bounds are roots of sums of squares, and squares of less than 1e-154 are no doubles: every interval is that much
// wider, but for that of f = 0.
inline constexpr double least_bound = 1e-150;
inline Interval visible(Interval s) {
  return s.lower == 0 && s.upper == 0 ? s : Interval{s.lower - least_bound, s.upper + least_bound};
}

struct Tolerance {
  double absolute = 0;
  double relative = 0;

  double operator()(double s) const { return std::max(absolute, std::fabs(s) * relative); }
  bool is_met(Interval given) const {
    const Interval s = visible(given);
    return s.upper - s.lower <= (*this)(s.lower) + (*this)(s.upper);
  }
  // Inside the interval, because eps changes by less than s does.
  double answer(Interval s) const {
    const double value = s.lower + (s.upper - s.lower) / 2 + ((*this)(s.lower) - (*this)(s.upper)) / 2;
    return std::clamp(value, s.lower, s.upper);
  }
};

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_CUBATURE_TOLERANCE_HPP
