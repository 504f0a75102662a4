// Generating matrices of the named sequences in base b.
#ifndef KOROBOV_SRC_GENERATORS_ANY_BASE_MATRICES_HPP
#define KOROBOV_SRC_GENERATORS_ANY_BASE_MATRICES_HPP

#include <korobov/generators/digital_net_any_base.hpp>

namespace korobov::detail {

// Of the first `count` components in a prime base p, (D, D) each.
GeneratingMatrices faure_matrices(Index count, std::uint32_t p);         // count <= p
GeneratingMatrices niederreiter_matrices(Index count, std::uint32_t p);  // any count

// floor(n^(1/m)), n >= 1, m >= 1.
Index integer_root(Index n, int m) noexcept;

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GENERATORS_ANY_BASE_MATRICES_HPP
