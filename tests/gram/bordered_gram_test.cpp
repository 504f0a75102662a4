#include <Eigen/Dense>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/core/bits.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/gram/bordered_gram.hpp>
#include <korobov/transforms/fft.hpp>

#include "gram/gram_sets.hpp"

using namespace korobov;
using namespace korobov::test;

namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

struct Case {
  std::string name;
  AnyPointSet points;
  AnyKernel kernel;
  Index n;
};

std::vector<Case> cases() {
  const ShiftInvariantKernel si(2, {.alpha = {1.0, 2.0}, .weights = {0.5, 0.2}, .scale = 1.5});
  const DigitallyShiftInvariantKernel dsi(2, {.weights = {0.5, 0.2}});
  const LeadingDigitKernel tree(2, {.alpha = 1.3, .weights = {0.5, 0.9}, .scale = 0.7});
  std::vector<Case> all{
      {"lattice", randomized(Lattice(2), Shift{}, Seed{3}), si, 64},
      {"a sum on a plain lattice", Lattice(2), si + 0.5 * ShiftInvariantKernel(2, {.alpha = 1.0}), 32},
      {"net", randomized(Sobol(2), LmsShift{}, Seed{4}), dsi, 64},
      {"Gray net", randomized(Sobol(2, {.order = Order::gray}), DigitalShift{}, Seed{4}), tree, 32},
      {"nested uniform", randomized(Sobol(2), Nus{}, Seed{5}), tree, 128},
      {"large and small weights", Lattice(2), ShiftInvariantKernel(2, {.weights = {100.0, 1e-6}, .scale = 1e3}), 64}};
  if (has_any_length_fft()) {
    all.push_back(
        {"linear order",
         randomized(Lattice(2, {.order = Order::linear, .n = 35, .generating_vector = {1, 12}}), Shift{}, Seed{8}), si,
         35});
  }
  return all;
}

// m points anywhere; the first is the design's third, the last repeats the one before.
std::vector<Word> further_points(const Case& c, Index m) {
  CounterEngine engine(Seed{77});
  std::vector<Word> z(as_size(2 * m));
  for (auto& w : z) w = engine();
  const auto third = c.points.integers({2, 3});
  std::copy(third.begin(), third.end(), z.begin());
  if (m > 2) std::copy_n(z.end() - 4, 2, z.end() - 2);
  return z;
}

Matrix dense(const Case& c, const std::vector<Word>& further, double nugget, double nugget_of_further) {
  std::vector<Word> x = c.points.integers({0, c.n});
  x.insert(x.end(), further.begin(), further.end());
  const auto size = static_cast<Index>(x.size()) / 2;
  Matrix k(size, size);
  const MatrixSpan<const Word> view(x.data(), size, 2);
  c.kernel.cross(view, view, MatrixSpan<double>(k.data(), size, size));
  for (Index i = 0; i < size; ++i) k(i, i) += i < c.n ? nugget : nugget_of_further;
  return k;
}

}  // namespace

TEST_CASE("every verb of a bordered matrix is the dense one's") {
  for (const Case& c : cases()) {
    for (const Index m : {Index{1}, Index{9}}) {
      CAPTURE(c.name);
      CAPTURE(m);
      const double nugget = 0.01 * c.kernel.at_zero();
      const auto z = further_points(c, m);
      const StructuredGram gram = StructuredGram::checked(c.points, c.kernel, c.n, nugget);
      const BorderedGram bordered(gram, MatrixSpan<const Word>(z.data(), m, 2));
      const Matrix k = dense(c, z, nugget, nugget);
      const Index size = c.n + m;
      REQUIRE(bordered.size() == size);
      CHECK(bordered.further() == m);
      CHECK(bordered.nugget() == nugget);
      CHECK(bordered.gram().size() == c.n);
      const Index r = 3;
      const auto data = values(size, r, 5);
      const Matrix y = Eigen::Map<const Matrix>(data.data(), size, r);
      const MatrixSpan<const double> ys(data.data(), size, r);
      Matrix out(size, r);
      const MatrixSpan<double> outs(out.data(), size, r);
      // Transforms err by 16 u (log2 n + 3) |K|, sums over m and n by less.
      const double tolerance = 32 * kU * (ceil_log2(c.n) + 3 + static_cast<double>(m)) * k.norm();
      bordered.apply(ys, outs);
      CHECK((out - k * y).norm() <= tolerance * y.norm());
      bordered.solve(ys, outs);
      // Of x_2 = S^-1 r, the error is |A^-1| |S| times those of a product.
      CHECK((k * out - y).norm() <= tolerance * out.norm() * k.norm() / nugget);
      const Eigen::LLT<Eigen::MatrixXd> factor(k);
      CHECK((out - factor.solve(y)).norm() <= 1e4 * kU * k.norm() / nugget * out.norm());
      Matrix identity = Matrix::Identity(size, size);
      Matrix root(size, size);
      const MatrixSpan<const double> ones(identity.data(), size, size);
      bordered.sqrt_apply(ones, MatrixSpan<double>(root.data(), size, size));
      CHECK((root * root.transpose() - k).norm() <= 2 * tolerance);
      bordered.inverse_sqrt_apply(MatrixSpan<const double>(root.data(), size, size),
                                  MatrixSpan<double>(root.data(), size, size));  // in place
      CHECK((root - identity).norm() <= tolerance * static_cast<double>(size) / nugget);
      const double logdet = 2 * Eigen::MatrixXd(factor.matrixL()).diagonal().array().log().sum();
      const Matrix inverse = factor.solve(Eigen::MatrixXd::Identity(size, size));
      CHECK(std::fabs(bordered.logdet() - logdet) <= tolerance * inverse.trace());
      std::vector<double> forms(as_size(r));
      bordered.quadratic(ys, forms);
      for (Index s = 0; s < r; ++s) {
        CHECK(std::fabs(forms[as_size(s)] - y.col(s).dot(k * y.col(s))) <= tolerance * y.col(s).squaredNorm());
      }
      bordered.inverse_quadratic(ys, forms);
      for (Index s = 0; s < r; ++s) {
        const double expected = y.col(s).dot(inverse * y.col(s));
        CHECK(std::fabs(forms[as_size(s)] - expected) <= tolerance / nugget * expected);
      }
      const auto diagonal = bordered.inverse_diagonal();
      for (Index i = 0; i < size; ++i) {
        CHECK(std::fabs(diagonal[as_size(i)] - inverse(i, i)) <= tolerance / nugget * inverse(i, i));
      }
    }
  }
}

TEST_CASE("a bordered matrix: strides, in place, float32, threads, another nugget") {
  const Case c = cases()[0];
  const Index m = 4;
  const Index size = c.n + m;
  const auto z = further_points(c, m);
  const MatrixSpan<const Word> further(z.data(), m, 2);
  const StructuredGram gram = StructuredGram::checked(c.points, c.kernel, c.n, 0.1);
  const BorderedGram bordered(gram, further, 0.3);
  CHECK(bordered.nugget() == 0.3);
  const Matrix k = dense(c, z, 0.1, 0.3);
  const auto y = values(size, 2, 6);
  std::vector<double> out(y.size());
  bordered.solve(MatrixSpan<const double>(y.data(), size, 2), MatrixSpan<double>(out.data(), size, 2));
  const Matrix x = Eigen::Map<const Matrix>(out.data(), size, 2);
  CHECK((k * x - Eigen::Map<const Matrix>(y.data(), size, 2)).norm() <= 1e-11);
  // Columns one after the other, backwards.
  std::vector<double> moved(y.size());
  for (std::size_t i = 0; i < as_size(size); ++i) {
    for (std::size_t s = 0; s < 2; ++s) moved[s * as_size(size) + as_size(size) - 1 - i] = y[2 * i + s];
  }
  const MatrixSpan<double> view(moved.data() + size - 1, size, 2, -1, size);
  bordered.solve(MatrixSpan<const double>(view), view);
  for (Index i = 0; i < size; ++i) {
    for (Index s = 0; s < 2; ++s) CHECK(view(i, s) == out[as_size(2 * i + s)]);
  }
  const std::vector<float> single(y.begin(), y.end());
  std::vector<float> single_out(y.size());
  bordered.apply(MatrixSpan<const float>(single.data(), size, 2), MatrixSpan<float>(single_out.data(), size, 2));
  for (Index i = 0; i < size; ++i) {
    for (Index s = 0; s < 2; ++s) {
      double expected = 0;
      for (Index j = 0; j < size; ++j) expected += k(i, j) * static_cast<double>(single[as_size(2 * j + s)]);
      CHECK(std::fabs(static_cast<double>(single_out[as_size(2 * i + s)]) - expected) <=
            0x1p-24 * std::fabs(expected) + 1e-11);
    }
  }
  const int before = num_threads();
  for (const int threads : {1, 2, 3}) {
    set_num_threads(threads);
    std::vector<double> again(y.size());
    bordered.solve(MatrixSpan<const double>(y.data(), size, 2), MatrixSpan<double>(again.data(), size, 2));
    CHECK(again == out);
  }
  set_num_threads(before);
  // Doubles are the words that are exactly them, mod 1.
  const std::vector<double> halves{0.5, -0.75};
  const std::vector<Word> same{Word{1} << 63, Word{1} << 62};
  CHECK(BorderedGram(gram, MatrixSpan<const double>(halves.data(), 1, 2)).logdet() ==
        BorderedGram(gram, MatrixSpan<const Word>(same.data(), 1, 2)).logdet());
  const BorderedGram other = bordered.with_nugget(0.7);
  CHECK(other.nugget() == 0.7);
  CHECK(other.logdet() == BorderedGram(gram.with_nugget(0.7), further).logdet());
}

TEST_CASE("draws of a bordered matrix have its covariance") {
  const Case c = cases()[0];
  const Index n = 8;
  const Index m = 2;
  const auto z = further_points(c, m);
  const BorderedGram bordered(StructuredGram::checked(c.points, c.kernel, n, 0.1),
                              MatrixSpan<const Word>(z.data(), m, 2));
  const Matrix k = dense({c.name, c.points, c.kernel, n}, z, 0.1, 0.1);
  const Index draws = 20000;
  Matrix y(n + m, draws);
  bordered.sample(Seed{3}, MatrixSpan<double>(y.data(), n + m, draws));
  std::vector<double> first(as_size(n + m));
  bordered.sample(Seed{3}, MatrixSpan<double>(first.data(), n + m, 1));
  for (Index i = 0; i < n + m; ++i) CHECK(std::fabs(first[as_size(i)] - y(i, 0)) <= 1e-14 * k.norm());
  const Matrix covariance = y * y.transpose() / static_cast<double>(draws);
  // An entry's standard deviation is at most sqrt(2 / draws) k(0); of 100 entries one beyond 6 is a chance of 2e-7.
  CHECK((covariance - k).cwiseAbs().maxCoeff() <= 6 * std::sqrt(2.0 / static_cast<double>(draws)) * k(0, 0));
}

TEST_CASE("bordered matrices refuse what breaks a rule, and points that add nothing") {
  const Lattice points = randomized(Lattice(2), Shift{}, Seed{3});
  const ShiftInvariantKernel kernel(2, {.alpha = 1.0});
  const StructuredGram gram(points, kernel, 64);
  const auto z = values(3, 2, 8);
  const MatrixSpan<const double> further(z.data(), 3, 2);
  CHECK_THROWS_WITH_AS(BorderedGram(gram, further.row_range(0, 0)), "further: must have at least one row; got 0",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(BorderedGram(gram, MatrixSpan<const double>(z.data(), 2, 3)),
                       "further: must have one column per dimension, 2; got 3", std::invalid_argument);
  CHECK_THROWS_WITH_AS(BorderedGram(gram, further, -1.0), "nugget: must be finite and not negative; got -1",
                       std::invalid_argument);
  const std::vector<double> bad{0.5, std::nan("")};
  CHECK_THROWS_WITH_AS(BorderedGram(gram, MatrixSpan<const double>(bad.data(), 1, 2)),
                       "further: must be finite; got nan", std::invalid_argument);
  const StructuredGram of_net(Sobol(2), DigitallyShiftInvariantKernel(2), 64, 0.1);
  const std::vector<double> outside{0.5, 1.0};
  CHECK_THROWS_AS(BorderedGram(of_net, MatrixSpan<const double>(outside.data(), 1, 2)), std::invalid_argument);
  const BorderedGram bordered(gram, further);
  std::vector<double> y(67);
  CHECK_THROWS_WITH_AS(bordered.solve(MatrixSpan<const double>(y.data(), 64, 1), MatrixSpan<double>(y.data(), 64, 1)),
                       "y: must have one row per point, 67; got 64", std::invalid_argument);
  CHECK_THROWS_AS(bordered.solve(MatrixSpan<const double>(y.data(), 67, 1), MatrixSpan<double>(y.data(), 67, 0)),
                  std::invalid_argument);
  CHECK_THROWS_AS(bordered.quadratic(MatrixSpan<const double>(y.data(), 67, 1), {}), std::invalid_argument);
  // Without a nugget a point twice, of the design or not, is no new row.
  // What is left of its variance is rounding errors of either sign.
  for (const double alpha : {1.0, 2.0}) {
    for (const double weight : {0.1, 0.7, 1.0}) {
      const StructuredGram of(points, ShiftInvariantKernel(2, {.alpha = alpha, .weights = weight}), 64);
      for (Index i = 0; i < 64; ++i) {
        const auto twice = points.integers({i, i + 1});
        const MatrixSpan<const Word> once(twice.data(), 1, 2);
        CHECK_THROWS_WITH_AS(BorderedGram(of, once), doctest::Contains("raise nugget from 0 to more than"),
                             NumericalError);
        if (i % 9 == 0) CHECK(BorderedGram(of, once, 1e-3).size() == 65);
      }
    }
  }
  auto repeated = z;
  std::copy_n(z.begin(), 2, repeated.begin() + 4);
  CHECK_THROWS_WITH_AS(BorderedGram(gram, MatrixSpan<const double>(repeated.data(), 3, 2)),
                       doctest::Contains("raise nugget from 0 to more than"), NumericalError);
  // A matrix that has no inverse itself.
  const StructuredGram flat(points, ShiftInvariantKernel(2, {.weights = 0.0}), 64);
  CHECK_THROWS_WITH_AS(BorderedGram(flat, further), doctest::Contains("raise nugget"), NumericalError);
}
