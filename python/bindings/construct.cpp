#include <chrono>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include <pybind11/stl.h>

#include <korobov/construct/lattice_construction.hpp>
#include <korobov/core/error.hpp>

#include "bindings.hpp"

namespace korobov::python {
namespace {

LatticeWeights weights_of(std::string_view kind, std::vector<double> order, std::vector<double> product) {
  if (kind == "product") return ProductWeights{std::move(product)};
  if (kind == "order") return OrderDependentWeights{std::move(order)};
  return PodWeights{std::move(order), std::move(product)};
}

LatticeKernel kernel_of(std::string_view text) {
  if (text == "p2") return LatticeKernel::p2;
  if (text == "p4") return LatticeKernel::p4;
  detail::require(text == "b2", "kernel", "must be p2, p4 or b2", text);
  return LatticeKernel::b2;
}

py::array_t<double> rows_of(const std::vector<std::vector<double>>& rows, Index d) {
  std::vector<double> all;
  for (const std::vector<double>& row : rows) all.insert(all.end(), row.begin(), row.end());
  return array_of(all, {static_cast<py::ssize_t>(rows.size()), d});
}

// Lets Ctrl-C in, and tells a Python callable (or None) ten times a second and at the end.
std::function<void(Index, Index)> reporting(py::object progress) {
  using Clock = std::chrono::steady_clock;
  return [progress = std::move(progress), due = Clock::now()](Index done, Index of) mutable {
    check_signals();
    if (progress.is_none() || (done < of && Clock::now() < due)) return;
    due = Clock::now() + std::chrono::milliseconds(100);
    const py::gil_scoped_acquire gil;
    progress(done, of);
  };
}

// (generating_vector, squared_error, level_squared_error, plain_squared_error)
py::tuple construct(Index d, Index n, std::string_view kind, std::vector<double> order, std::vector<double> product,
                    std::string_view kernel, std::optional<std::pair<int, int>> embedded, std::vector<Word> given,
                    py::object progress) {
  LatticeConstructionOptions options;
  options.kernel = kernel_of(kernel);
  if (embedded) options.embedded = EmbeddedExponents{embedded->first, embedded->second};
  options.given = std::move(given);
  options.progress = reporting(std::move(progress));
  const LatticeWeights weights = weights_of(kind, std::move(order), std::move(product));
  LatticeConstruction result;
  {
    const py::gil_scoped_release nogil;
    result = construct_lattice(d, n, weights, options);
  }
  return py::make_tuple(array_of(result.generating_vector, {d}), array_of(result.squared_error, {d}),
                        rows_of(result.level_squared_error, d), rows_of(result.plain_squared_error, d));
}

py::array_t<double> squared_error(const py::array_t<Word, py::array::c_style>& z, Index n, std::string_view kind,
                                  std::vector<double> order, std::vector<double> product, std::string_view kernel) {
  const std::span<const Word> vector(z.data(), static_cast<std::size_t>(z.size()));
  const LatticeWeights weights = weights_of(kind, std::move(order), std::move(product));
  std::vector<double> errors;
  {
    const py::gil_scoped_release nogil;
    errors = lattice_squared_error(vector, n, weights, kernel_of(kernel));
  }
  return array_of(errors, {static_cast<py::ssize_t>(errors.size())});
}

}  // namespace

void register_construct(py::module_& m) {
  m.def("construct_lattice", &construct, py::arg("d"), py::arg("n"), py::arg("kind"), py::arg("order"),
        py::arg("product"), py::arg("kernel"), py::arg("embedded"), py::arg("given"), py::arg("progress"));
  m.def("lattice_squared_error", &squared_error, py::arg("generating_vector"), py::arg("n"), py::arg("kind"),
        py::arg("order"), py::arg("product"), py::arg("kernel"));
}

}  // namespace korobov::python
