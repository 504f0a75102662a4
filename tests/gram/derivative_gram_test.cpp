#include <Eigen/Dense>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/core/bits.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/gram/derivative_gram.hpp>
#include <korobov/transforms/fft.hpp>

#include "gram/gram_sets.hpp"

using namespace korobov;
using namespace korobov::test;

namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

struct Case {
  std::string name;
  Lattice points;
  ShiftInvariantKernel kernel;
  std::vector<int> orders;  // (B, 2)
  Index n;

  Index blocks() const { return std::ssize(orders) / 2; }
  MatrixSpan<const int> rows() const { return {orders.data(), blocks(), 2}; }
};

std::vector<Case> cases() {
  const ShiftInvariantKernel kernel(2, {.alpha = {3.0, 2.0}, .weights = {0.5, 0.2}, .scale = 1.5});
  const Lattice shifted = randomized(Lattice(2), Shift{}, Seed{3});
  std::vector<Case> all{{"values and gradient", shifted, kernel, {0, 0, 1, 0, 0, 1}, 64},
                        {"every order that alpha allows", Lattice(2), kernel, {0, 0, 2, 1, 1, 0, 2, 0, 1, 1, 0, 1}, 32},
                        {"no values", shifted, kernel, {1, 0, 0, 1}, 16},
                        {"values alone", shifted, kernel, {0, 0}, 32},
                        {"one point", shifted, kernel, {0, 0, 1, 0, 2, 0}, 1},
                        {"two points", shifted, kernel, {0, 0, 1, 0, 2, 0}, 2}};
  if (has_any_length_fft()) {
    for (const Index n : {Index{35}, Index{36}}) {
      all.push_back(
          {"linear order",
           randomized(Lattice(2, {.order = Order::linear, .n = n, .generating_vector = {1, 11}}), Shift{}, Seed{8}),
           kernel,
           {0, 0, 1, 0, 2, 1},
           n});
    }
  }
  return all;
}

// Nuggets that keep each block well conditioned against its own size.
std::vector<double> nuggets_of(const Case& c) {
  std::vector<double> nuggets;
  for (Index a = 0; a < c.blocks(); ++a) {
    const std::vector<int> o{c.rows()(a, 0), c.rows()(a, 1)};
    nuggets.push_back(0.01 * c.kernel.derivative(o, o).at_zero() * static_cast<double>(a + 1));
  }
  return nuggets;
}

Matrix dense(const Case& c, const AnyKernel* learnt = nullptr) {
  const auto x = c.points.integers({0, c.n});
  const MatrixSpan<const Word> view(x.data(), c.n, 2);
  Matrix k(c.blocks() * c.n, c.blocks() * c.n);
  for (Index a = 0; a < c.blocks(); ++a) {
    for (Index b = 0; b < c.blocks(); ++b) {
      AnyKernel kernel = c.kernel.derivative(std::vector<int>{c.rows()(a, 0), c.rows()(a, 1)},
                                             std::vector<int>{c.rows()(b, 0), c.rows()(b, 1)});
      if (learnt != nullptr) kernel = kernel.with(learnt->parameters());
      kernel.cross(view, view, MatrixSpan<double>(&k(a * c.n, b * c.n), c.n, c.n, k.cols(), 1));
    }
  }
  return k;
}

Matrix with_nuggets(Matrix k, const std::vector<double>& nuggets, Index n) {
  for (Index i = 0; i < k.rows(); ++i) k(i, i) += nuggets[as_size(i / n)];
  return k;
}

// (y^T K^-1 y + r log det K) / 2
double half_deviance(const Matrix& k, const Matrix& y) {
  const Eigen::LLT<Eigen::MatrixXd> factor(k);
  return 0.5 * y.cwiseProduct(factor.solve(y)).sum() +
         static_cast<double>(y.cols()) * Eigen::MatrixXd(factor.matrixL()).diagonal().array().log().sum();
}

}  // namespace

TEST_CASE("the matrix of values and derivatives is the dense one") {
  for (const Case& c : cases()) {
    CAPTURE(c.name);
    CAPTURE(c.n);
    const auto nuggets = nuggets_of(c);
    const DerivativeGram gram(c.points, c.kernel, c.rows(), c.n, nuggets);
    const Matrix k = with_nuggets(dense(c), nuggets, c.n);
    CHECK((k - k.transpose()).norm() <= 1e-13 * k.norm());
    const Index size = c.blocks() * c.n;
    REQUIRE(gram.size() == size);
    CHECK(gram.blocks() == c.blocks());
    CHECK(gram.is_positive_definite());
    const Index r = 3;
    const auto data = values(size, r, 5);
    // Blocks differ in size by powers of (2 pi)^2: scaled by these, errors compare.
    Eigen::VectorXd scale(size);
    for (Index i = 0; i < size; ++i) scale[i] = std::sqrt(k(i, i));
    const Matrix y = scale.asDiagonal() * Eigen::Map<const Matrix>(data.data(), size, r);
    const Eigen::VectorXd inverse_scale = scale.cwiseInverse();
    const Matrix correlation = inverse_scale.asDiagonal() * k * inverse_scale.asDiagonal();
    const double tolerance = 64 * kU * (ceil_log2(c.n) + 3) * correlation.norm();
    Matrix out(size, r);
    const MatrixSpan<const double> ys(y.data(), size, r);
    const Matrix z = inverse_scale.asDiagonal() * Eigen::Map<const Matrix>(data.data(), size, r);
    gram.apply(MatrixSpan<const double>(z.data(), size, r), MatrixSpan<double>(out.data(), size, r));
    CHECK((inverse_scale.asDiagonal() * (out - k * z)).norm() <=
          tolerance * std::sqrt(static_cast<double>(data.size())));
    gram.solve(ys, MatrixSpan<double>(out.data(), size, r));
    const Eigen::LLT<Eigen::MatrixXd> factor(k);
    const Matrix expected = factor.solve(y);
    // The least eigenvalue of the correlations is at least 0.01.
    CHECK((scale.asDiagonal() * (out - expected)).norm() <= 1e4 * tolerance * (scale.asDiagonal() * expected).norm());
    Matrix in_place = y;
    gram.solve(MatrixSpan<const double>(in_place.data(), size, r), MatrixSpan<double>(in_place.data(), size, r));
    CHECK(in_place == out);
    std::vector<double> forms(as_size(r));
    gram.inverse_quadratic(ys, forms);
    for (Index s = 0; s < r; ++s) {
      const double form = y.col(s).dot(expected.col(s));
      CHECK(std::fabs(forms[as_size(s)] - form) <= 1e2 * tolerance * form);
    }
    if (c.orders[0] + c.orders[1] == 0) {
      Eigen::VectorXd ones = Eigen::VectorXd::Zero(size);
      ones.head(c.n).setOnes();
      const double sum = ones.dot(factor.solve(ones));
      const auto n = static_cast<double>(c.n);
      CHECK(std::fabs(gram.remainder() - (n / sum - n * 1.5)) <= 1e2 * tolerance * n);
    } else {
      CHECK(gram.remainder() == -1);
    }
    const double logdet = 2 * Eigen::MatrixXd(factor.matrixL()).diagonal().array().log().sum();
    CHECK(std::fabs(gram.logdet() - logdet) <= 1e2 * tolerance * static_cast<double>(size));
    const int before = num_threads();
    for (const int threads : {1, 3}) {
      set_num_threads(threads);
      gram.solve(ys, MatrixSpan<double>(in_place.data(), size, r));
      CHECK(in_place == out);
    }
    set_num_threads(before);
  }
}

TEST_CASE("gradients through the blocks of frequencies are differences of dense likelihoods") {
  for (const Case& c : cases()) {
    CAPTURE(c.name);
    const auto nuggets = nuggets_of(c);
    // A lift of 1e10 makes rounding errors, and their gradient, as large as the nuggets.
    const double lift = c.name == "values and gradient" ? 1e10 : 0;
    const DerivativeGram first(c.points, c.kernel, c.rows(), c.n, nuggets, lift);
    // Other hyper-parameters than the first ones.
    std::vector<double> theta{0.8, 0.9, 0.4};
    const AnyKernel kernel = c.kernel.with(theta);
    const DerivativeGram gram = first.with(theta, nuggets);
    const Index size = c.blocks() * c.n;
    auto data = values(size, 2, 9);
    for (Index i = 0; i < size; ++i) {
      for (Index s = 0; s < 2; ++s) data[as_size(2 * i + s)] *= 10 * std::sqrt(nuggets[as_size(i / c.n)]);
    }
    const Matrix y = Eigen::Map<const Matrix>(data.data(), size, 2);
    std::vector<double> dkernel(3);
    std::vector<double> dnuggets(as_size(c.blocks()));
    gram.gradient(MatrixSpan<const double>(data.data(), size, 2), dkernel, dnuggets);
    const auto lifted = [&](std::vector<double> plus, const DerivativeGram& of) {
      for (std::size_t a = 0; a < plus.size(); ++a) plus[a] += lift * of.rounding_errors()[a];
      return plus;
    };
    const Matrix plain = dense(c, &kernel);
    std::vector<double> forms(2);
    gram.inverse_quadratic(MatrixSpan<const double>(data.data(), size, 2), forms);
    const double value = half_deviance(with_nuggets(plain, lifted(nuggets, gram), c.n), y);
    CHECK(std::fabs(0.5 * (forms[0] + forms[1]) + gram.logdet() - value) <= 1e-9 * std::fabs(value) + 1e-9);
    // Central differences, error h^2: with h = 1e-4 relative some 1e-7 of the sizes at hand.
    const double h = 1e-4;
    for (std::size_t p = 0; p < 3; ++p) {
      CAPTURE(p);
      double at[2] = {0, 0};
      for (int side = 0; side < 2; ++side) {
        auto moved = theta;
        moved[p] *= side == 0 ? 1 - h : 1 + h;
        const AnyKernel other = c.kernel.with(moved);
        at[side] = half_deviance(with_nuggets(dense(c, &other), lifted(nuggets, gram.with(moved, nuggets)), c.n), y);
      }
      const double expected = (at[1] - at[0]) / (2 * h * theta[p]);
      CHECK(std::fabs(dkernel[p] - expected) <= 1e-5 * (std::fabs(expected) + static_cast<double>(size)));
    }
    for (std::size_t a = 0; a < nuggets.size(); ++a) {
      CAPTURE(a);
      double at[2] = {0, 0};
      for (int side = 0; side < 2; ++side) {
        auto moved = nuggets;
        moved[a] *= side == 0 ? 1 - h : 1 + h;
        at[side] = half_deviance(with_nuggets(plain, lifted(moved, gram), c.n), y);
      }
      const double expected = (at[1] - at[0]) / (2 * h * nuggets[a]);
      CHECK(std::fabs(dnuggets[a] - expected) <= 1e-5 * (std::fabs(expected) + static_cast<double>(size) / nuggets[a]));
    }
  }
}

TEST_CASE("matrices of derivatives refuse what breaks a rule") {
  const Lattice points(2);
  const ShiftInvariantKernel kernel(2, {.alpha = 2.0});
  const std::vector<int> orders{0, 0, 1, 0};
  const MatrixSpan<const int> rows(orders.data(), 2, 2);
  const std::vector<double> none{0.0, 0.0};
  CHECK_THROWS_WITH_AS(DerivativeGram(points, kernel, rows.row_range(0, 0), 8, {}),
                       "orders: must have at least one row; got 0", std::invalid_argument);
  CHECK_THROWS_WITH_AS(DerivativeGram(points, kernel, MatrixSpan<const int>(orders.data(), 1, 4), 8, {}),
                       "orders: must have one column per dimension, 2; got 4", std::invalid_argument);
  CHECK_THROWS_WITH_AS(DerivativeGram(points, kernel, rows, 8, {none.data(), 1}),
                       "nuggets: must have one entry per block, 2; got 1", std::invalid_argument);
  CHECK_THROWS_WITH_AS(DerivativeGram(points, kernel, rows, 8, std::vector<double>{0.0, -1.0}),
                       "nuggets: must be finite and not negative; got -1", std::invalid_argument);
  CHECK_THROWS_AS(DerivativeGram(points, kernel, rows, 8, none, -1.0), std::invalid_argument);
  CHECK_THROWS_AS(DerivativeGram(points, kernel, rows, 12, none), std::invalid_argument);
  CHECK_THROWS_AS(DerivativeGram(Lattice(3), kernel, rows, 8, none), std::invalid_argument);
  for (const std::vector<int>& bad : {std::vector<int>{0, 0, -1, 0}, std::vector<int>{0, 0, 2, 0},
                                      std::vector<int>{1, 0, 1, 0}, std::vector<int>{0, 0, 1 << 30, 1 << 30}}) {
    CHECK_THROWS_AS(DerivativeGram(points, kernel, MatrixSpan<const int>(bad.data(), 2, 2), 8, none),
                    std::invalid_argument);
  }
  CHECK_THROWS_AS(DerivativeGram(points, ShiftInvariantKernel(2, {.order_weights = {1.0, 0.1}}), rows, 8, none),
                  std::invalid_argument);
  const DerivativeGram gram(points, kernel, rows, 8, std::vector<double>{0.1, 0.1});
  std::vector<double> y(16);
  CHECK_THROWS_WITH_AS(gram.solve(MatrixSpan<const double>(y.data(), 8, 1), MatrixSpan<double>(y.data(), 8, 1)),
                       "y: must have one row per block and point, 16; got 8", std::invalid_argument);
  CHECK_THROWS_AS(gram.with(std::vector<double>{1.0}, none), std::invalid_argument);
  // Without weights all derivatives vanish.
  const DerivativeGram flat(points, ShiftInvariantKernel(2, {.alpha = 2.0, .weights = 0.0}), rows, 8, none);
  CHECK(!flat.is_positive_definite());
  CHECK_THROWS_WITH_AS(flat.logdet(), doctest::Contains("raise nuggets from 0"), NumericalError);
}
