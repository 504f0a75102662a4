// exp of every element, vectorised.
#ifndef KOROBOV_SRC_CORE_EXPONENTIAL_HPP
#define KOROBOV_SRC_CORE_EXPONENTIAL_HPP

#include <span>

namespace korobov::detail {

// y_k = exp(x_k), within 1.1 ulp (outside [-708, 709] as std::exp). x and y have the same length;
// in place when they are the same span.
void exponential(std::span<const double> x, std::span<double> y);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_CORE_EXPONENTIAL_HPP
