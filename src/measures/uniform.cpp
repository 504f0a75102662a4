#include <cmath>

#include <korobov/core/error.hpp>
#include <korobov/measures/uniform.hpp>

#include "measures/measure_impl.hpp"

namespace korobov {
namespace {

class UniformImpl final : public detail::MeasureImpl {
 public:
  UniformImpl(Index d, PerDimension lower, PerDimension upper)
      : MeasureImpl(d), lower_(std::move(lower)), upper_(std::move(upper)) {}

  void transform(MatrixSpan<const double> u, MatrixSpan<double> x) const override {
    if (lower_.is_scalar() && upper_.is_scalar() && u.is_contiguous() && x.is_contiguous()) {
      const double a = lower_[0];
      const double width = upper_[0] - a;
      for (Index k = 0; k < u.rows * u.cols; ++k) x.data[k] = a + width * u.data[k];
      return;
    }
    for (Index i = 0; i < u.rows; ++i) {
      for (Index j = 0; j < u.cols; ++j) x(i, j) = lower_[j] + (upper_[j] - lower_[j]) * u(i, j);
    }
  }

  std::string description() const override {
    return "Uniform on [" + detail::shown(lower_) + ", " + detail::shown(upper_) + "]";
  }

 private:
  PerDimension lower_;
  PerDimension upper_;
};

std::shared_ptr<const detail::MeasureImpl> make_uniform(PerDimension lower, PerDimension upper,
                                                        std::optional<Index> d) {
  const Index dimension =
      detail::common_dimension(d, lower.size(), lower.is_scalar(), "lower", upper.size(), upper.is_scalar(), "upper");
  for (Index j = 0; j < std::max(lower.size(), upper.size()); ++j) {
    detail::require(std::isfinite(lower[j]), "lower", "must be finite", lower[j]);
    detail::require(std::isfinite(upper[j]), "upper", "must be finite", upper[j]);
    detail::require(lower[j] < upper[j], "upper", "must be greater than lower, " + detail::shown(lower[j]), upper[j]);
    detail::require(std::isfinite(upper[j] - lower[j]), "upper", "must be a finite distance above lower", upper[j]);
  }
  return std::make_shared<UniformImpl>(dimension, std::move(lower), std::move(upper));
}

}  // namespace

Uniform::Uniform(PerDimension lower, PerDimension upper, std::optional<Index> d)
    : Measure(make_uniform(std::move(lower), std::move(upper), d)) {}

}  // namespace korobov
