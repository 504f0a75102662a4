#include "gram/symmetric_eigen.hpp"

#include <algorithm>

#include <Spectra/SymEigsSolver.h>

#include <korobov/core/error.hpp>

#include "gram/dense_algebra.hpp"

namespace korobov::detail {
namespace {

// The lower triangle, mirrored.
std::vector<double> symmetric_copy(MatrixSpan<const double> matrix) {
  const Index n = matrix.rows;
  std::vector<double> copy(static_cast<std::size_t>(n * n));
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j <= i; ++j) {
      copy[static_cast<std::size_t>(i * n + j)] = copy[static_cast<std::size_t>(j * n + i)] = matrix(i, j);
    }
  }
  return copy;
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
  std::vector<double> copy = symmetric_copy(matrix);
  std::vector<double> values = symmetric_eigenvalues(copy.data(), matrix.rows);
  std::reverse(values.begin(), values.end());
  return values;
}

EigenPairs symmetric_eigen(MatrixSpan<const double> matrix) {
  const Index n = matrix.rows;
  EigenPairs pairs{{}, symmetric_copy(matrix)};
  pairs.values = symmetric_eigenvalues(pairs.vectors.data(), n, Vectors::wanted);
  std::reverse(pairs.values.begin(), pairs.values.end());
  for (Index j = 0; j < n / 2; ++j) {
    const auto first = pairs.vectors.begin() + j * n;
    std::swap_ranges(first, first + n, pairs.vectors.end() - (j + 1) * n);
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
