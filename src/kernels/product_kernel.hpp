// Kernels scale prod_j (offsets_j + weights_j K_j) of a group's differences: what the shift-invariant and the digitally
// shift-invariant ones share. Their hyper-parameters begin with scale, weights[0..d).
#ifndef KOROBOV_SRC_KERNELS_PRODUCT_KERNEL_HPP
#define KOROBOV_SRC_KERNELS_PRODUCT_KERNEL_HPP

#include <vector>

#include <korobov/core/per_dimension.hpp>

#include "kernels/kernel_impl.hpp"

namespace korobov::detail {

// scale, then the weights, one per dimension.
std::vector<double> scale_and_weights(Index d, double scale, const PerDimension& weights);
// The integers of `values`, each of low..high, one per dimension.
std::vector<int> integers_of(Index d, const PerDimension& values, const char* name, int low, int high);
void require_size(Index d, const PerDimension& values, const char* name);

class ProductKernel : public KernelImpl {
 public:
  ProductKernel(SymmetryKind symmetry, Index d, std::vector<double> parameters);

  double scale() const noexcept { return parameters()[0]; }
  const double* weights() const noexcept { return parameters().data() + 1; }

  std::vector<std::string> parameter_names() const override;
  KernelPointer scaled(double factor) const override;
  double constant() const override { return scale(); }
  double at_zero() const override;
  Reads reads() const override { return {false, true, symmetry() != SymmetryKind::cyclic}; }
  Index table_columns() const override { return dimension(); }
  void column_of_table(ValueTile table, double* v) const override;
  void pull_back_of_table(ValueTile table, const double* dk, double* dparameters) const override;
  void pairs(const Pairs& pairs, double* v) const override;
  void pull_back_pairs(const Pairs& pairs, const double* dk, double* dparameters) const override;

 private:
  // x - z of a tile, dimension-major, in `memory`.
  WordTile differences(const Pairs& pairs, std::vector<Word>& memory) const;
};

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_KERNELS_PRODUCT_KERNEL_HPP
