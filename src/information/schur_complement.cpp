#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include <korobov/core/error.hpp>
#include <korobov/information/entropy.hpp>
#include <korobov/information/schur_complement.hpp>

#include "core/sums.hpp"
#include "gram/spectral_basis.hpp"
#include "information/matrices.hpp"

namespace korobov {
namespace {

using detail::require;
using Matrix = Eigen::MatrixXd;
using Strides = Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>;
using Map = Eigen::Map<const Matrix, Eigen::Unaligned, Strides>;

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

Map map_of(MatrixSpan<const double> m) { return {m.data, m.rows, m.cols, Strides(m.col_stride, m.row_stride)}; }

void require_ridge(double ridge, bool may_be_zero) {
  require(std::isfinite(ridge) && (may_be_zero ? ridge >= 0 : ridge > 0), "ridge",
          may_be_zero ? "must be nonnegative and finite" : "must be positive and finite", ridge);
}

void require_paired(MatrixSpan<const double> phi, MatrixSpan<const double> given) {
  detail::require_finite(phi, "X");
  detail::require_finite(given, "given");
  require(phi.rows == given.rows, "given", "must have as many samples as X, " + std::to_string(phi.rows), given.rows);
}

double positive_trace(double trace, std::string_view name) {
  require(trace > 0 && std::isfinite(trace), name, "must have a positive trace", trace);
  return trace;
}

// In nats, of nonnegative eigenvalues up to rounding; 0 where they are all zero.
double entropy_of(const std::vector<double>& eigenvalues, double rounding) {
  const double largest = *std::max_element(eigenvalues.begin(), eigenvalues.end());
  if (largest <= rounding) return 0;
  return von_neumann_entropy(Spectrum(eigenvalues, static_cast<Index>(eigenvalues.size()), rounding));
}

std::vector<double> eigenvalues_of(const Matrix& m) {
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(m, Eigen::EigenvaluesOnly);
  if (solver.info() != Eigen::Success) throw NumericalError("eigenvalues: the QR iteration did not converge");
  std::vector<double> values(solver.eigenvalues().begin(), solver.eigenvalues().end());
  std::reverse(values.begin(), values.end());
  return values;
}

SchurComplement completed(std::vector<double> rest, const std::vector<double>& explained, double whole, double dof,
                          double nu) {
  SchurComplement result;
  const double rounding = 16 * static_cast<double>(rest.size()) * kEpsilon * whole;
  for (double& value : rest) value = std::max(value, 0.0);
  result.trace = detail::sum_of(rest);
  result.entropy = entropy_of(rest, rounding);
  result.value = result.trace * result.entropy;
  result.given_trace = std::max(detail::sum_of(explained), 0.0);
  result.given_entropy = entropy_of(explained, rounding);
  result.dof = dof;
  result.ridge = nu;
  result.eigenvalues = std::move(rest);
  return result;
}

// Features over 2^exponent, in which the largest is from 1 to 2: squares neither overflow nor vanish.
struct Scaled {
  Matrix m;
  int exponent = 0;
};

Scaled scaled(MatrixSpan<const double> features) {
  Scaled s{map_of(features), 0};
  const double largest = s.m.cwiseAbs().maxCoeff();
  if (largest == 0) return s;
  s.exponent = std::ilogb(largest);
  s.m = s.m.unaryExpr([&](double value) { return std::ldexp(value, -s.exponent); });
  return s;
}

MatrixSpan<const double> span_of(const Matrix& m) { return {m.data(), m.rows(), m.cols(), 1, m.rows()}; }

using Turn = Eigen::HouseholderQR<Matrix>;

// More features than samples, F (n, D), in other coordinates: F^T = Q R, and R^T (n, n) has the same products of rows.
Matrix turned_features(const Turn& qr, Index n) {
  return qr.matrixQR().topRows(n).triangularView<Eigen::Upper>().transpose();
}

Matrix on_smaller_side(Matrix m) {
  if (m.cols() <= m.rows()) return m;
  return turned_features(Turn(m.transpose()), m.rows());
}

// Ridge regression of x on t, and its factor.
struct Regression {
  Matrix gamma;  // (E, D)
  double nu = 0;
  double dof = 0;
};

[[noreturn]] void throw_singular(double features) {
  throw NumericalError("ridge: the covariance of given is singular; a ridge of " +
                       detail::shown(features * kEpsilon * 1024) + " or more is needed");
}

Regression regression(const Matrix& x, const Matrix& t, double ridge) {
  const auto n = static_cast<double>(x.rows());
  const std::vector<double> gram = detail::feature_covariance(span_of(t));
  Matrix c = Eigen::Map<const Matrix>(gram.data(), t.cols(), t.cols()) / n;
  const double trace = positive_trace(c.trace(), "given");
  Regression fit;
  fit.nu = ridge * trace;
  const Matrix covariance = c;
  c.diagonal().array() += fit.nu;
  const Eigen::LLT<Matrix> cholesky(c);
  const auto size = static_cast<double>(t.cols());
  if (cholesky.info() != Eigen::Success || cholesky.rcond() < size * kEpsilon) {
    throw_singular(size);
  }
  fit.gamma = cholesky.solve(t.transpose() * x / n);
  for (int step = 0; step < 2; ++step) {  // refinement, with residuals in the samples: as accurate as least squares
    const Matrix residual = x - t * fit.gamma;
    fit.gamma += cholesky.solve(t.transpose() * residual / n - fit.nu * fit.gamma);
  }
  fit.dof = cholesky.solve(covariance).trace();
  return fit;
}

}  // namespace

SchurComplement schur_complement_entropy(MatrixSpan<const double> phi, MatrixSpan<const double> given, double ridge) {
  require_ridge(ridge, true);
  require_paired(phi, given);
  Scaled features = scaled(phi), others = scaled(given);
  if (ridge == 0 && given.cols > given.rows) throw_singular(static_cast<double>(given.cols));
  const Matrix x = on_smaller_side(std::move(features.m)), t = on_smaller_side(std::move(others.m));
  const Regression fit = regression(x, t, ridge);
  const auto n = static_cast<double>(phi.rows);
  const Matrix part = t * fit.gamma;
  const Matrix residual = x - part;
  const Matrix shrunk = std::sqrt(fit.nu) * fit.gamma;
  const Matrix rest = residual.transpose() * residual / n + shrunk.transpose() * shrunk;
  // C_II - L = C_IT Gamma = Gamma^T (C_TT + nu I) Gamma.
  const Matrix explained = part.transpose() * part / n + shrunk.transpose() * shrunk;
  const double whole = positive_trace(x.squaredNorm() / n, "X");
  SchurComplement result = completed(eigenvalues_of(rest), eigenvalues_of(explained), whole, fit.dof, fit.nu);
  for (double* value : {&result.trace, &result.given_trace, &result.value}) {
    *value = std::ldexp(*value, 2 * features.exponent);
  }
  for (double& value : result.eigenvalues) value = std::ldexp(value, 2 * features.exponent);
  require(std::isfinite(result.trace) && std::isfinite(result.value) && std::isfinite(result.given_trace), "X",
          "must have a covariance of finite trace", result.trace);
  result.ridge = std::ldexp(fit.nu, 2 * others.exponent);
  result.eigenvalues.resize(static_cast<std::size_t>(phi.cols), 0.0);
  return result;
}

SchurComplement schur_complement_entropy_dual(MatrixSpan<const double> k, MatrixSpan<const double> given,
                                              double ridge) {
  require_ridge(ridge, false);
  detail::require_symmetric(k, "K");
  detail::require_symmetric(given, "given");
  require(k.rows == given.rows, "given", "must have as many samples as X, " + std::to_string(k.rows), given.rows);
  const auto n = static_cast<double>(k.rows);
  const Matrix ki = map_of(k), kt = map_of(given);
  const double whole = positive_trace(ki.trace() / n, "X"), trace = positive_trace(kt.trace() / n, "given");
  const double nu = ridge * trace;
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(kt);
  if (solver.info() != Eigen::Success) throw NumericalError("eigenvalues: the QR iteration did not converge");
  const Eigen::ArrayXd mu = solver.eigenvalues().array();
  require(mu.minCoeff() >= -n * kEpsilon * mu.maxCoeff(), "given", "must be positive semidefinite; least eigenvalue",
          mu.minCoeff());
  // In the eigenvectors of K_T: nu K_I and the rest of K_I / n, both scaled from both sides.
  const Matrix turned = solver.eigenvectors().transpose() * ki * solver.eigenvectors();
  const Eigen::ArrayXd positive = mu.max(0.0);
  const Eigen::ArrayXd left = (nu / (positive + n * nu)).sqrt();
  const Eigen::ArrayXd gone = (positive / (positive + n * nu) / n).sqrt();
  const Matrix rest = left.matrix().asDiagonal() * turned * left.matrix().asDiagonal();
  const Matrix explained = gone.matrix().asDiagonal() * turned * gone.matrix().asDiagonal();
  const double dof = (positive / (positive + n * nu)).sum();
  return completed(eigenvalues_of(rest), eigenvalues_of(explained), whole, dof, nu);
}

SchurComplement structured_schur_complement_entropy(const AnyPointSet& points, const AnyKernel& kernel,
                                                    const AnyKernel& given, Index n, double ridge) {
  require_ridge(ridge, false);
  const Spectrum of_given = structured_spectrum(points, given, n);  // checks, and the trace
  structured_spectrum(points, kernel, n);
  const detail::SpectralBasis basis(points, n);
  const auto size = static_cast<std::size_t>(n);
  const auto eigenvalues = [&](const AnyKernel& k) {
    std::vector<double> column(size), lambda(size);
    const double c = detail::first_column(points, k, {0, n}, column);
    basis.eigenvalues(column, lambda);
    lambda.front() += static_cast<double>(n) * c;
    for (double& value : lambda) value = std::max(value, 0.0);
    return lambda;
  };
  const auto samples = static_cast<double>(n);
  const double nu = ridge * of_given.trace() / samples;
  std::vector<double> rest = eigenvalues(kernel), explained(size);
  const std::vector<double> mu = eigenvalues(given);
  double dof = 0;
  const double whole = detail::sum_of(rest) / samples;
  for (std::size_t i = 0; i < size; ++i) {
    const double share = mu[i] / (mu[i] + samples * nu);
    explained[i] = rest[i] / samples * share;
    rest[i] *= nu / (mu[i] + samples * nu);
    dof += share;
  }
  std::sort(rest.begin(), rest.end(), std::greater<>());
  return completed(std::move(rest), explained, whole, dof, nu);
}

std::vector<double> prompt_map(MatrixSpan<const double> phi, MatrixSpan<const double> given, double ridge) {
  require_ridge(ridge, true);
  require_paired(phi, given);
  const Scaled features = scaled(phi), others = scaled(given);
  const Matrix &x = features.m, &t = others.m;
  Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> gamma;
  if (t.cols() <= t.rows() || ridge == 0) {
    gamma = regression(x, t, ridge).gamma;
  } else {
    const Turn qr(t.transpose());
    Matrix wide = Matrix::Zero(t.cols(), x.cols());
    wide.topRows(t.rows()) = regression(x, turned_features(qr, t.rows()), ridge).gamma;
    gamma = qr.householderQ() * wide;
  }
  const int exponent = features.exponent - others.exponent;
  for (double& value : gamma.reshaped()) value = std::ldexp(value, exponent);
  return {gamma.data(), gamma.data() + gamma.size()};
}

void remove_prompt(MatrixSpan<const double> phi, MatrixSpan<const double> given, MatrixSpan<const double> gamma,
                   MatrixSpan<double> out) {
  require_paired(phi, given);
  require(gamma.rows == given.cols, "given", "must have the columns that were fitted, " + std::to_string(gamma.rows),
          given.cols);
  require(gamma.cols == phi.cols, "X", "must have the columns that were fitted, " + std::to_string(gamma.cols),
          phi.cols);
  require(out.rows == phi.rows && out.cols == phi.cols, "out", "must have the shape of X", out.rows);
  const Matrix rest = map_of(phi) - map_of(given) * map_of(gamma);
  for (Index i = 0; i < out.rows; ++i) {
    for (Index j = 0; j < out.cols; ++j) out(i, j) = rest(i, j);
  }
}

}  // namespace korobov
