"""Functions of one's own: on batches, on single points, and with a measure they bring along."""

import numpy as np

import korobov as kb


class Chance:
    """The chance that a beam with a random load and strength fails: its measure, its dimension, its exact value."""

    d = 2
    measure = kb.Gaussian(mean=[5.0, 3.0], covariance=[0.5, 0.3])  # strength, load; variances
    exact = 0.012673659338734126  # Phi(-(5 - 3) / sqrt(0.5 + 0.3))

    def __call__(self, x):  # (n, 2) -> (n,)
        return x[:, 1] > x[:, 0]


f = Chance()
r = kb.integrate(f, kb.Sobol(2, seed=7), abs_tol=1e-4)
print(r)
assert abs(r.value - f.exact) <= 1e-4

# Without a point set: a Sobol' net with a fresh seed, which the result shows.
r = kb.integrate(lambda x: np.exp(-np.abs(x).sum(axis=1)), measure=kb.Uniform([-1, -1, -1], 1), abs_tol=1e-5)
print("on", r.points, "->", r.value)
assert abs(r.value - (1 - np.exp(-1)) ** 3) <= 1e-4

# A function of one point is called in a loop.
g = kb.pointwise(lambda x: max(x[0] - x[1], 0.0))
r = kb.integrate(g, kb.Lattice(2, seed=7), abs_tol=1e-3)
assert abs(r.value - 1 / 6) <= 1e-3
