#include <korobov/transforms/bit_reversed_fft.hpp>

#include "transforms/fft_kernels.hpp"
#include "transforms/roots.hpp"
#include "transforms/shapes.hpp"

namespace korobov {
namespace {

using detail::Complex;
using detail::require;

template <class Out, class In>
void require_fit(MatrixSpan<Out> out, MatrixSpan<In> in, Index out_cols, std::string_view parameter) {
  require(out.cols == out_cols, parameter, "length must fit the input's", out.cols);
  detail::require_same_rows(out, in, parameter);
  detail::require_distinct(out, parameter);
  detail::require_disjoint(out, in, parameter);
}

Index half_length(Index n) { return n / 2 + 1; }

// Few long rows: the parts of each are shared among threads; else the rows are.
bool is_shared(int m, Index rows, bool adjacent) {
  return m >= detail::kLeastSharedFftLevels && rows < num_threads() && adjacent;
}

void forward(MatrixSpan<const double> y, MatrixSpan<Complex> z, detail::Spectrum spectrum) {
  const int m = detail::require_power_of_two(y.cols, "y");
  require_fit(z, y, spectrum == detail::Spectrum::all ? y.cols : half_length(y.cols), "z");
  const double scale = detail::unitary_scale(m);
  if (is_shared(m, y.rows, y.col_stride == 1 && z.col_stride == 1)) {
    for (Index i = 0; i < y.rows; ++i) {
      detail::real_fft_in_time_shared(y.data + i * y.row_stride, z.data + i * z.row_stride, m, scale, spectrum);
    }
    return;
  }
  detail::each_row(y, z,
                   [=](const double* in, Complex* out) { detail::real_fft_in_time(in, out, m, scale, spectrum); });
}

void inverse(MatrixSpan<const Complex> z, MatrixSpan<double> y, Index z_cols) {
  const int m = detail::require_power_of_two(y.cols, "y");
  require(z.cols == z_cols, "z", "length must fit the output's", z.cols);
  require_fit(y, z, y.cols, "y");
  const double scale = detail::unitary_scale(m);
  if (is_shared(m, y.rows, y.col_stride == 1 && z.col_stride == 1)) {
    for (Index i = 0; i < y.rows; ++i) {
      detail::real_fft_in_frequency_shared(z.data + i * z.row_stride, y.data + i * y.row_stride, m, scale);
    }
    return;
  }
  detail::each_row(z, y, [=](const Complex* in, double* out) { detail::real_fft_in_frequency(in, out, m, scale); });
}

using InPlace = void (*)(Complex*, int, double);
void in_place(MatrixSpan<Complex> z, InPlace row, InPlace row_shared) {
  const int m = detail::require_power_of_two(z.cols, "z");
  detail::require_distinct(z, "z");
  const double scale = detail::unitary_scale(m);
  if (is_shared(m, z.rows, z.col_stride == 1)) {
    for (Index i = 0; i < z.rows; ++i) row_shared(z.data + i * z.row_stride, m, scale);
    return;
  }
  detail::each_row(z, [=](Complex* values) { row(values, m, scale); });
}

}  // namespace

void fftbr(MatrixSpan<const double> y, MatrixSpan<Complex> z) { forward(y, z, detail::Spectrum::all); }
void rfftbr(MatrixSpan<const double> y, MatrixSpan<Complex> z) { forward(y, z, detail::Spectrum::half); }
void ifftbr(MatrixSpan<const Complex> z, MatrixSpan<double> y) { inverse(z, y, y.cols); }
void irfftbr(MatrixSpan<const Complex> z, MatrixSpan<double> y) { inverse(z, y, half_length(y.cols)); }

void fftbr(MatrixSpan<Complex> z) { in_place(z, detail::fft_in_time, detail::fft_in_time_shared); }
void ifftbr(MatrixSpan<Complex> z) { in_place(z, detail::fft_in_frequency, detail::fft_in_frequency_shared); }

void fftbr(std::span<const double> y, std::span<Complex> z) { fftbr(detail::as_row(y), detail::as_row(z)); }
void rfftbr(std::span<const double> y, std::span<Complex> z) { rfftbr(detail::as_row(y), detail::as_row(z)); }
void ifftbr(std::span<const Complex> z, std::span<double> y) { ifftbr(detail::as_row(z), detail::as_row(y)); }
void irfftbr(std::span<const Complex> z, std::span<double> y) { irfftbr(detail::as_row(z), detail::as_row(y)); }
void fftbr(std::span<Complex> z) { fftbr(detail::as_row(z)); }
void ifftbr(std::span<Complex> z) { ifftbr(detail::as_row(z)); }

void fftbr_join(std::span<const Complex> old_half, std::span<const Complex> new_half, std::span<Complex> joined) {
  const int m = detail::require_power_of_two(std::ssize(old_half), "old_half");
  require(new_half.size() == old_half.size(), "new_half", "length must be the old half's", std::ssize(new_half));
  require(joined.size() == 2 * old_half.size(), "joined", "length must be twice the half's", std::ssize(joined));
  detail::require_disjoint(detail::as_row(joined), detail::as_row(old_half), "joined");
  detail::require_disjoint(detail::as_row(joined), detail::as_row(new_half), "joined");
  detail::fft_join(old_half.data(), new_half.data(), joined.data(), joined.data() + old_half.size(), m + 1,
                   detail::unitary_scale(1));
}

void fftbr_join(std::span<Complex> z) {
  const int m = detail::require_power_of_two(std::ssize(z), "z");
  require(m >= 1, "z", "length must be at least 2", std::ssize(z));
  Complex* const high = z.data() + z.size() / 2;
  detail::fft_join(z.data(), high, z.data(), high, m, detail::unitary_scale(1));
}

void rfftbr_join(std::span<const Complex> old_half, std::span<const Complex> new_half, std::span<Complex> joined) {
  require(!joined.empty(), "joined", "length must be n + 1, n a power of two", std::ssize(joined));
  const Index n = std::ssize(joined) - 1;
  require(is_power_of_two(n), "joined", "length must be n + 1, n a power of two", std::ssize(joined));
  require(std::ssize(old_half) == half_length(n), "old_half", "length must be n/2 + 1", std::ssize(old_half));
  require(std::ssize(new_half) == half_length(n), "new_half", "length must be n/2 + 1", std::ssize(new_half));
  detail::require_disjoint(detail::as_row(joined), detail::as_row(old_half), "joined");
  detail::require_disjoint(detail::as_row(joined), detail::as_row(new_half), "joined");
  detail::real_fft_join(old_half.data(), new_half.data(), joined.data(), floor_log2(n) + 1, detail::unitary_scale(1));
}

}  // namespace korobov
