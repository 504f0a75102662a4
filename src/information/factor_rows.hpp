// Rows of a Cholesky factor, many at a time: the forward substitution of greedy selection.
//
// With C the factor of the chosen samples and k_i the entries of sample i with them, row i is l_i = C^-1 k_i:
//   l_ir = (k_ir - sum_{s < r} l_is C_rs) / C_rr,  v_i = v_i - l_ir^2,  in the order of s and r.
// Eight entries of several rows stay in registers while all columns before them pass. Products are rounded before they
// are subtracted (no fused operations), so every instruction set gives the same bits.
#ifndef KOROBOV_SRC_INFORMATION_FACTOR_ROWS_HPP
#define KOROBOV_SRC_INFORMATION_FACTOR_ROWS_HPP

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include <korobov/core/types.hpp>

namespace korobov::detail {

// A row to complete: entries from, from + 1, ... are missing.
struct MissingEntries {
  Index row = 0;
  std::size_t from = 0;
  const double* k = nullptr;  // k_ir of the missing ones; 8 readable doubles before it and behind its end
  double variance = 0;        // v_i, in and out
};

class FactorRows {
 public:
  // n rows of at most k entries. Memory of the rows is touched as the factor grows.
  FactorRows(Index n, Index k);

  std::size_t count() const noexcept { return count_; }
  // Row i, which must be complete, becomes row `count` of C, with the variance's root on the diagonal.
  void choose(Index i, double variance);
  // Sorted by `from`, all below count, no row twice. Thread-safe for disjoint rows.
  void complete(std::span<MissingEntries> missing);

 private:
  static constexpr std::size_t kTile = 8;
  double* tile_of(Index i, std::size_t s) noexcept {
    return rows_.get() + (s / kTile * n_ + static_cast<std::size_t>(i)) * kTile;
  }

  std::size_t n_;
  std::size_t count_ = 0;
  std::unique_ptr<double[]> rows_;           // entry s of row i at ((s / 8) n + i) 8 + s % 8
  std::vector<std::vector<double>> chosen_;  // tile q: C_rs of r = 8 q .. 8 q + 7 at 8 s + r % 8; 0 above the diagonal
};

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_INFORMATION_FACTOR_ROWS_HPP
