#include <functional>
#include <stdexcept>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/measures/brownian_motion.hpp>
#include <korobov/measures/gaussian.hpp>
#include <korobov/measures/geometric_brownian_motion.hpp>
#include <korobov/measures/uniform.hpp>

#include "support/instruction_sets.hpp"
#include "support/random_points.hpp"

using namespace korobov;

namespace {

constexpr Index d = 11;

std::vector<double> dates() {
  std::vector<double> times;
  for (Index j = 1; j <= d; ++j) times.push_back(0.1 * static_cast<double>(j * j));
  return times;
}

std::vector<double> matrix() {
  std::vector<double> c(d * d);
  for (std::size_t i = 0; i < d; ++i) {
    for (std::size_t j = 0; j < d; ++j) c[i * d + j] = i == j ? 2.0 : 1.0 / static_cast<double>(1 + i + j);
  }
  return c;
}

std::vector<Measure> every_measure() {
  const auto c = matrix();
  const MatrixSpan<const double> full(c.data(), d, d);
  std::vector<double> variances(d, 1.5);
  variances[3] = 4.0;
  return {Uniform(-1.0, 2.0, d),
          Uniform(std::vector<double>(d, -1.0), 2.0),
          Gaussian(1.0, 2.0, Factor::pca, d),
          Gaussian(1.0, variances),
          Gaussian(0.5, full),
          Gaussian(0.5, full, Factor::cholesky),
          BrownianMotion(dates()),
          BrownianMotion(dates(), {.factor = PathFactor::cholesky}),
          BrownianMotion(dates(), {.drift = 0.3, .initial = 2.0, .factor = PathFactor::bridge}),
          GeometricBrownianMotion(dates(), {.volatility = 0.2, .factor = PathFactor::bridge})};
}

// x with u and x placed in larger arrays, element (i, j) at offset i * row + j * column.
std::vector<double> with_strides(const Measure& m, const std::vector<double>& u, Index rows, Index row, Index column) {
  std::vector<double> in(static_cast<std::size_t>(rows * row + d * column), -7.0);
  const MatrixSpan<double> from(in.data(), rows, d, row, column);
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < d; ++j) from(i, j) = u[static_cast<std::size_t>(i * d + j)];
  }
  std::vector<double> out(in.size(), -7.0);
  const MatrixSpan<double> to(out.data(), rows, d, row, column);
  m.transform(from, to);
  std::vector<double> x;
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < d; ++j) {
      x.push_back(to(i, j));
      to(i, j) = -7.0;
    }
  }
  CHECK(out == std::vector<double>(out.size(), -7.0));  // nothing else was written
  m.transform(from, from);                              // in place
  Index different = 0;
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < d; ++j) different += from(i, j) == x[static_cast<std::size_t>(i * d + j)] ? 0 : 1;
  }
  CHECK(different == 0);
  return x;
}

}  // namespace

TEST_CASE("measures: strides, in place, blocks and single rows give the bits of one contiguous call") {
  const Index rows = 1003;
  const auto u = random_points(rows, d, Seed{11});
  for_each_instruction_set([&] {
    for (const auto& m : every_measure()) {
      INFO(m.description());
      std::vector<double> x(u.size());
      m.transform({u.data(), rows, d}, {x.data(), rows, d});
      CHECK(with_strides(m, u, rows, d, 1) == x);
      CHECK(with_strides(m, u, rows, d + 3, 1) == x);
      CHECK(with_strides(m, u, rows, 1, rows) == x);
      CHECK(with_strides(m, u, rows, 2 * d, 2) == x);
      for (const Index i : {Index{0}, Index{501}, rows - 1}) {
        std::vector<double> one(d);
        m.transform({u.data() + i * d, 1, d}, {one.data(), 1, d});
        CHECK(one == std::vector<double>(x.begin() + i * d, x.begin() + (i + 1) * d));
      }
      m.transform({u.data(), 0, d}, {x.data(), 0, d});
    }
  });
}

TEST_CASE("measures: one handle used by several threads") {
  const Index rows = 500;
  const auto u = random_points(rows, d, Seed{12});
  for (const auto& m : every_measure()) {
    std::vector<double> x(u.size());
    m.transform({u.data(), rows, d}, {x.data(), rows, d});
    std::vector<std::vector<double>> copies(4, std::vector<double>(u.size()));
    std::vector<std::thread> threads;
    for (auto& copy : copies) {
      threads.emplace_back([&m, &u, &copy] { m.transform({u.data(), rows, d}, {copy.data(), rows, d}); });
    }
    for (auto& thread : threads) thread.join();
    for (const auto& copy : copies) CHECK(copy == x);
  }
}

TEST_CASE("measures: instruction sets agree to rounding") {
  const Index rows = 64;
  const auto u = random_points(rows, d, Seed{13});
  for (const auto& m : every_measure()) {
    INFO(m.description());
    std::vector<double> first;
    for_each_instruction_set([&] {
      std::vector<double> x(u.size());
      m.transform({u.data(), rows, d}, {x.data(), rows, d});
      if (first.empty()) first = x;
      // Sums of d products of terms below 20 in magnitude, and their exponentials.
      for (std::size_t k = 0; k < x.size(); ++k) CHECK(std::abs(x[k] - first[k]) <= 1e-13 * (1.0 + std::abs(x[k])));
    });
  }
}

TEST_CASE("measures: dimensions and shapes are checked") {
  const std::vector<double> u(2 * d, 0.5);
  std::vector<double> x(u.size());
  for (const auto& m : every_measure()) {
    CHECK(m.dimension() == d);
    CHECK(m.fits(d));
    CHECK_FALSE(m.fits(d + 1));
    CHECK_FALSE(m.description().empty());
    CHECK_THROWS_WITH_AS(m.transform({u.data(), 2, d - 1}, {x.data(), 2, d - 1}),
                         "u: must have one column per dimension, 11; got 10", std::invalid_argument);
    CHECK_THROWS_WITH_AS(m.transform({u.data(), 2, d}, {x.data(), 1, d}),
                         "x: must have the shape of u, (2, 11); got '(1, 11)'", std::invalid_argument);
  }
  CHECK(Uniform().dimension() == 0);
  CHECK(Gaussian().fits(7));
  Gaussian().transform({u.data(), 11, 2}, {x.data(), 11, 2});
  CHECK(x[21] == 0.0);
  CHECK_THROWS_AS(Uniform().transform({u.data(), 2, 0}, {x.data(), 2, 0}), std::invalid_argument);
}
