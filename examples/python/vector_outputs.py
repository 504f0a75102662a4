"""Several integrals of one function at once: moments of a price at maturity, each to the tolerance."""

import numpy as np

import korobov as kb

measure = kb.GeometricBrownianMotion([0.25, 0.5, 0.75, 1.0], initial=1.0, rate=0.05, volatility=0.2)


def moments(paths):  # (n, 4) -> (n, 3)
    last = paths[:, -1]
    return np.stack([last, last**2, last > 1.0], axis=1)


r = kb.integrate(moments, kb.Sobol(4, seed=7), measure=measure, abs_tol=1e-3)
print(r)
mean, square, above = r.value
print(f"mean {mean:.4f}, standard deviation {np.sqrt(square - mean**2):.4f}, chance to end above 1: {above:.4f}")
assert abs(mean - np.exp(0.05)) <= 1e-3
assert abs(square - np.exp(0.1 + 0.04)) <= 1e-3
