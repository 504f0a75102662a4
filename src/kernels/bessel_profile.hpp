// The Matern profile of any order, through the modified Bessel function of the second kind.
#ifndef KOROBOV_SRC_KERNELS_BESSEL_PROFILE_HPP
#define KOROBOV_SRC_KERNELS_BESSEL_PROFILE_HPP

namespace korobov::detail {

inline constexpr double kMaxMaternNu = 100;

// M_nu(s) = 2^(1-nu) / Gamma(nu) s^nu K_nu(s), 0 < nu <= 100, s >= 0; M_nu(0) = 1.
double matern_profile(double nu, double s);
// dM_nu / d(r^2) where s^2 = 2 nu r^2: -nu 2^(1-nu) / Gamma(nu) s^(nu-1) K_(nu-1)(s). For nu <= 1 it has a pole at 0,
// and 0 is returned there: what multiplies it vanishes faster.
double matern_slope(double nu, double s);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_KERNELS_BESSEL_PROFILE_HPP
