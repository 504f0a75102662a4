#include <pybind11/stl.h>

#include <korobov/gp/dense_gaussian_process.hpp>
#include <korobov/kernels/multitask.hpp>

#include "bindings.hpp"
#include "fit_options.hpp"

namespace korobov::python {
namespace {

template <class T>
using Array = py::array_t<T, py::array::c_style>;

// (mean (m, r), variance (m)), the variance empty unless asked for.
py::tuple predict(const DenseGaussianProcess& gp, const Array<double>& x, bool with_variance) {
  const MatrixSpan<const double> points = view_of(x);
  py::array_t<double> mean({points.rows, gp.outputs()});
  py::array_t<double> variance(with_variance ? points.rows : Index{0});
  const MatrixSpan<double> to = matrix_of<double>(mean);
  const std::span<double> spread(variance.mutable_data(), static_cast<std::size_t>(variance.size()));
  {
    const py::gil_scoped_release nogil;
    gp.predict(points, to, spread);
  }
  return py::make_tuple(mean, variance);
}

py::array_t<double> covariance(const DenseGaussianProcess& gp, const Array<double>& x) {
  const MatrixSpan<const double> points = view_of(x);
  py::array_t<double> values({points.rows, points.rows});
  const MatrixSpan<double> to = matrix_of<double>(values);
  const py::gil_scoped_release nogil;
  gp.covariance(points, to);
  return values;
}

py::array_t<double> sample(const DenseGaussianProcess& gp, const Array<double>& x, Index paths, std::uint64_t seed) {
  const MatrixSpan<const double> points = view_of(x);
  py::array_t<double> values({paths, points.rows});
  const MatrixSpan<double> to = matrix_of<double>(values);
  const py::gil_scoped_release nogil;
  gp.sample(points, Seed{seed}, to);
  return values;
}

// s, t: the points' tasks.
template <class T>
py::array_t<double> multitask_cross(const MultitaskKernel& kernel, const Array<T>& x, const std::vector<Index>& s,
                                    const Array<T>& z, const std::vector<Index>& t) {
  const MatrixSpan<const T> from = view_of(x);
  const MatrixSpan<const T> to = view_of(z);
  py::array_t<double> values({from.rows, to.rows});
  const MatrixSpan<double> out = matrix_of<double>(values);
  const py::gil_scoped_release nogil;
  kernel.cross(from, s, to, t, out);
  return values;
}

}  // namespace

void register_dense_gp(py::module_& m) {
  py::class_<DenseGaussianProcess>(m, "DenseGaussianProcess")
      .def(py::init([](const AnyKernel& kernel, double noise) { return DenseGaussianProcess(kernel, noise); }),
           py::arg("kernel"), py::arg("noise"))
      .def(
          "fit",
          [](DenseGaussianProcess& gp, const Array<double>& x, const Array<double>& y, bool optimize, bool learn_noise,
             int restarts) {
            const MatrixSpan<const double> points = view_of(x);
            const MatrixSpan<const double> values = view_of(y);
            const FitOptions options = fit_options(optimize, restarts, FitOptions{}.max_evaluations, py::none());
            const py::gil_scoped_release nogil;
            gp.fit(points, values, options, learn_noise ? Learn::everything : Learn::nothing);
          },
          py::arg("x"), py::arg("y"), py::arg("optimize"), py::arg("learn_noise"), py::arg("restarts"))
      .def_property_readonly("parameters",
                             [](const DenseGaussianProcess& gp) {
                               const auto p = gp.kernel().parameters();
                               return std::vector<double>(p.begin(), p.end());
                             })
      .def_property_readonly("noise", &DenseGaussianProcess::noise)
      .def_property_readonly("evaluations", &DenseGaussianProcess::evaluations)
      .def_property_readonly("log_marginal_likelihood", &DenseGaussianProcess::log_marginal_likelihood)
      .def("predict", &predict, py::arg("x"), py::arg("with_variance"))
      .def("covariance", &covariance, py::arg("x"))
      .def("sample", &sample, py::arg("x"), py::arg("paths"), py::arg("seed"));

  py::class_<MultitaskKernel>(m, "MultitaskKernel")
      .def(py::init([](const AnyKernel& base, const Array<double>& factor, const std::vector<double>& diagonal) {
             return MultitaskKernel(base, view_of(factor), diagonal);
           }),
           py::arg("base"), py::arg("factor"), py::arg("diagonal"))
      .def_property_readonly("task_covariance",
                             [](const MultitaskKernel& kernel) {
                               const auto t = kernel.task_covariance();
                               return py::array_t<double>({t.rows, t.cols}, t.data);
                             })
      .def_property_readonly("parameters", &MultitaskKernel::parameters)
      .def_property_readonly("parameter_names", &MultitaskKernel::parameter_names)
      .def("cross", &multitask_cross<Word>, py::arg("x").noconvert(), py::arg("s"), py::arg("z").noconvert(),
           py::arg("t"))
      .def("cross", &multitask_cross<double>, py::arg("x").noconvert(), py::arg("s"), py::arg("z").noconvert(),
           py::arg("t"));
}

}  // namespace korobov::python
