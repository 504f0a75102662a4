#include "information/gram_entries.hpp"

#include <utility>
#include <vector>

#include <korobov/core/bits.hpp>
#include <korobov/core/error.hpp>

#include "gram/spectral_basis.hpp"

namespace korobov::detail {
namespace {

class Stored : public GramEntries {
 public:
  explicit Stored(MatrixSpan<const double> k) : k_(k) {}
  Index size() const override { return k_.rows; }
  double diagonal(Index i) const override { return k_(i, i); }
  void block(std::span<const Index> rows, std::span<const Index> columns, double* out) const override {
    for (const Index i : rows) {
      for (const Index j : columns) *out++ = k_(j, i);  // of symmetric ones: a chosen row stays in the cache
    }
  }

 private:
  MatrixSpan<const double> k_;
};

void gather(MatrixSpan<const double> x, std::span<const Index> rows, std::vector<double>& out) {
  out.clear();
  out.reserve(rows.size() * static_cast<std::size_t>(x.cols));
  for (const Index i : rows) {
    for (Index j = 0; j < x.cols; ++j) out.push_back(x(i, j));
  }
}

class OfKernel : public GramEntries {
 public:
  OfKernel(AnyKernel kernel, MatrixSpan<const double> x) : kernel_(std::move(kernel)), x_(x) {
    require(kernel_.fits(x.cols), "x", "must have the kernel's dimension, " + std::to_string(kernel_.dimension()),
            x.cols);
  }
  Index size() const override { return x_.rows; }
  double diagonal(Index) const override { return kernel_.at_zero(); }
  void block(std::span<const Index> rows, std::span<const Index> columns, double* out) const override {
    std::vector<double> from, to;
    gather(x_, rows, from);
    gather(x_, columns, to);
    const auto n = static_cast<Index>(rows.size()), m = static_cast<Index>(columns.size());
    kernel_.cross(MatrixSpan<const double>(from.data(), n, x_.cols), {to.data(), m, x_.cols}, {out, n, m});
  }

 private:
  AnyKernel kernel_;
  MatrixSpan<const double> x_;
};

class OfFeatures : public GramEntries {
 public:
  explicit OfFeatures(MatrixSpan<const double> phi) : phi_(phi) {}
  Index size() const override { return phi_.rows; }
  double diagonal(Index i) const override { return product(phi_.row_range(i, i + 1), phi_.row_range(i, i + 1)); }
  void block(std::span<const Index> rows, std::span<const Index> columns, double* out) const override {
    for (const Index i : rows) {
      for (const Index j : columns) *out++ = product(phi_.row_range(i, i + 1), phi_.row_range(j, j + 1));
    }
  }

 private:
  // Four sums side by side, in the order of the entries.
  static double product(MatrixSpan<const double> a, MatrixSpan<const double> b) {
    double sums[4] = {};
    Index j = 0;
    for (; j + 4 <= a.cols; j += 4) {
      for (Index k = 0; k < 4; ++k) sums[k] += a(0, j + k) * b(0, j + k);
    }
    for (; j < a.cols; ++j) sums[0] += a(0, j) * b(0, j);
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
  }
  MatrixSpan<const double> phi_;
};

// k(x_i, x_j) is entry i - j, in the group of the indices, of the first column.
class Structured : public GramEntries {
 public:
  Structured(const AnyPointSet& points, const AnyKernel& kernel, Index n) : n_(n) {
    require_kernel_symmetry(kernel.symmetry(), points.symmetry());
    characters_ = SpectralBasis(points, n).characters();
    column_.resize(static_cast<std::size_t>(n));
    const double c = first_column(points, kernel, {0, n}, column_);
    for (double& k : column_) k += c;
  }
  Index size() const override { return n_; }
  double diagonal(Index) const override { return column_.front(); }
  void block(std::span<const Index> rows, std::span<const Index> columns, double* out) const override {
    for (const Index i : rows) {
      for (const Index j : columns) *out++ = column_[static_cast<std::size_t>(difference(i, j))];
    }
  }

 private:
  Index difference(Index i, Index j) const {
    switch (characters_) {
      case Characters::walsh:  // in Gray order too, which is linear over xor
        return i ^ j;
      case Characters::circulant:
        return i >= j ? i - j : i - j + n_;
      case Characters::bit_reversed:
        break;
    }
    return static_cast<Index>(reverse_bits(reverse_bits(static_cast<Word>(i)) - reverse_bits(static_cast<Word>(j))));
  }

  Index n_;
  Characters characters_ = Characters::walsh;
  std::vector<double> column_;
};

}  // namespace

std::unique_ptr<GramEntries> stored_entries(MatrixSpan<const double> k) { return std::make_unique<Stored>(k); }
std::unique_ptr<GramEntries> kernel_entries(const AnyKernel& kernel, MatrixSpan<const double> x) {
  return std::make_unique<OfKernel>(kernel, x);
}
std::unique_ptr<GramEntries> feature_entries(MatrixSpan<const double> phi) { return std::make_unique<OfFeatures>(phi); }
std::unique_ptr<GramEntries> structured_entries(const AnyPointSet& points, const AnyKernel& kernel, Index n) {
  return std::make_unique<Structured>(points, kernel, n);
}

}  // namespace korobov::detail
