// The spectral measure of a stationary kernel: the distribution of the frequencies of its random features.
//
// Bochner's theorem (1932): k(x, z) = s E cos(w . (x - z)) with w random, s = k(x, x) the scale. With lengthscales l_j
// and v_j = l_j w_j the distributions of v are
//   Gaussian              N(0, I)
//   Matern, nu            N(0, I / g), g ~ Gamma(nu) / nu: Student's t with 2 nu degrees of freedom (Rasmussen and
//                         Williams 2006, equation 4.15); nu infinite: the Gaussian
//   rational quadratic    N(0, g I), g ~ Gamma(alpha) / alpha:  E exp(-g r^2 / 2) = (1 + r^2 / (2 alpha))^(-alpha)
//   Cauchy 1 / (1 + r^2)  N(0, 2 g I), g ~ Gamma(1), by the same integral
//   Laplace               independent Cauchy variables: E cos(t v_j) = exp(-|t|)
// The map from the open unit cube is the inverse distribution function: coordinate 0 gives g where there is one, the
// others z = Phi^-1(u) and v = sqrt(mixing) z; Laplace: v_j = tan(pi (u_j - 1/2)).
//
// The square k^2 / s, whose mean over pairs is the reciprocal of an order-2 entropy, has the sum of two independent
// frequencies; for all but Matern kernels it is of a family of the table again, at shorter lengthscales, and is taken
// as that (Matern: nu = 1/2 and infinity too; else two draws side by side, twice the coordinates).
//
// Orthogonal coupling (Yu, Suresh, Choromanski, Holtmann-Rice and Kumar 2016, section 3): each block of d rows z is
// replaced by orthogonal rows of the same norms. Norms and directions of normal rows are independent, so every row
// keeps its distribution. Laplace frequencies are not isotropic: there the coupled normal z goes through
// v = tan(pi (Phi(z) - 1/2)), which keeps each row's distribution but not the right angles.
#pragma once

#include <korobov/core/per_dimension.hpp>
#include <korobov/kernels/stationary.hpp>

namespace korobov {

// independent: as the points are. orthogonal: blocks of d rows at right angles; O(d^2) per frequency.
enum class Coupling { independent, orthogonal };

class KOROBOV_API SpectralMeasure {
 public:
  // std::invalid_argument for a kernel without a stationary form (sums, products, structured kernels).
  explicit SpectralMeasure(const AnyKernel& kernel);

  Index dimension() const noexcept;  // 0: fits any
  bool fits(Index d) const noexcept { return dimension() == 0 || dimension() == d; }
  double scale() const noexcept { return form_.scale; }
  // Coordinates of the unit cube that one frequency in d dimensions takes: d, d + 1, or twice that.
  Index coordinates(Index d) const;
  // The measure of k^2 / s.
  SpectralMeasure squared() const;
  // u: (m, coordinates(d)) points of the open unit cube -> w: (m, d).
  void transform(MatrixSpan<const double> u, MatrixSpan<double> w, Coupling coupling = Coupling::independent) const;

 private:
  StationaryForm form_;
  int draws_ = 1;  // w is the sum of so many
};

}  // namespace korobov
