#include <pybind11/stl.h>

#include <korobov/gp/multitask_gaussian_process.hpp>

#include "bindings.hpp"

namespace korobov::python {
namespace {

template <class T>
using Array = py::array_t<T, py::array::c_style>;

py::tuple predict(const MultitaskGaussianProcess& gp, const Array<double>& x, Index task, bool with_variance) {
  const MatrixSpan<const double> points = view_of(x);
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

py::tuple integral(const MultitaskGaussianProcess& gp) {
  py::array_t<double> means(gp.tasks());
  py::array_t<double> covariance({gp.tasks(), gp.tasks()});
  gp.integral({means.mutable_data(), static_cast<std::size_t>(means.size())}, matrix_of<double>(covariance));
  return py::make_tuple(means, covariance);
}

}  // namespace

void register_multitask_gp(py::module_& m) {
  py::class_<MultitaskGaussianProcess>(m, "MultitaskGaussianProcess")
      .def(py::init(
               [](const std::vector<const AnyPointSet*>& points, const AnyKernel& kernel, Index rank, double noise) {
                 std::vector<AnyPointSet> sets;
                 for (const AnyPointSet* set : points) sets.push_back(*set);
                 return MultitaskGaussianProcess(std::move(sets), kernel, rank, noise);
               }),
           py::arg("points"), py::arg("kernel"), py::arg("rank"), py::arg("noise"))
      .def(
          "fit",
          [](MultitaskGaussianProcess& gp, const std::vector<std::vector<double>>& y, bool optimize, int restarts) {
            FitOptions options;
            options.learn = optimize ? Learn::everything : Learn::nothing;
            options.restarts = restarts;
            const py::gil_scoped_release nogil;
            gp.fit(y, options);
          },
          py::arg("y"), py::arg("optimize"), py::arg("restarts"))
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
      .def_property_readonly("evaluations", &MultitaskGaussianProcess::evaluations)
      .def_property_readonly("log_marginal_likelihood", &MultitaskGaussianProcess::log_marginal_likelihood)
      .def("predict", &predict, py::arg("x"), py::arg("task"), py::arg("with_variance"))
      .def("integral", &integral);
}

}  // namespace korobov::python
