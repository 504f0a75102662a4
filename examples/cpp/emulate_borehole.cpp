// Emulates the borehole function, eight inputs, from 2^12 runs, and compares the error bars with the truth.
//
// The flow of water through a borehole between two aquifers (Harper and Gupta 1983), as a function on the cube. It is
// not periodic, so the process models f(tent(u)), which is, with a kink: smoothness 1. The point u = x / 2 stands for
// x.
#include <cmath>
#include <iostream>
#include <numbers>
#include <vector>

#include <korobov/korobov.hpp>

namespace kb = korobov;

double borehole(const double* u) {
  constexpr double low[] = {0.05, 100, 63070, 990, 63.1, 700, 1120, 9855};
  constexpr double high[] = {0.15, 50000, 115600, 1110, 116, 820, 1680, 12045};
  double x[8];
  for (int j = 0; j < 8; ++j) x[j] = low[j] + (high[j] - low[j]) * u[j];
  const double log_ratio = std::log(x[1] / x[0]);
  return 2 * std::numbers::pi * x[2] * (x[3] - x[5]) /
         (log_ratio * (1 + x[2] / x[4]) + 2 * x[6] * x[2] / (x[0] * x[0] * x[7]));
}

int main() {
  const kb::Index n = 1 << 12;
  const kb::Index m = 500;
  const kb::Lattice points = kb::randomized(kb::Lattice(8), kb::Shift{}, kb::Seed{7});
  std::vector<double> u = points.points({0, n});
  for (double& v : u) v = 1 - std::fabs(1 - 2 * v);
  std::vector<double> y;
  double mean = 0;
  for (kb::Index i = 0; i < n; ++i) y.push_back(borehole(u.data() + 8 * i));
  for (const double v : y) mean += v / static_cast<double>(n);
  double deviation = 0;
  for (double& v : y) {
    v -= mean;
    deviation += v * v / static_cast<double>(n);
  }
  deviation = std::sqrt(deviation);

  kb::GaussianProcess gp(points, kb::ShiftInvariantKernel(8, {.alpha = 1.0}), 1e-3);
  gp.fit(kb::MatrixSpan<const double>(y.data(), n, 1));

  const std::vector<double> x = kb::IID(8, kb::Seed{1}).points({0, m});
  std::vector<double> half = x;
  for (double& v : half) v /= 2;
  std::vector<double> predicted(m);
  std::vector<double> variance(m);
  gp.predict(kb::MatrixSpan<const double>(half.data(), m, 8), kb::MatrixSpan<double>(predicted.data(), m, 1), variance);
  double square = 0;
  int inside = 0;
  for (kb::Index i = 0; i < m; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const double error = mean + predicted[at] - borehole(x.data() + 8 * i);
    square += error * error / static_cast<double>(m);
    if (std::fabs(error) < 1.959964 * std::sqrt(variance[at])) ++inside;
  }
  std::cout << "rms error " << std::sqrt(square) << " of a deviation of " << deviation << ", 95 % intervals hold "
            << 100.0 * inside / static_cast<double>(m) << " %\n";
  return std::sqrt(square) < 0.1 * deviation && inside > 450 ? 0 : 1;
}
