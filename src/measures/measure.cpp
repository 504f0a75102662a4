#include <algorithm>

#include <korobov/core/error.hpp>
#include <korobov/measures/inverse_normal.hpp>
#include <korobov/measures/measure.hpp>

#include "measures/measure_impl.hpp"

namespace korobov {

Index Measure::dimension() const noexcept { return impl_->dimension(); }

std::string Measure::description() const { return impl_->description(); }

void Measure::transform(MatrixSpan<const double> u, MatrixSpan<double> x) const {
  detail::require(u.cols >= 1 && fits(u.cols), "u",
                  "must have one column per dimension, " + std::to_string(dimension()), u.cols);
  detail::require(x.rows == u.rows && x.cols == u.cols, "x",
                  "must have the shape of u, (" + std::to_string(u.rows) + ", " + std::to_string(u.cols) + ")",
                  "(" + std::to_string(x.rows) + ", " + std::to_string(x.cols) + ")");
  if (u.rows > 0) impl_->transform(u, x);
}

namespace detail {

void NormalMap::transform(MatrixSpan<const double> u, MatrixSpan<double> x) const {
  const Index d = u.cols;
  const Index block = std::min(u.rows, std::clamp(Index{4096} / d / 24 * 24, Index{24}, Index{768}));
  const auto size = static_cast<std::size_t>(block * d);
  std::vector<double> z(size);
  std::vector<double> copy(x.col_stride == 1 ? 0 : size);
  for (Index first = 0; first < u.rows; first += block) {
    const Index rows = std::min(block, u.rows - first);
    const auto in = u.row_range(first, first + rows);
    const auto out = x.row_range(first, first + rows);
    const std::span<double> z_rows(z.data(), static_cast<std::size_t>(rows * d));
    if (in.is_contiguous()) {
      inverse_normal({in.data, z_rows.size()}, z_rows);
    } else {
      for (Index i = 0; i < rows; ++i) {
        for (Index j = 0; j < d; ++j) z[static_cast<std::size_t>(i * d + j)] = in(i, j);
      }
      inverse_normal(z_rows, z_rows);
    }
    if (out.col_stride == 1) {
      map(z.data(), rows, d, out.data, out.row_stride);
    } else {
      map(z.data(), rows, d, copy.data(), d);
      for (Index i = 0; i < rows; ++i) {
        for (Index j = 0; j < d; ++j) out(i, j) = copy[static_cast<std::size_t>(i * d + j)];
      }
    }
  }
}

Index common_dimension(std::optional<Index> d, Index size_a, bool any_a, const char* name_a, Index size_b, bool any_b,
                       const char* name_b) {
  if (d) require(*d >= 1, "d", "must be at least 1", *d);
  require(size_a >= 1, name_a, "must not be empty", size_a);
  require(size_b >= 1, name_b, "must not be empty", size_b);
  Index dimension = d.value_or(0);
  if (!any_a) {
    require(dimension == 0 || size_a == dimension, name_a, "must have one entry per dimension, d = " + shown(dimension),
            size_a);
    dimension = size_a;
  }
  if (!any_b) {
    require(dimension == 0 || size_b == dimension, name_b,
            "must have the size of the other parameters, d = " + shown(dimension), size_b);
    dimension = size_b;
  }
  return dimension;
}

std::string shown(const PerDimension& values) {
  if (values.is_scalar()) return shown(values[0]);
  std::string text = "(";
  for (Index j = 0; j < std::min<Index>(values.size(), 4); ++j) text.append(j > 0 ? ", " : "").append(shown(values[j]));
  return text.append(values.size() > 4 ? ", ...)" : ")");
}

const char* name(PathFactor factor) noexcept {
  return factor == PathFactor::pca ? "pca" : factor == PathFactor::cholesky ? "cholesky" : "bridge";
}

const char* name(Factor factor) noexcept { return factor == Factor::pca ? "pca" : "cholesky"; }

}  // namespace detail
}  // namespace korobov
