#include <atomic>
#include <chrono>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

#include <korobov/core/instruction_set.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/cubature/integration.hpp>
#include <korobov/generators/iid.hpp>
#include <korobov/generators/lattice.hpp>
#include <korobov/generators/nested_uniform.hpp>
#include <korobov/generators/sobol.hpp>
#include <korobov/integrands/asian_option.hpp>
#include <korobov/integrands/keister.hpp>
#include <korobov/measures/gaussian.hpp>
#include <korobov/measures/uniform.hpp>

#include "cubature/results.hpp"

using namespace korobov;
using test::same;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

AnyPointSet net(Index d, std::uint64_t seed = 7) { return randomized(Sobol(d), LmsShift{}, Seed{seed}); }
AnyPointSet lattice(Index d, std::uint64_t seed = 7) { return randomized(Lattice(d), Shift{}, Seed{seed}); }

std::vector<Rule> all_rules() { return {Automatic{}, CoefficientDecay{}, Replicated{}}; }

// prod_j (1 + (x_j - 1/2) / 2): smooth, integral 1.
double product(std::span<const double> x) {
  double p = 1;
  for (const double v : x) p *= 1 + (v - 0.5) / 2;
  return p;
}

// Three outputs of different difficulty, integrals 1, d/2 and 0.
Integrand three_outputs() {
  return Integrand(
      [](MatrixSpan<const double> x, MatrixSpan<double> y) {
        for (Index i = 0; i < x.rows; ++i) {
          double p = 1, s = 0;
          for (Index j = 0; j < x.cols; ++j) {
            p *= 1 + (x(i, j) - 0.5) / 2;
            s += x(i, j);
          }
          y(i, 0) = p;
          y(i, 1) = s;
          y(i, 2) = 20 * std::sin(2 * std::numbers::pi * s);
        }
      },
      3);
}

Integrand output_of_three(Index k) {
  return Integrand([k](MatrixSpan<const double> x, MatrixSpan<double> y) {
    std::vector<double> all(static_cast<std::size_t>(3 * x.rows));
    three_outputs().evaluate(x, MatrixSpan<double>(all.data(), x.rows, 3));
    for (Index i = 0; i < x.rows; ++i) y(i, 0) = all[static_cast<std::size_t>(3 * i + k)];
  });
}

struct Counted {
  Index points = 0;
  Index calls = 0;
};

// Keister's integrand in d = 3 that throws at its calls number `at`, once each.
Integrand interrupted_keister(std::shared_ptr<Counted> counted, std::vector<Index> at) {
  return Integrand([counted, at](MatrixSpan<const double> x, MatrixSpan<double> y) {
           ++counted->calls;
           for (const Index call : at)
             if (call == counted->calls) throw std::runtime_error("call " + std::to_string(call));
           Keister(3).evaluate(x, y);
           counted->points += x.rows;
         })
      .with_measure(*Keister(3).measure());
}

template <class F>
std::string message_of(F action) {
  try {
    action();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "nothing was thrown";
}

}  // namespace

TEST_CASE("known integrals: the interval holds the truth and the tolerance is met") {
  for (const Rule& rule : all_rules()) {
    CAPTURE(to_string(rule));
    for (const AnyPointSet& points : {net(3), lattice(3)}) {
      const Keister f(3);
      const Result r = integrate(f, points, {.abs_tol = 1e-3, .rule = rule});
      CHECK(r.status == Status::converged);
      CHECK(std::fabs(r.value[0] - 2.168309102165481) <= r.error_bound[0]);
      CHECK(r.error_bound[0] <= 1e-3);
      CHECK(r.lower[0] <= r.value[0]);
      CHECK(r.value[0] <= r.upper[0]);
      CHECK(r.history.back().n == r.n);
      CHECK(r.history.back().value == r.value);
    }
  }
}

TEST_CASE("every periodization gives the same integral, and turning it changes the run") {
  std::vector<double> bounds;
  for (const Periodization how : {Periodization::none, Periodization::baker, Periodization::c0, Periodization::c1,
                                  Periodization::c1sin, Periodization::c2sin, Periodization::c3sin}) {
    CAPTURE(to_string(how));
    for (const Rule& rule : all_rules()) {
      const Result r = integrate(pointwise(product), lattice(2), {.abs_tol = 1e-3, .rule = rule, .periodize = how});
      CHECK(r.status == Status::converged);
      CHECK(std::fabs(r.value[0] - 1) <= 1e-3);
      if (std::holds_alternative<CoefficientDecay>(rule)) bounds.push_back(r.history.front().error_bound[0]);
    }
  }
  for (std::size_t i = 0; i < bounds.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) CHECK(bounds[i] != bounds[j]);
  for (const LatticeOptions& order :
       {LatticeOptions{.order = Order::gray}, LatticeOptions{.order = Order::linear, .n = 8192}})
    CHECK(integrate(pointwise(product), randomized(Lattice(2, order), Shift{}, Seed{1}),
                    {.abs_tol = 1e-2, .periodize = Periodization::c1})
              .status == Status::converged);
  const auto baker = integrate(pointwise(product), lattice(2), {.periodize = Periodization::baker});
  CHECK(same(integrate(pointwise(product), lattice(2)), baker));
}

TEST_CASE("measures: the option replaces the integrand's own") {
  const auto square = pointwise([](std::span<const double> x) { return x[0] * x[0]; });
  const Result own = integrate(square.with_measure(Gaussian(0.0, 4.0)), net(1), {.abs_tol = 1e-3});
  CHECK(own.value[0] == doctest::Approx(4).epsilon(3e-4));
  const Result option =
      integrate(square.with_measure(Gaussian(0.0, 4.0)), net(1), {.abs_tol = 1e-3, .measure = Uniform(0.0, 3.0)});
  CHECK(option.value[0] == doctest::Approx(3).epsilon(4e-4));
}

TEST_CASE("relative tolerance: |s - value| <= rel_tol |s|, and n depends on it alone") {
  const auto scaled = [](double factor) {
    return pointwise([factor](std::span<const double> x) { return factor * product(x); });
  };
  for (const Rule& rule : all_rules()) {
    const Result large = integrate(scaled(1024), net(4), {.rel_tol = 1e-3, .rule = rule});
    const Result small = integrate(scaled(1.0 / 1024), net(4), {.rel_tol = 1e-3, .rule = rule});
    CHECK(large.status == Status::converged);
    CHECK(large.n == small.n);
    CHECK(std::fabs(large.value[0] - 1024) <= 1.024);
    CHECK(std::fabs(small.value[0] - 1.0 / 1024) <= 1e-3 / 1024);
  }
}

TEST_CASE("vector outputs: each has the value and bound of a run of its own") {
  for (const Rule& rule : all_rules()) {
    CAPTURE(to_string(rule));
    for (const AnyPointSet& points : {net(3), lattice(3)}) {
      const Options options{.abs_tol = 2e-4, .rule = rule};
      const Result all = integrate(three_outputs(), points, options);
      CHECK(all.status == Status::converged);
      Index most = 0;
      for (Index k = 0; k < 3; ++k) {
        const Result one = integrate(output_of_three(k), points, options);
        const auto at = static_cast<std::size_t>(k);
        CHECK(all.value[at] == one.value[0]);
        CHECK(all.error_bound[at] == one.error_bound[0]);
        most = std::max(most, one.n);
      }
      CHECK(all.n == most);
      CHECK(std::fabs(all.value[0] - 1) <= 2e-4);
      CHECK(std::fabs(all.value[1] - 1.5) <= 2e-4);
    }
  }
}

TEST_CASE("an integrand that does not know its outputs gives the same result") {
  const Integrand sized([](MatrixSpan<const double> x, std::vector<double>& y) {
    y.resize(static_cast<std::size_t>(3 * x.rows));
    three_outputs().evaluate(x, MatrixSpan<double>(y.data(), x.rows, 3));
  });
  for (const Rule& rule : all_rules()) {
    const Options options{.abs_tol = 1e-3, .rule = rule};
    const Result r = integrate(sized, net(3), options);
    CHECK(r.value.size() == 3);
    CHECK(same(r, integrate(three_outputs(), net(3), options)));
    CHECK(same(r, integrate(concurrent(sized), net(3), options)));
  }
}

TEST_CASE("an exception of f passes through; run() again ends as if nothing had happened, and repeats no batch") {
  for (const Rule& rule : all_rules()) {
    CAPTURE(to_string(rule));
    const Options options{.abs_tol = 1e-3, .rule = rule};
    const auto quiet = std::make_shared<Counted>();
    const Result expected = integrate(interrupted_keister(quiet, {}), net(3), options);
    const auto counted = std::make_shared<Counted>();
    Integration run(interrupted_keister(counted, {1, 2, 4, 5, 9}), net(3), options);
    int thrown = 0;
    for (bool is_done = false; !is_done;) {
      try {
        run.run();
        is_done = true;
      } catch (const std::runtime_error&) {
        ++thrown;
        CHECK(run.result().status == Status::cancelled);
      }
    }
    CHECK(thrown >= 3);
    CHECK(same(run.result(), expected));
    CHECK(counted->points == quiet->points);
  }
}

TEST_CASE("exceptions in parallel batches keep the batches of the others") {
  for (const Rule& rule : all_rules()) {
    const auto countdown = std::make_shared<std::atomic<int>>(3);
    const Integrand f = concurrent(Integrand([countdown](MatrixSpan<const double> x, MatrixSpan<double> y) {
                          if (x(0, 0) > 0.3 && countdown->fetch_sub(1) > 0) throw std::runtime_error("once");
                          Keister(3).evaluate(x, y);
                        })).with_measure(*Keister(3).measure());
    Integration run(f, net(3), {.abs_tol = 3e-4, .rule = rule});
    set_num_threads(3);
    for (int tries = 0; run.result().status != Status::converged && tries < 10; ++tries) {
      try {
        run.run();
      } catch (const std::runtime_error&) {
      }
    }
    set_num_threads(1);
    CHECK(same(run.result(), integrate(Keister(3), net(3), {.abs_tol = 3e-4, .rule = rule})));
  }
}

TEST_CASE("callback: called after every doubling; true cancels; an exception passes; the run can go on") {
  const Options plain{.abs_tol = 1e-4};
  const Result expected = integrate(Keister(2), net(2), plain);
  REQUIRE(expected.history.size() >= 4);

  std::vector<Index> seen;
  Options options = plain;
  options.callback = [&](const Result& r) {
    seen.push_back(r.n);
    if (seen.size() == 1) throw std::runtime_error("from the callback");
    return seen.size() == 3;
  };
  Integration run(Keister(2), net(2), options);
  CHECK_THROWS_WITH_AS(run.run(), "from the callback", std::runtime_error);
  CHECK(run.result().n == expected.history[0].n);
  CHECK(run.run().status == Status::cancelled);
  CHECK(run.result().n == expected.history[2].n);
  CHECK(run.run().status == Status::converged);
  CHECK(same(run.result(), expected));
  CHECK(seen.size() == expected.history.size());
  CHECK(run.run().status == Status::converged);  // nothing left to do
  CHECK(seen.size() == expected.history.size());
}

TEST_CASE("a stop token cancels, between batches too") {
  const Result expected = integrate(Keister(3), net(3), {.abs_tol = 1e-4});
  std::stop_source source;
  Index calls = 0;
  const Integrand f = Integrand([&](MatrixSpan<const double> x, MatrixSpan<double> y) {
                        if (++calls == 5) source.request_stop();
                        Keister(3).evaluate(x, y);
                      }).with_measure(*Keister(3).measure());
  Integration run(f, net(3), {.abs_tol = 1e-4});
  CHECK(run.run(source.get_token()).status == Status::cancelled);
  CHECK(calls == 5);
  CHECK(run.run().status == Status::converged);
  CHECK(same(run.result(), expected));
}

TEST_CASE("tighten: new points only, and the result of a run that had the tolerance from the start") {
  for (const Rule& rule : all_rules()) {
    CAPTURE(to_string(rule));
    for (const AnyPointSet& points : {net(3), lattice(3)}) {
      const auto counted = std::make_shared<Counted>();
      Index points_seen = 0;
      const Integrand f(
          [&](MatrixSpan<const double> x, MatrixSpan<double> y) {
            points_seen += x.rows;
            three_outputs().evaluate(x, y);
          },
          3);
      Integration run(f, points, {.abs_tol = 1e-2, .rule = rule});
      run.run();
      run.tighten(1e-3);
      run.run();
      run.tighten({}, 0.0);  // nothing new
      run.tighten(2e-4);
      const Result r = run.run();
      CHECK(same(r, integrate(three_outputs(), points, {.abs_tol = 2e-4, .rule = rule})));
      CHECK(points_seen == r.n);
    }
  }
}

TEST_CASE("tighten takes no looser tolerance and no bad one") {
  Integration run(Keister(2), net(2), {.abs_tol = 1e-2, .rel_tol = 1e-2});
  run.run();
  const Result before = run.result();
  CHECK(message_of([&] { run.tighten(1e-1); }) == "abs_tol: must not exceed the present 0.01; got 0.1");
  CHECK(message_of([&] { run.tighten({}, 0.5); }) == "rel_tol: must not exceed the present 0.01; got 0.5");
  CHECK(message_of([&] { run.tighten(not_a_number); }) == "abs_tol: must be finite and not negative; got nan");
  CHECK(message_of([&] { run.tighten(0.0, 0.0); }) == "abs_tol: must be positive where rel_tol is 0; got 0");
  CHECK(same(run.result(), before));
  run.tighten(0.0);  // the relative one is left
  CHECK(run.run().status == Status::converged);
}

TEST_CASE("budgets: the interval reached is in the result") {
  for (const Rule& rule : all_rules()) {
    CAPTURE(to_string(rule));
    const Result r = integrate(Keister(4), net(4), {.abs_tol = 1e-9, .n_max = 5000, .rule = rule});
    CHECK(r.status == Status::budget_exhausted);
    CHECK(r.n == 4096);
    CHECK(std::fabs(r.value[0] - *Keister(4).exact()) <= r.error_bound[0]);

    Integration late(Keister(4), net(4), {.abs_tol = 1e-13, .time_limit = 1e-9, .rule = rule});
    CHECK(late.run().status == Status::budget_exhausted);
    CHECK(late.result().n == 0);
    CHECK(std::isnan(late.result().value[0]));
    CHECK(late.result().error_bound[0] == infinity);
  }
  const Result timed = integrate(Keister(4), net(4), {.abs_tol = 1e-13, .time_limit = 0.05});
  CHECK(timed.status == Status::budget_exhausted);
  CHECK(timed.n > 0);
  CHECK(std::isfinite(timed.error_bound[0]));
}

TEST_CASE("the set's own limit is a budget") {
  const auto small = randomized(Lattice(2, {.n = 4096}), Shift{}, Seed{3});
  for (const Rule& rule : all_rules()) {
    const Result r = integrate(Keister(2), small, {.abs_tol = 1e-12, .rule = rule});
    CHECK(r.status == Status::budget_exhausted);
    CHECK(r.n >= 4096);
  }
  const auto linear = randomized(Lattice(2, {.order = Order::linear, .n = 10007}), Shift{}, Seed{3});
  const Result all = integrate(pointwise(product), linear, {.abs_tol = 1e-12, .rule = Replicated{4}});
  CHECK(all.status == Status::budget_exhausted);
  CHECK(all.n == 4 * 10007);  // every point of every replicate
  const auto tiny = randomized(Lattice(2, {.n = 256}), Shift{}, Seed{3});
  CHECK(integrate(pointwise(product), tiny, {.abs_tol = 1e-12, .rule = CoefficientDecay{}}).n == 256);
}

TEST_CASE("values that are not finite: the text names the point; a retry goes on") {
  for (const Rule& rule : all_rules()) {
    CAPTURE(to_string(rule));
    for (const double bad : {not_a_number, infinity, -infinity}) {
      bool is_broken = true;
      const Integrand f(
          [&](MatrixSpan<const double> x, MatrixSpan<double> y) {
            for (Index i = 0; i < x.rows; ++i) {
              y(i, 0) = product({&x(i, 0), 2});
              y(i, 1) = is_broken && x(i, 0) < 0.01 && x(i, 1) > 0.5 ? bad : x(i, 0);
            }
          },
          2);
      Integration run(f, net(2), {.abs_tol = 1e-3, .rule = rule});
      const std::string text = message_of([&] { run.run(); });
      CAPTURE(text);
      CHECK(text.starts_with("f: must be finite at every point; got " + detail::shown(bad) + " (output 1) at point "));
      CHECK(text.find("x = (0.00") != std::string::npos);
      CHECK(message_of([&] { run.run(); }) == text);
      is_broken = false;
      run.run();
      CHECK(same(run.result(), integrate(f, net(2), {.abs_tol = 1e-3, .rule = rule})));
    }
  }
}

TEST_CASE("the point named is the point") {
  const Integrand f([](MatrixSpan<const double> x, MatrixSpan<double> y) {
    for (Index i = 0; i < x.rows; ++i) y(i, 0) = 1 / std::max(0.0, x(i, 0) - 0.001);
  });
  const auto points = net(1);
  const std::string text = message_of([&] { integrate(f, points, {.rule = CoefficientDecay{}}); });
  const std::vector<double> x = points.points({0, 1024}, Endpoint::open);
  Index first = 0;
  while (x[static_cast<std::size_t>(first)] > 0.001) ++first;
  CHECK(text == "f: must be finite at every point; got inf (output 0) at point " + std::to_string(first) +
                    " of replicate 0, x = (" + detail::shown(x[static_cast<std::size_t>(first)]) + ")");
}

TEST_CASE("a wrong number of outputs, a value not written, sums that overflow") {
  Index calls = 0;
  const Integrand changing([&](MatrixSpan<const double> x, std::vector<double>& y) {
    const Index outputs = ++calls == 3 ? 2 : 1;
    y.clear();
    for (Index i = 0; i < outputs * x.rows; ++i) y.push_back(std::exp(x(i / outputs, 0)));
  });
  Integration run(changing, net(2), {.abs_tol = 1e-6});
  CHECK(message_of([&] { run.run(); }) == "f: must return 1 outputs in every batch; got 2");
  CHECK(run.run().status == Status::converged);  // the third call was the only bad one

  const Integrand forgetful([](MatrixSpan<const double>, MatrixSpan<double> y) { y(0, 0) = 1; });
  CHECK(message_of([&] {
          integrate(forgetful, net(2));
        }).starts_with("f: must be finite at every point; got nan (output 0) at point 1 of replicate 0"));

  const auto huge = pointwise([](std::span<const double>) { return 1e308; });
  for (const Rule& rule : all_rules()) CHECK_THROWS_AS(integrate(huge, net(2), {.rule = rule}), NumericalError);
}

TEST_CASE("results are the same for any number of threads, serial or concurrent") {
  for (const Rule& rule : all_rules()) {
    for (const AnyPointSet& points : {net(4), lattice(4)}) {
      const Options options{.abs_tol = 1e-3, .rule = rule};
      set_num_threads(1);
      const Result one = integrate(Keister(4), points, options);
      for (const int threads : {2, 5}) {
        set_num_threads(threads);
        CHECK(same(integrate(Keister(4), points, options), one));
        CHECK(same(integrate(concurrent(Keister(4)), points, options), one));
      }
      set_num_threads(2);
    }
  }
}

TEST_CASE("every instruction set meets the tolerance with the same number of points") {
  const InstructionSet widest = instruction_set();
  const Result expected = integrate(Keister(3), net(3), {.abs_tol = 1e-3});
  for (const InstructionSet set : {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512}) {
    if (!is_supported(set)) continue;
    set_instruction_set(set);
    for (const Rule& rule : all_rules()) {
      const Result r = integrate(Keister(3), lattice(3), {.abs_tol = 1e-3, .rule = rule});
      CHECK(std::fabs(r.value[0] - *Keister(3).exact()) <= 1e-3);
    }
    const Result r = integrate(Keister(3), net(3), {.abs_tol = 1e-3});
    CHECK(r.n == expected.n);
    CHECK(r.value[0] == doctest::Approx(expected.value[0]).epsilon(1e-12));
  }
  set_instruction_set(widest);
}

TEST_CASE("what nothing random checks is said") {
  for (const Rule& rule : {Rule{Automatic{}}, Rule{CoefficientDecay{}}}) {
    for (const AnyPointSet& points : {AnyPointSet(Sobol(2)), AnyPointSet(Lattice(2))}) {
      const Result r = integrate(pointwise(product), points, {.abs_tol = 1e-3, .rule = rule});
      CHECK(r.status == Status::converged);
      REQUIRE(!r.caveats.empty());
      CHECK(r.caveats[0] == "the points are not randomized: nothing random checks the bound");
    }
    CHECK(integrate(pointwise(product), net(2), {.abs_tol = 1e-3, .rule = rule}).caveats.empty());
  }
}

TEST_CASE("decay says when a necessary condition of its assumption fails") {
  constexpr double two_pi = 2 * std::numbers::pi;
  const auto aliased = pointwise([](std::span<const double> x) {
    return std::exp(1 - std::fabs(1 - 2 * x[0])) + 2 * (std::cos(two_pi * 10 * x[0]) - std::cos(two_pi * 266 * x[0]));
  });
  const Options options{.abs_tol = 1e-5, .n_min = 64, .rule = CoefficientDecay{}, .periodize = Periodization::none};
  const Result r = integrate(aliased, Lattice(1), options);
  REQUIRE(r.caveats.size() == 2);
  CHECK(r.caveats[1] ==
        "the coefficients break a necessary condition of the decay assumption: the bound may be too small");
  const auto smooth = pointwise([](std::span<const double> x) { return std::exp(std::cos(two_pi * x[0])); });
  CHECK(integrate(smooth, Lattice(1), options).caveats.size() == 1);
}

TEST_CASE("values whose squares are no doubles have bounds that hold") {
  std::vector<Rule> rules = all_rules();
  rules.emplace_back(Bayesian{});
  for (const Rule& rule : rules) {
    for (const AnyPointSet& points : {net(2), lattice(2)}) {
      CAPTURE(to_string(rule));
      CAPTURE(points.description());
      for (const double unit : {1e-160, 1e-200, 1e-300}) {
        CAPTURE(unit);
        const auto f = pointwise([unit](std::span<const double> x) { return unit * product(x); });
        const Result small = integrate(f, points, {.rel_tol = 1e-6, .n_max = 1 << 14, .rule = rule});
        CHECK(small.status == Status::budget_exhausted);
        CHECK(small.error_bound[0] >= std::fabs(small.value[0] - unit));
        CHECK(small.error_bound[0] <= 1e-149);
        CHECK(small.caveats.back() ==
              "the values are so small that squares of them are no doubles: the bound is 1e-150 at "
              "least; multiply f by a constant");
        CHECK(integrate(f, points, {.abs_tol = 1e-10, .rule = rule}).status == Status::converged);
      }
      const Result none = integrate(pointwise([](std::span<const double>) { return 0.0; }), points,
                                    {.rel_tol = 1e-6, .n_max = 1 << 14, .rule = rule});
      CHECK(none.status == Status::converged);
      CHECK(none.error_bound[0] == 0);
    }
  }
}

TEST_CASE("few values that carry the variance are few in any units") {
  const std::vector<std::string> none;
  const std::vector<std::string> few{"fewer than 10 values carry the variance: a narrow feature may have been missed"};
  for (const double unit : {1e-120, 1e-100, 1e-80, 1.0, 1e77, 1e100, 1e140}) {
    CAPTURE(unit);
    const auto caveats = [unit](const AnyPointSet& points, double width) {
      const auto f = pointwise([=](std::span<const double> x) { return unit * (x[0] < width ? 1 : 1e-9 * x[1]); });
      return integrate(f, points, {.rel_tol = 1e-2, .n_max = 1 << 12}).caveats;
    };
    CHECK((caveats(net(2), 0.5) == none));
    CHECK((caveats(net(2), 0.001) == few));
    CHECK((caveats(lattice(2), 0.5) == none));
  }
}

TEST_CASE("points the rules cannot take") {
  const auto f = pointwise(product);
  const Options decay{.rule = CoefficientDecay{}};
  CHECK(message_of([&] { integrate(f, IID(2, Seed{1}), decay); })
            .starts_with("points: rule decay needs a set with a fast transform: a net, or a lattice in "
                         "radical-inverse order; got 'IID("));
  CHECK(message_of([&] {
          integrate(f, Lattice(2, {.order = Order::gray}), decay);
        }).starts_with("points: rule decay needs a set with a fast transform"));
  CHECK(message_of([&] {
          integrate(f, Lattice(2, {.order = Order::linear, .n = 4096}), decay);
        }).starts_with("points: rule decay needs a set with a fast transform"));
  CHECK(message_of([&] {
          integrate(f, Sobol(2), {.rule = Replicated{}});
        }).starts_with("points: rule replicated needs a randomized set; randomize it; got 'Sobol("));
  CHECK(integrate(f, IID(2, Seed{1}), {.abs_tol = 1e-2, .rule = Replicated{}}).status == Status::converged);
  CHECK(integrate(f, IID(2, Seed{1}), {.abs_tol = 1e-2}).status == Status::converged);
}

TEST_CASE("nested uniform scrambling: replicates, not coefficients") {
  const auto f = pointwise(product);
  const NestedUniform points = randomized(Sobol(3), Nus{}, Seed{3});
  CHECK(message_of([&] {
          integrate(f, points, {.rule = CoefficientDecay{}});
        }).starts_with("points: rule decay needs points that form a group; nested uniform scrambling leaves none"));
  for (const Rule& rule : {Rule{Automatic{}}, Rule{Replicated{}}}) {
    std::atomic<Index> evaluations = 0;
    const Integrand counted([&](MatrixSpan<const double> x, MatrixSpan<double> y) {
      evaluations += x.rows;
      for (Index i = 0; i < x.rows; ++i) y(i, 0) = product({&x(i, 0), 3});
    });
    const Result result = integrate(counted, points, {.abs_tol = 1e-4, .rule = rule});
    CAPTURE(to_string(rule));
    CHECK(result.status == Status::converged);
    CHECK(result.n == evaluations);
    // A 99 % interval of a fixed seed: the test fails by chance with probability 0.01 when the seed is chosen.
    CHECK(std::abs(result.value[0] - 1) <= result.error_bound[0]);
    CHECK(result.error_bound[0] <= 1e-4);
    CHECK(result.error_bound[0] > 0);
  }
  // n_min need not be a power of two, as for other sets without coefficients.
  CHECK(integrate(f, points, {.abs_tol = 1e-3, .n_min = 3000}).status == Status::converged);
}

TEST_CASE("dimensions that differ: both are named") {
  const auto f = pointwise(product);
  CHECK(message_of([&] { integrate(Keister(3), net(4)); }) == "f: must have the dimension of the points, 4; got 3");
  CHECK(message_of([&] { integrate(f, net(4), {.measure = Uniform(0.0, 1.0, 3)}); }) ==
        "measure: must have the dimension of the points, 4; got 3");
  CHECK(message_of([&] { integrate(f); }) ==
        "points: must be given where neither f nor its measure has a dimension; got 'none'");
}

TEST_CASE("without points: a Sobol' net of the dimension of f or its measure") {
  const Result r = integrate(Keister(3), {.abs_tol = 1e-2});
  CHECK(r.status == Status::converged);
  CHECK(std::fabs(r.value[0] - 2.168309102165481) <= 1e-2);
  CHECK(integrate(Keister(3), {.abs_tol = 1e-2}).value != r.value);  // a fresh seed
  const Result box = integrate(pointwise(product), {.abs_tol = 1e-3, .measure = Uniform(0.0, 1.0, 2)});
  CHECK(box.value[0] == doctest::Approx(1).epsilon(1e-3));
}

TEST_CASE("bad options are refused, with parameter, rule and value") {
  const auto f = pointwise(product);
  const auto refused = [&](Options options) { return message_of([&] { integrate(f, net(2), std::move(options)); }); };
  CHECK(refused({.abs_tol = not_a_number}) == "abs_tol: must be finite and not negative; got nan");
  CHECK(refused({.abs_tol = infinity}) == "abs_tol: must be finite and not negative; got inf");
  CHECK(refused({.abs_tol = -1e-3}) == "abs_tol: must be finite and not negative; got -0.001");
  CHECK(refused({.abs_tol = 0.0}) == "abs_tol: must be positive where rel_tol is 0; got 0");
  CHECK(refused({.abs_tol = 0.0, .rel_tol = 0.0}) == "abs_tol: must be positive where rel_tol is 0; got 0");
  CHECK(refused({.rel_tol = 0.0}) == "abs_tol: must be positive where rel_tol is 0; got 0");
  CHECK(refused({.rel_tol = not_a_number}) == "rel_tol: must be from 0 to 1; got nan");
  CHECK(refused({.rel_tol = infinity}) == "rel_tol: must be from 0 to 1; got inf");
  CHECK(refused({.rel_tol = -0.1}) == "rel_tol: must be from 0 to 1; got -0.1");
  CHECK(refused({.rel_tol = 1.5}) == "rel_tol: must be from 0 to 1; got 1.5");
  for (const double confidence : {0.0, 1.0, -0.5, 2.0, not_a_number})
    CHECK(refused({.confidence = confidence}) ==
          "confidence: must lie between 0 and 1; got " + detail::shown(confidence));
  CHECK(refused({.replications = 1}) == "replications: must be at least 2; got 1");
  CHECK(refused({.replications = 8, .rule = CoefficientDecay{}}) ==
        "replications: rule decay uses one randomization and takes none; got 8");
  CHECK(refused({.replications = 8, .rule = Replicated{4}}) == "replications: must agree with the rule's 4; got 8");
  CHECK(refused({.rule = Replicated{1}}) == "replications: must be at least 2; got 1");
  CHECK(refused({.rule = Replicated{0}}) == "replications: must be at least 2; got 0");
  CHECK(refused({.n_min = 1000, .rule = CoefficientDecay{}}) ==
        "n_min: must be a power of two for rule decay; got 1000");
  CHECK(refused({.n_min = 16, .rule = CoefficientDecay{}}) ==
        "n_min: must be at least 2^(lag + 1) for rule decay; got 16");
  CHECK(refused({.n_min = 0}) == "n_min: must be at least 1; got 0");
  CHECK(refused({.n_min = -4}) == "n_min: must be at least 1; got -4");
  CHECK(refused({.n_max = 0}) == "n_max: must be at least 1; got 0");
  CHECK(refused({.n_min = 4096, .n_max = 2048}) == "n_min: must not exceed n_max or the set's limit, 2048; got 4096");
  CHECK(refused({.n_max = 10, .rule = Replicated{}}) == "n_max: must be at least the number of replications; got 10");
  for (const double limit : {0.0, -1.0, not_a_number})
    CHECK(refused({.time_limit = limit}) ==
          "time_limit: must be a positive number of seconds; got " + detail::shown(limit));
  CHECK(refused({.rule = CoefficientDecay{.lag = 0}}) == "rule.lag: must be from 1 to 16; got 0");
  CHECK(refused({.rule = CoefficientDecay{.inflation = 0}}) == "rule.inflation: must be positive and finite; got 0");
  CHECK(refused({.rule = CoefficientDecay{.inflation = not_a_number}}) ==
        "rule.inflation: must be positive and finite; got nan");
  CHECK(refused({.periodize = Periodization::baker}).starts_with("periodize: is for lattices, the points are Sobol("));
  CHECK(refused({.control_variates = ControlVariates{f, {}}}) == "control_variates.means: must not be empty; got 0");
  CHECK(refused({.control_variates = ControlVariates{f, {not_a_number}}}) ==
        "control_variates.means: must be finite; got nan");
  CHECK(refused({.control_variates = ControlVariates{f, {1, 2}}}) ==
        "control_variates.functions: must have one output per mean, 2; got 1");
  CHECK(refused({.control_variates = ControlVariates{Keister(3), {1}}}) ==
        "control_variates.functions: must have the dimension of the points, 2; got 3");
  CHECK_THROWS_AS(Integrand(Integrand::Batch{}), std::invalid_argument);
  CHECK(refused({.control_variates = ControlVariates{Keister(2), {1}}})
            .starts_with("control_variates.functions: must have the measure of f, uniform on the cube; got '"));
  CHECK(refused({.n_min = (Index{1} << 62) + 1, .n_max = std::numeric_limits<Index>::max()}) ==
        "n_min: must be at most 2^62; got 4611686018427387905");
  CHECK(refused({.n_max = 50}) == "n_max: must allow the 64 points that the rule begins with; got 50");
  CHECK(refused({.n_max = 31, .rule = CoefficientDecay{}}) ==
        "n_max: must allow the 32 points that the rule begins with; got 31");
  CHECK(refused({.replications = 100, .n_max = 150}) == "n_max: must be at least 2 per replicate; got 150");
  CHECK(message_of([&] {
          integrate(f, Sobol(2), {.replications = 8});
        }).starts_with("replications: is for randomized sets; randomize Sobol("));
  CHECK(refused({}) == "nothing was thrown");
}

TEST_CASE("control variates on a measure equal to that of f, made anew, are taken") {
  const AsianOption f(4, {.mean = PathMean::arithmetic});
  const auto controls = [](double volatility) {
    const AsianOption g(4, {.mean = PathMean::geometric, .volatility = volatility});
    return ControlVariates{g, {*g.exact()}};
  };
  CHECK(integrate(f, net(4), {.abs_tol = 1e-2, .control_variates = controls(0.2)}).status == Status::converged);
  CHECK_THROWS_AS(integrate(f, net(4), {.abs_tol = 1e-2, .control_variates = controls(0.5)}), std::invalid_argument);
}

TEST_CASE("an exception in a parallel batch ends the other threads after theirs") {
  const int before = num_threads();
  set_num_threads(2);
  std::atomic<int> later{0};
  std::atomic<bool> has_thrown{false};
  const Integrand f = concurrent(Integrand([&](MatrixSpan<const double>, MatrixSpan<double> y) {
    if (!has_thrown.exchange(true)) throw std::runtime_error("first");
    for (int wait = 0; wait < 20; ++wait) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    ++later;
    for (Index i = 0; i < y.rows; ++i) y(i, 0) = 1;
  }));
  Integration run(f, net(2), {.n_min = 1 << 19});  // 64 batches
  CHECK_THROWS_AS(run.run(), std::runtime_error);
  CHECK(later <= 2);
  set_num_threads(before);
}

TEST_CASE("knobs change the run") {
  const Options base{.abs_tol = 1e-3, .rule = CoefficientDecay{}};
  const Result r = integrate(Keister(3), net(3), base);
  CHECK(integrate(Keister(3), net(3), {.abs_tol = 1e-3, .rule = CoefficientDecay{.inflation = 50}}).n > r.n);
  CHECK(integrate(Keister(3), net(3), {.abs_tol = 1e-3, .rule = CoefficientDecay{.lag = 6}})
            .history.front()
            .error_bound != r.history.front().error_bound);
  CHECK(integrate(Keister(3), net(3), {.abs_tol = 1e-3, .n_min = 1 << 17, .rule = CoefficientDecay{}}).n == 1 << 17);
  const Rule t = Replicated{};
  CHECK(integrate(Keister(3), net(3), {.abs_tol = 1e-3, .confidence = 0.999999, .rule = t}).n >
        integrate(Keister(3), net(3), {.abs_tol = 1e-3, .confidence = 0.5, .rule = t}).n);
  CHECK(integrate(Keister(3), net(3), {.abs_tol = 1e-3, .replications = 10, .rule = t}).n % 10 == 0);
  CHECK(integrate(Keister(3), net(3), {.replications = 10, .rule = t}).rule == "replicated(replications=10)");
}
