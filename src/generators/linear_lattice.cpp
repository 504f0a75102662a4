#include "generators/linear_lattice.hpp"

#include <array>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "generators/linear_lattice.cpp"
#include "core/dispatch.hpp"
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

#ifndef KOROBOV_LINEAR_LATTICE_FRACTION
#define KOROBOV_LINEAR_LATTICE_FRACTION
namespace korobov::detail {
// a + b, as fractions of the same n < 2^63: the sum of the remainders fits a word.
constexpr LatticeFraction sum(const LatticeFraction& a, const LatticeFraction& b, Word n) noexcept {
  const Word remainder = a.remainder + b.remainder;
  const Word carry = remainder >= n ? 1 : 0;
  return {a.quotient + b.quotient + carry, remainder - (n & (0 - carry))};
}
}  // namespace korobov::detail
#endif

HWY_BEFORE_NAMESPACE();
namespace korobov::HWY_NAMESPACE {

// out[t] = the quotient of at + t step, t < count. Lane l of a vector holds the points l mod the number of lanes.
void linear_run(detail::LatticeFraction at, detail::LatticeFraction step, Word n, Index count, Word* out) {
  namespace hn = hwy::HWY_NAMESPACE;
  const hn::ScalableTag<Word> tag;
  constexpr std::size_t most_lanes = 8;
  const std::size_t lanes = hn::Lanes(tag);
  std::array<Word, most_lanes> quotients{};
  std::array<Word, most_lanes> remainders{};
  detail::LatticeFraction stride{0, 0};
  for (std::size_t l = 0; l < lanes; ++l) {
    quotients[l] = at.quotient;
    remainders[l] = at.remainder;
    at = detail::sum(at, step, n);
    stride = detail::sum(stride, step, n);
  }
  const auto modulus = hn::Set(tag, n);
  const auto one = hn::Set(tag, Word{1});
  const auto add_quotient = hn::Set(tag, stride.quotient);
  const auto add_remainder = hn::Set(tag, stride.remainder);
  auto quotient = hn::LoadU(tag, quotients.data());
  auto remainder = hn::LoadU(tag, remainders.data());
  const auto whole = static_cast<Index>(lanes);
  Index t = 0;
  for (; t + whole <= count; t += whole) {
    hn::StoreU(quotient, tag, out + t);
    remainder = hn::Add(remainder, add_remainder);
    const auto is_below = hn::Lt(remainder, modulus);
    remainder = hn::Sub(remainder, hn::IfThenZeroElse(is_below, modulus));
    quotient = hn::Add(hn::Add(quotient, add_quotient), hn::IfThenZeroElse(is_below, one));
  }
  hn::StoreU(quotient, tag, quotients.data());
  for (std::size_t l = 0; t < count; ++t, ++l) out[t] = quotients[l];
}

}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace korobov::detail {
namespace {

__extension__ using Wide = unsigned __int128;

class LinearWalker final : public Walker {
 public:
  LinearWalker(const LinearLatticeGenerator& lattice, Index j, Index first)
      : lattice_(lattice), j_(j), next_(first), step_(lattice.fraction(j, 1)) {}

  void next(Index count, Word* out) override {
    LatticeFraction at = lattice_.fraction(j_, next_);
    at.quotient += lattice_.shift(j_);
    KOROBOV_DISPATCH(linear_run)(at, step_, lattice_.n(), count, out);
    next_ += count;
  }

 private:
  const LinearLatticeGenerator& lattice_;
  Index j_;
  Index next_;
  LatticeFraction step_;
};

}  // namespace

LinearLatticeGenerator::LinearLatticeGenerator(const Facts& facts, std::vector<Word> z, Index n,
                                               std::vector<Word> shift)
    : DimensionGenerator(facts), z_(std::move(z)), n_(static_cast<Word>(n)), shift_(std::move(shift)) {
  for (Word& component : z_) component %= n_;
}

LatticeFraction LinearLatticeGenerator::fraction(Index j, Index i) const noexcept {
  const Wide residue = static_cast<Wide>(z_[static_cast<std::size_t>(j)]) * static_cast<Word>(i) % n_;
  const Wide scaled = residue << 64;
  return {static_cast<Word>(scaled / n_), static_cast<Word>(scaled % n_)};
}

std::unique_ptr<Walker> LinearLatticeGenerator::walk(Index j, Range range) const {
  return std::make_unique<LinearWalker>(*this, j, range.first);
}

void LinearLatticeGenerator::words_at(std::span<const Index> indices, Word* out) const {
  for (const Index i : indices) {
    for (Index j = 0; j < facts().dimension; ++j) *out++ = fraction(j, i).quotient + shift(j);
  }
}

}  // namespace korobov::detail
#endif  // HWY_ONCE
