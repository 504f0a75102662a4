#include <algorithm>
#include <cmath>
#include <limits>

#include <korobov/core/error.hpp>
#include <korobov/kernels/multitask.hpp>

namespace korobov {
namespace {

std::size_t as_size(Index n) { return static_cast<std::size_t>(n); }

// The pivots of a's Cholesky factorisation; a (n, n) is overwritten.
void require_positive_definite(std::vector<double> a, Index n) {
  const auto at = [&](Index i, Index j) -> double& { return a[as_size(i * n + j)]; };
  double largest = 0;
  for (Index i = 0; i < n; ++i) largest = std::max(largest, at(i, i));
  const double least = static_cast<double>(n) * std::numeric_limits<double>::epsilon() * largest;
  for (Index j = 0; j < n; ++j) {
    for (Index k = 0; k < j; ++k) at(j, j) -= at(j, k) * at(j, k);
    if (!(at(j, j) > least)) {
      detail::fail_requirement("factor, diagonal",
                               "must make factor factor^T + diag(diagonal) positive definite: raise the diagonal; "
                               "pivot " +
                                   detail::shown(j) + " must exceed " + detail::shown(least),
                               detail::shown(at(j, j)));
    }
    at(j, j) = std::sqrt(at(j, j));
    for (Index i = j + 1; i < n; ++i) {
      for (Index k = 0; k < j; ++k) at(i, j) -= at(i, k) * at(j, k);
      at(i, j) /= at(j, j);
    }
  }
}

void require_tasks(std::span<const Index> tasks, Index rows, Index count, const char* name) {
  detail::require(std::ssize(tasks) == rows, name, "must have one task per point, " + detail::shown(rows),
                  tasks.size());
  for (const Index task : tasks) {
    detail::require(task >= 0 && task < count, name, "must be in 0.." + detail::shown(count - 1), task);
  }
}

template <class T>
void cross_of(const MultitaskKernel& kernel, MatrixSpan<const T> x, std::span<const Index> s, MatrixSpan<const T> z,
              std::span<const Index> t, MatrixSpan<double> k) {
  require_tasks(s, x.rows, kernel.tasks(), "s");
  require_tasks(t, z.rows, kernel.tasks(), "t");
  kernel.base().cross(x, z, k);
  const auto covariance = kernel.task_covariance();
  for (Index i = 0; i < k.rows; ++i) {
    for (Index j = 0; j < k.cols; ++j) k(i, j) *= covariance(s[as_size(i)], t[as_size(j)]);
  }
}

}  // namespace

MultitaskKernel::MultitaskKernel(const AnyKernel& base, MatrixSpan<const double> factor,
                                 std::span<const double> diagonal)
    : base_(base), rank_(factor.cols), diagonal_(diagonal.begin(), diagonal.end()) {
  const Index n = tasks();
  detail::require(n >= 1, "diagonal", "must have one entry per task", n);
  detail::require(factor.rows == n, "factor", "must have one row per task, " + detail::shown(n), factor.rows);
  for (Index i = 0; i < n; ++i) {
    for (Index q = 0; q < rank_; ++q) {
      detail::require(std::isfinite(factor(i, q)), "factor", "must be finite", factor(i, q));
      factor_.push_back(factor(i, q));
    }
    const double v = diagonal_[as_size(i)];
    detail::require(v >= 0 && std::isfinite(v), "diagonal", "must be finite and not negative", v);
  }
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < n; ++j) {
      double sum = i == j ? diagonal_[as_size(i)] : 0;
      for (Index q = 0; q < rank_; ++q) sum += factor_[as_size(i * rank_ + q)] * factor_[as_size(j * rank_ + q)];
      covariance_.push_back(sum);
    }
  }
  require_positive_definite(covariance_, n);
}

std::vector<double> MultitaskKernel::parameters() const {
  std::vector<double> all(base_.parameters().begin(), base_.parameters().end());
  all.insert(all.end(), factor_.begin(), factor_.end());
  all.insert(all.end(), diagonal_.begin(), diagonal_.end());
  return all;
}

std::vector<std::string> MultitaskKernel::parameter_names() const {
  std::vector<std::string> names = base_.parameter_names();
  for (Index t = 0; t < tasks(); ++t) {
    for (Index q = 0; q < rank_; ++q) names.push_back("factor[" + std::to_string(t) + "," + std::to_string(q) + "]");
  }
  for (Index t = 0; t < tasks(); ++t) names.push_back("diagonal[" + std::to_string(t) + "]");
  return names;
}

MultitaskKernel MultitaskKernel::with(std::span<const double> parameters) const {
  const std::size_t of_base = base_.parameters().size();
  const std::size_t count = of_base + factor_.size() + diagonal_.size();
  detail::require(parameters.size() == count, "parameters", "must have length " + detail::shown(count),
                  parameters.size());
  return {base_.with(parameters.first(of_base)), MatrixSpan<const double>(parameters.data() + of_base, tasks(), rank_),
          parameters.last(diagonal_.size())};
}

void MultitaskKernel::pull_back(MatrixSpan<const double> dT, MatrixSpan<double> dfactor,
                                std::span<double> ddiagonal) const {
  const Index n = tasks();
  detail::require(dT.rows == n && dT.cols == n, "dT", "must have one row and column per task, " + detail::shown(n),
                  dT.rows);
  detail::require(dfactor.rows == n && dfactor.cols == rank_, "dfactor", "must have the factor's shape", dfactor.rows);
  detail::require(std::ssize(ddiagonal) == n, "ddiagonal", "must have one entry per task, " + detail::shown(n),
                  ddiagonal.size());
  for (Index i = 0; i < n; ++i) {
    for (Index q = 0; q < rank_; ++q) {
      double sum = 0;
      for (Index j = 0; j < n; ++j) sum += (dT(i, j) + dT(j, i)) * factor_[as_size(j * rank_ + q)];
      dfactor(i, q) = sum;
    }
    ddiagonal[as_size(i)] = dT(i, i);
  }
}

void MultitaskKernel::cross(MatrixSpan<const double> x, std::span<const Index> s, MatrixSpan<const double> z,
                            std::span<const Index> t, MatrixSpan<double> k) const {
  cross_of(*this, x, s, z, t, k);
}

void MultitaskKernel::cross(MatrixSpan<const Word> x, std::span<const Index> s, MatrixSpan<const Word> z,
                            std::span<const Index> t, MatrixSpan<double> k) const {
  cross_of(*this, x, s, z, t, k);
}

}  // namespace korobov
