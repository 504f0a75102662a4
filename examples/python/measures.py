"""Measures and integrands: the map from the cube, a payoff of one's own under geometric Brownian motion, and the named
problems with their exact values."""

import numpy as np

import korobov as kb

# A correlated Gaussian vector from points of the open cube; the first coordinate carries the most variance.
gaussian = kb.Gaussian(mean=[1.0, -1.0], covariance=[[2.0, 0.6], [0.6, 1.0]])
x = gaussian.transform(kb.Sobol(2, seed=5).points(2**14, endpoint="open"))
print(gaussian, "sample covariance", np.cov(x.T)[0, 1])
assert abs(np.cov(x.T)[0, 1] - 0.6) < 1e-2

# A payoff of one's own: the best of twelve month-end prices, in units of the first price.
prices = kb.GeometricBrownianMotion(np.arange(1, 13) / 12, rate=0.05, volatility=0.2, factor="bridge")
r = kb.integrate(lambda s: s.max(axis=1), kb.Sobol(prices.d, seed=5), measure=prices, abs_tol=1e-3)
print("E max of the monthly prices:", r, sep="\n")

# Named problems know their measure and, where there is one, their exact value.
for f in (kb.Keister(3), kb.EuropeanOption(), kb.AsianOption(52, mean="geometric")):
    r = kb.integrate(f, kb.Sobol(f.d, seed=7), abs_tol=1e-2)
    print(f"{f}: {r.value:.5f} +- {r.error_bound:.1e}, exact {f.exact:.5f}")
    assert abs(r.value - f.exact) <= 1e-2

# The inverse of the normal distribution function is public, and accurate in both tails.
print(kb.inverse_normal([1e-300, 0.5, 0.975]))
