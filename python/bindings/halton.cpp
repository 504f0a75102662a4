#include <string_view>

#include <korobov/core/error.hpp>
#include <korobov/generators/halton.hpp>

#include "bindings.hpp"

namespace korobov::python {
namespace {

HaltonRandomization halton_randomization_of(std::string_view text) {
  if (text == "lms_shift") return LmsShift{};
  if (text == "lms_permutation") return LmsPermutation{};
  if (text == "permutation") return DigitPermutation{};
  if (text == "lms") return Lms{};
  if (text == "shift") return DigitalShift{};
  detail::require(text == "nus", "randomize", "must be lms_shift, lms_permutation, permutation, lms, shift or nus",
                  text);
  return Nus{};
}

}  // namespace

void register_halton(py::module_& m) {
  const py::call_guard<py::gil_scoped_release> nogil;
  py::class_<Halton, AnyPointSet>(m, "Halton")
      .def(py::init<Index>(), py::arg("d"), nogil)
      .def("replicate", &Halton::replicate, py::arg("r"), nogil)
      .def(
          "randomized",
          [](const Halton& set, std::string_view how, std::uint64_t seed) {
            return randomized(set, halton_randomization_of(how), Seed{seed});
          },
          py::arg("how"), py::arg("seed"), nogil);
}

}  // namespace korobov::python
