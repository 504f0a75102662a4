#include "gp/paths.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include <korobov/measures/inverse_normal.hpp>

namespace korobov::detail {

void gaussian_paths(std::vector<double>& covariance, Index m, Seed seed, MatrixSpan<double> paths) {
  using Matrix = Eigen::MatrixXd;
  Eigen::Map<Matrix> c(covariance.data(), m, m);
  const Eigen::LDLT<Eigen::Ref<Matrix>> factor(c);                           // C = P^T L D L^T P
  const Eigen::VectorXd roots = factor.vectorD().cwiseMax(0.0).cwiseSqrt();  // below zero by rounding alone
  Eigen::VectorXd z(m);
  for (Index p = 0; p < paths.rows; ++p) {
    CounterEngine engine(seed, Purpose::engine, static_cast<std::uint64_t>(p));
    for (Index i = 0; i < m; ++i) z[i] = coordinate<double>(engine(), Endpoint::open);
    const std::span<double> values(z.data(), static_cast<std::size_t>(m));
    inverse_normal(values, values);
    z.array() *= roots.array();
    const Eigen::VectorXd path = factor.transpositionsP().transpose() * (factor.matrixL() * z);
    for (Index i = 0; i < m; ++i) paths(p, i) = path[i];
  }
}

}  // namespace korobov::detail
