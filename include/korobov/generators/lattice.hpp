// Rank-1 lattices (Korobov 1963; Sloan and Joe, "Lattice Methods for Multiple Integration", 1994), extensible in the
// number of points (Hickernell, Hong, L'Ecuyer, Lemieux 2000).
//
// With generating vector z, and v(i) the base-2 radical inverse of i:
//   natural (radical-inverse) order  x_i = {z v(i)}: the first 2^m points are the lattice with 2^m points
//   gray                             x_i = {z v(i ^ (i >> 1))}: no fast transform
//   linear                           x_i = {z i / n}, i < n, any n >= 1, prime n included
// As words: x_i = rev64(i) z mod 2^64, exact for every i; linear floor(2^64 (z i mod n) / n), exact.
// randomized() adds a uniform word per coordinate mod 2^64.
//
// The default vector has 3600 components, made for the embedded lattices n = 2^10 .. 2^20 by component-by-component
// search (lattice_construction.hpp; data/README.md, docs/lattice_vectors.md): at most 2^20 points. In linear order any
// n <= 2^20 is taken with it; it was made for powers of two.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include <korobov/generators/point_set.hpp>

namespace korobov {

struct LatticeOptions {
  Order order = Order::natural;
  // The number of points. Linear order needs it. In natural and Gray order it is a power of two that limits the size
  // (what the vector was made for); none: 2^63 for an own vector, 2^20 for the default one.
  std::optional<Index> n = std::nullopt;
  // Own components, at least d of them, the first d are used. natural, gray: odd. linear: not 0 (components that share
  // a factor with n are taken: their projections repeat points). Empty: the default vector.
  std::vector<Word> generating_vector = {};
};

class KOROBOV_API Lattice : public PointSet<Cyclic> {
 public:
  // d >= 1 dimensions. O(64 d) time and memory.
  explicit Lattice(Index d, const LatticeOptions& options = {});
  std::span<const Word> generating_vector() const noexcept;  // (d)
  std::optional<Index> n() const noexcept;                   // as in the options
  Lattice replicate(std::uint32_t r) const;
  friend KOROBOV_API Lattice randomized(const Lattice& lattice, Shift how, Seed seed);

 private:
  explicit Lattice(std::shared_ptr<const detail::Generator> generator);
};

// The lattice shifted by a uniform word per coordinate, mod 1; replaces an earlier shift.
KOROBOV_API Lattice randomized(const Lattice& lattice, Shift how, Seed seed);

}  // namespace korobov
