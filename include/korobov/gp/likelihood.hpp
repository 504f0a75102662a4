// What a fit of hyper-parameters minimises, from the spectrum of a matched Gram matrix.
//
// K + noise I has eigenvalues lambda (n), and the data's coefficients in its eigenvectors have squares p_k, summed over
// r outputs that share the kernel. With m = (1/n) sum_k 1/lambda_k, the diagonal of the inverse (one number, since
// every point looks alike), and s = sum_k p_k / lambda_k^2:
//   mle  (sum_k p_k / lambda_k + r sum_k log lambda_k + r n log 2 pi) / 2, minus the log marginal likelihood
//        (Rasmussen and Williams 2006, equation 2.30)
//   gcv  log(s / n) - 2 log m, the logarithm of generalised cross-validation (Golub, Heath, Wahba 1979); blind to a
//        factor common to kernel and noise
//   loo  (r n (log 2 pi - log m) + s / m) / 2, minus the log predictive density of each value given all others
//        (Rasmussen and Williams 2006, equations 5.10 to 5.12)
// O(n). std::invalid_argument: lengths that differ, an eigenvalue that is not positive.
#pragma once

#include <span>

#include <korobov/core/types.hpp>

namespace korobov {

enum class Criterion { mle, gcv, loo };

// Returns the criterion; dlambda (n), unless empty, receives its derivatives in the eigenvalues.
KOROBOV_API double criterion_value(Criterion criterion, std::span<const double> lambda, std::span<const double> power,
                                   Index outputs, std::span<double> dlambda = {});

// The factor of kernel and noise with the largest likelihood: sum_k p_k / lambda_k / (r n).
KOROBOV_API double likeliest_factor(std::span<const double> lambda, std::span<const double> power, Index outputs);

}  // namespace korobov
