#include "information/canonical_basis.hpp"

#include <algorithm>
#include <cmath>

#include <korobov/core/parallel.hpp>

#include "core/sums.hpp"
#include "gram/dense_algebra.hpp"

namespace korobov::detail {
namespace {

constexpr double kNearly = 1 - 1e-6;

std::size_t as_size(Index n) { return static_cast<std::size_t>(n); }

// The first index whose value is within 1e-6 of the largest.
std::size_t first_of_largest(std::span<const double> values) {
  const double bound = kNearly * *std::max_element(values.begin(), values.end());
  return static_cast<std::size_t>(std::find_if(values.begin(), values.end(), [&](double v) { return v >= bound; }) -
                                  values.begin());
}

// Of the space of `count` orthonormal columns from `from` on: projections of unit vectors, the longest first, each with
// what came before taken out. In coordinates of the columns.
void canonical_space(double* columns, Index n, Index count) {
  std::vector<double> basis;  // coordinates of the new vectors, one after another
  std::vector<double> length(as_size(n));
  std::vector<double> coordinates(as_size(count));
  std::vector<double> result(as_size(n * count));
  const auto project = [&](Index i) {  // row i, without what the new vectors hold
    for (Index g = 0; g < count; ++g) coordinates[as_size(g)] = columns[g * n + i];
    for (int pass = 0; pass < 2; ++pass) {
      for (std::size_t b = 0; b < basis.size(); b += as_size(count)) {
        double dot = 0;
        for (std::size_t g = 0; g < as_size(count); ++g) dot += coordinates[g] * basis[b + g];
        for (std::size_t g = 0; g < as_size(count); ++g) coordinates[g] -= dot * basis[b + g];
      }
    }
    double square = 0;
    for (const double v : coordinates) square += v * v;
    return square;
  };
  for (Index t = 0; t < count; ++t) {
    for (Index i = 0; i < n; ++i) length[as_size(i)] = project(i);
    const double norm = std::sqrt(project(static_cast<Index>(first_of_largest(length))));
    for (double& v : coordinates) v /= norm;
    basis.insert(basis.end(), coordinates.begin(), coordinates.end());
    for (Index i = 0; i < n; ++i) {
      double value = 0;
      for (Index g = 0; g < count; ++g) value += coordinates[as_size(g)] * columns[g * n + i];
      result[as_size(t * n + i)] = value;
    }
  }
  std::copy(result.begin(), result.end(), columns);
}

}  // namespace

void fix_sign(std::span<double> vector) {
  double largest = 0;
  for (const double v : vector) largest = std::max(largest, std::fabs(v));
  const auto first =
      std::find_if(vector.begin(), vector.end(), [&](double v) { return std::fabs(v) >= kNearly * largest; });
  if (first == vector.end() || *first >= 0) return;
  for (double& v : vector) v = -v;
}

void make_canonical(std::vector<double>& vectors, Index n, std::span<const double> eigenvalues,
                    std::span<const double> signs, double tolerance) {
  for (std::size_t first = 0; first < eigenvalues.size();) {
    std::size_t last = first + 1;
    while (last < eigenvalues.size() && eigenvalues[last - 1] - eigenvalues[last] <= tolerance &&
           signs[last] == signs[first]) {
      ++last;
    }
    double* columns = vectors.data() + first * as_size(n);
    if (last == first + 1) {
      fix_sign({columns, as_size(n)});
    } else if (eigenvalues[first] > 0) {
      canonical_space(columns, n, static_cast<Index>(last - first));
    }
    first = last;
  }
}

void symmetric_product(const std::vector<double>& k, Index n, const double* x, double* y) {
  if (blas_symmetric_product(k.data(), n, x, y)) return;
  parallel_for(n, 64, [&](Range rows) {
    for (Index i = rows.first; i < rows.last; ++i) {
      const double* row = k.data() + i * n;
      y[i] = pairwise_sum(0, as_size(n), [&](std::size_t j) { return row[j] * x[j]; });
    }
  });
}

}  // namespace korobov::detail
