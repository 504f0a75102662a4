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

void pull_back_tasks(const MultitaskKernel& kernel, MatrixSpan<const double> dT, std::size_t of_base,
                     std::span<double> slopes) {
  const auto tasks = static_cast<std::size_t>(kernel.tasks());
  const auto of_factor = tasks * static_cast<std::size_t>(kernel.rank());
  kernel.pull_back(dT, MatrixSpan<double>(slopes.data() + of_base, kernel.tasks(), kernel.rank()),
                   slopes.subspan(of_base + of_factor, tasks));
}

}  // namespace korobov::detail
