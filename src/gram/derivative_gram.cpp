#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <atomic>
#include <cmath>
#include <complex>

#include <korobov/core/parallel.hpp>
#include <korobov/gram/derivative_gram.hpp>

#include "core/sums.hpp"
#include "gram/spectral_basis.hpp"
#include "transforms/shapes.hpp"

namespace korobov {
namespace {

using detail::require;
using detail::shown;
using detail::SpectralBasis;
using Complex = std::complex<double>;
using Block = Eigen::MatrixXcd;
using BlockMap = Eigen::Map<Block>;
using ConstBlockMap = Eigen::Map<const Block>;

constexpr Index kBlockValues = Index{1} << 20;  // of columns in flight
constexpr Index kFrequencies = 256;             // per thread at least

std::size_t as_size(Index n) { return static_cast<std::size_t>(n); }

}  // namespace

struct DerivativeGram::State {
  SpectralBasis basis;
  Index b = 0;                       // B
  std::vector<bool> odd{};           // of |o_a|
  std::vector<AnyKernel> kernels{};  // of (a, c), c <= a, row by row
  std::vector<Word> words{};         // x_i - x_0 (n, d), dimension-major
  std::vector<double> nuggets{};
  double lift = 0;
  std::vector<double> rounding{};
  Index of_values = -1;             // the block of orders 0
  double rest = 0;                  // its entry of H(0) without n c
  std::vector<Complex> matrices{};  // H(h), h <= n / 2, (B, B) column-major, lower triangles
  std::vector<Complex> factors{};   // their Cholesky factors
  Index failed = -1;                // the first frequency whose matrix is not positive definite

  Index n() const { return basis.size(); }
  Index size() const { return b * n(); }
  Index half() const { return n() / 2; }
  bool is_end(Index h) const { return h == 0 || 2 * h == n(); }  // a frequency that is its own conjugate
  MatrixSpan<const Word> differences() const { return {words.data(), n(), std::ssize(words) / n(), 1, n()}; }
  static std::size_t pair(Index a, Index c) { return as_size(a * (a + 1) / 2 + c); }
  bool is_odd(Index a, Index c) const { return odd[as_size(a)] != odd[as_size(c)]; }
  ConstBlockMap matrix(Index h) const { return {matrices.data() + h * b * b, b, b}; }
  ConstBlockMap factor(Index h) const { return {factors.data() + h * b * b, b, b}; }

  void require_nuggets() const {
    require(std::ssize(nuggets) == b, "nuggets", "must have one entry per block, " + shown(b), nuggets.size());
    for (const double value : nuggets) {
      require(value >= 0 && std::isfinite(value), "nuggets", "must be finite and not negative", value);
    }
  }

  // Matrices and factors, from kernels and nuggets.
  void complete() {
    require_nuggets();
    rounding.resize(as_size(b));
    matrices.assign(as_size((half() + 1) * b * b), Complex{});
    const double root = std::sqrt(static_cast<double>(n()));
    std::vector<double> column(as_size(n()));
    const MatrixSpan<double> view(column.data(), n(), 1, 1, n());
    for (Index a = 0; a < b; ++a) {
      for (Index c = 0; c <= a; ++c) {
        const double constant = kernels[pair(a, c)].column(differences(), column);
        if (a == c) rounding[as_size(a)] = SpectralBasis::rounding(column);
        basis.forward(view, view);
        for (Index h = 0; h <= half(); ++h) {
          Complex& entry = matrices[as_size((h * b + c) * b + a)];
          if (!is_odd(a, c)) {
            entry = root * (is_end(h) ? 1.0 : std::sqrt(0.5)) * column[as_size(h)];
          } else if (!is_end(h)) {
            entry = Complex(0.0, root * std::sqrt(0.5) * column[as_size(n() - h)]);
          }
          // k - c is positive semidefinite: its eigenvalues below 0 are rounding errors.
          if (a == c) entry = std::max(entry.real(), 0.0) + nuggets[as_size(a)] + lift * rounding[as_size(a)];
        }
        Complex& of_zero = matrices[as_size(c * b + a)];
        if (a == of_values && c == a) rest = of_zero.real();
        of_zero += static_cast<double>(n()) * constant;
      }
    }
    factors = matrices;
    std::atomic<Index> first{half() + 1};
    parallel_for(half() + 1, kFrequencies, [&](Range part) {
      for (Index h = part.first; h < part.last; ++h) {
        Eigen::Ref<Block> in_place(BlockMap(factors.data() + h * b * b, b, b));
        const Eigen::LLT<Eigen::Ref<Block>> llt(in_place);
        if (llt.info() == Eigen::Success && in_place.allFinite()) continue;
        Index least = first.load();
        while (h < least && !first.compare_exchange_weak(least, h)) {
        }
        return;
      }
    });
    failed = first.load() > half() ? -1 : first.load();
  }

  void require_factor(const char* what) const {
    if (failed < 0) return;
    const Eigen::SelfAdjointEigenSolver<Block> solver(matrix(failed), Eigen::EigenvaluesOnly);
    throw NumericalError(std::string(what) + ": needs a positive definite matrix; the smallest eigenvalue of the " +
                         shown(b) + " blocks at frequency " + shown(failed) + " of " + shown(n()) + " is " +
                         shown(solver.eigenvalues()(0)) + ", rounding errors up to " +
                         shown(*std::max_element(rounding.begin(), rounding.end())) + ": raise nuggets from " +
                         shown(*std::min_element(nuggets.begin(), nuggets.end())));
  }
  void require_y(MatrixSpan<const double> y) const {
    require(y.rows == size(), "y", "must have one row per block and point, " + shown(size()), y.rows);
  }

  // body(first, c, count): columns of y from `first` on as packed coefficients, block a of column s at (s B + a) n of
  // c.
  template <class Body>
  void each_block(MatrixSpan<const double> y, const Body& body) const {
    const Index width = std::clamp<Index>(kBlockValues / std::max<Index>(size(), 1), 1, std::max<Index>(y.cols, 1));
    std::vector<double> c(as_size(size() * width));
    for (Index first = 0; first < y.cols; first += width) {
      const Index count = std::min(width, y.cols - first);
      for (Index row = 0; row < size(); ++row) {
        for (Index s = 0; s < count; ++s) c[as_size(s * size() + row)] = y(row, first + s);
      }
      const MatrixSpan<double> vectors(c.data(), n(), count * b, 1, n());
      basis.forward(vectors, vectors);
      body(first, c.data(), count);
    }
  }
  // work(h, z): z (B, count) the blocks' coefficients at frequency h as complex numbers, in place. c_k and c_{n-k} are
  // sqrt 2 times the parts of the unitary transform, so |z|^2 sums to |y|^2 over h <= n / 2.
  template <class Work>
  void each_frequency(double* c, Index count, const Work& work) const {
    parallel_for(half() + 1, kFrequencies, [&](Range part) {
      Block z(b, count);
      for (Index h = part.first; h < part.last; ++h) {
        const auto at = [&](Index a, Index s, Index k) -> double& { return c[(s * b + a) * n() + k]; };
        for (Index s = 0; s < count; ++s) {
          for (Index a = 0; a < b; ++a) z(a, s) = Complex(at(a, s, h), is_end(h) ? 0.0 : at(a, s, n() - h));
        }
        work(h, z);
        for (Index s = 0; s < count; ++s) {
          for (Index a = 0; a < b; ++a) {
            at(a, s, h) = z(a, s).real();
            if (!is_end(h)) at(a, s, n() - h) = z(a, s).imag();
          }
        }
      }
    });
  }
  template <class Work>
  void map(MatrixSpan<const double> y, MatrixSpan<double> out, const Work& work) const {
    require_y(y);
    require(out.rows == size(), "out", "must have one row per block and point, " + shown(size()), out.rows);
    require(out.cols == y.cols, "out", "must have as many columns as the input, " + shown(y.cols), out.cols);
    if (y.cols == 0) return;
    detail::require_distinct(out, "out");
    if (y.data != out.data || y.row_stride != out.row_stride || y.col_stride != out.col_stride) {
      detail::require_disjoint(out, y, "out");
    }
    each_block(y, [&](Index first, double* c, Index count) {
      each_frequency(c, count, work);
      const MatrixSpan<double> vectors(c, n(), count * b, 1, n());
      basis.inverse(vectors, vectors);
      for (Index row = 0; row < size(); ++row) {
        for (Index s = 0; s < count; ++s) out(row, first + s) = c[s * size() + row];
      }
    });
  }
};

DerivativeGram::DerivativeGram(const PointSet<Cyclic>& points, const ShiftInvariantKernel& kernel,
                               MatrixSpan<const int> orders, Index n, std::span<const double> nuggets, double lift) {
  const Index d = points.dimension();
  require(kernel.dimension() == d, "kernel", "must have the points' dimension, " + shown(d), kernel.dimension());
  require(orders.rows >= 1, "orders", "must have at least one row", orders.rows);
  require(lift >= 0 && std::isfinite(lift), "lift", "must be finite and not negative", lift);
  require(orders.cols == d, "orders", "must have one column per dimension, " + shown(d), orders.cols);
  auto state = std::make_shared<State>(State{SpectralBasis(points, n)});
  state->b = orders.rows;
  std::vector<std::vector<int>> rows;
  for (Index a = 0; a < orders.rows; ++a) {
    std::vector<int> row;
    Index sum = 0;
    for (Index j = 0; j < d; ++j) {
      require(orders(a, j) >= 0, "orders", "must not be negative", orders(a, j));
      require(orders(a, j) <= kernel.alpha(j) - 1, "orders",
              "must be at most alpha - 1 = " + shown(kernel.alpha(j) - 1) + " in dimension " + shown(j), orders(a, j));
      row.push_back(orders(a, j));
      sum += orders(a, j);
    }
    require(std::find(rows.begin(), rows.end(), row) == rows.end(), "orders",
            "must differ from row to row; repeated is", a);
    rows.push_back(std::move(row));
    if (sum == 0) state->of_values = a;
    state->odd.push_back(sum % 2 == 1);
    for (Index c = 0; c <= a; ++c) state->kernels.push_back(kernel.derivative(rows[as_size(a)], rows[as_size(c)]));
  }
  state->words.resize(as_size(n * d));
  detail::differences(points, {0, n}, MatrixSpan<Word>(state->words.data(), n, d, 1, n));
  state->nuggets.assign(nuggets.begin(), nuggets.end());
  state->lift = lift;
  state->complete();
  state_ = std::move(state);
}

Index DerivativeGram::blocks() const noexcept { return state_->b; }
Index DerivativeGram::size() const noexcept { return state_->size(); }
std::span<const double> DerivativeGram::rounding_errors() const noexcept { return state_->rounding; }
bool DerivativeGram::is_positive_definite() const noexcept { return state_->failed < 0; }

void DerivativeGram::apply(MatrixSpan<const double> y, MatrixSpan<double> out) const {
  state_->map(y, out, [this](Index h, Block& z) { z = state_->matrix(h).selfadjointView<Eigen::Lower>() * Block(z); });
}

void DerivativeGram::solve(MatrixSpan<const double> y, MatrixSpan<double> out) const {
  state_->require_factor("solve");
  state_->map(y, out, [this](Index h, Block& z) {
    const auto lower = state_->factor(h).triangularView<Eigen::Lower>();
    lower.solveInPlace(z);
    lower.adjoint().solveInPlace(z);
  });
}

double DerivativeGram::logdet() const {
  const State& s = *state_;
  s.require_factor("logdet");
  return detail::pairwise_sum(0, as_size(s.half() + 1), [&](std::size_t h) {
    const auto k = static_cast<Index>(h);
    double sum = 0;
    for (Index a = 0; a < s.b; ++a) sum += 2 * std::log(s.factor(k)(a, a).real());
    return s.is_end(k) ? sum : 2 * sum;
  });
}

void DerivativeGram::inverse_quadratic(MatrixSpan<const double> y, std::span<double> values) const {
  const State& s = *state_;
  s.require_factor("inverse_quadratic");
  s.require_y(y);
  require(std::ssize(values) == y.cols, "values", "must have one place per column, " + shown(y.cols), values.size());
  s.each_block(y, [&](Index first, double* c, Index count) {
    s.each_frequency(c, count, [&](Index h, Block& z) { s.factor(h).triangularView<Eigen::Lower>().solveInPlace(z); });
    for (Index column = 0; column < count; ++column) {
      const double* const v = c + column * s.size();
      values[as_size(first + column)] =
          detail::pairwise_sum(0, as_size(s.size()), [v](std::size_t i) { return v[i] * v[i]; });
    }
  });
}

// dL = sum over h <= n/2 of tr(G dH) / 2, G = w r H^-1 - sum x x^H, x = H^-1 z, w = 1 at the ends and 2 elsewhere. The
// parts of H_ac are coefficients of a column, so those of G_ac, transformed back, are dL/dcolumn.
void DerivativeGram::gradient(MatrixSpan<const double> y, std::span<double> dkernel, std::span<double> dnuggets) const {
  const State& s = *state_;
  s.require_factor("gradient");
  s.require_y(y);
  require(dkernel.size() == s.kernels[0].parameters().size(), "dkernel", "must have one entry per hyper-parameter",
          dkernel.size());
  require(std::ssize(dnuggets) == s.b, "dnuggets", "must have one entry per block, " + shown(s.b), dnuggets.size());
  const Index n = s.n();
  const Index b = s.b;
  std::vector<Complex> g(as_size((s.half() + 1) * b * b));
  parallel_for(s.half() + 1, kFrequencies, [&](Range part) {
    for (Index h = part.first; h < part.last; ++h) {
      const auto lower = s.factor(h).triangularView<Eigen::Lower>();
      Block inverse = Block::Identity(b, b);
      lower.solveInPlace(inverse);
      BlockMap(g.data() + h * b * b, b, b) =
          (s.is_end(h) ? 1.0 : 2.0) * static_cast<double>(y.cols) * (inverse.adjoint() * inverse);
    }
  });
  s.each_block(y, [&](Index, double* c, Index count) {
    s.each_frequency(c, count, [&](Index h, Block& z) {
      const auto lower = s.factor(h).triangularView<Eigen::Lower>();
      lower.solveInPlace(z);
      lower.adjoint().solveInPlace(z);
      BlockMap(g.data() + h * b * b, b, b).noalias() -= z * z.adjoint();
    });
  });
  const double root = std::sqrt(static_cast<double>(n));
  std::fill(dkernel.begin(), dkernel.end(), 0.0);
  std::vector<double> column(as_size(n));
  std::vector<double> k(s.lift > 0 ? as_size(n) : 0);
  std::vector<double> part(dkernel.size());
  const MatrixSpan<double> view(column.data(), n, 1, 1, n);
  for (Index a = 0; a < b; ++a) {
    for (Index c = 0; c <= a; ++c) {
      const double once = (a == c ? 0.5 : 1.0) * root;  // off the diagonal (a, c) and (c, a)
      std::fill(column.begin(), column.end(), 0.0);
      for (Index h = 0; h <= s.half(); ++h) {
        const Complex value = g[as_size((h * b + c) * b + a)];
        if (!s.is_odd(a, c)) {
          column[as_size(h)] = (s.is_end(h) ? once : std::sqrt(0.5) * once) * value.real();
        } else if (!s.is_end(h)) {
          column[as_size(n - h)] = std::sqrt(0.5) * once * value.imag();
        }
      }
      if (a == c) {
        dnuggets[as_size(a)] = 0.5 * detail::pairwise_sum(0, as_size(s.half() + 1), [&](std::size_t h) {
                                 return g[(h * as_size(b) + as_size(a)) * as_size(b) + as_size(a)].real();
                               });
      }
      s.basis.inverse(view, view);
      const AnyKernel& kernel = s.kernels[State::pair(a, c)];
      if (a == c && s.lift > 0) {  // d rounding_a = rounding_a sum_i k_i dk_i / |k|^2 over column a of k - c
        const double constant = kernel.column(s.differences(), k);
        const double square = detail::pairwise_sum(0, k.size(), [&](std::size_t i) { return k[i] * k[i]; });
        const double factor = square > 0 ? dnuggets[as_size(a)] * s.lift * s.rounding[as_size(a)] / square : 0.0;
        for (std::size_t i = 0; i < k.size(); ++i) column[i] += factor * k[i];
        if (constant != 0) dkernel[0] -= factor * detail::sum_of(k);  // c is the scale, and k - c does not hold it
      }
      kernel.pull_back(s.differences(), column, part);
      for (std::size_t p = 0; p < part.size(); ++p) dkernel[p] += part[p];
    }
  }
}

// By blocks (H(0)^-1)_vv = 1 / (H(0)_vv - H_v. H_..^-1 H_.v), and n times it is s.
double DerivativeGram::remainder() const {
  const State& s = *state_;
  s.require_factor("remainder");
  if (s.of_values < 0) return -1;
  const Block whole = s.matrix(0).selfadjointView<Eigen::Lower>();
  std::vector<Index> others;
  for (Index a = 0; a < s.b; ++a) {
    if (a != s.of_values) others.push_back(a);
  }
  const Block between = whole(others, std::vector<Index>{s.of_values});
  const Eigen::LLT<Block> factor(whole(others, others));
  const Block half = factor.matrixL().solve(between);
  return std::max(0.0, s.rest - half.squaredNorm());
}

DerivativeGram DerivativeGram::with(std::span<const double> parameters, std::span<const double> nuggets) const {
  auto state = std::make_shared<State>(*state_);
  for (auto& kernel : state->kernels) kernel = kernel.with(parameters);
  state->nuggets.assign(nuggets.begin(), nuggets.end());
  state->complete();
  return DerivativeGram(std::move(state));
}

}  // namespace korobov
