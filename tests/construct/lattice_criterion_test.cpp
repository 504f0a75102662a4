// The direct sum of a criterion against closed forms, series and another way of summing.
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/construct/lattice_construction.hpp>
#include <korobov/construct/lattice_criterion.hpp>
#include <korobov/core/parallel.hpp>

using namespace korobov;

namespace {
// |a - b| <= tolerance |b|: doctest's Approx adds 1 to the size, and these errors are small.
bool is_close(double a, double b, double tolerance) { return std::fabs(a - b) <= tolerance * std::fabs(b); }
}  // namespace

TEST_CASE("one component: the mean of the kernel, 2 zeta(alpha) gamma / n^alpha, small beside its terms") {
  const double pi = std::numbers::pi;
  for (const Index n : {Index{1}, Index{7}, Index{1000}, Index{1} << 16, Index{1000003}}) {
    const double x = static_cast<double>(n);
    const std::vector<Word> z{1};
    const ProductWeights weights{{0.3}};
    CHECK(is_close(lattice_squared_error(z, n, weights, LatticeKernel::p2)[0], 0.3 * pi * pi / 3 / (x * x), 1e-13));
    CHECK(is_close(lattice_squared_error(z, n, weights, LatticeKernel::p4)[0],
                   0.3 * std::pow(pi, 4) / 45 / std::pow(x, 4), 1e-13));
    CHECK(is_close(lattice_squared_error(z, n, weights, LatticeKernel::b2)[0], 0.3 / 6 / (x * x), 1e-13));
  }
}

TEST_CASE("P_alpha is the sum of |h|^-alpha over the dual lattice") {
  // Two components, alpha = 4: h_1 + h_2 z = 0 mod n, |h| <= H; beyond, each h_2 has every 21st h_1 and the
  // other way round: at most 2 (1 + 2 g zeta(4)) 2 g sum_{k > 19} (21 k)^-4 = 2e-9.
  const Index n = 21;
  const Word z = 8;
  const double g = 0.7;
  double expected = 0;
  const int most = 400;
  for (int a = -most; a <= most; ++a) {
    for (int b = -most; b <= most; ++b) {
      if ((a == 0 && b == 0) || (a + b * static_cast<int>(z)) % static_cast<int>(n) != 0) continue;
      const double fa = a == 0 ? 1 : g / std::pow(a, 4);
      const double fb = b == 0 ? 1 : g / std::pow(b, 4);
      expected += fa * fb;
    }
  }
  const std::vector<Word> vector{1, z};
  const double direct = lattice_squared_error(vector, n, ProductWeights{{g}}, LatticeKernel::p4)[1];
  CHECK(direct > 1e-5);
  CHECK(std::fabs(direct - expected) < 2e-9);
}

TEST_CASE("weights: POD with Gamma = 1 is product weights; order-dependent weights stop at their last order") {
  const std::vector<Word> z{1, 182667, 469891, 498753, 110745};
  const std::vector<double> gamma{1.0, 0.7, 0.5, 0.3, 0.2};
  const Index n = 1 << 12;
  const auto product = lattice_squared_error(z, n, ProductWeights{gamma}, LatticeKernel::p2);
  const auto pod = lattice_squared_error(z, n, PodWeights{{1, 1, 1, 1, 1}, gamma}, LatticeKernel::p2);
  for (std::size_t j = 0; j < z.size(); ++j) CHECK(is_close(pod[j], product[j], 1e-11));
  // Order 2 alone: the sum over pairs of two-component errors less the single ones.
  const auto order = lattice_squared_error(z, n, OrderDependentWeights{{0.0, 1.0}}, LatticeKernel::b2);
  double pairs = 0;
  for (std::size_t a = 0; a < z.size(); ++a) {
    for (std::size_t b = a + 1; b < z.size(); ++b) {
      const std::vector<Word> pair{z[a], z[b]}, first{z[a]}, second{z[b]};
      const ProductWeights one{{1.0}};
      pairs += lattice_squared_error(pair, n, one, LatticeKernel::b2)[1] -
               lattice_squared_error(first, n, one, LatticeKernel::b2)[0] -
               lattice_squared_error(second, n, one, LatticeKernel::b2)[0];
    }
  }
  CHECK(is_close(order.back(), pairs, 1e-9));
}

TEST_CASE("the search's own errors are the direct ones") {
  for (const LatticeWeights& weights :
       {LatticeWeights(ProductWeights{{0.4}}), LatticeWeights(OrderDependentWeights{{1, 0.5, 0.1}}),
        LatticeWeights(PodWeights{{1, 2, 6, 24}, {0.3}})}) {
    const LatticeConstruction r =
        construct_lattice(12, EmbeddedExponents{6, 12}, weights, {.kernel = LatticeKernel::b2});
    for (int k = 6; k <= 12; ++k) {
      const auto direct = lattice_squared_error(r.generating_vector, Index{1} << k, weights, LatticeKernel::b2);
      for (std::size_t j = 0; j < 12; ++j) {
        CHECK(is_close(r.level_squared_error[static_cast<std::size_t>(k - 6)][j], direct[j], 1e-10));
      }
    }
  }
}

TEST_CASE("components that share a factor with n, and any number of threads") {
  const std::vector<Word> z{3, 9};
  const ProductWeights weights{{1.0}};
  CHECK(is_close(lattice_squared_error(z, 9, weights, LatticeKernel::b2)[0], 1.0 / 6 / 9, 1e-13));
  CHECK(lattice_squared_error(z, 9, weights, LatticeKernel::b2)[1] >= 1.0 / 6);  // the second is constant 0
  const int before = num_threads();
  const std::vector<Word> wide{1, 364981, 245389, 97823, 488939};
  set_num_threads(1);
  const auto one = lattice_squared_error(wide, 100003, weights, LatticeKernel::p2);
  set_num_threads(3);
  CHECK(lattice_squared_error(wide, 100003, weights, LatticeKernel::p2) == one);
  set_num_threads(before);
}

TEST_CASE("a criterion of nothing is refused") {
  const ProductWeights weights{{1.0}};
  const std::vector<Word> z{1, 3};
  CHECK_THROWS_WITH_AS(lattice_squared_error({}, 8, weights, LatticeKernel::p2),
                       "generating_vector: must have at least one component; got 0", std::invalid_argument);
  CHECK_THROWS_WITH_AS(lattice_squared_error(z, 0, weights, LatticeKernel::p2), "n: must be from 1 to 2^32; got 0",
                       std::invalid_argument);
  CHECK_THROWS_AS(lattice_squared_error(z, 8, ProductWeights{{}}, LatticeKernel::p2), std::invalid_argument);
}
