#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/core/instruction_set.hpp>
#include <korobov/generators/halton.hpp>

#include "generators/any_base_oracle.hpp"

using namespace korobov;
using test::index_digits;
using test::scrambled;
using test::word_of;

namespace {

// The d-th prime, d = 1, 2, ..., by trial division.
Word prime(Index d) {
  Word p = 1;
  while (d > 0) {
    ++p;
    bool divisible = false;
    for (Word q = 2; q * q <= p && !divisible; ++q) divisible = p % q == 0;
    if (!divisible) --d;
  }
  return p;
}

const std::vector<std::string> kNames{"lms_shift", "lms_permutation", "permutation", "lms", "shift", "nus"};

Halton randomized_by_name(Index d, const std::string& how, Seed seed) {
  const std::vector<HaltonRandomization> all{LmsShift{}, LmsPermutation{}, DigitPermutation{},
                                             Lms{},      DigitalShift{},   Nus{}};
  const auto at = std::find(kNames.begin(), kNames.end(), how) - kNames.begin();
  return randomized(Halton(d), all[static_cast<std::size_t>(at)], seed);
}

}  // namespace

TEST_CASE("words are the truncated radical inverses in the first primes, near and far") {
  constexpr Index d = 30;
  const Halton points(d);
  for (const Index first : {Index{0}, Index{1000}, (Index{1} << 40) - 5, Index{9223372036854775000}}) {
    const auto words = points.integers({first, first + 700});
    for (Index j = 0; j < d; ++j) {
      const Word b = prime(j + 1);
      for (Index i = 0; i < 700; ++i) {
        CHECK(words[static_cast<std::size_t>(i * d + j)] == word_of(index_digits(static_cast<Word>(first + i), b), b));
      }
    }
  }
}

TEST_CASE("the largest primes and all dimensions are there") {
  constexpr Index d = 10000;
  const auto words = Halton(d).integers({1, 2});
  CHECK(words[0] == Word{1} << 63);
  for (Index j = 1; j < d; ++j) CHECK(words[static_cast<std::size_t>(j)] < words[static_cast<std::size_t>(j - 1)]);
  const Halton points(d);
  for (const Index i : {Index{104728}, Index{1} << 50, Index{9223372036854775806}}) {
    std::vector<Word> row(static_cast<std::size_t>(d));
    points.fill_at<Word>({&i, 1}, MatrixSpan<Word>(row.data(), 1, d));
    for (const Index j : {Index{53}, Index{6541}, Index{6542}, Index{9998}, Index{9999}}) {
      const Word b = prime(j + 1);
      CHECK(row[static_cast<std::size_t>(j)] == word_of(index_digits(static_cast<Word>(i), b), b));
    }
  }
  CHECK(prime(10000) == 104729);
}

TEST_CASE("randomized digits are those of the documented streams, in every base and walk") {
  const Seed seed{77};
  constexpr Index d = 180;  // to 1069: every kind of base has its dimensions
  for (const std::string& how : kNames) {
    CAPTURE(how);
    const AnyPointSet set = randomized_by_name(d, how, seed).replicate(3);
    for (const Index i : {Index{0}, Index{1}, Index{123456}, Index{8070450532247928832}}) {
      std::vector<Word> row(static_cast<std::size_t>(d));
      set.fill_at<Word>({&i, 1}, MatrixSpan<Word>(row.data(), 1, d));
      for (const Index j : {0, 1, 2, 3, 5, 17, 18, 30, 31, 53, 54, 171, 179}) {
        const Word b = prime(j + 1);
        const auto y = scrambled(index_digits(static_cast<Word>(i), b), test::places(b), b, how, seed, 3, j);
        CHECK(row[static_cast<std::size_t>(j)] == word_of(y, b));
      }
    }
  }
}

TEST_CASE("long ranges equal scattered points, for every instruction set and size of block") {
  const auto before = instruction_set();
  for (const auto isa : {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512}) {
    if (!is_supported(isa)) continue;
    set_instruction_set(isa);
    for (const std::string& how : kNames) {
      CAPTURE(how);
      for (const auto& [d, n] : {std::pair<Index, Index>{12, how == "nus" ? 3000 : 40000}, {40, 3000}, {180, 1300}}) {
        if (how == "nus" && d > 12) continue;
        const Halton set = randomized_by_name(d, how, Seed{5});
        const Index first = (Index{1} << 62) - n / 3;
        const auto words = set.integers({first, first + n});
        std::vector<Index> indices;
        for (Index i = first; i < first + n; i += 1 + n / 60) indices.push_back(i);
        indices.push_back(first + n - 1);
        std::vector<Word> rows(indices.size() * static_cast<std::size_t>(d));
        set.fill_at<Word>(indices, MatrixSpan<Word>(rows.data(), static_cast<Index>(indices.size()), d));
        bool equal = true;
        for (std::size_t k = 0; k < indices.size(); ++k) {
          const auto row = rows.begin() + static_cast<std::ptrdiff_t>(k) * d;
          equal = equal && std::equal(row, row + d, words.begin() + (indices[k] - first) * d);
        }
        CHECK(equal);
      }
    }
  }
  set_instruction_set(before);
}

TEST_CASE("each coordinate of b^k aligned points has one in every elementary interval") {
  constexpr Index d = 14;
  for (const std::string& how : kNames) {
    const Halton set = randomized_by_name(d, how, Seed{23});
    for (const Index j : {0, 1, 2, 3, 6, 9, 13}) {
      const Word b = prime(j + 1);
      Word size = b;
      for (int k = 1; size <= 2500; ++k, size *= b) {
        const auto block = static_cast<Index>(size);
        const Index first = block * (Index{1000003} * 4999);
        const auto words = set.integers({first, first + block});
        std::vector<int> counts(size, 0);
        for (Index i = 0; i < block; ++i) {
          // A word w is [w, w + 1) 2^-64, which lies in the interval of N / b^D: multiply its upper end, less a little.
          const Word w = words[static_cast<std::size_t>(i * d + j)];
          const Word low = (w & 0xFFFFFFFFU) * size + (size - 1);
          ++counts[static_cast<std::size_t>(((w >> 32) * size + (low >> 32)) >> 32)];
        }
        CAPTURE(how);
        CAPTURE(b);
        CHECK(std::all_of(counts.begin(), counts.end(), [](int count) { return count == 1; }));
      }
    }
  }
}

TEST_CASE("each point is uniform under every randomization but LMS alone, which keeps the origin") {
  // Chi-square over 16 cells of 1600 replicates: 15 degrees of freedom exceed 60 with probability 2e-7; 5 x 2 x 4
  // checks.
  constexpr Index d = 40;
  constexpr int replicates = 1600;
  for (const std::string& how : kNames) {
    CAPTURE(how);
    const Halton set = randomized_by_name(d, how, Seed{31});
    if (how == "lms") {
      const auto origin = set.integers({0, 1});
      CHECK(std::all_of(origin.begin(), origin.end(), [](Word w) { return w == 0; }));
      continue;
    }
    const std::vector<Index> indices{0, 123456789};
    const std::vector<std::size_t> chosen{0, 1, 8, 39};  // bases 2, 3, 23, 173
    std::vector<std::array<int, 16>> counts(8);
    std::vector<Word> rows(2 * static_cast<std::size_t>(d));
    for (std::uint32_t r = 0; r < replicates; ++r) {
      set.replicate(r).fill_at<Word>(indices, MatrixSpan<Word>(rows.data(), 2, d));
      for (std::size_t c = 0; c < 8; ++c) {
        ++counts[c][static_cast<std::size_t>(rows[c / 4 * static_cast<std::size_t>(d) + chosen[c % 4]] >> 60)];
      }
    }
    for (const auto& count : counts) {
      double chi = 0;
      for (const int c : count) chi += (c - replicates / 16.0) * (c - replicates / 16.0) / (replicates / 16.0);
      CHECK(chi < 60);
    }
  }
}

TEST_CASE("nested scrambling, and LMS with shift or permutations, give the 1-D mean the variance 1 / (12 n^3)") {
  // n = b^k points, one in each interval of length 1/n, uniform there and uncorrelated between intervals. The mean
  // under nus is nearly normal: its variance over R replicates has relative deviation sqrt(2 / R); under LMS kurtosis
  // is of order n: sqrt(n / R). 6 deviations: false alarms below 1e-8 per check (nus), 12 checks.
  constexpr int replicates = 2000;
  for (const std::string& how : {std::string("nus"), std::string("lms_shift"), std::string("lms_permutation")}) {
    const Halton set = randomized_by_name(4, how, Seed{41});
    std::vector<double> sum(4, 0.0);
    const std::vector<Index> sizes{8, 9, 25, 49};
    for (std::uint32_t r = 0; r < replicates; ++r) {
      const auto x = set.replicate(r).points({0, 49});
      for (std::size_t j = 0; j < 4; ++j) {
        double mean = 0;
        for (std::size_t i = 0; i < static_cast<std::size_t>(sizes[j]); ++i) mean += x[i * 4 + j] - 0.5;
        mean /= static_cast<double>(sizes[j]);
        sum[j] += mean * mean;
      }
    }
    for (std::size_t j = 0; j < 4; ++j) {
      CAPTURE(how);
      const auto n = static_cast<double>(sizes[j]);
      const double ratio = sum[j] / replicates * 12 * n * n * n;
      CHECK(std::abs(ratio - 1) < 6 * std::sqrt((how == "nus" ? 2 : n) / replicates));
    }
  }
}

TEST_CASE("the permutations of two nodes of a nested scramble are independent") {
  // Base 3: which of 6 permutations at one node and which at another, 36 cells of 6000 replicates: 35 degrees of
  // freedom exceed 105 with probability 1e-8. Nodes: root and child, siblings, cousins at depth 10, the same node of
  // another dimension's tree is another base, so of another replicate; the digits of a node are read off three points
  // each.
  constexpr int replicates = 6000;
  constexpr Index cubed = 59049;  // 3^10
  struct Node {
    Index prefix;  // index digits before the place
    Index weight;  // b^place
  };
  const auto permutation = [](const AnyPointSet& set, const Node& node) {
    std::vector<Index> indices{node.prefix, node.prefix + node.weight, node.prefix + 2 * node.weight};
    std::array<Word, 6> rows{};
    set.fill_at<Word>(indices, MatrixSpan<Word>(rows.data(), 3, 2));
    std::array<int, 3> image{};
    for (std::size_t p = 0; p < 3; ++p) {
      Word rest = rows[2 * p + 1];
      int digit = 0;
      for (Index weight = node.weight; weight >= 1; weight /= 3) {
        const Word last = rest;
        rest = 0;
        digit = 0;
        // times 3: the carried integer part is the next digit; a word lies up to 2^-64 below a digit string, which
        // reaches places past the 40th only.
        const Word low = (last & 0xFFFFFFFFU) * 3;
        const Word high = (last >> 32) * 3 + (low >> 32);
        digit = static_cast<int>(high >> 32);
        rest = (high << 32) | (low & 0xFFFFFFFFU);
      }
      image[p] = digit;
    }
    return static_cast<std::size_t>(2 * image[0] + (image[1] > image[2] ? 1 : 0));
  };
  const Node root{0, 1};
  const std::vector<std::pair<Node, Node>> pairs{
      {root, {0, 3}}, {{0, 3}, {1, 3}}, {{0, 9}, {0, 27}}, {{0, cubed}, {cubed / 3, cubed}}, {{5, cubed}, {6, cubed}}};
  const Halton set = randomized_by_name(2, "nus", Seed{53});
  std::vector<std::array<int, 36>> counts(pairs.size() + 1);
  std::size_t previous = 0;
  for (std::uint32_t r = 0; r < replicates; ++r) {
    const AnyPointSet one = set.replicate(r);
    for (std::size_t p = 0; p < pairs.size(); ++p) {
      ++counts[p][6 * permutation(one, pairs[p].first) + permutation(one, pairs[p].second)];
    }
    const std::size_t now = permutation(one, root);
    ++counts[pairs.size()][6 * previous + now];
    previous = now;
  }
  for (const auto& count : counts) {
    double chi = 0;
    for (const int c : count) chi += (c - replicates / 36.0) * (c - replicates / 36.0) / (replicates / 36.0);
    CHECK(chi < 105);
  }
}

TEST_CASE("the largest doubles are below 1") {
  // Index b^D - 1 has all digits b - 1: base 5, D = 27, and base 7, D = 22.
  constexpr Index five = 7450580596923828124;
  constexpr Index seven = 3909821048582988048;
  CHECK(Halton(3).points({five, five + 1})[2] == 1 - 0x1p-53);
  CHECK(Halton(4).points({seven, seven + 1})[3] == 1 - 0x1p-53);
}

TEST_CASE("bad dimensions, and replicates of a plain sequence") {
  CHECK_THROWS_WITH_AS(Halton(0), "d: must be from 1 to 100000; got 0", std::invalid_argument);
  CHECK_THROWS_AS(Halton(kHaltonDimensions + 1), std::invalid_argument);
  CHECK_THROWS_AS(Halton(3).replicate(0), std::invalid_argument);
  CHECK(Halton(kHaltonDimensions).dimension() == kHaltonDimensions);
  CHECK(Halton(2).size_limit() == 9223372036854775807);
  CHECK(randomized(Halton(2), Nus{}, Seed{4}).description() == "Halton(d=2, randomize=nus, seed=4, order=natural)");
}
