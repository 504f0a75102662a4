// Generators of digital nets: matrices shared by all randomizations of one net, and what a randomization makes of them.
#ifndef KOROBOV_SRC_GENERATORS_NET_GENERATOR_HPP
#define KOROBOV_SRC_GENERATORS_NET_GENERATOR_HPP

#include <array>
#include <memory>
#include <string_view>
#include <vector>

#include <korobov/generators/digital_net.hpp>

#include "generators/column_points.hpp"
#include "generators/scramble_kernel.hpp"

namespace korobov::detail {

// The plain matrices a net was made from.
struct NetRule {
  std::string_view family;
  Index dimension = 0;  // d
  Index columns = 0;    // m
  int alpha = 1;        // interlacing order
  Index size_limit = 0;
  Order order = Order::natural;
  // Per replicate (m, d alpha): row k is column k of every component matrix, first digit at bit 63.
  std::vector<std::shared_ptr<const Word[]>> matrices;

  Index components() const noexcept { return dimension * alpha; }
  // Replicate r's; std::invalid_argument where there are several, and none with this number.
  const std::shared_ptr<const Word[]>& matrices_of(std::uint32_t replicate) const;
};

// min(2^columns, 2^floor(64 / alpha)), or the largest index where that is 2^63 or more.
Index net_size_limit(Index columns, int alpha) noexcept;

// Component matrices (m, d alpha) as the randomization leaves them: scrambled ones under LMS.
std::shared_ptr<const Word[]> component_matrices(const NetRule& rule, Randomization randomization,
                                                 std::optional<Seed> seed, std::uint32_t replicate);

// Columns of some dimensions, each contiguous, between (m, d) and code that works on one dimension. 32 dimensions are
// four cache lines of each row, so a page is visited for more than one of them.
inline constexpr Index kTileWidth = 32;
using ColumnTile = std::array<MatrixColumns, kTileWidth>;
void load_tile(const Word* columns, Index m, Index d, Index first, ColumnTile& tile);  // missing columns become 0
void store_tile(const ColumnTile& tile, Index m, Index d, Index first, Word* columns);

// Replicate r of the net under a randomization (Randomization::none without a seed).
std::shared_ptr<const Generator> make_net(const std::shared_ptr<const NetRule>& rule, Randomization randomization,
                                          std::optional<Seed> seed, std::uint32_t replicate);
// The rule of what make_net made.
const std::shared_ptr<const NetRule>& net_rule_of(const Generator& net) noexcept;
Randomization randomization_of(const NetRandomization& how) noexcept;

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GENERATORS_NET_GENERATOR_HPP
