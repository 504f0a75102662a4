// An unstructured kernel matches no point set, not even one that keeps a group.
// expect: constraints? not satisfied
// expect: Matches
#include <korobov/core/symmetry.hpp>

template <class P, class K>
requires korobov::Matches<P, K>
void fast_gram(P, K) {}

int main() {
  fast_gram(korobov::Cyclic{}, korobov::Cyclic{});
#ifndef VALID
  fast_gram(korobov::Cyclic{}, korobov::Unstructured{});
#endif
}
