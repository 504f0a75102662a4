// The way from points to values: blocks of points in the open cube, periodization, measure, f and control variates.
//
// Values are kept wave by wave: a wave is one chunk, or as many consecutive small ones as make up a batch. What a call
// of sample() has finished stays finished when f throws or somebody interrupts.
#ifndef KOROBOV_SRC_CUBATURE_SAMPLER_HPP
#define KOROBOV_SRC_CUBATURE_SAMPLER_HPP

#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include <korobov/cubature/integration.hpp>

#include "core/buffer.hpp"
#include "cubature/estimator.hpp"

namespace korobov::detail {

class Sampler {
 public:
  Sampler(Integrand f, std::optional<ControlVariates> control_variates, AnyPointSet points,
          std::optional<Measure> measure, Periodization periodization);

  // Starts a wave at the front of `chunks` and returns how many chunks it takes.
  std::size_t begin_wave(std::span<const Chunk> chunks);
  // Evaluates what is left of the wave; false if `interrupted` said so first (asked between batches, any thread).
  bool sample(const std::function<bool()>& interrupted);
  // Values of one chunk of a finished wave: (channels, rows), the outputs of f, then the control variates.
  MatrixSpan<double> values(std::size_t chunk);
  Index outputs() const noexcept { return outputs_; }  // of f; 0 before the first batch if f does not know

 private:
  struct Scratch {
    std::vector<double> x, weight, y;
  };
  void make_room();
  void evaluate_batch(Index batch, Scratch& scratch);
  void place_points(Range rows, MatrixSpan<double> x) const;
  void evaluate(const Integrand& function, std::string_view name, MatrixSpan<const double> x, Index expected,
                Scratch& scratch, Index first_row, Index first_channel);
  [[noreturn]] void report(std::string_view name, double value, Index output, Index row,
                           std::span<const double> x) const;
  Index batches() const noexcept { return (wave_rows_ + batch_rows_ - 1) / batch_rows_; }
  const AnyPointSet& stream(std::uint32_t s) const { return streams_[s]; }
  std::unique_ptr<Scratch> borrow();
  void give_back(std::unique_ptr<Scratch> scratch);

  Integrand f_;
  std::optional<Integrand> g_;
  Index control_count_ = 0;
  AnyPointSet points_;
  std::optional<Measure> measure_;
  Periodization periodization_;
  Index outputs_ = 0;
  bool has_values_ = false;  // a batch was finished, so outputs_ stands
  std::vector<AnyPointSet> streams_;

  std::vector<Chunk> wave_;
  std::vector<Index> offsets_;  // first row of each chunk of the wave, and the end
  Index wave_rows_ = 0;
  Index batch_rows_ = 1;
  std::vector<unsigned char> done_;  // per batch
  Buffer<double> values_;            // (channels, wave_rows)
  std::mutex mutex_;
  std::vector<std::unique_ptr<Scratch>> idle_;
};

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_CUBATURE_SAMPLER_HPP
