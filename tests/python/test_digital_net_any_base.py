"""Nets in any base: exact arithmetic, equidistribution, OpenTURNS' and SciPy's relatives, randomizations, arguments."""

from fractions import Fraction
from itertools import product
from math import comb

import numpy as np
import pytest

import korobov as kb

RANDOMIZATIONS = ("lms_shift", "lms_permutation", "permutation", "lms", "shift", "nus")


def boxes(words, sides):
    """Of each point the box with so many intervals per axis; a word w stands for [w, w + 1) 2^-64."""
    return [tuple((int(w) + 1) * side - 1 >> 64 for w, side in zip(row, sides)) for row in words]


def index_digits(i, b):
    digits = []
    while i:
        digits.append(i % b)
        i //= b
    return digits


@pytest.mark.parametrize("base", [2, 3, 5, 7, 13, 101, 10007])
def test_faure_words_equal_rational_arithmetic(base):
    """Points near and far; components of binomials as Python's integers."""
    d = min(base, 4)
    p = kb.Faure(d, base=base)
    places = next(k for k in range(65, 0, -1) if base**k <= 2**64)
    assert p.n_max == min(base**places, 2**63)
    for i in (0, 1, base + 1, base**3 - 1, 10**9 + 7, p.n_max - 1):
        digits = index_digits(i, base)
        words = p.at([i], dtype=np.uint64)[0]
        for k in range(d):
            y = [sum(comb(c, r) * k**(c - r) * a for c, a in enumerate(digits) if c >= r) % base for r in range(places)]
            x = sum(Fraction(value, base**(r + 1)) for r, value in enumerate(y))
            assert int(words[k]) == int(x * 2**64)


def test_faure_as_published():
    """The first points in three dimensions, in ninths (Faure 1982), here in the natural order of the index."""
    ninths = [[0, 0, 0], [3, 3, 3], [6, 6, 6], [1, 4, 7], [4, 7, 1], [7, 1, 4], [2, 8, 5], [5, 2, 8], [8, 5, 2]]
    np.testing.assert_allclose(kb.Faure(3).points(9), np.array(ninths) / 9, rtol=0, atol=2**-53)


@pytest.mark.parametrize("how", [None, *RANDOMIZATIONS])
def test_faure_is_a_net_with_t_0(how):
    p = kb.Faure(3, randomize=how, seed=None if how is None else 5)
    for m, first in product((1, 2, 3, 4), (0, 7 * 3**20)):
        words = p.integers(first, first + 3**m)
        for k in product(range(m + 1), repeat=3):
            if sum(k) == m:
                assert len(set(boxes(words, [3**e for e in k]))) == 3**m


def test_niederreiter_in_base_2_is_sobols_relative():
    """t = 0 in two dimensions and sum (e_j - 1) = 3 in four; the first coordinate is van der Corput's."""
    p = kb.Niederreiter(4)
    np.testing.assert_array_equal(p.integers(512)[:, 0], kb.Sobol(1).integers(512)[:, 0])
    words = p.integers(256)
    for k in product(range(6), repeat=4):
        if sum(k) == 8 - 3:
            assert set(np.unique(boxes(words, [2**e for e in k]), axis=0, return_counts=True)[1]) == {8}


def test_niederreiter_in_a_prime_base_has_faures_coordinates():
    np.testing.assert_array_equal(kb.Niederreiter(5, base=5).integers(700), kb.Faure(5).integers(700)[:, [0, 4, 3, 2, 1]])


@pytest.mark.parametrize("n", [2, 12, 1000, 1024, 2**62, 3**39, 2097143])
def test_hammersley_is_i_over_n_and_radical_inverses(n):
    p = kb.Hammersley(3, n)
    assert (p.n, p.n_max) == (n, n)
    first = max(0, n - 50)
    words = p.integers(first, n)
    assert [int(w) for w in words[:, 0]] == [(i << 64) // n for i in range(first, n)]
    np.testing.assert_array_equal(words[:, 1:], kb.Halton(2).integers(first, n))


@pytest.mark.parametrize("how", RANDOMIZATIONS)
def test_hammersley_keeps_one_point_per_slice(how):
    words = kb.Hammersley(2, 1000, randomize=how, seed=8).integers(1000)
    assert sorted(b[0] for b in boxes(words, [1000, 1])) == list(range(1000))
    assert len(set(boxes(kb.Hammersley(2, 64, randomize=how, seed=8).integers(64), [8, 8]))) == 64


def test_own_matrices():
    """Base 10: the second coordinate has the digits of the index as they are written."""
    matrices = [np.eye(3, dtype=int), np.eye(3, dtype=int)[::-1]]
    p = kb.DigitalNetAnyBase(matrices, base=10)
    assert (p.base, p.alpha, p.n_max, p.d) == (10, 1, 1000, 2)
    np.testing.assert_allclose(p.points(1000)[:, 1], np.arange(1000) / 1000, rtol=0, atol=2**-52)
    np.testing.assert_array_equal(p.matrices, matrices)
    assert p == kb.DigitalNetAnyBase(p.matrices.astype(np.int8), base=10)
    assert p != kb.DigitalNetAnyBase(p.matrices, base=11)
    scrambled = p.randomized("lms", seed=3)
    again = kb.DigitalNetAnyBase(scrambled.matrices, base=10)
    np.testing.assert_array_equal(again.integers(1000), scrambled.integers(1000))


def test_interlacing_takes_digits_in_turn():
    one, two = kb.Faure(4, base=5), kb.Faure(2, base=5, alpha=2)
    digits = one.digits(500).reshape(500, 2, 2, -1)[..., :13]
    np.testing.assert_array_equal(two.digits(500)[..., :26], np.swapaxes(digits, 2, 3).reshape(500, 2, 26))
    assert two.n_max == 5**13


@pytest.mark.parametrize("p", [kb.Faure(3, seed=3), kb.Faure(3, base=7, alpha=2, seed=3), kb.Niederreiter(3, base=3, seed=3),
                               kb.Hammersley(3, 100, seed=3),
                               kb.DigitalNetAnyBase(np.ones((3, 2, 4), int), base=4, seed=3)], ids=repr)
def test_what_every_set_does(p):
    assert (p.d, p.symmetry, p.seed, p.randomize, p.order) == (3, None, 3, "lms_shift", "natural")
    x = p.points(60)
    np.testing.assert_array_equal(p.at([59, 3, 3]), x[[59, 3, 3]])
    np.testing.assert_array_equal(np.concatenate(list(p.blocks(60, size=7))), x)
    np.testing.assert_array_equal(p.points(60, dtype=np.float32), (p.integers(60) >> np.uint64(40)).astype(np.float32) / 2**24)
    out = np.empty((3, 60)).T
    assert p.points(60, out=out) is out
    np.testing.assert_array_equal(out, x)
    for how in RANDOMIZATIONS:
        many = p.randomized(how, seed=7, replications=3)
        np.testing.assert_array_equal(many.points(20)[2], p.randomized(how, seed=7).replicate(2).points(20))
        assert not np.array_equal(many.points(20)[2], many.points(20)[1])
        assert many.points(60, endpoint="open").min() > 0


def test_what_a_set_shows():
    assert repr(kb.Faure(4, seed=3)) == "Faure(4, base=5, randomize='lms_shift', seed=3)"
    assert repr(kb.Niederreiter(4, base=3, alpha=2)) == "Niederreiter(4, base=3, alpha=2)"
    assert repr(kb.Hammersley(2, 9)) == "Hammersley(2, 9)"
    assert repr(kb.DigitalNetAnyBase([[[1]]], base=3)) == "DigitalNetAnyBase(<matrices of shape (1, 1, 1)>, base=3)"
    assert kb.Faure(3).base == 3
    assert kb.Faure(3, randomize="nus").seed is not None
    with pytest.raises(ValueError, match="read-only"):
        kb.DigitalNetAnyBase([[[1]]], base=3)._arguments["matrices"][:] = 0


@pytest.mark.parametrize(("make", "error", "message"), [
    (lambda: kb.Faure(0), ValueError, "d: must be"),
    (lambda: kb.Faure(100_001), ValueError, "d: must be from 1 to 100000"),
    (lambda: kb.Faure(2.5), TypeError, "d: must be an integer"),
    (lambda: kb.Faure(3, base=9), ValueError, "base: must be a prime"),
    (lambda: kb.Faure(3, base=2), ValueError, "base: must be a prime from d \\* alpha = 3"),
    (lambda: kb.Faure(3, base="3"), TypeError, "base: must be an integer"),
    (lambda: kb.Faure(3, alpha=0), ValueError, "alpha: must be in \\[1, 5\\]; got 0"),
    (lambda: kb.Faure(3, alpha=2, base=5), ValueError, "base: must be a prime from d \\* alpha = 6"),
    (lambda: kb.Faure(3, randomize="owen", seed=1), ValueError, "randomize: must be one of"),
    (lambda: kb.Faure(3, randomize=None, seed=1), ValueError, "seed: must be None"),
    (lambda: kb.Faure(3, replications=2), ValueError, "replications: must be None"),
    (lambda: kb.Faure(3, seed=1, replications=0), ValueError, "replications: must be"),
    (lambda: kb.Faure(3, seed=1.5), TypeError, "seed: must be"),
    (lambda: kb.Faure(5).points(5**27 + 1), ValueError, "n: must be in"),
    (lambda: kb.Faure(3).at([-1]), ValueError, "indices: must be in"),
    (lambda: kb.Faure(3).replicate(0), ValueError, "replicate: must be asked of a randomized set"),
    (lambda: kb.Faure(3).points(3, dtype=int), TypeError, "dtype: must be"),
    (lambda: kb.Faure(3).points(3, out=np.empty((3, 2))), ValueError, "out: must have shape"),
    (lambda: kb.Faure(3).points(3, endpoint="closed"), ValueError, "endpoint: must be one of"),
    (lambda: kb.Niederreiter(1001), ValueError, "d: must be from 1 to 1000"),
    (lambda: kb.Niederreiter(True), TypeError, "d: must be an integer"),
    (lambda: kb.Niederreiter(3, base=6), ValueError, "base: must be a prime, at most 2\\^21; got 6"),
    (lambda: kb.Niederreiter(3, base=2**21 + 1), ValueError, "base: must be in"),
    (lambda: kb.Niederreiter(3, alpha=6), ValueError, "alpha: must be in"),
    (lambda: kb.Niederreiter(3, randomize="qmc"), ValueError, "randomize: must be one of"),
    (lambda: kb.Hammersley(0, 9), ValueError, "d: must be"),
    (lambda: kb.Hammersley(2, 1), ValueError, "n: must be in"),
    (lambda: kb.Hammersley(2, 2**63), ValueError, "n: must be in"),
    (lambda: kb.Hammersley(2, 9.0), TypeError, "n: must be an integer"),
    (lambda: kb.Hammersley(2, 2097169), ValueError, "n: must be a power b\\^m"),
    (lambda: kb.Hammersley(2, 9).points(10), ValueError, "n: must be in \\[0, 9\\]"),
    (lambda: kb.DigitalNetAnyBase([[1]], base=3), ValueError, "matrices: must be \\(d, rows, columns\\)"),
    (lambda: kb.DigitalNetAnyBase([[[1], [1, 2]]], base=3), ValueError, "matrices: must be \\(d, rows, columns\\)"),
    (lambda: kb.DigitalNetAnyBase(np.zeros((0, 2, 2), int), base=3), ValueError, "matrices: .* none empty"),
    (lambda: kb.DigitalNetAnyBase([[[3]]], base=3), ValueError, "matrices: must be in \\[0, 3\\).*got 3"),
    (lambda: kb.DigitalNetAnyBase([[[-1]]], base=3), ValueError, "matrices: must be in \\[0, 3\\).*got -1"),
    (lambda: kb.DigitalNetAnyBase([[[1.0]]], base=3), TypeError, "matrices: must be integers"),
    (lambda: kb.DigitalNetAnyBase([[["a"]]], base=3), TypeError, "matrices: must be integers"),
    (lambda: kb.DigitalNetAnyBase([[[1]]], base=1), ValueError, "base: must be in"),
    (lambda: kb.DigitalNetAnyBase([[[1]]], base=None), TypeError, "base: must be an integer"),
    (lambda: kb.DigitalNetAnyBase([[[1]]], base=3, alpha=2), ValueError, "matrices: must be d \\* alpha"),
    (lambda: kb.DigitalNetAnyBase(np.zeros((1, 41, 1), int), base=3), ValueError, "rows: must be from 1 to 40"),
    (lambda: kb.DigitalNetAnyBase(np.zeros((1, 1, 41), int), base=3), ValueError, "columns: must be from 1 to 40"),
])
def test_bad_arguments(make, error, message):
    with pytest.raises(error, match="^" + message):
        make()
