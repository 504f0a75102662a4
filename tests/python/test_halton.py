"""Halton sequences: exact rational arithmetic, and SciPy's values."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import qmc

import korobov as kb

RANDOMIZATIONS = ("lms_shift", "lms_permutation", "permutation", "lms", "shift", "nus")


def primes(d):
    found = []
    candidate = 2
    while len(found) < d:
        if all(candidate % p for p in found if p * p <= candidate):
            found.append(candidate)
        candidate += 1
    return found


def word(i, b):
    """floor(2^64 x), x the radical inverse of i in base b cut to floor(64 / log2 b) digits."""
    x, weight = Fraction(0), Fraction(1, b)
    while weight >= Fraction(1, 2**64):
        x += i % b * weight
        i //= b
        weight /= b
    return int(x * 2**64)


@pytest.mark.parametrize("first", [0, 10**6, 2**40 - 3, 2**62 + 1, 2**63 - 3])
def test_words_equal_rational_arithmetic_up_to_the_largest_primes(first):
    words = kb.Halton(10_000).integers(first, first + 2)
    bases = primes(10_000)
    for j in (*range(60), 171, 172, 6541, 6542, 9998, 9999):
        for i in range(2):
            assert int(words[i, j]) == word(first + i, bases[j])


def test_points_are_scipys():
    """Both are within 2^-53 of the radical inverse, rounded up or down."""
    for d, n in ((10, 5000), (1000, 300)):
        theirs = qmc.Halton(d, scramble=False).random(n)
        assert np.abs(kb.Halton(d).points(n) - theirs).max() <= 2**-52


@pytest.mark.parametrize("how", RANDOMIZATIONS)
def test_each_coordinate_keeps_one_point_per_elementary_interval(how):
    p = kb.Halton(6, randomize=how, seed=5)
    for j, b in enumerate(primes(6)):
        for k in (1, 2, 3):
            words = p.integers(7 * b**k, 8 * b**k)[:, j]
            # A word w stands for [w, w + 1) 2^-64, which lies in the interval of N / b^D.
            cells = sorted((int(w) + 1) * b**k - 1 >> 64 for w in words)
            assert cells == list(range(b**k))


def test_what_a_set_says():
    p = kb.Halton(4, seed=3)
    assert (p.d, p.n_max, p.symmetry, p.seed, p.randomize, p.order) == (4, 2**63, None, 3, "lms_shift", "natural")
    assert repr(p) == "Halton(4, randomize='lms_shift', seed=3)"
    assert kb.Halton(4).randomize is None
    assert p.randomized("nus", seed=3) != p


@pytest.mark.parametrize("how", RANDOMIZATIONS)
def test_replicates_are_the_same_whatever_their_number(how):
    p = kb.Halton(3, randomize=how, seed=3, replications=3)
    assert np.array_equal(p.points(20)[2], kb.Halton(3, randomize=how, seed=3).replicate(2).points(20))
    assert not np.array_equal(p.points(20)[2], p.points(20)[1])


@pytest.mark.parametrize("d", [0, -1, 100_001, 2**62])
def test_bad_dimensions(d):
    with pytest.raises(ValueError, match="d: must be"):
        kb.Halton(d)


def test_bad_arguments():
    with pytest.raises(TypeError, match="d"):
        kb.Halton(2.0)
    with pytest.raises(ValueError, match="randomize"):
        kb.Halton(2, randomize="owen", seed=1)
    with pytest.raises(ValueError, match="seed"):
        kb.Halton(2, randomize=None, seed=1)
    with pytest.raises(ValueError, match="replications"):
        kb.Halton(2, replications=2)
