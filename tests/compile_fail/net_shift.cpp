// A digital net is shifted digit by digit; a shift mod 1 would lose the net property.
// expect: no matching function for call to .randomized
#include <korobov/generators/lattice.hpp>
#include <korobov/generators/sobol.hpp>

void use(const korobov::Sobol& net) {
  randomized(net, korobov::DigitalShift{}, korobov::Seed{1});
#ifndef VALID
  randomized(net, korobov::Shift{}, korobov::Seed{1});
#endif
}
