#include "cubature/control_variates.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>

#include <korobov/core/bits.hpp>
#include <korobov/transforms/bit_reversed_fft.hpp>
#include <korobov/transforms/fwht.hpp>

#include "core/sums.hpp"

namespace korobov::detail {
namespace {

// The triangular factor of a tall matrix that arrives block by block (updating QR; Golub & Van Loan, section 6.5).
class TriangularFactor {
 public:
  explicit TriangularFactor(Eigen::Index columns) : r_(Eigen::MatrixXd::Zero(columns, columns)) {}

  // The columns of the rows to add.
  void add(const std::vector<std::vector<double>>& columns) {
    const Eigen::Index q = r_.cols();
    const std::size_t last = columns.front().size();
    for (std::size_t start = 0; start < last; start += block) {
      const std::size_t count = std::min(block, last - start);
      Eigen::MatrixXd stacked(q + static_cast<Eigen::Index>(count), q);
      stacked.topRows(q) = r_;
      for (Eigen::Index j = 0; j < q; ++j)
        stacked.col(j).tail(static_cast<Eigen::Index>(count)) = Eigen::Map<const Eigen::VectorXd>(
            columns[static_cast<std::size_t>(j)].data() + start, static_cast<Eigen::Index>(count));
      const Eigen::HouseholderQR<Eigen::MatrixXd> qr(stacked);
      r_ = qr.matrixQR().topRows(q).triangularView<Eigen::Upper>();
    }
  }
  const Eigen::MatrixXd& matrix() const { return r_; }

 private:
  static constexpr std::size_t block = 1024;
  Eigen::MatrixXd r_;
};

class Controlled final : public Estimator {
 public:
  Controlled(EstimatorFactory make_rule, std::vector<double> means, bool on_coefficients, SymmetryKind symmetry)
      : make_rule_(std::move(make_rule)),
        means_(std::move(means)),
        on_coefficients_(on_coefficients),
        symmetry_(symmetry) {
    start_rule();
  }

  std::vector<Chunk> next() const override { return plan_; }

  void absorb(const Chunk& chunk, MatrixSpan<double> values) override {
    outputs_ = values.rows - static_cast<Index>(means_.size());
    if (data_.size() <= chunk.stream) data_.resize(chunk.stream + std::size_t{1});
    Channels& channels = data_[chunk.stream];
    channels.resize(static_cast<std::size_t>(values.rows));
    for (Index c = 0; c < values.rows; ++c) {
      std::vector<double>& channel = channels[static_cast<std::size_t>(c)];
      channel.resize(static_cast<std::size_t>(chunk.range.last));
      std::copy_n(&values(c, 0), values.cols, channel.begin() + chunk.range.first);
    }
    while (!plan_.empty() && is_sampled(plan_)) finish_plan();
  }

  std::vector<std::string> caveats() const override { return rule_->caveats(); }
  bool assumption_failed() const override { return rule_->assumption_failed(); }

  void give_up() override {
    rule_->give_up();
    if (rule_->stages().empty() || rule_->stages().back().is_confirmed) return;
    if (stages_.empty() || stages_.back().is_confirmed) stages_.push_back(rule_->stages().back());
  }

  void set_tolerance(const Tolerance& tolerance) override {
    tolerance_ = tolerance;
    stages_.clear();
    used_.clear();
    start_rule();
    while (!plan_.empty() && is_sampled(plan_)) finish_plan();
  }

 private:
  using Channels = std::vector<std::vector<double>>;

  void start_rule() {
    rule_ = make_rule_();
    rule_->set_tolerance(tolerance_);
    plan_ = rule_->next();
  }

  bool is_sampled(const std::vector<Chunk>& plan) const {
    return std::all_of(plan.begin(), plan.end(), [this](const Chunk& chunk) {
      return chunk.stream < data_.size() && !data_[chunk.stream].empty() &&
             static_cast<Index>(data_[chunk.stream].front().size()) >= chunk.range.last;
    });
  }

  // The values of plan_ are there: fit beta to all values in use, and let the rule judge what is left, from its start.
  void finish_plan() {
    for (const Chunk& chunk : plan_) {
      if (used_.size() <= chunk.stream) used_.resize(chunk.stream + std::size_t{1}, 0);
      used_[chunk.stream] = std::max(used_[chunk.stream], chunk.range.last);
    }
    const Eigen::MatrixXd beta = fit();
    const auto is_used = [this](const Chunk& c) { return c.stream < used_.size() && used_[c.stream] >= c.range.last; };
    start_rule();
    while (!plan_.empty() && std::all_of(plan_.begin(), plan_.end(), is_used)) {
      for (const Chunk& chunk : plan_) {
        std::vector<double> left = residual(chunk, beta);
        rule_->absorb(chunk, {left.data(), outputs_, chunk.range.size()});
      }
      plan_ = rule_->next();
    }
    if (rule_->stages().empty()) return;
    Stage stage = rule_->stages().back();
    if (stages_.empty() || stage.n > stages_.back().n) stages_.push_back(std::move(stage));
  }

  std::vector<double> residual(const Chunk& chunk, const Eigen::MatrixXd& beta) const {
    const Channels& channels = data_[chunk.stream];
    const auto rows = static_cast<std::size_t>(chunk.range.size());
    const auto first = static_cast<std::size_t>(chunk.range.first);
    const auto outputs = static_cast<std::size_t>(outputs_);
    std::vector<double> left(outputs * rows);
    for (std::size_t k = 0; k < outputs; ++k) {
      double* const h = left.data() + k * rows;
      std::copy_n(channels[k].begin() + static_cast<std::ptrdiff_t>(first), rows, h);
      for (std::size_t j = 0; j < means_.size(); ++j) {
        const double b = beta(static_cast<Eigen::Index>(j), static_cast<Eigen::Index>(k));
        const double* const g = channels[outputs + j].data() + first;
        for (std::size_t i = 0; i < rows; ++i) h[i] -= b * (g[i] - means_[j]);
      }
    }
    return left;
  }

  // beta (p, outputs): least squares with the control variates scaled to unit norm on the points. Directions that are
  // zero to rounding (constant or collinear functions) get no weight: the solution of least norm.
  Eigen::MatrixXd fit() const {
    const auto p = static_cast<Eigen::Index>(means_.size());
    const auto outputs = static_cast<Eigen::Index>(outputs_);
    TriangularFactor factor(p + outputs);
    Eigen::VectorXd norms = Eigen::VectorXd::Zero(p);
    std::size_t rows = 1;
    for (std::size_t s = 0; s < used_.size(); ++s) {
      if (used_[s] == 0) continue;
      const auto count = static_cast<std::size_t>(used_[s]);
      const auto values = [&](Eigen::Index channel) {
        return std::span<const double>(data_[s][static_cast<std::size_t>(channel)]).first(count);
      };
      std::vector<std::vector<double>> columns;
      for (Eigen::Index j = 0; j < p; ++j) {
        const std::span<const double> g = values(outputs + j);
        norms[j] += pairwise_sum(0, count, [g](std::size_t i) { return g[i] * g[i]; });
        columns.push_back(regressor(g));
      }
      for (Eigen::Index k = 0; k < outputs; ++k) columns.push_back(regressor(values(k)));
      rows = std::max(rows, count);
      factor.add(columns);
    }
    const Eigen::VectorXd scale = norms.unaryExpr([](double s) { return s > 0 ? 1 / std::sqrt(s) : 0.0; });
    const Eigen::MatrixXd a = factor.matrix().topLeftCorner(p, p) * scale.asDiagonal();
    const Eigen::MatrixXd b = factor.matrix().topRightCorner(p, outputs);
    const Eigen::JacobiSVD<Eigen::MatrixXd> svd(a, Eigen::ComputeThinU | Eigen::ComputeThinV);
    const double zero = 16 * std::numeric_limits<double>::epsilon() * (ceil_log2(static_cast<Index>(rows)) + 1);
    const Eigen::VectorXd inverse = svd.singularValues().unaryExpr([zero](double s) { return s > zero ? 1 / s : 0.0; });
    return scale.asDiagonal() * (svd.matrixV() * (inverse.asDiagonal() * (svd.matrixU().transpose() * b)));
  }

  std::vector<double> regressor(std::span<const double> values) const {
    const std::size_t n = values.size();
    if (!on_coefficients_) {
      std::vector<double> centred(values.begin(), values.end());
      const double mean = sum_of(values) / static_cast<double>(n);
      for (double& v : centred) v -= mean;
      return centred;
    }
    const std::size_t first = std::max<std::size_t>(n / 32, 1);
    if (symmetry_ == SymmetryKind::cyclic) {
      std::vector<std::complex<double>> z(n / 2 + 1);
      rfftbr(values, z);
      std::vector<double> parts;
      for (std::size_t k = first; k <= n / 2; ++k) parts.insert(parts.end(), {z[k].real(), z[k].imag()});
      return parts;
    }
    std::vector<double> y(values.begin(), values.end());
    fwht(y);
    return {y.begin() + static_cast<std::ptrdiff_t>(first), y.end()};
  }

  EstimatorFactory make_rule_;
  std::unique_ptr<Estimator> rule_;
  std::vector<Chunk> plan_;
  std::vector<double> means_;
  bool on_coefficients_;
  SymmetryKind symmetry_;
  Index outputs_ = 0;
  Tolerance tolerance_;
  std::vector<Channels> data_;  // [stream][channel][point], all that was sampled
  std::vector<Index> used_;     // [stream] points that the present stage may use
};

}  // namespace

std::unique_ptr<Estimator> with_control_variates(EstimatorFactory make_rule, std::vector<double> means,
                                                 bool on_coefficients, SymmetryKind symmetry) {
  return std::make_unique<Controlled>(std::move(make_rule), std::move(means), on_coefficients, symmetry);
}

}  // namespace korobov::detail
