#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include <korobov/core/error.hpp>
#include <korobov/kernels/stationary.hpp>

#include "core/exponential.hpp"
#include "kernels/bessel_profile.hpp"
#include "kernels/kernel_impl.hpp"
#include "kernels/stationary_kernels.hpp"

namespace korobov {
namespace {

using detail::KernelPointer;
using detail::kTileRows;
using detail::Pairs;
using detail::ValueTile;
using detail::WordTile;
using Family = StationaryFamily;
using TileValues = std::array<double, kTileRows>;

constexpr double kFarthest = 1e3;  // exp(-s) is 0 from there on, and s exp(-s) is not where s is infinite

void require_positive(double value, const char* name) {
  detail::require(value > 0 && std::isfinite(value), name, "must be positive and finite", value);
}

void exponential_in_place(double* v, Index count) {
  const std::span<double> values(v, static_cast<std::size_t>(count));
  detail::exponential(values, values);
}

class Stationary : public detail::KernelImpl {
 public:
  // parameters: scale, lengthscale(s), alpha of a rational quadratic. dimension 0: one lengthscale for any.
  Stationary(Family family, double nu, Index dimension, std::vector<double> parameters)
      : KernelImpl(SymmetryKind::unstructured, dimension, std::move(parameters)), family_(family), nu_(nu) {
    detail::require_scale(scale());
    for (std::size_t j = 0; j < lengthscale_count(); ++j) {
      require_positive(this->parameters()[1 + j], "lengthscale");
      inverse_.push_back(1 / this->parameters()[1 + j]);
    }
    if (family_ == Family::rational_quadratic) require_positive(alpha(), "alpha");
    if (family_ == Family::matern) {
      detail::require(nu > 0 && (nu <= detail::kMaxMaternNu || std::isinf(nu)), "nu",
                      "must be positive, at most 100 or infinity", nu);
    }
  }

  StationaryForm form() const {
    const auto lengths = parameters().subspan(1, lengthscale_count());
    PerDimension lengthscale = lengths[0];
    if (dimension() != 0) lengthscale = std::vector<double>(lengths.begin(), lengths.end());
    const double shape = family_ == Family::rational_quadratic ? alpha() : family_ == Family::matern ? nu_ : 0.0;
    return {family_, shape, std::move(lengthscale), scale()};
  }

  std::vector<std::string> parameter_names() const override {
    std::vector<std::string> names{"scale"};
    if (dimension() == 0) {
      names.emplace_back("lengthscale");
    } else {
      detail::append_names(names, "lengthscale", dimension());
    }
    if (family_ == Family::rational_quadratic) names.emplace_back("alpha");
    return names;
  }
  KernelPointer with(std::span<const double> parameters) const override {
    return std::make_shared<Stationary>(family_, nu_, dimension(),
                                        std::vector<double>(parameters.begin(), parameters.end()));
  }
  KernelPointer scaled(double factor) const override {
    std::vector<double> changed(parameters().begin(), parameters().end());
    changed[0] *= factor;
    return with(changed);
  }
  double constant() const override { return 0; }
  std::optional<double> integral() const override { return std::nullopt; }
  double at_zero() const override { return scale(); }
  detail::Reads reads() const override { return {true, false, false}; }

  void pairs(const Pairs& pairs, double* v) const override {
    const std::vector<double> inverse = inverses(pairs.d);
    TileValues distances;
    detail::scaled_distances(pairs.x, pairs.z, inverse.data(), is_laplace(), distances.data());
    profile(distances.data(), pairs.rows, v, nullptr, nullptr);
    for (Index t = 0; t < pairs.rows; ++t) v[t] *= scale();
  }

  void pull_back_pairs(const Pairs& pairs, const double* dk, double* dparameters) const override {
    const std::vector<double> inverse = inverses(pairs.d);
    TileValues distances;
    TileValues values;
    TileValues slopes;
    TileValues of_alpha{};
    detail::scaled_distances(pairs.x, pairs.z, inverse.data(), is_laplace(), distances.data());
    profile(distances.data(), pairs.rows, values.data(), slopes.data(), of_alpha.data());
    double dscale = 0;
    double dalpha = 0;
    for (Index t = 0; t < pairs.rows; ++t) {
      const auto at = static_cast<std::size_t>(t);
      dscale += dk[t] * values[at];
      dalpha += dk[t] * of_alpha[at];
      slopes[at] *= dk[t];
    }
    std::vector<double> sums(static_cast<std::size_t>(pairs.d));
    detail::distances_pull_back(pairs.x, pairs.z, inverse.data(), is_laplace(), slopes.data(), sums.data());
    dparameters[0] += dscale;
    // A distance is of degree -2 in the lengthscales, Laplace's of degree -1.
    const double degree = is_laplace() ? -1 : -2;
    for (std::size_t j = 0; j < sums.size(); ++j) {
      dparameters[dimension() == 0 ? 1 : 1 + j] += degree * scale() * inverse[j] * sums[j];
    }
    if (family_ == Family::rational_quadratic) dparameters[1 + lengthscale_count()] += scale() * dalpha;
  }

  // No group: the drivers do not come here.
  Index table_columns() const override { return 0; }
  void tabulate(WordTile, MatrixSpan<double>) const override {}
  void column(WordTile, double*) const override {}
  void column_of_table(ValueTile, double*) const override {}
  void pull_back_of_table(ValueTile, const double*, double*) const override {}

 private:
  double scale() const noexcept { return parameters()[0]; }
  double alpha() const noexcept { return parameters().back(); }
  bool is_laplace() const noexcept { return family_ == Family::laplace; }
  std::size_t lengthscale_count() const noexcept {
    return dimension() == 0 ? 1 : static_cast<std::size_t>(dimension());
  }
  std::vector<double> inverses(Index d) const {
    return dimension() == 0 ? std::vector<double>(static_cast<std::size_t>(d), inverse_[0]) : inverse_;
  }

  // Values k / scale of distances q (r^2, Laplace's sum); with `slopes` also dk/dq, and dk/dalpha where there is one.
  void profile(const double* q, Index count, double* k, double* slopes, double* of_alpha) const {
    switch (family_) {
      case Family::gaussian:
        return gaussian(q, count, k, slopes);
      case Family::matern:
        return std::isinf(nu_) ? gaussian(q, count, k, slopes) : matern(q, count, k, slopes);
      case Family::rational_quadratic:
        return rational_quadratic(q, count, k, slopes, of_alpha);
      case Family::laplace:
        for (Index t = 0; t < count; ++t) k[t] = -q[t];
        exponential_in_place(k, count);
        if (slopes == nullptr) return;
        for (Index t = 0; t < count; ++t) slopes[t] = -k[t];
        return;
      case Family::cauchy:
        for (Index t = 0; t < count; ++t) k[t] = 1 / (1 + q[t]);
        if (slopes == nullptr) return;
        for (Index t = 0; t < count; ++t) slopes[t] = -k[t] * k[t];
        return;
    }
  }

  static void gaussian(const double* q, Index count, double* k, double* slopes) {
    for (Index t = 0; t < count; ++t) k[t] = -0.5 * q[t];
    exponential_in_place(k, count);
    if (slopes == nullptr) return;
    for (Index t = 0; t < count; ++t) slopes[t] = -0.5 * k[t];
  }

  void matern(const double* q, Index count, double* k, double* slopes) const {
    TileValues roots;
    double* s = roots.data();
    detail::scaled_roots(q, 2 * nu_, count, s);
    if (nu_ != 0.5 && nu_ != 1.5 && nu_ != 2.5) {
      for (Index t = 0; t < count; ++t) k[t] = detail::matern_profile(nu_, s[t]);
      if (slopes == nullptr) return;
      for (Index t = 0; t < count; ++t) slopes[t] = detail::matern_slope(nu_, s[t]);
      return;
    }
    for (Index t = 0; t < count; ++t) s[t] = std::min(s[t], kFarthest);
    for (Index t = 0; t < count; ++t) k[t] = -s[t];
    exponential_in_place(k, count);
    if (nu_ == 0.5) {
      if (slopes == nullptr) return;
      for (Index t = 0; t < count; ++t) slopes[t] = s[t] > 0 ? -0.5 * k[t] / s[t] : 0.0;
    } else if (nu_ == 1.5) {
      if (slopes != nullptr) {
        for (Index t = 0; t < count; ++t) slopes[t] = -1.5 * k[t];
      }
      for (Index t = 0; t < count; ++t) k[t] *= 1 + s[t];
    } else {
      if (slopes != nullptr) {
        for (Index t = 0; t < count; ++t) slopes[t] = -5.0 / 6 * (1 + s[t]) * k[t];
      }
      for (Index t = 0; t < count; ++t) k[t] *= 1 + s[t] * (1 + s[t] / 3);
    }
  }

  void rational_quadratic(const double* q, Index count, double* k, double* slopes, double* of_alpha) const {
    TileValues logs;
    const double half = 0.5 / alpha();
    detail::log1p_scaled(q, half, count, logs.data());
    for (Index t = 0; t < count; ++t) k[t] = -alpha() * logs[static_cast<std::size_t>(t)];
    exponential_in_place(k, count);
    if (slopes == nullptr) return;
    for (Index t = 0; t < count; ++t) {
      const double w = 1 + half * q[t];
      slopes[t] = -0.5 * k[t] / w;
      of_alpha[t] = k[t] * (half * q[t] / w - logs[static_cast<std::size_t>(t)]);
    }
  }

  Family family_;
  double nu_;
  std::vector<double> inverse_;
};

AnyKernel made(Family family, double nu, const PerDimension& lengthscale, double scale, const double* alpha) {
  const Index d = lengthscale.is_scalar() ? 0 : lengthscale.size();
  detail::require(lengthscale.size() >= 1, "lengthscale", "must be one number or one per dimension",
                  lengthscale.size());
  std::vector<double> parameters{scale};
  for (Index j = 0; j < lengthscale.size(); ++j) parameters.push_back(lengthscale[j]);
  if (alpha != nullptr) parameters.push_back(*alpha);
  return AnyKernel(std::make_shared<Stationary>(family, nu, d, std::move(parameters)));
}

}  // namespace

GaussianKernel::GaussianKernel(const StationaryOptions& options)
    : Kernel(made(Family::gaussian, 0, options.lengthscale, options.scale, nullptr)) {}

MaternKernel::MaternKernel(const MaternOptions& options)
    : Kernel(made(Family::matern, options.nu, options.lengthscale, options.scale, nullptr)) {}

RationalQuadraticKernel::RationalQuadraticKernel(const RationalQuadraticOptions& options)
    : Kernel(made(Family::rational_quadratic, 0, options.lengthscale, options.scale, &options.alpha)) {}

LaplaceKernel::LaplaceKernel(const StationaryOptions& options)
    : Kernel(made(Family::laplace, 0, options.lengthscale, options.scale, nullptr)) {}

CauchyKernel::CauchyKernel(const StationaryOptions& options)
    : Kernel(made(Family::cauchy, 0, options.lengthscale, options.scale, nullptr)) {}

std::optional<StationaryForm> stationary_form(const AnyKernel& kernel) {
  const auto* stationary = dynamic_cast<const Stationary*>(&kernel.impl());
  if (stationary == nullptr) return std::nullopt;
  return stationary->form();
}

}  // namespace korobov
