// Projections x W^T and their cosines and sines in one pass: rows of features, or their sums over rows.
#ifndef KOROBOV_SRC_GRAM_FEATURE_KERNEL_HPP
#define KOROBOV_SRC_GRAM_FEATURE_KERNEL_HPP

#include <span>
#include <vector>

#include <korobov/core/types.hpp>

namespace korobov::detail {

// The frequencies packed for the kernel: slabs of 8 (zero padded), each dimension by dimension.
class PackedFrequencies {
 public:
  static constexpr Index slab = 8;
  explicit PackedFrequencies(MatrixSpan<const double> w);  // (m, d)
  Index size() const noexcept { return size_; }
  Index slabs() const noexcept { return (size_ + slab - 1) / slab; }
  Index dimension() const noexcept { return d_; }
  const double* data() const noexcept { return storage_.data(); }

 private:
  Index size_;
  Index d_;
  std::vector<double> storage_;
};

// phi: (n, components), consecutive values in a row; column 2 k is factor cos(w_k . x), column 2 k + 1 factor
// sin(w_k . x), 2 m - 1 or 2 m of them. x: (n, d), any strides. On all cores; NumericalError if a projection is not
// finite. O(n m d).
void write_features(const PackedFrequencies& w, double factor, MatrixSpan<const double> x, MatrixSpan<double> phi);

// Adds sum_i cos(w_k . x_i) to cosines[k] and the sines to sines[k]. The same sums for any number of threads.
void add_features(const PackedFrequencies& w, MatrixSpan<const double> x, std::span<double> cosines,
                  std::span<double> sines);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GRAM_FEATURE_KERNEL_HPP
