// Gaussian process regression on any points with any kernel, by dense matrices: what remains where points and kernel
// share no symmetry (gaussian_process.hpp is the fast one).
//
//   f ~ GP(0, k),  y_i = f(x_i) + e_i,  e_i ~ N(0, noise),  A = K + (noise + rounding) I = L L^T
//   rounding = n (n + 1) u k(0), u = 2^-53, where there is noise: what the factorization may lose (Higham 2002, theorem
//   10.7); without noise nothing is added
//   mean(x) = k(x)^T A^-1 y,  covariance(x, z) = k(x, z) - k(x)^T A^-1 k(z)     (Rasmussen and Williams
//   2006, 2.23, 2.24)
// Hyper-parameters maximise the marginal likelihood, with dL/dK = (r A^-1 - A^-1 y y^T A^-1) / 2 (equation 5.9) pulled
// back through the kernel's pairs. Outputs (n, r) are independent and share the kernel. O(n^3) per evaluation, O(n^2)
// memory; factors and solves are DenseGram's (gram/dense_gram.hpp), on OpenBLAS where the process finds it. The search
// is done in units in which the mean square of y is 1, from a kernel of variance 1 and, where the noise is learnt, the
// likeliest of six noises, with a first step of at most 1 in the logarithms; the outcome is never less likely than what
// was given.
//
// std::invalid_argument: shapes, values that are not finite or, to learn from, of a root mean square outside
// 1e-140 .. 1e140, a noise that is negative or not finite, a criterion other than mle, predictions before a fit.
// NumericalError: a matrix that is not positive definite, with its smallest eigenvalue and the noise to raise.
#pragma once

#include <memory>
#include <span>

#include <korobov/core/seed.hpp>
#include <korobov/core/types.hpp>
#include <korobov/gp/hyperparameters.hpp>
#include <korobov/kernels/kernel.hpp>

namespace korobov {

class KOROBOV_API DenseGaussianProcess {
 public:
  explicit DenseGaussianProcess(const AnyKernel& kernel, double noise = 0);

  // Conditions on y (n, r) at x (n, d), after learning the hyper-parameters from them. The noise is learnt if
  // it is positive and `noise` does not keep it.
  DenseGaussianProcess& fit(MatrixSpan<const double> x, MatrixSpan<const double> y, const FitOptions& options = {},
                            Learn noise = Learn::everything);

  const AnyKernel& kernel() const noexcept;
  double noise() const noexcept;
  Index size() const noexcept;
  Index outputs() const noexcept;
  int evaluations() const noexcept;
  double log_marginal_likelihood() const;

  // Of f at x (m, d): mean (m, r), variance (m); either may be empty.
  void predict(MatrixSpan<const double> x, MatrixSpan<double> mean, std::span<double> variance) const;
  void covariance(MatrixSpan<const double> x,
                  MatrixSpan<double> covariance) const;  // (m, m); of the prior before a fit
  // Paths at x (m, d): (size r, m), the outputs of a path in a row; of the prior before a fit.
  void sample(MatrixSpan<const double> x, Seed seed, MatrixSpan<double> paths) const;

 private:
  struct State;
  const State& fitted() const;
  std::shared_ptr<const State> state_;
};

}  // namespace korobov
