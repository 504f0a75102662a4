#include <pybind11/stl.h>

#include <korobov/gram/bordered_gram.hpp>
#include <korobov/gram/dense_gram.hpp>
#include <korobov/gram/structured_gram.hpp>

#include "bindings.hpp"

namespace korobov::python {
namespace {

template <class T>
MatrixSpan<const T> strided(const py::array_t<T>& array) {
  if (array.ndim() != 2) throw py::value_error("array: must have two axes; got " + std::to_string(array.ndim()));
  return {array.data(), static_cast<Index>(array.shape(0)), static_cast<Index>(array.shape(1)),
          element_stride<T>(array, 0), element_stride<T>(array, 1)};
}

// A verb that maps columns y (n, r) to columns of `out`, an array made for this call by python/korobov/gram.py.
template <class G, class T, auto verb>
void columns(const G& gram, const py::array_t<T>& y, py::array_t<T> out) {
  const MatrixSpan<const T> from = strided<T>(y);
  const MatrixSpan<T> to = matrix_of<T>(out);
  const py::gil_scoped_release nogil;
  (gram.*verb)(from, to);
}

template <class G, auto verb>
py::array_t<double> per_column(const G& gram, const py::array_t<double>& y) {
  const MatrixSpan<const double> from = strided<double>(y);
  std::vector<double> values(static_cast<std::size_t>(from.cols));
  {
    const py::gil_scoped_release nogil;
    (gram.*verb)(from, values);
  }
  return array_of(values, {static_cast<py::ssize_t>(values.size())});
}

template <class G, class T>
using ColumnVerb = void (G::*)(MatrixSpan<const T>, MatrixSpan<T>) const;

template <class G, class T>
void def_columns(py::class_<G>& type) {
  const auto y = py::arg("y").noconvert();
  const auto out = py::arg("out").noconvert();
  type.def("apply", &columns<G, T, static_cast<ColumnVerb<G, T>>(&G::apply)>, y, out)
      .def("solve", &columns<G, T, static_cast<ColumnVerb<G, T>>(&G::solve)>, y, out)
      .def("sqrt_apply", &columns<G, T, static_cast<ColumnVerb<G, T>>(&G::sqrt_apply)>, y, out)
      .def("inverse_sqrt_apply", &columns<G, T, static_cast<ColumnVerb<G, T>>(&G::inverse_sqrt_apply)>, y, out);
}

// The verbs that all Gram matrices share.
template <class G>
void def_verbs(py::class_<G>& type) {
  def_columns<G, double>(type);
  def_columns<G, float>(type);
  type.def_property_readonly("nugget", &G::nugget)
      .def_property_readonly("size", &G::size)
      .def("logdet", &G::logdet, py::call_guard<py::gil_scoped_release>())
      .def("quadratic", &per_column<G, &G::quadratic>, py::arg("y").noconvert())
      .def("inverse_quadratic", &per_column<G, &G::inverse_quadratic>, py::arg("y").noconvert())
      .def("inverse_diagonal",
           [](const G& gram) {
             std::vector<double> values;
             {
               const py::gil_scoped_release nogil;
               values = gram.inverse_diagonal();
             }
             return array_of(values, {static_cast<py::ssize_t>(values.size())});
           })
      .def(
          "sample",
          [](const G& gram, std::uint64_t seed, py::array_t<double> out) {
            const MatrixSpan<double> to = matrix_of<double>(out);
            const py::gil_scoped_release nogil;
            gram.sample(Seed{seed}, to);
          },
          py::arg("seed"), py::arg("out").noconvert())
      .def("with_nugget", &G::with_nugget, py::arg("nugget"), py::call_guard<py::gil_scoped_release>());
}

template <class T>
DenseGram of_points(const py::array_t<T>& x, const AnyKernel& kernel, double nugget) {
  const MatrixSpan<const T> points = strided<T>(x);
  const py::gil_scoped_release nogil;
  return {points, kernel, nugget};
}

template <class T>
BorderedGram of_further(const StructuredGram& gram, const py::array_t<T>& x, double nugget) {
  const MatrixSpan<const T> points = strided<T>(x);
  const py::gil_scoped_release nogil;
  return {gram, points, nugget};
}

}  // namespace

void register_gram(py::module_& m) {
  py::class_<StructuredGram> structured(m, "StructuredGram");
  def_verbs(structured);
  structured
      .def(py::init([](const AnyPointSet& points, const AnyKernel& kernel, Index n, double nugget) {
             return StructuredGram::checked(points, kernel, n, nugget);
           }),
           py::arg("points"), py::arg("kernel"), py::arg("n"), py::arg("nugget"),
           py::call_guard<py::gil_scoped_release>())
      .def_property_readonly("eigenvalues",
                             [](const StructuredGram& gram) {
                               const auto lambda = gram.eigenvalues();
                               return py::array_t<double>(static_cast<py::ssize_t>(lambda.size()), lambda.data());
                             })
      .def_property_readonly("rounding_error", &StructuredGram::rounding_error)
      .def("doubled", &StructuredGram::doubled, py::call_guard<py::gil_scoped_release>());

  py::class_<BorderedGram> bordered(m, "BorderedGram");
  def_verbs(bordered);
  bordered.def(py::init(&of_further<double>), py::arg("gram"), py::arg("x").noconvert(), py::arg("nugget"))
      .def(py::init(&of_further<Word>), py::arg("gram"), py::arg("x").noconvert(), py::arg("nugget"));

  py::class_<DenseGram> dense(m, "DenseGram");
  def_verbs(dense);
  dense.def(py::init(&of_points<double>), py::arg("x").noconvert(), py::arg("kernel"), py::arg("nugget"))
      .def(py::init(&of_points<Word>), py::arg("x").noconvert(), py::arg("kernel"), py::arg("nugget"))
      .def_static(
          "from_matrix",
          [](const py::array_t<double>& matrix, double nugget) {
            const MatrixSpan<const double> k = strided<double>(matrix);
            const py::gil_scoped_release nogil;
            return DenseGram::from_matrix(k, nugget);
          },
          py::arg("matrix").noconvert(), py::arg("nugget"))
      .def(
          "fill_matrix",
          [](const DenseGram& gram, py::array_t<double> out) {
            const MatrixSpan<double> to = matrix_of<double>(out);
            const py::gil_scoped_release nogil;
            gram.fill_matrix(to);
          },
          py::arg("out").noconvert())
      .def("eigenvalues", [](const DenseGram& gram) {
        std::vector<double> values;
        {
          const py::gil_scoped_release nogil;
          values = gram.eigenvalues();
        }
        return array_of(values, {static_cast<py::ssize_t>(values.size())});
      });
  m.def("dense_algebra", &dense_algebra);
}

}  // namespace korobov::python
