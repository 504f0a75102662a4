#include "gram/spectral_basis.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>
#include <string>

#include <korobov/core/bits.hpp>
#include <korobov/core/error.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/transforms/bit_reversed_fft.hpp>
#include <korobov/transforms/fft.hpp>
#include <korobov/transforms/fwht.hpp>

#include "core/buffer.hpp"
#include "core/sums.hpp"
#include "transforms/fft_filter.hpp"
#include "transforms/fwht_kernels.hpp"
#include "transforms/shapes.hpp"

namespace korobov::detail {
namespace {

using Complex = std::complex<double>;

std::size_t as_size(Index n) { return static_cast<std::size_t>(n); }

Characters characters_of(const AnyPointSet& points) {
  if (points.symmetry() == SymmetryKind::unstructured) {
    fail_requirement("points", "must be a lattice or a net in base 2: other sets have no fast transform",
                     points.description());
  }
  if (points.symmetry() != SymmetryKind::cyclic) return Characters::walsh;
  if (points.order() == Order::gray) {
    fail_requirement("points", "must not be in Gray order: a Gray-ordered lattice's Gram matrix has no fast transform",
                     points.description());
  }
  return points.order() == Order::linear ? Characters::circulant : Characters::bit_reversed;
}

// One vector at a time, from `from` into v, which may be the same, with scratch of its own.
class Worker {
 public:
  Worker(Characters characters, Index n)
      : characters_(characters),
        n_(n),
        memory_(characters == Characters::walsh ? 0 : as_size(2 * (n / 2 + 1))),
        z_(reinterpret_cast<Complex*>(memory_.data()), memory_.size() / 2) {}

  void forward(const double* from, double* v) {
    if (characters_ == Characters::walsh) return walsh(from, v);
    spectrum(from);
    v[0] = z_[0].real();
    for (Index k = 1; 2 * k < n_; ++k) {
      v[k] = std::numbers::sqrt2 * z_[as_size(k)].real();
      v[n_ - k] = std::numbers::sqrt2 * z_[as_size(k)].imag();
    }
    if (n_ % 2 == 0) v[n_ / 2] = z_[as_size(n_ / 2)].real();
  }
  void inverse(const double* from, double* v) {
    if (characters_ == Characters::walsh) return walsh(from, v);
    constexpr double half = 0.5 * std::numbers::sqrt2;
    z_[0] = from[0];
    for (Index k = 1; 2 * k < n_; ++k) z_[as_size(k)] = {half * from[k], half * from[n_ - k]};
    if (n_ % 2 == 0) z_[as_size(n_ / 2)] = from[n_ / 2];
    signal(v);
  }
  // The product or quotient is no pass of its own.
  void filter(const double* factor, Pointwise how, const double* from, double* v) {
    if (characters_ == Characters::circulant) {
      spectrum(from);
      for (Index k = 0; k <= n_ / 2; ++k) {
        how == Pointwise::divide ? z_[as_size(k)] /= factor[k] : z_[as_size(k)] *= factor[k];
      }
      return signal(v);
    }
    const int m = floor_log2(n_);
    if (characters_ == Characters::bit_reversed) return real_fft_filter(from, v, factor, how, z_.data(), m);
    const double both = std::ldexp(1.0, -m);
    if (m >= kLeastSharedLevels && num_threads() > 1) return fwht_filter_row_shared(from, v, factor, how, m, both);
    fwht_filter_row(from, v, factor, how, m, both);
  }
  // The half spectrum of v, and back.
  std::span<Complex> spectrum(const double* v) {
    const std::span<const double> y(v, as_size(n_));
    characters_ == Characters::bit_reversed ? rfftbr(y, z_) : rfft(y, z_);
    return z_;
  }
  void signal(double* v) { characters_ == Characters::bit_reversed ? irfftbr(z_, values(v)) : irfft(z_, values(v)); }
  std::span<Complex> half_spectrum() noexcept { return z_; }

 private:
  std::span<double> values(double* v) const { return {v, as_size(n_)}; }
  void walsh(const double* from, double* v) {
    if (from != v) std::copy(from, from + n_, v);
    fwht(values(v));
  }

  Characters characters_;
  Index n_;
  Buffer<double> memory_;
  std::span<Complex> z_;
};

template <class T>
void require_vectors(MatrixSpan<const T> y, MatrixSpan<T> out, Index n) {
  require(y.rows == n, "y", "must have one row per point, " + shown(n), y.rows);
  require(out.rows == n, "out", "must have one row per point, " + shown(n), out.rows);
  require(out.cols == y.cols, "out", "must have as many columns as the input, " + shown(y.cols), out.cols);
  if (y.cols == 0) return;
  require_distinct(out, "out");
  if (y.data != out.data || y.row_stride != out.row_stride || y.col_stride != out.col_stride) {
    require_disjoint(out, y, "out");
  }
}

// apply(worker, from, v) on every column of y, results into out. Columns that are no adjacent doubles go through a
// buffer, eight at a time, so that cache lines are used whole.
template <class T, class Apply>
void each_column(Characters characters, Index n, MatrixSpan<const T> y, MatrixSpan<T> out, const Apply& apply) {
  require_vectors(y, out, n);
  const bool direct = std::is_same_v<T, double> && out.row_stride == 1;
  parallel_for(y.cols, row_grain(n), [&](Range columns) {
    Worker worker(characters, n);
    const Index width = direct ? 1 : std::min<Index>(8, columns.size());
    std::vector<double> buffer(direct ? 0 : as_size(width * n));
    for (Index first = columns.first; first < columns.last; first += width) {
      const Index count = std::min(width, columns.last - first);
      const auto at = [&](Index c) {
        if constexpr (std::is_same_v<T, double>) {
          if (direct) return out.data + (first + c) * out.col_stride;
        }
        return buffer.data() + c * n;
      };
      if constexpr (std::is_same_v<T, double>) {
        if (direct && y.row_stride == 1) {
          apply(worker, y.data + first * y.col_stride, at(0));
          continue;
        }
      }
      for (Index i = 0; i < n; ++i) {
        for (Index c = 0; c < count; ++c) at(c)[i] = static_cast<double>(y(i, first + c));
      }
      for (Index c = 0; c < count; ++c) apply(worker, at(c), at(c));
      if (direct) continue;
      for (Index i = 0; i < n; ++i) {
        for (Index c = 0; c < count; ++c) out(i, first + c) = static_cast<T>(at(c)[i]);
      }
    }
  });
}

void require_length(std::span<const double> values, Index expected, const char* name) {
  require(std::ssize(values) == expected, name, "must have length " + shown(expected), std::ssize(values));
}

double norm(std::span<const double> v) {
  const double plain = std::sqrt(pairwise_sum(0, v.size(), [v](std::size_t i) { return v[i] * v[i]; }));
  if (plain > 1e-140 && std::isfinite(plain)) return plain;
  double largest = 0;  // the squares may be no doubles
  for (const double value : v) largest = std::max(largest, std::fabs(value));
  if (!(largest > 0 && std::isfinite(largest))) return plain;
  return largest * std::sqrt(pairwise_sum(0, v.size(), [&](std::size_t i) {
           const double ratio = v[i] / largest;
           return ratio * ratio;
         }));
}

// The imaginary parts of an even column's transform are rounding errors.
void require_even(std::span<const Complex> z, double rounding) {
  const double odd = std::sqrt(2 * pairwise_sum(0, z.size(), [z](std::size_t k) { return z[k].imag() * z[k].imag(); }));
  require(
      odd <= rounding || !std::isfinite(odd), "kernel",  // overflow is the caller's finding
      "must be an even function of x - z: a derivative of odd order has imaginary eigenvalues and no real solve; its "
      "odd part has norm",
      odd);
}

}  // namespace

SpectralBasis::SpectralBasis(const AnyPointSet& points, Index n) : characters_(characters_of(points)), n_(n) {
  require(n >= 1, "n", "must be at least 1", n);
  require(n <= points.size_limit(), "n",
          "must be at most the number of points of the set, " + shown(points.size_limit()), n);
  if (characters_ == Characters::circulant) {
    require(n == points.size_limit(), "n",
            "must be the lattice's own number of points in linear order, " + shown(points.size_limit()), n);
  } else {
    require(is_power_of_two(n), "n", "must be a power of two: only then is the Gram matrix diagonal in the transform",
            n);
  }
}

void SpectralBasis::forward(MatrixSpan<const double> y, MatrixSpan<double> c) const {
  each_column(characters_, n_, y, c, [](Worker& worker, const double* from, double* v) { worker.forward(from, v); });
}
void SpectralBasis::inverse(MatrixSpan<const double> c, MatrixSpan<double> y) const {
  each_column(characters_, n_, c, y, [](Worker& worker, const double* from, double* v) { worker.inverse(from, v); });
}
void SpectralBasis::filter(std::span<const double> factor, MatrixSpan<const double> y, MatrixSpan<double> out,
                           Pointwise how) const {
  require_length(factor, n_, "factor");
  each_column(characters_, n_, y, out,
              [&](Worker& worker, const double* from, double* v) { worker.filter(factor.data(), how, from, v); });
}
void SpectralBasis::filter(std::span<const double> factor, MatrixSpan<const float> y, MatrixSpan<float> out,
                           Pointwise how) const {
  require_length(factor, n_, "factor");
  each_column(characters_, n_, y, out,
              [&](Worker& worker, const double* from, double* v) { worker.filter(factor.data(), how, from, v); });
}

double SpectralBasis::rounding(std::span<const double> k_minus_c) {
  const int levels = ceil_log2(std::max<Index>(std::ssize(k_minus_c), 1)) + 2;
  return 4 * std::numeric_limits<double>::epsilon() * levels * norm(k_minus_c);
}

void SpectralBasis::eigenvalues(std::span<const double> k_minus_c, std::span<double> lambda) const {
  require_length(k_minus_c, n_, "k_minus_c");
  require_length(lambda, n_, "lambda");
  const double root = std::sqrt(static_cast<double>(n_));
  if (characters_ == Characters::walsh) {
    std::copy(k_minus_c.begin(), k_minus_c.end(), lambda.begin());
    fwht(lambda);
    for (auto& value : lambda) value *= root;
    return;
  }
  Worker worker(characters_, n_);
  const auto z = worker.spectrum(k_minus_c.data());
  require_even(z, rounding(k_minus_c));
  lambda[0] = root * z[0].real();
  for (Index k = 1; k <= n_ / 2; ++k) {
    lambda[as_size(k)] = lambda[as_size(n_ - k)] = root * z[as_size(k)].real();
  }
}

void SpectralBasis::doubled_eigenvalues(std::span<const double> lambda, std::span<const double> next_k_minus_c,
                                        std::span<double> both) const {
  require(characters_ != Characters::circulant, "points", "must be in natural or Gray order to be doubled",
          std::string_view("linear order"));
  require_length(lambda, n_, "lambda");
  require_length(next_k_minus_c, n_, "next_k_minus_c");
  require_length(both, 2 * n_, "both");
  const double root = std::sqrt(static_cast<double>(n_));
  if (characters_ == Characters::walsh) {
    const auto next = both.last(as_size(n_));
    std::copy(next_k_minus_c.begin(), next_k_minus_c.end(), next.begin());
    fwht(next);
    for (std::size_t k = 0; k < lambda.size(); ++k) {
      const double step = root * next[k];
      both[k] = lambda[k] + step;
      next[k] = lambda[k] - step;
    }
    return;
  }
  // lambda / sqrt n is the unitary transform of the old half of the column; the joined one times sqrt(2n) is wanted.
  Worker worker(characters_, n_);
  const auto next = worker.spectrum(next_k_minus_c.data());
  std::vector<Complex> old(next.size());
  std::vector<Complex> joined(as_size(n_ + 1));
  for (std::size_t k = 0; k < old.size(); ++k) old[k] = lambda[k];
  for (auto& z : next) z *= root;
  rfftbr_join(old, next, joined);
  require_even(joined, 2 * root * rounding(next_k_minus_c) + rounding(lambda));
  both[0] = std::numbers::sqrt2 * joined[0].real();
  for (Index k = 1; k <= n_; ++k) {
    both[as_size(k)] = both[as_size(2 * n_ - k)] = std::numbers::sqrt2 * joined[as_size(k)].real();
  }
}

void SpectralBasis::pull_back(std::span<const double> dlambda, std::span<double> dk) const {
  require_length(dlambda, n_, "dlambda");
  require_length(dk, n_, "dk");
  const double root = std::sqrt(static_cast<double>(n_));
  if (characters_ == Characters::walsh) {
    std::copy(dlambda.begin(), dlambda.end(), dk.begin());
    fwht(dk);
  } else {  // the real part of T^H g: of the even part of g
    Worker worker(characters_, n_);
    const auto z = worker.half_spectrum();
    z[0] = dlambda[0];
    for (Index k = 1; k <= n_ / 2; ++k) z[as_size(k)] = 0.5 * (dlambda[as_size(k)] + dlambda[as_size(n_ - k)]);
    worker.signal(dk.data());
  }
  for (auto& value : dk) value *= root;
}

void differences(const AnyPointSet& points, Range range, MatrixSpan<Word> words) {
  require(points.symmetry() != SymmetryKind::unstructured, "points", "must be a lattice or a net in base 2",
          std::string_view("unstructured points"));
  points.fill(range, words);
  const std::vector<Word> origin = points.integers({0, 1});
  const bool cyclic = points.symmetry() == SymmetryKind::cyclic;
  for (Index j = 0; j < words.cols; ++j) {
    const Word zero = origin[as_size(j)];
    if (zero == 0) continue;
    for (Index i = 0; i < words.rows; ++i) {
      words(i, j) = cyclic ? Cyclic::subtract(words(i, j), zero) : Dyadic::subtract(words(i, j), zero);
    }
  }
}

double first_column(const AnyPointSet& points, const AnyKernel& kernel, Range range, std::span<double> k_minus_c) {
  require_length(k_minus_c, range.size(), "k_minus_c");
  const Index d = points.dimension();
  const double c = kernel.column(MatrixSpan<const Word>(nullptr, 0, d), {});
  const Index rows = std::max<Index>(512, (Index{1} << 14) / d / 512 * 512);  // of a tile: some 128 KiB of words
  parallel_for(range.size(), 4096, [&](Range part) {
    std::vector<Word> words(as_size(std::min(rows, part.size()) * d));
    for (Index first = part.first; first < part.last; first += rows) {
      const Index count = std::min(rows, part.last - first);
      const MatrixSpan<Word> view(words.data(), count, d, 1, count);
      differences(points, {range.first + first, range.first + first + count}, view);
      kernel.column(view, k_minus_c.subspan(as_size(first), as_size(count)));
    }
  });
  return c;
}

std::vector<Word> exact_words(MatrixSpan<const double> x, bool is_cyclic, std::string_view parameter) {
  std::vector<Word> words;
  words.reserve(as_size(x.rows * x.cols));
  for (Index i = 0; i < x.rows; ++i) {
    for (Index j = 0; j < x.cols; ++j) {
      const double value = x(i, j);
      require(std::isfinite(value), parameter, "must be finite", value);
      require(is_cyclic || (value >= 0 && value < 1), parameter,
              "must lie in [0, 1): nets' kernels look at binary digits", value);
      const double fraction = value - std::floor(value);
      words.push_back(fraction < 1 ? static_cast<Word>(fraction * 0x1p64) : Word{0});
    }
  }
  return words;
}

std::vector<double> constant_gradient(const AnyKernel& kernel) {
  std::vector<double> theta(kernel.parameters().begin(), kernel.parameters().end());
  std::vector<double> slopes(theta.size());
  const auto names = kernel.parameter_names();
  const MatrixSpan<const Word> none(nullptr, 0, kernel.dimension());
  const double c = kernel.column(none, {});
  for (std::size_t p = 0; p < theta.size(); ++p) {
    if (!names[p].ends_with("scale")) continue;
    const double kept = theta[p];
    theta[p] = 2 * kept;
    slopes[p] = (kernel.with(theta).column(none, {}) - c) / kept;
    theta[p] = kept;
  }
  return slopes;
}

}  // namespace korobov::detail
