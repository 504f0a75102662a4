#include <korobov/gp/gaussian_process.hpp>

#include "bindings.hpp"
#include "fit_options.hpp"
#include "gp_verbs.hpp"

namespace korobov::python {
namespace {

template <class T>
using Array = py::array_t<T, py::array::c_style>;

Criterion criterion_of(std::string_view text) {
  return text == "mle" ? Criterion::mle : text == "gcv" ? Criterion::gcv : Criterion::loo;
}

template <class T>
std::span<const T> values_of(const Array<T>& array) {
  return {array.data(), static_cast<std::size_t>(array.size())};
}

// (mean (m, r), variance (m)), the variance empty unless asked for.
py::tuple predict(const GaussianProcess& gp, const Array<Word>& x, bool with_mean, bool with_variance) {
  const MatrixSpan<const Word> points = view_of(x);
  py::array_t<double> mean({points.rows, with_mean ? gp.outputs() : Index{0}});
  py::array_t<double> variance(with_variance ? points.rows : Index{0});
  const MatrixSpan<double> to = matrix_of<double>(mean);
  const std::span<double> spread(variance.mutable_data(), static_cast<std::size_t>(variance.size()));
  {
    const py::gil_scoped_release nogil;
    gp.predict(points, to, spread);
  }
  return py::make_tuple(mean, variance);
}

py::array_t<double> covariance(const GaussianProcess& gp, const Array<Word>& x) {
  const MatrixSpan<const Word> points = view_of(x);
  py::array_t<double> values({points.rows, points.rows});
  const MatrixSpan<double> to = matrix_of<double>(values);
  const py::gil_scoped_release nogil;
  gp.covariance(points, to);
  return values;
}

py::tuple predict_shifted(const GaussianProcess& gp, const Array<Word>& shift, bool with_variance) {
  py::array_t<double> mean({gp.size(), gp.outputs()});
  py::array_t<double> variance(with_variance ? gp.size() : Index{0});
  const MatrixSpan<double> to = matrix_of<double>(mean);
  const std::span<double> spread(variance.mutable_data(), static_cast<std::size_t>(variance.size()));
  {
    const py::gil_scoped_release nogil;
    gp.predict_shifted(values_of(shift), to, spread);
  }
  return py::make_tuple(mean, variance);
}

py::tuple integral(const GaussianProcess& gp) {
  py::array_t<double> means(gp.outputs());
  const double variance = gp.integral({means.mutable_data(), static_cast<std::size_t>(means.size())});
  return py::make_tuple(means, variance);
}

py::array_t<double> projected_variance(const GaussianProcess& gp, Index n, const Array<Word>& x) {
  const MatrixSpan<const Word> points = view_of(x);
  py::array_t<double> variance(points.rows);
  const std::span<double> to(variance.mutable_data(), static_cast<std::size_t>(variance.size()));
  const py::gil_scoped_release nogil;
  gp.projected_variance(n, points, to);
  return variance;
}

}  // namespace

// Arrays are made by python/korobov/gaussian_process.py: y (n, r), x (m, d) words, C-contiguous.
void register_gp(py::module_& m) {
  py::class_<GaussianProcess>(m, "GaussianProcess")
      .def(py::init([](const AnyPointSet& points, const AnyKernel& kernel, double noise) {
             return GaussianProcess::checked(points, kernel, noise);
           }),
           py::arg("points"), py::arg("kernel"), py::arg("noise"))
      .def(
          "fit",
          [](GaussianProcess& gp, const Array<double>& y, bool optimize, std::string_view criterion, int restarts,
             int max_evaluations, py::object progress) {
            const MatrixSpan<const double> values = view_of(y);
            FitOptions options = fit_options(optimize, restarts, max_evaluations, std::move(progress));
            options.criterion = criterion_of(criterion);
            const py::gil_scoped_release nogil;
            gp.fit(values, options);
          },
          py::arg("y"), py::arg("optimize"), py::arg("criterion"), py::arg("restarts"), py::arg("max_evaluations"),
          py::arg("progress") = py::none())
      .def("extend", &extend_process<GaussianProcess>, py::arg("y"))
      .def("condition", &condition_process<GaussianProcess>, py::arg("x"), py::arg("y"), py::arg("noise"))
      .def_property_readonly("parameters",
                             [](const GaussianProcess& gp) {
                               const auto p = gp.kernel().parameters();
                               return py::array_t<double>(static_cast<py::ssize_t>(p.size()), p.data());
                             })
      .def_property_readonly("noise", &GaussianProcess::noise)
      .def_property_readonly("nugget", &GaussianProcess::nugget)
      .def_property_readonly("n", &GaussianProcess::size)
      .def_property_readonly("n_further", &GaussianProcess::further_size)
      .def_property_readonly("outputs", &GaussianProcess::outputs)
      .def_property_readonly("evaluations", &GaussianProcess::evaluations)
      .def_property_readonly("log_marginal_likelihood", &GaussianProcess::log_marginal_likelihood)
      .def("predict", &predict, py::arg("x"), py::arg("with_mean"), py::arg("with_variance"))
      .def("covariance", &covariance, py::arg("x"))
      .def("predict_shifted", &predict_shifted, py::arg("shift"), py::arg("with_variance"))
      .def("sample", &sample_process<GaussianProcess>, py::arg("x"), py::arg("paths"), py::arg("seed"))
      .def("integral", &integral)
      .def("projected_variance", &projected_variance, py::arg("n"), py::arg("x"))
      .def("projected_integral_variance", &GaussianProcess::projected_integral_variance, py::arg("n"));
}

}  // namespace korobov::python
