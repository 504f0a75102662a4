#include <algorithm>
#include <cstdint>
#include <string>

#include <korobov/core/error.hpp>
#include <korobov/kernels/bernoulli.hpp>
#include <korobov/kernels/shift_invariant.hpp>

#include "kernels/product_kernel.hpp"

namespace korobov {
namespace {

using detail::BernoulliSeries;
using detail::KernelPointer;
using detail::ValueTile;
using detail::WordTile;

// The coefficients of K_alpha_j times factors_j (1 without), all padded to one degree: (d, degree + 1).
struct SeriesTable {
  int degree = 1;
  std::vector<double> p;

  SeriesTable(const std::vector<int>& alpha, const double* factors) {
    degree = *std::max_element(alpha.begin(), alpha.end());
    for (std::size_t j = 0; j < alpha.size(); ++j) {
      const BernoulliSeries series = detail::bernoulli_series(alpha[j], 0, 0);
      for (std::size_t k = 0; k <= static_cast<std::size_t>(degree); ++k) {
        p.push_back(series.p[k] * (factors == nullptr ? 1.0 : factors[j]));
      }
    }
  }
};

class ShiftInvariant : public detail::ProductKernel {
 public:
  ShiftInvariant(std::vector<int> alpha, std::vector<double> parameters)
      : ProductKernel(SymmetryKind::cyclic, static_cast<Index>(alpha.size()), std::move(parameters)),
        alpha_(std::move(alpha)),
        plain_(alpha_, nullptr),
        weighted_(alpha_, weights()) {}

  KernelPointer with(std::span<const double> parameters) const override {
    return std::make_shared<ShiftInvariant>(alpha_, std::vector<double>(parameters.begin(), parameters.end()));
  }
  void tabulate(WordTile w, MatrixSpan<double> table) const override {
    detail::bernoulli_values(w, plain_.p.data(), plain_.degree, table);
  }
  void column(WordTile w, double* v) const override {
    detail::bernoulli_product(w, weighted_.p.data(), weighted_.degree, scale(), v);
  }

 private:
  std::vector<int> alpha_;
  SeriesTable plain_;
  SeriesTable weighted_;
};

// scale (1 + sum_l G_l e_l(p)), through the recurrence e_l <- e_l + p_j e_{l-1} over the coordinates.
class OrderDependent : public detail::ProductKernel {
 public:
  OrderDependent(std::vector<int> alpha, std::vector<double> parameters)
      : ProductKernel(SymmetryKind::cyclic, static_cast<Index>(alpha.size()), std::move(parameters)),
        alpha_(std::move(alpha)),
        plain_(alpha_, nullptr) {
    detail::require_weights({order_weights(), static_cast<std::size_t>(orders())}, "order_weights");
  }

  std::vector<std::string> parameter_names() const override {
    auto names = ProductKernel::parameter_names();
    detail::append_names(names, "order_weights", orders());
    return names;
  }
  KernelPointer with(std::span<const double> parameters) const override {
    return std::make_shared<OrderDependent>(alpha_, std::vector<double>(parameters.begin(), parameters.end()));
  }
  void tabulate(WordTile w, MatrixSpan<double> table) const override {
    detail::bernoulli_values(w, plain_.p.data(), plain_.degree, table);
  }
  void column(WordTile w, double* v) const override {
    std::vector<double> values(static_cast<std::size_t>(w.rows * w.cols));
    const MatrixSpan<double> table(values.data(), w.rows, w.cols, 1, w.rows);
    tabulate(w, table);
    column_of_table(table, v);
  }
  void column_of_table(ValueTile table, double* v) const override {
    std::vector<double> memory;
    sums(table, memory);
    const double* last = memory.data() + dimension() * (orders() + 1) * table.rows;
    for (Index t = 0; t < table.rows; ++t) {
      double sum = 0;
      for (Index l = orders(); l >= 1; --l) sum += order_weights()[l - 1] * last[l * table.rows + t];
      v[t] = scale() * sum;
    }
  }
  // Backwards through the recurrence: a_l = dL/de_l after coordinate j gives dL/dp_j = sum_l a_l e_{l-1} (before j),
  // and before j it is a_l + p_j a_{l+1}.
  void pull_back_of_table(ValueTile table, const double* dk, double* dparameters) const override {
    const Index n = table.rows;
    const Index d = dimension();
    std::vector<double> memory;
    sums(table, memory);
    const auto e = [&](Index j, Index l) { return memory.data() + (j * (orders() + 1) + l) * n; };
    std::vector<double> adjoint(static_cast<std::size_t>((orders() + 2) * n));
    for (Index t = 0; t < n; ++t) {
      double value = 1;
      for (Index l = 1; l <= orders(); ++l) {
        value += order_weights()[l - 1] * e(d, l)[t];
        dparameters[d + l] += dk[t] * scale() * e(d, l)[t];
        adjoint[static_cast<std::size_t>(l * n + t)] = dk[t] * scale() * order_weights()[l - 1];
      }
      dparameters[0] += dk[t] * value;
    }
    for (Index j = d; j-- > 0;) {
      for (Index t = 0; t < n; ++t) {
        double dp = 0;
        const double p = weights()[j] * table(t, j);
        for (Index l = 1; l <= orders(); ++l) {
          double* a = &adjoint[static_cast<std::size_t>(l * n + t)];
          dp += *a * e(j, l - 1)[t];
          *a += p * a[n];
        }
        dparameters[1 + j] += dp * table(t, j);
      }
    }
  }

 private:
  Index orders() const { return static_cast<Index>(parameters().size()) - 1 - dimension(); }
  const double* order_weights() const { return weights() + dimension(); }

  // e_l after j coordinates at ((j * (L + 1)) + l) * n + t, j = 0..d.
  void sums(ValueTile table, std::vector<double>& memory) const {
    const Index n = table.rows;
    const Index stride = (orders() + 1) * n;
    memory.assign(static_cast<std::size_t>((dimension() + 1) * stride), 0.0);
    double* e = memory.data();
    std::fill_n(e, n, 1.0);
    for (Index j = 0; j < dimension(); ++j, e += stride) {
      std::fill_n(e + stride, n, 1.0);
      for (Index l = 1; l <= orders(); ++l) {
        for (Index t = 0; t < n; ++t) {
          e[stride + l * n + t] = e[l * n + t] + weights()[j] * table(t, j) * e[(l - 1) * n + t];
        }
      }
    }
  }

  std::vector<int> alpha_;
  SeriesTable plain_;
};

// A partial derivative: factors with an order have no "1 +".
class ShiftInvariantDerivative : public detail::ProductKernel {
 public:
  ShiftInvariantDerivative(std::vector<int> alpha, std::vector<int> x, std::vector<int> z,
                           std::vector<double> parameters)
      : ProductKernel(SymmetryKind::cyclic, static_cast<Index>(alpha.size()), std::move(parameters)),
        alpha_(std::move(alpha)),
        x_(std::move(x)),
        z_(std::move(z)) {
    for (std::size_t j = 0; j < alpha_.size(); ++j) offsets_.push_back(x_[j] + z_[j] == 0 ? 1.0 : 0.0);
  }

  double constant() const override { return 0.0; }
  KernelPointer with(std::span<const double> parameters) const override {
    return std::make_shared<ShiftInvariantDerivative>(alpha_, x_, z_,
                                                      std::vector<double>(parameters.begin(), parameters.end()));
  }
  void tabulate(WordTile w, MatrixSpan<double> table) const override {
    for (Index j = 0; j < w.cols; ++j) {
      const auto at = static_cast<std::size_t>(j);
      for (Index t = 0; t < w.rows; ++t) {
        table(t, j) = shift_invariant_derivative(alpha_[at], x_[at], z_[at], w(t, j));
      }
    }
  }
  void column(WordTile w, double* v) const override {
    std::vector<double> values(static_cast<std::size_t>(w.rows * w.cols));
    const MatrixSpan<double> table(values.data(), w.rows, w.cols, 1, w.rows);
    tabulate(w, table);
    column_of_table(table, v);
  }
  void column_of_table(ValueTile table, double* v) const override {
    std::fill_n(v, table.rows, scale());
    for (Index j = 0; j < table.cols; ++j) {
      for (Index t = 0; t < table.rows; ++t) {
        v[t] *= offsets_[static_cast<std::size_t>(j)] + weights()[j] * table(t, j);
      }
    }
  }
  void pull_back_of_table(ValueTile table, const double* dk, double* dparameters) const override {
    detail::table_pull_back(table, offsets_.data(), weights(), scale(), dk, dparameters, dparameters + 1, {}, nullptr);
  }

 private:
  std::vector<int> alpha_;
  std::vector<int> x_;
  std::vector<int> z_;
  std::vector<double> offsets_;
};

// Of a derivative in coordinate j.
void require_orders(int alpha, int x, int z, std::size_t j) {
  const std::string at = "[" + detail::shown(j) + "]";
  detail::require(x >= 0, "x" + at, "must not be negative", x);
  detail::require(z >= 0, "z" + at, "must not be negative", z);
  const int most = 2 * alpha - 2;
  const std::int64_t order = std::int64_t{x} + z;
  detail::require(order <= most, "x" + at + " + z" + at,
                  "must be at most 2 alpha" + at + " - 2 = " + detail::shown(most), order);
}

KernelPointer make(Index d, const ShiftInvariantOptions& options) {
  auto parameters = detail::scale_and_weights(d, options.scale, options.weights);
  auto alpha = detail::integers_of(d, options.alpha, "alpha", 1, kMaxShiftInvariantAlpha);
  if (options.order_weights.empty()) return std::make_shared<ShiftInvariant>(std::move(alpha), std::move(parameters));
  detail::require(static_cast<Index>(options.order_weights.size()) <= d, "order_weights",
                  "must be at most one per dimension, d = " + detail::shown(d), options.order_weights.size());
  parameters.insert(parameters.end(), options.order_weights.begin(), options.order_weights.end());
  return std::make_shared<OrderDependent>(std::move(alpha), std::move(parameters));
}

}  // namespace

ShiftInvariantKernel::ShiftInvariantKernel(Index d, const ShiftInvariantOptions& options)
    : Kernel(AnyKernel(make(d, options))), options_(options) {}

Kernel<Cyclic> ShiftInvariantKernel::derivative(std::span<const int> x, std::span<const int> z) const {
  const Index d = dimension();
  detail::require(static_cast<Index>(x.size()) == d, "x", "must have one order per dimension, d = " + detail::shown(d),
                  x.size());
  detail::require(static_cast<Index>(z.size()) == d, "z", "must have one order per dimension, d = " + detail::shown(d),
                  z.size());
  detail::require(options_.order_weights.empty(), "order_weights", "must be empty: derivatives are of product kernels",
                  options_.order_weights.size());
  bool any = false;
  std::vector<int> alpha;
  for (std::size_t j = 0; j < x.size(); ++j) {
    alpha.push_back(this->alpha(static_cast<Index>(j)));
    require_orders(alpha[j], x[j], z[j], j);
    any = any || x[j] != 0 || z[j] != 0;
  }
  if (!any) return *this;
  return Kernel<Cyclic>(AnyKernel(std::make_shared<ShiftInvariantDerivative>(
      std::move(alpha), std::vector<int>(x.begin(), x.end()), std::vector<int>(z.begin(), z.end()),
      std::vector<double>(parameters().begin(), parameters().end()))));
}

}  // namespace korobov
