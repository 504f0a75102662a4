#include "sequences/bit_planes.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include <korobov/core/error.hpp>
#include <korobov/core/parallel.hpp>

namespace korobov::detail {
namespace {

constexpr Index kBlock = 16;  // sequences whose planes stay in the nearest cache while all others pass

void require_shapes(std::span<const std::string> sequences) {
  require(!sequences.empty(), "seqs", "must hold at least one", Index{0});
  const std::size_t length = sequences.front().size();
  require(length > 0, "seqs", "must have at least one letter", Index{0});
  for (std::size_t s = 1; s < sequences.size(); ++s) {
    if (sequences[s].size() != length) {
      fail_requirement("seqs", "must have equal lengths (" + std::to_string(length) + ", that of sequence 0)",
                       std::to_string(sequences[s].size()) + " for sequence " + std::to_string(s));
    }
  }
}

// The codes of all letters, and which codes there are.
struct Codes {
  std::vector<signed char> of_site;  // (n, length)
  std::array<bool, 32> is_used{};
};

Codes codes_of(std::span<const std::string> sequences, const Alphabet& alphabet) {
  Codes codes;
  codes.of_site.reserve(sequences.size() * sequences.front().size());
  for (std::size_t s = 0; s < sequences.size(); ++s) {
    for (std::size_t i = 0; i < sequences[s].size(); ++i) {
      const char letter = sequences[s][i];
      const int code = alphabet.code(letter);
      if (code < 0) {
        const auto byte = static_cast<unsigned char>(letter);
        fail_requirement("seqs", "must hold letters of the alphabet, - and ? only",
                         (byte >= ' ' && byte <= '~' ? shown(std::string_view(&letter, 1))
                                                     : "byte " + std::to_string(static_cast<int>(byte))) +
                             " at site " + std::to_string(i) + " of sequence " + std::to_string(s));
      }
      codes.of_site.push_back(static_cast<signed char>(code));
      codes.is_used[static_cast<std::size_t>(code)] = true;
    }
  }
  return codes;
}

}  // namespace

BitPlanes bit_planes(std::span<const std::string> sequences, Gaps gaps, const Alphabet& alphabet) {
  require_shapes(sequences);
  const Codes codes = codes_of(sequences, alphabet);
  const std::size_t length = sequences.front().size();
  const auto letters = static_cast<signed char>(alphabet.size());

  BitPlanes planes;
  planes.count = static_cast<Index>(sequences.size());
  planes.has_missing =
      std::any_of(codes.is_used.begin() + letters, codes.is_used.end(), [](bool used) { return used; });
  std::vector<std::size_t> sites;
  for (std::size_t i = 0; i < length; ++i) {
    bool is_there = true;
    for (std::size_t s = 0; s < sequences.size() && gaps == Gaps::complete && planes.has_missing; ++s) {
      is_there = is_there && codes.of_site[s * length + i] < letters;
    }
    if (is_there) sites.push_back(i);
  }
  require(!sites.empty(), "gaps", "complete deletion must leave a site that no sequence misses", Index{0});

  // Codes that occur, numbered anew: fewer planes.
  std::array<unsigned, 32> number{};
  unsigned used = 0;
  for (std::size_t c = 0; c < number.size(); ++c) {
    number[c] = used;
    if (codes.is_used[c]) ++used;
  }
  planes.sites = static_cast<Index>(sites.size());
  planes.words = (planes.sites + 511) / 512 * 8;
  planes.planes = std::bit_width(std::max(used, 1U) - 1);
  planes.is_masked = gaps == Gaps::pairwise && planes.has_missing;
  planes.data.assign(static_cast<std::size_t>(planes.count * planes.stride()), 0);
  const auto words = static_cast<std::size_t>(planes.words);
  parallel_for(planes.count, kBlock, [&](Range range) {
    for (Index s = range.first; s < range.last; ++s) {
      Word* mask = planes.data.data() + s * planes.stride();
      Word* first = mask + (planes.is_masked ? words : 0);
      const signed char* of_site = codes.of_site.data() + static_cast<std::size_t>(s) * length;
      for (std::size_t i = 0; i < sites.size(); ++i) {
        const auto code = static_cast<unsigned char>(of_site[sites[i]]);
        const Word bits = number[code];
        for (std::size_t p = 0; p < static_cast<std::size_t>(planes.planes); ++p) {
          first[p * words + i / 64] |= (bits >> p & 1) << (i % 64);
        }
        if (planes.is_masked && code < letters) mask[i / 64] |= Word{1} << (i % 64);
      }
    }
  });
  return planes;
}

void for_all_pairs(const BitPlanes& planes, const std::function<double(double p)>& value, MatrixSpan<double> out) {
  const Index n = planes.count;
  if (out.rows != n || out.cols != n) {
    fail_requirement("out", "must have shape (" + std::to_string(n) + ", " + std::to_string(n) + ")",
                     "(" + std::to_string(out.rows) + ", " + std::to_string(out.cols) + ")");
  }
  const double at_zero = value(0);
  const auto pair = [&](Index i, Index j) {
    const SiteCounts sites = count_sites(planes, i, j);
    if (sites.compared == 0) {
      fail_requirement("gaps", "pairwise deletion must leave two sequences a site that neither misses",
                       "none for sequences " + std::to_string(i) + " and " + std::to_string(j));
    }
    const double p = static_cast<double>(sites.differing) / static_cast<double>(sites.compared);
    out(i, j) = out(j, i) = sites.differing == 0 ? at_zero : value(p);
  };
  const auto rows = [&](Index block) {  // of a block, right of the diagonal
    const Index first = block * kBlock, last = std::min(n, first + kBlock);
    for (Index j = first; j < n; ++j) {
      for (Index i = first; i < std::min(last, j); ++i) pair(i, j);
    }
  };
  for (Index i = 0; i < n; ++i) out(i, i) = at_zero;
  const Index blocks = (n + kBlock - 1) / kBlock;
  parallel_for((blocks + 1) / 2, 1, [&](Range range) {  // a long block with a short one
    for (Index b = range.first; b < range.last; ++b) {
      rows(b);
      if (blocks - 1 - b != b) rows(blocks - 1 - b);
    }
  });
}

}  // namespace korobov::detail
