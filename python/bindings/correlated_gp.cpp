#include <pybind11/stl.h>

#include <korobov/gp/correlated_gaussian_process.hpp>

#include "bindings.hpp"
#include "fit_options.hpp"
#include "gp_verbs.hpp"

namespace korobov::python {
namespace {

template <class T>
using Array = py::array_t<T, py::array::c_style>;

std::span<double> span_of(py::array_t<double>& array) {
  return {array.mutable_data(), static_cast<std::size_t>(array.size())};
}

// (mean (m, r), variance (m, r)), without columns unless asked for.
py::tuple predict(const CorrelatedGaussianProcess& gp, const Array<Word>& x, bool with_mean, bool with_variance) {
  const MatrixSpan<const Word> points = view_of(x);
  py::array_t<double> mean({points.rows, with_mean ? gp.outputs() : Index{0}});
  py::array_t<double> variance({points.rows, with_variance ? gp.outputs() : Index{0}});
  const MatrixSpan<double> to = matrix_of<double>(mean);
  const MatrixSpan<double> spread = matrix_of<double>(variance);
  {
    const py::gil_scoped_release nogil;
    gp.predict(points, to, spread);
  }
  return py::make_tuple(mean, variance);
}

py::tuple predict_shifted(const CorrelatedGaussianProcess& gp, const Array<Word>& shift, bool with_variance) {
  py::array_t<double> mean({gp.size(), gp.outputs()});
  py::array_t<double> variance({gp.size(), with_variance ? gp.outputs() : Index{0}});
  const MatrixSpan<double> to = matrix_of<double>(mean);
  const MatrixSpan<double> spread = matrix_of<double>(variance);
  const std::span<const Word> by(shift.data(), static_cast<std::size_t>(shift.size()));
  {
    const py::gil_scoped_release nogil;
    gp.predict_shifted(by, to, spread);
  }
  return py::make_tuple(mean, variance);
}

// (r, m, m).
py::array_t<double> covariance(const CorrelatedGaussianProcess& gp, const Array<Word>& x) {
  const MatrixSpan<const Word> points = view_of(x);
  py::array_t<double> values({gp.outputs(), points.rows, points.rows});
  const MatrixSpan<double> to(values.mutable_data(), gp.outputs() * points.rows, points.rows);
  const py::gil_scoped_release nogil;
  gp.covariance(points, to);
  return values;
}

py::tuple integral(const CorrelatedGaussianProcess& gp) {
  py::array_t<double> means(gp.outputs());
  py::array_t<double> variances(gp.outputs());
  gp.integral(span_of(means), span_of(variances));
  return py::make_tuple(means, variances);
}

py::array_t<double> projected_variance(const CorrelatedGaussianProcess& gp, Index n, const Array<Word>& x) {
  const MatrixSpan<const Word> points = view_of(x);
  py::array_t<double> variance({points.rows, gp.outputs()});
  const MatrixSpan<double> to = matrix_of<double>(variance);
  const py::gil_scoped_release nogil;
  gp.projected_variance(n, points, to);
  return variance;
}

py::array_t<double> projected_integral_variance(const CorrelatedGaussianProcess& gp, Index n) {
  py::array_t<double> variances(gp.outputs());
  const std::span<double> to = span_of(variances);
  const py::gil_scoped_release nogil;
  gp.projected_integral_variance(n, to);
  return variances;
}

py::array_t<double> copy_of(MatrixSpan<const double> matrix) {
  return py::array_t<double>({matrix.rows, matrix.cols}, matrix.data);
}

}  // namespace

// The verbs of GaussianProcess (gp.cpp), with a variance per output; arrays are made by
// python/korobov/gaussian_process.py.
void register_correlated_gp(py::module_& m) {
  py::class_<CorrelatedGaussianProcess>(m, "CorrelatedGaussianProcess")
      .def(py::init([](const AnyPointSet& points, const AnyKernel& kernel, const Array<double>& task_factor,
                       double noise, const std::vector<double>& task_diagonal) {
             return CorrelatedGaussianProcess(points, kernel, view_of(task_factor), noise, task_diagonal);
           }),
           py::arg("points"), py::arg("kernel"), py::arg("task_factor"), py::arg("noise"), py::arg("task_diagonal"))
      .def(
          "fit",
          [](CorrelatedGaussianProcess& gp, const Array<double>& y, bool optimize, int restarts, int max_evaluations,
             py::object progress) {
            const FitOptions options = fit_options(optimize, restarts, max_evaluations, std::move(progress));
            const MatrixSpan<const double> values = view_of(y);
            const py::gil_scoped_release nogil;
            gp.fit(values, options);
          },
          py::arg("y"), py::arg("optimize"), py::arg("restarts"), py::arg("max_evaluations"),
          py::arg("progress") = py::none())
      .def("extend", &extend_process<CorrelatedGaussianProcess>, py::arg("y"))
      .def("condition", &condition_process<CorrelatedGaussianProcess>, py::arg("x"), py::arg("y"), py::arg("noise"))
      .def_property_readonly("parameters",
                             [](const CorrelatedGaussianProcess& gp) {
                               const auto p = gp.kernel().parameters();
                               return py::array_t<double>(static_cast<py::ssize_t>(p.size()), p.data());
                             })
      .def_property_readonly("task_factor",
                             [](const CorrelatedGaussianProcess& gp) { return copy_of(gp.task_factor()); })
      .def_property_readonly("task_diagonal",
                             [](const CorrelatedGaussianProcess& gp) {
                               const auto v = gp.task_diagonal();
                               return std::vector<double>(v.begin(), v.end());
                             })
      .def_property_readonly("task_covariance",
                             [](const CorrelatedGaussianProcess& gp) { return copy_of(gp.task_covariance()); })
      .def_property_readonly("noise", &CorrelatedGaussianProcess::noise)
      .def_property_readonly("nugget", &CorrelatedGaussianProcess::nugget)
      .def_property_readonly("n", &CorrelatedGaussianProcess::size)
      .def_property_readonly("outputs", &CorrelatedGaussianProcess::outputs)
      .def_property_readonly("evaluations", &CorrelatedGaussianProcess::evaluations)
      .def_property_readonly("log_marginal_likelihood", &CorrelatedGaussianProcess::log_marginal_likelihood)
      .def("predict", &predict, py::arg("x"), py::arg("with_mean"), py::arg("with_variance"))
      .def("covariance", &covariance, py::arg("x"))
      .def("predict_shifted", &predict_shifted, py::arg("shift"), py::arg("with_variance"))
      .def("sample", &sample_process<CorrelatedGaussianProcess>, py::arg("x"), py::arg("paths"), py::arg("seed"))
      .def("integral", &integral)
      .def("projected_variance", &projected_variance, py::arg("n"), py::arg("x"))
      .def("projected_integral_variance", &projected_integral_variance, py::arg("n"));
}

}  // namespace korobov::python
