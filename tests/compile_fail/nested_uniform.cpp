// Nested uniform scrambling leaves the tree and not the group: what needs a dyadic set does not take its points.
// expect: (could not convert|no matching function|no known conversion|invalid initialization)
#include <korobov/generators/nested_uniform.hpp>

void walsh(const korobov::PointSet<korobov::Dyadic>& points);
void leading_digit(const korobov::PointSet<korobov::DyadicTree>& points);

void use(const korobov::DigitalNet& net) {
  leading_digit(randomized(net, korobov::Nus{}, korobov::Seed{1}));
  walsh(randomized(net, korobov::LmsShift{}, korobov::Seed{1}));
#ifndef VALID
  walsh(randomized(net, korobov::Nus{}, korobov::Seed{1}));
#endif
}
