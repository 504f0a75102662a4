#include <cmath>

#include <korobov/core/bits.hpp>
#include <korobov/core/error.hpp>

#include "cubature/cone.hpp"
#include "cubature/estimator.hpp"

namespace korobov::detail {
namespace {

class Decay final : public Estimator {
 public:
  Decay(const CoefficientDecay& rule, const Plan& plan)
      : rule_(rule),
        symmetry_(plan.points.symmetry()),
        is_randomized_(plan.points.is_randomized()),
        n_min_(plan.n_min) {}

  std::vector<Chunk> next() const override {
    if (n_ == 0) return {{0, {0, n_min_}}};
    if (2 * n_ > most_cone_points) return {};
    return {{0, {n_, 2 * n_}}};
  }

  void absorb(const Chunk& chunk, MatrixSpan<double> values) override {
    while (static_cast<Index>(cones_.size()) < values.rows) cones_.emplace_back(symmetry_, rule_);
    for (Index k = absorbed_; k < values.rows; ++k, ++absorbed_)
      cones_[static_cast<std::size_t>(k)].extend({&values(k, 0), static_cast<std::size_t>(values.cols)});
    absorbed_ = 0;
    n_ = chunk.range.last;
    Stage stage{n_, {}};
    for (const Cone& cone : cones_) stage.intervals.push_back({cone.mean() - cone.bound(), cone.mean() + cone.bound()});
    stages_.push_back(std::move(stage));
  }

  std::vector<std::string> caveats() const override {
    std::vector<std::string> list;
    if (!is_randomized_) list.emplace_back(plain_caveat);
    for (std::size_t k = 0; k < cones_.size(); ++k) {
      if (cones_[k].conditions_hold()) continue;
      list.push_back("the coefficients" + (cones_.size() > 1 ? " of output " + shown(k) : std::string{}) +
                     " break a necessary condition of the decay assumption: the bound may be too small");
    }
    return list;
  }

 private:
  CoefficientDecay rule_;
  SymmetryKind symmetry_;
  bool is_randomized_;
  Index n_min_;
  Index n_ = 0;
  Index absorbed_ = 0;  // outputs done, should one of them throw
  std::vector<Cone> cones_;
};

}  // namespace

std::unique_ptr<Estimator> make_decay(const CoefficientDecay& rule, const Plan& plan) {
  require(1 <= rule.lag && rule.lag <= 16, "rule.lag", "must be from 1 to 16", rule.lag);
  require(rule.inflation > 0 && std::isfinite(rule.inflation), "rule.inflation", "must be positive and finite",
          rule.inflation);
  require(plan.points.symmetry() != SymmetryKind::dyadic_tree, "points",
          "rule decay needs points that form a group; nested uniform scrambling leaves none, rule replicated takes it",
          plan.points.description());
  require(has_coefficients(plan.points), "points",
          "rule decay needs a set with a fast transform: a net, or a lattice in radical-inverse order",
          plan.points.description());
  require(is_power_of_two(plan.n_min), "n_min", "must be a power of two for rule decay", plan.n_min);
  require(plan.n_min >= Index{2} << rule.lag, "n_min", "must be at least 2^(lag + 1) for rule decay", plan.n_min);
  return std::make_unique<Decay>(rule, plan);
}

}  // namespace korobov::detail
