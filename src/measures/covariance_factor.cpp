#include "measures/covariance_factor.hpp"

#include <Eigen/Dense>
#include <cmath>
#include <limits>

#include <korobov/core/error.hpp>

namespace korobov::detail {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Solver = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>;

// The solver's eigenvalues are exact for a matrix within a small multiple of d eps lambda_max of C.
void check_semidefinite(const Eigen::VectorXd& eigenvalues) {
  const double largest = eigenvalues.cwiseAbs().maxCoeff();
  const double rounding =
      8.0 * static_cast<double>(eigenvalues.size()) * std::numeric_limits<double>::epsilon() * largest;
  require(eigenvalues.minCoeff() >= -rounding, "covariance", "must be positive semidefinite, all eigenvalues >= 0",
          eigenvalues.minCoeff());
}

Solver eigen_decomposition(const Eigen::Map<const Matrix>& c, int wanted) {
  Solver solver(c, wanted);
  if (solver.info() != Eigen::Success) throw NumericalError("covariance: the eigenvalue iteration did not converge");
  check_semidefinite(solver.eigenvalues());
  return solver;
}

void principal_components(const Eigen::Map<const Matrix>& c, Eigen::Map<Matrix>& a) {
  const auto solver = eigen_decomposition(c, Eigen::ComputeEigenvectors);
  const Eigen::VectorXd lengths = solver.eigenvalues().cwiseMax(0.0).cwiseSqrt();
  a = (solver.eigenvectors() * lengths.asDiagonal()).rowwise().reverse();  // the solver's eigenvalues increase
}

void cholesky(const Eigen::Map<const Matrix>& c, Eigen::Map<Matrix>& a) {
  const Eigen::Index d = c.rows();
  const double rounding = static_cast<double>(d) * std::numeric_limits<double>::epsilon();
  a.setZero();
  for (Eigen::Index j = 0; j < d; ++j) {
    const double pivot = c(j, j) - a.row(j).head(j).squaredNorm();
    if (!(pivot > rounding * c(j, j))) {
      eigen_decomposition(c, Eigen::EigenvaluesOnly);  // says so if C is indefinite
      throw NumericalError("covariance: Cholesky needs a positive definite matrix, pivot " + std::to_string(j) +
                           " is " + shown(pivot) + "; factor pca takes a singular one");
    }
    a(j, j) = std::sqrt(pivot);
    for (Eigen::Index i = j + 1; i < d; ++i) {
      a(i, j) = (c(i, j) - a.row(i).head(j).dot(a.row(j).head(j))) / a(j, j);
    }
  }
}

}  // namespace

std::vector<double> covariance_factor(const std::vector<double>& c, Index d, Factor factor) {
  std::vector<double> a(c.size());
  const Eigen::Map<const Matrix> from(c.data(), d, d);
  Eigen::Map<Matrix> to(a.data(), d, d);
  if (factor == Factor::pca) {
    principal_components(from, to);
    fix_signs(a, d);
  } else {
    cholesky(from, to);
  }
  return a;
}

void fix_signs(std::vector<double>& a, Index d) {
  Eigen::Map<Matrix> columns(a.data(), d, d);
  for (Eigen::Index k = 0; k < d; ++k) {
    const double threshold = 0.9 * columns.col(k).cwiseAbs().maxCoeff();
    Eigen::Index leading = 0;
    while (std::abs(columns(leading, k)) < threshold) ++leading;
    if (columns(leading, k) < 0.0) columns.col(k) *= -1.0;
  }
}

}  // namespace korobov::detail
