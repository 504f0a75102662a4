#include <cmath>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/integrands/integrand.hpp>
#include <korobov/measures/gaussian.hpp>
#include <korobov/measures/uniform.hpp>

using namespace korobov;

namespace {

const std::vector<double> points{1.0, 2.0, 3.0, 4.0, 5.0, 6.0};
const MatrixSpan<const double> x(points.data(), 3, 2);

void sum_and_product(MatrixSpan<const double> p, MatrixSpan<double> y) {
  for (Index i = 0; i < p.rows; ++i) {
    y(i, 0) = p(i, 0) + p(i, 1);
    y(i, 1) = p(i, 0) * p(i, 1);
  }
}

}  // namespace

TEST_CASE("integrand: a batch function fills any view") {
  const Integrand f(sum_and_product, 2);
  CHECK(f.outputs() == 2);
  CHECK_FALSE(f.dimension().has_value());
  CHECK_FALSE(f.measure().has_value());
  CHECK_FALSE(f.exact().has_value());
  CHECK_FALSE(f.is_concurrent());
  std::vector<double> y(6);
  f.evaluate(x, MatrixSpan<double>(y.data(), 3, 2, 1, 3));  // column by column
  CHECK(y == std::vector<double>{3.0, 7.0, 11.0, 2.0, 12.0, 30.0});
  std::vector<double> sized;
  CHECK(f.evaluate(x, sized) == 2);
  CHECK(sized == std::vector<double>{3.0, 2.0, 7.0, 12.0, 11.0, 30.0});
}

TEST_CASE("integrand: a sizing function says how many outputs there are") {
  const Integrand f = [](MatrixSpan<const double> p, std::vector<double>& y) {
    y.clear();
    for (Index i = 0; i < p.rows; ++i) y.insert(y.end(), {p(i, 0), p(i, 1), 1.0});
  };
  CHECK(f.outputs() == 0);
  std::vector<double> y;
  CHECK(f.evaluate(x, y) == 3);
  CHECK(y == std::vector<double>{1.0, 2.0, 1.0, 3.0, 4.0, 1.0, 5.0, 6.0, 1.0});
  std::vector<double> out(9);
  f.evaluate(x, MatrixSpan<double>(out.data(), 3, 3));
  CHECK(out == y);
  CHECK_THROWS_WITH_AS(f.evaluate(x, MatrixSpan<double>(out.data(), 3, 2)), "f: must return 2 outputs per point; got 3",
                       std::invalid_argument);

  const Integrand ragged = [](MatrixSpan<const double>, std::vector<double>& values) { values.assign(4, 0.0); };
  CHECK_THROWS_WITH_AS(ragged.evaluate(x, y),
                       "f: must return the same number of values, one or more, for each of 3 points; got 4",
                       std::invalid_argument);
  const Integrand empty = [](MatrixSpan<const double>, std::vector<double>& values) { values.clear(); };
  CHECK_THROWS_AS(empty.evaluate(x, y), std::invalid_argument);
}

TEST_CASE("integrand: pointwise sees each point, whatever the strides") {
  const auto f = pointwise([](std::span<const double> p) { return p[0] - 2.0 * p[1]; });
  std::vector<double> y(3);
  f.evaluate(x, MatrixSpan<double>(y.data(), 3, 1));
  CHECK(y == std::vector<double>{-3.0, -5.0, -7.0});
  f.evaluate(MatrixSpan<const double>(points.data(), 3, 2, 1, 3), MatrixSpan<double>(y.data(), 3, 1));
  CHECK(y == std::vector<double>{-7.0, -8.0, -9.0});
}

TEST_CASE("integrand: measure, exact value and concurrency are added to copies") {
  const Integrand f(sum_and_product, 2);
  const auto g = f.with_measure(Gaussian(0.0, 1.0, Factor::pca, 2)).with_exact(3.0);
  CHECK(g.dimension() == 2);
  CHECK(g.measure()->dimension() == 2);
  CHECK(g.exact() == 3.0);
  CHECK_FALSE(f.measure().has_value());
  CHECK_FALSE(g.with_measure(Uniform(0.0, 1.0, 2)).exact().has_value());  // another measure, another integral
  CHECK_FALSE(f.with_measure(Gaussian()).dimension().has_value());
  CHECK(concurrent(g).is_concurrent());
  CHECK_FALSE(g.is_concurrent());
  CHECK_THROWS_WITH_AS(g.with_measure(Uniform(0.0, 1.0, 3)), "measure: must have the integrand's dimension, 2; got 3",
                       std::invalid_argument);
}

TEST_CASE("integrand: shapes and functions are checked, exceptions pass through") {
  const Integrand f(sum_and_product, 2);
  std::vector<double> y(6);
  CHECK_THROWS_WITH_AS(f.evaluate(x, MatrixSpan<double>(y.data(), 3, 1)), "y: must have shape (3, 2); got '(3, 1)'",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(f.evaluate(x, MatrixSpan<double>(y.data(), 2, 2)), "y: must have shape (3, 2); got '(2, 2)'",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(f.with_measure(Uniform(0.0, 1.0, 3)).evaluate(x, MatrixSpan<double>(y.data(), 3, 2)),
                       "x: must have one column per dimension, 3; got 2", std::invalid_argument);
  CHECK_THROWS_WITH_AS(Integrand(sum_and_product, 0), "outputs: must be at least 1; got 0", std::invalid_argument);
  CHECK_THROWS_AS(Integrand{Integrand::Batch{}}, std::invalid_argument);
  CHECK_THROWS_AS(Integrand{Integrand::SizingBatch{}}, std::invalid_argument);
  CHECK_THROWS_AS(pointwise(nullptr), std::invalid_argument);
  struct Stop {};
  const auto g = pointwise([](std::span<const double>) -> double { throw Stop(); });
  CHECK_THROWS_AS(g.evaluate(x, MatrixSpan<double>(y.data(), 3, 1)), Stop);
}
