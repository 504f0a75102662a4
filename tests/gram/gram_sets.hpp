// Point sets, kernels and dense oracles that the tests of Gram matrices share.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include <korobov/generators/digital_net.hpp>
#include <korobov/generators/lattice.hpp>
#include <korobov/generators/nested_uniform.hpp>
#include <korobov/generators/sobol.hpp>
#include <korobov/kernels/digitally_shift_invariant.hpp>
#include <korobov/kernels/shift_invariant.hpp>

namespace korobov::test {

inline constexpr double kU = 0x1p-53;
inline std::size_t as_size(Index n) { return static_cast<std::size_t>(n); }

// n x r values of [-1, 1), row-major.
inline std::vector<double> values(Index n, Index r, std::uint64_t seed) {
  CounterEngine engine(Seed{seed});
  std::vector<double> y(as_size(n * r));
  for (auto& value : y) value = 2 * coordinate<double>(engine()) - 1;
  return y;
}

// The Gram matrix by the kernel's own two-point form on the points' words: no differences from x_0, no transform.
inline std::vector<double> dense_gram(const AnyPointSet& points, const AnyKernel& kernel, Index n, double nugget = 0) {
  const std::vector<Word> x = points.integers({0, n});
  const MatrixSpan<const Word> view(x.data(), n, points.dimension());
  std::vector<double> k(as_size(n * n));
  kernel.cross(view, view, MatrixSpan<double>(k.data(), n, n));
  for (Index i = 0; i < n; ++i) k[as_size(i * n + i)] += nugget;
  return k;
}

inline double norm(const std::vector<double>& v) {
  long double sum = 0;
  for (const double x : v) sum += static_cast<long double>(x) * x;
  return static_cast<double>(std::sqrt(sum));
}
inline double distance(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> difference(a);
  for (std::size_t i = 0; i < a.size(); ++i) difference[i] -= b[i];
  return norm(difference);
}

}  // namespace korobov::test
