#include "cubature/tolerance.hpp"

#include <cmath>

#include <doctest/doctest.h>

#include <korobov/core/seed.hpp>

using namespace korobov;
using detail::Interval;
using detail::Tolerance;

namespace {
double uniform(CounterEngine& engine) { return coordinate<double>(engine()); }
}  // namespace

TEST_CASE("where the stopping inequality holds, the answer is within eps(s) of every s of the interval") {
  CounterEngine engine(Seed{1});
  int met = 0;
  for (int trial = 0; trial < 20000; ++trial) {
    const Tolerance tolerance{trial % 5 == 0 ? 0.0 : uniform(engine), trial % 7 == 0 ? 0.0 : uniform(engine)};
    const double centre = 4 * uniform(engine) - 2;
    const double width = 2 * uniform(engine);
    const Interval s{centre - width / 2, centre + width / 2};
    const double answer = tolerance.answer(s);
    CHECK(answer >= s.lower);
    CHECK(answer <= s.upper);
    if (!tolerance.is_met(s)) continue;
    ++met;
    for (int i = 0; i <= 20; ++i) {
      const double truth = s.lower + (s.upper - s.lower) * i / 20;
      CHECK(std::fabs(truth - answer) <= tolerance(truth) + 1e-15);
    }
  }
  CHECK(met > 5000);
}

TEST_CASE("an absolute tolerance alone gives the middle of the interval") {
  const Tolerance tolerance{0.1, 0};
  CHECK(tolerance.answer({1.0, 1.25}) == 1.125);
  CHECK(tolerance.is_met({1.0, 1.1875}));
  CHECK(!tolerance.is_met({1.0, 1.25}));
}
