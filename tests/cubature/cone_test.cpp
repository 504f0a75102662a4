// The cone rule's sums against a plain transcription of its definition: O(n^2) transforms, every step written out.
#include "cubature/cone.hpp"

#include <cmath>
#include <complex>
#include <limits>
#include <numbers>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/core/bits.hpp>
#include <korobov/core/seed.hpp>

using namespace korobov;
using detail::Cone;

namespace {

// |y^_k| of values in bit-reversed order (lattices) or natural order (nets), straight from the definitions.
std::vector<double> magnitudes(const std::vector<double>& values, bool is_lattice) {
  const std::size_t n = values.size();
  const int m = floor_log2(static_cast<Index>(n));
  std::vector<double> result(n);
  for (std::size_t k = 0; k < n; ++k) {
    if (is_lattice) {
      if (k > n / 2) {  // the spectrum of real values; equal magnitudes must tie exactly
        result[k] = result[n - k];
        continue;
      }
      std::complex<double> sum = 0;
      for (std::size_t i = 0; i < n; ++i) {
        const std::size_t place = m == 0 ? 0 : reverse_bits(i) >> (64 - m);
        sum += values[i] *
               std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(k * place % n) / static_cast<double>(n));
      }
      result[k] = std::abs(sum) / static_cast<double>(n);
    } else {
      double sum = 0;
      for (std::size_t i = 0; i < n; ++i) sum += std::popcount(i & k) % 2 == 0 ? values[i] : -values[i];
      result[k] = std::fabs(sum) / static_cast<double>(n);
    }
  }
  return result;
}

struct Reference {
  std::vector<std::size_t> kappa;
  std::vector<double> sums;

  void update(const std::vector<double>& y, int lag) {
    const std::size_t n = y.size();
    const int m = floor_log2(static_cast<Index>(n));
    int lowest = 1;
    if (kappa.empty()) {
      for (std::size_t k = 0; k < n; ++k) kappa.push_back(k);
    } else {
      for (std::size_t k = 0; k < n / 2; ++k) kappa.push_back(n / 2 + kappa[k]);
      lowest = m - lag;
    }
    for (int l = m - 1; l >= lowest && l >= 1; --l) {
      const std::size_t half = std::size_t{1} << l;
      for (std::size_t k = 1; k < half; ++k) {
        if (y[kappa[k + half]] <= y[kappa[k]]) continue;
        for (std::size_t alias = k; alias < n; alias += 2 * half) std::swap(kappa[alias], kappa[alias + half]);
      }
    }
    sums.assign(static_cast<std::size_t>(m) + 1, 0);
    for (int l = 1; l <= m; ++l)
      for (std::size_t k = std::size_t{1} << (l - 1); k < std::size_t{1} << l; ++k)
        sums[static_cast<std::size_t>(l)] += y[kappa[k]];
  }
};

std::vector<double> random_values(std::size_t n, std::uint64_t seed) {
  CounterEngine engine(Seed{seed});
  std::vector<double> values(n);
  for (double& v : values) v = coordinate<double>(engine()) * coordinate<double>(engine());
  return values;
}

void extend(Cone& cone, const std::vector<double>& values, std::size_t n) {
  const std::size_t first = cone.level() < 0 ? 0 : n / 2;
  std::vector<double> half(values.begin() + static_cast<std::ptrdiff_t>(first),
                           values.begin() + static_cast<std::ptrdiff_t>(n));
  cone.extend(half);
}

}  // namespace

TEST_CASE("kappa, S_l and the bound are those of the definition, over doublings") {
  for (const bool is_lattice : {false, true}) {
    for (const int lag : {2, 4}) {
      for (std::uint64_t seed = 0; seed < 5; ++seed) {
        CAPTURE(is_lattice);
        CAPTURE(lag);
        const std::vector<double> values = random_values(2048, seed);
        Cone cone(is_lattice ? SymmetryKind::cyclic : SymmetryKind::dyadic, {.lag = lag, .inflation = 5});
        Reference reference;
        for (std::size_t n = 64; n <= 2048; n *= 2) {
          extend(cone, values, n);
          const std::vector<double> prefix(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(n));
          reference.update(magnitudes(prefix, is_lattice), lag);
          const int m = cone.level();
          REQUIRE((std::size_t{1} << m) == n);
          bool is_equal = true;
          const std::vector<std::uint32_t> kappa = cone.kappa();
          for (std::size_t k = 0; k < n; ++k) is_equal = is_equal && kappa[k] == reference.kappa[k];
          CHECK(is_equal);
          for (int l = 1; l <= m; ++l)
            CHECK(cone.sum(l) == doctest::Approx(reference.sums[static_cast<std::size_t>(l)]).epsilon(1e-11));
          CHECK(cone.bound() ==
                doctest::Approx(5.0 / static_cast<double>(n) * reference.sums[static_cast<std::size_t>(m - lag)])
                    .epsilon(1e-11));
          double mean = 0;
          for (const double v : prefix) mean += v / static_cast<double>(n);
          CHECK(cone.mean() == doctest::Approx(mean).epsilon(1e-13));
        }
      }
    }
  }
}

namespace {

template <class F>
std::vector<double> on_lattice(F f, std::size_t n) {  // plain one-dimensional lattice, radical-inverse order
  std::vector<double> values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = f(coordinate<double>(reverse_bits(i)));
  return values;
}

// The first m at which a necessary condition fails, or 0.
int fires_at(const std::vector<double>& values, int m_first) {
  Cone cone(SymmetryKind::cyclic, {});
  for (std::size_t n = std::size_t{1} << m_first; n <= values.size(); n *= 2) {
    extend(cone, values, n);
    if (!cone.conditions_hold()) return cone.level();
  }
  return 0;
}

constexpr double two_pi = 2 * std::numbers::pi;

}  // namespace

TEST_CASE("the necessary conditions fire on an aliased pair and stay silent on smooth functions") {
  const auto aliased = [](double u) {
    return std::exp(1 - std::fabs(1 - 2 * u)) + 2 * (std::cos(two_pi * 10 * u) - std::cos(two_pi * 266 * u));
  };
  CHECK(fires_at(on_lattice(aliased, 1 << 14), 6) == 9);
  CHECK(fires_at(on_lattice([](double u) { return std::exp(1 - std::fabs(1 - 2 * u)); }, 1 << 14), 6) == 0);
  CHECK(fires_at(on_lattice([](double u) { return std::cos(two_pi * u); }, 1 << 16), 6) == 0);
  CHECK(fires_at(on_lattice([](double u) { return std::exp(std::cos(two_pi * u)); }, 1 << 16), 6) == 0);
  CHECK(fires_at(on_lattice([](double u) { return 1 / (2 + std::cos(two_pi * u)); }, 1 << 16), 6) == 0);
  for (const int m : {8, 10}) {
    CHECK(fires_at(on_lattice([](double u) { return std::cos(two_pi * u); }, 1 << 16), m) == 0);
    CHECK(fires_at(on_lattice([](double u) { return std::exp(std::cos(two_pi * u)); }, 1 << 16), m) == 0);
    CHECK(fires_at(on_lattice([](double u) { return 1 / (2 + std::cos(two_pi * u)); }, 1 << 16), m) == 0);
  }
}

TEST_CASE("the necessary conditions remember the sums of earlier sizes, the large and the small ones") {
  // A term that only one half of 512 points sees has half the coefficient of the half with it: S_4 falls, or rises, by
  // a factor of 2 from m = 8 to m = 9, of which the extremes so far know and the sums of one size do not.
  const auto with_term_on = [](std::size_t first, std::size_t last) {
    std::vector<double> values = on_lattice([](double u) { return std::exp(std::cos(two_pi * u)); }, 512);
    for (std::size_t i = first; i < last; ++i) {
      values[i] += 0.2 * std::cos(two_pi * 10 * coordinate<double>(reverse_bits(i)));
    }
    return values;
  };
  CHECK(fires_at(with_term_on(0, 512), 8) == 0);
  CHECK(fires_at(with_term_on(0, 256), 8) == 9);
  CHECK(fires_at(with_term_on(256, 512), 8) == 9);
}

TEST_CASE("a constant has no error and no failing condition") {
  for (const SymmetryKind kind : {SymmetryKind::cyclic, SymmetryKind::dyadic}) {
    Cone cone(kind, {});
    const std::vector<double> values(4096, 0.1);
    for (std::size_t n = 256; n <= 4096; n *= 2) extend(cone, values, n);
    CHECK(cone.conditions_hold());
    CHECK(cone.mean() == doctest::Approx(0.1).epsilon(1e-15));
    CHECK(cone.bound() < 1e-15);
  }
}
