// What stands behind a Measure, and the driver shared by everything that is made of independent normals.
#ifndef KOROBOV_SRC_MEASURES_MEASURE_IMPL_HPP
#define KOROBOV_SRC_MEASURES_MEASURE_IMPL_HPP

#include <string>
#include <vector>

#include <korobov/measures/measure.hpp>

namespace korobov::detail {

class MeasureImpl {
 public:
  explicit MeasureImpl(Index dimension) noexcept : dimension_(dimension) {}
  MeasureImpl(const MeasureImpl&) = delete;
  MeasureImpl& operator=(const MeasureImpl&) = delete;
  virtual ~MeasureImpl() = default;
  Index dimension() const noexcept { return dimension_; }
  // Shapes are checked; u and x are the same view or do not overlap.
  virtual void transform(MatrixSpan<const double> u, MatrixSpan<double> x) const = 0;
  virtual std::string description() const = 0;

 private:
  Index dimension_;
};

// x = map(z), z_j = Phi^-1(u_j), in blocks of rows that stay in cache.
class NormalMap : public MeasureImpl {
 public:
  using MeasureImpl::MeasureImpl;
  void transform(MatrixSpan<const double> u, MatrixSpan<double> x) const final;

 private:
  // z: (rows, d) contiguous, may be overwritten; x: rows of d consecutive values, x_stride apart; no overlap.
  virtual void map(double* z, Index rows, Index d, double* x, Index x_stride) const = 0;
};

// The common dimension of parameters and d: that of the vectors, else d, else 0 (any).
Index common_dimension(std::optional<Index> d, Index size_a, bool any_a, const char* name_a, Index size_b, bool any_b,
                       const char* name_b);

std::string shown(const PerDimension& values);
const char* name(PathFactor factor) noexcept;
const char* name(Factor factor) noexcept;

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_MEASURES_MEASURE_IMPL_HPP
