#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <pybind11/stl.h>

#include <korobov/generators/point_set.hpp>
#include <korobov/information/coding_rate.hpp>
#include <korobov/information/empirical_ntk.hpp>
#include <korobov/information/entropy.hpp>
#include <korobov/information/relative.hpp>
#include <korobov/information/schur_complement.hpp>
#include <korobov/information/selection.hpp>
#include <korobov/information/spectrum.hpp>

#include "bindings.hpp"

namespace korobov::python {
namespace {

using Array = py::array_t<double, py::array::c_style>;
using NoGil = py::call_guard<py::gil_scoped_release>;

// The views are made with the GIL, the calls without.
std::span<const double> span_of(const std::optional<Array>& array) {
  if (!array) return {};
  return {array->data(), static_cast<std::size_t>(array->size())};
}

template <class Call>
auto released(const Call& call) {
  const py::gil_scoped_release nogil;
  return call();
}

Spectrum samples_spectrum(const Array& x, const AnyKernel& kernel, const std::optional<Array>& weights,
                          std::optional<Index> rank) {
  const auto from = view_of(x);
  const SpectrumOptions options{span_of(weights), rank};
  return released([&] { return spectrum(from, kernel, options); });
}

Spectrum matrix_spectrum(const Array& k, const std::optional<Array>& weights, std::optional<Index> rank) {
  const auto from = view_of(k);
  const SpectrumOptions options{span_of(weights), rank};
  return released([&] { return spectrum_of(from, options); });
}

py::array_t<double> array(const std::vector<double>& values) {
  return array_of(values, {static_cast<py::ssize_t>(values.size())});
}

py::tuple as_tuple(const Selection& selection) {
  return py::make_tuple(array_of(selection.indices, {static_cast<py::ssize_t>(selection.indices.size())}),
                        array(selection.gains), selection.value, selection.upper_bound);
}

SelectionOptions options_of(Index k, double noise, const std::optional<Array>& entropy, bool additive,
                            const std::vector<Index>& given) {
  return {k, noise, span_of(entropy), additive ? EntropyWeight::additive : EntropyWeight::diagonal, given};
}

py::tuple as_tuple(const SchurComplement& s) {
  return py::make_tuple(s.value, s.trace, s.entropy, s.given_trace, s.given_entropy, s.dof, s.ridge,
                        array(s.eigenvalues));
}

template <auto functional>
double of_pair(const Array& k, const Array& l, double order, std::optional<double> base) {
  const auto a = view_of(k), b = view_of(l);
  return released([&] { return functional(a, b, order, base); });
}

void register_spectra(py::module_& m) {
  py::class_<Spectrum>(m, "Spectrum")
      .def_property_readonly("size", &Spectrum::size)
      .def_property_readonly("trace", &Spectrum::trace)
      .def_property_readonly("remainder", &Spectrum::remainder)
      .def_property_readonly("is_complete", &Spectrum::is_complete)
      .def_property_readonly("rank", &Spectrum::rank)
      .def_property_readonly("values",
                             [](const Spectrum& s) {
                               return array({s.values().begin(), s.values().end()});
                             })
      .def("descending", [](const Spectrum& s) { return array(released([&] { return s.descending(); })); });
  m.def(
      "spectrum_of_parts",
      [](const Array& p, Index n, double trace, bool is_complete) {
        return Spectrum::of_parts(std::vector<double>(p.data(), p.data() + p.size()), n, trace, is_complete);
      },
      py::arg("p"), py::arg("n"), py::arg("trace"), py::arg("is_complete"));
  m.def(
      "spectrum_of_eigenvalues",
      [](const Array& values, Index n) {
        return Spectrum(std::vector<double>(values.data(), values.data() + values.size()), n);
      },
      py::arg("values"), py::arg("n"));
  m.def("structured_spectrum", &structured_spectrum, py::arg("points"), py::arg("kernel"), py::arg("n"), NoGil());
  m.def("samples_spectrum", &samples_spectrum, py::arg("x"), py::arg("kernel"), py::arg("weights"), py::arg("rank"));
  m.def("matrix_spectrum", &matrix_spectrum, py::arg("k"), py::arg("weights"), py::arg("rank"));
  m.def(
      "low_rank_spectrum", [](const LowRankGram& gram, double trace_error) { return spectrum_of(gram, trace_error); },
      py::arg("gram"), py::arg("trace_error"), NoGil());
  m.def(
      "feature_spectrum",
      [](const Array& phi, const std::optional<Array>& weights) {
        const auto from = view_of(phi);
        const auto w = span_of(weights);
        return released([&] { return feature_spectrum(from, w); });
      },
      py::arg("phi"), py::arg("weights"));
}

void register_entropies(py::module_& m) {
  m.def("renyi_entropy", &renyi_entropy, py::arg("s"), py::arg("order"), py::arg("base"), NoGil());
  m.def("tsallis_entropy", &tsallis_entropy, py::arg("s"), py::arg("order"), NoGil());
  m.def("vendi_score", &vendi_score, py::arg("s"), py::arg("q"), NoGil());
  m.def("truncated_vendi_score", &truncated_vendi_score, py::arg("s"), py::arg("truncate"), py::arg("q"), NoGil());
  m.def("joint_entropy", &of_pair<&joint_entropy>, py::arg("k"), py::arg("l"), py::arg("order"), py::arg("base"));
  m.def("conditional_entropy", &of_pair<&conditional_entropy>, py::arg("k"), py::arg("l"), py::arg("order"),
        py::arg("base"));
  m.def("mutual_information", &of_pair<&mutual_information>, py::arg("k"), py::arg("l"), py::arg("order"),
        py::arg("base"));
  m.def(
      "squared_mmd",
      [](const AnyKernel& kernel, const Array& x, const Array& y, bool biased) {
        const auto a = view_of(x), b = view_of(y);
        const auto estimator = biased ? MmdEstimator::biased : MmdEstimator::unbiased;
        return released([&] { return squared_mmd(kernel, a, b, estimator); });
      },
      py::arg("kernel"), py::arg("x"), py::arg("y"), py::arg("biased"));
  m.def(
      "novelty_spectrum",
      [](const AnyKernel& kernel, const Array& x, const Array& y, double eta) {
        const auto a = view_of(x), b = view_of(y);
        return array(released([&] { return novelty_spectrum(kernel, a, b, eta); }));
      },
      py::arg("kernel"), py::arg("x"), py::arg("y"), py::arg("eta"));
}

void register_rates(py::module_& m) {
  m.def(
      "coding_rate",
      [](const Array& z, double eps) {
        const auto from = view_of(z);
        return released([&] { return coding_rate(from, eps); });
      },
      py::arg("z"), py::arg("eps"));
  m.def(
      "conditional_coding_rate",
      [](const Array& k, const std::vector<Index>& given, double c) {
        const auto from = view_of(k);
        return released([&] { return conditional_coding_rate(from, given, c); });
      },
      py::arg("k"), py::arg("given"), py::arg("c"));
  m.def(
      "spectral_coding_rate", [](const Spectrum& s, double c) { return kernel_coding_rate(s, c); }, py::arg("s"),
      py::arg("c"), NoGil());
  m.def(
      "rate_reduction",
      [](const Array& z, const std::vector<Index>& labels, double eps) {
        const auto from = view_of(z);
        const auto r = released([&] { return rate_reduction(from, labels, eps); });
        return py::make_tuple(r.total, array(r.per_class), r.reduction);
      },
      py::arg("z"), py::arg("labels"), py::arg("eps"));
  m.def(
      "empirical_ntk",
      [](const std::vector<std::pair<Array, Array>>& layers, py::array_t<double> out) {
        std::vector<NtkLayer> views;
        views.reserve(layers.size());
        for (const auto& [activations, deltas] : layers) views.push_back({view_of(activations), view_of(deltas)});
        const auto to = matrix_of<double>(out);
        released([&] { empirical_ntk(views, to); });
      },
      py::arg("layers"), py::arg("out").noconvert());
  m.def(
      "jacobian_ntk",
      [](const Array& jacobians, py::array_t<double> out) {
        const auto from = view_of(jacobians);
        const auto to = matrix_of<double>(out);
        released([&] { empirical_ntk(from, to); });
      },
      py::arg("jacobians"), py::arg("out").noconvert());
}

void register_selection(py::module_& m) {
  const auto k = py::arg("k"), noise = py::arg("noise"), entropy = py::arg("entropy"), additive = py::arg("additive"),
             given = py::arg("given");
  m.def(
      "select_stored",
      [](const Array& gram, Index count, double variance, const std::optional<Array>& e, bool is_additive,
         const std::vector<Index>& g) {
        const auto from = view_of(gram);
        const auto options = options_of(count, variance, e, is_additive, g);
        return as_tuple(released([&] { return select(from, options); }));
      },
      py::arg("gram"), k, noise, entropy, additive, given);
  m.def(
      "select_features",
      [](const Array& phi, Index count, double variance, const std::optional<Array>& e, bool is_additive,
         const std::vector<Index>& g) {
        const auto from = view_of(phi);
        const auto options = options_of(count, variance, e, is_additive, g);
        return as_tuple(released([&] { return select_by_features(from, options); }));
      },
      py::arg("phi"), k, noise, entropy, additive, given);
  m.def(
      "select_samples",
      [](const AnyKernel& kernel, const Array& x, Index count, double variance, const std::optional<Array>& e,
         bool is_additive, const std::vector<Index>& g) {
        const auto from = view_of(x);
        const auto options = options_of(count, variance, e, is_additive, g);
        return as_tuple(released([&] { return select(kernel, from, options); }));
      },
      py::arg("kernel"), py::arg("x"), k, noise, entropy, additive, given);
  m.def(
      "select_points",
      [](const AnyKernel& kernel, const AnyPointSet& points, Index n, Index count, double variance,
         const std::optional<Array>& e, bool is_additive, const std::vector<Index>& g) {
        const auto options = options_of(count, variance, e, is_additive, g);
        return as_tuple(released([&] { return structured_select(points, kernel, n, options); }));
      },
      py::arg("kernel"), py::arg("points"), py::arg("n"), k, noise, entropy, additive, given);
  py::class_<StreamingSelection>(m, "StreamingSelection")
      .def(py::init([](const AnyKernel& kernel, Index d, Index count, double variance, double accuracy) {
             return std::make_unique<StreamingSelection>(kernel, d, StreamingOptions{count, variance, accuracy});
           }),
           py::arg("kernel"), py::arg("d"), k, noise, py::arg("accuracy"))
      .def(
          "push",
          [](StreamingSelection& stream, const Array& x) {
            const auto from = view_of(x);
            released([&] { stream.push(from); });
          },
          py::arg("x"))
      .def("result", [](const StreamingSelection& stream) { return as_tuple(stream.result()); });
}

void register_schur(py::module_& m) {
  m.def(
      "schur_primal",
      [](const Array& phi, const Array& given, double ridge) {
        const auto a = view_of(phi), b = view_of(given);
        return as_tuple(released([&] { return schur_complement_entropy(a, b, ridge); }));
      },
      py::arg("phi"), py::arg("given"), py::arg("ridge"));
  m.def(
      "schur_dual",
      [](const Array& k, const Array& given, double ridge) {
        const auto a = view_of(k), b = view_of(given);
        return as_tuple(released([&] { return schur_complement_entropy_dual(a, b, ridge); }));
      },
      py::arg("k"), py::arg("given"), py::arg("ridge"));
  m.def(
      "schur_structured",
      [](const AnyPointSet& points, const AnyKernel& kernel, const AnyKernel& given, Index n, double ridge) {
        return as_tuple(released([&] { return structured_schur_complement_entropy(points, kernel, given, n, ridge); }));
      },
      py::arg("points"), py::arg("kernel"), py::arg("given"), py::arg("n"), py::arg("ridge"));
  m.def(
      "prompt_map",
      [](const Array& phi, const Array& given, double ridge) {
        const auto a = view_of(phi), b = view_of(given);
        const auto gamma = released([&] { return prompt_map(a, b, ridge); });
        return array_of(gamma, {static_cast<py::ssize_t>(b.cols), static_cast<py::ssize_t>(a.cols)});
      },
      py::arg("phi"), py::arg("given"), py::arg("ridge"));
  m.def(
      "remove_prompt",
      [](const Array& phi, const Array& given, const Array& gamma, py::array_t<double> out) {
        const auto a = view_of(phi), b = view_of(given), g = view_of(gamma);
        const auto to = matrix_of<double>(out);
        released([&] { remove_prompt(a, b, g, to); });
      },
      py::arg("phi"), py::arg("given"), py::arg("gamma"), py::arg("out").noconvert());
}

}  // namespace

void register_information(py::module_& m) {
  register_spectra(m);
  register_entropies(m);
  register_rates(m);
  register_selection(m);
  register_schur(m);
}

}  // namespace korobov::python
