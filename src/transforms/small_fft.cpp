#include "transforms/small_fft.hpp"

#include <memory>

#include "transforms/roots.hpp"

namespace korobov::detail {
namespace {

// exp(-2 pi i k / 2^m), k < 2^m / 2, from the table of the first quarter.
Complex root(const double* table, Index k, int m) {
  const Index quarter = m < 2 ? 1 : Index{1} << (m - 2);
  if (k < quarter) return {table[2 * k], table[2 * k + 1]};
  return {table[2 * (k - quarter) + 1], -table[2 * (k - quarter)]};
}

Complex times(Complex a, Complex b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

}  // namespace

void small_fft_in_time(Complex* z, int m, double scale) {
  const Index n = Index{1} << m;
  for (int level = 1; level <= m; ++level) {
    const double* const table = roots(level, 1);
    const Index half = Index{1} << (level - 1);
    for (Index block = 0; block < n; block += 2 * half) {
      for (Index k = block; k < block + half; ++k) {
        const Complex b = times(root(table, k - block, level), z[k + half]);
        z[k + half] = z[k] - b;
        z[k] += b;
      }
    }
  }
  for (Index k = 0; k < n; ++k) z[k] *= scale;
}

void small_fft_in_frequency(Complex* z, int m, double scale) {
  const Index n = Index{1} << m;
  for (int level = m; level >= 1; --level) {
    const double* const table = roots(level, 1);
    // NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): the analyser takes m < 0 for possible
    const Index half = Index{1} << (level - 1);
    for (Index block = 0; block < n; block += 2 * half) {
      for (Index k = block; k < block + half; ++k) {
        const Complex difference = z[k] - z[k + half];
        z[k] += z[k + half];
        z[k + half] = times(std::conj(root(table, k - block, level)), difference);
      }
    }
  }
  for (Index k = 0; k < n; ++k) z[k] *= scale;
}

void small_real_fft_in_time(const double* y, Complex* z, int m, double scale, Spectrum spectrum) {
  if (m == 0) {
    z[0] = y[0] * scale;
    return;
  }
  const Index n = Index{1} << m;
  const Index half = n / 2;
  for (Index k = 0; k < half; ++k) z[k] = {y[k], y[half + k]};
  small_fft_in_time(z, m - 1, 0.5 * scale);
  const double* const table = roots(m, 1);
  const Complex first = z[0];
  for (Index k = 1; k <= half / 2; ++k) {
    const Complex even = z[k] + std::conj(z[half - k]);
    const Complex odd = times(root(table, k, m), Complex{0, -1} * (z[k] - std::conj(z[half - k])));
    z[k] = even + odd;
    z[half - k] = std::conj(even - odd);
  }
  z[0] = 2 * (first.real() + first.imag());
  z[half] = 2 * (first.real() - first.imag());
  if (spectrum == Spectrum::all) {
    for (Index k = 1; k < half; ++k) z[n - k] = std::conj(z[k]);
  }
}

void small_real_fft_in_frequency(const Complex* z, double* y, int m, double scale) {
  if (m == 0) {
    y[0] = z[0].real() * scale;
    return;
  }
  const Index half = Index{1} << (m - 1);
  const auto packed = std::make_unique<Complex[]>(static_cast<std::size_t>(half));
  const double* const table = roots(m, 1);
  packed[0] = {z[0].real() + z[half].real(), z[0].real() - z[half].real()};
  for (Index k = 1; k < half; ++k) {
    const Complex even = z[k] + std::conj(z[half - k]);
    const Complex odd = times(std::conj(root(table, k, m)), z[k] - std::conj(z[half - k]));
    packed[static_cast<std::size_t>(k)] = even + Complex{0, 1} * odd;
  }
  small_fft_in_frequency(packed.get(), m - 1, scale);
  for (Index k = 0; k < half; ++k) {
    y[k] = packed[static_cast<std::size_t>(k)].real();
    y[half + k] = packed[static_cast<std::size_t>(k)].imag();
  }
}

void small_fft_join(Complex a, Complex b, Complex& low, Complex& high, Index k, int m, double scale) {
  const Complex odd = times(root(roots(m, 1), k, m), b);
  low = (a + odd) * scale;
  high = (a - odd) * scale;
}

}  // namespace korobov::detail
