// What the registrars share: views of NumPy arrays. One registrar per layer, one file each, named in module.cpp alone.
//
// A binding converts, releases the GIL, calls. Argument checks that need Python (seeds, dtypes, shapes of `out`) are in
// python/korobov; the casts here only refuse what would be a wrong view.
#pragma once

#include <string_view>
#include <vector>

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <korobov/core/per_dimension.hpp>
#include <korobov/core/types.hpp>
#include <korobov/measures/measure.hpp>

namespace korobov::python {

namespace py = pybind11;

PathFactor path_factor_of(std::string_view text);  // "pca", "cholesky" or "bridge"

// A 0-d array is one number for every dimension, a 1-d array one number each.
inline PerDimension per_dimension(const py::array_t<double, py::array::c_style>& array) {
  if (array.ndim() == 0) return *array.data();
  return std::vector<double>(array.data(), array.data() + array.size());
}

// Element strides of axis `axis` of an array of T.
template <class T>
Index element_stride(const py::array& array, py::ssize_t axis) {
  const py::ssize_t bytes = array.strides(axis);
  if (bytes % static_cast<py::ssize_t>(sizeof(T)) != 0) {
    throw py::value_error("array: strides must be whole elements; got " + std::to_string(bytes) + " bytes");
  }
  return static_cast<Index>(bytes / static_cast<py::ssize_t>(sizeof(T)));
}

// A view of a writable (n, d) array of T.
template <class T>
MatrixSpan<T> matrix_of(py::array& array) {
  if (array.ndim() != 2) throw py::value_error("array: must have two axes; got " + std::to_string(array.ndim()));
  return {static_cast<T*>(array.mutable_data()), static_cast<Index>(array.shape(0)), static_cast<Index>(array.shape(1)),
          element_stride<T>(array, 0), element_stride<T>(array, 1)};
}

// A view of a C-contiguous (n, d) array of T.
template <class T>
MatrixSpan<const T> view_of(const py::array_t<T, py::array::c_style>& array) {
  if (array.ndim() != 2) throw py::value_error("array: must have two axes; got " + std::to_string(array.ndim()));
  return {array.data(), static_cast<Index>(array.shape(0)), static_cast<Index>(array.shape(1))};
}

// A copy as a NumPy array of the given shape.
template <class T>
py::array_t<T> array_of(const std::vector<T>& values, std::vector<py::ssize_t> shape) {
  return py::array_t<T>(std::move(shape), values.data());
}

// Lets Ctrl-C through: throws the Python exception of a signal handler. The GIL is not held; other threads than
// Python's main one have no signals to handle.
inline void check_signals() {
  const py::gil_scoped_acquire gil;
  if (PyErr_CheckSignals() != 0) throw py::error_already_set();
}

}  // namespace korobov::python
