// The matrix A of a Gaussian measure x = mean + A z, read off its transform: column k is x(z = e_k) - x(z = 0).
#pragma once

#include <vector>

#include <korobov/measures/measure.hpp>

// (d, d), row by row. Phi(1) is the u that gives z = 1.
inline std::vector<double> implied_factor(const korobov::Measure& measure) {
  using korobov::Index;
  const Index d = measure.dimension();
  const auto size = static_cast<std::size_t>(d);
  std::vector<double> u(size * (size + 1), 0.5);
  for (std::size_t k = 0; k < size; ++k) u[k * size + k] = 0.84134474606854294859;
  std::vector<double> x(u.size());
  measure.transform({u.data(), d + 1, d}, {x.data(), d + 1, d});
  std::vector<double> a(size * size);
  for (std::size_t k = 0; k < size; ++k) {
    for (std::size_t j = 0; j < size; ++j) a[j * size + k] = x[k * size + j] - x[size * size + j];
  }
  return a;
}

// A A^T, row by row.
inline std::vector<double> implied_covariance(const korobov::Measure& measure) {
  const auto a = implied_factor(measure);
  const auto d = static_cast<std::size_t>(measure.dimension());
  std::vector<double> c(d * d);
  for (std::size_t i = 0; i < d; ++i) {
    for (std::size_t j = 0; j < d; ++j) {
      for (std::size_t k = 0; k < d; ++k) c[i * d + j] += a[i * d + k] * a[j * d + k];
    }
  }
  return c;
}
