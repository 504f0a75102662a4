// Pairwise sums: error of order log n ulp, at the speed of the loads. The order of the sums depends on the range alone.
#ifndef KOROBOV_SRC_CORE_SUMS_HPP
#define KOROBOV_SRC_CORE_SUMS_HPP

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

// Sums of v, c^2 and c^4, c = factor (v - reference), in one pass, in the same order.
struct PowerSums {
  double first = 0, second = 0, fourth = 0;
};

inline PowerSums power_sums(std::span<const double> values, double reference, double factor = 1) {
  constexpr std::size_t block = 512;
  if (values.size() > block) {
    const std::size_t middle = values.size() / 2;
    const PowerSums a = power_sums(values.first(middle), reference, factor);
    const PowerSums b = power_sums(values.subspan(middle), reference, factor);
    return {a.first + b.first, a.second + b.second, a.fourth + b.fourth};
  }
  constexpr std::size_t lanes = 4;
  double first[lanes] = {}, second[lanes] = {}, fourth[lanes] = {};
  const auto add = [&](std::size_t k, double v) {
    const double c = factor * (v - reference);
    const double square = c * c;
    first[k] += v;
    second[k] += square;
    fourth[k] += square * square;
  };
  std::size_t i = 0;
  for (; i + lanes <= values.size(); i += lanes)
    for (std::size_t k = 0; k < lanes; ++k) add(k, values[i + k]);
  for (; i < values.size(); ++i) add(0, values[i]);
  const auto total = [](const double* sums) { return (sums[0] + sums[1]) + (sums[2] + sums[3]); };
  return {total(first), total(second), total(fourth)};
}

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_CORE_SUMS_HPP
