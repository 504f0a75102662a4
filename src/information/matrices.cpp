#include "information/matrices.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include <korobov/core/error.hpp>
#include <korobov/core/parallel.hpp>

#include "core/sums.hpp"

namespace korobov::detail {
namespace {

constexpr double kLargest = std::numeric_limits<double>::max();

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

void require_square(MatrixSpan<const double> k, std::string_view name) {
  require(k.rows >= 1, name, "must have at least one row", k.rows);
  require(k.cols >= 1, name, "must have at least one column", k.cols);
  if (k.rows == k.cols) return;
  require_finite(k, name);
  fail_requirement(name, "must be square", "(" + std::to_string(k.rows) + ", " + std::to_string(k.cols) + ")");
}

void require_symmetric(MatrixSpan<const double> k, std::string_view name) {
  require_square(k, name);
  // One pass finds whether anything is wrong, by blocks of rows and columns whose mirror images stay in the cache; a
  // thread takes short and long rows of blocks alike.
  constexpr Index block = 64;
  const Index n = k.rows;
  const Index blocks = (n + block - 1) / block;
  std::vector<double> largest(static_cast<std::size_t>(blocks));
  std::vector<double> difference(static_cast<std::size_t>(blocks));
  std::vector<unsigned char> is_finite(static_cast<std::size_t>(blocks));
  parallel_for(blocks, 1 + 65536 / (n * block), [&](Range range) {
    for (Index turn = range.first; turn < range.last; ++turn) {
      const Index b = turn % 2 == 0 ? turn / 2 : blocks - 1 - turn / 2;
      double most = 0;
      double apart = 0;
      bool finite = true;
      for (Index j0 = 0; j0 <= b * block; j0 += block) {
        for (Index i = b * block; i < std::min((b + 1) * block, n); ++i) {
          for (Index j = j0; j < std::min(j0 + block, i + 1); ++j) {
            const double lower = std::fabs(k(i, j));
            const double upper = std::fabs(k(j, i));
            finite = finite && lower <= kLargest && upper <= kLargest;
            most = std::max(most, std::max(lower, upper));
            apart = std::max(apart, std::fabs(k(i, j) - k(j, i)));
          }
        }
      }
      largest[static_cast<std::size_t>(b)] = most;
      difference[static_cast<std::size_t>(b)] = apart;
      is_finite[static_cast<std::size_t>(b)] = finite ? 1 : 0;
    }
  });
  if (std::count(is_finite.begin(), is_finite.end(), 0) > 0) require_finite(k, name);  // says where
  const double allowed = 0x1p-40 * *std::max_element(largest.begin(), largest.end());
  if (*std::max_element(difference.begin(), difference.end()) <= allowed) return;
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < i; ++j) {
      const double apart = std::fabs(k(i, j) - k(j, i));
      if (apart > allowed) fail_requirement(name, "must be symmetric", "a difference of " + shown(apart) + place(i, j));
    }
  }
}

void require_noise(double noise, Index k, double largest) {
  const double unknown = static_cast<double>(k) * std::numeric_limits<double>::epsilon() * largest;
  require(noise >= unknown, "noise",
          "must be at least " + shown(unknown) + ", the rounding errors of conditional variances", noise);
}

void require_weights(std::span<const double> weights, Index n) {
  if (weights.empty()) return;
  require(static_cast<Index>(weights.size()) == n, "weights", "must be as many as samples, " + std::to_string(n),
          static_cast<Index>(weights.size()));
  for (const double w : weights) {
    require(w >= 0 && std::isfinite(w), "weights", "must be nonnegative and finite", w);
  }
  const double sum = sum_of(weights);
  require(std::fabs(sum - 1) <= 0x1p-20, "weights", "must sum to 1", sum);
}

std::vector<double> gram_of(const AnyKernel& kernel, MatrixSpan<const double> x) {
  std::vector<double> k(static_cast<std::size_t>(x.rows) * static_cast<std::size_t>(x.rows));
  kernel.cross(x, x, {k.data(), x.rows, x.rows});
  return k;
}

}  // namespace korobov::detail
