#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <utility>

#include <korobov/core/error.hpp>
#include <korobov/gp/multitask_gaussian_process.hpp>
#include <korobov/kernels/multitask.hpp>

#include "gp/minimise.hpp"

namespace korobov {
namespace {

using detail::require;
using detail::shown;
using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

std::size_t as_size(Index n) { return static_cast<std::size_t>(n); }
MatrixSpan<double> span_of(Matrix& a) { return {a.data(), a.rows(), a.cols(), 1, a.rows()}; }
MatrixSpan<const double> span_of(const Matrix& a) { return {a.data(), a.rows(), a.cols(), 1, a.rows()}; }

// The data: task t's points, and where its block begins; y of all tasks, one after the other.
struct Data {
  std::vector<Matrix> x{};
  std::vector<Index> first{};
  Vector y{};

  Index tasks() const { return std::ssize(x); }
  auto block(Matrix& a, Index s, Index t) const {
    return a.block(first[as_size(s)], first[as_size(t)], x[as_size(s)].rows(), x[as_size(t)].rows());
  }
};

// The base kernel between all points, (N, N).
Matrix base_gram(const AnyKernel& kernel, const Data& data) {
  Matrix k(data.y.size(), data.y.size());
  for (Index s = 0; s < data.tasks(); ++s) {
    for (Index t = 0; t < data.tasks(); ++t) {
      const Matrix& x = data.x[as_size(s)];
      const Matrix& z = data.x[as_size(t)];
      kernel.cross(
          span_of(x), span_of(z),
          MatrixSpan<double>(&k(data.first[as_size(s)], data.first[as_size(t)]), x.rows(), z.rows(), 1, k.rows()));
    }
  }
  return k;
}

Eigen::LLT<Matrix> factor_of(const MultitaskKernel& kernel, const Data& data, Matrix a, double noise) {
  for (Index s = 0; s < data.tasks(); ++s) {
    for (Index t = 0; t < data.tasks(); ++t) data.block(a, s, t) *= kernel.task_covariance()(s, t);
  }
  const double largest = a.diagonal().maxCoeff();
  a.diagonal().array() += noise + 4 * std::numeric_limits<double>::epsilon() * static_cast<double>(a.rows()) * largest;
  Eigen::LLT<Matrix> factor(a);
  if (factor.info() != Eigen::Success) {
    throw NumericalError("fit: needs a positive definite matrix of " + shown(a.rows()) +
                         " values; a pivot is not positive: raise noise from " + shown(noise));
  }
  return factor;
}

double minus_log_likelihood(const Eigen::LLT<Matrix>& factor, const Vector& y, const Vector& alpha) {
  return 0.5 * y.dot(alpha) + factor.matrixLLT().diagonal().array().log().sum() +
         0.5 * static_cast<double>(y.size()) * std::log(2 * std::numbers::pi);
}

// The criterion and its derivatives in the base's hyper-parameters, F, v, the noise.
double objective(const MultitaskKernel& kernel, double noise, const Data& data, std::span<double> gradient) {
  Matrix k = base_gram(kernel.base(), data);
  const auto factor = factor_of(kernel, data, k, noise);
  const Vector alpha = factor.solve(data.y);
  Matrix d = factor.solve(Matrix::Identity(k.rows(), k.cols()));
  d = 0.5 * (d - alpha * alpha.transpose());
  const double of_noise = d.trace();
  const Index tasks = data.tasks();
  const std::size_t of_base = kernel.base().parameters().size();
  std::fill(gradient.begin(), gradient.end(), 0.0);
  std::vector<double> part(of_base);
  Matrix dt(tasks, tasks);
  for (Index s = 0; s < tasks; ++s) {
    for (Index t = 0; t < tasks; ++t) {
      Matrix block = data.block(d, s, t);
      dt(s, t) = block.cwiseProduct(data.block(k, s, t)).sum();
      block *= kernel.task_covariance()(s, t);
      kernel.base().pull_back(span_of(data.x[as_size(s)]), span_of(data.x[as_size(t)]), span_of(std::as_const(block)),
                              part);
      for (std::size_t p = 0; p < of_base; ++p) gradient[p] += part[p];
    }
  }
  kernel.pull_back(span_of(std::as_const(dt)), MatrixSpan<double>(gradient.data() + of_base, tasks, kernel.rank()),
                   gradient.subspan(gradient.size() - 1 - as_size(tasks), as_size(tasks)));
  gradient.back() = of_noise;
  return minus_log_likelihood(factor, data.y, alpha);
}

MultitaskKernel first_kernel(const AnyKernel& base, Index tasks, Index rank) {
  std::vector<double> factor;
  for (Index t = 0; t < tasks; ++t) {
    for (Index q = 0; q < rank; ++q)
      factor.push_back(q == 0 ? 0.7 : 0.2 * std::cos(static_cast<double>(t + q * tasks)));
  }
  return {base, MatrixSpan<const double>(factor.data(), tasks, rank), std::vector<double>(as_size(tasks), 0.5)};
}

}  // namespace

struct MultitaskGaussianProcess::State {
  std::vector<AnyPointSet> points;
  MultitaskKernel kernel;
  double noise = 0;
  Data data{};
  Vector alpha{};
  std::shared_ptr<const Eigen::LLT<Matrix>> factor{};
  int evaluations = 0;
};

MultitaskGaussianProcess::MultitaskGaussianProcess(std::vector<AnyPointSet> points, const AnyKernel& kernel, Index rank,
                                                   double noise) {
  require(!points.empty(), "points", "must have one set per task, at least one", points.size());
  require(rank >= 0, "rank", "must not be negative", rank);
  require(noise >= 0 && std::isfinite(noise), "noise", "must be finite and not negative", noise);
  for (const auto& set : points) {
    require(kernel.fits(set.dimension()) && set.dimension() == points[0].dimension(), "points",
            "must have one dimension, the kernel's, in every task, " + shown(points[0].dimension()), set.dimension());
  }
  const auto tasks = static_cast<Index>(points.size());
  state_ = std::make_shared<const State>(State{std::move(points), first_kernel(kernel, tasks, rank), noise});
}

Index MultitaskGaussianProcess::tasks() const noexcept { return state_->kernel.tasks(); }
const AnyKernel& MultitaskGaussianProcess::kernel() const noexcept { return state_->kernel.base(); }
double MultitaskGaussianProcess::noise() const noexcept { return state_->noise; }
MatrixSpan<const double> MultitaskGaussianProcess::factor() const noexcept { return state_->kernel.factor(); }
std::span<const double> MultitaskGaussianProcess::diagonal() const noexcept { return state_->kernel.diagonal(); }
int MultitaskGaussianProcess::evaluations() const noexcept { return state_->evaluations; }

const MultitaskGaussianProcess::State& MultitaskGaussianProcess::fitted() const {
  require(state_->data.tasks() > 0, "gp", "must have been fitted to data", std::string_view("no data"));
  return *state_;
}

MultitaskGaussianProcess& MultitaskGaussianProcess::fit(const std::vector<std::vector<double>>& y,
                                                        const FitOptions& options) {
  require(std::ssize(y) == tasks(), "y", "must have the values of every task, " + shown(tasks()), y.size());
  require(options.criterion == Criterion::mle, "criterion", "must be mle: several tasks have no other",
          static_cast<int>(options.criterion));
  auto state = std::make_shared<State>(State{state_->points, state_->kernel, state_->noise});
  Data& data = state->data;
  Index total = 0;
  for (const auto& of_task : y) total += std::ssize(of_task);
  data.y.resize(total);
  for (std::size_t t = 0; t < y.size(); ++t) {
    const Index n = std::ssize(y[t]);
    require(n >= 1, "y", "must have at least one value of every task", n);
    data.first.push_back(t == 0 ? 0 : data.first[t - 1] + data.x[t - 1].rows());
    for (Index i = 0; i < n; ++i) {
      require(std::isfinite(y[t][as_size(i)]), "y", "must be finite", y[t][as_size(i)]);
      data.y(data.first[t] + i) = y[t][as_size(i)];
    }
    data.x.emplace_back(n, state->points[t].dimension());
    state->points[t].fill({0, n}, span_of(data.x.back()));
  }
  if (options.learn == Learn::everything) {
    const auto at_start = factor_of(state->kernel, data, base_gram(state->kernel.base(), data), state->noise);
    const double factor = data.y.dot(at_start.solve(data.y)) / static_cast<double>(total);
    auto theta = state->kernel.parameters();
    if (factor > 0 && std::isfinite(factor)) {  // the likeliest scale of all
      const AnyKernel scaled = factor * state->kernel.base();
      std::copy(scaled.parameters().begin(), scaled.parameters().end(), theta.begin());
      state->noise *= factor;
    }
    theta.push_back(state->noise);
    auto names = state->kernel.parameter_names();
    names.emplace_back("noise");
    const MultitaskKernel start = state->kernel;
    state->evaluations = detail::minimise(
        [&](std::span<const double> at, std::span<double> gradient) {
          return objective(start.with(at.first(at.size() - 1)), at.back(), data, gradient);
        },
        names, options, theta);
    state->noise = theta.back();
    state->kernel = start.with(std::span<const double>(theta).first(theta.size() - 1));
  }
  state->factor = std::make_shared<const Eigen::LLT<Matrix>>(
      factor_of(state->kernel, data, base_gram(state->kernel.base(), data), state->noise));
  state->alpha = state->factor->solve(data.y);
  state_ = std::move(state);
  return *this;
}

double MultitaskGaussianProcess::log_marginal_likelihood() const {
  const State& s = fitted();
  return -minus_log_likelihood(*s.factor, s.data.y, s.alpha);
}

void MultitaskGaussianProcess::predict(MatrixSpan<const double> x, Index task, std::span<double> mean,
                                       std::span<double> variance) const {
  const State& s = fitted();
  require(task >= 0 && task < tasks(), "task", "must be in 0.." + shown(tasks() - 1), task);
  require(x.cols == s.points[0].dimension(), "x",
          "must have one column per dimension, " + shown(s.points[0].dimension()), x.cols);
  require(mean.empty() || std::ssize(mean) == x.rows, "mean", "must have one entry per point, " + shown(x.rows),
          mean.size());
  require(variance.empty() || std::ssize(variance) == x.rows, "variance",
          "must have one entry per point, " + shown(x.rows), variance.size());
  Matrix k(s.data.y.size(), x.rows);
  for (Index t = 0; t < tasks(); ++t) {
    const Matrix& of_task = s.data.x[as_size(t)];
    Matrix part(of_task.rows(), x.rows);
    s.kernel.base().cross(span_of(of_task), x, span_of(part));
    k.middleRows(s.data.first[as_size(t)], of_task.rows()) = s.kernel.task_covariance()(task, t) * part;
  }
  const Vector values = k.transpose() * s.alpha;
  std::copy_n(values.data(), mean.size(), mean.begin());
  if (variance.empty()) return;
  s.factor->matrixL().solveInPlace(k);
  const double prior = s.kernel.task_covariance()(task, task) * s.kernel.base().at_zero();
  for (Index i = 0; i < x.rows; ++i) variance[as_size(i)] = std::max(0.0, prior - k.col(i).squaredNorm());
}

void MultitaskGaussianProcess::integral(std::span<double> means, MatrixSpan<double> covariance) const {
  const State& s = fitted();
  require(std::ssize(means) == tasks(), "means", "must have one entry per task, " + shown(tasks()), means.size());
  require(covariance.rows == tasks() && covariance.cols == tasks(), "covariance",
          "must have one row and column per task, " + shown(tasks()), covariance.rows);
  const double c = s.kernel.base().integral();
  Matrix b(s.data.y.size(), tasks());  // the covariance of the data with the tasks' integrals
  for (Index t = 0; t < tasks(); ++t) {
    for (Index u = 0; u < tasks(); ++u) {
      b.col(t)
          .segment(s.data.first[as_size(u)], s.data.x[as_size(u)].rows())
          .setConstant(c * s.kernel.task_covariance()(t, u));
    }
  }
  const Vector values = b.transpose() * s.alpha;
  std::copy_n(values.data(), means.size(), means.begin());
  s.factor->matrixL().solveInPlace(b);
  const Matrix learnt = b.transpose() * b;
  for (Index t = 0; t < tasks(); ++t) {
    for (Index u = 0; u < tasks(); ++u) covariance(t, u) = c * s.kernel.task_covariance()(t, u) - learnt(t, u);
  }
}

}  // namespace korobov
