// The coefficients of one output on one stream, and the cone bound they give (rules.hpp, CoefficientDecay).
//
// After every doubling only the new half is transformed and joined (doubling identities of fwht.hpp,
// bit_reversed_fft.hpp). kappa, level l = m - 1, ..., 1: for k = 1 .. 2^l - 1, if |y^_kappa(k + 2^l)| > |y^_kappa(k)|
// then the two change places, and so do all their aliases at stride 2^(l+1). After doubling, kappa(n + k) = n +
// kappa(k) and the top `lag` levels are done again. Nets keep y^ itself in kappa order, so a doubling gathers the new
// half only; lattices keep half their spectrum in natural order, because the twiddle factors are, and compare squares.
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

#include "core/buffer.hpp"

namespace korobov::detail {

// Indices fit 32 bits.
inline constexpr Index most_cone_points = Index{1} << 32;

class Cone {
 public:
  enum class Median { not_wanted, wanted };
  Cone(SymmetryKind symmetry, CoefficientDecay rule, Median median = Median::not_wanted)
      : is_lattice_(symmetry == SymmetryKind::cyclic), rule_(rule), median_(median) {}

  // The first 2^m values, then as many new ones as there are: the values at points n .. 2n - 1. Overwrites them.
  // Leaves cone and values as they were if memory runs out.
  void extend(std::span<double> values);
  void extend(std::span<double> values, double sum_of_squares);  // where it is known already

  int level() const noexcept { return m_; }       // m, or -1 before the first values
  double mean() const noexcept { return mean_; }  // y^_0
  double bound() const noexcept { return bound_; }
  bool conditions_hold() const noexcept { return conditions_hold_; }
  double sum(int l) const { return sums_[static_cast<std::size_t>(l)]; }  // S_l
  std::vector<std::uint32_t> kappa() const;                               // (n)
  // Nets, where wanted: the median of |y^_k|, n/2 <= k < n in natural order, or of 4096 of them evenly spread if there
  // are more.
  double top_median() const noexcept { return top_median_; }

 private:
  void first_net(std::span<double> values);
  void double_net(std::span<double> values);
  void first_lattice(std::span<const double> values);
  void double_lattice(std::span<const double> values);
  void start_kappa(std::size_t n);
  void append_kappa();
  void make_room(std::size_t n);
  void enter_rows(std::size_t n);
  void freeze_level(std::size_t n);
  std::size_t coefficient_at(std::size_t k, std::size_t n) const;
  void sort_aliases(std::span<double> work, int lowest_level);
  template <class Magnitude>
  void sum_levels(std::span<const double> top, Magnitude magnitude);
  void scale_sums();
  void update_conditions();

  bool is_lattice_;
  CoefficientDecay rule_;
  Median median_;
  int m_ = -1;
  int first_level_ = 0;  // m of the first values
  double sum_of_squares_ = 0;
  double mean_ = 0;
  double bound_ = 0;
  double top_median_ = 0;
  bool conditions_hold_ = true;
  bool is_in_rows_ = false;                        // the layout of cone_kernels.hpp
  Buffer<double> sorted_;                          // nets: y^, in kappa order or in rows, n
  Buffer<std::complex<double>> spectrum_;          // lattices: unitary, natural order, n/2 + 1
  Buffer<std::uint32_t> kappa_;                    // n, not in rows
  Buffer<std::uint8_t> high_;                      // in rows: h, n
  Buffer<std::uint32_t> low_;                      // in rows: a(r), n/16
  Buffer<std::uint8_t> flip_;                      // work space of a pass
  Buffer<std::complex<double>> fresh_, joined_;    // work space of lattices
  Buffer<double> work_;                            // as is this
  std::vector<double> sums_;                       // S_l, l = 0 .. m
  std::vector<double> greatest_low_, least_high_;  // extremes of the conditions' two sides, per l
};

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_CUBATURE_CONE_HPP
