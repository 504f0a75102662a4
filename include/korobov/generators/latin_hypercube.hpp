// Latin hypercube samples (McKay, Beckman, Conover 1979): n points of which each of the n slices of every axis holds
// one.
//
//   x_ij = (pi_j(i) + u_ij) / n, i < n, with pi_j a random permutation of 0 .. n - 1 per dimension and u_ij uniform
// As words: floor((2^64 pi_j(i) + U_ij) / n), exact; U_ij is word i of the stream (seed, latin_hypercube, replicate,
// j).
//
// pi_j needs no memory beyond 4096 numbers, and any index is reached directly:
//   n <= 4096  the shuffle of Fisher and Yates (Knuth, "The Art of Computer Programming", volume 2, algorithm 3.4.2 P)
//              with word 2^63 + k of the stream for its exchange of place k: every permutation equally likely
//   n > 4096   a keyed permutation (src/generators/keyed_permutation.hpp): a Feistel network of 10 rounds on pairs,
//   with
//              words 2^63 .. 2^63 + 10 of the stream as its keys
// Always random; replicates are independent samples, and coordinate j is the same in every dimension above j.
#pragma once

#include <korobov/generators/point_set.hpp>

namespace korobov {

class KOROBOV_API LatinHypercube : public PointSet<Unstructured> {
 public:
  // 1 <= d <= 2^32, 1 <= n <= 2^62, which is the size limit. A few ns per coordinate; scattered points of n <= 4096
  // cost O(n) more per dimension and call.
  LatinHypercube(Index d, Index n, Seed seed);
  LatinHypercube replicate(std::uint32_t r) const;

 private:
  explicit LatinHypercube(std::shared_ptr<const detail::Generator> generator);
};

}  // namespace korobov
