#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <string>

#include <korobov/construct/lattice_criterion.hpp>
#include <korobov/core/error.hpp>
#include <korobov/core/parallel.hpp>

#include "construct/criterion_terms.hpp"
#include "core/sums.hpp"

namespace korobov {
namespace detail {
namespace {

constexpr std::size_t kMostOrders = 64;

void require_weights(const std::vector<double>& values, std::string_view name) {
  require(!values.empty(), name, "must hold at least one weight", values.size());
  for (const double value : values) {
    require(value >= 0 && std::isfinite(value), name, "must be finite and not negative", value);
  }
}

std::vector<double> for_dimensions(const std::vector<double>& product, Index d) {
  require_weights(product, "weights.product");
  const auto count = static_cast<std::size_t>(d);
  if (product.size() == 1) return std::vector<double>(count, product.front());
  require(product.size() >= count, "weights.product", "must hold one weight, or one per dimension (" + shown(d) + ")",
          product.size());
  return {product.begin(), product.begin() + d};
}

std::vector<double> checked_orders(const std::vector<double>& order) {
  require_weights(order, "weights.order");
  require(order.size() <= kMostOrders, "weights.order", "must hold at most 64 orders", order.size());
  return order;
}

}  // namespace

double kernel_value(LatticeKernel kernel, Index k, Index n) {
  // By t = x (1 - x), which is exact to its last places at both ends: B_2 = 1/6 - t, B_4 = t^2 - 1/30.
  const double x = static_cast<double>(std::min(k, n - k)) / static_cast<double>(n);
  const double t = x * (1 - x);
  constexpr double two_pi = 2 * std::numbers::pi;
  switch (kernel) {
    case LatticeKernel::p2:
      return two_pi * two_pi / 2 * (1.0 / 6 - t);
    case LatticeKernel::p4:
      return two_pi * two_pi * two_pi * two_pi / 24 * (1.0 / 30 - t * t);
    case LatticeKernel::b2:
      break;
  }
  return 1.0 / 6 - t;
}

double kernel_mean(LatticeKernel kernel, Index n) {
  const double inverse = 1 / static_cast<double>(n);
  const double square = inverse * inverse;
  return kernel_value(kernel, 0, n) * (kernel == LatticeKernel::p4 ? square * square : square);
}

WeightSequence weight_sequence(const LatticeWeights& weights, Index d) {
  if (const auto* product = std::get_if<ProductWeights>(&weights)) return {for_dimensions(product->product, d), {}};
  if (const auto* order = std::get_if<OrderDependentWeights>(&weights)) {
    return {std::vector<double>(static_cast<std::size_t>(d), 1.0), checked_orders(order->order)};
  }
  const auto& pod = std::get<PodWeights>(weights);
  return {for_dimensions(pod.product, d), checked_orders(pod.order)};
}

namespace {

// Of one point, over the components: sum_u gamma_u prod w less Gamma_1 sum_j gamma_j w_j, whose mean is known exactly.
class PointTerms {
 public:
  explicit PointTerms(const WeightSequence& weights) : weights_(weights), products_(weights.order.size() + 1) {}

  void restart() {
    std::fill(products_.begin(), products_.end(), 0.0);
    products_[0] = 1;
    rest_ = 0;
    single_ = 0;
  }

  // Adds component j, whose kernel value is w; the sum so far.
  double next(std::size_t j, double w) {
    const double step = weights_.product[j] * w;
    if (weights_.order.empty()) {  // prod (1 + step) - 1 - sum step
      rest_ += step * (rest_ + single_);
      single_ += step;
      return rest_;
    }
    for (std::size_t order = weights_.order.size(); order >= 1; --order) {
      const double added = step * products_[order - 1];
      products_[order] += added;
      if (order >= 2) rest_ += weights_.order[order - 1] * added;
    }
    return rest_;
  }

 private:
  const WeightSequence& weights_;
  std::vector<double> products_;  // elementary symmetric sums of the steps, by order
  double rest_ = 0;
  double single_ = 0;
};

}  // namespace
}  // namespace detail

std::vector<double> lattice_squared_error(std::span<const Word> generating_vector, Index n,
                                          const LatticeWeights& weights, LatticeKernel kernel) {
  const auto d = std::ssize(generating_vector);
  detail::require(d >= 1, "generating_vector", "must have at least one component", d);
  detail::require(n >= 1 && n <= Index{1} << 32, "n", "must be from 1 to 2^32", n);
  const detail::WeightSequence sequence = detail::weight_sequence(weights, d);
  const auto size = static_cast<std::size_t>(d);
  const auto points = static_cast<Word>(n);
  std::vector<Word> z(generating_vector.begin(), generating_vector.end());
  for (Word& component : z) component %= points;
  // Blocks of points that do not depend on the threads; a pairwise sum of block sums per dimension.
  constexpr Index block = 4096;
  const Index blocks = (n - 1) / block + 1;
  std::vector<double> sums(static_cast<std::size_t>(blocks) * size, 0.0);
  parallel_for(blocks, 1, [&](Range range) {
    detail::PointTerms terms(sequence);
    std::vector<Word> residues(size);  // k z_j mod n; the products stay below 2^64
    for (Index b = range.first; b < range.last; ++b) {
      double* const sum = sums.data() + static_cast<std::size_t>(b) * size;
      for (std::size_t j = 0; j < size; ++j) residues[j] = z[j] * static_cast<Word>(b * block) % points;
      for (Index k = b * block; k < std::min(n, (b + 1) * block); ++k) {
        terms.restart();
        for (std::size_t j = 0; j < size; ++j) {
          sum[j] += terms.next(j, detail::kernel_value(kernel, static_cast<Index>(residues[j]), n));
          residues[j] += z[j];
          residues[j] -= residues[j] >= points ? points : 0;
        }
      }
    }
  });
  std::vector<double> errors(size);
  const double first_order = sequence.order.empty() ? 1 : sequence.order[0];
  double single = 0;
  for (std::size_t j = 0; j < size; ++j) {
    const auto gcd = static_cast<Index>(std::gcd(z[j], points));
    single += first_order * sequence.product[j] * detail::kernel_mean(kernel, n / gcd);
    const double rest =
        detail::pairwise_sum(0, static_cast<std::size_t>(blocks), [&](std::size_t b) { return sums[b * size + j]; });
    errors[j] = single + rest / static_cast<double>(n);
  }
  return errors;
}

}  // namespace korobov
