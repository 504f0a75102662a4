// Sobol' points against the recurrence worked out again from published direction numbers, and published t-values.
#include <algorithm>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/generators/sobol.hpp>

#include "generators/oracles.hpp"

using namespace korobov;

namespace {

struct DirectionNumbers {  // a row of new-joe-kuo-6.21201 (Joe and Kuo 2008): d, s, a, m_1 .. m_s
  Index d;
  int s;
  unsigned a;
  std::vector<Word> m;
};

const std::vector<DirectionNumbers>& published() {
  static const std::vector<DirectionNumbers> rows{
      {2, 1, 0, {1}},
      {3, 2, 1, {1, 3}},
      {4, 3, 1, {1, 3, 1}},
      {5, 3, 2, {1, 1, 1}},
      {6, 4, 1, {1, 1, 3, 3}},
      {7, 4, 4, {1, 3, 5, 13}},
      {8, 5, 2, {1, 1, 5, 5, 17}},
      {21201,
       18,
       131059,
       {1, 1, 7, 11, 15, 7, 37, 239, 337, 245, 1557, 3681, 7357, 9639, 27367, 26869, 114603, 86317}}};
  return rows;
}

// m_k = 2 a_1 m_{k-1} ^ ... ^ 2^(s-1) a_{s-1} m_{k-s+1} ^ 2^s m_{k-s} ^ m_{k-s} in the numbers m themselves; the
// coordinate is the sum over F2 of bit k of i times m_{k+1} / 2^(k+1).
Word sobol_word(const DirectionNumbers& row, Word index) {
  std::vector<Word> m = row.m;
  const auto s = static_cast<std::size_t>(row.s);
  while (m.size() < 63) {
    const std::size_t k = m.size();
    Word next = m[k - s] ^ (m[k - s] << s);
    for (std::size_t i = 1; i < s; ++i) {
      if (((row.a >> (s - 1 - i)) & 1U) != 0) next ^= m[k - i] << i;
    }
    m.push_back(next);
  }
  Word word = 0;
  for (std::size_t k = 0; k < 63; ++k) {
    if (((index >> k) & 1U) != 0) word ^= m[k] << (63 - k);
  }
  return word;
}

}  // namespace

TEST_CASE("the first points are the published ones") {
  // Joe and Kuo's program prints these for three dimensions, in Gray order.
  const Sobol set(3, {.order = Order::gray});
  const std::vector<double> expected{0,     0,     0,     0.5,   0.5,   0.5,   0.75,  0.25,
                                     0.25,  0.25,  0.75,  0.75,  0.375, 0.375, 0.625, 0.875,
                                     0.875, 0.125, 0.625, 0.125, 0.875, 0.125, 0.625, 0.375};
  CHECK(set.points({0, 8}) == expected);
}

TEST_CASE("points of dimensions 2 to 8 and 21201, near and far, equal the recurrence") {
  const Sobol natural(21201);
  const Sobol gray(21201, {.order = Order::gray});
  for (const Index first : {Index{0}, Index{1} << 20, (Index{1} << 40) + 3, (Index{1} << 62) + 12345}) {
    const auto a = natural.integers({first, first + 5});
    const auto b = gray.integers({first, first + 5});
    for (std::size_t i = 0; i < 5; ++i) {
      const Word index = static_cast<Word>(first) + i;
      for (const DirectionNumbers& row : published()) {
        const std::size_t at = i * 21201 + static_cast<std::size_t>(row.d) - 1;
        CAPTURE(row.d);
        CHECK(a[at] == sobol_word(row, index));
        CHECK(b[at] == sobol_word(row, index ^ (index >> 1)));
      }
    }
  }
}

TEST_CASE("every dimension of the table is a sequence of its own") {
  // Column k has leading one at digit k + 1 at the latest (upper triangular, unit diagonal), so 1-D projections of the
  // first 2^m points are all multiples of 2^-m; no two dimensions are equal.
  const Sobol net(21201);
  const auto matrices = net.matrices();
  bool triangular = true;
  for (std::size_t j = 0; j < 21201; ++j) {
    for (std::size_t k = 0; k < 63; ++k) {
      const Word column = matrices[j * 63 + k];
      triangular = triangular && ((column >> (63 - k)) & 1U) == 1 && (column << (k + 1)) == 0;
    }
  }
  CHECK(triangular);
  std::vector<std::vector<Word>> rows;
  for (std::size_t j = 0; j < 21201; ++j) {
    rows.emplace_back(matrices.begin() + static_cast<std::ptrdiff_t>(63 * j),
                      matrices.begin() + static_cast<std::ptrdiff_t>(63 * (j + 1)));
  }
  std::sort(rows.begin(), rows.end());
  CHECK(std::adjacent_find(rows.begin(), rows.end()) == rows.end());
}

TEST_CASE("t-values of 2^10 points in 2 to 8 dimensions are 0 1 2 3 4 5 5, scrambled or not") {
  const std::vector<int> expected{0, 1, 2, 3, 4, 5, 5};
  for (std::size_t d = 2; d <= 8; ++d) {
    const Sobol plain(static_cast<Index>(d));
    CHECK(test::t_value(plain.matrices(), d, 10) == expected[d - 2]);
    CHECK(test::t_value(randomized(plain, Lms{}, Seed{d}).matrices(), d, 10) == expected[d - 2]);
  }
}

TEST_CASE("bad dimensions and orders") {
  CHECK_THROWS_WITH_AS(Sobol(0), "d: must be from 1 to 21201; got 0", std::invalid_argument);
  CHECK_THROWS_WITH_AS(Sobol(-1), "d: must be from 1 to 21201; got -1", std::invalid_argument);
  CHECK_THROWS_WITH_AS(Sobol(21202), "d: must be from 1 to 21201; got 21202", std::invalid_argument);
  CHECK_THROWS_WITH_AS(Sobol(2, {.order = Order::linear}), "order: must be natural or gray for a net; got 'linear'",
                       std::invalid_argument);
}
