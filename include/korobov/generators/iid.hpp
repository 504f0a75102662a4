// Independent uniform points, for comparison: plain Monte Carlo.
//
// Coordinate j of point i is word i of the stream (seed, iid, replicate, j): any index is reached directly, and
// coordinate j is the same in every dimension > j. Always random; replicates are independent sets.
#pragma once

#include <korobov/generators/point_set.hpp>

namespace korobov {

class KOROBOV_API IID : public PointSet<Unstructured> {
 public:
  // d >= 1. One Philox block per 4 coordinates: 1 to 5 ns each.
  IID(Index d, Seed seed);
  IID replicate(std::uint32_t r) const;

 private:
  explicit IID(std::shared_ptr<const detail::Generator> generator);
};

}  // namespace korobov
