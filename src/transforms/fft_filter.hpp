// y <- B^-1 diag(f) B x or B^-1 diag(1/f) B x, x at `from`, or y itself; B the transform of n = 2^m bit-reversed real
// values: the product or solve with a Gram matrix whose eigenvalues are f, f_k = f_{n-k}. No spectrum is formed;
// results differ from those of the two transforms by rounding. factor: f_0 .. f_{n/2}; scratch: n/2 + 1. Shares the
// work among threads from m = kLeastSharedFftLevels on: the same bits.
#pragma once

#include <complex>

#include "transforms/pointwise.hpp"

namespace korobov::detail {

void real_fft_filter(const double* from, double* y, const double* factor, Pointwise how, std::complex<double>* scratch,
                     int m);

}  // namespace korobov::detail
