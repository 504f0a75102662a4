#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/core/error.hpp>
#include <korobov/generators/lattice.hpp>
#include <korobov/generators/nested_uniform.hpp>
#include <korobov/generators/sobol.hpp>
#include <korobov/gp/hyperparameters.hpp>
#include <korobov/kernels/digitally_shift_invariant.hpp>
#include <korobov/kernels/shift_invariant.hpp>

#include "gp/minimise.hpp"
#include "gp/spectral_objective.hpp"

using namespace korobov;

namespace {

struct Case {
  std::string name;
  AnyPointSet points;
  AnyKernel kernel;
};

std::vector<Case> cases() {
  const ShiftInvariantKernel si(2, {.alpha = {1.0, 2.0}, .weights = {0.5, 0.2}, .scale = 1.5});
  const LeadingDigitKernel tree(2, {.alpha = 1.3, .weights = {0.5, 0.9}, .scale = 0.7});
  const auto lattice = randomized(Lattice(2), Shift{}, Seed{3});
  return {{"lattice", lattice, si},
          {"sum and product", lattice, si * ShiftInvariantKernel(2, {.weights = 0.1}) + 0.5 * si},
          {"order weights", Lattice(2), ShiftInvariantKernel(2, {.weights = {0.5, 0.3}, .order_weights = {0.7, 0.4}})},
          {"net", randomized(Sobol(2), LmsShift{}, Seed{4}),
           DigitallyShiftInvariantKernel(2, {.alpha = 2.0, .weights = {0.5, 0.2}})},
          {"leading digit", randomized(Sobol(2), Nus{}, Seed{5}), tree}};
}

}  // namespace

TEST_CASE("gradients of every criterion in every hyper-parameter and the noise, against differences") {
  const Index n = 64;
  for (const Case& c : cases()) {
    CAPTURE(c.name);
    const detail::SpectralBasis basis(c.points, n);
    std::vector<double> power(static_cast<std::size_t>(n));
    for (std::size_t k = 0; k < power.size(); ++k) power[k] = std::pow(1 + std::cos(static_cast<double>(k)), 2);
    detail::SpectralObjective objective(c.points, basis, c.kernel, power, 1);
    std::vector<double> theta(c.kernel.parameters().begin(), c.kernel.parameters().end());
    theta.push_back(0.05);
    const auto at = [&](Criterion criterion, std::span<double> gradient) {
      const std::span<const double> all(theta);
      return objective(criterion, c.kernel.with(all.first(all.size() - 1)), theta.back(), gradient);
    };
    for (const Criterion criterion : {Criterion::mle, Criterion::gcv, Criterion::loo}) {
      CAPTURE(static_cast<int>(criterion));
      std::vector<double> gradient(theta.size());
      const double value = at(criterion, gradient);
      CHECK(value == at(criterion, {}));
      for (std::size_t p = 0; p < theta.size(); ++p) {
        CAPTURE(p);
        const double centre = theta[p];
        const auto slope = [&](double h) {
          theta[p] = centre * (1 + h);
          const double up = at(criterion, {});
          theta[p] = centre * (1 - h);
          const double down = at(criterion, {});
          theta[p] = centre;
          return (up - down) / (2 * h * centre);
        };
        const double expected = (4 * slope(1e-3) - slope(2e-3)) / 3;
        CHECK(std::fabs(gradient[p] - expected) <= 1e-8 * (1 + std::fabs(value)) / centre);  // h^4 and eps L / h
      }
    }
  }
}

TEST_CASE("bounded minimisation in logarithms") {
  // (log a - 1)^2 + 2 (log b + 2)^2; c = 0 stays.
  const detail::Objective bowl = [](std::span<const double> theta, std::span<double> gradient) {
    const double a = std::log(theta[0]) - 1;
    const double b = std::log(theta[1]) + 2;
    gradient[0] = 2 * a / theta[0];
    gradient[1] = 4 * b / theta[1];
    gradient[2] = -100;
    return 1 + a * a + 2 * b * b;
  };
  std::vector<double> theta{3.0, 0.7, 0.0};
  const int evaluations = detail::minimise(bowl, {"scale", "weights[0]", "noise"}, {}, theta);
  CHECK(evaluations > 2);
  CHECK(std::fabs(std::log(theta[0]) - 1) <= 1e-3);
  CHECK(std::fabs(std::log(theta[1]) + 2) <= 1e-3);
  CHECK(theta[2] == 0);
  // A minimum beyond a bound is found on it.
  std::vector<double> far{1.0};
  const detail::Objective slope = [](std::span<const double> at, std::span<double> gradient) {
    gradient[0] = 1 / at[0];
    return std::log(at[0]);
  };
  detail::minimise(slope, {"alpha"}, {}, far);
  CHECK(std::fabs(far[0] - detail::bounds_of("alpha", 1.0).low) <= 1e-12);
  // Bounds hold the start, and nothing worse than it is returned.
  std::vector<double> beyond{1e4};
  const detail::Objective valley = [](std::span<const double> at, std::span<double> gradient) {
    const double a = std::log(at[0]) - std::log(1e4);
    gradient[0] = 2 * a / at[0];
    return a * a;
  };
  for (const char* name : {"alpha", "weights[0]"}) {
    beyond[0] = 1e4;
    detail::minimise(valley, {name}, {}, beyond);
    CHECK(beyond[0] == 1e4);
  }
  CHECK(detail::bounds_of("weights[0]", 1e7).high == 1e7);
  CHECK(detail::bounds_of("alpha", 0.01).low == 0.01);
  // Slopes of 1e12 do not throw the search onto its bounds.
  std::vector<double> steep{1.5};
  const detail::Objective cliff = [](std::span<const double> at, std::span<double> gradient) {
    const double a = std::log(at[0]);
    gradient[0] = 2e12 * a / (1 + a * a) / (1 + a * a) / at[0];
    return 1e12 * a * a / (1 + a * a);
  };
  detail::minimise(cliff, {"lengthscale"}, {.restarts = 0}, steep, 1);
  CHECK(std::fabs(steep[0] - 1) <= 1e-3);
  // Every evaluation is told; what the listener throws ends the search and changes nothing.
  std::vector<double> told{3.0, 0.7, 0.0};
  std::vector<double> criteria;
  FitOptions options{.restarts = 2};
  options.progress = [&](int count, double criterion) {
    criteria.push_back(criterion);
    CHECK(count == std::ssize(criteria));
    if (count == 7) throw std::runtime_error("enough");
  };
  CHECK_THROWS_WITH_AS(detail::minimise(bowl, {"scale", "weights[0]", "noise"}, options, told), "enough",
                       std::runtime_error);
  CHECK(criteria.size() == 7);
  std::vector<double> unused(3);
  CHECK(criteria.front() == bowl(told, unused));
  CHECK(told == std::vector<double>{3.0, 0.7, 0.0});
  // Exceptions come through; what is never finite is an error.
  const detail::Objective broken = [](std::span<const double>, std::span<double>) -> double {
    throw NumericalError("broken");
  };
  CHECK_THROWS_AS(detail::minimise(broken, {"alpha"}, {}, far), NumericalError);
  const detail::Objective nowhere = [](std::span<const double>, std::span<double>) { return std::nan(""); };
  CHECK_THROWS_AS(detail::minimise(nowhere, {"alpha"}, {}, far), NumericalError);
  CHECK_THROWS_AS(detail::minimise(slope, {"alpha"}, {.restarts = -1}, far), std::invalid_argument);
  CHECK_THROWS_AS(detail::minimise(slope, {"alpha"}, {.max_evaluations = 0}, far), std::invalid_argument);
  CHECK_THROWS_AS(detail::minimise(slope, {"alpha"}, {.tolerance = -1}, far), std::invalid_argument);
  std::vector<double> zero{0.0};
  CHECK(detail::minimise(slope, {"noise"}, {}, zero) == 0);
}
