// Rules: how values of f at the points become an interval that holds the integral.
//
// Each rule doubles the number of points until the interval meets the tolerance. One variant holds them all: a rule is
// an alternative of it, never another function.
//
//   rule              points it takes                         interval
//   Automatic         any; what the set allows is used        see docs/error_bounds.md
//   CoefficientDecay  nets, lattices in natural order         value +- C(m) S_{m - lag}
//   Replicated        randomized sets                         value +- t_{R-1} s / sqrt(R)
//   Bayesian          nets, lattices in natural order         value +- the credible half width
//
// In what follows n = 2^m and y^ = transform(f) / sqrt(n), the discrete Fourier (lattices) or Walsh (nets)
// coefficients.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <korobov/core/types.hpp>
#include <korobov/kernels/kernel.hpp>

namespace korobov {

// The default: the cone bound of CoefficientDecay where its conditions hold and the noise of the coefficients agrees,
// independent randomizations where they do not, Student's interval where the set has no fast transform.
struct Automatic {};

// The cone rule for nets (Hickernell & Jimenez Rugama, "Reliable adaptive cubature using digital sequences", 2016) and
// for lattices (Jimenez Rugama & Hickernell, "Adaptive multidimensional integration based on rank-1 lattices", 2016).
// A map kappa orders the coefficients so that |y^| decreases; S_l = sum of |y^_kappa(k)| over 2^(l-1) <= k < 2^l; the
// bound is C(m) S_{m - lag} with C(m) = inflation 2^-m. It holds for f whose coefficients decay steadily, and it can
// miss without notice for jumps, kinks and narrow spikes. Necessary conditions of the assumption are checked; where one
// fails the rule goes on and says so in Result::caveats.
// Points: lattices and nets with has_fast_transform(), not under nested uniform scrambling, which leaves no group;
// n_min is a power of two. On a plain set nothing random checks the bound.
struct CoefficientDecay {
  int lag = 4;           // 1 <= lag <= 16, and n_min >= 2^(lag + 1)
  double inflation = 5;  // > 0
};

// Student's t interval over `replications` independent randomizations: value = mean of the replicates' means, half
// width t_{R-1, (1 + confidence)/2} s / sqrt(R). Points: randomized sets. n counts the points of all replicates. As
// robust as anything known for RQMC: L'Ecuyer, Nakayama, Owen, Tuffin, "Confidence intervals for randomized quasi-Monte
// Carlo estimators", 2023.
struct Replicated {
  std::uint32_t replications = 16;  // >= 2
};

// Bayesian cubature (Jagadeeswaran & Hickernell, "Fast automatic Bayesian cubature using lattice sampling", 2019, for
// lattices, and "Fast automatic Bayesian cubature using Sobol' sampling", 2022, for nets): f is a draw of a Gaussian
// process with unknown mean and covariance s^2 k, k a product kernel of unit integral that matches the points, so that
// its Gram matrix is diagonal in the transform. The posterior mean of the integral is the mean of the values; with y~ =
// n y^, lambda the eigenvalues, Q = sum_{k>=1} |y~_k|^2 / lambda_k, and z, t quantiles at (1 + confidence)/2, the half
// width of the credible interval is
//   mle    z sqrt((1 - n / lambda_0) Q) / n                           s^2 its maximum likelihood estimate
//   full   t_{n-1} sqrt((lambda_0 / n - 1) Q / (n (n - 1)))           mean and s^2 with their reference priors
//   gcv    z sqrt((1 - n / lambda_0) n^-1 sum_{k>=1} |y~_k / lambda_k|^2 / sum 1 / lambda_k)
// and the kernel's parameters minimise, in the same order,
//   sum log lambda_k + n log Q,     sum_{k>=1} log lambda_k + (n - 1) log Q,
//   log sum_{k>=1} |y~_k / lambda_k|^2 - 2 log sum 1 / lambda_k.
// They are found on the first 2^13 points and kept from there on; outputs have parameters of their own.
//
// The interval is as good as the kernel. Four things are looked at, and Result::caveats tells: whether the smallest
// eigenvalues' coefficients are larger than the others say (jumps and kinks; where they make the interval three times
// too narrow the status is assumption_failed), whether the largest ones' are and the smallest ones' are not smaller
// (kinks on scrambled nets), whether the interval is below a tenth of the bound of CoefficientDecay, which trusts no
// kernel, and whether the values vary at all.
// Points: as CoefficientDecay; n_min is a power of two, at least 64.
struct Bayesian {
  enum class Criterion { mle, full, gcv };
  enum class Weights { shared, per_dimension };
  // A ShiftInvariantKernel for lattices, a DigitallyShiftInvariantKernel or LeadingDigitKernel for nets; its scale does
  // not matter. None: of order 1, 2, 3 or 4, the one that the criterion prefers, with one weight for all dimensions.
  std::optional<AnyKernel> kernel{};
  Criterion criterion = Criterion::mle;
  // true: the weights are multiplied by the common factor, within 10^-6 .. 10^2, that minimises the criterion.
  bool optimize = true;  // without it a kernel is needed
  // per_dimension: then every weight by itself, by limited-memory BFGS with analytic gradients, one more transform
  // each.
  Weights weights = Weights::shared;
};
KOROBOV_API std::string_view to_string(Bayesian::Criterion criterion) noexcept;
KOROBOV_API std::string_view to_string(Bayesian::Weights weights) noexcept;

using Rule = std::variant<Automatic, CoefficientDecay, Replicated, Bayesian>;

// "auto", "decay(lag=4, inflation=5)", "replicated(replications=16)", "bayes(criterion=mle, kernel=none,
// optimize=true,
// weights=shared)".
KOROBOV_API std::string to_string(const Rule& rule);

}  // namespace korobov
