// Gaussian processes by dense matrices in extended precision: what the structured ones are compared with.
#pragma once

#include <cmath>
#include <numbers>
#include <vector>

#include <korobov/generators/point_set.hpp>
#include <korobov/kernels/kernel.hpp>

using LongVector = std::vector<long double>;

struct LongMatrix {
  std::size_t n = 0;
  LongVector a{};  // (n, n)
  long double& operator()(std::size_t i, std::size_t j) { return a[i * n + j]; }
  long double operator()(std::size_t i, std::size_t j) const { return a[i * n + j]; }
};

// k(x_i, z_j) as the kernel gives it, (x.rows, z.rows).
inline std::vector<double> cross_of(const korobov::AnyKernel& kernel, const std::vector<korobov::Word>& x,
                                    const std::vector<korobov::Word>& z, korobov::Index d) {
  const auto rows = static_cast<korobov::Index>(x.size()) / d;
  const auto cols = static_cast<korobov::Index>(z.size()) / d;
  std::vector<double> k(static_cast<std::size_t>(rows * cols));
  kernel.cross(korobov::MatrixSpan<const korobov::Word>(x.data(), rows, d),
               korobov::MatrixSpan<const korobov::Word>(z.data(), cols, d),
               korobov::MatrixSpan<double>(k.data(), rows, cols));
  return k;
}

inline LongMatrix gram_of(const korobov::AnyKernel& kernel, const std::vector<korobov::Word>& x, korobov::Index d,
                          double noise) {
  const auto k = cross_of(kernel, x, x, d);
  LongMatrix a{x.size() / static_cast<std::size_t>(d), LongVector(k.begin(), k.end())};
  for (std::size_t i = 0; i < a.n; ++i) a(i, i) += noise;
  return a;
}

// Lower Cholesky factor.
inline LongMatrix cholesky(LongMatrix a) {
  for (std::size_t j = 0; j < a.n; ++j) {
    for (std::size_t i = j; i < a.n; ++i) {
      long double sum = a(i, j);
      for (std::size_t k = 0; k < j; ++k) sum -= a(i, k) * a(j, k);
      a(i, j) = i == j ? std::sqrt(sum) : sum / a(j, j);
    }
    for (std::size_t i = 0; i < j; ++i) a(i, j) = 0;
  }
  return a;
}

inline LongVector forward_solve(const LongMatrix& l, LongVector b) {
  for (std::size_t i = 0; i < l.n; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= l(i, k) * b[k];
    b[i] /= l(i, i);
  }
  return b;
}

inline LongVector solve(const LongMatrix& l, LongVector b) {
  b = forward_solve(l, std::move(b));
  for (std::size_t i = l.n; i-- > 0;) {
    for (std::size_t k = i + 1; k < l.n; ++k) b[i] -= l(k, i) * b[k];
    b[i] /= l(i, i);
  }
  return b;
}

inline long double dot(const LongVector& a, const LongVector& b) {
  long double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

inline long double log_likelihood(const LongMatrix& l, const LongVector& y) {
  const auto half = forward_solve(l, y);
  long double value = dot(half, half) + static_cast<long double>(l.n) * std::log(2 * std::numbers::pi_v<long double>);
  for (std::size_t i = 0; i < l.n; ++i) value += 2 * std::log(l(i, i));
  return -value / 2;
}
