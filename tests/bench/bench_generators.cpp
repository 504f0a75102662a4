// Generators against the memory limit, in one run:
//   in cache   nanoseconds per coordinate of a block that stays in the first- or second-level cache
//   ratio      time of 2^20 points in 10 dimensions into a warm buffer, over the time of a streaming fill of the same
//              bytes plus the generator's own in-cache time for them (goal: at most 1.25)
// for one thread and all of them, float64 row-major and other outputs; then nets and Halton sequences beside the net
// with LMS and shift, replicates beside one, and construction in 21201 dimensions and 10000. KOROBOV_ISA=avx2 or
// baseline shows the narrower vectors. --ratios and --replicates print these comparisons alone.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <korobov/core/instruction_set.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/generators/digital_net_any_base.hpp>
#include <korobov/generators/halton.hpp>
#include <korobov/generators/iid.hpp>
#include <korobov/generators/kronecker.hpp>
#include <korobov/generators/latin_hypercube.hpp>
#include <korobov/generators/lattice.hpp>
#include <korobov/generators/nested_uniform.hpp>
#include <korobov/generators/sobol.hpp>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

using namespace korobov;

namespace {

template <class F>
double seconds(const F& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

template <class F>
double fastest(int repeats, const F& work) {
  double best = std::numeric_limits<double>::infinity();
  for (int k = 0; k < repeats; ++k) best = std::min(best, seconds(work));
  return best;
}

// The memory limit: 64-byte stores past the caches.
#if defined(__x86_64__)
__attribute__((target("avx512f"))) void stream_512(double* out, Index count) {
  const __m512d value = _mm512_set1_pd(0.5);
  for (Index t = 0; t + 8 <= count; t += 8) _mm512_stream_pd(out + t, value);
  _mm_sfence();
}
void stream_128(double* out, Index count) {
  const __m128d value = _mm_set1_pd(0.5);
  for (Index t = 0; t + 2 <= count; t += 2) _mm_stream_pd(out + t, value);
  _mm_sfence();
}
void stream(double* out, Index count) {
  if (is_supported(InstructionSet::avx512)) return stream_512(out, count);
  stream_128(out, count);
}
#else
void stream(double* out, Index count) { std::fill_n(out, count, 0.5); }
#endif

void stream_all(double* out, Index count) {
  constexpr Index grain = Index{1} << 17;
  parallel_for(count, grain, [&](Range part) { stream(out + part.first, part.size()); });
}

double* aligned(std::vector<double>& memory) {
  const auto address = reinterpret_cast<std::uintptr_t>(memory.data());
  return memory.data() + (64 - address % 64) % 64 / sizeof(double);
}

constexpr Index kDimension = 10;

// Seconds per coordinate on one thread, of blocks of n points written again and again to the same place.
template <class T>
double in_cache(const AnyPointSet& set, Index n, bool dimension_major = false) {
  const int threads = num_threads();
  set_num_threads(1);
  std::vector<double> memory(static_cast<std::size_t>(n * kDimension + 8));
  auto* data = reinterpret_cast<T*>(aligned(memory));
  const MatrixSpan<T> out =
      dimension_major ? MatrixSpan<T>(data, n, kDimension, 1, n) : MatrixSpan<T>(data, n, kDimension);
  const Index calls = std::max<Index>(1, (Index{1} << 15) / n);
  const double best = fastest(30, [&] {
    for (Index c = 0; c < calls; ++c) set.fill({c * n, (c + 1) * n}, out);
  });
  set_num_threads(threads);
  return best / static_cast<double>(calls * n * kDimension);
}

void report(const std::string& title, const AnyPointSet& set, std::vector<double>& memory) {
  constexpr Index n = Index{1} << 20;
  double* out = aligned(memory);
  const double small = in_cache<double>(set, 1 << 10);
  const double block = in_cache<double>(set, 1 << 12);
  std::printf("%-28s in cache ns/coordinate: n=2^10 %.3f  n=2^12 %.3f  float32 %.3f  dimension-major %.3f\n",
              title.c_str(), small * 1e9, block * 1e9, in_cache<float>(set, 1 << 12) * 1e9,
              in_cache<double>(set, 1 << 12, true) * 1e9);
  const int all = num_threads();
  for (const int threads : {1, all}) {
    set_num_threads(threads);
    double fill = std::numeric_limits<double>::infinity();
    double points = fill;
    double transposed = fill;
    for (int k = 0; k < 15; ++k) {
      fill = std::min(fill, seconds([&] { stream_all(out, n * kDimension); }));
      points = std::min(points, seconds([&] { set.fill({0, n}, MatrixSpan<double>(out, n, kDimension)); }));
      transposed = std::min(transposed, seconds([&] {
                              set.fill({0, n}, MatrixSpan<double>(out, n, kDimension, 1, n));
                            }));
    }
    const double limit = fill + block * static_cast<double>(n * kDimension) / threads;
    std::printf("  n=2^20 d=10, %d thread%s: %6.2f ms, streaming fill %6.2f ms, ratio %.2f (dimension-major %.2f)\n",
                threads, threads == 1 ? " " : "s", points * 1e3, fill * 1e3, points / limit, transposed / limit);
    if (all == 1) break;
  }
  set_num_threads(all);
}

void report_construction() {
  const int all = num_threads();
  for (const int threads : {1, all}) {
    set_num_threads(threads);
    std::printf("Sobol(21201), %d thread%s: plain %.1f ms, with LMS and shift %.1f ms\n", threads,
                threads == 1 ? "" : "s", 1e3 * fastest(7, [] { const Sobol net(kSobolDimensions); }),
                1e3 * fastest(7, [] { randomized(Sobol(kSobolDimensions), LmsShift{}, Seed{1}); }));
    if (all == 1) break;
  }
  set_num_threads(all);
}

// A line of /proc/self/status in KB: VmRSS, or VmHWM, its peak since the last reset.
double resident(const std::string& key) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(key)) return std::stod(line.substr(key.size() + 1));
  }
  return 0;
}

// What Halton sets in 10000 dimensions hold and take while a block is filled, beside what permutations of all digits
// would take as 32-bit numbers.
void report_halton_memory(std::vector<double>& memory) {
  constexpr Index d = 10000;
  constexpr Index n = 1024;
  const Seed seed{1};
  double stored = 0;
  const auto second = Halton(d).integers({1, 2});  // floor(2^64 / b)
  for (const Word w : second) {
    const double b = 0x1p64 / static_cast<double>(w);
    stored += std::round(b) * std::floor(64 / std::log2(b)) * 4;
  }
  std::printf("Halton(10000), %d points, all permutations stored would be %.0f MB\n", static_cast<int>(n),
              stored * 1e-6);
  const auto measure = [&](const char* title, const auto& make) {
    std::ofstream("/proc/self/clear_refs") << 5;
    const double before = resident("VmRSS:");
    const double seconds_made = seconds([&] { make(); });
    const auto set = make();
    const double kept = resident("VmRSS:") - before;
    const double filled = seconds([&] { set.fill({0, n}, MatrixSpan<double>(memory.data(), n, d)); });
    std::printf("  %-22s made in %6.1f ms, holds %6.0f KB, peak %6.0f KB, filled at %6.1f ns per coordinate\n", title,
                seconds_made * 1e3, kept, resident("VmHWM:") - before, filled / (n * d) * 1e9);
  };
  measure("plain", [] { return Halton(d); });
  measure("digit permutations", [&] { return randomized(Halton(d), DigitPermutation{}, seed); });
  measure("LMS + shift", [&] { return randomized(Halton(d), LmsShift{}, seed); });
  measure("LMS + permutations", [&] { return randomized(Halton(d), LmsPermutation{}, seed); });
  measure("NUS", [&] { return randomized(Halton(d), Nus{}, seed); });
}

// Every family and randomization as it is used, with the goal for its time over that of the net with LMS and shift.
struct Entrant {
  AnyPointSet set;
  double goal = 0;  // none
};
std::vector<Entrant> entrants() {
  const Seed seed{1};
  const Sobol sobol(kDimension);
  const DigitalNet second = Sobol(kDimension, {.alpha = 2});
  const DigitalNet third = Sobol(kDimension, {.alpha = 3});
  const Halton halton(kDimension);
  std::vector<Entrant> all{{randomized(sobol, LmsShift{}, seed), 1},
                           {randomized(sobol, Nus{}, seed), 8},
                           {randomized(second, LmsShift{}, seed), 1.3},
                           {randomized(third, LmsShift{}, seed)},
                           {randomized(second, Nus{}, seed)},
                           {randomized(third, Nus{}, seed)},
                           {randomized(Lattice(kDimension), Shift{}, seed)},
                           {randomized(Kronecker(kDimension), Shift{}, seed)},
                           {LatinHypercube(kDimension, Index{1} << 21, seed)},
                           {IID(kDimension, seed)}};
  for (const HaltonRandomization how : std::initializer_list<HaltonRandomization>{
           LmsShift{}, LmsPermutation{}, DigitPermutation{}, Lms{}, DigitalShift{}, Nus{}}) {
    all.push_back({randomized(halton, how, seed)});
    all.push_back({randomized(Faure(kDimension), how, seed)});
  }
  return all;
}

void print_ratio(const char* what, double ratio, double goal) {
  std::printf("  %s %6.2f", what, ratio);
  if (goal > 0) std::printf(" (goal: at most %g)", goal);
}

// One thread, n = 2^20, d = 10, float64 row-major: the time of each over that of the net with LMS and shift, taken in
// turn; indices in random order (the goal of NUS: 40); all threads over one.
void report_ratios(std::vector<double>& memory) {
  constexpr Index n = Index{1} << 20;
  const MatrixSpan<double> out(aligned(memory), n, kDimension);
  const MatrixSpan<double> transposed(aligned(memory), n, kDimension, 1, n);
  std::vector<Index> shuffled(static_cast<std::size_t>(n));
  std::iota(shuffled.begin(), shuffled.end(), Index{0});
  std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937_64(1));
  const auto all = entrants();
  const AnyPointSet& net = all.front().set;
  const int threads = num_threads();
  for (const Entrant& entrant : all) {
    const AnyPointSet& set = entrant.set;
    const double goal = entrant.goal;
    set_num_threads(1);
    double base = std::numeric_limits<double>::infinity();
    double base_transposed = base;
    double bulk = base;
    double bulk_transposed = base;
    double scattered = base;
    double on_all = base;
    for (int k = 0; k < 9; ++k) {
      base = std::min(base, seconds([&] { net.fill({0, n}, out); }));
      bulk = std::min(bulk, seconds([&] { set.fill({0, n}, out); }));
      base_transposed = std::min(base_transposed, seconds([&] { net.fill({0, n}, transposed); }));
      bulk_transposed = std::min(bulk_transposed, seconds([&] { set.fill({0, n}, transposed); }));
      if (k % 3 == 0) scattered = std::min(scattered, seconds([&] { set.fill_at<double>(shuffled, out); }));
      set_num_threads(threads);
      on_all = std::min(on_all, seconds([&] { set.fill({0, n}, out); }));
      set_num_threads(1);
    }
    set_num_threads(threads);
    std::printf("%-58s %7.2f ms;", set.description().c_str(), bulk * 1e3);
    print_ratio("of the LMS + shift net's time", bulk / base, goal);
    print_ratio("dimension-major", bulk_transposed / base_transposed, 0);
    print_ratio("scattered", scattered / base,
                set.randomization() == Randomization::nested_uniform && goal > 0 ? 40 : 0);
    std::printf("  %d threads %.2f x\n", threads, bulk / on_all);
  }
}

// 32 replicates should take at most 32 times one: beside them one and the same replicate, made and filled 32 times.
void report_replicates(std::vector<double>& memory) {
  constexpr Index n = Index{1} << 14;
  constexpr std::uint32_t count = 32;
  const int threads = num_threads();
  set_num_threads(1);
  for (const Entrant& entrant : entrants()) {
    const AnyPointSet& set = entrant.set;
    const auto run = [&](std::uint32_t step) {
      for (std::uint32_t r = 0; r < count; ++r) {
        set.replicate(r * step).fill({0, n}, MatrixSpan<double>(memory.data(), n, kDimension));
      }
    };
    double one = std::numeric_limits<double>::infinity();
    double all = one;
    for (int k = 0; k < 7; ++k) {
      one = std::min(one, seconds([&] { run(0); }));
      all = std::min(all, seconds([&] { run(1); }));
    }
    std::printf("%-58s n=2^14: 32 replicates take %.2f x one\n", set.description().c_str(), count * all / one);
  }
  set_num_threads(threads);
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view isa = name(instruction_set());
  std::printf("instruction set %.*s, %d threads\n", static_cast<int>(isa.size()), isa.data(), num_threads());
  std::vector<double> memory(static_cast<std::size_t>((Index{1} << 20) * kDimension + 8), 1.0);
  const std::string_view what = count > 1 ? arguments[1] : "";
  if (what == "--ratios") return report_ratios(memory), 0;
  if (what == "--replicates") return report_replicates(memory), 0;
  if (!what.empty()) return std::fprintf(stderr, "usage: bench_generators [--ratios | --replicates]\n"), 2;
  const Seed seed{1};
  report("Lattice + shift", randomized(Lattice(kDimension), Shift{}, seed), memory);
  report("Sobol' + LMS + shift", randomized(Sobol(kDimension), LmsShift{}, seed), memory);
  report("Sobol' + LMS + shift, gray", randomized(Sobol(kDimension, {.order = Order::gray}), LmsShift{}, seed), memory);
  std::vector<Word> z(kDimension, 364981);
  const Index n = (Index{1} << 20) + 7;  // a prime
  report("Lattice + shift, linear",
         randomized(Lattice(kDimension, {.order = Order::linear, .n = n, .generating_vector = z}), Shift{}, seed),
         memory);
  report("Kronecker + shift", randomized(Kronecker(kDimension), Shift{}, seed), memory);
  report("Latin hypercube", LatinHypercube(kDimension, Index{1} << 20, seed), memory);
  report("IID", IID(kDimension, seed), memory);
  const Halton halton(kDimension);
  report("Halton", halton, memory);
  report("Halton + permutations", randomized(halton, DigitPermutation{}, seed), memory);
  report("Halton + LMS + shift", randomized(halton, LmsShift{}, seed), memory);
  report("Sobol' + NUS", randomized(Sobol(kDimension), Nus{}, seed), memory);
  report("Sobol' order 2 + LMS + shift", randomized(Sobol(kDimension, {.alpha = 2}), LmsShift{}, seed), memory);
  report("Halton + LMS + permutations", randomized(halton, LmsPermutation{}, seed), memory);
  const Faure faure(kDimension);
  report("Faure, base 11", faure, memory);
  report("Faure + permutations", randomized(faure, DigitPermutation{}, seed), memory);
  report("Faure + LMS + shift", randomized(faure, LmsShift{}, seed), memory);
  report("Faure + LMS + permutations", randomized(faure, LmsPermutation{}, seed), memory);
  report("Faure of order 2, base 23, + LMS + shift", randomized(Faure(kDimension, {.alpha = 2}), LmsShift{}, seed),
         memory);
  report("Niederreiter, base 3, + LMS + shift", randomized(Niederreiter(kDimension, {.base = 3}), LmsShift{}, seed),
         memory);
  report("Hammersley + LMS + shift", randomized(Hammersley(kDimension, Index{1} << 20), LmsShift{}, seed), memory);
  report_ratios(memory);
  report_replicates(memory);
  report_halton_memory(memory);
  report_construction();
  return 0;
}
