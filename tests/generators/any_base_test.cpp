// Words and digits in any base, with generating matrices of any shape.
#include "generators/any_base.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/core/instruction_set.hpp>

#include "generators/any_base_oracle.hpp"
#include "generators/families.hpp"

using namespace korobov;
using detail::Base;

namespace {

struct Shape {
  std::uint32_t base;
  int rows;
  int columns;
};

constexpr Index kDimensions = 2;

// Random matrices over the integers mod b; element (r, k) of matrix j is that of the words mixed(...).
std::shared_ptr<const detail::DigitRule> random_rule(const Shape& shape) {
  auto rule = std::make_shared<detail::DigitRule>();
  rule->family = "DigitalNet";
  rule->bases.assign(kDimensions, shape.base);
  detail::DigitMatrices matrices{kDimensions, shape.rows, shape.columns, {}};
  for (Word place = 0; place < static_cast<Word>(kDimensions * shape.rows * shape.columns); ++place) {
    matrices.digits.push_back(static_cast<std::uint32_t>(test::mixed(place + shape.base) % shape.base));
  }
  rule->matrices = std::move(matrices);
  rule->size_limit = 1;
  for (int k = 0; k < shape.columns && rule->size_limit < Index{1} << 40; ++k) rule->size_limit *= shape.base;
  return rule;
}

// Digits y = C_j i, D of them.
std::vector<Word> product(const detail::DigitRule& rule, std::size_t j, Word i) {
  const Word b = rule.bases[j];
  const auto rows = static_cast<std::size_t>(rule.matrices.rows);
  const auto columns = static_cast<std::size_t>(rule.matrices.columns);
  std::vector<Word> y(test::places(b), 0);
  for (std::size_t k = 0; k < columns; ++k, i /= b) {
    for (std::size_t r = 0; r < rows; ++r) {
      y[r] = (y[r] + i % b * rule.matrices.digits[(j * columns + k) * rows + r]) % b;
    }
  }
  return y;
}

const std::vector<std::pair<std::string, Randomization>> kRandomizations{
    {"none", Randomization::none},
    {"lms_shift", Randomization::lms_shift},
    {"lms_permutation", Randomization::lms_permutation},
    {"permutation", Randomization::permutation},
    {"lms", Randomization::lms},
    {"shift", Randomization::digital_shift},
    {"nus", Randomization::nested_uniform}};

// To columns that a block takes all of, bases of every walk, matrices with fewer rows than digits, composite bases.
const std::vector<Shape> kShapes{{2, 64, 40}, {2, 20, 10}, {3, 40, 40},  {3, 7, 5},    {3, 4, 1},
                                 {4, 32, 8},  {5, 27, 20}, {6, 24, 5},   {7, 22, 22},  {13, 5, 5},
                                 {37, 12, 4}, {61, 10, 3}, {67, 9, 2},   {127, 9, 2},  {128, 9, 3},
                                 {131, 9, 3}, {251, 3, 3}, {1031, 6, 2}, {2053, 5, 1}, {104729, 3, 3}};

}  // namespace

TEST_CASE("words are floor(2^64 N / b^D), at both ends and between, in every base to 300 and some large ones") {
  std::vector<std::uint32_t> bases{1024, 4093, 65535, 65536, 65537, 104729, 1299709, 1U << 21};
  for (std::uint32_t b = 2; b <= 300; ++b) bases.push_back(b);
  for (const std::uint32_t b : bases) {
    const Base base(b);
    CAPTURE(b);
    const std::size_t digits = test::places(b);
    REQUIRE(static_cast<std::size_t>(base.digits()) == digits);
    std::vector<std::vector<Word>> samples{std::vector<Word>(digits, 0), std::vector<Word>(digits, b - 1)};
    samples.push_back(std::vector<Word>(digits, 0));
    samples.back().back() = 1;
    for (Word sample = 0; sample < 8; ++sample) {
      samples.emplace_back(digits);
      for (std::size_t r = 0; r < digits; ++r) samples.back()[r] = test::mixed(64 * sample + r) % b;
    }
    for (const auto& y : samples) {
      Word numerator = 0;
      for (const Word digit : y) numerator = numerator * b + digit;
      CHECK(base.word(numerator) == test::word_of(y, b));
    }
  }
}

TEST_CASE("matrices of any shape, under every randomization: words by definition, and in bulk") {
  const auto before = instruction_set();
  const Seed seed{71};
  for (const Shape& shape : kShapes) {
    const auto rule = random_rule(shape);
    for (const auto& [how_value, randomization] : kRandomizations) {
      const auto& how = how_value;  // a lambda of clang 14 takes no structured binding
      CAPTURE(shape.base);
      CAPTURE(shape.columns);
      CAPTURE(how);
      const std::optional<Seed> given = how == "none" ? std::nullopt : std::optional<Seed>(seed);
      const AnyPointSet set(detail::make_any_base(rule, randomization, given, 1));
      const Index n = std::min<Index>(set.size_limit(), how == "nus" ? 300 : 5000);
      const Index first = std::min(set.size_limit() - n, Index{1000003});
      std::vector<Index> indices{first, first + n - 1};
      for (Index i = first; i < first + n; i += 1 + n / 12) indices.push_back(i);
      std::vector<Word> rows(indices.size() * kDimensions);
      set.fill_at<Word>(indices, MatrixSpan<Word>(rows.data(), static_cast<Index>(indices.size()), kDimensions));
      for (std::size_t k = 0; k < indices.size(); ++k) {
        for (std::size_t j = 0; j < kDimensions; ++j) {
          auto y = product(*rule, j, static_cast<Word>(indices[k]));
          y = test::scrambled(y, static_cast<std::size_t>(shape.rows), shape.base, how, seed, 1, static_cast<Index>(j));
          CHECK(rows[k * kDimensions + j] == test::word_of(y, shape.base));
        }
      }
      for (const auto isa : {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512}) {
        if (!is_supported(isa)) continue;
        set_instruction_set(isa);
        const auto words = set.integers({first, first + n});
        bool equal = true;
        for (std::size_t k = 0; k < indices.size(); ++k) {
          const auto row = rows.begin() + static_cast<std::ptrdiff_t>(k * kDimensions);
          equal = equal && std::equal(row, row + kDimensions, words.begin() + (indices[k] - first) * kDimensions);
        }
        CHECK(equal);
      }
      set_instruction_set(before);
    }
  }
}
