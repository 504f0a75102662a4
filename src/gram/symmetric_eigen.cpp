#include "gram/symmetric_eigen.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <utility>

#include <Spectra/SymEigsSolver.h>

#include <korobov/core/error.hpp>
#include <korobov/core/seed.hpp>

#include "gram/dense_algebra.hpp"
#include "gram/normals.hpp"

namespace korobov::detail {
namespace {

// The lower triangle, mirrored.
std::vector<double> symmetric_copy(MatrixSpan<const double> matrix) {
  const Index n = matrix.rows;
  std::vector<double> copy(static_cast<std::size_t>(n * n));
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j <= i; ++j) {
      copy[static_cast<std::size_t>(i * n + j)] = copy[static_cast<std::size_t>(j * n + i)] = matrix(i, j);
    }
  }
  return copy;
}

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
constexpr double kResidual = 1e-10;
constexpr Index kRandom = 4;     // columns of a block that nothing has turned yet
constexpr Index kProducts = 10;  // of a block, in a round
constexpr Index kColumns = 640;  // of a round's space, unless three blocks are more
constexpr int kRounds = 40;

// What Spectra asks of a matrix.
class Product {
 public:
  using Scalar = double;
  Product(Index n, const SymmetricProduct& product) : n_(n), product_(&product) {}
  Index rows() const { return n_; }
  Index cols() const { return n_; }
  void perform_op(const double* x, double* y) const { (*product_)(x, y, 1); }

 private:
  Index n_;
  const SymmetricProduct* product_;
};

struct Pairs {
  Eigen::VectorXd values;
  Eigen::MatrixXd vectors;
  Eigen::MatrixXd images;  // A vectors
};

Pairs no_pairs(Index n) { return {Eigen::VectorXd(0), Eigen::MatrixXd(n, 0), Eigen::MatrixXd(n, 0)}; }

Eigen::MatrixXd images_of(const SymmetricProduct& product, const Eigen::MatrixXd& x) {
  Eigen::MatrixXd y(x.rows(), x.cols());
  if (x.cols() == 0) return y;
  product(x.data(), y.data(), x.cols());
  if (!y.allFinite()) throw NumericalError("eigenvalues: products with the matrix are not finite");
  return y;
}

double allowed(double value, double scale, Index n) {
  return kResidual * std::fabs(value) + 16 * static_cast<double>(n) * kEpsilon * scale;
}

Pairs columns_of(const Pairs& pairs, const std::vector<Index>& columns) {
  return {pairs.values(columns), pairs.vectors(Eigen::all, columns), pairs.images(Eigen::all, columns)};
}

// Columns whose residuals are as they should be, and the others.
std::pair<std::vector<Index>, std::vector<Index>> sorted_by_residual(const Pairs& pairs, double scale) {
  std::pair<std::vector<Index>, std::vector<Index>> done_and_open;
  for (Index j = 0; j < pairs.values.size(); ++j) {
    const double residual = (pairs.images.col(j) - pairs.values[j] * pairs.vectors.col(j)).norm();
    const bool is_done = residual <= allowed(pairs.values[j], scale, pairs.vectors.rows());
    (is_done ? done_and_open.first : done_and_open.second).push_back(j);
  }
  return done_and_open;
}

// What Spectra finds and A confirms.
Pairs single_lanczos(Index n, Index count, const SymmetricProduct& product) {
  Pairs found = no_pairs(n);
  try {
    Product operation(n, product);
    Spectra::SymEigsSolver<Product> solver(operation, count, std::min(n, std::max(2 * count + 1, Index{20})));
    solver.init();
    solver.compute(Spectra::SortRule::LargestAlge, 100, kResidual, Spectra::SortRule::LargestAlge);
    found.vectors = solver.eigenvectors();
  } catch (const std::runtime_error&) {  // of its tridiagonal iteration
    return no_pairs(n);
  } catch (const std::invalid_argument&) {  // of a first product that is 0
    return no_pairs(n);
  }
  const Index k = found.vectors.cols();
  if (k == 0 || !found.vectors.allFinite()) return no_pairs(n);
  const Eigen::MatrixXd products = found.vectors.transpose() * found.vectors;
  if ((products - Eigen::MatrixXd::Identity(k, k)).cwiseAbs().maxCoeff() > 1e-12) return no_pairs(n);
  found.images = images_of(product, found.vectors);
  found.values = found.vectors.cwiseProduct(found.images).colwise().sum().transpose();
  return columns_of(found, sorted_by_residual(found, found.values.cwiseAbs().maxCoeff()).first);
}

// block <- an orthonormal basis of what it has beyond the orthonormal q; without columns where that is rounding.
void orthonormalize(const Eigen::Ref<const Eigen::MatrixXd>& q, Eigen::MatrixXd& block) {
  const double floor = 1e-14 * block.colwise().norm().maxCoeff();
  for (int pass = 0; pass < 2; ++pass) block -= q * (q.transpose() * block).eval();
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(block);
  Index rank = 0;
  while (rank < std::min(block.rows(), block.cols()) && std::fabs(qr.matrixQR()(rank, rank)) > floor) ++rank;
  block = qr.householderQ() * Eigen::MatrixXd::Identity(block.rows(), rank);
  if (rank == 0) return;
  block -= q * (q.transpose() * block).eval();
  block = Eigen::HouseholderQR<Eigen::MatrixXd>(block).householderQ() * Eigen::MatrixXd::Identity(block.rows(), rank);
}

struct Ritz {
  Eigen::VectorXd values;  // the largest, descending
  Eigen::MatrixXd vectors;
  double least;
  double scale;  // the largest magnitude
};

// Rayleigh and Ritz's pairs of the space of `kept` and of block, A block, A^2 block, ...
Ritz block_krylov(const SymmetricProduct& product, const Pairs& kept, Eigen::MatrixXd block, Index count) {
  const Index n = block.rows();
  const Index width = block.cols();
  const Index products = std::clamp(kColumns / width, Index{2}, kProducts);
  const Index most = std::min(n, kept.values.size() + (products + 1) * width);
  Eigen::MatrixXd q(n, most);
  Eigen::MatrixXd t(most, most);
  Index m = kept.values.size();
  q.leftCols(m) = kept.vectors;
  t.topLeftCorner(m, m) = kept.vectors.transpose() * kept.images;
  while (m < most) {
    orthonormalize(q.leftCols(m), block);
    const Index added = std::min(block.cols(), most - m);
    if (added == 0) break;
    block.conservativeResize(n, added);
    q.middleCols(m, added) = block;
    block = images_of(product, block);
    t.block(0, m, m + added, added) = q.leftCols(m + added).transpose() * block;
    t.block(m, 0, added, m) = t.block(0, m, m, added).transpose();
    m += added;
  }
  Eigen::MatrixXd turned = t.topLeftCorner(m, m);
  const std::vector<double> values = symmetric_eigenvalues(turned.data(), m, Vectors::wanted);
  const Index size = std::min(count, m);
  const Eigen::Map<const Eigen::VectorXd> ascending(values.data(), m);
  return {ascending.tail(size).reverse(), q.leftCols(m) * turned.rightCols(size).rowwise().reverse(), values.front(),
          std::max(std::fabs(values.front()), std::fabs(values.back()))};
}

}  // namespace

std::vector<double> symmetric_eigenvalues(MatrixSpan<const double> matrix) {
  std::vector<double> copy = symmetric_copy(matrix);
  std::vector<double> values = symmetric_eigenvalues(copy.data(), matrix.rows);
  std::reverse(values.begin(), values.end());
  return values;
}

EigenPairs symmetric_eigen(MatrixSpan<const double> matrix) {
  const Index n = matrix.rows;
  EigenPairs pairs{{}, symmetric_copy(matrix)};
  pairs.values = symmetric_eigenvalues(pairs.vectors.data(), n, Vectors::wanted);
  std::reverse(pairs.values.begin(), pairs.values.end());
  for (Index j = 0; j < n / 2; ++j) {
    const auto first = pairs.vectors.begin() + j * n;
    std::swap_ranges(first, first + n, pairs.vectors.end() - (j + 1) * n);
  }
  return pairs;
}

std::optional<LargestPairs> largest_eigen(Index n, Index count, const SymmetricProduct& product, Lanczos kind) {
  Pairs kept = kind == Lanczos::single ? single_lanczos(n, count, product) : no_pairs(n);
  Eigen::MatrixXd open(n, 0);
  double least = std::numeric_limits<double>::infinity();
  for (int round = 0; round < kRounds; ++round) {
    const Index known = kept.values.size();
    const Index width = std::min(n, std::max(open.cols(), count - known) + kRandom);
    Eigen::MatrixXd block(n, width);
    fill_normals(Seed{static_cast<std::uint64_t>(round)}, {block.data(), n, width, 1, n});
    block.leftCols(open.cols()) = open;
    const Ritz ritz = block_krylov(product, kept, std::move(block), count);
    least = std::min(least, ritz.least);
    bool is_complete = known == count;
    for (Index j = 0; is_complete && j < count; ++j) {
      is_complete = ritz.values[j] - kept.values[j] <= 2 * allowed(kept.values[j], ritz.scale, n);
    }
    if (is_complete) {
      return LargestPairs{
          {{kept.values.begin(), kept.values.end()}, {kept.vectors.data(), kept.vectors.data() + kept.vectors.size()}},
          least};
    }
    const Pairs found{ritz.values, ritz.vectors, images_of(product, ritz.vectors)};
    const auto [done, rest] = sorted_by_residual(found, ritz.scale);
    kept = columns_of(found, done);
    open = found.vectors(Eigen::all, rest);
  }
  return std::nullopt;
}

}  // namespace korobov::detail
