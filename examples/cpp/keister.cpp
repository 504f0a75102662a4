// Keister's function in several dimensions, with its exact value, under each rule.
#include <cmath>
#include <iostream>

#include <korobov/korobov.hpp>

namespace kb = korobov;

int main() {
  bool all_within = true;
  for (const kb::Index d : {3, 5, 8}) {
    const kb::Keister f(d);  // brings its measure, N(0, I/2)
    const double tolerance = d == 8 ? 5e-2 : 1e-3;
    const kb::DigitalNet net = randomized(kb::Sobol(d), kb::LmsShift{}, kb::Seed{11});
    for (const kb::Rule& rule :
         {kb::Rule{kb::Automatic{}}, kb::Rule{kb::CoefficientDecay{}}, kb::Rule{kb::Replicated{}}}) {
      const kb::Result r = kb::integrate(f, net, {.abs_tol = tolerance, .rule = rule});
      const double error = std::fabs(r.value[0] - *f.exact());
      std::cout << "d = " << d << ", true error " << error << '\n' << r << "\n\n";
      all_within = all_within && error <= tolerance;
    }
  }
  return all_within ? 0 : 1;
}
