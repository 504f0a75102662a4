// Control variates around any rule (integration.hpp, ControlVariates).
//
// All values are kept. After every doubling beta is fitted to all of them, and the rule starts afresh on the values of
// f - sum_j beta_j (g_j - mean_j): it judges one function, never a mixture of several fits. Cost: the rule's own work a
// second time in all, the fit, and memory for the values of all channels.
#ifndef KOROBOV_SRC_CUBATURE_CONTROL_VARIATES_HPP
#define KOROBOV_SRC_CUBATURE_CONTROL_VARIATES_HPP

#include <functional>
#include <memory>
#include <vector>

#include "cubature/estimator.hpp"

namespace korobov::detail {

using EstimatorFactory = std::function<std::unique_ptr<Estimator>()>;

// values given to absorb(): (outputs + means.size(), rows), the control variates last. With a transform the fit is to
// the coefficients at k >= n/32, which are those that alias into the mean; without one to the values less their mean.
std::unique_ptr<Estimator> with_control_variates(EstimatorFactory make_rule, std::vector<double> means,
                                                 bool on_coefficients, SymmetryKind symmetry);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_CUBATURE_CONTROL_VARIATES_HPP
