// Bayesian cubature beside the decay rule: a credible interval from a Gaussian process whose kernel matches the points.
#include <cmath>
#include <iostream>

#include <korobov/korobov.hpp>

namespace kb = korobov;

int main() {
  bool is_good = true;
  const kb::Keister keister(3);
  const kb::Lattice lattice = randomized(kb::Lattice(3), kb::Shift{}, kb::Seed{7});
  for (const kb::Rule& rule : {kb::Rule{kb::Bayesian{}}, kb::Rule{kb::CoefficientDecay{}}}) {
    const kb::Result r = kb::integrate(keister, lattice, {.abs_tol = 5e-3, .rule = rule});
    std::cout << r << '\n';
    is_good = is_good && std::fabs(r.value[0] - *keister.exact()) <= 5e-3;
  }

  // A kernel of one's own: order 1, and a weight per dimension, which says that the later ones matter less.
  const auto f = kb::pointwise([](std::span<const double> x) { return std::exp(-x[0] - x[1] / 3 - x[2] / 9) - 1; });
  const kb::ShiftInvariantKernel kernel(3, {.alpha = 1.0, .weights = {1, 0.1, 0.01}});
  const kb::Bayesian rule{.kernel = kernel, .criterion = kb::Bayesian::Criterion::gcv};
  const kb::Result own = kb::integrate(f, lattice, {.abs_tol = 1e-4, .rule = rule});
  std::cout << own << '\n';
  const double exact = (1 - std::exp(-1.0)) * 3 * (1 - std::exp(-1.0 / 3)) * 9 * (1 - std::exp(-1.0 / 9)) - 1;
  is_good = is_good && own.value[0] < 0 && std::fabs(own.value[0] - exact) <= 1e-4;

  // A kink has coefficients that no smooth kernel gives: the result says so.
  const auto kink = kb::pointwise([](std::span<const double> x) { return std::max(0.0, x[0] + x[1] + x[2] - 1.5); });
  const kb::Result misfit = kb::integrate(kink, lattice, {.abs_tol = 1e-3, .rule = kb::Bayesian{}});
  std::cout << misfit << '\n';
  return is_good && !misfit.caveats.empty() ? 0 : 1;
}
