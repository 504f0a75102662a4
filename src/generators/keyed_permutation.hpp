// A permutation of 0 .. n - 1 as a function of a key: any value by itself, many by vector code, nothing stored.
//
// A Feistel network on pairs (Black and Rogaway 2002, section 5): a = ceil(sqrt(n)), b = ceil(n / a), i = l b + r with
// l < a, r < b; a round adds a function of one half and a key to the other, alternately l += F(r) mod a and
// r += F(l) mod b. What leaves the range is sent through again until it is below n (cycle walking): a b - n < a, so one
// in sqrt(n) at most. Ten rounds: distinguishing r rounds from random takes some n^((r-4)/2) values (Patarin 2001 for
// balanced networks). All rounds on odd halves are even permutations, so at last the values 0 and 1 change places or
// not by one more random bit. n > 2^10, so that no half is trivial; small n are shuffled instead.
#ifndef KOROBOV_SRC_GENERATORS_KEYED_PERMUTATION_HPP
#define KOROBOV_SRC_GENERATORS_KEYED_PERMUTATION_HPP

#include <array>

#include <korobov/core/types.hpp>

namespace korobov::detail {

struct KeyedPermutation {
  static constexpr std::size_t kRounds = 10;
  static constexpr std::size_t kKeys = kRounds + 1;
  // 2^10 < n <= 2^62. A key per round; the last key's lowest bit is that of the exchange.
  KeyedPermutation(Word size, const std::array<Word, kKeys>& random_words) noexcept;
  Word operator()(Word i) const noexcept;

  Word n;
  Word a;
  Word b;
  std::array<Word, kKeys> keys;
  Word exchange;  // 0 or 1
};

// out[t] = permutation(first + t), t < count.
void permuted_run(const KeyedPermutation& permutation, Word first, Index count, Word* out);

// out[t] = floor((2^64 strata[t] + uniform[t]) / n), strata[t] < n <= 2^62, t < count; out may be strata.
void stratified_run(Word n, const Word* strata, const Word* uniform, Index count, Word* out);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GENERATORS_KEYED_PERMUTATION_HPP
