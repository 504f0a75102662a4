// RKE, the number of modes of a sample: the exponential of the order-2 Renyi entropy of its normalised Gram matrix
// (Jalali, Li and Farnia 2023, "An information-theoretic evaluation of generative models in learning multi-modal
// distributions"), which needs no eigenvalues:
//   RKE = 1 / sum p^2 = 1 / mean_ij (k(x_i, x_j) / s)^2,    s = k(x, x),  1 <= RKE <= n.
//
// Exactly it takes n^2 / 2 kernel values, in tiles of fixed size. For a stationary kernel k^2 / s^2 has a spectral
// measure (gram/spectral_measure.hpp) and by Bochner's theorem
//   1 / RKE = E_w |phi(w)|^2,    phi(w) = (1/n) sum_j exp(i w . x_j),
// the empirical characteristic function: O(n M d) for M frequencies, in one pass over the data. CharacteristicSums is
// that pass: rows come in any portions, and sums of different parts of the data are merged.
//
// The frequencies are the first M points of one scrambled Sobol' net, so the value has the error of the whole net. They
// are cut into `replications` consecutive blocks of about M / replications, each a net of the same scramble, whose
// means B_b give the interval: with standard error sd(B) / sqrt(replications) and Student's quantile for the mean of
// |phi|^2, inverted. Blocks of one net repel one another, so the net's own error is smaller than what independent
// blocks would have: the interval is wider than its confidence asks, and narrower than one of independent frequencies.
//
// std::invalid_argument: shapes, counts, no rows, x not finite. NumericalError: a projection overflows.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <korobov/core/seed.hpp>
#include <korobov/core/types.hpp>
#include <korobov/kernels/kernel.hpp>

namespace korobov {

// A number with an interval where it is an estimate, none where it is exact.
struct Score {
  double value = 0;
  std::optional<double> lower, upper;
};

// Of any kernel, all n^2 / 2 pairs in tiles: O(n^2 d) time on all cores, O(1) memory beside x, (n, d).
KOROBOV_API double rke_score(const AnyKernel& kernel, MatrixSpan<const double> x);

struct CharacteristicOptions {
  Index features = 1024;  // M, frequencies in all; at least replications
  std::uint32_t replications = 16;
  Seed seed;
};

class KOROBOV_API CharacteristicSums {
 public:
  // Of a Gaussian, Matern, rational quadratic, Laplace or Cauchy kernel in d dimensions.
  CharacteristicSums(const AnyKernel& kernel, Index d, const CharacteristicOptions& options);

  // x: (rows, d), any strides: O(rows M d) on all cores, the same sums for any number of threads.
  void add(MatrixSpan<const double> x);
  // The sums of another part of the data, made with the same arguments.
  void merge(const CharacteristicSums& other);
  Index count() const noexcept { return count_; }  // rows so far
  Score rke(double confidence = 0.99) const;

  // What merging and storing need: sums of cosines, then of sines, 2 M.
  const std::vector<double>& sums() const noexcept { return sums_; }
  void restore(Index count, std::vector<double> sums);

 private:
  struct Frequencies;
  std::shared_ptr<const Frequencies> frequencies_;
  std::vector<double> sums_;
  Index count_ = 0;
};

}  // namespace korobov
