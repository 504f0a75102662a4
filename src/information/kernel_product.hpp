// Products with Gram matrices that are never stored.
#ifndef KOROBOV_SRC_INFORMATION_KERNEL_PRODUCT_HPP
#define KOROBOV_SRC_INFORMATION_KERNEL_PRODUCT_HPP

#include <cstddef>

#include <korobov/core/types.hpp>
#include <korobov/kernels/kernel.hpp>

namespace korobov::detail {

// y (n, r) = K v (n, r), K of the samples x (n, d); columns one after another. O(n^2 (d + r)) time; 64 rows of K per
// thread are there at a time.
void kernel_product(const AnyKernel& kernel, MatrixSpan<const double> x, const double* v, double* y, Index r);

// Whether an (n, n) matrix takes at most so many bytes.
bool is_stored(Index n, std::size_t bytes);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_INFORMATION_KERNEL_PRODUCT_HPP
