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
  RowMatrix uneven = k;
  uneven(0, 1) += 0.1;
  CHECK_THROWS_AS(select(view(uneven), {.k = 3, .entropy = {}}), std::invalid_argument);
  const ShiftInvariantKernel kernel(2);
  CHECK_THROWS_AS(select(kernel, view(random_matrix(4, 3, 1)), {.k = 2, .entropy = {}}), std::invalid_argument);
  CHECK_THROWS_AS(structured_select(Lattice(2), DigitallyShiftInvariantKernel(2), 8, {.k = 2, .entropy = {}}),
                  std::invalid_argument);
  CHECK_THROWS_AS(StreamingSelection(kernel, 2, {.k = 2, .noise = 1, .accuracy = 0.5}), std::invalid_argument);
  CHECK_THROWS_AS(StreamingSelection(kernel, 3, {.k = 2}), std::invalid_argument);
  CHECK_THROWS_AS(StreamingSelection(kernel, 2, {.k = 2}).result(), std::invalid_argument);
  StreamingSelection stream(kernel, 2, {.k = 2});
  CHECK_THROWS_AS(stream.push(view(random_matrix(4, 3, 1))), std::invalid_argument);
}
