#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/generators/iid.hpp>
#include <korobov/generators/lattice.hpp>
#include <korobov/generators/sobol.hpp>

using namespace korobov;

TEST_CASE("a description tells how to make the set again") {
  CHECK(Sobol(3).description() == "Sobol(d=3, randomize=none, order=natural)");
  CHECK(randomized(Sobol(3), LmsShift{}, Seed{7}).description() ==
        "Sobol(d=3, randomize=lms_shift, seed=7, order=natural)");
  CHECK(randomized(Lattice(2, {.order = Order::gray}), Shift{}, Seed{1}).replicate(4).description() ==
        "Lattice(d=2, randomize=shift, seed=1, replicate=4, order=gray)");
  CHECK(IID(2, Seed{5}).description() == "IID(d=2, seed=5)");
}

TEST_CASE("a set that was never randomized has no replicates") {
  CHECK_THROWS_AS(Lattice(2).replicate(0), std::invalid_argument);
  CHECK_THROWS_AS(Sobol(2).replicate(0), std::invalid_argument);
  CHECK(randomized(Sobol(2), Lms{}, Seed{1}).replicate(2).replicate(5).integers({0, 9}) ==
        randomized(Sobol(2), Lms{}, Seed{1}).replicate(5).integers({0, 9}));
}

TEST_CASE("for_each_block walks a range and holds one block") {
  const Sobol set(3);
  std::vector<double> walked;
  for_each_block(set, {5, 30}, 7, [&](Range block, MatrixSpan<const double> points) {
    CHECK(points.rows == block.size());
    walked.insert(walked.end(), points.data, points.data + points.rows * points.cols);
  });
  CHECK(walked == set.points({5, 30}));
}
