// Digital nets and sequences in any base b (Niederreiter 1987; Dick and Pillichshammer, "Digital Nets and Sequences",
// 2010, section 4.4).
//
// Coordinate j has a generating matrix C_j over the integers mod b. Of point i, whose digits in base b are i_0, i_1,
// ... (least significant first), its digits after the point are
//   y_r = sum_k C_j[r, k] i_k mod b,   r = 0, 1, ..., D - 1,   D = floor(64 / log2 b);
// rows that C_j lacks are zero. Digits and words: digit_points.hpp. A matrix of m columns serves b^m points (and at
// most 2^63): 1 <= m <= D. In base 2 DigitalNet gives the same points and keeps their symmetry.
//
// The base is any number from 2 to 2^21. A composite one needs no field: a digital net over the ring of integers mod b
// is equidistributed where its matrices are invertible mod b, and a scramble has units mod b on its diagonal.
//
// Higher order (Dick 2008): d * alpha component matrices; digit tau of coordinate j is digit floor(tau / alpha) of
// component j alpha + (tau mod alpha). D digits are kept, so order alpha holds for b^m points with alpha m <= D: at
// most b^floor(D / alpha) points.
//
// Randomizations, as halton.hpp has them with b_j = b: Lms multiplies each component matrix from the left, before
// interlacing; Nus scrambles each component before interlacing; DigitalShift and DigitPermutation come after it. All
// keep the t-value of every b^k consecutive points from a multiple of b^k on, in every projection.
#pragma once

#include <optional>
#include <vector>

#include <korobov/generators/digit_points.hpp>

namespace korobov {

inline constexpr Index kLargestBase = Index{1} << 21;

// Matrices over the integers mod b, all of one shape.
struct GeneratingMatrices {
  Index count = 0;                    // d * alpha
  Index rows = 0;                     // 1 to D
  Index columns = 0;                  // 1 to D
  std::vector<std::uint32_t> digits;  // (count, rows, columns), each below b
};

class KOROBOV_API DigitalNetAnyBase : public DigitPoints {
 public:
  DigitalNetAnyBase(Index base, const GeneratingMatrices& matrices, int alpha = 1);

  std::uint32_t base() const noexcept;
  int alpha() const noexcept;  // interlacing order, 1 to 5
  // The component matrices in use, before interlacing, scrambled ones (all D rows) for a scrambled net.
  GeneratingMatrices matrices() const;
  DigitalNetAnyBase replicate(std::uint32_t r) const;
  friend KOROBOV_API DigitalNetAnyBase randomized(const DigitalNetAnyBase& net, DigitRandomization how, Seed seed);

 protected:
  explicit DigitalNetAnyBase(std::shared_ptr<const detail::Generator> generator);
};

// The net under a randomization; replaces an earlier one. Lms costs O(d alpha D^2 m), the others nothing.
KOROBOV_API DigitalNetAnyBase randomized(const DigitalNetAnyBase& net, DigitRandomization how, Seed seed);

// Faure sequences (Faure, "Discrepance de suites associees a un systeme de numeration (en dimension s)", Acta Arith.
// 41, 1982): C_k[r, c] = binom(c, r) k^(c-r) mod p, k = 0, ..., d alpha - 1, in a prime base p >= d alpha. A (0,
// d)-sequence: any p^m consecutive points from a multiple of p^m on have p^(m - k_1 - ... - k_d) in each box of sides
// p^-k_j.
struct FaureOptions {
  std::optional<Index> base = std::nullopt;  // a prime from d * alpha to 2^21; none: the smallest, which depends on d
  int alpha = 1;
};
inline constexpr Index kFaureDimensions = 100'000;

class KOROBOV_API Faure : public DigitalNetAnyBase {
 public:
  // 1 <= d, d * alpha <= kFaureDimensions. O(d alpha D^2).
  explicit Faure(Index d, const FaureOptions& options = {});
};

// Niederreiter sequences (Niederreiter, "Low-discrepancy and low-dispersion sequences", J. Number Theory 30, 1988;
// Bratley, Fox, Niederreiter, ACM Trans. Model. Comput. Simul. 2, 1992, section 2) in a prime base b: with q_1, q_2,
// ... the monic irreducible polynomials over F_b by degree and then by their coefficients read as a number in base b
// (x, x + 1, ...), e_j the degree of q_j, and row r = Q e_j + u, 0 <= u < e_j,
//   sum_c C_j[r, c] x^(-c-1) = x^u / q_j(x)^(Q+1).
// A (t, d)-sequence, t = sum_j (e_j - 1): smaller bases than Faure's for the same d, and 0 where d <= b.
struct NiederreiterOptions {
  Index base = 2;  // a prime, at most 2^21
  int alpha = 1;
};
inline constexpr Index kNiederreiterDimensions = 1000;

class KOROBOV_API Niederreiter : public DigitalNetAnyBase {
 public:
  // 1 <= d, d * alpha <= kNiederreiterDimensions.
  explicit Niederreiter(Index d, const NiederreiterOptions& options = {});
};

// Hammersley point sets (Hammersley 1960): n points, n fixed. Coordinate 0 of point i is i / n, coordinate j the
// radical inverse of i in the base of the j-th prime, as Halton's coordinate j - 1. n is a power b^m, m >= 1, of a base
// b <= 2^21 (any n up to 2^21 is one; the smallest b is taken): coordinate 0 has the digits of i in base b, most
// significant first, so that it is scrambled as any other. For n = 2^m and d = 2 it is a (0, m, 2)-net.
class KOROBOV_API Hammersley : public DigitPoints {
 public:
  // 1 <= d <= kFaureDimensions; 2 <= n < 2^63. size_limit() is n.
  Hammersley(Index d, Index n);
  Hammersley replicate(std::uint32_t r) const;
  friend KOROBOV_API Hammersley randomized(const Hammersley& points, DigitRandomization how, Seed seed);

 private:
  explicit Hammersley(std::shared_ptr<const detail::Generator> generator);
};

KOROBOV_API Hammersley randomized(const Hammersley& points, DigitRandomization how, Seed seed);

}  // namespace korobov
