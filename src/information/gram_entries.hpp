// Entries of a Gram matrix as they are needed: stored, of a kernel, of features, of a matched point set.
#ifndef KOROBOV_SRC_INFORMATION_GRAM_ENTRIES_HPP
#define KOROBOV_SRC_INFORMATION_GRAM_ENTRIES_HPP

#include <memory>
#include <span>

#include <korobov/core/types.hpp>
#include <korobov/generators/point_set.hpp>
#include <korobov/kernels/kernel.hpp>

namespace korobov::detail {

class GramEntries {
 public:
  GramEntries() = default;
  GramEntries(const GramEntries&) = delete;
  GramEntries& operator=(const GramEntries&) = delete;
  virtual ~GramEntries() = default;

  virtual Index size() const = 0;
  virtual double diagonal(Index i) const = 0;
  // The block of rows and columns, both in any order, into out (rows.size(), columns.size()), row-major. Thread-safe.
  virtual void block(std::span<const Index> rows, std::span<const Index> columns, double* out) const = 0;
};

// Views: what they are made of must stay.
std::unique_ptr<GramEntries> stored_entries(MatrixSpan<const double> k);
std::unique_ptr<GramEntries> kernel_entries(const AnyKernel& kernel, MatrixSpan<const double> x);
std::unique_ptr<GramEntries> feature_entries(MatrixSpan<const double> phi);
std::unique_ptr<GramEntries> structured_entries(const AnyPointSet& points, const AnyKernel& kernel, Index n);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_INFORMATION_GRAM_ENTRIES_HPP
