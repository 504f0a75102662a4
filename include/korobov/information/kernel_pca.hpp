// Kernel principal components: the eigenvectors of the centred Gram matrix H K H, H = I - 1 1^T / n.
//
// Scholkopf, Smola, Muller (1998). With H K H = V diag(lambda) V^T, the scores of the n samples are V sqrt(lambda),
// those of a new sample x are (k(x, x_j) - row mean - column means + grand mean) V / sqrt(lambda), and lambda / tr(H K
// H) is the share of the variance in the kernel's space.
//
//   of_samples     any kernel; dense O(n^3), or Lanczos: O(n^2) a step, for few components. n^2 memory; under Lanczos
//                  with a matrix beyond stored_bytes, 1 GiB (n = 11585), O(n components): every product computes the
//                  kernel's values anew, for all components at once (block Lanczos), some 30 to 100 times
//   of_features    K = Phi Phi^T (linear PCA of Phi): O(n D min(n, D)) on the smaller side
//   of_matrix      a given symmetric matrix, perhaps indefinite
//   of_landmarks   the same of Nystrom's approximation K ~ F F^T from r columns of K (gram/low_rank.hpp), the
//   eigenpairs
//                  of H F F^T H: O(n r (d + r)) time, O(n r) memory; exact for r = n. Eigenvalues are at most those of
//                  H K H, and total_variance() is at least tr(H K H), by trace_error() at most: shares are lower bounds
//   of_points      points and a matched kernel: the eigenvectors are the characters of the group, cosines and sines or
//                  Walsh functions, centring leaves out the constant one; O(n d + components n log n), no n x n array
//
// Vectors are the same whatever computes them: eigenvalues that agree within rounding, 4 n eps max(4 lambda_1,
// max |k|), span one space, in which the basis vectors are, one after another, the projection of the coordinate with
// the longest projection (of those within 1e-6 of it the first), so that entry is positive; of_points keeps the
// characters, the lower frequency first, cosine before sine, with the same rule of signs. Eigenvalues up to rounding
// count as 0, and their scores are 0.
//
// Lanczos: |H K H v - lambda v| <= 1e-10 lambda + 16 n eps lambda_1 and orthonormality are checked, and so is that
// nothing larger was missed (gram/symmetric_eigen.hpp says how far). Where that fails of a stored matrix, and under
// `automatic` where a space of equal eigenvalues goes on beyond components + 4 or the matrix is indefinite, the dense
// solver takes over. Without a stored matrix it is a NumericalError, and the vectors of a space that goes on are some
// of its vectors.
//
// A matrix with an eigenvalue below -rounding is indefinite, which only a rule of the caller repairs:
//   error   std::invalid_argument that names the least eigenvalue
//   clip    negative eigenvalues count as 0
//   shift   all eigenvalues minus the least one, but for that of the constant vector, which centring keeps at 0 (the
//           constant shift of Roth, Laub, Kawanabe and Buhmann 2003); scores are unshifted kernel values over the roots
//           of shifted eigenvalues: of the samples V (lambda + least) / sqrt(lambda)
//   flip    absolute values
// Under all of them transform() of the rows that were fitted gives the scores.
// Errors, std::invalid_argument: components not from 1 to n, fewer than two samples, shapes, entries that are not
// finite, samples that are equal up to rounding; fewer landmarks than components, or more than samples; Lanczos on a
// given matrix under another rule than clip, whose negative end it does not see, and on one that it does see to be
// indefinite: shares need all eigenvalues. `automatic` takes the dense solver for given matrices.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <korobov/core/types.hpp>
#include <korobov/generators/point_set.hpp>
#include <korobov/gram/low_rank.hpp>
#include <korobov/kernels/kernel.hpp>

namespace korobov {

enum class EigenSolver {
  automatic,
  dense,
  lanczos
};  // automatic: Lanczos from n = 400 on, for components up to n / 10; dense for given matrices
enum class Indefinite { error, clip, shift, flip };

struct KernelPcaOptions {
  Index components = 2;
  EigenSolver solver = EigenSolver::automatic;
  Indefinite indefinite = Indefinite::error;
  std::size_t stored_bytes = std::size_t{1} << 30;  // of the Gram matrix of samples under Lanczos; none if it has more
};

// What a fit consists of: to store it and to have it back. Sizes: n samples, c components, d columns of samples.
struct KernelPcaParts {
  enum class Kind { samples, features, matrix, landmarks };
  Kind kind = Kind::samples;
  Index n = 0;
  Index dimension = 0;              // d
  std::vector<double> eigenvalues;  // (c)
  std::vector<double> before;       // (c), eigenvalues before the rule for indefinite matrices
  std::vector<double> signs;        // (c), of those that were flipped; else 1
  std::vector<double> vectors;      // (c, n): vector after vector
  double total = 0;
  double least = 0;
  std::vector<double> x;      // samples: (n, d); landmarks: (r, d)
  std::vector<double> means;  // of the rows of K: (n); features: of the columns, (d); landmarks: of those of F, (r)
  double grand = 0;           // of all of K
  std::vector<double> axes;   // features: (c, d); landmarks: (c, r)
  std::vector<double> pivot_rows;  // landmarks: L, (r, r), row-major
  std::vector<Index> landmarks;    // (r)
  double trace_error = 0;          // tr(K - F F^T)
};

class KOROBOV_API KernelPca {
 public:
  static KernelPca of_samples(const AnyKernel& kernel, MatrixSpan<const double> x,
                              const KernelPcaOptions& options = {});
  static KernelPca of_features(MatrixSpan<const double> phi, const KernelPcaOptions& options = {});
  static KernelPca of_matrix(MatrixSpan<const double> k, const KernelPcaOptions& options = {});
  static KernelPca of_landmarks(const AnyKernel& kernel, MatrixSpan<const double> x, Index landmarks,
                                const KernelPcaOptions& options = {}, const LowRankOptions& pivots = {});
  static KernelPca of_points(const AnyPointSet& points, const AnyKernel& kernel, Index n,
                             const KernelPcaOptions& options = {});

  // kernel: of samples, points and landmarks.
  static KernelPca of_parts(KernelPcaParts parts, std::optional<AnyKernel> kernel);
  const KernelPcaParts& parts() const noexcept;

  Index samples() const noexcept;                        // n
  Index components() const noexcept;                     // c
  std::span<const double> eigenvalues() const noexcept;  // (c), descending, after the rule for indefinite ones
  double total_variance() const noexcept;                // tr(H K H), after that rule
  double least_eigenvalue() const noexcept;              // before it; 0 where it was not computed
  std::span<const Index> landmarks() const noexcept;     // rows of x, in the order they were drawn; else none
  double trace_error() const noexcept;                   // of landmarks: tr(K - F F^T); else 0
  MatrixSpan<const double> vectors() const noexcept;     // V, (n, c), consecutive columns
  void scores(MatrixSpan<double> out) const;             // of the samples, (n, c)

  // Scores of new samples, (m, c): of_samples, of_landmarks and of_points take coordinates (m, d), of_features
  // features (m, D), of_matrix kernel values with the samples (m, n).
  void transform(MatrixSpan<const double> x, MatrixSpan<double> out) const;

 private:
  struct State;
  explicit KernelPca(std::shared_ptr<const State> state) noexcept : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

}  // namespace korobov
