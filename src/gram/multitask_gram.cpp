#include <algorithm>
#include <cmath>
#include <complex>
#include <numeric>
#include <string>
#include <type_traits>

#include <korobov/core/bits.hpp>
#include <korobov/gram/multitask_gram.hpp>
#include <korobov/transforms/bit_reversed_fft.hpp>
#include <korobov/transforms/fwht.hpp>

#include "core/sums.hpp"
#include "gram/spectral_basis.hpp"
#include "transforms/shapes.hpp"

namespace korobov {
namespace {

using detail::require;
using detail::shown;
using Complex = std::complex<double>;

std::size_t as_size(Index n) { return static_cast<std::size_t>(n); }

// Words of points first .. last - 1 of `points` minus the word of `origin`, dimension-major.
std::vector<Word> differences_from(const AnyPointSet& points, Index n, const std::vector<Word>& origin) {
  const Index d = points.dimension();
  std::vector<Word> words(as_size(n * d));
  points.fill({0, n}, MatrixSpan<Word>(words.data(), n, d, 1, n));
  const bool cyclic = points.symmetry() == SymmetryKind::cyclic;
  for (Index j = 0; j < d; ++j) {
    const Word zero = origin[as_size(j)];
    for (Index i = j * n; i < (j + 1) * n; ++i) {
      Word& w = words[as_size(i)];
      w = cyclic ? Cyclic::subtract(w, zero) : Dyadic::subtract(w, zero);
    }
  }
  return words;
}

// The points of indices 2^k < n less the first point: what all others are sums of.
std::vector<Word> columns_of(const AnyPointSet& points, Index n) {
  const Index d = points.dimension();
  std::vector<Index> indices{0};
  for (Index k = 1; k < n; k *= 2) indices.push_back(k);
  std::vector<Word> words(indices.size() * as_size(d));
  points.fill_at(std::span<const Index>(indices), MatrixSpan<Word>(words.data(), std::ssize(indices), d));
  const bool cyclic = points.symmetry() == SymmetryKind::cyclic;
  for (std::size_t k = words.size(); k-- > 0;) {
    const Word zero = words[k % as_size(d)];
    words[k] = cyclic ? Cyclic::subtract(words[k], zero) : Dyadic::subtract(words[k], zero);
  }
  return words;
}

void require_tasks(std::span<const TaskDesign> tasks, MatrixSpan<const double> b, const AnyKernel& kernel) {
  require(!tasks.empty(), "tasks", "must hold at least one task", std::ssize(tasks));
  for (const TaskDesign& task : tasks) {
    require(task.points.symmetry() == tasks[0].points.symmetry(), "tasks",
            "must be shifted copies of one point family, all lattices or all nets", task.points.description());
    require(task.points.symmetry() == SymmetryKind::cyclic || task.points.symmetry() == SymmetryKind::dyadic, "tasks",
            "must be lattices or nets with no randomization but a shift", task.points.description());
    const detail::SpectralBasis basis(task.points, task.n);
    require(basis.characters() != detail::Characters::circulant, "tasks",
            "must be in radical-inverse order (lattices), natural or Gray order (nets)", task.points.description());
    require(task.nugget >= 0 && std::isfinite(task.nugget), "nugget", "must be finite and not negative", task.nugget);
    require(task.points.dimension() == tasks[0].points.dimension(), "tasks", "must have one dimension",
            task.points.dimension());
    require(kernel.fits(task.points.dimension()), "kernel",
            "must have the points' dimension, " + shown(task.points.dimension()), kernel.dimension());
  }
  const SymmetryKind p = tasks[0].points.symmetry();
  const SymmetryKind k = kernel.symmetry();
  require(p == k || (p == SymmetryKind::dyadic && k == SymmetryKind::dyadic_tree), "kernel",
          p == SymmetryKind::cyclic ? "must be a function of x - z mod 1 on lattices"
                                    : "must be a function of the digits of x ^ z on nets",
          std::string_view("a kernel of another symmetry"));
  const auto& largest =
      *std::max_element(tasks.begin(), tasks.end(), [](const TaskDesign& a, const TaskDesign& c) { return a.n < c.n; });
  for (const TaskDesign& task : tasks) {
    require(columns_of(task.points, task.n) == columns_of(largest.points, task.n), "tasks",
            "must be shifted copies of one point family: the same generating vector or matrices, in the same order",
            task.points.description());
  }
  const Index count = std::ssize(tasks);
  require(b.rows == count, "task_covariance", "must have one row per task, " + shown(count), b.rows);
  require(b.cols == count, "task_covariance", "must have one column per task, " + shown(count), b.cols);
  for (Index i = 0; i < count; ++i) {
    for (Index j = 0; j < count; ++j) {
      require(std::isfinite(b(i, j)), "task_covariance", "must have finite entries", b(i, j));
      require(b(i, j) == b(j, i), "task_covariance", "must be symmetric; entry differs from its mirror image", b(i, j));
    }
  }
}

}  // namespace

class detail::MultitaskSystem {
 public:
  MultitaskSystem(std::span<const TaskDesign> tasks, MatrixSpan<const double> matrix, const AnyKernel& k)
      : designs(tasks.begin(), tasks.end()),
        kernel(k),
        order(tasks.size()),
        starts(tasks.size() + 1),
        covariance(tasks.size() * tasks.size()) {
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t i, std::size_t j) { return designs[i].n > designs[j].n; });
    for (std::size_t t = 0; t < order.size(); ++t) starts[t + 1] = starts[t] + designs[t].n;
    for (std::size_t a = 0; a < order.size(); ++a) {
      for (std::size_t c = 0; c < order.size(); ++c) {
        covariance[a * order.size() + c] = matrix(static_cast<Index>(order[a]), static_cast<Index>(order[c]));
      }
    }
  }
  MultitaskSystem(const MultitaskSystem&) = delete;
  MultitaskSystem& operator=(const MultitaskSystem&) = delete;
  virtual ~MultitaskSystem() = default;

  virtual void apply(MatrixSpan<const double> y, MatrixSpan<double> out) const = 0;
  virtual void solve(MatrixSpan<const double> y, MatrixSpan<double> out) const = 0;
  virtual void gradient(MatrixSpan<const double> y, MatrixSpan<double> dcovariance, std::span<double> dnugget,
                        std::span<double> dkernel) const = 0;

  Index size() const { return starts.back(); }
  void require_factor(const char* what) const {
    if (!failure.empty()) throw NumericalError(std::string(what) + ": needs a positive definite matrix; " + failure);
  }

  std::vector<TaskDesign> designs;
  AnyKernel kernel;
  std::vector<std::size_t> order;  // sorted position -> task, sizes descending
  std::vector<Index> starts;       // of a task's values
  std::vector<double> covariance;  // in sorted order
  double logdet = 0;
  std::string failure;  // what made the factorization stop

 protected:
  std::size_t count() const { return order.size(); }
  const TaskDesign& design(std::size_t a) const { return designs[order[a]]; }
  Index n(std::size_t a) const { return design(a).n; }
  double b(std::size_t a, std::size_t c) const { return covariance[a * count() + c]; }
};

namespace {

// One scalar type per group: what the transform of real values consists of.
template <class S>
void forward(std::span<S> values, std::span<const double> y) {
  if constexpr (std::is_same_v<S, Complex>) {
    fftbr(y, values);
  } else {
    std::copy(y.begin(), y.end(), values.begin());
    fwht(values);
  }
}
template <class S>
void inverse(std::span<S> values, std::span<double> y) {
  if constexpr (std::is_same_v<S, Complex>) {
    ifftbr(std::span<const Complex>(values), y);
  } else {
    fwht(values);
    std::copy(values.begin(), values.end(), y.begin());
  }
}
double conjugate(double v) { return v; }
Complex conjugate(Complex v) { return std::conj(v); }
double real_part(double v) { return v; }
double real_part(Complex v) { return v.real(); }

}  // namespace

namespace {

// Tasks in sorted order, a <= c: blocks[a][c] holds entries (h, h mod n_c), h < n_a.
template <class S>
class SystemOf final : public detail::MultitaskSystem {
 public:
  using Blocks = std::vector<std::vector<std::vector<S>>>;

  SystemOf(std::span<const TaskDesign> tasks, MatrixSpan<const double> matrix, const AnyKernel& k)
      : MultitaskSystem(tasks, matrix, k), base_(empty()), factor_(empty()), pivots_(count()) {
    make_base();
    factorize();
  }

  void apply(MatrixSpan<const double> y, MatrixSpan<double> out) const override {
    each_column(y, out, [this](std::vector<std::vector<S>>& v) {
      std::vector<std::vector<S>> w(count());
      for (std::size_t a = 0; a < count(); ++a) w[a].assign(as_size(n(a)), S{});
      for (std::size_t a = 0; a < count(); ++a) {
        for (std::size_t h = 0; h < v[a].size(); ++h) w[a][h] += diagonal(a, h) * v[a][h];
        for (std::size_t c = a + 1; c < count(); ++c) {
          const std::size_t mask = v[c].size() - 1;
          const double weight = b(a, c);
          for (std::size_t h = 0; h < v[a].size(); ++h) {
            w[a][h] += weight * base_[a][c][h] * v[c][h & mask];
            w[c][h & mask] += weight * conjugate(base_[a][c][h]) * v[a][h];
          }
        }
      }
      v.swap(w);
    });
  }

  void solve(MatrixSpan<const double> y, MatrixSpan<double> out) const override {
    require_factor("solve");
    each_column(y, out, [this](std::vector<std::vector<S>>& v) { solve_spectra(v); });
  }

  void gradient(MatrixSpan<const double> y, MatrixSpan<double> dcovariance, std::span<double> dnugget,
                std::span<double> dkernel) const override {
    require_factor("gradient");
    std::vector<std::vector<S>> alpha = spectra(y, 0);
    solve_spectra(alpha);
    Blocks g = selected_inverse();
    std::fill(dkernel.begin(), dkernel.end(), 0.0);
    std::vector<double> part(dkernel.size());
    for (std::size_t a = 0; a < count(); ++a) {
      for (std::size_t c = a; c < count(); ++c) {
        auto& block = g[a][c];
        const std::size_t mask = alpha[c].size() - 1;
        for (std::size_t h = 0; h < block.size(); ++h) block[h] -= alpha[a][h] * conjugate(alpha[c][h & mask]);
        const double db = 0.5 * detail::pairwise_sum(0, block.size(), [&](std::size_t h) {
                            return real_part(conjugate(block[h]) * base_[a][c][h]);
                          });
        dcovariance(static_cast<Index>(order[a]), static_cast<Index>(order[c])) = db;
        dcovariance(static_cast<Index>(order[c]), static_cast<Index>(order[a])) = db;
        if (a == c) {
          dnugget[order[a]] =
              0.5 * detail::pairwise_sum(0, block.size(), [&](std::size_t h) { return real_part(block[h]); });
        }
        // the adjoint of column -> block: dL/dk_i = B_ac sqrt(n_c) T^H g, halved on the diagonal
        const double weight = (a == c ? 0.5 : 1) * b(a, c) * std::sqrt(static_cast<double>(n(c)));
        for (auto& value : block) value *= weight;
        std::vector<double> dk(block.size());
        inverse<S>(block, dk);
        const auto words = differences_from(design(a).points, n(a), design(c).points.integers({0, 1}));
        kernel.pull_back(MatrixSpan<const Word>(words.data(), n(a), design(a).points.dimension(), 1, n(a)), dk, part);
        for (std::size_t p = 0; p < part.size(); ++p) dkernel[p] += part[p];
        block = {};
      }
    }
  }

 private:
  Blocks empty() const { return Blocks(count(), std::vector<std::vector<S>>(count())); }

  double diagonal(std::size_t a, std::size_t h) const { return b(a, a) * real_part(base_[a][a][h]) + design(a).nugget; }

  // sqrt(n_c) T k(x^a_i, x^c_0)
  void make_base() {
    for (std::size_t a = 0; a < count(); ++a) {
      for (std::size_t c = a; c < count(); ++c) {
        const auto words = differences_from(design(a).points, n(a), design(c).points.integers({0, 1}));
        std::vector<double> column(as_size(n(a)));
        const double constant =
            kernel.column(MatrixSpan<const Word>(words.data(), n(a), design(a).points.dimension(), 1, n(a)), column);
        auto& block = base_[a][c];
        block.resize(column.size());
        forward<S>(block, column);
        const double root = std::sqrt(static_cast<double>(n(c)));
        for (auto& value : block) value *= root;
        block[0] += root * std::sqrt(static_cast<double>(n(a))) * constant;
        if (a == c) rounding_.push_back(detail::SpectralBasis::rounding(column));
      }
    }
  }

  void factorize() {
    for (std::size_t a = 0; a < count(); ++a) {
      for (std::size_t c = a; c < count(); ++c) {
        factor_[a][c] = base_[a][c];
        for (auto& value : factor_[a][c]) value *= b(a, c);
      }
      for (auto& value : factor_[a][a]) value += design(a).nugget;
    }
    for (std::size_t p = 0; p < count(); ++p) {
      auto& pivot = pivots_[p];
      pivot.resize(as_size(n(p)));
      // the rounding error of the block itself, and of what was subtracted from it
      const double floor = rounding_[p] * std::abs(b(p, p)) / (8 * (floor_log2(n(p)) + 2));
      for (std::size_t h = 0; h < pivot.size(); ++h) {
        pivot[h] = real_part(factor_[p][p][h]);
        const double least = floor + 4 * 0x1p-53 * static_cast<double>(p) * diagonal(p, h);
        if (!(pivot[h] > least)) {
          failure = "pivot " + shown(h) + " of task " + shown(order[p]) + " is " + shown(pivot[h]) +
                    ": raise its nugget from " + shown(design(p).nugget) + " to more than " +
                    shown(design(p).nugget + std::max(0.0, -pivot[h]) + 2 * least + rounding_[p] * std::abs(b(p, p))) +
                    ", or make the task covariance positive definite";
          return;
        }
      }
      for (std::size_t a = p + 1; a < count(); ++a) {
        const std::size_t mask = as_size(n(a)) - 1;
        for (std::size_t c = a; c < count(); ++c) {
          const auto& left = factor_[p][a];
          const auto& right = factor_[p][c];
          auto& block = factor_[a][c];
          for (std::size_t h = 0; h < pivot.size(); ++h) block[h & mask] -= conjugate(left[h]) * right[h] / pivot[h];
        }
      }
      logdet += detail::pairwise_sum(0, pivot.size(), [&](std::size_t h) { return std::log(pivot[h]); });
    }
  }

  void solve_spectra(std::vector<std::vector<S>>& v) const {
    for (std::size_t p = 0; p < count(); ++p) {
      for (std::size_t a = p + 1; a < count(); ++a) {
        const std::size_t mask = v[a].size() - 1;
        for (std::size_t h = 0; h < v[p].size(); ++h) {
          v[a][h & mask] -= conjugate(factor_[p][a][h]) * v[p][h] / pivots_[p][h];
        }
      }
    }
    for (std::size_t p = count(); p-- > 0;) {
      for (std::size_t a = p + 1; a < count(); ++a) {
        const std::size_t mask = v[a].size() - 1;
        for (std::size_t h = 0; h < v[p].size(); ++h) v[p][h] -= factor_[p][a][h] * v[a][h & mask];
      }
      for (std::size_t h = 0; h < v[p].size(); ++h) v[p][h] /= pivots_[p][h];
    }
  }

  // Entries of K^-1 on the pattern, from the smallest task up: Z_pa = -sum_{c > p} (F_pc / d_p) Z_ca.
  Blocks selected_inverse() const {
    Blocks z = empty();
    for (std::size_t p = count(); p-- > 0;) {
      for (std::size_t a = count(); a-- > p + 1;) {
        z[p][a].assign(as_size(n(p)), S{});
        const std::size_t a_mask = as_size(n(a)) - 1;
        for (std::size_t c = p + 1; c < count(); ++c) {
          const std::size_t c_mask = as_size(n(c)) - 1;
          for (std::size_t h = 0; h < z[p][a].size(); ++h) {
            const S other = c <= a ? z[c][a][h & c_mask] : conjugate(z[a][c][h & a_mask]);
            z[p][a][h] -= factor_[p][c][h] / pivots_[p][h] * other;
          }
        }
      }
      z[p][p].resize(as_size(n(p)));
      for (std::size_t h = 0; h < z[p][p].size(); ++h) {
        S sum = 1;
        for (std::size_t c = p + 1; c < count(); ++c) sum -= factor_[p][c][h] * conjugate(z[p][c][h]);
        z[p][p][h] = real_part(sum) / pivots_[p][h];
      }
    }
    return z;
  }

  std::vector<std::vector<S>> spectra(MatrixSpan<const double> y, Index column) const {
    std::vector<std::vector<S>> v(count());
    std::vector<double> values;
    for (std::size_t a = 0; a < count(); ++a) {
      const Index start = starts[order[a]];
      values.resize(as_size(n(a)));
      for (Index i = 0; i < n(a); ++i) values[as_size(i)] = y(start + i, column);
      v[a].resize(values.size());
      forward<S>(v[a], values);
    }
    return v;
  }

  template <class Work>
  void each_column(MatrixSpan<const double> y, MatrixSpan<double> out, const Work& work) const {
    require(y.rows == size(), "y", "must have one row per point, " + shown(size()), y.rows);
    require(out.rows == size(), "out", "must have one row per point, " + shown(size()), out.rows);
    require(out.cols == y.cols, "out", "must have as many columns as the input, " + shown(y.cols), out.cols);
    if (y.cols == 0) return;
    detail::require_distinct(out, "out");
    if (y.data != out.data || y.row_stride != out.row_stride || y.col_stride != out.col_stride) {
      detail::require_disjoint(out, y, "out");
    }
    std::vector<double> values;
    for (Index s = 0; s < y.cols; ++s) {
      auto v = spectra(y, s);
      work(v);
      for (std::size_t a = 0; a < count(); ++a) {
        const Index start = starts[order[a]];
        values.resize(v[a].size());
        inverse<S>(v[a], values);
        for (Index i = 0; i < n(a); ++i) out(start + i, s) = values[as_size(i)];
      }
    }
  }

  Blocks base_;                              // of the kernel alone
  Blocks factor_;                            // s_pa after eliminations
  std::vector<std::vector<double>> pivots_;  // d_p
  std::vector<double> rounding_;             // of a task's own column
};

}  // namespace

MultitaskGram::MultitaskGram(std::span<const TaskDesign> tasks, MatrixSpan<const double> task_covariance,
                             const AnyKernel& kernel) {
  require_tasks(tasks, task_covariance, kernel);
  if (tasks[0].points.symmetry() == SymmetryKind::cyclic) {
    system_ = std::make_shared<SystemOf<Complex>>(tasks, task_covariance, kernel);
  } else {
    system_ = std::make_shared<SystemOf<double>>(tasks, task_covariance, kernel);
  }
}

Index MultitaskGram::tasks() const noexcept { return std::ssize(system_->designs); }
Index MultitaskGram::size() const noexcept { return system_->size(); }
Range MultitaskGram::rows_of(Index task) const {
  require(task >= 0 && task < tasks(), "task", "must be at least 0 and below " + shown(tasks()), task);
  return {system_->starts[as_size(task)], system_->starts[as_size(task + 1)]};
}
bool MultitaskGram::is_positive_definite() const noexcept { return system_->failure.empty(); }

void MultitaskGram::apply(MatrixSpan<const double> y, MatrixSpan<double> out) const { system_->apply(y, out); }
void MultitaskGram::solve(MatrixSpan<const double> y, MatrixSpan<double> out) const { system_->solve(y, out); }
double MultitaskGram::logdet() const {
  system_->require_factor("logdet");
  return system_->logdet;
}

void MultitaskGram::inverse_quadratic(MatrixSpan<const double> y, std::span<double> values) const {
  require(std::ssize(values) == y.cols, "values", "must have one place per column, " + shown(y.cols),
          std::ssize(values));
  std::vector<double> x(as_size(y.rows * y.cols));
  const MatrixSpan<double> out(x.data(), y.rows, y.cols, 1, std::max<Index>(y.rows, 1));
  solve(y, out);
  for (Index s = 0; s < y.cols; ++s) {
    values[as_size(s)] = detail::pairwise_sum(
        0, as_size(y.rows), [&](std::size_t i) { return y(static_cast<Index>(i), s) * out(static_cast<Index>(i), s); });
  }
}

void MultitaskGram::gradient(MatrixSpan<const double> y, MatrixSpan<double> dcovariance, std::span<double> dnugget,
                             std::span<double> dkernel) const {
  const Index count = tasks();
  require(y.rows == size(), "y", "must have one row per point, " + shown(size()), y.rows);
  require(y.cols == 1, "y", "must have one column", y.cols);
  require(dcovariance.rows == count, "dcovariance", "must have one row per task, " + shown(count), dcovariance.rows);
  require(dcovariance.cols == count, "dcovariance", "must have one column per task, " + shown(count), dcovariance.cols);
  require(std::ssize(dnugget) == count, "dnugget", "must have one place per task, " + shown(count),
          std::ssize(dnugget));
  require(dkernel.size() == system_->kernel.parameters().size(), "dkernel", "must have one place per hyper-parameter",
          std::ssize(dkernel));
  system_->gradient(y, dcovariance, dnugget, dkernel);
}

MultitaskGram MultitaskGram::with(MatrixSpan<const double> task_covariance, const AnyKernel& kernel,
                                  std::span<const double> nuggets) const {
  require(std::ssize(nuggets) == tasks(), "nuggets", "must have one place per task, " + shown(tasks()),
          std::ssize(nuggets));
  std::vector<TaskDesign> designs = system_->designs;
  for (std::size_t t = 0; t < designs.size(); ++t) designs[t].nugget = nuggets[t];
  return {designs, task_covariance, kernel};
}

}  // namespace korobov
