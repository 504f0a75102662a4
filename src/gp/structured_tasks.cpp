// Tasks on shifted copies of one lattice or net, n_t powers of two: everything through MultitaskGram.
#include <algorithm>
#include <cmath>
#include <utility>

#include <korobov/core/error.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/gram/multitask_gram.hpp>

#include "core/sums.hpp"
#include "gp/task_posterior.hpp"
#include "gram/spectral_basis.hpp"

namespace korobov::detail {
namespace {

constexpr Index kBatchValues = Index{1} << 20;  // of cross kernels in flight: 8 MiB

std::size_t as_size(Index n) { return static_cast<std::size_t>(n); }

struct Designs {
  std::vector<TaskDesign> tasks{};
  std::vector<double> y{};                 // (N)
  std::vector<std::vector<Word>> words{};  // of each task's points, (n_t, d)

  Index d() const { return tasks[0].points.dimension(); }
  bool is_cyclic() const { return tasks[0].points.symmetry() == SymmetryKind::cyclic; }
  MatrixSpan<const double> column() const { return {y.data(), std::ssize(y), 1}; }
};

// Lower Cholesky factor of a (m, m), row by row.
std::vector<double> cholesky(std::vector<double> a, std::size_t m) {
  for (std::size_t j = 0; j < m; ++j) {
    for (std::size_t i = j; i < m; ++i) {
      double sum = a[i * m + j];
      for (std::size_t k = 0; k < j; ++k) sum -= a[i * m + k] * a[j * m + k];
      if (i == j && !(sum > 0)) {
        throw NumericalError("integral: needs a positive definite task covariance; pivot " + shown(j) + " is " +
                             shown(sum));
      }
      a[i * m + j] = i == j ? std::sqrt(sum) : sum / a[j * m + j];
    }
    for (std::size_t i = 0; i < j; ++i) a[i * m + j] = 0;
  }
  return a;
}

class StructuredPosterior final : public TaskPosterior {
 public:
  StructuredPosterior(std::shared_ptr<const Designs> data, MultitaskGram gram, MultitaskKernel kernel)
      : data_(std::move(data)), gram_(std::move(gram)), kernel_(std::move(kernel)), alpha_(data_->y) {
    const MatrixSpan<double> out(alpha_.data(), std::ssize(alpha_), 1);
    gram_.solve(out, out);
  }

  double quadratic() const override {
    return pairwise_sum(0, alpha_.size(), [&](std::size_t i) { return data_->y[i] * alpha_[i]; });
  }
  double logdet() const override { return gram_.logdet(); }

  void gradient(std::span<double> slopes) const override {
    const Index tasks = kernel_.tasks();
    const std::size_t of_base = kernel_.base().parameters().size();
    std::vector<double> dt(as_size(tasks * tasks));
    std::vector<double> dnugget(as_size(tasks));
    std::fill(slopes.begin(), slopes.end(), 0.0);
    gram_.gradient(data_->column(), MatrixSpan<double>(dt.data(), tasks, tasks), dnugget, slopes.first(of_base));
    pull_back_tasks(kernel_, MatrixSpan<const double>(dt.data(), tasks, tasks), of_base, slopes);
    for (const double value : dnugget) slopes.back() += value;
  }

  void predict(MatrixSpan<const double> x, Index task, std::span<double> mean,
               std::span<double> variance) const override {
    const auto words = exact_words(x, data_->is_cyclic(), "x");
    predict(MatrixSpan<const Word>(words.data(), x.rows, x.cols), task, mean, variance);
  }
  void predict(MatrixSpan<const Word> x, Index task, std::span<double> mean,
               std::span<double> variance) const override {
    const Index n = std::ssize(alpha_);
    const double prior = kernel_.task_covariance()(task, task) * kernel_.base().at_zero();
    const Index batch = std::clamp<Index>(kBatchValues / n, num_threads(), 256);
    std::vector<double> values(as_size(std::min(batch, x.rows) * n));
    for (Index first = 0; first < x.rows; first += batch) {
      const Index count = std::min(batch, x.rows - first);
      cross(x.row_range(first, first + count), task, values.data());
      if (!mean.empty()) {
        parallel_for(count, 1 + 65536 / n, [&](Range part) {
          for (Index i = part.first; i < part.last; ++i) {
            const double* const row = values.data() + i * n;
            mean[as_size(first + i)] =
                pairwise_sum(0, alpha_.size(), [&](std::size_t j) { return row[j] * alpha_[j]; });
          }
        });
      }
      if (variance.empty()) continue;
      const auto out = variance.subspan(as_size(first), as_size(count));
      gram_.inverse_quadratic(MatrixSpan<const double>(values.data(), n, count, 1, n), out);
      for (double& value : out) value = std::max(0.0, prior - value);
    }
  }

  void covariance(MatrixSpan<const double> x, std::span<const Index> tasks, MatrixSpan<double> out) const override {
    const auto words = exact_words(x, data_->is_cyclic(), "x");
    covariance(MatrixSpan<const Word>(words.data(), x.rows, x.cols), tasks, out);
  }
  void covariance(MatrixSpan<const Word> x, std::span<const Index> tasks, MatrixSpan<double> out) const override {
    const Index n = std::ssize(alpha_);
    std::vector<double> v(as_size(out.rows * n));
    for (std::size_t a = 0; a < tasks.size(); ++a) cross(x, tasks[a], v.data() + static_cast<Index>(a) * x.rows * n);
    std::vector<double> solved(v.size());
    gram_.solve(MatrixSpan<const double>(v.data(), n, out.rows, 1, n),
                MatrixSpan<double>(solved.data(), n, out.rows, 1, n));
    prior_covariance(kernel_, x, tasks, out);
    parallel_for(out.rows, 1, [&](Range part) {
      for (Index i = part.first; i < part.last; ++i) {
        for (Index j = i; j < out.rows; ++j) {
          const double* const a = v.data() + i * n;
          const double* const b = solved.data() + j * n;
          out(i, j) -= pairwise_sum(0, as_size(n), [&](std::size_t k) { return a[k] * b[k]; });
        }
      }
    });
    for (Index i = 0; i < out.rows; ++i) {
      for (Index j = 0; j < i; ++j) out(i, j) = out(j, i);
    }
  }

  // With T = L L^T and G of information_of_constants: ((c T)^-1 + G)^-1 = c L (I + c L^T G L)^-1 L^T, of which nothing
  // cancels.
  void integral(std::span<double> means, MatrixSpan<double> covariance) const override {
    const double c = kernel_.base().integral();
    const auto m = as_size(kernel_.tasks());
    const auto t = kernel_.task_covariance();
    std::vector<double> sums(m);
    gram_.sums_of_solution(data_->column(), MatrixSpan<double>(sums.data(), kernel_.tasks(), 1));
    for (std::size_t s = 0; s < m; ++s) {
      means[s] = c * pairwise_sum(0, m, [&](std::size_t u) { return t.data[s * m + u] * sums[u]; });
    }
    std::vector<double> g(m * m);
    gram_.information_of_constants(MatrixSpan<double>(g.data(), kernel_.tasks(), kernel_.tasks()));
    const auto l = cholesky(std::vector<double>(t.data, t.data + m * m), m);
    std::vector<double> inner(m * m);
    for (std::size_t i = 0; i < m; ++i) {
      inner[i * m + i] = 1;
      for (std::size_t j = 0; j < m; ++j) {
        for (std::size_t p = i; p < m; ++p) {
          for (std::size_t q = j; q < m; ++q) inner[i * m + j] += c * l[p * m + i] * g[p * m + q] * l[q * m + j];
        }
      }
    }
    const auto r = cholesky(std::move(inner), m);
    std::vector<double> half(l);  // row s: R^-1 (L^T)_s
    for (std::size_t s = 0; s < m; ++s) {
      double* const row = half.data() + s * m;
      for (std::size_t i = 0; i < m; ++i) {
        for (std::size_t k = 0; k < i; ++k) row[i] -= r[i * m + k] * row[k];
        row[i] /= r[i * m + i];
      }
    }
    for (std::size_t s = 0; s < m; ++s) {
      for (std::size_t u = 0; u < m; ++u) {
        covariance(static_cast<Index>(s), static_cast<Index>(u)) =
            c * pairwise_sum(0, m, [&](std::size_t i) { return half[s * m + i] * half[u * m + i]; });
      }
    }
  }

 private:
  // The covariance of f_task at x (m, d) with the data, (m, N) in `values`.
  void cross(MatrixSpan<const Word> x, Index task, double* values) const {
    const Index n = std::ssize(alpha_);
    for (std::size_t t = 0; t < data_->tasks.size(); ++t) {
      const Range rows = gram_.rows_of(static_cast<Index>(t));
      const MatrixSpan<double> block(values + rows.first, x.rows, rows.size(), n, 1);
      kernel_.base().cross(x, MatrixSpan<const Word>(data_->words[t].data(), rows.size(), data_->d()), block);
      const double factor = kernel_.task_covariance()(task, static_cast<Index>(t));
      for (Index i = 0; i < block.rows; ++i) {
        for (Index j = 0; j < block.cols; ++j) block(i, j) *= factor;
      }
    }
  }

  std::shared_ptr<const Designs> data_;
  MultitaskGram gram_;
  MultitaskKernel kernel_;
  std::vector<double> alpha_;
};

class StructuredModel final : public TaskModel {
 public:
  StructuredModel(std::shared_ptr<const Designs> data, const MultitaskKernel& kernel)
      : data_(std::move(data)), gram_(gram_of(kernel, 0)) {}
  bool is_structured() const override { return true; }

  std::unique_ptr<TaskPosterior> trial(const MultitaskKernel& kernel, double noise) const override {
    const std::vector<double> nuggets(data_->tasks.size(), noise);
    return std::make_unique<StructuredPosterior>(
        data_, gram_.with(kernel.task_covariance(), kernel.base().parameters(), nuggets), kernel);
  }
  std::unique_ptr<TaskPosterior> posterior(const MultitaskKernel& kernel, double noise) const override {
    return std::make_unique<StructuredPosterior>(data_, gram_of(kernel, noise), kernel);
  }

 private:
  MultitaskGram gram_of(const MultitaskKernel& kernel, double noise) const {
    std::vector<TaskDesign> tasks = data_->tasks;
    for (TaskDesign& task : tasks) task.nugget = noise;
    return {tasks, kernel.task_covariance(), kernel.base(), RoundingNugget::added};
  }

  std::shared_ptr<const Designs> data_;
  MultitaskGram gram_;
};

}  // namespace

std::unique_ptr<TaskModel> structured_tasks(const TaskData& data, const MultitaskKernel& kernel) {
  auto designs = std::make_shared<Designs>();
  for (std::size_t t = 0; t < data.points.size(); ++t) {
    designs->tasks.push_back({data.points[t], std::ssize(data.y[t])});
  }
  if (!MultitaskGram::matches(designs->tasks, kernel.base())) return nullptr;
  designs->y = data.all();
  for (const TaskDesign& task : designs->tasks) designs->words.push_back(task.points.integers({0, task.n}));
  return std::make_unique<StructuredModel>(std::move(designs), kernel);
}

}  // namespace korobov::detail
