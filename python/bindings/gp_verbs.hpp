// What the bindings of Gaussian processes on matched sets have in common; arrays are made by python/korobov.
#pragma once

#include <korobov/core/seed.hpp>

#include "bindings.hpp"

namespace korobov::python {

// y (n, r), C-contiguous: the values at the next n points.
template <class Process>
void extend_process(Process& gp, const py::array_t<double, py::array::c_style>& y) {
  const MatrixSpan<const double> values = view_of(y);
  const py::gil_scoped_release nogil;
  gp.extend(values);
}

// x (m, d) words, y (m, r).
template <class Process>
void condition_process(Process& gp, const py::array_t<Word, py::array::c_style>& x,
                       const py::array_t<double, py::array::c_style>& y, double noise) {
  const MatrixSpan<const Word> points = view_of(x);
  const MatrixSpan<const double> values = view_of(y);
  const py::gil_scoped_release nogil;
  gp.condition(points, values, noise);
}

// (paths, m).
template <class Process>
py::array_t<double> sample_process(const Process& gp, const py::array_t<Word, py::array::c_style>& x, Index paths,
                                   std::uint64_t seed) {
  const MatrixSpan<const Word> points = view_of(x);
  py::array_t<double> values({paths, points.rows});
  const MatrixSpan<double> to = matrix_of<double>(values);
  const py::gil_scoped_release nogil;
  gp.sample(points, Seed{seed}, to);
  return values;
}

}  // namespace korobov::python
