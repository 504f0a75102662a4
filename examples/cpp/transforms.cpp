// Fast transforms in the order of the points: the Walsh coefficients of a function on a net, and how they double.
#include <algorithm>
#include <cmath>
#include <complex>
#include <iostream>
#include <span>
#include <vector>

#include <korobov/korobov.hpp>

namespace kb = korobov;

int main() {
  const kb::Index n = 1 << 10;
  const auto size = static_cast<std::size_t>(n);

  // cos(2 pi x) on a one-dimensional lattice is two Fourier modes: 1 and -1, each sqrt(n) / 2.
  const std::vector<double> x = kb::Lattice(1).points({0, n});
  std::vector<double> y(size);
  std::transform(x.begin(), x.end(), y.begin(), [](double t) { return std::cos(2 * 3.141592653589793 * t); });
  std::vector<std::complex<double>> z(size);
  kb::fftbr(std::span<const double>(y), z);  // values in the order of the points, spectrum in natural order
  std::cout << "lattice: |z_1| / sqrt(n) = " << std::abs(z[1]) / std::sqrt(static_cast<double>(n)) << '\n';

  // The transform of 2n values comes from those of the two halves, so a growing set is never transformed again.
  const kb::DigitalNet net = randomized(kb::Sobol(2), kb::LmsShift{}, kb::Seed{3});
  const std::vector<double> points = net.points({0, 2 * n});
  std::vector<double> all(2 * size);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = std::exp(points[2 * i] * points[2 * i + 1]);
  std::vector<double> joined = all;
  kb::fwht(std::span(joined).first(size));
  kb::fwht(std::span(joined).last(size));
  kb::fwht_join(std::span<double>(joined));
  kb::fwht(all);

  double worst = 0;
  for (std::size_t k = 0; k < all.size(); ++k) worst = std::max(worst, std::abs(all[k] - joined[k]));
  std::cout << "net: mean " << all[0] / std::sqrt(2.0 * static_cast<double>(n)) << ", doubling differs by " << worst
            << '\n';
  return std::abs(std::abs(z[1]) / std::sqrt(static_cast<double>(n)) - 0.5) < 1e-12 && worst < 1e-12 ? 0 : 1;
}
