"""Point sets: families, orders, randomizations, replicates, and any range of points without the ones before it."""

import numpy as np

import korobov as kb

lattice = kb.Lattice(5, seed=2024)
net = kb.Sobol(5, seed=2024, replications=8)
iid = kb.IID(5, seed=2024)

# Any range costs the same: points a trillion places into the sequence.
far = 2**40
print(net)
print("point 2^40 of replicate 0:", net.points(far, far + 1)[0, 0])

# Replicates are independent randomizations of one set; r alone decides which.
x = net.points(1024)  # (8, 1024, 5)
assert np.array_equal(net.replicate(3).points(1024), x[3])
means = np.prod(2 * x, axis=2).mean(axis=1)
print("mean over 8 replicates:", means.mean(), "+-", means.std(ddof=1) / np.sqrt(8))

# prod 2 x_j has the integral 1 over the cube.
for points in (lattice, net.replicate(0), iid):
    error = abs(np.prod(2 * points.points(2**13), axis=1).mean() - 1)
    print(f"error of a mean over 8192 points: {error:.1e}  {points}")

# 64-bit integers are the coordinates; doubles are cut from them.
words = lattice.integers(4)
assert np.array_equal(lattice.points(4), (words >> 11) * 2.0**-53)
