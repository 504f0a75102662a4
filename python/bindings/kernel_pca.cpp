#include <map>
#include <optional>
#include <string>
#include <vector>

#include <pybind11/stl.h>

#include <korobov/generators/point_set.hpp>
#include <korobov/information/kernel_pca.hpp>

#include "bindings.hpp"

namespace korobov::python {
namespace {

using Array = py::array_t<double, py::array::c_style>;

const std::map<std::string, EigenSolver> kSolvers{
    {"auto", EigenSolver::automatic}, {"dense", EigenSolver::dense}, {"lanczos", EigenSolver::lanczos}};
const std::map<std::string, Indefinite> kRules{
    {"error", Indefinite::error}, {"clip", Indefinite::clip}, {"shift", Indefinite::shift}, {"flip", Indefinite::flip}};

py::array_t<double> array(const std::vector<double>& values) {
  return array_of(values, {static_cast<py::ssize_t>(values.size())});
}

KernelPcaOptions options_of(Index components, const std::string& solver, const std::string& indefinite) {
  return {components, kSolvers.at(solver), kRules.at(indefinite)};
}

}  // namespace

void register_kernel_pca(py::module_& m) {
  const auto components = py::arg("components"), solver = py::arg("solver"), indefinite = py::arg("indefinite");
  py::class_<KernelPca>(m, "KernelPca")
      .def("parts",
           [](const KernelPca& pca) {
             const KernelPcaParts& p = pca.parts();
             return py::make_tuple(static_cast<int>(p.kind), p.n, p.dimension, array(p.eigenvalues), array(p.before),
                                   array(p.signs), array(p.vectors), p.total, p.least, array(p.x), array(p.means),
                                   p.grand, array(p.axes), array(p.pivot_rows), p.landmarks, p.trace_error);
           })
      .def_property_readonly("samples", &KernelPca::samples)
      .def_property_readonly("eigenvalues",
                             [](const KernelPca& pca) {
                               const auto values = pca.eigenvalues();
                               return py::array_t<double>(static_cast<py::ssize_t>(values.size()), values.data());
                             })
      .def_property_readonly("total_variance", &KernelPca::total_variance)
      .def_property_readonly("least_eigenvalue", &KernelPca::least_eigenvalue)
      .def_property_readonly("landmarks",
                             [](const KernelPca& pca) {
                               const auto rows = pca.landmarks();
                               return py::array_t<Index>(static_cast<py::ssize_t>(rows.size()), rows.data());
                             })
      .def_property_readonly("trace_error", &KernelPca::trace_error)
      .def_property_readonly("vectors",
                             [](const KernelPca& pca) {
                               const auto v = pca.vectors();
                               py::array_t<double> out({v.rows, v.cols});
                               const auto to = matrix_of<double>(out);
                               for (Index i = 0; i < v.rows; ++i) {
                                 for (Index j = 0; j < v.cols; ++j) to(i, j) = v(i, j);
                               }
                               return out;
                             })
      .def(
          "scores",
          [](const KernelPca& pca, py::array_t<double> out) {
            const auto to = matrix_of<double>(out);
            const py::gil_scoped_release nogil;
            pca.scores(to);
          },
          py::arg("out").noconvert())
      .def(
          "transform",
          [](const KernelPca& pca, const Array& x, py::array_t<double> out) {
            const auto from = view_of(x);
            const auto to = matrix_of<double>(out);
            const py::gil_scoped_release nogil;
            pca.transform(from, to);
          },
          py::arg("x"), py::arg("out").noconvert());
  m.def("kernel_pca_of_parts",
        [](int kind, Index n, Index dimension, std::vector<double> eigenvalues, std::vector<double> before,
           std::vector<double> signs, std::vector<double> vectors, double total, double least, std::vector<double> x,
           std::vector<double> means, double grand, std::vector<double> axes, std::vector<double> pivot_rows,
           std::vector<Index> landmarks, double trace_error, std::optional<AnyKernel> kernel) {
          if (kind < 0 || kind > 3) throw py::value_error("kind: must be 0, 1, 2 or 3; got " + std::to_string(kind));
          return KernelPca::of_parts(
              {static_cast<KernelPcaParts::Kind>(kind), n, dimension, std::move(eigenvalues), std::move(before),
               std::move(signs), std::move(vectors), total, least, std::move(x), std::move(means), grand,
               std::move(axes), std::move(pivot_rows), std::move(landmarks), trace_error},
              std::move(kernel));
        });
  m.def(
      "kernel_pca_of_samples",
      [](const AnyKernel& kernel, const Array& x, Index count, const std::string& how, const std::string& rule) {
        const auto from = view_of(x);
        const auto options = options_of(count, how, rule);
        const py::gil_scoped_release nogil;
        return KernelPca::of_samples(kernel, from, options);
      },
      py::arg("kernel"), py::arg("x"), components, solver, indefinite);
  m.def(
      "kernel_pca_of_features",
      [](const Array& phi, Index count, const std::string& how, const std::string& rule) {
        const auto from = view_of(phi);
        const auto options = options_of(count, how, rule);
        const py::gil_scoped_release nogil;
        return KernelPca::of_features(from, options);
      },
      py::arg("phi"), components, solver, indefinite);
  m.def(
      "kernel_pca_of_matrix",
      [](const Array& k, Index count, const std::string& how, const std::string& rule) {
        const auto from = view_of(k);
        const auto options = options_of(count, how, rule);
        const py::gil_scoped_release nogil;
        return KernelPca::of_matrix(from, options);
      },
      py::arg("k"), components, solver, indefinite);
  m.def(
      "kernel_pca_of_landmarks",
      [](const AnyKernel& kernel, const Array& x, Index landmarks, std::uint64_t seed, Index count) {
        const auto from = view_of(x);
        const py::gil_scoped_release nogil;
        return KernelPca::of_landmarks(kernel, from, landmarks, {.components = count}, {.seed = Seed{seed}});
      },
      py::arg("kernel"), py::arg("x"), py::arg("landmarks"), py::arg("seed"), components);
  m.def(
      "kernel_pca_of_points",
      [](const AnyPointSet& points, const AnyKernel& kernel, Index n, Index count, const std::string& how,
         const std::string& rule) {
        const auto options = options_of(count, how, rule);
        const py::gil_scoped_release nogil;
        return KernelPca::of_points(points, kernel, n, options);
      },
      py::arg("points"), py::arg("kernel"), py::arg("n"), components, solver, indefinite);
}

}  // namespace korobov::python
