// The Gram matrix of several tasks on shifted copies of one point family, with powers of two as their sizes.
//
//   K[(a, i), (b, j)] = B_ab k(x^a_i, x^b_j) + nugget_a [a = b, i = j],   i < n_a, j < n_b
// With B the task covariance and both sides transformed, block (a, b), n_a >= n_b, is a stack of n_a / n_b diagonals:
// entry (h, l) is 0 unless h = l mod n_b, and then
//   s_ab(h) = sqrt(n_b) (T k(x^a_i, x^b_0))_h,  h < n_a,  T = fftbr (complex) for lattices, fwht for nets.
// A block L D L^H from the largest task to the smallest keeps that pattern: eliminating p changes, for a, b after it,
//   s_ab -= fold_{n_a}(conj(s_pa) s_pb / d_p),   d_p = s_pp,   fold_n f(l) = sum of f(h) over h = l mod n,
// so there is no fill-in: O(T N) numbers and O(T^2 N + N log N) work for T tasks and N points in all. The pivots d_p
// are real, their logarithms add up to log det K, and one that is not positive shows that K is not. Tasks are
// eliminated in order of decreasing size whatever the order they are given in.
//
// Tasks: lattices in radical-inverse order with one generating vector, each shifted or not; or nets with the same
// matrices, natural or Gray order, each with a digital shift or none. Kernel: of their symmetry. Vectors hold the tasks
// one after the other, in the order given: (N, r), any strides; in and out are the same array or do not overlap. Const
// means thread-safe.
//
// Errors: std::invalid_argument (sizes, nuggets, a task covariance that is not finite and symmetric, sets that are no
// shifted copies of one family). NumericalError, by verbs that need the factor: it names task and pivot and the nugget
// to raise.
#pragma once

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <korobov/core/error.hpp>
#include <korobov/core/types.hpp>
#include <korobov/generators/point_set.hpp>
#include <korobov/kernels/kernel.hpp>

namespace korobov {

namespace detail {
struct MultitaskDesigns;
class MultitaskSystem;
}  // namespace detail

struct TaskDesign {
  AnyPointSet points;
  Index n = 0;        // a power of two: the task's values are at the first n points
  double nugget = 0;  // variance added to the task's diagonal
};

// Smooth kernels have eigenvalues below their rounding error. added: B_aa rounding_error() joins nugget_a, and keeps K
// positive definite; gradient() counts it.
enum class RoundingNugget { none, added };

class KOROBOV_API MultitaskGram {
 public:
  // task_covariance: B (T, T), symmetric.
  MultitaskGram(std::span<const TaskDesign> tasks, MatrixSpan<const double> task_covariance, const AnyKernel& kernel,
                RoundingNugget rounding = RoundingNugget::none);

  // Whether designs and kernel have this structure; the nuggets do not matter.
  static bool matches(std::span<const TaskDesign> tasks, const AnyKernel& kernel);

  Index tasks() const noexcept;
  Index size() const noexcept;             // N
  Range rows_of(Index task) const;         // where a task's values stand
  double rounding_error() const noexcept;  // of the kernel's eigenvalues on the largest task, as StructuredGram's
  bool is_positive_definite() const noexcept;

  void apply(MatrixSpan<const double> y, MatrixSpan<double> out) const;  // K y
  void solve(MatrixSpan<const double> y, MatrixSpan<double> out) const;  // K^-1 y
  double logdet() const;
  void inverse_quadratic(MatrixSpan<const double> y, std::span<double> values) const;  // y^T K^-1 y of each column: (r)

  // The sums over each task of K^-1 y: (T, r). From mode 0, without the rounding of the transform back.
  void sums_of_solution(MatrixSpan<const double> y, MatrixSpan<double> sums) const;
  // G_ab = u_a^T (K - c U B U^T)^-1 u_b (T, T), u_a the ones on task a, U = (u_1 .. u_T), c the kernel's constant part:
  // what the data say of a constant added to each task. By Woodbury's formula c B - c B U^T K^-1 U c B = ((c B)^-1 +
  // G)^-1, where the left side cancels when n is large. O(T^3). NumericalError if K without c is not positive definite.
  void information_of_constants(MatrixSpan<double> g) const;

  // With alpha = solve(y), y (N, 1), and L = (y^T K^-1 y + log det K) / 2: dL/dB_ab as if all entries of B were
  // independent (T, T), dL/dnugget_a (T), and dL/dtheta of the kernel's hyper-parameters. The inverse's entries that
  // are needed stand on the same pattern (Erisman, Tinney, "On computing certain elements of the inverse of a sparse
  // matrix", 1975). O(T^2 N d).
  void gradient(MatrixSpan<const double> y, MatrixSpan<double> dcovariance, std::span<double> dnugget,
                std::span<double> dkernel) const;

  // The same designs under other hyper-parameters. The first call makes a table of what does not depend on them, of
  // O(T N d) numbers, which what is made by `with` shares.
  MultitaskGram with(MatrixSpan<const double> task_covariance, std::span<const double> kernel_parameters,
                     std::span<const double> nuggets) const;

 private:
  explicit MultitaskGram(std::shared_ptr<const detail::MultitaskSystem> system) noexcept : system_(std::move(system)) {}

  std::shared_ptr<const detail::MultitaskSystem> system_;
};

}  // namespace korobov
