#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numbers>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <korobov/core/error.hpp>
#include <korobov/gp/multitask_gaussian_process.hpp>

#include "gp/minimise.hpp"
#include "gp/paths.hpp"
#include "gp/task_posterior.hpp"

namespace korobov {
namespace {

using detail::require;
using detail::shown;
using detail::TaskModel;
using detail::TaskPosterior;

std::size_t as_size(Index n) { return static_cast<std::size_t>(n); }

double minus_log_likelihood(const TaskPosterior& posterior, Index n) {
  return 0.5 * (posterior.quadratic() + posterior.logdet() + static_cast<double>(n) * std::log(2 * std::numbers::pi));
}

MultitaskKernel first_kernel(const AnyKernel& base, Index tasks, Index rank) {
  require(tasks > 0, "points", "must have one set per task, at least one", tasks);
  require(rank >= 0, "rank", "must not be negative", rank);
  std::vector<double> factor;
  for (Index t = 0; t < tasks; ++t) {
    for (Index q = 0; q < rank; ++q)
      factor.push_back(q == 0 ? 0.7 : 0.2 * std::cos(static_cast<double>(t + q * tasks)));
  }
  return {base, MatrixSpan<const double>(factor.data(), tasks, rank), std::vector<double>(as_size(tasks), 0.5)};
}

// Minimises minus the log-likelihood from kernel and noise, which become those learnt; returns the evaluations.
int learn(const TaskModel& model, Index n, const FitOptions& options, MultitaskKernel& kernel, double& noise) {
  const double factor = model.trial(kernel, noise)->quadratic() / static_cast<double>(n);
  auto theta = kernel.parameters();
  if (factor > 0 && std::isfinite(factor)) {  // the likeliest scale of all
    const AnyKernel scaled = factor * kernel.base();
    std::copy(scaled.parameters().begin(), scaled.parameters().end(), theta.begin());
    noise *= factor;
  }
  theta.push_back(noise);
  auto names = kernel.parameter_names();
  names.emplace_back("noise");
  const MultitaskKernel start = kernel;
  const auto kernel_of = [&](std::span<const double> at) { return start.with(at.first(at.size() - 1)); };
  // Null for a step too far, to a T or A that is not positive definite: the line search turns back.
  const auto trial_of = [&](std::span<const double> at) -> std::unique_ptr<TaskPosterior> {
    std::optional<MultitaskKernel> there;
    try {
      there = kernel_of(at);
    } catch (const std::invalid_argument&) {
      return nullptr;
    }
    try {
      return model.trial(*there, at.back());
    } catch (const NumericalError&) {
      return nullptr;
    }
  };
  const int evaluations = detail::minimise(
      [&](std::span<const double> at, std::span<double> gradient) {
        const auto trial = trial_of(at);
        if (trial == nullptr) return std::numeric_limits<double>::infinity();
        trial->gradient(gradient);
        return minus_log_likelihood(*trial, n);
      },
      names, options, theta);
  noise = theta.back();
  kernel = kernel_of(theta);
  return evaluations;
}

}  // namespace

struct MultitaskGaussianProcess::State {
  std::vector<AnyPointSet> points;
  MultitaskKernel kernel;
  double noise = 0;
  // After a fit:
  std::vector<std::vector<double>> y{};  // of each task (n_t)
  Index n = 0;                           // N
  int evaluations = 0;
  bool is_structured = false;
  std::unique_ptr<TaskPosterior> posterior{};

  void require_tasks(std::span<const Index> which) const {
    for (const Index task : which) {
      require(task >= 0 && task < kernel.tasks(), "task", "must be in 0.." + shown(kernel.tasks() - 1), task);
    }
  }
  std::vector<Index> all_tasks() const {
    std::vector<Index> all(as_size(kernel.tasks()));
    std::iota(all.begin(), all.end(), Index{0});
    return all;
  }
  void require_x(Index columns) const {
    require(columns == points[0].dimension(), "x",
            "must have one column per dimension, " + shown(points[0].dimension()), columns);
  }

  // From y: the model, the hyper-parameters if they are learnt, the posterior.
  void condition(const FitOptions& options) {
    const detail::TaskData data{points, y};
    n = data.size();
    auto model = detail::structured_tasks(data, kernel);
    if (model == nullptr) model = detail::dense_tasks(data);
    is_structured = model->is_structured();
    if (options.learn == Learn::everything) evaluations = learn(*model, n, options, kernel, noise);
    posterior = model->posterior(kernel, noise);
  }
};

MultitaskGaussianProcess::MultitaskGaussianProcess(const std::vector<AnyPointSet>& points, const AnyKernel& kernel,
                                                   Index rank, double noise)
    : MultitaskGaussianProcess(points, first_kernel(kernel, std::ssize(points), rank), noise) {}

MultitaskGaussianProcess::MultitaskGaussianProcess(std::vector<AnyPointSet> points, const MultitaskKernel& kernel,
                                                   double noise) {
  require(std::ssize(points) == kernel.tasks(), "points", "must have one set per task, " + shown(kernel.tasks()),
          points.size());
  require(noise >= 0 && std::isfinite(noise), "noise", "must be finite and not negative", noise);
  for (const auto& set : points) {
    require(kernel.base().fits(set.dimension()) && set.dimension() == points[0].dimension(), "points",
            "must have one dimension, the kernel's, in every task, " + shown(points[0].dimension()), set.dimension());
  }
  state_ = std::make_shared<const State>(State{std::move(points), kernel, noise});
}

Index MultitaskGaussianProcess::tasks() const noexcept { return state_->kernel.tasks(); }
const AnyKernel& MultitaskGaussianProcess::kernel() const noexcept { return state_->kernel.base(); }
const MultitaskKernel& MultitaskGaussianProcess::multitask_kernel() const noexcept { return state_->kernel; }
double MultitaskGaussianProcess::noise() const noexcept { return state_->noise; }
MatrixSpan<const double> MultitaskGaussianProcess::factor() const noexcept { return state_->kernel.factor(); }
std::span<const double> MultitaskGaussianProcess::diagonal() const noexcept { return state_->kernel.diagonal(); }
int MultitaskGaussianProcess::evaluations() const noexcept { return state_->evaluations; }
bool MultitaskGaussianProcess::is_structured() const { return fitted().is_structured; }

const MultitaskGaussianProcess::State& MultitaskGaussianProcess::fitted() const {
  require(state_->n > 0, "gp", "must have been fitted to data", std::string_view("no data"));
  return *state_;
}

MultitaskGaussianProcess& MultitaskGaussianProcess::fit(const std::vector<std::vector<double>>& y,
                                                        const FitOptions& options) {
  require(std::ssize(y) == tasks(), "y", "must have the values of every task, " + shown(tasks()), y.size());
  require(options.criterion == Criterion::mle, "criterion", "must be mle: several tasks have no other",
          static_cast<int>(options.criterion));
  for (const auto& of_task : y) {
    require(!of_task.empty(), "y", "must have at least one value of every task", of_task.size());
    for (const double value : of_task) require(std::isfinite(value), "y", "must be finite", value);
  }
  if (options.learn == Learn::everything) {
    for (const auto& of_task : y) detail::require_learnable(of_task);
  }
  auto state = std::make_shared<State>(State{state_->points, state_->kernel, state_->noise, y});
  state->condition(options);
  state_ = std::move(state);
  return *this;
}

MultitaskGaussianProcess& MultitaskGaussianProcess::extend(const std::vector<std::vector<double>>& y) {
  const State& old = fitted();
  require(std::ssize(y) == tasks(), "y", "must have the values of every task, none for some, " + shown(tasks()),
          y.size());
  auto state = std::make_shared<State>(State{old.points, old.kernel, old.noise, old.y});
  Index more = 0;
  for (std::size_t t = 0; t < y.size(); ++t) {
    for (const double value : y[t]) require(std::isfinite(value), "y", "must be finite", value);
    state->y[t].insert(state->y[t].end(), y[t].begin(), y[t].end());
    more += std::ssize(y[t]);
  }
  require(more > 0, "y", "must have at least one value of some task", more);
  state->condition({.learn = Learn::nothing});
  state->evaluations = old.evaluations;
  state_ = std::move(state);
  return *this;
}

Index MultitaskGaussianProcess::size(Index task) const {
  state_->require_tasks({&task, 1});
  return state_->n == 0 ? 0 : std::ssize(state_->y[as_size(task)]);
}

double MultitaskGaussianProcess::log_marginal_likelihood() const {
  const State& s = fitted();
  return -minus_log_likelihood(*s.posterior, s.n);
}

template <class T>
void MultitaskGaussianProcess::predict_at(MatrixSpan<const T> x, Index task, std::span<double> mean,
                                          std::span<double> variance) const {
  const State& s = fitted();
  s.require_tasks({&task, 1});
  s.require_x(x.cols);
  require(mean.empty() || std::ssize(mean) == x.rows, "mean", "must have one entry per point, " + shown(x.rows),
          mean.size());
  require(variance.empty() || std::ssize(variance) == x.rows, "variance",
          "must have one entry per point, " + shown(x.rows), variance.size());
  s.posterior->predict(x, task, mean, variance);
}
void MultitaskGaussianProcess::predict(MatrixSpan<const double> x, Index task, std::span<double> mean,
                                       std::span<double> variance) const {
  predict_at(x, task, mean, variance);
}
void MultitaskGaussianProcess::predict(MatrixSpan<const Word> x, Index task, std::span<double> mean,
                                       std::span<double> variance) const {
  predict_at(x, task, mean, variance);
}

template <class T>
void MultitaskGaussianProcess::covariance_at(MatrixSpan<const T> x, std::span<const Index> tasks,
                                             MatrixSpan<double> covariance) const {
  const State& s = *state_;
  s.require_tasks(tasks);
  s.require_x(x.cols);
  const Index size = std::ssize(tasks) * x.rows;
  require(covariance.rows == size && covariance.cols == size, "covariance",
          "must have one row and column per point, " + shown(size), covariance.rows);
  if (s.n > 0) {
    s.posterior->covariance(x, tasks, covariance);
  } else {
    detail::prior_covariance(s.kernel, x, tasks, covariance);
  }
}
void MultitaskGaussianProcess::covariance(MatrixSpan<const double> x, Index task, MatrixSpan<double> covariance) const {
  covariance_at(x, {&task, 1}, covariance);
}
void MultitaskGaussianProcess::covariance(MatrixSpan<const Word> x, Index task, MatrixSpan<double> covariance) const {
  covariance_at(x, {&task, 1}, covariance);
}

template <class T>
void MultitaskGaussianProcess::sample_at(MatrixSpan<const T> x, std::span<const Index> tasks, Seed seed,
                                         MatrixSpan<double> paths) const {
  const Index m = x.rows;
  const auto q = std::ssize(tasks);
  require(paths.cols == m, "paths", "must have one column per point, " + shown(m), paths.cols);
  require(paths.rows % q == 0, "paths", "must have one row per path and task, a multiple of " + shown(q), paths.rows);
  std::vector<double> covariance(as_size(q * m * q * m));
  covariance_at(x, tasks, MatrixSpan<double>(covariance.data(), q * m, q * m));
  std::vector<double> mean(as_size(q * m));
  for (Index a = 0; a < q && state_->n > 0; ++a) {
    state_->posterior->predict(x, tasks[as_size(a)], std::span(mean).subspan(as_size(a * m), as_size(m)), {});
  }
  std::vector<double> drawn(as_size(paths.rows * m));
  detail::gaussian_paths(covariance, q * m, seed, MatrixSpan<double>(drawn.data(), paths.rows / q, q * m));
  for (Index p = 0; p < paths.rows; ++p) {
    for (Index i = 0; i < m; ++i) paths(p, i) = mean[as_size(p % q * m + i)] + drawn[as_size(p * m + i)];
  }
}
void MultitaskGaussianProcess::sample(MatrixSpan<const double> x, Seed seed, MatrixSpan<double> paths) const {
  sample_at(x, state_->all_tasks(), seed, paths);
}
void MultitaskGaussianProcess::sample(MatrixSpan<const Word> x, Seed seed, MatrixSpan<double> paths) const {
  sample_at(x, state_->all_tasks(), seed, paths);
}
void MultitaskGaussianProcess::sample(MatrixSpan<const double> x, Index task, Seed seed,
                                      MatrixSpan<double> paths) const {
  sample_at(x, {&task, 1}, seed, paths);
}
void MultitaskGaussianProcess::sample(MatrixSpan<const Word> x, Index task, Seed seed, MatrixSpan<double> paths) const {
  sample_at(x, {&task, 1}, seed, paths);
}

void MultitaskGaussianProcess::integral(std::span<double> means, MatrixSpan<double> covariance) const {
  const State& s = fitted();
  require(std::ssize(means) == tasks(), "means", "must have one entry per task, " + shown(tasks()), means.size());
  require(covariance.rows == tasks() && covariance.cols == tasks(), "covariance",
          "must have one row and column per task, " + shown(tasks()), covariance.rows);
  s.posterior->integral(means, covariance);
}

}  // namespace korobov
