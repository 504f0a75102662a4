// Tables of roots of unity, made once per length and kept: T_m holds exp(-2 pi i k / 2^m), k = 0..max(1, 2^m / 4) - 1;
// the next quarter is the table times -i. In blocks of `lanes` roots: their real parts, then their imaginary parts, in
// the order lane_order gives (lanes = 1: plain complex values).
#pragma once

#include <korobov/core/types.hpp>

namespace korobov::detail {

// Where a vector of `lanes` interleaved complex values keeps value k: lane i holds value lane_order(lanes, i), because
// unpacking the low and high halves of each 128-bit block is one instruction each way.
constexpr Index lane_order(Index lanes, Index i) noexcept { return lanes == 1 ? i : i / 2 + (i % 2) * (lanes / 2); }

constexpr Index lane_of(Index lanes, Index k) noexcept {  // its inverse
  return lanes <= 2 ? k : k < lanes / 2 ? 2 * k : 2 * (k - lanes / 2) + 1;
}

// lanes: 1, 2, 4 or 8, at most 2^m / 4 (or 1). Thread-safe.
const double* roots(int m, int lanes);

}  // namespace korobov::detail
