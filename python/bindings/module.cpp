// Table of contents of korobov._core: one registrar per layer.
#include "bindings.hpp"

PYBIND11_MODULE(_core, m) {
  m.doc() = "The compiled part of korobov; use the package korobov.";
  korobov::python::register_core(m);
  korobov::python::register_generators(m);
  korobov::python::register_families(m);
  korobov::python::register_halton(m);
  korobov::python::register_construct(m);
  korobov::python::register_tables(m);
  korobov::python::register_transforms(m);
  korobov::python::register_measures(m);
  korobov::python::register_kernels(m);
  korobov::python::register_integrands(m);
  korobov::python::register_cubature(m);
}
