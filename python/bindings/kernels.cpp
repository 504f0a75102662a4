#include <span>

#include <pybind11/stl.h>

#include <korobov/core/error.hpp>
#include <korobov/kernels/digitally_shift_invariant.hpp>
#include <korobov/kernels/kernel.hpp>
#include <korobov/kernels/shift_invariant.hpp>
#include <korobov/kernels/stationary.hpp>

#include "bindings.hpp"

namespace korobov::python {
namespace {

template <class T>
using Array = py::array_t<T, py::array::c_style>;

py::object symmetry_of(const AnyKernel& kernel) {
  switch (kernel.symmetry()) {
    case SymmetryKind::cyclic:
      return py::str("cyclic");
    case SymmetryKind::dyadic:
      return py::str("dyadic");
    case SymmetryKind::dyadic_tree:
      return py::str("dyadic_tree");
    case SymmetryKind::unstructured:
      break;
  }
  return py::none();
}

// k: (n, m), made for this call by python/korobov/kernels.py.
template <class T>
void cross(const AnyKernel& kernel, const Array<T>& x, const Array<T>& z, Array<double> k) {
  const MatrixSpan<const T> from = view_of(x);
  const MatrixSpan<const T> to = view_of(z);
  const MatrixSpan<double> out = matrix_of<double>(k);
  const py::gil_scoped_release nogil;
  kernel.cross(from, to, out);
}

// shape: nu of "matern", alpha of "rational_quadratic".
AnyKernel stationary_kernel(std::string_view family, double shape, const Array<double>& lengthscale, double scale) {
  const PerDimension lengths = per_dimension(lengthscale);
  if (family == "gaussian") return GaussianKernel({lengths, scale});
  if (family == "matern") return MaternKernel({shape, lengths, scale});
  if (family == "rational_quadratic") return RationalQuadraticKernel({lengths, shape, scale});
  if (family == "laplace") return LaplaceKernel({lengths, scale});
  return CauchyKernel({lengths, scale});
}

}  // namespace

void register_kernels(py::module_& m) {
  py::class_<AnyKernel>(m, "Kernel")
      .def_property_readonly("d", &AnyKernel::dimension)
      .def_property_readonly("symmetry", &symmetry_of)
      .def_property_readonly("parameters",
                             [](const AnyKernel& kernel) {
                               const auto p = kernel.parameters();
                               return std::vector<double>(p.begin(), p.end());
                             })
      .def_property_readonly("parameter_names", &AnyKernel::parameter_names)
      .def_property_readonly("at_zero", &AnyKernel::at_zero)
      .def(
          "with_parameters",
          [](const AnyKernel& kernel, const std::vector<double>& parameters) { return kernel.with(parameters); },
          py::arg("parameters"))
      .def("plus", [](const AnyKernel& a, const AnyKernel& b) { return a + b; })
      .def("times", [](const AnyKernel& a, const AnyKernel& b) { return a * b; })
      .def("cross", &cross<Word>, py::arg("x").noconvert(), py::arg("z").noconvert(), py::arg("k").noconvert())
      .def("cross", &cross<double>, py::arg("x").noconvert(), py::arg("z").noconvert(), py::arg("k").noconvert());

  m.def(
      "shift_invariant_kernel",
      [](Index d, const Array<double>& alpha, const Array<double>& weights, double scale,
         const std::vector<double>& order_weights) -> AnyKernel {
        return ShiftInvariantKernel(d, {per_dimension(alpha), per_dimension(weights), scale, order_weights});
      },
      py::arg("d"), py::arg("alpha"), py::arg("weights"), py::arg("scale"), py::arg("order_weights"));
  m.def(
      "shift_invariant_derivative",
      [](Index d, const Array<double>& alpha, const Array<double>& weights, double scale, const std::vector<int>& x,
         const std::vector<int>& z) -> AnyKernel {
        return ShiftInvariantKernel(d, {per_dimension(alpha), per_dimension(weights), scale, {}}).derivative(x, z);
      },
      py::arg("d"), py::arg("alpha"), py::arg("weights"), py::arg("scale"), py::arg("x"), py::arg("z"));
  m.def(
      "digitally_shift_invariant_kernel",
      [](Index d, const Array<double>& alpha, const Array<double>& weights, double scale) -> AnyKernel {
        return DigitallyShiftInvariantKernel(d, {per_dimension(alpha), per_dimension(weights), scale});
      },
      py::arg("d"), py::arg("alpha"), py::arg("weights"), py::arg("scale"));
  m.def(
      "leading_digit_kernel",
      [](Index d, const Array<double>& alpha, const Array<double>& weights, double scale) -> AnyKernel {
        return LeadingDigitKernel(d, {per_dimension(alpha), per_dimension(weights), scale});
      },
      py::arg("d"), py::arg("alpha"), py::arg("weights"), py::arg("scale"));
  m.def("stationary_kernel", &stationary_kernel, py::arg("family"), py::arg("shape"), py::arg("lengthscale"),
        py::arg("scale"));
}

}  // namespace korobov::python
