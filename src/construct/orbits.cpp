#include "construct/orbits.hpp"

#include <cmath>

#include <korobov/transforms/bit_reversed_fft.hpp>
#include <korobov/transforms/fft.hpp>

#include "construct/criterion_terms.hpp"
#include "core/sums.hpp"

namespace korobov::detail {
namespace {

Word power(Word base, Word exponent, Word modulus) {  // modulus below 2^31
  Word result = 1;
  for (; exponent != 0; exponent >>= 1, base = base * base % modulus) {
    if ((exponent & 1U) != 0) result = result * base % modulus;
  }
  return result;
}

// A primitive root: g^((n-1)/q) != 1 for every prime factor q of n - 1.
Word primitive_root(Word n) {
  std::vector<Word> factors;
  Word rest = n - 1;
  for (Word q = 2; q * q <= rest; ++q) {
    if (rest % q == 0) factors.push_back(q);
    while (rest % q == 0) rest /= q;
  }
  if (rest > 1) factors.push_back(rest);
  Word g = 2;
  const auto has_smaller_order = [&](Word q) { return power(g, (n - 1) / q, n) == 1; };
  while (std::any_of(factors.begin(), factors.end(), has_smaller_order)) ++g;
  return g;
}

}  // namespace

Orbit::Orbit(Index modulus, LatticeKernel kernel)
    : modulus_(modulus), is_power_of_two_(korobov::is_power_of_two(modulus)) {
  const auto n = static_cast<std::size_t>(is_power_of_two_ ? modulus / 4 : (modulus - 1) / 2);
  if (is_power_of_two_) {
    bits_ = floor_log2(static_cast<Index>(n));
  } else {
    generator_ = primitive_root(static_cast<Word>(modulus));
  }
  kernel_.resize(n);
  Word unit = 1;
  for (std::size_t a = 0; a < n; ++a) {
    const std::size_t place = is_power_of_two_ ? reversed(a, bits_) : a;
    kernel_[place] = kernel_value(kernel, static_cast<Index>(unit), modulus);
    unit = unit * generator_ % static_cast<Word>(modulus);
  }
  norm_ = std::sqrt(pairwise_sum(0, n, [this](std::size_t i) { return kernel_[i] * kernel_[i]; }));

  // A circular correlation of length N is part of one of length >= 2 N - 1 with w continued periodically.
  transform_length_ = is_power_of_two_ ? n : std::bit_ceil(2 * n - 1);
  kernel_spectrum_.resize(transform_length_ / 2 + 1);
  if (is_power_of_two_) {
    rfftbr(std::span<const double>(kernel_), std::span(kernel_spectrum_));
  } else {
    std::vector<double> continued(transform_length_, 0.0);
    for (std::size_t a = 0; a < 2 * n - 1; ++a) continued[a] = kernel_[a % n];
    rfft(continued, kernel_spectrum_);
  }
  // Unitary transforms: the spectrum of a correlation is sqrt(length) times the product of spectra.
  const double scale = std::sqrt(static_cast<double>(transform_length_));
  for (std::complex<double>& value : kernel_spectrum_) value *= scale;
}

void Orbit::correlate(std::span<const double> r, std::span<double> correlation) const {
  std::vector<std::complex<double>> spectrum(kernel_spectrum_.size());
  if (is_power_of_two_) {
    rfftbr(r, std::span(spectrum));
  } else {
    std::vector<double> padded(transform_length_, 0.0);
    std::copy(r.begin(), r.end(), padded.begin());
    rfft(padded, spectrum);
  }
  for (std::size_t k = 0; k < spectrum.size(); ++k) {
    const double re = spectrum[k].real(), im = spectrum[k].imag();
    const double w_re = kernel_spectrum_[k].real(), w_im = kernel_spectrum_[k].imag();
    spectrum[k] = {re * w_re + im * w_im, re * w_im - im * w_re};  // conj(r^) w^
  }
  if (is_power_of_two_) {
    irfftbr(std::span<const std::complex<double>>(spectrum), correlation);
  } else {
    std::vector<double> padded(transform_length_);
    irfft(spectrum, padded);
    std::copy_n(padded.begin(), correlation.size(), correlation.begin());
  }
}

std::vector<Word> Orbit::representatives() const {
  const auto modulus = static_cast<Word>(modulus_);
  std::vector<Word> least(kernel_.size());
  Word unit = 1;
  for (std::size_t a = 0; a < least.size(); ++a) {
    least[is_power_of_two_ ? reversed(a, bits_) : a] = std::min(unit, modulus - unit);
    unit = unit * generator_ % modulus;
  }
  return least;
}

}  // namespace korobov::detail
