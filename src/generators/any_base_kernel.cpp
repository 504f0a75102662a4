#include "generators/any_base_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "generators/any_base_kernel.cpp"
#include "core/dispatch.hpp"
// clang-format off
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace korobov::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using Words = hn::ScalableTag<Word>;
}  // namespace

void add_parts(const Word* HWY_RESTRICT words, const Word* HWY_RESTRICT remainders, Index count, Word word, Word most,
               Word* HWY_RESTRICT out) {
  const Words tag;
  const auto lanes = static_cast<Index>(hn::Lanes(tag));
  const auto high = hn::Set(tag, word);
  const auto limit = hn::Set(tag, most);
  Index t = 0;
  for (; t + lanes <= count; t += lanes) {
    const auto carry = hn::VecFromMask(tag, hn::Gt(hn::LoadU(tag, remainders + t), limit));  // -1 or 0
    hn::StoreU(hn::Sub(hn::Add(hn::LoadU(tag, words + t), high), carry), tag, out + t);
  }
  for (; t < count; ++t) out[t] = words[t] + word + (remainders[t] > most ? 1 : 0);
}

void xor_parts(const Word* HWY_RESTRICT words, Index count, Word word, Word* HWY_RESTRICT out) {
  const Words tag;
  const auto lanes = static_cast<Index>(hn::Lanes(tag));
  const auto high = hn::Set(tag, word);
  Index t = 0;
  for (; t + lanes <= count; t += lanes) hn::StoreU(hn::Xor(hn::LoadU(tag, words + t), high), tag, out + t);
  for (; t < count; ++t) out[t] = words[t] ^ word;
}

}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace korobov::detail {
void add_parts(const Word* words, const Word* remainders, Index count, Word word, Word most, Word* out) {
  KOROBOV_DISPATCH(add_parts)(words, remainders, count, word, most, out);
}
void xor_parts(const Word* words, Index count, Word word, Word* out) {
  KOROBOV_DISPATCH(xor_parts)(words, count, word, out);
}
}  // namespace korobov::detail
#endif  // HWY_ONCE
