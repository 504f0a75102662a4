// A lattice can be shifted; scrambling its digits would destroy it, so there is no such overload.
// expect: no matching function for call to .randomized
#include <korobov/generators/digital_net.hpp>
#include <korobov/generators/lattice.hpp>

void use(const korobov::Lattice& lattice) {
  randomized(lattice, korobov::Shift{}, korobov::Seed{1});
#ifndef VALID
  randomized(lattice, korobov::LmsShift{}, korobov::Seed{1});
#endif
}
