// What must hold for any bytes given to the table parsers; used by the fuzz target and by the test of its corpus.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include <korobov/generators/tables.hpp>

namespace korobov::test {

inline bool equal(const LatticeTable& a, const LatticeTable& b) {
  return a.n == b.n && a.generating_vector == b.generating_vector;
}
inline bool equal(const NetTable& a, const NetTable& b) {
  return a.base == b.base && a.replicates == b.replicates && a.dimension == b.dimension && a.columns == b.columns &&
         a.digits == b.digits && a.alpha == b.alpha && a.matrices == b.matrices;
}

// Either a DataError, or a table that is the same after writing and reading it and whose points can be made.
inline bool lattice_survives(std::string_view bytes) {
  LatticeTable table;
  try {
    table = parse_lattice(bytes, "file");
  } catch (const DataError&) {
    return true;
  }
  if (!equal(parse_lattice(bytes_of(table), "text"), table)) return false;
  const Lattice lattice = lattice_of(table);
  const Index last = lattice.size_limit() - 1;
  lattice.integers({last, lattice.size_limit()});
  return equal(table_of(lattice), table);
}

// The same for its net in any base: of order 1 it holds the table, of any order the points are the same, as far as they
// go; in base 2 they are those of the net in base 2.
inline bool any_base_survives(const NetTable& table) {
  const DigitalNetAnyBase plain = net_any_base_of(table, 1);
  NetTable again = table_of(plain);
  again.alpha = table.alpha;
  if (!equal(again, table)) return false;
  for (const int alpha : {1, 2, 3, 4, 5}) {
    if (alpha > plain.places()) break;
    const DigitalNetAnyBase interlaced = net_any_base_of(table, alpha);
    const Index limit = interlaced.size_limit();
    const auto words = interlaced.integers({limit - 1, limit});
    if (words != plain.integers({limit - 1, limit})) return false;
    if (words != net_any_base_of(table_of(interlaced)).integers({limit - 1, limit})) return false;
  }
  const Index limit = plain.size_limit();
  return table.base != 2 ||
         plain.integers({limit - 1, limit}) == net_of(table, Order::natural, 1).integers({limit - 1, limit});
}

inline bool net_survives(std::string_view bytes) {
  NetTable table;
  try {
    table = parse_net(bytes, "file");
  } catch (const DataError&) {
    return true;
  }
  if (table.replicates == 1 && !equal(parse_net(bytes_of(table), "text"), table)) return false;
  if (table.replicates == 1 && !any_base_survives(table)) return false;
  if (table.base != 2) return true;
  const DigitalNet net = net_of(table);
  const Index limit = net.size_limit();
  if (net.integers({limit - 1, limit}) != net_of(table_of(net)).integers({limit - 1, limit})) return false;
  for (const int alpha : {1, 2, 3, 4, 5}) {  // taken apart and interlaced again: the same points, as far as they go
    const DigitalNet interlaced = net_of(table, Order::natural, alpha);
    const Index most = interlaced.size_limit();
    if (interlaced.integers({most - 1, most}) != net_of(table, Order::natural, 1).integers({most - 1, most}))
      return false;
  }
  return true;
}

}  // namespace korobov::test
