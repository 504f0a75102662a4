#include <pybind11/stl.h>

#include <korobov/gp/multitask_gaussian_process.hpp>
#include <korobov/gram/multitask_gram.hpp>

#include "bindings.hpp"
#include "fit_options.hpp"

namespace korobov::python {
namespace {

template <class T>
using Array = py::array_t<T, py::array::c_style>;

std::vector<AnyPointSet> sets_of(const std::vector<const AnyPointSet*>& points) {
  std::vector<AnyPointSet> sets;
  for (const AnyPointSet* set : points) sets.push_back(*set);
  return sets;
}

template <class T>
py::tuple predict(const MultitaskGaussianProcess& gp, const Array<T>& x, Index task, bool with_variance) {
  const MatrixSpan<const T> points = view_of(x);
  py::array_t<double> mean(points.rows);
  py::array_t<double> variance(with_variance ? points.rows : Index{0});
  const std::span<double> to(mean.mutable_data(), static_cast<std::size_t>(mean.size()));
  const std::span<double> spread(variance.mutable_data(), static_cast<std::size_t>(variance.size()));
  {
    const py::gil_scoped_release nogil;
    gp.predict(points, task, to, spread);
  }
  return py::make_tuple(mean, variance);
}

template <class T>
py::array_t<double> covariance(const MultitaskGaussianProcess& gp, const Array<T>& x, Index task) {
  const MatrixSpan<const T> points = view_of(x);
  py::array_t<double> values({points.rows, points.rows});
  const MatrixSpan<double> to = matrix_of<double>(values);
  const py::gil_scoped_release nogil;
  gp.covariance(points, task, to);
  return values;
}

// Paths of all tasks, (paths tasks, m), a path's tasks in a row.
template <class T>
py::array_t<double> sample_all(const MultitaskGaussianProcess& gp, const Array<T>& x, Index paths, std::uint64_t seed) {
  const MatrixSpan<const T> points = view_of(x);
  py::array_t<double> values({paths * gp.tasks(), points.rows});
  const MatrixSpan<double> to = matrix_of<double>(values);
  const py::gil_scoped_release nogil;
  gp.sample(points, Seed{seed}, to);
  return values;
}

template <class T>
py::array_t<double> sample(const MultitaskGaussianProcess& gp, const Array<T>& x, Index task, Index paths,
                           std::uint64_t seed) {
  const MatrixSpan<const T> points = view_of(x);
  py::array_t<double> values({paths, points.rows});
  const MatrixSpan<double> to = matrix_of<double>(values);
  const py::gil_scoped_release nogil;
  gp.sample(points, task, Seed{seed}, to);
  return values;
}

std::vector<std::vector<double>> values_of(const std::vector<Array<double>>& of_tasks) {
  std::vector<std::vector<double>> y;
  for (const auto& values : of_tasks) y.emplace_back(values.data(), values.data() + values.size());
  return y;
}

py::tuple integral(const MultitaskGaussianProcess& gp) {
  py::array_t<double> means(gp.tasks());
  py::array_t<double> covariance({gp.tasks(), gp.tasks()});
  gp.integral({means.mutable_data(), static_cast<std::size_t>(means.size())}, matrix_of<double>(covariance));
  return py::make_tuple(means, covariance);
}

std::vector<TaskDesign> designs_of(const std::vector<const AnyPointSet*>& points, const std::vector<Index>& n,
                                   const std::vector<double>& nuggets) {
  std::vector<TaskDesign> tasks;
  for (std::size_t t = 0; t < points.size(); ++t) tasks.push_back({*points[t], n.at(t), nuggets.at(t)});
  return tasks;
}

using GramVerb = void (MultitaskGram::*)(MatrixSpan<const double>, MatrixSpan<double>) const;

// Columns y (N, r) to those of `out`, an array made for this call by python/korobov/multitask_gram.py.
template <GramVerb verb>
void columns(const MultitaskGram& gram, const Array<double>& y, py::array_t<double> out) {
  const MatrixSpan<const double> from = view_of(y);
  const MatrixSpan<double> to = matrix_of<double>(out);
  const py::gil_scoped_release nogil;
  (gram.*verb)(from, to);
}

py::array_t<double> inverse_quadratic(const MultitaskGram& gram, const Array<double>& y) {
  const MatrixSpan<const double> from = view_of(y);
  std::vector<double> values(static_cast<std::size_t>(from.cols));
  {
    const py::gil_scoped_release nogil;
    gram.inverse_quadratic(from, values);
  }
  return array_of(values, {static_cast<py::ssize_t>(values.size())});
}

py::array_t<double> information_of_constants(const MultitaskGram& gram) {
  py::array_t<double> values({gram.tasks(), gram.tasks()});
  gram.information_of_constants(matrix_of<double>(values));
  return values;
}

// (dL/dB (T, T), dL/dnugget (T), dL/dtheta).
py::tuple gradient(const MultitaskGram& gram, const Array<double>& y, Index parameters) {
  const MatrixSpan<const double> from = view_of(y);
  py::array_t<double> of_covariance({gram.tasks(), gram.tasks()});
  std::vector<double> of_nugget(static_cast<std::size_t>(gram.tasks()));
  std::vector<double> of_kernel(static_cast<std::size_t>(parameters));
  const MatrixSpan<double> to = matrix_of<double>(of_covariance);
  {
    const py::gil_scoped_release nogil;
    gram.gradient(from, to, of_nugget, of_kernel);
  }
  return py::make_tuple(of_covariance, array_of(of_nugget, {static_cast<py::ssize_t>(of_nugget.size())}),
                        array_of(of_kernel, {static_cast<py::ssize_t>(of_kernel.size())}));
}

}  // namespace

// Arrays are made by python/korobov/multitask_gaussian_process.py and multitask_gram.py.
void register_multitask_gp(py::module_& m) {
  py::class_<MultitaskGaussianProcess>(m, "MultitaskGaussianProcess")
      .def(py::init([](const std::vector<const AnyPointSet*>& points, const AnyKernel& kernel, Index rank,
                       double noise) { return MultitaskGaussianProcess(sets_of(points), kernel, rank, noise); }),
           py::arg("points"), py::arg("kernel"), py::arg("rank"), py::arg("noise"))
      .def(py::init([](const std::vector<const AnyPointSet*>& points, const MultitaskKernel& kernel, double noise) {
             return MultitaskGaussianProcess(sets_of(points), kernel, noise);
           }),
           py::arg("points"), py::arg("kernel"), py::arg("noise"))
      .def(
          "fit",
          [](MultitaskGaussianProcess& gp, const std::vector<Array<double>>& of_tasks, bool optimize, int restarts,
             int max_evaluations, py::object progress) {
            const FitOptions options = fit_options(optimize, restarts, max_evaluations, std::move(progress));
            const auto y = values_of(of_tasks);
            const py::gil_scoped_release nogil;
            gp.fit(y, options);
          },
          py::arg("y"), py::arg("optimize"), py::arg("restarts"), py::arg("max_evaluations"),
          py::arg("progress") = py::none())
      .def(
          "extend",
          [](MultitaskGaussianProcess& gp, const std::vector<Array<double>>& of_tasks) {
            const auto y = values_of(of_tasks);
            const py::gil_scoped_release nogil;
            gp.extend(y);
          },
          py::arg("y"))
      .def_property_readonly("parameters",
                             [](const MultitaskGaussianProcess& gp) {
                               const auto p = gp.kernel().parameters();
                               return std::vector<double>(p.begin(), p.end());
                             })
      .def_property_readonly("factor",
                             [](const MultitaskGaussianProcess& gp) {
                               return py::array_t<double>({gp.factor().rows, gp.factor().cols}, gp.factor().data);
                             })
      .def_property_readonly("diagonal",
                             [](const MultitaskGaussianProcess& gp) {
                               return std::vector<double>(gp.diagonal().begin(), gp.diagonal().end());
                             })
      .def_property_readonly("noise", &MultitaskGaussianProcess::noise)
      .def_property_readonly("is_structured", &MultitaskGaussianProcess::is_structured)
      .def_property_readonly("evaluations", &MultitaskGaussianProcess::evaluations)
      .def_property_readonly("log_marginal_likelihood", &MultitaskGaussianProcess::log_marginal_likelihood)
      .def("predict", &predict<Word>, py::arg("x").noconvert(), py::arg("task"), py::arg("with_variance"))
      .def("predict", &predict<double>, py::arg("x"), py::arg("task"), py::arg("with_variance"))
      .def("covariance", &covariance<Word>, py::arg("x").noconvert(), py::arg("task"))
      .def("covariance", &covariance<double>, py::arg("x"), py::arg("task"))
      .def("sample_all", &sample_all<Word>, py::arg("x").noconvert(), py::arg("paths"), py::arg("seed"))
      .def("sample_all", &sample_all<double>, py::arg("x"), py::arg("paths"), py::arg("seed"))
      .def("sample", &sample<Word>, py::arg("x").noconvert(), py::arg("task"), py::arg("paths"), py::arg("seed"))
      .def("sample", &sample<double>, py::arg("x"), py::arg("task"), py::arg("paths"), py::arg("seed"))
      .def("integral", &integral);

  py::class_<MultitaskGram>(m, "MultitaskGram")
      .def(py::init([](const std::vector<const AnyPointSet*>& points, const AnyKernel& kernel,
                       const std::vector<Index>& n, const Array<double>& task_covariance,
                       const std::vector<double>& nuggets, bool adds_rounding) {
             const auto tasks = designs_of(points, n, nuggets);
             const MatrixSpan<const double> matrix = view_of(task_covariance);
             const py::gil_scoped_release nogil;
             return MultitaskGram(tasks, matrix, kernel, adds_rounding ? RoundingNugget::added : RoundingNugget::none);
           }),
           py::arg("points"), py::arg("kernel"), py::arg("n"), py::arg("task_covariance"), py::arg("nuggets"),
           py::arg("adds_rounding"))
      .def_static(
          "matches",
          [](const std::vector<const AnyPointSet*>& points, const AnyKernel& kernel, const std::vector<Index>& n) {
            return MultitaskGram::matches(designs_of(points, n, std::vector<double>(points.size())), kernel);
          },
          py::arg("points"), py::arg("kernel"), py::arg("n"))
      .def_property_readonly("size", &MultitaskGram::size)
      .def_property_readonly("rounding_error", &MultitaskGram::rounding_error)
      .def_property_readonly("is_positive_definite", &MultitaskGram::is_positive_definite)
      .def(
          "rows_of",
          [](const MultitaskGram& gram, Index task) {
            return py::make_tuple(gram.rows_of(task).first, gram.rows_of(task).last);
          },
          py::arg("task"))
      .def("apply", &columns<&MultitaskGram::apply>, py::arg("y"), py::arg("out").noconvert())
      .def("solve", &columns<&MultitaskGram::solve>, py::arg("y"), py::arg("out").noconvert())
      .def("sums_of_solution", &columns<&MultitaskGram::sums_of_solution>, py::arg("y"), py::arg("out").noconvert())
      .def("logdet", &MultitaskGram::logdet)
      .def("inverse_quadratic", &inverse_quadratic, py::arg("y"))
      .def("information_of_constants", &information_of_constants)
      .def("gradient", &gradient, py::arg("y"), py::arg("parameters"))
      .def(
          "with_parameters",
          [](const MultitaskGram& gram, const Array<double>& task_covariance, const std::vector<double>& parameters,
             const std::vector<double>& nuggets) {
            const MatrixSpan<const double> matrix = view_of(task_covariance);
            const py::gil_scoped_release nogil;
            return gram.with(matrix, parameters, nuggets);
          },
          py::arg("task_covariance"), py::arg("parameters"), py::arg("nuggets"));
}

}  // namespace korobov::python
