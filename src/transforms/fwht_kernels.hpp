// One Walsh-Hadamard transform of 2^m values on contiguous memory; arguments are checked by the callers. scale
// multiplies the result.
#pragma once

#include <korobov/core/types.hpp>

#include "transforms/pointwise.hpp"

namespace korobov::detail {

void fwht_row(double* y, int m, double scale);
void fwht_row(float* y, int m, float scale);
// From `from`, or y itself, into y: transform, c_k factor_k or c_k / factor_k, transform; scale is that of both
// together.
void fwht_filter_row(const double* from, double* y, const double* factor, Pointwise how, int m, double scale);
// The same bits, shared among threads; m >= kLeastSharedLevels.
constexpr int kLeastSharedLevels = 20;
void fwht_row_shared(double* y, int m, double scale);
void fwht_row_shared(float* y, int m, float scale);
void fwht_filter_row_shared(const double* from, double* y, const double* factor, Pointwise how, int m, double scale);
// low = (a + b) scale, high = (a - b) scale over n values; low and high may be a and b.
void fwht_join_rows(const double* a, const double* b, double* low, double* high, Index n, double scale);
void fwht_join_rows(const float* a, const float* b, float* low, float* high, Index n, float scale);

}  // namespace korobov::detail
