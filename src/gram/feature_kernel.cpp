#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "gram/feature_kernel.cpp"
#include "gram/feature_kernel.hpp"

#include <algorithm>
#include <atomic>

#include <korobov/core/error.hpp>
#include <korobov/core/parallel.hpp>

// clang-format off
#include "core/dispatch.hpp"  // first: picks the targets
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include "gram/sincos-inl.hpp"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace korobov::HWY_NAMESPACE {
namespace {

using D = hn::CappedTag<double, 8>;
constexpr Index kLanes = static_cast<Index>(hn::MaxLanes(D()));
constexpr Index kSlab = 8;
constexpr Index kVectors = kSlab / kLanes;  // of a slab
// Rows whose sums of a slab fit the registers.
constexpr Index kRows = kVectors == 1 ? 8 : kVectors == 2 ? 6 : 2;

// sum[r, v] = the projections of rows r on the slab.
template <Index kCount>
HWY_INLINE void project(const double* HWY_RESTRICT slab, const double* HWY_RESTRICT x, Index d, hn::Vec<D>* sum) {
  const D tag;
  for (Index i = 0; i < kCount * kVectors; ++i) sum[i] = hn::Zero(tag);
  for (Index k = 0; k < d; ++k) {
    hn::Vec<D> w[static_cast<size_t>(kVectors)];
    for (Index v = 0; v < kVectors; ++v) w[v] = hn::LoadU(tag, slab + k * kSlab + v * kLanes);
    for (Index r = 0; r < kCount; ++r) {
      const auto value = hn::Set(tag, x[r * d + k]);
      for (Index v = 0; v < kVectors; ++v) sum[r * kVectors + v] = hn::MulAdd(w[v], value, sum[r * kVectors + v]);
    }
  }
}

// The same, as cosines and sines.
template <Index kCount>
HWY_INLINE bool tile(const double* slab, const double* x, Index d, hn::Vec<D>* c, hn::Vec<D>* s) {
  constexpr auto kAll = static_cast<size_t>(kCount * kVectors);
  constexpr size_t kGroup = kAll % 4 == 0 ? 4 : kAll % 3 == 0 ? 3 : kAll % 2 == 0 ? 2 : 1;
  hn::Vec<D> sum[kAll];
  project<kCount>(slab, x, d, sum);
  bool finite = true;
  for (size_t i = 0; i < kAll; i += kGroup) {
    finite &= cosines_and_sines<kGroup>(D(), sum + i, c + i, s + i);
  }
  return finite;
}

template <Index kCount>
HWY_INLINE bool write_tile(const double* slab, const double* x, Index d, double factor, double* phi, Index stride,
                           Index columns) {
  const D tag;
  hn::Vec<D> c[static_cast<size_t>(kCount * kVectors)], s[static_cast<size_t>(kCount * kVectors)];
  const bool finite = tile<kCount>(slab, x, d, c, s);
  const auto scale = hn::Set(tag, factor);
  for (Index r = 0; r < kCount; ++r) {
    double last[2 * kSlab];
    double* out = columns == 2 * kSlab ? phi + r * stride : last;
    for (Index v = 0; v < kVectors; ++v) {
      hn::StoreInterleaved2(hn::Mul(c[r * kVectors + v], scale), hn::Mul(s[r * kVectors + v], scale), tag,
                            out + 2 * v * kLanes);
    }
    if (out == last) std::copy_n(last, columns, phi + r * stride);
  }
  return finite;
}

template <Index kCount>
HWY_INLINE bool add_tile(const double* slab, const double* x, Index d, hn::Vec<D>* cosines, hn::Vec<D>* sines) {
  hn::Vec<D> c[static_cast<size_t>(kCount * kVectors)], s[static_cast<size_t>(kCount * kVectors)];
  const bool finite = tile<kCount>(slab, x, d, c, s);
  for (Index r = 0; r < kCount; ++r) {
    for (Index v = 0; v < kVectors; ++v) {
      cosines[v] = hn::Add(cosines[v], c[r * kVectors + v]);
      sines[v] = hn::Add(sines[v], s[r * kVectors + v]);
    }
  }
  return finite;
}

}  // namespace

// rows of x, d consecutive values each -> rows of phi.
bool write_feature_rows(const double* packed, Index slabs, Index d, double factor, const double* x, Index rows,
                        double* phi, Index stride, Index components) {
  bool finite = true;
  for (Index s = 0; s < slabs; ++s) {
    const double* slab = packed + s * d * kSlab;
    double* out = phi + s * 2 * kSlab;
    const Index columns = std::min(2 * kSlab, components - s * 2 * kSlab);
    Index i = 0;
    for (; i + kRows <= rows; i += kRows) {
      finite &= write_tile<kRows>(slab, x + i * d, d, factor, out + i * stride, stride, columns);
    }
    for (; i < rows; ++i) finite &= write_tile<1>(slab, x + i * d, d, factor, out + i * stride, stride, columns);
  }
  return finite;
}

// Sums over the rows, of 8 slots per slab.
bool add_feature_rows(const double* packed, Index slabs, Index d, const double* x, Index rows, double* cosines,
                      double* sines) {
  const D tag;
  bool finite = true;
  for (Index s = 0; s < slabs; ++s) {
    const double* slab = packed + s * d * kSlab;
    hn::Vec<D> c[static_cast<size_t>(kVectors)], t[static_cast<size_t>(kVectors)];
    for (Index v = 0; v < kVectors; ++v) c[v] = t[v] = hn::Zero(tag);
    Index i = 0;
    for (; i + kRows <= rows; i += kRows) finite &= add_tile<kRows>(slab, x + i * d, d, c, t);
    for (; i < rows; ++i) finite &= add_tile<1>(slab, x + i * d, d, c, t);
    for (Index v = 0; v < kVectors; ++v) {
      double* to_c = cosines + s * kSlab + v * kLanes;
      double* to_s = sines + s * kSlab + v * kLanes;
      hn::StoreU(hn::Add(hn::LoadU(tag, to_c), c[v]), tag, to_c);
      hn::StoreU(hn::Add(hn::LoadU(tag, to_s), t[v]), tag, to_s);
    }
  }
  return finite;
}

}  // namespace korobov::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace korobov::detail {
namespace {

constexpr Index kBlockRows = 48;  // of x, multiplied by every slab in turn: they stay in the second-level cache

// Rows of x as consecutive values: x itself where it is that, else a copy.
class Rows {
 public:
  explicit Rows(MatrixSpan<const double> x)
      : x_(x), copies_(x.is_contiguous() ? 0 : static_cast<std::size_t>(x.cols * kBlockRows)) {}
  const double* get(Index first, Index last) {
    if (copies_.empty()) return x_.data + first * x_.cols;
    double* to = copies_.data();
    for (Index i = first; i < last; ++i) {
      for (Index j = 0; j < x_.cols; ++j) *to++ = x_(i, j);
    }
    return copies_.data();
  }

 private:
  MatrixSpan<const double> x_;
  std::vector<double> copies_;
};

void require_finite(bool finite) {
  if (!finite)
    throw NumericalError("features: a projection of x on a frequency is not finite; scale x or check it for NaN");
}

}  // namespace

PackedFrequencies::PackedFrequencies(MatrixSpan<const double> w)
    : size_(w.rows), d_(w.cols), storage_(static_cast<std::size_t>(slabs() * slab * d_)) {
  for (Index k = 0; k < size_; ++k) {
    for (Index j = 0; j < d_; ++j) {
      storage_[static_cast<std::size_t>((k / slab * d_ + j) * slab + k % slab)] = w(k, j);
    }
  }
}

void write_features(const PackedFrequencies& w, double factor, MatrixSpan<const double> x, MatrixSpan<double> phi) {
  std::atomic<bool> finite = true;
  parallel_for(x.rows, kBlockRows, [&](Range range) {
    Rows rows(x);
    for (Index first = range.first; first < range.last; first += kBlockRows) {
      const Index last = std::min(first + kBlockRows, range.last);
      if (!KOROBOV_DISPATCH(write_feature_rows)(w.data(), w.slabs(), w.dimension(), factor, rows.get(first, last),
                                                last - first, phi.data + first * phi.row_stride, phi.row_stride,
                                                phi.cols)) {
        finite = false;
      }
    }
  });
  require_finite(finite);
}

void add_features(const PackedFrequencies& w, MatrixSpan<const double> x, std::span<double> cosines,
                  std::span<double> sines) {
  std::atomic<bool> finite = true;
  parallel_for(w.slabs(), 1, [&](Range range) {  // a thread sums over all rows for its frequencies
    constexpr Index slab = PackedFrequencies::slab;
    const auto count = static_cast<std::size_t>(range.size() * slab);
    std::vector<double> c(count), s(count);
    Rows rows(x);
    for (Index first = 0; first < x.rows; first += kBlockRows) {
      const Index last = std::min(first + kBlockRows, x.rows);
      if (!KOROBOV_DISPATCH(add_feature_rows)(w.data() + range.first * slab * w.dimension(), range.size(),
                                              w.dimension(), rows.get(first, last), last - first, c.data(), s.data())) {
        finite = false;
      }
    }
    const Index end = std::min(range.last * slab, w.size());
    for (Index k = range.first * slab; k < end; ++k) {
      cosines[static_cast<std::size_t>(k)] += c[static_cast<std::size_t>(k - range.first * slab)];
      sines[static_cast<std::size_t>(k)] += s[static_cast<std::size_t>(k - range.first * slab)];
    }
  });
  require_finite(finite);
}

}  // namespace korobov::detail
#endif
