// Emulates the borehole function, eight inputs, from 2^12 and 2^16 runs, and compares the error bars with the truth.
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

struct Comparison {
  double rms = 0;        // error at points of its own
  double said = 0;       // root mean variance there
  double deviation = 0;  // of the runs
  double inside = 0;     // share of 95 % intervals that hold the truth
};

Comparison emulate(kb::Index n) {
  const kb::Index m = 200;
  const kb::Lattice points = kb::randomized(kb::Lattice(8), kb::Shift{}, kb::Seed{7});
  std::vector<double> u = points.points({0, n});
  for (double& v : u) v = 1 - std::fabs(1 - 2 * v);
  std::vector<double> y;
  double mean = 0;
  for (kb::Index i = 0; i < n; ++i) y.push_back(borehole(u.data() + 8 * i));
  for (const double v : y) mean += v / static_cast<double>(n);
  Comparison result;
  for (double& v : y) {
    v -= mean;
    result.deviation += v * v / static_cast<double>(n);
  }
  result.deviation = std::sqrt(result.deviation);

  kb::GaussianProcess gp(points, kb::ShiftInvariantKernel(8, {.alpha = 1.0, .weights = 0.1}), 1e-3);
  gp.fit(kb::MatrixSpan<const double>(y.data(), n, 1), {.restarts = 0});

  const std::vector<double> x = kb::IID(8, kb::Seed{1}).points({0, m});
  std::vector<double> half = x;
  for (double& v : half) v /= 2;
  std::vector<double> predicted(m);
  std::vector<double> variance(m);
  gp.predict(kb::MatrixSpan<const double>(half.data(), m, 8), kb::MatrixSpan<double>(predicted.data(), m, 1), variance);
  for (kb::Index i = 0; i < m; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const double error = mean + predicted[at] - borehole(x.data() + 8 * i);
    result.rms += error * error / static_cast<double>(m);
    result.said += variance[at] / static_cast<double>(m);
    if (std::fabs(error) < 1.959964 * std::sqrt(variance[at])) result.inside += 1 / static_cast<double>(m);
  }
  result.rms = std::sqrt(result.rms);
  result.said = std::sqrt(result.said);
  return result;
}

int main() {
  const Comparison few = emulate(1 << 12);
  const Comparison many = emulate(1 << 16);
  for (const Comparison& c : {few, many}) {
    std::cout << "rms error " << c.rms << " of a deviation of " << c.deviation << ", error bars say " << c.said
              << ", 95 % intervals hold " << 100 * c.inside << " %\n";
  }
  const bool holds = few.inside > 0.9 && many.inside > 0.9;
  return holds && few.rms < 0.1 * few.deviation && many.rms < 0.3 * few.rms ? 0 : 1;
}
