#include <string>

#include <korobov/core/error.hpp>
#include <korobov/integrands/integrand.hpp>

namespace korobov {

struct Integrand::State {
  Batch fill;
  SizingBatch size;  // instead of fill
  Index outputs = 1;
  std::optional<Index> dimension;
  std::optional<Measure> measure;
  std::optional<double> exact;
  bool is_concurrent = false;
};

Integrand::Integrand(Batch f, Index outputs) {
  detail::require(f != nullptr, "f", "must be a function", "an empty one");
  detail::require(outputs >= 1, "outputs", "must be at least 1", outputs);
  State state;
  state.fill = std::move(f);
  state.outputs = outputs;
  state_ = std::make_shared<State>(std::move(state));
}

Integrand::Integrand(Sizing sizing) {
  detail::require(sizing.f != nullptr, "f", "must be a function", "an empty one");
  State state;
  state.size = std::move(sizing.f);
  state.outputs = 0;
  state_ = std::make_shared<State>(std::move(state));
}

Integrand::Integrand(Known known) {
  State state;
  state.fill = std::move(known.f);
  state.dimension = known.dimension;
  state.measure = std::move(known.measure);
  state.exact = known.exact;
  state.is_concurrent = true;
  state_ = std::make_shared<State>(std::move(state));
}

std::optional<Index> Integrand::dimension() const noexcept { return state_->dimension; }
Index Integrand::outputs() const noexcept { return state_->outputs; }
std::optional<Measure> Integrand::measure() const { return state_->measure; }
std::optional<double> Integrand::exact() const noexcept { return state_->exact; }
bool Integrand::is_concurrent() const noexcept { return state_->is_concurrent; }

Integrand Integrand::with_measure(Measure measure) const {
  const Index d = measure.dimension();
  if (state_->dimension) {
    detail::require(measure.fits(*state_->dimension), "measure",
                    "must have the integrand's dimension, " + std::to_string(*state_->dimension), d);
  }
  auto state = std::make_shared<State>(*state_);
  if (!state->dimension && d > 0) state->dimension = d;
  state->measure = std::move(measure);
  state->exact.reset();
  return Integrand(std::shared_ptr<const State>(std::move(state)));
}

Integrand Integrand::with_exact(double value) const {
  auto state = std::make_shared<State>(*state_);
  state->exact = value;
  return Integrand(std::shared_ptr<const State>(std::move(state)));
}

Integrand concurrent(const Integrand& f) {
  auto state = std::make_shared<Integrand::State>(*f.state_);
  state->is_concurrent = true;
  return Integrand(std::shared_ptr<const Integrand::State>(std::move(state)));
}

void Integrand::check_points(MatrixSpan<const double> x) const {
  if (!state_->dimension) return;
  detail::require(x.cols == *state_->dimension, "x",
                  "must have one column per dimension, " + std::to_string(*state_->dimension), x.cols);
}

void Integrand::evaluate(MatrixSpan<const double> x, MatrixSpan<double> y) const {
  check_points(x);
  const Index outputs = state_->outputs == 0 ? y.cols : state_->outputs;
  detail::require(y.rows == x.rows && y.cols == outputs, "y",
                  "must have shape (" + std::to_string(x.rows) + ", " + std::to_string(outputs) + ")",
                  "(" + std::to_string(y.rows) + ", " + std::to_string(y.cols) + ")");
  if (state_->fill) {
    state_->fill(x, y);
    return;
  }
  std::vector<double> values;
  const Index found = evaluate(x, values);
  detail::require(found == outputs, "f", "must return " + std::to_string(outputs) + " outputs per point", found);
  for (Index i = 0; i < y.rows; ++i) {
    for (Index j = 0; j < outputs; ++j) y(i, j) = values[static_cast<std::size_t>(i * outputs + j)];
  }
}

Index Integrand::evaluate(MatrixSpan<const double> x, std::vector<double>& y) const {
  check_points(x);
  if (state_->fill) {
    y.resize(static_cast<std::size_t>(x.rows * state_->outputs));
    state_->fill(x, {y.data(), x.rows, state_->outputs});
    return state_->outputs;
  }
  state_->size(x, y);
  const auto size = static_cast<Index>(y.size());
  const bool fits = x.rows > 0 ? size > 0 && size % x.rows == 0 : size == 0;
  detail::require(
      fits, "f",
      "must return the same number of values, one or more, for each of " + std::to_string(x.rows) + " points", size);
  return x.rows > 0 ? size / x.rows : 0;
}

Integrand pointwise(std::function<double(std::span<const double>)> g) {
  detail::require(g != nullptr, "g", "must be a function", "an empty one");
  return Integrand([g = std::move(g)](MatrixSpan<const double> x, MatrixSpan<double> y) {
    const auto d = static_cast<std::size_t>(x.cols);
    if (x.col_stride == 1) {
      for (Index i = 0; i < x.rows; ++i) y(i, 0) = g({x.data + i * x.row_stride, d});
      return;
    }
    std::vector<double> point(d);
    for (Index i = 0; i < x.rows; ++i) {
      for (Index j = 0; j < x.cols; ++j) point[static_cast<std::size_t>(j)] = x(i, j);
      y(i, 0) = g(point);
    }
  });
}

}  // namespace korobov
