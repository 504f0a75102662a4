#include <pybind11/stl.h>

#include <korobov/information/rke.hpp>

#include "bindings.hpp"

namespace korobov::python {
namespace {

using Array = py::array_t<double, py::array::c_style>;

}  // namespace

void register_rke(py::module_& m) {
  const py::call_guard<py::gil_scoped_release> nogil;

  m.def(
      "rke_score",
      [](const AnyKernel& kernel, const Array& x) {
        const MatrixSpan<const double> rows = view_of(x);
        const py::gil_scoped_release release;
        return rke_score(kernel, rows);
      },
      py::arg("kernel"), py::arg("x"));

  py::class_<CharacteristicSums>(m, "CharacteristicSums")
      .def(py::init(
               [](const AnyKernel& kernel, Index d, Index features, std::uint32_t replications, std::uint64_t seed) {
                 return CharacteristicSums(kernel, d, {features, replications, Seed{seed}});
               }),
           py::arg("kernel"), py::arg("d"), py::arg("features"), py::arg("replications"), py::arg("seed"), nogil)
      .def(
          "add",
          [](CharacteristicSums& sums, const Array& x) {
            const MatrixSpan<const double> rows = view_of(x);
            const py::gil_scoped_release release;
            sums.add(rows);
          },
          py::arg("x"))
      .def("merge", &CharacteristicSums::merge, py::arg("other"))
      .def(
          "rke",
          [](const CharacteristicSums& sums, double confidence) {
            const Score score = sums.rke(confidence);
            return std::tuple(score.value, score.lower, score.upper);
          },
          py::arg("confidence"))
      .def("restore", &CharacteristicSums::restore, py::arg("count"), py::arg("sums"))
      .def_property_readonly("count", &CharacteristicSums::count)
      .def_property_readonly("sums", &CharacteristicSums::sums);
}

}  // namespace korobov::python
