// A kernel without symmetry has no fast Gram matrix, not even on points that keep a group.
// expect: constraints? not satisfied
// expect: Matches
#include <korobov/generators/lattice.hpp>

template <class P, class K>
requires korobov::Matches<P, K>
void fast_gram(const korobov::PointSet<P>&, K);

void use(const korobov::Lattice& lattice) {
  fast_gram(lattice, korobov::Cyclic{});
#ifndef VALID
  fast_gram(lattice, korobov::Unstructured{});
#endif
}
