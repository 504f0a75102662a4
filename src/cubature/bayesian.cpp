// Rule bayes. All quantities are those of the kernel divided by its scale, k = 1 + (k - 1), whose first Gram column
// less 1 gives the eigenvalues without cancellation: lambda_0 = n + lambda'_0, the others as they are. Coefficients are
// the real ones of spectral_basis.hpp, c = Q y; with |c|^2 = sum |y~|^2 / n the sums over k of rules.hpp become sums
// over c.
//
// Parameters: for every kernel in question (orders 1..4, or the given one) the common factor of the weights by Brent's
// method (Brent 1973, chapter 5) in its logarithm, over the whole range on a quarter of the first points and near the
// last optimum afterwards, without the orders that were far behind, from a table of the kernel's values per coordinate
// on at most 2^13 points; then, where asked for, every weight of the best kernel by limited-memory BFGS, dL/dlambda
// through the adjoint of the eigenvalues' transform.
//
// The check of the decay: under the model the c_k^2 / (s^2 lambda_k) are squares of independent normal variables. Their
// mean over the h smallest eigenvalues, h = n/2, n/4, n/16, relative to the mean over all, is 1 +- sqrt(2 / h); a jump
// or kink makes it larger, because its coefficients decay more slowly than those of any of the kernels. On scrambled
// nets a kink's do not: they fall steeply at first and then as those of a kernel of low order, so that the kernel that
// fits the many small ones gives the few large ones too little. The mean over the 63 largest eigenvalues shows that,
// where the smallest half does not fall below the kernel's too, as a smooth integrand's does.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

#include <boost/math/distributions/normal.hpp>
#include <boost/math/tools/minima.hpp>

#include <korobov/core/bits.hpp>
#include <korobov/core/error.hpp>
#include <korobov/kernels/digitally_shift_invariant.hpp>
#include <korobov/kernels/shift_invariant.hpp>

#include "core/sums.hpp"
#include "cubature/cone.hpp"
#include "cubature/estimator.hpp"
#include "gp/minimise.hpp"
#include "gram/spectral_basis.hpp"

namespace korobov::detail {
namespace {

using Criterion = Bayesian::Criterion;

constexpr Index most_fitted = Index{1} << 13;
constexpr double least_exponent = -6;  // of the weights' common factor, decimal
constexpr double most_exponent = 2;
constexpr double nearby = 0.7;  // exponents looked at around the last optimum
constexpr int brent_bits = 8;
constexpr int most_evaluations = 100;
constexpr double most_beyond = 0.25;  // of lambda_0 / n - 1
constexpr double refused = 1e9;
constexpr double hopeless = 0.1;           // log likelihood per point behind the best order
constexpr Index least_quartered = 1 << 9;  // from here on a quarter of the points shows where to look
// Measured on smooth functions, kinks and jumps; docs/error_bounds.md has the figures.
constexpr double tail_allowed = 1.15;
constexpr double tail_deviations = 3;
constexpr double tail_refuted = 9;     // an interval three times too narrow
constexpr double decay_fraction = 10;  // of the decay bound
constexpr Index head_size = 63;
constexpr double head_allowed = 4.5;
constexpr double head_tail = 0.6;  // of the smallest half: below it the integrand is smoother than the kernel

std::size_t as_size(Index n) { return static_cast<std::size_t>(n); }

// sum log v over k >= first: a logarithm for eight of them, whose product stays within the range of doubles when they
// are between 1e-35 and 1e35.
double sum_of_logs(std::span<const double> v, std::size_t first) {
  double sum = 0;
  std::size_t k = first;
  for (; k + 8 <= v.size(); k += 8) {
    double product = v[k];
    for (std::size_t i = 1; i < 8; ++i) product *= v[k + i];
    sum += std::log(product);
  }
  for (; k < v.size(); ++k) sum += std::log(v[k]);
  return sum;
}

// Eigenvalues of k - 1 become those of k over n, none below its rounding error (SpectralBasis::rounding of the column,
// whose norm is theirs over sqrt n). Returns lambda_0 / n - 1, no less than that either: an order too high for double
// precision must not make an interval of width 0.
double finish_eigenvalues(std::span<double> lambda) {
  const double n = static_cast<double>(lambda.size());
  const double norm =
      std::sqrt(pairwise_sum(0, lambda.size(), [&](std::size_t k) { return lambda[k] * lambda[k]; }) / n);
  const double rounding = 4 * std::numeric_limits<double>::epsilon() * (std::log2(n) + 2) * norm;
  for (double& value : lambda) value = std::max(value, rounding) / n;
  const double beyond = lambda[0];
  lambda[0] = 1 + beyond;
  return beyond;
}

// What the criteria are made of: sums over k >= 1 but for inverse_sum; lambda over n, c^2 over n, so that they are of
// order 1 whatever n.
struct Sums {
  double quadratic = 0;    // sum c^2 / lambda
  double quadratic_2 = 0;  // sum (c / lambda)^2
  double inverse = 0;      // sum 1 / lambda, all k
};

Sums sums_of(std::span<const double> lambda, std::span<const double> squares) {
  Sums s;
  const std::size_t n = lambda.size();
  s.quadratic = pairwise_sum(1, n, [&](std::size_t k) { return squares[k] / lambda[k]; });
  s.quadratic_2 = pairwise_sum(1, n, [&](std::size_t k) { return squares[k] / lambda[k] / lambda[k]; });
  s.inverse = pairwise_sum(0, n, [&](std::size_t k) { return 1 / lambda[k]; });
  return s;
}

// What the parameters minimise, over n and but for a constant.
double objective(Criterion criterion, std::span<const double> lambda, std::span<const double> squares) {
  const double n = static_cast<double>(lambda.size());
  double value = 0;
  if (criterion == Criterion::gcv) {
    const Sums s = sums_of(lambda, squares);
    value = std::log(s.quadratic_2) - 2 * std::log(s.inverse);
  } else {
    const double quadratic = pairwise_sum(1, lambda.size(), [&](std::size_t k) { return squares[k] / lambda[k]; });
    const std::size_t first = criterion == Criterion::mle ? 0 : 1;
    value = sum_of_logs(lambda, first) / (n - static_cast<double>(first)) + std::log(quadratic);
  }
  return value;
}

// Its derivatives in the eigenvalues.
void objective_slopes(Criterion criterion, std::span<const double> lambda, std::span<const double> squares,
                      std::span<double> slopes) {
  const double n = static_cast<double>(lambda.size());
  const Sums s = sums_of(lambda, squares);
  const double first = criterion == Criterion::full ? 1 : 0;
  for (std::size_t k = 0; k < lambda.size(); ++k) {
    const double square = k == 0 ? 0 : squares[k] / (lambda[k] * lambda[k]);
    const double slope = criterion == Criterion::gcv
                             ? 2 / (lambda[k] * lambda[k] * s.inverse) - 2 * square / lambda[k] / s.quadratic_2
                             : 1 / lambda[k] / (n - first) - square / s.quadratic;
    slopes[k] = slope / n;
  }
  if (criterion == Criterion::full) slopes[0] = 0;
}

// The fitted kernel of one output.
struct Model {
  AnyKernel kernel;                // scale 1
  std::vector<double> exponents;   // of every kernel in question, the last optimum; empty before the first
  std::vector<unsigned char> out;  // kernels out of the question
  std::vector<double> lambda;      // less n in [0], of the first lambda.size() points; kept once the kernel is
};

// Sums of c^2 / lambda over the smallest eigenvalues, k >= 1, of equal ones over the smallest terms first. Positive
// doubles are in the order of their bits, so one pass counts them by their leading bits and only the class that a
// sum ends in is looked at closer.
class SumsInOrder {
 public:
  SumsInOrder(std::span<const double> lambda, std::span<const double> squares)
      : lambda_(lambda.subspan(1)), squares_(squares.subspan(1)) {
    const auto [least, most] = std::minmax_element(lambda_.begin(), lambda_.end());
    least_ = std::bit_cast<std::uint64_t>(*least);
    const int bits = std::min(12, static_cast<int>(std::bit_width(lambda.size())) - 3);
    shift_ = std::max(0, static_cast<int>(std::bit_width(std::bit_cast<std::uint64_t>(*most) - least_)) - bits);
    classes_.resize(class_of(*most) + 1);
    for (std::size_t k = 0; k < lambda_.size(); ++k) {
      Class& c = classes_[class_of(lambda_[k])];
      ++c.count;
      c.sum += squares_[k] / lambda_[k];
    }
  }
  std::size_t size() const { return lambda_.size(); }
  double of_smallest(std::size_t h) const {
    double sum = 0;
    std::size_t c = 0;
    for (; c < classes_.size() && classes_[c].count <= h; ++c) {
      h -= classes_[c].count;
      sum += classes_[c].sum;
    }
    if (h == 0) return sum;
    std::vector<std::pair<double, double>> members;  // lambda, c^2 / lambda
    for (std::size_t k = 0; k < lambda_.size(); ++k) {
      if (class_of(lambda_[k]) == c) members.emplace_back(lambda_[k], squares_[k] / lambda_[k]);
    }
    std::nth_element(members.begin(), members.begin() + static_cast<std::ptrdiff_t>(h), members.end());
    return sum + pairwise_sum(0, h, [&](std::size_t k) { return members[k].second; });
  }

 private:
  struct Class {
    std::size_t count = 0;
    double sum = 0;
  };

  std::size_t class_of(double value) const {
    return static_cast<std::size_t>((std::bit_cast<std::uint64_t>(value) - least_) >> static_cast<unsigned>(shift_));
  }

  std::span<const double> lambda_, squares_;
  std::uint64_t least_ = 0;
  int shift_ = 0;
  std::vector<Class> classes_;
};

// Where the interval at one sample size should not be trusted.
struct Misfit {
  bool in_tail = false;
  bool in_head = false;
  bool refuted = false;
  bool below_decay = false;
  bool constant = false;
  bool between = false;
};

struct Judgement {
  Model model;
  Interval interval;
  Misfit misfit;
};

class Bayes final : public Estimator {
 public:
  Bayes(const Bayesian& rule, const Plan& plan)
      : rule_(rule), points_(plan.points), confidence_(plan.confidence), n_min_(plan.n_min) {
    const Index d = plan.points.dimension();
    if (rule.kernel) {
      std::vector<double> parameters(rule.kernel->parameters().begin(), rule.kernel->parameters().end());
      parameters[0] = 1;
      kernels_.push_back(rule.kernel->with(parameters));
    } else {
      for (const double alpha : {1.0, 2.0, 3.0, 4.0}) {
        if (points_.symmetry() == SymmetryKind::cyclic)
          kernels_.push_back(ShiftInvariantKernel(d, {.alpha = alpha}));
        else
          kernels_.push_back(DigitallyShiftInvariantKernel(d, {.alpha = alpha}));
      }
    }
    const std::vector<std::string> names = kernels_.front().parameter_names();
    for (std::size_t i = 0; i < names.size(); ++i)
      if (names[i].find("weights[") != std::string::npos) weights_.push_back(i);
  }

  std::vector<Chunk> next() const override {
    if (n_ == 0) return {{0, {0, n_min_}}};
    if (2 * n_ > most_cone_points) return {};
    return {{0, {n_, 2 * n_}}};
  }

  // Nothing but the values and the cones has changed when something throws, and they do not change twice.
  void absorb(const Chunk& chunk, MatrixSpan<double> values) override {
    while (static_cast<Index>(outputs_.size()) < values.rows) {
      Output output{{}, Cone(points_.symmetry(), CoefficientDecay{}), {kernels_.front(), {}, {}, {}}};
      outputs_.push_back(std::move(output));
    }
    const Index n = chunk.range.last;
    for (Index k = absorbed_; k < values.rows; ++k, ++absorbed_) {
      Output& output = outputs_[as_size(k)];
      output.values.resize(as_size(n));
      std::copy_n(&values(k, 0), values.cols, output.values.begin() + chunk.range.first);
      output.cone.extend({&values(k, 0), as_size(values.cols)});
    }
    std::vector<Judgement> judged = judge(n);
    Stage stage{n, {}};
    std::vector<Misfit> misfits;
    for (const Judgement& j : judged) {
      stage.intervals.push_back(j.interval);
      misfits.push_back(j.misfit);
    }
    stages_.reserve(stages_.size() + 1);
    misfits_.reserve(stages_.size() + 1);
    stages_.push_back(std::move(stage));
    misfits_.push_back(std::move(misfits));
    for (std::size_t k = 0; k < judged.size(); ++k) outputs_[k].model = std::move(judged[k].model);
    absorbed_ = 0;
    n_ = n;
  }

  void set_tolerance(const Tolerance& tolerance) override { tolerance_ = tolerance; }

  std::vector<std::string> caveats() const override {
    std::vector<std::string> list;
    if (!points_.is_randomized()) list.emplace_back(plain_caveat);
    for (std::size_t k = 0; k < outputs_.size() && !stages_.empty(); ++k) {
      const std::string whose = outputs_.size() > 1 ? " of output " + shown(k) : std::string{};
      const Misfit& misfit = misfit_of(k);
      if (misfit.refuted)
        list.push_back("the coefficients" + whose + " refute the kernel: the interval is too narrow");
      else if (misfit.in_tail)
        list.push_back("the coefficients" + whose +
                       " decay more slowly than the kernel's: the interval may be too narrow");
      if (misfit.in_head)
        list.push_back("the largest coefficients" + whose +
                       " are above the kernel's, as those of a kink: the interval may be too narrow");
      if (misfit.below_decay)
        list.push_back("the interval" + whose + " is below a tenth of the decay bound: it rests on the kernel alone");
      if (misfit.between)
        list.push_back(
            "the kernel" + whose +
            " varies too much between the points: the interval may be too narrow, that of criterion full is not");
      if (misfit.constant) list.push_back("the values" + whose + " do not vary: there is nothing to fit the kernel to");
    }
    return list;
  }

  bool assumption_failed() const override {
    for (std::size_t k = 0; k < outputs_.size() && !stages_.empty(); ++k)
      if (misfit_of(k).refuted) return true;
    return false;
  }

 private:
  struct Output {
    std::vector<double> values;
    Cone cone;
    Model model;
  };

  // At the stage that decided output k, or the last one.
  const Misfit& misfit_of(std::size_t k) const {
    for (std::size_t i = 0; i < stages_.size(); ++i)
      if (tolerance_.is_met(stages_[i].intervals[k])) return misfits_[i][k];
    return misfits_.back()[k];
  }

  std::vector<Judgement> judge(Index n) const {
    std::vector<Model> models;
    for (const Output& output : outputs_) models.push_back(output.model);
    const Index fitted = std::min(n, most_fitted);
    if (rule_.optimize && n_ == 0 && fitted >= least_quartered) fit(fitted / 4, models);
    if (rule_.optimize && (n <= most_fitted || n_ == 0)) fit(fitted, models);
    std::vector<Judgement> judged;
    for (std::size_t k = 0; k < outputs_.size(); ++k) judged.push_back(judge(n, outputs_[k], std::move(models[k])));
    return judged;
  }

  // The squares of the coefficients of the first n values, over n.
  std::vector<double> squares_of(const SpectralBasis& basis, const Output& output) const {
    const Index n = basis.size();
    std::vector<double> squares(as_size(n));
    basis.forward(MatrixSpan<const double>(output.values.data(), n, 1), MatrixSpan<double>(squares.data(), n, 1));
    for (double& c : squares) c *= c / static_cast<double>(n);
    return squares;
  }

  // Finds all outputs' kernels on the first n points.
  void fit(Index n, std::vector<Model>& models) const {
    const SpectralBasis basis(points_, n);
    std::vector<std::vector<double>> squares;
    for (const Output& output : outputs_) squares.push_back(squares_of(basis, output));
    const Index d = points_.dimension();
    std::vector<Word> words(as_size(n * d));
    const MatrixSpan<Word> rows(words.data(), n, d, 1, n);
    differences(points_, {0, n}, rows);
    const Index columns = kernels_.front().table_columns();
    std::vector<double> memory(as_size(n * columns)), column(as_size(n)), lambda(as_size(n));
    const MatrixSpan<double> table(memory.data(), n, columns, 1, n);
    std::vector<double> least(models.size(), std::numeric_limits<double>::infinity());
    std::vector<std::size_t> best(models.size(), kernels_.size());  // which kernel
    for (Model& model : models) {
      model.exponents.resize(kernels_.size(), most_exponent + 1);
      model.out.resize(kernels_.size(), 0);
    }
    std::vector<std::vector<double>> objectives(models.size());
    for (std::size_t i = 0; i < kernels_.size(); ++i) {
      kernels_[i].tabulate(rows, table);
      for (std::size_t k = 0; k < models.size(); ++k) {
        if (is_constant(squares[k]) || models[k].out[i] != 0) continue;
        const auto at = [&](double exponent) {
          scaled(kernels_[i], exponent).column_of_table(table, column);
          basis.eigenvalues(column, lambda);
          const double beyond = finish_eigenvalues(lambda);
          const double value = objective(rule_.criterion, lambda, squares[k]);
          // What is not allowed slopes towards what is.
          return is_allowed(beyond) && std::isfinite(value) ? value : refused * (1 + exponent - least_exponent);
        };
        double& last = models[k].exponents[i];
        const bool is_first = last > most_exponent;
        const double lower = is_first ? least_exponent : std::max(least_exponent, last - nearby);
        const double upper = is_first ? most_exponent : std::min(most_exponent, last + nearby);
        std::uintmax_t steps = 30;
        const auto [exponent, value] = boost::math::tools::brent_find_minima(at, lower, upper, brent_bits, steps);
        last = exponent;
        objectives[k].resize(kernels_.size(), std::numeric_limits<double>::lowest());
        objectives[k][i] = value;
        if (value >= least[k]) continue;
        least[k] = value;
        models[k].kernel = scaled(kernels_[i], exponent);
        models[k].lambda.clear();
        best[k] = i;
      }
    }
    for (std::size_t k = 0; k < models.size(); ++k)
      for (std::size_t i = 0; i < objectives[k].size(); ++i)
        if (objectives[k][i] > least[k] + hopeless) models[k].out[i] = 1;
    if (rule_.weights == Bayesian::Weights::shared || weights_.empty()) return;
    for (std::size_t i = 0; i < kernels_.size(); ++i) {
      if (std::find(best.begin(), best.end(), i) == best.end()) continue;
      kernels_[i].tabulate(rows, table);
      for (std::size_t k = 0; k < models.size(); ++k)
        if (best[k] == i) fit_weights(basis, squares[k], table, models[k].kernel);
    }
  }

  // Every weight by itself, from where the common factor left it.
  void fit_weights(const SpectralBasis& basis, std::span<const double> squares, MatrixSpan<const double> table,
                   AnyKernel& kernel) const {
    const std::vector<std::string> all = kernel.parameter_names();
    std::vector<double> parameters(kernel.parameters().begin(), kernel.parameters().end());
    std::vector<double> derivatives(parameters.size()), weights;
    std::vector<std::string> names;
    for (const std::size_t i : weights_) {
      weights.push_back(parameters[i]);
      names.push_back(all[i]);
    }
    std::vector<double> column(squares.size()), lambda(squares.size()), slopes(squares.size());
    const Objective at = [&](std::span<const double> theta, std::span<double> gradient) {
      for (std::size_t i = 0; i < theta.size(); ++i) parameters[weights_[i]] = theta[i];
      const AnyKernel now = kernel.with(parameters);
      now.column_of_table(table, column);
      basis.eigenvalues(column, lambda);
      if (!is_allowed(finish_eigenvalues(lambda))) return std::numeric_limits<double>::infinity();
      objective_slopes(rule_.criterion, lambda, squares, slopes);
      basis.pull_back(slopes, column);
      now.pull_back_of_table(table, column, derivatives);
      for (std::size_t i = 0; i < theta.size(); ++i) gradient[i] = derivatives[weights_[i]];
      return objective(rule_.criterion, lambda, squares);
    };
    std::vector<double> slope(weights.size());
    if (!std::isfinite(at(weights, slope))) return;
    minimise(at, names, {.restarts = 0, .max_evaluations = most_evaluations}, weights);
    for (std::size_t i = 0; i < weights.size(); ++i) parameters[weights_[i]] = weights[i];
    kernel = kernel.with(parameters);
  }

  AnyKernel scaled(const AnyKernel& kernel, double exponent) const {
    std::vector<double> parameters(kernel.parameters().begin(), kernel.parameters().end());
    const double factor = std::pow(10.0, exponent);
    for (const std::size_t i : weights_) parameters[i] *= factor;
    return kernel.with(parameters);
  }

  // mle and gcv take the estimated mean for the true one: right where the kernel leaves little to be seen between the
  // points. A kernel of huge weights is white noise to any n points, and would make the interval vanish.
  bool is_allowed(double beyond) const { return rule_.criterion == Criterion::full || beyond <= most_beyond; }

  static bool is_constant(std::span<const double> squares) {
    const double rounding =
        8 * std::numeric_limits<double>::epsilon() * (std::log2(static_cast<double>(squares.size())) + 2);
    const double varying = pairwise_sum(1, squares.size(), [&](std::size_t k) { return squares[k]; });
    return varying <= rounding * rounding * squares[0];
  }

  Judgement judge(Index n, const Output& output, Model model) const {
    const SpectralBasis basis(points_, n);
    std::vector<double> squares = squares_of(basis, output);
    extend_eigenvalues(n, model);
    std::vector<double> lambda = model.lambda;
    const double beyond = finish_eigenvalues(lambda);
    const double half_width = half_width_of(lambda, squares, beyond);
    const double mean = output.cone.mean();
    Judgement judged{std::move(model), {mean - half_width, mean + half_width}, {}};
    judged.misfit.constant = is_constant(squares);
    judged.misfit.between = beyond > 1.01 * most_beyond && rule_.criterion != Criterion::full;
    if (!judged.misfit.constant) {
      judged.misfit.below_decay = half_width * decay_fraction < output.cone.bound();
      check_tail(lambda, squares, judged.misfit);
    }
    return judged;
  }

  // Of the first n points, from those of n/2 where the kernel is the same.
  void extend_eigenvalues(Index n, Model& model) const {
    std::vector<double> lambda(as_size(n));
    if (std::ssize(model.lambda) * 2 == n) {
      std::vector<double> column(as_size(n / 2));
      first_column(points_, model.kernel, {n / 2, n}, column);
      SpectralBasis(points_, n / 2).doubled_eigenvalues(model.lambda, column, lambda);
    } else {
      std::vector<double> column(as_size(n));
      first_column(points_, model.kernel, {0, n}, column);
      SpectralBasis(points_, n).eigenvalues(column, lambda);
    }
    model.lambda = std::move(lambda);
  }

  double half_width_of(std::span<const double> lambda, std::span<const double> squares, double beyond) const {
    const double n = static_cast<double>(lambda.size());
    const Sums s = sums_of(lambda, squares);  // quadratic: sum |y~|^2 / lambda / n
    const double left = beyond / (1 + beyond);
    switch (rule_.criterion) {
      case Criterion::mle:
        return normal_quantile(confidence_) * std::sqrt(left * s.quadratic / n);
      case Criterion::full:
        return student_quantile(static_cast<std::uint32_t>(std::min(n, 0x1p31)) - 1, confidence_) *
               std::sqrt(beyond * s.quadratic / (n - 1));
      case Criterion::gcv:
        return normal_quantile(confidence_) * std::sqrt(left * s.quadratic_2 / s.inverse);
    }
    return std::numeric_limits<double>::quiet_NaN();
  }

  static void check_tail(std::span<const double> lambda, std::span<const double> squares, Misfit& misfit) {
    const SumsInOrder sums(lambda, squares);
    const double all = sums.of_smallest(sums.size()) / static_cast<double>(sums.size());
    for (const std::size_t share : {2U, 4U, 16U}) {
      const std::size_t h = lambda.size() / share;
      const double ratio = sums.of_smallest(h) / static_cast<double>(h) / all;
      misfit.in_tail |= ratio > tail_allowed + tail_deviations * std::sqrt(2 / static_cast<double>(h));
      misfit.refuted |= ratio > tail_refuted;
      if (share == 2) misfit.in_head = ratio > head_tail;
    }
    const std::size_t head = std::min(sums.size(), as_size(head_size));
    const double head_sum = sums.of_smallest(sums.size()) - sums.of_smallest(sums.size() - head);
    misfit.in_head &= head_sum > head_allowed * all * static_cast<double>(head);
  }

  Bayesian rule_;
  AnyPointSet points_;
  double confidence_;
  Index n_min_;
  std::vector<AnyKernel> kernels_;    // in question, scale 1
  std::vector<std::size_t> weights_;  // which of their parameters are weights
  Tolerance tolerance_;
  Index n_ = 0;
  Index absorbed_ = 0;  // outputs whose values are in, should something throw
  std::vector<Output> outputs_;
  std::vector<std::vector<Misfit>> misfits_;  // [stage][output]
};

void require_kernel(const AnyKernel& kernel, const AnyPointSet& points) {
  require(kernel.fits(points.dimension()), "rule.kernel",
          "must have the dimension of the points, " + shown(points.dimension()), kernel.dimension());
  require(kernel.symmetry() != SymmetryKind::unstructured, "rule.kernel",
          "must be shift-invariant (lattices) or digitally shift-invariant (nets)", std::string_view("another kernel"));
  require_kernel_symmetry(kernel.symmetry(), points.symmetry());
  require(kernel.parameter_names().front() == "scale" &&
              kernel.column(MatrixSpan<const Word>(nullptr, 0, points.dimension()), {}) > 0,
          "rule.kernel", "must be one product kernel, whose integral is its scale: no sum, product or derivative",
          std::string_view("another kernel"));
  require(kernel.at_zero() > kernel.integral(), "rule.kernel",
          "must have a positive weight: a constant one knows no error", std::string_view("a constant kernel"));
}

}  // namespace

double normal_quantile(double confidence) {
  return boost::math::quantile(boost::math::complement(boost::math::normal(), (1 - confidence) / 2));
}

std::unique_ptr<Estimator> make_bayesian(const Bayesian& rule, const Plan& plan) {
  require(plan.points.symmetry() != SymmetryKind::dyadic_tree, "points",
          "rule bayes needs points that form a group; nested uniform scrambling leaves none, rule replicated takes it",
          plan.points.description());
  require(has_coefficients(plan.points), "points",
          "rule bayes needs a set with a fast transform: a net, or a lattice in radical-inverse order",
          plan.points.description());
  require(is_power_of_two(plan.n_min), "n_min", "must be a power of two for rule bayes", plan.n_min);
  require(plan.n_min >= 64, "n_min", "must be at least 64 for rule bayes", plan.n_min);
  require(rule.kernel || rule.optimize, "rule.kernel", "must be given where nothing is optimized",
          std::string_view("none"));
  if (rule.kernel) require_kernel(*rule.kernel, plan.points);
  return std::make_unique<Bayes>(rule, plan);
}

}  // namespace korobov::detail
