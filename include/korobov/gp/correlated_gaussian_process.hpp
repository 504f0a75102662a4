// Gaussian process regression of several correlated outputs, all seen at the same points of a matched set.
//
//   cov(f_s(x), f_t(z)) = T_st k(x, z),  T = F F^T + diag(v),  y_is = f_s(x_i) + e,  e ~ N(0, noise),  s, t < r, i < n
// (the intrinsic model of coregionalisation; Bonilla, Chai and Williams 2008). The noise is the same for all outputs,
// so with T = U diag(t) U^T the rotated outputs y U are independent: column a is a process with kernel t_a k, or noise
// alone where t_a = 0 (below 8 r eps times the largest, it is taken for 0). Every verb is that of r Gaussian processes
// (gaussian_process.hpp says which points and kernels match), at r times the cost, and a rotation. The
// hyper-parameters, F and v are learnt by marginal likelihood through MultitaskGaussianProcess on r times the same set;
// tasks seen at points of their own are that one's.
//
// std::invalid_argument: what gaussian_process.hpp names, a factor or diagonal that is not finite, a v that is
// negative, a T that is zero, or singular where there is no noise, a criterion other than mle. NumericalError: a matrix
// that is not positive definite. Const means thread-safe. Copies share what they hold.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include <korobov/core/seed.hpp>
#include <korobov/core/types.hpp>
#include <korobov/generators/point_set.hpp>
#include <korobov/gp/hyperparameters.hpp>
#include <korobov/kernels/kernel.hpp>

namespace korobov {

class KOROBOV_API CorrelatedGaussianProcess {
 public:
  // task_factor: F (r, rank); task_diagonal: v (r), zeros if empty: then it is learnt from 1 % of T's mean variance on.
  CorrelatedGaussianProcess(const AnyPointSet& points, const AnyKernel& kernel, MatrixSpan<const double> task_factor,
                            double noise = 0, std::span<const double> task_diagonal = {});

  // Conditions on y (n, r), the values at the first n points, after learning the hyper-parameters, F and v from them.
  CorrelatedGaussianProcess& fit(MatrixSpan<const double> y, const FitOptions& options = {});
  // Appends the values at the next n points; hyper-parameters stay.
  CorrelatedGaussianProcess& extend(MatrixSpan<const double> y);
  // Conditions on y (m, r) at further points x (m, d) anywhere, with `noise` for their variance, by default noise(),
  // and no other where T is singular.
  CorrelatedGaussianProcess& condition(MatrixSpan<const Word> x, MatrixSpan<const double> y,
                                       std::optional<double> noise = {});

  const AnyPointSet& points() const noexcept;
  const AnyKernel& kernel() const noexcept;  // with the hyper-parameters learnt
  double noise() const noexcept;
  MatrixSpan<const double> task_factor() const noexcept;      // F (r, rank)
  std::span<const double> task_diagonal() const noexcept;     // v (r)
  MatrixSpan<const double> task_covariance() const noexcept;  // T (r, r)
  double nugget() const noexcept;                             // the largest of the processes', 0 before a fit
  Index size() const noexcept;                                // n, 0 before a fit
  Index further_size() const noexcept;
  Index outputs() const noexcept;  // r
  int evaluations() const noexcept;
  double log_marginal_likelihood() const;

  // Of all outputs at x (m, d): mean (m, r), variance (m, r); either may have no column.
  void predict(MatrixSpan<const double> x, MatrixSpan<double> mean, MatrixSpan<double> variance) const;
  void predict(MatrixSpan<const Word> x, MatrixSpan<double> mean, MatrixSpan<double> variance) const;
  // Between rows of x, of each output, one below the other: (r m, m); of the prior before a fit.
  void covariance(MatrixSpan<const Word> x, MatrixSpan<double> covariance) const;
  // At the design's points plus (lattices) or ^ (nets) `shift` (d): mean (n, r), variance (n, r) or without a column.
  void predict_shifted(std::span<const Word> shift, MatrixSpan<double> mean, MatrixSpan<double> variance) const;
  // Paths at x (m, d), of the posterior after a fit, else of the prior: (size r, m), the outputs of a path in a row.
  void sample(MatrixSpan<const Word> x, Seed seed, MatrixSpan<double> paths) const;

  // The integrals of the outputs over the cube: means (r), variances (r).
  void integral(std::span<double> means, std::span<double> variances) const;
  // The variances at x (m, d), (m, r), and of the integrals, (r), had the first n points been used.
  void projected_variance(Index n, MatrixSpan<const Word> x, MatrixSpan<double> variance) const;
  void projected_integral_variance(Index n, std::span<double> variances) const;

 private:
  struct State;
  const State& fitted() const;
  std::shared_ptr<const State> state_;
};

}  // namespace korobov
