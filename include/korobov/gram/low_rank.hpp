// Low-rank factors of a Gram matrix by pivoted Cholesky, K ~ F F^T from `rank` columns of K, and systems with F F^T +
// nugget I.
//
// With residual R = K - F F^T and pivot p, the next column of F is R e_p / sqrt(R_pp); R stays positive semidefinite,
// F F^T is the Nystrom approximation K(:, S) K(S, S)^-1 K(S, :) of the pivots S, and tr R, the error in the trace norm,
// is known exactly from the diagonal. Pivots:
//   random  p with probability R_pp / tr R (Chen, Epperly, Tropp and Webber 2023, "Randomly pivoted Cholesky",
//           algorithm 1): E tr R <= (1 + eps) times the best rank-r error for a rank of r / eps + r log(1 / (eps eta))
//   greedy  the largest R_pp, the lowest index of equals: outliers first
// Only the diagonal and `rank` columns of K are computed: O(n rank (d + rank)) time, O(n rank) memory. The factor ends
// early, rank() < options.rank, where every R_pp is rounding (below 16 eps K_pp): K has that numerical rank; or where
// tr R <= tolerance tr K.
//
// LowRankGram diagonalises F F^T = U diag(s) U^T once, by F = Q R and the eigenvalues of R R^T, O(n rank^2), with the
// error of a rounded K. Then (Woodbury 1950)
//   (F F^T + nugget I)^-1 b = (b - U diag(s / (s + nugget)) U^T b) / nugget
//   log det = sum log(s + nugget) + (n - rank) log nugget
// Sizes and values that break a rule are std::invalid_argument; a diagonal that is negative or not finite is a
// NumericalError.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include <korobov/core/seed.hpp>
#include <korobov/core/types.hpp>
#include <korobov/kernels/kernel.hpp>

namespace korobov {

enum class Pivoting { random, greedy };

struct LowRankOptions {
  Pivoting pivoting = Pivoting::random;
  Seed seed;               // of random pivots
  double tolerance = 0.0;  // stop at tr R <= tolerance tr K; 0: by the rank alone
};

// The factor. Immutable, cheaply copied.
class KOROBOV_API LowRank {
 public:
  // Of the kernel's Gram matrix of the points x, (n, d), columns on the fly; 1 <= rank <= n.
  LowRank(const AnyKernel& kernel, MatrixSpan<const double> x, Index rank, const LowRankOptions& options = {});
  // Of a stored symmetric positive semidefinite matrix, (n, n), of which the diagonal and the pivots' columns are read.
  LowRank(MatrixSpan<const double> matrix, Index rank, const LowRankOptions& options = {});

  Index size() const noexcept;                                 // n
  Index rank() const noexcept;                                 // columns of F
  MatrixSpan<const double> factor() const noexcept;            // F, (n, rank), consecutive columns
  std::span<const Index> pivots() const noexcept;              // in the order they were taken
  std::span<const double> trace_errors() const noexcept;       // (rank + 1): tr R after 0, 1, ..., rank columns
  std::span<const double> residual_diagonal() const noexcept;  // (n): R_ii >= 0
  MatrixSpan<const double> pivot_rows() const noexcept;        // L: the pivots' rows of F, lower triangular

 private:
  struct Parts;
  std::shared_ptr<const Parts> parts_;
};

// The Nystrom features of any points z from columns k(z_i, pivot_j): phi = columns L^-T. Those of the points that were
// factorized are F, to rounding. pivot_rows: L, (rank, rank); columns, phi: (m, rank), also in place. O(m rank^2).
KOROBOV_API void nystrom_features(MatrixSpan<const double> pivot_rows, MatrixSpan<const double> columns,
                                  MatrixSpan<double> phi);

// F F^T + nugget I.
class KOROBOV_API LowRankGram {
 public:
  explicit LowRankGram(const LowRank& factor, double nugget = 0.0);

  Index size() const noexcept;
  Index rank() const noexcept;
  double nugget() const noexcept { return nugget_; }
  LowRankGram with_nugget(double nugget) const;            // shares the decomposition
  std::span<const double> eigenvalues() const noexcept;    // s, of F F^T, descending, (rank)
  MatrixSpan<const double> eigenvectors() const noexcept;  // U, (n, rank), consecutive columns
  // v, b: (n, r) -> out: (n, r), any strides. solve and logdet need a positive nugget (or rank = n), else
  // NumericalError.
  void apply(MatrixSpan<const double> v, MatrixSpan<double> out) const;
  void solve(MatrixSpan<const double> b, MatrixSpan<double> out) const;
  double logdet() const;

 private:
  struct Parts;
  LowRankGram(std::shared_ptr<const Parts> parts, double nugget);
  std::shared_ptr<const Parts> parts_;
  double nugget_;
};

}  // namespace korobov
