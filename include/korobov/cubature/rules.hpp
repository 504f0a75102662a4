// Rules: how values of f at the points become an interval that holds the integral.
//
// Each rule doubles the number of points until the interval meets the tolerance. One variant holds them all: a rule is
// an alternative of it, never another function.
//
//   rule              points it takes                         interval
//   Automatic         any; what the set allows is used        see docs/error_bounds.md
//   CoefficientDecay  nets, lattices in natural order         value +- C(m) S_{m - lag}
//   Replicated        randomized sets                         value +- t_{R-1} s / sqrt(R)
//
// In what follows n = 2^m and y^ = transform(f) / sqrt(n), the discrete Fourier (lattices) or Walsh (nets)
// coefficients.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include <korobov/core/types.hpp>

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

using Rule = std::variant<Automatic, CoefficientDecay, Replicated>;

// "auto", "decay(lag=4, inflation=5)", "replicated(replications=16)".
KOROBOV_API std::string to_string(const Rule& rule);

}  // namespace korobov
