// What one transform says about a million points: spectrum, entropies, coding rate, principal components at n = 2^20.
//
// The points and the kernel are invariant under the same group, so the eigenvectors of the (2^20, 2^20) Gram matrix are
// known, and one Fourier or Walsh-Hadamard transform of one column gives its eigenvalues. Nothing of size n x n exists.
#include <chrono>
#include <cmath>
#include <iostream>
#include <string>
#include <vector>

#include <korobov/korobov.hpp>

namespace kb = korobov;

namespace {

constexpr kb::Index n = kb::Index{1} << 20;
constexpr kb::Index components = 4;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

bool is_near(double a, double b, double tolerance) { return std::fabs(a - b) <= tolerance * std::fabs(b); }

template <class Symmetry>
bool describe(const std::string& name, const kb::PointSet<Symmetry>& points, const kb::Kernel<Symmetry>& kernel) {
  auto start = std::chrono::steady_clock::now();
  const kb::Spectrum s = kb::spectrum(points, kernel, n);
  const double entropy = kb::von_neumann_entropy(s), rate = kb::kernel_coding_rate(s, 0.1);
  std::cout << name << ": entropy " << entropy << " of at most " << std::log(static_cast<double>(n)) << ", Vendi "
            << kb::vendi_score(s) << ", RKE " << kb::vendi_score(s, 2) << ", coding rate " << rate << ", "
            << seconds_since(start) << " s\n";

  start = std::chrono::steady_clock::now();
  const auto pca = kb::KernelPca::of_points(points, kernel, n, {.components = components});
  std::vector<double> scores(static_cast<std::size_t>(n * components));
  pca.scores({scores.data(), n, components});
  std::cout << "  " << components << " principal components hold ";
  double share = 0;
  for (const double value : pca.eigenvalues()) share += value / pca.total_variance();
  std::cout << 100 * share << " % of the variance, " << seconds_since(start) << " s\n";

  // The scores of a component have mean 0 and as sum of squares its eigenvalue, and those of the first points are what
  // their kernel values with all points give.
  bool agrees = true;
  for (kb::Index c = 0; c < components; ++c) {
    double sum = 0, squares = 0;
    for (kb::Index i = 0; i < n; ++i) {
      const double score = scores[static_cast<std::size_t>(i * components + c)];
      sum += score;
      squares += score * score;
    }
    agrees = agrees && std::fabs(sum) < 1e-9 * std::sqrt(static_cast<double>(n) * squares) &&
             is_near(squares, pca.eigenvalues()[static_cast<std::size_t>(c)], 1e-10);
  }
  const kb::Index d = points.dimension();
  const std::vector<double> x = points.points({0, n});
  std::vector<double> again(static_cast<std::size_t>(2 * components));
  pca.transform({x.data(), 2, d}, {again.data(), 2, components});
  for (std::size_t j = 0; j < again.size(); ++j) agrees = agrees && std::fabs(again[j] - scores[j]) < 1e-6;

  // RKE needs no eigenvalues: 1 / sum p^2 is n k(0)^2 over the sum of squares of the Gram matrix's first column.
  std::vector<double> column(static_cast<std::size_t>(n));
  kernel.cross({x.data(), 1, d}, {x.data(), n, d}, {column.data(), 1, n});
  double moment = 0;
  for (const double value : column) moment += value * value;
  const double rke = static_cast<double>(n) * column[0] * column[0] / moment;
  agrees = agrees && is_near(kb::vendi_score(s, 2), rke, 1e-9) && entropy > 0 && rate > 0;
  std::cout << "  " << (agrees ? "checked" : "WRONG") << '\n';
  return agrees;
}

}  // namespace

int main() {
  const bool lattice = describe("lattice", kb::randomized(kb::Lattice(4), kb::Shift{}, kb::Seed{7}),
                                kb::ShiftInvariantKernel(4, {.weights = 0.5}));
  const bool net = describe("net", kb::randomized(kb::Sobol(4), kb::LmsShift{}, kb::Seed{7}),
                            kb::DigitallyShiftInvariantKernel(4, {.weights = 0.5}));
  return lattice && net ? 0 : 1;
}
