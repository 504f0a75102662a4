#include "gp/task_posterior.hpp"

namespace korobov::detail {

Index TaskData::size() const {
  Index total = 0;
  for (const auto& of_task : y) total += std::ssize(of_task);
  return total;
}

std::vector<double> TaskData::all() const {
  std::vector<double> values;
  for (const auto& of_task : y) values.insert(values.end(), of_task.begin(), of_task.end());
  return values;
}

namespace {

std::vector<double> leading_digits(MatrixSpan<const Word> x) {
  std::vector<double> values;
  values.reserve(static_cast<std::size_t>(x.rows * x.cols));
  for (Index i = 0; i < x.rows; ++i) {
    for (Index j = 0; j < x.cols; ++j) values.push_back(coordinate<double>(x(i, j)));
  }
  return values;
}

}  // namespace

void TaskPosterior::predict(MatrixSpan<const Word> x, Index task, std::span<double> mean,
                            std::span<double> variance) const {
  const auto values = leading_digits(x);
  predict(MatrixSpan<const double>(values.data(), x.rows, x.cols), task, mean, variance);
}

void TaskPosterior::covariance(MatrixSpan<const Word> x, std::span<const Index> tasks, MatrixSpan<double> out) const {
  const auto values = leading_digits(x);
  covariance(MatrixSpan<const double>(values.data(), x.rows, x.cols), tasks, out);
}

template <class T>
void prior_covariance(const MultitaskKernel& kernel, MatrixSpan<const T> x, std::span<const Index> tasks,
                      MatrixSpan<double> out) {
  const MatrixSpan<double> first(out.data, x.rows, x.rows, out.row_stride, out.col_stride);
  kernel.base().cross(x, x, first);
  const auto q = std::ssize(tasks);
  for (Index a = q; a-- > 0;) {
    for (Index b = q; b-- > 0;) {  // the block that holds k comes last
      const double factor =
          kernel.task_covariance()(tasks[static_cast<std::size_t>(a)], tasks[static_cast<std::size_t>(b)]);
      for (Index i = 0; i < x.rows; ++i) {
        for (Index j = 0; j < x.rows; ++j) out(a * x.rows + i, b * x.rows + j) = factor * first(i, j);
      }
    }
  }
}

template void prior_covariance(const MultitaskKernel&, MatrixSpan<const double>, std::span<const Index>,
                               MatrixSpan<double>);
template void prior_covariance(const MultitaskKernel&, MatrixSpan<const Word>, std::span<const Index>,
                               MatrixSpan<double>);

void pull_back_tasks(const MultitaskKernel& kernel, MatrixSpan<const double> dT, std::size_t of_base,
                     std::span<double> slopes) {
  const auto tasks = static_cast<std::size_t>(kernel.tasks());
  const auto of_factor = tasks * static_cast<std::size_t>(kernel.rank());
  kernel.pull_back(dT, MatrixSpan<double>(slopes.data() + of_base, kernel.tasks(), kernel.rank()),
                   slopes.subspan(of_base + of_factor, tasks));
}

}  // namespace korobov::detail
