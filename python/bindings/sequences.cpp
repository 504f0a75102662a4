#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pybind11/stl.h>

#include <korobov/core/error.hpp>
#include <korobov/sequences/distances.hpp>
#include <korobov/sequences/fasta.hpp>
#include <korobov/sequences/match_kernel.hpp>

#include "bindings.hpp"

namespace korobov::python {
namespace {

const std::map<std::string, DistanceModel> kModels{{"p", DistanceModel::p},
                                                   {"poisson", DistanceModel::poisson},
                                                   {"gamma", DistanceModel::gamma},
                                                   {"kimura", DistanceModel::kimura},
                                                   {"jc69", DistanceModel::jc69}};
const std::map<std::string, Gaps> kGaps{
    {"pairwise", Gaps::pairwise}, {"complete", Gaps::complete}, {"state", Gaps::state}};

std::optional<Alphabet> alphabet_of(const std::optional<std::string>& name) {
  if (!name) return std::nullopt;
  if (*name == "any") return Alphabet::any();
  if (*name == "dna") return Alphabet::dna();
  if (*name == "protein") return Alphabet::protein();
  return Alphabet(*name);
}

py::tuple parse_fasta_bytes(const py::bytes& bytes, std::string_view file) {
  const Fasta fasta = parse_fasta(std::string_view(bytes), file);
  py::list names;
  for (const std::string& name : fasta.names) {  // older files have names in Latin-1
    names.append(py::reinterpret_steal<py::object>(
        PyUnicode_DecodeUTF8(name.data(), static_cast<Py_ssize_t>(name.size()), "backslashreplace")));
  }
  return py::make_tuple(names, fasta.sequences);
}

// out: (n, n), made for this call by python/korobov/sequences.py.
void distances(const std::vector<std::string>& sequences, const std::string& model, const std::string& gaps, double a,
               const std::optional<std::string>& alphabet, py::array_t<double> out) {
  const DistanceOptions options{kGaps.at(gaps), a, alphabet_of(alphabet)};
  const MatrixSpan<double> to = matrix_of<double>(out);
  const DistanceModel which = kModels.at(model);
  const py::gil_scoped_release nogil;
  sequence_distances(sequences, which, to, options);
}

void kernel(const std::vector<std::string>& sequences, Index k, const std::string& gaps,
            const std::optional<std::string>& alphabet, py::array_t<double> out) {
  const MatchKernelOptions options{kGaps.at(gaps), alphabet_of(alphabet).value_or(Alphabet::any())};
  const MatrixSpan<double> to = matrix_of<double>(out);
  const py::gil_scoped_release nogil;
  match_kernel(sequences, k, to, options);
}

}  // namespace

void register_sequences(py::module_& m) {
  m.def("parse_fasta", &parse_fasta_bytes, py::arg("bytes"), py::arg("file"));
  m.def("sequence_distances", &distances, py::arg("sequences"), py::arg("model"), py::arg("gaps"), py::arg("a"),
        py::arg("alphabet"), py::arg("out").noconvert());
  m.def("match_kernel", &kernel, py::arg("sequences"), py::arg("k"), py::arg("gaps"), py::arg("alphabet"),
        py::arg("out").noconvert());
}

}  // namespace korobov::python
