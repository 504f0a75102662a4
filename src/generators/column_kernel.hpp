// Vector code of the column kernel: a serial piece of a fill, row-major or dimension-major.
//
// A block is 2^b consecutive indices that share their high bits. Its points are table[low bits] op high, where high is
// the offset op the columns of the high bits: one table for all blocks (in Gray order one for even and one for odd
// blocks, because bit b - 1 of i ^ (i >> 1) takes part of the high bits; the odd one is the even one reversed). Going
// to the next block changes high by one precomputed step. Row-major output of few dimensions is one long run out[t] =
// table[t] op pattern[t mod period], pattern = high repeated; of many dimensions it is walked row by row in tiles of
// dimensions; dimension-major output is the row-major one of each single dimension.
#ifndef KOROBOV_SRC_GENERATORS_COLUMN_KERNEL_HPP
#define KOROBOV_SRC_GENERATORS_COLUMN_KERNEL_HPP

#include "generators/column_points.hpp"

namespace korobov::detail {

enum class Stores { cached, streaming };  // streaming: past the caches, for outputs larger than they are

// Points range into out (range.size(), d), whose col_stride or row_stride is 1.
void fill_piece(const ColumnPoints& points, Range range, MatrixSpan<double> out, Endpoint endpoint, Stores stores);
void fill_piece(const ColumnPoints& points, Range range, MatrixSpan<float> out, Endpoint endpoint, Stores stores);
void fill_piece(const ColumnPoints& points, Range range, MatrixSpan<Word> out, Endpoint endpoint, Stores stores);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GENERATORS_COLUMN_KERNEL_HPP
