"""Points against SciPy's qmc.Sobol, qmc.Halton and qmc.LatinHypercube, from Python.

    pip install '.[bench]' && python tests/bench/bench_vs_scipy.py [--repeats K]

Construction at d = 21201 with the linear matrix scramble and shift (SciPy: scramble=True, which is LMS + shift too),
and generation of points into new arrays, in one run on one thread. A time is the minimum over repeats; a ratio is
SciPy's time over korobov's.
"""

import argparse
import os
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "KOROBOV_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np
from scipy.stats import qmc

import korobov as kb

DIMENSIONS = 21201


def fastest(call, repeats):
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def line(name, theirs, ours, wanted=""):
    print(f"{name:45} SciPy {theirs * 1e3:9.2f} ms  korobov {ours * 1e3:8.2f} ms  ratio {theirs / ours:6.1f}  {wanted}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    kb.show_config()

    # SciPy's default, 30 digits; korobov scrambles 64.
    theirs = fastest(lambda: qmc.Sobol(DIMENSIONS, scramble=True, rng=1), min(repeats, 3))
    line(f"construction, scrambled, d = {DIMENSIONS}", theirs, fastest(lambda: kb.Sobol(DIMENSIONS, seed=1), repeats),
         "at least 10")
    theirs = fastest(lambda: qmc.Sobol(DIMENSIONS, scramble=False, bits=64), min(repeats, 3))
    line(f"construction, plain, d = {DIMENSIONS}", theirs, fastest(lambda: kb.Sobol(DIMENSIONS), repeats))

    for d, m in ((1, 20), (10, 20), (100, 16), (1000, 12)):
        n = 2**m
        engine = qmc.Sobol(d, scramble=True, bits=64, rng=1)

        def generate(engine=engine, n=n):
            engine.reset()
            return engine.random(n)

        p = kb.Sobol(d, seed=1)
        line(f"points, d = {d}, n = 2^{m}, new array", fastest(generate, repeats),
             fastest(lambda p=p, n=n: p.points(n), repeats))
        out = np.empty((n, d))
        line(f"points, d = {d}, n = 2^{m}, out=", fastest(generate, repeats),
             fastest(lambda p=p, n=n, out=out: p.points(n, out=out), repeats))

    # SciPy's scramble is a permutation per digit place.
    for d, m in ((10, 20), (1000, 12)):
        n = 2**m
        engine = qmc.Halton(d, scramble=True, rng=1)

        def halton(engine=engine, n=n):
            engine.reset()
            return engine.random(n)

        theirs = fastest(halton, min(repeats, 3))
        made = fastest(lambda d=d: qmc.Halton(d, scramble=True, rng=1), min(repeats, 3))
        line(f"Halton, permutations, d = {d}, with construction", theirs + made,
             fastest(lambda d=d, n=n: kb.Halton(d, randomize="permutation", seed=1).points(n), repeats))
        wanted = {"permutation": "at least 30", "lms_shift": "at least 8", "lms": "at least 8"} if d == 10 else {}
        for how in ("permutation", "lms_shift", "lms", "lms_permutation", "shift"):
            p = kb.Halton(d, randomize=how, seed=1)
            line(f"Halton, {how}, d = {d}, n = 2^{m}, new array", theirs, fastest(lambda p=p, n=n: p.points(n), repeats),
                 wanted.get(how, ""))
            out = np.empty((n, d))
            line(f"Halton, {how}, d = {d}, n = 2^{m}, out=", theirs,
                 fastest(lambda p=p, n=n, out=out: p.points(n, out=out), repeats), wanted.get(how, ""))

    for d, m in ((1, 20), (10, 20), (100, 12)):
        n = 2**m
        engine = qmc.LatinHypercube(d, rng=1)
        line(f"Latin hypercube, d = {d}, n = 2^{m}, new array", fastest(lambda e=engine, n=n: e.random(n), repeats),
             fastest(lambda d=d, n=n: kb.LatinHypercube(d, n, seed=1).points(n), repeats))


if __name__ == "__main__":
    main()
