// What stands behind a Kernel: a function of tiles, which the drivers in kernel.cpp cut and spread over threads.
#ifndef KOROBOV_SRC_KERNELS_KERNEL_IMPL_HPP
#define KOROBOV_SRC_KERNELS_KERNEL_IMPL_HPP

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <korobov/core/symmetry.hpp>
#include <korobov/core/types.hpp>

#include "kernels/product_kernels.hpp"

namespace korobov::detail {

// One point x against a tile of points z, as doubles or words, whichever the kernel reads (KernelImpl::reads).
struct Pairs {
  const double* x = nullptr;
  ValueTile z;
  const Word* x_words = nullptr;
  WordTile z_words;
  Index rows = 0;
  Index d = 0;
};

struct Reads {
  bool doubles = false;
  bool words = false;
  bool unit_cube = false;  // points must lie in [0, 1)^d
};

inline constexpr Index kTileRows = 512;

class KernelImpl {
 public:
  KernelImpl(SymmetryKind symmetry, Index dimension, std::vector<double> parameters)
      : symmetry_(symmetry), dimension_(dimension), parameters_(std::move(parameters)) {}
  KernelImpl(const KernelImpl&) = delete;
  KernelImpl& operator=(const KernelImpl&) = delete;
  virtual ~KernelImpl() = default;

  SymmetryKind symmetry() const noexcept { return symmetry_; }
  Index dimension() const noexcept { return dimension_; }
  std::span<const double> parameters() const noexcept { return parameters_; }

  virtual std::vector<std::string> parameter_names() const = 0;
  // The same kernel with other hyper-parameters (as many), which it checks.
  virtual std::shared_ptr<const KernelImpl> with(std::span<const double> parameters) const = 0;
  virtual std::shared_ptr<const KernelImpl> scaled(double factor) const = 0;
  virtual double constant() const = 0;  // c
  // Over one argument in the unit cube, if it is known and does not depend on the other.
  virtual std::optional<double> integral() const { return constant(); }
  virtual double at_zero() const = 0;  // k(x, x)
  virtual Reads reads() const = 0;

  // Of structured kernels; tiles of at most kTileRows rows. v: k - c. pull_back adds to dparameters.
  virtual Index table_columns() const = 0;
  virtual void tabulate(WordTile w, MatrixSpan<double> table) const = 0;
  virtual void column(WordTile w, double* v) const = 0;
  virtual void column_of_table(ValueTile table, double* v) const = 0;
  virtual void pull_back_of_table(ValueTile table, const double* dk, double* dparameters) const = 0;

  // Of all.
  virtual void pairs(const Pairs& pairs, double* v) const = 0;
  virtual void pull_back_pairs(const Pairs& pairs, const double* dk, double* dparameters) const = 0;

 private:
  SymmetryKind symmetry_;
  Index dimension_;
  std::vector<double> parameters_;
};

using KernelPointer = std::shared_ptr<const KernelImpl>;

// "name[0]", ..., "name[count - 1]" appended.
void append_names(std::vector<std::string>& names, const char* name, Index count);

// Checks shared by the constructors.
void require_dimension(Index d);
void require_scale(double scale);
void require_weights(std::span<const double> weights, const char* name);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_KERNELS_KERNEL_IMPL_HPP
