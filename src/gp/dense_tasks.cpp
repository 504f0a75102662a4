// Tasks on any sets with any kernel: matrices of all values together, O(N^3) time and O(N^2) memory.
#include <Eigen/Core>
#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include <korobov/core/error.hpp>
#include <korobov/gram/dense_gram.hpp>

#include "gp/task_posterior.hpp"

namespace korobov::detail {
namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

std::size_t as_size(Index n) { return static_cast<std::size_t>(n); }
MatrixSpan<double> span_of(Matrix& a) { return {a.data(), a.rows(), a.cols(), 1, a.rows()}; }
MatrixSpan<const double> span_of(const Matrix& a) { return {a.data(), a.rows(), a.cols(), 1, a.rows()}; }

// Task t's points, and where its block begins; y of all tasks, one after the other.
struct Blocks {
  std::vector<Matrix> x{};
  std::vector<Index> first{};
  Vector y{};

  Index tasks() const { return std::ssize(x); }
  Index rows(Index t) const { return x[as_size(t)].rows(); }
  auto block(Matrix& a, Index s, Index t) const {
    return a.block(first[as_size(s)], first[as_size(t)], rows(s), rows(t));
  }
};

Blocks blocks_of(const TaskData& data) {
  Blocks blocks;
  const auto all = data.all();
  blocks.y = Eigen::Map<const Vector>(all.data(), std::ssize(all));
  Index first = 0;
  for (std::size_t t = 0; t < data.y.size(); ++t) {
    const Index n = std::ssize(data.y[t]);
    blocks.first.push_back(first);
    blocks.x.emplace_back(n, data.dimension());
    data.points[t].fill({0, n}, span_of(blocks.x.back()));
    first += n;
  }
  return blocks;
}

class DensePosterior final : public TaskPosterior {
 public:
  DensePosterior(std::shared_ptr<const Blocks> data, MultitaskKernel kernel, double noise)
      : data_(std::move(data)), kernel_(std::move(kernel)) {
    Matrix a = base_gram();
    for (Index s = 0; s < data_->tasks(); ++s) {
      for (Index t = 0; t < data_->tasks(); ++t) data_->block(a, s, t) *= kernel_.task_covariance()(s, t);
    }
    const double largest = a.diagonal().maxCoeff();
    const auto n = static_cast<double>(a.rows());
    a.diagonal().array() += noise + 4 * std::numeric_limits<double>::epsilon() * n * largest;
    gram_ = DenseGram::from_matrix(span_of(std::as_const(a)));
    if (!gram_->is_positive_definite()) {
      throw NumericalError("fit: needs a positive definite matrix of " + shown(a.rows()) +
                           " values; a pivot is not positive: raise noise from " + shown(noise));
    }
    alpha_ = data_->y;
    const MatrixSpan<double> alpha(alpha_.data(), alpha_.size(), 1);
    gram_->solve(alpha, alpha);
  }

  double quadratic() const override { return data_->y.dot(alpha_); }
  double logdet() const override { return gram_->logdet(); }

  // D = (A^-1 - A^-1 y y^T A^-1) / 2 gives dL/dT_st = sum of D K over the block of s and t.
  void gradient(std::span<double> slopes) const override {
    Matrix k = base_gram();
    Matrix d = Matrix::Identity(k.rows(), k.cols());
    gram_->solve(span_of(std::as_const(d)), span_of(d));
    d = 0.5 * (d - alpha_ * alpha_.transpose());
    const Index tasks = data_->tasks();
    const std::size_t of_base = kernel_.base().parameters().size();
    std::fill(slopes.begin(), slopes.end(), 0.0);
    slopes.back() = d.trace();
    std::vector<double> part(of_base);
    Matrix dt(tasks, tasks);
    for (Index s = 0; s < tasks; ++s) {
      for (Index t = 0; t < tasks; ++t) {
        Matrix block = data_->block(d, s, t);
        dt(s, t) = block.cwiseProduct(data_->block(k, s, t)).sum();
        block *= kernel_.task_covariance()(s, t);
        kernel_.base().pull_back(span_of(data_->x[as_size(s)]), span_of(data_->x[as_size(t)]),
                                 span_of(std::as_const(block)), part);
        for (std::size_t p = 0; p < of_base; ++p) slopes[p] += part[p];
      }
    }
    pull_back_tasks(kernel_, span_of(std::as_const(dt)), of_base, slopes);
  }

  using TaskPosterior::covariance;
  using TaskPosterior::predict;
  void predict(MatrixSpan<const double> x, Index task, std::span<double> mean,
               std::span<double> variance) const override {
    Matrix k = cross(x, task);
    const Vector values = k.transpose() * alpha_;
    std::copy_n(values.data(), mean.size(), mean.begin());
    if (variance.empty()) return;
    whiten(k);
    const double prior = kernel_.task_covariance()(task, task) * kernel_.base().at_zero();
    for (Index i = 0; i < x.rows; ++i) variance[as_size(i)] = std::max(0.0, prior - k.col(i).squaredNorm());
  }

  void covariance(MatrixSpan<const double> x, std::span<const Index> tasks, MatrixSpan<double> out) const override {
    Matrix k(data_->y.size(), out.rows);
    for (std::size_t a = 0; a < tasks.size(); ++a) {
      k.middleCols(static_cast<Index>(a) * x.rows, x.rows) = cross(x, tasks[a]);
    }
    whiten(k);
    const Matrix learnt = k.transpose() * k;
    prior_covariance(kernel_, x, tasks, out);
    for (Index i = 0; i < out.rows; ++i) {
      for (Index j = 0; j < out.rows; ++j) out(i, j) -= learnt(i, j);
    }
  }

  void integral(std::span<double> means, MatrixSpan<double> covariance) const override {
    const double c = kernel_.base().integral();
    const Index tasks = data_->tasks();
    Matrix b(data_->y.size(), tasks);  // the covariance of the data with the tasks' integrals
    for (Index t = 0; t < tasks; ++t) {
      for (Index u = 0; u < tasks; ++u) {
        b.col(t).segment(data_->first[as_size(u)], data_->rows(u)).setConstant(c * kernel_.task_covariance()(t, u));
      }
    }
    const Vector values = b.transpose() * alpha_;
    std::copy_n(values.data(), means.size(), means.begin());
    whiten(b);
    const Matrix learnt = b.transpose() * b;
    for (Index t = 0; t < tasks; ++t) {
      for (Index u = 0; u < tasks; ++u) covariance(t, u) = c * kernel_.task_covariance()(t, u) - learnt(t, u);
    }
  }

 private:
  // b <- L^-1 b, A = L L^T.
  void whiten(Matrix& b) const { gram_->inverse_sqrt_apply(span_of(std::as_const(b)), span_of(b)); }
  // The base kernel between all points, (N, N).
  Matrix base_gram() const {
    Matrix k(data_->y.size(), data_->y.size());
    for (Index s = 0; s < data_->tasks(); ++s) {
      for (Index t = 0; t < data_->tasks(); ++t) {
        kernel_.base().cross(span_of(data_->x[as_size(s)]), span_of(data_->x[as_size(t)]),
                             MatrixSpan<double>(&k(data_->first[as_size(s)], data_->first[as_size(t)]), data_->rows(s),
                                                data_->rows(t), 1, k.rows()));
      }
    }
    return k;
  }
  // The covariance of the data with f_task at x, (N, m).
  Matrix cross(MatrixSpan<const double> x, Index task) const {
    Matrix k(data_->y.size(), x.rows);
    for (Index t = 0; t < data_->tasks(); ++t) {
      const Matrix& of_task = data_->x[as_size(t)];
      Matrix part(of_task.rows(), x.rows);
      kernel_.base().cross(span_of(of_task), x, span_of(part));
      k.middleRows(data_->first[as_size(t)], of_task.rows()) = kernel_.task_covariance()(task, t) * part;
    }
    return k;
  }

  std::shared_ptr<const Blocks> data_;
  MultitaskKernel kernel_;
  std::optional<DenseGram> gram_{};
  Vector alpha_{};
};

class DenseModel final : public TaskModel {
 public:
  explicit DenseModel(const TaskData& data) : data_(std::make_shared<const Blocks>(blocks_of(data))) {}
  bool is_structured() const override { return false; }
  std::unique_ptr<TaskPosterior> trial(const MultitaskKernel& kernel, double noise) const override {
    return posterior(kernel, noise);
  }
  std::unique_ptr<TaskPosterior> posterior(const MultitaskKernel& kernel, double noise) const override {
    return std::make_unique<DensePosterior>(data_, kernel, noise);
  }

 private:
  std::shared_ptr<const Blocks> data_;
};

}  // namespace

std::unique_ptr<TaskModel> dense_tasks(const TaskData& data) { return std::make_unique<DenseModel>(data); }

}  // namespace korobov::detail
