// Spectra: the eigenvalues of a positive semidefinite matrix as a probability distribution, what entropies are made of.
//
//   p_i = lambda_i(K) / tr K,   K (n, n): the Gram matrix of n samples, or what is given
// p is a function of K / tr K alone: a factor of the kernel does not matter. With sample weights w, sum w = 1, K is
// replaced by diag(sqrt w) K diag(sqrt w), the Gram matrix of the weighted empirical distribution.
//
//   from                              cost                      memory
//   points and a matched kernel       O(n d + n log n)          O(n)        one transformed column
//   samples and any kernel            O(n^2 d + n^3)            n^2
//   samples, kernel, rank r           O(n^2 d) + r-fold n^2     n^2         the r largest, by Lanczos
//     beyond stored_bytes (n = 11585)   O(n^2 (d + r)) a product  O(n r)      values anew in each of some 30 to 100
//   features Phi (n, D)               O(n D m + m^3)            m^2         m = min(n, D), K = Phi Phi^T
//   a matrix; eigenvalues             O(n^3); O(n)              n^2; O(n)
//   a low-rank factor, with nugget    O(n)                      n           K + nugget I; LowRankGram has its own
//
// Lanczos is checked, and the dense solver takes over from it where it fails; without a stored matrix that is a
// NumericalError (gram/symmetric_eigen.hpp). Of an indefinite matrix it refuses what it sees: a Rayleigh quotient below
// rounding, or eigenvalues that add up to more than the trace.
//
// Rounding makes zero eigenvalues a little positive or negative. What is below the rounding error of the computation (n
// eps lambda_max; of a structured spectrum 8 u (log2 n + 2) sqrt(n) |k - c|, u = eps/2, sharper) counts as 0, so ranks
// and entropies of low order see no noise. Errors, std::invalid_argument: an eigenvalue below minus that (the matrix is
// indefinite), a trace that is 0, NaN or infinite, entries that are not finite, a matrix that is not square or not
// symmetric to 2^-40 of its largest entry, weights that are negative or do not sum to 1, points and kernel of different
// symmetry.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include <korobov/core/symmetry.hpp>
#include <korobov/core/types.hpp>
#include <korobov/generators/point_set.hpp>
#include <korobov/gram/low_rank.hpp>
#include <korobov/kernels/kernel.hpp>

namespace korobov {

class KOROBOV_API Spectrum {
 public:
  // Of a matrix of order n, from its eigenvalues in any order (as many as n: all; fewer: the rest are 0). rounding:
  // what counts as 0; none: n eps lambda_max. trace: none if these are all that are not 0; else the matrix's own trace,
  // with the given ones its largest.
  Spectrum(std::vector<double> eigenvalues, Index n, std::optional<double> rounding = std::nullopt,
           std::optional<double> trace = std::nullopt);
  // As it was: what a stored spectrum is made of again. p: values().
  static Spectrum of_parts(std::vector<double> p, Index n, double trace, bool is_complete);

  Index size() const noexcept { return n_; }        // n, the order of the matrix
  double trace() const noexcept { return trace_; }  // of the matrix (weighted, where weights were given)
  // The share of the trace in eigenvalues that were not computed: 0 where all were.
  double remainder() const noexcept { return remainder_; }
  bool is_complete() const noexcept { return is_complete_; }
  // p, in no particular order, and in descending order, O(n log n). At most n; those not held are 0.
  std::span<const double> values() const noexcept { return values_; }
  std::vector<double> descending() const;
  double largest() const noexcept { return largest_; }
  Index rank() const noexcept { return rank_; }  // how many are positive
  // The `count` largest, descending, without sorting all.
  std::vector<double> leading(Index count) const;

 private:
  Spectrum() = default;
  std::vector<double> values_;
  Index n_ = 0;
  double trace_ = 0;
  double remainder_ = 0;
  double largest_ = 0;
  Index rank_ = 0;
  bool is_complete_ = true;
};

struct SpectrumOptions {
  std::span<const double> weights;                  // (n), none: all samples weigh the same
  std::optional<Index> rank;                        // so many of the largest eigenvalues, below n; none: all
  std::size_t stored_bytes = std::size_t{1} << 30;  // of the Gram matrix of samples under a rank; none if it has more
};

// Of the first n points and a kernel of their symmetry.
template <class P, class K>
requires Matches<P, K> Spectrum spectrum(const PointSet<P>& points, const Kernel<K>& kernel, Index n);
// The same for symmetries known at run time only.
KOROBOV_API Spectrum structured_spectrum(const AnyPointSet& points, const AnyKernel& kernel, Index n);
// x: (n, d).
KOROBOV_API Spectrum spectrum(MatrixSpan<const double> x, const AnyKernel& kernel, const SpectrumOptions& options = {});
// phi: (n, D), K = phi phi^T.
KOROBOV_API Spectrum feature_spectrum(MatrixSpan<const double> phi, std::span<const double> weights = {});
// k: (n, n).
KOROBOV_API Spectrum spectrum_of(MatrixSpan<const double> k, const SpectrumOptions& options = {});
// Of F F^T + nugget I, all n eigenvalues. With trace_error = tr(K - F F^T), LowRank::trace_errors().back(), that of K +
// nugget I, of which those of the factor's rank are held, lower bounds, and the others are the remainder; an error
// below n eps tr K is none.
KOROBOV_API Spectrum spectrum_of(const LowRankGram& gram, double trace_error = 0);

template <class P, class K>
requires Matches<P, K> Spectrum spectrum(const PointSet<P>& points, const Kernel<K>& kernel, Index n) {
  return structured_spectrum(points, kernel, n);
}

}  // namespace korobov
