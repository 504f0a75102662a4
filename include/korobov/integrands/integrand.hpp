// An integrand: a function on batches of points, with what is known about it.
//
// A batch is x (n, d), row-major or with any strides, and y (n, outputs). Batches are given one at a time, from one
// thread, unless the integrand is declared concurrent. An Integrand is a cheaply copied handle; copies share the
// function. An exception of the function passes through evaluate unchanged.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <korobov/measures/measure.hpp>

namespace korobov {

template <class F>
concept BatchFunction = std::is_invocable_v<F&, MatrixSpan<const double>, MatrixSpan<double>>;
template <class F>
concept SizingFunction = !BatchFunction<F> && std::is_invocable_v<F&, MatrixSpan<const double>, std::vector<double>&>;

class KOROBOV_API Integrand {
 public:
  using Batch = std::function<void(MatrixSpan<const double> x, MatrixSpan<double> y)>;
  // Fills y with n * outputs values, row by row, and so says how many outputs there are.
  using SizingBatch = std::function<void(MatrixSpan<const double> x, std::vector<double>& y)>;

  Integrand(Batch f, Index outputs = 1);  // NOLINT: a function is an integrand
  template <class F>                      // a lambda or another function object
  requires BatchFunction<F> Integrand(F f, Index outputs = 1)
      : Integrand(Batch(std::move(f)), outputs) {}  // NOLINT: the same
  template <class F>
  requires SizingFunction<F> Integrand(F f) : Integrand(Sizing{std::move(f)}) {}  // NOLINT: the same

  std::optional<Index> dimension() const noexcept;  // of a known integrand, or of its measure
  Index outputs() const noexcept;                   // 0: only the batches say
  std::optional<Measure> measure() const;           // what it brings along; none: uniform on the unit cube
  std::optional<double> exact() const noexcept;     // the integral, where it is known
  bool is_concurrent() const noexcept;              // evaluate may run in several threads at once

  Integrand with_measure(Measure measure) const;  // dimensions must agree
  Integrand with_exact(double value) const;

  // x: (n, d) -> y: (n, outputs); when outputs() is 0, y decides and the function must agree with it.
  // std::invalid_argument if a shape is wrong, the function's own included.
  void evaluate(MatrixSpan<const double> x, MatrixSpan<double> y) const;
  // y becomes (n, outputs), row by row; returns outputs.
  Index evaluate(MatrixSpan<const double> x, std::vector<double>& y) const;

  friend KOROBOV_API Integrand concurrent(const Integrand& f);

 protected:
  struct Known {  // a named problem: concurrent, one output
    Batch f;
    Index dimension;
    std::optional<Measure> measure;
    std::optional<double> exact;
  };
  explicit Integrand(Known known);

 private:
  struct State;
  struct Sizing {
    SizingBatch f;
  };
  explicit Integrand(Sizing sizing);
  explicit Integrand(std::shared_ptr<const State> state) noexcept : state_(std::move(state)) {}
  void check_points(MatrixSpan<const double> x) const;
  std::shared_ptr<const State> state_;
};

// The same function, declared safe to call from several threads at once.
KOROBOV_API Integrand concurrent(const Integrand& f);

// g takes one point and returns one value.
KOROBOV_API Integrand pointwise(std::function<double(std::span<const double>)> g);

}  // namespace korobov
