#include "generators/any_base_coordinate.hpp"

#include <algorithm>

#include "generators/any_base_kernel.hpp"
#include "generators/philox_kernel.hpp"

namespace korobov::detail {
namespace {

__extension__ using Wide = unsigned __int128;

// Words 0 .. count - 1 of a stream.
std::vector<Word> stream(const Facts& facts, Purpose purpose, Index j, int count) {
  const Index blocks = (count + 3) / 4;
  std::vector<Word> random(static_cast<std::size_t>(4 * blocks));
  philox_blocks({0, static_cast<std::uint64_t>(j), facts.replicate, 0}, Varying::place,
                {facts.seed->value, static_cast<std::uint64_t>(purpose)}, blocks, random.data(), blocks);
  std::vector<Word> words(static_cast<std::size_t>(count));
  for (Index w = 0; w < count; ++w) {
    words[static_cast<std::size_t>(w)] = random[static_cast<std::size_t>(w % 4 * blocks + w / 4)];
  }
  return words;
}

bool shifts(Randomization how) { return how == Randomization::digital_shift || how == Randomization::lms_shift; }

}  // namespace

DigitCoordinate::DigitCoordinate(const Base& base, const std::uint32_t* matrix, int columns, int alpha,
                                 const Facts& facts, Index j)
    : base_(base),
      matrix_(matrix),
      columns_(columns),
      alpha_(static_cast<std::size_t>(alpha)),
      randomization_(facts.randomization) {
  const std::uint32_t b = base.value();
  const int digits = base.digits();
  if (shifts(randomization_)) {
    for (const Word word : stream(facts, Purpose::base_b_shift, j, digits)) {
      shift_.push_back(static_cast<std::uint32_t>((static_cast<Wide>(word) * b) >> 64));
    }
  } else if (randomization_ == Randomization::permutation || randomization_ == Randomization::lms_permutation) {
    keys_ = stream(facts, Purpose::digit_permutation, j, digits);
    if (b <= kLargestShuffledBase) tabulate();
  } else if (randomization_ == Randomization::nested_uniform) {
    keys_.resize(2 * static_cast<std::size_t>(digits));
    for (std::size_t c = 0; c < alpha_; ++c) {  // word pair r of component c belongs to place r alpha + c
      const auto words = stream(facts, Purpose::base_b_nested, j * alpha + static_cast<Index>(c), 2 * digits);
      for (std::size_t place = c, w = 0; 2 * place < keys_.size(); place += alpha_, w += 2) {
        keys_[2 * place] = words[w];
        keys_[2 * place + 1] = words[w + 1];
      }
    }
  }
}

Digits DigitCoordinate::plain_digits(Word i) const noexcept {
  Digits index_digits;
  int used = 0;
  for (; i != 0 && used < columns_; i /= base_.value()) {
    index_digits[static_cast<std::size_t>(used++)] = static_cast<std::uint32_t>(i % base_.value());
  }
  Digits y;
  if (matrix_ != nullptr) {
    multiply(index_digits, used, y);
  } else {
    std::fill(std::copy_n(index_digits.begin(), used, y.begin()), y.begin() + base_.digits(), 0U);
  }
  return y;
}

void DigitCoordinate::words_at(std::span<const Index> indices, Index stride, Word* out) const {
  if (randomization_ != Randomization::nested_uniform) {
    for (const Index i : indices) {
      *out = scrambled_word(plain_digits(static_cast<Word>(i)));
      out += stride;
    }
    return;
  }
  constexpr std::size_t together = 8 * kNestedGroup;
  const auto places = static_cast<std::size_t>(base_.digits());
  std::vector<std::uint32_t> digits(places * together);
  std::array<Word, together> words;
  while (!indices.empty()) {
    const std::size_t run = std::min(together, indices.size());
    std::size_t used = 0;
    for (std::size_t t = 0; t < run; ++t) {
      const Digits y = plain_digits(static_cast<Word>(indices[t]));
      for (std::size_t r = 0; r < places; ++r) {
        digits[r * together + t] = y[r];
        if (y[r] != 0) used = std::max(used, r + 1);
      }
    }
    nested_words(used, digits.data(), together, static_cast<Index>(run), words.data());
    for (std::size_t t = 0; t < run; ++t, out += stride) *out = words[t];
    indices = indices.subspan(run);
  }
}

Word DigitCoordinate::scrambled_word(Digits y) const noexcept {
  scramble(y);
  Word numerator = 0;
  for (std::size_t r = 0; r < static_cast<std::size_t>(base_.digits()); ++r)
    numerator = numerator * base_.value() + y[r];
  return base_.word(numerator);
}

void DigitCoordinate::nested_words(std::size_t used, std::uint32_t* digits, std::size_t stride, Index count,
                                   Word* out) const {
  scramble_nested_points(nested(), used, stride, static_cast<std::size_t>(count), digits);
  join_digits(digits, static_cast<Index>(stride), base_, count, out);
}

void DigitCoordinate::multiply(const Digits& index_digits, int used, Digits& y) const noexcept {
  const auto digits = static_cast<std::size_t>(base_.digits());
  std::array<Word, kMostDigits> sum{};  // at most 64 products below 2^42
  const std::uint32_t* column = matrix_;
  for (std::size_t k = 0; k < static_cast<std::size_t>(used); ++k, column += digits) {
    for (std::size_t r = 0; r < digits; ++r) sum[r] += static_cast<Word>(index_digits[k]) * column[r];
  }
  for (std::size_t r = 0; r < digits; ++r) y[r] = static_cast<std::uint32_t>(sum[r] % base_.value());
}

void DigitCoordinate::scramble(Digits& y) const noexcept {
  const std::uint32_t b = base_.value();
  const auto digits = static_cast<std::size_t>(base_.digits());
  if (!shift_.empty()) {
    for (std::size_t r = 0; r < digits; ++r) {
      y[r] += shift_[r];
      if (y[r] >= b) y[r] -= b;
    }
  } else if (!images_.empty()) {
    for (std::size_t r = 0; r < digits; ++r) y[r] = images_[r * b + y[r]];
  } else if (permutes()) {
    for (std::size_t r = 0; r < digits; ++r) y[r] = DigitPermutation(b, keys_[r])(y[r]);
  } else if (randomization_ == Randomization::nested_uniform) {
    scramble_nested(nested(), y.data());
  }
}

void DigitCoordinate::tabulate() {
  if (!permutes() || !images_.empty()) return;
  const std::size_t b = base_.value();
  images_.resize(keys_.size() * b);
  for (std::size_t r = 0; r < keys_.size(); ++r) {
    DigitPermutation(base_.value(), keys_[r]).images(0, std::span(images_).subspan(r * b, b));
  }
}

void DigitCoordinate::permute(std::size_t r, std::span<std::uint32_t> digits) const noexcept {
  if (images_.empty()) {
    DigitPermutation(base_.value(), keys_[r]).permute(digits);
    return;
  }
  const std::uint32_t* images = images_.data() + r * base_.value();
  for (std::uint32_t& digit : digits) digit = images[digit];
}

void DigitCoordinate::images(std::size_t r, std::uint32_t first, std::span<std::uint32_t> out) const noexcept {
  const std::uint32_t b = base_.value();
  if (!images_.empty()) {
    std::copy_n(images_.begin() + static_cast<std::ptrdiff_t>(r * b + first), out.size(), out.begin());
  } else if (permutes()) {
    DigitPermutation(b, keys_[r]).images(first, out);
  } else {
    const std::uint32_t shift = shift_.empty() ? 0 : shift_[r];
    for (std::uint32_t& image : out) {
      image = first++ + shift;
      if (image >= b) image -= b;
    }
  }
}

}  // namespace korobov::detail
