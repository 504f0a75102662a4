#include "transforms/roots.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <memory>
#include <mutex>
#include <numbers>
#include <vector>

namespace korobov::detail {
namespace {

struct Root {
  long double re, im;
};

Root product(Root a, Root b) { return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re}; }

// exp(-2 pi i k / n), k <= n / 8.
Root root(Index k, Index n) {
  const long double angle =
      2 * std::numbers::pi_v<long double> * static_cast<long double>(k) / static_cast<long double>(n);
  return {std::cos(angle), -std::sin(angle)};
}

// exp(-2 pi i k step / n) for k < count, a power of two: products of the roots at powers of two, at most log2(count) of
// them, so that with 64-bit significands the relative error stays below 2^-58.
std::vector<Root> powers(Index step, Index count, Index n) {
  std::vector<Root> values{{1, 0}};
  values.reserve(static_cast<std::size_t>(count));
  while (std::ssize(values) < count) {
    const std::size_t size = values.size();
    const Root next = root(std::ssize(values) * step, n);
    for (std::size_t k = 0; k < size; ++k) values.push_back(product(values[k], next));
  }
  return values;
}

// The first eighth of a turn: root i * width + j is the product of root i * width and root j, rounded to double at the
// end. The second eighth is its mirror image.
std::unique_ptr<double[]> table(int m, Index lanes) {
  const Index n = Index{1} << m;
  const Index count = std::max<Index>(1, n / 4), eighth = n / 8;
  auto values = std::make_unique_for_overwrite<double[]>(static_cast<std::size_t>(2 * count));
  const auto write = [&](Index k, long double re, long double im) {
    const Index in_block = k & (lanes - 1);
    double* const to = values.get() + 2 * (k - in_block) + lane_of(lanes, in_block);
    to[0] = static_cast<double>(re);
    to[lanes] = static_cast<double>(im);
  };
  if (eighth == 0) write(0, 1, 0);
  if (eighth > 0) write(eighth, std::numbers::sqrt2_v<long double> / 2, -std::numbers::sqrt2_v<long double> / 2);
  const Index width = std::min(eighth, Index{1} << (m / 2));
  if (width == 0) return values;
  const std::vector<Root> low = powers(1, width, n), high = powers(width, eighth / width, n);
  for (Index i = 0, k = 0; k < eighth; ++i) {
    for (Index j = 0; j < width; ++j, ++k) {
      const Root w = product(high[static_cast<std::size_t>(i)], low[static_cast<std::size_t>(j)]);
      write(k, w.re, w.im);
      if (k > 0) write(count - k, -w.im, -w.re);
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
