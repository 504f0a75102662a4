#include "cubature/control_variates.hpp"

#include <atomic>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include <doctest/doctest.h>

#include <korobov/cubature/integration.hpp>
#include <korobov/generators/lattice.hpp>
#include <korobov/generators/sobol.hpp>
#include <korobov/integrands/asian_option.hpp>

#include "cubature/results.hpp"

using namespace korobov;

namespace {

AnyPointSet net(Index d, std::uint64_t seed) { return randomized(Sobol(d), LmsShift{}, Seed{seed}); }
AnyPointSet lattice(Index d, std::uint64_t seed) { return randomized(Lattice(d), Shift{}, Seed{seed}); }

// f = (exp(x + y), sin(x y)); g_1 = x, g_2 = x^2 with known means.
void exponential(MatrixSpan<const double> x, MatrixSpan<double> y) {
  for (Index i = 0; i < x.rows; ++i) {
    y(i, 0) = std::exp(x(i, 0) + x(i, 1));
    y(i, 1) = std::sin(x(i, 0) * x(i, 1));
  }
}
const double exact_exponential = (std::numbers::e - 1) * (std::numbers::e - 1);

Integrand powers() {
  return Integrand(
      [](MatrixSpan<const double> x, MatrixSpan<double> y) {
        for (Index i = 0; i < x.rows; ++i) {
          y(i, 0) = x(i, 0) + x(i, 1);
          y(i, 1) = x(i, 0) * x(i, 0) + x(i, 1) * x(i, 1);
        }
      },
      2);
}
const std::vector<double> power_means{1.0, 2.0 / 3};

std::vector<Rule> all_rules() { return {Automatic{}, CoefficientDecay{}, Replicated{}}; }

}  // namespace

TEST_CASE("a control variate that f is made of leaves nothing to integrate") {
  const Integrand f([](MatrixSpan<const double> x, MatrixSpan<double> y) {
    for (Index i = 0; i < x.rows; ++i)
      y(i, 0) = 3 * (x(i, 0) + x(i, 1)) - 2 * (x(i, 0) * x(i, 0) + x(i, 1) * x(i, 1)) + 5;
  });
  for (const Rule& rule : all_rules()) {
    for (const AnyPointSet& points : {net(2, 1), lattice(2, 1)}) {
      const Result r = integrate(
          f, points, {.abs_tol = 1e-10, .rule = rule, .control_variates = ControlVariates{powers(), power_means}});
      CHECK(r.n == 1024);
      CHECK(r.value[0] == doctest::Approx(3 - 4.0 / 3 + 5).epsilon(1e-13));
    }
  }
}

TEST_CASE("control variates reduce n: arithmetic Asian option with the geometric one") {
  const AsianOption f(12);
  const AsianOption g(12, {.mean = PathMean::geometric});
  for (const Rule& rule : all_rules()) {
    CAPTURE(to_string(rule));
    for (const AnyPointSet& points : {net(12, 3), lattice(12, 3)}) {
      const Result plain = integrate(f, points, {.abs_tol = 1e-3, .rule = rule});
      const Result with =
          integrate(f, points, {.abs_tol = 1e-3, .rule = rule, .control_variates = ControlVariates{g, {*g.exact()}}});
      CHECK(with.status == Status::converged);
      CHECK(2 * with.n <= plain.n);
      CHECK(std::fabs(with.value[0] - plain.value[0]) <= with.error_bound[0] + plain.error_bound[0]);
    }
  }
}

TEST_CASE("control variates keep the estimate unbiased") {
  // The mean of 200 independent estimates at n = 256, against their own standard error: |z| > 4.5 has probability 7e-6
  // per case, and the bias of order 1/n is far below the standard error.
  for (const Rule& rule : {Rule{CoefficientDecay{}}, Rule{Replicated{4}}}) {
    CAPTURE(to_string(rule));
    for (const bool is_net : {true, false}) {
      double sum = 0, squares = 0;
      constexpr int runs = 200;
      for (std::uint64_t seed = 0; seed < runs; ++seed) {
        const Result r = integrate(Integrand(exponential, 2), is_net ? net(2, seed) : lattice(2, seed),
                                   {.abs_tol = 1e-14,
                                    .n_min = 256,
                                    .n_max = 256,
                                    .rule = rule,
                                    .control_variates = ControlVariates{powers(), power_means}});
        const double error = r.value[0] - exact_exponential;
        sum += error;
        squares += error * error;
      }
      const double mean = sum / runs;
      const double standard_error = std::sqrt((squares / runs - mean * mean) / runs);
      CAPTURE(mean);
      CAPTURE(standard_error);
      CHECK(std::fabs(mean) < 4.5 * standard_error);
    }
  }
}

TEST_CASE("vector outputs have a beta of their own") {
  const Options options{
      .abs_tol = 1e-5, .rule = CoefficientDecay{}, .control_variates = ControlVariates{powers(), power_means}};
  const Result both = integrate(Integrand(exponential, 2), net(2, 5), options);
  const Integrand second([](MatrixSpan<const double> x, MatrixSpan<double> y) {
    for (Index i = 0; i < x.rows; ++i) y(i, 0) = std::sin(x(i, 0) * x(i, 1));
  });
  const Result one = integrate(second, net(2, 5), options);
  // The fit is the same up to rounding: the triangular factor has another width.
  CHECK(both.value[1] == doctest::Approx(one.value[0]).epsilon(1e-12));
  CHECK(both.error_bound[1] == doctest::Approx(one.error_bound[0]).epsilon(1e-6));
  CHECK(std::fabs(both.value[0] - exact_exponential) <= 1e-5);
}

TEST_CASE("constant and collinear control variates change nothing") {
  // x + y, twice itself plus 1, and a constant.
  const Integrand degenerate(
      [](MatrixSpan<const double> x, MatrixSpan<double> y) {
        for (Index i = 0; i < x.rows; ++i) {
          y(i, 0) = x(i, 0) + x(i, 1);
          y(i, 1) = 2 * (x(i, 0) + x(i, 1)) + 1;
          y(i, 2) = 7;
        }
      },
      3);
  const Integrand simple([](MatrixSpan<const double> x, MatrixSpan<double> y) {
    for (Index i = 0; i < x.rows; ++i) y(i, 0) = x(i, 0) + x(i, 1);
  });
  for (const Rule& rule : all_rules()) {
    CAPTURE(to_string(rule));
    const Options options{
        .abs_tol = 1e-4, .rule = rule, .control_variates = ControlVariates{degenerate, {1.0, 3.0, 7.0}}};
    const Result r = integrate(Integrand(exponential, 2), net(2, 9), options);
    const Result s = integrate(Integrand(exponential, 2), net(2, 9),
                               {.abs_tol = 1e-4, .rule = rule, .control_variates = ControlVariates{simple, {1.0}}});
    CHECK(r.n == s.n);
    CHECK(r.value[0] == doctest::Approx(s.value[0]).epsilon(1e-10));
    CHECK(std::fabs(r.value[0] - exact_exponential) <= 1e-4);
  }
}

TEST_CASE("interrupted, tightened, any number of threads: the same result") {
  for (const Rule& rule : all_rules()) {
    const Options options{.abs_tol = 1e-6, .rule = rule, .control_variates = ControlVariates{powers(), power_means}};
    const Result expected = integrate(Integrand(exponential, 2), lattice(2, 4), options);
    std::atomic<int> calls = 0;
    const Integrand failing(
        [&](MatrixSpan<const double> x, MatrixSpan<double> y) {
          if (++calls == 2) throw std::runtime_error("once");
          exponential(x, y);
        },
        2);
    Options loose = options;
    loose.abs_tol = 1e-3;
    loose.control_variates = ControlVariates{concurrent(powers()), power_means};
    Integration run(concurrent(failing), lattice(2, 4), loose);
    try {
      run.run();
      run.tighten(1e-6);
      run.run();
    } catch (const std::runtime_error&) {
    }
    run.run();
    run.tighten(1e-6);
    run.run();
    CHECK(test::same(run.result(), expected));
  }
}

TEST_CASE("errors of control variates name them") {
  const Integrand bad([](MatrixSpan<const double> x, MatrixSpan<double> y) {
    for (Index i = 0; i < x.rows; ++i) y(i, 0) = std::log(x(i, 0) - 0.5);
  });
  CHECK_THROWS_WITH_AS(
      integrate(Integrand(exponential, 2), net(2, 4), {.control_variates = ControlVariates{bad, {1.0}}}),
      doctest::Contains("control_variates.functions: must be finite at every point; got nan (output 0) at point "),
      std::invalid_argument);
  const Integrand wide(
      [](MatrixSpan<const double> x, std::vector<double>& y) { y.assign(static_cast<std::size_t>(2 * x.rows), 1.0); });
  CHECK_THROWS_WITH_AS(
      integrate(Integrand(exponential, 2), net(2, 4), {.control_variates = ControlVariates{wide, {1.0}}}),
      "control_variates.functions: must return 1 outputs in every batch; got 2", std::invalid_argument);
}
