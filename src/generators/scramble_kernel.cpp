#include "generators/scramble_kernel.hpp"

#include <bit>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "generators/scramble_kernel.cpp"
#include "core/dispatch.hpp"
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace korobov::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using detail::MatrixColumns;

#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX2
using Tag = hn::ScalableTag<Word>;
constexpr int kLanes = HWY_TARGET == HWY_AVX3 ? 8 : 4;
constexpr int kDigits = HWY_TARGET == HWY_AVX3 ? 3 : 2;  // kLanes = 2^kDigits
constexpr int kGroups = (64 + kDigits - 1) / kDigits;

// Group g: digits p = g kDigits .. of weight 2^(63-p). Entry e of its table sums the scramble's columns whose digits
// are set in e, the group's first digit being the highest bit of e.
void multiply(const MatrixColumns& scramble, const MatrixColumns& columns, MatrixColumns& out) {
  const Tag tag;
  alignas(64) Word tables[kGroups * kLanes];
  for (int g = 0; g < kGroups; ++g) {
    Word* table = tables + g * kLanes;
    table[0] = 0;
    for (int bit = 0; bit < kDigits; ++bit) {
      const int p = g * kDigits + kDigits - 1 - bit;
      const Word column = p < 64 ? scramble[static_cast<std::size_t>(p)] : 0;
      const int half = 1 << bit;
      for (int e = 0; e < half; ++e) table[half + e] = table[e] ^ column;
    }
  }
  const auto digits = hn::Set(tag, static_cast<Word>(kLanes - 1));
  for (std::size_t k = 0; k < columns.size(); k += kLanes) {
    auto rest = hn::LoadU(tag, columns.data() + k);
    auto sum = hn::Zero(tag);
    for (int g = 0; g < kGroups && !hn::AllTrue(tag, hn::Eq(rest, hn::Zero(tag))); ++g) {
      rest = hn::RotateRight<64 - kDigits>(rest);  // the group's digits are now the lowest
      const auto entry = hn::And(rest, digits);
      rest = hn::AndNot(digits, rest);
      sum = hn::Xor(sum, hn::TableLookupLanes(hn::Load(tag, tables + g * kLanes), hn::IndicesFromVec(tag, entry)));
    }
    hn::StoreU(sum, tag, out.data() + k);
  }
}
#else
void multiply(const MatrixColumns& scramble, const MatrixColumns& columns, MatrixColumns& out) {
  for (std::size_t k = 0; k < columns.size(); ++k) {
    Word sum = 0;
    for (Word rest = columns[k]; rest != 0; rest &= rest - 1) {
      sum ^= scramble[static_cast<std::size_t>(63 - std::countr_zero(rest))];
    }
    out[k] = sum;
  }
}
#endif

}  // namespace

void multiply_matrices(const MatrixColumns& scramble, const MatrixColumns& columns, MatrixColumns& out) {
  multiply(scramble, columns, out);
}

}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace korobov::detail {
void multiply_columns(const MatrixColumns& scramble, const MatrixColumns& columns, MatrixColumns& out) {
  KOROBOV_DISPATCH(multiply_matrices)(scramble, columns, out);
}
}  // namespace korobov::detail
#endif  // HWY_ONCE
