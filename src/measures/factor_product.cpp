#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "measures/factor_product.cpp"
#include "measures/factor_product.hpp"

#include <algorithm>
#include <cstdint>

// clang-format off
#include "core/dispatch.hpp"  // first: picks the targets
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace korobov::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::CappedTag<double, 8>;
constexpr Index kSlab = 8;
constexpr auto kLanes = static_cast<Index>(hn::MaxLanes(D()));

// Rows x (slabs of 8 columns) of x, held in registers over the whole sum.
template <Index kRows, Index kSlabs>
HWY_INLINE void tile(const double* HWY_RESTRICT slabs, const double* HWY_RESTRICT mean, Index d, Index k_end,
                     const double* HWY_RESTRICT z, double* HWY_RESTRICT x, Index x_stride, Index columns) {
  const D tag;
  constexpr Index kVectors = kSlabs * kSlab / kLanes;
  hn::Vec<D> sum[size_t{kRows}][size_t{kVectors}];
  for (Index v = 0; v < kVectors; ++v) {
    const auto m = hn::Load(tag, mean + v * kLanes);
    for (Index r = 0; r < kRows; ++r) sum[r][v] = m;
  }
  for (Index k = 0; k < k_end; ++k) {
    hn::Vec<D> a[size_t{kVectors}];
    for (Index v = 0; v < kVectors; ++v) {
      const Index column = v * kLanes;
      a[v] = hn::Load(tag, slabs + column / kSlab * (d * kSlab) + k * kSlab + column % kSlab);
    }
    for (Index r = 0; r < kRows; ++r) {
      const auto zk = hn::Set(tag, z[r * d + k]);
      for (Index v = 0; v < kVectors; ++v) sum[r][v] = hn::MulAdd(a[v], zk, sum[r][v]);
    }
  }
  for (Index r = 0; r < kRows; ++r) {
    for (Index v = 0; v < kVectors; ++v) {
      const Index left = columns - v * kLanes;
      double* to = x + r * x_stride + v * kLanes;
      if (left >= kLanes) {
        hn::StoreU(sum[r][v], tag, to);
      } else if (left > 0) {
        hn::BlendedStore(sum[r][v], hn::FirstN(tag, static_cast<size_t>(left)), tag, to);
      }
    }
  }
}

template <Index kSlabs>
HWY_INLINE void panel(const double* slabs, const double* mean, Index d, Index k_end, const double* z, Index rows,
                      double* x, Index x_stride, Index columns) {
  constexpr Index kVectors = kSlabs * kSlab / kLanes;
  constexpr Index kRows = HWY_TARGET == HWY_AVX3 ? (kVectors <= 2 ? 8 : 6) : (kVectors <= 2 ? 4 : 2);
  Index i = 0;
  for (; i + kRows <= rows; i += kRows) {
    tile<kRows, kSlabs>(slabs, mean, d, k_end, z + i * d, x + i * x_stride, x_stride, columns);
  }
  for (; i < rows; ++i) tile<1, kSlabs>(slabs, mean, d, k_end, z + i * d, x + i * x_stride, x_stride, columns);
}

}  // namespace

void factor_multiply(const double* packed, const Index* k_end, Index d, Index slabs, const double* z, Index rows,
                     double* x, Index x_stride) {
  constexpr Index widest = HWY_TARGET == HWY_AVX3 ? 4 : 1;
  const Index panels = (slabs + widest - 1) / widest;
  for (Index p = 0; p < panels; ++p) {
    const Index s = p * slabs / panels;
    const Index width = (p + 1) * slabs / panels - s;
    const double* mean = packed + s * kSlab;
    const double* first = packed + slabs * kSlab + s * d * kSlab;
    const Index end = k_end[s + width - 1];
    const Index columns = d - s * kSlab;
    double* to = x + s * kSlab;
    switch (width) {
      case 1:
        panel<1>(first, mean, d, end, z, rows, to, x_stride, columns);
        break;
#if HWY_TARGET == HWY_AVX3
      case 2:
        panel<2>(first, mean, d, end, z, rows, to, x_stride, columns);
        break;
      case 3:
        panel<3>(first, mean, d, end, z, rows, to, x_stride, columns);
        break;
      default:
        panel<4>(first, mean, d, end, z, rows, to, x_stride, columns);
        break;
#else
      default:
        break;
#endif
    }
  }
}

}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace korobov::detail {

FactorProduct::FactorProduct(std::vector<double> mean, MatrixSpan<const double> a)
    : d_(a.rows),
      slabs_((d_ + slab - 1) / slab),
      storage_(static_cast<std::size_t>(slabs_ * slab * (d_ + 1) + slab)),
      k_end_(static_cast<std::size_t>(slabs_)) {
  const auto address = reinterpret_cast<std::uintptr_t>(storage_.data());
  double* out = storage_.data() + (64 - address % 64) % 64 / sizeof(double);
  packed_ = out;
  std::copy(mean.begin(), mean.end(), out);
  out += slabs_ * slab;
  for (Index s = 0; s < slabs_; ++s) {
    Index end = 0;
    for (Index k = 0; k < d_; ++k) {
      for (Index j = s * slab; j < std::min(d_, (s + 1) * slab); ++j) {
        out[(s * d_ + k) * slab + j - s * slab] = a(j, k);
        if (a(j, k) != 0.0) end = k + 1;
      }
    }
    k_end_[static_cast<std::size_t>(s)] = std::max(end, s > 0 ? k_end_[static_cast<std::size_t>(s - 1)] : 0);
  }
}

void FactorProduct::multiply(const double* z, Index rows, double* x, Index x_stride) const {
  KOROBOV_DISPATCH(factor_multiply)(packed_, k_end_.data(), d_, slabs_, z, rows, x, x_stride);
}

}  // namespace korobov::detail
#endif
