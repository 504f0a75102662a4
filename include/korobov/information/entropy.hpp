// Entropies of a spectrum p (sum p = 1) and the numbers of effective components that they are the logarithms of.
//
//   von Neumann      S = -sum p log p
//   Renyi            S_a = log(sum p^a) / (1 - a), a in [0, inf]:  a = 0 log rank, 1 von Neumann, 2 -log sum p^2, inf
//                    the min-entropy -log max p.  Sanchez Giraldo, Rao, Principe (2015), equation 8, for kernel
//                    matrices
//   Tsallis          (1 - sum p^a) / (a - 1), a in [0, inf]:  a = 0 rank - 1, 1 von Neumann, inf 0
//   Vendi score      exp S_q, q in [0, inf].  Friedman, Dieng (2023); Pasarkar, Dieng (2024): order q
//   effective rank   exp S.  Roy, Vetterli (2007)
//   truncated Vendi  of p_i + (1 - sum_{j <= t} p_j) / t, i <= t, the t largest.  Ospanov, Farnia (2024)
// Near a = 1 the sums are of p (p^(a-1) - 1) by expm1, so that no order loses digits; large orders are relative to max
// p.
//
// joint, Sanchez Giraldo et al., equation 9: the spectrum of the Hadamard product of two Gram matrices of the same
// samples. conditional = joint - S(L), mutual information = S(K) + S(L) - joint. On points with matched kernels the
// product of the kernels gives the joint spectrum.
//
// base: of the logarithms, positive and not 1; none: e. O(n) by vector code, relative error some eps. A spectrum of the
// r largest eigenvalues alone has only order inf and truncated scores up to r: others are std::invalid_argument.
#pragma once

#include <optional>
#include <span>

#include <korobov/core/types.hpp>
#include <korobov/information/spectrum.hpp>

namespace korobov {

KOROBOV_API double von_neumann_entropy(const Spectrum& s, std::optional<double> base = std::nullopt);
KOROBOV_API double renyi_entropy(const Spectrum& s, double order, std::optional<double> base = std::nullopt);
KOROBOV_API double min_entropy(const Spectrum& s, std::optional<double> base = std::nullopt);
KOROBOV_API double tsallis_entropy(const Spectrum& s, double order);
KOROBOV_API double vendi_score(const Spectrum& s, double q = 1);
KOROBOV_API double effective_rank(const Spectrum& s);
// truncate: t from 1 on; from size() on it is the score itself.
KOROBOV_API double truncated_vendi_score(const Spectrum& s, Index truncate, double q = 1);

// Of K o L, (n, n) each; both diagonals must be constant, as those of normalised kernels are, else the marginals would
// not be those of the joint.
KOROBOV_API Spectrum joint_spectrum(MatrixSpan<const double> k, MatrixSpan<const double> l,
                                    std::span<const double> weights = {});
KOROBOV_API double joint_entropy(MatrixSpan<const double> k, MatrixSpan<const double> l, double order = 1,
                                 std::optional<double> base = std::nullopt);
KOROBOV_API double conditional_entropy(MatrixSpan<const double> k, MatrixSpan<const double> l, double order = 1,
                                       std::optional<double> base = std::nullopt);  // of K given L
KOROBOV_API double mutual_information(MatrixSpan<const double> k, MatrixSpan<const double> l, double order = 1,
                                      std::optional<double> base = std::nullopt);

}  // namespace korobov
