#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include <korobov/core/error.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/information/kernel_pca.hpp>

#include "core/sums.hpp"
#include "gram/spectral_basis.hpp"
#include "gram/symmetric_eigen.hpp"
#include "information/canonical_basis.hpp"
#include "information/kernel_product.hpp"
#include "information/matrices.hpp"

namespace korobov {
namespace {

using detail::require;

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
constexpr Index kTile = 256;  // rows of kernel values at a time

std::size_t as_size(Index n) { return static_cast<std::size_t>(n); }

void require_components(Index n, Index components) {
  require(n >= 2, "X", "must have at least two samples", n);
  require(components >= 1 && components <= n, "components",
          "must be from 1 to the number of samples, " + std::to_string(n), components);
}

bool wants_lanczos(Index n, const KernelPcaOptions& options) {
  if (options.solver == EigenSolver::lanczos) {
    require(options.components < n, "components",
            "must be below the number of samples for Lanczos, " + std::to_string(n), options.components);
    return true;
  }
  return options.solver == EigenSolver::automatic && n >= 400 && options.components <= n / 10;
}

// For the end of a space of equal eigenvalues some more.
Index asked(Index n, const KernelPcaOptions& options) { return std::min(n - 1, options.components + 4); }

std::vector<double> row_means(const std::vector<double>& k, Index n) {
  std::vector<double> means(as_size(n));
  parallel_for(n, 64, [&](Range rows) {
    for (Index i = rows.first; i < rows.last; ++i) {
      means[as_size(i)] = detail::sum_of({k.data() + i * n, as_size(n)}) / static_cast<double>(n);
    }
  });
  return means;
}

double largest_magnitude(const std::vector<double>& values) {
  double magnitude = 0;
  for (const double value : values) magnitude = std::max(magnitude, std::fabs(value));
  return magnitude;
}

// Of eigenvalues of H K H up to magnitude, with entries of K up to `entries`.
double rounding_of(double magnitude, double entries, Index n) {
  return 4 * static_cast<double>(n) * kEpsilon * std::max(4 * magnitude, entries);
}

// magnitude: of the eigenvalues of H K H; entries: of K.
void require_varied(double magnitude, double entries, Index n) {
  require(magnitude > 4 * static_cast<double>(n) * kEpsilon * entries && std::isfinite(magnitude), "K",
          "must not be constant: the largest eigenvalue of its centred form must be above rounding", magnitude);
}

// Why the pairs do not stand for a positive semidefinite matrix: the least value seen.
std::optional<double> sign_of_indefinite(const detail::LargestPairs& found, double entries, double trace, Index n) {
  const double rounding = rounding_of(largest_magnitude(found.pairs.values), entries, n);
  const double rest = trace - detail::sum_of(found.pairs.values);
  if (found.least < -rounding) return found.least;
  return rest < -static_cast<double>(found.pairs.values.size() + 1) * rounding ? std::optional(rest) : std::nullopt;
}

[[noreturn]] void fail_indefinite(double value) {
  detail::fail_requirement("solver", "must be dense for a matrix that is not positive semidefinite; an eigenvalue",
                           "at most " + detail::shown(value));
}

}  // namespace

struct KernelPca::State : KernelPcaParts {
  std::vector<AnyKernel> kernel;  // of samples and points: one

  Index components() const { return static_cast<Index>(eigenvalues.size()); }
  void take(const detail::EigenPairs& pairs, const KernelPcaOptions& options, double entries,
            std::optional<double> trace = std::nullopt);
  void decompose(std::vector<double> k, const KernelPcaOptions& options, bool is_given);
  void decompose_samples(const AnyKernel& of_x, const KernelPcaOptions& options);
  void transform_values(double* k, Index rows, MatrixSpan<double> out) const;
  void transform_features(MatrixSpan<const double> phi, MatrixSpan<double> out) const;
};

// The leading eigenpairs by the rule for indefinite matrices, in a canonical basis. entries: the largest of K; trace:
// of H K H, none with all its eigenpairs.
void KernelPca::State::take(const detail::EigenPairs& pairs, const KernelPcaOptions& options, double entries,
                            std::optional<double> trace) {
  const bool is_complete = !trace;
  const auto count = as_size(options.components);
  const double magnitude = largest_magnitude(pairs.values);
  require_varied(magnitude, entries, n);
  const double rounding = rounding_of(magnitude, entries, n);
  std::vector<double> values = pairs.values;
  if (is_complete) {
    least = pairs.values.back();
    if (least < -rounding) {
      if (options.indefinite == Indefinite::error) {
        detail::fail_requirement(
            "K",
            "must be positive semidefinite (indefinite = clip, shift or flip are rules for others); least eigenvalue",
            detail::shown(least));
      }
      for (double& value : values) {
        if (options.indefinite == Indefinite::shift) value -= least;
        if (options.indefinite == Indefinite::flip) value = std::fabs(value);
      }
    }
  }
  for (double& value : values) {
    if (value <= rounding) value = 0;
  }
  total = trace.value_or(detail::sum_of(values));
  require(total > 0, "K", "must have a positive eigenvalue when centred; the largest", pairs.values.front());
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  // Whole spaces of equal eigenvalues, as far as they are there.
  std::size_t wanted = count;
  while (wanted < order.size() && values[order[wanted - 1]] - values[order[wanted]] <= rounding &&
         values[order[wanted]] > 0) {
    ++wanted;
  }
  for (std::size_t j = 0; j < wanted; ++j) {
    const double* vector = pairs.vectors.data() + order[j] * as_size(n);
    vectors.insert(vectors.end(), vector, vector + n);
    eigenvalues.push_back(values[order[j]]);
    before.push_back(pairs.values[order[j]]);
    signs.push_back(pairs.values[order[j]] < 0 && options.indefinite == Indefinite::flip ? -1 : 1);
  }
  detail::make_canonical(vectors, n, eigenvalues, signs, rounding, options.components);
  eigenvalues.resize(count);
  before.resize(count);
  signs.resize(count);
  vectors.resize(count * as_size(n));
}

void KernelPca::State::decompose(std::vector<double> k, const KernelPcaOptions& options, bool is_given) {
  const bool is_automatic = options.solver == EigenSolver::automatic;
  require(!is_given || options.solver != EigenSolver::lanczos || options.indefinite == Indefinite::clip, "solver",
          "must be dense for a given matrix, unless negative eigenvalues are clipped, which Lanczos does not see",
          std::string_view("lanczos"));
  const double entries = largest_magnitude(k);
  means = row_means(k, n);
  grand = detail::sum_of(means) / static_cast<double>(n);
  parallel_for(n, 64, [&](Range rows) {
    for (Index i = rows.first; i < rows.last; ++i) {
      double* row = k.data() + i * n;
      for (Index j = 0; j < n; ++j) row[j] += grand - means[as_size(i)] - means[as_size(j)];
    }
  });
  if (wants_lanczos(n, options) && !(is_given && is_automatic)) {
    const double trace = detail::pairwise_sum(0, as_size(n), [&](std::size_t i) { return k[i * (as_size(n) + 1)]; });
    const auto found = detail::largest_eigen(
        n, asked(n, options), [&](const double* v, double* y, Index r) { detail::symmetric_product(k, n, v, y, r); },
        detail::Lanczos::single);
    if (found) {
      const auto& values = found->pairs.values;
      const double magnitude = largest_magnitude(values);
      const double rounding = rounding_of(magnitude, entries, n);
      const auto negative = sign_of_indefinite(*found, entries, trace, n);
      if (negative && !is_automatic) fail_indefinite(*negative);
      // An eigenspace that may go on.
      const bool is_cut =
          values[as_size(options.components) - 1] - values.back() <= rounding && values.back() > rounding;
      if (!negative && !(is_cut && is_automatic)) {
        take(found->pairs, options, entries, trace);
        return;
      }
    }
  }
  detail::EigenPairs all = detail::symmetric_eigen({k.data(), n, n});
  const double lowest = all.values.back();
  if (options.indefinite == Indefinite::shift && lowest < -rounding_of(largest_magnitude(all.values), entries, n)) {
    // Shifted off the diagonal of the centred space alone: the constant vector stays at 0, and is no component.
    for (Index i = 0; i < n; ++i) {
      for (Index j = 0; j < n; ++j) {
        k[as_size(i * n + j)] -= lowest * ((i == j ? 1.0 : 0.0) - 1 / static_cast<double>(n));
      }
    }
    all = detail::symmetric_eigen({k.data(), n, n});
    for (double& value : all.values) value += lowest;
  }
  take(all, options, entries);
}

// By products alone.
void KernelPca::State::decompose_samples(const AnyKernel& of_x, const KernelPcaOptions& options) {
  const MatrixSpan<const double> rows(x.data(), n, dimension);
  const auto size = static_cast<double>(n);
  const std::vector<double> ones(as_size(n), 1 / size);
  means.resize(as_size(n));
  detail::kernel_product(of_x, rows, ones.data(), means.data(), 1);
  grand = detail::sum_of(means) / size;
  const double diagonal = of_x.at_zero();
  const double trace =
      detail::pairwise_sum(0, as_size(n), [&](std::size_t i) { return diagonal + grand - 2 * means[i]; });
  require_varied(trace / 4, std::fabs(diagonal), n);  // its own rounding is a sum of n
  const auto centre = [&](std::span<double> column) {
    const double mean = detail::sum_of(column) / size;
    for (double& value : column) value -= mean;
  };
  const auto found = detail::largest_eigen(
      n, asked(n, options),
      [&](const double* v, double* y, Index r) {
        std::vector<double> centred(v, v + n * r);
        for (Index c = 0; c < r; ++c) centre({centred.data() + c * n, as_size(n)});
        detail::kernel_product(of_x, rows, centred.data(), y, r);
        for (Index c = 0; c < r; ++c) centre({y + c * n, as_size(n)});
      },
      detail::Lanczos::block);
  if (!found) {
    throw NumericalError(
        "kernel PCA: block Lanczos did not converge in 40 rounds; landmarks or the dense solver do without it");
  }
  if (const auto negative = sign_of_indefinite(*found, std::fabs(diagonal), trace, n)) fail_indefinite(*negative);
  take(found->pairs, options, std::fabs(diagonal), trace);
}

// out = (K - means) V / sqrt(lambda) of rows of kernel values, overwritten.
void KernelPca::State::transform_values(double* k, Index rows, MatrixSpan<double> out) const {
  for (Index i = 0; i < rows; ++i) {
    double* row = k + i * n;
    const double mean = detail::sum_of({row, as_size(n)}) / static_cast<double>(n);
    for (Index j = 0; j < n; ++j) row[j] += grand - mean - means[as_size(j)];
    for (Index c = 0; c < components(); ++c) {
      const double* vector = vectors.data() + c * n;
      const double lambda = eigenvalues[as_size(c)];
      const double product = detail::pairwise_sum(0, as_size(n), [&](std::size_t j) { return row[j] * vector[j]; });
      out(i, c) = lambda > 0 ? signs[as_size(c)] * product / std::sqrt(lambda) : 0;
    }
  }
}

// out = (Phi - means) axes^T.
void KernelPca::State::transform_features(MatrixSpan<const double> phi, MatrixSpan<double> out) const {
  for (Index i = 0; i < phi.rows; ++i) {
    for (Index c = 0; c < components(); ++c) {
      const double* axis = axes.data() + c * phi.cols;
      double sum = 0;
      for (Index j = 0; j < phi.cols; ++j) sum += (phi(i, j) - means[as_size(j)]) * axis[j];
      out(i, c) = sum;
    }
  }
}

KernelPca KernelPca::of_samples(const AnyKernel& kernel, MatrixSpan<const double> x, const KernelPcaOptions& options) {
  detail::require_finite(x, "X");
  require_components(x.rows, options.components);
  auto state = std::make_shared<State>();
  state->n = x.rows;
  state->dimension = x.cols;
  state->kernel.push_back(kernel);
  for (Index i = 0; i < x.rows; ++i) {
    for (Index j = 0; j < x.cols; ++j) state->x.push_back(x(i, j));
  }
  if (wants_lanczos(x.rows, options) && !detail::is_stored(x.rows, options.stored_bytes)) {
    state->decompose_samples(kernel, options);
  } else {
    state->decompose(detail::gram_of(kernel, x), options, false);
  }
  return KernelPca(std::move(state));
}

KernelPca KernelPca::of_matrix(MatrixSpan<const double> k, const KernelPcaOptions& options) {
  detail::require_symmetric(k, "K");
  require_components(k.rows, options.components);
  auto state = std::make_shared<State>();
  state->kind = State::Kind::matrix;
  state->n = k.rows;
  std::vector<double> copy;
  copy.reserve(as_size(k.rows) * as_size(k.rows));
  for (Index i = 0; i < k.rows; ++i) {
    for (Index j = 0; j < k.rows; ++j) copy.push_back(k(i, j));
  }
  state->decompose(std::move(copy), options, true);
  return KernelPca(std::move(state));
}

KernelPca KernelPca::of_features(MatrixSpan<const double> phi, const KernelPcaOptions& options) {
  detail::require_finite(phi, "X");
  require_components(phi.rows, options.components);
  auto state = std::make_shared<State>();
  const Index n = phi.rows, d = phi.cols;
  state->kind = State::Kind::features;
  state->n = n;
  state->dimension = d;
  state->means.resize(as_size(d));
  std::vector<double> centred(as_size(n) * as_size(d));
  for (Index j = 0; j < d; ++j) {
    const double mean =
        detail::pairwise_sum(0, as_size(n), [&](std::size_t i) { return phi(static_cast<Index>(i), j); }) /
        static_cast<double>(n);
    state->means[as_size(j)] = mean;
    double most = 0, apart = 0;
    for (Index i = 0; i < n; ++i) {
      most = std::max(most, std::fabs(phi(i, j)));
      apart = std::max(apart, std::fabs(phi(i, j) - mean));
    }
    if (apart <= 8 * kEpsilon * most) continue;  // constant
    for (Index i = 0; i < n; ++i) centred[as_size(i * d + j)] = phi(i, j) - mean;
  }
  const MatrixSpan<const double> rows(centred.data(), n, d);
  const Index smaller = std::min(n, d);
  const std::vector<double> gram = detail::smaller_gram(rows);
  detail::require_products(gram, smaller, "X");
  detail::EigenPairs pairs = detail::symmetric_eigen({gram.data(), smaller, smaller});
  if (d <= n) {  // vectors of the samples from the axes
    std::vector<double> vectors(as_size(n) * as_size(std::max(d, options.components)), 0.0);
    const double zero = static_cast<double>(n) * kEpsilon * std::max(pairs.values.front(), 0.0);
    for (Index c = 0; c < d; ++c) {
      if (!(pairs.values[as_size(c)] > zero)) continue;
      const double* axis = pairs.vectors.data() + c * d;
      for (Index i = 0; i < n; ++i) {
        const double* row = centred.data() + i * d;
        vectors[as_size(c * n + i)] = std::inner_product(row, row + d, axis, 0.0) / std::sqrt(pairs.values[as_size(c)]);
      }
    }
    pairs.vectors = std::move(vectors);
    pairs.values.resize(as_size(std::max(d, options.components)), 0.0);
  }
  KernelPcaOptions clipped = options;
  clipped.indefinite = Indefinite::clip;  // rounding alone is negative
  state->take(pairs, clipped, 0);
  state->axes.resize(as_size(d) * as_size(options.components), 0.0);
  for (Index c = 0; c < options.components; ++c) {
    const double lambda = state->eigenvalues[as_size(c)];
    if (!(lambda > 0)) continue;
    double* axis = state->axes.data() + c * d;
    for (Index i = 0; i < n; ++i) {
      const double share = state->vectors[as_size(c * n + i)] / std::sqrt(lambda);
      for (Index j = 0; j < d; ++j) axis[j] += share * centred[as_size(i * d + j)];
    }
  }
  return KernelPca(std::move(state));
}

KernelPca KernelPca::of_landmarks(const AnyKernel& kernel, MatrixSpan<const double> x, Index landmarks,
                                  const KernelPcaOptions& options, const LowRankOptions& pivots) {
  detail::require_finite(x, "X");
  require_components(x.rows, options.components);
  require(landmarks >= options.components && landmarks <= x.rows, "landmarks",
          "must be from the number of components, " + std::to_string(options.components) + ", to that of samples, " +
              std::to_string(x.rows),
          landmarks);
  const LowRank factor(kernel, x, landmarks, pivots);
  auto state = std::make_shared<State>();
  static_cast<KernelPcaParts&>(*state) = of_features(factor.factor(), options).parts();
  state->kind = State::Kind::landmarks;
  state->dimension = x.cols;
  state->kernel.push_back(kernel);
  state->least = 0;
  state->landmarks.assign(factor.pivots().begin(), factor.pivots().end());
  state->trace_error = factor.trace_errors().back();
  state->total += state->trace_error;
  const auto rows = factor.pivot_rows();
  for (Index i = 0; i < factor.rank(); ++i) {
    for (Index j = 0; j < factor.rank(); ++j) state->pivot_rows.push_back(rows(i, j));
    for (Index j = 0; j < x.cols; ++j) state->x.push_back(x(state->landmarks[as_size(i)], j));
  }
  return KernelPca(std::move(state));
}

KernelPca KernelPca::of_points(const AnyPointSet& points, const AnyKernel& kernel, Index n,
                               const KernelPcaOptions& options) {
  detail::require_kernel_symmetry(kernel.symmetry(), points.symmetry());
  const detail::SpectralBasis basis(points, n);
  require_components(n, options.components);
  auto state = std::make_shared<State>();
  state->n = n;
  state->dimension = points.dimension();
  state->kernel.push_back(kernel);
  state->x = points.points({0, n});
  std::vector<double> column(as_size(n)), lambda(as_size(n));
  const double c = detail::first_column(points, kernel, {0, n}, column);
  const double rounding = 2 * detail::SpectralBasis::rounding(column);
  basis.eigenvalues(column, lambda);
  state->grand = c + lambda.front() / static_cast<double>(n);
  state->means.assign(as_size(n), state->grand);
  lambda.front() = 0;  // the constant vector
  double total = 0;
  for (double& value : lambda) {
    require(value >= -rounding, "kernel", "must be positive semidefinite on the points; an eigenvalue", value);
    value = value > rounding ? value : 0;
  }
  total = detail::sum_of(lambda);
  require(total > 0 && std::isfinite(total), "kernel", "must not be constant on the points; centred trace", total);
  state->total = total;

  // The largest, equal ones by frequency. The constant vector is the last of the zeros.
  std::vector<Index> order(as_size(n) - 1);
  std::iota(order.begin(), order.end(), Index{1});
  const auto larger = [&](Index a, Index b) {
    const double la = lambda[as_size(a)], lb = lambda[as_size(b)];
    return la > lb || (la == lb && a < b);
  };
  const Index count = std::min(options.components, n - 1);
  std::nth_element(order.begin(), order.begin() + (count - 1), order.end(), larger);
  const double threshold = lambda[as_size(order[as_size(count - 1)])] - rounding;
  order.resize(as_size(n) - 1);
  std::erase_if(order, [&](Index i) { return lambda[as_size(i)] < threshold; });
  std::sort(order.begin(), order.end(), larger);
  const auto frequency = [&](Index i) {  // cosine k before sine n - k
    const bool is_pair = basis.characters() != detail::Characters::walsh;
    return is_pair && 2 * i > n ? 2 * (n - i) + 1 : is_pair ? 2 * i : i;
  };
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first + 1;
    while (last < order.size() && lambda[as_size(order[last - 1])] - lambda[as_size(order[last])] <= rounding) ++last;
    std::sort(order.begin() + static_cast<std::ptrdiff_t>(first), order.begin() + static_cast<std::ptrdiff_t>(last),
              [&](Index a, Index b) { return frequency(a) < frequency(b); });
    first = last;
  }
  order.resize(as_size(count));
  if (options.components == n) order.push_back(0);

  const Index components = options.components;
  state->vectors.assign(as_size(n) * as_size(components), 0.0);
  for (Index j = 0; j < components; ++j) {
    state->vectors[as_size(j * n + order[as_size(j)])] = 1;
    state->eigenvalues.push_back(lambda[as_size(order[as_size(j)])]);
  }
  state->before = state->eigenvalues;
  state->signs.assign(as_size(components), 1.0);
  const MatrixSpan<double> columns(state->vectors.data(), n, components, 1, n);
  basis.inverse(columns, columns);
  parallel_for(components, 1, [&](Range range) {
    for (Index j = range.first; j < range.last; ++j) detail::fix_sign({state->vectors.data() + j * n, as_size(n)});
  });
  return KernelPca(std::move(state));
}

KernelPca KernelPca::of_parts(KernelPcaParts parts, std::optional<AnyKernel> kernel) {
  const std::size_t n = as_size(parts.n), c = parts.eigenvalues.size();
  const bool is_features = parts.kind == KernelPcaParts::Kind::features;
  const bool is_samples = parts.kind == KernelPcaParts::Kind::samples;
  const bool is_landmarks = parts.kind == KernelPcaParts::Kind::landmarks;
  const std::size_t d = as_size(parts.dimension), rank = parts.landmarks.size();
  const bool fits = c >= 1 && parts.signs.size() == c && parts.before.size() == c && parts.vectors.size() == c * n &&
                    parts.means.size() == (is_features    ? d
                                           : is_landmarks ? rank
                                                          : n) &&
                    parts.x.size() == (is_samples ? n * d : rank * d) &&
                    parts.axes.size() == c * (is_features ? d : rank) && parts.pivot_rows.size() == rank * rank &&
                    (rank > 0) == is_landmarks && kernel.has_value() == (is_samples || is_landmarks);
  require(fits, "parts", "must have sizes that fit", static_cast<Index>(c));
  auto state = std::make_shared<State>();
  static_cast<KernelPcaParts&>(*state) = std::move(parts);
  if (kernel) state->kernel.push_back(*kernel);
  return KernelPca(std::move(state));
}

const KernelPcaParts& KernelPca::parts() const noexcept { return *state_; }

Index KernelPca::samples() const noexcept { return state_->n; }
Index KernelPca::components() const noexcept { return state_->components(); }
std::span<const double> KernelPca::eigenvalues() const noexcept { return state_->eigenvalues; }
double KernelPca::total_variance() const noexcept { return state_->total; }
double KernelPca::least_eigenvalue() const noexcept { return state_->least; }
std::span<const Index> KernelPca::landmarks() const noexcept { return state_->landmarks; }
double KernelPca::trace_error() const noexcept { return state_->trace_error; }
MatrixSpan<const double> KernelPca::vectors() const noexcept {
  return {state_->vectors.data(), state_->n, state_->components(), 1, state_->n};
}

void KernelPca::scores(MatrixSpan<double> out) const {
  require(out.rows == samples(), "out", "must have a row per sample, " + std::to_string(samples()), out.rows);
  require(out.cols == components(), "out", "must have a column per component, " + std::to_string(components()),
          out.cols);
  for (Index c = 0; c < components(); ++c) {
    const double lambda = state_->eigenvalues[as_size(c)];
    const double factor = lambda > 0 ? state_->signs[as_size(c)] * state_->before[as_size(c)] / std::sqrt(lambda) : 0;
    for (Index i = 0; i < samples(); ++i) out(i, c) = factor * state_->vectors[as_size(c * samples() + i)];
  }
}

void KernelPca::transform(MatrixSpan<const double> x, MatrixSpan<double> out) const {
  const State& s = *state_;
  detail::require_finite(x, "X");
  const Index columns = s.kind == State::Kind::matrix ? s.n : s.dimension;
  require(x.cols == columns, "X", "must have " + std::to_string(columns) + " columns", x.cols);
  require(out.rows == x.rows, "out", "must have a row per sample, " + std::to_string(x.rows), out.rows);
  require(out.cols == components(), "out", "must have a column per component, " + std::to_string(components()),
          out.cols);
  if (s.kind == State::Kind::features) {
    s.transform_features(x, out);
    return;
  }
  const bool is_landmarks = s.kind == State::Kind::landmarks;
  const Index width = is_landmarks ? static_cast<Index>(s.landmarks.size()) : s.n;
  parallel_for((x.rows + kTile - 1) / kTile, 1, [&](Range tiles) {
    std::vector<double> values(as_size(std::min(kTile, x.rows)) * as_size(width));
    for (Index tile = tiles.first; tile < tiles.last; ++tile) {
      const Index first = tile * kTile, last = std::min(first + kTile, x.rows);
      const auto rows = x.row_range(first, last);
      if (is_landmarks) {
        const MatrixSpan<double> phi(values.data(), rows.rows, width);
        s.kernel.front().cross(rows, MatrixSpan<const double>(s.x.data(), width, s.dimension), phi);
        nystrom_features(MatrixSpan<const double>(s.pivot_rows.data(), width, width), phi, phi);
        s.transform_features(phi, out.row_range(first, last));
        continue;
      }
      if (s.kind == State::Kind::matrix) {
        for (Index i = 0; i < rows.rows; ++i) {
          for (Index j = 0; j < s.n; ++j) values[as_size(i * s.n + j)] = rows(i, j);
        }
      } else {
        s.kernel.front().cross(rows, MatrixSpan<const double>(s.x.data(), s.n, s.dimension),
                               {values.data(), rows.rows, s.n});
      }
      s.transform_values(values.data(), rows.rows, out.row_range(first, last));
    }
  });
}

}  // namespace korobov
