// Entropies: published and closed values, every order against long double sums, continuity in the order, Hadamard
// products, every instruction set.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/core/parallel.hpp>
#include <korobov/generators/lattice.hpp>
#include <korobov/information/entropy.hpp>
#include <korobov/kernels/shift_invariant.hpp>

#include "information/matrices.hpp"
#include "support/instruction_sets.hpp"

using namespace korobov;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
const std::vector<double> kOrders{0,   1e-3, 0.1, 0.5, 0.9, 1 - 1e-7, 1,    1 + 1e-7,
                                  1.1, 1.5,  2,   3.7, 10,  100,      5000, kInfinity};

// Renyi's entropy by its definition, relative to the largest.
long double direct(const std::vector<double>& p, double order) {
  long double sum = 0;
  const long double largest = *std::max_element(p.begin(), p.end());
  for (const double v : p) {
    if (v == 0) continue;
    const long double w = v;
    sum += order == 1 ? -w * std::log(w) : std::pow(w / largest, static_cast<long double>(order));
  }
  if (order == kInfinity) return -std::log(largest);
  if (order == 1) return sum;
  return (static_cast<long double>(order) * std::log(largest) + std::log(sum)) / (1 - static_cast<long double>(order));
}

// n numbers between 1 and 2^-30, some 0.
Spectrum uneven(std::size_t n) {
  const auto u = random_points(static_cast<Index>(n), 1, Seed{n});
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i) values.push_back(i % 7 == 6 ? 0 : std::exp2(-30 * u[i]));
  return {values, static_cast<Index>(n)};
}

}  // namespace

TEST_CASE("published: two samples alike among three") {
  RowMatrix k(3, 3);
  k << 1, 0.9, 0, 0.9, 1, 0, 0, 0, 1;
  CHECK(vendi_score(spectrum_of(view(k))) == doctest::Approx(2.1573004833739833).epsilon(1e-15));
  CHECK(effective_rank(spectrum_of(view(k))) == doctest::Approx(2.1573004833739833).epsilon(1e-15));
}

TEST_CASE("identical samples are one, orthogonal ones n, in every order") {
  for (const double q : kOrders) {
    CAPTURE(q);
    CHECK(vendi_score(spectrum_of(view(RowMatrix::Ones(9, 9))), q) == doctest::Approx(1).epsilon(1e-14));
    CHECK(vendi_score(spectrum_of(view(RowMatrix::Identity(9, 9))), q) == doctest::Approx(9).epsilon(1e-14));
  }
}

TEST_CASE("every order equals long double sums, on every instruction set") {
  for (const std::size_t n : {1U, 2U, 7U, 1023U, 5000U}) {
    const Spectrum s = uneven(n);
    const std::vector<double> p = s.descending();
    for_each_instruction_set([&] {
      for (const double order : kOrders) {
        CAPTURE(n);
        CAPTURE(order);
        const auto expected = static_cast<double>(direct(p, order));
        const bool is_near_one =
            order != 1 && std::fabs(order - 1) < 1e-6;  // there the definition itself has no digits
        CHECK(renyi_entropy(s, order) == doctest::Approx(expected).epsilon(is_near_one ? 1e-9 : 2e-14));
        CHECK(vendi_score(s, order) == doctest::Approx(std::exp(expected)).epsilon(is_near_one ? 1e-8 : 2e-13));
      }
    });
  }
}

TEST_CASE("no digit is lost next to order 1") {
  const Spectrum s = uneven(300);
  const double at_one = von_neumann_entropy(s);
  double slope = 0;  // -(1/2) variance of log p: the derivative of Renyi's entropy at 1
  for (const double p : s.values()) {
    if (p > 0) slope -= p * (std::log(p) + at_one) * (std::log(p) + at_one) / 2;
  }
  for (const double h : {1e-4, 1e-7, 1e-10, -1e-10, -1e-7}) {
    CHECK(renyi_entropy(s, 1 + h) == doctest::Approx(at_one + slope * h).epsilon(1e-14 + 10 * h * h));
    CHECK(std::fabs(tsallis_entropy(s, 1 + h) - at_one) < 1e-13 + 40 * std::fabs(h));
  }
}

TEST_CASE("entropies decrease in the order, and Tsallis is a function of Renyi") {
  const Spectrum s = uneven(200);
  double before = kInfinity;
  for (const double order : kOrders) {
    const double renyi = renyi_entropy(s, order);
    CHECK(renyi <= before * (1 + 1e-14));
    before = renyi;
    if (order != 1 && std::isfinite(order)) {
      CHECK(tsallis_entropy(s, order) == doctest::Approx(std::expm1((1 - order) * renyi) / (1 - order)).epsilon(1e-12));
    }
  }
  CHECK(tsallis_entropy(s, kInfinity) == 0);
  CHECK(tsallis_entropy(s, 0) == static_cast<double>(s.rank() - 1));
  CHECK(tsallis_entropy(s, 1) == von_neumann_entropy(s));
}

TEST_CASE("the base divides by its logarithm") {
  const Spectrum s = uneven(20);
  CHECK(von_neumann_entropy(s, 2) == doctest::Approx(von_neumann_entropy(s) / std::log(2)).epsilon(1e-15));
  CHECK(renyi_entropy(s, 2, 10) == doctest::Approx(renyi_entropy(s, 2) / std::log(10)).epsilon(1e-15));
  CHECK(min_entropy(s, 0.5) == doctest::Approx(-min_entropy(s) / std::log(2)).epsilon(1e-15));
  for (const double base : {0., 1., -2., kInfinity, std::nan("")}) {
    CHECK_THROWS_AS(von_neumann_entropy(s, base), std::invalid_argument);
  }
  for (const double order : {-1e-300, std::nan("")}) {
    CHECK_THROWS_AS(renyi_entropy(s, order), std::invalid_argument);
    CHECK_THROWS_AS(tsallis_entropy(s, order), std::invalid_argument);
    CHECK_THROWS_AS(vendi_score(s, order), std::invalid_argument);
  }
}

TEST_CASE("truncated scores spread what is cut off") {
  const Spectrum s({5, 3, 1, 1}, 4);
  const double a = 0.6, b = 0.4;  // 0.5 and 0.3, each and half of the rest
  CHECK(truncated_vendi_score(s, 2) == doctest::Approx(std::exp(-a * std::log(a) - b * std::log(b))).epsilon(1e-14));
  CHECK(truncated_vendi_score(s, 2, 2) == doctest::Approx(1 / (a * a + b * b)).epsilon(1e-14));
  CHECK(truncated_vendi_score(s, 1) == 1);
  CHECK(truncated_vendi_score(s, 4) == vendi_score(s));
  CHECK(truncated_vendi_score(s, 100) == vendi_score(s));
  CHECK_THROWS_AS(truncated_vendi_score(s, 0), std::invalid_argument);
  const Spectrum partial({5, 3}, 4, {}, 10.0);
  CHECK(truncated_vendi_score(partial, 2) == doctest::Approx(truncated_vendi_score(s, 2)).epsilon(1e-14));
  CHECK_THROWS_AS(truncated_vendi_score(partial, 3), std::invalid_argument);
}

TEST_CASE("a truncation that cuts nothing off adds no modes of rounding") {
  for (Index rank = 1; rank < 12; ++rank) {
    std::vector<double> values(15, 0.0);
    for (Index i = 0; i < rank; ++i) values[static_cast<std::size_t>(i)] = 1 / static_cast<double>(3 + i * i);
    const Spectrum s(values, 15);
    for (Index truncate = rank; truncate < 15; ++truncate) {
      CHECK(truncated_vendi_score(s, truncate, 0) == static_cast<double>(rank));
      CHECK(truncated_vendi_score(s, truncate, 0.1) == doctest::Approx(vendi_score(s, 0.1)).epsilon(1e-13));
    }
  }
}

TEST_CASE("the same numbers for any number of threads") {
  const Spectrum s = uneven(300000);
  const int before = num_threads();
  set_num_threads(1);
  const double one = von_neumann_entropy(s), half = renyi_entropy(s, 0.3);
  set_num_threads(7);
  CHECK(von_neumann_entropy(s) == one);
  CHECK(renyi_entropy(s, 0.3) == half);
  set_num_threads(before);
}

TEST_CASE("orders beyond all others are order inf") {
  for (const double order : {1e15, 1e17, 1e300, 1e308, 1.79e308}) {
    CHECK(vendi_score(spectrum_of(view(RowMatrix(RowMatrix::Ones(50, 50)))), order) ==
          doctest::Approx(1).epsilon(1e-13));
    CHECK(renyi_entropy(Spectrum({0.5, 0.3, 0.2}, 3), order) == doctest::Approx(std::log(2.)).epsilon(1e-14));
    CHECK(tsallis_entropy(Spectrum({0.5, 0.3, 0.2}, 3), order) <= 2 / order);
  }
}

TEST_CASE("joint entropy is of the Hadamard product: bounds, independence, structured products") {
  const RowMatrix x = random_matrix(30, 2, 8);
  const RowMatrix k = gaussian_gram(x.leftCols(1), 4), l = gaussian_gram(x.rightCols(1), 9);
  for (const double order : {1., 2., 0.5}) {
    const double joint = joint_entropy(view(k), view(l), order);
    const double of_k = renyi_entropy(spectrum_of(view(k)), order), of_l = renyi_entropy(spectrum_of(view(l)), order);
    const RowMatrix product = k.cwiseProduct(l);
    CHECK(joint == doctest::Approx(renyi_entropy(spectrum_of(view(product)), order)).epsilon(1e-14));
    CHECK(joint >= std::max(of_k, of_l) - 1e-12);
    CHECK(joint <= of_k + of_l + 1e-12);
    CHECK(conditional_entropy(view(k), view(l), order) == doctest::Approx(joint - of_l).epsilon(1e-13));
    CHECK(mutual_information(view(k), view(l), order) == doctest::Approx(of_k + of_l - joint).epsilon(1e-12));
    CHECK(mutual_information(view(k), view(RowMatrix::Ones(30, 30)), order) == doctest::Approx(0).scale(1));
  }
  const RowMatrix beyond{{1, 2}, {2, 1}}, one = RowMatrix::Identity(2, 2), negative = -one;
  CHECK_THROWS_AS(joint_entropy(view(beyond), view(one)), std::invalid_argument);
  CHECK_THROWS_AS(conditional_entropy(view(beyond), view(one)), std::invalid_argument);
  CHECK_THROWS_AS(joint_entropy(view(one), view(beyond)), std::invalid_argument);
  CHECK_THROWS_AS(joint_entropy(view(negative), view(negative)), std::invalid_argument);
  // A full grid: the two coordinates are independent, and the joint Gram matrix is a Kronecker product.
  RowMatrix grid(36, 2);
  for (Index i = 0; i < 36; ++i) {
    const Index row = i / 6;
    grid.row(i) << static_cast<double>(row), static_cast<double>(i % 6);
  }
  const RowMatrix rows = gaussian_gram(grid.leftCols(1), 0.5), columns = gaussian_gram(grid.rightCols(1), 0.2);
  CHECK(std::fabs(mutual_information(view(rows), view(columns))) < 1e-12);

  // On points with matched kernels, the product of the kernels.
  const ShiftInvariantKernel a(2, {.weights = 0.3}), b(2, {.weights = std::vector<double>{0.1, 2}});
  const auto points = Lattice(2).points({0, 64});
  RowMatrix of_a(64, 64), of_b(64, 64);
  a.cross(MatrixSpan<const double>(points.data(), 64, 2), {points.data(), 64, 2}, {of_a.data(), 64, 64});
  b.cross(MatrixSpan<const double>(points.data(), 64, 2), {points.data(), 64, 2}, {of_b.data(), 64, 64});
  CHECK(von_neumann_entropy(spectrum(Lattice(2), a * b, 64)) ==
        doctest::Approx(joint_entropy(view(of_a), view(of_b))).epsilon(1e-12));

  RowMatrix uneven_diagonal = k;
  uneven_diagonal(3, 3) = 2;
  CHECK_THROWS_AS(joint_entropy(view(uneven_diagonal), view(l)), std::invalid_argument);
  CHECK_THROWS_AS(joint_entropy(view(k), view(RowMatrix::Ones(3, 3))), std::invalid_argument);
}
