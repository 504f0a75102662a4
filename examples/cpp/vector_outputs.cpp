// Several integrals of the same points: prices of Asian calls at five strikes. All are sampled together; each has its
// own interval, and the run ends when all have met the tolerance.
#include <algorithm>
#include <array>
#include <cmath>
#include <iostream>

#include <korobov/korobov.hpp>

namespace kb = korobov;

int main() {
  constexpr std::array strikes{90.0, 95.0, 100.0, 105.0, 110.0};
  constexpr kb::Index dates = 12;
  const kb::AsianOption option(dates, {.mean = kb::PathMean::geometric});  // for its measure, the log price
  const auto f = kb::Integrand(
                     [&](kb::MatrixSpan<const double> x, kb::MatrixSpan<double> y) {
                       for (kb::Index i = 0; i < x.rows; ++i) {
                         double log_mean = 0;
                         for (kb::Index j = 0; j < dates; ++j) log_mean += x(i, j) / dates;
                         for (std::size_t k = 0; k < strikes.size(); ++k)
                           y(i, static_cast<kb::Index>(k)) =
                               std::exp(-0.05) * std::max(std::exp(log_mean) - strikes[k], 0.0);
                       }
                     },
                     strikes.size())
                     .with_measure(*option.measure());
  const kb::Result r = kb::integrate(f, randomized(kb::Sobol(dates), kb::LmsShift{}, kb::Seed{4}), {.abs_tol = 2e-3});
  std::cout << r << '\n';
  bool all_within = r.status == kb::Status::converged;
  for (std::size_t k = 0; k < strikes.size(); ++k) {
    const kb::AsianOption exact(dates, {.mean = kb::PathMean::geometric, .strike = strikes[k]});
    all_within = all_within && std::fabs(r.value[k] - *exact.exact()) <= 2e-3;
  }
  return all_within ? 0 : 1;
}
