#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <vector>

#include <korobov/core/error.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/generators/iid.hpp>
#include <korobov/generators/sobol.hpp>
#include <korobov/gram/random_features.hpp>

#include "gram/feature_kernel.hpp"

namespace korobov {
namespace {

using Values = std::shared_ptr<const std::vector<double>>;

Index frequency_count(Index components) {
  detail::require(components >= 1, "components", "must be at least 1", components);
  return (components + 1) / 2;
}

Values frequencies_at(const SpectralMeasure& measure, Index d, Index components, const AnyPointSet& points,
                      Coupling coupling) {
  const Index count = frequency_count(components);
  detail::require(
      points.dimension() == measure.coordinates(d), "points",
      "must have dimension SpectralMeasure(kernel).coordinates(d) = " + std::to_string(measure.coordinates(d)),
      points.dimension());
  const std::vector<double> u = points.points({0, count}, Endpoint::open);
  auto w = std::make_shared<std::vector<double>>(static_cast<std::size_t>(count * d));
  measure.transform({u.data(), count, points.dimension()}, {w->data(), count, d}, coupling);
  return w;
}

Values copied(MatrixSpan<const double> w) {
  auto values = std::make_shared<std::vector<double>>();
  for (Index k = 0; k < w.rows; ++k) {
    for (Index j = 0; j < w.cols; ++j) {
      detail::require(std::isfinite(w(k, j)), "frequencies", "must be finite", w(k, j));
      values->push_back(w(k, j));
    }
  }
  return values;
}

Coupling coupling_of(Frequencies frequencies) {
  return frequencies == Frequencies::orthogonal ? Coupling::orthogonal : Coupling::independent;
}

}  // namespace

AnyPointSet frequency_points(Index coordinates, Frequencies frequencies, Seed seed, std::uint32_t replicate) {
  if (frequencies == Frequencies::qmc) return randomized(Sobol(coordinates), LmsShift{}, seed).replicate(replicate);
  return IID(coordinates, seed).replicate(replicate);
}

RandomFourierFeatures::RandomFourierFeatures(const AnyKernel& kernel, Index d, Index components,
                                             Frequencies frequencies, Seed seed, std::uint32_t replicate)
    : d_(d), components_(components), scale_(SpectralMeasure(kernel).scale()) {
  const SpectralMeasure measure(kernel);
  const AnyPointSet points = frequency_points(measure.coordinates(d), frequencies, seed, replicate);
  frequencies_ = frequencies_at(measure, d, components, points, coupling_of(frequencies));
  packed_ = std::make_shared<detail::PackedFrequencies>(this->frequencies());
}

RandomFourierFeatures::RandomFourierFeatures(const AnyKernel& kernel, Index d, Index components,
                                             const AnyPointSet& points)
    : d_(d),
      components_(components),
      scale_(SpectralMeasure(kernel).scale()),
      frequencies_(frequencies_at(SpectralMeasure(kernel), d, components, points, Coupling::independent)),
      packed_(std::make_shared<detail::PackedFrequencies>(this->frequencies())) {}

RandomFourierFeatures::RandomFourierFeatures(MatrixSpan<const double> frequencies, Index components, double scale)
    : d_(frequencies.cols), components_(components), scale_(scale) {
  detail::require(d_ >= 1, "frequencies", "must have at least one column", d_);
  detail::require(frequencies.rows == frequency_count(components), "frequencies", "must have a row per pair of columns",
                  frequencies.rows);
  detail::require(std::isfinite(scale) && scale > 0, "scale", "must be positive and finite", scale);
  frequencies_ = copied(frequencies);
  packed_ = std::make_shared<detail::PackedFrequencies>(this->frequencies());
}

MatrixSpan<const double> RandomFourierFeatures::frequencies() const noexcept {
  return {frequencies_->data(), static_cast<Index>(frequencies_->size()) / d_, d_};
}

void RandomFourierFeatures::transform(MatrixSpan<const double> x, MatrixSpan<double> phi) const {
  detail::require(x.cols == d_, "x", "must have d columns", x.cols);
  detail::require(phi.rows == x.rows, "phi", "must have as many rows as x", phi.rows);
  detail::require(phi.cols == components_, "phi", "must have `components` columns", phi.cols);
  detail::require(phi.col_stride == 1 || phi.cols == 1, "phi", "must have consecutive columns; stride", phi.col_stride);
  detail::write_features(*packed_, std::sqrt(2.0 * scale_ / static_cast<double>(components_)), x, phi);
}

double feature_gram_error(const AnyKernel& kernel, Index components, Frequencies frequencies, Seed seed,
                          MatrixSpan<const double> x, MatrixSpan<const double> z, std::uint32_t replications) {
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  detail::require(replications >= 2, "replications", "must be at least 2", replications);
  detail::require(x.rows >= 1, "x", "must have at least one row", x.rows);
  detail::require(z.rows >= 1, "z", "must have at least one row", z.rows);
  detail::require(x.cols == z.cols, "z", "must have as many columns as x", z.cols);
  // Welford's update, pair by pair.
  Matrix mean = Matrix::Zero(x.rows, z.rows);
  Matrix squares = mean;
  Matrix left(x.rows, components);
  Matrix right(z.rows, components);
  for (std::uint32_t r = 0; r < replications; ++r) {
    const RandomFourierFeatures features(kernel, x.cols, components, frequencies, seed, r);
    features.transform(x, {left.data(), left.rows(), left.cols()});
    features.transform(z, {right.data(), right.rows(), right.cols()});
    const Matrix gram = left * right.transpose();
    const Matrix change = gram - mean;
    mean += change / static_cast<double>(r + 1);
    squares += change.cwiseProduct(gram - mean);
  }
  return std::sqrt(squares.mean() / static_cast<double>(replications - 1));
}

}  // namespace korobov
