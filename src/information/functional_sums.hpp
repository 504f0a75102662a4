// Sums over spectra in vector code: what entropies and coding rates are made of.
#ifndef KOROBOV_SRC_INFORMATION_FUNCTIONAL_SUMS_HPP
#define KOROBOV_SRC_INFORMATION_FUNCTIONAL_SUMS_HPP

#include <span>

namespace korobov::detail {

// Over the positive p; relative error some eps. The same for any number of threads.
double entropy_sum(std::span<const double> p);                               // sum -p log p
double power_sum(std::span<const double> p, double scale, double exponent);  // sum (p / scale)^exponent, scale >= max p
double excess_sum(std::span<const double> p, double exponent);               // sum p (p^exponent - 1)
double log1p_sum(std::span<const double> p, double c);                       // sum log(1 + c p)

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_INFORMATION_FUNCTIONAL_SUMS_HPP
