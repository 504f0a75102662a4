// Points from digits in any base: Halton sequences and digital nets in base b.
//
// Dimension j has a base b and keeps D = floor(64 / log2 b) digits. Of index i it takes the digits i_0, i_1, ... (least
// significant first), multiplies them by a generating matrix C_j mod b (or not: the identity), scrambles the result
// y_0, ..., y_{D-1} and puts it after the point: the numerator is N = sum_r y_r b^(D-1-r), the word floor(2^64 N /
// b^D), exactly. Index digits beyond the columns of C_j (identity: beyond D) are dropped.
//
// Randomizations, every digit a function of (seed, replicate, dimension, place); "word p" is that of the stream (seed,
// purpose, replicate, j):
//   lms          C_j <- S_j C_j, S_j (D x rows) lower triangular: entry (r, c) is word 64 r + c of base_b_scramble,
//                times b / 2^64, rounded down; on the diagonal a unit mod b, for prime b uniform in 1..b-1; output
//                digits below the last row of C_j are uniform combinations of all its rows
//   shift        y_r + e_r mod b, e_r from word r of base_b_shift
//   permutation  pi_r(y_r), the permutation of key word r of digit_permutation (digit_permutation.hpp)
//   nus          pi(y_r), pi a permutation for every y_0 ... y_{r-1} (nested_digits.hpp), from the words of
//                base_b_nested
// Interlaced (alpha > 1): digit tau of coordinate j is digit floor(tau / alpha) of component j alpha + (tau mod alpha).
// lms multiplies the matrices of the components, S of component c from the streams of dimension c; nus scrambles the
// digits of each component, with the streams of dimension c; shift and permutation come after, with those of j.
// Cost: O(D) per coordinate and O(rows * columns) with a matrix; in bulk a few operations per coordinate, except nus.
#ifndef KOROBOV_SRC_GENERATORS_ANY_BASE_HPP
#define KOROBOV_SRC_GENERATORS_ANY_BASE_HPP

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <korobov/generators/digit_points.hpp>

#include "generators/dimension_generator.hpp"

namespace korobov::detail {

inline constexpr int kMostDigits = 64;

// Base b, 2 <= b <= 2^21, its digits, and the exact map from numerators to words and back.
class Base {
 public:
  explicit Base(std::uint32_t b) noexcept;
  std::uint32_t value() const noexcept { return base_; }
  int digits() const noexcept { return digits_; }  // D
  Word power() const noexcept { return power_; }   // b^D mod 2^64
  // 2^64 / b^D as the word `whole` and the fraction f 2^-128, f = high 2^64 + low rounded up.
  struct Scale {
    Word whole = 0;
    Word high = 0;
    Word low = 0;
  };
  const Scale& scale() const noexcept { return scale_; }
  // floor(2^64 N / b^D), N < b^D: N f 2^-128 exceeds the true product by less than 2^-64 <= b^-D, the least distance of
  // 2^64 N / b^D from the integer above.
  Word word(Word numerator) const noexcept {
    const Wide middle =
        static_cast<Wide>(numerator) * scale_.high + ((static_cast<Wide>(numerator) * scale_.low) >> 64);
    return numerator * scale_.whole + static_cast<Word>(middle >> 64);
  }
  // The numerator of that word: ceil(word b^D / 2^64).
  Word numerator(Word word) const noexcept {
    if (power_ == 0) return word;
    return static_cast<Word>((static_cast<Wide>(word) * power_ + ~Word{0}) >> 64);
  }
  // 2^64 N mod b^D for that word.
  Word remainder(Word word) const noexcept { return Word{0} - word * power_; }

 private:
  __extension__ using Wide = unsigned __int128;
  std::uint32_t base_;
  int digits_ = 0;
  Word power_ = 1;
  Scale scale_;
};

// Generating matrices over the integers mod b of the first `count` components, all of one shape.
struct DigitMatrices {
  Index count = 0;
  int rows = 0;                       // at most D
  int columns = 0;                    // at most floor(D / alpha)
  std::vector<std::uint32_t> digits;  // (count, columns, rows): a column is contiguous, its first digit first
};

// What a set was made from; shared by its randomizations.
struct DigitRule {
  std::string_view family;
  std::vector<std::uint32_t> bases;  // (d)
  DigitMatrices matrices;            // the identity for the components after them
  int alpha = 1;                     // above 1: all bases are equal and all d alpha components have matrices
  Index size_limit = kLargestIndex;
  std::string details = {};  // for the description: ", base=3"
};

// Randomization: none, lms_shift, lms_permutation, permutation, lms, digital_shift or nested_uniform; all but none need
// a seed. The rule's bases and matrices are the caller's to check.
std::shared_ptr<const Generator> make_any_base(std::shared_ptr<const DigitRule> rule, Randomization randomization,
                                               std::optional<Seed> seed, std::uint32_t replicate);
// The rule of a generator made above.
const std::shared_ptr<const DigitRule>& digit_rule(const Generator& generator) noexcept;
// The matrices of all components under lms, (D, columns) each; all components have matrices and the same base.
DigitMatrices scrambled_matrices(const DigitRule& rule, Seed seed, std::uint32_t replicate);
// Digits of words (n, d) of a rule into out (n, d, places): 0 from D_j on.
void digits_of_words(const DigitRule& rule, std::span<const Word> words, Index places, std::span<std::uint32_t> out);
// The first d primes.
std::vector<std::uint32_t> first_primes(Index d);
bool is_prime(Index n) noexcept;
Randomization randomization_of(const DigitRandomization& how) noexcept;

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GENERATORS_ANY_BASE_HPP
