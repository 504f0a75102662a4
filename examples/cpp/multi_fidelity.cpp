// Many cheap runs and few dear ones: a process of two tasks against one of the dear runs alone.
#include <cmath>
#include <iostream>
#include <numbers>
#include <vector>

#include <korobov/korobov.hpp>

namespace kb = korobov;

constexpr double kTurn = 2 * std::numbers::pi;

double cheap(const double* x) { return std::exp(std::sin(kTurn * x[0])) + 0.3 * std::cos(kTurn * x[1]); }
double dear(const double* x) { return 1.4 * cheap(x) + 0.2 * std::cos(kTurn * x[0]); }

std::vector<double> values(double (*f)(const double*), const kb::AnyPointSet& points, kb::Index n) {
  const std::vector<double> x = points.points({0, n});
  std::vector<double> y;
  for (kb::Index i = 0; i < n; ++i) y.push_back(f(x.data() + 2 * i));
  return y;
}

int main() {
  // Shifted copies of one lattice, powers of two: everything is transforms.
  const kb::ShiftInvariantKernel kernel(2, {.alpha = 2.0});
  const kb::Lattice a = kb::randomized(kb::Lattice(2), kb::Shift{}, kb::Seed{3});
  const kb::Lattice b = kb::randomized(kb::Lattice(2), kb::Shift{}, kb::Seed{4});
  const std::vector<double> few = values(dear, b, 8);
  kb::MultitaskGaussianProcess both({a, b}, kernel);
  both.fit({values(cheap, a, 128), few});
  kb::GaussianProcess alone(b, kernel);
  alone.fit(kb::MatrixSpan<const double>(few.data(), 8, 1));

  const kb::Index m = 400;
  const kb::IID points(2, kb::Seed{1});
  const std::vector<double> x = points.points({0, m});
  const std::vector<double> truth = values(dear, points, m);
  const kb::MatrixSpan<const double> at(x.data(), m, 2);
  std::vector<double> mean(m);
  std::vector<double> variance(m);
  std::vector<double> mean_alone(m);
  both.predict(at, 1, mean, variance);
  alone.predict(at, kb::MatrixSpan<double>(mean_alone.data(), m, 1), {});
  double error = 0;
  double error_alone = 0;
  kb::Index inside = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    error += std::pow(mean[i] - truth[i], 2) / static_cast<double>(m);
    error_alone += std::pow(mean_alone[i] - truth[i], 2) / static_cast<double>(m);
    if (std::fabs(mean[i] - truth[i]) < 3 * std::sqrt(variance[i])) ++inside;
  }
  std::vector<double> integrals(2);
  std::vector<double> covariance(4);
  both.integral(integrals, kb::MatrixSpan<double>(covariance.data(), 2, 2));
  const auto t = both.multitask_kernel().task_covariance();
  std::cout << "rms error with the cheap runs " << std::sqrt(error) << ", without " << std::sqrt(error_alone) << '\n'
            << "correlation of the tasks " << t(0, 1) / std::sqrt(t(0, 0) * t(1, 1)) << '\n'
            << "integral of the dear task " << integrals[1] << " +- " << std::sqrt(covariance[3]) << '\n';
  const double exact = 1.4 * 1.2660658777520084;  // the Bessel function I_0(1)
  const bool holds = std::fabs(integrals[1] - exact) < 4 * std::sqrt(covariance[3]);
  return both.is_structured() && error < 0.25 * error_alone && 10 * inside > 9 * m && holds ? 0 : 1;
}
