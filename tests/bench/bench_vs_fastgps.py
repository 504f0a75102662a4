"""Gaussian processes on lattices against fastgps (Sorokin), from Python.

    pip install torch fastgps && pip install . && python tests/bench/bench_vs_fastgps.py [--repeats K] [--threads K] [--exponents 10 14 20]

Both fit the shift-invariant kernel of smoothness 2 in four dimensions (scale and four weights) by marginal likelihood to
one function's values on their own shifted lattice, and predict mean and deviation at 1000 points. A fit's time is the
whole call over its number of evaluations of the likelihood with its gradient, tables and transforms of the data
included; a time is the minimum over repeats, each library in a process of its own, in turns. Memory is what the peak of
the process grew by during the prediction. A ratio is fastgps' time over korobov's; in the line of n = 2^20 fastgps fits
only, because its prediction would need gigabytes.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time

TARGETS = {10: 40, 14: 10, 20: 5}  # fit per iteration
PREDICTION = (14, 40, 50)          # exponent of n, ratio, megabytes
POINTS = 1000


def function(x, library):
    wave, tau = library.sin, 6.283185307179586
    return library.exp(wave(tau * x[:, 0])) * (1 + 0.3 * library.cos(tau * x[:, 1])) + 0.2 * wave(tau * (x[:, 2] + x[:, 3]))


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def timed(call):
    start = time.perf_counter()
    value = call()
    return time.perf_counter() - start, value


def korobov(exponent, threads, iterations, predict):
    import numpy as np

    import korobov as kb
    kb.set_num_threads(threads)
    points = kb.Lattice(4, seed=7)
    y = function(points.points(2**exponent), np)
    gp = kb.GaussianProcess(points, kb.ShiftInvariantKernel(4, alpha=2))
    fit, _ = timed(lambda: gp.fit(y, restarts=0, max_evaluations=iterations))
    result = {"fit": fit / gp.n_iter_, "whole": fit, "evaluations": gp.n_iter_}
    if predict:
        x = np.random.default_rng(1).random((POINTS, 4))
        before = peak()
        result["predict"], (mean, _) = timed(lambda: gp.predict(x, return_std=True))
        result["memory"] = peak() - before
        result["error"] = float(np.abs(mean - function(x, np)).max())
    return result


def fastgps(exponent, threads, iterations, predict):
    import fastgps as peer
    import numpy as np
    import qmcpy
    import torch
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(threads)
    gp = peer.FastGPLattice(qmcpy.KernelShiftInvar(4, torchify=True, alpha=2), seqs=qmcpy.Lattice(dimension=4, seed=7))
    gp.add_y_next(function(gp.get_x_next(2**exponent), torch))
    fit, _ = timed(lambda: gp.fit(iterations=iterations, verbose=0, stop_crit_wait_iterations=np.inf))
    result = {"fit": fit / iterations, "whole": fit, "evaluations": iterations}
    if predict:
        x = torch.from_numpy(np.random.default_rng(1).random((POINTS, 4)))
        before = peak()
        result["predict"], (mean, _) = timed(lambda: (gp.post_mean(x), gp.post_var(x)))
        result["memory"] = peak() - before
        result["error"] = float((mean - function(x, torch)).abs().max())
    return result


def run(name, *arguments):
    text = subprocess.run([sys.executable, __file__, "--worker", json.dumps([name, *arguments])], check=True,
                          capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": str(arguments[1])}).stdout
    return json.loads(text.splitlines()[-1])


def best(results):
    return {key: min(result[key] for result in results) for key in results[0]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--exponents", type=int, nargs="+", default=[10, 14, 20])
    options = parser.parse_args()
    failed = False
    for exponent in options.exponents:
        both = {"korobov": [], "fastgps": []}
        iterations = 20 if exponent < 18 else 5
        predict = exponent <= PREDICTION[0]
        for _ in range(options.repeats):
            for name, results in both.items():
                results.append(run(name, exponent, options.threads, iterations, predict or name == "korobov"))
        ours, theirs = best(both["korobov"]), best(both["fastgps"])
        ratio, target = theirs["fit"] / ours["fit"], TARGETS.get(exponent, 0)
        failed |= ratio < target
        print(f"n = 2^{exponent}  fit per iteration: fastgps {1e3 * theirs['fit']:.3g} ms, korobov {1e3 * ours['fit']:.3g} ms, "
              f"ratio {ratio:.1f} (target {target})")
        if predict:
            ratio = theirs["predict"] / ours["predict"]
            line = (f"n = 2^{exponent}  mean and deviation at {POINTS} points: fastgps {theirs['predict']:.3g} s "
                    f"{theirs['memory']:.0f} MB, korobov {ours['predict']:.3g} s {ours['memory']:.0f} MB, ratio {ratio:.1f}")
            if exponent == PREDICTION[0]:
                failed |= ratio < PREDICTION[1] or ours["memory"] > PREDICTION[2]
                line += f" (target {PREDICTION[1]}, {PREDICTION[2]} MB)"
            print(line)
        else:
            print(f"n = 2^{exponent}  mean and deviation at {POINTS} points: korobov {ours['predict']:.3g} s, "
                  f"{ours['memory']:.0f} MB")
    return failed


if __name__ == "__main__":
    if len(sys.argv) > 2 and sys.argv[1] == "--worker":
        worker, *values = json.loads(sys.argv[2])
        print(json.dumps({"korobov": korobov, "fastgps": fastgps}[worker](*values)))
    else:
        sys.exit(main())
