// Selection of k samples by greedy maximisation of log det(I + K_S / noise), with certificates.
//
//   f(S) = log det(I + K_S / noise),  K_S the Gram matrix of the samples S
// is the information (doubled, in nats) that S's noisy observations give about a Gaussian process, and twice the coding
// rate of S. f is monotone and submodular: gains f(S + i) - f(S) never increase as S grows, and greedy selection
// reaches (1 - 1/e) of the best k (Nemhauser, Wolsey, Fisher 1978; Krause, Singh, Guestrin 2008).
//
// The gain of i is log(v_i / noise), v_i the conditional variance of its noisy value, by an incremental Cholesky
// factorisation: row i of L and v_i for the chosen ones only. Since gains only decrease, an old gain is a bound, and a
// row is brought up to date when its bound is among the largest (Minoux 1978): the same choice, often a small part of
// the work. Ties go to the lowest index.
//
// With entropies e_i >= 0 (of predictions, say), f has weights, and stays monotone and submodular:
//   diagonal   log det(I + (K_S + diag(e_S)) / noise)         what the KECOR code does (Luo et al. 2023)
//   additive   log det(I + K_S / noise) + sum_{i in S} e_i    what its paper reads
//
// upper_bound: no k samples have a larger f; the least of value / (1 - 1/e), the sum of the k largest first gains, and
// value plus the k largest gains that are left (Leskovec et al. 2007), so value / upper_bound certifies the answer.
//
// Costs, d dimensions or D features: O(n k (k + d)) time at most, O(n k) memory at most, kernel values as they are
// needed; no n x n array but the one that is given. The same answer for any number of threads; for the same entries, of
// any instruction set.
//
// With samples G that are given (labelled already), f(S | G) = f(S + G) - f(G): log det(I + K_S|G / noise) of the
// conditional kernel, and what e adds for S; also monotone and submodular. O(|G|^2 (n + |G|)) more at most.
//
// A stored matrix is read whole once, to check its symmetry: some 10 ms of 4000 samples.
//
// Streaming: one pass over chunks, sieve streaming of Badanidiyuru, Mirzasoleiman, Karbasi, Krause (2014): a set per
// threshold (1 + accuracy)^j, at least (1/2 - accuracy) of the best k, O(k log(k) / accuracy) samples in memory.
//
// Errors, std::invalid_argument: k not from 1 to the number of samples to choose from, noise not positive and finite,
// entropies negative, NaN or of another length, given samples out of range or named twice, entries that are not finite,
// a matrix that is not symmetric or turns out to be indefinite, a noise below (k + |G|) eps times the largest diagonal
// entry, where conditional variances are rounding errors.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include <korobov/core/types.hpp>
#include <korobov/generators/point_set.hpp>
#include <korobov/kernels/kernel.hpp>

namespace korobov {

enum class EntropyWeight { diagonal, additive };

struct SelectionOptions {
  Index k = 1;
  double noise = 1;                 // variance
  std::span<const double> entropy;  // (n), or none
  EntropyWeight mode = EntropyWeight::diagonal;
  std::span<const Index> given{};  // samples that are taken before the first choice
};

struct Selection {
  std::vector<Index> indices;  // in the order of choice
  std::vector<double> gains;   // of f, never increasing but in a stream, whose samples come in their own order
  double value = 0;            // f of the indices, the sum of the gains
  double upper_bound = 0;      // of f over all sets of k samples
};

KOROBOV_API Selection select(MatrixSpan<const double> k,
                             const SelectionOptions& options);  // a stored Gram matrix (n, n)
KOROBOV_API Selection select(const AnyKernel& kernel, MatrixSpan<const double> x, const SelectionOptions& options);
KOROBOV_API Selection select_by_features(MatrixSpan<const double> phi,
                                         const SelectionOptions& options);  // K = phi phi^T
// Of the first n points and a kernel of their symmetry: entries of one column, O(1) each.
KOROBOV_API Selection structured_select(const AnyPointSet& points, const AnyKernel& kernel, Index n,
                                        const SelectionOptions& options);

struct StreamingOptions {
  Index k = 1;
  double noise = 1;
  double accuracy = 0.1;  // from 2^-20 to below 1/2
};

class KOROBOV_API StreamingSelection {
 public:
  StreamingSelection(AnyKernel kernel, Index dimension, StreamingOptions options);
  StreamingSelection(StreamingSelection&&) noexcept;
  StreamingSelection& operator=(StreamingSelection&&) noexcept;
  ~StreamingSelection();

  // The next samples, (m, d).
  void push(MatrixSpan<const double> x);
  Index seen() const noexcept;
  // Of what was seen: the best sieve, its samples in the order of their coming; upper_bound as above, value / (1/2 -
  // accuracy) in place of the greedy bound. std::invalid_argument before the first sample.
  Selection result() const;

 private:
  class Sieves;
  std::unique_ptr<Sieves> sieves_;
};

}  // namespace korobov
