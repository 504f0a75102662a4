// Coding rates: the bits (here nats) that samples take up at a distortion, and what classes save.
//
//   linear   R(Z, eps) = (1/2) log det(I + d / (n eps^2) Z^T Z),  Z (n, d), a sample per row
//            Ma, Derksen, Hong, Wright (2007), equation 13; the determinant of the smaller side, by Cholesky
//   kernel   R(K, c) = (1/2) log det(I + c K) = (1/2) sum log(1 + c lambda_i);  c = d / (n eps^2) and K = Z Z^T give
//   classes  reduction = R(Z) - sum_j (n_j / n) R(Z_j),  Z_j the samples of class j: Yu, Chan, You, Song, Ma (2020),
//            equation 6; the terms of the sum are given
//   given    R(K | given, c) = R of all minus R of the given ones at the same c: the rate of the posterior kernel
//            K_uu - K_ug (K_gg + I/c)^-1 K_gu of the others
// Costs: linear O(n d min(n, d)); kernel O(n^3) for a matrix, O(n) for a spectrum; given O(n^3). Natural logarithms.
//
// Errors, std::invalid_argument: eps or c not positive and finite; entries that are not finite; labels of another
// length; indices that are out of range or come twice; an eigenvalue below -n eps times the largest; c K or d Z^T Z /
// (n eps^2) beyond the range of doubles. NumericalError: c K so large that the rounding of negative eigenvalues is
// above 1.
#pragma once

#include <span>
#include <vector>

#include <korobov/core/types.hpp>
#include <korobov/information/spectrum.hpp>

namespace korobov {

KOROBOV_API double coding_rate(MatrixSpan<const double> z, double eps);
KOROBOV_API double kernel_coding_rate(MatrixSpan<const double> k, double c);
KOROBOV_API double kernel_coding_rate(const Spectrum& s, double c);
// Of the samples that are not given, when those are.
KOROBOV_API double conditional_coding_rate(MatrixSpan<const double> k, std::span<const Index> given, double c);

struct RateReduction {
  double total = 0;               // R(Z)
  std::vector<double> per_class;  // (n_j / n) R(Z_j), in the order of `classes`
  double reduction = 0;           // total - sum of per_class
  std::vector<Index> classes;     // the labels that occur, ascending
};
// labels: (n).
KOROBOV_API RateReduction rate_reduction(MatrixSpan<const double> z, std::span<const Index> labels, double eps);

}  // namespace korobov
