// A criterion as a function of kernel and noise, on one matched set with its data.
#ifndef KOROBOV_SRC_GP_SPECTRAL_OBJECTIVE_HPP
#define KOROBOV_SRC_GP_SPECTRAL_OBJECTIVE_HPP

#include <span>
#include <vector>

#include <korobov/generators/point_set.hpp>
#include <korobov/gp/likelihood.hpp>
#include <korobov/kernels/kernel.hpp>

#include "gram/spectral_basis.hpp"

namespace korobov::detail {

// Eigenvalues of K + (noise + nugget) I, the constant's n c in lambda_0 apart.
struct Spectrum {
  std::vector<double> rest{};  // lambda, but rest_0 = lambda_0 - n c
  double constant = 0;         // c
  double nugget = 0;           // the rounding error of the eigenvalues of K
  double lambda_0() const { return static_cast<double>(rest.size()) * constant + rest[0]; }
};

// From the first column, k_minus_c (n).
Spectrum spectrum_of(const SpectralBasis& basis, std::span<const double> k_minus_c, double c, double noise);

// sum over the columns of squares of `coefficients` (n, r), column by column.
std::vector<double> power_of(std::span<const double> coefficients, Index n);

class SpectralObjective {
 public:
  SpectralObjective(const AnyPointSet& points, const SpectralBasis& basis, const AnyKernel& kernel,
                    std::vector<double> power, Index outputs);

  // gradient: in kernel.parameters(), then in the noise; may be empty.
  double operator()(Criterion criterion, const AnyKernel& kernel, double noise, std::span<double> gradient);
  double likeliest_factor(const AnyKernel& kernel, double noise);

 private:
  void load(const AnyKernel& kernel, double noise);

  SpectralBasis basis_;
  Index outputs_;
  std::vector<double> power_;
  Index columns_;
  std::vector<double> table_;  // (n, columns), dimension-major
  std::vector<double> column_;
  std::vector<double> lambda_;
  std::vector<double> dlambda_;
  double norm_ = 0;  // |k - c|
};

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GP_SPECTRAL_OBJECTIVE_HPP
