// Fast CBC: seconds on one thread and on all, for the sizes the documents name. Least of the repeats.
//   bench_construct [--repeats K]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>

#include <korobov/construct/lattice_construction.hpp>
#include <korobov/core/parallel.hpp>

using namespace korobov;

namespace {

template <class F>
double fastest(int repeats, const F& work) {
  double best = std::numeric_limits<double>::infinity();
  for (int k = 0; k < repeats; ++k) {
    const auto start = std::chrono::steady_clock::now();
    work();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

template <class F>
void report(const char* title, int repeats, const F& work) {
  const int all = num_threads();
  set_num_threads(1);
  const double one = fastest(repeats, work);
  set_num_threads(all);
  std::printf("%-58s one thread %8.4f s, %d threads %8.4f s\n", title, one, all, fastest(repeats, work));
}

}  // namespace

int main(int argc, char** argv) {
  const int repeats = argc > 2 && std::string_view(argv[1]) == "--repeats" ? std::max(1, std::atoi(argv[2])) : 5;
  const ProductWeights product{{0.1}};
  report("n = 2^16, d = 100, P_2, product weights (0.08 s)", repeats,
         [&] { construct_lattice(100, 1 << 16, product); });
  report("n = 2^16, d = 100, P_2, order-dependent weights, 2 orders", repeats, [&] {
    construct_lattice(100, 1 << 16, OrderDependentWeights{{1.0, 0.1}});
  });
  report("n = 65537, d = 100, P_2, product weights", repeats, [&] { construct_lattice(100, 65537, product); });
  report("embedded 2^10 .. 2^20, d = 100, B_2, product weights (5 s)", std::min(repeats, 2), [&] {
    construct_lattice(100, EmbeddedExponents{10, 20}, product, {.kernel = LatticeKernel::b2});
  });
  return 0;
}
