// Vector code of any_base.hpp: words of a block from the parts that its low and its high index digits give.
#ifndef KOROBOV_SRC_GENERATORS_ANY_BASE_KERNEL_HPP
#define KOROBOV_SRC_GENERATORS_ANY_BASE_KERNEL_HPP

#include "generators/any_base.hpp"

namespace korobov::detail {

// out[t] = words[t] + word + (remainders[t] > most), t < count: the sum of two numerators as words, where `most` is b^D
// - 1 less the remainder that belongs to `word`.
void add_parts(const Word* words, const Word* remainders, Index count, Word word, Word most, Word* out);
// out[t] = words[t] ^ word, t < count.
void xor_parts(const Word* words, Index count, Word word, Word* out);

// Digits of a base b <= 127 as bytes, eight in a word ("limb"), first digit in the lowest byte; D digits take
// ceil(D / 8) limbs, with zeros before the first digit. Words of the digitwise sums mod b of high (limbs) and the
// points of low (limbs, stride), t < count. Up to kLimbSlack words past the points are read.
inline constexpr Index kLimbSlack = 8;
void add_limbs(const Word* low, Index stride, const Word* high, std::size_t limbs, const Base& base, Index count,
               Word* out);

// out[t] = the word of the numerator digits[t] * weight + added, t < count.
void scale_digits(const std::uint32_t* digits, Word weight, Word added, const Base& base, Index count, Word* out);
// out[t] = the word of the digits y_r = digits[r * stride + t], r < D, t < count.
void join_digits(const std::uint32_t* digits, Index stride, const Base& base, Index count, Word* out);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GENERATORS_ANY_BASE_KERNEL_HPP
