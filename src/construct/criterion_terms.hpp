// What a kernel and weights are to the sums of a criterion.
#ifndef KOROBOV_SRC_CONSTRUCT_CRITERION_TERMS_HPP
#define KOROBOV_SRC_CONSTRUCT_CRITERION_TERMS_HPP

#include <vector>

#include <korobov/construct/lattice_criterion.hpp>

namespace korobov::detail {

// w(k / n), 0 <= k < n.
double kernel_value(LatticeKernel kernel, Index k, Index n);
// The mean of w over k / n, k < n, exactly: w(0) n^-degree (multiplication theorem of the Bernoulli polynomials).
double kernel_mean(LatticeKernel kernel, Index n);

// Checked weights: gamma_j, and Gamma_1 ... Gamma_L unless they are product weights.
struct WeightSequence {
  std::vector<double> product;  // (d)
  std::vector<double> order;    // empty for product weights
};
WeightSequence weight_sequence(const LatticeWeights& weights, Index d);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_CONSTRUCT_CRITERION_TERMS_HPP
