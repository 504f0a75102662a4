// The formats of tables: text and NumPy's, each read and written by a source of its own.
#ifndef KOROBOV_SRC_GENERATORS_TABLE_FORMATS_HPP
#define KOROBOV_SRC_GENERATORS_TABLE_FORMATS_HPP

#include <korobov/generators/tables.hpp>

namespace korobov::detail {

// Text.
LatticeTable parse_lattice_text(std::string_view text, std::string_view file);
NetTable parse_net_text(std::string_view text, std::string_view file);
std::string lattice_text(const LatticeTable& table);
std::string net_text(const NetTable& table);

// base^exponent where that is at most 2^64, whose own value is 0; none where it is more. base >= 2.
std::optional<Word> word_power(Word base, Index exponent) noexcept;
// The first of at most 40 printable characters of text that came from a file, for an error message.
std::string excerpt(std::string_view text);

// NumPy's format: integers of any shape up to three axes.
struct IntegerArray {
  std::vector<Index> shape;
  std::vector<Word> values;  // row-major
};
bool is_npy(std::string_view bytes) noexcept;
IntegerArray parse_npy(std::string_view bytes, std::string_view file);
std::string npy_bytes(const IntegerArray& array);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GENERATORS_TABLE_FORMATS_HPP
