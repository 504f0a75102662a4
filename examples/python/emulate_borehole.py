"""Emulates the borehole function, eight inputs, from 2^12 and 2^16 runs, and compares the error bars with the truth.

The flow of water through a borehole between two aquifers (Harper and Gupta 1983), as a function on the cube. It is not
periodic, so the process models f(tent(u)), which is, with a kink: smoothness 1. The point u = x / 2 stands for x.
"""

import numpy as np

import korobov as kb

LOW = np.array([0.05, 100, 63070, 990, 63.1, 700, 1120, 9855])
HIGH = np.array([0.15, 50000, 115600, 1110, 116, 820, 1680, 12045])


def borehole(x):
    rw, r, tu, hu, tl, hl, length, kw = (LOW + (HIGH - LOW) * x).T
    log_ratio = np.log(r / rw)
    return 2 * np.pi * tu * (hu - hl) / (log_ratio * (1 + tu / tl) + 2 * length * tu / (rw**2 * kw))


def folded(u):
    return borehole(1 - np.abs(1 - 2 * u))


points = kb.Lattice(8, seed=7)
kernel = kb.ShiftInvariantKernel(8, alpha=1, weights=0.1)
x = np.random.default_rng(1).random((200, 8))
truth = borehole(x)
rms = {}
for exponent in (12, 16):
    y = folded(points.points(2**exponent))
    mean = y.mean()
    gp = kb.GaussianProcess(points, kernel, noise=1e-3).fit(y - mean, restarts=0)
    predicted, std = gp.predict(x / 2, return_std=True)
    error = mean + predicted - truth
    rms[exponent] = np.sqrt(np.mean(error**2))
    inside = np.mean(np.abs(error) < 1.959964 * std)
    value, spread = gp.integral()
    print(f"n = 2^{exponent}: rms error {rms[exponent]:.3g} of a deviation of {y.std():.3g}, error bars say "
          f"{np.sqrt(np.mean(std**2)):.3g}, 95 % intervals hold {100 * inside:.1f} %; "
          f"integral {mean + value:.4f} +- {spread:.2g}, {gp.n_iter_} evaluations")
    assert inside > 0.9

assert rms[12] < 0.1 * y.std()
assert rms[16] < 0.3 * rms[12]
