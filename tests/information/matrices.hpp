// Matrices that the tests of kernel information are made of.
#pragma once

#include <Eigen/Dense>
#include <cmath>
#include <vector>

#include <korobov/core/seed.hpp>
#include <korobov/core/types.hpp>

#include "support/random_points.hpp"

using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

inline korobov::MatrixSpan<const double> view(const RowMatrix& m) { return {m.data(), m.rows(), m.cols()}; }

inline RowMatrix random_matrix(korobov::Index rows, korobov::Index cols, std::uint64_t seed) {
  const auto u = random_points(rows, cols, korobov::Seed{seed});
  RowMatrix m(rows, cols);
  for (korobov::Index i = 0; i < m.size(); ++i) m.data()[i] = 2 * u[static_cast<std::size_t>(i)] - 1;
  return m;
}

// exp(-gamma |x_i - x_j|^2) of rows.
inline RowMatrix gaussian_gram(const RowMatrix& x, double gamma) {
  RowMatrix k(x.rows(), x.rows());
  for (korobov::Index i = 0; i < x.rows(); ++i) {
    for (korobov::Index j = 0; j < x.rows(); ++j) k(i, j) = std::exp(-gamma * (x.row(i) - x.row(j)).squaredNorm());
  }
  return k;
}

inline double log_det(const RowMatrix& m) { return m.colPivHouseholderQr().logAbsDeterminant(); }
