"""Dense Gaussian process regression against scikit-learn's, from Python.

    pip install '.[bench]' && python tests/bench/bench_vs_sklearn.py [--repeats K] [--threads K] [--sizes 500 2000]

Both take a Gaussian kernel with a lengthscale per dimension (d = 5) and a scale on the same data. Conditioning: the fit
with hyper-parameters as they are; an iteration: a fit that learns them (scikit-learn by L-BFGS-B, at most 15 steps
here), over its number of evaluations of the likelihood with its gradient; prediction: mean and deviation at 1000 points.
A time is the minimum over repeats, taken in turn; a ratio is scikit-learn's time over korobov's (goal: at least 1/1.3).
"""

import argparse
import os
import time
import warnings

parser = argparse.ArgumentParser()
parser.add_argument("--repeats", type=int, default=3)
parser.add_argument("--threads", type=int, default=os.cpu_count())
parser.add_argument("--sizes", type=int, nargs="+", default=[500, 2000])
options = parser.parse_args()
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "KOROBOV_NUM_THREADS"):
    os.environ[name] = str(options.threads)

import numpy as np  # noqa: E402
from scipy.optimize import minimize  # noqa: E402
from sklearn.gaussian_process import GaussianProcessRegressor  # noqa: E402
from sklearn.gaussian_process.kernels import RBF, ConstantKernel  # noqa: E402

import korobov as kb  # noqa: E402

D = 5
NOISE = 1e-6


def few_steps(objective, start, bounds):
    found = minimize(objective, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 15})
    few_steps.evaluations = found.nfev
    return found.x, found.fun


def timed(call):
    start = time.perf_counter()
    result = call()
    return time.perf_counter() - start, result


def main():
    kb.show_config()
    print(f"scikit-learn, {options.threads} threads, minimum of {options.repeats}")
    warnings.simplefilter("ignore")
    rng = np.random.default_rng(1)
    for n in options.sizes:
        x, at = rng.random((n, D)), rng.random((1000, D))
        y = np.sin(x @ [6, 4, 3, 2, 1]) + x[:, 0] * x[:, 1]
        theirs = ConstantKernel(1.0) * RBF(np.full(D, 0.5))
        ours = kb.GaussianKernel([0.5] * D)
        best = {}
        for _ in range(options.repeats):
            def keep(name, seconds):
                best[name] = min(seconds, best.get(name, seconds))

            seconds, model = timed(lambda: GaussianProcessRegressor(theirs, alpha=NOISE, optimizer=None).fit(x, y))
            keep("their conditioning", seconds)
            keep("their prediction", timed(lambda: model.predict(at, return_std=True))[0])
            seconds, mine = timed(lambda: kb.GaussianProcessRegressor(ours, noise=NOISE, optimize=False).fit(x, y))
            keep("our conditioning", seconds)
            keep("our prediction", timed(lambda: mine.predict(at, return_std=True))[0])
            seconds, _ = timed(lambda: GaussianProcessRegressor(theirs, alpha=NOISE, optimizer=few_steps).fit(x, y))
            keep("their iteration", seconds / few_steps.evaluations)
            seconds, mine = timed(lambda: kb.GaussianProcessRegressor(ours, noise=NOISE).fit(x, y))
            keep("our iteration", seconds / mine.n_iter_)
        for what in ("conditioning", "iteration", "prediction"):
            a, b = best[f"their {what}"], best[f"our {what}"]
            print(f"n = {n:5}  {what:12}  scikit-learn {a * 1e3:9.1f} ms   korobov {b * 1e3:9.1f} ms   ratio {a / b:6.2f}")


if __name__ == "__main__":
    main()
