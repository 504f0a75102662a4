#include <cmath>

#include <korobov/core/error.hpp>
#include <korobov/sequences/match_kernel.hpp>

#include "sequences/bit_planes.hpp"

namespace korobov {

void match_kernel(std::span<const std::string> seqs, Index k, MatrixSpan<double> out,
                  const MatchKernelOptions& options) {
  detail::require(k >= 1, "k", "must be at least 1", k);
  const detail::BitPlanes planes = detail::bit_planes(seqs, options.gaps, options.alphabet);
  detail::require(!planes.is_masked, "gaps",
                  "must be state or complete where sites are missing, else the kernel may be indefinite",
                  std::string_view("pairwise"));
  const auto power = static_cast<double>(k);
  detail::for_all_pairs(
      planes, [&](double p) { return std::pow(1 - p, power); }, out);
}

}  // namespace korobov
