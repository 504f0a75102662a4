// One doubling of the cone rule in one pass: joins the halves, extends kappa, redoes its top four levels, sums.
//
// kappa mod 2^t depends on the position mod 2^t only: a swap on level l exchanges positions that agree in all bits but
// l, and whether it does depends on the bits below l. So with q = 2^(m-4), n = 16 q, an array over positions p = j q +
// r, j = 0 .. 15, r < q, may as well be stored at j q + a, where a = kappa(r) mod q is the index's low part: levels
// below m - 4 are never touched again. Then kappa = a + h q with h < 16, one byte per entry, and what the pass reads of
// a transform in natural order are rows that it walks along, not scattered places. Only positions below q, whose levels
// are summed one by one, need the table a(r).
//
// A doubling freezes level m - 4: where h and j differ in their lowest bit, rows 2 i and 2 i + 1 change places.
#ifndef KOROBOV_SRC_CUBATURE_CONE_KERNELS_HPP
#define KOROBOV_SRC_CUBATURE_CONE_KERNELS_HPP

#include <cstddef>
#include <cstdint>

namespace korobov::detail {

inline constexpr std::size_t least_cone_pass = 256;  // old size n

struct ConePass {
  std::size_t n;       // old size; the new one is 2 n
  std::uint8_t* high;  // h: n old entries, 2 n new ones, in place
  std::uint8_t* flip;  // (n/16), set: 1 where rows changed places
  // Sums of magnitudes over the positions of the new levels m, m - 1, m - 2, m - 3: j = 8..15, 4..7, 2..3, 1.
  double sums[4];
};

// Nets. c: y^, n old entries and 2 n new ones, in place; fresh (n): the unitary transform of the new half, fresh_scale
// fresh its y^.
void cone_pass_net(ConePass& pass, double* c, const double* fresh, double fresh_scale);

// Lattices. squares: |y_k|^2, k = 0 .. n, natural order, of the joined spectrum; low (n/8): the squares of the entries
// with j = 0 after the pass.
void cone_pass_lattice(ConePass& pass, const double* squares, double* low);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_CUBATURE_CONE_KERNELS_HPP
