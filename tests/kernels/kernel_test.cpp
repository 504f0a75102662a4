#include <cmath>
#include <concepts>
#include <limits>
#include <stdexcept>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/core/parallel.hpp>
#include <korobov/kernels/digitally_shift_invariant.hpp>
#include <korobov/kernels/kernel.hpp>
#include <korobov/kernels/shift_invariant.hpp>

#include "kernels/kernels.hpp"

using namespace korobov;

namespace {

constexpr double eps = std::numeric_limits<double>::epsilon();

std::vector<double> column_of(const AnyKernel& kernel, MatrixSpan<const Word> w) {
  std::vector<double> v(static_cast<std::size_t>(w.rows));
  const double c = kernel.column(w, v);
  for (auto& value : v) value += c;
  return v;
}

std::vector<double> cosines(std::size_t count) {
  std::vector<double> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = std::cos(static_cast<double>(i));
  return values;
}

}  // namespace

TEST_CASE("sums, products and multiples are those of the functions, tables and gradients too") {
  const ShiftInvariantKernel a(2, {.alpha = 1.0, .weights = {0.5, 0.25}, .scale = 2.0});
  const ShiftInvariantKernel b(2, {.alpha = 3.0, .weights = 0.125, .scale = 0.5});
  const Index n = 1300;
  const auto words = random_words(2 * n, Seed{9});
  const MatrixSpan<const Word> w(words.data(), n, 2);
  const auto of_a = column_of(a, w);
  const auto of_b = column_of(b, w);
  const auto sum = 3.0 * (a + b);
  const auto product = 2.0 * (a * b);
  const auto mixed = a * b + b;
  const auto of_sum = column_of(sum, w);
  const auto of_product = column_of(product, w);
  const auto of_mixed = column_of(mixed, w);
  for (std::size_t i = 0; i < of_a.size(); ++i) {
    const double size = a.at_zero() * b.at_zero() + a.at_zero() + b.at_zero();
    CHECK(std::fabs(of_sum[i] - 3 * (of_a[i] + of_b[i])) <= 32 * eps * size);
    CHECK(std::fabs(of_product[i] - 2 * of_a[i] * of_b[i]) <= 32 * eps * size);
    CHECK(std::fabs(of_mixed[i] - (of_a[i] * of_b[i] + of_b[i])) <= 32 * eps * size);
  }
  CHECK(std::fabs(mixed.at_zero() - (a.at_zero() * b.at_zero() + b.at_zero())) <= 32 * eps * mixed.at_zero());
  CHECK(mixed.parameters().size() == 9);
  CHECK(mixed.parameter_names()[0] == "1.1.scale");
  CHECK(mixed.parameter_names()[5] == "1.2.weights[1]");
  CHECK(mixed.parameter_names()[8] == "2.weights[1]");

  const auto p = mixed.parameters();
  const auto dk = cosines(static_cast<std::size_t>(n));
  // Every hyper-parameter alone is linear: a difference of any width is exact but for rounding.
  std::vector<double> derivative(p.size());
  std::vector<double> of_table(p.size());
  mixed.pull_back(w, dk, derivative);
  std::vector<double> values(static_cast<std::size_t>(n * mixed.table_columns()));
  const MatrixSpan<double> table(values.data(), n, mixed.table_columns(), 1, n);
  mixed.tabulate(w, table);
  mixed.pull_back_of_table(table, dk, of_table);
  std::vector<double> v(static_cast<std::size_t>(n));
  const double c = mixed.column_of_table(table, v);
  for (std::size_t i = 0; i < v.size(); ++i) CHECK(std::fabs(c + v[i] - of_mixed[i]) <= 64 * eps * mixed.at_zero());
  for (std::size_t q = 0; q < p.size(); ++q) {
    CAPTURE(q);
    const auto shifted = [&](double by) {
      std::vector<double> theta(p.begin(), p.end());
      theta[q] += by;
      double loss = 0;
      const auto k = column_of(mixed.with(theta), w);
      for (std::size_t i = 0; i < k.size(); ++i) loss += dk[i] * k[i];
      return loss;
    };
    const double expected = (shifted(0.0625) - shifted(-0.0625)) / 0.125;
    const double tolerance = 1e3 * eps * static_cast<double>(n) * mixed.at_zero();
    CHECK(std::fabs(derivative[q] - expected) <= tolerance);
    CHECK(std::fabs(of_table[q] - expected) <= tolerance);
  }
}

TEST_CASE("the symmetry of a combination is what both keep") {
  const ShiftInvariantKernel si(2);
  const DigitallyShiftInvariantKernel dsi(2);
  const LeadingDigitKernel tree(2);
  static_assert(std::same_as<decltype(si + si), Kernel<Cyclic>>);
  static_assert(std::same_as<decltype(dsi * tree), Kernel<Dyadic>>);
  static_assert(std::same_as<decltype(tree + dsi), Kernel<Dyadic>>);
  static_assert(std::same_as<decltype(tree + tree), Kernel<DyadicTree>>);
  static_assert(std::same_as<decltype(si + dsi), Kernel<Unstructured>>);
  static_assert(std::same_as<decltype(2.0 * tree), Kernel<DyadicTree>>);
  static_assert(std::is_convertible_v<Kernel<DyadicTree>, Kernel<Dyadic>>);
  static_assert(!std::is_convertible_v<Kernel<Dyadic>, Kernel<DyadicTree>>);
  static_assert(!std::is_convertible_v<Kernel<Cyclic>, Kernel<Dyadic>>);
  CHECK((dsi * tree).symmetry() == SymmetryKind::dyadic);
  CHECK((si + dsi).symmetry() == SymmetryKind::unstructured);
  const Kernel<Dyadic> forgotten = tree;
  CHECK(forgotten.symmetry() == SymmetryKind::dyadic_tree);
  CHECK_NOTHROW(Kernel<Dyadic>(static_cast<const AnyKernel&>(tree)));
  CHECK_THROWS_AS(Kernel<DyadicTree>(static_cast<const AnyKernel&>(dsi)), std::invalid_argument);
  CHECK_THROWS_AS(Kernel<Cyclic>(static_cast<const AnyKernel&>(si + dsi)), std::invalid_argument);

  // Without a common group a kernel has no column, but it is a kernel.
  const auto words = random_words(10, Seed{1});
  const MatrixSpan<const Word> w(words.data(), 5, 2);
  std::vector<double> v(5);
  CHECK_THROWS_AS((si + dsi).column(w, v), std::invalid_argument);
  std::vector<double> both(25);
  std::vector<double> one(25);
  std::vector<double> other(25);
  (si + dsi).cross(w, w, MatrixSpan<double>(both.data(), 5, 5));
  si.cross(w, w, MatrixSpan<double>(one.data(), 5, 5));
  dsi.cross(w, w, MatrixSpan<double>(other.data(), 5, 5));
  for (std::size_t i = 0; i < 25; ++i) CHECK(std::fabs(both[i] - one[i] - other[i]) <= 64 * eps * 100);
}

TEST_CASE("columns, gradients and cross matrices are the same for any number of threads") {
  const auto kernel = ShiftInvariantKernel(3) + ShiftInvariantKernel(3, {.alpha = 1.0});
  const Index n = 20000;
  const auto words = random_words(3 * n, Seed{31});
  const MatrixSpan<const Word> w(words.data(), n, 3);
  const auto dk = cosines(static_cast<std::size_t>(n));
  const int before = num_threads();
  std::vector<double> first;
  for (const int threads : {1, 2, 5}) {
    set_num_threads(threads);
    std::vector<double> all(static_cast<std::size_t>(n));
    kernel.column(w, all);
    std::vector<double> derivative(kernel.parameters().size());
    kernel.pull_back(w, dk, derivative);
    all.insert(all.end(), derivative.begin(), derivative.end());
    for (const auto& [rows, cols] : {std::pair<Index, Index>{3, 9000}, {9000, 3}, {513, 40}}) {
      std::vector<double> k(static_cast<std::size_t>(rows * cols));
      kernel.cross(w.row_range(0, rows), w.row_range(rows, rows + cols), MatrixSpan<double>(k.data(), rows, cols));
      all.insert(all.end(), k.begin(), k.end());
    }
    if (first.empty()) first = all;
    CHECK(all == first);
  }
  set_num_threads(before);
}

TEST_CASE("cross matrices: any strides, their own gradient, nothing to do for no rows") {
  const LeadingDigitKernel tree(2, {.alpha = 1.5, .weights = 0.5});
  const ShiftInvariantKernel si(2, {.weights = {0.5, 0.1}, .scale = 1.5});
  const auto kernel = si * tree;
  const std::vector<double> x{0.1, 0.7, 0.25, 0.25, 0.0, 0.99};
  const std::vector<double> z{0.5, 0.3, 0.1, 0.7};
  const MatrixSpan<const double> xs(x.data(), 3, 2);
  const MatrixSpan<const double> zs(z.data(), 2, 2);
  std::vector<double> k(6);
  std::vector<double> turned(6);
  kernel.cross(xs, zs, MatrixSpan<double>(k.data(), 3, 2));
  kernel.cross(xs, zs, MatrixSpan<double>(turned.data(), 3, 2, 1, 3));
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 2; ++j) CHECK(k[2 * i + j] == turned[3 * j + i]);
  }
  CHECK(std::fabs(k[1] - kernel.at_zero()) <= 16 * eps * kernel.at_zero());  // x_0 = z_1
  const auto dk = cosines(6);
  const auto p = kernel.parameters();
  std::vector<double> derivative(p.size());
  kernel.pull_back(xs, zs, MatrixSpan<const double>(dk.data(), 3, 2), derivative);
  for (std::size_t q = 0; q < p.size(); ++q) {
    const auto loss = [&](double by) {
      std::vector<double> theta(p.begin(), p.end());
      theta[q] += by;
      std::vector<double> value(6);
      kernel.with(theta).cross(xs, zs, MatrixSpan<double>(value.data(), 3, 2));
      double sum = 0;
      for (std::size_t i = 0; i < 6; ++i) sum += dk[i] * value[i];
      return sum;
    };
    const double h = 1e-3;
    const double expected = (4 * (loss(h) - loss(-h)) / (2 * h) - (loss(2 * h) - loss(-2 * h)) / (4 * h)) / 3;
    CHECK(std::fabs(derivative[q] - expected) <= 1e-9 * kernel.at_zero());  // h^4 and eps / h
  }
  kernel.cross(xs.row_range(0, 0), zs, MatrixSpan<double>(k.data(), 0, 2));
  std::vector<double> none;
  CHECK(kernel.parameters().size() == 7);
  CHECK_NOTHROW(si.column(MatrixSpan<const Word>(nullptr, 0, 2), none));
}

TEST_CASE("kernels refuse what does not fit") {
  const ShiftInvariantKernel kernel(2);
  std::vector<double> three(3);
  std::vector<double> two(2);
  const std::vector<Word> words(6);
  const MatrixSpan<const Word> w(words.data(), 3, 2);
  CHECK_THROWS_AS(kernel.column({words.data(), 2, 3}, two), std::invalid_argument);
  CHECK_THROWS_AS(kernel.column(w, two), std::invalid_argument);
  CHECK_THROWS_AS(kernel.pull_back(w, three, two), std::invalid_argument);
  CHECK_THROWS_AS(kernel.pull_back(w, two, three), std::invalid_argument);
  CHECK_THROWS_AS(kernel.with(two), std::invalid_argument);
  CHECK_THROWS_AS(kernel.with(std::vector<double>{1.0, -1.0, 1.0}), std::invalid_argument);
  CHECK_THROWS_AS(kernel.tabulate(w, MatrixSpan<double>(three.data(), 1, 2)), std::invalid_argument);
  CHECK_THROWS_AS(kernel.column_of_table(MatrixSpan<const double>(two.data(), 2, 1), two), std::invalid_argument);
  CHECK_THROWS_AS(-1.0 * kernel, std::invalid_argument);
  CHECK_THROWS_AS(0.0 * kernel, std::invalid_argument);
  CHECK_THROWS_AS(kernel + ShiftInvariantKernel(3), std::invalid_argument);
  const std::vector<double> bad{0.5, std::nan("")};
  double k = 0;
  CHECK_THROWS_AS(kernel.cross(MatrixSpan<const double>(bad.data(), 1, 2), MatrixSpan<const double>(two.data(), 1, 2),
                               MatrixSpan<double>(&k, 1, 1)),
                  std::invalid_argument);
  CHECK_THROWS_AS(kernel.cross(MatrixSpan<const double>(two.data(), 1, 2), MatrixSpan<const double>(two.data(), 1, 2),
                               MatrixSpan<double>(three.data(), 1, 2)),
                  std::invalid_argument);
  CHECK_THROWS_AS(kernel.cross(MatrixSpan<const double>(two.data(), 1, 1), MatrixSpan<const double>(two.data(), 1, 1),
                               MatrixSpan<double>(&k, 1, 1)),
                  std::invalid_argument);
}
