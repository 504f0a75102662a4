#include "generators/any_base.hpp"

#include <algorithm>
#include <numeric>

#include <korobov/core/parallel.hpp>

#include "generators/any_base_coordinate.hpp"
#include "generators/philox_kernel.hpp"

namespace korobov::detail {
namespace {

__extension__ using Wide = unsigned __int128;

// Column-major matrices (D_j, columns_j) of the coordinates one after the other. No columns: the identity.
struct Matrices {
  std::vector<std::uint32_t> digits;
  std::vector<std::size_t> starts;
  std::vector<int> columns;
};

class AnyBaseGenerator final : public DimensionGenerator {
 public:
  AnyBaseGenerator(std::shared_ptr<const DigitRule> rule, const Facts& facts, Matrices matrices)
      : DimensionGenerator(facts), rule_(std::move(rule)), matrices_(std::move(matrices)) {}

  const std::shared_ptr<const DigitRule>& rule() const noexcept { return rule_; }

  std::unique_ptr<Walker> walk(Index j, Range range) const override { return walk_digits(coordinate(j), range); }

  void words_at(std::span<const Index> indices, Word* out) const override {
    for (Index j = 0; j < facts().dimension; ++j) {
      coordinate(j).words_at(indices, facts().dimension, out + j);
    }
  }

  std::shared_ptr<const Generator> replicate(std::uint32_t r) const override {
    require(facts().seed.has_value(), "replicate", "must be asked of a randomized set", "a plain sequence");
    return make_any_base(rule_, facts().randomization, facts().seed, r);
  }

 private:
  DigitCoordinate coordinate(Index j) const {
    const auto at = static_cast<std::size_t>(j);
    const Base base(rule_->bases[at]);
    const int columns = matrices_.columns.empty() ? 0 : matrices_.columns[at];
    if (columns == 0) return {base, nullptr, base.digits(), rule_->alpha, facts(), j};
    return {base, matrices_.digits.data() + matrices_.starts[at], columns, rule_->alpha, facts(), j};
  }

  std::shared_ptr<const DigitRule> rule_;
  Matrices matrices_;
};

std::uint32_t below(Word word, std::uint32_t bound) noexcept {
  return static_cast<std::uint32_t>((static_cast<Wide>(word) * bound) >> 64);
}

// Where a column-major matrix holds row r of column c.
std::size_t entry(Index r, Index c, Index rows) noexcept { return static_cast<std::size_t>(c * rows + r); }

// S_j, column-major (D, rows).
std::vector<std::uint32_t> random_scramble(const Base& base, int rows, Seed seed, std::uint32_t replicate, Index j) {
  const std::uint32_t b = base.value();
  const int digits = base.digits();
  std::vector<Word> random(static_cast<std::size_t>(kMostDigits * digits));
  const Index blocks = Index{kMostDigits / 4} * digits;  // word w of the stream is word w % 4 of block w / 4
  philox_blocks({0, static_cast<std::uint64_t>(j), replicate, 0}, Varying::place,
                {seed.value, static_cast<std::uint64_t>(Purpose::base_b_scramble)}, blocks, random.data(), blocks);
  std::vector<std::uint32_t> scramble(static_cast<std::size_t>(digits * rows), 0);
  for (int r = 0; r < digits; ++r) {
    for (int c = 0; c <= std::min(r, rows - 1); ++c) {
      const Index at = kMostDigits * r + c;
      Word word = random[static_cast<std::size_t>(at % 4 * blocks + at / 4)];
      std::uint32_t digit = below(word, b);
      if (r == c) {
        digit = 1 + below(word, b - 1);
        while (std::gcd(digit, b) != 1) {  // never for prime b
          word = mixed(word);
          digit = 1 + below(word, b - 1);
        }
      }
      scramble[entry(r, c, digits)] = digit;
    }
  }
  return scramble;
}

// S C, column-major (D, columns) at out; matrix null: C is the identity.
void multiply(const Base& base, const std::vector<std::uint32_t>& scramble, const std::uint32_t* matrix, int rows,
              int columns, std::uint32_t* out) {
  if (matrix == nullptr) {
    std::copy(scramble.begin(), scramble.end(), out);
    return;
  }
  const int digits = base.digits();
  std::array<Word, kMostDigits> sum{};
  for (int k = 0; k < columns; ++k) {
    sum.fill(0);
    for (int c = 0; c < rows; ++c) {
      const Word factor = matrix[k * rows + c];
      if (factor == 0) continue;
      for (int r = c; r < digits; ++r) {
        sum[static_cast<std::size_t>(r)] += factor * scramble[entry(r, c, digits)];
      }
    }
    for (int r = 0; r < digits; ++r) {
      out[k * digits + r] = static_cast<std::uint32_t>(sum[static_cast<std::size_t>(r)] % base.value());
    }
  }
}

// The matrices of coordinates, from those of components under an optional scramble.
class MatrixMaker {
 public:
  MatrixMaker(const DigitRule& rule, std::optional<Seed> scramble, std::uint32_t replicate)
      : rule_(rule), scramble_(scramble), replicate_(replicate) {}

  // Of coordinate j: 0 for the identity.
  int columns(Index j) const {
    if (j * rule_.alpha < rule_.matrices.count) return rule_.matrices.columns;
    return scramble_ ? Base(rule_.bases[static_cast<std::size_t>(j)]).digits() : 0;
  }
  // Column-major (D, columns) at out, of zeros.
  void coordinate(Index j, std::uint32_t* out) const {
    const Base base(rule_.bases[static_cast<std::size_t>(j)]);
    if (rule_.alpha == 1) {
      component(base, j, out);
      return;
    }
    const auto digits = static_cast<std::size_t>(base.digits());
    const auto alpha = static_cast<std::size_t>(rule_.alpha);
    const auto size = digits * static_cast<std::size_t>(rule_.matrices.columns);
    std::vector<std::uint32_t> part(size);
    for (std::size_t c = 0; c < alpha; ++c) {
      std::fill(part.begin(), part.end(), 0);
      component(base, j * rule_.alpha + static_cast<Index>(c), part.data());
      for (std::size_t column = 0; column < size; column += digits) {
        for (std::size_t tau = c; tau < digits; tau += alpha) out[column + tau] = part[column + tau / alpha];
      }
    }
  }
  void component(const Base& base, Index c, std::uint32_t* out) const {
    const DigitMatrices& all = rule_.matrices;
    const bool own = c < all.count;
    const int rows = own ? all.rows : base.digits();
    const std::uint32_t* matrix = own ? all.digits.data() + c * all.rows * all.columns : nullptr;
    if (scramble_) {
      multiply(base, random_scramble(base, rows, *scramble_, replicate_, c), matrix, rows, all.columns, out);
    } else {
      for (Index k = 0; k < all.columns; ++k) std::copy_n(matrix + k * rows, rows, out + k * base.digits());
    }
  }

 private:
  const DigitRule& rule_;
  std::optional<Seed> scramble_;
  std::uint32_t replicate_;
};

constexpr Index kMatrixGrain = 256;

Matrices make_matrices(const DigitRule& rule, std::optional<Seed> scramble, std::uint32_t replicate) {
  Matrices result;
  if (!scramble && rule.matrices.count == 0) return result;
  const MatrixMaker maker(rule, scramble, replicate);
  const auto d = static_cast<Index>(rule.bases.size());
  std::size_t size = 0;
  for (Index j = 0; j < d; ++j) {
    result.starts.push_back(size);
    result.columns.push_back(maker.columns(j));
    const int digits = Base(rule.bases[static_cast<std::size_t>(j)]).digits();
    size += static_cast<std::size_t>(digits * result.columns.back());
  }
  result.digits.assign(size, 0);
  parallel_for(d, kMatrixGrain, [&](Range part) {
    for (Index j = part.first; j < part.last; ++j) {
      const auto at = static_cast<std::size_t>(j);
      if (result.columns[at] > 0) maker.coordinate(j, result.digits.data() + result.starts[at]);
    }
  });
  return result;
}

}  // namespace

Base::Base(std::uint32_t b) noexcept : base_(b) {
  Wide power = 1;
  while (power * b <= Wide{1} << 64) {
    power *= b;
    ++digits_;
  }
  power_ = static_cast<Word>(power);
  scale_.whole = static_cast<Word>((Wide{1} << 64) / power);
  Wide rest = (Wide{1} << 64) % power;
  scale_.high = static_cast<Word>((rest << 64) / power);
  rest = (rest << 64) % power;
  scale_.low = static_cast<Word>((rest << 64) / power);
  if ((rest << 64) % power != 0 && ++scale_.low == 0) ++scale_.high;
}

std::shared_ptr<const Generator> make_any_base(std::shared_ptr<const DigitRule> rule, Randomization randomization,
                                               std::optional<Seed> seed, std::uint32_t replicate) {
  Facts facts;
  facts.family = rule->family;
  facts.dimension = static_cast<Index>(rule->bases.size());
  facts.size_limit = rule->size_limit;
  facts.randomization = randomization;
  facts.seed = seed;
  facts.replicate = replicate;
  facts.details = rule->details;
  const bool scrambles = randomization == Randomization::lms || randomization == Randomization::lms_shift ||
                         randomization == Randomization::lms_permutation;
  Matrices matrices = make_matrices(*rule, scrambles ? seed : std::nullopt, replicate);
  return std::make_shared<const AnyBaseGenerator>(std::move(rule), facts, std::move(matrices));
}

const std::shared_ptr<const DigitRule>& digit_rule(const Generator& generator) noexcept {
  return static_cast<const AnyBaseGenerator&>(generator).rule();
}

DigitMatrices scrambled_matrices(const DigitRule& rule, Seed seed, std::uint32_t replicate) {
  const Base base(rule.bases[0]);
  DigitMatrices result{rule.matrices.count, base.digits(), rule.matrices.columns, {}};
  const Index size = Index{result.rows} * result.columns;
  result.digits.assign(static_cast<std::size_t>(result.count * size), 0);
  const MatrixMaker maker(rule, seed, replicate);
  parallel_for(result.count, kMatrixGrain, [&](Range part) {
    for (Index c = part.first; c < part.last; ++c) maker.component(base, c, result.digits.data() + c * size);
  });
  return result;
}

}  // namespace korobov::detail
