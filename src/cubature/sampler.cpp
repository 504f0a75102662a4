#include "cubature/sampler.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <string>

#include <korobov/core/error.hpp>
#include <korobov/core/parallel.hpp>

namespace korobov::detail {
namespace {

// Rows per batch: points and mapped points stay in the second-level cache, and a batch is long enough that the cost of
// a call (an interpreter's, for instance) does not count.
Index preferred_batch(Index dimension) {
  constexpr Index cache_values = (Index{1} << 20) / 8;
  Index rows = 8192;
  while (rows > 512 && rows * dimension > cache_values) rows /= 2;
  return rows;
}

// A shorter batch when several threads are to share the wave.
constexpr Index least_concurrent_batch = 512;

bool all_finite(std::span<const double> y) {
  // v - v is 0 for finite v, NaN otherwise; four sums, so that the loop runs at the speed of the loads.
  double sums[4] = {0, 0, 0, 0};
  std::size_t i = 0;
  for (; i + 4 <= y.size(); i += 4)
    for (std::size_t k = 0; k < 4; ++k) sums[k] += y[i + k] - y[i + k];
  for (; i < y.size(); ++i) sums[0] += y[i] - y[i];
  return sums[0] + sums[1] + sums[2] + sums[3] == 0;
}

}  // namespace

Sampler::Sampler(Integrand f, std::optional<ControlVariates> control_variates, AnyPointSet points,
                 std::optional<Measure> measure, Periodization periodization)
    : f_(std::move(f)),
      points_(std::move(points)),
      measure_(std::move(measure)),
      periodization_(periodization),
      outputs_(f_.outputs()) {
  if (control_variates) {
    g_ = std::move(control_variates->functions);
    control_count_ = static_cast<Index>(control_variates->means.size());
  }
}

std::size_t Sampler::begin_wave(std::span<const Chunk> chunks) {
  const Index d = points_.dimension();
  const Index preferred = preferred_batch(d);
  wave_.clear();
  offsets_.assign(1, 0);
  for (const Chunk& chunk : chunks) {
    if (!wave_.empty() && offsets_.back() + chunk.range.size() > preferred) break;
    wave_.push_back(chunk);
    offsets_.push_back(offsets_.back() + chunk.range.size());
    while (streams_.size() <= chunk.stream) {
      const auto s = static_cast<std::uint32_t>(streams_.size());
      streams_.push_back(s == 0 ? points_ : points_.replicate(points_.replicate_index() + s));
    }
  }
  wave_rows_ = offsets_.back();
  batch_rows_ = std::min(preferred, wave_rows_);
  const bool is_concurrent = f_.is_concurrent() && (!g_ || g_->is_concurrent());
  if (is_concurrent && num_threads() > 1) {
    const Index share = (wave_rows_ + num_threads() - 1) / num_threads();
    batch_rows_ = std::clamp(share, std::min(least_concurrent_batch, wave_rows_), batch_rows_);
  }
  done_.assign(static_cast<std::size_t>(batches()), 0);
  if (outputs_ > 0) make_room();
  return wave_.size();
}

void Sampler::make_room() {
  const auto size = static_cast<std::size_t>((outputs_ + control_count_) * wave_rows_);
  if (values_.size() < size) values_.grow(size);
}

bool Sampler::sample(const std::function<bool()>& interrupted) {
  std::atomic<bool> has_failed{false};  // a batch threw: the other threads stop after theirs
  const auto run_batches = [&](Range range) {
    auto scratch = borrow();
    for (Index b = range.first; b < range.last; ++b) {
      if (done_[static_cast<std::size_t>(b)] != 0) continue;
      if (has_failed.load(std::memory_order_relaxed) || interrupted()) break;
      try {
        evaluate_batch(b, *scratch);
      } catch (...) {
        has_failed.store(true, std::memory_order_relaxed);
        throw;
      }
      done_[static_cast<std::size_t>(b)] = 1;
    }
    give_back(std::move(scratch));
  };
  const bool is_concurrent = f_.is_concurrent() && (!g_ || g_->is_concurrent());
  if (f_.outputs() == 0 && !has_values_) {  // the first batch says how many outputs there are
    outputs_ = 0;
    run_batches({0, 1});
    has_values_ = done_[0] != 0;
    if (!has_values_) return false;
  }
  if (is_concurrent) {
    parallel_for(batches(), 1, run_batches);
  } else {
    run_batches({0, batches()});
  }
  return std::all_of(done_.begin(), done_.end(), [](unsigned char flag) { return flag != 0; });
}

MatrixSpan<double> Sampler::values(std::size_t chunk) {
  const Index first = offsets_[chunk];
  return {values_.data() + first, outputs_ + control_count_, offsets_[chunk + 1] - first, wave_rows_, 1};
}

void Sampler::place_points(Range rows, MatrixSpan<double> x) const {
  for (std::size_t c = 0; c < wave_.size(); ++c) {
    const Index first = std::max(rows.first, offsets_[c]);
    const Index last = std::min(rows.last, offsets_[c + 1]);
    if (first >= last) continue;
    const Index base = wave_[c].range.first - offsets_[c];
    stream(wave_[c].stream)
        .fill(Range{base + first, base + last}, x.row_range(first - rows.first, last - rows.first), Endpoint::open);
  }
}

void Sampler::evaluate_batch(Index batch, Scratch& scratch) {
  const Range rows{batch * batch_rows_, std::min((batch + 1) * batch_rows_, wave_rows_)};
  const Index d = points_.dimension();
  scratch.x.resize(static_cast<std::size_t>(batch_rows_ * d));
  const MatrixSpan<double> x(scratch.x.data(), rows.size(), d);
  place_points(rows, x);
  if (periodization_ != Periodization::none) {
    if (periodization_ != Periodization::baker) scratch.weight.resize(static_cast<std::size_t>(rows.size()));
    periodize(periodization_, x, scratch.weight);
  }
  if (measure_) measure_->transform(x, x);
  evaluate(f_, "f", x, outputs_, scratch, rows.first, 0);
  if (g_) evaluate(*g_, "control_variates.functions", x, control_count_, scratch, rows.first, outputs_);
}

void Sampler::evaluate(const Integrand& function, std::string_view name, MatrixSpan<const double> x, Index expected,
                       Scratch& scratch, Index first_row, Index first_channel) {
  if (function.outputs() == 0) {
    const Index outputs = function.evaluate(x, scratch.y);
    require(outputs >= 1, name, "must return at least one output", outputs);
    if (expected == 0) {  // the very first batch, in one thread
      outputs_ = expected = outputs;
      make_room();
    }
    if (outputs != expected) {
      fail_requirement(name, "must return " + std::to_string(expected) + " outputs in every batch",
                       std::to_string(outputs));
    }
    for (Index i = 0; i < x.rows; ++i)
      for (Index k = 0; k < expected; ++k)
        values_[static_cast<std::size_t>((first_channel + k) * wave_rows_ + first_row + i)] =
            scratch.y[static_cast<std::size_t>(i * expected + k)];
  } else {
    double* const first = values_.data() + first_channel * wave_rows_ + first_row;
    // A value that f does not write is found below, not taken from an earlier batch.
    for (Index k = 0; k < expected; ++k)
      std::fill_n(first + k * wave_rows_, x.rows, std::numeric_limits<double>::quiet_NaN());
    function.evaluate(x, MatrixSpan<double>(first, x.rows, expected, 1, wave_rows_));
  }
  for (Index k = 0; k < expected; ++k) {
    const std::span<double> y(values_.data() + (first_channel + k) * wave_rows_ + first_row,
                              static_cast<std::size_t>(x.rows));
    if (!all_finite(y)) {
      const auto bad = std::find_if_not(y.begin(), y.end(), [](double v) { return std::isfinite(v); });
      const Index row = static_cast<Index>(bad - y.begin());
      std::vector<double> point;
      for (Index j = 0; j < x.cols; ++j) point.push_back(x(row, j));
      report(name, *bad, k, first_row + row, point);
    }
    if (periodization_ != Periodization::none && periodization_ != Periodization::baker)
      for (std::size_t i = 0; i < y.size(); ++i) y[i] *= scratch.weight[i];
  }
}

void Sampler::report(std::string_view name, double value, Index output, Index row, std::span<const double> x) const {
  constexpr std::size_t most_shown = 8;
  const auto chunk =
      static_cast<std::size_t>(std::upper_bound(offsets_.begin(), offsets_.end(), row) - offsets_.begin() - 1);
  std::string got = (std::isnan(value) ? "nan" : shown(value)) + " (output " + shown(output) + ") at point " +
                    shown(wave_[chunk].range.first + row - offsets_[chunk]) + " of replicate " +
                    shown(stream(wave_[chunk].stream).replicate_index()) + ", x = (";
  for (std::size_t j = 0; j < std::min(x.size(), most_shown); ++j) got += (j == 0 ? "" : ", ") + shown(x[j]);
  got += x.size() > most_shown ? ", ...)" : ")";
  fail_requirement(name, "must be finite at every point", got);
}

std::unique_ptr<Sampler::Scratch> Sampler::borrow() {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) return std::make_unique<Scratch>();
  auto scratch = std::move(idle_.back());
  idle_.pop_back();
  return scratch;
}

void Sampler::give_back(std::unique_ptr<Scratch> scratch) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(scratch));
}

}  // namespace korobov::detail
