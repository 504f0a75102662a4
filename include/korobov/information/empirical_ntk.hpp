// The Gram matrix of a network's tangent kernel on samples: k(x, x') = <d f(x) / d theta, d f(x') / d theta>.
//
// Of dense layers z = W a + b the Jacobian with respect to W is the outer product of delta = d f / d z and a, with
// respect to b it is delta, so (Jacot, Gabriel, Hongler 2018; Novak, Sohl-Dickstein, Schoenholz 2022, layer by layer)
//   k(x, x') = sum over layers of (1 + <a, a'>) <delta, delta'>
// without a Jacobian in memory. With several outputs, a sample's deltas of all outputs in one row give the sum of the
// outputs' kernels. Cost O(n^2 width) and n^2 memory per layer. Shapes that do not fit, and entries that are not
// finite, are std::invalid_argument.
#pragma once

#include <span>

#include <korobov/core/types.hpp>

namespace korobov {

struct NtkLayer {
  MatrixSpan<const double> activations;  // (n, inputs of the layer)
  MatrixSpan<const double> deltas;       // (n, outputs of the layer)
};

// out: (n, n).
KOROBOV_API void empirical_ntk(std::span<const NtkLayer> layers, MatrixSpan<double> out);
// From Jacobians J (n, parameters): J J^T.
KOROBOV_API void empirical_ntk(MatrixSpan<const double> jacobians, MatrixSpan<double> out);

}  // namespace korobov
