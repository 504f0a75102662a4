// A generating vector made for one's own weights, and its criterion checked by direct sums.
#include <cmath>
#include <iostream>
#include <vector>

#include <korobov/korobov.hpp>

namespace kb = korobov;

int main() {
  // A function of 20 variables whose influence falls like 1/j, to be integrated with any 2^6 .. 2^14 points.
  std::vector<double> gamma;
  for (int j = 1; j <= 20; ++j) gamma.push_back(1.0 / j);
  const kb::ProductWeights weights{gamma};
  const auto made = kb::construct_lattice(20, kb::EmbeddedExponents{6, 14}, weights, {.kernel = kb::LatticeKernel::b2});

  // The search's errors against the O(n d) sums of the definition.
  const auto direct = kb::lattice_squared_error(made.generating_vector, made.n, weights, kb::LatticeKernel::b2);
  bool is_right = true;
  for (std::size_t j = 0; j < 20; ++j) {
    is_right = is_right && std::abs(direct[j] - made.squared_error[j]) <= 1e-8 * direct[j];
  }

  // How much worse than a vector made for each n alone.
  for (std::size_t k = 0; k < made.level_squared_error.size(); ++k) {
    const double ratio = std::sqrt(made.level_squared_error[k].back() / made.plain_squared_error[k].back());
    std::cout << "n = " << (64 << k) << ": error " << ratio << " x that of a vector made for it alone\n";
    is_right = is_right && ratio < 2;
  }

  const auto set =
      kb::randomized(kb::Lattice(20, {.generating_vector = made.generating_vector}), kb::Shift{}, kb::Seed{1});
  std::cout << set.description() << '\n';
  return is_right ? 0 : 1;
}
