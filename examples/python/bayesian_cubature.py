"""Bayesian cubature beside the decay rule: a credible interval from a Gaussian process whose kernel matches the points."""

import numpy as np

import korobov as kb

keister = kb.Keister(3)
lattice = kb.Lattice(3, seed=7)
for rule in ("bayes", "decay"):
    r = kb.integrate(keister, lattice, rule=rule, abs_tol=5e-3)
    print(f"{rule:6} {r.value:.6f} +- {r.error_bound:.1e}, {r.n} points, error {abs(r.value - keister.exact):.1e}")
    assert abs(r.value - keister.exact) <= 5e-3


# A kernel of one's own: order 1, and a weight per dimension, which says that the later ones matter less.
def f(x):
    return np.exp(-x @ [1, 1 / 3, 1 / 9]) - 1


kernel = kb.ShiftInvariantKernel(3, alpha=1, weights=[1, 0.1, 0.01])
r = kb.integrate(f, lattice, rule=kb.Bayesian(kernel, criterion="gcv"), abs_tol=1e-4)
exact = np.prod([k * (1 - np.exp(-1 / k)) for k in (1, 3, 9)]) - 1
print(f"own kernel {r.value:.6f} +- {r.error_bound:.1e}, {r.n} points")
assert r.value < 0 and abs(r.value - exact) <= 1e-4

# A kink has coefficients that no smooth kernel gives: the result says so.
r = kb.integrate(lambda x: np.maximum(0, x.sum(axis=1) - 1.5), lattice, rule="bayes", abs_tol=1e-3)
print(r)
assert r.caveats
