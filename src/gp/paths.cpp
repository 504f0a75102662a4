#include "gp/paths.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <korobov/measures/inverse_normal.hpp>

namespace korobov::detail {
namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

// c, with rows and columns in `order`, becomes L (lower, m by the rank returned) with L L^T = c: Cholesky's, the
// largest variance left next (LAPACK's pstrf). It ends where the variances left are as negative as positive, rounding
// alone: what would follow divides errors by errors. (Eigen's LDLT chooses pivots before what came earlier is
// subtracted.)
Index pivoted_cholesky(Eigen::Map<Matrix>& c, std::vector<Index>& order) {
  const Index m = c.rows();
  std::iota(order.begin(), order.end(), Index{0});
  Vector rest = c.diagonal();
  for (Index k = 0; k < m; ++k) {
    const Index left = m - k;
    const double largest = rest.tail(left).maxCoeff();
    if (!(largest > -rest.tail(left).minCoeff())) return k;
    Index next = k;
    while (rest[next] < 0.999 * largest) ++next;  // of equal ones, by symmetry say, the first, whatever rounding did
    const double root = std::sqrt(rest[next]);
    std::swap(order[static_cast<std::size_t>(k)], order[static_cast<std::size_t>(next)]);
    std::swap(rest[k], rest[next]);
    c.row(k).swap(c.row(next));
    c.col(k).swap(c.col(next));
    auto below = c.col(k).tail(left - 1);
    below.noalias() -= c.bottomLeftCorner(left - 1, k) * c.row(k).head(k).transpose();
    below /= root;
    c(k, k) = root;
    rest.tail(left - 1) -= below.cwiseAbs2();
  }
  return m;
}

}  // namespace

void gaussian_paths(std::vector<double>& covariance, Index m, Seed seed, MatrixSpan<double> paths) {
  Eigen::Map<Matrix> c(covariance.data(), m, m);
  std::vector<Index> order(static_cast<std::size_t>(m));
  const Index rank = pivoted_cholesky(c, order);
  const auto factor = c.leftCols(rank).triangularView<Eigen::Lower>();
  Vector z(m);
  for (Index p = 0; p < paths.rows; ++p) {
    CounterEngine engine(seed, Purpose::engine, static_cast<std::uint64_t>(p));
    for (Index i = 0; i < m; ++i) z[i] = coordinate<double>(engine(), Endpoint::open);
    const std::span<double> values(z.data(), static_cast<std::size_t>(m));
    inverse_normal(values, values);
    const Vector path = factor * z.head(rank);
    for (Index i = 0; i < m; ++i) paths(p, order[static_cast<std::size_t>(i)]) = path[i];
  }
}

}  // namespace korobov::detail
