"""Integration to a tolerance against QMCPy (Choi, Hickernell, Jagadeeswaran, McCourt, Sorokin), from Python.

    pip install '.[bench]' && python tests/bench/bench_vs_qmcpy.py [--repeats K] [--seeds K]

Each library integrates its own integrand class with its own scrambled Sobol' points, the cone rule for digital nets
(korobov: rule="decay", QMCPy: CubQMCNetG), the same tolerance and one thread; then Bayesian cubature (korobov:
rule="bayes", QMCPy: CubBayesLatticeG and CubBayesNetG), each with its defaults, on lattices and nets. A time is the
minimum over repeats of the whole call, constructors included; a ratio is QMCPy's time over korobov's, summed over
seeds. The number of points a tolerance takes is a power of two that depends on the scramble, so the ratio per point
stands beside it.
"""

import argparse
import os
import sys
import time
import warnings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "KOROBOV_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np

import korobov as kb

try:
    import qmcpy
    from scipy.special import ndtri
except ImportError as error:
    sys.exit(f"bench_vs_qmcpy: {error}; pip install '.[bench]' brings the peers")

DATES = 52


def qmcpy_keister(seed, tolerance):
    return qmcpy.CubQMCNetG(qmcpy.Keister(qmcpy.DigitalNetB2(5, seed=seed)), abs_tol=tolerance)


def korobov_keister(seed, tolerance):
    return kb.integrate(kb.Keister(5), kb.Sobol(5, seed=seed), rule="decay", abs_tol=tolerance)


def qmcpy_asian(factor):
    def make(seed, tolerance):
        option = qmcpy.FinancialOption(
            qmcpy.DigitalNetB2(DATES, seed=seed), option="ASIAN", call_put="CALL", volatility=0.2, start_price=100,
            strike_price=100, interest_rate=0.05, t_final=1, decomp_type=factor.upper(), asian_mean="GEOMETRIC",
            asian_mean_quadrature_rule="RIGHT")
        return qmcpy.CubQMCNetG(option, abs_tol=tolerance)

    return make


def korobov_asian(factor):
    def make(seed, tolerance):
        option = kb.AsianOption(DATES, mean="geometric", factor=factor)
        return kb.integrate(option, kb.Sobol(DATES, seed=seed), rule="decay", abs_tol=tolerance)

    return make


# name, tolerance, QMCPy, korobov, exact value, ratio to reach
CASES = [
    ("Keister d = 5", 1e-4, qmcpy_keister, korobov_keister, kb.Keister(5).exact, 20),
    ("geometric Asian d = 52, PCA", 1e-3, qmcpy_asian("pca"), korobov_asian("pca"),
     kb.AsianOption(DATES, mean="geometric").exact, 6),
    ("geometric Asian d = 52, bridge", 1e-3, qmcpy_asian("bridge"), korobov_asian("bridge"),
     kb.AsianOption(DATES, mean="geometric").exact, 12),
]


def qmcpy_bayes(points, rule, integrand):
    return lambda seed, tolerance: rule(integrand(points(seed)), abs_tol=tolerance)


def korobov_bayes(points, integrand):
    return lambda seed, tolerance: kb.integrate(integrand, points(seed), rule="bayes", abs_tol=tolerance)


def qmcpy_product(points):
    return qmcpy.CustomFun(qmcpy.Uniform(points), lambda x: np.prod(x + 0.5, axis=-1) - 1.5)


def product(x):
    return np.prod(x + 0.5, axis=1) - 1.5


def qmcpy_geometric(points):
    return qmcpy.FinancialOption(points, option="ASIAN", call_put="CALL", volatility=0.2, start_price=100,
                                 strike_price=100, interest_rate=0.05, t_final=1, decomp_type="PCA",
                                 asian_mean="GEOMETRIC", asian_mean_quadrature_rule="RIGHT")


def bayes_cases():
    for name, d, tolerance, theirs, ours, exact in [
            ("Keister d = 3", 3, 5e-3, qmcpy.Keister, kb.Keister(3), kb.Keister(3).exact),
            ("Keister d = 5", 5, 1e-3, qmcpy.Keister, kb.Keister(5), kb.Keister(5).exact),
            ("signed product d = 4", 4, 1e-4, qmcpy_product, product, -0.5),
            ("geometric Asian d = 12", 12, 1e-2, qmcpy_geometric, kb.AsianOption(12, mean="geometric"),
             kb.AsianOption(12, mean="geometric").exact)]:
        if d < 12:  # CubBayesLatticeG does not end on the option within its 2^20 points
            yield (f"{name}, lattice", tolerance,
                   qmcpy_bayes(lambda seed, d=d: qmcpy.Lattice(d, seed=seed), qmcpy.CubBayesLatticeG, theirs),
                   korobov_bayes(lambda seed, d=d: kb.Lattice(d, seed=seed), ours), exact, 30)
        yield (f"{name}, net", tolerance,
               qmcpy_bayes(lambda seed, d=d: qmcpy.DigitalNetB2(d, seed=seed), qmcpy.CubBayesNetG, theirs),
               korobov_bayes(lambda seed, d=d: kb.Sobol(d, seed=seed), ours), exact, 30)


def fastest(call, repeats):
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        result = call()
        seconds.append(time.perf_counter() - start)
    return min(seconds), result


def integration(cases, repeats, seeds):
    print(f"{'':31} {'QMCPy s':>9} {'points':>9} {'|error|':>8} {'korobov s':>9} {'points':>9} {'|error|':>8} "
          f"{'ratio':>6} {'a point':>7}  at least")
    for name, tolerance, theirs, ours, exact, wanted in cases:
        times, points, errors = np.zeros(2), np.zeros(2), np.zeros(2)
        for seed in range(1, seeds + 1):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # QMCPy's own
                seconds, (value, data) = fastest(lambda s=seed: theirs(s, tolerance).integrate(), repeats)
            times[0] += seconds
            points[0] += data.n_total
            errors[0] = max(errors[0], abs(float(np.squeeze(value)) - exact))
            seconds, result = fastest(lambda s=seed: ours(s, tolerance), repeats)
            times[1] += seconds
            points[1] += result.n
            errors[1] = max(errors[1], abs(result.value - exact))
        ratio = times[0] / times[1]
        print(f"{name:31} {times[0] / seeds:9.4f} {points[0] / seeds:9.0f} {errors[0]:8.1e} {times[1] / seeds:9.4f} "
              f"{points[1] / seeds:9.0f} {errors[1]:8.1e} {ratio:6.1f} {ratio * points[1] / points[0]:7.1f}  {wanted}")


def inverse_normal(repeats):
    u = kb.IID(1, seed=1).points(2**20, endpoint="open")[:, 0]
    theirs, expected = fastest(lambda: ndtri(u), repeats)
    ours, values = fastest(lambda: kb.inverse_normal(u), repeats)
    difference = np.max(np.abs(values - expected) / np.abs(expected))
    print(f"inverse normal, 2^20 values: scipy.special.ndtri {theirs * 1e3:.2f} ms, korobov {ours * 1e3:.2f} ms, "
          f"ratio {theirs / ours:.1f} (at least 5), relative difference {difference:.1e}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seeds", type=int, default=5)
    arguments = parser.parse_args()
    kb.show_config()
    print(f"QMCPy {qmcpy.__version__}, one thread, {arguments.seeds} seeds, minimum of {arguments.repeats}")
    integration(CASES, arguments.repeats, arguments.seeds)
    print("Bayesian cubature")
    integration(bayes_cases(), arguments.repeats, arguments.seeds)
    inverse_normal(5 * arguments.repeats)


if __name__ == "__main__":
    main()
