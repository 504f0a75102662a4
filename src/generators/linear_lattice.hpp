// Lattice points in linear order, x_i = {z i / n + shift}, exact for every n >= 1 (n = 2^m is a sum of columns,
// faster).
#ifndef KOROBOV_SRC_GENERATORS_LINEAR_LATTICE_HPP
#define KOROBOV_SRC_GENERATORS_LINEAR_LATTICE_HPP

#include <vector>

#include "generators/generator.hpp"

namespace korobov::detail {

// 2^64 (z i mod n) = quotient n + remainder; the word is the quotient. Both add up along i: quotients mod 2^64 (a whole
// turn is 2^64 n), remainders mod n with a carry into the quotient.
class LinearLatticeGenerator : public Generator {
 public:
  LinearLatticeGenerator(const Facts& facts, std::vector<Word> z, Index n, std::vector<Word> shift);
  void words(Range range, Word* out) const override;
  void words_at(std::span<const Index> indices, Word* out) const override;

 private:
  struct Fraction {
    Word quotient = 0;
    Word remainder = 0;
  };
  Fraction fraction(std::size_t j, Index i) const noexcept;

  std::vector<Word> z_;  // mod n
  Word n_;
  std::vector<Word> shift_;
  std::vector<Fraction> step_;  // of i = 1
};

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GENERATORS_LINEAR_LATTICE_HPP
