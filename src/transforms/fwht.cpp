#include <korobov/transforms/fwht.hpp>

#include "transforms/fwht_kernels.hpp"
#include "transforms/shapes.hpp"

namespace korobov {
namespace {

using detail::require;

template <class T>
void transform(MatrixSpan<T> y) {
  const int m = detail::require_power_of_two(y.cols, "y");
  detail::require_distinct(y, "y");
  const auto scale = static_cast<T>(detail::unitary_scale(m));
  // Few long rows: the parts of each are shared among threads; else the rows are.
  if (m >= detail::kLeastSharedLevels && y.rows < num_threads() && y.col_stride == 1) {
    for (Index i = 0; i < y.rows; ++i) detail::fwht_row_shared(y.data + i * y.row_stride, m, scale);
    return;
  }
  detail::each_row(y, [=](T* row) { detail::fwht_row(row, m, scale); });
}

template <class T>
void join(std::span<const T> old_half, std::span<const T> new_half, std::span<T> joined) {
  const Index n = std::ssize(old_half);
  detail::require_power_of_two(n, "old_half");
  require(std::ssize(new_half) == n, "new_half", "length must be the old half's", std::ssize(new_half));
  require(std::ssize(joined) == 2 * n, "joined", "length must be twice the half's", std::ssize(joined));
  detail::require_disjoint(detail::as_row(joined), detail::as_row(old_half), "joined");
  detail::require_disjoint(detail::as_row(joined), detail::as_row(new_half), "joined");
  detail::fwht_join_rows(old_half.data(), new_half.data(), joined.data(), joined.data() + n, n,
                         static_cast<T>(detail::unitary_scale(1)));
}

template <class T>
void join(std::span<T> y) {
  const int m = detail::require_power_of_two(std::ssize(y), "y");
  require(m >= 1, "y", "length must be at least 2", std::ssize(y));
  const Index n = std::ssize(y) / 2;
  detail::fwht_join_rows(y.data(), y.data() + n, y.data(), y.data() + n, n, static_cast<T>(detail::unitary_scale(1)));
}

}  // namespace

void fwht(MatrixSpan<double> y) { transform(y); }
void fwht(MatrixSpan<float> y) { transform(y); }
void fwht(std::span<double> y) { transform(detail::as_row(y)); }
void fwht(std::span<float> y) { transform(detail::as_row(y)); }

void fwht_join(std::span<const double> old_half, std::span<const double> new_half, std::span<double> joined) {
  join(old_half, new_half, joined);
}
void fwht_join(std::span<const float> old_half, std::span<const float> new_half, std::span<float> joined) {
  join(old_half, new_half, joined);
}
void fwht_join(std::span<double> y) { join(y); }
void fwht_join(std::span<float> y) { join(y); }

}  // namespace korobov
