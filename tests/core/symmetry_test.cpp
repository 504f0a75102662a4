#include <doctest/doctest.h>

#include <korobov/core/symmetry.hpp>

using namespace korobov;

static_assert(Matches<Dyadic, Dyadic> && Matches<Dyadic, DyadicTree> && Matches<DyadicTree, DyadicTree>);
static_assert(Matches<Cyclic, Cyclic>);
static_assert(!Matches<DyadicTree, Dyadic> && !Matches<Cyclic, Dyadic> && !Matches<Dyadic, Cyclic>);
static_assert(!Matches<Cyclic, Unstructured> && !Matches<Unstructured, Unstructured>);

TEST_CASE("the group operations undo each other") {
  constexpr Word a = 0xF000000000000001U;
  constexpr Word b = 0x9000000000000003U;
  CHECK(Cyclic::subtract(Cyclic::add(a, b), b) == a);
  CHECK(Dyadic::subtract(Dyadic::add(a, b), b) == a);
  CHECK(symmetry_kind<Cyclic> == SymmetryKind::cyclic);
  CHECK(symmetry_kind<Unstructured> == SymmetryKind::unstructured);
}
