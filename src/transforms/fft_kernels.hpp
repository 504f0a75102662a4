// One transform of 2^m values on contiguous memory; arguments are checked by the callers. scale multiplies the result.
#pragma once

#include <complex>

#include <korobov/core/types.hpp>

namespace korobov::detail {

using Complex = std::complex<double>;

// Decimation in time: bit-reversed values to a spectrum, in place.
void fft_in_time(Complex* z, int m, double scale);
// Decimation in frequency with conjugate roots: a spectrum to bit-reversed values, in place.
void fft_in_frequency(Complex* z, int m, double scale);
// n = 2^m real values to k = 0..n/2, or with `all` to k = 0..n-1.
enum class Spectrum { half, all };
void real_fft_in_time(const double* y, Complex* z, int m, double scale, Spectrum spectrum);
void real_fft_in_frequency(const Complex* z, double* y, int m, double scale);

// The same bits with the work shared among threads; m >= kLeastSharedFftLevels.
constexpr int kLeastSharedFftLevels = 19;
void fft_in_time_shared(Complex* z, int m, double scale);
void fft_in_frequency_shared(Complex* z, int m, double scale);
void real_fft_in_time_shared(const double* y, Complex* z, int m, double scale, Spectrum spectrum);
void real_fft_in_frequency_shared(const Complex* z, double* y, int m, double scale);
enum class Step { pass, last_real };

// low = (a + w b) scale, high = (a - w b) scale with w_k = exp(-2 pi i k / 2^m), k < 2^(m-1) = n; low and high may be a
// and b.
void fft_join(const Complex* a, const Complex* b, Complex* low, Complex* high, int m, double scale);
// The same for half spectra of n/2 + 1 values, to n + 1 values.
void real_fft_join(const Complex* a, const Complex* b, Complex* joined, int m, double scale);

}  // namespace korobov::detail
