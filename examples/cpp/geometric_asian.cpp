// A geometric Asian call, 52 weekly dates, against its closed form: three ways to build the path, two point sets.
#include <cmath>
#include <iostream>

#include <korobov/korobov.hpp>

namespace kb = korobov;

int main() {
  constexpr double tolerance = 5e-3;
  bool all_within = true;
  for (const kb::PathFactor factor : {kb::PathFactor::pca, kb::PathFactor::bridge, kb::PathFactor::cholesky}) {
    const kb::AsianOption f(52, {.mean = kb::PathMean::geometric, .volatility = 0.5, .factor = factor});
    const kb::AnyPointSet sets[] = {randomized(kb::Lattice(52), kb::Shift{}, kb::Seed{3}),
                                    randomized(kb::Sobol(52), kb::LmsShift{}, kb::Seed{3})};
    for (const kb::AnyPointSet& points : sets) {
      const kb::Result r = kb::integrate(f, points, {.abs_tol = tolerance});
      const double error = std::fabs(r.value[0] - *f.exact());
      std::cout << points.description() << ": " << r.value[0] << " +- " << r.error_bound[0] << ", true error " << error
                << ", points " << r.n << '\n';
      all_within = all_within && error <= tolerance;
    }
  }
  return all_within ? 0 : 1;
}
