// Nested uniform scrambling as a source of randomness, through its points alone: coins of nodes, of levels, of keys;
// then what independent coins give, to t-values, variances and errors. Under Owen's scramble every sum of different
// coins is a fair coin, so a number z of tosses standardised is normal. A check |z| < 6 fails by chance with
// probability 2e-9; there are fewer than 10000 of them: 2e-5 for all.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "generators/families.hpp"
#include "generators/oracles.hpp"

using namespace korobov;

namespace {

constexpr Index kKeyDimensions = 64;
constexpr int kDepth = 40;
constexpr double kNever = 6;

constexpr Word digit(int level) { return Word{1} << (63 - level); }

// The net whose coordinates all equal the mirrored index.
DigitalNet mirrored_index(Index d) {
  std::vector<Word> columns;
  for (Index j = 0; j < d; ++j) {
    for (int k = 0; k < 64; ++k) columns.push_back(digit(k));
  }
  return DigitalNet(MatrixSpan<const Word>(columns.data(), d, 64));
}

// (words, dimensions): the coins that meet a word on its way down the tree, level 0 first, in every dimension. The last
// digit of a word, for which there is no index, is 0.
std::vector<Word> coins(const NestedUniform& net, const std::vector<Word>& words) {
  std::vector<Index> indices;
  for (const Word w : words) {
    Word mirrored = 0;
    for (int k = 0; k < 64; ++k) mirrored |= (w >> (63 - k) & 1U) << k;
    indices.push_back(static_cast<Index>(mirrored));
  }
  const auto rows = static_cast<Index>(words.size());
  const Index d = net.dimension();
  std::vector<Word> found(words.size() * static_cast<std::size_t>(d));
  net.fill_at<Word>(indices, MatrixSpan<Word>(found.data(), rows, d));
  for (std::size_t t = 0; t < found.size(); ++t) found[t] ^= words[t / static_cast<std::size_t>(d)];
  return found;
}

// Tosses of 64 coins at once: how often each digit was 1.
class Tosses {
 public:
  void add(Word w) {
    ++count_;
    for (std::size_t p = 0; w != 0; ++p) {  // counters that stand upright, a bit of each in a word
      const Word carry = planes_[p] & w;
      planes_[p] ^= w;
      w = carry;
    }
  }
  double z(int level) const {
    double ones = 0;
    for (std::size_t p = 0; p < planes_.size(); ++p) {
      ones += std::ldexp(static_cast<double>(planes_[p] >> (63 - level) & 1U), static_cast<int>(p));
    }
    return (2 * ones - count_) / std::sqrt(count_);
  }
  double worst(int first, int last) const {
    double most = 0;
    for (int level = first; level <= last; ++level) most = std::max(most, std::abs(z(level)));
    return most;
  }

 private:
  double count_ = 0;
  std::array<Word, 32> planes_{};
};

// The places of the two digits in which the corners of a rectangle of nodes differ.
constexpr std::pair<int, int> kRectangles[] = {{0, 1},  {0, 5},   {5, 6},   {6, 12},  {11, 12}, {12, 18},
                                               {3, 20}, {19, 20}, {24, 30}, {35, 36}, {0, 38},  {38, 39}};

// Parities of the coins at the corners of rectangles.
struct Corners {
  Tosses side, other_side, diagonal, all;
  void add(Word w, Word a, Word b, Word c) {
    side.add(w ^ a);
    other_side.add(w ^ b);
    diagonal.add(w ^ c);
    all.add(w ^ a ^ b ^ c);
  }
  // From the level at which the nodes are different ones.
  double worst(int a, int b, int last) const {
    return std::max(
        {side.worst(a + 1, last), other_side.worst(b + 1, last), diagonal.worst(a + 1, last), all.worst(b + 1, last)});
  }
};

// The least t of a net of 2^m points, by counting.
int counted_t(const std::vector<Word>& words, Index d, int m) {
  int t = 0;
  while (!test::is_net(words, d, m, t)) ++t;
  return t;
}

std::vector<Word> projected(const std::vector<Word>& words, std::size_t d, unsigned coordinates) {
  std::vector<Word> some;
  for (std::size_t t = 0; t < words.size(); ++t) {
    if ((coordinates >> (t % d) & 1U) != 0) some.push_back(words[t]);
  }
  return some;
}

}  // namespace

TEST_CASE("two and four nodes of a level, up to depth 40: independent over keys, from zero and any prefix") {
  // 32768 keys of 512 replicates and 64 dimensions: a correlation of 0.035 shows.
  constexpr std::uint32_t replicates = 512;
  const auto net = randomized(mirrored_index(kKeyDimensions), Nus{}, Seed{21});
  std::array<std::array<Corners, std::size(kRectangles)>, 2> counts;
  for (std::uint32_t r = 0; r < replicates; ++r) {
    std::vector<Word> words;
    for (const Word base : {Word{0}, test::mixed(r) & ~Word{1}}) {
      for (const auto& [a, b] : kRectangles) {
        for (const Word corner : {Word{0}, digit(a), digit(b), digit(a) | digit(b)}) words.push_back(base ^ corner);
      }
    }
    const auto found = coins(net.replicate(r), words);
    for (std::size_t c = 0; c < 2 * std::size(kRectangles); ++c) {
      const Word* corner = found.data() + 4 * kKeyDimensions * c;
      for (Index j = 0; j < kKeyDimensions; ++j) {
        counts[c / std::size(kRectangles)][c % std::size(kRectangles)].add(
            corner[j], corner[kKeyDimensions + j], corner[2 * kKeyDimensions + j], corner[3 * kKeyDimensions + j]);
      }
    }
  }
  for (const auto& from : counts) {
    for (std::size_t c = 0; c < std::size(kRectangles); ++c) {
      const auto [a_value, b_value] = kRectangles[c];
      const auto& a = a_value;  // a lambda of clang 14 takes no structured binding
      const auto& b = b_value;
      CAPTURE(a);
      CAPTURE(b);
      CHECK(from[c].worst(a, b, kDepth) < kNever);
    }
  }
}

TEST_CASE("two and four nodes of a level, at depths 32 to 40: independent over the nodes of one key") {
  // 65536 rectangles of nodes that follow one another, and of nodes anywhere.
  const auto net = randomized(mirrored_index(1), Nus{}, Seed{22}).replicate(3);
  for (const bool anywhere : {false, true}) {
    for (const auto& [a_value, b_value] : kRectangles) {
      const auto& a = a_value;  // a lambda of clang 14 takes no structured binding
      const auto& b = b_value;
      if (!anywhere && b != kDepth - 1) continue;
      std::vector<Word> words;
      for (Word t = 0; t < 65536; ++t) {
        const Word base = (anywhere ? test::mixed(t) & ~Word{1} : t << (66 - kDepth)) & ~(digit(a) | digit(b));
        for (const Word corner : {Word{0}, digit(a), digit(b), digit(a) | digit(b)}) words.push_back(base ^ corner);
      }
      const auto found = coins(net, words);
      Corners counts;
      for (std::size_t t = 0; t < found.size(); t += 4) counts.add(found[t], found[t + 1], found[t + 2], found[t + 3]);
      CAPTURE(anywhere);
      CAPTURE(a);
      CAPTURE(b);
      // Nodes that follow one another are different from level 38 on, and their rectangles from level 40 on.
      const int first = anywhere ? 32 : kDepth;
      CHECK(counts.side.worst(std::max(first, a + 1), kDepth) < kNever);
      CHECK(counts.other_side.worst(std::max(first, b + 1), kDepth) < kNever);
      CHECK(counts.diagonal.worst(std::max(first, a + 1), kDepth) < kNever);
      CHECK(counts.all.worst(std::max(first, b + 1), kDepth) < kNever);
    }
  }
}

TEST_CASE("nodes of different levels on one path, that of zeros and any other, are independent") {
  constexpr std::uint32_t replicates = 512;
  const auto net = randomized(mirrored_index(kKeyDimensions), Nus{}, Seed{23});
  for (const Word path : {Word{0}, test::mixed(5) & ~Word{1}}) {
    std::vector<Word> all;
    for (std::uint32_t r = 0; r < replicates; ++r) {
      const auto found = coins(net.replicate(r), {path});
      all.insert(all.end(), found.begin(), found.end());
    }
    for (int apart = 1; apart < 64; ++apart) {
      Tosses tosses;
      for (const Word w : all) tosses.add(w ^ w << apart);  // digit k: levels k and k + apart
      CAPTURE(apart);
      CHECK(tosses.worst(0, 63 - apart) < kNever);
    }
    Tosses alone;
    for (const Word w : all) alone.add(w);
    CHECK(alone.worst(0, 63) < kNever);
    // Levels 6, 12 and 18 together: chi^2 with 7 degrees of freedom is above 60 with probability 1.5e-10.
    std::array<double, 8> cells{};
    for (const Word w : all) ++cells[(w >> 57 & 1U) | (w >> 51 & 1U) << 1 | (w >> 45 & 1U) << 2];
    const double expected = static_cast<double>(all.size()) / 8;
    double chi_squared = 0;
    for (const double cell : cells) chi_squared += (cell - expected) * (cell - expected) / expected;
    CHECK(chi_squared < 60);
  }
}

TEST_CASE("keys of replicates, dimensions and seeds are independent, two and four at a time") {
  constexpr std::uint32_t replicates = 513;
  constexpr auto d = static_cast<std::size_t>(kKeyDimensions);
  const DigitalNet net = mirrored_index(kKeyDimensions);
  const std::vector<Word> words{0, digit(0), digit(6), digit(12) | digit(18), test::mixed(9) & ~Word{1}};
  Tosses next_replicate, next_dimension, next_both, four, next_seed, swapped;
  std::vector<Word> before;
  for (std::uint32_t r = 0; r < replicates; ++r) {
    const auto here = coins(randomized(net, Nus{}, Seed{24}).replicate(r), words);
    const auto other = coins(randomized(net, Nus{}, Seed{25}).replicate(r), words);
    for (std::size_t t = 0; t < here.size(); ++t) {
      next_seed.add(here[t] ^ other[t]);
      if (r == 0) continue;
      next_replicate.add(here[t] ^ before[t]);
      if (t % d == 0) continue;
      next_dimension.add(here[t] ^ here[t - 1]);
      next_both.add(here[t] ^ before[t - 1]);
      swapped.add(here[t - 1] ^ before[t]);
      if (t % 2 == 1 && r % 2 == 1) four.add(here[t] ^ here[t - 1] ^ before[t] ^ before[t - 1]);
    }
    before = here;
  }
  // Down to level 18 words share nodes, at level 0 all five: z is wider there, by sqrt 5 at most.
  for (const Tosses* tosses : {&next_replicate, &next_dimension, &next_both, &four, &next_seed, &swapped}) {
    CHECK(tosses->worst(0, 18) < std::sqrt(5.0) * kNever);
    CHECK(tosses->worst(19, 62) < kNever);
  }
}

TEST_CASE("the mean of u has the variance 1 / (12 n^3)") {
  // (1/(12 n)) (n^-2 - 4^-64), Owen 1997. The n coordinates are independent, each uniform in an interval of its own, so
  // means are nearly normal and the mean square of 20000 has relative error 0.01; six of them: 2e-9 each.
  constexpr std::uint32_t replicates = 20000;
  const auto net = randomized(Sobol(1), Nus{}, Seed{4});
  std::array<double, 7> squares{};
  for (std::uint32_t r = 0; r < replicates; ++r) {
    const auto words = net.replicate(r).integers({0, 64});
    double sum = 0;
    std::size_t i = 0;
    for (std::size_t m = 0; m < squares.size(); ++m) {
      const std::size_t n = std::size_t{1} << m;
      for (; i < n; ++i) sum += static_cast<double>(words[i]) * 0x1p-64 - 0.5;
      const double mean = sum / static_cast<double>(n);
      squares[m] += mean * mean;
    }
  }
  for (std::size_t m = 0; m < squares.size(); ++m) {
    const double n = std::ldexp(1.0, static_cast<int>(m));
    CAPTURE(n);
    CHECK(std::abs(squares[m] / replicates * 12 * n * n * n - 1) < 6 * std::sqrt(2.0 / replicates));
  }
}

TEST_CASE("the root mean square error of a smooth mean falls like n^-(alpha + 1/2), components scrambled") {
  // exp(u) in one dimension, n = 16 .. 256, 500 replicates of nearly normal means: the slope's standard error is about
  // 0.015. The slack of 0.35 is for the logarithms that the rate holds up to (Dick 2011).
  constexpr std::uint32_t replicates = 500;
  constexpr Index most = 256;
  for (const int alpha : {1, 2, 3}) {
    const auto net = randomized(Sobol(1, {.alpha = alpha}), Nus{}, Seed{12});
    std::vector<double> squares(5, 0.0);
    for (std::uint32_t r = 0; r < replicates; ++r) {
      const auto points = net.replicate(r).points({0, most}, Endpoint::open);
      double sum = 0;
      std::size_t i = 0;
      for (std::size_t m = 0; m < squares.size(); ++m) {
        const std::size_t n = std::size_t{16} << m;
        for (; i < n; ++i) sum += std::exp(points[i]);
        squares[m] += std::pow(sum / static_cast<double>(n) - std::expm1(1.0), 2);
      }
    }
    std::vector<double> logarithms;
    for (const double square : squares) logarithms.push_back(0.5 * std::log2(square / replicates));
    CAPTURE(alpha);
    CAPTURE(test::slope(logarithms));
    CHECK(std::abs(test::slope(logarithms) + alpha + 0.5) < (alpha == 1 ? 0.1 : 0.35));
  }
}

TEST_CASE(
    "t-values of every projection of small nets and of their far blocks: counted, of ranks, under every scramble") {
  constexpr Index d = 4;
  constexpr Index columns = 64;
  const auto own = test::own_matrices(d, columns);
  std::vector<Word> sobol(own.size());
  for (Index k = 0; k < columns - 1; ++k) {
    const auto words = Sobol(d).integers({Index{1} << k, (Index{1} << k) + 1});
    for (Index j = 0; j < d; ++j) sobol[static_cast<std::size_t>(j * columns + k)] = words[static_cast<std::size_t>(j)];
  }
  for (const auto& matrices : {sobol, own}) {
    const DigitalNet net(MatrixSpan<const Word>(matrices.data(), d, columns));
    const auto all = [&](Seed seed) {
      return std::vector<AnyPointSet>{net, randomized(net, Lms{}, seed), randomized(net, LmsShift{}, seed),
                                      randomized(net, Nus{}, seed), randomized(net, Nus{}, seed).replicate(1)};
    };
    for (const int m : {1, 3, 5, 7}) {
      for (const AnyPointSet& set : all(Seed{static_cast<std::uint64_t>(m)})) {
        for (const Index block : {Index{0}, Index{1}, (Index{1} << 50) + 4321}) {
          const auto words = set.integers({block << m, (block + 1) << m});
          for (unsigned coordinates = 1; coordinates < 1U << d; ++coordinates) {
            std::vector<Word> rows;
            for (Index j = 0; j < d; ++j) {
              if ((coordinates >> j & 1U) == 0) continue;
              rows.insert(rows.end(), matrices.begin() + j * columns, matrices.begin() + (j + 1) * columns);
            }
            const auto size = static_cast<std::size_t>(std::popcount(coordinates));
            CAPTURE(set.description());
            CAPTURE(coordinates);
            CAPTURE(block);
            CHECK(counted_t(projected(words, d, coordinates), static_cast<Index>(size), m) ==
                  test::t_value(rows, size, m));
          }
        }
      }
    }
  }
}
