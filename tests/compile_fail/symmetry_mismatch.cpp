// A kernel that needs the dyadic group has no fast Gram matrix on lattice points.
// expect: constraints? not satisfied
// expect: Matches
#include <korobov/generators/digital_net.hpp>
#include <korobov/generators/lattice.hpp>

template <class P, class K>
requires korobov::Matches<P, K>
void fast_gram(const korobov::PointSet<P>&, K);

void use(const korobov::Lattice& lattice, const korobov::DigitalNet& net) {
  fast_gram(lattice, korobov::Cyclic{});
  fast_gram(net, korobov::Dyadic{});
  fast_gram(net, korobov::DyadicTree{});
#ifndef VALID
  fast_gram(lattice, korobov::Dyadic{});
#endif
}
