// The fast Walsh-Hadamard transform: the transform of a digital net in natural order.
//
// fwht(y) = H y with H_{ik} = n^-1/2 (-1)^popcount(i & k), n = 2^m (n = 1 included): unitary, symmetric, its own
// inverse. In place. Doubling, with old and next the transforms of the two halves of 2n values:
//   H [y_old; y_next] = [old + next; old - next] / sqrt 2
// Source: Fino, Algazi 1976 (natural, or Hadamard, order).
//
// Batches: each row of a MatrixSpan is one transform; any strides. Rows, and the parts of one long row (n >= 2^20), are
// shared among threads when there is work for them. Results do not depend on the number of threads, nor on the other
// rows. Accuracy: |computed - exact|_2 <= (log2 n + 2) u |exact|_2, u = 2^-53 (double) or 2^-24 (float): one rounded
// sum per level and one rounded product with the rounded scale. Cost: n log2 n sums; no tables. Throws
// std::invalid_argument: a length that is no power of two, shapes that do not fit, overlap.
#pragma once

#include <span>

#include <korobov/core/types.hpp>

namespace korobov {

KOROBOV_API void fwht(std::span<double> y);
KOROBOV_API void fwht(std::span<float> y);

KOROBOV_API void fwht(MatrixSpan<double> y);
KOROBOV_API void fwht(MatrixSpan<float> y);

// Doubling. old_half, new_half: n values each; joined: 2n values, no overlap. The second form finds the transforms in
// the two halves of y (2n values) and leaves the joined one there.
KOROBOV_API void fwht_join(std::span<const double> old_half, std::span<const double> new_half,
                           std::span<double> joined);
KOROBOV_API void fwht_join(std::span<double> y);
KOROBOV_API void fwht_join(std::span<const float> old_half, std::span<const float> new_half, std::span<float> joined);
KOROBOV_API void fwht_join(std::span<float> y);

}  // namespace korobov
