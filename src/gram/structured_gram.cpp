#include <algorithm>
#include <cmath>
#include <string>

#include <korobov/core/bits.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/gram/structured_gram.hpp>

#include "core/buffer.hpp"
#include "core/sums.hpp"
#include "gram/normals.hpp"
#include "gram/spectral_basis.hpp"
#include "transforms/shapes.hpp"

namespace korobov {
namespace {

using detail::require;
using detail::shown;

std::size_t as_size(Index n) { return static_cast<std::size_t>(n); }

void require_nugget(double nugget) {
  require(nugget >= 0 && std::isfinite(nugget), "nugget", "must be finite and not negative", nugget);
}

std::string_view what_it_needs(SymmetryKind kind) {
  switch (kind) {
    case SymmetryKind::cyclic:
      return "be a function of x - z mod 1 on lattices (ShiftInvariantKernel)";
    case SymmetryKind::dyadic:
      return "be a function of the digits of x ^ z on nets (DigitallyShiftInvariantKernel, LeadingDigitKernel)";
    case SymmetryKind::dyadic_tree:
      return "depend on the leading digit of x ^ z alone under nested uniform scrambling (LeadingDigitKernel)";
    case SymmetryKind::unstructured:
      break;
  }
  return "be used with DenseGram: the points keep no group";
}

std::string_view text(SymmetryKind kind) {
  switch (kind) {
    case SymmetryKind::cyclic:
      return "cyclic kernel";
    case SymmetryKind::dyadic:
      return "dyadic kernel";
    case SymmetryKind::dyadic_tree:
      return "dyadic_tree kernel";
    case SymmetryKind::unstructured:
      break;
  }
  return "unstructured kernel";
}

void require_match(const AnyPointSet& points, const AnyKernel& kernel) {
  const SymmetryKind p = points.symmetry();
  const SymmetryKind k = kernel.symmetry();
  const bool matches =
      p != SymmetryKind::unstructured && (p == k || (p == SymmetryKind::dyadic && k == SymmetryKind::dyadic_tree));
  require(matches, "kernel", "must " + std::string(what_it_needs(p)), text(k));
  require(kernel.fits(points.dimension()), "kernel", "must have the points' dimension, " + shown(points.dimension()),
          kernel.dimension());
}

}  // namespace

namespace {

// Where a filter's factors and its vector had the same place in a page, they would share the places of a cache.
class Factors {
 public:
  Factors() = default;
  explicit Factors(std::span<const double> values)
      : memory_(std::make_shared<detail::Buffer<double>>(values.size() + kOffset)),
        values_(memory_->data() + kOffset, values.size()) {
    std::copy(values.begin(), values.end(), values_.begin());
  }
  std::span<double> span() const { return values_; }

 private:
  static constexpr std::size_t kOffset = 256;  // half a page

  std::shared_ptr<detail::Buffer<double>> memory_;
  std::span<double> values_;
};

}  // namespace

struct StructuredGram::State {
  AnyPointSet points;
  AnyKernel kernel;
  detail::SpectralBasis basis;
  std::shared_ptr<const std::vector<double>> rest;  // eigenvalues of k - c, without nugget
  double constant = 0;                              // c
  double nugget = 0;
  double rounding = 0;
  Factors whole{};
  std::span<const double> eigenvalues{};  // of `whole`
  Index least = 0;                        // where the smallest is

  // The eigenvalues of the whole from those of k - c.
  void complete() {
    whole = Factors(*rest);
    const auto values = whole.span();
    values[0] += static_cast<double>(basis.size()) * constant;
    if (nugget != 0) {
      for (auto& value : values) value += nugget;
    }
    eigenvalues = values;
    least = std::min_element(eigenvalues.begin(), eigenvalues.end()) - eigenvalues.begin();
    for (std::size_t k = 0; k < eigenvalues.size(); ++k) {
      if (!std::isfinite(eigenvalues[k])) {
        throw NumericalError("eigenvalue " + shown(k) + " is " + shown(eigenvalues[k]) +
                             ": the kernel's values overflow; lower its scale or weights");
      }
    }
  }

  [[noreturn]] void fail(std::string_view what, double must_exceed) const {
    const double value = eigenvalues[as_size(least)];
    throw NumericalError(std::string(what) + ": needs a positive definite matrix; eigenvalue " + shown(least) + " of " +
                         shown(basis.size()) + " is " + shown(value) + ", rounding error up to " + shown(rounding) +
                         ": raise nugget from " + shown(nugget) + " to more than " +
                         shown(nugget + (must_exceed - value) + rounding));
  }
  void require_invertible(std::string_view what) const {
    const double floor = rounding / (8 * (ceil_log2(basis.size()) + 2));
    if (!(eigenvalues[as_size(least)] > floor)) fail(what, floor);
  }
  void require_root(std::string_view what) const {
    if (eigenvalues[as_size(least)] < -rounding) fail(what, -rounding);
  }
  template <class F>
  std::vector<double> factor(const F& f) const {
    std::vector<double> values(eigenvalues.size());
    std::transform(eigenvalues.begin(), eigenvalues.end(), values.begin(), f);
    return values;
  }
  std::vector<double> roots() const {
    return factor([](double v) { return std::sqrt(std::max(v, 0.0)); });
  }
  std::vector<double> inverse_roots() const {
    return factor([](double v) { return 1 / std::sqrt(v); });
  }
  // sum_k c_k^2 factor(lambda_k), c = Q y, for each column.
  template <class F>
  void quadratic(MatrixSpan<const double> y, std::span<double> values, const F& f) const {
    const Index n = basis.size();
    require(y.rows == n, "y", "must have one row per point, " + shown(n), y.rows);
    require(std::ssize(values) == y.cols, "values", "must have one place per column, " + shown(y.cols),
            std::ssize(values));
    parallel_for(y.cols, detail::row_grain(n), [&](Range columns) {
      std::vector<double> c(as_size(n));
      const MatrixSpan<double> column(c.data(), n, 1, 1, n);
      for (Index s = columns.first; s < columns.last; ++s) {
        basis.forward(MatrixSpan<const double>(y.data + s * y.col_stride, n, 1, y.row_stride, 1), column);
        values[as_size(s)] =
            detail::pairwise_sum(0, c.size(), [&](std::size_t k) { return f(c[k] * c[k], eigenvalues[k]); });
      }
    });
  }
};

StructuredGram StructuredGram::checked(const AnyPointSet& points, const AnyKernel& kernel, Index n, double nugget) {
  require_match(points, kernel);
  const detail::SpectralBasis basis(points, n);
  require_nugget(nugget);
  std::vector<double> column(as_size(n));
  auto rest = std::make_shared<std::vector<double>>(as_size(n));
  const double c = detail::first_column(points, kernel, {0, n}, column);
  basis.eigenvalues(column, *rest);
  auto state =
      std::make_shared<State>(State{points, kernel, basis, rest, c, nugget, detail::SpectralBasis::rounding(column)});
  state->complete();
  return StructuredGram(std::move(state));
}

Index StructuredGram::size() const noexcept { return state_->basis.size(); }
double StructuredGram::nugget() const noexcept { return state_->nugget; }
SymmetryKind StructuredGram::symmetry() const noexcept { return state_->points.symmetry(); }
const AnyPointSet& StructuredGram::points() const noexcept { return state_->points; }
const AnyKernel& StructuredGram::kernel() const noexcept { return state_->kernel; }
std::span<const double> StructuredGram::eigenvalues() const noexcept { return state_->eigenvalues; }
double StructuredGram::rounding_error() const noexcept { return state_->rounding; }

void StructuredGram::apply(MatrixSpan<const double> y, MatrixSpan<double> out) const {
  state_->basis.filter(state_->eigenvalues, y, out);
}
void StructuredGram::apply(MatrixSpan<const float> y, MatrixSpan<float> out) const {
  state_->basis.filter(state_->eigenvalues, y, out);
}
void StructuredGram::solve(MatrixSpan<const double> y, MatrixSpan<double> out) const {
  state_->require_invertible("solve");
  state_->basis.filter(state_->eigenvalues, y, out, detail::Pointwise::divide);
}
void StructuredGram::solve(MatrixSpan<const float> y, MatrixSpan<float> out) const {
  state_->require_invertible("solve");
  state_->basis.filter(state_->eigenvalues, y, out, detail::Pointwise::divide);
}
void StructuredGram::sqrt_apply(MatrixSpan<const double> y, MatrixSpan<double> out) const {
  state_->require_root("sqrt_apply");
  state_->basis.filter(state_->roots(), y, out);
}
void StructuredGram::sqrt_apply(MatrixSpan<const float> y, MatrixSpan<float> out) const {
  state_->require_root("sqrt_apply");
  state_->basis.filter(state_->roots(), y, out);
}
void StructuredGram::inverse_sqrt_apply(MatrixSpan<const double> y, MatrixSpan<double> out) const {
  state_->require_invertible("inverse_sqrt_apply");
  state_->basis.filter(state_->inverse_roots(), y, out);
}
void StructuredGram::inverse_sqrt_apply(MatrixSpan<const float> y, MatrixSpan<float> out) const {
  state_->require_invertible("inverse_sqrt_apply");
  state_->basis.filter(state_->inverse_roots(), y, out);
}

double StructuredGram::logdet() const {
  state_->require_invertible("logdet");
  const auto& lambda = state_->eigenvalues;
  return detail::pairwise_sum(0, lambda.size(), [&](std::size_t k) { return std::log(lambda[k]); });
}

void StructuredGram::quadratic(MatrixSpan<const double> y, std::span<double> values) const {
  state_->quadratic(y, values, [](double square, double lambda) { return square * lambda; });
}
void StructuredGram::inverse_quadratic(MatrixSpan<const double> y, std::span<double> values) const {
  state_->require_invertible("inverse_quadratic");
  state_->quadratic(y, values, [](double square, double lambda) { return square / lambda; });
}

std::vector<double> StructuredGram::inverse_diagonal() const {
  state_->require_invertible("inverse_diagonal");
  const auto& lambda = state_->eigenvalues;
  const double sum = detail::pairwise_sum(0, lambda.size(), [&](std::size_t k) { return 1 / lambda[k]; });
  return std::vector<double>(lambda.size(), sum / static_cast<double>(lambda.size()));
}

void StructuredGram::sample(Seed seed, MatrixSpan<double> out) const {
  state_->require_root("sample");
  require(out.rows == size(), "out", "must have one row per point, " + shown(size()), out.rows);
  detail::fill_normals(seed, out);
  state_->basis.filter(state_->roots(), out, out);
}

StructuredGram StructuredGram::doubled() const {
  const Index n = size();
  require(state_->basis.characters() != detail::Characters::circulant, "points",
          "must be in radical-inverse order (lattices), natural or Gray order (nets) to be doubled",
          std::string_view("linear order"));
  require(n <= state_->points.size_limit() / 2, "n",
          "must be at most half the number of points of the set, " + shown(state_->points.size_limit()), n);
  std::vector<double> next(as_size(n));
  detail::first_column(state_->points, state_->kernel, {n, 2 * n}, next);
  auto rest = std::make_shared<std::vector<double>>(as_size(2 * n));
  state_->basis.doubled_eigenvalues(*state_->rest, next, *rest);
  // |k - c| over both halves
  const double rounding =
      std::hypot(state_->rounding, detail::SpectralBasis::rounding(next)) * (ceil_log2(n) + 3) / (ceil_log2(n) + 2);
  auto state =
      std::make_shared<State>(State{state_->points, state_->kernel, detail::SpectralBasis(state_->points, 2 * n), rest,
                                    state_->constant, state_->nugget, rounding});
  state->complete();
  return StructuredGram(std::move(state));
}

StructuredGram StructuredGram::with_nugget(double nugget) const {
  require_nugget(nugget);
  auto state = std::make_shared<State>(*state_);
  state->nugget = nugget;
  state->complete();
  return StructuredGram(std::move(state));
}

}  // namespace korobov
