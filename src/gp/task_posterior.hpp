// What the data of several tasks say: the linear algebra behind MultitaskGaussianProcess, on transforms or dense.
#ifndef KOROBOV_SRC_GP_TASK_POSTERIOR_HPP
#define KOROBOV_SRC_GP_TASK_POSTERIOR_HPP

#include <memory>
#include <span>
#include <vector>

#include <korobov/generators/point_set.hpp>
#include <korobov/kernels/multitask.hpp>

namespace korobov::detail {

// y[t]: the values of task t at the first y[t].size() points of its set.
struct TaskData {
  std::vector<AnyPointSet> points{};
  std::vector<std::vector<double>> y{};

  Index tasks() const { return std::ssize(points); }
  Index dimension() const { return points[0].dimension(); }
  Index size() const;               // N
  std::vector<double> all() const;  // y of all tasks, one after the other (N)
};

// Under one kernel and noise; A is the covariance of the data.
class TaskPosterior {
 public:
  TaskPosterior() = default;
  TaskPosterior(const TaskPosterior&) = delete;
  TaskPosterior& operator=(const TaskPosterior&) = delete;
  virtual ~TaskPosterior() = default;

  virtual double quadratic() const = 0;  // y^T A^-1 y
  virtual double logdet() const = 0;     // of A
  // Of (quadratic + logdet) / 2: the base's hyper-parameters, F row by row, v, noise.
  virtual void gradient(std::span<double> slopes) const = 0;
  // Of f_task at x (m, d): mean (m), variance (m), either may be empty.
  virtual void predict(MatrixSpan<const double> x, Index task, std::span<double> mean,
                       std::span<double> variance) const = 0;
  // Of the functions of `tasks` (q) at x, one after the other: (q m, q m).
  virtual void covariance(MatrixSpan<const double> x, std::span<const Index> tasks, MatrixSpan<double> out) const = 0;
  // The same at words, by their leading 53 digits unless overridden.
  virtual void predict(MatrixSpan<const Word> x, Index task, std::span<double> mean, std::span<double> variance) const;
  virtual void covariance(MatrixSpan<const Word> x, std::span<const Index> tasks, MatrixSpan<double> out) const;
  // Of the tasks' integrals: means (T), covariance (T, T).
  virtual void integral(std::span<double> means, MatrixSpan<double> covariance) const = 0;
};

class TaskModel {
 public:
  TaskModel() = default;
  TaskModel(const TaskModel&) = delete;
  TaskModel& operator=(const TaskModel&) = delete;
  virtual ~TaskModel() = default;

  virtual bool is_structured() const = 0;
  // Many of them under other hyper-parameters: what does not depend on them is kept by the model.
  virtual std::unique_ptr<TaskPosterior> trial(const MultitaskKernel& kernel, double noise) const = 0;
  // The one to keep.
  virtual std::unique_ptr<TaskPosterior> posterior(const MultitaskKernel& kernel, double noise) const = 0;
};

// Null where the designs are no shifted copies of one family that matches the kernel.
std::unique_ptr<TaskModel> structured_tasks(const TaskData& data, const MultitaskKernel& kernel);
std::unique_ptr<TaskModel> dense_tasks(const TaskData& data);

// The same of the prior.
template <class T>  // double, Word
void prior_covariance(const MultitaskKernel& kernel, MatrixSpan<const T> x, std::span<const Index> tasks,
                      MatrixSpan<double> out);

// dT (T, T) into the places of F and v in `slopes`, `of_base` hyper-parameters after its begin.
void pull_back_tasks(const MultitaskKernel& kernel, MatrixSpan<const double> dT, std::size_t of_base,
                     std::span<double> slopes);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GP_TASK_POSTERIOR_HPP
