// Tables of generating vectors as text.
//
// The lattice format: a first line "# lattice", any number of further comment lines starting with #, then one number
// per line: dimensions d, points n, and the d components of the vector. A number may be followed by " # comment".
// Anything else - a missing, extra or malformed line, a number below 1 or of more than 64 bits - is a DataError with
// file and line.
#pragma once

#include <string_view>
#include <vector>

#include <korobov/core/error.hpp>
#include <korobov/core/types.hpp>

namespace korobov {

struct LatticeTable {
  Index n = 0;                          // points the vector was made for
  std::vector<Word> generating_vector;  // (d)
};

// `file` names the text in errors.
KOROBOV_API LatticeTable parse_lattice(std::string_view text, std::string_view file);

}  // namespace korobov
