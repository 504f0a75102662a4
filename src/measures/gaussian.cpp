#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <korobov/core/error.hpp>
#include <korobov/measures/gaussian.hpp>

#include "measures/covariance_factor.hpp"
#include "measures/factor_product.hpp"
#include "measures/measure_impl.hpp"
#include "measures/normal_quantiles.hpp"

namespace korobov {
namespace {

std::string describe(Index d, const PerDimension& mean, const std::string& covariance, Factor factor) {
  return "Gaussian with mean " + detail::shown(mean) + ", " + covariance + ", factor " + detail::name(factor) +
         (d > 0 ? ", d = " + detail::shown(d) : "");
}

// One mean and one variance for every coordinate.
class IdenticalGaussian final : public detail::MeasureImpl {
 public:
  IdenticalGaussian(Index d, double mean, double variance, Factor factor)
      : MeasureImpl(d), mean_(mean), variance_(variance), factor_(factor) {}

  void transform(MatrixSpan<const double> u, MatrixSpan<double> x) const override {
    const double deviation = std::sqrt(variance_);
    if (u.is_contiguous() && x.is_contiguous()) {
      const auto size = static_cast<std::size_t>(u.rows * u.cols);
      detail::normal_quantiles({u.data, size}, {x.data, size}, mean_, deviation);
      return;
    }
    std::vector<double> row(static_cast<std::size_t>(u.cols));
    for (Index i = 0; i < u.rows; ++i) {
      for (Index j = 0; j < u.cols; ++j) row[static_cast<std::size_t>(j)] = u(i, j);
      detail::normal_quantiles(row, row, mean_, deviation);
      for (Index j = 0; j < u.cols; ++j) x(i, j) = row[static_cast<std::size_t>(j)];
    }
  }

  std::string description() const override {
    return describe(dimension(), mean_, "variance " + detail::shown(variance_), factor_);
  }

 private:
  double mean_;
  double variance_;
  Factor factor_;
};

// Independent coordinates: x_{order[k]} = mean_{order[k]} + deviation_k z_k.
class IndependentGaussian final : public detail::NormalMap {
 public:
  IndependentGaussian(Index d, PerDimension mean, PerDimension variances, Factor factor)
      : NormalMap(d),
        mean_(std::move(mean)),
        variances_(std::move(variances)),
        factor_(factor),
        order_(static_cast<std::size_t>(d)) {
    std::iota(order_.begin(), order_.end(), Index{0});
    if (factor == Factor::pca) {
      std::stable_sort(order_.begin(), order_.end(), [&](Index i, Index j) { return variances_[i] > variances_[j]; });
    }
    for (const Index j : order_) deviations_.push_back(std::sqrt(variances_[j]));
  }

  std::string description() const override {
    return describe(dimension(), mean_, "variances " + detail::shown(variances_), factor_);
  }

 private:
  void map(double* z, Index rows, Index d, double* x, Index x_stride) const override {
    for (Index i = 0; i < rows; ++i) {
      for (Index k = 0; k < d; ++k) {
        const Index j = order_[static_cast<std::size_t>(k)];
        x[i * x_stride + j] = mean_[j] + deviations_[static_cast<std::size_t>(k)] * z[i * d + k];
      }
    }
  }

  PerDimension mean_;
  PerDimension variances_;
  Factor factor_;
  std::vector<Index> order_;
  std::vector<double> deviations_;  // by k
};

class CorrelatedGaussian final : public detail::NormalMap {
 public:
  CorrelatedGaussian(Index d, const PerDimension& mean, const std::vector<double>& covariance, Factor factor)
      : NormalMap(d),
        mean_(mean),
        factor_(factor),
        product_(expanded(mean, d),
                 MatrixSpan<const double>(detail::covariance_factor(covariance, d, factor).data(), d, d)) {}

  std::string description() const override { return describe(dimension(), mean_, "a covariance matrix", factor_); }

 private:
  static std::vector<double> expanded(const PerDimension& mean, Index d) {
    std::vector<double> values(static_cast<std::size_t>(d));
    for (Index j = 0; j < d; ++j) values[static_cast<std::size_t>(j)] = mean[j];
    return values;
  }
  void map(double* z, Index rows, Index, double* x, Index x_stride) const override {
    product_.multiply(z, rows, x, x_stride);
  }

  PerDimension mean_;
  Factor factor_;
  detail::FactorProduct product_;
};

void check_matrix(const std::vector<double>& c, Index d) {
  double largest = 0.0;
  for (const double value : c) {
    detail::require(std::isfinite(value), "covariance", "must be finite", value);
    largest = std::max(largest, std::abs(value));
  }
  const double rounding = static_cast<double>(d) * std::numeric_limits<double>::epsilon() * largest;
  for (Index i = 0; i < d; ++i) {
    for (Index j = 0; j < i; ++j) {
      const double difference = c[static_cast<std::size_t>(i * d + j)] - c[static_cast<std::size_t>(j * d + i)];
      detail::require(
          std::abs(difference) <= rounding, "covariance",
          "must be symmetric, entries (" + detail::shown(i) + ", " + detail::shown(j) + ") and transposed alike",
          difference);
    }
  }
}

bool is_diagonal(const std::vector<double>& c, Index d) {
  for (Index k = 0; k < d * d; ++k) {
    if (k / d != k % d && c[static_cast<std::size_t>(k)] != 0.0) return false;
  }
  return true;
}

std::shared_ptr<const detail::MeasureImpl> make_gaussian(PerDimension mean, const Covariance& covariance, Factor factor,
                                                         std::optional<Index> d) {
  const auto& variances = covariance.variances();
  const bool any = !covariance.is_matrix() && variances.is_scalar();
  const Index size = covariance.is_matrix() ? covariance.matrix_rows() : variances.size();
  const Index dimension = detail::common_dimension(d, mean.size(), mean.is_scalar(), "mean", size, any, "covariance");
  for (Index j = 0; j < mean.size(); ++j) detail::require(std::isfinite(mean[j]), "mean", "must be finite", mean[j]);
  PerDimension diagonal = variances;
  if (covariance.is_matrix()) {
    check_matrix(covariance.matrix(), dimension);
    if (!is_diagonal(covariance.matrix(), dimension)) {
      return std::make_shared<CorrelatedGaussian>(dimension, mean, covariance.matrix(), factor);
    }
    std::vector<double> entries;
    for (Index j = 0; j < dimension; ++j) {
      entries.push_back(covariance.matrix()[static_cast<std::size_t>(j * dimension + j)]);
    }
    diagonal = entries;
  }
  for (Index j = 0; j < diagonal.size(); ++j) {
    detail::require(std::isfinite(diagonal[j]) && diagonal[j] >= 0.0, "covariance",
                    "must have variances that are finite and not negative", diagonal[j]);
    if (factor == Factor::cholesky && diagonal[j] == 0.0) {
      throw NumericalError("covariance: Cholesky needs a positive definite matrix, variance " + std::to_string(j) +
                           " is 0; factor pca takes a singular one");
    }
  }
  if (mean.is_scalar() && diagonal.is_scalar()) {
    return std::make_shared<IdenticalGaussian>(dimension, mean[0], diagonal[0], factor);
  }
  return std::make_shared<IndependentGaussian>(dimension, std::move(mean), std::move(diagonal), factor);
}

}  // namespace

Covariance::Covariance(MatrixSpan<const double> matrix) : rows_(matrix.rows), is_matrix_(true) {
  detail::require(matrix.rows == matrix.cols, "covariance", "must be square",
                  "(" + std::to_string(matrix.rows) + ", " + std::to_string(matrix.cols) + ")");
  matrix_.reserve(static_cast<std::size_t>(rows_ * rows_));
  for (Index i = 0; i < rows_; ++i) {
    for (Index j = 0; j < rows_; ++j) matrix_.push_back(matrix(i, j));
  }
}

Gaussian::Gaussian(PerDimension mean, const Covariance& covariance, Factor factor, std::optional<Index> d)
    : Measure(make_gaussian(std::move(mean), covariance, factor, d)) {}

}  // namespace korobov
