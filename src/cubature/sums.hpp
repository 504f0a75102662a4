// Pairwise sums: error of order log n ulp, at the speed of the loads. The order of the sums depends on the range alone.
#ifndef KOROBOV_SRC_CUBATURE_SUMS_HPP
#define KOROBOV_SRC_CUBATURE_SUMS_HPP

#include <cstddef>
#include <span>

namespace korobov::detail {

// Sum of term(i), first <= i < last: eight running sums within blocks, pairs of blocks above.
template <class Term>
double pairwise_sum(std::size_t first, std::size_t last, const Term& term) {
  constexpr std::size_t block = 512;
  if (last - first > block) {
    const std::size_t middle = first + (last - first) / 2;
    return pairwise_sum(first, middle, term) + pairwise_sum(middle, last, term);
  }
  double sums[8] = {};
  std::size_t i = first;
  for (; i + 8 <= last; i += 8)
    for (std::size_t k = 0; k < 8; ++k) sums[k] += term(i + k);
  for (; i < last; ++i) sums[0] += term(i);
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

inline double sum_of(std::span<const double> values) {
  return pairwise_sum(0, values.size(), [values](std::size_t i) { return values[i]; });
}

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_CUBATURE_SUMS_HPP
