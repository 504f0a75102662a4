#include <doctest/doctest.h>

#include <korobov/cubature/rules.hpp>
#include <korobov/kernels/shift_invariant.hpp>

using namespace korobov;

TEST_CASE("rules describe themselves with their parameters") {
  CHECK(to_string(Rule{}) == "auto");
  CHECK(to_string(Rule{CoefficientDecay{}}) == "decay(lag=4, inflation=5)");
  CHECK(to_string(Rule{CoefficientDecay{.lag = 3, .inflation = 2.5}}) == "decay(lag=3, inflation=2.5)");
  CHECK(to_string(Rule{Replicated{}}) == "replicated(replications=16)");
  CHECK(to_string(Rule{Bayesian{}}) == "bayes(criterion=mle, kernel=none, optimize=true, weights=shared)");
  CHECK(to_string(Rule{Bayesian{ShiftInvariantKernel(2), Bayesian::Criterion::gcv, false}}) ==
        "bayes(criterion=gcv, kernel=given, optimize=false, weights=shared)");
}

TEST_CASE("the default rule is auto, the defaults are the published ones") {
  CHECK(std::holds_alternative<Automatic>(Rule{}));
  CHECK(CoefficientDecay{}.lag == 4);
  CHECK(CoefficientDecay{}.inflation == 5);
  CHECK(Replicated{}.replications == 16);
}
