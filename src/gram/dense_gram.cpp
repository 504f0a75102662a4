#include <algorithm>
#include <cmath>
#include <limits>
#include <new>

#include <korobov/gram/dense_gram.hpp>

#include "core/sums.hpp"
#include "gram/dense_algebra.hpp"
#include "gram/normals.hpp"
#include "transforms/shapes.hpp"

namespace korobov {
namespace {

using detail::require;
using detail::shown;
using detail::Triangular;

constexpr Index kBlockColumns = 256;
constexpr double kU = 0x1p-53;

std::size_t as_size(Index n) { return static_cast<std::size_t>(n); }

std::size_t square(Index n) {
  if (n > Index{1} << 30) throw std::bad_alloc();
  return as_size(n * n);
}

void require_nugget(double nugget) {
  require(nugget >= 0 && std::isfinite(nugget), "nugget", "must be finite and not negative", nugget);
}

}  // namespace

// Row-major, the lower triangle with its diagonal becomes L and the strict upper one keeps K; in the column-major eyes
// of dense_algebra.hpp, the upper triangle is U = L^T and the strict lower one K.
struct DenseGram::State {
  Index n = 0;
  double nugget = 0;
  std::vector<double> matrix{};
  std::vector<double> diagonal{};  // of K without nugget
  bool factored = false;

  void require_matrix(const char* name) const {
    double largest = 0;
    for (const double value : matrix) {
      require(std::isfinite(value), name, "must have finite entries", value);
      largest = std::max(largest, std::abs(value));
    }
    const double tolerance = 8 * kU * static_cast<double>(n) * largest;
    for (Index i = 0; i < n; ++i) {
      for (Index j = 0; j < i; ++j) {
        const double difference = std::abs(at(i, j) - at(j, i));
        require(difference <= tolerance, name, "must be symmetric: K_ij - K_ji must be 0 to rounding", difference);
      }
    }
  }
  double& at(Index i, Index j) { return matrix[as_size(i * n + j)]; }
  double at(Index i, Index j) const { return matrix[as_size(i * n + j)]; }

  // From a matrix that is K without nugget.
  void factor() {
    diagonal.resize(as_size(n));
    for (Index i = 0; i < n; ++i) {
      diagonal[as_size(i)] = at(i, i);
      at(i, i) += nugget;
    }
    factored = detail::cholesky(matrix.data(), n);
    if (factored) return;
    for (Index i = 0; i < n; ++i) at(i, i) = diagonal[as_size(i)] + nugget;
  }
  // A copy whose lower triangle in column-major eyes, with the diagonal, is K.
  std::vector<double> symmetric_copy() const {
    std::vector<double> copy(matrix);
    for (Index i = 0; i < n; ++i) copy[as_size(i * n + i)] = diagonal[as_size(i)] + nugget;
    return copy;
  }

  void require_factor(const char* what) const {
    if (factored) return;
    const double largest = *std::max_element(diagonal.begin(), diagonal.end()) + nugget;
    const double rounding = 2 * kU * static_cast<double>(n) * static_cast<double>(n + 1) * std::max(largest, 0.0);
    double least = 0;
    std::string text = std::string(what) + ": needs a positive definite matrix; ";
    if (n <= 1024) {
      auto copy = symmetric_copy();
      least = detail::symmetric_eigenvalues(copy.data(), n).front();
      text += "the smallest of " + shown(n) + " eigenvalues is " + shown(least);
    } else {
      text += "the Cholesky factorization of " + shown(n) + " rows met a pivot that is not positive";
    }
    throw NumericalError(text + ": raise nugget from " + shown(nugget) + " to more than " +
                         shown(nugget + std::max(0.0, -least) + rounding) + (n <= 1024 ? "" : ", or further"));
  }

  // work(double* columns, Index count), column-major and in place, on the columns of y, results into out.
  template <class T, class Work>
  void each_block(MatrixSpan<const T> y, MatrixSpan<T> out, const Work& work) const {
    require(y.rows == n, "y", "must have one row per point, " + shown(n), y.rows);
    require(out.rows == n, "out", "must have one row per point, " + shown(n), out.rows);
    require(out.cols == y.cols, "out", "must have as many columns as the input, " + shown(y.cols), out.cols);
    if (y.cols == 0) return;
    detail::require_distinct(out, "out");
    if (y.data != out.data || y.row_stride != out.row_stride || y.col_stride != out.col_stride) {
      detail::require_disjoint(out, y, "out");
    }
    std::vector<double> columns(as_size(n * std::min(kBlockColumns, y.cols)));
    for (Index first = 0; first < y.cols; first += kBlockColumns) {
      const Index count = std::min(kBlockColumns, y.cols - first);
      for (Index i = 0; i < n; ++i) {
        for (Index s = 0; s < count; ++s) columns[as_size(s * n + i)] = static_cast<double>(y(i, first + s));
      }
      work(columns.data(), count);
      for (Index i = 0; i < n; ++i) {
        for (Index s = 0; s < count; ++s) out(i, first + s) = static_cast<T>(columns[as_size(s * n + i)]);
      }
    }
  }

  void multiply(double* columns, Index r) const {
    const std::vector<double> y(columns, columns + n * r);
    detail::symmetric_product(matrix.data(), n, y.data(), columns, r);
    if (!factored) return;  // the array's diagonal is K's
    for (Index s = 0; s < r; ++s) {
      for (Index i = 0; i < n; ++i) {
        columns[s * n + i] += (diagonal[as_size(i)] + nugget - at(i, i)) * y[as_size(s * n + i)];
      }
    }
  }
  template <class T>
  void apply(MatrixSpan<const T> y, MatrixSpan<T> out) const {
    each_block(y, out, [this](double* columns, Index r) { multiply(columns, r); });
  }
  template <class T>
  void solve(MatrixSpan<const T> y, MatrixSpan<T> out) const {
    require_factor("solve");
    each_block(y, out, [this](double* columns, Index r) {
      detail::triangular(Triangular::solve_transposed, matrix.data(), n, columns, r);
      detail::triangular(Triangular::solve, matrix.data(), n, columns, r);
    });
  }
  template <class T>
  void triangular(const char* what, Triangular operation, MatrixSpan<const T> y, MatrixSpan<T> out) const {
    require_factor(what);
    each_block(y, out, [this, operation](double* columns, Index r) {
      detail::triangular(operation, matrix.data(), n, columns, r);
    });
  }
  // values_s = sum_i form(y_is, z_is), z = verb(y).
  template <class Verb, class Form>
  void forms(MatrixSpan<const double> y, std::span<double> values, const Verb& verb, const Form& form) const {
    require(std::ssize(values) == y.cols, "values", "must have one place per column, " + shown(y.cols),
            std::ssize(values));
    std::vector<double> z(as_size(y.rows * y.cols));
    const MatrixSpan<double> out(z.data(), y.rows, y.cols, 1, std::max<Index>(y.rows, 1));
    verb(y, out);
    for (Index s = 0; s < y.cols; ++s) {
      values[as_size(s)] = detail::pairwise_sum(0, as_size(n), [&](std::size_t i) {
        return form(y(static_cast<Index>(i), s), out(static_cast<Index>(i), s));
      });
    }
  }
};

namespace {

template <class T>
std::vector<double> entries(MatrixSpan<const T> x, const AnyKernel& kernel, double nugget) {
  require(x.rows >= 1, "x", "must have at least one row", x.rows);
  require_nugget(nugget);
  std::vector<double> k(square(x.rows));
  kernel.cross(x, x, MatrixSpan<double>(k.data(), x.rows, x.rows));
  return k;
}

}  // namespace

DenseGram::DenseGram(MatrixSpan<const double> x, const AnyKernel& kernel, double nugget) {
  auto state = std::make_shared<State>(State{x.rows, nugget, entries(x, kernel, nugget)});
  state->require_matrix("kernel");
  state->factor();
  state_ = std::move(state);
}

DenseGram::DenseGram(MatrixSpan<const Word> x, const AnyKernel& kernel, double nugget) {
  auto state = std::make_shared<State>(State{x.rows, nugget, entries(x, kernel, nugget)});
  state->require_matrix("kernel");
  state->factor();
  state_ = std::move(state);
}

DenseGram DenseGram::from_matrix(MatrixSpan<const double> matrix, double nugget) {
  require(matrix.rows >= 1, "matrix", "must have at least one row", matrix.rows);
  require(matrix.cols == matrix.rows, "matrix", "must be square, with columns like rows, " + shown(matrix.rows),
          matrix.cols);
  require_nugget(nugget);
  const Index n = matrix.rows;
  auto state = std::make_shared<State>(State{n, nugget, std::vector<double>(square(n))});
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < n; ++j) state->at(i, j) = matrix(i, j);
  }
  state->require_matrix("matrix");
  state->factor();
  return DenseGram(std::move(state));
}

Index DenseGram::size() const noexcept { return state_->n; }
double DenseGram::nugget() const noexcept { return state_->nugget; }
bool DenseGram::is_positive_definite() const noexcept { return state_->factored; }
void DenseGram::fill_matrix(MatrixSpan<double> out) const {
  const Index n = state_->n;
  require(out.rows == n, "out", "must have one row per point, " + shown(n), out.rows);
  require(out.cols == n, "out", "must have one column per point, " + shown(n), out.cols);
  for (Index i = 0; i < n; ++i) {
    out(i, i) = state_->diagonal[as_size(i)];
    for (Index j = 0; j < i; ++j) out(i, j) = out(j, i) = state_->at(j, i);
  }
}

void DenseGram::apply(MatrixSpan<const double> y, MatrixSpan<double> out) const { state_->apply(y, out); }
void DenseGram::apply(MatrixSpan<const float> y, MatrixSpan<float> out) const { state_->apply(y, out); }
void DenseGram::solve(MatrixSpan<const double> y, MatrixSpan<double> out) const { state_->solve(y, out); }
void DenseGram::solve(MatrixSpan<const float> y, MatrixSpan<float> out) const { state_->solve(y, out); }
void DenseGram::sqrt_apply(MatrixSpan<const double> y, MatrixSpan<double> out) const {
  state_->triangular("sqrt_apply", Triangular::multiply_transposed, y, out);
}
void DenseGram::sqrt_apply(MatrixSpan<const float> y, MatrixSpan<float> out) const {
  state_->triangular("sqrt_apply", Triangular::multiply_transposed, y, out);
}
void DenseGram::inverse_sqrt_apply(MatrixSpan<const double> y, MatrixSpan<double> out) const {
  state_->triangular("inverse_sqrt_apply", Triangular::solve_transposed, y, out);
}
void DenseGram::inverse_sqrt_apply(MatrixSpan<const float> y, MatrixSpan<float> out) const {
  state_->triangular("inverse_sqrt_apply", Triangular::solve_transposed, y, out);
}

double DenseGram::logdet() const {
  state_->require_factor("logdet");
  const Index n = state_->n;
  return 2 * detail::pairwise_sum(0, as_size(n), [&](std::size_t i) {
           return std::log(state_->at(static_cast<Index>(i), static_cast<Index>(i)));
         });
}

void DenseGram::quadratic(MatrixSpan<const double> y, std::span<double> values) const {
  state_->forms(
      y, values, [&](auto in, auto out) { apply(in, out); }, [](double a, double b) { return a * b; });
}
void DenseGram::inverse_quadratic(MatrixSpan<const double> y, std::span<double> values) const {
  state_->forms(
      y, values, [&](auto in, auto out) { inverse_sqrt_apply(in, out); }, [](double, double b) { return b * b; });
}

// (K^-1)_ii = |column i of L^-1|^2, which is 0 above place i.
std::vector<double> DenseGram::inverse_diagonal() const {
  state_->require_factor("inverse_diagonal");
  const Index n = state_->n;
  const Index width = std::min<Index>(n, kBlockColumns);
  std::vector<double> columns(as_size(n * width));
  std::vector<double> values(as_size(n));
  for (Index first = 0; first < n; first += width) {
    const Index count = std::min(width, n - first);
    std::fill(columns.begin(), columns.end(), 0.0);
    for (Index s = 0; s < count; ++s) columns[as_size(s * n + first + s)] = 1;
    detail::triangular(Triangular::solve_transposed, state_->matrix.data(), n, columns.data(), count);
    for (Index s = 0; s < count; ++s) {
      const double* const column = columns.data() + s * n;
      values[as_size(first + s)] =
          detail::pairwise_sum(as_size(first), as_size(n), [=](std::size_t i) { return column[i] * column[i]; });
    }
  }
  return values;
}

std::vector<double> DenseGram::eigenvalues() const {
  auto copy = state_->symmetric_copy();
  return detail::symmetric_eigenvalues(copy.data(), state_->n);
}

void DenseGram::sample(Seed seed, MatrixSpan<double> out) const {
  state_->require_factor("sample");
  require(out.rows == size(), "out", "must have one row per point, " + shown(size()), out.rows);
  detail::fill_normals(seed, out);
  sqrt_apply(out, out);
}

DenseGram DenseGram::with_nugget(double nugget) const {
  require_nugget(nugget);
  auto state = std::make_shared<State>(State{state_->n, nugget, state_->matrix});
  for (Index i = 0; i < state->n; ++i) {
    for (Index j = 0; j < i; ++j) state->at(i, j) = state->at(j, i);
    state->at(i, i) = state_->diagonal[as_size(i)];
  }
  state->factor();
  return DenseGram(std::move(state));
}

}  // namespace korobov
