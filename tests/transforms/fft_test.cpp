#include <stdexcept>
#include <string>
#include <thread>

#include <korobov/transforms/fft.hpp>

#include "transforms/signals.hpp"

namespace kb = korobov;
using kb::Index;
using kb::test::as_complex;
using kb::test::Complex;
using kb::test::complex_signal;
using kb::test::direct_dft;
using kb::test::distance;
using kb::test::norm;
using kb::test::real_signal;
using kb::test::size;

namespace {

// FFTW states no constant; its Bluestein and Rader lengths need some three transforms of up to 4 n values.
double bound(Index n) { return 3 * kb::test::fft_bound(4 * n); }

std::vector<Complex> half(const std::vector<Complex>& z) {
  return {z.begin(), z.begin() + static_cast<std::ptrdiff_t>(z.size() / 2 + 1)};
}

void check_length(Index n) {
  CAPTURE(n);
  const auto w = complex_signal(n, 1);
  const auto y = real_signal(n, 2);
  const auto w_spectrum = direct_dft(w), y_spectrum = direct_dft(as_complex(y));
  auto z = w;
  kb::fft(z);
  CHECK(distance(z, w_spectrum) <= bound(n) * norm(w));
  kb::ifft(z);
  CHECK(distance(z, w) <= 2 * bound(n) * norm(w));

  std::vector<Complex> z_half(size(n / 2 + 1));
  const auto y_start = y;
  kb::rfft(y, z_half);
  CHECK(y == y_start);
  CHECK(distance(z_half, half(y_spectrum)) <= bound(n) * norm(y));
  z_half[0].imag(3);
  if (n % 2 == 0) z_half[size(n / 2)].imag(3);
  const auto z_start = z_half;
  std::vector<double> back(y.size());
  kb::irfft(z_half, back);
  CHECK(z_half == z_start);
  CHECK(distance(back, y) <= 2 * bound(n) * norm(y));
}

}  // namespace

TEST_CASE("fft of powers of two, with or without FFTW: direct sums") {
  for (const Index n : {1, 2, 4, 8, 64, 1024, 4096}) check_length(n);
}

TEST_CASE("fft of other lengths: direct sums, or an error that names the build option") {
  for (const Index n : {3, 5, 6, 12, 100, 127, 251, 1000, 1021}) {
    if (kb::has_any_length_fft()) {
      check_length(n);
    } else {
      std::vector<Complex> z(size(n)), z_half(size(n / 2 + 1));
      std::vector<double> y(size(n));
      const auto text =
          "n: must be a power of two in a build without FFTW (KOROBOV_WITH_FFTW=OFF); got " + std::to_string(n);
      CHECK_THROWS_WITH_AS(kb::fft(z), text.c_str(), std::invalid_argument);
      CHECK_THROWS_WITH_AS(kb::ifft(z), text.c_str(), std::invalid_argument);
      CHECK_THROWS_WITH_AS(kb::rfft(y, z_half), text.c_str(), std::invalid_argument);
      CHECK_THROWS_WITH_AS(kb::irfft(z_half, y), text.c_str(), std::invalid_argument);
    }
  }
  CHECK(kb::has_any_length_fft() == (KOROBOV_WITH_FFTW != 0));
}

TEST_CASE("misaligned arrays") {
  if (!kb::has_any_length_fft()) return;
  const Index n = 45;
  const auto y = real_signal(n + 1, 3);
  std::vector<double> room(size(2 * n + 2));
  for (const std::size_t offset : {0U, 1U}) {
    auto* const z = reinterpret_cast<Complex*>(room.data() + offset);
    kb::rfft(std::span(y).subspan(offset, size(n)), {z, size(n / 2 + 1)});
    const std::vector<Complex> found(z, z + n / 2 + 1);
    const std::vector<double> used(y.begin() + static_cast<std::ptrdiff_t>(offset),
                                   y.begin() + static_cast<std::ptrdiff_t>(offset) + n);
    CHECK(distance(found, half(direct_dft(as_complex(used)))) <= bound(n) * norm(used));
  }
}

TEST_CASE("threads plan and transform at once, past the number of plans kept") {
  if (!kb::has_any_length_fft()) return;
  std::vector<double> worst(4);
  {
    std::vector<std::jthread> pool;
    for (std::size_t t = 0; t < worst.size(); ++t) {
      pool.emplace_back([&worst, t] {
        for (Index n = 3; n < 120; ++n) {
          const auto w = complex_signal(n, 4);
          auto z = w;
          kb::fft(z);
          kb::ifft(z);
          worst[t] = std::max(worst[t], distance(z, w) / norm(w));
        }
      });
    }
  }
  for (const double error : worst) CHECK(error <= 2 * bound(120));
}

TEST_CASE("bad lengths and overlap are named") {
  std::vector<Complex> none, z(5);
  std::vector<double> y(8), empty;
  CHECK_THROWS_WITH_AS(kb::fft(none), "z: length must be at least 1; got 0", std::invalid_argument);
  CHECK_THROWS_WITH_AS(kb::rfft(empty, z), "y: length must be at least 1; got 0", std::invalid_argument);
  CHECK_THROWS_WITH_AS(kb::rfft(y, std::span(z).first(4)), "z: length must be n/2 + 1; got 4", std::invalid_argument);
  CHECK_THROWS_AS(kb::irfft(std::span(z).first(4), y), std::invalid_argument);
  CHECK_THROWS_WITH_AS(kb::rfft(std::span<const double>(reinterpret_cast<double*>(z.data()), 8), z),
                       "z: must not overlap the input; got 'overlapping arrays'", std::invalid_argument);
}
