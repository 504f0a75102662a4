// Filters against their three steps: transform, factors, transform back.
#include <algorithm>
#include <complex>

#include <korobov/transforms/bit_reversed_fft.hpp>
#include <korobov/transforms/fwht.hpp>

#include "transforms/fft_filter.hpp"
#include "transforms/fft_kernels.hpp"
#include "transforms/fwht_kernels.hpp"
#include "transforms/signals.hpp"

namespace kb = korobov;
using kb::Index;
using kb::detail::Pointwise;
using kb::test::distance;
using kb::test::norm;
using kb::test::real_signal;
using kb::test::size;

namespace {

// In [1/2, 2], and so are their inverses.
std::vector<double> factors(Index n, bool is_symmetric) {
  std::vector<double> f;
  for (Index k = 0; k < n; ++k) {
    const Index at = is_symmetric ? std::min(k, n - k) : k;
    f.push_back(std::exp2(std::sin(static_cast<double>(at * at % 1009))));
  }
  return f;
}

double filtered(Pointwise how, double value, double factor) {
  return how == Pointwise::divide ? value / factor : value * factor;
}

// Two computations whose transforms err by fft_bound each, with factors of at most 2.
double tolerance(const std::vector<double>& y) { return 8.1 * kb::test::fft_bound(std::ssize(y)) * norm(y); }

// filter(from, to) against `expected`: into another array, in place, and the same bits on two threads.
template <class Filter>
void check_filter(const std::vector<double>& y, const std::vector<double>& expected, const Filter& filter) {
  const int threads = kb::num_threads();
  kb::set_num_threads(1);
  std::vector<double> out(y.size(), -1), in_place = y, shared(y.size());
  filter(y.data(), out.data());
  CHECK(distance(out, expected) <= tolerance(y));
  filter(in_place.data(), in_place.data());
  CHECK(in_place == out);
  kb::set_num_threads(2);
  filter(y.data(), shared.data());
  CHECK(shared == out);
  kb::set_num_threads(threads);
}

}  // namespace

TEST_CASE("a symmetric filter of bit-reversed values is transform, factors, transform back") {
  kb::test::for_each_instruction_set([] {
    for (int m = 0; m <= 20; ++m) {
      const Index n = Index{1} << m;
      CAPTURE(n);
      const auto y = real_signal(n, 3), f = factors(n, true);
      for (const auto how : {Pointwise::multiply, Pointwise::divide}) {
        std::vector<std::complex<double>> z(size(n / 2 + 1)), scratch(z.size());
        kb::rfftbr(y, z);
        for (std::size_t k = 0; k < z.size(); ++k) z[k] *= filtered(how, 1, f[k]);
        std::vector<double> expected(y.size());
        kb::irfftbr(z, expected);
        check_filter(y, expected, [&](const double* from, double* to) {
          kb::detail::real_fft_filter(from, to, f.data(), how, scratch.data(), m);
        });
      }
    }
  });
}

TEST_CASE("a filter of Walsh coefficients is transform, factors, transform back") {
  kb::test::for_each_instruction_set([] {
    for (int m = 0; m <= 21; ++m) {
      const Index n = Index{1} << m;
      CAPTURE(n);
      const auto y = real_signal(n, 4), f = factors(n, false);
      for (const auto how : {Pointwise::multiply, Pointwise::divide}) {
        auto expected = y;
        kb::fwht(expected);
        for (std::size_t k = 0; k < y.size(); ++k) expected[k] = filtered(how, expected[k], f[k]);
        kb::fwht(expected);
        check_filter(y, expected, [&](const double* from, double* to) {
          const bool is_shared = m >= kb::detail::kLeastSharedLevels && kb::num_threads() > 1;
          const auto filter = is_shared ? &kb::detail::fwht_filter_row_shared : &kb::detail::fwht_filter_row;
          filter(from, to, f.data(), how, m, std::ldexp(1.0, -m));
        });
      }
    }
  });
}
