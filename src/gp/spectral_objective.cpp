#include "gp/spectral_objective.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <korobov/core/error.hpp>
#include <korobov/core/parallel.hpp>

#include "core/sums.hpp"

namespace korobov::detail {
namespace {

std::size_t as_size(Index n) { return static_cast<std::size_t>(n); }

}  // namespace

Spectrum spectrum_of(const SpectralBasis& basis, std::span<const double> k_minus_c, double c, double noise) {
  Spectrum spectrum;
  spectrum.constant = c;
  spectrum.nugget = SpectralBasis::rounding(k_minus_c);
  spectrum.rest.resize(k_minus_c.size());
  basis.eigenvalues(k_minus_c, spectrum.rest);
  // Errors of k, each some eps times k_0 - c, may add up in one eigenvalue: beyond that K is not positive definite.
  const auto n = static_cast<double>(k_minus_c.size());
  const double unknown = 8 * std::numeric_limits<double>::epsilon() * n * std::fabs(k_minus_c[0]);
  std::size_t least = 0;
  const auto value = [&](std::size_t k) { return spectrum.rest[k] + (k == 0 ? n * c : 0.0); };
  for (std::size_t k = 0; k < spectrum.rest.size(); ++k) {
    if (!std::isfinite(value(k))) {
      throw NumericalError("eigenvalue " + shown(k) + " of " + shown(spectrum.rest.size()) + " is " + shown(value(k)) +
                           ": the kernel's values overflow; lower its scale or weights");
    }
    if (value(k) < value(least)) least = k;
  }
  if (!(value(least) + noise >= -unknown && noise + spectrum.nugget > 0)) {
    throw NumericalError("eigenvalue " + shown(least) + " of " + shown(spectrum.rest.size()) + " is " +
                         shown(value(least)) + ": the Gram matrix must be positive definite; raise noise from " +
                         shown(noise) + " to more than " + shown(std::max(0.0, -value(least))));
  }
  for (double& lambda : spectrum.rest) lambda = std::max(lambda, 0.0) + noise + spectrum.nugget;  // so is k - c
  return spectrum;
}

std::vector<double> power_of(std::span<const double> coefficients, Index n) {
  std::vector<double> power(as_size(n));
  for (std::size_t at = 0; at < coefficients.size(); at += power.size()) {
    for (std::size_t k = 0; k < power.size(); ++k) power[k] += coefficients[at + k] * coefficients[at + k];
  }
  return power;
}

SpectralObjective::SpectralObjective(const AnyPointSet& points, const SpectralBasis& basis, const AnyKernel& kernel,
                                     std::vector<double> power, Index outputs)
    : basis_(basis),
      outputs_(outputs),
      power_(std::move(power)),
      columns_(kernel.table_columns()),
      table_(as_size(basis.size() * columns_)),
      column_(as_size(basis.size())),
      lambda_(column_.size()),
      dlambda_(column_.size()) {
  const Index n = basis.size();
  const Index d = points.dimension();
  constexpr Index rows = 4096;
  parallel_for(n, rows, [&](Range part) {
    std::vector<Word> words(as_size(std::min(rows, part.size()) * d));
    for (Index first = part.first; first < part.last; first += rows) {
      const Index count = std::min(rows, part.last - first);
      const MatrixSpan<Word> tile(words.data(), count, d, 1, count);
      differences(points, {first, first + count}, tile);
      kernel.tabulate(tile, MatrixSpan<double>(table_.data() + first, count, columns_, 1, n));
    }
  });
}

void SpectralObjective::load(const AnyKernel& kernel, double noise) {
  const Index n = basis_.size();
  const double c = kernel.column_of_table(MatrixSpan<const double>(table_.data(), n, columns_, 1, n), column_);
  Spectrum spectrum = spectrum_of(basis_, column_, c, noise);
  spectrum.rest[0] = spectrum.lambda_0();
  lambda_.swap(spectrum.rest);
  norm_ = std::sqrt(pairwise_sum(0, column_.size(), [&](std::size_t i) { return column_[i] * column_[i]; }));
}

double SpectralObjective::likeliest_factor(const AnyKernel& kernel, double noise) {
  load(kernel, noise);
  return korobov::likeliest_factor(lambda_, power_, outputs_);
}

double SpectralObjective::operator()(Criterion criterion, const AnyKernel& kernel, double noise,
                                     std::span<double> gradient) {
  load(kernel, noise);
  if (gradient.empty()) return criterion_value(criterion, lambda_, power_, outputs_);
  const double value = criterion_value(criterion, lambda_, power_, outputs_, dlambda_);
  const Index n = basis_.size();
  const double of_noise = sum_of(dlambda_);
  std::vector<double>& h = lambda_;  // no longer needed
  basis_.pull_back(dlambda_, h);
  // The nugget, rounding = factor |k - c|, moves every eigenvalue: d|k - c| = sum_i (k_i - c)(dk_i - dc) / |k - c|.
  double of_constant = 0;
  if (norm_ > 0) {
    const double factor = of_noise * SpectralBasis::rounding(column_) / (norm_ * norm_);
    for (std::size_t i = 0; i < h.size(); ++i) h[i] += factor * column_[i];
    of_constant = -factor * sum_of(column_);
  }
  const auto of_kernel = gradient.first(gradient.size() - 1);
  kernel.pull_back_of_table(MatrixSpan<const double>(table_.data(), n, columns_, 1, n), h, of_kernel);
  if (of_constant != 0) {
    const auto slopes = constant_gradient(kernel);
    for (std::size_t p = 0; p < of_kernel.size(); ++p) of_kernel[p] += of_constant * slopes[p];
  }
  gradient.back() = of_noise;
  return value;
}

}  // namespace korobov::detail
