#include <string_view>
#include <utility>
#include <variant>

#include <pybind11/stl.h>

#include <korobov/core/error.hpp>
#include <korobov/measures/brownian_motion.hpp>
#include <korobov/measures/gaussian.hpp>
#include <korobov/measures/geometric_brownian_motion.hpp>
#include <korobov/measures/inverse_normal.hpp>
#include <korobov/measures/uniform.hpp>

#include "bindings.hpp"

namespace korobov::python {
namespace {

using Vector = py::array_t<double, py::array::c_style>;

std::vector<double> vector_of(const Vector& array) { return {array.data(), array.data() + array.size()}; }

Covariance covariance_of(const Vector& array) {
  if (array.ndim() == 0) return *array.data();
  if (array.ndim() == 1) return vector_of(array);
  return view_of(array);
}

Factor factor_of(std::string_view text) {
  if (text == "pca") return Factor::pca;
  detail::require(text == "cholesky", "factor", "must be pca or cholesky", text);
  return Factor::cholesky;
}

Vector transform(const Measure& measure, const Vector& u) {
  Vector x({u.shape(0), u.shape(1)});
  const MatrixSpan<const double> from = view_of(u);
  const MatrixSpan<double> to = matrix_of<double>(x);
  const py::gil_scoped_release nogil;
  measure.transform(from, to);
  return x;
}

Vector inverse_normal_of(const Vector& u) {
  Vector x(std::vector<py::ssize_t>(u.shape(), u.shape() + u.ndim()));
  const std::span<const double> from(u.data(), static_cast<std::size_t>(u.size()));
  const std::span<double> to(x.mutable_data(), static_cast<std::size_t>(x.size()));
  const py::gil_scoped_release nogil;
  inverse_normal(from, to);
  return x;
}

}  // namespace

PathFactor path_factor_of(std::string_view text) {
  if (text == "bridge") return PathFactor::bridge;
  if (text == "pca") return PathFactor::pca;
  detail::require(text == "cholesky", "factor", "must be pca, cholesky or bridge", text);
  return PathFactor::cholesky;
}

void register_measures(py::module_& m) {
  py::class_<Measure>(m, "Measure")
      .def_property_readonly("d", &Measure::dimension)
      .def_property_readonly("description", &Measure::description)
      .def("transform", &transform, py::arg("u"));

  m.def(
      "uniform",
      [](const Vector& lower, const Vector& upper, std::optional<Index> d) -> Measure {
        return Uniform(per_dimension(lower), per_dimension(upper), d);
      },
      py::arg("lower"), py::arg("upper"), py::arg("d"));
  m.def(
      "gaussian",
      [](const Vector& mean, const Vector& covariance, std::string_view factor, std::optional<Index> d) -> Measure {
        return Gaussian(per_dimension(mean), covariance_of(covariance), factor_of(factor), d);
      },
      py::arg("mean"), py::arg("covariance"), py::arg("factor"), py::arg("d"));
  m.def(
      "brownian_motion",
      [](const Vector& times, double drift, double diffusion, double initial, std::string_view factor) -> Measure {
        return BrownianMotion(vector_of(times), {drift, diffusion, initial, path_factor_of(factor)});
      },
      py::arg("times"), py::arg("drift"), py::arg("diffusion"), py::arg("initial"), py::arg("factor"));
  m.def(
      "geometric_brownian_motion",
      [](const Vector& times, double initial, double rate, double volatility, std::string_view factor) -> Measure {
        return GeometricBrownianMotion(vector_of(times), {initial, rate, volatility, path_factor_of(factor)});
      },
      py::arg("times"), py::arg("initial"), py::arg("rate"), py::arg("volatility"), py::arg("factor"));
  m.def("inverse_normal", &inverse_normal_of, py::arg("u"));
}

}  // namespace korobov::python
