// Integration to a tolerance: one engine, several rules.
//
// The integral of f against its measure is estimated from the points in the open cube, mapped by the periodization
// (lattices) and by the measure, in blocks; n is doubled, only new points are evaluated, and after every doubling the
// rule gives each output an interval [s-, s+]. With eps(s) = max(abs_tol, |s| rel_tol) an output is decided when
//   s+ - s- <= eps(s-) + eps(s+),      its value is      (s- + s+ + eps(s-) - eps(s+)) / 2,
// and then |s - value| <= eps(s) for every s of the interval (Hickernell, Jimenez Rugama, Li, "Adaptive quasi-Monte
// Carlo methods for cubature", 2018). The run ends when all outputs are decided.
//
// f is called serially, unless it declares itself concurrent; results are the same for any number of threads.
//
// Errors: options that break a rule, dimensions that differ, a set the rule cannot take: std::invalid_argument from the
// constructor. From run(): std::invalid_argument if f returns the wrong number of outputs or a value that is not finite
// (the text names the point), and whatever f or the callback throws. The object keeps all points computed so far; a
// further run() goes on from there and ends with the value and n of an uninterrupted one.
//
//   const auto net = randomized(Sobol(3), LmsShift{}, Seed{7});
//   const Result r = integrate(pointwise([](std::span<const double> x) { return std::cos(x[0] * x[1] + x[2]); }), net,
//                              {.abs_tol = 1e-6});
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include <korobov/core/types.hpp>
#include <korobov/cubature/periodization.hpp>
#include <korobov/cubature/result.hpp>
#include <korobov/cubature/rules.hpp>
#include <korobov/generators/point_set.hpp>
#include <korobov/integrands/integrand.hpp>
#include <korobov/measures/measure.hpp>

namespace korobov {

// Functions g_1 .. g_p whose integrals `means` are known. f - sum_j beta_j (g_j - mean_j) is integrated in f's place,
// with beta per output by least squares: of the transform coefficients of f on those of g where the rule has a
// transform, of values within replicates otherwise. beta is fitted again after every doubling and the rule judges what
// is left. As beta is fitted to the points it is used on, the value has a bias of order 1/n, far below the bound.
// Functions that are constant or collinear on the points get the beta of least norm.
struct ControlVariates {
  Integrand functions;        // (n, d) -> (n, p), on the domain and measure of f
  std::vector<double> means;  // p, finite
};

struct Options {
  // Stop when s+ - s- <= eps(s-) + eps(s+), eps(s) = max(abs_tol, |s| rel_tol). Neither given: abs_tol = 1e-4; rel_tol
  // alone: abs_tol = 0. 0 <= abs_tol, 0 <= rel_tol <= 1, not both 0.
  std::optional<double> abs_tol{}, rel_tol{};
  // Probability that an interval of a rule that uses Student's t holds the integral, 0 < confidence < 1.
  double confidence = 0.99;
  // Independent randomizations, for rules that replicate, >= 2. Unset: the rule's own number.
  std::optional<std::uint32_t> replications{};
  // The first interval is asked for at n >= n_min (default 2^10, less where n_max or the set is smaller). A power of
  // two for rules with a transform; others begin with the next power of two per replicate, or the largest n_max allows.
  std::optional<Index> n_min{};
  // Stop when the next doubling would need n > n_max (default 2^30, or the set's own limit if that is smaller).
  std::optional<Index> n_max{};
  // Stop when one call of run() has taken this many seconds, > 0. Looked at between blocks.
  std::optional<double> time_limit{};
  Rule rule = Automatic{};
  Periodization periodize = Periodization::automatic;  // lattices only
  std::optional<Measure> measure{};                    // in place of the integrand's own; neither: uniform on the cube
  std::optional<ControlVariates> control_variates{};
  // Called after every doubling with the result so far; true cancels.
  std::function<bool(const Result&)> callback{};
};

class KOROBOV_API Integration {
 public:
  Integration(const Integrand& f, const AnyPointSet& points, const Options& options = {});
  Integration(Integration&&) noexcept;
  Integration& operator=(Integration&&) noexcept;
  ~Integration();

  // Samples until all outputs are decided, a budget is used up or somebody cancels. Called again, it goes on.
  const Result& run(const std::stop_token& stop = {});
  // Asks for more: new points only. What is not given stays; a tolerance may not grow.
  void tighten(std::optional<double> abs_tol, std::optional<double> rel_tol = {});
  const Result& result() const noexcept;  // so far

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// Integration(f, points, options).run().
KOROBOV_API Result integrate(const Integrand& f, const AnyPointSet& points, const Options& options = {});
// On a Sobol' net with LMS + shift and a fresh seed, of the dimension of f or its measure; std::invalid_argument if
// neither knows it.
KOROBOV_API Result integrate(const Integrand& f, const Options& options = {});

}  // namespace korobov
