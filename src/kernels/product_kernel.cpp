#include "kernels/product_kernel.hpp"

#include <cmath>

#include <korobov/core/error.hpp>

namespace korobov::detail {

void append_names(std::vector<std::string>& names, const char* name, Index count) {
  for (Index j = 0; j < count; ++j) names.push_back(std::string(name) + "[" + std::to_string(j) + "]");
}

void require_dimension(Index d) { require(d >= 1, "d", "must be at least 1", d); }

void require_scale(double scale) {
  require(scale > 0 && std::isfinite(scale), "scale", "must be positive and finite", scale);
}

void require_weights(std::span<const double> weights, const char* name) {
  for (const double weight : weights) {
    require(weight >= 0 && std::isfinite(weight), name, "must be finite and not negative", weight);
  }
}

void require_size(Index d, const PerDimension& values, const char* name) {
  require(values.is_scalar() || values.size() == d, name, "must be one number or one per dimension, d = " + shown(d),
          values.size());
}

std::vector<double> scale_and_weights(Index d, double scale, const PerDimension& weights) {
  require_dimension(d);
  require_size(d, weights, "weights");
  std::vector<double> parameters{scale};
  for (Index j = 0; j < d; ++j) parameters.push_back(weights[j]);
  return parameters;
}

std::vector<int> integers_of(Index d, const PerDimension& values, const char* name, int low, int high) {
  require_size(d, values, name);
  std::vector<int> integers;
  for (Index j = 0; j < d; ++j) {
    require(values[j] >= low && values[j] <= high && values[j] == std::floor(values[j]), name,
            "must be an integer from " + shown(low) + " to " + shown(high), values[j]);
    integers.push_back(static_cast<int>(values[j]));
  }
  return integers;
}

ProductKernel::ProductKernel(SymmetryKind symmetry, Index d, std::vector<double> parameters)
    : KernelImpl(symmetry, d, std::move(parameters)) {
  require_scale(scale());
  require_weights({weights(), static_cast<std::size_t>(d)}, "weights");
}

std::vector<std::string> ProductKernel::parameter_names() const {
  std::vector<std::string> names{"scale"};
  append_names(names, "weights", dimension());
  return names;
}

KernelPointer ProductKernel::scaled(double factor) const {
  std::vector<double> parameters(this->parameters().begin(), this->parameters().end());
  parameters[0] *= factor;
  return with(parameters);
}

double ProductKernel::at_zero() const {
  const std::vector<Word> origin(static_cast<std::size_t>(dimension()));
  double v = 0;
  column({origin.data(), 1, dimension()}, &v);
  return constant() + v;
}

void ProductKernel::column_of_table(ValueTile table, double* v) const { table_product(table, weights(), scale(), v); }

void ProductKernel::pull_back_of_table(ValueTile table, const double* dk, double* dparameters) const {
  const std::vector<double> ones(static_cast<std::size_t>(dimension()), 1.0);
  table_pull_back(table, ones.data(), weights(), scale(), dk, dparameters, dparameters + 1, {}, nullptr);
}

WordTile ProductKernel::differences(const Pairs& pairs, std::vector<Word>& memory) const {
  memory.resize(static_cast<std::size_t>(pairs.rows * pairs.d));
  const MatrixSpan<Word> to(memory.data(), pairs.rows, pairs.d, 1, pairs.rows);
  const bool cyclic = symmetry() == SymmetryKind::cyclic;
  for (Index j = 0; j < pairs.d; ++j) {
    const Word x = pairs.x_words[j];
    const Word* z = &pairs.z_words(0, j);
    Word* out = &to(0, j);
    if (cyclic) {
      for (Index t = 0; t < pairs.rows; ++t) out[t] = Cyclic::subtract(x, z[t]);
    } else {
      for (Index t = 0; t < pairs.rows; ++t) out[t] = Dyadic::subtract(x, z[t]);
    }
  }
  return to;
}

void ProductKernel::pairs(const Pairs& pairs, double* v) const {
  std::vector<Word> memory;
  column(differences(pairs, memory), v);
}

void ProductKernel::pull_back_pairs(const Pairs& pairs, const double* dk, double* dparameters) const {
  std::vector<Word> memory;
  const WordTile w = differences(pairs, memory);
  std::vector<double> values(static_cast<std::size_t>(pairs.rows * table_columns()));
  const MatrixSpan<double> table(values.data(), pairs.rows, table_columns(), 1, pairs.rows);
  tabulate(w, table);
  pull_back_of_table(table, dk, dparameters);
}

}  // namespace korobov::detail
