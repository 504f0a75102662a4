#include <algorithm>
#include <cmath>
#include <complex>
#include <mutex>
#include <numeric>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include <korobov/core/bits.hpp>
#include <korobov/core/parallel.hpp>
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

// What the structure needs of designs and kernel.
void require_structure(std::span<const TaskDesign> tasks, const AnyKernel& kernel) {
  require(!tasks.empty(), "tasks", "must hold at least one task", std::ssize(tasks));
  for (const TaskDesign& task : tasks) {
    require(task.points.symmetry() == tasks[0].points.symmetry(), "tasks",
            "must be shifted copies of one point family, all lattices or all nets", task.points.description());
    require(task.points.symmetry() == SymmetryKind::cyclic || task.points.symmetry() == SymmetryKind::dyadic, "tasks",
            "must be lattices or nets with no randomization but a shift", task.points.description());
    const detail::SpectralBasis basis(task.points, task.n);
    require(basis.characters() != detail::Characters::circulant, "tasks",
            "must be in radical-inverse order (lattices), natural or Gray order (nets)", task.points.description());
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
}

void require_values(std::span<const double> nuggets, MatrixSpan<const double> b) {
  const Index count = std::ssize(nuggets);
  for (const double nugget : nuggets) {
    require(nugget >= 0 && std::isfinite(nugget), "nugget", "must be finite and not negative", nugget);
  }
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

// The designs, and for pairs of tasks what does not depend on hyper-parameters: shared by all systems on them.
struct detail::MultitaskDesigns {
  explicit MultitaskDesigns(std::span<const TaskDesign> tasks) : order(tasks.size()), starts(tasks.size() + 1) {
    for (const TaskDesign& task : tasks) {
      points.push_back(task.points);
      sizes.push_back(task.n);
    }
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return sizes[i] > sizes[j]; });
    for (std::size_t t = 0; t < order.size(); ++t) starts[t + 1] = starts[t] + sizes[t];
  }

  std::size_t count() const { return order.size(); }
  // x^a_i less x^c_0 of the tasks at sorted positions a and c, dimension-major.
  std::vector<Word> differences(std::size_t a, std::size_t c) const {
    return differences_from(points[order[a]], sizes[order[a]], points[order[c]].integers({0, 1}));
  }
  const std::vector<double>& table(std::size_t a, std::size_t c) const { return tables[a * count() + c]; }
  void tabulate(const AnyKernel& kernel) const {
    std::call_once(tabulated, [&] {
      tables.resize(count() * count());
      const Index columns = kernel.table_columns();
      for (std::size_t a = 0; a < count(); ++a) {
        const Index n = sizes[order[a]];
        for (std::size_t c = a; c < count(); ++c) {
          const auto words = differences(a, c);
          auto& table = tables[a * count() + c];
          table.resize(as_size(n * columns));
          kernel.tabulate(MatrixSpan<const Word>(words.data(), n, points[0].dimension(), 1, n),
                          MatrixSpan<double>(table.data(), n, columns, 1, n));
        }
      }
    });
  }

  std::vector<AnyPointSet> points{};
  std::vector<Index> sizes{};
  std::vector<std::size_t> order;  // sorted position -> task, sizes descending
  std::vector<Index> starts;       // of a task's values
  mutable std::once_flag tabulated{};
  mutable std::vector<std::vector<double>> tables{};  // (n_a, columns) of a <= c, dimension-major
};

class detail::MultitaskSystem {
 public:
  MultitaskSystem(std::shared_ptr<const MultitaskDesigns> shared, MatrixSpan<const double> matrix, const AnyKernel& k,
                  std::span<const double> of_tasks, RoundingNugget how, bool tabulated)
      : designs(std::move(shared)),
        kernel(k),
        nuggets(of_tasks.begin(), of_tasks.end()),
        covariance(count() * count()),
        rounding_nugget(how),
        is_tabulated(tabulated) {
    for (std::size_t a = 0; a < count(); ++a) {
      for (std::size_t c = 0; c < count(); ++c) {
        covariance[a * count() + c] = matrix(static_cast<Index>(task(a)), static_cast<Index>(task(c)));
      }
    }
  }
  MultitaskSystem(const MultitaskSystem&) = delete;
  MultitaskSystem& operator=(const MultitaskSystem&) = delete;
  virtual ~MultitaskSystem() = default;

  virtual void apply(MatrixSpan<const double> y, MatrixSpan<double> out) const = 0;
  virtual void solve(MatrixSpan<const double> y, MatrixSpan<double> out) const = 0;
  virtual void inverse_quadratic(MatrixSpan<const double> y, std::span<double> values) const = 0;
  virtual void gradient(MatrixSpan<const double> y, MatrixSpan<double> dcovariance, std::span<double> dnugget,
                        std::span<double> dkernel) const = 0;
  virtual void sums_of_solution(MatrixSpan<const double> y, MatrixSpan<double> sums) const = 0;
  virtual void information_of_constants(MatrixSpan<double> g) const = 0;

  Index size() const { return designs->starts.back(); }
  void require_factor(const char* what) const {
    if (!failure.empty()) throw NumericalError(std::string(what) + ": needs a positive definite matrix; " + failure);
  }

  std::shared_ptr<const MultitaskDesigns> designs;
  AnyKernel kernel;
  std::vector<double> nuggets;     // by task
  std::vector<double> covariance;  // in sorted order
  RoundingNugget rounding_nugget;
  bool is_tabulated;
  double rounding_error = 0;
  double logdet = 0;
  std::string failure;  // what made the factorization stop

 protected:
  std::size_t count() const { return designs->count(); }
  std::size_t task(std::size_t a) const { return designs->order[a]; }
  Index n(std::size_t a) const { return designs->sizes[task(a)]; }
  Index start(std::size_t a) const { return designs->starts[task(a)]; }
  double nugget(std::size_t a) const { return nuggets[task(a)]; }
  double b(std::size_t a, std::size_t c) const { return covariance[a * count() + c]; }

  // k - c between the tasks at sorted positions a <= c, (n_a); returns c.
  double column(std::size_t a, std::size_t c, std::span<double> k_minus_c) const {
    if (is_tabulated) return kernel.column_of_table(table(a, c), k_minus_c);
    const auto words = designs->differences(a, c);
    return kernel.column(tile(words, a), k_minus_c);
  }
  void pull_back(std::size_t a, std::size_t c, std::span<const double> dk, std::span<double> dkernel) const {
    if (is_tabulated) return kernel.pull_back_of_table(table(a, c), dk, dkernel);
    const auto words = designs->differences(a, c);
    kernel.pull_back(tile(words, a), dk, dkernel);
  }

 private:
  MatrixSpan<const double> table(std::size_t a, std::size_t c) const {
    return {designs->table(a, c).data(), n(a), kernel.table_columns(), 1, n(a)};
  }
  MatrixSpan<const Word> tile(const std::vector<Word>& words, std::size_t a) const {
    return {words.data(), n(a), designs->points[0].dimension(), 1, n(a)};
  }
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

  SystemOf(std::shared_ptr<const detail::MultitaskDesigns> shared, MatrixSpan<const double> matrix, const AnyKernel& k,
           std::span<const double> of_tasks, RoundingNugget how, bool tabulated)
      : MultitaskSystem(std::move(shared), matrix, k, of_tasks, how, tabulated),
        base_(empty()),
        factor_(empty()),
        pivots_(count()),
        zero_base_(count() * count()),
        zero_(count() * count()) {
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
    each_column(y, out, [this](std::vector<std::vector<S>>& v) {
      eliminate(v);
      substitute(v);
    });
  }

  void inverse_quadratic(MatrixSpan<const double> y, std::span<double> values) const override {
    require_factor("inverse_quadratic");
    parallel_for(y.cols, 1, [&](Range part) {
      for (Index s = part.first; s < part.last; ++s) {
        auto v = spectra(y, s);
        eliminate(v);
        double sum = 0;
        for (std::size_t p = 0; p < count(); ++p) {
          sum += detail::pairwise_sum(
              0, v[p].size(), [&](std::size_t h) { return real_part(conjugate(v[p][h]) * v[p][h]) / pivots_[p][h]; });
        }
        values[as_size(s)] = sum;
      }
    });
  }

  void sums_of_solution(MatrixSpan<const double> y, MatrixSpan<double> sums) const override {
    require_factor("sums_of_solution");
    for (Index s = 0; s < y.cols; ++s) {
      auto v = spectra(y, s);
      eliminate(v);
      substitute(v);
      for (std::size_t a = 0; a < count(); ++a) {
        sums(static_cast<Index>(task(a)), s) = std::sqrt(static_cast<double>(n(a))) * real_part(v[a][0]);
      }
    }
  }

  void information_of_constants(MatrixSpan<double> g) const override {
    require_factor("information_of_constants");
    for (std::size_t p = 0; p < count(); ++p) {
      if (zero(p, p) > 0) continue;
      throw NumericalError(
          "information_of_constants: needs a matrix that is positive definite without the kernel's "
          "constant; pivot 0 of task " +
          shown(task(p)) + " is " + shown(zero(p, p)) + ": raise its nugget from " + shown(nugget(p)));
    }
    // ones on task t are sqrt(n_t) in mode 0 of t, and eliminations leave mode 0 to itself
    std::vector<double> w(count() * count());  // row p, column t
    for (std::size_t t = 0; t < count(); ++t) {
      w[t * count() + t] = std::sqrt(static_cast<double>(n(t)));
      for (std::size_t p = t; p < count(); ++p) {
        for (std::size_t a = p + 1; a < count(); ++a) {
          w[a * count() + t] -= zero(p, a) * w[p * count() + t] / zero(p, p);
        }
      }
    }
    for (std::size_t s = 0; s < count(); ++s) {
      for (std::size_t t = 0; t < count(); ++t) {
        double sum = 0;
        for (std::size_t p = 0; p < count(); ++p) sum += w[p * count() + s] * w[p * count() + t] / zero(p, p);
        g(static_cast<Index>(task(s)), static_cast<Index>(task(t))) = sum;
      }
    }
  }

  void gradient(MatrixSpan<const double> y, MatrixSpan<double> dcovariance, std::span<double> dnugget,
                std::span<double> dkernel) const override {
    require_factor("gradient");
    std::vector<std::vector<S>> alpha = spectra(y, 0);
    eliminate(alpha);
    substitute(alpha);
    Blocks g = selected_inverse();
    std::fill(dkernel.begin(), dkernel.end(), 0.0);
    std::vector<double> part(dkernel.size());
    double drounding = 0;  // dL of the rounding error that stands on the diagonals
    for (std::size_t a = 0; a < count(); ++a) {
      dnugget[task(a)] = 0.5 * detail::pairwise_sum(0, g[a][a].size(), [&](std::size_t h) {
                           return real_part(g[a][a][h]) - real_part(alpha[a][h] * conjugate(alpha[a][h]));
                         });
      if (rounding_nugget == RoundingNugget::added) drounding += b(a, a) * dnugget[task(a)];
    }
    for (std::size_t a = 0; a < count(); ++a) {
      for (std::size_t c = a; c < count(); ++c) {
        auto& block = g[a][c];
        const std::size_t mask = alpha[c].size() - 1;
        for (std::size_t h = 0; h < block.size(); ++h) block[h] -= alpha[a][h] * conjugate(alpha[c][h & mask]);
        double db = 0.5 * detail::pairwise_sum(0, block.size(), [&](std::size_t h) {
                      return real_part(conjugate(block[h]) * base_[a][c][h]);
                    });
        if (a == c && rounding_nugget == RoundingNugget::added) db += dnugget[task(a)] * rounding_error;
        dcovariance(static_cast<Index>(task(a)), static_cast<Index>(task(c))) = db;
        dcovariance(static_cast<Index>(task(c)), static_cast<Index>(task(a))) = db;
        // the adjoint of column -> block: dL/dk_i = B_ac sqrt(n_c) T^H g, halved on the diagonal
        const double weight = (a == c ? 0.5 : 1) * b(a, c) * std::sqrt(static_cast<double>(n(c)));
        for (auto& value : block) value *= weight;
        std::vector<double> dk(block.size());
        inverse<S>(block, dk);
        if (c == 0) add_rounding_gradient(drounding, dk, dkernel);
        pull_back(a, c, dk, part);
        for (std::size_t p = 0; p < part.size(); ++p) dkernel[p] += part[p];
        block = {};
      }
    }
  }

 private:
  // The rounding error is factor |k - c| over the largest task's own column: d|k - c| = sum_i (k_i - c)(dk_i - dc) / |k
  // - c|.
  void add_rounding_gradient(double drounding, std::vector<double>& dk, std::span<double> dkernel) const {
    if (drounding == 0 || rounding_error == 0) return;
    std::vector<S> block = base_[0][0];
    block[0] = zero_base_[0];
    std::vector<double> k_minus_c(block.size());
    inverse<S>(block, k_minus_c);
    const double root = std::sqrt(static_cast<double>(n(0)));
    for (double& value : k_minus_c) value /= root;
    const double norm_squared =
        detail::pairwise_sum(0, k_minus_c.size(), [&](std::size_t i) { return k_minus_c[i] * k_minus_c[i]; });
    if (norm_squared == 0) return;  // below any double
    const double factor = drounding * rounding_error / norm_squared;
    for (std::size_t i = 0; i < dk.size(); ++i) dk[i] += factor * k_minus_c[i];
    const auto slopes = detail::constant_gradient(kernel);
    const double of_constant = factor * detail::sum_of(k_minus_c);
    for (std::size_t p = 0; p < slopes.size(); ++p) dkernel[p] -= of_constant * slopes[p];
  }

  Blocks empty() const { return Blocks(count(), std::vector<std::vector<S>>(count())); }

  double diagonal(std::size_t a, std::size_t h) const {
    return kept(a) * b(a, a) * real_part(base_[a][a][h]) + added(a);
  }
  // On the diagonal: the nugget, and what stands for rounding. Errors of eliminations are relative to the diagonal
  // entry, so that a factor of it covers them; it moves derivatives by less than their rounding.
  double added(std::size_t a) const {
    return nugget(a) + (rounding_nugget == RoundingNugget::added ? b(a, a) * rounding_error : 0.0);
  }
  double kept(std::size_t a) const {
    return rounding_nugget == RoundingNugget::added ? 1 + 8 * 0x1p-53 * static_cast<double>(a) : 1.0;
  }
  double zero(std::size_t a, std::size_t c) const { return zero_[a * count() + c]; }

  // sqrt(n_c) T k(x^a_i, x^c_0)
  void make_base() {
    for (std::size_t a = 0; a < count(); ++a) {
      for (std::size_t c = a; c < count(); ++c) {
        std::vector<double> first(as_size(n(a)));
        const double constant = column(a, c, first);
        auto& block = base_[a][c];
        block.resize(first.size());
        forward<S>(block, first);
        const double root = std::sqrt(static_cast<double>(n(c)));
        for (auto& value : block) value *= root;
        zero_base_[a * count() + c] = real_part(block[0]);
        block[0] += root * std::sqrt(static_cast<double>(n(a))) * constant;
        if (a == c) rounding_.push_back(detail::SpectralBasis::rounding(first));
      }
    }
    rounding_error = rounding_[0];
  }

  void factorize() {
    for (std::size_t a = 0; a < count(); ++a) {
      for (std::size_t c = a; c < count(); ++c) {
        factor_[a][c] = base_[a][c];
        for (auto& value : factor_[a][c]) value *= b(a, c);
        zero_[a * count() + c] = b(a, c) * zero_base_[a * count() + c];
      }
      for (auto& value : factor_[a][a]) value = kept(a) * value + added(a);
      zero_[a * count() + a] += added(a);
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
          failure = "pivot " + shown(h) + " of task " + shown(task(p)) + " is " + shown(pivot[h]) +
                    ": raise its nugget from " + shown(nugget(p)) + " to more than " +
                    shown(nugget(p) + std::max(0.0, -pivot[h]) + 2 * least + rounding_[p] * std::abs(b(p, p))) +
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
          double& rest = zero_[a * count() + c];
          for (std::size_t h = mask + 1; h < pivot.size(); h += mask + 1) {
            rest -= real_part(conjugate(left[h]) * right[h]) / pivot[h];
          }
          rest -= zero(p, a) * zero(p, c) / zero(p, p);
        }
      }
      logdet += detail::pairwise_sum(0, pivot.size(), [&](std::size_t h) { return std::log(pivot[h]); });
    }
  }

  void eliminate(std::vector<std::vector<S>>& v) const {
    for (std::size_t p = 0; p < count(); ++p) {
      for (std::size_t a = p + 1; a < count(); ++a) {
        const std::size_t mask = v[a].size() - 1;
        for (std::size_t h = 0; h < v[p].size(); ++h) {
          v[a][h & mask] -= conjugate(factor_[p][a][h]) * v[p][h] / pivots_[p][h];
        }
      }
    }
  }
  void substitute(std::vector<std::vector<S>>& v) const {
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
      values.resize(as_size(n(a)));
      for (Index i = 0; i < n(a); ++i) values[as_size(i)] = y(start(a) + i, column);
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
    parallel_for(y.cols, 1, [&](Range part) {
      std::vector<double> values;
      for (Index s = part.first; s < part.last; ++s) {
        auto v = spectra(y, s);
        work(v);
        for (std::size_t a = 0; a < count(); ++a) {
          values.resize(v[a].size());
          inverse<S>(v[a], values);
          for (Index i = 0; i < n(a); ++i) out(start(a) + i, s) = values[as_size(i)];
        }
      }
    });
  }

  Blocks base_;                              // of the kernel alone
  Blocks factor_;                            // s_pa after eliminations
  std::vector<std::vector<double>> pivots_;  // d_p
  std::vector<double> rounding_;             // of a task's own column
  std::vector<double> zero_base_;            // entries (0, 0) of the blocks, the kernel's constant left out
  std::vector<double> zero_;                 // the same after eliminations: mode 0 meets itself and modes j n_a alone
};

std::shared_ptr<const detail::MultitaskSystem> system_of(const std::shared_ptr<const detail::MultitaskDesigns>& designs,
                                                         MatrixSpan<const double> b, const AnyKernel& kernel,
                                                         std::span<const double> nuggets, RoundingNugget how,
                                                         bool tabulated) {
  require_values(nuggets, b);
  if (designs->points[0].symmetry() == SymmetryKind::cyclic) {
    return std::make_shared<SystemOf<Complex>>(designs, b, kernel, nuggets, how, tabulated);
  }
  return std::make_shared<SystemOf<double>>(designs, b, kernel, nuggets, how, tabulated);
}

}  // namespace

MultitaskGram::MultitaskGram(std::span<const TaskDesign> tasks, MatrixSpan<const double> task_covariance,
                             const AnyKernel& kernel, RoundingNugget rounding) {
  require_structure(tasks, kernel);
  std::vector<double> nuggets;
  for (const TaskDesign& task : tasks) nuggets.push_back(task.nugget);
  system_ = system_of(std::make_shared<const detail::MultitaskDesigns>(tasks), task_covariance, kernel, nuggets,
                      rounding, false);
}

bool MultitaskGram::matches(std::span<const TaskDesign> tasks, const AnyKernel& kernel) {
  try {
    require_structure(tasks, kernel);
  } catch (const std::invalid_argument&) {
    return false;
  }
  return true;
}

Index MultitaskGram::tasks() const noexcept { return std::ssize(system_->nuggets); }
Index MultitaskGram::size() const noexcept { return system_->size(); }
Range MultitaskGram::rows_of(Index task) const {
  require(task >= 0 && task < tasks(), "task", "must be at least 0 and below " + shown(tasks()), task);
  const auto& starts = system_->designs->starts;
  return {starts[as_size(task)], starts[as_size(task + 1)]};
}
double MultitaskGram::rounding_error() const noexcept { return system_->rounding_error; }
bool MultitaskGram::is_positive_definite() const noexcept { return system_->failure.empty(); }

void MultitaskGram::apply(MatrixSpan<const double> y, MatrixSpan<double> out) const { system_->apply(y, out); }
void MultitaskGram::solve(MatrixSpan<const double> y, MatrixSpan<double> out) const { system_->solve(y, out); }
double MultitaskGram::logdet() const {
  system_->require_factor("logdet");
  return system_->logdet;
}

void MultitaskGram::inverse_quadratic(MatrixSpan<const double> y, std::span<double> values) const {
  require(y.rows == size(), "y", "must have one row per point, " + shown(size()), y.rows);
  require(std::ssize(values) == y.cols, "values", "must have one place per column, " + shown(y.cols),
          std::ssize(values));
  system_->inverse_quadratic(y, values);
}

void MultitaskGram::sums_of_solution(MatrixSpan<const double> y, MatrixSpan<double> sums) const {
  require(y.rows == size(), "y", "must have one row per point, " + shown(size()), y.rows);
  require(sums.rows == tasks(), "sums", "must have one row per task, " + shown(tasks()), sums.rows);
  require(sums.cols == y.cols, "sums", "must have as many columns as y, " + shown(y.cols), sums.cols);
  system_->sums_of_solution(y, sums);
}

void MultitaskGram::information_of_constants(MatrixSpan<double> g) const {
  require(g.rows == tasks(), "g", "must have one row per task, " + shown(tasks()), g.rows);
  require(g.cols == tasks(), "g", "must have one column per task, " + shown(tasks()), g.cols);
  system_->information_of_constants(g);
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

MultitaskGram MultitaskGram::with(MatrixSpan<const double> task_covariance, std::span<const double> kernel_parameters,
                                  std::span<const double> nuggets) const {
  require(std::ssize(nuggets) == tasks(), "nuggets", "must have one place per task, " + shown(tasks()),
          std::ssize(nuggets));
  system_->designs->tabulate(system_->kernel);
  return MultitaskGram(system_of(system_->designs, task_covariance, system_->kernel.with(kernel_parameters), nuggets,
                                 system_->rounding_nugget, true));
}

}  // namespace korobov
