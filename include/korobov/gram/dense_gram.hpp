// The Gram matrix of any points and any kernel, stored and factored: what has no fast transform.
//
//   K_ij = k(x_i, x_j) + nugget [i = j],   K = L L^T  (Cholesky)
// The verbs are StructuredGram's; sqrt_apply multiplies by the Cholesky factor here. Memory: one n x n array (its two
// triangles hold K and L) and n. Cost: O(n^2 d) for the entries, n^3 / 3 for the factor, O(n^2 r) per verb on r
// columns; inverse_diagonal and eigenvalues O(n^3). Vectors are columns: (n, r), any strides, float64, or float32
// computed in float64; input and output are the same array or do not overlap. Const means thread-safe.
//
// Dense algebra runs on OpenBLAS where the process finds it (dense_algebra() below), else on Eigen. Results depend on
// that choice to rounding, and not on the number of threads with Eigen.
//
// Errors: std::invalid_argument (shapes, nugget, entries that are not finite, a matrix that is not symmetric: entries
// that differ by more than 8 u n max |K|, u = 2^-53, or an odd derivative kernel). NumericalError, by verbs that need
// the factor, when K is not positive definite in floating-point numbers: it names the smallest eigenvalue (n <= 1024)
// and the nugget to raise. Higham, "Accuracy and Stability of Numerical Algorithms", 2002, theorem 10.7: the
// factorization succeeds when the smallest eigenvalue of the matrix scaled to unit diagonal is above about n (n + 1) u.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include <korobov/core/error.hpp>
#include <korobov/core/seed.hpp>
#include <korobov/core/types.hpp>
#include <korobov/kernels/kernel.hpp>

namespace korobov {

class KOROBOV_API DenseGram {
 public:
  // x: (n, d), n >= 1, as AnyKernel::cross takes points; words are points of the unit cube with all their digits.
  DenseGram(MatrixSpan<const double> x, const AnyKernel& kernel, double nugget = 0);
  DenseGram(MatrixSpan<const Word> x, const AnyKernel& kernel, double nugget = 0);
  // Of a given symmetric matrix (n, n).
  static DenseGram from_matrix(MatrixSpan<const double> matrix, double nugget = 0);

  Index size() const noexcept;
  double nugget() const noexcept;
  void fill_matrix(MatrixSpan<double> out) const;  // K without nugget: (n, n)
  bool is_positive_definite() const noexcept;

  void apply(MatrixSpan<const double> y, MatrixSpan<double> out) const;  // K y
  void apply(MatrixSpan<const float> y, MatrixSpan<float> out) const;
  void solve(MatrixSpan<const double> y, MatrixSpan<double> out) const;  // K^-1 y
  void solve(MatrixSpan<const float> y, MatrixSpan<float> out) const;
  void sqrt_apply(MatrixSpan<const double> y, MatrixSpan<double> out) const;  // L y
  void sqrt_apply(MatrixSpan<const float> y, MatrixSpan<float> out) const;
  void inverse_sqrt_apply(MatrixSpan<const double> y, MatrixSpan<double> out) const;  // L^-1 y
  void inverse_sqrt_apply(MatrixSpan<const float> y, MatrixSpan<float> out) const;

  double logdet() const;                                                               // log det K
  void quadratic(MatrixSpan<const double> y, std::span<double> values) const;          // y^T K y of each column: (r)
  void inverse_quadratic(MatrixSpan<const double> y, std::span<double> values) const;  // y^T K^-1 y
  std::vector<double> inverse_diagonal() const;                                        // of K^-1: (n)
  std::vector<double> eigenvalues() const;                                             // of K, ascending: (n)
  // Columns of out (n, r): independent draws from N(0, K). Column s is a function of (seed, s).
  void sample(Seed seed, MatrixSpan<double> out) const;

  DenseGram with_nugget(double nugget) const;  // O(n^3)

 private:
  struct State;
  explicit DenseGram(std::shared_ptr<const State> state) noexcept : state_(std::move(state)) {}

  std::shared_ptr<const State> state_;
};

// What dense algebra runs on: "OpenBLAS <configuration>" or "Eigen". OpenBLAS is looked for once, at the first use, as
// libopenblas.so.0 among the system's libraries, or under the path in the environment variable KOROBOV_BLAS ("off": not
// at all); a build with -DKOROBOV_WITH_BLAS=OFF never looks.
KOROBOV_API std::string dense_algebra();

}  // namespace korobov
