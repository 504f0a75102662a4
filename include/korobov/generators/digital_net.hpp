// Digital nets and sequences in base 2 (Niederreiter 1987; Dick and Pillichshammer, "Digital Nets and Sequences",
// 2010).
//
// Coordinate j has a generating matrix C_j over F2, given by its columns c_{j,k} as 64-bit words, most significant bit
// = first digit. Point i is x_ij = xor of c_{j,k} over the set bits k of i (natural order) or of i ^ (i >> 1) (gray).
//
// Higher order (Dick, "Walsh spaces containing smooth functions and quasi-Monte Carlo rules of arbitrary high order",
// SIAM J. Numer. Anal. 46, 2008, section 4): an interlaced net of order alpha has d * alpha component matrices, and
// digit tau (0 = first) of coordinate j is digit floor(tau / alpha) of component j alpha + (tau mod alpha). 64 digits
// are kept, so order alpha holds for 2^m points with alpha m <= 64: at most 2^floor(64 / alpha) points.
//
// Randomizations:
//   Lms           linear matrix scramble (Matousek 1998): C_j <- S_j C_j, S_j (64 x 64) lower triangular with unit
//                 diagonal, uniform below it. Keeps every t-value; the origin stays the origin.
//   DigitalShift  xor of a uniform word per coordinate.
//   LmsShift      both: every point uniform, and the variance of 1-D means equal to that of nested uniform scrambling
//                 (Owen 2003).
// In an interlaced net the scramble multiplies the component matrices, S_j that of component j, before interlacing, and
// the digital shift comes after it, one word per coordinate.
// Column p of S_j is 2^(63-p) + (word p of the stream (seed, linear_matrix_scramble, replicate, j) mod 2^(63-p)).
#pragma once

#include <span>
#include <variant>
#include <vector>

#include <korobov/generators/point_set.hpp>

namespace korobov {

struct DigitalNetOptions {
  Order order = Order::natural;  // natural or gray
  // true: bit 63 of a column is the first digit (weight 1/2), bit 62 the second, ...
  // false: bit 0 is the first digit, bit 1 the second, ...; digits that a shorter word lacks are 0.
  bool msb_first = true;
  int alpha = 1;  // interlacing order, 1 to 5
};

using NetRandomization = std::variant<LmsShift, Lms, DigitalShift>;
class NestedUniform;  // nested_uniform.hpp: what Nus makes of a net

class KOROBOV_API DigitalNet : public PointSet<Dyadic> {
 public:
  // Own matrices (d * alpha, m): element (j, k) is column k of C_j; 1 <= m <= 64.
  // Limit min(2^m, 2^floor(64 / alpha), 2^63) points.
  explicit DigitalNet(MatrixSpan<const Word> matrices, const DigitalNetOptions& options = {});
  // Several replicates of them, all (d * alpha, m): replicate r of the set, plain or randomized, has matrices r; r <
  // their number.
  explicit DigitalNet(std::span<const MatrixSpan<const Word>> replicates, const DigitalNetOptions& options = {});

  // Columns per matrix, m.
  Index columns() const noexcept;
  // Interlacing order; 1 for a plain net.
  int alpha() const noexcept;
  // The component matrices in use, before interlacing, scrambled ones for a scrambled net: (d * alpha, m) row-major
  // words, most significant bit first. Matrices of the interlaced coordinates: their columns are the words of the
  // points 2^k of the net without a shift, in natural order.
  std::vector<Word> matrices() const;
  // How many replicates of matrices the set was made from (1 for most).
  Index matrix_replicates() const noexcept;
  DigitalNet replicate(std::uint32_t r) const;
  friend KOROBOV_API DigitalNet randomized(const DigitalNet& net, NetRandomization how, Seed seed);
  friend KOROBOV_API DigitalNet randomized(const NestedUniform& net, NetRandomization how, Seed seed);
  friend KOROBOV_API NestedUniform randomized(const DigitalNet& net, Nus how, Seed seed);

 protected:
  explicit DigitalNet(std::shared_ptr<const detail::Generator> generator);
};

// The net under a randomization; replaces an earlier one. O(1000 d alpha) word operations for a scramble.
KOROBOV_API DigitalNet randomized(const DigitalNet& net, NetRandomization how, Seed seed);

}  // namespace korobov
