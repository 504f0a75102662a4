// Table of contents of korobov._core: one registrar per layer.
#include <pybind11/pybind11.h>

namespace korobov::python {
void register_core(pybind11::module_& m);
void register_generators(pybind11::module_& m);
void register_families(pybind11::module_& m);
void register_digits(pybind11::module_& m);
void register_construct(pybind11::module_& m);
void register_tables(pybind11::module_& m);
void register_transforms(pybind11::module_& m);
void register_measures(pybind11::module_& m);
void register_kernels(pybind11::module_& m);
void register_gram(pybind11::module_& m);
void register_gp(pybind11::module_& m);
void register_correlated_gp(pybind11::module_& m);
void register_derivative_gp(pybind11::module_& m);
void register_features(pybind11::module_& m);
void register_rke(pybind11::module_& m);
void register_dense_gp(pybind11::module_& m);
void register_multitask_gp(pybind11::module_& m);
void register_integrands(pybind11::module_& m);
void register_cubature(pybind11::module_& m);
void register_information(pybind11::module_& m);
void register_kernel_pca(pybind11::module_& m);
void register_bootstrap(pybind11::module_& m);
void register_sequences(pybind11::module_& m);
}  // namespace korobov::python

PYBIND11_MODULE(_core, m) {
  m.doc() = "The compiled part of korobov; use the package korobov.";
  korobov::python::register_core(m);
  korobov::python::register_generators(m);
  korobov::python::register_families(m);
  korobov::python::register_digits(m);
  korobov::python::register_construct(m);
  korobov::python::register_tables(m);
  korobov::python::register_transforms(m);
  korobov::python::register_measures(m);
  korobov::python::register_kernels(m);
  korobov::python::register_gram(m);
  korobov::python::register_gp(m);
  korobov::python::register_correlated_gp(m);
  korobov::python::register_derivative_gp(m);
  korobov::python::register_features(m);
  korobov::python::register_rke(m);
  korobov::python::register_dense_gp(m);
  korobov::python::register_multitask_gp(m);
  korobov::python::register_integrands(m);
  korobov::python::register_cubature(m);
  korobov::python::register_information(m);
  korobov::python::register_kernel_pca(m);
  korobov::python::register_bootstrap(m);
  korobov::python::register_sequences(m);
}
