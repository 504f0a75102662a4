// What asks for a dyadic point set does not take a lattice.
// expect: (could not convert|no matching function|no known conversion|invalid initialization)
#include <korobov/generators/digital_net.hpp>
#include <korobov/generators/lattice.hpp>

void walsh(const korobov::PointSet<korobov::DyadicTree>& points);

void use(const korobov::Lattice& lattice, const korobov::DigitalNet& net) {
  walsh(net);
#ifdef VALID
  (void)lattice;
#else
  walsh(lattice);
#endif
}
