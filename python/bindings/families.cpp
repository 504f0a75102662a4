// Families beside lattices and base-2 nets: Kronecker sequences, Latin hypercube samples.
#include <string_view>

#include <pybind11/stl.h>

#include <korobov/core/error.hpp>
#include <korobov/generators/kronecker.hpp>
#include <korobov/generators/latin_hypercube.hpp>

#include "bindings.hpp"

namespace korobov::python {
namespace {

Kronecker make_kronecker(Index d, std::string_view vector) {
  if (vector == "r_sequence") return Kronecker(d, KroneckerVector::r_sequence);
  detail::require(vector == "richtmyer", "vector", "must be richtmyer or r_sequence", vector);
  return Kronecker(d);
}

Kronecker make_own_kronecker(Index d, const std::vector<Word>& vector) {
  return Kronecker(d, std::span<const Word>(vector));
}

}  // namespace

void register_families(py::module_& m) {
  const py::call_guard<py::gil_scoped_release> nogil;

  py::class_<Kronecker, AnyPointSet>(m, "Kronecker")
      .def(py::init(&make_kronecker), py::arg("d"), py::arg("vector"), nogil)
      .def(py::init(&make_own_kronecker), py::arg("d"), py::arg("vector"), nogil)
      .def_property_readonly("vector",
                             [](const Kronecker& points) {
                               const auto a = points.vector();
                               return array_of(std::vector<Word>(a.begin(), a.end()), {points.dimension()});
                             })
      .def("replicate", &Kronecker::replicate, py::arg("r"), nogil)
      .def(
          "randomized",
          [](const Kronecker& set, std::string_view, std::uint64_t seed) {
            return randomized(set, Shift{}, Seed{seed});
          },
          py::arg("how"), py::arg("seed"), nogil);

  py::class_<LatinHypercube, AnyPointSet>(m, "LatinHypercube")
      .def(py::init([](Index d, Index n, std::uint64_t seed) { return LatinHypercube(d, n, Seed{seed}); }),
           py::arg("d"), py::arg("n"), py::arg("seed"))
      .def("replicate", &LatinHypercube::replicate, py::arg("r"), nogil);
}

}  // namespace korobov::python
