"""Kernel information and sequences against peers, from Python.

    pip install scipy scikit-learn && python tests/bench/bench_information.py [--repeats K] [--only NAME]

A time is the minimum over repeats, on all cores; a ratio is the peer's time over korobov's in the same run.
"""

import argparse
import time

import numpy as np
from scipy.spatial.distance import pdist

import korobov as kb


def fastest(call, repeats):
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def line(name, peer, theirs, ours, wanted=""):
    print(f"{name:50} {peer} {theirs * 1e3:9.1f} ms  korobov {ours * 1e3:9.1f} ms  ratio {theirs / ours:6.1f}  {wanted}")


def sequences(repeats):
    """Distances of 1238 sequences of 2396 letters of 20, 2 % gaps or none."""
    letters = np.frombuffer(b"ACDEFGHIKLMNPQRSTVWY", np.uint8)
    codes = np.random.default_rng(1).choice(letters, (1238, 2396))
    seqs = [row.tobytes().decode() for row in codes]
    theirs = fastest(lambda: pdist(codes, "hamming"), min(repeats, 2))
    line("distances, no gaps", "SciPy pdist", theirs, fastest(lambda: kb.sequence_distances(seqs, "poisson"), repeats),
         "at least 4")
    codes[np.random.default_rng(2).random(codes.shape) < 0.02] = ord("-")
    gapped = [row.tobytes().decode() for row in codes]
    for gaps in ("pairwise", "state"):
        line(f"distances, gaps {gaps}", "SciPy pdist", theirs,
             fastest(lambda gaps=gaps: kb.sequence_distances(gapped, "poisson", gaps=gaps), repeats), "at least 4")


def functionals(repeats):
    """Every functional of one structured spectrum at n = 2^20, against one Walsh-Hadamard transform of that size."""
    n = 2**20
    y = np.random.default_rng(1).random(n)
    for points, kernel in ((kb.Sobol(4, seed=1), kb.DigitallyShiftInvariantKernel(4)),
                           (kb.Lattice(4, seed=1), kb.ShiftInvariantKernel(4))):
        s = kb.spectrum(points, kernel, n=n)
        print(f"spectrum at n = 2^20, {points!r}: {fastest(lambda p=points, k=kernel: kb.spectrum(p, k, n=n), 2):.3f} s")
        transform = fastest(lambda: kb.fwht(y), repeats)
        calls = {
            "von Neumann": lambda s=s: kb.von_neumann_entropy(s),
            "Renyi, order 2": lambda s=s: kb.renyi_entropy(s, 2),
            "Renyi, order 0.5": lambda s=s: kb.renyi_entropy(s, 0.5),
            "Tsallis, order 3": lambda s=s: kb.tsallis_entropy(s, 3),
            "min-entropy": lambda s=s: kb.min_entropy(s),
            "rank (Vendi, q = 0)": lambda s=s: kb.vendi_score(s, 0),
            "coding rate": lambda s=s: kb.kernel_coding_rate(s, 0.1),
        }
        total = 0.0
        for name, call in calls.items():
            seconds = fastest(call, repeats)
            total += seconds
            line(name, "fwht", transform, seconds)
        print(f"all {len(calls)} functionals: {total / len(calls) / transform:.2f} fwht each, at most 1.5")


def pivoted_cholesky(k, count, noise):
    """The greedy log-det choice with NumPy: a column of the factor per step, for all samples."""
    n = k.shape[0]
    factor = np.zeros((count, n))
    variance = np.diag(k) + noise
    left = np.ones(n, bool)
    chosen = []
    for t in range(count):
        i = int(np.argmax(np.where(left, variance, -np.inf)))
        chosen.append(i)
        factor[t] = (k[i] - factor[:t, i] @ factor[:t]) / np.sqrt(variance[i])
        variance = variance - factor[t] ** 2
        left[i] = False
    return chosen


def selection(repeats):
    """Greedy selection of 200 of 4000 against NumPy, and of 100 of 10^6 in 64 dimensions without a Gram matrix."""
    import resource

    x = np.random.default_rng(1).random((4000, 4))
    k = kb.GaussianKernel(0.3)(x)
    theirs = fastest(lambda: pivoted_cholesky(k, 200, 0.1), min(repeats, 3))
    line("greedy, 200 of 4000, stored", "NumPy", theirs, fastest(lambda: kb.select(k, k=200, noise=0.1), repeats),
         "at least 1.43")
    same = kb.select(k, k=200, noise=0.1).indices.tolist() == pivoted_cholesky(k, 200, 0.1)
    line("greedy, 200 of 4000, kernel on the fly", "NumPy", theirs,
         fastest(lambda: kb.select(kb.GaussianKernel(0.3), x, k=200, noise=0.1), repeats), f"same choice: {same}")
    x = np.random.default_rng(2).normal(size=(10**6, 64))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    chosen = kb.select(kb.GaussianKernel(8.0), x, k=100, noise=0.1)
    seconds = time.perf_counter() - start
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 2**20
    print(f"greedy, 100 of 10^6, d = 64: {seconds:.1f} s, {more:.2f} GB beyond the data, at most 1; "
          f"value / upper_bound {chosen.value / chosen.upper_bound:.3f}")


def kernel_pca(repeats):
    """50 components of 8000 samples against scikit-learn's solvers; residuals of ours."""
    from sklearn.decomposition import KernelPCA

    x = np.random.default_rng(1).normal(size=(8000, 8))
    ours = kb.KernelPCA(50, kernel=kb.GaussianKernel(3.0))
    seconds = fastest(lambda: ours.fit(x), 1)
    k = kb.GaussianKernel(3.0)(x)
    k -= k.mean(axis=0)
    k -= k.mean(axis=1, keepdims=True)
    v = ours.eigenvectors_
    residual = np.linalg.norm(k @ v - v * ours.eigenvalues_, axis=0).max() / ours.eigenvalues_[0]
    print(f"residuals {residual:.1e} of the largest eigenvalue, at most 1e-8")
    for solver, wanted in (("randomized", "at least 1"), ("arpack", "at least 1"), ("auto", "at least 5")):
        theirs = fastest(lambda solver=solver: KernelPCA(50, kernel="rbf", gamma=1 / 18, eigen_solver=solver,
                                                         random_state=1).fit(x), 1)
        line(f"KPCA, 50 of 8000, {solver}", "scikit-learn", theirs, seconds, wanted)


TABLES = (sequences, functionals, selection, kernel_pca)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", choices=[table.__name__ for table in TABLES])
    arguments = parser.parse_args()
    kb.show_config()
    for table in TABLES:
        if arguments.only in (None, table.__name__):
            table(arguments.repeats)


if __name__ == "__main__":
    main()
