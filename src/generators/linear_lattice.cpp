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
  std::vector<Fraction> at(d);
  for (std::size_t j = 0; j < d; ++j) {
    at[j] = fraction(j, range.first);
    at[j].quotient += shift_[j];
  }
  for (Index i = range.first; i < range.last; ++i) {
    for (std::size_t j = 0; j < d; ++j) {
      *out++ = at[j].quotient;
      const Word remainder = at[j].remainder + step_[j].remainder;  // below 2 n < 2^64
      const Word carry = remainder >= n_ ? 1 : 0;
      at[j] = {at[j].quotient + step_[j].quotient + carry, remainder - (n_ & (0 - carry))};
    }
  }
}

void LinearLatticeGenerator::words_at(std::span<const Index> indices, Word* out) const {
  for (const Index i : indices) {
    for (std::size_t j = 0; j < z_.size(); ++j) *out++ = fraction(j, i).quotient + shift_[j];
  }
}

}  // namespace korobov::detail
