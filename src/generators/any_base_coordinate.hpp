// One dimension of the points of any_base.hpp: any point of it, and walks over consecutive ones.
#ifndef KOROBOV_SRC_GENERATORS_ANY_BASE_COORDINATE_HPP
#define KOROBOV_SRC_GENERATORS_ANY_BASE_COORDINATE_HPP

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "generators/any_base.hpp"
#include "generators/digit_permutation.hpp"
#include "generators/nested_digits.hpp"

namespace korobov::detail {

// Digits of a number in base b, or after its point: place 0 first.
using Digits = std::array<std::uint32_t, kMostDigits>;

class DigitCoordinate {
 public:
  // matrix: column-major (D, columns) of what the index digits are multiplied by, scrambles included; null: the
  // identity. It must outlive the coordinate. alpha: interlacing order. facts: randomization, seed and replicate.
  DigitCoordinate(const Base& base, const std::uint32_t* matrix, int columns, int alpha, const Facts& facts, Index j);

  // The words of points indices[t] at out[t * stride].
  void words_at(std::span<const Index> indices, Index stride, Word* out) const;

  const Base& base() const noexcept { return base_; }
  const std::uint32_t* matrix() const noexcept { return matrix_; }
  int columns() const noexcept { return columns_; }
  Randomization randomization() const noexcept { return randomization_; }
  bool permutes() const noexcept { return !keys_.empty() && randomization_ != Randomization::nested_uniform; }
  // The word of the digits y before the scramble.
  Word scrambled_word(Digits y) const noexcept;
  // Nested uniform scrambling of many points, digits (D, stride) as scramble_nested_points takes them: their words.
  void nested_words(std::size_t used, std::uint32_t* digits, std::size_t stride, Index count, Word* out) const;
  // Digits first, first + 1, ... after the shift or permutation of place r; not for nested uniform scrambling.
  void images(std::size_t r, std::uint32_t first, std::span<std::uint32_t> out) const noexcept;
  // Those of any digits of place r, where there are permutations.
  void permute(std::size_t r, std::span<std::uint32_t> digits) const noexcept;
  // Makes a table of all permutations, O(b D), where there are any and it is not there yet.
  void tabulate();

 private:
  Digits plain_digits(Word i) const noexcept;
  void multiply(const Digits& index_digits, int used, Digits& y) const noexcept;
  void scramble(Digits& y) const noexcept;
  NestedDigits nested() const noexcept {
    return {base_.value(), static_cast<std::size_t>(base_.digits()), alpha_, keys_.data()};
  }

  Base base_;
  const std::uint32_t* matrix_;
  int columns_;
  std::size_t alpha_;
  Randomization randomization_;
  std::vector<std::uint32_t> shift_;   // (D) e_r, or empty
  std::vector<Word> keys_;             // (D) of the permutations, (D, 2) of the nested ones, or empty
  std::vector<std::uint32_t> images_;  // (D, b) of the permutations, or empty
};

// The words of consecutive points, from tables of what the low index digits give where the range is worth them.
std::unique_ptr<Walker> walk_digits(const DigitCoordinate& coordinate, Range range);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GENERATORS_ANY_BASE_COORDINATE_HPP
