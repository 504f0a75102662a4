// Kronecker sequences (Weyl 1916; Niederreiter, "Random Number Generation and Quasi-Monte Carlo Methods", 1992,
// section 3.1): x_i = {i a + shift}, i = 0, 1, ..., with one number a_j in [0, 1) per dimension.
//
//   richtmyer   a_j = {sqrt(p_j)}, p_j the j-th prime: 2, 3, 5, ... (Richtmyer 1951)
//   r_sequence  a_j = phi^-(j+1), j = 0 .. d - 1, phi > 1 the root of phi^(d+1) = phi + 1 (Roberts 2018); d = 1 is the
//               golden ratio's sequence
//   own         words, the fractions w 2^-64, or numbers in [0, 1), of which a word keeps floor(2^64 a_j)
// Both rules give a_j as floor(2^64 a_j), correct to the last bit; multiples are taken of that word,
// mod 2^64 and without further rounding: point i is within i 2^-64 of that of the irrational number.
// Coordinate j is the same in every dimension above j, but for the R-sequence, whose phi depends on d.
// randomized() adds a uniform word per coordinate mod 2^64. No kernel has a fast transform on these points.
#pragma once

#include <span>

#include <korobov/generators/point_set.hpp>

namespace korobov {

enum class KroneckerVector { richtmyer, r_sequence };

// The most dimensions of the two rules; own vectors have no limit.
inline constexpr Index kKroneckerDimensions = Index{1} << 20;

class KOROBOV_API Kronecker : public PointSet<Unstructured> {
 public:
  // 1 <= d <= kKroneckerDimensions. O(64 d) time and memory.
  explicit Kronecker(Index d, KroneckerVector vector = KroneckerVector::richtmyer);
  // Own words, at least d of them, the first d are used.
  Kronecker(Index d, std::span<const Word> vector);
  // Own numbers, all in [0, 1).
  Kronecker(Index d, std::span<const double> vector);
  std::span<const Word> vector() const noexcept;  // (d)
  Kronecker replicate(std::uint32_t r) const;
  friend KOROBOV_API Kronecker randomized(const Kronecker& points, Shift how, Seed seed);

 private:
  explicit Kronecker(std::shared_ptr<const detail::Generator> generator);
};

// The points shifted by a uniform word per coordinate, mod 1; replaces an earlier shift.
KOROBOV_API Kronecker randomized(const Kronecker& points, Shift how, Seed seed);

}  // namespace korobov
