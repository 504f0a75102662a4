// The Gram matrix of a matched point set and kernel, through its spectrum: linear algebra in O(n log n).
//
//   K_ij = k(x_i, x_j) + nugget [i = j],  i, j < n;      K = Q^T diag(lambda) Q,  Q one fast orthogonal transform
// lambda is the transform of K's first column, k(x_i - x_0) for a lattice and k(x_i ^ x_0) for a net: the difference
// makes shifts cancel. (Zeng, Leung, Hickernell, "Error analysis of splines for periodic problems using lattice
// designs", 2006; Jagadeeswaran, Hickernell, "Fast automatic Bayesian cubature using lattice sampling", Statistics and
// Computing 29, 2019, section 4.) The kernel's constant c enters as lambda_0 = n c + ..., everything else comes from k
// - c, so small eigenvalues do not drown in it.
//
//   points                                            kernels                              n
//   Lattice, radical-inverse order, shifted or not    Kernel<Cyclic>                       a power of two
//   Lattice, linear order, shifted or not             Kernel<Cyclic>                       its own n, any (prime too)
//   DigitalNet, Sobol, natural or Gray order; LMS,    Kernel<Dyadic>, Kernel<DyadicTree>   a power of two
//     digital shift, both
//   NestedUniform, natural or Gray order              Kernel<DyadicTree>                   a power of two
// Any other pair does not compile, or where only run time tells (a Gray-ordered lattice, a derivative of odd order) is
// std::invalid_argument with the reason.
//
// Vectors are columns: y and out (n, r), any strides, float64, or float32 computed in float64; they are the same array
// or do not overlap. Cost O(r n log n) after O(n d + n log n) once; memory 2 n doubles, and O(n) per column in flight:
// no n x n array. Const means thread-safe; columns run on all cores; results do not depend on the number of threads.
// Accuracy: |apply - exact| <= 16 u (log2 n + 3) |K| |y|, u = 2^-53; solve is as accurate for a matrix whose
// eigenvalues are perturbed by rounding_error().
//
// Errors: std::invalid_argument (n, nugget, shapes, a set or kernel without the symmetry). NumericalError names the
// eigenvalue and the nugget to raise: solve, inverse_sqrt_apply, logdet, inverse_quadratic and inverse_diagonal need
// eigenvalues above rounding_error() / 8 (log2 n + 2), below which they have no digit; sqrt_apply and sample take those
// within rounding_error() of zero as zero and need all others positive.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include <korobov/core/error.hpp>
#include <korobov/core/seed.hpp>
#include <korobov/core/symmetry.hpp>
#include <korobov/core/types.hpp>
#include <korobov/generators/point_set.hpp>
#include <korobov/kernels/kernel.hpp>

namespace korobov {

class KOROBOV_API StructuredGram {
 public:
  // Of the first n points. nugget >= 0: a variance added to the diagonal.
  template <class P, class K>
  requires Matches<P, K> StructuredGram(const PointSet<P>& points, const Kernel<K>& kernel, Index n, double nugget = 0)
      : StructuredGram(checked(points, kernel, n, nugget)) {}
  template <class P, class K>
  requires(!Matches<P, K>) StructuredGram(const PointSet<P>&, const Kernel<K>&, Index, double = 0) {
    static_assert(Matches<P, K>,
                  "points and kernel keep different symmetries, so their Gram matrix has no fast transform: take a "
                  "ShiftInvariantKernel with lattices, a DigitallyShiftInvariantKernel with nets, a LeadingDigitKernel "
                  "under nested uniform scrambling, or DenseGram for any pair");
  }
  // The same for symmetries known at run time: a mismatch is std::invalid_argument.
  static StructuredGram checked(const AnyPointSet& points, const AnyKernel& kernel, Index n, double nugget = 0);

  Index size() const noexcept;
  double nugget() const noexcept;
  SymmetryKind symmetry() const noexcept;  // the point set's
  const AnyPointSet& points() const noexcept;
  const AnyKernel& kernel() const noexcept;

  // lambda of K, nugget included, in the transform's order: (n); lattices: lambda_k = lambda_{n-k}.
  std::span<const double> eigenvalues() const noexcept;
  // A bound of the eigenvalues' rounding error: 8 u (log2 n + 2) |k - c|_2 over the first column.
  double rounding_error() const noexcept;

  void apply(MatrixSpan<const double> y, MatrixSpan<double> out) const;  // K y
  void apply(MatrixSpan<const float> y, MatrixSpan<float> out) const;
  void solve(MatrixSpan<const double> y, MatrixSpan<double> out) const;  // K^-1 y
  void solve(MatrixSpan<const float> y, MatrixSpan<float> out) const;
  // L y with L L^T = K: the symmetric square root.
  void sqrt_apply(MatrixSpan<const double> y, MatrixSpan<double> out) const;
  void sqrt_apply(MatrixSpan<const float> y, MatrixSpan<float> out) const;
  void inverse_sqrt_apply(MatrixSpan<const double> y, MatrixSpan<double> out) const;  // L^-1 y
  void inverse_sqrt_apply(MatrixSpan<const float> y, MatrixSpan<float> out) const;

  double logdet() const;                                                               // log det K
  void quadratic(MatrixSpan<const double> y, std::span<double> values) const;          // y^T K y of each column: (r)
  void inverse_quadratic(MatrixSpan<const double> y, std::span<double> values) const;  // y^T K^-1 y
  std::vector<double> inverse_diagonal() const;  // of K^-1: (n), one number for all points
  // Columns of out (n, r): independent draws from N(0, K), L times standard normals. Column s is a function of (seed,
  // s).
  void sample(Seed seed, MatrixSpan<double> out) const;

  // Of the first 2n points, at the cost of the new half. Not in linear order, not beyond the set's limit.
  StructuredGram doubled() const;
  // Of the same points and kernel with another nugget. O(n).
  StructuredGram with_nugget(double nugget) const;

 private:
  struct State;
  explicit StructuredGram(std::shared_ptr<const State> state) noexcept : state_(std::move(state)) {}

  std::shared_ptr<const State> state_;
};

}  // namespace korobov
