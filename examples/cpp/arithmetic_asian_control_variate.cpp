// An arithmetic Asian call has no closed form, the geometric one has, and the two are nearly the same function of the
// path: f - beta (g - E g) is what is left to integrate, beta fitted to the points.
#include <cmath>
#include <iostream>

#include <korobov/korobov.hpp>

namespace kb = korobov;

int main() {
  const kb::AsianOption f(52);
  const kb::AsianOption g(52, {.mean = kb::PathMean::geometric});
  const kb::DigitalNet net = randomized(kb::Sobol(52), kb::LmsShift{}, kb::Seed{5});
  kb::Options options{.abs_tol = 1e-3};
  const kb::Result plain = kb::integrate(f, net, options);
  options.control_variates = kb::ControlVariates{g, {*g.exact()}};
  const kb::Result controlled = kb::integrate(f, net, options);
  std::cout << "without " << plain << "\nwith " << controlled << '\n';
  const double gap = std::fabs(plain.value[0] - controlled.value[0]);
  const bool is_good = 2 * controlled.n <= plain.n && gap <= plain.error_bound[0] + controlled.error_bound[0];
  return is_good ? 0 : 1;
}
