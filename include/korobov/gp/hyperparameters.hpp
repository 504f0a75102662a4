// How hyper-parameters are learnt: a criterion, minimised from several starts.
//
// The variables are the logarithms of the kernel's hyper-parameters (all scales, weights, order weights, a real alpha,
// lengthscales) and of the noise variance; those that are 0 stay 0. Before the first step kernel and noise are
// multiplied by the factor of the largest likelihood; after a fit by gcv, which does not see it, once more. Then
// limited-memory BFGS within bounds (Nocedal 1980; NLopt's LD_LBFGS, after Luksan), analytic gradients.
//   scales, noise      1e-10 .. 1e10 times the start        weights        1e-8 .. 1e5
//   alpha              0.05 .. 16                           lengthscales   1e-5 .. 1e5 times the start
// Bounds that do not hold the start are widened to it. The start is the process's kernel and noise: of a further fit
// those that the last one learnt.
//
// Criteria are quadratic in the data: on matched sets the largest |y| must be in [1e-60, 1e60] for them (or 0), which
// std::invalid_argument says of others. What `progress` throws ends a fit and leaves the process as it was.
#pragma once

#include <functional>

#include <korobov/core/types.hpp>
#include <korobov/gp/likelihood.hpp>

namespace korobov {

enum class Learn { everything, nothing };  // nothing: the hyper-parameters given are kept

struct FitOptions {
  Learn learn = Learn::everything;
  Criterion criterion = Criterion::mle;
  int restarts = 1;           // further starts, each with the weights, alpha and noise scattered about the first
  int max_evaluations = 200;  // of the criterion, per start
  double tolerance = 1e-8;    // stop when a step changes the criterion by less, relatively
  // Called in the caller's thread after every evaluation, with their number over all starts and the criterion there.
  std::function<void(int evaluations, double criterion)> progress{};
};

}  // namespace korobov
