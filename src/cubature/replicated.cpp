#include <algorithm>
#include <bit>
#include <cmath>

#include <boost/math/distributions/students_t.hpp>

#include <korobov/core/error.hpp>

#include "core/sums.hpp"
#include "cubature/estimator.hpp"

namespace korobov::detail {
namespace {

class StudentReplicates final : public Estimator {
 public:
  StudentReplicates(std::uint32_t replications, const Plan& plan)
      : replications_(replications), quantile_(student_quantile(replications - 1, plan.confidence)) {
    most_ = std::min(plan.n_max / replications, plan.points.size_limit());
    has_own_limit_ = most_ == plan.points.size_limit();
    const Index wanted = (plan.n_min - 1) / replications + 1;
    first_ = static_cast<Index>(std::bit_ceil(static_cast<Word>(wanted)));
    if (first_ > most_) first_ = static_cast<Index>(std::bit_floor(static_cast<Word>(most_)));
  }

  std::vector<Chunk> next() const override {
    Range range{n_, n_ == 0 ? first_ : 2 * n_};
    // A set of any size is used to its end: a lattice in linear order is at its best there.
    if (range.last > most_ && has_own_limit_) range.last = most_;
    if (range.size() <= 0) return {};
    std::vector<Chunk> chunks;
    for (std::uint32_t s = 0; s < replications_; ++s) chunks.push_back({s, range});
    return chunks;
  }

  void absorb(const Chunk& chunk, MatrixSpan<double> values) override {
    if (means_.empty()) means_.assign(static_cast<std::size_t>(values.rows), std::vector<double>(replications_, 0.0));
    const double share = static_cast<double>(chunk.range.size()) / static_cast<double>(chunk.range.last);
    for (Index k = 0; k < values.rows; ++k) {
      const double sum = sum_of({&values(k, 0), static_cast<std::size_t>(values.cols)});
      double& mean = means_[static_cast<std::size_t>(k)][chunk.stream];
      mean += share * (sum / static_cast<double>(chunk.range.size()) - mean);
    }
    if (chunk.stream + 1 < replications_) return;
    n_ = chunk.range.last;
    Stage stage{n_ * Index{replications_}, {}};
    for (const std::vector<double>& means : means_) stage.intervals.push_back(interval(means));
    stages_.push_back(std::move(stage));
  }

  std::vector<std::string> caveats() const override { return {}; }

 private:
  Interval interval(const std::vector<double>& means) const {
    const double r = static_cast<double>(replications_);
    const double centre = sum_of(means) / r;
    double squares = 0;
    for (const double mean : means) squares += (mean - centre) * (mean - centre);
    const double half_width = quantile_ * std::sqrt(squares / (r - 1) / r);
    return {centre - half_width, centre + half_width};
  }

  std::uint32_t replications_;
  double quantile_;
  Index first_ = 1;
  Index most_ = 1;  // points per replicate
  bool has_own_limit_ = false;
  Index n_ = 0;                             // points per replicate
  std::vector<std::vector<double>> means_;  // [output][replicate]
};

}  // namespace

double student_quantile(std::uint32_t degrees_of_freedom, double confidence) {
  const boost::math::students_t distribution(static_cast<double>(degrees_of_freedom));
  return boost::math::quantile(boost::math::complement(distribution, (1 - confidence) / 2));
}

std::unique_ptr<Estimator> make_replicated(const Replicated& rule, const Plan& plan) {
  require(rule.replications >= 2, "replications", "must be at least 2", rule.replications);
  require(plan.points.is_randomized(), "points", "rule replicated needs a randomized set; randomize it",
          plan.points.description());
  require(plan.n_max >= Index{rule.replications}, "n_max", "must be at least the number of replications", plan.n_max);
  return std::make_unique<StudentReplicates>(rule.replications, plan);
}

}  // namespace korobov::detail
