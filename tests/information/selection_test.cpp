// Selection: greedy by determinants from scratch, brute force, certificates, every way to the entries, entropies, one
// pass over a stream.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/core/parallel.hpp>
#include <korobov/generators/lattice.hpp>
#include <korobov/generators/sobol.hpp>
#include <korobov/information/selection.hpp>
#include <korobov/kernels/digitally_shift_invariant.hpp>
#include <korobov/kernels/shift_invariant.hpp>

#include "information/factor_rows.hpp"
#include "information/matrices.hpp"

using namespace korobov;

namespace {

double objective(const RowMatrix& k, const std::vector<Index>& set, const SelectionOptions& options) {
  const Eigen::MatrixXd all = k;
  RowMatrix inside = all(set, set) / options.noise +
                     Eigen::MatrixXd::Identity(static_cast<Index>(set.size()), static_cast<Index>(set.size()));
  double added = 0;
  for (std::size_t s = 0; s < set.size() && !options.entropy.empty(); ++s) {
    const double e = options.entropy[static_cast<std::size_t>(set[s])];
    if (options.mode == EntropyWeight::diagonal) {
      inside(static_cast<Index>(s), static_cast<Index>(s)) += e / options.noise;
    } else {
      added += e;
    }
  }
  return log_det(inside) + added;
}

// Greedy choice with every determinant computed anew; ties, up to rounding, to the lowest index.
std::vector<Index> direct_greedy(const RowMatrix& k, const SelectionOptions& options) {
  std::vector<Index> set;
  for (Index t = 0; t < options.k; ++t) {
    Index best = -1;
    double most = -1;
    for (Index i = 0; i < k.rows(); ++i) {
      if (std::find(set.begin(), set.end(), i) != set.end()) continue;
      auto with = set;
      with.push_back(i);
      const double value = objective(k, with, options);
      if (value > most + 1e-11) {
        most = value;
        best = i;
      }
    }
    set.push_back(best);
  }
  return set;
}

// Over all sets of k.
double best_value(const RowMatrix& k, const SelectionOptions& options) {
  std::vector<char> mask(static_cast<std::size_t>(k.rows()), 0);
  std::fill(mask.begin(), mask.begin() + options.k, 1);
  double most = 0;
  do {
    std::vector<Index> set;
    for (Index i = 0; i < k.rows(); ++i) {
      if (mask[static_cast<std::size_t>(i)] != 0) set.push_back(i);
    }
    most = std::max(most, objective(k, set, options));
  } while (std::prev_permutation(mask.begin(), mask.end()));
  return most;
}

void check_answer(const Selection& got, const RowMatrix& k, const SelectionOptions& options) {
  CHECK(static_cast<Index>(got.indices.size()) == options.k);
  CHECK(got.value == doctest::Approx(objective(k, got.indices, options)).epsilon(1e-10));
  CHECK(std::accumulate(got.gains.begin(), got.gains.end(), 0.0) == doctest::Approx(got.value).epsilon(1e-14));
  CHECK(std::is_sorted(got.gains.rbegin(), got.gains.rend()));
  CHECK(got.upper_bound >= got.value);
}

// The gains of given samples, in their order, by a Cholesky factorisation in long double.
std::vector<double> gains_of(const RowMatrix& k, const std::vector<Index>& set, const SelectionOptions& options) {
  const std::size_t m = set.size();
  std::vector<std::vector<long double>> factor(m, std::vector<long double>(m));
  std::vector<double> gains;
  for (std::size_t i = 0; i < m; ++i) {
    const bool is_weighted = !options.entropy.empty();
    const double e = is_weighted ? options.entropy[static_cast<std::size_t>(set[i])] : 0;
    const bool is_diagonal = options.mode == EntropyWeight::diagonal;
    long double variance = static_cast<long double>(k(set[i], set[i])) + options.noise + (is_diagonal ? e : 0);
    for (std::size_t j = 0; j < i; ++j) {
      long double rest = k(set[i], set[j]);
      for (std::size_t s = 0; s < j; ++s) rest -= factor[i][s] * factor[j][s];
      factor[i][j] = rest / factor[j][j];
      variance -= factor[i][j] * factor[i][j];
    }
    factor[i][i] = std::sqrt(variance);
    gains.push_back(static_cast<double>(std::log(variance / options.noise)) + (is_diagonal ? 0 : e));
  }
  return gains;
}

RowMatrix gram_of(const AnyKernel& kernel, const RowMatrix& x) {
  RowMatrix k(x.rows(), x.rows());
  kernel.cross(view(x), view(x), {k.data(), x.rows(), x.rows()});
  return k;
}

}  // namespace

TEST_CASE("the choice is that of determinants computed anew") {
  const RowMatrix x = random_matrix(70, 2, 1);
  const RowMatrix k = gaussian_gram(x, 4);
  for (const double noise : {1e-3, 0.1, 3.}) {
    const SelectionOptions options{.k = 20, .noise = noise, .entropy = {}};
    const Selection got = select(view(k), options);
    CHECK(got.indices == direct_greedy(k, options));
    check_answer(got, k, options);
  }
}

TEST_CASE("given samples: the choice that adds most to them, by determinants computed anew") {
  const RowMatrix x = random_matrix(90, 2, 5);
  const RowMatrix k = gaussian_gram(x, 4);
  std::vector<double> entropy(90);
  for (std::size_t i = 0; i < 90; ++i) entropy[i] = 0.01 * static_cast<double>(i % 7);
  std::vector<Index> all(70);  // more than a group of rows
  std::iota(all.begin(), all.end(), 20);
  std::swap(all[0], all[66]);
  for (const std::size_t count : {std::size_t{1}, std::size_t{5}, std::size_t{70}}) {
    for (const EntropyWeight mode : {EntropyWeight::diagonal, EntropyWeight::additive}) {
      for (const bool is_weighted : {false, true}) {
        const std::vector<Index> given(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count));
        SelectionOptions options{.k = 9, .noise = 0.1, .entropy = {}, .mode = mode, .given = given};
        if (is_weighted) options.entropy = entropy;
        const Selection got = select(view(k), options);
        const double before = objective(k, given, options);
        std::vector<Index> set = given;
        for (std::size_t t = 0; t < 9; ++t) {
          Index best = -1;
          double most = -1;
          for (Index i = 0; i < 90; ++i) {
            if (std::find(set.begin(), set.end(), i) != set.end()) continue;
            set.push_back(i);
            const double value = objective(k, set, options) - before;
            set.pop_back();
            if (value > most + 1e-9) {
              most = value;
              best = i;
            }
          }
          CHECK(got.indices[t] == best);
          set.push_back(best);
        }
        CHECK(got.value == doctest::Approx(objective(k, set, options) - before).epsilon(1e-9));
        CHECK(std::is_sorted(got.gains.rbegin(), got.gains.rend()));
        CHECK(got.upper_bound >= got.value);
        CHECK(got.upper_bound <= 1.6 * got.value);
      }
    }
  }
  // The choice of all is the choice of some, and then of the others given these.
  const Selection whole = select(view(k), {.k = 12, .noise = 0.1, .entropy = {}});
  const std::vector<Index> first(whole.indices.begin(), whole.indices.begin() + 5);
  const Selection rest = select(view(k), {.k = 7, .noise = 0.1, .entropy = {}, .given = first});
  CHECK(std::equal(rest.indices.begin(), rest.indices.end(), whole.indices.begin() + 5));
  CHECK(std::equal(rest.gains.begin(), rest.gains.end(), whole.gains.begin() + 5));
}

TEST_CASE("ragged sizes, all samples and ranks that run out: the gains are those of the chosen ones") {
  for (const Index n : {1, 2, 7, 8, 9, 17, 63, 64, 65, 131, 300}) {
    for (const Index rank : {Index{3}, n}) {
      RowMatrix x = random_matrix(n, rank, 40 + static_cast<std::uint64_t>(n));
      for (Index i = n / 2; i < n && n > 60; i += 5) x.row(i) = x.row(i - n / 2);
      const RowMatrix k = x * x.transpose() / static_cast<double>(rank);
      const auto u = random_points(n, 1, Seed{static_cast<std::uint64_t>(n)});
      for (const Index size : {Index{1}, (n + 1) / 2, n - n / 9, n}) {
        for (const auto mode : {EntropyWeight::diagonal, EntropyWeight::additive}) {
          for (const bool is_weighted : {false, true}) {
            const SelectionOptions options{
                .k = size,
                .noise = 0.01,
                .entropy = is_weighted ? std::span<const double>(u) : std::span<const double>(),
                .mode = mode};
            const Selection got = select(view(k), options);
            std::vector<Index> sorted = got.indices;
            std::sort(sorted.begin(), sorted.end());
            CHECK(std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end());
            const auto gains = gains_of(k, got.indices, options);
            double apart = 0;
            for (std::size_t s = 0; s < gains.size(); ++s) apart = std::max(apart, std::fabs(gains[s] - got.gains[s]));
            CHECK(apart < 1e-10);
            CHECK(std::is_sorted(got.gains.rbegin(), got.gains.rend()));
            CHECK(got.upper_bound >= got.value);
          }
        }
      }
    }
  }
}

TEST_CASE("rows of a factor do not depend on how they are cut into calls, nor on the instruction set") {
  constexpr Index n = 45;
  const RowMatrix k = gaussian_gram(random_matrix(n, 3, 17), 2) + 0.1 * RowMatrix::Identity(n, n);
  // One operation after another, as the header says, each rounded.
  std::vector<std::vector<double>> expected(n, std::vector<double>(n));
  std::vector<std::vector<double>> variances(n + 1, std::vector<double>(n));
  for (Index i = 0; i < n; ++i) variances[0][static_cast<std::size_t>(i)] = k(i, i);
  for (std::size_t r = 0; r < n; ++r) {
    const double root = std::sqrt(variances[r][r]);
    for (std::size_t i = r + 1; i < n; ++i) {
      volatile double rest = k(static_cast<Index>(i), static_cast<Index>(r));
      for (std::size_t s = 0; s < r; ++s) {
        const volatile double product = expected[i][s] * expected[r][s];
        rest = rest - product;
      }
      expected[i][r] = rest / root;
      const volatile double square = expected[i][r] * expected[i][r];
      variances[r + 1][i] = variances[r][i] - square;
    }
  }
  detail::FactorRows rows(n, n);
  std::vector<std::size_t> known(n);
  std::vector<double> variance = variances[0];
  for (std::size_t t = 0; t < n; ++t) {
    // Row t, which is chosen next, and some others, at most seven.
    std::vector<std::size_t> wanted;
    for (std::size_t i = t; i < n; i += 1 + (i * 7 + t * 3) % 11) {
      if (known[i] < t) wanted.push_back(i);
    }
    std::sort(wanted.begin(), wanted.end(), [&](auto a, auto b) { return known[a] < known[b]; });
    std::vector<std::vector<double>> entries;
    std::vector<detail::MissingEntries> missing;
    for (const std::size_t i : wanted) {
      entries.emplace_back(t - known[i] + 16, std::nan(""));
      for (std::size_t s = known[i]; s < t; ++s) {
        entries.back()[8 + s - known[i]] = k(static_cast<Index>(i), static_cast<Index>(s));
      }
      missing.push_back({static_cast<Index>(i), known[i], entries.back().data() + 8, variance[i]});
    }
    rows.complete(missing);
    for (const auto& row : missing) {
      const auto i = static_cast<std::size_t>(row.row);
      known[i] = t;
      variance[i] = row.variance;
      CHECK(variance[i] == variances[t][i]);
    }
    rows.choose(static_cast<Index>(t), variance[t]);
    CHECK(rows.count() == t + 1);
  }
}

TEST_CASE("certificates: at least (1 - 1/e) of brute force, never below it") {
  const auto u = random_points(12, 1, Seed{9});
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const RowMatrix k = gaussian_gram(random_matrix(12, 2, 20 + seed), 1.5);
    for (const auto mode : {EntropyWeight::diagonal, EntropyWeight::additive}) {
      for (const Index size : {1, 3, 5}) {
        const SelectionOptions options{
            .k = size,
            .noise = 0.05,
            .entropy = seed % 2 == 0 ? std::span<const double>(u) : std::span<const double>(),
            .mode = mode};
        const Selection got = select(view(k), options);
        const double best = best_value(k, options);
        CHECK(got.indices == direct_greedy(k, options));
        check_answer(got, k, options);
        CHECK(got.value >= (1 - std::exp(-1)) * best);
        CHECK(got.upper_bound >= best * (1 - 1e-12));
        CHECK(got.upper_bound <= 1.6 * best);
      }
    }
  }
}

TEST_CASE("ways to the entries agree: stored, kernel, features, structured") {
  const RowMatrix x = random_matrix(200, 3, 2);
  const ShiftInvariantKernel kernel(3, {.weights = 0.6});
  const RowMatrix k = gram_of(kernel, x);
  const SelectionOptions options{.k = 40, .noise = 0.2, .entropy = {}};
  const Selection stored = select(view(k), options);
  const Selection on_the_fly = select(kernel, view(x), options);
  CHECK(stored.indices == on_the_fly.indices);
  CHECK(on_the_fly.value == doctest::Approx(stored.value).epsilon(1e-12));
  check_answer(stored, k, options);

  const RowMatrix linear = x * x.transpose();
  const SelectionOptions few{.k = 10, .noise = 0.01, .entropy = {}};
  CHECK(select_by_features(view(x), few).indices == select(view(linear), few).indices);

  const auto check_structured = [&](const AnyPointSet& points, const AnyKernel& matched, Index n) {
    const auto w = points.integers({0, n});
    RowMatrix gram(n, n);
    matched.cross(MatrixSpan<const Word>(w.data(), n, 3), {w.data(), n, 3}, {gram.data(), n, n});
    const SelectionOptions some{.k = 12, .noise = 0.1, .entropy = {}};
    const Selection got = structured_select(points, matched, n, some);
    check_answer(got, gram, some);
    CHECK(got.value == doctest::Approx(select(view(gram), some).value).epsilon(0.02));  // ties fall as rounding wants
  };
  check_structured(randomized(Lattice(3), Shift{}, Seed{3}), kernel, 64);
  check_structured(randomized(Sobol(3, {.order = Order::gray}), LmsShift{}, Seed{3}), DigitallyShiftInvariantKernel(3),
                   64);
  LatticeOptions linear_order;
  linear_order.order = Order::linear;
  linear_order.n = 45;
  linear_order.generating_vector = std::vector<Word>{1, 17, 19};
  check_structured(Lattice(3, linear_order), kernel, 45);
}

TEST_CASE("duplicates: the lowest index first, the rest last and without harm") {
  RowMatrix x = random_matrix(30, 2, 6);
  for (Index i = 10; i < 30; ++i) x.row(i) = x.row(i % 10);
  const ShiftInvariantKernel kernel(2);
  const Selection got = select(kernel, view(x), {.k = 30, .noise = 1e-6, .entropy = {}});
  std::vector<Index> first(got.indices.begin(), got.indices.begin() + 10);
  std::sort(first.begin(), first.end());
  for (Index i = 0; i < 10; ++i) CHECK(first[static_cast<std::size_t>(i)] == i);
  CHECK(std::is_sorted(got.gains.rbegin(), got.gains.rend()));
  const RowMatrix same = RowMatrix::Ones(5, 5);
  CHECK(select(view(same), {.k = 5, .noise = 1, .entropy = {}}).indices == std::vector<Index>{0, 1, 2, 3, 4});
}

TEST_CASE("the same answer for any number of threads") {
  const RowMatrix x = random_matrix(3000, 4, 7);
  const ShiftInvariantKernel kernel(4, {.weights = 0.3});
  const SelectionOptions options{.k = 50, .noise = 0.1, .entropy = {}};
  const int before = num_threads();
  set_num_threads(1);
  const Selection one = select(kernel, view(x), options);
  set_num_threads(5);
  const Selection five = select(kernel, view(x), options);
  set_num_threads(before);
  CHECK(one.indices == five.indices);
  CHECK(one.gains == five.gains);
  CHECK(one.upper_bound == five.upper_bound);
}

TEST_CASE("streaming: at least half, less the accuracy, of what greedy selection finds, however the stream is cut") {
  const RowMatrix x = random_matrix(400, 2, 8);
  const ShiftInvariantKernel kernel(2, {.weights = 0.5});
  const RowMatrix k = gram_of(kernel, x);
  for (const Index size : {1, 10, 30}) {
    const SelectionOptions options{.k = size, .noise = 0.1, .entropy = {}};
    const Selection greedy = select(view(k), options);
    StreamingSelection whole(kernel, 2, {.k = size, .noise = 0.1});
    whole.push(view(x));
    StreamingSelection pieces(kernel, 2, {.k = size, .noise = 0.1});
    for (Index first = 0; first < 400; first += 37) {
      const RowMatrix part = x.middleRows(first, std::min<Index>(37, 400 - first));
      pieces.push(view(part));
    }
    const Selection got = whole.result();
    CHECK(got.indices == pieces.result().indices);
    CHECK(pieces.seen() == 400);
    CHECK(static_cast<Index>(got.indices.size()) <= size);
    CHECK(got.value == doctest::Approx(objective(k, got.indices, options)).epsilon(1e-10));
    CHECK(got.value >= 0.4 * greedy.value);
    CHECK(got.upper_bound >= greedy.value);
    CHECK(std::is_sorted(got.indices.begin(), got.indices.end()));
  }
}

TEST_CASE("bad input is refused") {
  const RowMatrix k = gaussian_gram(random_matrix(6, 2, 1), 1);
  const auto refused = [&](SelectionOptions options, const char* message) {
    CHECK_THROWS_WITH_AS(select(view(k), options), message, std::invalid_argument);
  };
  refused({.k = 7, .entropy = {}}, "k: must be from 1 to the number of samples, 6; got 7");
  refused({.k = 0, .entropy = {}}, "k: must be from 1 to the number of samples, 6; got 0");
  refused({.k = 2, .noise = 0, .entropy = {}}, "noise: must be positive and finite; got 0");
  const std::vector<double> short_one(5, 1.0), negative{0, 0, -1, 0, 0, 0};
  refused({.k = 2, .entropy = short_one}, "entropy: must be as many as samples, 6; got 5");
  refused({.k = 2, .entropy = negative}, "entropy: must be nonnegative and finite; got -1");
  RowMatrix indefinite(3, 3);
  indefinite << 1, 2, 0, 2, 1, 0, 0, 0, 1;
  CHECK_THROWS_AS(select(view(indefinite), {.k = 3, .noise = 0.1, .entropy = {}}), std::invalid_argument);
  // Of all entries, also of those that no choice looks at.
  RowMatrix wide = k;
  wide(2, 2) = 1.5;
  wide(4, 4) = 1.4;
  const SelectionOptions two{.k = 2, .entropy = {}};
  REQUIRE(select(view(wide), two).indices == std::vector<Index>{2, 4});
  const auto uneven = [&](Index i, Index j, double value) {
    RowMatrix changed = wide;
    changed(i, j) = value;
    return changed;
  };
  for (const Index i : {0, 2, 5}) {
    CHECK_THROWS_WITH_AS(select(view(uneven(i, 1, wide(i, 1) + 0.1)), two),
                         doctest::Contains("K: must be symmetric; got a difference of 0."), std::invalid_argument);
    CHECK_THROWS_WITH_AS(select(view(uneven(1, i, std::nan(""))), two), doctest::Contains("K: must be finite; got nan"),
                         std::invalid_argument);
  }
  // Of samples that are given.
  const std::vector<Index> outside{1, 6}, twice{1, 3, 1}, most{0, 1, 2, 3};
  refused({.k = 1, .entropy = {}, .given = outside}, "given: must be indices of samples, from 0 to 5; got 6");
  refused({.k = 1, .entropy = {}, .given = twice}, "given: must name no sample twice; got 1");
  refused({.k = 3, .entropy = {}, .given = most},
          "k: must be from 1 to the number of samples that are not given, 2; got 3");
  // Of a noise that rounding errors reach.
  refused({.k = 2, .noise = 4e-16, .entropy = {}},
          "noise: must be at least 4.440892098500626e-16, the rounding errors of conditional variances; got 4e-16");
  CHECK_NOTHROW(select(view(k), {.k = 2, .noise = 5e-16, .entropy = {}}));
  CHECK_THROWS_WITH_AS(StreamingSelection(ShiftInvariantKernel(2), 2, {.k = 8, .noise = 1e-16}),
                       doctest::Contains("noise: must be at least"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(select(MatrixSpan<const double>(k.data(), 3, 6), two), "K: must be square; got (3, 6)",
                       std::invalid_argument);
  const ShiftInvariantKernel kernel(2);
  CHECK_THROWS_AS(select(kernel, view(random_matrix(4, 3, 1)), {.k = 2, .entropy = {}}), std::invalid_argument);
  CHECK_THROWS_AS(structured_select(Lattice(2), DigitallyShiftInvariantKernel(2), 8, {.k = 2, .entropy = {}}),
                  std::invalid_argument);
  for (const double accuracy : {0.5, 1e-7, 1e-17, 0.0}) {
    CHECK_THROWS_AS(StreamingSelection(kernel, 2, {.k = 2, .noise = 1, .accuracy = accuracy}), std::invalid_argument);
  }
  CHECK_THROWS_AS(StreamingSelection(kernel, 3, {.k = 2}), std::invalid_argument);
  CHECK_THROWS_AS(StreamingSelection(kernel, 2, {.k = 2}).result(), std::invalid_argument);
  StreamingSelection stream(kernel, 2, {.k = 2});
  CHECK_THROWS_AS(stream.push(view(random_matrix(4, 3, 1))), std::invalid_argument);
}
