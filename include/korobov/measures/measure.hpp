// A probability measure, as the map that takes the open unit cube's uniform distribution to it.
//
//   integral f dmu = integral over (0, 1)^d of f(T(u)) du
// A Measure is an immutable handle, cheap to copy, safe to share between threads. The measures: Uniform, Gaussian,
// BrownianMotion, GeometricBrownianMotion.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <korobov/core/per_dimension.hpp>
#include <korobov/core/types.hpp>

namespace korobov {

namespace detail {
class MeasureImpl;
}

// How a Gaussian vector is made of independent normals z, x = mean + A z with A A^T the covariance.
//   pca       A = V sqrt(Lambda), eigenvalues decreasing: the leading coordinates carry as much variance as they can.
//             Sign: in every column the first entry of at least 0.9 of the largest magnitude is positive.
//   cholesky  A lower triangular with positive diagonal.
enum class Factor { pca, cholesky };
// For paths also
//   bridge    the terminal value first, then midpoints, each given its neighbours: O(d) per path.
enum class PathFactor { pca, cholesky, bridge };

class KOROBOV_API Measure {
 public:
  // 0 when every parameter is a scalar and no dimension was given: such a measure fits any dimension.
  Index dimension() const noexcept;
  bool fits(Index d) const noexcept { return dimension() == 0 || dimension() == d; }
  // u: (n, d) points of the open cube -> x: (n, d). Any strides; x may be the very view u, other overlap is not
  // allowed. std::invalid_argument if the shapes differ or do not fit.
  void transform(MatrixSpan<const double> u, MatrixSpan<double> x) const;
  std::string description() const;

 protected:
  explicit Measure(std::shared_ptr<const detail::MeasureImpl> impl) noexcept : impl_(std::move(impl)) {}

 private:
  std::shared_ptr<const detail::MeasureImpl> impl_;
};

}  // namespace korobov
