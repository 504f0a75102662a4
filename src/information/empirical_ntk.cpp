#include <cmath>
#include <string>

#include <korobov/core/error.hpp>
#include <korobov/information/empirical_ntk.hpp>

#include "information/matrices.hpp"

namespace korobov {
namespace {

void require_out(MatrixSpan<double> out, Index n) {
  if (out.rows != n || out.cols != n) {
    detail::fail_requirement("out", "must have shape (" + std::to_string(n) + ", " + std::to_string(n) + ")",
                             "(" + std::to_string(out.rows) + ", " + std::to_string(out.cols) + ")");
  }
}

}  // namespace

void empirical_ntk(std::span<const NtkLayer> layers, MatrixSpan<double> out) {
  detail::require(!layers.empty(), "layers", "must be at least one", Index{0});
  const Index n = layers.front().activations.rows;
  require_out(out, n);
  for (const NtkLayer& layer : layers) {
    detail::require_finite(layer.activations, "activations");
    detail::require_finite(layer.deltas, "deltas");
    detail::require(layer.activations.rows == n, "activations",
                    "must have " + std::to_string(n) + " rows in all layers", layer.activations.rows);
    detail::require(layer.deltas.rows == n, "deltas", "must have as many rows as activations, " + std::to_string(n),
                    layer.deltas.rows);
  }
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < n; ++j) out(i, j) = 0;
  }
  for (const NtkLayer& layer : layers) {
    const std::vector<double> a = detail::feature_gram(layer.activations);
    const std::vector<double> delta = detail::feature_gram(layer.deltas);
    for (Index i = 0; i < n; ++i) {
      for (Index j = 0; j < n; ++j) {
        const auto at = static_cast<std::size_t>(i * n + j);
        out(i, j) += (1 + a[at]) * delta[at];
      }
    }
  }
  for (Index i = 0; i < n; ++i) {
    detail::require(std::isfinite(out(i, i)), "activations, deltas",
                    "must not be so large that their products overflow", out(i, i));
  }
}

void empirical_ntk(MatrixSpan<const double> jacobians, MatrixSpan<double> out) {
  detail::require_finite(jacobians, "jacobians");
  const Index n = jacobians.rows;
  require_out(out, n);
  const std::vector<double> k = detail::feature_gram(jacobians);
  detail::require_products(k, n, "jacobians");
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < n; ++j) out(i, j) = k[static_cast<std::size_t>(i * n + j)];
  }
}

}  // namespace korobov
