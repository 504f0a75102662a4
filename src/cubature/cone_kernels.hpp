// One doubling of the cone rule in one pass: joins the halves, extends kappa, redoes its top four levels, sums.
//
// Positions p + j N/16, j = 0..15, meet only each other on levels m - 1 .. m - 4, so a vector of p's takes all four
// levels in registers. N = 2^m >= 128 is the new size, h = N/2 the old one.
#ifndef KOROBOV_SRC_CUBATURE_CONE_KERNELS_HPP
#define KOROBOV_SRC_CUBATURE_CONE_KERNELS_HPP

#include <cstddef>
#include <cstdint>

namespace korobov::detail {

inline constexpr std::size_t least_cone_pass = 128;

struct ConePass {
  std::size_t n;         // N
  std::uint32_t* kappa;  // (N), the first half known, in place
  // Sums of magnitudes over the positions of level m, m - 1, m - 2, m - 3: j = 8..15, 4..7, 2..3, 1.
  double sums[4];
};

// Nets. c (N): y^ in kappa order, the first half that of the old points, in place; fresh (N/2): the unitary transform
// of the new half, fresh_scale fresh its y^.
void cone_pass_net(ConePass& pass, double* c, const double* fresh, double fresh_scale);

// Lattices. squares: |y_k|^2, k = 0 .. N/2, natural order, of the joined spectrum; low: the squares at positions
// 0 .. N/16 - 1 after the pass.
void cone_pass_lattice(ConePass& pass, const double* squares, double* low);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_CUBATURE_CONE_KERNELS_HPP
