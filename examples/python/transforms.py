"""Fast transforms in the order of the points: coefficients on a lattice and on a net, and how they double."""

import numpy as np

import korobov as kb

n = 1024

# cos(2 pi x) on a one-dimensional lattice is two Fourier modes, 1 and -1, each sqrt(n) / 2.
y = np.cos(2 * np.pi * kb.Lattice(1).points(n)[:, 0])
z = kb.fftbr(y)  # values in the order of the points, spectrum in natural order
assert np.allclose(z[[1, n - 1]], np.sqrt(n) / 2)
assert np.allclose(kb.ifftbr(z), y)

# The transform of 2n values comes from those of the two halves, so a growing set is never transformed again.
x = kb.Sobol(2, seed=3).points(2 * n)
f = np.exp(x[:, 0] * x[:, 1])
old, new = kb.fwht(f[:n]), kb.fwht(f[n:])
assert np.allclose(kb.fwht(f), np.concatenate([old + new, old - new]) / np.sqrt(2))
print("mean of f:", kb.fwht(f)[0] / np.sqrt(2 * n))
