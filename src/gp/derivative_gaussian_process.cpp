#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>
#include <string>

#include <korobov/core/error.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/gp/derivative_gaussian_process.hpp>
#include <korobov/gram/derivative_gram.hpp>

#include "core/sums.hpp"
#include "gp/minimise.hpp"
#include "gp/paths.hpp"
#include "gram/spectral_basis.hpp"

namespace korobov {
namespace {

using detail::require;
using detail::shown;

constexpr Index kBatchValues = Index{1} << 20;  // of cross-covariances in flight: 8 MiB

std::size_t as_size(Index n) { return static_cast<std::size_t>(n); }

}  // namespace

struct DerivativeGaussianProcess::State {
  PointSet<Cyclic> points;
  ShiftInvariantKernel kernel;    // what derivatives are of; its hyper-parameters are those before the fit
  std::vector<int> order_values;  // (B, d)
  AnyKernel learnt;               // the same with those after it
  std::vector<double> noise;
  // After a fit:
  Index n = 0;
  int evaluations = 0;
  std::vector<double> nugget{};
  std::vector<Word> design{};  // (n, d)
  std::vector<double> y{};     // (B n): block by block
  std::vector<double> alpha{};
  std::optional<DerivativeGram> gram{};

  Index d() const { return points.dimension(); }
  Index blocks() const { return std::ssize(noise); }
  MatrixSpan<const int> orders() const { return {order_values.data(), blocks(), d()}; }
  std::span<const int> order(Index a) const { return {order_values.data() + a * d(), as_size(d())}; }
  AnyKernel derivative(std::span<const int> x, std::span<const int> z) const {
    return kernel.derivative(x, z).with(learnt.parameters());
  }
  MatrixSpan<const double> targets() const { return {y.data(), std::ssize(y), 1}; }

  static double minus_log_likelihood(const DerivativeGram& gram, MatrixSpan<const double> y) {
    double form = 0;
    gram.inverse_quadratic(y, {&form, 1});
    return 0.5 * (form + gram.logdet() + static_cast<double>(y.rows) * std::log(2 * std::numbers::pi));
  }

  void learn(const FitOptions& options) {
    const DerivativeGram start = *gram;
    const MatrixSpan<const double> data = targets();
    double form = 0;
    start.inverse_quadratic(data, {&form, 1});
    const double factor = form / static_cast<double>(data.rows);  // the likeliest one of kernel and noise
    std::vector<double> all(learnt.parameters().begin(), learnt.parameters().end());
    const std::size_t of_kernel = all.size();
    if (factor > 0 && std::isfinite(factor)) {
      all[0] *= factor;
      for (auto& value : noise) value *= factor;
    }
    auto names = kernel.parameter_names();
    for (Index a = 0; a < blocks(); ++a) {
      names.push_back("noise[" + shown(a) + "]");
      all.push_back(noise[as_size(a)]);
    }
    evaluations = detail::minimise(
        [&](std::span<const double> at, std::span<double> gradient) {
          const DerivativeGram here = start.with(at.first(of_kernel), at.subspan(of_kernel));
          if (!here.is_positive_definite()) return std::numeric_limits<double>::quiet_NaN();  // not a point to stay
          here.gradient(data, gradient.first(of_kernel), gradient.subspan(of_kernel));
          return minus_log_likelihood(here, data);
        },
        names, options, all);
    learnt = learnt.with(std::span<const double>(all).first(of_kernel));
    noise.assign(all.begin() + static_cast<std::ptrdiff_t>(of_kernel), all.end());
  }

  // Appends rows of observations (m, B), and the matrix of all of them, under the hyper-parameters before the fit.
  void append(MatrixSpan<const double> more) {
    std::vector<double> all;
    for (Index a = 0; a < blocks(); ++a) {
      const auto before = y.begin() + a * n;
      all.insert(all.end(), before, before + n);
      for (Index i = 0; i < more.rows; ++i) {
        require(std::isfinite(more(i, a)), "y", "must be finite", more(i, a));
        all.push_back(more(i, a));
      }
    }
    y = std::move(all);
    n += more.rows;
    gram.emplace(points, kernel, orders(), n, noise, static_cast<double>(blocks()));
    design = points.integers({0, n});
  }

  // What predictions need, under the hyper-parameters learnt.
  void condition() {
    gram = gram->with(learnt.parameters(), noise);
    nugget.assign(gram->rounding_errors().begin(), gram->rounding_errors().end());
    for (auto& value : nugget) value *= static_cast<double>(blocks());
    alpha.resize(y.size());
    gram->solve(targets(), MatrixSpan<double>(alpha.data(), std::ssize(alpha), 1));
  }

  void require_query(MatrixSpan<const Word> x, std::span<const int> order) const {
    require(x.cols == d(), "x", "must have one column per dimension, " + shown(d()), x.cols);
    require(std::ssize(order) == d(), "order", "must have one entry per dimension, " + shown(d()), order.size());
    for (Index j = 0; j < d(); ++j) {
      const int of_j = order[as_size(j)];
      require(of_j >= 0, "order", "must not be negative", of_j);
      require(of_j <= kernel.alpha(j) - 1, "order",
              "must be at most alpha - 1 = " + shown(kernel.alpha(j) - 1) + " in dimension " + shown(j), of_j);
    }
  }

  // c (x.rows, B n): the covariances of d^o f at rows of x with the data.
  void cross(MatrixSpan<const Word> x, std::span<const int> order_of_x, double* c) const {
    const Index rows = blocks() * n;
    for (Index a = 0; a < blocks(); ++a) {
      derivative(order_of_x, order(a))
          .cross(x, MatrixSpan<const Word>(design.data(), n, d()), MatrixSpan<double>(c + a * n, x.rows, n, rows, 1));
    }
  }

  // body(first, count, c) of rows of x in turn, c (count, B n) their cross-covariances.
  template <class Body>
  void each_batch(MatrixSpan<const Word> x, std::span<const int> order_of_x, const Body& body) const {
    const Index rows = blocks() * n;
    const Index batch = std::clamp<Index>(kBatchValues / rows, 1, 256);
    std::vector<double> c(as_size(std::min(batch, x.rows) * rows));
    for (Index first = 0; first < x.rows; first += batch) {
      const Index count = std::min(batch, x.rows - first);
      cross(x.row_range(first, first + count), order_of_x, c.data());
      body(first, count, c.data());
    }
  }
};

DerivativeGaussianProcess::DerivativeGaussianProcess(const PointSet<Cyclic>& points, const ShiftInvariantKernel& kernel,
                                                     MatrixSpan<const int> orders, std::span<const double> noise) {
  require(std::ssize(noise) == orders.rows, "noise", "must have one entry per row of orders, " + shown(orders.rows),
          noise.size());
  for (const double value : noise) {
    require(value >= 0 && std::isfinite(value), "noise", "must be finite and not negative", value);
  }
  std::vector<int> values;
  for (Index a = 0; a < orders.rows; ++a) {
    for (Index j = 0; j < orders.cols; ++j) values.push_back(orders(a, j));
  }
  const Index least = points.order() == Order::linear ? points.size_limit() : 1;
  [[maybe_unused]] const DerivativeGram checked(points, kernel, orders, least, noise);  // checks all of them
  state_ = std::make_shared<const State>(
      State{points, kernel, std::move(values), kernel, std::vector<double>(noise.begin(), noise.end())});
}

const PointSet<Cyclic>& DerivativeGaussianProcess::points() const noexcept { return state_->points; }
const AnyKernel& DerivativeGaussianProcess::kernel() const noexcept { return state_->learnt; }
std::span<const double> DerivativeGaussianProcess::noise() const noexcept { return state_->noise; }
std::span<const double> DerivativeGaussianProcess::nugget() const noexcept { return state_->nugget; }
MatrixSpan<const int> DerivativeGaussianProcess::orders() const noexcept { return state_->orders(); }
Index DerivativeGaussianProcess::size() const noexcept { return state_->n; }
int DerivativeGaussianProcess::evaluations() const noexcept { return state_->evaluations; }

const DerivativeGaussianProcess::State& DerivativeGaussianProcess::fitted() const {
  require(state_->n > 0, "gp", "must have been fitted to data", std::string_view("no data"));
  return *state_;
}

DerivativeGaussianProcess& DerivativeGaussianProcess::fit(MatrixSpan<const double> y, const FitOptions& options) {
  require(y.rows >= 2, "y", "must have at least two rows", y.rows);
  require(y.cols == state_->blocks(), "y", "must have one column per row of orders, " + shown(state_->blocks()),
          y.cols);
  require(options.criterion == Criterion::mle, "criterion", "must be mle: derivatives have no other",
          static_cast<int>(options.criterion));
  auto state = std::make_shared<State>(*state_);
  state->n = 0;
  state->y.clear();
  state->append(y);
  state->evaluations = 0;
  if (options.learn == Learn::everything) {
    detail::require_learnable(state->y);
    state->gram = state->gram->with(state->learnt.parameters(), state->noise);
    state->learn(options);
  }
  state->condition();
  state_ = std::move(state);
  return *this;
}

DerivativeGaussianProcess& DerivativeGaussianProcess::extend(MatrixSpan<const double> y) {
  const State& old = fitted();
  require(y.rows == old.n, "y", "must have the observations at the next " + shown(old.n) + " points: n doubles",
          y.rows);
  require(y.cols == old.blocks(), "y", "must have one column per row of orders, " + shown(old.blocks()), y.cols);
  auto state = std::make_shared<State>(old);
  state->append(y);
  state->condition();
  state_ = std::move(state);
  return *this;
}

double DerivativeGaussianProcess::log_marginal_likelihood() const {
  const State& s = fitted();
  return -State::minus_log_likelihood(*s.gram, s.targets());
}

void DerivativeGaussianProcess::predict(MatrixSpan<const Word> x, std::span<const int> order, std::span<double> mean,
                                        std::span<double> variance) const {
  const State& s = fitted();
  s.require_query(x, order);
  require(mean.empty() || std::ssize(mean) == x.rows, "mean", "must have one entry per point, " + shown(x.rows),
          mean.size());
  require(variance.empty() || std::ssize(variance) == x.rows, "variance",
          "must have one entry per point, " + shown(x.rows), variance.size());
  const double prior = s.derivative(order, order).at_zero();
  const Index rows = s.blocks() * s.n;
  s.each_batch(x, order, [&](Index first, Index count, const double* c) {
    for (Index i = 0; i < count && !mean.empty(); ++i) {
      const double* const row = c + i * rows;
      mean[as_size(first + i)] =
          detail::pairwise_sum(0, as_size(rows), [&](std::size_t k) { return row[k] * s.alpha[k]; });
    }
    if (variance.empty()) return;
    const auto of_batch = variance.subspan(as_size(first), as_size(count));
    s.gram->inverse_quadratic(MatrixSpan<const double>(c, rows, count, 1, rows), of_batch);
    for (auto& value : of_batch) value = std::max(0.0, prior - value);
  });
}

void DerivativeGaussianProcess::predict(MatrixSpan<const double> x, std::span<const int> order, std::span<double> mean,
                                        std::span<double> variance) const {
  const auto words = detail::exact_words(x, true, "x");
  predict(MatrixSpan<const Word>(words.data(), x.rows, x.cols), order, mean, variance);
}

void DerivativeGaussianProcess::covariance(MatrixSpan<const Word> x, std::span<const int> order,
                                           MatrixSpan<double> covariance) const {
  const State& s = *state_;
  s.require_query(x, order);
  require(covariance.rows == x.rows && covariance.cols == x.rows, "covariance",
          "must have one row and column per point, " + shown(x.rows), covariance.rows);
  s.derivative(order, order).cross(x, x, covariance);
  if (s.n == 0) return;  // the prior's
  const Index rows = s.blocks() * s.n;
  std::vector<double> c(as_size(x.rows * rows));
  s.cross(x, order, c.data());
  std::vector<double> solved(c.size());
  s.gram->solve(MatrixSpan<const double>(c.data(), rows, x.rows, 1, rows),
                MatrixSpan<double>(solved.data(), rows, x.rows, 1, rows));
  parallel_for(x.rows, 1, [&](Range part) {
    for (Index i = part.first; i < part.last; ++i) {
      const double* const left = c.data() + i * rows;
      for (Index j = i; j < x.rows; ++j) {
        const double* const right = solved.data() + j * rows;
        covariance(i, j) -= detail::pairwise_sum(0, as_size(rows), [&](std::size_t k) { return left[k] * right[k]; });
      }
    }
  });
  for (Index i = 0; i < x.rows; ++i) {
    for (Index j = 0; j < i; ++j) covariance(i, j) = covariance(j, i);
  }
}

void DerivativeGaussianProcess::covariance(MatrixSpan<const double> x, std::span<const int> order,
                                           MatrixSpan<double> covariance) const {
  const auto words = detail::exact_words(x, true, "x");
  this->covariance(MatrixSpan<const Word>(words.data(), x.rows, x.cols), order, covariance);
}

void DerivativeGaussianProcess::sample(MatrixSpan<const Word> x, std::span<const int> order, Seed seed,
                                       MatrixSpan<double> paths) const {
  const Index m = x.rows;
  require(paths.cols == m, "paths", "must have one column per point, " + shown(m), paths.cols);
  std::vector<double> covariance(as_size(m * m));
  this->covariance(x, order, MatrixSpan<double>(covariance.data(), m, m));
  detail::gaussian_paths(covariance, m, seed, paths);
  if (size() == 0) return;
  std::vector<double> mean(as_size(m));
  predict(x, order, mean, {});
  for (Index p = 0; p < paths.rows; ++p) {
    for (Index i = 0; i < m; ++i) paths(p, i) += mean[as_size(i)];
  }
}

void DerivativeGaussianProcess::sample(MatrixSpan<const double> x, std::span<const int> order, Seed seed,
                                       MatrixSpan<double> paths) const {
  const auto words = detail::exact_words(x, true, "x");
  sample(MatrixSpan<const Word>(words.data(), x.rows, x.cols), order, seed, paths);
}

double DerivativeGaussianProcess::integral(double& mean) const {
  const State& s = fitted();
  const std::vector<int> none(as_size(s.d()));
  const auto values = [&] {
    for (Index a = 0; a < s.blocks(); ++a) {
      if (std::equal(none.begin(), none.end(), s.order(a).begin())) return a;
    }
    return Index{-1};
  }();
  const double c = s.learnt.integral();  // of the integral with every value; with a derivative it is 0
  mean = 0;
  if (values < 0) return c;
  const double* const alpha = s.alpha.data() + values * s.n;
  mean = c * detail::pairwise_sum(0, as_size(s.n), [alpha](std::size_t i) { return alpha[i]; });
  const double l = s.gram->remainder();
  return c * l / (static_cast<double>(s.n) * c + l);
}

}  // namespace korobov
