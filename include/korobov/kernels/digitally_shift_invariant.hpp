// Digitally shift-invariant product kernels, matched to digital nets in base 2.
//
//   k(x, z) = scale prod_{j<d} (1 + weights_j K_j(x_j ^ z_j)),  x ^ z digitwise,
// with K_j = K_alpha of walsh.hpp: order alpha suits interlaced nets of order alpha (Dick 2008; Baldeaux, Dick,
// Leobacher, Nuyens, Pillichshammer 2012). Their integral over one argument is `scale`. LeadingDigitKernel has the
// leading digit's kernel of real alpha for K_j, depends on nothing else, and so keeps its Gram matrix under nested
// uniform scrambling too. Hyper-parameters: scale, weights[0..d); for the leading digit's then alpha, or alpha[0..d) if
// one per dimension was given. std::invalid_argument: alpha out of range (integers 1..32; real, positive and at most
// 64), a weight negative or not finite, scale not positive and finite, sizes that disagree.
#pragma once

#include <korobov/core/per_dimension.hpp>
#include <korobov/kernels/kernel.hpp>

namespace korobov {

struct DigitallyShiftInvariantOptions {
  PerDimension alpha = 2.0;    // order, an integer 1..32
  PerDimension weights = 1.0;  // product weights gamma_j
  double scale = 1.0;          // S
};

class KOROBOV_API DigitallyShiftInvariantKernel : public Kernel<Dyadic> {
 public:
  explicit DigitallyShiftInvariantKernel(Index d, const DigitallyShiftInvariantOptions& options = {});
};

struct LeadingDigitOptions {
  PerDimension alpha = 1.5;    // real, 0 < alpha <= 64
  PerDimension weights = 1.0;  // product weights gamma_j
  double scale = 1.0;          // S
};

class KOROBOV_API LeadingDigitKernel : public Kernel<DyadicTree> {
 public:
  explicit LeadingDigitKernel(Index d, const LeadingDigitOptions& options = {});
};

}  // namespace korobov
