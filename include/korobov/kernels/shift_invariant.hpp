// The shift-invariant product kernel, matched to lattices.
//
//   k(x, z) = scale prod_{j<d} (1 + weights_j K_{alpha_j}({x_j - z_j})),
// K_alpha as in bernoulli.hpp: the reproducing kernel of the weighted Korobov space of smoothness alpha, periodic
// functions with alpha square-integrable derivatives per coordinate (Sloan and Wozniakowski 2001, section 2). Its
// integral over one argument is `scale`. With order weights G_1, ..., G_L (Dick, Sloan, Wang and Wozniakowski 2006)
//   k = scale (1 + sum_{l<=L} G_l e_l(p_1, ..., p_d)),  p_j = weights_j K_{alpha_j},  e_l the elementary symmetric
//   sums,
// at cost O(n d L). Hyper-parameters: scale, weights[0..d), order_weights[0..L).
//
// derivative(x, z): the kernel's partial derivatives, orders x_j in the first argument and z_j in the second, which is
// the covariance of derivatives of a process with covariance k. A factor with an order loses its "1 +"; with an order
// anywhere c = 0. Where the sum of orders is odd the function is odd and its eigenvalues are imaginary. Product weights
// only. std::invalid_argument: alpha not one of 1..5, a weight negative or not finite, scale not positive and finite,
// sizes that disagree, orders that are negative or x_j + z_j > 2 alpha_j - 2.
#pragma once

#include <span>
#include <vector>

#include <korobov/core/per_dimension.hpp>
#include <korobov/kernels/kernel.hpp>

namespace korobov {

struct ShiftInvariantOptions {
  PerDimension alpha = 2.0;             // smoothness, an integer 1..5
  PerDimension weights = 1.0;           // product weights gamma_j
  double scale = 1.0;                   // S
  std::vector<double> order_weights{};  // G_1..G_L, L <= d; empty: the product kernel
};

class KOROBOV_API ShiftInvariantKernel : public Kernel<Cyclic> {
 public:
  explicit ShiftInvariantKernel(Index d, const ShiftInvariantOptions& options = {});
  int alpha(Index j) const { return static_cast<int>(options_.alpha[j]); }  // alpha_j
  Kernel<Cyclic> derivative(std::span<const int> x, std::span<const int> z) const;

 private:
  ShiftInvariantOptions options_;
};

}  // namespace korobov
