// Stationary kernels: functions of the scaled difference of two points of R^d, for points of any kind.
//
// With r^2 = sum_j ((x_j - z_j) / l_j)^2, each kernel times `scale` (Rasmussen and Williams 2006, section 4.2.1):
//   GaussianKernel           exp(-r^2 / 2)
//   MaternKernel             2^(1-nu) / Gamma(nu) s^nu K_nu(s), s = sqrt(2 nu) r; nu = 1/2: exp(-s), 3/2: (1 + s)
//                            exp(-s), 5/2: (1 + s + s^2/3) exp(-s), infinity: the Gaussian
//   RationalQuadraticKernel  (1 + r^2 / (2 alpha))^(-alpha)
//   CauchyKernel             1 / (1 + r^2)
//   LaplaceKernel            exp(-sum_j |x_j - z_j| / l_j)
// The lengthscales l_j are one number, then the kernel fits any dimension (dimension() is 0), or one per dimension.
// Hyper-parameters: scale, lengthscale or lengthscale[0..d), then alpha of the rational quadratic; nu is not one.
// They have no group's symmetry: cross and its pull_back only. Vectorised over rows, O(n m d); Matern kernels of
// another nu cost a Bessel function per value. std::invalid_argument: a lengthscale, scale, alpha or nu that is not
// positive and finite, nu above 100 but infinity.
#pragma once

#include <optional>

#include <korobov/core/per_dimension.hpp>
#include <korobov/kernels/kernel.hpp>

namespace korobov {

struct StationaryOptions {
  PerDimension lengthscale = 1.0;  // l_j
  double scale = 1.0;              // k(x, x)
};

class KOROBOV_API GaussianKernel : public Kernel<Unstructured> {
 public:
  explicit GaussianKernel(const StationaryOptions& options = {});
};

struct MaternOptions {
  double nu = 2.5;  // smoothness, 0 < nu <= 100 or infinity
  PerDimension lengthscale = 1.0;
  double scale = 1.0;
};

class KOROBOV_API MaternKernel : public Kernel<Unstructured> {
 public:
  explicit MaternKernel(const MaternOptions& options = {});
};

struct RationalQuadraticOptions {
  PerDimension lengthscale = 1.0;
  double alpha = 1.0;  // shape of the mixture of lengthscales
  double scale = 1.0;
};

class KOROBOV_API RationalQuadraticKernel : public Kernel<Unstructured> {
 public:
  explicit RationalQuadraticKernel(const RationalQuadraticOptions& options = {});
};

class KOROBOV_API LaplaceKernel : public Kernel<Unstructured> {
 public:
  explicit LaplaceKernel(const StationaryOptions& options = {});
};

class KOROBOV_API CauchyKernel : public Kernel<Unstructured> {
 public:
  explicit CauchyKernel(const StationaryOptions& options = {});
};

enum class StationaryFamily { gaussian, matern, rational_quadratic, laplace, cauchy };

// What a stationary kernel is made of: what its spectral measure depends on.
struct StationaryForm {
  StationaryFamily family = StationaryFamily::gaussian;
  double shape = 0;  // nu of a Matern kernel, alpha of a rational quadratic one
  PerDimension lengthscale = 1.0;
  double scale = 1.0;
};
// Empty for any other kernel (sums and products too).
KOROBOV_API std::optional<StationaryForm> stationary_form(const AnyKernel& kernel);

}  // namespace korobov
