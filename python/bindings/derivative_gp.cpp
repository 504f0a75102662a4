#include <pybind11/stl.h>

#include <korobov/gp/derivative_gaussian_process.hpp>

#include "bindings.hpp"
#include "fit_options.hpp"
#include "gp_verbs.hpp"

namespace korobov::python {
namespace {

template <class T>
using Array = py::array_t<T, py::array::c_style>;

py::array_t<double> of_values(std::span<const double> values) {
  return py::array_t<double>(static_cast<py::ssize_t>(values.size()), values.data());
}

// (mean (m), variance (m)), the variance empty unless asked for.
py::tuple predict(const DerivativeGaussianProcess& gp, const Array<Word>& x, const std::vector<int>& order,
                  bool with_variance) {
  const MatrixSpan<const Word> points = view_of(x);
  py::array_t<double> mean(points.rows);
  py::array_t<double> variance(with_variance ? points.rows : Index{0});
  const std::span<double> to(mean.mutable_data(), static_cast<std::size_t>(mean.size()));
  const std::span<double> spread(variance.mutable_data(), static_cast<std::size_t>(variance.size()));
  {
    const py::gil_scoped_release nogil;
    gp.predict(points, order, to, spread);
  }
  return py::make_tuple(mean, variance);
}

py::array_t<double> covariance(const DerivativeGaussianProcess& gp, const Array<Word>& x,
                               const std::vector<int>& order) {
  const MatrixSpan<const Word> points = view_of(x);
  py::array_t<double> values({points.rows, points.rows});
  const MatrixSpan<double> to = matrix_of<double>(values);
  const py::gil_scoped_release nogil;
  gp.covariance(points, order, to);
  return values;
}

py::array_t<double> sample(const DerivativeGaussianProcess& gp, const Array<Word>& x, const std::vector<int>& order,
                           Index paths, std::uint64_t seed) {
  const MatrixSpan<const Word> points = view_of(x);
  py::array_t<double> values({paths, points.rows});
  const MatrixSpan<double> to = matrix_of<double>(values);
  const py::gil_scoped_release nogil;
  gp.sample(points, order, Seed{seed}, to);
  return values;
}

}  // namespace

// Arrays are made by python/korobov/derivative_gaussian_process.py.
void register_derivative_gp(py::module_& m) {
  py::class_<DerivativeGaussianProcess>(m, "DerivativeGaussianProcess")
      .def(py::init([](const AnyPointSet& points, Index d, const Array<double>& alpha, const Array<double>& weights,
                       double scale, const Array<int>& orders, const std::vector<double>& noise) {
             const ShiftInvariantKernel kernel(d, {per_dimension(alpha), per_dimension(weights), scale, {}});
             return DerivativeGaussianProcess(PointSet<Cyclic>(points), kernel, view_of(orders), noise);
           }),
           py::arg("points"), py::arg("d"), py::arg("alpha"), py::arg("weights"), py::arg("scale"), py::arg("orders"),
           py::arg("noise"))
      .def(
          "fit",
          [](DerivativeGaussianProcess& gp, const Array<double>& y, bool optimize, int restarts, int max_evaluations,
             py::object progress) {
            const FitOptions options = fit_options(optimize, restarts, max_evaluations, std::move(progress));
            const MatrixSpan<const double> values = view_of(y);
            const py::gil_scoped_release nogil;
            gp.fit(values, options);
          },
          py::arg("y"), py::arg("optimize"), py::arg("restarts"), py::arg("max_evaluations"),
          py::arg("progress") = py::none())
      .def("extend", &extend_process<DerivativeGaussianProcess>, py::arg("y"))
      .def_property_readonly("parameters",
                             [](const DerivativeGaussianProcess& gp) { return of_values(gp.kernel().parameters()); })
      .def_property_readonly("noise", [](const DerivativeGaussianProcess& gp) { return of_values(gp.noise()); })
      .def_property_readonly("nugget", [](const DerivativeGaussianProcess& gp) { return of_values(gp.nugget()); })
      .def_property_readonly("n", &DerivativeGaussianProcess::size)
      .def_property_readonly("evaluations", &DerivativeGaussianProcess::evaluations)
      .def_property_readonly("log_marginal_likelihood", &DerivativeGaussianProcess::log_marginal_likelihood)
      .def("predict", &predict, py::arg("x"), py::arg("order"), py::arg("with_variance"))
      .def("covariance", &covariance, py::arg("x"), py::arg("order"))
      .def("sample", &sample, py::arg("x"), py::arg("order"), py::arg("paths"), py::arg("seed"))
      .def("integral", [](const DerivativeGaussianProcess& gp) {
        double mean = 0;
        const double variance = gp.integral(mean);
        return py::make_tuple(mean, variance);
      });
}

}  // namespace korobov::python
