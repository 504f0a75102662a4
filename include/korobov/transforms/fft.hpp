// The unitary DFT of any length, natural order in and out.
//
//   fft(z)_k = n^-1/2 sum_i z_i exp(-2 pi i k i / n)        ifft: its inverse, exp(+2 pi i k i / n)
// For real y the r-functions hold only k = 0..n/2 (rounded down), that is n/2 + 1 values; irfft takes the imaginary
// part of z_0, and of z_{n/2} when n is even, as zero.
//
// Powers of two run on the library's own kernels (bit_reversed_fft.hpp, with an explicit bit reversal). Other lengths
// run on FFTW (Frigo, Johnson 2005), planned with FFTW_ESTIMATE; plans are made under one lock and at most 64 are kept,
// those used last. A build with -DKOROBOV_WITH_FFTW=OFF has no other lengths: they throw and the text names that
// option. A program that itself plans with FFTW on other threads calls fftw_make_planner_thread_safe first. Shapes: n
// >= 1 values; all forms with two arguments need arrays that do not overlap. Accuracy: |computed - exact|_2 <= 8 u
// (log2 n + 1) |exact|_2 for powers of two, O(u log n) otherwise (FFTW's own). Cost: O(n log n). Throws
// std::invalid_argument.
#pragma once

#include <complex>
#include <span>

#include <korobov/core/types.hpp>

namespace korobov {

// In place.
KOROBOV_API void fft(std::span<std::complex<double>> z);
KOROBOV_API void ifft(std::span<std::complex<double>> z);

// y: n real values; z: n/2 + 1 values of the spectrum.
KOROBOV_API void rfft(std::span<const double> y, std::span<std::complex<double>> z);
KOROBOV_API void irfft(std::span<const std::complex<double>> z, std::span<double> y);

// Whether this build carries FFTW: other lengths than powers of two.
KOROBOV_API bool has_any_length_fft() noexcept;

}  // namespace korobov
