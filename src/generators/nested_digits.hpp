// Nested uniform scrambling (Owen 1995) of digits in any base: y_r becomes pi(y_r), pi the permutation of the node of
// the digits y_0 ... y_{r-1} before it.
//
// The key of a node is K = mixed(mixed(P + word 2r) + word 2r + 1), P those digits read as an integer in base b; its
// words are w_n = mixed(K + n g) (digit_permutation.hpp). Digits that are 0 to the end, as almost all of a coordinate's
// are, need no permutation each:
//   pi(0)        At a node whose last digit is not 0, and at the root, the fraction (w_{-1}, w_{-2}) of 128 bits is
//                drawn: its digits in base b are the images of 0 at this node, its child 0, that one's child 0, ...
//   pi(v), v > 0 pi(0) + 1 + sigma(v - 1) mod b, sigma the permutation of {0, ..., b-2} of key K.
// So pi is uniform on all permutations and independent of those of all other nodes, as if each had been drawn for
// itself; that two leading digits of a fraction are equally likely holds within 2^-64.
// Cost: O(b) for a digit > 0 (b <= 128; above O(1)), a hash for a run of zeros; many points by vector code.
#ifndef KOROBOV_SRC_GENERATORS_NESTED_DIGITS_HPP
#define KOROBOV_SRC_GENERATORS_NESTED_DIGITS_HPP

#include <korobov/core/types.hpp>

namespace korobov::detail {

struct NestedDigits {
  std::uint32_t base;
  std::size_t digits;  // D
  std::size_t alpha;   // interlaced: component c < alpha has places c, c + alpha, ..., a tree of its own
  const Word* words;   // (D, 2): 2r and 2r + 1 of place r
};

// One point's digits y (D), in place.
void scramble_nested(const NestedDigits& rule, std::uint32_t* y) noexcept;

// Those of many points, digits[r * stride + t], t < count, places from `used` on being 0 and not read. Points up
// to the next multiple of kNestedGroup are read and written too; what they hold must be below b.
inline constexpr std::size_t kNestedGroup = 32;
void scramble_nested_points(const NestedDigits& rule, std::size_t used, std::size_t stride, std::size_t count,
                            std::uint32_t* digits);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GENERATORS_NESTED_DIGITS_HPP
