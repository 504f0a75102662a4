// Tables of generating vectors and matrices: what a file holds, read and written.
//
// The kind of a file is told by its first bytes:
//   # lattice   LDData text (QMCSoftware/LDData, README.md): dimensions d, points n, then d components, one per line.
//   # dnet      LDData text: base b (to 2^21, prime or not), dimensions d, columns k (older files: b^k, the number of
//   points), digits r, then a
//               line of k integers per dimension. Integer c < b^r is column c: its most significant digit in base b is
//               the first row.
//   # dnetup    the same with the digits the other way round: the least significant digit is the first row.
//   d s a m_i   the format of Joe and Kuo (2008), also under a first line "# soboljk": a row per dimension from the
//               second on, the degree s of its primitive polynomial, the polynomial's inner coefficients a, and s
//               direction numbers; the first dimension is van der Corput's. Gives the first 63 columns.
//   .npy        NumPy's format, versions 1 to 3: integers of 1 to 8 bytes, either byte order, C or Fortran order. (d)
//   is
//               a generating vector without n, (d, k) or (R, d, k) are generating matrices as 64-bit words, bit 63 the
//               first digit.
// In text, lines that are blank or start with # are skipped, " # comment" may follow a number, lines end in LF or CRLF,
// and a byte order mark is skipped. A file holds the matrices of the points: those of an interlaced net are interlaced
// already, and the line "# interlaced alpha=2" that write_net adds lets a reader take them apart, which changes no
// digit that is kept, scrambled or not (the scramble of a digit depends on the digits before it only).
//
// Anything else - a missing, extra or malformed line, a number that is negative or out of range, a size that the
// file's length cannot hold - is a DataError with file and line (line 1 for .npy). Memory used is at most some 60 times
// the file's length (Joe and Kuo's rows, of which each becomes 63 words); a net in another base than 2 keeps digits, up
// to 64 for a number.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <korobov/core/error.hpp>
#include <korobov/core/types.hpp>
#include <korobov/generators/digital_net.hpp>
#include <korobov/generators/digital_net_any_base.hpp>
#include <korobov/generators/lattice.hpp>

namespace korobov {

struct LatticeTable {
  Index n = 0;                          // points the vector was made for; 0: not limited (2^63 in text), or not known
  std::vector<Word> generating_vector;  // (d)
};

struct NetTable {
  Word base = 2;
  Index replicates = 1;
  Index dimension = 0;         // d
  Index columns = 0;           // k
  Index digits = 0;            // r; base^r <= 2^64
  int alpha = 1;               // interlacing order that the file states
  std::vector<Word> matrices;  // (replicates, d, k): sum of a_l base^(r - l), a_l digit l = 1 .. r of the column
};

// The bytes of a file; `file` names them in errors.
KOROBOV_API LatticeTable parse_lattice(std::string_view bytes, std::string_view file);
KOROBOV_API NetTable parse_net(std::string_view bytes, std::string_view file);

// The lattice of a table. order: none is natural where n is a power of two (or 0) and all components are odd, else
// linear.
KOROBOV_API Lattice lattice_of(const LatticeTable& table, std::optional<Order> order = std::nullopt);
// The net of a table in base 2. alpha: none is the table's. With alpha > 1 the matrices are taken apart into those of
// the components, which a scramble then acts on.
KOROBOV_API DigitalNet net_of(const NetTable& table, Order order = Order::natural,
                              std::optional<int> alpha = std::nullopt);
// The net of a table with one replicate, in any base; base 2 included, without its symmetry.
KOROBOV_API DigitalNetAnyBase net_any_base_of(const NetTable& table, std::optional<int> alpha = std::nullopt);

// What a file can hold of a plain set, whatever its order. Of a net with several replicates of matrices its own is
// taken; append() adds those of another one.
KOROBOV_API LatticeTable table_of(const Lattice& lattice);
KOROBOV_API NetTable table_of(const DigitalNet& net);
KOROBOV_API NetTable table_of(const DigitalNetAnyBase& net);
KOROBOV_API void append(NetTable& table, const NetTable& replicates);

enum class TableFormat { text, npy };
// The bytes of a file. .npy holds no n and no alpha, and nets in base 2 only; text holds one replicate.
KOROBOV_API std::string bytes_of(const LatticeTable& table, TableFormat format = TableFormat::text);
KOROBOV_API std::string bytes_of(const NetTable& table, TableFormat format = TableFormat::text);

// Files. A path that ends in .npy is written in NumPy's format, any other as text. A file that cannot be opened, read
// or written is a DataError at line 0. A lattice in linear order is not written to .npy: its points depend on n.
KOROBOV_API Lattice read_lattice(const std::filesystem::path& path, std::optional<Order> order = std::nullopt);
KOROBOV_API DigitalNet read_net(const std::filesystem::path& path, Order order = Order::natural,
                                std::optional<int> alpha = std::nullopt);  // in base 2
KOROBOV_API DigitalNetAnyBase read_net_any_base(const std::filesystem::path& path,
                                                std::optional<int> alpha = std::nullopt);
KOROBOV_API void write_lattice(const std::filesystem::path& path, const Lattice& lattice);
KOROBOV_API void write_net(const std::filesystem::path& path, const DigitalNet& net);
KOROBOV_API void write_net(const std::filesystem::path& path, const DigitalNetAnyBase& net);

}  // namespace korobov
