#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <optional>
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
#include "gram/border.hpp"
#include "gram/spectral_basis.hpp"

namespace korobov {
namespace {

using detail::Border;
using detail::Characters;
using detail::require;
using detail::shown;
using detail::SpectralBasis;
using detail::Spectrum;

constexpr Index kBatchValues = Index{1} << 20;       // of cross kernels in flight: 8 MiB
constexpr Index kCovarianceValues = Index{1} << 27;  // the same held for a covariance: 1 GiB

std::size_t as_size(Index n) { return static_cast<std::size_t>(n); }

double dot(const double* a, const double* b, Index n) {
  return detail::pairwise_sum(0, as_size(n), [a, b](std::size_t i) { return a[i] * b[i]; });
}

// c (n, r) <- the coefficients of M y from those of y, M with first column m in coefficients: sqrt n m are its
// eigenvalues. Of lattices they are complex.
void apply_eigenvalues(bool is_cyclic, const std::vector<double>& m, Index r, std::vector<double>& c) {
  const Index n = std::ssize(m);
  const double root = std::sqrt(static_cast<double>(n));
  for (Index o = 0; o < r; ++o) {
    double* const y = c.data() + o * n;
    if (!is_cyclic) {
      for (Index k = 0; k < n; ++k) y[k] *= root * m[as_size(k)];
      continue;
    }
    // Complex products of packed numbers, c_k + i c_{n-k} over sqrt 2; the ends are real.
    y[0] *= root * m[0];
    if (n % 2 == 0) y[n / 2] *= root * m[as_size(n / 2)];
    for (Index k = 1; 2 * k < n; ++k) {
      const double factor = root * std::sqrt(0.5);
      const double re = factor * m[as_size(k)];
      const double im = factor * m[as_size(n - k)];
      const double a = y[k];
      const double b = y[n - k];
      y[k] = re * a - im * b;
      y[n - k] = re * b + im * a;
    }
  }
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
  std::vector<double> alpha{};         // K^-1 y at the design's points: A^-1 y without further ones
  // Observations at further points, (m, d), (m, r) column by column and (m), and the same of K^-1 y as above.
  std::vector<Word> further{};
  std::vector<double> further_y{};
  std::vector<double> further_noise{};
  std::optional<Border> border{};
  std::vector<double> further_alpha{};

  bool is_cyclic() const noexcept { return points.symmetry() == SymmetryKind::cyclic; }
  Index d() const noexcept { return points.dimension(); }
  MatrixSpan<const Word> design_words() const { return {design.data(), n, d()}; }
  Index m() const { return std::ssize(further_noise); }
  MatrixSpan<const Word> further_words() const { return {further.data(), m(), d()}; }
  static MatrixSpan<double> columns(std::vector<double>& values, Index n) {
    return {values.data(), n, std::ssize(values) / n, 1, n};
  }
  static MatrixSpan<const double> columns(const std::vector<double>& values, Index n) {
    return {values.data(), n, std::ssize(values) / n, 1, n};
  }

  // The spectrum, once kernel and noise are those to keep, and what depends on it.
  void condition() {
    spectrum = spectrum_at(basis);
    border = border_of(basis, spectrum, design_words());
    solve();
  }
  std::optional<Border> border_of(const SpectralBasis& q, const Spectrum& s, MatrixSpan<const Word> z) const {
    if (m() == 0) return std::nullopt;
    std::vector<double> lambda = s.rest;
    lambda[0] = s.lambda_0();
    std::vector<double> nuggets = further_noise;
    for (auto& value : nuggets) value += s.nugget;
    return Border(q, lambda, kernel, z, further_words(), nuggets, 0, "noise");
  }
  void solve() {
    if (border) {
      further_alpha = further_y;
      border->subtract_transposed(coefficients.data(), outputs, further_alpha.data());
      const MatrixSpan<double> right = columns(further_alpha, m());
      border->schur().solve(MatrixSpan<const double>(right), right);
    }
    alpha = alpha_coefficients();
    basis.inverse(columns(alpha, n), columns(alpha, n));
  }
  // Q alpha.
  std::vector<double> alpha_coefficients() const {
    std::vector<double> values(coefficients.size());
    for (std::size_t at = 0; at < values.size(); at += as_size(n)) {
      for (std::size_t k = 0; k < as_size(n); ++k) values[at + k] = coefficients[at + k] / lambda(k);
    }
    if (border) border->subtract(further_alpha.data(), outputs, values.data());
    return values;
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

  // t (m, count) = S's half of k(further, x) that the design leaves, L^-1 (k(further, x) - U^T v), v (n, count) = Q
  // k(design, x): the variances fall by its columns' squares.
  std::vector<double> further_halves(const Border& b, MatrixSpan<const Word> x, const double* v) const {
    std::vector<double> t(as_size(m() * x.rows));
    if (x.rows == 0) return t;
    kernel.cross(x, further_words(), MatrixSpan<double>(t.data(), x.rows, m()));
    b.subtract_transposed(v, x.rows, t.data());
    b.schur().inverse_sqrt_apply(columns(std::as_const(t), m()), columns(t, m()));
    return t;
  }

  void variances(const SpectralBasis& q, const Spectrum& s, const std::optional<Border>& b, MatrixSpan<const Word> x,
                 MatrixSpan<const Word> z, MatrixSpan<double> mean, std::span<double> variance) const {
    const Index rows = z.rows;
    if (mean.cols > 0 && b) add_further_means(x, mean);
    each_batch(x, z, [&](Index first, Index count, double* values) {
      if (mean.cols > 0) {
        parallel_for(count, 1 + 65536 / rows, [&](Range part) {
          for (Index i = part.first; i < part.last; ++i) {
            for (Index o = 0; o < outputs; ++o) {
              const double of_design = dot(values + i * rows, alpha.data() + o * rows, rows);
              mean(first + i, o) = b ? mean(first + i, o) + of_design : of_design;
            }
          }
        });
      }
      if (variance.empty()) return;
      const MatrixSpan<double> vectors(values, rows, count, 1, rows);
      q.forward(vectors, vectors);
      const auto t = b ? further_halves(*b, x.row_range(first, first + count), values) : std::vector<double>();
      parallel_for(count, 1 + 65536 / rows, [&](Range part) {
        for (Index i = part.first; i < part.last; ++i) {
          double value = variance_of(values + i * rows, s);
          if (b) value = std::max(0.0, value - dot(t.data() + i * m(), t.data() + i * m(), m()));
          variance[as_size(first + i)] = value;
        }
      });
    });
  }
  // mean = k(x, further) times their part of K^-1 y.
  void add_further_means(MatrixSpan<const Word> x, MatrixSpan<double> mean) const {
    each_batch(x, further_words(), [&](Index first, Index count, const double* values) {
      for (Index i = 0; i < count; ++i) {
        for (Index o = 0; o < outputs; ++o) {
          mean(first + i, o) = dot(values + i * m(), further_alpha.data() + o * m(), m());
        }
      }
    });
  }

  // Further observations change the integral's mean and its variance, which is returned: their covariance with the
  // integral given the design is t = c - U^T Q (c 1) = c (l - n e) / lambda_0, l = lambda_0 - n c, with e_a the mean of
  // k(x_i, z_a) - c: taken from k - c, since all of c may cancel.
  double add_to_integral(const Border& b, const Spectrum& s, MatrixSpan<const Word> z, double variance,
                         std::span<double> means) const {
    const Index count = z.rows;
    std::vector<Word> words(as_size(count * d()));
    std::vector<double> k(as_size(count));
    const MatrixSpan<Word> differences(words.data(), count, d(), 1, count);
    std::vector<double> t(as_size(m()));
    for (Index a = 0; a < m(); ++a) {
      for (Index j = 0; j < d(); ++j) {
        const Word from = further_words()(a, j);
        for (Index i = 0; i < count; ++i) {
          differences(i, j) = is_cyclic() ? Cyclic::subtract(z(i, j), from) : Dyadic::subtract(z(i, j), from);
        }
      }
      kernel.column(differences, k);
      t[as_size(a)] = kernel.integral() * (s.rest[0] - detail::sum_of(k)) / s.lambda_0();
    }
    for (std::size_t o = 0; o < means.size(); ++o) {
      means[o] += dot(t.data(), further_alpha.data() + static_cast<Index>(o) * m(), m());
    }
    b.schur().inverse_sqrt_apply(columns(std::as_const(t), m()), columns(t, m()));
    return std::max(0.0, variance - dot(t.data(), t.data(), m()));
  }
  // Of the first n points.
  Spectrum spectrum_at(const SpectralBasis& q) const {
    std::vector<double> column(as_size(q.size()));
    const double c = detail::first_column(points, kernel, {0, q.size()}, column);
    return detail::spectrum_of(q, column, c, noise);
  }

  // Two values at one point without noise: the matrix is singular, though rounding errors may hide it.
  void require_distinct_points() const {
    std::map<std::vector<Word>, Index> exact;
    const auto row = [](MatrixSpan<const Word> z, Index i) { return std::vector<Word>(&z(i, 0), &z(i, 0) + z.cols); };
    const auto fail = [](Index a, const std::string& other) {
      throw NumericalError("further point " + shown(a) + " repeats " + other +
                           " without noise: the Gram matrix must be positive definite; raise noise from 0");
    };
    for (Index a = 0; a < m(); ++a) {
      if (further_noise[as_size(a)] != 0) continue;
      const auto [at, is_new] = exact.emplace(row(further_words(), a), a);
      if (!is_new) fail(a, "further point " + shown(at->second));
    }
    for (Index i = 0; i < n && noise == 0 && !exact.empty(); ++i) {
      const auto at = exact.find(row(design_words(), i));
      if (at != exact.end()) fail(at->second, "point " + shown(i) + " of the design");
    }
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
Index GaussianProcess::further_size() const noexcept { return state_->m(); }
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
  // gcv, a ratio of squares of the data, says nothing of zeros: the hyper-parameters given are kept.
  const bool is_silent = options.criterion == Criterion::gcv &&
                         std::all_of(state->y.begin(), state->y.end(), [](double value) { return value == 0; });
  if (options.learn == Learn::everything && !is_silent) {
    detail::require_learnable(state->y);
    detail::SpectralObjective objective(state->points, state->basis, state->kernel,
                                        detail::power_of(state->coefficients, state->n), state->outputs);
    const auto rescale = [&] {
      const double factor = objective.likeliest_factor(state->kernel, state->noise);
      if (!(factor > 0 && std::isfinite(factor))) return;
      state->kernel = factor * state->kernel;
      state->noise *= factor;
    };
    const AnyKernel given = state->kernel;
    const double given_noise = state->noise;
    rescale();
    if (options.criterion == Criterion::loo) {  // which may like the scale given better than the likeliest
      const double at_given = objective(options.criterion, given, given_noise, {});
      const double rescaled = objective(options.criterion, state->kernel, state->noise, {});
      if (at_given < rescaled) {
        state->kernel = given;
        state->noise = given_noise;
      }
    }
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

GaussianProcess& GaussianProcess::condition(MatrixSpan<const Word> x, MatrixSpan<const double> y,
                                            std::optional<double> noise) {
  const State& old = fitted();
  const double variance = noise.value_or(old.noise);
  require(x.rows >= 1, "x", "must have at least one row", x.rows);
  old.require_x(x);
  require(y.rows == x.rows, "y", "must have one row per point, " + shown(x.rows), y.rows);
  require(y.cols == old.outputs, "y", "must have as many columns as before, " + shown(old.outputs), y.cols);
  require(variance >= 0 && std::isfinite(variance), "noise", "must be finite and not negative", variance);
  auto state = std::make_shared<State>(old);
  for (Index i = 0; i < x.rows; ++i) {
    for (Index j = 0; j < x.cols; ++j) state->further.push_back(x(i, j));
    state->further_noise.push_back(variance);
  }
  state->further_y.clear();
  for (Index o = 0; o < y.cols; ++o) {
    const auto before = old.further_y.begin() + o * old.m();
    state->further_y.insert(state->further_y.end(), before, before + old.m());
    for (Index i = 0; i < y.rows; ++i) {
      require(std::isfinite(y(i, o)), "y", "must be finite", y(i, o));
      state->further_y.push_back(y(i, o));
    }
  }
  state->require_distinct_points();
  state->border = state->border_of(state->basis, state->spectrum, state->design_words());
  state->solve();
  state_ = std::move(state);
  return *this;
}

GaussianProcess& GaussianProcess::condition(MatrixSpan<const double> x, MatrixSpan<const double> y,
                                            std::optional<double> noise) {
  const auto words = detail::exact_words(x, fitted().is_cyclic(), "x");
  return condition(MatrixSpan<const Word>(words.data(), x.rows, x.cols), y, noise);
}

double GaussianProcess::log_marginal_likelihood() const {
  const State& s = fitted();
  const double of_design =
      -criterion_value(Criterion::mle, s.eigenvalues(), detail::power_of(s.coefficients, s.n), s.outputs);
  if (!s.border) return of_design;
  // log p(further y | y): its residual r = further y - U^T Q y ~ N(0, S).
  auto residual = s.further_y;
  s.border->subtract_transposed(s.coefficients.data(), s.outputs, residual.data());
  std::vector<double> forms(as_size(s.outputs));
  s.border->schur().inverse_quadratic(State::columns(std::as_const(residual), s.m()), forms);
  const double normalisation = s.border->schur().logdet() + static_cast<double>(s.m()) * std::log(2 * std::numbers::pi);
  return of_design - 0.5 * (detail::sum_of(forms) + static_cast<double>(s.outputs) * normalisation);
}

void GaussianProcess::predict(MatrixSpan<const double> x, MatrixSpan<double> mean, std::span<double> variance) const {
  const auto words = detail::exact_words(x, fitted().is_cyclic(), "x");
  predict(MatrixSpan<const Word>(words.data(), x.rows, x.cols), mean, variance);
}

void GaussianProcess::predict(MatrixSpan<const Word> x, MatrixSpan<double> mean, std::span<double> variance) const {
  const State& s = fitted();
  s.require_x(x);
  require(mean.cols == 0 || (mean.rows == x.rows && mean.cols == s.outputs), "mean",
          "must have one row per point and one column per output", mean.rows);
  require(variance.empty() || std::ssize(variance) == x.rows, "variance",
          "must have one entry per point, " + shown(x.rows), variance.size());
  s.variances(s.basis, s.spectrum, s.border, x, s.design_words(), mean, variance);
}

void GaussianProcess::covariance(MatrixSpan<const Word> x, MatrixSpan<double> covariance) const {
  const State& s = *state_;
  s.require_x(x);
  require(covariance.rows == x.rows && covariance.cols == x.rows, "covariance",
          "must have one row and column per point", covariance.rows);
  s.kernel.cross(x, x, covariance);
  if (s.n == 0) return;  // the prior's
  const auto lambda = s.eigenvalues();
  // V (count, n), t (count, m) of the rows of x in the range: the covariance falls by V V^T + t t^T.
  struct Halves {
    Range rows;
    std::vector<double> v, t;
  };
  const auto halves_of = [&](Range rows) {
    const auto part = x.row_range(rows.first, rows.last);
    Halves halves{rows, std::vector<double>(as_size(part.rows * s.n)), {}};
    double* const v = halves.v.data();
    s.kernel.cross(part, s.design_words(), MatrixSpan<double>(v, part.rows, s.n));
    const MatrixSpan<double> vectors(v, s.n, part.rows, 1, s.n);
    s.basis.forward(vectors, vectors);
    if (s.border) halves.t = s.further_halves(*s.border, part, v);
    parallel_for(part.rows, 1, [&](Range of_part) {
      for (Index i = of_part.first; i < of_part.last; ++i) {
        for (std::size_t k = 0; k < lambda.size(); ++k) v[as_size(i * s.n) + k] /= std::sqrt(lambda[k]);
      }
    });
    return halves;
  };
  const auto subtract = [&](const Halves& a, const Halves& b) {
    parallel_for(a.rows.size(), 1, [&](Range part) {
      for (Index p = part.first; p < part.last; ++p) {
        const Index i = a.rows.first + p;
        for (Index j = std::max(i, b.rows.first); j < b.rows.last; ++j) {
          const Index q = j - b.rows.first;
          covariance(i, j) -= dot(a.v.data() + p * s.n, b.v.data() + q * s.n, s.n);
          if (s.border) covariance(i, j) -= dot(a.t.data() + p * s.m(), b.t.data() + q * s.m(), s.m());
          covariance(j, i) = covariance(i, j);
        }
      }
    });
  };
  const Index block = std::max<Index>(1, kCovarianceValues / s.n);
  const Index batch = std::max<Index>(1, block / 8);
  for (Index first = 0; first < x.rows; first += block) {
    const Index last = std::min(first + block, x.rows);
    const Halves held = halves_of({first, last});
    subtract(held, held);
    for (Index next = last; next < x.rows; next += batch) {
      subtract(held, halves_of({next, std::min(next + batch, x.rows)}));
    }
  }
}

double GaussianProcess::predict_shifted(std::span<const Word> shift, MatrixSpan<double> mean) const {
  require(further_size() == 0, "variance", "must be asked for at every point where there are further observations",
          std::string_view("one number for all"));
  double variance = 0;
  shifted(shift, mean, {&variance, 1});
  return variance;
}

void GaussianProcess::predict_shifted(std::span<const Word> shift, MatrixSpan<double> mean,
                                      std::span<double> variance) const {
  const State& s = fitted();
  require(variance.empty() || std::ssize(variance) == s.n, "variance", "must have one entry per point, " + shown(s.n),
          variance.size());
  shifted(shift, mean, variance);
  if (!s.border && !variance.empty()) std::fill(variance.begin(), variance.end(), variance[0]);
}

void GaussianProcess::shifted(std::span<const Word> shift, MatrixSpan<double> mean, std::span<double> variance) const {
  const State& s = fitted();
  require(std::ssize(shift) == s.d(), "shift", "must have one word per dimension, " + shown(s.d()), shift.size());
  require(mean.rows == s.n && mean.cols == s.outputs, "mean", "must have one row per point and one column per output",
          mean.rows);
  require(s.points.symmetry() != SymmetryKind::dyadic_tree, "points",
          "must keep a group: shifted copies of a nested uniform scramble have no transform", s.points.description());
  // m: sqrt n times it are the eigenvalues of the matrix M = k(x_i + shift, x_j), whose first column this is.
  const Index n = s.n;
  std::vector<Word> words(as_size(n * s.d()));
  const MatrixSpan<Word> tile(words.data(), n, s.d(), 1, n);
  const auto move = [&] {
    for (Index j = 0; j < s.d(); ++j) {
      const Word by = shift[as_size(j)];
      for (Index i = 0; i < n; ++i) tile(i, j) = s.is_cyclic() ? Cyclic::add(tile(i, j), by) : tile(i, j) ^ by;
    }
  };
  detail::differences(s.points, {0, n}, tile);
  move();
  std::vector<double> m(as_size(n));
  s.kernel.column(tile, m);
  s.basis.forward(State::columns(m, n), State::columns(m, n));
  const double root = std::sqrt(static_cast<double>(n));
  m[0] += root * s.spectrum.constant;
  std::vector<double> b = s.alpha_coefficients();
  apply_eigenvalues(s.is_cyclic(), m, s.outputs, b);
  s.basis.inverse(State::columns(std::as_const(b), n), mean);
  if (!variance.empty()) variance[0] = s.variance_of(m.data(), s.spectrum);
  if (!s.border) return;
  // Further observations: their kernel with the copy, of which M A^-1 B = M Q^T U is known from the design.
  s.points.fill({0, n}, tile);
  move();
  const Index further = s.m();
  std::vector<double> t(as_size(n * further));
  s.kernel.cross(tile, s.further_words(), MatrixSpan<double>(t.data(), n, further));
  for (Index i = 0; i < n; ++i) {
    for (Index o = 0; o < s.outputs; ++o) {
      mean(i, o) += dot(t.data() + i * further, s.further_alpha.data() + o * further, further);
    }
  }
  if (variance.empty()) return;
  const auto u = s.border->explained();
  std::vector<double> of_design(u.data, u.data + n * further);
  const MatrixSpan<double> columns(of_design.data(), n, further, 1, n);
  apply_eigenvalues(s.is_cyclic(), m, further, of_design);
  s.basis.inverse(columns, columns);
  for (Index i = 0; i < n; ++i) {
    for (Index a = 0; a < further; ++a) t[as_size(i * further + a)] -= columns(i, a);
  }
  s.border->schur().inverse_sqrt_apply(State::columns(std::as_const(t), further), State::columns(t, further));
  const double alone = variance[0];
  for (Index i = 0; i < n; ++i) {
    const double* const row = t.data() + i * further;
    variance[as_size(i)] = std::max(0.0, alone - dot(row, row, further));
  }
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
  const double of_design = c * s.spectrum.rest[0] / s.lambda(0);
  return s.border ? s.add_to_integral(*s.border, s.spectrum, s.design_words(), of_design, means) : of_design;
}

void GaussianProcess::projected_variance(Index n, MatrixSpan<const Word> x, std::span<double> variance) const {
  const State& s = *state_;
  s.require_x(x);
  require(std::ssize(variance) == x.rows, "variance", "must have one entry per point, " + shown(x.rows),
          variance.size());
  const SpectralBasis basis(s.points, n);
  const Spectrum spectrum = s.spectrum_at(basis);
  const auto design = s.points.integers({0, n});
  const MatrixSpan<const Word> words(design.data(), n, s.d());
  s.variances(basis, spectrum, s.border_of(basis, spectrum, words), x, words, MatrixSpan<double>(nullptr, 0, 0),
              variance);
}

double GaussianProcess::projected_integral_variance(Index n) const {
  const State& s = *state_;
  const SpectralBasis basis(s.points, n);
  const double integral = s.kernel.integral();
  if (s.m() > 0) {
    const Spectrum spectrum = s.spectrum_at(basis);
    const auto design = s.points.integers({0, n});
    const MatrixSpan<const Word> words(design.data(), n, s.d());
    const auto border = s.border_of(basis, spectrum, words);
    return s.add_to_integral(*border, spectrum, words, integral * spectrum.rest[0] / spectrum.lambda_0(), {});
  }
  std::vector<double> column(as_size(n));
  const double c = detail::first_column(s.points, s.kernel, {0, n}, column);
  // Only lambda_0 is needed: n times the mean of the column.
  const double rest = std::max(detail::sum_of(column), 0.0) + s.noise + SpectralBasis::rounding(column);
  return integral * rest / (static_cast<double>(n) * c + rest);
}

}  // namespace korobov
