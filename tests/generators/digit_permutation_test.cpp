// Permutations of digits: bijections, the same image alone and in a run, uniform.
#include "generators/digit_permutation.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/core/seed.hpp>

using namespace korobov;
using detail::DigitPermutation;

namespace {

std::vector<std::uint32_t> all_images(std::uint32_t b, Word key) {
  std::vector<std::uint32_t> images(b);
  DigitPermutation(b, key).images(0, images);
  return images;
}

// Its place among the b! permutations in lexicographic order.
std::size_t rank(const std::vector<std::uint32_t>& p) {
  std::size_t rank = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    std::size_t smaller = 0;
    for (std::size_t k = i + 1; k < p.size(); ++k) smaller += p[k] < p[i] ? 1U : 0U;
    rank = rank * (p.size() - i) + smaller;
  }
  return rank;
}

// |chi-square - degrees of freedom| in standard deviations, for equally likely cells.
double chi_square_deviation(const std::vector<int>& counts) {
  const double expected = std::accumulate(counts.begin(), counts.end(), 0.0) / static_cast<double>(counts.size());
  double chi = 0;
  for (const int count : counts) chi += (count - expected) * (count - expected) / expected;
  const auto freedom = static_cast<double>(counts.size() - 1);
  return std::abs(chi - freedom) / std::sqrt(2 * freedom);
}

}  // namespace

TEST_CASE("every key is a bijection, one image alone is that of the run, and runs start anywhere") {
  for (const std::uint32_t b : {2U, 3U, 4U, 12U, 13U, 29U, 127U, 128U, 129U, 131U, 1009U, 4096U, 4097U, 104729U}) {
    for (const Word key : {Word{0}, Word{1}, ~Word{0}, Word{0x123456789ABCDEFU}}) {
      const auto images = all_images(b, key);
      std::vector<bool> hit(b, false);
      for (const std::uint32_t image : images) {
        REQUIRE(image < b);
        hit[image] = true;
      }
      CHECK(std::all_of(hit.begin(), hit.end(), [](bool h) { return h; }));
      const DigitPermutation permutation(b, key);
      for (std::uint32_t digit = 0; digit < b; digit += 1 + b / 50) CHECK(permutation(digit) == images[digit]);
      std::vector<std::uint32_t> part(std::min<std::uint32_t>(b / 2, 37));
      permutation.images(b / 3, part);
      CHECK(std::equal(part.begin(), part.end(), images.begin() + b / 3));
    }
  }
}

TEST_CASE("bases to 12 follow Knuth's algorithm P on the mixed-radix digits of the key") {
  // Exact: digits of floor(key b! / 2^64), most significant first, are the draws, up to the key's last bits.
  for (const std::uint32_t b : {3U, 5U, 7U, 11U}) {
    CounterEngine engine(Seed{b});
    for (int trial = 0; trial < 100; ++trial) {
      const Word key = engine();
      long double x = static_cast<long double>(key) * 0x1p-64L;  // exact: 64 bits
      std::vector<std::uint32_t> at(b);
      std::iota(at.begin(), at.end(), 0U);
      for (std::uint32_t k = b; k >= 2; --k) {
        x *= k;
        const auto draw = static_cast<std::uint32_t>(x);
        x -= draw;
        std::swap(at[k - 1], at[draw]);
      }
      const auto images = all_images(b, key);
      for (std::uint32_t position = 0; position < b; ++position) CHECK(images[at[position]] == position);
    }
  }
}

TEST_CASE("all b! permutations are equally likely, and of neighbouring keys too") {
  // Chi-square over 6, 120, 5040 permutations, 20 expected in each (200 for 6): 6 standard deviations of a chi-square
  // of 5 or 119 degrees are a false alarm below 1e-5, of 5039 below 1e-8. Keys: random ones, and consecutive words of a
  // counter put through the mixer, as the nodes of a nested scramble are.
  for (const std::uint32_t b : {3U, 5U, 7U}) {
    const std::size_t cells = b == 3 ? 6 : b == 5 ? 120 : 5040;
    const int trials = static_cast<int>(cells) * (b == 3 ? 200 : 20);
    for (const bool counted : {false, true}) {
      CounterEngine engine(Seed{b + 100});
      std::vector<int> counts(cells, 0);
      for (int t = 0; t < trials; ++t) {
        ++counts[rank(all_images(b, counted ? detail::mixed(static_cast<Word>(t)) : engine()))];
      }
      CAPTURE(b);
      CHECK(chi_square_deviation(counts) < 6);
    }
  }
}

TEST_CASE("large bases: single images, pairs, fixed points, ascents and parities are those of uniform permutations") {
  // Each bound is 6 standard errors of a mean or about that of a chi-square with more than 60 degrees of freedom: false
  // alarms below 1e-7 per check, 7 checks per base.
  for (const std::uint32_t b : {101U, 131U, 157U, 257U, 4099U}) {
    CAPTURE(b);
    const int trials = b > 1000 ? 400 : 8000;
    CounterEngine engine(Seed{b});
    std::vector<int> first(64, 0);
    std::vector<int> pairs(256, 0);
    std::vector<int> steps(64, 0);
    double fixed = 0;
    double ascents = 0;
    double ascents_squared = 0;
    double odd = 0;
    for (int t = 0; t < trials; ++t) {
      const auto p = all_images(b, engine());
      // Cells of unequal size are weighted by a random point of the image's interval.
      const auto cell = [&](std::uint32_t image, std::uint32_t size, std::uint64_t cells) {
        const std::uint64_t inside = engine() >> 40;
        return static_cast<std::size_t>(((std::uint64_t{image} << 24) + inside) * cells / (std::uint64_t{size} << 24));
      };
      ++first[cell(p[0], b, 64)];
      const std::uint32_t step = (p[1] + b - p[0]) % b - 1;  // 0 .. b - 2
      ++steps[cell(step, b - 1, 64)];
      const std::uint32_t other = p[b - 1] > p[b / 2] ? p[b - 1] - 1 : p[b - 1];  // of the b - 1 that are left
      ++pairs[cell(p[b / 2], b, 16) * 16 + cell(other, b - 1, 16)];
      int up = 0;
      std::uint32_t cycles = 0;
      std::vector<bool> seen(b, false);
      for (std::uint32_t i = 0; i < b; ++i) {
        fixed += p[i] == i ? 1 : 0;
        if (i > 0 && p[i] > p[i - 1]) ++up;
        if (!seen[i]) {
          ++cycles;
          for (std::uint32_t k = i; !seen[k]; k = p[k]) seen[k] = true;
        }
      }
      ascents += up;
      ascents_squared += static_cast<double>(up) * up;
      odd += (b - cycles) % 2;
    }
    const double root = std::sqrt(static_cast<double>(trials));
    CHECK(chi_square_deviation(first) < 6);
    CHECK(chi_square_deviation(steps) < 6);
    CHECK(chi_square_deviation(pairs) < 6);
    CHECK(std::abs(fixed / trials - 1) < 6 / root);  // variance 1
    const double mean = ascents / trials;
    CHECK(std::abs(mean - (b - 1) / 2.0) < 6 * std::sqrt((b + 1) / 12.0) / root);  // variance (b + 1) / 12
    CHECK(std::abs((ascents_squared / trials - mean * mean) / ((b + 1) / 12.0) - 1) < 6 * std::sqrt(2.0) / root);
    CHECK(std::abs(odd / trials - 0.5) < 6 * 0.5 / root);
  }
}
