"""Making a scrambled Sobol' sequence of all 21201 dimensions: korobov against SciPy, in one run.

Usage: python tests/bench/bench_sobol_construction.py      (goal: at least 10 x on one thread)
"""

import time

import korobov as kb
from scipy.stats import qmc

DIMENSIONS = 21201
REPEATS = 5


def fastest(make):
    best = float("inf")
    for _ in range(REPEATS):
        start = time.perf_counter()
        make()
        best = min(best, time.perf_counter() - start)
    return best


def main():
    peer = fastest(lambda: qmc.Sobol(DIMENSIONS, scramble=True, rng=7))
    print(f"scipy.stats.qmc.Sobol({DIMENSIONS}, scramble=True): {1e3 * peer:.1f} ms")
    kb.set_num_threads(1)
    ours = fastest(lambda: kb.Sobol(DIMENSIONS, randomize="lms_shift", seed=7))
    print(f"korobov.Sobol({DIMENSIONS}, randomize='lms_shift'), 1 thread: {1e3 * ours:.1f} ms, {peer / ours:.1f} x")


if __name__ == "__main__":
    main()
