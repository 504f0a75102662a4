// Periodizations: changes of variable x = psi(t), componentwise, that make an integrand's periodic extension smooth, as
// lattices like it. The integral of f(x) is that of f(psi(t)) prod_j psi'(t_j).
//
//   baker   1 - |1 - 2t|, weight 1 (the tent)    Hickernell, "Obtaining O(N^(-2+eps)) convergence for lattice
//                                                quadrature rules", 2002
//   c0      3 t^2 - 2 t^3                        Korobov's polynomials, 1963
//   c1      t^3 (10 - 15 t + 6 t^2)
//   c1sin   t - sin(2 pi t) / (2 pi)             Sidi, "A new variable transformation for numerical integration", 1993
//   c2sin   (8 - 9 cos(pi t) + cos(3 pi t)) / 16
//   c3sin   (12 pi t - 8 sin(2 pi t) + sin(4 pi t)) / (12 pi)
//
// The polynomial and sine weights vanish at the faces, which helps f that is large there, and they grow like c^d in the
// middle: use them in small dimensions. The tent has weight 1 in every dimension.
#pragma once

#include <span>
#include <string_view>

#include <korobov/core/types.hpp>

namespace korobov {

// automatic: baker on lattices, none on everything else.
enum class Periodization { automatic, none, baker, c0, c1, c1sin, c2sin, c3sin };
// The name users type: "auto", "none", "baker", "c0", "c1", "c1sin", "c2sin", "c3sin".
KOROBOV_API std::string_view to_string(Periodization periodization) noexcept;

// Replaces every t of the open cube in u (n, d) by psi(t), kept inside (0, 1), and sets weight (n) to the product of
// the psi'(t_j). With none and baker all weights are 1. std::invalid_argument for automatic and for sizes that differ.
KOROBOV_API void periodize(Periodization periodization, MatrixSpan<double> u, std::span<double> weight);

}  // namespace korobov
