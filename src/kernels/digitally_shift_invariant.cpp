#include <string>

#include <korobov/core/error.hpp>
#include <korobov/kernels/digitally_shift_invariant.hpp>
#include <korobov/kernels/walsh.hpp>

#include "kernels/product_kernel.hpp"

namespace korobov {
namespace {

using detail::kDigitPlaces;
using detail::KernelPointer;
using detail::ValueTile;
using detail::WordTile;

class DigitallyShiftInvariant : public detail::ProductKernel {
 public:
  DigitallyShiftInvariant(std::vector<int> alpha, std::vector<double> parameters)
      : ProductKernel(SymmetryKind::dyadic, static_cast<Index>(alpha.size()), std::move(parameters)),
        alpha_(std::move(alpha)) {}

  KernelPointer with(std::span<const double> parameters) const override {
    return std::make_shared<DigitallyShiftInvariant>(alpha_, std::vector<double>(parameters.begin(), parameters.end()));
  }
  void tabulate(WordTile w, MatrixSpan<double> table) const override { detail::walsh_values(w, alpha_.data(), table); }
  void column(WordTile w, double* v) const override { detail::walsh_product(w, alpha_.data(), weights(), scale(), v); }

 private:
  std::vector<int> alpha_;
};

// Every K_j is a table over the number of leading zeros; those numbers are what a tabulated word keeps.
class LeadingDigit : public detail::ProductKernel {
 public:
  LeadingDigit(Index d, std::vector<double> parameters)
      : ProductKernel(SymmetryKind::dyadic_tree, d, std::move(parameters)) {
    for (Index j = 0; j < d; ++j) {
      detail::require(alpha(j) > 0 && alpha(j) <= 64, "alpha", "must be positive and at most 64", alpha(j));
      for (int zeros = 0; zeros < kDigitPlaces; ++zeros) {
        values_.push_back(detail::leading_digit_at(alpha(j), zeros));
        slopes_.push_back(detail::leading_digit_slope(alpha(j), zeros));
        places_.push_back(weights()[j] * values_.back());
      }
    }
  }

  std::vector<std::string> parameter_names() const override {
    auto names = ProductKernel::parameter_names();
    if (alphas() == 1) {
      names.emplace_back("alpha");
    } else {
      detail::append_names(names, "alpha", alphas());
    }
    return names;
  }
  KernelPointer with(std::span<const double> parameters) const override {
    return std::make_shared<LeadingDigit>(dimension(), std::vector<double>(parameters.begin(), parameters.end()));
  }
  void tabulate(WordTile w, MatrixSpan<double> table) const override { detail::leading_zeros(w, table); }
  void column(WordTile w, double* v) const override { detail::places_product(w, places_.data(), scale(), v); }
  void column_of_table(ValueTile table, double* v) const override {
    for (Index t = 0; t < table.rows; ++t) {
      double sum = 0;
      for (Index j = 0; j < table.cols; ++j) {
        const double p = places_[place(j, table(t, j))];
        sum += p * (1 + sum);
      }
      v[t] = scale() * sum;
    }
  }
  void pull_back_of_table(ValueTile table, const double* dk, double* dparameters) const override {
    const Index n = table.rows;
    const Index d = dimension();
    const auto cells = static_cast<std::size_t>(n * d);
    std::vector<double> memory(2 * cells + 2 * static_cast<std::size_t>(d));
    const MatrixSpan<double> k(memory.data(), n, d, 1, n);
    const MatrixSpan<double> slopes(memory.data() + cells, n, d, 1, n);
    double* ones = memory.data() + 2 * cells;
    double* dalpha = ones + d;
    for (Index j = 0; j < d; ++j) {
      ones[j] = 1;
      for (Index t = 0; t < n; ++t) {
        const auto at = place(j, table(t, j));
        k(t, j) = values_[at];
        slopes(t, j) = slopes_[at];
      }
    }
    detail::table_pull_back(k, ones, weights(), scale(), dk, dparameters, dparameters + 1, slopes, dalpha);
    for (Index j = 0; j < d; ++j) dparameters[1 + d + (alphas() == 1 ? 0 : j)] += dalpha[j];
  }

 private:
  Index alphas() const { return static_cast<Index>(parameters().size()) - 1 - dimension(); }
  double alpha(Index j) const { return weights()[dimension() + (alphas() == 1 ? 0 : j)]; }
  static std::size_t place(Index j, double zeros) {
    return static_cast<std::size_t>(j * kDigitPlaces + static_cast<Index>(zeros));
  }

  // (d, 65): K_j by the number of leading zeros, its derivative in alpha, weights_j K_j.
  std::vector<double> values_;
  std::vector<double> slopes_;
  std::vector<double> places_;
};

KernelPointer make(Index d, const DigitallyShiftInvariantOptions& options) {
  auto parameters = detail::scale_and_weights(d, options.scale, options.weights);
  auto alpha = detail::integers_of(d, options.alpha, "alpha", 1, kMaxWalshAlpha);
  return std::make_shared<DigitallyShiftInvariant>(std::move(alpha), std::move(parameters));
}

KernelPointer make(Index d, const LeadingDigitOptions& options) {
  auto parameters = detail::scale_and_weights(d, options.scale, options.weights);
  detail::require_size(d, options.alpha, "alpha");
  for (Index j = 0; j < options.alpha.size(); ++j) parameters.push_back(options.alpha[j]);
  return std::make_shared<LeadingDigit>(d, std::move(parameters));
}

}  // namespace

DigitallyShiftInvariantKernel::DigitallyShiftInvariantKernel(Index d, const DigitallyShiftInvariantOptions& options)
    : Kernel(AnyKernel(make(d, options))) {}

LeadingDigitKernel::LeadingDigitKernel(Index d, const LeadingDigitOptions& options)
    : Kernel(AnyKernel(make(d, options))) {}

}  // namespace korobov
