// A matrix that owns its entries, row after row.
#pragma once

#include <cstddef>
#include <vector>

#include <korobov/core/types.hpp>

namespace example {

struct Matrix {
  std::size_t rows, cols;
  std::vector<double> values = std::vector<double>(rows * cols);

  double& operator()(std::size_t i, std::size_t j) { return values[i * cols + j]; }
  double operator()(std::size_t i, std::size_t j) const { return values[i * cols + j]; }
  korobov::MatrixSpan<double> span() {
    return {values.data(), static_cast<korobov::Index>(rows), static_cast<korobov::Index>(cols)};
  }
  korobov::MatrixSpan<const double> span() const {
    return {values.data(), static_cast<korobov::Index>(rows), static_cast<korobov::Index>(cols)};
  }
};

}  // namespace example
