// Nested uniform scrambling in base 2 (Owen, "Randomly permuted (t,m,s)-nets and (t,s)-sequences", in Monte Carlo and
// Quasi-Monte Carlo Methods in Scientific Computing, 1995).
//
// Output digit k of a coordinate x is digit k of x, flipped by a fair coin that belongs to the node (k, p) of the
// binary tree, p = the k digits of x before it, k = 0 .. 63. All coins of all nodes, dimensions, replicates and seeds
// are independent. Kept: every t-value; every point becomes uniform on the cube; the variance of a mean is Owen's
// ("Monte Carlo variance of scrambled net quadrature", SIAM J. Numer. Anal. 34, 1997), n^-3 for smooth functions.
//
// The coins (part of the stream). With p as a word whose first k digits are p and whose others are 0,
//   coin(k, p) = digit k (bit 63 - k) of F(p) ^ c,     F(p) = h(g(p ^ a) + b),
//   g(z): z ^= z >> 32, z *= M, z ^= z >> 29, z *= M       h(z): z ^= z >> 32, z *= M, z ^= z >> 29
//   M = 0xBEA225F9EB34556D (shifts and M: the mixer mx3 of Maiga, 2020), all mod 2^64,
//   a, b, c: words 0, 1, 2 of the stream (seed, nested_uniform, replicate, dimension) of core/seed.hpp.
// Each node is one bit of one hash: nodes of one word p (a prefix and what continues it by zeros) have different k. A
// coordinate x with q nonzero digits meets q + 1 words p, x without its last 0, 1, .., q nonzero digits: so many hashes
// give all its 64 coins. They are functions of the node alone, so a point is the same by itself, in any range and for
// any number of points. 2^64 words p of a stream never give equal F; that shows after 2^32 of them, not before.
//
// Cost per coordinate: a fill of n points computes about 1 + (log2 n - 14) / 2 hashes for nets whose matrices are upper
// triangular (Sobol'), 1 + q for others and for scattered points.
#pragma once

#include <korobov/generators/digital_net.hpp>

namespace korobov {

class KOROBOV_API NestedUniform : public PointSet<DyadicTree> {
 public:
  NestedUniform replicate(std::uint32_t r) const;

  friend KOROBOV_API NestedUniform randomized(const DigitalNet& net, Nus how, Seed seed);
  friend KOROBOV_API NestedUniform randomized(const NestedUniform& net, Nus how, Seed seed);
  friend KOROBOV_API DigitalNet randomized(const NestedUniform& net, NetRandomization how, Seed seed);

 private:
  explicit NestedUniform(std::shared_ptr<const detail::Generator> generator);
};

// The net under nested uniform scrambling; replaces an earlier randomization. O(d). Replicate r of a net made from
// several replicates of matrices scrambles matrices r.
KOROBOV_API NestedUniform randomized(const DigitalNet& net, Nus how, Seed seed);
KOROBOV_API NestedUniform randomized(const NestedUniform& net, Nus how, Seed seed);
// The underlying net under another randomization.
KOROBOV_API DigitalNet randomized(const NestedUniform& net, NetRandomization how, Seed seed);

}  // namespace korobov
