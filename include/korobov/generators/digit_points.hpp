// Point sets made of digits in any base: Halton sequences, and digital nets in base b. They show the digits themselves.
//
// Coordinate j has a base b_j and keeps D_j = floor(64 / log2 b_j) digits y_0, y_1, ... after the point. Its word is
// floor(2^64 N / b^D), N = sum_r y_r b^(D-1-r): no digit string in base b, unless b is a power of two (1/3 is cut to 64
// bits), but it tells N apart from N + 1, because b^D <= 2^64: N = ceil(word b^D / 2^64), exactly.
#pragma once

#include <span>
#include <variant>
#include <vector>

#include <korobov/generators/point_set.hpp>

namespace korobov {

// What all of them take; halton.hpp and digital_net_any_base.hpp say what each does.
using DigitRandomization = std::variant<LmsShift, LmsPermutation, DigitPermutation, Lms, DigitalShift, Nus>;

class KOROBOV_API DigitPoints : public PointSet<Unstructured> {
 public:
  std::vector<std::uint32_t> bases() const;  // (d) b_j
  Index places() const noexcept;             // the largest D_j: that of the smallest base
  // Digits of points first .. last - 1, after randomization, (last - first, d, places()): digit r of the coordinate at
  // r, 0 from D_j on. O(n d places).
  std::vector<std::uint32_t> digits(Range range) const;
  // The digits of words of this set, (n, d), into out (n, d, places()).
  void fill_digits(std::span<const Word> words, std::span<std::uint32_t> out) const;
  DigitPoints replicate(std::uint32_t r) const;

 protected:
  explicit DigitPoints(std::shared_ptr<const detail::Generator> generator);
};

}  // namespace korobov
