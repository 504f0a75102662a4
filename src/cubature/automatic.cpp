// Rule auto. What is known of a stream at n = 2^k points (sums, and for stream 0 of a net the cone and the noise of its
// coefficients) is recorded when the values come in; the decisions are a walk over these records, which asks for points
// where a record is missing and starts anew when the tolerance changes.
//
// Nets, one scrambled net, n = n_min, 2 n_min, ...:
//   bound = max(cone bound, z rho D_m), D_m = median |y^_k|, n/2 <= k < n, over 0.6745: the error of the mean is one
//   more draw of the aliasing noise that fills the top coefficients. rho, the ratio error / D of this integrand, is
//   measured on the 16 sub-nets of n/16 points: 1.44 times their rms error (an upper 95 % value of it) over D_{m-4}, in
//   [0.7, 1]. Where the noise says little (cone bound > 4 z rho D_m), a failing necessary condition, or a second net of
//   n/2 points whose mean differs by more than the tolerance, sends the run on to independent nets.
// Independent randomizations, R of them, n points each: bound = t_{R-1} sqrt(max(V(n), V(n/2)/5) / R), V(n) the
//   variance of their means. If V does not fall (V(n) > 0.75 V(n/4), n >= 2^12) more randomizations are drawn, up to
//   64; if it falls slowly (V(n) > 0.6 V(n/4)), up to 16; else n is doubled.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <boost/math/distributions/normal.hpp>

#include <korobov/core/bits.hpp>
#include <korobov/core/error.hpp>

#include "core/sums.hpp"
#include "cubature/cone.hpp"
#include "cubature/estimator.hpp"

namespace korobov::detail {
namespace {

// Measured on smooth functions, jumps, kinks and spikes; docs/error_bounds.md has the figures.
constexpr int sub_nets_log2 = 4;
constexpr int least_sub_net_log2 = 6;
constexpr double ratio_upper = 1.44;  // sqrt(15 / chi^2_15(0.05))
constexpr double ratio_least = 0.7;
constexpr double ratio_most = 1.0;
constexpr double silent_noise = 4;
constexpr std::uint32_t replicates_first = 8;
constexpr std::uint32_t replicates_escalated = 4;
constexpr std::uint32_t replicates_slow = 16;
constexpr std::uint32_t replicates_stalled = 64;
constexpr Index fewest_points = 16;  // of a replicate
constexpr Index points_slow = 1 << 8;
constexpr Index points_stalled = 1 << 12;
constexpr double slow = 0.6;
constexpr double stalled = 0.75;
constexpr double margin = 0.8;  // of the tolerance, aimed at with more randomizations
constexpr double greatest_fall = 1.0 / 5;
constexpr double fewest_effective_values = 10;

constexpr double normal_median = 0.6744897501960817;  // of |Z|
constexpr std::size_t sub_nets = std::size_t{1} << sub_nets_log2;

// One output on one stream: sums over the first 2^k points. Powers are about a reference near the mean, of differences
// over 2^exponent: their fourth powers are doubles whatever the units.
struct StreamRecord {
  double reference = 0;
  std::vector<PowerSums> powers;  // [k]
};

// One output on stream 0 of a net, at 2^m points.
struct NetRecord {
  double mean = 0;
  double cone = 0;
  bool fired = false;
  double noise = 0;
  double sub_net_error = 0;  // rms error of the sub-nets of n / 16 points, about their common mean
};

constexpr int no_exponent = std::numeric_limits<int>::max();

struct OutputRecord {
  std::vector<StreamRecord> streams;
  std::vector<NetRecord> net;  // [m]; below the first m only the noise
  std::optional<Cone> cone;
  std::array<double, sub_nets> blocks{};  // sums of the sub-nets
  int exponent = no_exponent;             // of the largest difference among the first values
};

int exponent_of(std::span<const double> values, double reference) {
  double largest = 0;
  for (const double value : values) largest = std::max(largest, std::fabs(value - reference));
  return largest > 0 && std::isfinite(largest) ? std::max(std::ilogb(largest), -1000) : 0;
}

class Auto final : public Estimator {
 public:
  Auto(std::optional<std::uint32_t> replications, const Plan& plan)
      : is_net_(plan.points.symmetry() == SymmetryKind::dyadic && has_coefficients(plan.points)),
        first_replicates_(replications.value_or(is_net_ ? replicates_escalated : replicates_first)),
        confidence_(plan.confidence),
        normal_(boost::math::quantile(boost::math::complement(boost::math::normal(), (1 - plan.confidence) / 2))) {
    const Index replicates = is_net_ ? 1 : Index{first_replicates_};
    const Index wanted = std::max((plan.n_min - 1) / replicates + 1, fewest_points);
    first_k_ = ceil_log2(wanted);
    if (plan.n_max / replicates >> first_k_ == 0) first_k_ = std::max(1, floor_log2(plan.n_max / replicates));
    restart();
  }

  std::vector<Chunk> next() const override {
    std::vector<Chunk> missing;
    for (std::uint32_t s = 0; s < wanted_.size(); ++s) {
      const Index have = s < length_.size() ? length_[s] : 0;
      if (have < wanted_[s]) missing.push_back({s, {have, wanted_[s]}});
    }
    if (is_one_net_ && wanted_[0] > most_cone_points) missing.clear();
    return missing;
  }

  void absorb(const Chunk& chunk, MatrixSpan<double> values) override {
    outputs_.resize(static_cast<std::size_t>(values.rows));
    length_.resize(std::max<std::size_t>(length_.size(), chunk.stream + std::size_t{1}), 0);
    for (Index k = absorbed_; k < values.rows; ++k, ++absorbed_) {
      const std::span<double> y(&values(k, 0), static_cast<std::size_t>(values.cols));
      OutputRecord& output = outputs_[static_cast<std::size_t>(k)];
      const LastPiece piece = record_sums(output, chunk, y);
      if (is_net_ && chunk.stream == 0) record_net(output, y, piece);
    }
    absorbed_ = 0;
    length_[chunk.stream] = chunk.range.last;
    advance();
  }

  std::vector<std::string> caveats() const override {
    std::vector<std::string> list;
    if (has_given_up_) list.emplace_back("the cone bound could not be confirmed within the budget");
    for (std::size_t k = 0; k < outputs_.size() && !stages_.empty(); ++k) {
      if (effective_values(outputs_[k]) >= fewest_effective_values) continue;
      list.push_back("fewer than 10 values carry the variance" +
                     (outputs_.size() > 1 ? " of output " + shown(k) : std::string{}) +
                     ": a narrow feature may have been missed");
    }
    return list;
  }

  // The second net does not fit the budget: the interval of the first stands, unconfirmed.
  void give_up() override {
    if (!is_checking_ || has_given_up_) return;
    has_given_up_ = true;
    stages_.push_back(unconfirmed_);
    judged_.assign(1, unconfirmed_.n);
  }

  void set_tolerance(const Tolerance& tolerance) override {
    tolerance_ = tolerance;
    restart();
    if (!outputs_.empty()) advance();
  }

 private:
  // ---- records ----
  // The last piece [2^(k-1), 2^k) of a chunk: sums of its eighths, and of its squares.
  struct LastPiece {
    std::array<double, sub_nets / 2> eighths{};
    double squares = 0;
  };

  // Replaces what an absorb() that failed may have left.
  static LastPiece record_sums(OutputRecord& output, const Chunk& chunk, std::span<const double> y) {
    if (output.streams.size() <= chunk.stream) output.streams.resize(chunk.stream + std::size_t{1});
    StreamRecord& record = output.streams[chunk.stream];
    const auto first = static_cast<std::size_t>(chunk.range.first);
    const auto last = static_cast<std::size_t>(chunk.range.last);
    if (first == 0) {
      const auto some = std::min<std::size_t>(y.size(), 64);
      record.reference = sum_of(y.first(some)) / static_cast<double>(some);
      if (output.exponent == no_exponent) output.exponent = exponent_of(y.first(some), record.reference);
    }
    record.powers.resize(first == 0 ? 0 : static_cast<std::size_t>(floor_log2(chunk.range.first)) + 1);
    // The pieces [0, 1), [1, 2), [2, 4), ... of the chunk, in eighths where they are long enough.
    LastPiece piece;
    for (std::size_t start = first, end = 0; start < last; start = end) {
      end = start == 0 ? 1 : 2 * start;
      const std::span<const double> v = y.subspan(start - first, end - start);
      const std::size_t parts = v.size() < piece.eighths.size() ? 1 : piece.eighths.size();
      PowerSums sums = start == 0 ? PowerSums{} : record.powers.back();
      piece.squares = 0;
      for (std::size_t i = 0; i < parts; ++i) {
        const PowerSums part = power_sums(v.subspan(i * (v.size() / parts), v.size() / parts), record.reference,
                                          std::ldexp(1.0, -output.exponent));
        piece.eighths[i] = part.first;
        sums = {sums.first + part.first, sums.second + part.second, sums.fourth + part.fourth};
        const std::size_t size = v.size() / parts;
        const auto count = static_cast<double>(size);
        piece.squares += std::ldexp(part.second, 2 * output.exponent) +
                         record.reference * (2 * part.first - count * record.reference);
      }
      record.powers.push_back(sums);
    }
    return piece;
  }

  static void record_net(OutputRecord& output, std::span<double> y, const LastPiece& piece) {
    std::array<double, sub_nets> blocks{};
    if (!output.cone) {
      const int m = floor_log2(static_cast<Index>(y.size()));
      output.net.resize(static_cast<std::size_t>(m));
      // The noise at the sizes before the first one, which are prefixes of it.
      for (int k = std::max(1, m - sub_nets_log2); k < m; ++k) {
        std::vector<double> prefix(y.begin(), y.begin() + (std::ptrdiff_t{1} << k));
        Cone cone(SymmetryKind::dyadic, {.lag = 1}, Cone::Median::wanted);
        cone.extend(prefix);
        output.net[static_cast<std::size_t>(k)].noise = cone.top_median() / normal_median;
      }
      const std::size_t size = y.size() / sub_nets;
      for (std::size_t i = 0; i < sub_nets; ++i) blocks[i] = sum_of(y.subspan(i * size, size));
      Cone first(SymmetryKind::dyadic, CoefficientDecay{}, Cone::Median::wanted);
      first.extend(y);
      output.cone = std::move(first);
    } else {
      for (std::size_t i = 0; i < sub_nets / 2; ++i) {
        blocks[i] = output.blocks[2 * i] + output.blocks[2 * i + 1];
        blocks[sub_nets / 2 + i] = piece.eighths[i];
      }
      output.cone->extend(y, piece.squares);
    }
    const Cone& cone = *output.cone;
    output.blocks = blocks;
    output.net.push_back({cone.mean(), cone.bound(), !cone.conditions_hold(), cone.top_median() / normal_median,
                          sub_net_error(blocks, std::ldexp(1.0, cone.level() - sub_nets_log2))});
  }

  // The standard deviation of the means of the sub-nets, `size` points each.
  static double sub_net_error(const std::array<double, sub_nets>& blocks, double size) {
    const double centre = sum_of(blocks) / sub_nets;
    double squares = 0;
    for (const double sum : blocks) squares += (sum - centre) * (sum - centre);
    return std::sqrt(squares / (sub_nets - 1)) / size;
  }

  static double mean(const OutputRecord& output, std::uint32_t s, int k) {
    return std::ldexp(output.streams[s].powers[static_cast<std::size_t>(k)].first, -k);
  }

  // V at 2^k points: the variance of the means of the first R streams.
  double variance(const OutputRecord& output, int k) const {
    const double r = static_cast<double>(replicates_);
    double centre = 0;
    for (std::uint32_t s = 0; s < replicates_; ++s) centre += mean(output, s, k) / r;
    double squares = 0;
    for (std::uint32_t s = 0; s < replicates_; ++s)
      squares += (mean(output, s, k) - centre) * (mean(output, s, k) - centre);
    return squares / (r - 1);
  }

  // (sum c^2)^2 / sum c^4 over the points in use; 0 where all values agree.
  double effective_values(const OutputRecord& output) const {
    double square = 0, fourth = 0;
    for (std::size_t s = 0; s < judged_.size(); ++s) {
      if (judged_[s] == 0) continue;
      const auto k = static_cast<std::size_t>(floor_log2(judged_[s]));
      square += output.streams[s].powers[k].second;
      fourth += output.streams[s].powers[k].fourth;
    }
    return fourth > 0 ? square * square / fourth : 0;
  }

  // ---- the walk ----
  void restart() {
    stages_.clear();
    judged_.clear();
    met_.clear();
    is_one_net_ = is_net_;
    is_checking_ = false;
    has_given_up_ = false;
    replicates_ = first_replicates_;
    k_ = first_k_;
    want(is_net_ ? 1 : replicates_);
  }

  // Asks for 2^k points of each of the first `streams` streams.
  void want(std::uint32_t streams) { wanted_.assign(streams, Index{1} << k_); }

  void advance() {
    met_.resize(outputs_.size(), 0);
    while (next().empty()) {
      if (is_one_net_) {
        judge_net();
      } else {
        judge_replicates();
      }
    }
  }

  Interval net_interval(const OutputRecord& output, bool& is_silent) const {
    const NetRecord& now = output.net[static_cast<std::size_t>(k_)];
    const double earlier_noise = output.net[static_cast<std::size_t>(k_ - sub_nets_log2)].noise;
    const bool is_measured = earlier_noise > 0 && k_ - sub_nets_log2 >= least_sub_net_log2;
    const double ratio =
        is_measured ? std::clamp(ratio_upper * now.sub_net_error / earlier_noise, ratio_least, ratio_most) : ratio_most;
    const double floor = normal_ * ratio * now.noise;
    is_silent = now.cone > silent_noise * floor;
    const double bound = std::max(now.cone, floor);
    return {now.mean - bound, now.mean + bound};
  }

  void judge_net() {
    Stage stage{Index{1} << k_, {}};
    std::vector<std::size_t> silent;  // outputs that only the cone declares done
    std::vector<unsigned char> met = met_;
    for (std::size_t o = 0; o < outputs_.size(); ++o) {
      bool is_silent = false;
      stage.intervals.push_back(net_interval(outputs_[o], is_silent));
      if (met[o] != 0 || !tolerance_.is_met(stage.intervals.back())) continue;
      met[o] = 1;
      if (is_silent) silent.push_back(o);
    }
    const bool has_fired = std::any_of(silent.begin(), silent.end(), [this](std::size_t o) {
      return outputs_[o].net[static_cast<std::size_t>(k_)].fired;
    });
    if (has_fired) return escalate();
    if (!silent.empty() && !is_checking_) {  // half as many points of a second net
      is_checking_ = true;
      unconfirmed_ = stage;
      unconfirmed_.is_confirmed = false;
      wanted_ = {Index{1} << k_, Index{1} << (k_ - 1)};
      return;
    }
    is_checking_ = false;
    for (const std::size_t o : silent) {
      const double value = outputs_[o].net[static_cast<std::size_t>(k_)].mean;
      if (std::fabs(value - mean(outputs_[o], 1, k_ - 1)) > tolerance_(value)) return escalate();
    }
    met_ = std::move(met);
    judged_.resize(std::max(judged_.size(), wanted_.size()), 0);
    for (std::size_t s = 0; s < wanted_.size(); ++s) judged_[s] = std::max(judged_[s], wanted_[s]);
    finish(std::move(stage));
    ++k_;
    want(1);
  }

  void escalate() {
    is_one_net_ = false;
    is_checking_ = false;
    want(replicates_);
  }

  void judge_replicates() {
    const double r = static_cast<double>(replicates_);
    Stage stage;
    double worst = -1, worst_bound = 0, worst_tolerance = 0;
    std::size_t worst_output = 0;
    for (std::size_t o = 0; o < outputs_.size(); ++o) {
      const OutputRecord& output = outputs_[o];
      const double spread = std::max(variance(output, k_), greatest_fall * variance(output, k_ - 1));
      double value = 0;
      for (std::uint32_t s = 0; s < replicates_; ++s) value += mean(output, s, k_) / r;
      const double bound = student_quantile(replicates_ - 1, confidence_) * std::sqrt(spread / r);
      stage.intervals.push_back({value - bound, value + bound});
      if (met_[o] == 0 && tolerance_.is_met(stage.intervals.back())) met_[o] = 1;
      const double tolerance = tolerance_(value);
      if (met_[o] == 0 && bound / tolerance > worst) {
        worst = bound / tolerance;
        worst_bound = bound;
        worst_tolerance = tolerance;
        worst_output = o;
      }
    }
    judged_.resize(std::max(judged_.size(), wanted_.size()), 0);
    for (std::size_t s = 0; s < wanted_.size(); ++s) judged_[s] = std::max(judged_[s], wanted_[s]);
    finish(std::move(stage));
    grow(outputs_[worst_output], worst_bound / (margin * worst_tolerance));
  }

  // More randomizations where more points do not help, more points otherwise. excess: the factor the bound is too large
  // by.
  void grow(const OutputRecord& output, double excess) {
    const Index n = Index{1} << k_;
    const double falls = n >= points_slow ? variance(output, k_) / variance(output, k_ - 2) : 0;
    if (n >= points_stalled && replicates_ < replicates_stalled && falls > stalled) {
      const double enough = static_cast<double>(replicates_) * excess * excess;
      do replicates_ *= 2;
      while (replicates_ < replicates_stalled && static_cast<double>(replicates_) < enough);
    } else if (replicates_ < replicates_slow && falls > slow) {
      replicates_ *= 2;
    } else {
      ++k_;
    }
    want(replicates_);
  }

  void finish(Stage stage) {
    stage.n = 0;
    for (const Index n : judged_) stage.n += n;
    stages_.push_back(std::move(stage));
  }

  bool is_net_;
  std::uint32_t first_replicates_;
  double confidence_;
  double normal_;
  int first_k_ = 10;
  Tolerance tolerance_;
  std::vector<OutputRecord> outputs_;
  std::vector<Index> length_;  // [stream] points recorded
  Index absorbed_ = 0;         // outputs of a chunk that are recorded, should one of them throw

  std::vector<Index> wanted_;       // [stream] points the walk waits for
  std::vector<Index> judged_;       // [stream] points the last stage rests on
  std::vector<unsigned char> met_;  // [output] the tolerance was met at some stage
  bool is_one_net_ = false;
  bool is_checking_ = false;
  bool has_given_up_ = false;
  Stage unconfirmed_;  // while checking
  std::uint32_t replicates_ = 0;
  int k_ = 0;
};

}  // namespace

std::unique_ptr<Estimator> make_automatic(std::optional<std::uint32_t> replications, const Plan& plan) {
  const AnyPointSet& points = plan.points;
  if (replications)
    require(plan.n_max / 2 >= Index{*replications}, "n_max", "must be at least 2 per replicate", plan.n_max);
  if (!points.is_randomized()) {
    require(!replications, "replications", "is for randomized sets; randomize " + points.description(),
            replications.value_or(0));
    require(has_coefficients(points), "points",
            "rule auto needs a set that is randomized or has a fast transform; randomize it", points.description());
    return make_decay({}, plan);
  }
  // A linear order's prefixes are no good point sets; all of it is.
  if (points.order() == Order::linear) return make_replicated({replications.value_or(Replicated{}.replications)}, plan);
  if (has_coefficients(points)) {
    require(is_power_of_two(plan.n_min), "n_min", "must be a power of two for rule auto", plan.n_min);
    require(plan.n_min >= 64, "n_min", "must be at least 64 for rule auto", plan.n_min);
  }
  return std::make_unique<Auto>(replications, plan);
}

}  // namespace korobov::detail
