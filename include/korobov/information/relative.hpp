// One set of samples relative to another: a distance of distributions, and the directions in which one is richer.
//
//   MMD^2   squared maximum mean discrepancy, E k(x, x') + E k(y, y') - 2 E k(x, y): Gretton, Borgwardt, Rasch,
//   Scholkopf,
//           Smola (2012), equations 3 (unbiased: without the terms i = i', may be negative) and 5 (biased: the distance
//           of the empirical distributions). O((n + m)^2 d) time, O(tile) memory: rows are summed as they come
//   novelty spectrum   eigenvalues of C_X - eta C_Y, C the uncentred covariance operators in the kernel's space, scaled
//           to trace 1 (Zhang, Li, Farnia 2024: the positive ones are modes that X has eta times as often as Y). By
//           symmetric matrices of order n + m, O((n + m)^3)
// Dimensions that differ, fewer than two samples where pairs are needed, entries that are not finite, a kernel that is
// not normalisable (k(x, x) = 0) are std::invalid_argument.
#pragma once

#include <vector>

#include <korobov/core/types.hpp>
#include <korobov/kernels/kernel.hpp>

namespace korobov {

enum class MmdEstimator { unbiased, biased };

KOROBOV_API double squared_mmd(const AnyKernel& kernel, MatrixSpan<const double> x, MatrixSpan<const double> y,
                               MmdEstimator estimator = MmdEstimator::unbiased);
// Descending, n + m values.
KOROBOV_API std::vector<double> novelty_spectrum(const AnyKernel& kernel, MatrixSpan<const double> x,
                                                 MatrixSpan<const double> y, double eta = 1);

}  // namespace korobov
