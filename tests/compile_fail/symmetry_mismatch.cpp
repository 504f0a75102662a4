// A kernel that needs the dyadic group has no fast Gram matrix on lattice points.
// expect: constraints? not satisfied
// expect: Matches
#include <korobov/core/symmetry.hpp>

template <class P, class K>
requires korobov::Matches<P, K>
void fast_gram(P, K) {}

int main() {
  fast_gram(korobov::Dyadic{}, korobov::Dyadic{});
  fast_gram(korobov::Dyadic{}, korobov::DyadicTree{});
#ifndef VALID
  fast_gram(korobov::Cyclic{}, korobov::Dyadic{});
#endif
}
