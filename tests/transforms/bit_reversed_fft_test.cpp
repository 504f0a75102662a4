#include <korobov/transforms/bit_reversed_fft.hpp>

#if KOROBOV_WITH_FFTW
#include <fftw3.h>
#endif

#include <limits>
#include <stdexcept>

#include "transforms/signals.hpp"

namespace kb = korobov;
using kb::Index;
using kb::test::as_complex;
using kb::test::bit_reversed;
using kb::test::Complex;
using kb::test::complex_signal;
using kb::test::direct_dft;
using kb::test::distance;
using kb::test::fft_bound;
using kb::test::norm;
using kb::test::real_signal;
using kb::test::size;

namespace {

std::vector<Complex> real_spectrum(const std::vector<double>& y) {
  std::vector<Complex> z(y.size());
  kb::fftbr(std::span<const double>(y), z);
  return z;
}

std::vector<Complex> half(const std::vector<Complex>& z) {
  return {z.begin(), z.begin() + static_cast<std::ptrdiff_t>(z.size() / 2 + 1)};
}

// All transforms of one signal against the spectrum an oracle gives, within `bound` relative to it.
void check_all_forms(const std::vector<double>& y, const std::vector<Complex>& w,
                     const std::vector<Complex>& y_spectrum, const std::vector<Complex>& w_spectrum, double bound) {
  const double y_slack = bound * norm(y), w_slack = bound * norm(w);
  CHECK(distance(real_spectrum(y), y_spectrum) <= y_slack);

  std::vector<Complex> z_half(y.size() / 2 + 1);
  kb::rfftbr(std::span<const double>(y), z_half);
  CHECK(distance(z_half, half(y_spectrum)) <= y_slack);

  std::vector<double> back(y.size());
  kb::irfftbr(std::span<const Complex>(half(y_spectrum)), back);
  CHECK(distance(back, y) <= y_slack);
  kb::ifftbr(std::span<const Complex>(y_spectrum), back);
  CHECK(distance(back, y) <= y_slack);

  auto z = w;
  kb::fftbr(z);
  CHECK(distance(z, w_spectrum) <= w_slack);
  z = w_spectrum;
  kb::ifftbr(z);
  CHECK(distance(z, w) <= w_slack);
}

}  // namespace

TEST_CASE("fftbr is the DFT of the bit-reversed values: direct sums") {
  kb::test::for_each_instruction_set([] {
    for (int m = 0; m <= 11; ++m) {
      const Index n = Index{1} << m;
      CAPTURE(n);
      const auto y = real_signal(n, 1);
      const auto w = complex_signal(n, 2);
      // twice: the inverse is compared with data that the oracle's rounding to double perturbed
      check_all_forms(y, w, direct_dft(as_complex(bit_reversed(y))), direct_dft(bit_reversed(w)), 2 * fft_bound(n));
    }
  });
}

#if KOROBOV_WITH_FFTW
TEST_CASE("fftbr agrees with FFTW after a bit reversal, n = 2^0..2^20") {
  const auto fftw = [](std::vector<Complex> z) {
    auto* const data = reinterpret_cast<fftw_complex*>(z.data());
    const fftw_plan plan = fftw_plan_dft_1d(static_cast<int>(z.size()), data, data, FFTW_FORWARD, FFTW_ESTIMATE);
    fftw_execute(plan);
    fftw_destroy_plan(plan);
    for (auto& value : z) value /= std::sqrt(static_cast<double>(z.size()));
    return z;
  };
  for (int m = 0; m <= 20; ++m) {
    const Index n = Index{1} << m;
    CAPTURE(n);
    const auto y = real_signal(n, 3);
    const auto w = complex_signal(n, 4);
    const auto y_spectrum = fftw(as_complex(bit_reversed(y))), w_spectrum = fftw(bit_reversed(w));
    // both sides err by the stated bound
    kb::test::for_each_instruction_set([&] { check_all_forms(y, w, y_spectrum, w_spectrum, 2 * fft_bound(n)); });
  }
}
#endif

TEST_CASE("ifftbr undoes fftbr, and the transform keeps the norm") {
  for (const Index n : {1, 2, 64, 1 << 13, 1 << 18}) {
    CAPTURE(n);
    const auto y = real_signal(n, 5);
    const auto z = real_spectrum(y);
    CHECK(std::abs(norm(z) - norm(y)) <= fft_bound(n) * norm(y));
    std::vector<double> back(y.size());
    kb::ifftbr(std::span<const Complex>(z), back);
    CHECK(distance(back, y) <= 2 * fft_bound(n) * norm(y));
    const auto w = complex_signal(n, 6);
    auto v = w;
    kb::fftbr(v);
    CHECK(std::abs(norm(v) - norm(w)) <= fft_bound(n) * norm(w));
    kb::ifftbr(v);
    CHECK(distance(v, w) <= 2 * fft_bound(n) * norm(w));
  }
}

TEST_CASE("real input gives a spectrum that is Hermitian to the last bit") {
  kb::test::for_each_instruction_set([] {
    for (int m = 0; m <= 13; ++m) {
      const Index n = Index{1} << m;
      CAPTURE(n);
      const auto z = real_spectrum(real_signal(n, 7));
      bool hermitian = z[0].imag() == 0 && z[size(n / 2)].imag() == 0;
      for (Index k = 1; k < n; ++k) hermitian = hermitian && z[size(k)] == std::conj(z[size(n - k)]);
      CHECK(hermitian);
      std::vector<Complex> z_half(size(n / 2 + 1));
      kb::rfftbr(std::span<const double>(real_signal(n, 7)), z_half);
      // The same sums, but not always the same contractions to fused products.
      CHECK(distance(z_half, half(z)) <= 2 * fft_bound(n) * norm(z));
    }
  });
}

TEST_CASE("known spectra: a constant, one value, one frequency") {
  const Index n = 1024;
  auto z = real_spectrum(std::vector<double>(1024, 1.0));
  CHECK(z[0].real() == doctest::Approx(32).epsilon(1e-15));
  z[0] = 0;
  CHECK(norm(z) <= fft_bound(n) * 32);
  std::vector<double> one(1024);
  one[0] = 1;
  for (const auto& value : real_spectrum(one)) CHECK(std::abs(value - 0x1p-5) <= 1e-16);
  // exp(2 pi i 3 v(i)), v(i) = i / n: only z_3 = sqrt(n); the sign of the exponent
  std::vector<Complex> wave(1024);
  for (Index i = 0; i < n; ++i) {
    wave[size(i)] = std::polar(1.0, 2 * std::numbers::pi * static_cast<double>(3 * i % n) / static_cast<double>(n));
  }
  wave = bit_reversed(wave);
  kb::fftbr(wave);
  CHECK(std::abs(wave[3] - 32.0) <= 32 * fft_bound(n));
}

TEST_CASE("only the lower half of a Hermitian spectrum is read") {
  for (const Index n : {1, 2, 4, 32, 4096}) {
    CAPTURE(n);
    const auto y = real_signal(n, 8);
    auto z = real_spectrum(y);
    std::vector<double> back(y.size()), same(y.size());
    kb::ifftbr(std::span<const Complex>(z), back);
    for (Index k = n / 2 + 1; k < n; ++k) z[size(k)] = std::numeric_limits<double>::quiet_NaN();
    z[0].imag(5);
    z[size(n / 2)].imag(5);
    kb::ifftbr(std::span<const Complex>(z), same);
    CHECK(same == back);
  }
}

TEST_CASE("doubling: joined half transforms are the whole transform") {
  kb::test::for_each_instruction_set([] {
    for (int m = 0; m <= 12; ++m) {
      const Index n = Index{1} << m;
      CAPTURE(n);
      const double slack = 2 * fft_bound(2 * n);
      const auto w = complex_signal(2 * n, 9);
      auto whole = w;
      kb::fftbr(whole);
      std::vector<Complex> in_place(w), low(w.begin(), w.begin() + n), high(w.begin() + n, w.end()),
          joined(size(2 * n));
      kb::fftbr(low);
      kb::fftbr(high);
      kb::fftbr_join(low, high, joined);
      CHECK(distance(joined, whole) <= slack * norm(w));
      std::copy(low.begin(), low.end(), in_place.begin());
      std::copy(high.begin(), high.end(), in_place.begin() + n);
      kb::fftbr_join(in_place);
      CHECK(in_place == joined);

      const auto y = real_signal(2 * n, 10);
      const std::vector<double> y_low(y.begin(), y.begin() + n), y_high(y.begin() + n, y.end());
      std::vector<Complex> real_joined(size(n + 1));
      kb::rfftbr_join(half(real_spectrum(y_low)), half(real_spectrum(y_high)), real_joined);
      CHECK(distance(real_joined, half(real_spectrum(y))) <= slack * norm(y));
    }
  });
}

TEST_CASE("batches of any strides equal single transforms, on any number of threads") {
  const int before = kb::num_threads();
  for (const Index n : {1, 8, 256, 1 << 16}) {
    const Index rows = 11;
    const auto y = real_signal(rows * n, 11);
    std::vector<Complex> singles, halves;
    for (Index r = 0; r < rows; ++r) {
      const std::vector<double> row(y.begin() + r * n, y.begin() + (r + 1) * n);
      const auto z = real_spectrum(row);
      singles.insert(singles.end(), z.begin(), z.end());
      std::vector<Complex> z_half(size(n / 2 + 1));
      kb::rfftbr(std::span<const double>(row), z_half);
      halves.insert(halves.end(), z_half.begin(), z_half.end());
    }
    std::vector<double> columns(y.size());  // the transposed layout
    for (Index r = 0; r < rows; ++r) {
      for (Index k = 0; k < n; ++k) columns[size(k * rows + r)] = y[size(r * n + k)];
    }
    for (const int threads : {1, 2, 5}) {
      CAPTURE(n);
      CAPTURE(threads);
      kb::set_num_threads(threads);
      std::vector<Complex> z(y.size()), z_half(size(rows * (n / 2 + 1)));
      kb::fftbr(kb::MatrixSpan<const double>(y.data(), rows, n), {z.data(), rows, n});
      CHECK(z == singles);
      kb::rfftbr(kb::MatrixSpan<const double>(y.data(), rows, n), {z_half.data(), rows, n / 2 + 1});
      CHECK(z_half == halves);

      std::vector<Complex> z_columns(y.size());
      kb::fftbr(kb::MatrixSpan<const double>(columns.data(), rows, n, 1, rows), {z_columns.data(), rows, n, 1, rows});
      bool equal = true;
      for (Index r = 0; r < rows; ++r) {
        for (Index k = 0; k < n; ++k) equal = equal && z_columns[size(k * rows + r)] == singles[size(r * n + k)];
      }
      CHECK(equal);

      std::vector<double> back(y.size()), back_columns(y.size());
      kb::ifftbr(kb::MatrixSpan<const Complex>(z.data(), rows, n), {back.data(), rows, n});
      kb::ifftbr(kb::MatrixSpan<const Complex>(z_columns.data(), rows, n, 1, rows),
                 {back_columns.data(), rows, n, 1, rows});
      CHECK(distance(back, y) <= 2 * fft_bound(n) * norm(y));
      CHECK(distance(back_columns, columns) <= 2 * fft_bound(n) * norm(y));

      auto w = complex_signal(rows * n, 12);
      const auto w_start = w;
      kb::fftbr({w.data(), rows, n});
      std::vector<Complex> row(w_start.begin() + 3 * n, w_start.begin() + 4 * n);
      kb::fftbr(row);
      CHECK(row == std::vector<Complex>(w.begin() + 3 * n, w.begin() + 4 * n));
      kb::ifftbr({w.data(), rows, n});
      CHECK(distance(w, w_start) <= 2 * fft_bound(n) * norm(w));
    }
  }
  kb::set_num_threads(before);
}

TEST_CASE("one long transform has the same bits on any number of threads") {
  const int before = kb::num_threads();
  kb::test::for_each_instruction_set([] {
    for (const int m : {19, 20}) {
      const Index n = Index{1} << m;
      CAPTURE(n);
      const auto y = real_signal(n, 13);
      const auto w = complex_signal(n, 14);
      std::vector<Complex> all, half_spectrum(size(n / 2 + 1)), in_time, in_frequency;
      std::vector<double> back(y.size());
      for (const int threads : {1, 2, 3}) {
        kb::set_num_threads(threads);
        const auto z = real_spectrum(y);
        std::vector<Complex> z_half(size(n / 2 + 1));
        kb::rfftbr(std::span<const double>(y), z_half);
        auto forward = w, backward = w;
        kb::fftbr(forward);
        kb::ifftbr(backward);
        std::vector<double> real_back(y.size());
        kb::ifftbr(std::span<const Complex>(z), real_back);
        if (threads == 1) {
          all = z;
          half_spectrum = z_half;
          in_time = forward;
          in_frequency = backward;
          back = real_back;
        }
        CHECK(z == all);
        CHECK(z_half == half_spectrum);
        CHECK(forward == in_time);
        CHECK(backward == in_frequency);
        CHECK(real_back == back);
      }
    }
  });
  kb::set_num_threads(before);
}

TEST_CASE("bad lengths, shapes and overlap are named") {
  std::vector<double> y(8), three(3), none;
  std::vector<Complex> z(8), short_z(7);
  const auto real = [](std::vector<double>& v) { return std::span<const double>(v); };
  CHECK_THROWS_WITH_AS(kb::fftbr(real(three), z), "y: length must be a power of two; got 3", std::invalid_argument);
  CHECK_THROWS_WITH_AS(kb::fftbr(real(none), z), "y: length must be a power of two; got 0", std::invalid_argument);
  CHECK_THROWS_WITH_AS(kb::fftbr(real(y), short_z), "z: length must fit the input's; got 7", std::invalid_argument);
  CHECK_THROWS_WITH_AS(kb::rfftbr(real(y), z), "z: length must fit the input's; got 8", std::invalid_argument);
  CHECK_THROWS_WITH_AS(kb::fftbr(short_z), "z: length must be a power of two; got 7", std::invalid_argument);
  CHECK_THROWS_WITH_AS(kb::ifftbr(short_z), "z: length must be a power of two; got 7", std::invalid_argument);
  CHECK_THROWS_AS(kb::ifftbr(std::span<const Complex>(short_z), y), std::invalid_argument);
  CHECK_THROWS_AS(kb::irfftbr(std::span<const Complex>(z), y), std::invalid_argument);
  CHECK_THROWS_WITH_AS(kb::fftbr(std::span<const double>(reinterpret_cast<double*>(z.data()), 8), z),
                       "z: must not overlap the input; got 'overlapping arrays'", std::invalid_argument);
  CHECK_THROWS_WITH_AS(kb::fftbr({z.data(), 2, 4, 2, 1}),
                       "z: elements must not overlap; got 'strides that repeat an element'", std::invalid_argument);
  CHECK_THROWS_WITH_AS(kb::fftbr(kb::MatrixSpan<const double>(y.data(), 2, 4), {z.data(), 1, 4}),
                       "z: must have as many rows as the input; got 1", std::invalid_argument);
  CHECK_THROWS_AS(kb::fftbr_join(z, short_z, z), std::invalid_argument);
  CHECK_THROWS_AS(kb::fftbr_join(std::span(z).first(4), std::span(z).last(4), z), std::invalid_argument);
  CHECK_THROWS_WITH_AS(kb::fftbr_join(std::span(z).first(1)), "z: length must be at least 2; got 1",
                       std::invalid_argument);
  CHECK_THROWS_AS(kb::rfftbr_join(z, z, short_z), std::invalid_argument);
}
