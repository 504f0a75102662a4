// Gaussian process regression on a matched point set, O(n log n) throughout, hyper-parameters included.
//
//   f ~ GP(0, k),  y_i = f(x_i) + e_i,  e_i ~ N(0, noise),  i < n;  A = K + noise I = Q^T diag(lambda) Q
//   mean(x) = k(x)^T A^-1 y,  covariance(x, z) = k(x, z) - k(x)^T A^-1 k(z)     (Rasmussen and Williams
//   2006, 2.23, 2.24)
// with Q the fast orthogonal transform of the set (gram/structured_gram.hpp says which sets and kernels match). The
// derivatives of a criterion in all hyper-parameters take one more transform: g = dL/dlambda, h = dL/dk_i its adjoint
// transform, then a pull-back through the n x d table of what does not depend on the hyper-parameters. Several outputs
// (n, r) on one design are independent and share the kernel.
//
// Observations at further points z_a, anywhere, border A by m rows: with S the Schur complement
// (gram/bordered_gram.hpp)
//   K^-1 y = (A^-1 (y - B x), x),  x = S^-1 (y_z - B^T A^-1 y),  covariance -= t(x)^T S^-1 t(z)
// with t(x) the covariance of x and the z_a given the design. Each costs O(n (d + log n)), m of them m^2 n + m^3
// besides, and a prediction O(n m) more: for m up to some hundred.
//
// Eigenvalues of K below their rounding error (8 u (log2 n + 2) |k - c|_2 over the first column) are unknown, so that
// much is added to all of them: nugget(), a variance far below the noise of any data in double precision.
//
// Cost: a fit O(n d + n log n) per evaluation; a mean O(n d) per point, a variance O(n d + n log n), on a shifted copy
// of the design all n means one transform. Memory: n (2 d + r) words and what is in flight, no n x n array. Const means
// thread-safe. Copies share what they hold.
//
// std::invalid_argument: a noise that is negative or not finite, targets that are not finite, fewer than 2 or more rows
// than the set has, a number of rows without a transform, predictions before a fit. NumericalError: a matrix that is
// not positive definite, with the eigenvalue and the noise to raise.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <korobov/core/seed.hpp>
#include <korobov/core/symmetry.hpp>
#include <korobov/core/types.hpp>
#include <korobov/generators/point_set.hpp>
#include <korobov/gp/hyperparameters.hpp>
#include <korobov/kernels/kernel.hpp>

namespace korobov {

class KOROBOV_API GaussianProcess {
 public:
  template <class P, class K>
  requires Matches<P, K> GaussianProcess(const PointSet<P>& points, const Kernel<K>& kernel, double noise = 0)
      : GaussianProcess(checked(points, kernel, noise)) {}
  template <class P, class K>
  requires(!Matches<P, K>) GaussianProcess(const PointSet<P>&, const Kernel<K>&, double = 0) {
    static_assert(Matches<P, K>,
                  "points and kernel keep different symmetries: their Gram matrix has no fast transform");
  }
  // The same for symmetries known at run time: a mismatch is std::invalid_argument.
  static GaussianProcess checked(const AnyPointSet& points, const AnyKernel& kernel, double noise = 0);

  // Conditions on y (n, r), the values at the first n points, after learning the hyper-parameters from them.
  GaussianProcess& fit(MatrixSpan<const double> y, const FitOptions& options = {});
  // Appends the values at the next n points; hyper-parameters stay.
  GaussianProcess& extend(MatrixSpan<const double> y);
  // Conditions on y (m, r) at further points x (m, d) anywhere, with `noise` for their variance, by default noise().
  // Hyper-parameters stay; further points stay under extend and go with the next fit.
  GaussianProcess& condition(MatrixSpan<const Word> x, MatrixSpan<const double> y, std::optional<double> noise = {});
  GaussianProcess& condition(MatrixSpan<const double> x, MatrixSpan<const double> y, std::optional<double> noise = {});

  const AnyPointSet& points() const noexcept;
  const AnyKernel& kernel() const noexcept;  // with the hyper-parameters learnt
  double noise() const noexcept;
  double nugget() const noexcept;       // 0 before a fit
  Index size() const noexcept;          // n, 0 before a fit
  Index further_size() const noexcept;  // m
  Index outputs() const noexcept;
  int evaluations() const noexcept;  // of the criterion, over all starts
  double log_marginal_likelihood() const;

  // Of f at x (m, d): mean (m, r), variance (m), the same for all outputs; either may be empty.
  void predict(MatrixSpan<const double> x, MatrixSpan<double> mean, std::span<double> variance) const;
  void predict(MatrixSpan<const Word> x, MatrixSpan<double> mean, std::span<double> variance) const;
  // (m, m), O(m n log n + m^2 n), memory n m up to 1 GiB: beyond b = 2^27 / n points at a time, and m / 2b times the
  // transforms.
  void covariance(MatrixSpan<const Word> x, MatrixSpan<double> covariance) const;
  // At the design's points plus (lattices) or ^ (nets) `shift` (d): mean (n, r); returns the variance, the same at all.
  double predict_shifted(std::span<const Word> shift, MatrixSpan<double> mean) const;
  // With further observations the variance is not the same at all: (n), by m + 1 transforms; or empty.
  void predict_shifted(std::span<const Word> shift, MatrixSpan<double> mean, std::span<double> variance) const;
  // Paths at x (m, d), of the posterior after a fit, else of the prior: (size r, m), the outputs of a path in a row.
  // Cost and memory of a covariance, and O(m^3).
  void sample(MatrixSpan<const Word> x, Seed seed, MatrixSpan<double> paths) const;

  // The integral of f over the cube: means (r); returns the variance. Of kernels whose integral is known.
  double integral(std::span<double> means) const;
  // The variance at x (m, d), and of the integral, had the first n points been used, and the further ones as they are:
  // needs no data there.
  void projected_variance(Index n, MatrixSpan<const Word> x, std::span<double> variance) const;
  double projected_integral_variance(Index n) const;

 private:
  struct State;
  explicit GaussianProcess(std::shared_ptr<const State> state) noexcept : state_(std::move(state)) {}
  const State& fitted() const;
  void shifted(std::span<const Word> shift, MatrixSpan<double> mean, std::span<double> variance) const;

  std::shared_ptr<const State> state_;
};

}  // namespace korobov
