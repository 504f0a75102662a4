#include <string_view>

#include <korobov/core/error.hpp>
#include <korobov/gram/low_rank.hpp>
#include <korobov/gram/random_features.hpp>

#include "bindings.hpp"

namespace korobov::python {
namespace {

using Array = py::array_t<double, py::array::c_style>;

Frequencies frequencies_of(std::string_view text) {
  if (text == "qmc") return Frequencies::qmc;
  if (text == "orthogonal") return Frequencies::orthogonal;
  detail::require(text == "iid", "frequencies", "must be qmc, orthogonal or iid", text);
  return Frequencies::iid;
}

Pivoting pivoting_of(std::string_view text) {
  if (text == "random") return Pivoting::random;
  detail::require(text == "greedy", "pivoting", "must be random or greedy", text);
  return Pivoting::greedy;
}

// A copy, column by column as it is kept.
py::array_t<double> columns_array(MatrixSpan<const double> m) {
  constexpr auto size = static_cast<py::ssize_t>(sizeof(double));
  return py::array_t<double>(std::vector<py::ssize_t>{m.rows, m.cols},
                             std::vector<py::ssize_t>{size * m.row_stride, size * m.col_stride}, m.data);
}

py::array_t<double> vector_array(std::span<const double> values) {
  return py::array_t<double>(static_cast<py::ssize_t>(values.size()), values.data());
}

// b: (n, r) -> (n, r).
template <class Verb>
Array solved(const Array& b, const Verb& verb) {
  Array out({b.shape(0), b.shape(1)});
  const MatrixSpan<const double> from = view_of(b);
  const MatrixSpan<double> to = matrix_of<double>(out);
  const py::gil_scoped_release nogil;
  verb(from, to);
  return out;
}

void register_low_rank(py::module_& m) {
  py::class_<LowRank>(m, "LowRank")
      .def(py::init([](const AnyKernel& kernel, const Array& x, Index rank, std::string_view pivoting,
                       std::uint64_t seed, double tolerance) {
             const MatrixSpan<const double> points = view_of(x);
             const LowRankOptions options{pivoting_of(pivoting), Seed{seed}, tolerance};
             const py::gil_scoped_release nogil;
             return LowRank(kernel, points, rank, options);
           }),
           py::arg("kernel"), py::arg("x"), py::arg("rank"), py::arg("pivoting"), py::arg("seed"), py::arg("tolerance"))
      .def_property_readonly("factor", [](const LowRank& low) { return columns_array(low.factor()); })
      .def_property_readonly("pivots",
                             [](const LowRank& low) {
                               const auto pivots = low.pivots();
                               return array_of(std::vector<Index>(pivots.begin(), pivots.end()), {low.rank()});
                             })
      .def_property_readonly("trace_errors", [](const LowRank& low) { return vector_array(low.trace_errors()); });

  py::class_<LowRankGram>(m, "LowRankGram")
      .def(py::init([](const LowRank& factor, double nugget) {
             const py::gil_scoped_release nogil;
             return LowRankGram(factor, nugget);
           }),
           py::arg("factor"), py::arg("nugget"))
      .def("with_nugget", &LowRankGram::with_nugget, py::arg("nugget"))
      .def_property_readonly("eigenvalues", [](const LowRankGram& gram) { return vector_array(gram.eigenvalues()); })
      .def_property_readonly("eigenvectors", [](const LowRankGram& gram) { return columns_array(gram.eigenvectors()); })
      .def(
          "apply",
          [](const LowRankGram& gram, const Array& v) {
            return solved(v, [&](auto from, auto to) { gram.apply(from, to); });
          },
          py::arg("v"))
      .def(
          "solve",
          [](const LowRankGram& gram, const Array& b) {
            return solved(b, [&](auto from, auto to) { gram.solve(from, to); });
          },
          py::arg("b"))
      .def("logdet", &LowRankGram::logdet);

  m.def(
      "nystrom_features",
      [](const Array& pivot_rows, Array columns) {
        const MatrixSpan<const double> rows = view_of(pivot_rows);
        const MatrixSpan<double> phi = matrix_of<double>(columns);
        const py::gil_scoped_release nogil;
        nystrom_features(rows, phi, phi);
      },
      py::arg("pivot_rows"), py::arg("columns").noconvert());
}

Array frequencies_array(const RandomFourierFeatures& features) {
  const auto w = features.frequencies();
  return Array(std::vector<py::ssize_t>{w.rows, w.cols}, w.data);
}

}  // namespace

void register_features(py::module_& m) {
  register_low_rank(m);
  m.def(
      "frequency_coordinates", [](const AnyKernel& kernel, Index d) { return SpectralMeasure(kernel).coordinates(d); },
      py::arg("kernel"), py::arg("d"));
  m.def(
      "random_frequencies",
      [](const AnyKernel& kernel, Index d, Index components, std::string_view how, std::uint64_t seed) {
        return frequencies_array(RandomFourierFeatures(kernel, d, components, frequencies_of(how), Seed{seed}));
      },
      py::arg("kernel"), py::arg("d"), py::arg("components"), py::arg("frequencies"), py::arg("seed"));
  m.def(
      "frequencies_of_points",
      [](const AnyKernel& kernel, Index d, Index components, const AnyPointSet& points) {
        return frequencies_array(RandomFourierFeatures(kernel, d, components, points));
      },
      py::arg("kernel"), py::arg("d"), py::arg("components"), py::arg("points"));
  m.def(
      "random_features",
      [](const Array& frequencies, double scale, const Array& x, Array phi) {
        const MatrixSpan<const double> w = view_of(frequencies);
        const MatrixSpan<const double> from = view_of(x);
        const MatrixSpan<double> to = matrix_of<double>(phi);
        const py::gil_scoped_release nogil;
        RandomFourierFeatures(w, to.cols, scale).transform(from, to);
      },
      py::arg("frequencies"), py::arg("scale"), py::arg("x"), py::arg("phi").noconvert());
  m.def(
      "feature_gram_error",
      [](const AnyKernel& kernel, Index components, std::string_view how, std::uint64_t seed, const Array& x,
         const Array& z, std::uint32_t replications) {
        const MatrixSpan<const double> left = view_of(x);
        const MatrixSpan<const double> right = view_of(z);
        const Frequencies frequencies = frequencies_of(how);
        const py::gil_scoped_release nogil;
        return feature_gram_error(kernel, components, frequencies, Seed{seed}, left, right, replications);
      },
      py::arg("kernel"), py::arg("components"), py::arg("frequencies"), py::arg("seed"), py::arg("x"), py::arg("z"),
      py::arg("replications"));
}

}  // namespace korobov::python
