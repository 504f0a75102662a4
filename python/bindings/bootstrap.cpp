#include <optional>
#include <tuple>

#include <pybind11/stl.h>

#include <korobov/information/bootstrap.hpp>

#include "bindings.hpp"

namespace korobov::python {
namespace {

using Array = py::array_t<double, py::array::c_style>;

// statistic: a Python function of a Spectrum. The lock is released between its calls.
template <auto bootstrap>
std::tuple<double, std::optional<double>, std::optional<double>> intervals(const py::function& statistic,
                                                                           const Array& data, Index replications,
                                                                           double confidence, std::uint64_t seed) {
  const auto from = view_of(data);
  const SpectrumStatistic locked = [&](const Spectrum& s) {
    const py::gil_scoped_acquire gil;
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    return statistic(s).cast<double>();
  };
  const py::gil_scoped_release nogil;
  const Score score = bootstrap(locked, from, {replications, confidence, Seed{seed}});
  return {score.value, score.lower, score.upper};
}

// statistic: of a list of arrays of indices, one for each size.
std::tuple<double, std::optional<double>, std::optional<double>> resampled(const py::function& statistic,
                                                                           const std::vector<Index>& sizes,
                                                                           Index replications, double confidence,
                                                                           std::uint64_t seed) {
  const ResamplingStatistic locked = [&](std::span<const std::vector<Index>> drawn) {
    const py::gil_scoped_acquire gil;
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    py::list arrays;
    for (const std::vector<Index>& of_one : drawn) {
      arrays.append(array_of(of_one, {static_cast<py::ssize_t>(of_one.size())}));
    }
    return statistic(arrays).cast<double>();
  };
  const py::gil_scoped_release nogil;
  const Score score = resampling_score(locked, sizes, {replications, confidence, Seed{seed}});
  return {score.value, score.lower, score.upper};
}

}  // namespace

void register_bootstrap(py::module_& m) {
  const auto statistic = py::arg("statistic"), replications = py::arg("replications"),
             confidence = py::arg("confidence"), seed = py::arg("seed");
  m.def("bootstrap_score", &intervals<&bootstrap_score>, statistic, py::arg("k"), replications, confidence, seed);
  m.def("feature_bootstrap_score", &intervals<&feature_bootstrap_score>, statistic, py::arg("phi"), replications,
        confidence, seed);
  m.def("resampling_score", &resampled, statistic, py::arg("sizes"), replications, confidence, seed);
}

}  // namespace korobov::python
