// Columns of a Sobol' matrix from the primitive polynomial and the initial direction numbers of its dimension.
#ifndef KOROBOV_SRC_GENERATORS_SOBOL_RECURRENCE_HPP
#define KOROBOV_SRC_GENERATORS_SOBOL_RECURRENCE_HPP

#include <array>
#include <bit>

#include "generators/scramble_kernel.hpp"

namespace korobov::detail {

inline constexpr Index kSobolColumns = 63;  // indices below 2^63

// Continues columns v_1 .. v_s, v_k = m_k 2^(64-k), to v_63 by Joe and Kuo's equation 2:
// v_k = xor of a_i v_{k-i} (0 < i < s) ^ v_{k-s} ^ (v_{k-s} >> s). coefficients: a_i is bit s - 1 - i; degree s < 64.
// Degree 0 is van der Corput's identity.
inline void extend_sobol(std::size_t degree, Word coefficients, MatrixColumns& columns) noexcept {
  constexpr auto count = static_cast<std::size_t>(kSobolColumns);
  if (degree == 0) {
    for (std::size_t k = 0; k < count; ++k) columns[k] = Word{1} << (63 - k);
    return;
  }
  std::array<std::size_t, 64> back{};  // the i with a_i = 1
  std::size_t terms = 0;
  for (Word rest = coefficients; rest != 0; rest &= rest - 1) {
    back[terms++] = degree - 1 - static_cast<std::size_t>(std::countr_zero(rest));
  }
  for (std::size_t k = degree; k < count; ++k) {
    Word v = columns[k - degree] ^ (columns[k - degree] >> degree);
    for (std::size_t t = 0; t < terms; ++t) v ^= columns[k - back[t]];
    columns[k] = v;
  }
}

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GENERATORS_SOBOL_RECURRENCE_HPP
