#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numbers>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <korobov/core/error.hpp>
#include <korobov/gp/multitask_gaussian_process.hpp>

#include "gp/minimise.hpp"
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
  Index n = 0;
  int evaluations = 0;
  bool is_structured = false;
  std::unique_ptr<TaskPosterior> posterior{};
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
  auto state = std::make_shared<State>(State{state_->points, state_->kernel, state_->noise});
  const detail::TaskData data{state->points, y};
  state->n = data.size();
  auto model = detail::structured_tasks(data, state->kernel);
  if (model == nullptr) model = detail::dense_tasks(data);
  state->is_structured = model->is_structured();
  if (options.learn == Learn::everything) {
    for (const auto& of_task : y) detail::require_learnable(of_task);
    state->evaluations = learn(*model, state->n, options, state->kernel, state->noise);
  }
  state->posterior = model->posterior(state->kernel, state->noise);
  state_ = std::move(state);
  return *this;
}

double MultitaskGaussianProcess::log_marginal_likelihood() const {
  const State& s = fitted();
  return -minus_log_likelihood(*s.posterior, s.n);
}

template <class T>
void MultitaskGaussianProcess::predict_at(MatrixSpan<const T> x, Index task, std::span<double> mean,
                                          std::span<double> variance) const {
  const State& s = fitted();
  require(task >= 0 && task < tasks(), "task", "must be in 0.." + shown(tasks() - 1), task);
  require(x.cols == s.points[0].dimension(), "x",
          "must have one column per dimension, " + shown(s.points[0].dimension()), x.cols);
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
void MultitaskGaussianProcess::covariance_at(MatrixSpan<const T> x, Index task, MatrixSpan<double> covariance) const {
  const State& s = fitted();
  require(task >= 0 && task < tasks(), "task", "must be in 0.." + shown(tasks() - 1), task);
  require(x.cols == s.points[0].dimension(), "x",
          "must have one column per dimension, " + shown(s.points[0].dimension()), x.cols);
  require(covariance.rows == x.rows && covariance.cols == x.rows, "covariance",
          "must have one row and column per point, " + shown(x.rows), covariance.rows);
  s.posterior->covariance(x, task, covariance);
}
void MultitaskGaussianProcess::covariance(MatrixSpan<const double> x, Index task, MatrixSpan<double> covariance) const {
  covariance_at(x, task, covariance);
}
void MultitaskGaussianProcess::covariance(MatrixSpan<const Word> x, Index task, MatrixSpan<double> covariance) const {
  covariance_at(x, task, covariance);
}

void MultitaskGaussianProcess::integral(std::span<double> means, MatrixSpan<double> covariance) const {
  const State& s = fitted();
  require(std::ssize(means) == tasks(), "means", "must have one entry per task, " + shown(tasks()), means.size());
  require(covariance.rows == tasks() && covariance.cols == tasks(), "covariance",
          "must have one row and column per task, " + shown(tasks()), covariance.rows);
  s.posterior->integral(means, covariance);
}

}  // namespace korobov
