"""The shortest use: an integral over the unit cube, to a tolerance."""

import numpy as np

import korobov as kb


def f(x):  # (n, 3) -> (n,)
    return np.cos(x[:, 0] * x[:, 1] + x[:, 2])


r = kb.integrate(f, kb.Sobol(3, seed=7), abs_tol=1e-6)
print(r)  # value, error bound, points used, seconds, why it stopped
assert r.status == "converged"
