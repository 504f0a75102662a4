// The criterion by which rank-1 lattices are judged: the squared worst-case error, as a function of kernel and weights.
//
// For n points {k z / n} and weights gamma_u of the coordinate sets u,
//   e^2(z) = (1/n) sum_{k<n} sum_{u not empty} gamma_u prod_{j in u} w({k z_j / n}),
// w a kernel of mean zero:
//   p2, p4   w(x) = sum_{h != 0} |h|^-alpha exp(2 pi i h x), alpha = 2, 4 (2 pi^2 B_2(x), -(2 pi)^4/24 B_4(x)): the
//            criterion P_alpha of the Korobov space (Sloan and Joe 1994, section 4.1)
//   b2       w(x) = B_2(x) = x^2 - x + 1/6: the mean over all shifts in the unanchored Sobolev space of mixed first
//            derivatives (Dick, Kuo, Sloan 2013, section 5.5)
// Weights:
//   product          gamma_u = prod_{j in u} gamma_j
//   order-dependent  gamma_u = Gamma_{|u|}, 0 above the last order given
//   POD              gamma_u = Gamma_{|u|} prod_{j in u} gamma_j (product and order dependent)
// For product weights e^2 = -1 + (1/n) sum_k prod_j (1 + gamma_j w). All weights are finite and not negative.
#pragma once

#include <span>
#include <variant>
#include <vector>

#include <korobov/core/types.hpp>

namespace korobov {

enum class LatticeKernel { p2, p4, b2 };

struct ProductWeights {
  std::vector<double> product;  // gamma_j: one for all dimensions, or one per dimension (at least d)
};
struct OrderDependentWeights {
  std::vector<double> order;  // Gamma_1, Gamma_2, ..., at least one, at most 64
};
struct PodWeights {
  std::vector<double> order;
  std::vector<double> product;
};
using LatticeWeights = std::variant<ProductWeights, OrderDependentWeights, PodWeights>;

// e^2 of the first 1, 2, ..., z.size() components: (d) values, by direct sums, O(n d L) for L orders (product: L = 1).
// 1 <= n <= 2^32, any n and any components. Accuracy: absolute error some 10 ulp of the mean magnitude of the terms;
// sums are pairwise, and the mean of one w alone is exact. Runs on all cores; the result does not depend on how many.
KOROBOV_API std::vector<double> lattice_squared_error(std::span<const Word> generating_vector, Index n,
                                                      const LatticeWeights& weights, LatticeKernel kernel);

}  // namespace korobov
