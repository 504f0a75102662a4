#include "cubature/cone.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <korobov/core/bits.hpp>
#include <korobov/transforms/bit_reversed_fft.hpp>
#include <korobov/transforms/fwht.hpp>

#include "cubature/sums.hpp"

namespace korobov::detail {
namespace {

std::size_t size_of(int m) { return std::size_t{1} << m; }

}  // namespace

void Cone::extend(std::span<const double> values) {
  const std::size_t count = values.size();
  transform(values);  // the only step that allocates much; nothing else changed before it
  const double new_squares = pairwise_sum(0, count, [&](std::size_t i) { return values[i] * values[i]; });
  sum_of_squares_ += new_squares;
  if (m_ < 0) {
    m_ = first_level_ = floor_log2(static_cast<Index>(count));
    for (std::size_t k = 0; k < count; ++k) kappa_[k] = static_cast<std::uint32_t>(k);
    gather_magnitudes();
    sort_aliases(1);
  } else {
    ++m_;
    for (std::size_t k = 0; k < count; ++k) kappa_[count + k] = static_cast<std::uint32_t>(count + kappa_[k]);
    gather_magnitudes();
    sort_aliases(std::max(1, m_ - rule_.lag));
  }
  update_sums();
  update_conditions();
}

void Cone::transform(std::span<const double> values) {
  const std::size_t n = m_ < 0 ? values.size() : 2 * values.size();
  kappa_.resize(n);
  magnitude_.resize(n);
  swaps_.resize(n / 2);
  if (is_lattice_) {
    std::vector<std::complex<double>> fresh(values.size() / 2 + 1);
    rfftbr(values, fresh);
    if (m_ >= 0) {
      std::vector<std::complex<double>> joined(n / 2 + 1);
      rfftbr_join(fourier_, fresh, joined);
      fresh.swap(joined);
    }
    fourier_.swap(fresh);
  } else {
    walsh_.reserve(n);
    walsh_.insert(walsh_.end(), values.begin(), values.end());
    fwht(std::span<double>(walsh_).last(values.size()));
    if (m_ >= 0) fwht_join(walsh_);
  }
}

double Cone::mean() const noexcept {
  const double y0 = is_lattice_ ? fourier_[0].real() : walsh_[0];
  return y0 / std::sqrt(static_cast<double>(size_of(m_)));
}

double Cone::root_mean_square() const noexcept { return std::sqrt(sum_of_squares_ / static_cast<double>(size_of(m_))); }

void Cone::gather_magnitudes() {
  const std::size_t n = size_of(m_);
  if (!is_lattice_) {
    for (std::size_t k = 0; k < n; ++k) magnitude_[k] = std::fabs(walsh_[kappa_[k]]);
    return;
  }
  const auto size = static_cast<std::uint32_t>(n);  // 0 for n = 2^32: size - k still is n - k mod 2^32
  for (std::size_t k = 0; k < n; ++k) {
    const std::uint32_t index = kappa_[k];
    const std::complex<double> y = fourier_[index <= n / 2 ? index : size - index];
    magnitude_[k] = y.real() * y.real() + y.imag() * y.imag();
  }
}

void Cone::sort_aliases(int lowest_level) {
  const std::size_t n = size_of(m_);
  for (int l = m_ - 1; l >= lowest_level; --l) {
    const std::size_t half = size_of(l);
    double* const a = magnitude_.data();
    for (std::size_t k = 1; k < half; ++k) swaps_[k] = a[k + half] > a[k];
    for (std::size_t base = 0; base < n; base += 2 * half) {
      double* const low = a + base;
      double* const high = low + half;
      std::uint32_t* const low_index = kappa_.data() + base;
      std::uint32_t* const high_index = low_index + half;
      for (std::size_t k = 1; k < half; ++k) {
        const bool swap = swaps_[k] != 0;
        const double x = low[k], y = high[k];
        low[k] = swap ? y : x;
        high[k] = swap ? x : y;
        const std::uint32_t i = low_index[k], j = high_index[k];
        low_index[k] = swap ? j : i;
        high_index[k] = swap ? i : j;
      }
    }
  }
}

void Cone::update_sums() {
  const double scale = 1 / std::sqrt(static_cast<double>(size_of(m_)));
  sums_.assign(static_cast<std::size_t>(m_) + 1, 0);
  const double* const a = magnitude_.data();
  for (int l = 1; l <= m_; ++l) {
    const double sum = is_lattice_
                           ? pairwise_sum(size_of(l - 1), size_of(l), [a](std::size_t k) { return std::sqrt(a[k]); })
                           : pairwise_sum(size_of(l - 1), size_of(l), [a](std::size_t k) { return a[k]; });
    sums_[static_cast<std::size_t>(l)] = scale * sum;
  }
  bound_ = std::ldexp(rule_.inflation, -m_) * sums_[static_cast<std::size_t>(m_ - rule_.lag)];
}

void Cone::update_conditions() {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const int lowest = std::max(1, first_level_ - rule_.lag);
  const double n = static_cast<double>(size_of(m_));
  const double rounding = 8 * std::numeric_limits<double>::epsilon() * std::sqrt(static_cast<double>(m_)) *
                          root_mean_square() / std::sqrt(n);
  const double c_lag = std::ldexp(rule_.inflation, -rule_.lag);
  greatest_low_.resize(static_cast<std::size_t>(m_) + 1, 0);
  least_high_.resize(static_cast<std::size_t>(m_) + 1, infinity);
  for (int l = lowest; l <= m_; ++l) {
    const auto at = static_cast<std::size_t>(l);
    const int j = m_ - l;
    const double w = std::ldexp(rule_.inflation, -2 * j) / std::ldexp(1 + c_lag, -rule_.lag);
    const double width = rounding * std::ldexp(1.0, l - 1);
    greatest_low_[at] = std::max(greatest_low_[at], (sums_[at] - width) / (1 + w));
    if (w < 1) least_high_[at] = std::min(least_high_[at], (sums_[at] + width) / (1 - w));
    if (greatest_low_[at] > least_high_[at]) conditions_hold_ = false;
  }
}

}  // namespace korobov::detail
