"""A generating vector made for one's own weights, and its criterion checked by direct sums."""

import numpy as np

import korobov as kb

# A function of 20 variables whose influence falls like 1/j, to be integrated with any 2^6 .. 2^14 points.
gamma = 1.0 / np.arange(1, 21)
made = kb.construct_lattice(20, embedded=(6, 14), weights=gamma, kernel="b2")
print(made)

# The search's errors against the O(n d) sums of the definition.
direct = kb.lattice_squared_error(made.generating_vector, made.n, weights=gamma, kernel="b2")
assert np.allclose(direct, made.squared_error, rtol=1e-8)

# How much worse than a vector made for each n alone.
ratio = np.sqrt(made.level_squared_error[:, -1] / made.plain_squared_error[:, -1])
for n, r in zip(made.levels, ratio, strict=True):
    print(f"n = {n:6}: error {r:.3f} x that of a vector made for it alone")
assert ratio.max() < 2

p = kb.Lattice(20, generating_vector=made.generating_vector, seed=1)
x = p.points(made.n)
value = np.prod(1 + gamma * (x - 0.5), axis=1).mean()
print(f"mean of prod (1 + gamma_j (x_j - 1/2)): {value:.8f}, integral 1")
assert abs(value - 1) < 1e-3
