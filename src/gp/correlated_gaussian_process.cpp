#include <Eigen/Core>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include <korobov/core/error.hpp>
#include <korobov/gp/correlated_gaussian_process.hpp>
#include <korobov/gp/gaussian_process.hpp>
#include <korobov/gp/multitask_gaussian_process.hpp>

#include "core/sums.hpp"
#include "gram/spectral_basis.hpp"

namespace korobov {
namespace {

using detail::require;
using detail::shown;
using Matrix = Eigen::MatrixXd;

std::size_t as_size(Index n) { return static_cast<std::size_t>(n); }
MatrixSpan<double> column_of(std::vector<double>& v) { return {v.data(), std::ssize(v), 1}; }
MatrixSpan<const double> column_of(const std::vector<double>& v) { return {v.data(), std::ssize(v), 1}; }

void fill(MatrixSpan<double> out, double value) {
  for (Index i = 0; i < out.rows; ++i) {
    for (Index j = 0; j < out.cols; ++j) out(i, j) = value;
  }
}

}  // namespace

struct CorrelatedGaussianProcess::State {
  AnyPointSet points;
  AnyKernel kernel;
  double noise = 0;
  Index rank = 0;
  std::vector<double> factor{};    // (r, rank)
  std::vector<double> diagonal{};  // (r)
  // From these:
  std::vector<double> covariance{};                     // (r, r)
  Matrix rotation{};                                    // U, an eigenvector per column
  std::vector<std::optional<GaussianProcess>> parts{};  // of the rotated outputs; none where t = 0
  // After a fit:
  std::vector<std::vector<double>> residuals{};  // the rotated outputs without a process
  Index n = 0;
  int evaluations = 0;

  Index r() const { return std::ssize(diagonal); }
  MatrixSpan<const double> task_factor() const { return {factor.data(), r(), rank}; }
  bool is_singular() const {
    return std::any_of(parts.begin(), parts.end(), [](const auto& part) { return !part.has_value(); });
  }
  const GaussianProcess& largest() const { return *parts.back(); }  // eigenvalues ascend

  void decompose() {
    const Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>> f(factor.data(), r(),
                                                                                                     rank);
    Matrix t = f * f.transpose();
    for (Index s = 0; s < r(); ++s) t(s, s) += diagonal[as_size(s)];
    covariance.assign(t.data(), t.data() + t.size());
    const Eigen::SelfAdjointEigenSolver<Matrix> solver(t);
    rotation = solver.eigenvectors();
    const auto& values = solver.eigenvalues();
    const double largest = values[r() - 1];
    require(largest > 0 && std::isfinite(largest), "task_factor",
            "must be finite and give a covariance that is not zero", largest);
    parts.clear();
    for (Index a = 0; a < r(); ++a) {
      if (values[a] > 8 * std::numeric_limits<double>::epsilon() * static_cast<double>(r()) * largest) {
        parts.emplace_back(GaussianProcess::checked(points, values[a] * kernel, noise));
      } else {
        parts.emplace_back(std::nullopt);
      }
    }
  }

  void learn(MatrixSpan<const double> y, const FitOptions& options) {
    std::vector<double> start = diagonal;
    if (*std::max_element(start.begin(), start.end()) == 0) {
      double trace = 0;
      for (Index s = 0; s < r(); ++s) trace += covariance[as_size(s * (r() + 1))];
      std::fill(start.begin(), start.end(), 0.01 * trace / static_cast<double>(r()));
    }
    std::vector<std::vector<double>> of_tasks(as_size(r()));
    for (Index s = 0; s < r(); ++s) {
      for (Index i = 0; i < y.rows; ++i) of_tasks[as_size(s)].push_back(y(i, s));
    }
    MultitaskGaussianProcess gp(std::vector<AnyPointSet>(as_size(r()), points),
                                MultitaskKernel(kernel, task_factor(), start), noise);
    gp.fit(of_tasks, options);
    kernel = gp.kernel();
    noise = gp.noise();
    factor.assign(gp.factor().data, gp.factor().data + std::ssize(factor));
    diagonal.assign(gp.diagonal().begin(), gp.diagonal().end());
    evaluations = gp.evaluations();
    decompose();
  }

  void require_y(MatrixSpan<const double> y) const {
    require(y.cols == r(), "y", "must have one column per output, " + shown(r()), y.cols);
    for (Index i = 0; i < y.rows; ++i) {
      for (Index s = 0; s < y.cols; ++s) require(std::isfinite(y(i, s)), "y", "must be finite", y(i, s));
    }
  }
  void require_values(MatrixSpan<double> values, Index rows, const char* name) const {
    require(values.cols == 0 || (values.rows == rows && values.cols == r()), name,
            "must have one row per point, " + shown(rows) + ", and one column per output, " + shown(r()), values.rows);
  }

  // take(part, z) with column a of y U, of every a.
  template <class Take>
  void append(MatrixSpan<const double> y, const Take& take) {
    for (Index a = 0; a < r(); ++a) {
      std::vector<double> z(as_size(y.rows));
      for (Index i = 0; i < y.rows; ++i) {
        for (Index s = 0; s < r(); ++s) z[as_size(i)] += y(i, s) * rotation(s, a);
      }
      if (parts[as_size(a)]) {
        take(*parts[as_size(a)], column_of(std::as_const(z)));
      } else {
        auto& residual = residuals[as_size(a)];
        residual.insert(residual.end(), z.begin(), z.end());
      }
    }
  }

  // What the parts say of `rows` values, back in the outputs: give(part, mean, variance), either of which may be empty.
  template <class Give>
  void join(Index rows, MatrixSpan<double> mean, MatrixSpan<double> variance, const Give& give) const {
    std::vector<double> of_mean(as_size(mean.cols > 0 ? rows : 0));
    std::vector<double> of_variance(as_size(variance.cols > 0 ? rows : 0));
    fill(mean, 0.0);
    fill(variance, 0.0);
    for (Index a = 0; a < r(); ++a) {
      if (!parts[as_size(a)]) continue;
      give(*parts[as_size(a)], of_mean, of_variance);
      for (Index s = 0; s < r(); ++s) {
        const double u = rotation(s, a);
        for (Index i = 0; i < rows && mean.cols > 0; ++i) mean(i, s) += u * of_mean[as_size(i)];
        for (Index i = 0; i < rows && variance.cols > 0; ++i) variance(i, s) += u * u * of_variance[as_size(i)];
      }
    }
  }
};

CorrelatedGaussianProcess::CorrelatedGaussianProcess(const AnyPointSet& points, const AnyKernel& kernel,
                                                     MatrixSpan<const double> task_factor, double noise,
                                                     std::span<const double> task_diagonal) {
  const Index r = task_factor.rows;
  require(r >= 1, "task_factor", "must have at least one row", r);
  require(task_diagonal.empty() || std::ssize(task_diagonal) == r, "task_diagonal",
          "must have one entry per output, " + shown(r), task_diagonal.size());
  State state{points, kernel, noise, task_factor.cols};
  for (Index s = 0; s < r; ++s) {
    for (Index q = 0; q < task_factor.cols; ++q) state.factor.push_back(task_factor(s, q));
  }
  for (const double value : state.factor) require(std::isfinite(value), "task_factor", "must be finite", value);
  state.diagonal.assign(task_diagonal.begin(), task_diagonal.end());
  state.diagonal.resize(as_size(r));
  for (const double value : state.diagonal) {
    require(value >= 0 && std::isfinite(value), "task_diagonal", "must be finite and not negative", value);
  }
  state.decompose();
  state_ = std::make_shared<const State>(std::move(state));
}

const AnyPointSet& CorrelatedGaussianProcess::points() const noexcept { return state_->points; }
const AnyKernel& CorrelatedGaussianProcess::kernel() const noexcept { return state_->kernel; }
double CorrelatedGaussianProcess::noise() const noexcept { return state_->noise; }
MatrixSpan<const double> CorrelatedGaussianProcess::task_factor() const noexcept { return state_->task_factor(); }
std::span<const double> CorrelatedGaussianProcess::task_diagonal() const noexcept { return state_->diagonal; }
MatrixSpan<const double> CorrelatedGaussianProcess::task_covariance() const noexcept {
  return {state_->covariance.data(), outputs(), outputs()};
}
double CorrelatedGaussianProcess::nugget() const noexcept {
  double largest = 0;
  for (const auto& part : state_->parts) largest = std::max(largest, part ? part->nugget() : 0.0);
  return largest;
}
Index CorrelatedGaussianProcess::size() const noexcept { return state_->n; }
Index CorrelatedGaussianProcess::further_size() const noexcept { return state_->largest().further_size(); }
Index CorrelatedGaussianProcess::outputs() const noexcept { return state_->r(); }
int CorrelatedGaussianProcess::evaluations() const noexcept { return state_->evaluations; }

const CorrelatedGaussianProcess::State& CorrelatedGaussianProcess::fitted() const {
  require(state_->n > 0, "gp", "must have been fitted to data", std::string_view("no data"));
  return *state_;
}

CorrelatedGaussianProcess& CorrelatedGaussianProcess::fit(MatrixSpan<const double> y, const FitOptions& options) {
  require(y.rows >= 2, "y", "must have at least two rows", y.rows);
  state_->require_y(y);
  auto state = std::make_shared<State>(*state_);
  state->evaluations = 0;
  if (options.learn == Learn::everything) state->learn(y, options);
  require(state->noise > 0 || !state->is_singular(), "task_factor",
          "must give a positive definite covariance of the outputs, of rank " + shown(state->r()) +
              ", where there is no noise",
          std::count_if(state->parts.begin(), state->parts.end(), [](const auto& part) { return part.has_value(); }));
  state->n = y.rows;
  state->residuals.assign(as_size(state->r()), {});
  state->append(y, [](GaussianProcess& part, MatrixSpan<const double> z) { part.fit(z, {.learn = Learn::nothing}); });
  state_ = std::move(state);
  return *this;
}

CorrelatedGaussianProcess& CorrelatedGaussianProcess::extend(MatrixSpan<const double> y) {
  fitted().require_y(y);
  auto state = std::make_shared<State>(*state_);
  state->append(y, [](GaussianProcess& part, MatrixSpan<const double> z) { part.extend(z); });
  state->n = state->largest().size();
  state_ = std::move(state);
  return *this;
}

CorrelatedGaussianProcess& CorrelatedGaussianProcess::condition(MatrixSpan<const Word> x, MatrixSpan<const double> y,
                                                                std::optional<double> noise) {
  const State& old = fitted();
  old.require_y(y);
  const double variance = noise.value_or(old.noise);
  require(!old.is_singular() || variance == old.noise, "noise",
          "must be that of the other observations, " + shown(old.noise) + ", where the outputs' covariance is singular",
          variance);
  auto state = std::make_shared<State>(old);
  state->append(y, [&](GaussianProcess& part, MatrixSpan<const double> z) { part.condition(x, z, variance); });
  state_ = std::move(state);
  return *this;
}

double CorrelatedGaussianProcess::log_marginal_likelihood() const {
  const State& s = fitted();
  double total = 0;
  for (std::size_t a = 0; a < s.parts.size(); ++a) {
    if (s.parts[a]) {
      total += s.parts[a]->log_marginal_likelihood();
      continue;
    }
    const auto& z = s.residuals[a];
    const double square = detail::pairwise_sum(0, z.size(), [&](std::size_t i) { return z[i] * z[i]; });
    total -= 0.5 * (static_cast<double>(z.size()) * std::log(2 * std::numbers::pi * s.noise) + square / s.noise);
  }
  return total;
}

void CorrelatedGaussianProcess::predict(MatrixSpan<const double> x, MatrixSpan<double> mean,
                                        MatrixSpan<double> variance) const {
  const auto words = detail::exact_words(x, points().symmetry() == SymmetryKind::cyclic, "x");
  predict(MatrixSpan<const Word>(words.data(), x.rows, x.cols), mean, variance);
}

void CorrelatedGaussianProcess::predict(MatrixSpan<const Word> x, MatrixSpan<double> mean,
                                        MatrixSpan<double> variance) const {
  const State& s = fitted();
  s.require_values(mean, x.rows, "mean");
  s.require_values(variance, x.rows, "variance");
  s.join(x.rows, mean, variance, [&](const GaussianProcess& part, std::vector<double>& m, std::vector<double>& v) {
    part.predict(x, m.empty() ? MatrixSpan<double>(nullptr, 0, 0) : column_of(m), v);
  });
}

void CorrelatedGaussianProcess::covariance(MatrixSpan<const Word> x, MatrixSpan<double> covariance) const {
  const State& s = *state_;
  const Index m = x.rows;
  require(covariance.rows == s.r() * m && covariance.cols == m, "covariance",
          "must have one row per output and point, " + shown(s.r() * m) + ", and one column per point",
          covariance.rows);
  fill(covariance, 0.0);
  std::vector<double> of_part(as_size(m * m));
  for (Index a = 0; a < s.r(); ++a) {
    if (!s.parts[as_size(a)]) continue;
    s.parts[as_size(a)]->covariance(x, MatrixSpan<double>(of_part.data(), m, m));
    for (Index o = 0; o < s.r(); ++o) {
      const double weight = s.rotation(o, a) * s.rotation(o, a);
      for (Index i = 0; i < m; ++i) {
        for (Index j = 0; j < m; ++j) covariance(o * m + i, j) += weight * of_part[as_size(i * m + j)];
      }
    }
  }
}

void CorrelatedGaussianProcess::predict_shifted(std::span<const Word> shift, MatrixSpan<double> mean,
                                                MatrixSpan<double> variance) const {
  const State& s = fitted();
  require(mean.cols == s.r() && mean.rows == s.n, "mean", "must have one row per point and one column per output",
          mean.rows);
  s.require_values(variance, s.n, "variance");
  s.join(s.n, mean, variance, [&](const GaussianProcess& part, std::vector<double>& m, std::vector<double>& v) {
    part.predict_shifted(shift, column_of(m), v);
  });
}

void CorrelatedGaussianProcess::sample(MatrixSpan<const Word> x, Seed seed, MatrixSpan<double> paths) const {
  const State& s = *state_;
  const Index m = x.rows;
  require(paths.cols == m, "paths", "must have one column per point, " + shown(m), paths.cols);
  require(paths.rows % s.r() == 0, "paths", "must have one row per path and output, a multiple of " + shown(s.r()),
          paths.rows);
  const Index size = paths.rows / s.r();
  fill(paths, 0.0);
  std::vector<double> drawn(as_size(size * m));
  for (Index a = 0; a < s.r(); ++a) {
    if (!s.parts[as_size(a)]) continue;
    s.parts[as_size(a)]->sample(x, seed.child(static_cast<std::uint64_t>(a)),
                                MatrixSpan<double>(drawn.data(), size, m));
    for (Index p = 0; p < paths.rows; ++p) {
      const double u = s.rotation(p % s.r(), a);
      for (Index i = 0; i < m; ++i) paths(p, i) += u * drawn[as_size(p / s.r() * m + i)];
    }
  }
}

void CorrelatedGaussianProcess::integral(std::span<double> means, std::span<double> variances) const {
  const State& s = fitted();
  require(std::ssize(means) == s.r(), "means", "must have one entry per output, " + shown(s.r()), means.size());
  require(std::ssize(variances) == s.r(), "variances", "must have one entry per output, " + shown(s.r()),
          variances.size());
  s.join(1, MatrixSpan<double>(means.data(), 1, s.r()), MatrixSpan<double>(variances.data(), 1, s.r()),
         [](const GaussianProcess& part, std::vector<double>& m, std::vector<double>& v) { v[0] = part.integral(m); });
}

void CorrelatedGaussianProcess::projected_variance(Index n, MatrixSpan<const Word> x,
                                                   MatrixSpan<double> variance) const {
  const State& s = *state_;
  require(variance.rows == x.rows && variance.cols == s.r(), "variance",
          "must have one row per point and one column per output", variance.rows);
  s.join(x.rows, MatrixSpan<double>(nullptr, 0, 0), variance,
         [&](const GaussianProcess& part, std::vector<double>&, std::vector<double>& v) {
           part.projected_variance(n, x, v);
         });
}

void CorrelatedGaussianProcess::projected_integral_variance(Index n, std::span<double> variances) const {
  const State& s = *state_;
  require(std::ssize(variances) == s.r(), "variances", "must have one entry per output, " + shown(s.r()),
          variances.size());
  s.join(1, MatrixSpan<double>(nullptr, 0, 0), MatrixSpan<double>(variances.data(), 1, s.r()),
         [&](const GaussianProcess& part, std::vector<double>&, std::vector<double>& v) {
           v[0] = part.projected_integral_variance(n);
         });
}

}  // namespace korobov
