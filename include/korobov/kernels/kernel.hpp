// Kernels: immutable, cheaply copied handles over one covariance function each, closed under +, * and scaling.
//
// A kernel's symmetry says which group's differences it depends on (core/symmetry.hpp):
//   Kernel<Cyclic>      k(x - z mod 1)                        ShiftInvariantKernel
//   Kernel<Dyadic>      k(x ^ z)                              DigitallyShiftInvariantKernel
//   Kernel<DyadicTree>  the leading digit of x ^ z            LeadingDigitKernel
//   Kernel<Unstructured>  any x, z of R^d                     GaussianKernel, MaternKernel, ...
// A sum or product keeps the symmetry both have; if they have none in common, it is Unstructured and still a kernel.
//
// Structured kernels take differences as words, (n, d), any strides: rows of `x_i - x_0` (lattice) or `x_i ^ x_0`
// (net), the first column of a Gram matrix. They are given as k = c + (k - c): c is the constant part (for one product
// kernel its scale, which is its integral), and k - c is built without cancellation, by v <- v (1 + p_j) + p_j for v =
// prod_j (1 + p_j) - 1. Doubles stand for points of R^d; cyclic kernels reduce them mod 1, dyadic kernels need them in
// [0, 1) and take the word that is exactly them.
//
// Hyper-parameters are one vector, in the order of parameter_names(). pull_back turns a derivative in the values,
// dL/dk_i, into one in the hyper-parameters, dL/dtheta = sum_i dL/dk_i dk_i/dtheta, through products that leave one
// factor out, never by division: a factor 1 + gamma_j K_j may be 0. A table holds what does not depend on the
// hyper-parameters (K_alpha of every coordinate), so that fitting evaluates words once.
//
// Const means thread-safe; long loops run on all cores and give the same results for any number of threads. Cost O(n
// d). Errors: shapes, sizes and values that break a rule are std::invalid_argument.
#pragma once

#include <concepts>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <korobov/core/symmetry.hpp>
#include <korobov/core/types.hpp>

namespace korobov {

namespace detail {
class KernelImpl;
}
struct StationaryForm;

// Any kernel, its symmetry a value.
class KOROBOV_API AnyKernel {
 public:
  explicit AnyKernel(std::shared_ptr<const detail::KernelImpl> impl) noexcept : impl_(std::move(impl)) {}

  Index dimension() const noexcept;  // 0: fits any
  bool fits(Index d) const noexcept { return dimension() == 0 || dimension() == d; }
  SymmetryKind symmetry() const noexcept;

  std::span<const double> parameters() const noexcept;
  std::vector<std::string> parameter_names()
      const;  // "scale", "weights[0]", ...; of a sum's terms "1.scale", "2.scale"
  AnyKernel with(std::span<const double> parameters) const;
  double at_zero() const;  // k(x, x), the same for every x
  // Over one argument in the unit cube, of structured kernels and their sums; std::invalid_argument of others.
  double integral() const;

  // Of structured kernels. k_minus_c: (n); returns c.
  double column(MatrixSpan<const Word> differences, std::span<double> k_minus_c) const;
  // dk: (n) -> dparameters: one per hyper-parameter.
  void pull_back(MatrixSpan<const Word> differences, std::span<const double> dk, std::span<double> dparameters) const;
  // The same from a table (n, table_columns()), best with consecutive rows (row_stride 1).
  Index table_columns() const;
  void tabulate(MatrixSpan<const Word> differences, MatrixSpan<double> table) const;
  double column_of_table(MatrixSpan<const double> table, std::span<double> k_minus_c) const;
  void pull_back_of_table(MatrixSpan<const double> table, std::span<const double> dk,
                          std::span<double> dparameters) const;

  // Of all kernels: points x (n, d), z (m, d) -> k (n, m). O(d) memory per thread beside k. Words are points of the
  // unit cube with all their digits.
  void cross(MatrixSpan<const double> x, MatrixSpan<const double> z, MatrixSpan<double> k) const;
  void cross(MatrixSpan<const Word> x, MatrixSpan<const Word> z, MatrixSpan<double> k) const;
  // dk: (n, m) -> dparameters.
  void pull_back(MatrixSpan<const double> x, MatrixSpan<const double> z, MatrixSpan<const double> dk,
                 std::span<double> dparameters) const;

 protected:
  const detail::KernelImpl& impl() const noexcept { return *impl_; }

 private:
  friend KOROBOV_API AnyKernel operator+(const AnyKernel& a, const AnyKernel& b);
  friend KOROBOV_API AnyKernel operator*(const AnyKernel& a, const AnyKernel& b);
  friend KOROBOV_API AnyKernel operator*(double factor, const AnyKernel& kernel);
  friend KOROBOV_API std::optional<StationaryForm> stationary_form(const AnyKernel& kernel);

  std::shared_ptr<const detail::KernelImpl> impl_;
};

// Sum and product of the functions: hyper-parameters are the first kernel's, then the second's. A factor multiplies the
// scale (of every term of a sum, of the first factor of a product); it must be positive and finite.
KOROBOV_API AnyKernel operator+(const AnyKernel& a, const AnyKernel& b);
KOROBOV_API AnyKernel operator*(const AnyKernel& a, const AnyKernel& b);
KOROBOV_API AnyKernel operator*(double factor, const AnyKernel& kernel);

namespace detail {
// Throws unless a kernel of symmetry `has` may stand where points of symmetry `points` are.
KOROBOV_API void require_kernel_symmetry(SymmetryKind has, SymmetryKind points);

// What points must keep so that both kernels are structured on them.
template <class A, class B>
struct CommonSymmetry {
  using Type = Unstructured;
};
template <class A, class B>
requires(!std::same_as<A, Unstructured> && !std::same_as<B, Unstructured> &&
         std::derived_from<A, B>) struct CommonSymmetry<A, B> {
  using Type = A;
};
template <class A, class B>
requires(!std::same_as<A, Unstructured> && !std::same_as<B, Unstructured> && std::derived_from<B, A> &&
         !std::same_as<A, B>) struct CommonSymmetry<A, B> {
  using Type = B;
};
}  // namespace detail

// A kernel whose symmetry is a type: what a point set of the same symmetry accepts (Matches in core/symmetry.hpp).
template <class Symmetry>
class Kernel : public AnyKernel {
 public:
  // A kernel whose symmetry is known at run time only; std::invalid_argument unless points of this symmetry suit it.
  explicit Kernel(const AnyKernel& any) : AnyKernel(any) {
    detail::require_kernel_symmetry(symmetry(), symmetry_kind<Symmetry>);
  }
  template <class Weaker>
  requires(Matches<Symmetry, Weaker> && !std::same_as<Symmetry, Weaker>)
      Kernel(const Kernel<Weaker>& weaker)  // NOLINT(google-explicit-constructor): asks more of the points
      : AnyKernel(static_cast<const AnyKernel&>(weaker)) {}

  Kernel with(std::span<const double> parameters) const { return Kernel(AnyKernel::with(parameters)); }
};

template <class A, class B>
auto operator+(const Kernel<A>& a, const Kernel<B>& b) {
  return Kernel<typename detail::CommonSymmetry<A, B>::Type>(static_cast<const AnyKernel&>(a) + b);
}
template <class A, class B>
auto operator*(const Kernel<A>& a, const Kernel<B>& b) {
  return Kernel<typename detail::CommonSymmetry<A, B>::Type>(static_cast<const AnyKernel&>(a) * b);
}
template <class A>
Kernel<A> operator*(double factor, const Kernel<A>& kernel) {
  return Kernel<A>(factor * static_cast<const AnyKernel&>(kernel));
}

}  // namespace korobov
