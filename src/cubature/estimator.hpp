// What a rule is to the engine: it asks for points, takes their values, and gives intervals, stage by stage.
//
// A stream is one randomization of the set: stream 0 is the set itself, stream s its replicate s further on. A chunk is
// a run of points of one stream. The engine samples the chunks of next() in order, hands each to absorb() once, and
// looks for new stages; how a chunk was cut into batches does not show.
#ifndef KOROBOV_SRC_CUBATURE_ESTIMATOR_HPP
#define KOROBOV_SRC_CUBATURE_ESTIMATOR_HPP

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <korobov/core/types.hpp>
#include <korobov/cubature/rules.hpp>
#include <korobov/generators/point_set.hpp>

#include "cubature/tolerance.hpp"

namespace korobov::detail {

struct Chunk {
  std::uint32_t stream = 0;
  Range range;
};

// The rule's intervals at one sample size.
struct Stage {
  Index n = 0;                      // evaluations it rests on, all streams
  std::vector<Interval> intervals;  // per output
  bool is_confirmed = true;         // false: it decides nothing, whatever the tolerance
};

class Estimator {
 public:
  virtual ~Estimator() = default;
  // What to sample next. Empty: the set has no more points.
  virtual std::vector<Chunk> next() const = 0;
  // values: (outputs, chunk.range.size()), rows contiguous; they may be overwritten once nothing can fail any more.
  virtual void absorb(const Chunk& chunk, MatrixSpan<double> values) = 0;
  virtual std::vector<std::string> caveats() const = 0;
  // An interval that meets the tolerance is known to be wrong: the run ends as assumption_failed.
  virtual bool assumption_failed() const { return false; }
  // The tolerance the stages are for; given before the first call of next(), and again when it is tightened. A rule
  // whose sampling depends on it decides anew from its first stage on, with the values it has.
  virtual void set_tolerance(const Tolerance& /*tolerance*/) {}
  // What next() asks for does not fit the budget; may add an unconfirmed stage.
  virtual void give_up() {}
  const std::vector<Stage>& stages() const noexcept { return stages_; }

 protected:
  std::vector<Stage> stages_;
};

// The transform of the values gives coefficients in the group's characters: nets and lattices, whose points are a group
// or a shifted one. A set that keeps the tree alone (nested uniform scrambling) has none.
inline bool has_coefficients(const AnyPointSet& points) noexcept {
  return points.has_fast_transform() && points.symmetry() != SymmetryKind::dyadic_tree;
}

// What a rule may use, checked.
struct Plan {
  AnyPointSet points;
  double confidence;
  Index n_min;
  Index n_max;  // of all streams together; the engine watches it and the set's own limit
};

// std::invalid_argument if the rule cannot take these points or this n_min.
std::unique_ptr<Estimator> make_decay(const CoefficientDecay& rule, const Plan& plan);
std::unique_ptr<Estimator> make_replicated(const Replicated& rule, const Plan& plan);
std::unique_ptr<Estimator> make_bayesian(const Bayesian& rule, const Plan& plan);
std::unique_ptr<Estimator> make_automatic(std::optional<std::uint32_t> replications, const Plan& plan);

// The t with P(|T| <= t) = confidence.
double student_quantile(std::uint32_t degrees_of_freedom, double confidence);
double normal_quantile(double confidence);  // the same of a normal variable

inline constexpr const char* plain_caveat = "the points are not randomized: nothing random checks the bound";

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_CUBATURE_ESTIMATOR_HPP
