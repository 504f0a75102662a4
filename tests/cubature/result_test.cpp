#include <iomanip>
#include <sstream>

#include <doctest/doctest.h>

#include <korobov/cubature/result.hpp>

using namespace korobov;

TEST_CASE("a result prints as one readable block") {
  Result r;
  r.value = {1.5};
  r.error_bound = {0.001};
  r.lower = {1.499};
  r.upper = {1.501};
  r.n = 1024;
  r.seconds = 0.25;
  r.status = Status::converged;
  r.rule = "auto";
  std::ostringstream out;
  out << r;
  CHECK(out.str() ==
        "Integration: converged, rule auto\n"
        "  value 1.5 +- 0.001, in [1.499, 1.501]\n"
        "  points 1024, seconds 0.25");
  r.caveats = {"something fails"};
  std::ostringstream again;
  again << r;
  CHECK(again.str() == out.str() + "\n  caveat: something fails");
}

TEST_CASE("vector outputs are numbered, long ones cut") {
  Result r;
  r.value.assign(12, 2.0);
  r.error_bound.assign(12, 0.5);
  r.lower.assign(12, 1.5);
  r.upper.assign(12, 2.5);
  std::ostringstream out;
  out << std::setprecision(3) << r << ' ' << 1.23456;
  CHECK(out.str().find("value[9] 2 +- 0.5, in [1.5, 2.5]\n  ... and 2 more outputs\n") != std::string::npos);
  CHECK(out.str().ends_with(" 1.23"));  // the stream's own format is untouched
}

TEST_CASE("names of the states") {
  CHECK(to_string(Status::converged) == "converged");
  CHECK(to_string(Status::budget_exhausted) == "budget_exhausted");
  CHECK(to_string(Status::cancelled) == "cancelled");
  CHECK(to_string(Status::assumption_failed) == "assumption_failed");
}
