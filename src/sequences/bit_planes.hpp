// Aligned sequences as bit planes, and the counts of sites in which pairs differ.
#ifndef KOROBOV_SRC_SEQUENCES_BIT_PLANES_HPP
#define KOROBOV_SRC_SEQUENCES_BIT_PLANES_HPP

#include <functional>
#include <span>
#include <string>
#include <vector>

#include <korobov/core/types.hpp>
#include <korobov/sequences/distances.hpp>

namespace korobov::detail {

// Sequence s has planes * words() words: bit i of plane b is bit b of the code of site i. Under pairwise deletion with
// missing sites a further plane comes first: 1 where the site is there. Planes are padded with zeros to whole vectors.
struct BitPlanes {
  Index count = 0;           // sequences
  Index sites = 0;           // compared, before pairwise deletion
  Index words = 0;           // of a plane, a multiple of 8
  Index planes = 0;          // of the code
  bool is_masked = false;    // a plane of sites that are there comes first
  bool has_missing = false;  // in any sequence, before deletion
  std::vector<Word> data;

  Index stride() const noexcept { return (planes + (is_masked ? 1 : 0)) * words; }
  const Word* sequence(Index s) const noexcept { return data.data() + s * stride(); }
};

BitPlanes bit_planes(std::span<const std::string> sequences, Gaps gaps, const Alphabet& alphabet);

// Differing sites, and sites compared, of sequences i and j.
struct SiteCounts {
  Index differing = 0;
  Index compared = 0;
};
SiteCounts count_sites(const BitPlanes& planes, Index i, Index j);

// out (n, n), symmetric: value(p) of every pair, p the share of differing sites. Throws where a pair has no site.
void for_all_pairs(const BitPlanes& planes, const std::function<double(double p)>& value, MatrixSpan<double> out);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_SEQUENCES_BIT_PLANES_HPP
