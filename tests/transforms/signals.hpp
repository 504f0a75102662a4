// Test signals, norms and direct sums the transforms' tests share.
#pragma once

#include <bit>
#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/core/bits.hpp>
#include <korobov/core/instruction_set.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/core/seed.hpp>

namespace korobov::test {

using Complex = std::complex<double>;

inline std::size_t size(Index n) { return static_cast<std::size_t>(n); }

// n values in [-1, 1) of stream `seed`.
template <class T = double>
std::vector<T> real_signal(Index n, std::uint64_t seed) {
  CounterEngine engine(Seed{seed});
  std::vector<T> y(size(n));
  for (auto& value : y) value = 2 * coordinate<T>(engine()) - 1;
  return y;
}

inline std::vector<Complex> complex_signal(Index n, std::uint64_t seed) {
  const auto re = real_signal(n, seed), im = real_signal(n, seed + 1000);
  std::vector<Complex> z(size(n));
  for (std::size_t i = 0; i < z.size(); ++i) z[i] = {re[i], im[i]};
  return z;
}

template <class T>
std::vector<T> bit_reversed(const std::vector<T>& y) {
  const int m = floor_log2(std::ssize(y));
  std::vector<T> out(y);
  // y is not empty; the analyser tries that too.
  // NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult)
  for (Word i = 1; i < y.size(); ++i) out[i] = y[reverse_bits(i) >> (64 - m)];
  return out;
}

template <class A, class B>
double distance(const std::vector<A>& a, const std::vector<B>& b) {
  REQUIRE(a.size() == b.size());
  long double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    sum += std::norm(std::complex<long double>(a[i]) - std::complex<long double>(b[i]));
  return static_cast<double>(std::sqrt(sum));
}

template <class A>
double norm(const std::vector<A>& a) {
  return distance(a, std::vector<A>(a.size()));
}

// The stated bound on the relative error of one transform of n values; u = 2^-53.
inline double fft_bound(Index n) { return 8 * 0x1p-53 * (std::log2(static_cast<double>(n)) + 1); }

// F y in long double, unitary, by its definition.
inline std::vector<Complex> direct_dft(const std::vector<Complex>& y) {
  const Index n = std::ssize(y);
  std::vector<std::complex<long double>> roots(y.size());
  for (Index k = 0; k < n; ++k) {
    const long double angle =
        -2 * std::numbers::pi_v<long double> * static_cast<long double>(k) / static_cast<long double>(n);
    roots[size(k)] = {std::cos(angle), std::sin(angle)};
  }
  std::vector<Complex> z(y.size());
  for (Index k = 0; k < n; ++k) {
    std::complex<long double> sum = 0;
    for (Index i = 0; i < n; ++i) sum += std::complex<long double>(y[size(i)]) * roots[size(k * i % n)];
    sum /= std::sqrt(static_cast<long double>(n));
    z[size(k)] = Complex(sum);
  }
  return z;
}

inline std::vector<Complex> as_complex(const std::vector<double>& y) { return {y.begin(), y.end()}; }

// Runs body once per instruction set the processor has, then restores the one in use.
template <class F>
void for_each_instruction_set(const F& body) {
  const auto before = instruction_set();
  for (const auto set : {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512}) {
    if (!is_supported(set)) continue;
    set_instruction_set(set);
    CAPTURE(name(set));
    body();
  }
  set_instruction_set(before);
}

}  // namespace korobov::test
