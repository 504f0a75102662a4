// FASTA: names and letters of sequences (W. R. Pearson, D. J. Lipman, PNAS 85 (1988), the format of their programs).
//
//   >name, and what else the line says
//   ACGT-ACGT          one or more lines of letters; blanks and tabs are skipped
//   ACGT
//
// A name is its whole line without > and without blanks at its ends; letters are kept as they are, upper or lower case.
// Letters are A-Z, a-z and the marks - . ? * of alignments. Lines end in LF or CRLF; blank lines and a byte order mark
// are skipped. Sequences may differ in length: what needs an alignment asks for one. A . means a gap to some programs
// and the first sequence's letter to others: distances refuse it unless an alphabet of one's own has it.
//
// Everything else is a DataError with file and line: an empty file, letters before the first >, a record without name
// or without letters (a file cut short ends so), a name that comes twice, any other character. Memory: that of the
// file.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <korobov/core/error.hpp>
#include <korobov/core/types.hpp>

namespace korobov {

struct Fasta {
  std::vector<std::string> names;
  std::vector<std::string> sequences;  // as many as names
};

// The bytes of a file; `file` names them in errors.
KOROBOV_API Fasta parse_fasta(std::string_view bytes, std::string_view file);
// A file that cannot be read is a DataError at line 0.
KOROBOV_API Fasta read_fasta(const std::filesystem::path& path);

}  // namespace korobov
