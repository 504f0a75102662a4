// An Integration owns its progress: stop at a budget, go on to a tighter tolerance, watch every doubling, survive an
// exception of the integrand. Nothing is evaluated twice.
#include <cmath>
#include <iostream>
#include <stdexcept>

#include <korobov/korobov.hpp>

namespace kb = korobov;

int main() {
  const kb::Keister keister(4);
  kb::Index evaluations = 0;
  bool may_fail = true;
  // The same function, counted, and with an accident on the way.
  const auto f = kb::Integrand([&](kb::MatrixSpan<const double> x, kb::MatrixSpan<double> y) {
                   if (may_fail && evaluations > 10000) throw std::runtime_error("the licence server is away");
                   keister.evaluate(x, y);
                   evaluations += x.rows;
                 }).with_measure(*keister.measure());
  const kb::DigitalNet net = randomized(kb::Sobol(4), kb::LmsShift{}, kb::Seed{8});

  kb::Options options{.abs_tol = 1e-2};
  options.callback = [](const kb::Result& r) {
    std::cout << "  n = " << r.n << ": " << r.value[0] << " +- " << r.error_bound[0] << '\n';
    return r.seconds > 60;  // true cancels
  };
  kb::Integration run(f, net, options);
  std::cout << "to 1e-2\n";
  run.run();
  std::cout << "to 1e-4\n";
  run.tighten(1e-4);
  try {
    run.run();
  } catch (const std::runtime_error& error) {
    std::cout << "  " << error.what() << ", so far " << run.result().n << " points\n";
  }
  may_fail = false;
  const kb::Result r = run.run();
  std::cout << r << '\n';
  const kb::Result direct = kb::integrate(keister, net, {.abs_tol = 1e-4});
  const bool is_good = r.value == direct.value && r.n == direct.n && evaluations == r.n &&
                       std::fabs(r.value[0] - *keister.exact()) <= 1e-4;
  return is_good ? 0 : 1;
}
