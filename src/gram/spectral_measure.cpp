#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include <boost/math/special_functions/gamma.hpp>

#include <korobov/core/error.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/gram/spectral_measure.hpp>
#include <korobov/measures/inverse_normal.hpp>

namespace korobov {
namespace {

StationaryForm form_of(const AnyKernel& kernel) {
  std::optional<StationaryForm> form = stationary_form(kernel);
  if (!form) {
    detail::fail_requirement("kernel",
                             "must be a Gaussian, Matern, rational quadratic, Laplace or Cauchy kernel "
                             "(random features take no sums, products or structured kernels)",
                             "another");
  }
  return *std::move(form);
}

PerDimension divided(const PerDimension& lengthscale, double divisor) {
  if (lengthscale.is_scalar()) return lengthscale[0] / divisor;
  std::vector<double> values;
  for (Index j = 0; j < lengthscale.size(); ++j) values.push_back(lengthscale[j] / divisor);
  return values;
}

bool is_mixture(const StationaryForm& form) {
  switch (form.family) {
    case StationaryFamily::matern:
      return std::isfinite(form.shape);
    case StationaryFamily::rational_quadratic:
    case StationaryFamily::cauchy:
      return true;
    case StationaryFamily::gaussian:
    case StationaryFamily::laplace:
      break;
  }
  return false;
}

// The factor sqrt(mixing) of z at the uniform u.
double radius(const StationaryForm& form, double u) {
  using Policy = boost::math::policies::policy<boost::math::policies::promote_double<false>>;
  const auto gamma_quantile = [](double shape, double p) { return boost::math::gamma_p_inv(shape, p, Policy()); };
  switch (form.family) {
    case StationaryFamily::matern:
      return std::sqrt(form.shape / gamma_quantile(form.shape, u));
    case StationaryFamily::rational_quadratic:
      return std::sqrt(gamma_quantile(form.shape, u) / form.shape);
    case StationaryFamily::cauchy:
      return std::sqrt(-2.0 * std::log1p(-u));
    case StationaryFamily::gaussian:
    case StationaryFamily::laplace:
      break;
  }
  return 1.0;
}

double dot(const double* a, const double* b, Index d) {
  double sum = 0.0;
  for (Index j = 0; j < d; ++j) sum += a[j] * b[j];
  return sum;
}

// Rows of z (consecutive, d <= `rows` of them at a time) made orthogonal in order, norms kept. Gram and Schmidt twice:
// what the first pass leaves of the other rows, the second removes to rounding.
void orthogonalize(double* z, Index rows, Index d) {
  std::vector<double> norms(static_cast<std::size_t>(d));
  for (Index i = 0; i < rows; ++i) {
    double* row = z + i * d;
    const double norm = std::sqrt(dot(row, row, d));
    for (int pass = 0; pass < 2; ++pass) {
      for (Index k = 0; k < i; ++k) {
        const double* other = z + k * d;
        const double share = dot(row, other, d);  // the rows before are unit vectors
        for (Index j = 0; j < d; ++j) row[j] -= share * other[j];
      }
    }
    const double left = std::sqrt(dot(row, row, d));
    if (!(left > 0.0)) throw NumericalError("orthogonal frequencies: two points of a block have one direction");
    for (Index j = 0; j < d; ++j) row[j] /= left;
    norms[static_cast<std::size_t>(i)] = norm;
  }
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < d; ++j) z[i * d + j] *= norms[static_cast<std::size_t>(i)];
  }
}

}  // namespace

SpectralMeasure::SpectralMeasure(const AnyKernel& kernel) : form_(form_of(kernel)) {}

Index SpectralMeasure::dimension() const noexcept {
  return form_.lengthscale.is_scalar() ? 0 : form_.lengthscale.size();
}

Index SpectralMeasure::coordinates(Index d) const {
  detail::require(d >= 1, "d", "must be at least 1", d);
  detail::require(fits(d), "d", "must be the number of lengthscales", d);
  return draws_ * (d + (is_mixture(form_) ? 1 : 0));
}

SpectralMeasure SpectralMeasure::squared() const {
  SpectralMeasure square = *this;
  square.form_.scale = form_.scale;
  const auto shrink = [&](double divisor) { square.form_.lengthscale = divided(form_.lengthscale, divisor); };
  switch (form_.family) {
    case StationaryFamily::gaussian:
      shrink(std::numbers::sqrt2);
      break;
    case StationaryFamily::matern:
      if (form_.shape == 0.5) {
        shrink(2.0);
      } else if (std::isinf(form_.shape)) {
        shrink(std::numbers::sqrt2);
      } else {
        square.draws_ = 2 * draws_;
      }
      break;
    case StationaryFamily::rational_quadratic:
      square.form_.shape = 2.0 * form_.shape;
      shrink(std::numbers::sqrt2);
      break;
    case StationaryFamily::cauchy:  // (1 + r^2)^-2, a rational quadratic with alpha = 2
      square.form_.family = StationaryFamily::rational_quadratic;
      square.form_.shape = 2.0;
      shrink(2.0);
      break;
    case StationaryFamily::laplace:
      shrink(2.0);
      break;
  }
  return square;
}

void SpectralMeasure::transform(MatrixSpan<const double> u, MatrixSpan<double> w, Coupling coupling) const {
  const Index d = w.cols;
  detail::require(u.cols == coordinates(d), "u", "must have coordinates(d) columns", u.cols);
  detail::require(u.rows == w.rows, "w", "must have as many rows as u", w.rows);
  const bool mixture = is_mixture(form_);
  const bool laplace = form_.family == StationaryFamily::laplace;
  const bool normal = !laplace || coupling == Coupling::orthogonal;
  const Index width = d + (mixture ? 1 : 0);
  parallel_for(w.rows, d, [&](Range range) {  // whole blocks of d rows
    std::vector<double> block(static_cast<std::size_t>(d * std::min(d, range.size())));
    for (Index first = range.first; first < range.last; first += d) {
      const Index rows = std::min(d, range.last - first);
      for (int draw = 0; draw < draws_; ++draw) {
        const Index column = draw * width + (mixture ? 1 : 0);
        for (Index i = 0; i < rows; ++i) {
          for (Index j = 0; j < d; ++j) block[static_cast<std::size_t>(i * d + j)] = u(first + i, column + j);
        }
        const std::span<double> z(block.data(), static_cast<std::size_t>(rows * d));
        if (normal) inverse_normal(z, z);
        if (coupling == Coupling::orthogonal) orthogonalize(z.data(), rows, d);
        for (Index i = 0; i < rows; ++i) {
          const double factor = mixture ? radius(form_, u(first + i, draw * width)) : 1.0;
          for (Index j = 0; j < d; ++j) {
            double v = z[static_cast<std::size_t>(i * d + j)];
            if (laplace) {  // Phi(v) - 1/2 = erf(v / sqrt 2) / 2
              const double centred = normal ? 0.5 * std::erf(v / std::numbers::sqrt2) : v - 0.5;
              v = std::tan(std::numbers::pi * centred);
            }
            v *= factor / form_.lengthscale[j];
            w(first + i, j) = draw == 0 ? v : w(first + i, j) + v;
          }
        }
      }
    }
  });
}

}  // namespace korobov
