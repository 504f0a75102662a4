// The transforms of fft_kernels.hpp as plain radix-2 recurrences: for lengths below a leaf of the vector kernels.
#pragma once

#include "transforms/fft_kernels.hpp"

namespace korobov::detail {

void small_fft_in_time(Complex* z, int m, double scale);
void small_fft_in_frequency(Complex* z, int m, double scale);
void small_real_fft_in_time(const double* y, Complex* z, int m, double scale, Spectrum spectrum);
void small_real_fft_in_frequency(const Complex* z, double* y, int m, double scale);
// One column of fft_join.
void small_fft_join(Complex a, Complex b, Complex& low, Complex& high, Index k, int m, double scale);

}  // namespace korobov::detail
