// The units mod n up to sign, as cyclic groups: what turns the sums of a CBC step into correlations.
//
// An orbit is a cyclic group of N classes {u, -u} of units mod 2^l (l >= 2, N = 2^(l-2), generator 5) or mod a prime n
// (N = (n-1)/2, generator a primitive root). Values on it are indexed by the exponent a of the generator. Orbits of
// powers of two are stored in bit-reversed order of a, which their transforms take and give as it is; others in order.
#ifndef KOROBOV_SRC_CONSTRUCT_ORBITS_HPP
#define KOROBOV_SRC_CONSTRUCT_ORBITS_HPP

#include <algorithm>
#include <array>
#include <complex>
#include <span>
#include <vector>

#include <korobov/construct/lattice_criterion.hpp>
#include <korobov/core/bits.hpp>
#include <korobov/core/types.hpp>

namespace korobov::detail {

class Orbit {
 public:
  // The orbit of the units mod `modulus`: 2^l with l >= 2, or an odd prime.
  Orbit(Index modulus, LatticeKernel kernel);

  Index modulus() const noexcept { return modulus_; }
  std::size_t size() const noexcept { return kernel_.size(); }         // N; each class stands for two residues
  std::span<const double> kernel() const noexcept { return kernel_; }  // w(u / modulus), in storage order
  double kernel_norm() const noexcept { return norm_; }                // its Euclidean norm

  // correlation[c] = sum_a r[a] w[a + c], in storage order of c. O(N log N).
  void correlate(std::span<const double> r, std::span<double> correlation) const;

  // Calls body(i, w[a + c]) for every place i, a the exponent stored there and c the exponent stored at `place`.
  template <class Body>
  void for_each_rotated(std::size_t place, const Body& body) const;

  // The least positive residue of the classes, in storage order.
  std::vector<Word> representatives() const;

 private:
  std::size_t reversed(std::size_t a, int bits) const noexcept;

  Index modulus_;
  bool is_power_of_two_;
  int bits_ = 0;  // N = 2^bits of a power of two
  Word generator_ = 5;
  std::vector<double> kernel_;
  double norm_ = 0;
  std::size_t transform_length_ = 0;
  std::vector<std::complex<double>> kernel_spectrum_;
};

inline constexpr int kRotationBits = 8;

inline std::size_t Orbit::reversed(std::size_t a, int bits) const noexcept {
  return bits == 0 ? 0 : reverse_bits(a) >> (64 - bits);
}

// In bit-reversed storage a run of 2^t places holds the exponents of one low part and all values of the t high bits;
// the run it is rotated to is the one of the low part plus c's, and within it the high bits are rotated by c's and the
// carry.
template <class Body>
void Orbit::for_each_rotated(std::size_t place, const Body& body) const {
  const std::size_t n = kernel_.size();
  if (!is_power_of_two_) {
    for (std::size_t i = 0, j = place; i < n; ++i, j = j + 1 == n ? 0 : j + 1) body(i, kernel_[j]);
    return;
  }
  const int high = std::min(bits_, kRotationBits);
  const int low = bits_ - high;
  const std::size_t run = std::size_t{1} << high;
  const std::size_t shift = reversed(place, bits_);  // the exponent c
  std::array<std::array<std::uint16_t, std::size_t{1} << kRotationBits>, 2> places;
  for (std::size_t carry = 0; carry < 2; ++carry) {
    for (std::size_t i = 0; i < run; ++i) {
      const std::size_t rotated = (reversed(i, high) + (shift >> low) + carry) & (run - 1);
      places[carry][i] = static_cast<std::uint16_t>(reversed(rotated, high));
    }
  }
  const std::size_t low_mask = (std::size_t{1} << low) - 1;
  for (std::size_t first = 0; first < n; first += run) {
    const std::size_t part = reversed(first >> high, low) + (shift & low_mask);
    const auto& at = places[part >> low];
    const double* const from = kernel_.data() + (reversed(part & low_mask, low) << high);
    for (std::size_t i = 0; i < run; ++i) body(first + i, from[at[i]]);
  }
}

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_CONSTRUCT_ORBITS_HPP
