#include "gram/symmetric_eigen.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>

#include <Spectra/SymEigsSolver.h>

#include <korobov/core/error.hpp>

namespace korobov::detail {
namespace {

using Strides = Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>;
using MatrixMap = Eigen::Map<const Eigen::MatrixXd, Eigen::Unaligned, Strides>;

MatrixMap map_of(MatrixSpan<const double> m) { return {m.data, m.rows, m.cols, Strides(m.col_stride, m.row_stride)}; }

template <int kWanted>
Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solved(MatrixSpan<const double> matrix) {
  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(map_of(matrix), kWanted);
  if (solver.info() != Eigen::Success) throw NumericalError("eigenvalues: the QR iteration did not converge");
  return solver;
}

std::vector<double> reversed(const Eigen::VectorXd& ascending) {
  std::vector<double> values(ascending.begin(), ascending.end());
  std::reverse(values.begin(), values.end());
  return values;
}

// What Spectra asks of a matrix.
class Product {
 public:
  using Scalar = double;
  Product(Index n, const std::function<void(const double*, double*)>& product) : n_(n), product_(&product) {}
  Index rows() const { return n_; }
  Index cols() const { return n_; }
  void perform_op(const double* x, double* y) const { (*product_)(x, y); }

 private:
  Index n_;
  const std::function<void(const double*, double*)>* product_;
};

}  // namespace

std::vector<double> symmetric_eigenvalues(MatrixSpan<const double> matrix) {
  return reversed(solved<Eigen::EigenvaluesOnly>(matrix).eigenvalues());
}

EigenPairs symmetric_eigen(MatrixSpan<const double> matrix) {
  const auto solver = solved<Eigen::ComputeEigenvectors>(matrix);
  EigenPairs pairs{reversed(solver.eigenvalues()), {}};
  pairs.vectors.reserve(static_cast<std::size_t>(matrix.rows * matrix.rows));
  for (Index j = matrix.rows - 1; j >= 0; --j) {
    const auto vector = solver.eigenvectors().col(j);
    pairs.vectors.insert(pairs.vectors.end(), vector.begin(), vector.end());
  }
  return pairs;
}

EigenPairs largest_eigen(Index n, Index count, const std::function<void(const double* x, double* y)>& product) {
  Product operation(n, product);
  Spectra::SymEigsSolver<Product> solver(operation, count, std::min(n, std::max(2 * count + 1, Index{20})));
  solver.init();
  const Index found = solver.compute(Spectra::SortRule::LargestAlge, 1000, 1e-10, Spectra::SortRule::LargestAlge);
  if (solver.info() != Spectra::CompInfo::Successful || found < count) {
    throw NumericalError("eigenvalues: " + std::to_string(found) + " of " + std::to_string(count) +
                         " converged in 1000 restarts of the Lanczos iteration");
  }
  const Eigen::VectorXd values = solver.eigenvalues();
  const Eigen::MatrixXd vectors = solver.eigenvectors();
  return {{values.begin(), values.end()}, {vectors.data(), vectors.data() + vectors.size()}};
}

}  // namespace korobov::detail
