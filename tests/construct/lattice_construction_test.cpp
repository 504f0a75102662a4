// CBC constructions against brute force, published vectors and the theory's bound.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/construct/lattice_construction.hpp>
#include <korobov/core/parallel.hpp>

using namespace korobov;

namespace {

// |a - b| <= tolerance |b|: doctest's Approx adds 1 to the size, and these errors are small.
bool is_close(double a, double b, double tolerance) { return std::fabs(a - b) <= tolerance * std::fabs(b); }

// A criterion in long double by its definition: Bernoulli polynomials in x, symmetric sums by order, every point.
struct Criterion {
  LatticeKernel kernel;
  std::vector<long double> gamma;
  std::vector<long double> order;  // Gamma_0 = 1, Gamma_1, ...; empty for product weights

  long double w(Index k, Index n) const {
    const long double x = static_cast<long double>(k) / static_cast<long double>(n);
    const long double pi = std::numbers::pi_v<long double>;
    const long double b2 = x * x - x + 1.0L / 6;
    if (kernel == LatticeKernel::b2) return b2;
    if (kernel == LatticeKernel::p2) return 2 * pi * pi * b2;
    return -std::pow(2 * pi, 4.0L) / 24 * (x * x * x * x - 2 * x * x * x + x * x - 1.0L / 30);
  }
  // e^2 of all components given, by compensated addition.
  long double error(const std::vector<Word>& z, Index n) const {
    long double sum = 0;
    std::vector<long double> symmetric;
    for (Index k = 0; k < n; ++k) {
      const std::size_t orders = order.empty() ? z.size() : order.size() - 1;
      symmetric.assign(orders + 1, 0);
      symmetric[0] = 1;
      for (std::size_t j = 0; j < z.size(); ++j) {
        const auto residue = static_cast<Index>(z[j] * static_cast<Word>(k) % static_cast<Word>(n));
        for (std::size_t o = orders; o >= 1; --o) symmetric[o] += gamma[j] * w(residue, n) * symmetric[o - 1];
      }
      for (std::size_t o = 1; o <= orders; ++o) sum += (order.empty() ? 1 : order[o]) * symmetric[o];
    }
    return sum / static_cast<long double>(n);
  }
};

std::vector<Word> units(Index n) {  // one of each pair
  std::vector<Word> list;
  for (Word z = 1; z <= std::max<Word>(1, static_cast<Word>(n) / 2); ++z) {
    if (std::gcd(z, static_cast<Word>(n)) == 1) list.push_back(z);
  }
  return list;
}

std::vector<Word> free_units(const std::vector<Word>& all, const std::vector<Word>& taken) {
  std::vector<Word> list;
  for (const Word z : all) {
    if (std::find(taken.begin(), taken.end(), z) == taken.end()) list.push_back(z);
  }
  return list.empty() ? all : list;
}

std::vector<Word> folded(std::vector<Word> z, Index n) {  // the least of the class of each
  for (Word& one : z) one = std::min(one % static_cast<Word>(n), static_cast<Word>(n) - one % static_cast<Word>(n));
  return z;
}

std::vector<Word> with(std::vector<Word> z, Word next) {
  z.push_back(next);
  return z;
}

struct BruteForce {
  std::vector<Word> z;
  std::vector<long double> errors;
};

BruteForce brute_force(const Criterion& criterion, Index n, std::size_t d, std::vector<Word> given = {}) {
  BruteForce result;
  long double before = 0;
  const std::vector<Word> all = units(n);
  for (std::size_t j = 0; j < d; ++j) {
    std::vector<long double> increments;
    const std::vector<Word> candidates =
        j < given.size() ? std::vector<Word>{given[j]} : free_units(all, folded(result.z, n));
    for (const Word z : candidates) increments.push_back(criterion.error(with(result.z, z), n) - before);
    const long double least = *std::min_element(increments.begin(), increments.end());
    for (std::size_t c = 0; c < candidates.size(); ++c) {
      if (increments[c] > least + 1e-9L * std::fabs(least)) continue;
      result.z.push_back(candidates[c]);
      before += increments[c];
      break;
    }
    result.errors.push_back(before);
  }
  return result;
}

// The embedded search by its definition; the errors of lattice k in row k - first.
struct EmbeddedBruteForce {
  std::vector<Word> z;
  std::vector<std::vector<long double>> levels, plain;
};

EmbeddedBruteForce brute_force(const Criterion& criterion, EmbeddedExponents range, std::size_t d) {
  EmbeddedBruteForce result;
  const auto lattices = static_cast<std::size_t>(range.last - range.first) + 1;
  for (std::size_t k = 0; k < lattices; ++k) {
    result.plain.push_back(brute_force(criterion, Index{1} << (range.first + static_cast<int>(k)), d).errors);
  }
  result.levels.resize(lattices);
  const std::vector<Word> all = units(Index{1} << range.last);
  for (std::size_t j = 0; j < d; ++j) {
    const std::vector<Word> candidates = free_units(all, result.z);
    std::vector<long double> worst(candidates.size(), 0), top(candidates.size());
    long double share = 0;  // the largest of the levels' least increments in their ratios
    for (std::size_t k = 0; k < lattices; ++k) {
      long double least = std::numeric_limits<long double>::infinity();
      const long double before = j == 0 ? 0 : result.levels[k].back();
      for (std::size_t c = 0; c < candidates.size(); ++c) {
        const long double error =
            criterion.error(with(result.z, candidates[c]), Index{1} << (range.first + static_cast<int>(k)));
        worst[c] = std::max(worst[c], error / result.plain[k][j]);
        top[c] = error - before;
        least = std::min(least, error - before);
      }
      share = std::max(share, least / result.plain[k][j]);
    }
    const long double limit = *std::min_element(worst.begin(), worst.end()) + 1e-9L * share;
    long double least_top = std::numeric_limits<long double>::infinity();
    for (std::size_t c = 0; c < candidates.size(); ++c) {
      if (worst[c] <= limit) least_top = std::min(least_top, top[c]);
    }
    for (std::size_t c = 0; c < candidates.size(); ++c) {
      if (worst[c] > limit || top[c] > least_top * (1 + 1e-9L)) continue;
      result.z.push_back(candidates[c]);
      break;
    }
    for (std::size_t k = 0; k < lattices; ++k) {
      result.levels[k].push_back(criterion.error(result.z, Index{1} << (range.first + static_cast<int>(k))));
    }
  }
  return result;
}

struct Case {
  LatticeWeights weights;
  Criterion criterion;
};

// Every kind of weights for d = 6, decaying, growing and constant.
std::vector<Case> cases(LatticeKernel kernel) {
  const std::vector<double> decay{1.0, 0.5, 0.25, 0.125, 0.0625, 0.03125};
  const std::vector<double> grow{0.05, 0.1, 0.2, 0.3, 0.4, 0.5};
  const std::vector<long double> decay_l(decay.begin(), decay.end()), grow_l(grow.begin(), grow.end());
  return {{ProductWeights{{0.7}}, {kernel, std::vector<long double>(6, 0.7), {}}},
          {ProductWeights{decay}, {kernel, decay_l, {}}},
          {OrderDependentWeights{{1.0, 0.25}}, {kernel, std::vector<long double>(6, 1), {1, 1, 0.25}}},
          {OrderDependentWeights{{0.5}}, {kernel, std::vector<long double>(6, 1), {1, 0.5}}},
          {PodWeights{{1.0, 2.0, 6.0}, grow}, {kernel, grow_l, {1, 1, 2, 6}}},
          {PodWeights{{0.0, 1.0, 0.5, 0.25}, {0.5}}, {kernel, std::vector<long double>(6, 0.5), {1, 0, 1, 0.5, 0.25}}}};
}

constexpr LatticeKernel all_kernels[] = {LatticeKernel::p2, LatticeKernel::p4, LatticeKernel::b2};

}  // namespace

TEST_CASE("published vectors and errors") {
  const LatticeConstruction r = construct_lattice(20, 1 << 16, ProductWeights{{0.1}});
  CHECK(r.generating_vector == std::vector<Word>{1,     19463, 17213, 5895,  14865, 31925, 30921, 26671, 1607,  32473,
                                                 27933, 25385, 4363,  27011, 29035, 16205, 6221,  1115,  18943, 31313});
  CHECK(is_close(r.squared_error.back(), 0.00295780720, 2e-9));
  const double n = 65536;
  CHECK(is_close(r.squared_error[0], 0.1 * std::numbers::pi * std::numbers::pi / (3 * n * n), 1e-12));
  CHECK(construct_lattice(6, 1024, ProductWeights{{0.1}}).generating_vector ==
        std::vector<Word>{1, 275, 421, 231, 71, 453});
  CHECK(construct_lattice(5, 127, ProductWeights{{0.1}}).generating_vector == std::vector<Word>{1, 29, 24, 56, 38});
}

TEST_CASE("equal to brute force: every kernel, every kind of weights, powers of two and primes") {
  for (const LatticeKernel kernel : all_kernels) {
    for (const Case& one : cases(kernel)) {
      for (const Index n : {1, 2, 3, 4, 5, 8, 13, 16, 31, 32, 64, 127, 128}) {
        CAPTURE(n);
        CAPTURE(one.weights.index());
        const BruteForce expected = brute_force(one.criterion, n, 6);
        const LatticeConstruction r = construct_lattice(6, n, one.weights, {.kernel = kernel});
        CHECK(r.n == n);
        CHECK(r.generating_vector == expected.z);
        for (std::size_t j = 0; j < 6; ++j) {
          CHECK(std::fabs(r.squared_error[j] - static_cast<double>(expected.errors[j])) <=
                1e-17 + 1e-10 * static_cast<double>(expected.errors[j]));
        }
      }
    }
  }
}

TEST_CASE("equal to brute force at n = 1024 and 1021, every kind of weights") {
  for (const Index n : {1024, 1021}) {
    for (const Case& one : cases(n == 1024 ? LatticeKernel::p2 : LatticeKernel::b2)) {
      CAPTURE(n);
      CAPTURE(one.weights.index());
      const BruteForce expected = brute_force(one.criterion, n, 6);
      CHECK(construct_lattice(6, n, one.weights, {.kernel = one.criterion.kernel}).generating_vector == expected.z);
    }
  }
}

TEST_CASE("embedded: equal to brute force, level by level") {
  for (const LatticeKernel kernel : all_kernels) {
    for (const Case& one : cases(kernel)) {
      for (const EmbeddedExponents range :
           {EmbeddedExponents{0, 5}, EmbeddedExponents{2, 6}, EmbeddedExponents{5, 5}}) {
        if (std::get_if<PodWeights>(&one.weights) != nullptr && one.criterion.order[1] == 0)
          continue;  // e = 0 at s = 1
        CAPTURE(range.first);
        CAPTURE(one.weights.index());
        const EmbeddedBruteForce expected = brute_force(one.criterion, range, 5);
        const LatticeConstruction r = construct_lattice(5, range, one.weights, {.kernel = kernel});
        CHECK(r.generating_vector == expected.z);
        REQUIRE(r.level_squared_error.size() == expected.levels.size());
        for (std::size_t k = 0; k < expected.levels.size(); ++k) {
          for (std::size_t j = 0; j < 5; ++j) {
            CHECK(is_close(r.level_squared_error[k][j], static_cast<double>(expected.levels[k][j]), 1e-10));
            CHECK(is_close(r.plain_squared_error[k][j], static_cast<double>(expected.plain[k][j]), 1e-10));
          }
        }
        CHECK(r.squared_error == r.level_squared_error.back());
      }
    }
  }
}

TEST_CASE("given components are kept, whatever their class, and the search goes on from them as by brute force") {
  const std::vector<Word> given{3, 61, 64 * 5 + 3};  // above n / 2, above n, and the first one's class once more
  for (const LatticeKernel kernel : all_kernels) {
    for (const Case& one : cases(kernel)) {
      for (const Index n : {64, 31}) {
        CAPTURE(n);
        const BruteForce expected = brute_force(one.criterion, n, 6, given);
        const LatticeConstruction r = construct_lattice(6, n, one.weights, {.kernel = kernel, .given = given});
        CHECK(r.generating_vector == expected.z);
        if (n != 64) continue;
        const LatticeConstruction embedded =
            construct_lattice(6, EmbeddedExponents{6, 6}, one.weights, {.kernel = kernel, .given = given});
        CHECK(embedded.squared_error == r.squared_error);
        CHECK(embedded.plain_squared_error[0] == r.squared_error);
      }
    }
  }
  CHECK_THROWS_WITH_AS(construct_lattice(1, 16, ProductWeights{{1.0}}, {.given = {1, 3}}),
                       "given: must have at most d = 1 components; got 2", std::invalid_argument);
  CHECK_THROWS_WITH_AS(construct_lattice(2, 16, ProductWeights{{1.0}}, {.given = {1, 6}}),
                       "given: must have components without a common factor with n; got 6", std::invalid_argument);
  CHECK_THROWS_AS(construct_lattice(2, 13, ProductWeights{{1.0}}, {.given = {26}}), std::invalid_argument);
}

TEST_CASE("lattices whose errors are below the rounding of the transforms do not decide an embedded search") {
  // P_4 in two dimensions at 2^16 points: e^2 is near 1e-18 beside a first component's 1e-20 and terms of 1, so the
  // lattices of 2^6 .. 2^9 points, where it is 1e-7 to 1e-11, must decide: their ratios to the best stay moderate
  // (embedded P_4 has e ratios of some 5), where the least z, which ties would give, has 1e5 (dual vector (-3, 1): e^2
  // near 1e-2).
  const LatticeConstruction r =
      construct_lattice(2, EmbeddedExponents{6, 16}, ProductWeights{{1.0}}, {.kernel = LatticeKernel::p4});
  for (std::size_t k = 0; k < 4; ++k) {
    CHECK(r.level_squared_error[k][1] >= r.plain_squared_error[k][1] * (1 - 1e-9));
    CHECK(r.level_squared_error[k][1] <= 100 * r.plain_squared_error[k][1]);
  }
  // With 2^10 .. 2^20 points those of 2^14 and more have no say: the class mod 2^13 is that of 2^10 .. 2^13 alone.
  const ProductWeights weights{{0.0102, 0.0051}};
  const LatticeConstructionOptions p4{.kernel = LatticeKernel::p4};
  const Word all = construct_lattice(2, EmbeddedExponents{10, 20}, weights, p4).generating_vector[1] % 8192;
  const Word resolved = construct_lattice(2, EmbeddedExponents{10, 13}, weights, p4).generating_vector[1] % 8192;
  CHECK((all == resolved || all == 8192 - resolved));
}

TEST_CASE("components are different up to sign while classes are left, and each is a unit") {
  const std::vector<double> decaying = [] {
    std::vector<double> gamma;
    for (int j = 1; j <= 300; ++j) gamma.push_back(1.0 / (j * j));
    return gamma;
  }();
  for (const Index n : {Index{1024}, Index{509}}) {
    const LatticeConstruction r = construct_lattice(300, n, ProductWeights{decaying});
    const std::size_t classes = n == 1024 ? 256 : 254;
    std::vector<Word> first(r.generating_vector.begin(),
                            r.generating_vector.begin() + static_cast<std::ptrdiff_t>(classes));
    std::sort(first.begin(), first.end());
    CHECK(std::adjacent_find(first.begin(), first.end()) == first.end());
    for (const Word z : r.generating_vector) {
      CHECK(std::gcd(z, static_cast<Word>(n)) == 1);
      CHECK(2 * z <= static_cast<Word>(n));
    }
  }
}

TEST_CASE("the error bound of CBC holds, for every exponent of a list") {
  // Dick, Kuo, Sloan, "High-dimensional integration: the quasi-Monte Carlo way", Acta Numerica 22 (2013), theorem 5.8:
  // e^2 <= ((1/phi(n)) sum_u gamma_u^q (2 zeta(alpha q))^|u|)^(1/q) for 1/alpha < q <= 1, phi Euler's function. For
  // product weights the sum is prod (1 + gamma_j^q 2 zeta(alpha q)) - 1. Distinct components: the bound's proof takes
  // the best of all; with 16 of n / 4 classes excluded it is met with a wide margin, as the theorem's mean is.
  const auto zeta = [](double s) {
    double sum = 0;
    for (int k = 1; k < 2000; ++k) sum += std::pow(k, -s);
    return sum + std::pow(1999.5, 1 - s) / (s - 1);
  };
  for (const auto& [kernel, alpha] : {std::pair{LatticeKernel::p2, 2.0}, std::pair{LatticeKernel::p4, 4.0}}) {
    for (const Index n : {Index{256}, Index{4096}, Index{251}, Index{4093}}) {
      std::vector<double> gamma;
      for (int j = 1; j <= 16; ++j) gamma.push_back(std::pow(j, -1.5));
      const LatticeConstruction r = construct_lattice(16, n, ProductWeights{gamma}, {.kernel = kernel});
      const double phi = static_cast<double>(n % 2 == 0 ? n / 2 : n - 1);
      for (const double q : {1.0, 0.9, 0.75, 0.6}) {
        double product = 1;
        for (std::size_t j = 0; j < 16; ++j) {
          product *= 1 + std::pow(gamma[j], q) * 2 * zeta(alpha * q);
          CHECK(r.squared_error[j] <= std::pow((product - 1) / phi, 1 / q));
        }
      }
    }
  }
}

TEST_CASE("any number of threads gives the same vector; progress is told and may stop the search") {
  const int before = num_threads();
  std::vector<LatticeConstruction> results;
  for (const int threads : {1, 2}) {
    set_num_threads(threads);
    results.push_back(construct_lattice(4, EmbeddedExponents{14, 17}, ProductWeights{{0.9}}));
  }
  CHECK(results[0].generating_vector == results[1].generating_vector);
  CHECK(results[0].level_squared_error == results[1].level_squared_error);
  Index last = 0;
  Index total = 0;
  LatticeConstructionOptions options;
  options.progress = [&](Index done, Index of) {
    last = std::max(last, done);
    total = of;
  };
  construct_lattice(4, EmbeddedExponents{3, 6}, ProductWeights{{0.9}}, options);
  CHECK(last == 20);
  CHECK(total == 20);
  struct Stop {};
  options.progress = [](Index done, Index) {
    if (done >= 3) throw Stop{};
  };
  CHECK_THROWS_AS(construct_lattice(50, EmbeddedExponents{3, 12}, ProductWeights{{0.9}}, options), Stop);
  CHECK_THROWS_AS(construct_lattice(50, 64, ProductWeights{{0.9}}, options), Stop);
  set_num_threads(before);
}

TEST_CASE("what cannot be constructed is refused") {
  const ProductWeights good{{0.5}};
  CHECK_THROWS_WITH_AS(construct_lattice(0, 16, good), "d: must be at least 1; got 0", std::invalid_argument);
  CHECK_THROWS_WITH_AS(construct_lattice(2, 12, good), "n: must be a power of two or a prime; got 12",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(construct_lattice(2, 0, good), "n: must be from 1 to 2^30; got 0", std::invalid_argument);
  CHECK_THROWS_WITH_AS(construct_lattice(2, 16, ProductWeights{{}}),
                       "weights.product: must hold at least one weight; got 0", std::invalid_argument);
  CHECK_THROWS_WITH_AS(construct_lattice(3, 16, ProductWeights{{1, 1}}),
                       "weights.product: must hold one weight, or one per dimension (3); got 2", std::invalid_argument);
  CHECK_THROWS_WITH_AS(construct_lattice(1, 16, ProductWeights{{-1.0}}),
                       "weights.product: must be finite and not negative; got -1", std::invalid_argument);
  CHECK_THROWS_AS(construct_lattice(1, 16, OrderDependentWeights{{std::nan("")}}), std::invalid_argument);
  CHECK_THROWS_AS(construct_lattice(1, 16, OrderDependentWeights{std::vector<double>(65, 1.0)}), std::invalid_argument);
  CHECK_THROWS_WITH_AS(construct_lattice(2, EmbeddedExponents{5, 4}, good),
                       "embedded: must be exponents 0 <= first <= last <= 30; got (5, 4)", std::invalid_argument);
  CHECK_THROWS_AS(construct_lattice(2, EmbeddedExponents{5, 31}, good), std::invalid_argument);
  CHECK_THROWS_AS(construct_lattice(2, EmbeddedExponents{-1, 4}, good), std::invalid_argument);
  CHECK_THROWS_WITH_AS(construct_lattice(2, 16, good, {.embedded = EmbeddedExponents{2, 5}}),
                       "n: must be 2^last of embedded; got 16", std::invalid_argument);
}

TEST_CASE("weights of zero: the least free z, and no error") {
  const LatticeConstruction r = construct_lattice(3, 16, ProductWeights{{0.0}});
  CHECK(r.generating_vector == std::vector<Word>{1, 3, 5});
  CHECK(r.squared_error == std::vector<double>{0, 0, 0});
  const LatticeConstruction embedded = construct_lattice(3, EmbeddedExponents{2, 4}, ProductWeights{{0.0}});
  CHECK(embedded.squared_error == std::vector<double>{0, 0, 0});
}
