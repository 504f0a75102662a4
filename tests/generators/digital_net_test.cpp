// Digital nets: points against digit arithmetic, scrambles against matrix products over F2, the net property in
// integers and what randomization must do to means.
#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include "generators/families.hpp"
#include "generators/oracles.hpp"

using namespace korobov;

namespace {

constexpr Index kFar[] = {0, 1, 255, 256, (Index{1} << 33) + 7, (Index{1} << 62) + 12345};

// Digit r of coordinate j of point i: the product of row r of C_j and the digits of i.
Word by_digits(const std::vector<Word>& matrices, std::size_t m, std::size_t j, Word index) {
  Word word = 0;
  for (int r = 0; r < 64; ++r) {
    int digit = 0;
    for (std::size_t k = 0; k < m && k < 64; ++k) {
      digit += static_cast<int>((matrices[j * m + k] >> (63 - r)) & (index >> k) & 1U);
    }
    word = 2 * word + static_cast<Word>(digit % 2);
  }
  return word;
}

// Digit tau of the interlaced word is digit tau / alpha of component tau mod alpha; one digit at a time.
Word interlaced_by_digits(const Word* components, int alpha) {
  Word word = 0;
  for (int tau = 0; tau < 64; ++tau) {
    const Word digit = (components[tau % alpha] >> (63 - tau / alpha)) & 1U;
    word |= digit << (63 - tau);
  }
  return word;
}

// The words of an interlaced net from those of its components, (n, d alpha) -> (n, d).
std::vector<Word> all_interlaced(const std::vector<Word>& components, int alpha) {
  std::vector<Word> words;
  for (std::size_t at = 0; at < components.size(); at += static_cast<std::size_t>(alpha)) {
    words.push_back(interlaced_by_digits(components.data() + at, alpha));
  }
  return words;
}

// The matrices (d, m) of the coordinates of a net without a shift: points 2^k.
std::vector<Word> coordinate_matrices(const DigitalNet& net, Index m) {
  std::vector<Word> matrices;
  for (Index j = 0; j < net.dimension(); ++j) {
    for (Index k = 0; k < m; ++k) {
      matrices.push_back(net.integers({Index{1} << k, (Index{1} << k) + 1})[static_cast<std::size_t>(j)]);
    }
  }
  return matrices;
}

// Agreement of two lists of words as a standard normal number, if their bits are independent fair coins.
double agreement(const std::vector<Word>& a, const std::vector<Word>& b) {
  double equal = 0;
  for (std::size_t t = 0; t < a.size(); ++t) equal += 64 - std::popcount(a[t] ^ b[t]);
  const double coins = 64.0 * static_cast<double>(a.size());
  return (equal - coins / 2) / std::sqrt(coins / 4);
}

}  // namespace

TEST_CASE("points of own matrices equal digit arithmetic, columns beyond 32 included") {
  for (const Index m : {1, 8, 33, 64}) {
    const auto matrices = test::own_matrices(3, m);
    const auto natural = test::own_net(3, m, Order::natural);
    const auto gray = test::own_net(3, m, Order::gray);
    CHECK(natural.matrices() == matrices);
    CHECK(natural.columns() == m);
    CHECK(natural.size_limit() == (m < 63 ? Index{1} << m : std::numeric_limits<Index>::max()));
    for (const Index first : kFar) {
      if (first >= natural.size_limit()) continue;
      const Range range{first, first + std::min<Index>(natural.size_limit() - first, 9)};
      const auto a = natural.integers(range);
      const auto b = gray.integers(range);
      for (std::size_t i = 0; i < static_cast<std::size_t>(range.size()); ++i) {
        const Word index = static_cast<Word>(first) + i;
        for (std::size_t j = 0; j < 3; ++j) {
          CHECK(a[i * 3 + j] == by_digits(matrices, static_cast<std::size_t>(m), j, index));
          CHECK(b[i * 3 + j] == by_digits(matrices, static_cast<std::size_t>(m), j, index ^ (index >> 1)));
        }
      }
    }
  }
}

TEST_CASE("least significant bit first is the same digits the other way round") {
  const std::vector<Word> lsb{0b001, 0b011, 0b110};  // first digits 1; 1, 1; 0, 1, 1
  const DigitalNet net(MatrixSpan<const Word>(lsb.data(), 1, 3), {.msb_first = false});
  CHECK(net.points({0, 8}) == std::vector<double>{0, 0.5, 0.75, 0.25, 0.375, 0.875, 0.625, 0.125});
}

TEST_CASE("several replicates of matrices are the set's replicates") {
  const auto first = test::own_matrices(2, 20);
  const auto all = test::own_matrices(4, 20);  // its matrices 2 and 3 are the second replicate
  const MatrixSpan<const Word> views[] = {{first.data(), 2, 20}, {all.data() + 40, 2, 20}};
  const DigitalNet net{std::span<const MatrixSpan<const Word>>(views)};
  const DigitalNet second(views[1]);
  CHECK(net.matrix_replicates() == 2);
  CHECK_FALSE(net.is_randomized());
  CHECK(net.replicate(1).integers({0, 50}) == second.integers({0, 50}));
  CHECK(net.replicate(1).replicate(0).integers({0, 50}) == DigitalNet(views[0]).integers({0, 50}));
  CHECK(randomized(net, LmsShift{}, Seed{3}).replicate(1).integers({0, 50}) ==
        randomized(second, LmsShift{}, Seed{3}).replicate(1).integers({0, 50}));
  CHECK_THROWS_WITH_AS(net.replicate(2), "replicate: must be below the number 2 of replicates of the matrices; got 2",
                       std::invalid_argument);
}

TEST_CASE("a linear matrix scramble is S_j C_j with the documented S_j; the digital shift comes after it") {
  constexpr std::size_t d = 3;
  constexpr std::size_t m = 40;
  const auto plain = test::own_matrices(d, m);
  const DigitalNet net = test::own_net(d, m);
  for (const std::uint32_t replicate : {0U, 3U}) {
    const auto scrambled = randomized(net, Lms{}, Seed{21}).replicate(replicate).matrices();
    for (std::size_t j = 0; j < d; ++j) {
      CounterEngine random(Seed{21}, Purpose::linear_matrix_scramble, replicate, j);
      std::vector<std::vector<int>> s(64, std::vector<int>(64, 0));  // s[row][column], digits from the most significant
      for (std::size_t p = 0; p < 64; ++p) {
        const Word word = random();
        for (std::size_t row = p + 1; row < 64; ++row) s[row][p] = static_cast<int>((word >> (63 - row)) & 1U);
        s[p][p] = 1;
      }
      for (std::size_t k = 0; k < m; ++k) {
        Word expected = 0;
        for (std::size_t row = 0; row < 64; ++row) {
          int digit = 0;
          for (std::size_t p = 0; p < 64; ++p)
            digit += s[row][p] * static_cast<int>((plain[j * m + k] >> (63 - p)) & 1U);
          expected = 2 * expected + static_cast<Word>(digit % 2);
        }
        CHECK(scrambled[j * m + k] == expected);
      }
    }
    const auto lms = randomized(net, Lms{}, Seed{21}).replicate(replicate).integers({0, 100});
    const auto shift = randomized(net, DigitalShift{}, Seed{21}).replicate(replicate).integers({0, 1});
    const auto both = randomized(net, LmsShift{}, Seed{21}).replicate(replicate).integers({0, 100});
    for (std::size_t t = 0; t < both.size(); ++t) CHECK(both[t] == (lms[t] ^ shift[t % d]));
  }
}

TEST_CASE("every elementary interval of small, far and large blocks holds exactly its points") {
  const std::vector<int> t_values{0, 0, 1, 2, 3};  // of 2^10 points of d = 1 .. 5; checked in sobol_test.cpp
  for (Index d = 1; d <= 5; ++d) {
    const int t = t_values[static_cast<std::size_t>(d - 1)];
    const DigitalNet plain = Sobol(d);
    for (const DigitalNet& net : {plain, randomized(plain, LmsShift{}, Seed{5}), randomized(plain, Lms{}, Seed{6})}) {
      CAPTURE(net.description());
      for (const Index block : {Index{0}, Index{1}, Index{12345}, (Index{1} << 51) + 3}) {
        CHECK(test::is_net(net.integers({block << 10, (block + 1) << 10}), d, 10, t));
      }
    }
  }
  const auto net = randomized(Sobol(2), LmsShift{}, Seed{9});
  CHECK(test::is_net(net.integers({Index{77} << 18, Index{78} << 18}), 2, 18, 0));
  CHECK_FALSE(test::is_net(IID(2, Seed{1}).integers({0, 1024}), 2, 10, 2));
}

TEST_CASE("Owen's equality: LMS + shift gives nested uniform scrambling's variance of the mean of u") {
  // (1/(12 n)) (n^-2 - 4^-64). 20000 replicates; the standard error of their mean square comes from their fourth powers
  // (the kurtosis is of order n). Five of them: a false alarm below 1e-6 per n for a normal mean of squares, of the
  // order of 1e-5 for this one.
  constexpr std::uint32_t replicates = 20000;
  const auto net = randomized(Sobol(1), LmsShift{}, Seed{4});
  for (const Index n : {1, 4, 16}) {
    double squares = 0;
    double fourths = 0;
    for (std::uint32_t r = 0; r < replicates; ++r) {
      double mean = 0;
      for (const Word w : net.replicate(r).integers({0, n})) mean += static_cast<double>(w) * 0x1p-64 - 0.5;
      mean /= static_cast<double>(n);
      squares += mean * mean;
      fourths += mean * mean * mean * mean;
    }
    const double variance = squares / replicates;
    const double error = std::sqrt((fourths / replicates - variance * variance) / replicates);
    const double exact = 1 / (12 * std::pow(static_cast<double>(n), 3));
    CAPTURE(n);
    CAPTURE(variance / exact);
    CHECK(std::abs(variance - exact) < 5 * error);
    CHECK(error < 0.1 * exact);
  }
}

TEST_CASE("seeds, replicates and dimensions are independent") {
  // Digital shifts of 300 dimensions and scrambled first columns: 19200 and more fair coins a pair; |z| < 5 fails by
  // chance with probability 6e-7, 7 checks.
  constexpr Index d = 300;
  const Sobol net(d);
  const auto shifts = [&](Seed seed, std::uint32_t r) {
    return randomized(net, DigitalShift{}, seed).replicate(r).integers({0, 1});
  };
  const auto first_columns = [&](Seed seed, std::uint32_t r) {
    auto words = randomized(net, Lms{}, seed).replicate(r).integers({1, 2});
    for (std::size_t j = 0; j < words.size(); ++j)
      words[j] = words[j] << 1 | (test::mixed(j) & 1U);  // less the unit diagonal
    return words;
  };
  CHECK(std::abs(agreement(shifts(Seed{1}, 0), shifts(Seed{2}, 0))) < 5);
  CHECK(std::abs(agreement(shifts(Seed{1}, 0), shifts(Seed{1}, 1))) < 5);
  CHECK(std::abs(agreement(first_columns(Seed{1}, 0), first_columns(Seed{2}, 0))) < 5);
  CHECK(std::abs(agreement(first_columns(Seed{1}, 0), first_columns(Seed{1}, 1))) < 5);
  CHECK(std::abs(agreement(first_columns(Seed{1}, 0), shifts(Seed{1}, 0))) < 5);
  auto rotated = shifts(Seed{1}, 0);
  std::rotate(rotated.begin(), rotated.begin() + 1, rotated.end());
  CHECK(std::abs(agreement(rotated, shifts(Seed{1}, 0))) < 5);
  auto columns = first_columns(Seed{1}, 0);
  std::rotate(columns.begin(), columns.begin() + 1, columns.end());
  CHECK(std::abs(agreement(columns, first_columns(Seed{1}, 0))) < 5);
}

TEST_CASE("the root mean square error of a smooth mean falls like n^-1.5") {
  // exp(u) in one dimension, whose mean square is known to converge like n^-3; 4000 replicates at n = 4 .. 64. The
  // slope of the logarithms is within 0.2 of -1.5: its standard error, from the kurtosis of order n, is about 0.03.
  constexpr std::uint32_t replicates = 4000;
  const auto net = randomized(Sobol(1), LmsShift{}, Seed{12});
  std::vector<double> logarithms;
  for (int m = 2; m <= 6; ++m) {
    const Index n = Index{1} << m;
    double squares = 0;
    for (std::uint32_t r = 0; r < replicates; ++r) {
      double mean = 0;
      for (const double u : net.replicate(r).points({0, n}, Endpoint::open)) mean += std::exp(u);
      squares += std::pow(mean / static_cast<double>(n) - std::expm1(1.0), 2);
    }
    logarithms.push_back(0.5 * std::log2(squares / replicates));
  }
  CAPTURE(test::slope(logarithms));
  CHECK(std::abs(test::slope(logarithms) + 1.5) < 0.2);
}

TEST_CASE("an interlaced net has the digits of its components in turn, plain, scrambled, shifted, near and far") {
  constexpr Index d = 3;
  for (const int alpha : {2, 3, 4, 5}) {
    const Index limit = Index{1} << (64 / alpha);
    for (const Order order : {Order::natural, Order::gray}) {
      CAPTURE(alpha);
      const Sobol sobol(d, {.order = order, .alpha = alpha});
      const Sobol sobol_components(d * alpha, {.order = order});
      const DigitalNet own = test::own_net(d, 64, order, alpha);
      const DigitalNet own_components = test::own_net(d * alpha, 64, order);
      CHECK(sobol.size_limit() == limit);
      CHECK(own.size_limit() == limit);
      CHECK(own.alpha() == alpha);
      CHECK(own.columns() == 64);
      CHECK(sobol.columns() == 64 / alpha);
      CHECK(own.matrices() == test::own_matrices(d * alpha, 64));
      for (const auto& [net, components] : {std::pair<DigitalNet, DigitalNet>{sobol, sobol_components},
                                            std::pair<DigitalNet, DigitalNet>{own, own_components}}) {
        for (const Range range : {Range{0, 70}, Range{limit - 50, limit}}) {
          CHECK(net.integers(range) == all_interlaced(components.integers(range), alpha));
          const auto scrambled = randomized(net, Lms{}, Seed{5}).replicate(2);
          const auto scrambled_components = randomized(components, Lms{}, Seed{5}).replicate(2);
          CHECK(scrambled.integers(range) == all_interlaced(scrambled_components.integers(range), alpha));
          if (net.columns() == components.columns()) CHECK(scrambled.matrices() == scrambled_components.matrices());
          const auto both = randomized(net, LmsShift{}, Seed{5}).replicate(2).integers(range);
          const auto shift = randomized(net, DigitalShift{}, Seed{5}).replicate(2).integers({0, 1});
          const auto lms = scrambled.integers(range);
          for (std::size_t t = 0; t < both.size(); ++t) CHECK(both[t] == (lms[t] ^ shift[t % d]));
        }
      }
    }
  }
}

TEST_CASE("the shift of an interlaced net is one word per coordinate, as in a plain one") {
  const auto plain = randomized(Sobol(4), DigitalShift{}, Seed{8}).integers({0, 1});
  CHECK(randomized(Sobol(4, {.alpha = 3}), DigitalShift{}, Seed{8}).integers({0, 1}) == plain);
}

TEST_CASE("several replicates of component matrices are interlaced each by itself") {
  const auto first = test::own_matrices(4, 20);
  const auto all = test::own_matrices(8, 20);
  const MatrixSpan<const Word> views[] = {{first.data(), 4, 20}, {all.data() + 80, 4, 20}};
  const DigitalNet net(std::span<const MatrixSpan<const Word>>(views), {.alpha = 2});
  const DigitalNet second(views[1], {.alpha = 2});
  CHECK(net.dimension() == 2);
  CHECK(net.replicate(1).integers({0, 50}) == second.integers({0, 50}));
  CHECK(randomized(net, LmsShift{}, Seed{3}).replicate(1).integers({0, 50}) ==
        randomized(second, LmsShift{}, Seed{3}).replicate(1).integers({0, 50}));
}

TEST_CASE("interlaced Sobol' nets have the strength of order alpha that interlacing promises") {
  // Components with t-value t' in d alpha dimensions give t <= alpha min(m, t' + floor(d (alpha - 1) / 2)) (Dick and
  // Pillichshammer 2010, theorem 15.7). Here and in every net that a scramble of the components makes.
  struct Case {
    Index d;
    int m;
    int alpha;
  };
  for (const Case& size : {Case{1, 7, 2}, Case{2, 4, 2}, Case{2, 5, 2}, Case{1, 5, 3}, Case{1, 4, 4}}) {
    const Index d = size.d;
    const int m = size.m;
    const int alpha = size.alpha;
    CAPTURE(d);
    CAPTURE(m);
    CAPTURE(alpha);
    const Index components = d * alpha;
    const int t_components = test::t_value(Sobol(components).matrices(), static_cast<std::size_t>(components), m);
    const int t = alpha * std::min(m, t_components + static_cast<int>(d) * (alpha - 1) / 2);
    const DigitalNet plain = Sobol(d, {.alpha = alpha});
    const auto strength = [&](const DigitalNet& net) {
      return test::higher_order_strength(coordinate_matrices(net, m), static_cast<std::size_t>(d), m, alpha);
    };
    CHECK(strength(plain) >= alpha * m - t);
    for (const Word seed : {1U, 2U, 3U}) CHECK(strength(randomized(plain, Lms{}, Seed{seed})) >= alpha * m - t);
    if (d == 1) CHECK(strength(DigitalNet(Sobol(d))) < strength(plain));
  }
  const DigitalNet one = Sobol(1, {.alpha = 2});  // t' = 0: the best there is
  CHECK(test::higher_order_strength(coordinate_matrices(one, 7), 1, 7, 2) == 14);
}

TEST_CASE("the root mean square error of a smooth mean falls like n^-(alpha + 1/2) for interlaced nets") {
  // exp(u) in one dimension, n = 16 .. 256, 20000 replicates. A mean's kurtosis is of order n, so its mean square has
  // relative error sqrt(n / 20000) < 0.12 and the slope a standard error of about 0.02 (three seeds: 2.39 to 2.41, 3.23
  // to 3.25); the slack of 0.35 is for the logarithms that the rate holds up to (Dick 2011).
  constexpr std::uint32_t replicates = 20000;
  constexpr Index most = 256;
  for (const int alpha : {2, 3}) {
    const auto net = randomized(Sobol(1, {.alpha = alpha}), LmsShift{}, Seed{12});
    std::vector<double> squares(5, 0.0);
    for (std::uint32_t r = 0; r < replicates; ++r) {
      const auto points = net.replicate(r).points({0, most}, Endpoint::open);
      double sum = 0;
      Index i = 0;
      for (std::size_t m = 0; m < squares.size(); ++m) {
        const Index n = Index{16} << m;
        for (; i < n; ++i) sum += std::exp(points[static_cast<std::size_t>(i)]);
        squares[m] += std::pow(sum / static_cast<double>(n) - std::expm1(1.0), 2);
      }
    }
    std::vector<double> logarithms;
    for (const double square : squares) logarithms.push_back(0.5 * std::log2(square / replicates));
    CAPTURE(alpha);
    CAPTURE(test::slope(logarithms));
    CHECK(std::abs(test::slope(logarithms) + alpha + 0.5) < 0.35);
  }
}

TEST_CASE("bad interlacing") {
  const auto matrices = test::own_matrices(6, 8);
  const MatrixSpan<const Word> view(matrices.data(), 6, 8);
  CHECK_THROWS_WITH_AS(DigitalNet(view, {.alpha = 0}), "alpha: must be from 1 to 5; got 0", std::invalid_argument);
  CHECK_THROWS_WITH_AS(DigitalNet(view, {.alpha = 6}), "alpha: must be from 1 to 5; got 6", std::invalid_argument);
  CHECK_THROWS_WITH_AS(DigitalNet(view, {.alpha = 4}),
                       "matrices: must have d * alpha rows, a multiple of alpha = 4; got 6", std::invalid_argument);
  CHECK(DigitalNet(view, {.alpha = 3}).dimension() == 2);
  CHECK(DigitalNet(view, {.alpha = 3}).size_limit() == 256);
  CHECK_THROWS_AS(DigitalNet(view, {.alpha = 3}).integers({0, 257}), std::invalid_argument);
  CHECK_THROWS_AS(Sobol(1, {.alpha = 5}).integers({0, 4097}), std::invalid_argument);
  CHECK_THROWS_WITH_AS(Sobol(10601, {.alpha = 2}), "d: must be from 1 to 10600 with alpha = 2; got 10601",
                       std::invalid_argument);
  CHECK(Sobol(10600, {.alpha = 2}).points({1, 2}).front() == 0.75);
  CHECK_THROWS_WITH_AS(Sobol(1, {.alpha = -1}), "alpha: must be from 1 to 5; got -1", std::invalid_argument);
}

TEST_CASE("bad nets") {
  const auto matrices = test::own_matrices(2, 65);
  const auto view = [&](Index d, Index m) { return MatrixSpan<const Word>(matrices.data(), d, m); };
  CHECK_THROWS_WITH_AS(DigitalNet(view(0, 4)), "matrices: must have at least one row (dimension); got 0",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(DigitalNet(view(2, 0)), "matrices: must have from 1 to 64 columns; got 0",
                       std::invalid_argument);
  CHECK_THROWS_AS(DigitalNet(view(2, 65)), std::invalid_argument);
  CHECK_THROWS_AS(DigitalNet(MatrixSpan<const Word>(nullptr, 2, 3)), std::invalid_argument);
  CHECK_THROWS_WITH_AS(DigitalNet(view(2, 4), {.order = Order::linear}),
                       "order: must be natural or gray for a net; got 'linear'", std::invalid_argument);
  CHECK_THROWS_AS(DigitalNet{std::span<const MatrixSpan<const Word>>()}, std::invalid_argument);
  const MatrixSpan<const Word> unequal[] = {view(2, 4), view(2, 5)};
  CHECK_THROWS_AS(DigitalNet{std::span<const MatrixSpan<const Word>>(unequal)}, std::invalid_argument);
}
