// Point sets: families, orders, randomizations, replicates, and any range of points without the ones before it.
#include <cmath>
#include <iostream>
#include <vector>

#include <korobov/korobov.hpp>

namespace kb = korobov;

namespace {
// The mean of prod_j 2 x_j, whose integral over the cube is 1.
double product_mean(const kb::AnyPointSet& points, kb::Index n) {
  double sum = 0;
  kb::for_each_block(points, {0, n}, 1 << 12, [&](kb::Range, kb::MatrixSpan<const double> x) {
    for (kb::Index i = 0; i < x.rows; ++i) {
      double product = 1;
      for (kb::Index j = 0; j < x.cols; ++j) product *= 2 * x(i, j);
      sum += product;
    }
  });
  return sum / static_cast<double>(n);
}
}  // namespace

int main() {
  const kb::Seed seed{2024};
  const kb::Lattice lattice = randomized(kb::Lattice(5), kb::Shift{}, seed);
  const kb::DigitalNet net = randomized(kb::Sobol(5), kb::LmsShift{}, seed);
  const kb::IID iid(5, seed);

  // Any range costs the same: points a trillion places into the sequence.
  const kb::Index far = kb::Index{1} << 40;
  const std::vector<double> x = net.points({far, far + 2});
  std::cout << net.description() << "\n  point 2^40: " << x[0] << ' ' << x[1] << " ...\n";

  // Replicates are independent randomizations of one set; r alone decides which.
  double mean = 0;
  for (std::uint32_t r = 0; r < 8; ++r) mean += product_mean(net.replicate(r), 1 << 10) / 8;

  const kb::Index n = 1 << 13;
  const double lattice_error = std::abs(product_mean(lattice, n) - 1);
  const double net_error = std::abs(product_mean(net, n) - 1);
  const double iid_error = std::abs(product_mean(iid, n) - 1);
  std::cout << "error of a mean over " << n << " points: lattice " << lattice_error << ", net " << net_error << ", IID "
            << iid_error << "\nmean over 8 replicates of 1024 net points: " << mean << '\n';
  return lattice_error < iid_error && net_error < iid_error && std::abs(mean - 1) < 1e-2 ? 0 : 1;
}
