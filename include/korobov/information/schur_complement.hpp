// What samples say beyond what they are given: the Schur complement of covariances of paired samples.
//
// Samples i have features phi_i (rows of Phi, (n, D)) and given ones tau_i (rows of T, (n, E)); C are uncentred
// covariances, C_II = Phi^T Phi / n, C_TT = T^T T / n, C_IT = Phi^T T / n. With a ridge nu
//   L = C_II - C_IT (C_TT + nu I)^-1 C_TI
// is what of Phi no linear function of T explains (Jalali, Ospanov, Gohari, Farnia 2024), and C_II - L what one does.
// Removal takes the explained part from samples: phi - Gamma^T tau with Gamma = (C_TT + nu I)^-1 C_TI, ridge
// regression; with R = Phi - T Gamma, L = R^T R / n + nu Gamma^T Gamma, the form computed here: no cancellation.
// Features that are more than samples are turned into n coordinates first, by Householder's QR of their transpose.
//
//   primal      features                               O(n (D + E) min(n, D + E) + m^3), m = min(n, max(D, E))
//   dual        Gram matrices K_I, K_T (n, n)          O(n^3): the nonzero eigenvalues of L are those of
//               nu B^-1/2 K_I B^-1/2, B = K_T + n nu I; digits are lost where nu is below eps |K_T| / n
//   structured  one point set, two matched kernels     O(n d + n log n): both are diagonal in one transform
//
// The ridge is relative: nu = ridge tr(C_TT). dof = tr(C_TT (C_TT + nu I)^-1) is the number of directions of T that it
// leaves. Without a ridge everything is explained once T has n independent columns. Errors: shapes, a ridge that is
// negative (dual and structured: not positive) or not finite, entries that are not finite, zero traces:
// std::invalid_argument; a ridge of 0 and C_TT singular: NumericalError.
#pragma once

#include <vector>

#include <korobov/core/types.hpp>
#include <korobov/generators/point_set.hpp>
#include <korobov/information/spectrum.hpp>
#include <korobov/kernels/kernel.hpp>

namespace korobov {

struct SchurComplement {
  double value = 0;          // trace * entropy
  double trace = 0;          // tr L
  double entropy = 0;        // von Neumann, of L / tr L, in nats; 0 where the trace is 0
  double given_trace = 0;    // tr(C_II - L)
  double given_entropy = 0;  // of that, normalised; 0 where its trace is 0
  double dof = 0;
  double ridge = 0;                 // nu, absolute
  std::vector<double> eigenvalues;  // of L, descending
};

// phi: (n, D), given: (n, E).
KOROBOV_API SchurComplement schur_complement_entropy(MatrixSpan<const double> phi, MatrixSpan<const double> given,
                                                     double ridge = 1e-2);
// k, given: (n, n).
KOROBOV_API SchurComplement schur_complement_entropy_dual(MatrixSpan<const double> k, MatrixSpan<const double> given,
                                                          double ridge = 1e-2);
KOROBOV_API SchurComplement structured_schur_complement_entropy(const AnyPointSet& points, const AnyKernel& kernel,
                                                                const AnyKernel& given, Index n, double ridge = 1e-2);

// Gamma (E, D), row-major, from paired samples.
KOROBOV_API std::vector<double> prompt_map(MatrixSpan<const double> phi, MatrixSpan<const double> given,
                                           double ridge = 1e-2);
// out = phi - given Gamma, (m, D); out may be phi.
KOROBOV_API void remove_prompt(MatrixSpan<const double> phi, MatrixSpan<const double> given,
                               MatrixSpan<const double> gamma, MatrixSpan<double> out);

}  // namespace korobov
