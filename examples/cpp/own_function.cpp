// A function of one's own, on a net chosen for it, to a relative tolerance.
#include <cmath>
#include <iostream>

#include <korobov/korobov.hpp>

namespace kb = korobov;

int main() {
  const auto f = kb::pointwise([](std::span<const double> x) { return std::exp(-x[0] * x[0] - 2 * x[1]); });
  const auto r = kb::integrate(f, {.rel_tol = 1e-5, .measure = kb::Uniform(0.0, 2.0, 2)});
  std::cout << r << '\n';
  const double exact = std::sqrt(std::acos(-1.0)) / 2 * std::erf(2.0) * (1 - std::exp(-4.0)) / 2 / 4;
  return std::fabs(r.value[0] - exact) <= 1e-5 * exact ? 0 : 1;
}
