// Many blocks of core/seed.hpp's Philox at once: the same words, several blocks per vector.
#ifndef KOROBOV_SRC_GENERATORS_PHILOX_KERNEL_HPP
#define KOROBOV_SRC_GENERATORS_PHILOX_KERNEL_HPP

#include <korobov/core/seed.hpp>

namespace korobov::detail {

enum class Varying { place, dimension };  // which part of the counter: 0 or 1

// Blocks t < count, whose counters are `first` with the varying part increased by t; word q of block t goes to
// out[q * stride + t].
void philox_blocks(PhiloxBlock first, Varying varying, std::array<std::uint64_t, 2> key, Index count, Word* out,
                   Index stride);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GENERATORS_PHILOX_KERNEL_HPP
