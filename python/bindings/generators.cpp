#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include <pybind11/stl.h>

#include <korobov/core/error.hpp>
#include <korobov/generators/digital_net.hpp>
#include <korobov/generators/iid.hpp>
#include <korobov/generators/lattice.hpp>
#include <korobov/generators/nested_uniform.hpp>
#include <korobov/generators/point_set.hpp>
#include <korobov/generators/sobol.hpp>

#include "bindings.hpp"

namespace korobov::python {
namespace {

constexpr Index kElementsBetweenSignals = Index{1} << 24;  // some 10 ms of work

Order order_of(std::string_view text) {
  if (text == "natural" || text == "radical_inverse") return Order::natural;
  if (text == "gray") return Order::gray;
  detail::require(text == "linear", "order", "must be natural, radical_inverse, gray or linear", text);
  return Order::linear;
}

NetRandomization net_randomization_of(std::string_view text) {
  if (text == "lms_shift") return LmsShift{};
  if (text == "lms") return Lms{};
  detail::require(text == "shift", "randomize", "must be lms_shift, lms, shift or nus", text);
  return DigitalShift{};
}

// A DigitalNet, or a NestedUniform.
template <class Net>
py::object randomized_net(const Net& set, std::string_view how, std::uint64_t seed) {
  const auto made = [&](auto randomization) {
    auto result = [&] {
      const py::gil_scoped_release nogil;
      return randomized(set, randomization, Seed{seed});
    }();
    return py::cast(std::move(result));
  };
  return how == "nus" ? made(Nus{}) : made(net_randomization_of(how));
}

template <class T>
void fill_in_steps(const AnyPointSet& set, Range range, MatrixSpan<T> out, Endpoint endpoint) {
  const py::gil_scoped_release nogil;  // the set is immutable; the caller holds a reference to the array
  const Index rows = std::max<Index>(1, kElementsBetweenSignals / std::max<Index>(1, set.dimension()));
  Index first = range.first;
  do {
    const Index last = range.last - first > rows ? first + rows : range.last;
    set.fill(Range{first, last}, out.row_range(first - range.first, last - range.first), endpoint);
    first = last;
    if (first < range.last) check_signals();
  } while (first < range.last);
}

// Calls body with a null pointer of the array's element type.
template <class Body>
void by_dtype(const py::array& array, const Body& body) {
  if (py::isinstance<py::array_t<double>>(array)) {
    body(static_cast<double*>(nullptr));
  } else if (py::isinstance<py::array_t<float>>(array)) {
    body(static_cast<float*>(nullptr));
  } else if (py::isinstance<py::array_t<Word>>(array)) {
    body(static_cast<Word*>(nullptr));
  } else {
    throw py::type_error("out: must be float64, float32 or uint64; got " + py::str(array.dtype()).cast<std::string>());
  }
}

void fill(const AnyPointSet& set, Index first, Index last, py::array out, bool open) {
  by_dtype(out, [&]<class T>(T*) {
    fill_in_steps(set, Range{first, last}, matrix_of<T>(out), open ? Endpoint::open : Endpoint::half_open);
  });
}

void fill_at(const AnyPointSet& set, const py::array_t<Index, py::array::c_style>& indices, py::array out, bool open) {
  const std::span<const Index> at(indices.data(), static_cast<std::size_t>(indices.size()));
  by_dtype(out, [&]<class T>(T*) {
    const MatrixSpan<T> span = matrix_of<T>(out);
    const py::gil_scoped_release nogil;
    set.fill_at(at, span, open ? Endpoint::open : Endpoint::half_open);
  });
}

std::optional<std::string> symmetry_name(const AnyPointSet& set) {
  switch (set.symmetry()) {
    case SymmetryKind::cyclic:
      return "cyclic";
    case SymmetryKind::dyadic:
      return "dyadic";
    case SymmetryKind::dyadic_tree:
      return "dyadic_tree";
    case SymmetryKind::unstructured:
      break;
  }
  return std::nullopt;
}

Lattice make_lattice(Index d, std::string_view order, std::vector<Word> vector, std::optional<Index> n) {
  LatticeOptions options;
  options.order = order_of(order);
  options.n = n;
  options.generating_vector = std::move(vector);
  return Lattice(d, options);
}

// matrices (R, d * alpha, m)
DigitalNet make_net(const py::array_t<Word, py::array::c_style>& matrices, std::string_view order, bool msb_first,
                    int alpha) {
  DigitalNetOptions options;
  options.order = order_of(order);
  options.msb_first = msb_first;
  options.alpha = alpha;
  const Index rows = static_cast<Index>(matrices.shape(1));
  const Index m = static_cast<Index>(matrices.shape(2));
  std::vector<MatrixSpan<const Word>> replicates;
  for (py::ssize_t r = 0; r < matrices.shape(0); ++r) replicates.emplace_back(matrices.data() + r * rows * m, rows, m);
  return DigitalNet(std::span<const MatrixSpan<const Word>>(replicates), options);
}

py::array_t<Word> matrices_of(const DigitalNet& net) {
  return array_of(net.matrices(), {net.dimension() * net.alpha(), net.columns()});
}

}  // namespace

void register_generators(py::module_& m) {
  const py::call_guard<py::gil_scoped_release> nogil;

  py::class_<AnyPointSet>(m, "PointSet")
      .def_property_readonly("d", &AnyPointSet::dimension)
      .def_property_readonly("size_limit", &AnyPointSet::size_limit)
      .def_property_readonly("symmetry", &symmetry_name)
      .def("fill", &fill, py::arg("first"), py::arg("last"), py::arg("out"), py::arg("open"))
      .def("fill_at", &fill_at, py::arg("indices"), py::arg("out"), py::arg("open"));

  py::class_<Lattice, AnyPointSet>(m, "Lattice")
      .def(py::init(&make_lattice), py::arg("d"), py::arg("order"), py::arg("generating_vector"), py::arg("n"))
      .def_property_readonly("generating_vector",
                             [](const Lattice& lattice) {
                               const auto z = lattice.generating_vector();
                               return array_of(std::vector<Word>(z.begin(), z.end()), {lattice.dimension()});
                             })
      .def("replicate", &Lattice::replicate, py::arg("r"), nogil)
      .def(
          "randomized",
          [](const Lattice& set, std::string_view, std::uint64_t seed) { return randomized(set, Shift{}, Seed{seed}); },
          py::arg("how"), py::arg("seed"), nogil);

  py::class_<DigitalNet, AnyPointSet>(m, "DigitalNet")
      .def(py::init(&make_net), py::arg("matrices"), py::arg("order"), py::arg("msb_first"), py::arg("alpha"))
      .def_property_readonly("matrices", &matrices_of)
      .def("replicate", &DigitalNet::replicate, py::arg("r"), nogil)
      .def("randomized", &randomized_net<DigitalNet>, py::arg("how"), py::arg("seed"));
  py::class_<NestedUniform, AnyPointSet>(m, "NestedUniform")
      .def("replicate", &NestedUniform::replicate, py::arg("r"), nogil)
      .def("randomized", &randomized_net<NestedUniform>, py::arg("how"), py::arg("seed"));
  m.def(
      "sobol",
      [](Index d, std::string_view order, int alpha) {
        return static_cast<const DigitalNet&>(Sobol(d, {.order = order_of(order), .alpha = alpha}));
      },
      py::arg("d"), py::arg("order"), py::arg("alpha"), nogil);

  py::class_<IID, AnyPointSet>(m, "IID")
      .def(py::init([](Index d, std::uint64_t seed) { return IID(d, Seed{seed}); }), py::arg("d"), py::arg("seed"))
      .def("replicate", &IID::replicate, py::arg("r"), nogil);
}

}  // namespace korobov::python
