"""Point sets against the installed peers, from Python: QMCPy, SciPy, PyTorch, OpenTURNS.

    make bench-peers        or, with the peers installed:
    python tests/bench/bench_peers.py [--repeats K] [--write docs/performance.md]

One thread, float64, d = 10, n = 2^20 points or as many as the peer affords (its column says so). A time is the least of
K calls that make the points of a set that exists already; peers return a new array (Faure and Halton of OpenTURNS a
Sample). korobov is timed three ways: a new array, `out=` of row-major memory used before, `out=` dimension-major. Ratio:
the peer's time over korobov's for the same n and a new array. A peer that is not installed is named and left out.
"""

import argparse
import os
import platform
import sys
import time
import warnings
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "KOROBOV_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np

import korobov as kb

D = 10
FULL = 2**20


def fastest(call, repeats):
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def qmcpy_cases():
    import qmcpy

    lattice, net = qmcpy.Lattice(D, seed=7), qmcpy.DigitalNetB2(D, seed=7, randomize="LMS DS")
    nus = qmcpy.DigitalNetB2(D, seed=7, randomize="NUS")
    halton = {how: qmcpy.Halton(D, seed=7, randomize=how) for how in ("LMS DP", "QRNG", "NUS")}
    yield "lattice, shift", FULL, lattice.gen_samples, kb.Lattice(D, seed=7), 100
    yield "net, LMS + shift", FULL, net.gen_samples, kb.Sobol(D, seed=7), 2
    yield "net, NUS", 2**14, nus.gen_samples, kb.Sobol(D, randomize="nus", seed=7), 300
    yield "Halton, LMS + permutation", 2**17, halton["LMS DP"].gen_samples, kb.Halton(D, randomize="lms_permutation", seed=7), 150
    yield "Halton, NUS", 2**10, halton["NUS"].gen_samples, kb.Halton(D, randomize="nus", seed=7), None


def scipy_cases():
    from scipy.stats import qmc

    def drawing(make):
        def draw(n):
            engine.reset()
            return engine.random(n)

        engine = make()
        return draw

    yield "Sobol', LMS + shift", FULL, drawing(lambda: qmc.Sobol(D, scramble=True, bits=64, rng=1)), kb.Sobol(D, seed=7), None
    halton = drawing(lambda: qmc.Halton(D, scramble=True, rng=1))
    yield "Halton, permutations", FULL, halton, kb.Halton(D, randomize="permutation", seed=7), 30
    yield "Halton, permutations, against LMS + shift", FULL, halton, kb.Halton(D, randomize="lms_shift", seed=7), 8
    yield ("Latin hypercube", FULL, lambda n: qmc.LatinHypercube(D, rng=1).random(n),
           kb.LatinHypercube(D, FULL, seed=7), None)


def torch_cases():
    import torch

    torch.set_num_threads(1)
    engine = torch.quasirandom.SobolEngine(D, scramble=True, seed=1)

    def draw(n):
        engine.reset()
        return engine.draw(n, dtype=torch.float64)

    yield "Sobol', LMS + shift", FULL, draw, kb.Sobol(D, seed=7), None


def openturns_cases():
    import openturns

    openturns.TBB.Disable()
    unit = openturns.JointDistribution([openturns.Uniform(0, 1)] * D)
    yield "Sobol', plain", FULL, openturns.SobolSequence(D).generate, kb.Sobol(D), None
    yield "Halton, plain", FULL, openturns.HaltonSequence(D).generate, kb.Halton(D), None
    yield "Faure, plain", FULL, openturns.FaureSequence(D).generate, kb.Faure(D), None
    yield ("Latin hypercube", FULL, lambda n: openturns.LHSExperiment(unit, n).generate(),
           kb.LatinHypercube(D, FULL, seed=7), None)


PEERS = {"qmcpy": ("QMCPy", qmcpy_cases), "scipy": ("SciPy", scipy_cases), "torch": ("PyTorch", torch_cases),
         "openturns": ("OpenTURNS", openturns_cases)}


def ours(p, n, repeats):
    """Seconds of a new array, of row-major and of dimension-major memory used before."""
    rows, columns = np.empty((n, D)), np.empty((D, n)).T
    calls = [lambda: p.points(n), lambda: p.points(n, out=rows), lambda: p.points(n, out=columns)]
    for call in calls:
        call()
    return [fastest(call, 3 * repeats) for call in calls]


def milliseconds(seconds):
    return f"{seconds * 1e3:.3g}" if seconds < 1 else f"{seconds * 1e3:,.0f}"


def table(title, cases, repeats):
    yield f"**{title}**\n"
    yield "| points | n | peer, ms | new array | `out=` | dimension-major | ratio: new array | `out=` | dimension-major | goal |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for name, n, peer, p, goal in cases():
        peer(16)
        theirs = fastest(lambda peer=peer, n=n: peer(n), repeats if n == FULL else max(2, repeats // 2))
        times = ours(p, n, repeats)
        ratios = " | ".join(f"{theirs / t:.3g}" for t in times)
        yield (f"| {name} | 2^{n.bit_length() - 1} | {milliseconds(theirs)} | {' | '.join(map(milliseconds, times))} | "
               f"{ratios} | {goal if goal is not None else ''} |")
        print(name, f"{theirs / times[0]:.3g}", file=sys.stderr)


def cpu():
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []:
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.processor()


def report(repeats):
    yield "# Speed beside other packages\n"
    yield ("Generated by `make bench-peers` (tests/bench/bench_peers.py, where the code of every call stands). One thread, "
           f"float64, d = {D}; milliseconds, least of {repeats} calls or more; ratios are the peer's time over korobov's.")
    yield "Goals are those the project set itself for a new array; the net's is 2 there and 8 dimension-major.\n"
    yield f"Processor: {cpu()}; Python {platform.python_version()}, NumPy {np.__version__}, korobov {kb.__version__}.\n"
    for module, (title, cases) in PEERS.items():
        try:
            version = __import__(module).__version__
        except ImportError:
            yield f"{title} is not installed here.\n"
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the peers' own
            yield from table(f"{title} {version}", cases, repeats)
        yield ""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--write", type=Path)
    arguments = parser.parse_args()
    text = "\n".join(report(arguments.repeats)) + "\n"
    print(text)
    if arguments.write:
        arguments.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
