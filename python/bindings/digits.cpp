// Families in any base: Halton, digital nets, Hammersley.
#include <string_view>

#include <pybind11/stl.h>

#include <korobov/core/error.hpp>
#include <korobov/generators/digital_net_any_base.hpp>
#include <korobov/generators/halton.hpp>

#include "bindings.hpp"

namespace korobov::python {
namespace {

DigitRandomization digit_randomization_of(std::string_view text) {
  if (text == "lms_shift") return LmsShift{};
  if (text == "lms_permutation") return LmsPermutation{};
  if (text == "permutation") return DigitPermutation{};
  if (text == "lms") return Lms{};
  if (text == "shift") return DigitalShift{};
  detail::require(text == "nus", "randomize", "must be lms_shift, lms_permutation, permutation, lms, shift or nus",
                  text);
  return Nus{};
}

// words (n, d), out (n, d, places), C-contiguous
void fill_digits(const DigitPoints& set, const py::array_t<Word, py::array::c_style>& words,
                 py::array_t<std::uint32_t, py::array::c_style>& out) {
  const std::span<const Word> from(words.data(), static_cast<std::size_t>(words.size()));
  const std::span<std::uint32_t> to(out.mutable_data(), static_cast<std::size_t>(out.size()));
  const py::gil_scoped_release nogil;
  set.fill_digits(from, to);
}

template <class Points>
Points randomized_points(const Points& set, std::string_view how, std::uint64_t seed) {
  return randomized(set, digit_randomization_of(how), Seed{seed});
}

// matrices (d * alpha, rows, columns)
DigitalNetAnyBase make_net(Index base, const py::array_t<std::uint32_t, py::array::c_style>& matrices, int alpha) {
  const auto size = [&](py::ssize_t axis) { return static_cast<Index>(matrices.shape(axis)); };
  return DigitalNetAnyBase(
      base, {size(0), size(1), size(2), std::vector<std::uint32_t>(matrices.data(), matrices.data() + matrices.size())},
      alpha);
}

}  // namespace

void register_digits(py::module_& m) {
  const py::call_guard<py::gil_scoped_release> nogil;
  py::class_<DigitPoints, AnyPointSet>(m, "DigitPoints")
      .def_property_readonly("bases", [](const DigitPoints& set) { return array_of(set.bases(), {set.dimension()}); })
      .def_property_readonly("places", &DigitPoints::places)
      .def("fill_digits", &fill_digits, py::arg("words"), py::arg("out").noconvert());

  py::class_<Halton, DigitPoints>(m, "Halton")
      .def(py::init<Index>(), py::arg("d"), nogil)
      .def("replicate", &Halton::replicate, py::arg("r"), nogil)
      .def("randomized", &randomized_points<Halton>, py::arg("how"), py::arg("seed"), nogil);

  py::class_<DigitalNetAnyBase, DigitPoints>(m, "DigitalNetAnyBase")
      .def(py::init(&make_net), py::arg("base"), py::arg("matrices"), py::arg("alpha"))
      .def_property_readonly("base", &DigitalNetAnyBase::base)
      .def_property_readonly("alpha", &DigitalNetAnyBase::alpha)
      .def_property_readonly("matrices",
                             [](const DigitalNetAnyBase& net) {
                               const GeneratingMatrices matrices = net.matrices();
                               return array_of(matrices.digits, {matrices.count, matrices.rows, matrices.columns});
                             })
      .def("replicate", &DigitalNetAnyBase::replicate, py::arg("r"), nogil)
      .def("randomized", &randomized_points<DigitalNetAnyBase>, py::arg("how"), py::arg("seed"), nogil);
  m.def(
      "faure",
      [](Index d, std::optional<Index> base, int alpha) {
        return static_cast<const DigitalNetAnyBase&>(Faure(d, {.base = base, .alpha = alpha}));
      },
      py::arg("d"), py::arg("base"), py::arg("alpha"), nogil);
  m.def(
      "niederreiter",
      [](Index d, Index base, int alpha) {
        return static_cast<const DigitalNetAnyBase&>(Niederreiter(d, {.base = base, .alpha = alpha}));
      },
      py::arg("d"), py::arg("base"), py::arg("alpha"), nogil);

  py::class_<Hammersley, DigitPoints>(m, "Hammersley")
      .def(py::init<Index, Index>(), py::arg("d"), py::arg("n"), nogil)
      .def("replicate", &Hammersley::replicate, py::arg("r"), nogil)
      .def("randomized", &randomized_points<Hammersley>, py::arg("how"), py::arg("seed"), nogil);
}

}  // namespace korobov::python
