#include "information/mirror_images.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <korobov/core/parallel.hpp>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "information/mirror_images.cpp"
// clang-format off
#include "core/dispatch.hpp"  // first: picks the targets
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

#ifndef KOROBOV_SRC_INFORMATION_MIRROR_IMAGES_CPP
#define KOROBOV_SRC_INFORMATION_MIRROR_IMAGES_CPP
namespace korobov::detail {

// Rows and columns of a block.
struct Block {
  Index row = 0, end_row = 0, column = 0, end_column = 0;
};

inline void compare_entry(double a, double mirrored, MirrorImages& found) {
  const double apart = std::fabs(a - mirrored);
  found.largest = std::max({found.largest, std::fabs(a), std::fabs(mirrored)});
  found.difference = std::max(found.difference, apart);
  found.is_finite = found.is_finite && std::isfinite(a) && std::isfinite(mirrored);
}

}  // namespace korobov::detail
#endif

HWY_BEFORE_NAMESPACE();
namespace korobov::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<double, 4>;
using V = hn::Vec<D>;
using detail::Block;
using detail::MirrorImages;

#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3
// Squares of four: their mirror images are transposed in registers.
void compare_squares(const double* k, Index stride, const Block& block, MirrorImages& found) {
  const D d;
  V largest = hn::Zero(d), difference = hn::Zero(d), unfinite = hn::Zero(d);  // the last: zeros, or NaN
  const V zero = hn::Zero(d);
  const auto compare = [&](const double* row, V mirrored) {
    const V a = hn::LoadU(d, row);
    const V apart = hn::Abs(hn::Sub(a, mirrored));
    largest = hn::Max(largest, hn::Max(hn::Abs(a), hn::Abs(mirrored)));
    difference = hn::Max(difference, apart);
    unfinite = hn::MulAdd(zero, apart, unfinite);
  };
  for (Index i = block.row; i + 4 <= block.end_row; i += 4) {
    for (Index j = block.column; j + 4 <= block.end_column; j += 4) {
      const double* const image = k + j * stride + i;
      const V a = hn::LoadU(d, image), b = hn::LoadU(d, image + stride);
      const V c = hn::LoadU(d, image + 2 * stride), e = hn::LoadU(d, image + 3 * stride);
      const V even_ab = hn::InterleaveLower(d, a, b), odd_ab = hn::InterleaveUpper(d, a, b);
      const V even_ce = hn::InterleaveLower(d, c, e), odd_ce = hn::InterleaveUpper(d, c, e);
      const double* const row = k + i * stride + j;
      compare(row, hn::ConcatLowerLower(d, even_ce, even_ab));
      compare(row + stride, hn::ConcatLowerLower(d, odd_ce, odd_ab));
      compare(row + 2 * stride, hn::ConcatUpperUpper(d, even_ce, even_ab));
      compare(row + 3 * stride, hn::ConcatUpperUpper(d, odd_ce, odd_ab));
    }
  }
  HWY_ALIGN double lanes[3][4];
  hn::Store(largest, d, lanes[0]);
  hn::Store(difference, d, lanes[1]);
  hn::Store(unfinite, d, lanes[2]);
  for (std::size_t l = 0; l < 4; ++l) {
    found.largest = std::max(found.largest, lanes[0][l]);
    found.difference = std::max(found.difference, lanes[1][l]);
    found.is_finite = found.is_finite && lanes[2][l] == 0;
  }
}
constexpr Index kSide = 4;
#else
void compare_squares(const double*, Index, const Block&, MirrorImages&) {}
constexpr Index kSide = 1 << 30;
#endif

}  // namespace

void compare_block(const double* k, Index stride, const Block& block, MirrorImages& found) {
  compare_squares(k, stride, block, found);
  const Index row = block.row + (block.end_row - block.row) / kSide * kSide;
  const Index column = block.column + (block.end_column - block.column) / kSide * kSide;
  for (Index i = block.row; i < block.end_row; ++i) {
    for (Index j = i < row ? column : block.column; j < block.end_column; ++j) {
      detail::compare_entry(k[i * stride + j], k[j * stride + i], found);
    }
  }
}

}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace korobov::detail {

MirrorImages mirror_images(MatrixSpan<const double> k) {
  constexpr Index side = 128;
  const Index n = k.rows;
  const Index blocks = (n + side - 1) / side;
  const bool is_contiguous = k.col_stride == 1 || k.row_stride == 1;
  const Index stride = k.col_stride == 1 ? k.row_stride : k.col_stride;  // of the matrix or, the same here, its mirror
  const auto compare = KOROBOV_DISPATCH(compare_block);
  std::vector<MirrorImages> of_rows(static_cast<std::size_t>(blocks));
  // Short and long rows of blocks in turn, for every thread.
  parallel_for(blocks, 1 + 65536 / (n * side), [&](Range range) {
    for (Index turn = range.first; turn < range.last; ++turn) {
      const Index b = turn % 2 == 0 ? turn / 2 : blocks - 1 - turn / 2;
      MirrorImages found;
      for (Index c = 0; c <= b; ++c) {
        const Block block{b * side, std::min((b + 1) * side, n), c * side, std::min((c + 1) * side, n)};
        if (is_contiguous) {
          compare(k.data, stride, block, found);
          continue;
        }
        for (Index i = block.row; i < block.end_row; ++i) {
          for (Index j = block.column; j < block.end_column; ++j) compare_entry(k(i, j), k(j, i), found);
        }
      }
      of_rows[static_cast<std::size_t>(b)] = found;
    }
  });
  MirrorImages all;
  for (const MirrorImages& found : of_rows) {
    all.largest = std::max(all.largest, found.largest);
    all.difference = std::max(all.difference, found.difference);
    all.is_finite = all.is_finite && found.is_finite;
  }
  return all;
}

}  // namespace korobov::detail
#endif
