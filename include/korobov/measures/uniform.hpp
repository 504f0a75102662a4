// The uniform distribution on a box: x_j = lower_j + (upper_j - lower_j) u_j.
//
// Parameters are finite with lower_j < upper_j, else std::invalid_argument; vectors fix the dimension, and it must
// agree with d where d is given. Rounding can give the box's faces, never a value beyond them.
#pragma once

#include <korobov/measures/measure.hpp>

namespace korobov {

class KOROBOV_API Uniform : public Measure {
 public:
  explicit Uniform(PerDimension lower = 0.0, PerDimension upper = 1.0, std::optional<Index> d = std::nullopt);
};

}  // namespace korobov
