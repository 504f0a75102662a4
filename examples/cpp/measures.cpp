// Measures and integrands: the map from the cube, a payoff of one's own under geometric Brownian motion, and the named
// problems with their exact values.
#include <algorithm>
#include <cmath>
#include <iostream>
#include <span>
#include <vector>

#include <korobov/korobov.hpp>

namespace kb = korobov;

int main() {
  // A correlated Gaussian vector from points of the open cube; the first coordinate carries the most variance.
  const std::vector<double> c{2.0, 0.6, 0.6, 1.0};
  const kb::Gaussian gaussian({1.0, -1.0}, kb::MatrixSpan<const double>(c.data(), 2, 2));
  const kb::DigitalNet net = randomized(kb::Sobol(2), kb::LmsShift{}, kb::Seed{5});
  const kb::Index n = 1 << 14;
  std::vector<double> x(2 * n);
  const kb::MatrixSpan<double> points(x.data(), n, 2);
  net.fill({0, n}, points, kb::Endpoint::open);
  gaussian.transform(points, points);  // in place
  double covariance = 0;
  for (kb::Index i = 0; i < n; ++i) covariance += (points(i, 0) - 1) * (points(i, 1) + 1) / static_cast<double>(n);
  std::cout << gaussian.description() << "\n  sample covariance " << covariance << ", exact 0.6\n";

  // A payoff of one's own: the best of twelve month-end prices, in units of the first price.
  std::vector<double> months;
  for (int j = 1; j <= 12; ++j) months.push_back(j / 12.0);
  const kb::GeometricBrownianMotion prices(months, {.rate = 0.05, .volatility = 0.2, .factor = kb::PathFactor::bridge});
  const auto best = kb::pointwise([](std::span<const double> s) { return *std::max_element(s.begin(), s.end()); });
  std::cout << "E max of the monthly prices: " << kb::integrate(best.with_measure(prices), {.abs_tol = 1e-3}) << '\n';

  // Named problems know their measure and, where there is one, their exact value.
  bool all_within = std::abs(covariance - 0.6) < 1e-2;
  const kb::AsianOption asian(52, {.mean = kb::PathMean::geometric});
  for (const kb::Integrand& f :
       {kb::Integrand(kb::Keister(3)), kb::Integrand(kb::EuropeanOption()), kb::Integrand(asian)}) {
    const kb::Result r =
        kb::integrate(f, randomized(kb::Sobol(*f.dimension()), kb::LmsShift{}, kb::Seed{7}), {.abs_tol = 1e-2});
    std::cout << "d = " << *f.dimension() << ": " << r.value[0] << " +- " << r.error_bound[0] << ", exact "
              << *f.exact() << '\n';
    all_within = all_within && std::abs(r.value[0] - *f.exact()) <= 1e-2;
  }
  return all_within ? 0 : 1;
}
