// Vector code of any_base.hpp: words of a block from the parts that its low and its high index digits give.
#ifndef KOROBOV_SRC_GENERATORS_ANY_BASE_KERNEL_HPP
#define KOROBOV_SRC_GENERATORS_ANY_BASE_KERNEL_HPP

#include <korobov/core/types.hpp>

namespace korobov::detail {

// out[t] = words[t] + word + (remainders[t] > most), t < count: the sum of two numerators as words, where `most` is b^D
// - 1 less the remainder that belongs to `word`.
void add_parts(const Word* words, const Word* remainders, Index count, Word word, Word most, Word* out);
// out[t] = words[t] ^ word, t < count.
void xor_parts(const Word* words, Index count, Word word, Word* out);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GENERATORS_ANY_BASE_KERNEL_HPP
