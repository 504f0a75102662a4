#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include <korobov/core/error.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/gram/low_rank.hpp>

#include "core/sums.hpp"

namespace korobov {
namespace {

using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;
using ConstVectorMap = Eigen::Map<const Vector>;
using Strides = Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>;
using ConstMatrixMap = Eigen::Map<const Matrix, 0, Strides>;
using MatrixMap = Eigen::Map<Matrix, 0, Strides>;

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
constexpr Index kBlockRows = 4096;  // of an update; fixed, so that sums do not depend on the number of threads

ConstMatrixMap map(MatrixSpan<const double> m) { return {m.data, m.rows, m.cols, Strides(m.col_stride, m.row_stride)}; }
MatrixMap map(MatrixSpan<double> m) { return {m.data, m.rows, m.cols, Strides(m.col_stride, m.row_stride)}; }

using Column = std::function<void(Index, double*)>;  // column p of K

Index random_pivot(std::span<const double> residual, double total, CounterEngine& engine) {
  const double target = coordinate<double>(engine(), Endpoint::open) * total;
  double sum = 0.0;
  Index last = -1;
  for (std::size_t i = 0; i < residual.size(); ++i) {
    if (residual[i] == 0.0) continue;
    sum += residual[i];
    last = static_cast<Index>(i);
    if (sum > target) break;
  }
  return last;
}

Index greedy_pivot(std::span<const double> residual) {
  return static_cast<Index>(std::max_element(residual.begin(), residual.end()) - residual.begin());
}

// column <- (column - F(:, 0..j) F(p, 0..j)^T) / root and residual -= column^2, block by block.
void eliminate(const double* factor, Index n, Index j, Index p, double root, double* column, double* residual,
               const double* floor) {
  Vector row(j);
  for (Index k = 0; k < j; ++k) row[k] = factor[k * n + p];
  parallel_for(n, kBlockRows, [&](Range range) {
    for (Index first = range.first; first < range.last; first += kBlockRows) {
      const Index rows = std::min(kBlockRows, range.last - first);
      Eigen::Map<Vector> part(column + first, rows);
      if (j > 0) {
        part.noalias() -=
            Eigen::Map<const Matrix, 0, Eigen::OuterStride<>>(factor + first, rows, j, Eigen::OuterStride<>(n)) * row;
      }
      part /= root;
      for (Index i = first; i < first + rows; ++i) {
        const double left = residual[i] - column[i] * column[i];
        residual[i] = left > floor[i] ? left : 0.0;
      }
    }
  });
}

}  // namespace

struct LowRank::Parts {
  Index n = 0;
  Index rank = 0;
  std::vector<double> factor;  // column by column
  std::vector<Index> pivots;
  std::vector<double> trace_errors;
  std::vector<double> residual;
  Matrix pivot_rows;  // L, lower triangular

  // residual holds the diagonal of K.
  void factorize(const Column& column_of, Index most, const LowRankOptions& options) {
    detail::require(most >= 1, "rank", "must be at least 1", most);
    detail::require(most <= n, "rank", "must not exceed the number of points", most);
    detail::require(options.tolerance >= 0.0 && options.tolerance < 1.0, "tolerance", "must be in [0, 1)",
                    options.tolerance);
    std::vector<double> floor(residual);
    for (double& value : floor) {
      if (!(value >= 0.0 && std::isfinite(value))) {
        throw NumericalError("low rank: the diagonal must be finite and not negative; got " + detail::shown(value));
      }
      value *= 16.0 * kEpsilon;
    }
    CounterEngine engine(options.seed);
    factor.reserve(static_cast<std::size_t>(n * most));
    const double trace = detail::sum_of(residual);
    trace_errors.push_back(trace);
    for (rank = 0; rank < most; ++rank) {
      const double total = trace_errors.back();
      if (total <= options.tolerance * trace) break;
      const Index p =
          options.pivoting == Pivoting::greedy ? greedy_pivot(residual) : random_pivot(residual, total, engine);
      const double pivot = residual[static_cast<std::size_t>(p)];
      factor.resize(factor.size() + static_cast<std::size_t>(n));
      double* column = factor.data() + rank * n;
      column_of(p, column);
      eliminate(factor.data(), n, rank, p, std::sqrt(pivot), column, residual.data(), floor.data());
      for (const Index q : pivots) column[q] = 0.0;  // rounding of what is eliminated
      column[p] = std::sqrt(pivot);
      residual[static_cast<std::size_t>(p)] = 0.0;
      pivots.push_back(p);
      trace_errors.push_back(detail::sum_of(residual));
    }
    pivot_rows.resize(rank, rank);
    for (Index k = 0; k < rank; ++k) {
      for (Index j = 0; j < rank; ++j)
        pivot_rows(k, j) = factor[static_cast<std::size_t>(j * n + pivots[static_cast<std::size_t>(k)])];
    }
  }
};

LowRank::LowRank(const AnyKernel& kernel, MatrixSpan<const double> x, Index rank, const LowRankOptions& options) {
  auto parts = std::make_shared<Parts>();
  parts->n = x.rows;
  detail::require(kernel.fits(x.cols), "x", "must have as many columns as the kernel has dimensions", x.cols);
  parts->residual.assign(static_cast<std::size_t>(x.rows), kernel.at_zero());
  parts->factorize(
      [&](Index p, double* column) { kernel.cross(x, x.row_range(p, p + 1), MatrixSpan<double>(column, x.rows, 1)); },
      rank, options);
  parts_ = std::move(parts);
}

LowRank::LowRank(MatrixSpan<const double> matrix, Index rank, const LowRankOptions& options) {
  detail::require(matrix.rows == matrix.cols, "matrix", "must be square; columns", matrix.cols);
  auto parts = std::make_shared<Parts>();
  parts->n = matrix.rows;
  for (Index i = 0; i < matrix.rows; ++i) parts->residual.push_back(matrix(i, i));
  parts->factorize(
      [&](Index p, double* column) {
        for (Index i = 0; i < matrix.rows; ++i) column[i] = matrix(i, p);
      },
      rank, options);
  parts_ = std::move(parts);
}

Index LowRank::size() const noexcept { return parts_->n; }
Index LowRank::rank() const noexcept { return parts_->rank; }
MatrixSpan<const double> LowRank::factor() const noexcept {
  return {parts_->factor.data(), parts_->n, parts_->rank, 1, parts_->n};
}
std::span<const Index> LowRank::pivots() const noexcept { return parts_->pivots; }
std::span<const double> LowRank::trace_errors() const noexcept { return parts_->trace_errors; }
std::span<const double> LowRank::residual_diagonal() const noexcept { return parts_->residual; }

MatrixSpan<const double> LowRank::pivot_rows() const noexcept {
  return {parts_->pivot_rows.data(), parts_->rank, parts_->rank, 1, parts_->rank};
}

void nystrom_features(MatrixSpan<const double> pivot_rows, MatrixSpan<const double> columns, MatrixSpan<double> phi) {
  const Index rank = pivot_rows.rows;
  detail::require(pivot_rows.cols == rank, "pivot_rows", "must be square; columns", pivot_rows.cols);
  detail::require(columns.cols == rank, "columns", "must have a column per pivot", columns.cols);
  detail::require(phi.rows == columns.rows, "phi", "must have as many rows as columns", phi.rows);
  detail::require(phi.cols == rank, "phi", "must have a column per pivot", phi.cols);
  if (rank == 0) return;
  const Matrix lower = map(pivot_rows);
  parallel_for(phi.rows, 256, [&](Range range) {
    for (Index first = range.first; first < range.last; first += 256) {
      const Index last = std::min(first + 256, range.last);
      Matrix block = map(columns.row_range(first, last)).transpose();
      lower.triangularView<Eigen::Lower>().solveInPlace(block);
      map(phi.row_range(first, last)) = block.transpose();
    }
  });
}

struct LowRankGram::Parts {
  Index n = 0;
  Matrix u;
  std::vector<double> s;
};

LowRankGram::LowRankGram(const LowRank& factor, double nugget) : nugget_(nugget) {
  auto parts = std::make_shared<Parts>();
  parts->n = factor.size();
  const Index rank = factor.rank();
  if (rank > 0) {
    Eigen::HouseholderQR<Matrix> qr(map(factor.factor()));
    const Matrix r = qr.matrixQR().topRows(rank).triangularView<Eigen::Upper>();
    const Eigen::SelfAdjointEigenSolver<Matrix> eigen(r * r.transpose());
    parts->u = Matrix::Zero(factor.size(), rank);
    parts->u.topRows(rank) = eigen.eigenvectors().rowwise().reverse();
    parts->u.applyOnTheLeft(qr.householderQ());
    for (Index k = rank; k-- > 0;) parts->s.push_back(std::max(0.0, eigen.eigenvalues()[k]));
  }
  *this = LowRankGram(std::move(parts), nugget);
}

LowRankGram::LowRankGram(std::shared_ptr<const Parts> parts, double nugget)
    : parts_(std::move(parts)), nugget_(nugget) {
  detail::require(nugget >= 0.0 && std::isfinite(nugget), "nugget", "must not be negative, and finite", nugget);
}

LowRankGram LowRankGram::with_nugget(double nugget) const { return {parts_, nugget}; }
Index LowRankGram::size() const noexcept { return parts_->n; }
Index LowRankGram::rank() const noexcept { return static_cast<Index>(parts_->s.size()); }
std::span<const double> LowRankGram::eigenvalues() const noexcept { return parts_->s; }
MatrixSpan<const double> LowRankGram::eigenvectors() const noexcept {
  return {parts_->u.data(), parts_->n, rank(), 1, parts_->n};
}

namespace {

void require_shapes(Index n, MatrixSpan<const double> v, MatrixSpan<double> out, const char* name) {
  detail::require(v.rows == n, name, "must have one row per point", v.rows);
  detail::require(out.rows == n, "out", "must have one row per point", out.rows);
  detail::require(out.cols == v.cols, "out", "must have as many columns as the right-hand side", out.cols);
}

void require_regular(Index n, std::span<const double> s, double nugget) {
  const bool full = static_cast<Index>(s.size()) == n && s.back() > 0.0;
  if (nugget > 0.0 || full) return;
  throw NumericalError("low-rank Gram: F F^T of rank " + std::to_string(s.size()) + " is singular in " +
                       std::to_string(n) + " dimensions; raise the nugget above 0");
}

}  // namespace

void LowRankGram::apply(MatrixSpan<const double> v, MatrixSpan<double> out) const {
  require_shapes(size(), v, out, "v");
  const Eigen::Map<const Vector> s(parts_->s.data(), rank());
  const Matrix share = s.asDiagonal() * (parts_->u.transpose() * map(v));
  const Matrix result = parts_->u * share + nugget_ * map(v);
  map(out) = result;
}

void LowRankGram::solve(MatrixSpan<const double> b, MatrixSpan<double> out) const {
  require_shapes(size(), b, out, "b");
  require_regular(size(), parts_->s, nugget_);
  const Eigen::Map<const Vector> s(parts_->s.data(), rank());
  const Matrix inside = parts_->u.transpose() * map(b);
  Matrix result = map(b);
  if (nugget_ > 0.0) {  // what is outside the range over the nugget, the rest by its eigenvalues
    result.noalias() -= parts_->u * inside;
    result -= parts_->u * (parts_->u.transpose() * result);  // once more: the first pass leaves eps |b| inside
    result /= nugget_;
  } else {
    result.setZero();
  }
  const Vector shares = (s.array() + nugget_).inverse();
  result.noalias() += parts_->u * (shares.asDiagonal() * inside);
  map(out) = result;
}

double LowRankGram::logdet() const {
  require_regular(size(), parts_->s, nugget_);
  double sum = 0.0;
  for (const double value : parts_->s) sum += std::log(value + nugget_);
  const Index rest = size() - rank();
  return rest > 0 ? sum + static_cast<double>(rest) * std::log(nugget_) : sum;
}

}  // namespace korobov
