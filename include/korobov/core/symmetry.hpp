// The symmetry tags: the one idea that joins point sets, kernels and fast transforms.
//
// A point set and a kernel match when both are invariant under the same group. Then the Gram matrix of the first
// 2^m points is diagonal in the group's characters, and one fast transform is all the linear algebra:
//   Cyclic      x - z mod 1 (lattices and their shifts)            bit-reversed FFT
//   Dyadic      x ^ z digitwise (digital nets, LMS, digital shift) fast Walsh-Hadamard transform
//   DyadicTree  only the leading differing digit counts (what nested uniform scrambling keeps): Dyadic sets and
//               leading-digit kernels
//   Unstructured  nothing is kept
// A tag that keeps more derives from one that keeps less. A mismatch does not compile.
#pragma once

#include <concepts>

#include <korobov/core/types.hpp>

namespace korobov {

struct Unstructured {};
struct DyadicTree : Unstructured {};
struct Dyadic : DyadicTree {
  static constexpr Word add(Word a, Word b) noexcept { return a ^ b; }
  static constexpr Word subtract(Word a, Word b) noexcept { return a ^ b; }
};
struct Cyclic : Unstructured {
  static constexpr Word add(Word a, Word b) noexcept { return a + b; }
  static constexpr Word subtract(Word a, Word b) noexcept { return a - b; }
};

// A kernel of symmetry K has a fast Gram matrix on points of symmetry P.
template <class P, class K>
concept Matches = std::derived_from<P, K> && !std::same_as<K, Unstructured>;

// The tag as a value, for code behind a type erasure.
enum class SymmetryKind { unstructured, dyadic_tree, dyadic, cyclic };

template <class Symmetry>
inline constexpr SymmetryKind symmetry_kind = SymmetryKind::unstructured;
template <>
inline constexpr SymmetryKind symmetry_kind<DyadicTree> = SymmetryKind::dyadic_tree;
template <>
inline constexpr SymmetryKind symmetry_kind<Dyadic> = SymmetryKind::dyadic;
template <>
inline constexpr SymmetryKind symmetry_kind<Cyclic> = SymmetryKind::cyclic;

}  // namespace korobov
