#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <korobov/core/error.hpp>
#include <korobov/gp/dense_gaussian_process.hpp>
#include <korobov/gram/dense_gram.hpp>

#include "gp/minimise.hpp"
#include "gp/paths.hpp"

namespace korobov {
namespace {

using detail::require;
using detail::shown;
using Matrix = Eigen::MatrixXd;

std::size_t as_size(Index n) { return static_cast<std::size_t>(n); }

MatrixSpan<double> span_of(Matrix& a) { return {a.data(), a.rows(), a.cols(), 1, a.rows()}; }
MatrixSpan<const double> span_of(const Matrix& a) { return {a.data(), a.rows(), a.cols(), 1, a.rows()}; }

Matrix matrix_of(MatrixSpan<const double> values, const char* name) {
  Matrix a(values.rows, values.cols);
  for (Index i = 0; i < values.rows; ++i) {
    for (Index j = 0; j < values.cols; ++j) {
      require(std::isfinite(values(i, j)), name, "must be finite", values(i, j));
      a(i, j) = values(i, j);
    }
  }
  return a;
}

// Relative to the diagonal, what the factorization of an (n, n) matrix may lose: Higham 2002, theorem 10.7.
double rounding(Index n) {
  const auto count = static_cast<double>(n);
  return count * (count + 1) * 0.5 * std::numeric_limits<double>::epsilon();
}

// A, with the rounding error on the diagonal unless the noise is 0.
DenseGram trial_of(const AnyKernel& kernel, const Matrix& x, double noise) {
  return {span_of(x), kernel, noise > 0 ? noise + rounding(x.rows()) * kernel.at_zero() : 0};
}

[[noreturn]] void fail(const DenseGram& gram, const AnyKernel& kernel, double noise) {
  const double least = gram.eigenvalues().front();
  const double more = std::max(rounding(gram.size()) * kernel.at_zero(), -2 * least);
  throw NumericalError("fit: needs a positive definite matrix; its smallest eigenvalue of " + shown(gram.size()) +
                       " is " + shown(least) + ": raise noise from " + shown(noise) + " to more than " +
                       shown(noise + more));
}

DenseGram gram_of(const AnyKernel& kernel, const Matrix& x, double noise) {
  DenseGram gram = trial_of(kernel, x, noise);
  if (!gram.is_positive_definite()) fail(gram, kernel, noise);
  return gram;
}

// A^-1 b.
Matrix solved(const DenseGram& gram, Matrix b) {
  gram.solve(span_of(std::as_const(b)), span_of(b));
  return b;
}

double minus_log_likelihood(const DenseGram& gram, const Matrix& y, const Matrix& alpha) {
  const auto n = static_cast<double>(y.rows());
  return 0.5 * ((y.array() * alpha.array()).sum() +
                static_cast<double>(y.cols()) * (gram.logdet() + n * std::log(2 * std::numbers::pi)));
}

// The root of the mean square of y; 1 for zeros.
double unit_of(const Matrix& y) {
  const double largest = y.cwiseAbs().maxCoeff();
  if (largest == 0) return 1;
  const double unit = largest * std::sqrt((y / largest).squaredNorm() / static_cast<double>(y.size()));
  require(unit >= 1e-140 && unit <= 1e140, "y", "must be between 1e-140 and 1e140 in root mean square", unit);
  return unit;
}

struct Hyperparameters {
  AnyKernel kernel;
  double noise = 0;
};

// The likeliest factor of kernel and noise together, and the likelihood it leaves, but for a constant.
struct Profile {
  double factor = 1;
  double value = std::numeric_limits<double>::infinity();
};
Profile profile_of(const Hyperparameters& at, const Matrix& x, const Matrix& y) {
  const DenseGram gram = trial_of(at.kernel, x, at.noise);
  if (!gram.is_positive_definite()) return {};
  const double factor = (y.array() * solved(gram, y).array()).sum() / static_cast<double>(y.size());
  if (!(factor > 0 && std::isfinite(factor))) return {};
  return {factor, static_cast<double>(y.rows()) * std::log(factor) + gram.logdet()};
}

// Where to start on y of mean square 1: with that variance. A noise to be learnt may be of any order of magnitude: the
// largest of several and that given whose likelihood is within a factor of e (per output) of the best one. Far below
// the noise that matters the slope in its logarithm vanishes, and a search that starts there never comes back.
Hyperparameters first_of(const Hyperparameters& given, bool with_noise, const Matrix& x, const Matrix& y) {
  const double variance = given.kernel.at_zero();
  if (!(variance > 0)) return given;
  const AnyKernel unit = (1 / variance) * given.kernel;
  if (!with_noise) return {unit, given.noise};
  std::array noises{std::clamp(given.noise, 1e-10, 1.0), 1e-8, 1e-6, 1e-4, 1e-2, 1.0};
  std::ranges::sort(noises, std::greater{});
  std::array<Profile, noises.size()> profiles;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < noises.size(); ++k) {
    profiles[k] = profile_of({unit, noises[k]}, x, y);
    least = std::min(least, profiles[k].value);
  }
  for (std::size_t k = 0; std::isfinite(least) && k < noises.size(); ++k) {
    const double factor = profiles[k].factor;
    if (profiles[k].value <= least + 2) return {factor * unit, factor * noises[k]};
  }
  return {unit, given.noise};
}

}  // namespace

struct DenseGaussianProcess::State {
  AnyKernel kernel;
  double noise = 0;
  Matrix x{};
  Matrix y{};
  Matrix alpha{};
  std::optional<DenseGram> gram{};
  int evaluations = 0;

  // In units in which the mean square of y is 1; the hyper-parameters given stay if none are likelier.
  void learn(const FitOptions& options, bool with_noise) {
    const double unit = unit_of(y);
    const Matrix values = y / unit;
    const auto r = static_cast<double>(y.cols());
    const double square = unit * unit;
    const Hyperparameters given{(1 / square) * kernel, noise / square};
    const Hyperparameters first = first_of(given, with_noise, x, values);
    std::vector<double> theta(first.kernel.parameters().begin(), first.kernel.parameters().end());
    auto names = first.kernel.parameter_names();
    theta.push_back(with_noise ? first.noise : 0.0);
    names.emplace_back("noise");
    const auto at_theta = [&](std::span<const double> at) {
      return Hyperparameters{first.kernel.with(at.first(at.size() - 1)), with_noise ? at.back() : first.noise};
    };
    const auto minus_log = [&](const Hyperparameters& at) {
      const DenseGram trial = trial_of(at.kernel, x, at.noise);
      return trial.is_positive_definite() ? minus_log_likelihood(trial, values, solved(trial, values))
                                          : std::numeric_limits<double>::infinity();
    };
    const detail::Objective objective = [&](std::span<const double> at, std::span<double> gradient) {
      const auto [of_kernel, of_noise] = at_theta(at);
      const DenseGram trial = trial_of(of_kernel, x, of_noise);
      if (!trial.is_positive_definite()) return std::numeric_limits<double>::quiet_NaN();  // not a point to stay
      const Matrix weights = solved(trial, values);
      Matrix dk = solved(trial, Matrix::Identity(x.rows(), x.rows()));
      dk = 0.5 * (r * dk - weights * weights.transpose());
      gradient.back() = dk.trace();
      if (of_noise > 0) dk.diagonal() *= 1 + rounding(x.rows());
      of_kernel.pull_back(span_of(x), span_of(x), span_of(std::as_const(dk)), gradient.first(gradient.size() - 1));
      return minus_log_likelihood(trial, values, weights);
    };
    try {
      constexpr double first_step = 1;  // a noise kept, far below the data's, makes slopes of any size
      evaluations = detail::minimise(objective, names, options, theta, first_step);
    } catch (const NumericalError&) {
      const AnyKernel at = square * first.kernel;
      const DenseGram trial = trial_of(at, x, noise);
      if (!(trial.eigenvalues().front() > rounding(x.rows()) * at.at_zero())) fail(trial, at, noise);
      throw;
    }
    const Hyperparameters learnt = at_theta(theta);
    if (minus_log(given) < minus_log(learnt)) return;
    kernel = square * learnt.kernel;
    if (with_noise) noise = square * learnt.noise;
  }

  void require_x(MatrixSpan<const double> points) const {
    require(x.rows() == 0 || points.cols == x.cols(), "x", "must have as many columns as the data, " + shown(x.cols()),
            points.cols);
  }
  // L^-1 k(design, x), (n, m).
  Matrix half(MatrixSpan<const double> points) const {
    Matrix k(x.rows(), points.rows);
    kernel.cross(span_of(x), points, span_of(k));
    gram->inverse_sqrt_apply(span_of(std::as_const(k)), span_of(k));
    return k;
  }
};

DenseGaussianProcess::DenseGaussianProcess(const AnyKernel& kernel, double noise) {
  require(noise >= 0 && std::isfinite(noise), "noise", "must be finite and not negative", noise);
  state_ = std::make_shared<const State>(State{kernel, noise});
}

const AnyKernel& DenseGaussianProcess::kernel() const noexcept { return state_->kernel; }
double DenseGaussianProcess::noise() const noexcept { return state_->noise; }
Index DenseGaussianProcess::size() const noexcept { return state_->x.rows(); }
Index DenseGaussianProcess::outputs() const noexcept { return state_->y.cols(); }
int DenseGaussianProcess::evaluations() const noexcept { return state_->evaluations; }

const DenseGaussianProcess::State& DenseGaussianProcess::fitted() const {
  require(state_->x.rows() > 0, "gp", "must have been fitted to data", std::string_view("no data"));
  return *state_;
}

DenseGaussianProcess& DenseGaussianProcess::fit(MatrixSpan<const double> x, MatrixSpan<const double> y,
                                                const FitOptions& options, Learn noise) {
  require(x.rows >= 1, "x", "must have at least one row", x.rows);
  require(y.rows == x.rows, "y", "must have one row per point, " + shown(x.rows), y.rows);
  require(y.cols >= 1, "y", "must have at least one column", y.cols);
  require(options.criterion == Criterion::mle, "criterion", "must be mle: the dense fit has no other",
          static_cast<int>(options.criterion));
  auto state = std::make_shared<State>(State{state_->kernel, state_->noise, matrix_of(x, "x"), matrix_of(y, "y")});
  if (options.learn == Learn::everything) state->learn(options, noise == Learn::everything && state->noise > 0);
  state->gram = gram_of(state->kernel, state->x, state->noise);
  state->alpha = solved(*state->gram, state->y);
  state_ = std::move(state);
  return *this;
}

double DenseGaussianProcess::log_marginal_likelihood() const {
  const State& s = fitted();
  return -minus_log_likelihood(*s.gram, s.y, s.alpha);
}

void DenseGaussianProcess::predict(MatrixSpan<const double> x, MatrixSpan<double> mean,
                                   std::span<double> variance) const {
  const State& s = fitted();
  s.require_x(x);
  require(mean.cols == 0 || (mean.rows == x.rows && mean.cols == s.y.cols()), "mean",
          "must have one row per point and one column per output", mean.rows);
  require(variance.empty() || std::ssize(variance) == x.rows, "variance",
          "must have one entry per point, " + shown(x.rows), variance.size());
  constexpr Index rows = 512;  // of x at a time: O(n) memory per point of the tile
  for (Index first = 0; first < x.rows; first += rows) {
    const Index last = std::min(x.rows, first + rows);
    const auto tile = x.row_range(first, last);
    Matrix k(s.x.rows(), tile.rows);
    s.kernel.cross(span_of(s.x), tile, span_of(k));
    if (mean.cols > 0) {
      const Matrix values = k.transpose() * s.alpha;
      for (Index i = 0; i < tile.rows; ++i) {
        for (Index o = 0; o < mean.cols; ++o) mean(first + i, o) = values(i, o);
      }
    }
    if (variance.empty()) continue;
    s.gram->inverse_sqrt_apply(span_of(std::as_const(k)), span_of(k));
    for (Index i = 0; i < tile.rows; ++i) {
      variance[as_size(first + i)] = std::max(0.0, s.kernel.at_zero() - k.col(i).squaredNorm());
    }
  }
}

void DenseGaussianProcess::covariance(MatrixSpan<const double> x, MatrixSpan<double> covariance) const {
  const State& s = *state_;
  s.require_x(x);
  require(covariance.rows == x.rows && covariance.cols == x.rows, "covariance",
          "must have one row and column per point", covariance.rows);
  s.kernel.cross(x, x, covariance);
  if (s.x.rows() == 0) return;
  const Matrix half = s.half(x);
  const Matrix learnt = half.transpose() * half;
  for (Index i = 0; i < x.rows; ++i) {
    for (Index j = 0; j < x.rows; ++j) covariance(i, j) -= learnt(i, j);
  }
}

void DenseGaussianProcess::sample(MatrixSpan<const double> x, Seed seed, MatrixSpan<double> paths) const {
  const Index m = x.rows;
  const Index r = std::max<Index>(outputs(), 1);
  require(paths.cols == m && paths.rows % r == 0, "paths", "must have one column per point, " + shown(m), paths.cols);
  std::vector<double> covariance(as_size(m * m));
  this->covariance(x, MatrixSpan<double>(covariance.data(), m, m));
  detail::gaussian_paths(covariance, m, seed, paths);
  if (size() == 0) return;
  std::vector<double> mean(as_size(m * r));
  predict(x, MatrixSpan<double>(mean.data(), m, r), {});
  for (Index p = 0; p < paths.rows; ++p) {
    for (Index i = 0; i < m; ++i) paths(p, i) += mean[as_size(i * r + p % r)];
  }
}

}  // namespace korobov
