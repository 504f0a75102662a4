// Lattices in linear order, n not a power of two: x_i = floor(2^64 (z i mod n) / n) + shift, exact.
#ifndef KOROBOV_SRC_GENERATORS_LINEAR_LATTICE_HPP
#define KOROBOV_SRC_GENERATORS_LINEAR_LATTICE_HPP

#include <vector>

#include "generators/dimension_generator.hpp"

namespace korobov::detail {

// a 2^64 = quotient n + remainder, for a residue a < n: a / n as a word, and what the word leaves.
struct LatticeFraction {
  Word quotient;
  Word remainder;
};

class LinearLatticeGenerator : public DimensionGenerator {
 public:
  LinearLatticeGenerator(const Facts& facts, std::vector<Word> z, Index n, std::vector<Word> shift);
  std::unique_ptr<Walker> walk(Index j, Range range) const override;
  void words_at(std::span<const Index> indices, Word* out) const override;

  Word n() const noexcept { return n_; }
  Word shift(Index j) const noexcept { return shift_[static_cast<std::size_t>(j)]; }
  LatticeFraction fraction(Index j, Index i) const noexcept;  // of (z_j i) mod n

 private:
  std::vector<Word> z_;  // reduced mod n
  Word n_;
  std::vector<Word> shift_;
};

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GENERATORS_LINEAR_LATTICE_HPP
