#include <vector>

#include <doctest/doctest.h>

#include <korobov/core/per_dimension.hpp>

using namespace korobov;

TEST_CASE("a parameter per dimension: one number stands for all, a vector for itself") {
  const PerDimension one = 2.5;
  CHECK(one.is_scalar());
  CHECK(one.size() == 1);
  CHECK(one[7] == 2.5);
  const PerDimension many = {1.0, 2.0, 3.0};
  CHECK(!many.is_scalar());
  CHECK(many.size() == 3);
  CHECK(many[2] == 3.0);
  const PerDimension single = std::vector<double>{4.0};
  CHECK(!single.is_scalar());
  CHECK(single[0] == 4.0);
}
