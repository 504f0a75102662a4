#include "generators/linear_lattice.hpp"

namespace korobov::detail {
namespace {
__extension__ using Wide = unsigned __int128;
}

LinearLatticeGenerator::LinearLatticeGenerator(const Facts& facts, std::vector<Word> z, Index n,
                                               std::vector<Word> shift)
    : Generator(facts), z_(std::move(z)), n_(static_cast<Word>(n)), shift_(std::move(shift)) {
  for (Word& component : z_) component %= n_;
  for (std::size_t j = 0; j < z_.size(); ++j) step_.push_back(fraction(j, 1));
}

LinearLatticeGenerator::Fraction LinearLatticeGenerator::fraction(std::size_t j, Index i) const noexcept {
  const Wide residue = static_cast<Wide>(z_[j]) * static_cast<Word>(i) % n_;
  const Wide scaled = residue << 64;
  return {static_cast<Word>(scaled / n_), static_cast<Word>(scaled % n_)};
}

void LinearLatticeGenerator::words(Range range, Word* out) const {
  const std::size_t d = z_.size();
  for (std::size_t j = 0; j < d; ++j) {
    Fraction at = fraction(j, range.first);
    const Fraction step = step_[j];
    Word* place = out + j;
    for (Index i = range.first; i < range.last; ++i, place += d) {
      *place = at.quotient + shift_[j];
      at.remainder += step.remainder;  // below 2 n < 2^64
      const bool carry = at.remainder >= n_;
      at.remainder -= carry ? n_ : 0;
      at.quotient += step.quotient + static_cast<Word>(carry);
    }
  }
}

void LinearLatticeGenerator::words_at(std::span<const Index> indices, Word* out) const {
  for (const Index i : indices) {
    for (std::size_t j = 0; j < z_.size(); ++j) *out++ = fraction(j, i).quotient + shift_[j];
  }
}

}  // namespace korobov::detail
