#include <complex>

#include <korobov/transforms/bit_reversed_fft.hpp>
#include <korobov/transforms/fwht.hpp>

#include "bindings.hpp"

namespace korobov::python {
namespace {

using Complex = std::complex<double>;

// All arrays are (rows, n), C-contiguous, made by python/korobov/transforms.py.
py::array_t<Complex> fftbr_of_real(const py::array_t<double, py::array::c_style>& y) {
  py::array_t<Complex> z({y.shape(0), y.shape(1)});
  const MatrixSpan<const double> from(y.data(), static_cast<Index>(y.shape(0)), static_cast<Index>(y.shape(1)));
  const MatrixSpan<Complex> to = matrix_of<Complex>(z);
  const py::gil_scoped_release nogil;
  if (from.rows > 0) fftbr(from, to);
  return z;
}

template <class T, auto transform>
void in_place(py::array_t<T> array) {
  const MatrixSpan<T> rows = matrix_of<T>(array);
  const py::gil_scoped_release nogil;  // the array was made for this call: nobody else has it
  if (rows.rows > 0) transform(rows);
}

}  // namespace

void register_transforms(py::module_& m) {
  m.def("fftbr_of_real", &fftbr_of_real, py::arg("y"));
  m.def("fftbr", &in_place<Complex, static_cast<void (*)(MatrixSpan<Complex>)>(&fftbr)>, py::arg("z").noconvert());
  m.def("ifftbr", &in_place<Complex, static_cast<void (*)(MatrixSpan<Complex>)>(&ifftbr)>, py::arg("z").noconvert());
  m.def("fwht", &in_place<double, static_cast<void (*)(MatrixSpan<double>)>(&fwht)>, py::arg("y").noconvert());
  m.def("fwht", &in_place<float, static_cast<void (*)(MatrixSpan<float>)>(&fwht)>, py::arg("y").noconvert());
}

}  // namespace korobov::python
