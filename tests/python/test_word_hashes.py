"""The committed hashes of words, the same file that the C++ tests read."""

from pathlib import Path

import numpy as np
import pytest

import korobov as kb

TABLE = Path(__file__).resolve().parents[1] / "generators" / "word_hashes.txt"
MASK = 2**64 - 1
OWN_COLUMNS = 64


def rows():
    lines = TABLE.read_text(encoding="ascii").splitlines()
    return [line.split() for line in lines if line and not line.startswith("#")]


def mixed(i):
    w = (i + 1) * 0x9E3779B97F4A7C15 & MASK
    w = (w ^ (w >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    w = (w ^ (w >> 27)) * 0x94D049BB133111EB & MASK
    return w ^ (w >> 31)


def make(family, randomize, order, d, seed, n):
    randomization = {} if randomize == "none" else {"randomize": randomize, "seed": int(seed)}
    size = {} if n == "-" else {"n": int(n)}
    family, _, alpha = family.partition("/")
    interlacing = int(alpha or 1)
    match family:
        case "Lattice":
            return kb.Lattice(d, order=order, **randomization, **size)
        case "OwnLattice":
            vector = [mixed(1000 + j) | 1 for j in range(d)]
            return kb.Lattice(d, order=order, generating_vector=vector, **randomization, **size)
        case "Sobol":
            return kb.Sobol(d, order=order, alpha=interlacing, **randomization)
        case "DigitalNet":
            matrices = np.array([[mixed(64 * j + k) for k in range(OWN_COLUMNS)] for j in range(d * interlacing)],
                                dtype=np.uint64)
            return kb.DigitalNet(matrices, order=order, alpha=interlacing, **randomization)
        case "Halton":
            return kb.Halton(d, **randomization)
        case "Faure":
            return kb.Faure(d, alpha=interlacing, **randomization)
        case "Niederreiter3":
            return kb.Niederreiter(d, base=3, **randomization)
        case "Hammersley":
            return kb.Hammersley(d, int(n), **randomization)
        case "DigitalNetAnyBase":
            matrices = np.array([mixed(t + 6) % 6 for t in range(d * 20 * 24)]).reshape(d, 20, 24)
            return kb.DigitalNetAnyBase(matrices, base=6, **randomization)
        case "Kronecker":
            return kb.Kronecker(d, **randomization)
        case "RKronecker":
            return kb.Kronecker(d, vector="r_sequence", **randomization)
        case "OwnKronecker":
            vector = np.array([mixed(1000 + j) | 1 for j in range(d)], dtype=np.uint64)
            return kb.Kronecker(d, vector=vector, **randomization)
        case "LatinHypercube":
            return kb.LatinHypercube(d, int(n), seed=int(seed))
        case "IID":
            return kb.IID(d, seed=int(seed))
    raise AssertionError(family)


def fnv1a(words):
    h = 0xCBF29CE484222325
    for word in words.ravel().tolist():
        h = (h ^ word) * 0x100000001B3 & MASK
    return h


@pytest.mark.parametrize("row", rows(), ids=" ".join)
def test_words_are_those_of_cpp(row):
    family, randomize, order, d, seed, replicate, n, first, last, expected = row
    p = make(family, randomize, order, int(d), seed, n)
    one = p if replicate == "-" else p.replicate(int(replicate))
    assert fnv1a(one.integers(int(first), int(last))) == int(expected, 16)


def test_the_table_covers_every_family():
    assert {row[0].split("/")[0] for row in rows()} == {
        "Lattice", "OwnLattice", "Sobol", "DigitalNet", "IID", "Halton", "Kronecker", "RKronecker", "OwnKronecker",
        "LatinHypercube", "Faure", "Niederreiter3", "Hammersley", "DigitalNetAnyBase"}
