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


TABLES = (sequences,)


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
