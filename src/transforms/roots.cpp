#include "transforms/roots.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <complex>
#include <memory>
#include <mutex>
#include <numbers>
#include <vector>

namespace korobov::detail {
namespace {

using Root = std::complex<long double>;

// exp(-2 pi i k / n), 0 <= k <= n / 4, n a power of two: angles above an eighth of a turn are reflected.
Root root(Index k, Index n) {
  const bool reflected = 8 * k > n;
  const Index j = reflected ? n / 4 - k : k;
  const long double angle =
      2 * std::numbers::pi_v<long double> * static_cast<long double>(j) / static_cast<long double>(n);
  const long double c = std::cos(angle);
  const long double s = std::sin(angle);
  return reflected ? Root(s, -c) : Root(c, -s);
}

// The root k = high * low_count + low is the product of two tabulated roots, rounded once to double.
std::unique_ptr<double[]> table(int m, int lanes) {
  const Index n = Index{1} << m;
  const Index count = std::max<Index>(1, n / 4);
  const Index low_count = Index{1} << ((m + 1) / 2);
  std::vector<Root> low(static_cast<std::size_t>(std::min(low_count, count)));
  for (Index k = 0; k < std::ssize(low); ++k) low[static_cast<std::size_t>(k)] = root(k, n);
  auto values = std::make_unique<double[]>(static_cast<std::size_t>(2 * count));
  for (Index block = 0; block < count; block += std::ssize(low)) {
    const Root high = root(block, n);
    for (Index k = 0; k < std::ssize(low); ++k) {
      const Root w = high * low[static_cast<std::size_t>(k)];
      const Index place = block + k;
      const Index in_block = place % lanes;
      // the inverse of lane_order
      const Index lane = lanes == 1 ? 0 : (in_block % (lanes / 2)) * 2 + in_block / (lanes / 2);
      double* const to = values.get() + 2 * (place - in_block) + lane;
      to[0] = static_cast<double>(w.real());
      to[lanes] = static_cast<double>(w.imag());
    }
  }
  return values;
}

struct Entry {
  std::once_flag made;
  std::unique_ptr<double[]> values;
};

}  // namespace

const double* roots(int m, int lanes) {
  static std::array<std::array<Entry, 64>, 4> entries;
  Entry& entry =
      entries[static_cast<std::size_t>(std::bit_width(static_cast<unsigned>(lanes)) - 1)][static_cast<std::size_t>(m)];
  std::call_once(entry.made, [&] { entry.values = table(m, lanes); });
  return entry.values.get();
}

}  // namespace korobov::detail
