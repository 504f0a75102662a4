"""Many cheap runs and few dear ones: a process of two tasks against one of the dear runs alone."""

import numpy as np

import korobov as kb


def cheap(x):
    return np.exp(np.sin(2 * np.pi * x[:, 0])) + 0.3 * np.cos(2 * np.pi * x[:, 1])


def dear(x):
    return 1.4 * cheap(x) + 0.2 * np.cos(2 * np.pi * x[:, 0])


kernel = kb.ShiftInvariantKernel(2, alpha=2)
sets = [kb.Lattice(2, seed=3), kb.Lattice(2, seed=4)]
both = kb.MultitaskGaussianProcess(sets, kernel).fit([cheap, dear], n=[128, 8])
assert both.is_structured  # shifted copies of one lattice, powers of two: everything is transforms
alone = kb.GaussianProcess(sets[1], kernel).fit(dear, n=8)

x = np.random.default_rng(1).random((400, 2))
truth = dear(x)
mean, std = both.predict(x, task=1, return_std=True)
error, error_alone = (np.sqrt(np.mean((m - truth) ** 2)) for m in (mean, alone.predict(x)))
T = both.task_covariance
means, covariance = both.integral()
print(f"rms error with the cheap runs {error:.3g}, without {error_alone:.3g}")
print(f"correlation of the tasks {T[0, 1] / np.sqrt(T[0, 0] * T[1, 1]):.4f}")
print(f"integral of the dear task {means[1]:.4f} +- {np.sqrt(covariance[1, 1]):.2g}")

assert error < 0.5 * error_alone
assert np.mean(np.abs(mean - truth) < 3 * std) > 0.9
assert abs(means[1] - 1.4 * 1.2660658777520084) < 4 * np.sqrt(covariance[1, 1])  # the Bessel function I_0(1)
