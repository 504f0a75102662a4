// A parameter of measures and kernels: one number for every dimension, or one number per dimension.
#pragma once

#include <initializer_list>
#include <utility>
#include <vector>

#include <korobov/core/types.hpp>

namespace korobov {

class KOROBOV_API PerDimension {
 public:
  PerDimension(double value) : values_{value}, is_scalar_(true) {}          // NOLINT: a number is one
  PerDimension(std::vector<double> values) : values_(std::move(values)) {}  // NOLINT: so is a vector
  PerDimension(std::initializer_list<double> values) : values_(values) {}
  bool is_scalar() const noexcept { return is_scalar_; }
  Index size() const noexcept { return static_cast<Index>(values_.size()); }  // 1 for a scalar
  double operator[](Index j) const noexcept { return values_[is_scalar_ ? 0 : static_cast<std::size_t>(j)]; }

 private:
  std::vector<double> values_;
  bool is_scalar_ = false;
};

}  // namespace korobov
