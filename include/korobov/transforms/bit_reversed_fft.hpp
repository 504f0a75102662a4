// The FFT of values in bit-reversed order: the transform of a lattice in radical-inverse order.
//
// With P the bit reversal of m bits, F the unitary DFT, F_{ki} = n^-1/2 exp(-2 pi i k i / n), and n = 2^m (n = 1
// included):
//   fftbr(y) = F P y        ifftbr(z) = P F^H z        ifftbr(fftbr(y)) = y,  |fftbr(y)| = |y|
// Values are in bit-reversed order, spectra in natural order, and no permutation is carried out: decimation in time
// takes bit-reversed input, decimation in frequency leaves bit-reversed output (Cooley, Tukey 1965; Gentleman, Sande
// 1966). Real values: their halves are the real and imaginary parts of a complex signal of length n/2, again in
// bit-reversed order, so real transforms do half the work. Doubling, with old and next the transforms of the two halves
// of 2n values and w_k = exp(-pi i k / n):
//   F P [y_old; y_next] = [old + w next; old - w next] / sqrt 2
//
// Spectra of real values are Hermitian, z_{n-k} = conj(z_k). fftbr gives all n values; the r-functions hold only
// k = 0..n/2, that is n/2 + 1 values (n = 1: one value). Where a Hermitian spectrum is read, only k <= n/2 counts, and
// the imaginary parts of z_0 and z_{n/2} are taken as zero.
//
// Batches: each row of a MatrixSpan is one transform; any strides. Rows, and the parts of one long row (n >= 2^19), are
// shared among threads when there is work for them. Results do not depend on the number of threads, nor on the other
// rows.
// Aliasing: the one-argument forms work in place; otherwise output and input must not overlap.
// Accuracy: |computed - exact|_2 <= 8 u (log2 n + 1) |exact|_2 with u = 2^-53: per level one product with a root of
// unity that is itself rounded once, and one sum (Higham 2002, theorem 24.2, with eta < 8 u); the real forms have one
// level more, their untangling. Cost: O(n log n). Memory: tables of roots of unity, made at the first use of a length
// and kept, at most 8 n bytes for complex and for real data of length n, shared by all lengths. Throws
// std::invalid_argument: a length that is no power of two, shapes that do not fit, overlap.
#pragma once

#include <complex>
#include <span>

#include <korobov/core/types.hpp>

namespace korobov {

// y: n real values, bit-reversed order. z: all n values of the spectrum.
KOROBOV_API void fftbr(std::span<const double> y, std::span<std::complex<double>> z);
// In place.
KOROBOV_API void fftbr(std::span<std::complex<double>> z);
// In place.
KOROBOV_API void ifftbr(std::span<std::complex<double>> z);
// z: a Hermitian spectrum of n values, of which the first n/2 + 1 are read. y: n real values, bit-reversed order.
KOROBOV_API void ifftbr(std::span<const std::complex<double>> z, std::span<double> y);

// Half spectra. y: n real values, z: n/2 + 1 values.
KOROBOV_API void rfftbr(std::span<const double> y, std::span<std::complex<double>> z);
KOROBOV_API void irfftbr(std::span<const std::complex<double>> z, std::span<double> y);

// The same for each row; y and z have equal shapes (rfftbr, irfftbr: n and n/2 + 1 columns).
KOROBOV_API void fftbr(MatrixSpan<const double> y, MatrixSpan<std::complex<double>> z);
KOROBOV_API void fftbr(MatrixSpan<std::complex<double>> z);
KOROBOV_API void ifftbr(MatrixSpan<std::complex<double>> z);
KOROBOV_API void ifftbr(MatrixSpan<const std::complex<double>> z, MatrixSpan<double> y);
KOROBOV_API void rfftbr(MatrixSpan<const double> y, MatrixSpan<std::complex<double>> z);
KOROBOV_API void irfftbr(MatrixSpan<const std::complex<double>> z, MatrixSpan<double> y);

// Doubling. old_half, new_half: the spectra of the two halves, n values each; joined: 2n values. The second form finds
// the spectra in the two halves of z (2n values) and leaves the joined one there.
KOROBOV_API void fftbr_join(std::span<const std::complex<double>> old_half,
                            std::span<const std::complex<double>> new_half, std::span<std::complex<double>> joined);
KOROBOV_API void fftbr_join(std::span<std::complex<double>> z);
// Doubling of half spectra: n/2 + 1 values each, n a power of two, to n + 1 values.
KOROBOV_API void rfftbr_join(std::span<const std::complex<double>> old_half,
                             std::span<const std::complex<double>> new_half, std::span<std::complex<double>> joined);

}  // namespace korobov
