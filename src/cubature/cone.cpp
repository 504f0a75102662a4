#include "cubature/cone.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <korobov/core/bits.hpp>
#include <korobov/transforms/bit_reversed_fft.hpp>
#include <korobov/transforms/fwht.hpp>

#include "core/sums.hpp"
#include "cubature/cone_kernels.hpp"

namespace korobov::detail {
namespace {

std::size_t size_of(int m) { return std::size_t{1} << m; }

constexpr std::size_t most_sampled = 4096;

// The median of |value(k)| over k < count, a power of two, or of 4096 of them: k = i times an odd number near count /
// golden ratio, mod count, which are all different and evenly spread.
template <class Value>
double median_magnitude(std::size_t count, Value value) {
  const std::size_t sampled = std::min(count, most_sampled);
  const std::size_t step = static_cast<std::size_t>(0.6180339887498949 * static_cast<double>(count)) | 1U;
  std::vector<double> magnitudes(sampled);
  for (std::size_t i = 0; i < sampled; ++i) magnitudes[i] = std::fabs(value(i * step & (count - 1)));
  const auto middle = magnitudes.begin() + static_cast<std::ptrdiff_t>(sampled / 2);
  std::nth_element(magnitudes.begin(), middle, magnitudes.end());
  return *middle;
}

}  // namespace

void Cone::extend(std::span<double> values) {
  extend(values, pairwise_sum(0, values.size(), [&](std::size_t i) { return values[i] * values[i]; }));
}

void Cone::extend(std::span<double> values, double sum_of_squares) {
  if (is_lattice_) {
    m_ < 0 ? first_lattice(values) : double_lattice(values);
    mean_ = spectrum_[0].real() / std::sqrt(static_cast<double>(size_of(m_)));
  } else {
    m_ < 0 ? first_net(values) : double_net(values);
    mean_ = sorted_[0];
  }
  sum_of_squares_ += sum_of_squares;
  bound_ = std::ldexp(rule_.inflation, -m_) * sums_[static_cast<std::size_t>(m_ - rule_.lag)];
  update_conditions();
}

void Cone::first_net(std::span<double> values) {
  const std::size_t n = values.size();
  sorted_ = Buffer<double>(n);
  start_kappa(n);
  fwht(values);
  const double scale = 1 / std::sqrt(static_cast<double>(n));
  for (std::size_t k = 0; k < n; ++k) sorted_[k] = scale * values[k];
  if (median_ == Median::wanted)
    top_median_ = median_magnitude(n / 2, [&](std::size_t k) { return sorted_[n / 2 + k]; });
  sort_aliases(sorted_.span(), 1);
  sum_levels({}, [this](std::size_t k) { return std::fabs(sorted_[k]); });
}

void Cone::double_net(std::span<double> values) {
  const std::size_t half = values.size();
  sorted_.grow(2 * half);
  make_room(2 * half);
  fwht(values);
  const double scale = 1 / std::sqrt(static_cast<double>(half));
  if (median_ == Median::wanted) {
    // y^_{half + kappa} of the doubled set is half the difference of the two halves.
    top_median_ = median_magnitude(
        half, [&](std::size_t k) { return 0.5 * (sorted_[k] - scale * values[coefficient_at(k, half)]); });
  }
  ++m_;
  if (is_in_rows_) {
    ConePass pass{half, high_.data(), flip_.data(), {}};
    cone_pass_net(pass, sorted_.data(), values.data(), scale);
    freeze_level(half);
    sum_levels(pass.sums, [this](std::size_t k) { return std::fabs(sorted_[low_[k]]); });
    return;
  }
  for (std::size_t k = 0; k < half; ++k) {
    const double old = 0.5 * sorted_[k];
    const double next = 0.5 * scale * values[kappa_[k]];
    sorted_[k] = old + next;
    sorted_[k + half] = old - next;
  }
  append_kappa();
  sort_aliases(sorted_.span(), std::max(1, m_ - rule_.lag));
  sum_levels({}, [this](std::size_t k) { return std::fabs(sorted_[k]); });
}

void Cone::first_lattice(std::span<const double> values) {
  const std::size_t n = values.size();
  spectrum_ = Buffer<std::complex<double>>(n / 2 + 1);
  Buffer<double> work(n);
  start_kappa(n);
  rfftbr(values, spectrum_.span());
  for (std::size_t k = 0; k < n; ++k) work[k] = std::norm(spectrum_[std::min(k, n - k)]);
  sort_aliases(work.span(), 1);
  sum_levels({}, [&](std::size_t k) { return std::sqrt(work[k]); });
  scale_sums();
}

void Cone::double_lattice(std::span<const double> values) {
  const std::size_t half = values.size();
  const std::size_t n = 2 * half;
  make_room(n);
  joined_.remake(half + 1);
  fresh_.remake(half / 2 + 1);
  work_.remake(is_in_rows_ ? half / 8 : n);
  rfftbr(values, fresh_.span());
  rfftbr_join(spectrum_.span(), fresh_.span(), joined_.span());
  std::swap(spectrum_, joined_);
  // The joined squares take the place of the new half's spectrum: half + 1 of its half + 2 doubles.
  auto* const squares = reinterpret_cast<double*>(fresh_.data());
  for (std::size_t k = 0; k <= half; ++k) squares[k] = std::norm(spectrum_[k]);
  ++m_;
  if (is_in_rows_) {
    ConePass pass{half, high_.data(), flip_.data(), {}};
    cone_pass_lattice(pass, squares, work_.data());
    freeze_level(half);
    sum_levels(pass.sums, [this](std::size_t k) { return std::sqrt(work_[low_[k]]); });
  } else {
    append_kappa();
    for (std::size_t k = 0; k < n; ++k) work_[k] = squares[std::min<std::size_t>(kappa_[k], n - kappa_[k])];
    sort_aliases(work_.span(), std::max(1, m_ - rule_.lag));
    sum_levels({}, [this](std::size_t k) { return std::sqrt(work_[k]); });
  }
  scale_sums();
}

// y is unitary for lattices, y^ for nets.
void Cone::scale_sums() {
  for (double& sum : sums_) sum /= std::sqrt(static_cast<double>(size_of(m_)));
}

// Room for the indices of n coefficients; from n/2 = 256 on in rows (cone_kernels.hpp), if the lag is the usual one.
void Cone::make_room(std::size_t n) {
  if (rule_.lag != 4 || n / 2 < least_cone_pass) return kappa_.grow(n);
  if (!is_in_rows_) {
    enter_rows(n / 2);
    is_in_rows_ = true;
  }
  high_.grow(n);
  flip_.grow(n / 32);
  low_.grow(n / 16);
}

void Cone::enter_rows(std::size_t n) {
  const std::size_t q = n / 16;
  Buffer<double> sorted(n);
  Buffer<std::uint8_t> high(n);
  Buffer<std::uint32_t> low(q);
  for (std::size_t r = 0; r < q; ++r) low[r] = kappa_[r] % static_cast<std::uint32_t>(q);
  for (std::size_t k = 0; k < n; ++k) {
    // NOLINTNEXTLINE(clang-analyzer-core.DivideZero): rows begin at n = least_cone_pass
    const std::size_t place = k - k % q + low[k % q];
    high[place] = static_cast<std::uint8_t>(kappa_[k] / q);
    if (!is_lattice_) sorted[place] = sorted_[k];
  }
  if (!is_lattice_) {
    sorted.grow(2 * n);
    sorted_ = std::move(sorted);
  }
  high_ = std::move(high);
  low_ = std::move(low);
  kappa_ = Buffer<std::uint32_t>();
}

// The positions below n/8 after a doubling from n: rows 0 and 1 of the old layout.
void Cone::freeze_level(std::size_t n) {
  const std::size_t q = n / 16;
  for (std::size_t r = 0; r < q; ++r) {
    const std::uint32_t a = low_[r];
    const auto row = static_cast<std::uint32_t>(q);
    low_[r] = a + (flip_[a] != 0 ? row : 0);
    low_[q + r] = a + (flip_[a] != 0 ? 0 : row);
  }
}

// The index of the coefficient at place k of n: kappa(k), or the one stored there in rows.
std::size_t Cone::coefficient_at(std::size_t k, std::size_t n) const {
  return is_in_rows_ ? (k & (n / 16 - 1)) + high_[k] * (n / 16) : kappa_[k];
}

std::vector<std::uint32_t> Cone::kappa() const {
  const std::size_t n = size_of(m_);
  std::vector<std::uint32_t> all(n);
  for (std::size_t k = 0; k < n; ++k) {
    const std::size_t place = is_in_rows_ ? k - k % (n / 16) + low_[k % (n / 16)] : k;
    all[k] = static_cast<std::uint32_t>(coefficient_at(place, n));
  }
  return all;
}

void Cone::start_kappa(std::size_t n) {
  kappa_ = Buffer<std::uint32_t>(n);
  for (std::size_t k = 0; k < n; ++k) kappa_[k] = static_cast<std::uint32_t>(k);
  m_ = first_level_ = floor_log2(static_cast<Index>(n));
}

// kappa(n + k) = n + kappa(k), in the room that is there.
void Cone::append_kappa() {
  const std::size_t half = kappa_.size() / 2;
  for (std::size_t k = 0; k < half; ++k) kappa_[half + k] = static_cast<std::uint32_t>(half + kappa_[k]);
}

// work: y^ or |y^|^2 in kappa order, sorted along with kappa.
void Cone::sort_aliases(std::span<double> work, int lowest_level) {
  const std::size_t n = work.size();
  for (int l = m_ - 1; l >= lowest_level; --l) {
    const std::size_t half = size_of(l);
    for (std::size_t k = 1; k < half; ++k) {
      if (std::fabs(work[k + half]) <= std::fabs(work[k])) continue;
      for (std::size_t alias = k; alias < n; alias += 2 * half) {
        std::swap(work[alias], work[alias + half]);
        std::swap(kappa_[alias], kappa_[alias + half]);
      }
    }
  }
}

// S_l: the top four where a pass found them, the others from the magnitudes by position.
template <class Magnitude>
void Cone::sum_levels(std::span<const double> top, Magnitude magnitude) {
  sums_.assign(static_cast<std::size_t>(m_) + 1, 0);
  const int from_top = static_cast<int>(top.size());
  for (int i = 0; i < from_top; ++i) sums_[static_cast<std::size_t>(m_ - i)] = top[static_cast<std::size_t>(i)];
  for (int l = 1; l <= m_ - from_top; ++l)
    sums_[static_cast<std::size_t>(l)] = pairwise_sum(size_of(l - 1), size_of(l), magnitude);
}

void Cone::update_conditions() {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const int lowest = std::max(1, first_level_ - rule_.lag);
  const double n = static_cast<double>(size_of(m_));
  const double rounding =
      8 * std::numeric_limits<double>::epsilon() * std::sqrt(static_cast<double>(m_)) * std::sqrt(sum_of_squares_) / n;
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
