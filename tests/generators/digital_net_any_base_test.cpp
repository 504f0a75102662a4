// Nets in any base: published points, exact equidistribution, matrices from their definitions, words digit by digit.
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/generators/digital_net_any_base.hpp>
#include <korobov/generators/halton.hpp>

#include "generators/any_base_oracle.hpp"
#include "generators/families.hpp"
#include "generators/oracles.hpp"

using namespace korobov;

namespace {

__extension__ using Wide = unsigned __int128;

// The interval [a, a + 1) / size that the digits of a word lie in: the word is cut, so its upper end decides.
Word cell(Word w, Word size) { return static_cast<Word>(((static_cast<Wide>(w) + 1) * size - 1) >> 64); }

Index power(Index b, int m) {
  Index result = 1;
  for (int k = 0; k < m; ++k) result *= b;
  return result;
}

// Whether every box of sides b^-k_j with k_1 + ... + k_d = m - t has b^t of the points first .. first + b^m - 1.
bool is_net(const AnyPointSet& set, Index b, int m, int t, Index first) {
  const Index n = power(b, m);
  const auto d = static_cast<std::size_t>(set.dimension());
  const auto words = set.integers({first, first + n});
  std::vector<int> k(d, 0);
  const std::function<bool(std::size_t, int)> each = [&](std::size_t j, int left) -> bool {
    if (j + 1 < d) {
      for (k[j] = 0; k[j] <= left; ++k[j]) {
        if (!each(j + 1, left - k[j])) return false;
      }
      return true;
    }
    k[j] = left;
    std::vector<Index> counts(static_cast<std::size_t>(power(b, m - t)), 0);
    for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
      Word box = 0;
      for (std::size_t c = 0; c < d; ++c) {
        const auto side = static_cast<Word>(power(b, k[c]));
        box = box * side + cell(words[i * d + c], side);
      }
      ++counts[box];
    }
    return std::all_of(counts.begin(), counts.end(), [&](Index count) { return count == power(b, t); });
  };
  return each(0, m - t);
}

// The block of b^m points farthest out that the set has, whose number is odd where it can be.
Index far_block(const AnyPointSet& set, Index b, int m) {
  const Index n = power(b, m);
  return (set.size_limit() / n - 2) * n;
}

// Digits of coordinate j of point i of an interlaced net under a randomization, by its components.
std::vector<Word> interlaced_digits(Word b, const GeneratingMatrices& matrices, int alpha, Index j, Word i,
                                    const std::string& how, Seed seed, std::uint32_t replicate) {
  const std::size_t places = test::places(b);
  const auto rows = static_cast<std::size_t>(matrices.rows);
  const auto columns = static_cast<std::size_t>(matrices.columns);
  const auto index = test::index_digits(i, b);
  std::vector<Word> all(places, 0);
  for (int c = 0; c < alpha; ++c) {
    const Index component = j * alpha + c;
    std::vector<Word> y(places, 0);
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t k = 0; k < columns; ++k) {
        y[r] += index[k] * matrices.digits[(static_cast<std::size_t>(component) * rows + r) * columns + k] % b;
      }
      y[r] %= b;
    }
    const bool first = how.starts_with("lms") || how == "nus";
    if (first) y = test::scrambled(y, rows, b, how == "nus" ? how : "lms", seed, replicate, component);
    for (std::size_t r = 0; r * static_cast<std::size_t>(alpha) + static_cast<std::size_t>(c) < places; ++r) {
      all[r * static_cast<std::size_t>(alpha) + static_cast<std::size_t>(c)] = y[r];
    }
  }
  if (how.ends_with("shift")) return test::scrambled(all, places, b, "shift", seed, replicate, j);
  if (how.ends_with("permutation")) return test::scrambled(all, places, b, "permutation", seed, replicate, j);
  return all;
}

// Coefficients of q(x)^power times the series sum_c a_c x^(-c-1), from x^(degree - 1) down, `size` of them.
std::vector<Word> multiplied(const std::vector<Word>& q, int exponent, std::vector<Word> a, Word p) {
  for (int e = 0; e < exponent; ++e) {  // q * sum_c a_c x^(-c-1): coefficient of x^(deg q - 1 - c)
    std::vector<Word> next(a.size(), 0);
    for (std::size_t c = 0; c < a.size(); ++c) {
      for (std::size_t k = 0; k < q.size() && k <= c; ++k) next[c] = (next[c] + q[q.size() - 1 - k] * a[c - k]) % p;
    }
    a = next;
  }
  return a;
}

}  // namespace

TEST_CASE("Faure's sequence in three dimensions, as published: base 3, C_k the powers of Pascal's matrix") {
  // Faure 1982; in ninths, in the natural order of the index.
  const std::vector<int> ninths{0, 0, 0, 3, 3, 3, 6, 6, 6, 1, 4, 7, 4, 7, 1, 7, 1, 4, 2, 8, 5, 5, 2, 8, 8, 5, 2};
  const Faure points(3);
  CHECK(points.base() == 3);
  CHECK(points.places() == 40);
  const auto words = points.integers({0, 9});
  for (std::size_t at = 0; at < ninths.size(); ++at) {
    CHECK(words[at] == static_cast<Word>((static_cast<Wide>(ninths[at]) << 64) / 9));
  }
}

TEST_CASE("Faure matrices are powers of Pascal's: binom(c, r) k^(c-r) mod p") {
  for (const auto& [d, base] : {std::pair<Index, Index>{2, 2}, {3, 3}, {6, 7}, {20, 101}, {3, 1009}}) {
    const GeneratingMatrices matrices = Faure(d, {.base = base}).matrices();
    CHECK(matrices.count == d);
    CHECK(matrices.rows == static_cast<Index>(test::places(static_cast<Word>(base))));
    const Word p = static_cast<Word>(base);
    std::size_t at = 0;
    for (Word k = 0; k < static_cast<Word>(d); ++k) {
      for (Index r = 0; r < matrices.rows; ++r) {
        for (Index c = 0; c < matrices.columns; ++c, ++at) {
          // binom(c, r) < 2^64 exactly, from factors that divide one after the other.
          Wide binomial = c >= r ? 1 : 0;
          for (Index l = 1; l <= r; ++l) binomial = binomial * static_cast<Wide>(c - r + l) / static_cast<Wide>(l);
          Word expected = static_cast<Word>(binomial % p);
          for (Index l = 0; l < c - r; ++l) expected = expected * k % p;
          CHECK(matrices.digits[at] == expected);
        }
      }
    }
  }
}

TEST_CASE("Faure nets have t = 0: every small net, far blocks, every randomization") {
  for (const auto& [d, base, m] : std::vector<std::array<Index, 3>>{
           {1, 2, 8}, {2, 2, 8}, {1, 3, 5}, {2, 3, 5}, {3, 3, 5}, {3, 5, 4}, {5, 5, 3}, {4, 7, 3}, {7, 7, 2}}) {
    const Faure plain(d, {.base = base});
    for (int k = 1; k <= static_cast<int>(m); ++k) {
      CHECK(is_net(plain, base, k, 0, 0));
      CHECK(is_net(plain, base, k, 0, far_block(plain, base, k)));
    }
    for (const auto& [how_value, randomization] : test::digit_randomizations()) {
      const auto& how = how_value;  // a lambda of clang 14 takes no structured binding
      CAPTURE(how);
      const auto set = randomized(plain, randomization, Seed{17});
      CHECK(is_net(set, base, static_cast<int>(m), 0, 0));
      CHECK(is_net(set, base, static_cast<int>(m) - 1, 0, far_block(set, base, static_cast<int>(m) - 1)));
    }
  }
  // An oracle that bites: the t-value of a Halton sequence, or of Faure's with a base below d, is not 0.
  CHECK_FALSE(is_net(Halton(2), 2, 4, 0, 0));
}

TEST_CASE("the default base is the least prime that holds all dimensions and components") {
  CHECK(Faure(1).base() == 2);
  CHECK(Faure(4).base() == 5);
  CHECK(Faure(8).base() == 11);
  CHECK(Faure(4, {.alpha = 2}).base() == 11);
  CHECK(Faure(100'000).base() == 100'003);
  CHECK(Faure(3).size_limit() == 9223372036854775807);
  CHECK(Faure(5).size_limit() == 7450580596923828125);                   // 5^27
  CHECK(Faure(5, {.base = 11, .alpha = 2}).size_limit() == 2357947691);  // 11^9, of 18 digits
  CHECK(Faure(5, {.base = 13, .alpha = 2}).size_limit() == 815730721);   // 13^8, of 17 digits
  CHECK(randomized(Faure(3), Nus{}, Seed{4}).description() ==
        "Faure(d=3, randomize=nus, seed=4, order=natural, base=3)");
  CHECK(Faure(3).symmetry() == SymmetryKind::unstructured);
}

TEST_CASE("Niederreiter matrices are the series x^u / q^(Q+1): multiplied by q^(Q+1) they give x^u") {
  using Polynomials = std::vector<std::vector<Word>>;  // coefficients of x^0, x^1, ...
  const std::vector<std::pair<Index, Polynomials>> cases{
      {2, {{0, 1}, {1, 1}, {1, 1, 1}, {1, 1, 0, 1}, {1, 0, 1, 1}, {1, 1, 0, 0, 1}, {1, 0, 0, 1, 1}, {1, 1, 1, 1, 1}}},
      {3, {{0, 1}, {1, 1}, {2, 1}, {1, 0, 1}, {2, 1, 1}, {2, 2, 1}, {1, 2, 0, 1}}},
      {7, {{0, 1}, {1, 1}, {2, 1}, {3, 1}, {4, 1}, {5, 1}, {6, 1}, {1, 0, 1}, {2, 0, 1}, {4, 0, 1}}}};
  for (const auto& [base, polynomials] : cases) {
    const auto d = static_cast<Index>(polynomials.size());
    const GeneratingMatrices matrices = Niederreiter(d, {.base = base}).matrices();
    const auto digits = static_cast<std::size_t>(matrices.rows);
    for (std::size_t j = 0; j < polynomials.size(); ++j) {
      const auto& q = polynomials[j];
      const std::size_t e = q.size() - 1;
      for (std::size_t r = 0; r < digits; ++r) {
        const auto row = matrices.digits.begin() + static_cast<std::ptrdiff_t>((j * digits + r) * digits);
        const int exponent = static_cast<int>(r / e) + 1;
        const auto product =
            multiplied(q, exponent, {row, row + static_cast<std::ptrdiff_t>(digits)}, static_cast<Word>(base));
        // Entry c is the coefficient of x^(e exponent - 1 - c).
        bool right = true;
        for (std::size_t c = 0; c < digits; ++c) {
          right = right && product[c] == (c + 1 + r % e == e * static_cast<std::size_t>(exponent) ? 1U : 0U);
        }
        CHECK(right);
      }
    }
  }
}

TEST_CASE("Niederreiter's t is the sum of the degrees less one; in base p he and Faure have the same coordinates") {
  // Degrees in base 2: 1, 1, 2, 3; base 3: 1, 1, 1, 2, 2.
  for (const auto& [base_value, d_value, t, m] : std::vector<std::array<int, 4>>{
           {2, 2, 0, 7}, {2, 3, 1, 8}, {2, 4, 3, 8}, {3, 3, 0, 5}, {3, 5, 2, 5}, {5, 5, 0, 3}}) {
    const int base = base_value;  // a lambda of clang 14 takes no structured binding
    const int d = d_value;
    const Niederreiter plain(d, {.base = base});
    CAPTURE(base);
    CAPTURE(d);
    for (int k = t + 1; k <= m; ++k) {
      CHECK(is_net(plain, base, k, t, 0));
      CHECK(is_net(plain, base, k, t, far_block(plain, base, k)));
    }
    CHECK(is_net(randomized(plain, LmsShift{}, Seed{3}), base, m, t, 0));
  }
  CHECK_FALSE(is_net(Niederreiter(4), 2, 8, 1, 0));
  for (const Index p : {2, 3, 5, 13}) {  // 1 / (x + a) has the coefficients (-a)^c
    const auto faure = Faure(p, {.base = p}).matrices();
    const auto niederreiter = Niederreiter(p, {.base = p}).matrices();
    const auto size = static_cast<std::ptrdiff_t>(faure.rows * faure.columns);
    for (Index a = 0; a < p; ++a) {
      const auto of_faure = faure.digits.begin() + (p - a) % p * size;
      CHECK(std::equal(of_faure, of_faure + size, niederreiter.digits.begin() + a * size));
    }
  }
}

TEST_CASE("Hammersley: i / n cut to 64 bits, then radical inverses") {
  for (const Index n :
       {Index{2}, Index{7}, Index{64}, Index{1000}, Index{7776}, Index{2097143}, Index{2097152}, Index{1} << 62,
        Index{4052555153018976267}, Index{1000000000000000000}, Index{2097143} * 2097143}) {
    CAPTURE(n);
    const Hammersley points(4, n);
    CHECK(points.size_limit() == n);
    const Halton halton(3);
    for (const Index first : {Index{0}, n / 2, std::max<Index>(0, n - 300)}) {
      const Index last = std::min(n, first + 300);
      const auto words = points.integers({first, last});
      const auto inverses = halton.integers({first, last});
      for (Index i = first; i < last; ++i) {
        const auto row = static_cast<std::size_t>(i - first);
        CHECK(words[4 * row] == static_cast<Word>((static_cast<Wide>(i) << 64) / static_cast<Wide>(n)));
        for (std::size_t j = 0; j < 3; ++j) CHECK(words[4 * row + 1 + j] == inverses[3 * row + j]);
      }
    }
  }
  CHECK(Hammersley(2, 7776).bases() == std::vector<std::uint32_t>{6, 2});  // 6^5
  CHECK(Hammersley(2, 12).bases() == std::vector<std::uint32_t>{12, 2});
}

TEST_CASE("Hammersley randomized: digits by definition, a net in base 2 under each randomization") {
  const Seed seed{29};
  for (const auto& [how_value, randomization] : test::digit_randomizations()) {
    const auto& how = how_value;  // a lambda of clang 14 takes no structured binding
    CAPTURE(how);
    for (int m = 1; m <= 8; ++m)
      CHECK(is_net(randomized(Hammersley(2, Index{1} << m), randomization, seed), 2, m, 0, 0));
    for (const auto& [n, b, m] : std::vector<std::array<Index, 3>>{{7776, 6, 5}, {1009, 1009, 1}, {2187, 3, 7}}) {
      const Hammersley set = randomized(Hammersley(3, n), randomization, seed).replicate(1);
      const auto places = test::places(static_cast<Word>(b));
      const auto words = set.integers({0, n});
      for (Index i = 0; i < n; i += 1 + n / 50) {
        auto y = test::index_digits(static_cast<Word>(i), static_cast<Word>(b));
        std::reverse(y.begin(), y.begin() + m);
        y = test::scrambled(y, static_cast<std::size_t>(m), static_cast<Word>(b), how, seed, 1, 0);
        CHECK(words[static_cast<std::size_t>(3 * i)] == test::word_of(y, static_cast<Word>(b)));
        auto z = test::index_digits(static_cast<Word>(i), 3);
        z = test::scrambled(z, 40, 3, how, seed, 1, 2);
        CHECK(words[static_cast<std::size_t>(3 * i + 2)] == test::word_of(z, 3));
      }
      std::vector<bool> seen(static_cast<std::size_t>(n), false);  // one point in each [a / n, (a + 1) / n)
      for (Index i = 0; i < n; ++i) seen[cell(words[static_cast<std::size_t>(3 * i)], static_cast<Word>(n))] = true;
      CHECK(std::all_of(seen.begin(), seen.end(), [](bool s) { return s; }));
      CHECK(places >= static_cast<std::size_t>(m));
    }
  }
}

TEST_CASE("own matrices, interlaced or not: words digit by digit from the components, for every randomization") {
  const Seed seed{61};
  struct Shape {
    Index base, rows, columns;
    int alpha;
  };
  for (const Shape& shape : {Shape{3, 40, 40, 1},
                             {3, 40, 40, 2},
                             {3, 10, 9, 3},
                             {6, 24, 24, 2},
                             {16, 16, 16, 5},
                             {10, 1, 3, 2},
                             {257, 7, 7, 3},
                             {2, 64, 64, 4},
                             {104729, 3, 3, 2}}) {
    constexpr Index d = 2;
    const GeneratingMatrices matrices =
        test::own_digit_matrices(shape.base, d * shape.alpha, shape.rows, shape.columns);
    const DigitalNetAnyBase net(shape.base, matrices, shape.alpha);
    CAPTURE(net.description());
    const Index places = static_cast<Index>(test::places(static_cast<Word>(shape.base)));
    const Index columns = std::min(shape.columns, places / shape.alpha);
    CHECK(net.matrices().columns == columns);
    Wide limit = 1;
    for (Index k = 0; k < columns; ++k) limit *= static_cast<Wide>(shape.base);
    CHECK(net.size_limit() == static_cast<Index>(std::min<Wide>(limit, 9223372036854775807U)));
    for (const auto& [how_value, randomization] : test::digit_randomizations(true)) {
      const auto& how = how_value;  // a lambda of clang 14 takes no structured binding
      CAPTURE(how);
      const AnyPointSet set =
          how == "none" ? AnyPointSet(net) : AnyPointSet(randomized(net, randomization, seed).replicate(3));
      const Index n = std::min<Index>(net.size_limit(), 700);
      const Index first = net.size_limit() - n;
      const auto words = set.integers({first, first + n});
      for (Index i = 0; i < n; i += 1 + n / 7) {
        for (Index j = 0; j < d; ++j) {
          const auto b = static_cast<Word>(shape.base);
          const auto y =
              interlaced_digits(b, net.matrices(), shape.alpha, j, static_cast<Word>(first + i), how, seed, 3);
          CHECK(words[static_cast<std::size_t>(i * d + j)] == test::word_of(y, b));
        }
      }
    }
  }
}

TEST_CASE("a scrambled net shows its matrices, and they give its points") {
  for (const int alpha : {1, 2}) {
    const Faure plain(3, {.base = 7, .alpha = alpha});
    const auto scrambled = randomized(plain, Lms{}, Seed{8}).replicate(2);
    const GeneratingMatrices matrices = scrambled.matrices();
    CHECK(matrices.rows == 22);
    CHECK(matrices.digits != plain.matrices().digits);
    CHECK(DigitalNetAnyBase(7, matrices, alpha).integers({0, 500}) == scrambled.integers({0, 500}));
    CHECK(randomized(plain, DigitalShift{}, Seed{8}).matrices().digits == plain.matrices().digits);
    CHECK(randomized(scrambled, Nus{}, Seed{8}).integers({0, 50}) ==
          randomized(plain, Nus{}, Seed{8}).integers({0, 50}));
  }
}

TEST_CASE("orders 1 and 2 in base 3: means of a smooth function fall like n^-1.5 and n^-2.5 under NUS") {
  // 400 replicates: a standard deviation has relative error 0.035, the slope over five sizes 0.02; slack 0.35.
  for (const int alpha : {1, 2}) {
    const auto net = randomized(Faure(1, {.base = 3, .alpha = alpha}), Nus{}, Seed{47});
    std::vector<double> logs;
    for (int m = 1; m <= 5; ++m) {
      const Index n = power(3, m);
      double sum = 0;
      for (std::uint32_t r = 0; r < 400; ++r) {
        double mean = 0;
        for (const double x : net.replicate(r).points({0, n})) mean += std::exp(x) - std::expm1(1.0);
        sum += mean / static_cast<double>(n) * (mean / static_cast<double>(n));
      }
      logs.push_back(0.5 * std::log(sum / 400) / std::log(3.0));
    }
    CHECK(std::abs(test::slope(logs) + alpha + 0.5) < 0.35);
  }
}

TEST_CASE("bad bases, dimensions, sizes and matrices are refused with parameter, rule and value") {
  const GeneratingMatrices one{1, 1, 1, {1}};
  const auto refuses = [](auto&& make, const char* message) {
    CHECK_THROWS_WITH_AS(make(), message, std::invalid_argument);
  };
  refuses([] { Faure(0); }, "d: must be from 1 to 100000 for alpha = 1; got 0");
  refuses([] { Faure(100'001); }, "d: must be from 1 to 100000 for alpha = 1; got 100001");
  refuses([] { Faure(50'001, {.alpha = 2}); }, "d: must be from 1 to 50000 for alpha = 2; got 50001");
  refuses([] { Faure(3, {.alpha = 6}); }, "alpha: must be from 1 to 5; got 6");
  refuses([] { Faure(3, {.base = 2097143, .alpha = 4}); },
          "alpha: must be at most 3, the digits kept in base 2097143; got 4");
  refuses([] { Niederreiter(3, {.base = 65537, .alpha = 4}); },
          "alpha: must be at most 3, the digits kept in base 65537; got 4");
  refuses(
      [&] {
        DigitalNetAnyBase(2097152, {4, 1, 1, {1, 1, 1, 1}}, 4);
      },
      "alpha: must be at most 3, the digits kept in base 2097152; got 4");
  refuses([] { Faure(3, {.base = 4}); }, "base: must be a prime from d * alpha = 3 to 2^21; got 4");
  refuses([] { Faure(4, {.base = 3}); }, "base: must be a prime from d * alpha = 4 to 2^21; got 3");
  refuses([] { Faure(3, {.base = 5, .alpha = 2}); }, "base: must be a prime from d * alpha = 6 to 2^21; got 5");
  refuses([] { Faure(1, {.base = 1}); }, "base: must be a prime from d * alpha = 1 to 2^21; got 1");
  refuses([] { Faure(1, {.base = 2097169}); }, "base: must be a prime from d * alpha = 1 to 2^21; got 2097169");
  refuses([] { Niederreiter(0); }, "d: must be from 1 to 1000 for alpha = 1; got 0");
  refuses([] { Niederreiter(334, {.alpha = 3}); }, "d: must be from 1 to 333 for alpha = 3; got 334");
  refuses([] { Niederreiter(2, {.base = 4}); }, "base: must be a prime, at most 2^21; got 4");
  refuses([] { Niederreiter(2, {.base = 2097169}); }, "base: must be a prime, at most 2^21; got 2097169");
  refuses([] { Hammersley(0, 4); }, "d: must be from 1 to 100000; got 0");
  refuses([] { Hammersley(2, 1); }, "n: must be from 2 to 2^63 - 2; got 1");
  refuses([] { Hammersley(2, 2097169); }, "n: must be a power b^m, m >= 1, of a base b <= 2^21; got 2097169");
  refuses([&] { DigitalNetAnyBase(1, one); }, "base: must be from 2 to 2^21; got 1");
  refuses([&] { DigitalNetAnyBase(2097153, one); }, "base: must be from 2 to 2^21; got 2097153");
  refuses([&] { DigitalNetAnyBase(3, one, 0); }, "alpha: must be from 1 to 5; got 0");
  refuses([&] { DigitalNetAnyBase(3, one, 2); },
          "matrices: must be d * alpha, a multiple of alpha = 2 and not none; got 1");
  refuses([] { DigitalNetAnyBase(3, {}); }, "matrices: must be d * alpha, a multiple of alpha = 1 and not none; got 0");
  refuses(
      [] {
        DigitalNetAnyBase(3, {1, 41, 1, std::vector<std::uint32_t>(41)});
      },
      "rows: must be from 1 to 40, the digits that are kept in base 3; got 41");
  refuses(
      [] {
        DigitalNetAnyBase(3, {1, 1, 41, std::vector<std::uint32_t>(41)});
      },
      "columns: must be from 1 to 40, the digits that are kept in base 3; got 41");
  refuses(
      [] {
        DigitalNetAnyBase(3, {1, 2, 2, {1, 2, 0}});
      },
      "digits: must have count * rows * columns elements; got 3");
  refuses(
      [] {
        DigitalNetAnyBase(3, {Index{1} << 62, 2, 2, {1, 2, 0, 1}});
      },
      "digits: must have count * rows * columns elements; got 4");
  refuses([] { DigitalNetAnyBase(3, {1, 2, 2, {1, 2, 0, 3}}); }, "digits: must be below the base, 3; got 3");
  CHECK_THROWS_AS(Faure(3).replicate(0), std::invalid_argument);
  CHECK_THROWS_AS(Hammersley(3, 16).replicate(0), std::invalid_argument);
  CHECK_THROWS_AS(Hammersley(3, 16).points({0, 17}), std::invalid_argument);
  CHECK(Niederreiter(1000, {.base = 1009}).dimension() == 1000);
}
