// Gaussian processes of several correlated tasks, each seen at its own points: multi-fidelity data, say.
//
//   cov(f_s(x), f_t(z)) = T_st k(x, z),  T = F F^T + diag(v)  (kernels/multitask.hpp)
//   y_ti = f_t(x_ti) + e,  e ~ N(0, noise),  i < n_t
// Task t is seen at the first n_t points of its own set; any sets of one dimension, any kernel that takes their points.
// The base kernel's hyper-parameters, F, v and a positive noise are learnt by marginal likelihood,
//   L = (y^T A^-1 y + log det A + N log 2 pi) / 2,  N = sum of n_t,
// with analytic gradients: D = (A^-1 - A^-1 y y^T A^-1) / 2 gives dL/dT_st = sum of D K over the block of s and t, and
// T D goes back through the base kernel (Bonilla, Chai and Williams 2008, section 3.2). k's scale and T have one factor
// in common, which the likelihood leaves open.
//
// Where the sets are shifted copies of one lattice (radical-inverse order) or one net, the kernel is theirs, and every
// n_t is a power of two, A is a MultitaskGram (gram/multitask_gram.hpp): an evaluation of L with its gradient costs
// O(T^2 N d + N log N), and so much an extend; a mean O(N d) per point, a deviation O(T^2 N + N d + N log N), memory
// O(T N d). T_tt times the rounding error of k's eigenvalues joins the noise. Anything else (sets of two families, two
// scrambles of a net, other kernels, other n_t) takes dense matrices, O(N^3) time and O(N^2) memory, and a variance of
// 4 N eps times the largest diagonal entry: is_structured() says which.
//
// std::invalid_argument: sizes that disagree, values that are not finite, no task, a rank below 0, a noise that is
// negative or not finite, predictions before a fit, an extend by nothing. NumericalError: a matrix that is not positive
// definite.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include <korobov/core/seed.hpp>
#include <korobov/core/types.hpp>
#include <korobov/generators/point_set.hpp>
#include <korobov/gp/hyperparameters.hpp>
#include <korobov/kernels/kernel.hpp>
#include <korobov/kernels/multitask.hpp>

namespace korobov {

class KOROBOV_API MultitaskGaussianProcess {
 public:
  // One set per task. The fit starts from F = 0.7 in its first column, small entries elsewhere, v = 0.5.
  MultitaskGaussianProcess(const std::vector<AnyPointSet>& points, const AnyKernel& kernel, Index rank = 1,
                           double noise = 0);
  // The fit starts from this F and v; entries of v that are 0 stay 0.
  MultitaskGaussianProcess(std::vector<AnyPointSet> points, const MultitaskKernel& kernel, double noise = 0);

  // y[t]: the values of task t at the first y[t].size() points of its set, at least one.
  MultitaskGaussianProcess& fit(const std::vector<std::vector<double>>& y, const FitOptions& options = {});

  // Appends y[t], the values of task t at the next y[t].size() points of its set, none for some; hyper-parameters stay.
  // Transforms want every n_t a power of two afterwards, too: as many values as before double it.
  MultitaskGaussianProcess& extend(const std::vector<std::vector<double>>& y);

  Index tasks() const noexcept;
  Index size(Index task) const;              // n_task, 0 before a fit
  const AnyKernel& kernel() const noexcept;  // the base kernel, as learnt
  const MultitaskKernel& multitask_kernel() const noexcept;
  double noise() const noexcept;
  MatrixSpan<const double> factor() const noexcept;   // F (tasks, rank)
  std::span<const double> diagonal() const noexcept;  // v (tasks)
  int evaluations() const noexcept;
  bool is_structured() const;  // after a fit: on transforms
  double log_marginal_likelihood() const;

  // Of f_task at x (m, d): mean (m), variance (m); either may be empty. covariance (m, m), of the prior before a fit;
  // memory N m. Words count to their leading 53 digits where the fit is dense.
  void predict(MatrixSpan<const double> x, Index task, std::span<double> mean, std::span<double> variance) const;
  void predict(MatrixSpan<const Word> x, Index task, std::span<double> mean, std::span<double> variance) const;
  void covariance(MatrixSpan<const double> x, Index task, MatrixSpan<double> covariance) const;
  void covariance(MatrixSpan<const Word> x, Index task, MatrixSpan<double> covariance) const;
  // Paths at x (m, d), of the posterior after a fit, else of the prior, of all tasks together: (size tasks, m), the
  // tasks of a path in a row; or of one task: (size, m). Memory (N + m) m for one task, tasks^2 m^2 + N tasks m for
  // all; a deviation per value, O(m^2 N + m^3).
  void sample(MatrixSpan<const double> x, Seed seed, MatrixSpan<double> paths) const;
  void sample(MatrixSpan<const Word> x, Seed seed, MatrixSpan<double> paths) const;
  void sample(MatrixSpan<const double> x, Index task, Seed seed, MatrixSpan<double> paths) const;
  void sample(MatrixSpan<const Word> x, Index task, Seed seed, MatrixSpan<double> paths) const;
  // Of the tasks' integrals over the cube: means (tasks), covariance (tasks, tasks). Of kernels whose integral is
  // known.
  void integral(std::span<double> means, MatrixSpan<double> covariance) const;

 private:
  struct State;
  const State& fitted() const;
  template <class T>
  void predict_at(MatrixSpan<const T> x, Index task, std::span<double> mean, std::span<double> variance) const;
  template <class T>
  void covariance_at(MatrixSpan<const T> x, std::span<const Index> tasks, MatrixSpan<double> covariance) const;
  template <class T>
  void sample_at(MatrixSpan<const T> x, std::span<const Index> tasks, Seed seed, MatrixSpan<double> paths) const;
  std::shared_ptr<const State> state_;
};

}  // namespace korobov
