#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <numeric>
#include <stdexcept>
#include <vector>

#include <boost/multiprecision/cpp_int.hpp>
#include <doctest/doctest.h>

#include <korobov/core/instruction_set.hpp>
#include <korobov/generators/latin_hypercube.hpp>

#include "generators/families.hpp"
#include "generators/keyed_permutation.hpp"

using namespace korobov;
using detail::KeyedPermutation;

namespace {

KeyedPermutation keyed(Word n, Word key) {
  std::array<Word, KeyedPermutation::kKeys> keys{};
  for (std::size_t r = 0; r < keys.size(); ++r) keys[r] = test::mixed(key * keys.size() + r);
  return {n, keys};
}

// The stratum of each point in each dimension, (n, d): floor(n w / 2^64), since w = floor((2^64 s + U) / n) lies in
// [2^64 s / n - 1 + 1/n, 2^64 (s + 1) / n) and a word has room for n < 2^32 slices.
std::vector<Word> strata(const LatinHypercube& sample) {
  using Big = boost::multiprecision::uint128_t;
  const Index n = sample.size_limit();
  std::vector<Word> result;
  for (const Word w : sample.integers({0, n})) {
    result.push_back(static_cast<Word>((Big(w) * static_cast<Word>(n) + static_cast<Word>(n) - 1) >> 64));
  }
  return result;
}

// Chi-square of counts against equal expectations, as standard deviations from its mean.
double excess(const std::vector<int>& counts, double total) {
  const double expected = total / static_cast<double>(counts.size());
  double sum = 0;
  for (const int count : counts) sum += (count - expected) * (count - expected) / expected;
  const auto freedom = static_cast<double>(counts.size() - 1);
  return (sum - freedom) / std::sqrt(2 * freedom);
}

}  // namespace

TEST_CASE("every slice of every axis holds one point") {
  for (const Index n : {1, 2, 3, 10, 97, 1000, 4096, 4097, 5000, 65536, 100003}) {
    const LatinHypercube sample = LatinHypercube(3, n, Seed{5}).replicate(1);
    CHECK(sample.size_limit() == n);
    const auto slices = strata(sample);
    for (std::size_t j = 0; j < 3; ++j) {
      std::vector<char> seen(static_cast<std::size_t>(n), 0);
      bool each_once = true;
      for (std::size_t t = j; t < slices.size(); t += 3) each_once = each_once && seen[slices[t]]++ == 0;
      CHECK(each_once);
    }
  }
}

TEST_CASE("words are floor((2^64 pi + U) / n) with U the words of the stream") {
  // With pi from the slice, the remainder tells U: all in exact integers.
  using Big = boost::multiprecision::uint128_t;
  for (const Index n : {Index{1}, Index{3}, Index{1000}, Index{4099}, Index{1} << 20, Index{1000003}}) {
    const auto sample = LatinHypercube(2, n, Seed{9}).replicate(3);
    const Index last = std::min<Index>(n, 5000);
    const auto words = sample.integers({0, last});
    for (std::size_t j = 0; j < 2; ++j) {
      CounterEngine engine(Seed{9}, Purpose::latin_hypercube, 3, j);
      bool equal = true;
      for (std::size_t i = 0; i < static_cast<std::size_t>(last); ++i) {
        const Word w = words[2 * i + j];
        const Big uniform = engine();
        const Big slice = (Big(w) * static_cast<Word>(n) + static_cast<Word>(n) - 1) >> 64;
        equal = equal && w == static_cast<Word>(((slice << 64) + uniform) / static_cast<Word>(n));
      }
      CHECK(equal);
    }
  }
}

TEST_CASE("stratified words equal 128-bit division, for every instruction set") {
  const auto before = instruction_set();
  for (const auto isa : {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512}) {
    if (!is_supported(isa)) continue;
    set_instruction_set(isa);
    for (const Word n : {Word{1}, Word{2}, Word{3}, Word{4097}, (Word{1} << 31) - 1, (Word{1} << 32) + 15,
                         (Word{1} << 62) - 57, Word{1} << 62}) {
      std::vector<Word> slices;
      std::vector<Word> uniforms;
      for (Word i = 0; i < 1001; ++i) {
        slices.push_back(i < 20 ? (i < 10 ? i % n : n - 1 - (i - 10) % n) : test::mixed(i) % n);
        uniforms.push_back(i % 3 == 0 ? ~Word{0} : (i % 3 == 1 ? test::mixed(~i) : 0));
      }
      std::vector<Word> out(slices.size());
      detail::stratified_run(n, slices.data(), uniforms.data(), 1001, out.data());
      bool equal = true;
      for (std::size_t t = 0; t < out.size(); ++t) {
        using Big = boost::multiprecision::uint128_t;
        equal = equal && out[t] == static_cast<Word>(((Big(slices[t]) << 64) + uniforms[t]) / n);
      }
      CHECK(equal);
    }
  }
  set_instruction_set(before);
}

TEST_CASE("keyed permutations are permutations, the same in bulk as one by one, to 2^62") {
  const auto before = instruction_set();
  for (const auto isa : {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512}) {
    if (!is_supported(isa)) continue;
    set_instruction_set(isa);
    for (const Word n : {Word{1025}, Word{4097}, Word{66000}, Word{1} << 20, Word{1} << 61, (Word{1} << 62) - 1}) {
      const auto permutation = keyed(n, 3);
      const Word first = n > Word{1} << 20 ? n - 2000 : 0;
      std::vector<Word> values(static_cast<std::size_t>(n - first));
      detail::permuted_run(permutation, first, static_cast<Index>(values.size()), values.data());
      bool equal = true;
      for (Word t = 0; t < 1000; ++t) equal = equal && values[t] == permutation(first + t);
      CHECK(equal);
      std::sort(values.begin(), values.end());
      CHECK(std::adjacent_find(values.begin(), values.end()) == values.end());
      CHECK(values.back() < n);
    }
  }
  set_instruction_set(before);
}

TEST_CASE("small samples: every permutation is equally likely, jointly over two dimensions") {
  // Chi-square of 5! and of (3!)^2 cells over replicates, within 5 standard deviations: about 1e-6 each.
  std::vector<int> single(120, 0);
  std::vector<int> joint(36, 0);
  const auto rank = [](const std::vector<Word>& p) {
    std::size_t index = 0;
    for (std::size_t a = 0; a < p.size(); ++a) {
      std::size_t smaller = 0;
      for (std::size_t b = a + 1; b < p.size(); ++b) smaller += p[b] < p[a] ? 1U : 0U;
      index = index * (p.size() - a) + smaller;
    }
    return index;
  };
  constexpr std::uint32_t replicates = 24000;
  const LatinHypercube five(1, 5, Seed{1});
  const LatinHypercube three(2, 3, Seed{2});
  for (std::uint32_t r = 0; r < replicates; ++r) {
    ++single[rank(strata(five.replicate(r)))];
    const auto both = strata(three.replicate(r));
    ++joint[rank({both[0], both[2], both[4]}) * 6 + rank({both[1], both[3], both[5]})];
  }
  CHECK(std::abs(excess(single, replicates)) < 5);
  CHECK(std::abs(excess(joint, replicates)) < 5);
}

TEST_CASE("keyed permutations: one, two and four values over keys are those of random permutations") {
  // n just above the least, where the halves are smallest and every round counts. Chi-squares within 5 standard
  // deviations: about 1e-6 each. Two and four rounds fail, six pass; ten are used.
  constexpr Word n = 1030;
  const auto some = keyed(n, 0);
  constexpr int keys = 60000;
  std::vector<int> value(64, 0);
  std::vector<int> pair(64, 0);
  std::vector<int> neighbours(64, 0);
  int rectangles = 0;
  const auto cell = [&](Word x) { return static_cast<std::size_t>(x * 8 / n); };
  for (int k = 0; k < keys; ++k) {
    const auto p = keyed(n, static_cast<Word>(k));
    ++value[static_cast<std::size_t>(p(7) * 64 / n)];
    ++pair[cell(p(7)) * 8 + cell(p(7 + 5 * some.b))];  // of one column
    ++neighbours[cell(p(100)) * 8 + cell(p(101))];     // of one row
    // Alternating sums around a rectangle vanish in a network of too few rounds.
    const Word sum = p(3) + p(3 + some.b + 4) - p(3 + some.b) - p(3 + 4);
    rectangles += sum == 0 ? 1 : 0;
  }
  CHECK(std::abs(excess(value, keys)) < 5);
  CHECK(std::abs(excess(pair, keys)) < 5);
  CHECK(std::abs(excess(neighbours, keys)) < 5);
  // The sum of four values of a random permutation is 0 about once in 3 n / 2 (the density at 0 of a sum of four
  // uniform numbers is 2/3): 39 expected of 60000.
  const double expected = keys * 2.0 / 3 / static_cast<double>(n);
  CHECK(std::abs(rectangles - expected) < 5 * std::sqrt(expected));
}

TEST_CASE("keyed permutations: cycles, fixed points, ascents, and the parity of one permutation") {
  // Over 3000 keys: the number of cycles has mean H_n and variance H_n - H_n^(2); fixed points are Poisson(1) to within
  // 1/n!; ascents have mean (n - 1) / 2 and variance (n + 1) / 12; half the permutations are even. 5 standard errors of
  // each mean: 6e-7 each.
  constexpr Word n = 1500;
  constexpr int keys = 3000;
  double harmonic = 0;
  double squares = 0;
  for (Word k = 1; k <= n; ++k) {
    harmonic += 1 / static_cast<double>(k);
    squares += 1 / static_cast<double>(k * k);
  }
  double cycles = 0;
  double fixed = 0;
  double ascents = 0;
  int even = 0;
  std::vector<Word> p(n);
  for (int k = 0; k < keys; ++k) {
    detail::permuted_run(keyed(n, static_cast<Word>(k)), 0, n, p.data());
    std::vector<char> seen(n, 0);
    int found = 0;
    for (std::size_t i = 0; i < n; ++i) {
      fixed += p[i] == i ? 1 : 0;
      if (i + 1 < n) ascents += p[i] < p[i + 1] ? 1 : 0;
      if (seen[i] != 0) continue;
      ++found;
      for (std::size_t at = i; seen[at] == 0; at = p[at]) seen[at] = 1;
    }
    cycles += found;
    even += (static_cast<int>(n) - found) % 2 == 0 ? 1 : 0;
  }
  const double root = std::sqrt(static_cast<double>(keys));
  CHECK(std::abs(cycles / keys - harmonic) < 5 * std::sqrt(harmonic - squares) / root);
  CHECK(std::abs(fixed / keys - 1) < 5 / root);
  CHECK(std::abs(ascents / keys - (n - 1) / 2.0) < 5 * std::sqrt((n + 1) / 12.0) / root);
  CHECK(std::abs(even - keys / 2.0) < 5 * std::sqrt(keys / 4.0));
}

TEST_CASE("the variance of means is that of Latin hypercube sampling: additive parts cancel, products do not") {
  // Stein 1987: the variance is that of f's residual from its additive part, over n, to order 1/n^2. f = x_0 + x_1 +
  // ...: 1/(12 n^3) per dimension, exactly. f = (x_0 - 1/2)(x_1 - 1/2) has none: variance 1/(144 n) (1 + O(1/n)). 4000
  // replicates: the standard error of a variance is below 4.5 % (kurtosis at most 9/25 of a product's above normal),
  // 5 of them 0.2, false alarms below 1e-6 each.
  for (const Index n : {Index{50}, Index{5000}}) {
    const std::uint32_t replicates = n == 50 ? 4000 : 400;
    double additive = 0;
    double product = 0;
    for (std::uint32_t r = 0; r < replicates; ++r) {
      const auto x = LatinHypercube(2, n, Seed{77}).replicate(r).points({0, n}, Endpoint::open);
      double sum = 0;
      double products = 0;
      for (std::size_t i = 0; i < x.size(); i += 2) {
        sum += x[i] + x[i + 1] - 1;
        products += (x[i] - 0.5) * (x[i + 1] - 0.5);
      }
      additive += std::pow(sum / static_cast<double>(n), 2) / replicates;
      product += std::pow(products / static_cast<double>(n), 2) / replicates;
    }
    const auto size = static_cast<double>(n);
    // Both means are nearly normal: the relative standard error of the variance is sqrt(2 / replicates).
    const double slack = 5 * std::sqrt(2.0 / replicates);
    CHECK(std::abs(additive * 6 * size * size * size - 1) < slack);
    CHECK(std::abs(product * 144 * (size - 1) - 1) < slack);
  }
}

TEST_CASE("bad samples, and what a sample says") {
  CHECK_THROWS_WITH_AS(LatinHypercube(0, 5, Seed{1}), "d: must be from 1 to 2^32; got 0", std::invalid_argument);
  CHECK_THROWS_WITH_AS(LatinHypercube(2, 0, Seed{1}), "n: must be from 1 to 2^62; got 0", std::invalid_argument);
  CHECK_THROWS_AS(LatinHypercube(2, (Index{1} << 62) + 1, Seed{1}), std::invalid_argument);
  CHECK_THROWS_AS(LatinHypercube(2, 5, Seed{1}).points({0, 6}), std::invalid_argument);
  CHECK(LatinHypercube(2, 10, Seed{5}).description() == "LatinHypercube(d=2, seed=5, n=10)");
  CHECK(LatinHypercube(2, 10, Seed{5}).symmetry() == SymmetryKind::unstructured);
  CHECK(LatinHypercube(2, 10, Seed{5}).randomization() == Randomization::independent);
}
