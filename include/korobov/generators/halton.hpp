// Halton sequences (Halton 1960).
//
// Coordinate j of point i is the radical inverse of i in base b_j, the j-th prime:
//   i = sum_k i_k b^k   ->   x_ij = sum_k i_k b^(-k-1) = N / b^D,   N = sum_{k < D} i_k b^(D-1-k).
// D = floor(64 / log2 b) digits are kept, digits of i beyond them are dropped (coordinate j has period b_j^D > 2^48,
// above 2^61 for the first ten primes; the points themselves stay distinct, because base 2 keeps 64 digits); the word
// is floor(2^64 N / b^D), exactly, so a double is within 2^-53 + b^-D of the real number and never 1.
//
// Randomizations (digits y_0, y_1, ... after the point), independent between dimensions:
//   LmsShift          Lms, then DigitalShift
//   LmsPermutation    Lms, then DigitPermutation
//   DigitPermutation  y_r <- pi_r(y_r), a uniform permutation of 0..b-1 per place
//   Lms               y <- S y mod b, S lower triangular, its diagonal uniform in 1..b-1, below it uniform in 0..b-1
//                     (Matousek 1998); the origin stays the origin
//   DigitalShift      y_r <- y_r + e_r mod b, e_r uniform
//   Nus               y_r <- a uniform permutation of its own for each value of y_0, ..., y_{r-1} (Owen 1995)
// Under each but Lms alone every point is uniform on the cube, up to b^-D. All keep equidistribution: any b^k
// consecutive points from a multiple of b^k on have one coordinate in each interval [a b^-k, (a + 1) b^-k).
// Permutations are functions of their place, and made as a range needs them; nothing of size b D d is stored.
#pragma once

#include <korobov/generators/digit_points.hpp>

namespace korobov {

inline constexpr Index kHaltonDimensions = 100'000;

using HaltonRandomization = DigitRandomization;

class KOROBOV_API Halton : public DigitPoints {
 public:
  // 1 <= d <= kHaltonDimensions; indices below 2^63.
  explicit Halton(Index d);
  Halton replicate(std::uint32_t r) const;
  friend KOROBOV_API Halton randomized(const Halton& points, HaltonRandomization how, Seed seed);

 private:
  explicit Halton(std::shared_ptr<const detail::Generator> generator);
};

// The sequence under a randomization; replaces an earlier one. Lms draws the sum of D_j^2 digits, the others nothing.
KOROBOV_API Halton randomized(const Halton& points, HaltonRandomization how, Seed seed);

}  // namespace korobov
