#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include <korobov/core/bits.hpp>
#include <korobov/core/error.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/gp/gaussian_process.hpp>

#include "core/sums.hpp"
#include "gp/minimise.hpp"
#include "gp/paths.hpp"
#include "gp/spectral_objective.hpp"
#include "gp/words.hpp"
#include "gram/spectral_basis.hpp"

namespace korobov {
namespace {

using detail::Characters;
using detail::require;
using detail::shown;
using detail::SpectralBasis;
using detail::Spectrum;

constexpr Index kBatchValues = Index{1} << 20;  // of cross kernels in flight: 8 MiB

std::size_t as_size(Index n) { return static_cast<std::size_t>(n); }

double dot(const double* a, const double* b, Index n) {
  return detail::pairwise_sum(0, as_size(n), [a, b](std::size_t i) { return a[i] * b[i]; });
}

}  // namespace

struct GaussianProcess::State {
  AnyPointSet points;
  AnyKernel kernel;
  double noise = 0;
  // After a fit:
  Index n = 0;
  Index outputs = 0;
  int evaluations = 0;
  SpectralBasis basis{Characters::walsh, 1};
  Spectrum spectrum{};
  std::vector<Word> design{};          // (n, d)
  std::vector<double> y{};             // (n, r), column by column
  std::vector<double> coefficients{};  // Q y
  std::vector<double> alpha{};         // A^-1 y

  bool is_cyclic() const noexcept { return points.symmetry() == SymmetryKind::cyclic; }
  Index d() const noexcept { return points.dimension(); }
  MatrixSpan<const Word> design_words() const { return {design.data(), n, d()}; }
  static MatrixSpan<double> columns(std::vector<double>& values, Index n) {
    return {values.data(), n, std::ssize(values) / n, 1, n};
  }
  static MatrixSpan<const double> columns(const std::vector<double>& values, Index n) {
    return {values.data(), n, std::ssize(values) / n, 1, n};
  }

  // The spectrum, once kernel and noise are those to keep, and what depends on it.
  void condition() {
    std::vector<double> column(as_size(n));
    const double c = detail::first_column(points, kernel, {0, n}, column);
    spectrum = detail::spectrum_of(basis, column, c, noise);
    solve();
  }
  void solve() {
    alpha.resize(y.size());
    for (std::size_t at = 0; at < y.size(); at += as_size(n)) {
      for (std::size_t k = 0; k < as_size(n); ++k) alpha[at + k] = coefficients[at + k] / lambda(k);
    }
    basis.inverse(columns(alpha, n), columns(alpha, n));
  }
  void load(MatrixSpan<const double> more) {
    const Index before = n;
    const Index r = more.cols;
    const Index total = before + more.rows;
    std::vector<double> all(as_size(total * r));
    for (Index o = 0; o < r; ++o) {
      std::copy_n(y.begin() + o * before, before, all.begin() + o * total);
      for (Index i = 0; i < more.rows; ++i) {
        const double value = more(i, o);
        require(std::isfinite(value), "y", "must be finite", value);
        all[as_size(o * total + before + i)] = value;
      }
    }
    y = std::move(all);
    n = total;
    outputs = r;
    design = points.integers({0, n});
    coefficients.resize(y.size());
    basis.forward(columns(std::as_const(y), n), columns(coefficients, n));
  }

  double lambda(std::size_t k) const { return k == 0 ? spectrum.lambda_0() : spectrum.rest[k]; }
  std::vector<double> eigenvalues() const {
    std::vector<double> values = spectrum.rest;
    values[0] = spectrum.lambda_0();
    return values;
  }

  // k(x, x) - sum_k v_k^2 / lambda_k with v = Q k(x): v_0 = sqrt n (c + e), so that c - n (c + e)^2 / lambda_0 = (c
  // (l/n - 2 e) - e^2) n / lambda_0 with l = lambda_0 - n c, without cancellation of c.
  double variance_of(const double* v, const Spectrum& s) const {
    const auto count = static_cast<double>(s.rest.size());
    const double c = s.constant;
    const double e = v[0] / std::sqrt(count) - c;
    const double head = (c * (s.rest[0] / count - 2 * e) - e * e) * count / s.lambda_0();
    const double tail = detail::pairwise_sum(1, s.rest.size(), [&](std::size_t k) { return v[k] * v[k] / s.rest[k]; });
    return std::max(0.0, (kernel.at_zero() - c) + head - tail);
  }

  // body(first, count, values) on batches of rows of x: values (count, n) = k(x, design), in place for the body.
  template <class Body>
  void each_batch(MatrixSpan<const Word> x, MatrixSpan<const Word> z, const Body& body) const {
    const Index batch = std::clamp<Index>(kBatchValues / z.rows, num_threads(), 256);
    std::vector<double> values(as_size(std::min(batch, x.rows) * z.rows));
    for (Index first = 0; first < x.rows; first += batch) {
      const Index count = std::min(batch, x.rows - first);
      kernel.cross(x.row_range(first, first + count), z, MatrixSpan<double>(values.data(), count, z.rows));
      body(first, count, values.data());
    }
  }

  void variances(const SpectralBasis& q, const Spectrum& s, MatrixSpan<const Word> x, MatrixSpan<const Word> z,
                 MatrixSpan<double> mean, std::span<double> variance) const {
    const Index rows = z.rows;
    each_batch(x, z, [&](Index first, Index count, double* values) {
      if (mean.cols > 0) {
        parallel_for(count, 1 + 65536 / rows, [&](Range part) {
          for (Index i = part.first; i < part.last; ++i) {
            for (Index o = 0; o < outputs; ++o) {
              mean(first + i, o) = dot(values + i * rows, alpha.data() + o * rows, rows);
            }
          }
        });
      }
      if (variance.empty()) return;
      const MatrixSpan<double> vectors(values, rows, count, 1, rows);
      q.forward(vectors, vectors);
      parallel_for(count, 1 + 65536 / rows, [&](Range part) {
        for (Index i = part.first; i < part.last; ++i) {
          variance[as_size(first + i)] = variance_of(values + i * rows, s);
        }
      });
    });
  }

  void require_x(MatrixSpan<const Word> x) const {
    require(x.cols == d(), "x", "must have one column per dimension, " + shown(d()), x.cols);
  }
};

GaussianProcess GaussianProcess::checked(const AnyPointSet& points, const AnyKernel& kernel, double noise) {
  const SymmetryKind p = points.symmetry();
  const SymmetryKind k = kernel.symmetry();
  const bool matches =
      p != SymmetryKind::unstructured && (p == k || (p == SymmetryKind::dyadic && k == SymmetryKind::dyadic_tree));
  require(matches, "kernel",
          "must keep the points' symmetry: a shift-invariant kernel on lattices, a digitally shift-invariant one on "
          "nets, a leading digit's under nested uniform scrambling",
          points.description());
  require(kernel.fits(points.dimension()), "kernel", "must have the points' dimension, " + shown(points.dimension()),
          kernel.dimension());
  require(noise >= 0 && std::isfinite(noise), "noise", "must be finite and not negative", noise);
  return GaussianProcess(std::make_shared<const State>(State{points, kernel, noise}));
}

const AnyPointSet& GaussianProcess::points() const noexcept { return state_->points; }
const AnyKernel& GaussianProcess::kernel() const noexcept { return state_->kernel; }
double GaussianProcess::noise() const noexcept { return state_->noise; }
double GaussianProcess::nugget() const noexcept { return state_->spectrum.nugget; }
Index GaussianProcess::size() const noexcept { return state_->n; }
Index GaussianProcess::outputs() const noexcept { return state_->outputs; }
int GaussianProcess::evaluations() const noexcept { return state_->evaluations; }

const GaussianProcess::State& GaussianProcess::fitted() const {
  require(state_->n > 0, "gp", "must have been fitted to data", std::string_view("no data"));
  return *state_;
}

GaussianProcess& GaussianProcess::fit(MatrixSpan<const double> y, const FitOptions& options) {
  require(y.rows >= 2, "y", "must have at least two rows", y.rows);
  require(y.cols >= 1, "y", "must have at least one column", y.cols);
  auto state = std::make_shared<State>(State{state_->points, state_->kernel, state_->noise});
  state->basis = SpectralBasis(state->points, y.rows);
  state->load(y);
  if (options.learn == Learn::everything) {
    detail::SpectralObjective objective(state->points, state->basis, state->kernel,
                                        detail::power_of(state->coefficients, state->n), state->outputs);
    const auto rescale = [&] {
      const double factor = objective.likeliest_factor(state->kernel, state->noise);
      if (!(factor > 0 && std::isfinite(factor))) return;
      state->kernel = factor * state->kernel;
      state->noise *= factor;
    };
    rescale();
    std::vector<double> theta(state->kernel.parameters().begin(), state->kernel.parameters().end());
    theta.push_back(state->noise);
    auto names = state->kernel.parameter_names();
    names.emplace_back("noise");
    const auto kernel_of = [&](std::span<const double> at) { return state->kernel.with(at.first(at.size() - 1)); };
    state->evaluations = detail::minimise(
        [&](std::span<const double> at, std::span<double> gradient) {
          return objective(options.criterion, kernel_of(at), at.back(), gradient);
        },
        names, options, theta);
    state->kernel = kernel_of(theta);
    state->noise = theta.back();
    if (options.criterion == Criterion::gcv) rescale();
  }
  state->condition();
  state_ = std::move(state);
  return *this;
}

GaussianProcess& GaussianProcess::extend(MatrixSpan<const double> y) {
  const State& old = fitted();
  require(y.rows == old.n, "y", "must have the values at the next " + shown(old.n) + " points: n doubles", y.rows);
  require(y.cols == old.outputs, "y", "must have as many columns as before, " + shown(old.outputs), y.cols);
  auto state = std::make_shared<State>(old);
  state->basis = SpectralBasis(old.points, 2 * old.n);
  state->load(y);
  state->condition();
  state_ = std::move(state);
  return *this;
}

double GaussianProcess::log_marginal_likelihood() const {
  const State& s = fitted();
  return -criterion_value(Criterion::mle, s.eigenvalues(), detail::power_of(s.coefficients, s.n), s.outputs);
}

void GaussianProcess::predict(MatrixSpan<const double> x, MatrixSpan<double> mean, std::span<double> variance) const {
  const auto words = detail::words_of(x, fitted().is_cyclic());
  predict(MatrixSpan<const Word>(words.data(), x.rows, x.cols), mean, variance);
}

void GaussianProcess::predict(MatrixSpan<const Word> x, MatrixSpan<double> mean, std::span<double> variance) const {
  const State& s = fitted();
  s.require_x(x);
  require(mean.cols == 0 || (mean.rows == x.rows && mean.cols == s.outputs), "mean",
          "must have one row per point and one column per output", mean.rows);
  require(variance.empty() || std::ssize(variance) == x.rows, "variance",
          "must have one entry per point, " + shown(x.rows), variance.size());
  s.variances(s.basis, s.spectrum, x, s.design_words(), mean, variance);
}

void GaussianProcess::covariance(MatrixSpan<const Word> x, MatrixSpan<double> covariance) const {
  const State& s = *state_;
  s.require_x(x);
  require(covariance.rows == x.rows && covariance.cols == x.rows, "covariance",
          "must have one row and column per point", covariance.rows);
  s.kernel.cross(x, x, covariance);
  if (s.n == 0) return;  // the prior's
  std::vector<double> v(as_size(x.rows * s.n));
  s.kernel.cross(x, s.design_words(), MatrixSpan<double>(v.data(), x.rows, s.n));
  const MatrixSpan<double> vectors(v.data(), s.n, x.rows, 1, s.n);
  s.basis.forward(vectors, vectors);
  const auto lambda = s.eigenvalues();
  for (Index i = 0; i < x.rows; ++i) {
    for (std::size_t k = 0; k < lambda.size(); ++k) v[as_size(i * s.n) + k] /= std::sqrt(lambda[k]);
  }
  parallel_for(x.rows, 1, [&](Range part) {
    for (Index i = part.first; i < part.last; ++i) {
      for (Index j = 0; j < x.rows; ++j) covariance(i, j) -= dot(v.data() + i * s.n, v.data() + j * s.n, s.n);
    }
  });
}

double GaussianProcess::predict_shifted(std::span<const Word> shift, MatrixSpan<double> mean) const {
  const State& s = fitted();
  require(std::ssize(shift) == s.d(), "shift", "must have one word per dimension, " + shown(s.d()), shift.size());
  require(mean.rows == s.n && mean.cols == s.outputs, "mean", "must have one row per point and one column per output",
          mean.rows);
  require(s.points.symmetry() != SymmetryKind::dyadic_tree, "points",
          "must keep a group: shifted copies of a nested uniform scramble have no transform", s.points.description());
  // m: sqrt n times it are the eigenvalues of the matrix k(x_i + shift, x_j), whose first column this is.
  const Index n = s.n;
  std::vector<Word> words(as_size(n * s.d()));
  const MatrixSpan<Word> tile(words.data(), n, s.d(), 1, n);
  detail::differences(s.points, {0, n}, tile);
  for (Index j = 0; j < s.d(); ++j) {
    const Word by = shift[as_size(j)];
    for (Index i = 0; i < n; ++i) tile(i, j) = s.is_cyclic() ? Cyclic::add(tile(i, j), by) : tile(i, j) ^ by;
  }
  std::vector<double> m(as_size(n));
  s.kernel.column(tile, m);
  s.basis.forward(State::columns(m, n), State::columns(m, n));
  const double root = std::sqrt(static_cast<double>(n));
  m[0] += root * s.spectrum.constant;
  std::vector<double> b(s.coefficients.size());
  for (Index o = 0; o < s.outputs; ++o) {
    const double* y = s.coefficients.data() + o * n;
    double* out = b.data() + o * n;
    if (!s.is_cyclic()) {
      for (Index k = 0; k < n; ++k) out[k] = root * m[as_size(k)] * y[k] / s.lambda(as_size(k));
      continue;
    }
    // Complex products of packed numbers, c_k + i c_{n-k} over sqrt 2; the ends are real.
    out[0] = root * m[0] * y[0] / s.lambda(0);
    if (n % 2 == 0) out[n / 2] = root * m[as_size(n / 2)] * y[n / 2] / s.lambda(as_size(n / 2));
    for (Index k = 1; 2 * k < n; ++k) {
      const double factor = root * std::sqrt(0.5) / s.lambda(as_size(k));
      const double re = m[as_size(k)];
      const double im = m[as_size(n - k)];
      out[k] = factor * (re * y[k] - im * y[n - k]);
      out[n - k] = factor * (re * y[n - k] + im * y[k]);
    }
  }
  s.basis.inverse(State::columns(std::as_const(b), n), mean);
  return s.variance_of(m.data(), s.spectrum);
}

void GaussianProcess::sample(MatrixSpan<const Word> x, Seed seed, MatrixSpan<double> paths) const {
  const State& s = *state_;
  s.require_x(x);
  const Index m = x.rows;
  const Index r = std::max<Index>(s.outputs, 1);
  require(paths.cols == m && paths.rows % r == 0, "paths", "must have one column per point, " + shown(m), paths.cols);
  std::vector<double> covariance(as_size(m * m));
  this->covariance(x, MatrixSpan<double>(covariance.data(), m, m));
  detail::gaussian_paths(covariance, m, seed, paths);
  if (s.n == 0) return;
  std::vector<double> mean(as_size(m * r));
  predict(x, MatrixSpan<double>(mean.data(), m, r), {});
  for (Index p = 0; p < paths.rows; ++p) {
    for (Index i = 0; i < m; ++i) paths(p, i) += mean[as_size(i * r + p % r)];
  }
}

double GaussianProcess::integral(std::span<double> means) const {
  const State& s = fitted();
  require(std::ssize(means) == s.outputs, "means", "must have one entry per output, " + shown(s.outputs), means.size());
  const double c = s.kernel.integral();
  const auto n = static_cast<double>(s.n);
  for (Index o = 0; o < s.outputs; ++o) {
    means[as_size(o)] = c * std::sqrt(n) * s.coefficients[as_size(o * s.n)] / s.lambda(0);
  }
  return c * s.spectrum.rest[0] / s.lambda(0);
}

void GaussianProcess::projected_variance(Index n, MatrixSpan<const Word> x, std::span<double> variance) const {
  const State& s = *state_;
  s.require_x(x);
  require(std::ssize(variance) == x.rows, "variance", "must have one entry per point, " + shown(x.rows),
          variance.size());
  const SpectralBasis basis(s.points, n);
  std::vector<double> column(as_size(n));
  const double c = detail::first_column(s.points, s.kernel, {0, n}, column);
  const Spectrum spectrum = detail::spectrum_of(basis, column, c, s.noise);
  const auto design = s.points.integers({0, n});
  s.variances(basis, spectrum, x, MatrixSpan<const Word>(design.data(), n, s.d()), MatrixSpan<double>(nullptr, 0, 0),
              variance);
}

double GaussianProcess::projected_integral_variance(Index n) const {
  const State& s = *state_;
  const SpectralBasis basis(s.points, n);
  std::vector<double> column(as_size(n));
  const double c = detail::first_column(s.points, s.kernel, {0, n}, column);
  const double integral = s.kernel.integral();
  // Only lambda_0 is needed: n times the mean of the column.
  const double rest = detail::sum_of(column) + s.noise + SpectralBasis::rounding(column);
  return integral * rest / (static_cast<double>(n) * c + rest);
}

}  // namespace korobov
