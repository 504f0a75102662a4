// A with A A^T = C: eigenvectors times roots of eigenvalues, or Cholesky; checks of C.
#ifndef KOROBOV_SRC_MEASURES_COVARIANCE_FACTOR_HPP
#define KOROBOV_SRC_MEASURES_COVARIANCE_FACTOR_HPP

#include <vector>

#include <korobov/measures/measure.hpp>

namespace korobov::detail {

// c: (d, d), checked symmetric by the caller, row by row (only the lower triangle is read); returns A row by row.
// std::invalid_argument: a negative eigenvalue beyond rounding. NumericalError: cholesky of a singular C.
std::vector<double> covariance_factor(const std::vector<double>& c, Index d, Factor factor);

// In every column of a, (d, d) row by row, the first entry of at least 0.9 of the largest magnitude becomes positive.
void fix_signs(std::vector<double>& a, Index d);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_MEASURES_COVARIANCE_FACTOR_HPP
