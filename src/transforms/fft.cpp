#include <korobov/transforms/fft.hpp>

#if KOROBOV_WITH_FFTW
#include <fftw3.h>
#endif

#include <array>
#include <limits>
#include <list>
#include <memory>
#include <mutex>

#include "transforms/fft_kernels.hpp"
#include "transforms/shapes.hpp"

namespace korobov {
namespace {

using detail::Complex;
using detail::require;

template <class T>
void reverse_order(T* values, int m) {
  for (Index i = 1; i < Index{1} << m; ++i) {
    const auto j = static_cast<Index>(reverse_bits(static_cast<Word>(i)) >> (64 - m));
    if (i < j) std::swap(values[i], values[j]);
  }
}

enum class Kind { forward, backward, real_forward, real_backward };

#if KOROBOV_WITH_FFTW

fftw_complex* as_fftw(Complex* z) { return reinterpret_cast<fftw_complex*>(z); }

// A plan fits every pair of arrays of the same length, kind and alignment (fftw_execute_* on new arrays). Planning and
// destruction share one lock; execution needs none.
struct PlanKey {
  int n;
  Kind kind;
  bool aligned;
  friend bool operator==(const PlanKey&, const PlanKey&) = default;
};

class Plan {
 public:
  Plan(PlanKey key, double* real, Complex* z) {
    const unsigned flags = FFTW_ESTIMATE | (key.aligned ? 0U : FFTW_UNALIGNED);
    switch (key.kind) {
      case Kind::forward:
        plan_ = fftw_plan_dft_1d(key.n, as_fftw(z), as_fftw(z), FFTW_FORWARD, flags);
        break;
      case Kind::backward:
        plan_ = fftw_plan_dft_1d(key.n, as_fftw(z), as_fftw(z), FFTW_BACKWARD, flags);
        break;
      case Kind::real_forward:
        plan_ = fftw_plan_dft_r2c_1d(key.n, real, as_fftw(z), flags | FFTW_PRESERVE_INPUT);
        break;
      case Kind::real_backward:
        plan_ = fftw_plan_dft_c2r_1d(key.n, as_fftw(z), real, flags | FFTW_PRESERVE_INPUT);
        break;
    }
    if (plan_ == nullptr) throw NumericalError("FFTW found no plan for length " + detail::shown(key.n));
  }
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;
  ~Plan();
  fftw_plan get() const noexcept { return plan_; }

 private:
  fftw_plan plan_ = nullptr;
};

std::mutex& planner() {
  static std::mutex lock;
  return lock;
}

Plan::~Plan() {
  if (plan_ == nullptr) return;
  const std::scoped_lock lock(planner());
  fftw_destroy_plan(plan_);
}

// The plans used last, newest first. A plan in use outlives its place in the list.
std::shared_ptr<const Plan> plan_for(PlanKey key, double* real, Complex* z) {
  constexpr std::size_t kKept = 64;
  struct Kept {
    PlanKey key;
    std::shared_ptr<const Plan> plan;
  };
  static std::list<Kept>& kept = *new std::list<Kept>;  // never destroyed: transforms may run while statics go away
  std::shared_ptr<const Plan> evicted;                  // released after the lock
  const std::scoped_lock lock(planner());
  for (auto at = kept.begin(); at != kept.end(); ++at) {
    if (at->key == key) {
      kept.splice(kept.begin(), kept, at);
      return at->plan;
    }
  }
  kept.push_front({key, std::make_shared<const Plan>(key, real, z)});
  if (kept.size() > kKept) {
    evicted = std::move(kept.back().plan);
    kept.pop_back();
  }
  return kept.front().plan;
}

void any_length(Kind kind, double* real, Complex* z, Index n) {
  require(n <= std::numeric_limits<int>::max(), "n", "must fit FFTW's 31-bit lengths unless a power of two", n);
  auto* const values = reinterpret_cast<double*>(z);
  const bool aligned = fftw_alignment_of(values) == 0 && (real == nullptr || fftw_alignment_of(real) == 0);
  const auto plan = plan_for({static_cast<int>(n), kind, aligned}, real, z);
  switch (kind) {
    case Kind::forward:
    case Kind::backward:
      return fftw_execute_dft(plan->get(), as_fftw(z), as_fftw(z));
    case Kind::real_forward:
      return fftw_execute_dft_r2c(plan->get(), real, as_fftw(z));
    case Kind::real_backward:
      return fftw_execute_dft_c2r(plan->get(), as_fftw(z), real);
  }
}

#else

void any_length(Kind, double*, Complex*, Index n) {
  require(false, "n", "must be a power of two in a build without FFTW (KOROBOV_WITH_FFTW=OFF)", n);
}

#endif

template <class T>
void scale_by(T* values, Index count, double factor) {
  for (Index k = 0; k < count; ++k) values[k] *= factor;
}

void complex_transform(std::span<Complex> z, Kind kind) {
  const Index n = std::ssize(z);
  require(n >= 1, "z", "length must be at least 1", n);
  if (!is_power_of_two(n)) {
    any_length(kind, nullptr, z.data(), n);
    return scale_by(z.data(), n, 1 / std::sqrt(static_cast<double>(n)));
  }
  const int m = floor_log2(n);
  if (kind == Kind::forward) {
    reverse_order(z.data(), m);
    detail::fft_in_time(z.data(), m, detail::unitary_scale(m));
  } else {
    detail::fft_in_frequency(z.data(), m, detail::unitary_scale(m));
    reverse_order(z.data(), m);
  }
}

void require_half(std::span<const double> y, std::span<const Complex> z) {
  require(!y.empty(), "y", "length must be at least 1", std::ssize(y));
  require(z.size() == y.size() / 2 + 1, "z", "length must be n/2 + 1", std::ssize(z));
  detail::require_disjoint(detail::as_row(z), detail::as_row(y), "z");
}

}  // namespace

void fft(std::span<Complex> z) { complex_transform(z, Kind::forward); }
void ifft(std::span<Complex> z) { complex_transform(z, Kind::backward); }

void rfft(std::span<const double> y, std::span<Complex> z) {
  require_half(y, z);
  const Index n = std::ssize(y);
  if (!is_power_of_two(n)) {
    // FFTW's interface takes a pointer to non-const; FFTW_PRESERVE_INPUT keeps the values.
    any_length(Kind::real_forward, const_cast<double*>(y.data()), z.data(), n);
    return scale_by(z.data(), std::ssize(z), 1 / std::sqrt(static_cast<double>(n)));
  }
  const int m = floor_log2(n);
  const auto reversed = std::make_unique<double[]>(y.size());
  std::copy(y.begin(), y.end(), reversed.get());
  reverse_order(reversed.get(), m);
  detail::real_fft_in_time(reversed.get(), z.data(), m, detail::unitary_scale(m), detail::Spectrum::half);
}

void irfft(std::span<const Complex> z, std::span<double> y) {
  require_half(y, z);
  const Index n = std::ssize(y);
  if (!is_power_of_two(n)) {
    any_length(Kind::real_backward, y.data(), const_cast<Complex*>(z.data()), n);
    return scale_by(y.data(), n, 1 / std::sqrt(static_cast<double>(n)));
  }
  const int m = floor_log2(n);
  detail::real_fft_in_frequency(z.data(), y.data(), m, detail::unitary_scale(m));
  reverse_order(y.data(), m);
}

bool has_any_length_fft() noexcept { return KOROBOV_WITH_FFTW != 0; }

}  // namespace korobov
