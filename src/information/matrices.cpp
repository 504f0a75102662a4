#include "information/matrices.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include <korobov/core/error.hpp>

#include "core/sums.hpp"

namespace korobov::detail {
namespace {

std::string place(Index i, Index j) { return " at (" + std::to_string(i) + ", " + std::to_string(j) + ")"; }

}  // namespace

void require_finite(MatrixSpan<const double> x, std::string_view name) {
  require(x.rows >= 1, name, "must have at least one row", x.rows);
  require(x.cols >= 1, name, "must have at least one column", x.cols);
  for (Index i = 0; i < x.rows; ++i) {
    for (Index j = 0; j < x.cols; ++j) {
      if (!std::isfinite(x(i, j))) fail_requirement(name, "must be finite", shown(x(i, j)) + place(i, j));
    }
  }
}

void require_symmetric(MatrixSpan<const double> k, std::string_view name) {
  require_finite(k, name);
  if (k.rows != k.cols) {
    fail_requirement(name, "must be square", "(" + std::to_string(k.rows) + ", " + std::to_string(k.cols) + ")");
  }
  double largest = 0;
  for (Index i = 0; i < k.rows; ++i) {
    for (Index j = 0; j < k.cols; ++j) largest = std::max(largest, std::fabs(k(i, j)));
  }
  constexpr Index block = 64;  // of rows and columns, so that both triangles stay in the cache
  for (Index i0 = 0; i0 < k.rows; i0 += block) {
    for (Index j0 = 0; j0 <= i0; j0 += block) {
      for (Index i = i0; i < std::min(i0 + block, k.rows); ++i) {
        for (Index j = j0; j < std::min(j0 + block, i); ++j) {
          const double difference = std::fabs(k(i, j) - k(j, i));
          if (difference > 0x1p-40 * largest) {
            fail_requirement(name, "must be symmetric", "a difference of " + shown(difference) + place(i, j));
          }
        }
      }
    }
  }
}

void require_weights(std::span<const double> weights, Index n) {
  if (weights.empty()) return;
  require(static_cast<Index>(weights.size()) == n, "weights", "must be as many as samples, " + std::to_string(n),
          static_cast<Index>(weights.size()));
  for (const double w : weights) {
    require(w >= 0 && std::isfinite(w), "weights", "must be nonnegative and finite", w);
  }
  const double sum = sum_of(weights);
  require(std::fabs(sum - 1) <= static_cast<double>(n) * std::numeric_limits<double>::epsilon(), "weights",
          "must sum to 1", sum);
}

std::vector<double> gram_of(const AnyKernel& kernel, MatrixSpan<const double> x) {
  std::vector<double> k(static_cast<std::size_t>(x.rows) * static_cast<std::size_t>(x.rows));
  kernel.cross(x, x, {k.data(), x.rows, x.rows});
  return k;
}

}  // namespace korobov::detail
