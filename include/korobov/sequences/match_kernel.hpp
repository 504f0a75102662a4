// The match kernels k(x, z) = (1 - p)^k, p the share of sites in which two aligned sequences differ.
//
// 1 - p is the mean over sites of the indicator that the letters agree, a positive semidefinite kernel, and so are its
// products (I. J. Schoenberg's closure), hence (1 - p)^k for whole k >= 1: the exponential exp(-k d) of the Poisson
// distance d. That needs the same sites for all pairs, so a gap is a letter of its own (state) or its site is left out
// for all (complete). Under pairwise deletion the matrix can be indefinite; that rule is refused where a site is
// missing. Powers that are not whole can be indefinite, too.
#pragma once

#include <span>
#include <string>

#include <korobov/core/types.hpp>
#include <korobov/sequences/distances.hpp>

namespace korobov {

struct MatchKernelOptions {
  Gaps gaps = Gaps::state;
  Alphabet alphabet = Alphabet::any();
};

// n sequences of one length -> out (n, n), ones on the diagonal. k >= 1.
KOROBOV_API void match_kernel(std::span<const std::string> seqs, Index k, MatrixSpan<double> out,
                              const MatchKernelOptions& options = {});

}  // namespace korobov
