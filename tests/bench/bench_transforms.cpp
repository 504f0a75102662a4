// Transforms against memcpy and against FFTW's real-to-complex transform of the same length, in one run: ratios of the
// least time of several repeats, the competitors taken in turn. FFTW's r2c writes n/2 + 1 complex values, fftbr all n.
//   bench_transforms [fwht|fftbr|all] [least log2 n] [greatest log2 n]
// KOROBOV_ISA (baseline, avx2, avx512) chooses our instruction set; FFTW chooses its own.
#if KOROBOV_WITH_FFTW
#include <fftw3.h>
#endif

#include <chrono>
#include <complex>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <limits>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include <korobov/core/instruction_set.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/transforms/bit_reversed_fft.hpp>
#include <korobov/transforms/fwht.hpp>

namespace kb = korobov;
using kb::Index;
using Complex = std::complex<double>;

namespace {

std::string cpu_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown processor";
}

// Cache-line aligned, touched memory.
template <class T>
class Buffer {
 public:
  explicit Buffer(Index n) : values_(static_cast<T*>(::operator new(sizeof(T) * static_cast<std::size_t>(n), kAlign))) {
    for (Index i = 0; i < n; ++i) values_[i] = T(static_cast<double>(i % 97) - 48);
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { ::operator delete(values_, kAlign); }
  T* get() const { return values_; }

 private:
  static constexpr std::align_val_t kAlign{64};
  T* values_;
};

// The least seconds per call of each competitor: rounds in turn until some 0.4 s are spent and at least 7 rounds are
// done.
std::vector<double> least_seconds(const std::vector<std::function<void()>>& competitors) {
  using Clock = std::chrono::steady_clock;
  const auto timed = [](const std::function<void()>& call, int calls) {
    const auto start = Clock::now();
    for (int i = 0; i < calls; ++i) call();
    return std::chrono::duration<double>(Clock::now() - start).count() / calls;
  };
  std::vector<double> least;
  std::vector<int> calls;
  for (const auto& call : competitors) {
    call();
    least.push_back(timed(call, 1));
    calls.push_back(static_cast<int>(std::min(1e5, std::max(1.0, 1e-3 / least.back()))));
  }
  const auto start = Clock::now();
  for (int round = 0; round < 7 || (round < 200 && Clock::now() - start < std::chrono::milliseconds(400)); ++round) {
    for (std::size_t c = 0; c < competitors.size(); ++c) {
      least[c] = std::min(least[c], timed(competitors[c], calls[c]));
    }
  }
  return least;
}

#if KOROBOV_WITH_FFTW
class Fftw {
 public:
  Fftw(Index n, double* y, Complex* z, unsigned effort)
      : plan_(fftw_plan_dft_r2c_1d(static_cast<int>(n), y, reinterpret_cast<fftw_complex*>(z), effort)) {}
  Fftw(const Fftw&) = delete;
  Fftw& operator=(const Fftw&) = delete;
  ~Fftw() { fftw_destroy_plan(plan_); }
  void operator()() const { fftw_execute(plan_); }

 private:
  fftw_plan plan_;
};
#endif

// One line: our time, its ratio to memcpy of n doubles, to r2c ESTIMATE and to r2c MEASURE.
void row(Index n, const std::function<void(double*, Complex*)>& ours) {
  const Buffer<double> y(n), copy(n);
  const Buffer<Complex> z(n);
  std::vector<std::function<void()>> competitors = {
      [&] { ours(y.get(), z.get()); },
      [&] { std::memcpy(copy.get(), y.get(), sizeof(double) * static_cast<std::size_t>(n)); }};
#if KOROBOV_WITH_FFTW
  fftw_forget_wisdom();  // or the estimate would be an earlier measurement
  fftw_set_timelimit(30);
  const Fftw estimate(n, copy.get(), z.get(), FFTW_ESTIMATE), measure(n, copy.get(), z.get(), FFTW_MEASURE);
  competitors.emplace_back(std::cref(estimate));
  competitors.emplace_back(std::cref(measure));
#endif
  const auto seconds = least_seconds(competitors);
  std::printf("%8d  %11.3f", static_cast<int>(std::bit_width(static_cast<kb::Word>(n))) - 1, 1e6 * seconds[0]);
  for (std::size_t c = 1; c < seconds.size(); ++c) std::printf("  %9.3f", seconds[0] / seconds[c]);
  std::printf("\n");
  std::fflush(stdout);
}

void table(const char* title, int least, int greatest, const std::function<void(Index, double*, Complex*)>& ours) {
  std::printf("\n%s, %d thread(s)\n  log2 n    microsec.   / memcpy  / ESTIM.  / MEASURE\n", title, kb::num_threads());
  for (int m = least; m <= greatest; ++m) {
    row(Index{1} << m, [&](double* y, Complex* z) { ours(Index{1} << m, y, z); });
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "all";
  const auto bound = [&](int at, int otherwise) { return argc > at ? std::atoi(argv[at]) : otherwise; };
  std::printf("%s, %s\n", cpu_name().c_str(), std::string(kb::name(kb::instruction_set())).c_str());
  const int cores = kb::num_threads();
  for (const int threads : cores > 1 ? std::vector<int>{1, cores} : std::vector<int>{1}) {
    kb::set_num_threads(threads);
    if (what == "all" || what == "fwht") {
      table("fwht float64 in place", bound(2, 10), bound(3, 24),
            [](Index n, double* y, Complex*) { kb::fwht(std::span<double>(y, static_cast<std::size_t>(n))); });
    }
    if (what == "all" || what == "fftbr") {
      table("fftbr of real values, all n complex values out", bound(2, 12), bound(3, 22),
            [](Index n, double* y, Complex* z) {
              const auto count = static_cast<std::size_t>(n);
              kb::fftbr(std::span<const double>(y, count), std::span<Complex>(z, count));
            });
    }
  }
}
