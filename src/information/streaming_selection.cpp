#include <algorithm>
#include <cmath>
#include <string>

#include <korobov/core/error.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/information/selection.hpp>

#include "information/matrices.hpp"

namespace korobov {
namespace {

using detail::require;

// Samples taken so far, their rows and the Cholesky factor of noise I + K_S.
struct Sieve {
  std::vector<Index> indices;
  std::vector<double> gains;
  std::vector<double> x;       // (size, d)
  std::vector<double> factor;  // row s at s (s + 1) / 2
  double value = 0;
};

}  // namespace

class StreamingSelection::Sieves {
 public:
  Sieves(AnyKernel kernel, Index dimension, StreamingOptions options)
      : kernel_(std::move(kernel)),
        d_(dimension),
        options_(options),
        single_(std::log1p(kernel_.at_zero() / options.noise)) {
    // Thresholds between the gain of one sample and of k samples at most.
    const double ratio = 1 + options.accuracy, last = 2 * single_ * static_cast<double>(options.k);
    double threshold = single_;
    while (threshold < last * ratio) {
      thresholds_.push_back(threshold);
      threshold *= ratio;
    }
    sieves_.resize(thresholds_.size());
  }

  void push(MatrixSpan<const double> x) {
    detail::require_finite(x, "x");
    require(x.cols == d_, "x", "must have dimension " + std::to_string(d_), x.cols);
    parallel_for(static_cast<Index>(sieves_.size()), 1, [&](Range range) {
      std::vector<double> sample(static_cast<std::size_t>(d_)), row;
      for (Index s = range.first; s < range.last; ++s) {
        for (Index i = 0; i < x.rows; ++i) {
          for (Index j = 0; j < d_; ++j) sample[static_cast<std::size_t>(j)] = x(i, j);
          offer(sieves_[static_cast<std::size_t>(s)], thresholds_[static_cast<std::size_t>(s)], seen_ + i, sample, row);
        }
      }
    });
    seen_ += x.rows;
  }

  Index seen() const noexcept { return seen_; }

  Selection result() const {
    require(seen_ > 0, "samples", "must have been pushed", seen_);
    const Sieve& best = *std::max_element(sieves_.begin(), sieves_.end(),
                                          [](const Sieve& a, const Sieve& b) { return a.value < b.value; });
    Selection result{best.indices, best.gains, best.value, 0};
    const double most = single_ * static_cast<double>(std::min(options_.k, seen_));
    result.upper_bound = std::max(best.value, std::min(most, best.value / (0.5 - options_.accuracy)));
    return result;
  }

 private:
  // Takes the sample if its gain is at least what every further one must bring on average to reach half the threshold.
  void offer(Sieve& sieve, double threshold, Index index, std::span<const double> sample, std::vector<double>& row) {
    const std::size_t t = sieve.indices.size();
    if (static_cast<Index>(t) == options_.k) return;
    const double needed = (threshold / 2 - sieve.value) / static_cast<double>(options_.k - static_cast<Index>(t));
    if (single_ < needed) return;
    row.resize(t);
    if (t > 0) {
      kernel_.cross(MatrixSpan<const double>(sample.data(), 1, d_), {sieve.x.data(), static_cast<Index>(t), d_},
                    {row.data(), 1, static_cast<Index>(t)});
    }
    double variance = kernel_.at_zero() + options_.noise;
    for (std::size_t s = 0; s < t; ++s) {
      const double* of_factor = sieve.factor.data() + s * (s + 1) / 2;
      double rest = row[s];
      for (std::size_t r = 0; r < s; ++r) rest -= of_factor[r] * row[r];
      row[s] = rest / of_factor[s];
      variance -= row[s] * row[s];
      if (std::log(variance / options_.noise) < needed) return;  // it only decreases
    }
    variance = std::max(variance, options_.noise);
    const double gain = std::log(variance / options_.noise);
    if (gain < needed) return;
    sieve.indices.push_back(index);
    sieve.gains.push_back(gain);
    sieve.value += gain;
    sieve.x.insert(sieve.x.end(), sample.begin(), sample.end());
    sieve.factor.insert(sieve.factor.end(), row.begin(), row.end());
    sieve.factor.push_back(std::sqrt(variance));
  }

  AnyKernel kernel_;
  Index d_;
  StreamingOptions options_;
  double single_;  // the gain of the first sample, the same for all
  std::vector<double> thresholds_;
  std::vector<Sieve> sieves_;
  Index seen_ = 0;
};

StreamingSelection::StreamingSelection(AnyKernel kernel, Index dimension, StreamingOptions options) {
  require(options.k >= 1, "k", "must be at least 1", options.k);
  require(options.noise > 0 && std::isfinite(options.noise), "noise", "must be positive and finite", options.noise);
  // Sieves are log(2 k) / accuracy.
  require(options.accuracy >= 0x1p-20 && options.accuracy < 0.5, "accuracy", "must be from 2^-20 to below 1/2",
          options.accuracy);
  require(dimension >= 1, "dimension", "must be at least 1", dimension);
  require(kernel.fits(dimension), "dimension", "must be the kernel's, " + std::to_string(kernel.dimension()),
          dimension);
  detail::require_noise(options.noise, options.k, kernel.at_zero());
  sieves_ = std::make_unique<Sieves>(std::move(kernel), dimension, options);
}
StreamingSelection::StreamingSelection(StreamingSelection&&) noexcept = default;
StreamingSelection& StreamingSelection::operator=(StreamingSelection&&) noexcept = default;
StreamingSelection::~StreamingSelection() = default;

void StreamingSelection::push(MatrixSpan<const double> x) { sieves_->push(x); }
Index StreamingSelection::seen() const noexcept { return sieves_->seen(); }
Selection StreamingSelection::result() const { return sieves_->result(); }

}  // namespace korobov
