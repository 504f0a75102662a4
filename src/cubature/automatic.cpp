#include "cubature/estimator.hpp"

namespace korobov::detail {

std::unique_ptr<Estimator> make_automatic(std::uint32_t replications, const Plan& plan) {
  if (!plan.points.has_fast_transform()) return make_replicated({replications}, plan);
  return make_decay({}, plan);
}

}  // namespace korobov::detail
