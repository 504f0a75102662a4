// Walks over consecutive points of one dimension (any_base_coordinate.hpp). The index is split into q low digits and
// the rest: a block is b^q consecutive points that share their high digits.
#include <algorithm>

#include "generators/any_base_coordinate.hpp"
#include "generators/any_base_kernel.hpp"

namespace korobov::detail {
namespace {

constexpr Word kTablePoints = 1024;       // of a block whose points are table entry + high part
constexpr Word kGroupPoints = 4096;       // of a block whose points are sums over groups of digits
constexpr std::uint32_t kByteBase = 127;  // sums of two digits fit into a byte
constexpr std::uint32_t kGroupBase = 64;
constexpr std::size_t kGroupValues = 256;  // of the digits of a group, so that they fit into a byte

// The index digits from place q on.
class HighDigits {
 public:
  HighDigits(Word high, std::uint32_t base, int places) noexcept
      : base_(base), places_(static_cast<std::size_t>(places)) {
    for (std::size_t k = 0; k < places_; ++k, high /= base) digits_[k] = static_cast<std::uint32_t>(high % base);
  }
  std::size_t size() const noexcept { return places_; }
  std::uint32_t operator[](std::size_t k) const noexcept { return digits_[k]; }
  // How many digits change, each by +1 mod b, when one is added.
  std::size_t changing() const noexcept {
    std::size_t k = 0;
    while (k < places_ && digits_[k] == base_ - 1) ++k;
    return std::min(k + 1, places_);
  }
  void increase() noexcept {
    for (std::size_t k = 0; k < places_ && ++digits_[k] == base_; ++k) digits_[k] = 0;
  }

 private:
  std::uint32_t base_;
  std::size_t places_;
  Digits digits_{};
};

// b^q and q: the most digits, at most `columns`, whose values are at most `most`.
struct Split {
  Split(std::uint32_t base, int columns, Word most) noexcept {
    while (digits < columns && size * base <= most) {
      size *= base;
      ++digits;
    }
  }
  int digits = 0;
  Word size = 1;
};

// Calls fill(at, run, out) and advance() of a Block over its blocks of block.size() points.
template <class Block>
class BlockWalker final : public Walker {
 public:
  BlockWalker(const DigitCoordinate& coordinate, const Split& split, Range range)
      : block_(coordinate, split, static_cast<Word>(range.first) / split.size),
        size_(static_cast<Index>(split.size)),
        at_(static_cast<Index>(static_cast<Word>(range.first) % split.size)) {}

  void next(Index count, Word* out) override {
    while (count > 0) {
      if (at_ == size_) {
        at_ = 0;
        block_.advance();
      }
      const Index run = std::min(count, size_ - at_);
      block_.fill(at_, run, out);
      at_ += run;
      out += run;
      count -= run;
    }
  }

 private:
  Block block_;
  Index size_;
  Index at_;
};

using Weights = std::array<Word, kMostDigits>;

// Of the digits in a numerator: b^(D-1-r).
Weights weights_of(const Base& base) noexcept {
  Weights weights{};
  Word weight = 1;
  for (auto r = static_cast<std::size_t>(base.digits()); r-- > 0; weight *= base.value()) weights[r] = weight;
  return weights;
}

// Without a matrix numerators add: the part of the high digits is the sum of their images times weights.
class HighNumerator {
 public:
  HighNumerator(const DigitCoordinate& coordinate, const Split& split, Word high)
      : coordinate_(coordinate),
        weights_(weights_of(coordinate.base())),
        first_(static_cast<std::size_t>(split.digits)),
        digits_(high, coordinate.base().value(), coordinate.columns() - split.digits) {
    for (std::size_t k = 0; k < digits_.size(); ++k) value_ += term(k);
  }
  const DigitCoordinate& coordinate() const noexcept { return coordinate_; }
  Word weight(std::size_t r) const noexcept { return weights_[r]; }
  Word value() const noexcept { return value_; }
  void increase() noexcept {
    const std::size_t changing = digits_.changing();
    for (std::size_t k = 0; k < changing; ++k) value_ -= term(k);
    digits_.increase();
    for (std::size_t k = 0; k < changing; ++k) value_ += term(k);
  }

 private:
  Word term(std::size_t k) const noexcept {
    std::uint32_t image = 0;
    coordinate_.images(first_ + k, digits_[k], {&image, 1});
    return image * weights_[first_ + k];
  }

  DigitCoordinate coordinate_;
  Weights weights_;
  std::size_t first_;
  HighDigits digits_;
  Word value_ = 0;
};

// No matrix, small b: word and remainder of the low part of each point of a block.
class TableBlock {
 public:
  TableBlock(const DigitCoordinate& coordinate, const Split& split, Word high) : high_(coordinate, split, high) {
    const Base& base = coordinate.base();
    const std::size_t b = base.value();
    std::vector<std::uint32_t> images(b);
    words_.assign(split.size, 0);
    std::size_t size = 1;  // of the block of the digits before place k, whose numerators are there
    for (std::size_t k = 0; k < static_cast<std::size_t>(split.digits); ++k, size *= b) {
      coordinate.images(k, 0, images);
      for (std::size_t digit = b; digit-- > 0;) {
        const Word term = images[digit] * high_.weight(k);
        for (std::size_t l = 0; l < size; ++l) words_[digit * size + l] = words_[l] + term;
      }
    }
    remainders_.resize(split.size);
    for (std::size_t l = 0; l < words_.size(); ++l) {
      words_[l] = base.word(words_[l]);
      remainders_[l] = base.remainder(words_[l]);
    }
    set_high();
  }
  void fill(Index at, Index run, Word* out) const {
    add_parts(words_.data() + at, remainders_.data() + at, run, word_, most_, out);
  }
  void advance() {
    high_.increase();
    set_high();
  }

 private:
  void set_high() noexcept {
    const Base& base = high_.coordinate().base();
    word_ = base.word(high_.value());
    most_ = base.power() - 1 - base.remainder(word_);
  }

  HighNumerator high_;
  std::vector<Word> words_;
  std::vector<Word> remainders_;
  Word word_ = 0;
  Word most_ = 0;
};

// No matrix, large b: a block is the b values of the first digit.
class RunBlock {
 public:
  RunBlock(const DigitCoordinate& coordinate, const Split& split, Word high) : high_(coordinate, split, high) {}
  void fill(Index at, Index run, Word* out) const {
    const Base& base = high_.coordinate().base();
    std::array<std::uint32_t, kWalkerRows> images;
    const std::span<std::uint32_t> used(images.data(), static_cast<std::size_t>(run));
    high_.coordinate().images(0, static_cast<std::uint32_t>(at), used);
    scale_digits(images.data(), high_.weight(0), high_.value(), base, run, out);
  }
  void advance() { high_.increase(); }

 private:
  HighNumerator high_;
};

// The digits that a matrix gives for an index whose digits below place q are 0, and their sum with the next index's.
class HighSum {
 public:
  HighSum(const DigitCoordinate& coordinate, const Split& split, Word high)
      : base_(coordinate.base().value()),
        size_(static_cast<std::size_t>(coordinate.base().digits())),
        digits_(high, base_, coordinate.columns() - split.digits),
        sums_(size_ * digits_.size()) {
    const std::uint32_t* column = coordinate.matrix() + static_cast<std::size_t>(split.digits) * size_;
    for (std::size_t k = 0; k < digits_.size(); ++k, column += size_) {
      for (std::size_t r = 0; r < size_; ++r) {
        const Word product = static_cast<Word>(digits_[k]) * column[r];
        y_[r] = static_cast<std::uint32_t>((y_[r] + product) % base_);
        sums_[k * size_ + r] = (column[r] + (k == 0 ? 0 : sums_[(k - 1) * size_ + r])) % base_;
      }
    }
  }
  const Digits& digits() const noexcept { return y_; }
  void increase() noexcept {
    if (digits_.size() == 0) return;
    add(sums_.data() + (digits_.changing() - 1) * size_);
    digits_.increase();
  }
  void add(const std::uint32_t* other) noexcept {
    for (std::size_t r = 0; r < size_; ++r) {
      y_[r] += other[r];
      y_[r] -= y_[r] >= base_ ? base_ : 0;
    }
  }

 private:
  std::uint32_t base_;
  std::size_t size_;
  HighDigits digits_;
  std::vector<std::uint32_t> sums_;  // (places, D): of the first k + 1 columns: what carries through k digits add
  Digits y_{};
};

// Base 2 with a matrix: points are sums of columns, a permutation of two digits adds a digit.
class BinaryBlock {
 public:
  BinaryBlock(const DigitCoordinate& coordinate, const Split& split, Word high)
      : coordinate_(coordinate), high_(coordinate, split, high), words_(split.size, 0) {
    for (std::size_t k = 0; k < static_cast<std::size_t>(split.digits); ++k) {
      Word column = 0;
      for (std::size_t r = 0; r < kMostDigits; ++r) column = 2 * column + coordinate.matrix()[k * kMostDigits + r];
      const std::size_t size = std::size_t{1} << k;
      for (std::size_t l = 0; l < size; ++l) words_[size + l] = words_[l] ^ column;
    }
  }
  void fill(Index at, Index run, Word* out) const {
    xor_parts(words_.data() + at, run, coordinate_.scrambled_word(high_.digits()), out);
  }
  void advance() { high_.increase(); }

 private:
  DigitCoordinate coordinate_;
  HighSum high_;
  std::vector<Word> words_;
};

// A matrix, small b, at most a shift: digits as bytes, added mod b.
class LimbBlock {
 public:
  LimbBlock(const DigitCoordinate& coordinate, const Split& split, Word high)
      : base_(coordinate.base()),
        limbs_(static_cast<std::size_t>(base_.digits() + 7) / 8),
        stride_(split.size),
        high_(coordinate, split, high),
        low_(limbs_ * stride_ + kLimbSlack) {
    Digits shift{};
    for (std::size_t r = 0; r < static_cast<std::size_t>(base_.digits()); ++r) coordinate.images(r, 0, {&shift[r], 1});
    high_.add(shift.data());
    HighSum low(coordinate, Split(base_.value(), 0, 0), 0);
    for (std::size_t point = 0; point < stride_; ++point, low.increase()) {
      const Limbs packed = pack(low.digits());
      for (std::size_t l = 0; l < limbs_; ++l) low_[l * stride_ + point] = packed[l];
    }
    packed_ = pack(high_.digits());
  }
  void fill(Index at, Index run, Word* out) const {
    add_limbs(low_.data() + at, static_cast<Index>(stride_), packed_.data(), limbs_, base_, run, out);
  }
  void advance() {
    high_.increase();
    packed_ = pack(high_.digits());
  }

 private:
  using Limbs = std::array<Word, kMostDigits / 8>;

  Limbs pack(const Digits& digits) const noexcept {
    Limbs limbs{};
    const auto size = static_cast<std::size_t>(base_.digits());
    const std::size_t before = 8 * limbs_ - size;
    for (std::size_t r = 0; r < size; ++r) {
      const std::size_t place = before + r;
      limbs[place / 8] |= static_cast<Word>(digits[r]) << 8 * (place % 8);
    }
    return limbs;
  }

  Base base_;
  std::size_t limbs_;
  std::size_t stride_;
  HighSum high_;
  std::vector<Word> low_;  // (limbs, points)
  Limbs packed_{};         // the high digits, shifted
};

// A matrix, permutations and small b: the low digits of a point's sum in groups, whose values index tables of what they
// add to the numerator beside the high digits of the block.
class GroupBlock {
 public:
  GroupBlock(const DigitCoordinate& coordinate, const Split& split, Word high)
      : base_(coordinate.base()),
        size_(split.size),
        high_(coordinate, split, high),
        digits_(static_cast<std::size_t>(base_.digits())) {
    const std::size_t b = base_.value();
    std::size_t values = b;
    while (values * b <= kGroupValues) {
      values *= b;
      ++in_group_;
    }
    groups_ = (digits_ + in_group_ - 1) / in_group_;
    const Weights weights = weights_of(base_);
    terms_.resize(digits_ * b);
    std::vector<std::uint32_t> images(b);
    for (std::size_t r = 0; r < digits_; ++r) {
      coordinate.images(r, 0, images);
      for (std::size_t y = 0; y < b; ++y) terms_[r * b + y] = images[y] * weights[r];
    }
    tables_.resize((groups_ + kTogether - 1) / kTogether * kTogether * kGroupValues, 0);
    low_.resize((groups_ + kTogether - 1) / kTogether * kTogether * size_, 0);
    HighSum low(coordinate, Split(base_.value(), 0, 0), 0);
    for (std::size_t l = 0; l < size_; ++l, low.increase()) {
      for (std::size_t g = 0; g < groups_; ++g) {
        std::size_t packed = 0;
        for (std::size_t r = g * in_group_; r < end_of(g); ++r) packed = packed * b + low.digits()[r];
        low_[g * size_ + l] = static_cast<std::uint8_t>(packed);
      }
    }
    set_high();
  }
  void fill(Index at, Index run, Word* out) const {
    std::fill_n(out, run, 0);
    for (std::size_t g = 0; g < groups_; g += kTogether) {
      const std::uint8_t* low = low_.data() + g * size_ + at;
      const Word* table = tables_.data() + g * kGroupValues;
      for (Index t = 0; t < run; ++t, ++low) {
        out[t] += table[low[0]] + table[kGroupValues + low[size_]] + table[2 * kGroupValues + low[2 * size_]] +
                  table[3 * kGroupValues + low[3 * size_]];
      }
    }
    for (Index t = 0; t < run; ++t) out[t] = base_.word(out[t]);
  }
  void advance() {
    high_.increase();
    set_high();
  }

 private:
  static constexpr std::size_t kTogether = 4;

  std::size_t end_of(std::size_t group) const noexcept { return std::min(digits_, (group + 1) * in_group_); }
  void set_high() noexcept {
    const std::size_t b = base_.value();
    for (std::size_t g = 0; g < groups_; ++g) {
      Word* table = tables_.data() + g * kGroupValues;
      std::size_t values = 1;
      table[0] = 0;
      for (std::size_t r = end_of(g); r-- > g * in_group_; values *= b) {  // the last digit varies fastest
        const Word* term = terms_.data() + r * b;
        const std::uint32_t high = high_.digits()[r];
        for (std::size_t y = b; y-- > 0;) {
          const Word added = term[y + high >= b ? y + high - b : y + high];
          for (std::size_t l = 0; l < values; ++l) table[y * values + l] = table[l] + added;
        }
      }
    }
  }

  Base base_;
  std::size_t size_;
  HighSum high_;
  std::size_t digits_;
  std::size_t in_group_ = 1;
  std::size_t groups_ = 0;
  std::vector<Word> terms_;        // (D, b): what a digit adds to the numerator
  std::vector<std::uint8_t> low_;  // (groups, size): packed digits of the low part of each point
  std::vector<Word> tables_;       // (groups, kGroupValues)
};

// A matrix and any base: digits from one point to the next by additions, scrambled and joined for some points at a
// time.
class SumWalker final : public Walker {
 public:
  SumWalker(const DigitCoordinate& coordinate, Range range)
      : coordinate_(coordinate),
        sum_(coordinate, Split(coordinate.base().value(), 0, 0), static_cast<Word>(range.first)),
        digits_(static_cast<std::size_t>(coordinate.base().digits())),
        points_(digits_ * kTogether),
        permuted_(coordinate.permutes()) {
    if (permuted_) {
      if (range.size() >= Index{coordinate.base().value()}) coordinate_.tabulate();
      return;
    }
    Digits shift{};
    for (std::size_t r = 0; r < digits_; ++r) coordinate.images(r, 0, {&shift[r], 1});
    sum_.add(shift.data());
  }
  void next(Index count, Word* out) override {
    while (count > 0) {
      const auto run = std::min<std::size_t>(kTogether, static_cast<std::size_t>(count));
      for (std::size_t t = 0; t < run; ++t, sum_.increase()) {
        for (std::size_t r = 0; r < digits_; ++r) points_[r * kTogether + t] = sum_.digits()[r];
      }
      for (std::size_t r = 0; permuted_ && r < digits_; ++r) {
        coordinate_.permute(r, std::span(points_).subspan(r * kTogether, run));
      }
      join_digits(points_.data(), kTogether, coordinate_.base(), static_cast<Index>(run), out);
      out += run;
      count -= static_cast<Index>(run);
    }
  }

 private:
  static constexpr std::size_t kTogether = 256;
  DigitCoordinate coordinate_;
  HighSum sum_;
  std::size_t digits_;
  std::vector<std::uint32_t> points_;  // (D, kTogether)
  bool permuted_;
};

// Nested uniform scrambling: the digits of some points at a time, place by place, scrambled together.
template <class PointDigits>
class NestedWalker final : public Walker {
 public:
  NestedWalker(const DigitCoordinate& coordinate, Range range)
      : coordinate_(coordinate),
        points_digits_(coordinate, static_cast<Word>(range.first)),
        digits_(static_cast<std::size_t>(coordinate.base().digits()) * kTogether) {}
  void next(Index count, Word* out) override {
    while (count > 0) {
      const auto run = std::min<std::size_t>(kTogether, static_cast<std::size_t>(count));
      const std::size_t used = points_digits_.next(run, kTogether, digits_.data());
      coordinate_.nested_words(used, digits_.data(), kTogether, static_cast<Index>(run), out);
      out += run;
      count -= static_cast<Index>(run);
    }
  }

 private:
  static constexpr std::size_t kTogether = 256;
  static_assert(kTogether % kNestedGroup == 0);
  DigitCoordinate coordinate_;
  PointDigits points_digits_;
  std::vector<std::uint32_t> digits_;  // (D, kTogether)
};

// The digits of consecutive indices.
class IndexDigits {
 public:
  IndexDigits(const DigitCoordinate& coordinate, Word first)
      : base_(coordinate.base().value()), digits_(static_cast<std::size_t>(coordinate.base().digits())), next_(first) {}
  // Writes those of the next points, (places, stride); from the number of places returned on all are 0.
  std::size_t next(std::size_t count, std::size_t stride, std::uint32_t* digits) noexcept {
    const Word last = next_ + (count - 1);
    Word block = 1;  // b^r points share digit r
    std::size_t r = 0;
    for (bool is_used = last > 0; is_used; ++r, digits += stride) {
      auto digit = static_cast<std::uint32_t>(next_ / block % base_);
      Word left = block - next_ % block;
      for (std::size_t t = 0; t < count; left = block) {
        const auto run = static_cast<std::size_t>(std::min<Word>(count - t, left));
        std::fill_n(digits + t, run, digit);
        t += run;
        digit = digit + 1 == base_ ? 0 : digit + 1;
      }
      is_used = block <= last / base_ && r + 1 < digits_;
      block *= base_;
    }
    next_ += count;
    return r;
  }

 private:
  std::uint32_t base_;
  std::size_t digits_;
  Word next_;
};

// Those that a matrix gives.
class MatrixDigits {
 public:
  MatrixDigits(const DigitCoordinate& coordinate, Word first)
      : digits_(static_cast<std::size_t>(coordinate.base().digits())),
        sum_(coordinate, Split(coordinate.base().value(), 0, 0), first) {}
  std::size_t next(std::size_t count, std::size_t stride, std::uint32_t* digits) {
    std::size_t used = 0;
    for (std::size_t t = 0; t < count; ++t, sum_.increase()) {
      for (std::size_t r = 0; r < digits_; ++r) digits[r * stride + t] = sum_.digits()[r];
      for (std::size_t r = digits_; r > used; --r) {
        if (sum_.digits()[r - 1] != 0) used = r;
      }
    }
    return used;
  }

 private:
  std::size_t digits_;
  HighSum sum_;
};

}  // namespace

std::unique_ptr<Walker> walk_digits(const DigitCoordinate& coordinate, Range range) {
  const std::uint32_t b = coordinate.base().value();
  const int columns = coordinate.columns();
  const auto points = static_cast<Word>(range.size());
  if (coordinate.matrix() == nullptr) {
    if (coordinate.randomization() == Randomization::nested_uniform) {
      return std::make_unique<NestedWalker<IndexDigits>>(coordinate, range);
    }
    const Split table(b, columns, std::min(points, kTablePoints));
    if (table.digits > 0) return std::make_unique<BlockWalker<TableBlock>>(coordinate, table, range);
    if (b <= points) return std::make_unique<BlockWalker<TableBlock>>(coordinate, Split(b, 1, b), range);
    return std::make_unique<BlockWalker<RunBlock>>(coordinate, Split(b, 1, b), range);
  }
  if (coordinate.randomization() == Randomization::nested_uniform) {
    return std::make_unique<NestedWalker<MatrixDigits>>(coordinate, range);
  }
  if (b == 2) {
    return std::make_unique<BlockWalker<BinaryBlock>>(coordinate, Split(b, columns, std::min(points, kTablePoints)),
                                                      range);
  }
  const bool permuted = coordinate.permutes();
  const Split bytes(b, columns, std::min(points / 4, kTablePoints));
  if (!permuted && b <= kByteBase && bytes.digits > 0) {
    return std::make_unique<BlockWalker<LimbBlock>>(coordinate, bytes, range);
  }
  const Split groups(b, columns, std::min(points / 8, kGroupPoints));
  if (permuted && b <= kGroupBase && groups.size >= Word{8} * b) {
    return std::make_unique<BlockWalker<GroupBlock>>(coordinate, groups, range);
  }
  return std::make_unique<SumWalker>(coordinate, range);
}

}  // namespace korobov::detail
