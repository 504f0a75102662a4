#include <algorithm>
#include <cmath>

#include <korobov/gram/bordered_gram.hpp>

#include "core/sums.hpp"
#include "gram/border.hpp"
#include "gram/normals.hpp"
#include "transforms/shapes.hpp"

namespace korobov {
namespace {

using detail::Border;
using detail::require;
using detail::shown;
using detail::SpectralBasis;

constexpr Index kBlockValues = Index{1} << 20;  // of columns in flight: 8 MiB

std::size_t as_size(Index n) { return static_cast<std::size_t>(n); }

std::vector<Word> words_of(MatrixSpan<const Word> x) {
  std::vector<Word> words;
  words.reserve(as_size(x.rows * x.cols));
  for (Index i = 0; i < x.rows; ++i) {
    for (Index j = 0; j < x.cols; ++j) words.push_back(x(i, j));
  }
  return words;
}

Border border_of(const StructuredGram& gram, const SpectralBasis& basis, const std::vector<Word>& further,
                 double nugget) {
  const Index n = gram.size();
  const Index d = gram.points().dimension();
  gram.logdet();  // throws unless A can be inverted
  const std::vector<Word> design = gram.points().integers({0, n});
  const Index m = std::ssize(further) / d;
  const std::vector<double> nuggets(as_size(m), nugget);
  return Border(basis, gram.eigenvalues(), gram.kernel(), MatrixSpan<const Word>(design.data(), n, d),
                MatrixSpan<const Word>(further.data(), m, d), nuggets, gram.rounding_error(), "nugget");
}

}  // namespace

struct BorderedGram::State {
  StructuredGram gram;
  SpectralBasis basis;
  std::vector<Word> further;  // (m, d)
  double nugget;
  Border border;
  std::vector<double> roots;  // of the eigenvalues

  State(const StructuredGram& of, std::vector<Word> words, double variance)
      : gram(of),
        basis(of.points(), of.size()),
        further(std::move(words)),
        nugget(variance),
        border(border_of(gram, basis, further, nugget)),
        roots(of.eigenvalues().begin(), of.eigenvalues().end()) {
    for (auto& value : roots) value = std::sqrt(value);
  }
  static std::shared_ptr<const State> make(const StructuredGram& gram, std::vector<Word> further,
                                           std::optional<double> nugget, Index cols) {
    require(!further.empty(), "further", "must have at least one row", Index{0});
    require(cols == gram.points().dimension(), "further",
            "must have one column per dimension, " + shown(gram.points().dimension()), cols);
    const double variance = nugget.value_or(gram.nugget());
    require(variance >= 0 && std::isfinite(variance), "nugget", "must be finite and not negative", variance);
    return std::make_shared<const State>(gram, std::move(further), variance);
  }

  Index n() const { return gram.size(); }
  Index m() const { return border.size(); }
  Index size() const { return n() + m(); }

  // work(c, u, r) on the coefficients c (n, r) and further rows u (m, r) of the columns of y, in place; c goes back
  // through the transform into `out`.
  template <class T, class Work>
  void each_block(MatrixSpan<const T> y, MatrixSpan<T> out, const Work& work) const {
    require_rows(y);
    require(out.rows == size(), "out", "must have one row per point, " + shown(size()), out.rows);
    require(out.cols == y.cols, "out", "must have as many columns as the input, " + shown(y.cols), out.cols);
    if (y.cols == 0) return;
    detail::require_distinct(out, "out");
    if (y.data != out.data || y.row_stride != out.row_stride || y.col_stride != out.col_stride) {
      detail::require_disjoint(out, y, "out");
    }
    each_block_of(y, [&](Index first, MatrixSpan<double> c, std::vector<double>& u) {
      work(c.data, u.data(), c.cols);
      basis.inverse(c, c);
      for (Index i = 0; i < n(); ++i) {
        for (Index s = 0; s < c.cols; ++s) out(i, first + s) = static_cast<T>(c(i, s));
      }
      for (Index a = 0; a < m(); ++a) {
        for (Index s = 0; s < c.cols; ++s) out(n() + a, first + s) = static_cast<T>(u[as_size(s * m() + a)]);
      }
    });
  }
  // body(first, c, u): the columns from `first` on as coefficients c (n, r) and further rows u (m, r).
  template <class T, class Body>
  void each_block_of(MatrixSpan<const T> y, const Body& body) const {
    const Index width = std::clamp<Index>(kBlockValues / n(), 1, std::max<Index>(y.cols, 1));
    std::vector<double> values(as_size(n() * width));
    std::vector<double> u(as_size(m() * width));
    for (Index first = 0; first < y.cols; first += width) {
      const MatrixSpan<double> c(values.data(), n(), std::min(width, y.cols - first), 1, n());
      for (Index i = 0; i < n(); ++i) {
        for (Index s = 0; s < c.cols; ++s) c(i, s) = static_cast<double>(y(i, first + s));
      }
      for (Index a = 0; a < m(); ++a) {
        for (Index s = 0; s < c.cols; ++s) u[as_size(s * m() + a)] = static_cast<double>(y(n() + a, first + s));
      }
      basis.forward(c, c);
      body(first, c, u);
    }
  }
  template <class T>
  void require_rows(MatrixSpan<const T> y) const {
    require(y.rows == size(), "y", "must have one row per point, " + shown(size()), y.rows);
  }

  MatrixSpan<double> rows(double* u, Index r) const { return {u, m(), r, 1, m()}; }
  template <class F>
  void scale(double* c, Index r, const F& f) const {
    const auto lambda = gram.eigenvalues();
    for (Index s = 0; s < r; ++s) {
      for (std::size_t k = 0; k < lambda.size(); ++k) f(c[as_size(s * n()) + k], lambda[k], roots[k]);
    }
  }

  // In coefficients, with U = Q A^-1 B: out_1 = lambda (c + U u), out_2 = S u + U^T lambda (c + U u).
  void apply(double* c, double* u, Index r) const {
    std::vector<double> minus(u, u + m() * r);
    for (auto& value : minus) value = -value;
    border.subtract(minus.data(), r, c);
    scale(c, r, [](double& value, double lambda, double) { value *= -lambda; });
    border.schur().apply(MatrixSpan<const double>(rows(u, r)), rows(u, r));
    border.subtract_transposed(c, r, u);
    scale(c, r, [](double& value, double, double) { value = -value; });
  }
  void solve(double* c, double* u, Index r) const {
    border.subtract_transposed(c, r, u);
    border.schur().solve(MatrixSpan<const double>(rows(u, r)), rows(u, r));
    scale(c, r, [](double& value, double lambda, double) { value /= lambda; });
    border.subtract(u, r, c);
  }
  void sqrt_apply(double* c, double* u, Index r) const {
    border.schur().sqrt_apply(MatrixSpan<const double>(rows(u, r)), rows(u, r));
    scale(c, r, [](double& value, double, double root) { value *= -root; });
    border.subtract_transposed(c, r, u);
    scale(c, r, [](double& value, double, double) { value = -value; });
  }
  void inverse_sqrt_apply(double* c, double* u, Index r) const {
    border.subtract_transposed(c, r, u);
    border.schur().inverse_sqrt_apply(MatrixSpan<const double>(rows(u, r)), rows(u, r));
    scale(c, r, [](double& value, double, double root) { value /= root; });
  }
};

BorderedGram::BorderedGram(const StructuredGram& gram, MatrixSpan<const Word> further, std::optional<double> nugget)
    : state_(State::make(gram, words_of(further), nugget, further.cols)) {}
BorderedGram::BorderedGram(const StructuredGram& gram, MatrixSpan<const double> further, std::optional<double> nugget)
    : state_(State::make(gram, detail::exact_words(further, gram.symmetry() == SymmetryKind::cyclic, "further"), nugget,
                         further.cols)) {}

Index BorderedGram::size() const noexcept { return state_->size(); }
Index BorderedGram::further() const noexcept { return state_->m(); }
double BorderedGram::nugget() const noexcept { return state_->nugget; }
const StructuredGram& BorderedGram::gram() const noexcept { return state_->gram; }

void BorderedGram::apply(MatrixSpan<const double> y, MatrixSpan<double> out) const {
  state_->each_block(y, out, [this](double* c, double* u, Index r) { state_->apply(c, u, r); });
}
void BorderedGram::apply(MatrixSpan<const float> y, MatrixSpan<float> out) const {
  state_->each_block(y, out, [this](double* c, double* u, Index r) { state_->apply(c, u, r); });
}
void BorderedGram::solve(MatrixSpan<const double> y, MatrixSpan<double> out) const {
  state_->each_block(y, out, [this](double* c, double* u, Index r) { state_->solve(c, u, r); });
}
void BorderedGram::solve(MatrixSpan<const float> y, MatrixSpan<float> out) const {
  state_->each_block(y, out, [this](double* c, double* u, Index r) { state_->solve(c, u, r); });
}
void BorderedGram::sqrt_apply(MatrixSpan<const double> y, MatrixSpan<double> out) const {
  state_->each_block(y, out, [this](double* c, double* u, Index r) { state_->sqrt_apply(c, u, r); });
}
void BorderedGram::sqrt_apply(MatrixSpan<const float> y, MatrixSpan<float> out) const {
  state_->each_block(y, out, [this](double* c, double* u, Index r) { state_->sqrt_apply(c, u, r); });
}
void BorderedGram::inverse_sqrt_apply(MatrixSpan<const double> y, MatrixSpan<double> out) const {
  state_->each_block(y, out, [this](double* c, double* u, Index r) { state_->inverse_sqrt_apply(c, u, r); });
}
void BorderedGram::inverse_sqrt_apply(MatrixSpan<const float> y, MatrixSpan<float> out) const {
  state_->each_block(y, out, [this](double* c, double* u, Index r) { state_->inverse_sqrt_apply(c, u, r); });
}

double BorderedGram::logdet() const { return state_->gram.logdet() + state_->border.schur().logdet(); }

// y^T K y = sum over lambda (c + U u)^2 + u^T S u, and |L^-1 y|^2.
void BorderedGram::quadratic(MatrixSpan<const double> y, std::span<double> values) const {
  const State& s = *state_;
  s.require_rows(y);
  require(std::ssize(values) == y.cols, "values", "must have one place per column, " + shown(y.cols), values.size());
  s.each_block_of(y, [&](Index first, MatrixSpan<double> c, std::vector<double>& u) {
    const auto of_schur = values.subspan(as_size(first), as_size(c.cols));
    s.border.schur().quadratic(MatrixSpan<const double>(s.rows(u.data(), c.cols)), of_schur);
    for (auto& value : u) value = -value;
    s.border.subtract(u.data(), c.cols, c.data);
    const auto lambda = s.gram.eigenvalues();
    for (Index j = 0; j < c.cols; ++j) {
      const double* const v = c.data + j * s.n();
      of_schur[as_size(j)] +=
          detail::pairwise_sum(0, lambda.size(), [&](std::size_t k) { return v[k] * v[k] * lambda[k]; });
    }
  });
}
void BorderedGram::inverse_quadratic(MatrixSpan<const double> y, std::span<double> values) const {
  const State& s = *state_;
  s.require_rows(y);
  require(std::ssize(values) == y.cols, "values", "must have one place per column, " + shown(y.cols), values.size());
  s.each_block_of(y, [&](Index first, MatrixSpan<double> c, std::vector<double>& u) {
    s.border.subtract_transposed(c.data, c.cols, u.data());
    const auto of_schur = values.subspan(as_size(first), as_size(c.cols));
    s.border.schur().inverse_quadratic(MatrixSpan<const double>(s.rows(u.data(), c.cols)), of_schur);
    const auto lambda = s.gram.eigenvalues();
    for (Index j = 0; j < c.cols; ++j) {
      const double* const v = c.data + j * s.n();
      of_schur[as_size(j)] +=
          detail::pairwise_sum(0, lambda.size(), [&](std::size_t k) { return v[k] * v[k] / lambda[k]; });
    }
  });
}

// K^-1 has A^-1 + V S^-1 V^T, V = Q^T U, and S^-1 on its diagonal.
std::vector<double> BorderedGram::inverse_diagonal() const {
  const State& s = *state_;
  const Index n = s.n();
  const Index m = s.m();
  std::vector<double> diagonal = s.gram.inverse_diagonal();
  const auto u = s.border.explained();
  std::vector<double> v(as_size(n * m));
  s.basis.inverse(u, MatrixSpan<double>(v.data(), n, m, 1, n));
  constexpr Index width = 256;
  std::vector<double> half(as_size(m * std::min(width, n)));
  for (Index first = 0; first < n; first += width) {  // S = L L^T: the squares of L^-1 V^T
    const Index count = std::min(width, n - first);
    const MatrixSpan<double> out = s.rows(half.data(), count);
    s.border.schur().inverse_sqrt_apply(MatrixSpan<const double>(v.data() + first, m, count, n, 1), out);
    for (Index i = 0; i < count; ++i) {
      for (Index a = 0; a < m; ++a) diagonal[as_size(first + i)] += out(a, i) * out(a, i);
    }
  }
  const std::vector<double> of_schur = s.border.schur().inverse_diagonal();
  diagonal.insert(diagonal.end(), of_schur.begin(), of_schur.end());
  return diagonal;
}

void BorderedGram::sample(Seed seed, MatrixSpan<double> out) const {
  require(out.rows == size(), "out", "must have one row per point, " + shown(size()), out.rows);
  detail::fill_normals(seed, out);
  sqrt_apply(out, out);
}

BorderedGram BorderedGram::with_nugget(double nugget) const {
  const Index d = state_->gram.points().dimension();
  return {state_->gram.with_nugget(nugget), MatrixSpan<const Word>(state_->further.data(), further(), d)};
}

}  // namespace korobov
