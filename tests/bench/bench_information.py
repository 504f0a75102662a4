"""Kernel information, features and sequences against peers, from Python: every ratio with its baseline in one run.

    pip install '.[bench]' && python tests/bench/bench_information.py [--repeats K] [--only NAME]

A time is the minimum over repeats, on all cores; a ratio is the peer's time over korobov's in the same run. What is
wanted stands at the end of its line. The table of features is that of bench_features.py.
"""

import argparse
import time

import bench_features
import numpy as np
from scipy.fft import rfft
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
    """Every functional of one structured spectrum at n = 2^20, against one transform of that size: the library's
    Walsh-Hadamard transform for a net, SciPy's real FFT on all cores for a lattice."""
    n = 2**20
    y = np.random.default_rng(1).random(n)
    for points, kernel, peer, call in (
        (kb.Sobol(4, seed=1), kb.DigitallyShiftInvariantKernel(4), "fwht", lambda: kb.fwht(y)),
        (kb.Lattice(4, seed=1), kb.ShiftInvariantKernel(4), "rfft", lambda: rfft(y, workers=-1)),
    ):
        s = kb.spectrum(points, kernel, n=n)
        print(f"spectrum at n = 2^20, {points!r}: {fastest(lambda p=points, k=kernel: kb.spectrum(p, k, n=n), 2):.3f} s")
        transform = fastest(call, repeats)
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
            line(name, peer, transform, seconds, "at least 0.67")
        print(f"all {len(calls)} functionals: {total / len(calls) / transform:.2f} {peer} each, at most 1.5")


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


def kernel_pca(repeats, n=8000):
    """50 components of n samples against scikit-learn's solvers; residuals of ours."""
    from sklearn.decomposition import KernelPCA

    x = np.random.default_rng(1).normal(size=(n, 8))
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
        line(f"KPCA, 50 of {n}, {solver}", "scikit-learn", theirs, seconds, wanted)


def features(repeats):
    """Features of 10^5 rows against RBFSampler, errors of QMC frequencies against independent ones, RKE of 10^6 rows."""
    bench_features.tables(100_000, repeats)


TABLES = (sequences, functionals, selection, features, kernel_pca)


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
