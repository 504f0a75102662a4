// Random Fourier features: maps phi with phi(x) . phi(z) an unbiased estimate of a stationary kernel k(x, z).
//
// Rahimi and Recht, "Random features for large-scale kernel machines" (2007): with frequencies w_1 .. w_M from the
// spectral measure (spectral_measure.hpp) and k(x, x) = s,
//   phi(x) = sqrt(s / M) [cos(w_1 . x), sin(w_1 . x), cos(w_2 . x), ...],   phi(x) . phi(z) = s mean_k cos(w_k . (x -
//   z)),
// so |phi(x)|^2 = s exactly. The pairs of independent frequencies have variance, with k and s = 1,
//   Var = (1 + k(2x, 2z) - 2 k(x, z)^2) / (2 M)     (Gaussian: (1 - exp(-r^2))^2 / (2 M); Sutherland and Schneider
//   2015),
// below that of 2 M cosines with random phases, (1 + k(2x, 2z) / 2 - k(x, z)^2) / (2 M), where k(2x, 2z) < 2 k(x, z)^2.
// An odd number of columns ends with a cosine: M = (columns + 1) / 2 frequencies, factor sqrt(2 s / columns).
//
// Frequencies:
//   qmc         the points of a scrambled Sobol' net (LMS and digital shift) through the measure's inverse distribution
//               function (Avron, Sindhwani, Yang and Mahoney 2016): smallest error where d is small or x - z short
//   orthogonal  independent blocks of d frequencies at right angles (Yu et al. 2016): for d as large as M
//   iid         independent frequencies
// or the points of any set. All are unbiased where the points are randomized.
//
// Memory O(M d); transform is O(n M d) on all cores, vectorised, without an (n, M) matrix between. Cosines and sines
// have error below 2e-16 beyond that of the projection. std::invalid_argument: shapes, counts; NumericalError: a
// projection that is not finite (NaN or overflow in x).
#pragma once

#include <memory>

#include <korobov/generators/point_set.hpp>
#include <korobov/gram/spectral_measure.hpp>

namespace korobov {

namespace detail {
class PackedFrequencies;
}

enum class Frequencies { qmc, orthogonal, iid };

class KOROBOV_API RandomFourierFeatures {
 public:
  // Features of d-dimensional points, `components` columns. Replicates of a seed are independent.
  RandomFourierFeatures(const AnyKernel& kernel, Index d, Index components, Frequencies frequencies, Seed seed,
                        std::uint32_t replicate = 0);
  // Frequency k from point k of the set, whose dimension is SpectralMeasure(kernel).coordinates(d).
  RandomFourierFeatures(const AnyKernel& kernel, Index d, Index components, const AnyPointSet& points);
  // The given frequencies, (M, d), of a kernel with k(x, x) = scale.
  RandomFourierFeatures(MatrixSpan<const double> frequencies, Index components, double scale = 1.0);

  Index dimension() const noexcept { return d_; }
  Index components() const noexcept { return components_; }
  MatrixSpan<const double> frequencies() const noexcept;  // (M, d)
  // x: (n, d) -> phi: (n, components); any strides of x, consecutive columns in phi.
  void transform(MatrixSpan<const double> x, MatrixSpan<double> phi) const;

 private:
  Index d_;
  Index components_;
  double scale_;
  std::shared_ptr<const std::vector<double>> frequencies_;
  std::shared_ptr<const detail::PackedFrequencies> packed_;
};

// The points whose images are the frequencies of replicate `replicate` of a seed: what RandomFourierFeatures takes.
KOROBOV_API AnyPointSet frequency_points(Index coordinates, Frequencies frequencies, Seed seed,
                                         std::uint32_t replicate = 0);

// The rms over the pairs (x_i, z_j) of the standard error of phi(x_i) . phi(z_j), from independent replications of the
// features: no kernel value is computed. x: (n, d), z: (m, d). replications >= 2. O((n + m + n m) components) each.
KOROBOV_API double feature_gram_error(const AnyKernel& kernel, Index components, Frequencies frequencies, Seed seed,
                                      MatrixSpan<const double> x, MatrixSpan<const double> z,
                                      std::uint32_t replications = 16);

}  // namespace korobov
