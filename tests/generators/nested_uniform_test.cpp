// Nested uniform scrambling: words against the tree walked node by node, the coins as a source of randomness, and what
// the scramble must keep and give.
#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/core/instruction_set.hpp>

#include "generators/families.hpp"
#include "generators/oracles.hpp"

using namespace korobov;

namespace {

// The documented hash of a prefix, from the stream's own words.
class Coins {
 public:
  Coins(Seed seed, std::uint32_t replicate, std::uint64_t dimension) {
    CounterEngine words(seed, Purpose::nested_uniform, replicate, dimension);
    for (Word& w : key_) w = words();
  }
  // The coin of the node below `level` digits, given as the leading digits of a word.
  Word at(int level, Word prefix) const {
    constexpr Word m = 0xBEA225F9EB34556DU;
    Word z = prefix ^ key_[0];
    z = (z ^ z >> 32) * m;
    z = (z ^ z >> 29) * m + key_[1];
    z = (z ^ z >> 32) * m;
    z = (z ^ z >> 29) ^ key_[2];
    return z >> (63 - level) & 1U;
  }

 private:
  std::array<Word, 3> key_{};
};

// Scrambles words[members] below the node (level, prefix): tosses its coin, and walks on to its two children.
void walk_tree(const Coins& coins, int level, Word prefix, const std::vector<std::size_t>& members,
               const std::vector<Word>& words, std::vector<Word>& scrambled) {
  if (level == 64 || members.empty()) return;
  const Word coin = coins.at(level, prefix);
  std::vector<std::size_t> children[2];
  for (const std::size_t t : members) {
    const Word digit = words[t] >> (63 - level) & 1U;
    scrambled[t] = 2 * scrambled[t] + (digit ^ coin);
    children[digit].push_back(t);
  }
  walk_tree(coins, level + 1, prefix, children[0], words, scrambled);
  walk_tree(coins, level + 1, prefix | Word{1} << (63 - level), children[1], words, scrambled);
}

// Row-major (n, d) words of components under replicate r.
std::vector<Word> by_tree(const std::vector<Word>& words, std::size_t d, Seed seed, std::uint32_t replicate) {
  const std::size_t n = words.size() / d;
  std::vector<Word> result(words.size());
  std::vector<std::size_t> all(n);
  std::iota(all.begin(), all.end(), std::size_t{0});
  for (std::size_t j = 0; j < d; ++j) {
    std::vector<Word> column(n), scrambled(n, 0);
    for (std::size_t i = 0; i < n; ++i) column[i] = words[i * d + j];
    walk_tree(Coins(seed, replicate, j), 0, 0, all, column, scrambled);
    for (std::size_t i = 0; i < n; ++i) result[i * d + j] = scrambled[i];
  }
  return result;
}

std::vector<Word> scattered(const AnyPointSet& set, const std::vector<Index>& indices) {
  std::vector<Word> words(indices.size() * static_cast<std::size_t>(set.dimension()));
  set.fill_at<Word>(indices, MatrixSpan<Word>(words.data(), static_cast<Index>(indices.size()), set.dimension()));
  return words;
}

std::vector<Index> indices_of(Range range) {
  std::vector<Index> indices(static_cast<std::size_t>(range.size()));
  std::iota(indices.begin(), indices.end(), range.first);
  return indices;
}

// Restores the instruction set.
struct Environment {
  InstructionSet set = instruction_set();
  ~Environment() { set_instruction_set(set); }
};

}  // namespace

TEST_CASE("words are those of the tree walked node by node, bulk or scattered, on every instruction set") {
  const Environment restore;
  constexpr Seed seed{17};
  constexpr Index far = (Index{1} << 62) - 12345;
  for (const auto isa : {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512}) {
    if (!is_supported(isa)) continue;
    set_instruction_set(isa);
    for (const Order order : {Order::natural, Order::gray}) {
      for (const DigitalNet& net :
           {DigitalNet(Sobol(3, {.order = order})), test::own_net(3, 64, order), test::own_net(3, 17, order)}) {
        CAPTURE(net.description());
        const NestedUniform scrambled = randomized(net, Nus{}, seed).replicate(2);
        for (const auto& [first, size] : std::vector<std::pair<Index, Index>>{
                 {0, 1}, {0, 63}, {0, 64}, {0, 4096}, {5, 700}, {1000, 3000}, {65536 - 3000, 4000}, {far, 200}}) {
          if (first + size > net.size_limit()) continue;
          const Range range{first, first + size};
          const auto expected = by_tree(net.integers(range), 3, seed, 2);
          CHECK(scrambled.integers(range) == expected);
          CHECK(scattered(scrambled, indices_of(range)) == expected);
        }
      }
    }
  }
}

TEST_CASE("large ranges, by tables of every size, give the words of small ones") {
  const auto net = randomized(Sobol(2), Nus{}, Seed{5});
  const auto all = net.integers({0, 1 << 17});
  for (const Index n : {Index{1} << 13, Index{1} << 15, (Index{1} << 16) + 77}) {
    const auto part = net.integers({0, n});
    CHECK(std::equal(part.begin(), part.end(), all.begin()));
  }
  const auto middle = net.integers({70001, 70001 + 40000});
  CHECK(std::equal(middle.begin(), middle.end(), all.begin() + 2 * 70001));
  const std::vector<Index> indices{131071, 3, 70000, 65536, 65535};
  const auto some = scattered(net, indices);
  for (std::size_t t = 0; t < indices.size(); ++t) CHECK(some[2 * t] == all[2 * static_cast<std::size_t>(indices[t])]);
}

TEST_CASE("interlaced nets: components are scrambled, then interlaced") {
  for (const int alpha : {2, 3, 4, 5}) {
    const DigitalNet net = Sobol(2, {.alpha = alpha});
    const auto components = static_cast<std::size_t>(2 * alpha);
    const auto scrambled = randomized(net, Nus{}, Seed{8}).replicate(1);
    CHECK(scrambled.size_limit() == net.size_limit());
    for (const Range range : {Range{0, 200}, Range{3, 500}, Range{net.size_limit() - 100, net.size_limit()}}) {
      const auto parts = by_tree(Sobol(2 * alpha).integers(range), components, Seed{8}, 1);
      std::vector<Word> expected;
      for (std::size_t t = 0; t < parts.size(); t += static_cast<std::size_t>(alpha)) {
        Word w = 0;
        for (int tau = 0; tau < 64; ++tau)
          w = 2 * w + (parts[t + static_cast<std::size_t>(tau % alpha)] >> (63 - tau / alpha) & 1U);
        expected.push_back(w);
      }
      CHECK(scrambled.integers(range) == expected);
      CHECK(scattered(scrambled, indices_of(range)) == expected);
    }
  }
}

TEST_CASE("an earlier randomization is replaced, replicates of matrices keep their own") {
  const DigitalNet plain = Sobol(3);
  const auto expected = randomized(plain, Nus{}, Seed{4}).integers({0, 100});
  CHECK(randomized(randomized(plain, LmsShift{}, Seed{9}), Nus{}, Seed{4}).integers({0, 100}) == expected);
  CHECK(randomized(randomized(plain, Nus{}, Seed{9}), Nus{}, Seed{4}).integers({0, 100}) == expected);
  CHECK(randomized(randomized(plain, Nus{}, Seed{9}).replicate(2), Lms{}, Seed{4}).integers({0, 100}) ==
        randomized(plain, Lms{}, Seed{4}).integers({0, 100}));

  const auto all = test::own_matrices(4, 20);
  const MatrixSpan<const Word> views[] = {{all.data(), 2, 20}, {all.data() + 40, 2, 20}};
  const auto both = randomized(DigitalNet{std::span<const MatrixSpan<const Word>>(views)}, Nus{}, Seed{3});
  CHECK(both.replicate(1).integers({0, 100}) ==
        randomized(DigitalNet(views[1]), Nus{}, Seed{3}).replicate(1).integers({0, 100}));
  CHECK_THROWS_WITH_AS(both.replicate(2), "replicate: must be below the number 2 of replicates of the matrices; got 2",
                       std::invalid_argument);
}

TEST_CASE("what a scrambled net says") {
  const auto net = randomized(Sobol(3), Nus{}, Seed{7}).replicate(4);
  CHECK(net.symmetry() == SymmetryKind::dyadic_tree);
  CHECK(net.randomization() == Randomization::nested_uniform);
  CHECK(net.has_fast_transform());
  CHECK(net.seed() == Seed{7});
  CHECK(net.description() == "Sobol(d=3, randomize=nus, seed=7, replicate=4, order=natural)");
  CHECK_NOTHROW(PointSet<DyadicTree>(static_cast<const AnyPointSet&>(net)));
  CHECK_THROWS_WITH_AS(PointSet<Dyadic>(static_cast<const AnyPointSet&>(net)),
                       "symmetry: must be dyadic; got 'dyadic_tree'", std::invalid_argument);
}

TEST_CASE("t-values of small nets and of far aligned blocks are unchanged") {
  for (Index d = 1; d <= 4; ++d) {
    for (const Index m : {1, 2, 4, 6, 7}) {
      const auto matrices = test::own_matrices(d, m);
      const int t = test::t_value(matrices, static_cast<std::size_t>(d), static_cast<int>(m));
      const auto words =
          randomized(test::own_net(d, m), Nus{}, Seed{static_cast<std::uint64_t>(m)}).integers({0, Index{1} << m});
      CAPTURE(d);
      CAPTURE(m);
      CHECK(test::is_net(words, d, static_cast<int>(m), t));
      if (t > 0) CHECK_FALSE(test::is_net(words, d, static_cast<int>(m), t - 1));
    }
  }
  const std::vector<int> t_values{0, 0, 1, 2, 3};  // of 2^10 points of d = 1 .. 5; checked in sobol_test.cpp
  for (Index d = 1; d <= 5; ++d) {
    const int t = t_values[static_cast<std::size_t>(d - 1)];
    const auto net = randomized(Sobol(d), Nus{}, Seed{5});
    for (const Index block : {Index{0}, Index{1}, Index{12345}, (Index{1} << 51) + 3}) {
      CHECK(test::is_net(net.integers({block << 10, (block + 1) << 10}), d, 10, t));
    }
  }
}
