// Gaussian process regression on values and partial derivatives at the points of one lattice, O(B^2 n log n) with B
// observations per point.
//
//   f ~ GP(0, k),  y_ai = (d^{o_a} f)(x_i) + e_ai,  e_ai ~ N(0, noise_a),  a < B, i < n
//   mean of d^o f at x = c^T K^-1 y,  variance = (d_x^o d_z^o k)(x, x) - c^T K^-1 c,  c_ai = (d_x^o d_z^{o_a} k)(x,
//   x_i)
// (Rasmussen and Williams 2006, section 9.4), K the matrix of gram/derivative_gram.hpp: one B x B Hermitian matrix per
// frequency. Hyper-parameters (scale, weights, each positive noise) maximise the marginal likelihood, with analytic
// gradients through the same matrices. B times the rounding error of its eigenvalues is added to every block: nugget().
//
// Cost: a fit O(B^2 n (d + log n) + B^3 n) per evaluation, and so much an extend; a mean O(B n d) per point, a variance
// O(B n (d + log n) + B^2 n). Memory O(B^2 n). Const means thread-safe. Copies share what they hold.
//
// std::invalid_argument: what derivative_gram.hpp names, a noise that is negative or not finite, targets that are not
// finite, fewer than 2 points, an extend that does not double n, a criterion other than mle, predictions before a fit.
// NumericalError: a matrix that is not positive definite.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include <korobov/core/seed.hpp>
#include <korobov/core/symmetry.hpp>
#include <korobov/core/types.hpp>
#include <korobov/generators/point_set.hpp>
#include <korobov/gp/hyperparameters.hpp>
#include <korobov/kernels/shift_invariant.hpp>

namespace korobov {

class KOROBOV_API DerivativeGaussianProcess {
 public:
  // orders: (B, d), o_a in row a; zeros are the values. noise: (B).
  DerivativeGaussianProcess(const PointSet<Cyclic>& points, const ShiftInvariantKernel& kernel,
                            MatrixSpan<const int> orders, std::span<const double> noise);

  // Conditions on y (n, B), column a the derivative of orders o_a at the first n points, after learning the
  // hyper-parameters from them.
  DerivativeGaussianProcess& fit(MatrixSpan<const double> y, const FitOptions& options = {});
  // Appends the observations (n, B) at the next n points; hyper-parameters stay.
  DerivativeGaussianProcess& extend(MatrixSpan<const double> y);

  const PointSet<Cyclic>& points() const noexcept;
  const AnyKernel& kernel() const noexcept;         // with the hyper-parameters learnt
  std::span<const double> noise() const noexcept;   // (B)
  std::span<const double> nugget() const noexcept;  // (B), zeros before a fit
  MatrixSpan<const int> orders() const noexcept;    // (B, d)
  Index size() const noexcept;                      // n, 0 before a fit
  int evaluations() const noexcept;                 // of the likelihood, over all starts
  double log_marginal_likelihood() const;

  // Of d^o f at x (m, d): mean (m), variance (m); either may be empty. order: (d), o_j <= alpha_j - 1.
  void predict(MatrixSpan<const Word> x, std::span<const int> order, std::span<double> mean,
               std::span<double> variance) const;
  void predict(MatrixSpan<const double> x, std::span<const int> order, std::span<double> mean,
               std::span<double> variance) const;
  // Between rows of x, of the prior before a fit: (m, m). Memory B n m, m variances and O(m^2 B n).
  void covariance(MatrixSpan<const Word> x, std::span<const int> order, MatrixSpan<double> covariance) const;
  void covariance(MatrixSpan<const double> x, std::span<const int> order, MatrixSpan<double> covariance) const;
  // Paths of d^o f at x (m, d), of the posterior after a fit, else of the prior: (size, m). A covariance, and O(m^3).
  void sample(MatrixSpan<const Word> x, std::span<const int> order, Seed seed, MatrixSpan<double> paths) const;
  void sample(MatrixSpan<const double> x, std::span<const int> order, Seed seed, MatrixSpan<double> paths) const;
  // The integral of f over the cube: sets the mean and returns the variance.
  double integral(double& mean) const;

 private:
  struct State;
  const State& fitted() const;
  std::shared_ptr<const State> state_;
};

}  // namespace korobov
