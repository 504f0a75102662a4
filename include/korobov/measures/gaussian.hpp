// The normal distribution N(mean, C): x = mean + A z, A A^T = C, z_j = Phi^-1(u_j).
//
// C is a variance (for every dimension), the variances of independent coordinates, or a full matrix, symmetric and
// positive semidefinite. A as `factor` says (measure.hpp); pca orders a diagonal C by decreasing variance too, equal
// variances in their own order. Cost per point: O(d) for independent coordinates, else O(d^2).
// std::invalid_argument: sizes that disagree, entries not finite, variances negative, C not square, not symmetric
// (beyond rounding, d eps max|C|) or with a negative eigenvalue (beyond rounding, 8 d eps lambda_max). NumericalError:
// cholesky of a C that is singular to rounding (pca takes it).
#pragma once

#include <korobov/measures/measure.hpp>

namespace korobov {

class KOROBOV_API Covariance {
 public:
  Covariance(double variance) : values_(variance) {}                            // NOLINT: variance * identity
  Covariance(std::vector<double> variances) : values_(std::move(variances)) {}  // NOLINT: a diagonal matrix
  Covariance(std::initializer_list<double> variances) : values_(variances) {}   // a diagonal matrix
  Covariance(MatrixSpan<const double> matrix);                                  // NOLINT: (d, d), copied
  Covariance(MatrixSpan<double> matrix) : Covariance(MatrixSpan<const double>(matrix)) {}  // NOLINT: the same

  bool is_matrix() const noexcept { return is_matrix_; }
  const PerDimension& variances() const noexcept { return values_; }      // when not a matrix
  const std::vector<double>& matrix() const noexcept { return matrix_; }  // row by row
  Index matrix_rows() const noexcept { return rows_; }

 private:
  PerDimension values_ = 1.0;
  std::vector<double> matrix_;
  Index rows_ = 0;
  bool is_matrix_ = false;
};

class KOROBOV_API Gaussian : public Measure {
 public:
  explicit Gaussian(PerDimension mean = 0.0, const Covariance& covariance = 1.0, Factor factor = Factor::pca,
                    std::optional<Index> d = std::nullopt);
};

}  // namespace korobov
