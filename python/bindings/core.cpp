#include <string>

#include <korobov/core/error.hpp>
#include <korobov/core/instruction_set.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/core/seed.hpp>

#include "bindings.hpp"

namespace korobov::python {

void register_core(py::module_& m) {
  auto numerical = py::register_exception<NumericalError>(m, "NumericalError", PyExc_ArithmeticError);
  numerical.attr("__doc__") = "A numerical method failed, as the factorization of a matrix that is not definite.";
  auto data = py::register_exception<DataError>(m, "DataError", PyExc_ValueError);
  data.attr("__doc__") = "A file breaks its format; the text names file and line.";
  m.attr("version") = KOROBOV_VERSION;
  m.attr("with_fftw") = py::bool_(KOROBOV_WITH_FFTW != 0);
  m.def("num_threads", &num_threads);
  m.def("set_num_threads", &set_num_threads, py::arg("k"));
  m.def("instruction_set", [] { return std::string(name(instruction_set())); });
  m.def("fresh_seed", [] { return Seed::fresh().value; });
}

}  // namespace korobov::python
