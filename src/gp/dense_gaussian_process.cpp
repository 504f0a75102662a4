#include <Eigen/Core>
#include <algorithm>
#include <cmath>
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

DenseGram gram_of(const AnyKernel& kernel, const Matrix& x, double noise) {
  DenseGram gram(span_of(x), kernel, noise);
  if (!gram.is_positive_definite()) {
    const double least = gram.eigenvalues().front();
    throw NumericalError("fit: needs a positive definite matrix; its smallest eigenvalue of " + shown(x.rows()) +
                         " is " + shown(least) + ": raise noise from " + shown(noise) + " to more than " +
                         shown(noise - 2 * std::min(least, 0.0)));
  }
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

}  // namespace

struct DenseGaussianProcess::State {
  AnyKernel kernel;
  double noise = 0;
  Matrix x{};
  Matrix y{};
  Matrix alpha{};
  std::optional<DenseGram> gram{};
  int evaluations = 0;

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
  const Index n = x.rows;
  const auto r = static_cast<double>(y.cols);
  if (options.learn == Learn::everything) {
    std::vector<double> theta(state->kernel.parameters().begin(), state->kernel.parameters().end());
    auto names = state->kernel.parameter_names();
    const bool with_noise = noise == Learn::everything && state->noise > 0;
    theta.push_back(with_noise ? state->noise : 0.0);
    names.emplace_back("noise");
    state->evaluations = detail::minimise(
        [&](std::span<const double> at, std::span<double> gradient) {
          const AnyKernel kernel = state->kernel.with(at.first(at.size() - 1));
          const DenseGram gram(span_of(std::as_const(state->x)), kernel, with_noise ? at.back() : state->noise);
          if (!gram.is_positive_definite()) return std::numeric_limits<double>::quiet_NaN();  // not a point to stay
          const Matrix alpha = solved(gram, state->y);
          Matrix dk = solved(gram, Matrix::Identity(n, n));
          dk = 0.5 * (r * dk - alpha * alpha.transpose());
          kernel.pull_back(span_of(state->x), span_of(state->x), span_of(std::as_const(dk)),
                           gradient.first(gradient.size() - 1));
          gradient.back() = dk.trace();
          return minus_log_likelihood(gram, state->y, alpha);
        },
        names, options, theta);
    state->kernel = state->kernel.with(std::span<const double>(theta).first(theta.size() - 1));
    if (with_noise) state->noise = theta.back();
  }
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
