// The coefficients of one output on one stream, and the cone bound they give (rules.hpp, CoefficientDecay).
//
// Holds the unitary transform y of the first n = 2^m values, extended by the transform of the new half alone
// (doubling identities of fwht.hpp, bit_reversed_fft.hpp), and the map kappa that sorts aliases. y^ = y / sqrt(n).
// kappa, level l = m - 1, ..., 1: for k = 1 .. 2^l - 1, if |y^_kappa(k + 2^l)| > |y^_kappa(k)| then the two change
// places, and so do all their aliases at stride 2^(l+1). After doubling, kappa(n + k) = n + kappa(k) and the top `lag`
// levels are done again. Magnitudes are kept in kappa order, so the passes are contiguous; lattices compare squares.
//
// Necessary conditions (Hickernell & Jimenez Rugama 2016, section 5): for every level l, over all m, m' so far,
//   S_{l,m} / (1 + w(m - l)) <= S_{l,m'} / (1 - w(m' - l)),   right side infinite where w >= 1,
//   w(j) = w^(j) 2^-j,  w^(j) = C(j) / ((1 + C(lag)) 2^-lag),  C(j) = inflation 2^-j.
// S is widened both ways by the rounding of the transform, 8 eps sqrt(m) rms(f) 2^(l-1) / sqrt(n).
#ifndef KOROBOV_SRC_CUBATURE_CONE_HPP
#define KOROBOV_SRC_CUBATURE_CONE_HPP

#include <complex>
#include <cstdint>
#include <span>
#include <vector>

#include <korobov/core/symmetry.hpp>
#include <korobov/core/types.hpp>
#include <korobov/cubature/rules.hpp>

namespace korobov::detail {

// Indices fit 32 bits.
inline constexpr Index most_cone_points = Index{1} << 32;

class Cone {
 public:
  Cone(SymmetryKind symmetry, CoefficientDecay rule) : is_lattice_(symmetry == SymmetryKind::cyclic), rule_(rule) {}

  // The first 2^m values, then as many new ones as there are: the values at points n .. 2n - 1.
  void extend(std::span<const double> values);

  int level() const noexcept { return m_; }  // m, or -1 before the first values
  double mean() const noexcept;              // y^_0
  double bound() const noexcept { return bound_; }
  bool conditions_hold() const noexcept { return conditions_hold_; }
  double sum(int l) const { return sums_[static_cast<std::size_t>(l)]; }  // S_l
  double root_mean_square() const noexcept;                               // of the values
  std::span<const std::uint32_t> kappa() const noexcept { return kappa_; }
  // |y_k| sqrt(n) |y^_k| for k in natural order: all of them (nets), squared and k <= n/2 only (lattices).
  std::span<const double> walsh() const noexcept { return walsh_; }
  std::span<const std::complex<double>> fourier() const noexcept { return fourier_; }

 private:
  void transform(std::span<const double> values);
  void sort_aliases(int lowest_level);
  void gather_magnitudes();
  void update_sums();
  void update_conditions();

  bool is_lattice_;
  CoefficientDecay rule_;
  int m_ = -1;
  int first_level_ = 0;  // m of the first values
  double sum_of_squares_ = 0;
  double bound_ = 0;
  bool conditions_hold_ = true;
  std::vector<double> walsh_;                      // unitary, n (nets)
  std::vector<std::complex<double>> fourier_;      // unitary, n/2 + 1 (lattices)
  std::vector<std::uint32_t> kappa_;               // n
  std::vector<double> magnitude_;                  // |y_kappa(k)| (nets) or its square (lattices), n
  std::vector<unsigned char> swaps_;               // n/2, work space of sort_aliases
  std::vector<double> sums_;                       // S_l, l = 0 .. m
  std::vector<double> greatest_low_, least_high_;  // extremes of the conditions' two sides, per l
};

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_CUBATURE_CONE_HPP
