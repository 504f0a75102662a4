#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/core/error.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/gram/low_rank.hpp>
#include <korobov/kernels/stationary.hpp>

#include "support/random_points.hpp"

using namespace korobov;

namespace {

using Real = long double;
constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

struct Dense {  // (n, n)
  Index n;
  std::vector<double> values;
  double& operator()(Index i, Index j) { return values[static_cast<std::size_t>(i * n + j)]; }
  double operator()(Index i, Index j) const { return values[static_cast<std::size_t>(i * n + j)]; }
  MatrixSpan<const double> span() const { return {values.data(), n, n}; }
};

Dense gram(const AnyKernel& kernel, const std::vector<double>& x, Index n, Index d) {
  Dense k{n, std::vector<double>(static_cast<std::size_t>(n * n))};
  const MatrixSpan<const double> points(x.data(), n, d);
  kernel.cross(points, points, MatrixSpan<double>(k.values.data(), n, n));
  return k;
}

Dense product(const LowRank& low, double nugget = 0.0) {
  const Index n = low.size();
  Dense k{n, std::vector<double>(static_cast<std::size_t>(n * n))};
  const auto f = low.factor();
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < n; ++j) {
      Real sum = i == j ? nugget : 0.0;
      for (Index c = 0; c < f.cols; ++c) sum += static_cast<Real>(f(i, c)) * f(j, c);
      k(i, j) = static_cast<double>(sum);
    }
  }
  return k;
}

// Gaussian elimination with pivots in long double: A^-1 b in b, and log |det A|.
double eliminate(const Dense& a, std::vector<Real>& b) {
  const Index n = a.n;
  std::vector<Real> m(a.values.begin(), a.values.end());
  const auto at = [&](Index i, Index j) -> Real& { return m[static_cast<std::size_t>(i * n + j)]; };
  Real logdet = 0.0L;
  for (Index k = 0; k < n; ++k) {
    Index best = k;
    for (Index i = k; i < n; ++i) {
      if (std::abs(at(i, k)) > std::abs(at(best, k))) best = i;
    }
    for (Index j = 0; j < n; ++j) std::swap(at(k, j), at(best, j));
    std::swap(b[static_cast<std::size_t>(k)], b[static_cast<std::size_t>(best)]);
    logdet += std::log(std::abs(at(k, k)));
    for (Index i = k + 1; i < n; ++i) {
      const Real share = at(i, k) / at(k, k);
      for (Index j = k; j < n; ++j) at(i, j) -= share * at(k, j);
      b[static_cast<std::size_t>(i)] -= share * b[static_cast<std::size_t>(k)];
    }
  }
  for (Index k = n - 1; k >= 0; --k) {
    for (Index j = k + 1; j < n; ++j) b[static_cast<std::size_t>(k)] -= at(k, j) * b[static_cast<std::size_t>(j)];
    b[static_cast<std::size_t>(k)] /= at(k, k);
  }
  return static_cast<double>(logdet);
}

}  // namespace

TEST_CASE("low rank: the factor is the Nystrom approximation of its pivots, the trace error is exact") {
  constexpr Index n = 90, d = 3;
  const std::vector<double> x = random_points(n, d, Seed{1});
  const GaussianKernel kernel({0.4, 1.7});
  const Dense k = gram(kernel, x, n, d);
  for (const Pivoting pivoting : {Pivoting::random, Pivoting::greedy}) {
    for (const bool stored : {false, true}) {
      const LowRankOptions options{pivoting, Seed{4}, 0.0};
      const LowRank low = stored ? LowRank(k.span(), 25, options) : LowRank(kernel, {x.data(), n, d}, 25, options);
      REQUIRE(low.rank() == 25);
      const auto pivots = low.pivots();
      CHECK(std::set<Index>(pivots.begin(), pivots.end()).size() == 25);
      Dense inner{25, std::vector<double>(25 * 25)};
      for (Index a = 0; a < 25; ++a) {
        for (Index b = 0; b < 25; ++b)
          inner(a, b) = k(pivots[static_cast<std::size_t>(a)], pivots[static_cast<std::size_t>(b)]);
      }
      const Dense approximation = product(low);
      double worst = 0.0, trace = 0.0;
      for (Index j = 0; j < n; ++j) {
        std::vector<Real> weights;
        for (const Index p : pivots) weights.push_back(k(p, j));
        eliminate(inner, weights);
        for (Index i = 0; i < n; ++i) {
          Real sum = 0.0L;
          for (std::size_t a = 0; a < 25; ++a) sum += k(i, pivots[a]) * weights[a];
          worst = std::max(worst, std::abs(static_cast<double>(sum) - approximation(i, j)));
        }
        trace += k(j, j) - approximation(j, j);
        CHECK(low.residual_diagonal()[static_cast<std::size_t>(j)] ==
              doctest::Approx(k(j, j) - approximation(j, j)).epsilon(1e-9));
      }
      CHECK(worst < 1e-11);
      REQUIRE(low.trace_errors().size() == 26);
      CHECK(low.trace_errors().front() == doctest::Approx(1.7 * n));
      CHECK(low.trace_errors().back() == doctest::Approx(trace).epsilon(1e-9));
      CHECK(std::is_sorted(low.trace_errors().rbegin(), low.trace_errors().rend()));
    }
  }
}

TEST_CASE("low rank: greedy takes the largest residual, the lowest index of equals") {
  constexpr Index n = 60;
  const std::vector<double> x = random_points(n, 2, Seed{2});
  const MaternKernel kernel({1.5, 0.5, 1.0});
  const LowRank low(kernel, {x.data(), n, 2}, 12, {Pivoting::greedy, Seed{}, 0.0});
  CHECK(low.pivots()[0] == 0);
  for (Index r = 1; r < 12; ++r) {
    const LowRank before(kernel, {x.data(), n, 2}, r, {Pivoting::greedy, Seed{}, 0.0});
    const auto left = before.residual_diagonal();
    CHECK(low.pivots()[static_cast<std::size_t>(r)] == std::max_element(left.begin(), left.end()) - left.begin());
  }
}

TEST_CASE("low rank: random pivots are drawn in proportion to the residual's diagonal") {
  // K = diag(1, 2, 3, 4): 4000 first pivots; |count - expected| <= 4.9 sqrt(4000 p (1 - p)), false alarms below 1e-5.
  Dense k{4, std::vector<double>(16, 0.0)};
  for (Index i = 0; i < 4; ++i) k(i, i) = static_cast<double>(i + 1);
  int counts[4] = {};
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    const LowRank low(k.span(), 4, {Pivoting::random, Seed{seed}, 0.0});
    ++counts[low.pivots()[0]];
    REQUIRE(low.rank() == 4);
  }
  for (int i = 0; i < 4; ++i) {
    const double p = (i + 1) / 10.0;
    CHECK(std::abs(counts[i] - 4000 * p) <= 4.9 * std::sqrt(4000 * p * (1 - p)));
  }
}

TEST_CASE("low rank: it ends at the numerical rank and at the tolerance") {
  constexpr Index n = 50;
  std::vector<double> x = random_points(n, 2, Seed{3});
  for (Index i = 20; i < n; ++i) {  // 20 different points
    for (Index j = 0; j < 2; ++j)
      x[static_cast<std::size_t>(2 * i + j)] = x[static_cast<std::size_t>(2 * (i % 20) + j)];
  }
  const LaplaceKernel kernel({0.05, 1.0});
  for (const Pivoting pivoting : {Pivoting::random, Pivoting::greedy}) {
    const LowRank low(kernel, {x.data(), n, 2}, n, {pivoting, Seed{1}, 0.0});
    CHECK(low.rank() == 20);
    CHECK(low.trace_errors().back() == 0.0);
    const LowRank half(kernel, {x.data(), n, 2}, n, {pivoting, Seed{1}, 0.3});
    CHECK(half.rank() < 20);
    CHECK(half.trace_errors().back() <= 0.3 * n);
    CHECK(half.trace_errors()[half.trace_errors().size() - 2] > 0.3 * n);
  }
}

TEST_CASE("low rank: systems with a nugget against dense elimination") {
  constexpr Index n = 70, d = 2, columns = 3;
  const std::vector<double> x = random_points(n, d, Seed{5});
  const LowRank low(GaussianKernel({0.6, 2.0}), {x.data(), n, d}, 18, {Pivoting::random, Seed{2}, 0.0});
  const std::vector<double> b = random_points(n, columns, Seed{6});
  const LowRankGram base(low);
  CHECK(std::is_sorted(base.eigenvalues().rbegin(), base.eigenvalues().rend()));
  for (const double nugget : {1.0, 1e-4, 1e-10}) {
    const Dense a = product(low, nugget);
    const LowRankGram gram_matrix = base.with_nugget(nugget);
    std::vector<double> solved(b.size()), back(b.size());
    gram_matrix.solve({b.data(), n, columns}, {solved.data(), n, columns});
    gram_matrix.apply({solved.data(), n, columns}, {back.data(), n, columns});
    const double largest = base.eigenvalues()[0] + nugget;
    for (Index c = 0; c < columns; ++c) {
      std::vector<Real> exact;
      for (Index i = 0; i < n; ++i) exact.push_back(b[static_cast<std::size_t>(i * columns + c)]);
      const double logdet = eliminate(a, exact);
      if (nugget > 1e-9) CHECK(gram_matrix.logdet() == doctest::Approx(logdet).epsilon(1e-9));
      Real norm = 0.0L, error = 0.0L;
      for (Index i = 0; i < n; ++i) {
        const auto k = static_cast<std::size_t>(i * columns + c);
        norm += exact[static_cast<std::size_t>(i)] * exact[static_cast<std::size_t>(i)];
        error += (exact[static_cast<std::size_t>(i)] - solved[k]) * (exact[static_cast<std::size_t>(i)] - solved[k]);
      }
      // Forward error of a solution by orthogonal transforms: a few n eps times the condition; the dense oracle's
      // matrix is rounded, which moves its own solution by as much.
      CHECK(static_cast<double>(std::sqrt(error / norm)) < 8 * n * kEpsilon * largest / nugget + 1e-12);
    }
    for (std::size_t i = 0; i < b.size(); ++i)
      CHECK(std::abs(back[i] - b[i]) < 64 * n * kEpsilon * largest / nugget + 1e-12);
  }
  std::vector<double> turned(b.size()), out(b.size()), expected(b.size());  // strided right-hand sides
  for (Index i = 0; i < n; ++i) {
    for (Index c = 0; c < columns; ++c)
      turned[static_cast<std::size_t>(c * n + i)] = b[static_cast<std::size_t>(i * columns + c)];
  }
  const LowRankGram with = base.with_nugget(0.1);
  with.solve({b.data(), n, columns}, {expected.data(), n, columns});
  with.solve({turned.data(), n, columns, 1, n}, {out.data(), n, columns, 1, n});
  for (Index i = 0; i < n; ++i) {
    for (Index c = 0; c < columns; ++c)
      CHECK(out[static_cast<std::size_t>(c * n + i)] ==
            doctest::Approx(expected[static_cast<std::size_t>(i * columns + c)]).epsilon(1e-12));
  }
}

TEST_CASE("low rank: full rank needs no nugget") {
  constexpr Index n = 12;
  const std::vector<double> x = random_points(n, 2, Seed{7});
  const LowRank low(LaplaceKernel({0.2, 1.0}), {x.data(), n, 2}, n);
  REQUIRE(low.rank() == n);
  const LowRankGram gram_matrix(low);
  std::vector<Real> exact(n, 1.0L);
  CHECK(gram_matrix.logdet() == doctest::Approx(eliminate(product(low), exact)).epsilon(1e-11));
  const std::vector<double> ones(n, 1.0);
  std::vector<double> out(n);
  gram_matrix.solve({ones.data(), n, 1}, {out.data(), n, 1});
  for (std::size_t i = 0; i < n; ++i) CHECK(out[i] == doctest::Approx(static_cast<double>(exact[i])).epsilon(1e-10));
}

TEST_CASE(
    "low rank: features of the points are the factor; of others, their inner products with pivots are the kernel") {
  constexpr Index n = 300, d = 3, m = 300, rank = 40;
  const std::vector<double> x = random_points(n, d, Seed{8}), z = random_points(m, d, Seed{9});
  const CauchyKernel kernel({0.8, 1.5});
  const LowRank low(kernel, {x.data(), n, d}, rank);
  const auto f = low.factor();
  std::vector<double> pivots(rank * d), columns(m * rank), phi(m * rank);
  for (Index p = 0; p < rank; ++p) {
    for (Index j = 0; j < d; ++j)
      pivots[static_cast<std::size_t>(p * d + j)] =
          x[static_cast<std::size_t>(low.pivots()[static_cast<std::size_t>(p)] * d + j)];
  }
  const auto features = [&](const std::vector<double>& points) {
    kernel.cross(MatrixSpan<const double>(points.data(), m, d), MatrixSpan<const double>(pivots.data(), rank, d),
                 MatrixSpan<double>(columns.data(), m, rank));
    nystrom_features(low.pivot_rows(), {columns.data(), m, rank}, {phi.data(), m, rank});
  };
  features(x);
  for (Index i = 0; i < n; ++i) {
    for (Index c = 0; c < rank; ++c) REQUIRE(std::abs(phi[static_cast<std::size_t>(i * rank + c)] - f(i, c)) < 1e-10);
  }
  features(z);
  for (Index i = 0; i < m; ++i) {
    for (Index p = 0; p < rank; ++p) {
      double sum = 0.0;
      for (Index c = 0; c < rank; ++c)
        sum += phi[static_cast<std::size_t>(i * rank + c)] * f(low.pivots()[static_cast<std::size_t>(p)], c);
      REQUIRE(std::abs(sum - columns[static_cast<std::size_t>(i * rank + p)]) < 1e-12);
    }
  }
}

TEST_CASE("low rank: near the best error, the same for any number of threads") {
  constexpr Index n = 9000;
  const std::vector<double> x = random_points(n, 2, Seed{10});
  const GaussianKernel kernel({0.3, 1.0});
  const int threads = num_threads();
  set_num_threads(1);
  const LowRank one(kernel, {x.data(), n, 2}, 30);
  set_num_threads(3);
  const LowRank three(kernel, {x.data(), n, 2}, 30);
  set_num_threads(threads);
  CHECK(std::ranges::equal(one.pivots(), three.pivots()));
  const auto a = one.factor(), b = three.factor();
  CHECK(std::equal(a.data, a.data + n * 30, b.data));
  // What the eigenvalues leave after 30 is some 2e-3 of the trace; the pivots of a rank of twice reach it.
  const LowRank twice(kernel, {x.data(), n, 2}, 60);
  const LowRankGram spectrum(twice);
  double head = 0.0;
  for (std::size_t k = 0; k < 30; ++k) head += spectrum.eigenvalues()[k];
  CHECK(one.trace_errors().back() < 8 * (n - head));
  CHECK(twice.trace_errors().back() < n - head);
}

TEST_CASE("low rank: what is refused") {
  const std::vector<double> x = random_points(5, 2, Seed{1});
  const MatrixSpan<const double> points(x.data(), 5, 2);
  const GaussianKernel kernel;
  CHECK_THROWS_AS(LowRank(kernel, points, 0), std::invalid_argument);
  CHECK_THROWS_AS(LowRank(kernel, points, 6), std::invalid_argument);
  CHECK_THROWS_AS(LowRank(kernel, points, 2, {Pivoting::greedy, Seed{}, 1.0}), std::invalid_argument);
  CHECK_THROWS_AS(LowRank(GaussianKernel({PerDimension{1.0, 1.0, 1.0}, 1.0}), points, 2), std::invalid_argument);
  CHECK_THROWS_AS(LowRank(points, 1), std::invalid_argument);  // not square
  const std::vector<double> bad = {1.0, 0.0, 0.0, -1.0};
  CHECK_THROWS_AS(LowRank(MatrixSpan<const double>(bad.data(), 2, 2), 1), NumericalError);
  const LowRank low(kernel, points, 2);
  CHECK_THROWS_AS(LowRankGram(low, -1.0), std::invalid_argument);
  const LowRankGram singular(low);
  std::vector<double> out(5);
  CHECK_THROWS_AS(singular.logdet(), NumericalError);
  CHECK_THROWS_AS(singular.solve({x.data(), 5, 1}, {out.data(), 5, 1}), NumericalError);
  CHECK_THROWS_AS(singular.apply({x.data(), 4, 1}, {out.data(), 4, 1}), std::invalid_argument);
  CHECK_THROWS_AS(singular.apply({x.data(), 5, 2}, {out.data(), 5, 1}), std::invalid_argument);
  CHECK_THROWS_AS(nystrom_features(low.pivot_rows(), {x.data(), 2, 3}, {out.data(), 2, 2}), std::invalid_argument);
}
