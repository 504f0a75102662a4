// Entries of a square matrix beside their mirror images: what a check of symmetry wants to know, in one pass.
#ifndef KOROBOV_SRC_INFORMATION_MIRROR_IMAGES_HPP
#define KOROBOV_SRC_INFORMATION_MIRROR_IMAGES_HPP

#include <korobov/core/types.hpp>

namespace korobov::detail {

struct MirrorImages {
  double largest = 0;     // |k_ij|
  double difference = 0;  // |k_ij - k_ji|, the largest
  bool is_finite = true;  // false: an entry that is not, or a difference that overflows
};
// Of k (n, n), any strides: every entry is read once, by blocks whose mirror images stay in the cache; vector code
// where the entries of a row or of a column are side by side. The same for any number of threads.
MirrorImages mirror_images(MatrixSpan<const double> k);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_INFORMATION_MIRROR_IMAGES_HPP
