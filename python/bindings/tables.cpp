#include <string>
#include <string_view>
#include <vector>

#include <pybind11/stl.h>

#include <korobov/generators/tables.hpp>

#include "bindings.hpp"

namespace korobov::python {
namespace {

TableFormat format_of(bool npy) { return npy ? TableFormat::npy : TableFormat::text; }

// (n or 0, components)
py::tuple parse_lattice_bytes(const py::bytes& bytes, std::string_view file) {
  const LatticeTable table = parse_lattice(std::string_view(bytes), file);
  return py::make_tuple(table.n,
                        array_of(table.generating_vector, {static_cast<Index>(table.generating_vector.size())}));
}

// (base, alpha, matrices): of components, as 64-bit words in base 2, else as digits (d * alpha, rows, columns).
py::tuple parse_net_bytes(const py::bytes& bytes, std::string_view file, std::optional<int> alpha) {
  const NetTable table = parse_net(std::string_view(bytes), file);
  if (table.base != 2) {
    const DigitalNetAnyBase net = net_any_base_of(table, alpha);
    const GeneratingMatrices matrices = net.matrices();
    return py::make_tuple(table.base, net.alpha(),
                          array_of(matrices.digits, {matrices.count, matrices.rows, matrices.columns}));
  }
  const DigitalNet net = net_of(table, Order::natural, alpha);
  std::vector<py::ssize_t> shape{table.dimension * net.alpha(), table.columns};
  std::vector<Word> words = net.matrices();
  for (Index r = 1; r < table.replicates; ++r) {
    const std::vector<Word> more = net.replicate(static_cast<std::uint32_t>(r)).matrices();
    words.insert(words.end(), more.begin(), more.end());
  }
  if (table.replicates > 1) shape.insert(shape.begin(), table.replicates);
  return py::make_tuple(table.base, net.alpha(), array_of(words, shape));
}

py::bytes lattice_bytes(const Lattice& lattice, bool npy) { return bytes_of(table_of(lattice), format_of(npy)); }

// Of a net, or of all replicates of one that has matrices of their own.
py::bytes net_bytes(const std::vector<DigitalNet>& replicates, bool npy) {
  NetTable table = table_of(replicates.at(0));
  for (std::size_t r = 1; r < replicates.size(); ++r) append(table, table_of(replicates[r]));
  return bytes_of(table, format_of(npy));
}

py::bytes any_base_bytes(const DigitalNetAnyBase& net, bool npy) { return bytes_of(table_of(net), format_of(npy)); }

}  // namespace

void register_tables(py::module_& m) {
  m.def("parse_lattice", &parse_lattice_bytes, py::arg("bytes"), py::arg("file"));
  m.def("parse_net", &parse_net_bytes, py::arg("bytes"), py::arg("file"), py::arg("alpha"));
  m.def("lattice_bytes", &lattice_bytes, py::arg("lattice"), py::arg("npy"));
  m.def("any_base_bytes", &any_base_bytes, py::arg("net"), py::arg("npy"));
  m.def("net_bytes", &net_bytes, py::arg("replicates"), py::arg("npy"));
}

}  // namespace korobov::python
