// Structured Gram matrices against their parts and against FFTW, in one run: ratios of the least time of several
// repeats, the competitors taken in turn, one thread.
//   bench_gram [least log2 n] [greatest log2 n]
// lattice solve / (FFTW r2c + c2r), planned with ESTIMATE and with MEASURE, of the same length; net solve / two fwht of
// the same length; the first kernel column (n = 2^20, d = 10, alpha = 2) / the generator's time to fill a
// cache-resident tile over and over with as many words. KOROBOV_ISA (baseline, avx2, avx512) chooses our instruction
// set.
#if KOROBOV_WITH_FFTW
#include <fftw3.h>
#endif

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include <korobov/core/instruction_set.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/generators/lattice.hpp>
#include <korobov/generators/sobol.hpp>
#include <korobov/gram/structured_gram.hpp>
#include <korobov/kernels/digitally_shift_invariant.hpp>
#include <korobov/kernels/shift_invariant.hpp>
#include <korobov/transforms/fwht.hpp>

#include "core/buffer.hpp"
#include "gram/spectral_basis.hpp"

namespace kb = korobov;
using kb::Index;

namespace {

std::string cpu_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown processor";
}

using Call = std::function<void()>;

// The least seconds per call of each: rounds in turn until some 0.5 s are spent and at least 9 rounds are done.
std::vector<double> least_seconds(const std::vector<Call>& calls) {
  using Clock = std::chrono::steady_clock;
  const auto timed = [](const Call& call, int count) {
    const auto start = Clock::now();
    for (int i = 0; i < count; ++i) call();
    return std::chrono::duration<double>(Clock::now() - start).count() / count;
  };
  std::vector<double> least;
  std::vector<int> counts;
  for (const auto& call : calls) {
    call();
    least.push_back(timed(call, 1));
    counts.push_back(static_cast<int>(std::min(1e5, std::max(1.0, 1e-3 / least.back()))));
  }
  const auto start = Clock::now();
  for (int round = 0; round < 9 || (round < 300 && Clock::now() - start < std::chrono::milliseconds(500)); ++round) {
    for (std::size_t c = 0; c < calls.size(); ++c) least[c] = std::min(least[c], timed(calls[c], counts[c]));
  }
  return least;
}

// Aligned as FFTW's are.
kb::detail::Buffer<double> signal(Index n) {
  kb::detail::Buffer<double> y(static_cast<std::size_t>(n));
  for (Index i = 0; i < n; ++i) y[static_cast<std::size_t>(i)] = static_cast<double>(i % 97) - 48;
  return y;
}

template <class G>
Call solve(const G& gram, kb::detail::Buffer<double>& y) {
  const auto n = static_cast<Index>(y.size());
  const kb::MatrixSpan<double> column(y.data(), n, 1);
  return [&gram, column] { gram.solve(column, column); };
}

#if KOROBOV_WITH_FFTW
// Real values to a half spectrum and back.
class Fftw {
 public:
  Fftw(Index n, unsigned flags)
      : values_(fftw_alloc_real(static_cast<std::size_t>(n))),
        z_(fftw_alloc_complex(static_cast<std::size_t>(n / 2 + 1))) {
    forth_ = fftw_plan_dft_r2c_1d(static_cast<int>(n), values_, z_, flags);
    back_ = fftw_plan_dft_c2r_1d(static_cast<int>(n), z_, values_, flags);
    const auto y = signal(n);
    std::copy_n(y.data(), y.size(), values_);
  }
  Fftw(const Fftw&) = delete;
  Fftw& operator=(const Fftw&) = delete;
  ~Fftw() {
    fftw_destroy_plan(forth_);
    fftw_destroy_plan(back_);
    fftw_free(values_);
    fftw_free(z_);
  }
  void operator()() const {
    fftw_execute(forth_);
    fftw_execute(back_);
  }

 private:
  double* values_;
  fftw_complex* z_;
  fftw_plan forth_, back_;
};
#endif

void solves(int least, int greatest) {
  std::puts("log2 n   lattice ms   / FFTW ESTIMATE   / FFTW MEASURE     net ms   / 2 fwht");
  for (int m = least; m <= greatest; m += 2) {
    const Index n = Index{1} << m;
    const kb::Lattice lattice(1, {.generating_vector = {182667}});
    const kb::StructuredGram cyclic(kb::randomized(lattice, kb::Shift{}, kb::Seed{1}),
                                    kb::ShiftInvariantKernel(1, {.alpha = 1}), n, 1e6);
    const kb::StructuredGram dyadic(kb::Sobol(1), kb::DigitallyShiftInvariantKernel(1, {.alpha = 1}), n, 1e6);
    auto a = signal(n), b = signal(n), c = signal(n);
    std::vector<Call> calls{solve(cyclic, a), solve(dyadic, b), [&c] {
                              kb::fwht(c.span());
                              kb::fwht(c.span());
                            }};
#if KOROBOV_WITH_FFTW
    const Fftw estimate(n, FFTW_ESTIMATE), measure(n, FFTW_MEASURE);
    calls.emplace_back([&estimate] { estimate(); });
    calls.emplace_back([&measure] { measure(); });
#endif
    const auto t = least_seconds(calls);
    const double first = t.size() > 3 ? t[0] / t[3] : 0, second = t.size() > 4 ? t[0] / t[4] : 0;
    std::printf("%6d %12.4f %17.2f %16.2f %10.4f %10.2f\n", m, 1e3 * t[0], first, second, 1e3 * t[1], t[1] / t[2]);
  }
}

void column() {
  const Index n = Index{1} << 20, d = 10, tile = 512;
  const kb::AnyPointSet lattice = kb::randomized(kb::Lattice(d), kb::Shift{}, kb::Seed{1});
  const kb::AnyPointSet net = kb::Sobol(d);
  const kb::ShiftInvariantKernel si(d, {.alpha = 2});
  const kb::DigitallyShiftInvariantKernel dsi(d, {.alpha = 2});
  std::vector<double> values(static_cast<std::size_t>(n));
  std::vector<double> points(static_cast<std::size_t>(tile * d));
  const auto generate = [&](const kb::AnyPointSet& set) {
    return [&points, &set] {
      for (Index first = 0; first < n; first += tile) {
        set.fill(kb::Range{first, first + tile}, kb::MatrixSpan<double>(points.data(), tile, d));
      }
    };
  };
  const auto t = least_seconds({[&] {
                                  kb::detail::first_column(lattice, si, {0, n}, values);
                                },
                                generate(lattice),
                                [&] {
                                  kb::detail::first_column(net, dsi, {0, n}, values);
                                },
                                generate(net)});
  std::puts("kernel column, n = 2^20, d = 10, alpha = 2        ms   / generator in cache");
  std::printf("  lattice, shift-invariant %26.2f %13.2f\n", 1e3 * t[0], t[0] / t[1]);
  std::printf("  net, digitally shift-invariant %20.2f %13.2f\n", 1e3 * t[2], t[2] / t[3]);
}

}  // namespace

int main(int count, char** arguments) {
  const int least = count > 1 ? std::atoi(arguments[1]) : 14;
  const int greatest = count > 2 ? std::atoi(arguments[2]) : 22;
  if (least < 1 || greatest < least || greatest > 26) {
    std::fputs("bench_gram: [least log2 n] [greatest log2 n], 1 to 26\n", stderr);
    return 2;
  }
  kb::set_num_threads(1);
  std::printf("%s, %s, one thread\n", cpu_name().c_str(), std::string(kb::name(kb::instruction_set())).c_str());
  solves(least, greatest);
  column();
}
