#include "gram/border.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include <korobov/core/bits.hpp>
#include <korobov/core/error.hpp>
#include <korobov/core/parallel.hpp>

namespace korobov::detail {
namespace {

using Matrix = Eigen::Map<Eigen::MatrixXd>;
using ConstMatrix = Eigen::Map<const Eigen::MatrixXd>;
constexpr double kU = 0x1p-53;

// u (n, m) becomes Q B, then diag(1 / lambda) Q B; returns S.
DenseGram schur_of(const SpectralBasis& basis, std::span<const double> lambda, const AnyKernel& kernel,
                   MatrixSpan<const Word> design, MatrixSpan<const Word> extra, std::span<const double> nuggets,
                   std::vector<double>& u) {
  const Index n = basis.size();
  const Index m = extra.rows;
  kernel.cross(extra, design, MatrixSpan<double>(u.data(), m, n));  // row a: column a of B, k being symmetric
  const MatrixSpan<double> columns(u.data(), n, m, 1, n);
  basis.forward(columns, columns);
  const Eigen::Map<const Eigen::ArrayXd> eigenvalues(lambda.data(), n);
  const Eigen::ArrayXd roots = eigenvalues.sqrt();
  Matrix w(u.data(), n, m);
  w.array().colwise() /= roots;
  Eigen::MatrixXd s(m, m);
  kernel.cross(extra, extra, MatrixSpan<double>(s.data(), m, m));
  s.selfadjointView<Eigen::Lower>().rankUpdate(w.transpose(), -1.0);
  for (Index a = 0; a < m; ++a) s(a, a) += nuggets[static_cast<std::size_t>(a)];
  s.triangularView<Eigen::StrictlyUpper>() = s.transpose();
  w.array().colwise() /= roots;
  return DenseGram::from_matrix(MatrixSpan<const double>(s.data(), m, m));
}

}  // namespace

Border::Border(const SpectralBasis& basis, std::span<const double> lambda, const AnyKernel& kernel,
               MatrixSpan<const Word> design, MatrixSpan<const Word> extra, std::span<const double> nuggets,
               double rounding, std::string_view raise)
    : n_(basis.size()),
      u_(static_cast<std::size_t>(n_ * extra.rows)),
      schur_(schur_of(basis, lambda, kernel, design, extra, nuggets, u_)) {
  const std::string remedy = ": raise " + std::string(raise) + " from " +
                             shown(*std::min_element(nuggets.begin(), nuggets.end())) + " to more than ";
  if (!schur_.is_positive_definite()) {
    const double least = schur_.eigenvalues().front();
    throw NumericalError("the Schur complement of " + shown(size()) +
                         " further points must be positive definite; its smallest eigenvalue is " + shown(least) +
                         remedy + shown(nuggets.front() + 2 * std::fabs(least)));
  }
  if (rounding == 0) return;
  const double of_kernel = 8 * kU * (ceil_log2(n_) + 2) * kernel.at_zero();
  const std::vector<double> inverse = schur_.inverse_diagonal();
  for (std::size_t a = 0; a < inverse.size(); ++a) {
    const double floor =
        rounding * (1 + ConstMatrix(u_.data(), n_, size()).col(static_cast<Index>(a)).squaredNorm()) + of_kernel;
    if (!(1 / inverse[a] > floor)) {
      throw NumericalError("further point " + shown(a) + ": its variance given all other points must exceed " +
                           shown(floor) + ", what rounding explains; it is " + shown(1 / inverse[a]) + remedy +
                           shown(nuggets[a] + 2 * floor));
    }
  }
}

void Border::subtract_transposed(const double* c, Index r, double* u) const {
  const Index m = size();
  parallel_for(r, 1 + 65536 / (n_ * m + 1), [&](Range part) {
    // A column at a time: the sums do not depend on which columns share a call.
    for (Index s = part.first; s < part.last; ++s) {
      Eigen::Map<Eigen::VectorXd>(u + s * m, m).noalias() -=
          ConstMatrix(u_.data(), n_, m).transpose() * Eigen::Map<const Eigen::VectorXd>(c + s * n_, n_);
    }
  });
}

void Border::subtract(const double* a, Index r, double* c) const {
  Matrix(c, n_, r).noalias() -= ConstMatrix(u_.data(), n_, size()) * ConstMatrix(a, size(), r);
}

}  // namespace korobov::detail
