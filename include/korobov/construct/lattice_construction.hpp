// Component-by-component (CBC) construction of generating vectors (Korobov 1963; Sloan and Reztsov 2002): each
// component in turn minimises the squared worst-case error (lattice_criterion.hpp), those before it fixed.
//
// Fast (Nuyens and Cools 2006): with r_k the weight that multiplies w({k z / n}), the next component minimises
//   T(z) = sum_{k<n} r_k w({k z / n})
// over the units z mod n, of which z and -z are one. On the k of equal gcd with n, numbered by powers of a generator of
// the units mod +-1 (5 for n = 2^m, a primitive root for prime n), this is a circular correlation: O(n log n) for all z
// together. n = 2^m has m + 1 such levels, whose sums also give the errors of the embedded lattices 2^k, k < m.
// Embedded (Cools, Kuo, Nuyens 2006): with e_k(s) the error of the plain construction for n = 2^k at s components, the
// next component minimises max_k e_k(z_1, ..., z_s) / e_k(s) over k = first .. last. A k whose e_k(s) is below the
// rounding of the transforms is left out of that step (P_4, large n, two or three components: e^2 is then 1e-20 beside
// terms of 1). Choice: values within 1e-9 (relative) of the least increment, or within the transform's rounding, are
// equal; among equals the least at the top level (embedded), then the least z. Components are different up to sign mod
// n as long as unused classes remain; otherwise decaying weights repeat them. The first component is 1, all are below
// n/2 + 1.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include <korobov/construct/lattice_criterion.hpp>
#include <korobov/core/types.hpp>

namespace korobov {

struct EmbeddedExponents {
  int first = 10;
  int last = 20;
};

struct LatticeConstructionOptions {
  LatticeKernel kernel = LatticeKernel::p2;
  // Lattices of 2^first .. 2^last points at once, 0 <= first <= last <= 30; n is then 2^last.
  std::optional<EmbeddedExponents> embedded = std::nullopt;
  // The first components, units mod n, taken as they are: the search goes on from them. At most d.
  std::vector<Word> given = {};
  // Called now and then, in the calling thread, with the components chosen so far and those there will be (embedded: of
  // all plain constructions and the last one together). What it throws ends the construction.
  std::function<void(Index done, Index of)> progress = {};
};

struct LatticeConstruction {
  Index n = 0;
  std::vector<Word> generating_vector;  // (d)
  std::vector<double> squared_error;    // (d): e^2 of the first 1, ..., d components at n points
  // Embedded: [k - first][s], e^2 at 2^k points, and that of the plain construction for 2^k points alone.
  std::vector<std::vector<double>> level_squared_error;
  std::vector<std::vector<double>> plain_squared_error;
};

// d >= 1 components for n points, n = 2^m <= 2^30 or prime below 2^30. O(d n log n) time, O(n L) memory.
KOROBOV_API LatticeConstruction construct_lattice(Index d, Index n, const LatticeWeights& weights,
                                                  const LatticeConstructionOptions& options = {});
// Embedded: n = 2^last.
KOROBOV_API LatticeConstruction construct_lattice(Index d, EmbeddedExponents embedded, const LatticeWeights& weights,
                                                  LatticeConstructionOptions options = {});

}  // namespace korobov
