#include <string_view>

#include <pybind11/stl.h>

#include <korobov/core/error.hpp>
#include <korobov/integrands/asian_option.hpp>
#include <korobov/integrands/european_option.hpp>
#include <korobov/integrands/integrand.hpp>
#include <korobov/integrands/keister.hpp>

#include "bindings.hpp"

namespace korobov::python {
namespace {

using Values = py::array_t<double, py::array::c_style>;

Values evaluate(const Integrand& f, const Values& x) {
  Values y({x.shape(0), static_cast<py::ssize_t>(f.outputs())});
  const MatrixSpan<const double> from = view_of(x);
  const MatrixSpan<double> to = matrix_of<double>(y);
  const py::gil_scoped_release nogil;
  f.evaluate(from, to);
  return y;
}

OptionKind kind_of(bool call) { return call ? OptionKind::call : OptionKind::put; }

PathMean mean_of(std::string_view text) {
  if (text == "geometric") return PathMean::geometric;
  detail::require(text == "arithmetic", "mean", "must be arithmetic or geometric", text);
  return PathMean::arithmetic;
}

}  // namespace

void register_integrands(py::module_& m) {
  py::class_<Integrand>(m, "Integrand")
      .def_property_readonly("d", &Integrand::dimension)
      .def_property_readonly("measure", &Integrand::measure)
      .def_property_readonly("exact", &Integrand::exact)
      .def("evaluate", &evaluate, py::arg("x"));

  m.def(
      "keister", [](Index d) -> Integrand { return Keister(d); }, py::arg("d"));
  m.def(
      "european_option",
      [](bool call, double start, double strike, double rate, double volatility, double maturity) -> Integrand {
        return EuropeanOption({.kind = kind_of(call),
                               .start = start,
                               .strike = strike,
                               .rate = rate,
                               .volatility = volatility,
                               .maturity = maturity});
      },
      py::kw_only(), py::arg("call"), py::arg("start"), py::arg("strike"), py::arg("rate"), py::arg("volatility"),
      py::arg("maturity"));
  m.def(
      "asian_option",
      [](Index steps, std::string_view mean, bool call, double start, double strike, double rate, double volatility,
         double maturity, std::string_view factor) -> Integrand {
        return AsianOption(steps, {.mean = mean_of(mean),
                                   .kind = kind_of(call),
                                   .start = start,
                                   .strike = strike,
                                   .rate = rate,
                                   .volatility = volatility,
                                   .maturity = maturity,
                                   .factor = path_factor_of(factor)});
      },
      py::arg("steps"), py::kw_only(), py::arg("mean"), py::arg("call"), py::arg("start"), py::arg("strike"),
      py::arg("rate"), py::arg("volatility"), py::arg("maturity"), py::arg("factor"));
}

}  // namespace korobov::python
