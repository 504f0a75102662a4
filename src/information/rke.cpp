#include <algorithm>
#include <cmath>
#include <span>

#include <boost/math/distributions/students_t.hpp>

#include <korobov/core/error.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/gram/random_features.hpp>
#include <korobov/information/rke.hpp>

#include "core/sums.hpp"
#include "gram/feature_kernel.hpp"

namespace korobov {
namespace {

constexpr Index kTileRows = 128;
constexpr Index kTileColumns = 512;

// Sum of squares of k between rows [first, last) and rows from first on, those below counted twice.
double row_block(const AnyKernel& kernel, MatrixSpan<const double> x, Index first, Index last,
                 std::vector<double>& tile) {
  double total = 0.0;
  for (Index from = first; from < x.rows; from += kTileColumns) {
    const Index to = std::min(from + kTileColumns, x.rows);
    const Index width = to - from;
    kernel.cross(x.row_range(first, last), x.row_range(from, to), MatrixSpan<double>(tile.data(), last - first, width));
    for (Index i = first; i < last; ++i) {
      const double* row = tile.data() + (i - first) * width;
      const Index after = std::max(from, i + 1);
      if (after < to) {
        total += 2.0 * detail::pairwise_sum(static_cast<std::size_t>(after - from), static_cast<std::size_t>(width),
                                            [row](std::size_t j) { return row[j] * row[j]; });
      }
      if (i >= from && i < to) total += row[i - from] * row[i - from];
    }
  }
  return total;
}

}  // namespace

double rke_score(const AnyKernel& kernel, MatrixSpan<const double> x) {
  detail::require(x.rows >= 1, "x", "must have at least one row", x.rows);
  const Index blocks = (x.rows + kTileRows - 1) / kTileRows;
  std::vector<double> sums(static_cast<std::size_t>(blocks));
  // Blocks from both ends in turn: early ones have more pairs.
  parallel_for(blocks, 1, [&](Range range) {
    std::vector<double> tile(static_cast<std::size_t>(kTileRows * kTileColumns));
    for (Index t = range.first; t < range.last; ++t) {
      const Index b = t % 2 == 0 ? t / 2 : blocks - 1 - t / 2;
      sums[static_cast<std::size_t>(b)] =
          row_block(kernel, x, b * kTileRows, std::min((b + 1) * kTileRows, x.rows), tile);
    }
  });
  const double total = detail::sum_of(sums);
  const double root = kernel.at_zero() * static_cast<double>(x.rows);
  return root * root / total;
}

struct CharacteristicSums::Frequencies {
  CharacteristicOptions options;
  std::vector<double> values;  // (M, d)
  Index d;
  detail::PackedFrequencies packed;

  Frequencies(const AnyKernel& kernel, Index dimension, const CharacteristicOptions& how)
      : options(how), values(drawn(kernel, dimension, how)), d(dimension), packed({values.data(), how.features, d}) {}

  static std::vector<double> drawn(const AnyKernel& kernel, Index d, const CharacteristicOptions& options) {
    detail::require(options.replications >= 2, "replications", "must be at least 2", options.replications);
    detail::require(options.features >= Index{options.replications}, "features",
                    "must be at least the number of replications, a frequency each", options.features);
    const SpectralMeasure measure = SpectralMeasure(kernel).squared();
    const Index coordinates = measure.coordinates(d);
    const AnyPointSet points = frequency_points(coordinates, korobov::Frequencies::qmc, options.seed);
    const std::vector<double> u = points.points({0, options.features}, Endpoint::open);
    std::vector<double> w(static_cast<std::size_t>(options.features * d));
    measure.transform({u.data(), options.features, coordinates}, {w.data(), options.features, d});
    return w;
  }
};

CharacteristicSums::CharacteristicSums(const AnyKernel& kernel, Index d, const CharacteristicOptions& options)
    : frequencies_(std::make_shared<Frequencies>(kernel, d, options)),
      sums_(static_cast<std::size_t>(2 * options.features)) {}

void CharacteristicSums::add(MatrixSpan<const double> x) {
  detail::require(x.cols == frequencies_->d, "x", "must have d columns", x.cols);
  const auto half = sums_.size() / 2;
  std::vector<double> sums(sums_.size());
  detail::add_features(frequencies_->packed, x, std::span(sums).first(half), std::span(sums).last(half));
  for (std::size_t k = 0; k < sums.size(); ++k) sums_[k] += sums[k];
  count_ += x.rows;
}

void CharacteristicSums::merge(const CharacteristicSums& other) {
  const bool same = frequencies_ == other.frequencies_ ||
                    (frequencies_->values == other.frequencies_->values &&
                     frequencies_->options.replications == other.frequencies_->options.replications);
  if (!same) detail::fail_requirement("other", "must have the same kernel, dimension, features and seed", "others");
  for (std::size_t k = 0; k < sums_.size(); ++k) sums_[k] += other.sums_[k];
  count_ += other.count_;
}

void CharacteristicSums::restore(Index count, std::vector<double> sums) {
  detail::require(count >= 0, "count", "must not be negative", count);
  detail::require(sums.size() == sums_.size(), "sums", "must have 2 features entries", static_cast<Index>(sums.size()));
  count_ = count;
  sums_ = std::move(sums);
}

Score CharacteristicSums::rke(double confidence) const {
  detail::require(count_ >= 1, "count", "must be at least one row", count_);
  detail::require(confidence > 0 && confidence < 1, "confidence", "must be in (0, 1)", confidence);
  const Index features = frequencies_->options.features;
  const auto blocks = static_cast<Index>(frequencies_->options.replications);
  const auto n = static_cast<double>(count_);
  const auto power = [&](std::size_t k) {
    const double c = sums_[k] / n;
    const double s = sums_[k + sums_.size() / 2] / n;
    return c * c + s * s;
  };
  const double mean =
      detail::pairwise_sum(0, static_cast<std::size_t>(features), power) / static_cast<double>(features);
  double squares = 0.0;
  for (Index b = 0; b < blocks; ++b) {
    const Index first = b * features / blocks, last = (b + 1) * features / blocks;
    const double block = detail::pairwise_sum(static_cast<std::size_t>(first), static_cast<std::size_t>(last), power) /
                         static_cast<double>(last - first);
    squares += (block - mean) * (block - mean);
  }
  const auto r = static_cast<double>(blocks);
  const boost::math::students_t student(r - 1);
  const double half =
      boost::math::quantile(boost::math::complement(student, (1 - confidence) / 2)) * std::sqrt(squares / (r - 1) / r);
  // sum p^2 lies in [1/n, 1], whatever the frequencies.
  const auto inverted = [n](double value) { return std::clamp(1.0 / std::max(value, 1.0 / n), 1.0, n); };
  return {inverted(mean), inverted(mean + half), inverted(mean - half)};
}

}  // namespace korobov
