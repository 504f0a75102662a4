// The shortest use: an integral over the unit cube, to a tolerance.
#include <cmath>
#include <iostream>

#include <korobov/korobov.hpp>

namespace kb = korobov;

int main() {
  const auto f = kb::pointwise([](std::span<const double> x) { return std::cos(x[0] * x[1] + x[2]); });
  const auto net = kb::randomized(kb::Sobol(3), kb::LmsShift{}, kb::Seed{7});
  const kb::Result r = kb::integrate(f, net, {.abs_tol = 1e-6});
  std::cout << r << '\n';  // value, error bound, points used, seconds, why it stopped
  return r.status == kb::Status::converged ? 0 : 1;
}
