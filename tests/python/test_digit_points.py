"""Digits of families in any base: those of the index in exact arithmetic, and the words they write."""

from fractions import Fraction

import numpy as np
import pytest

import korobov as kb

SETS = [kb.Halton(12), kb.Halton(40, seed=3), kb.Halton(3, randomize="nus", seed=3), kb.Faure(5),
        kb.Faure(5, randomize="lms_permutation", seed=1), kb.Faure(2, base=31, alpha=3, seed=9),
        kb.Niederreiter(6, base=3, randomize="shift", seed=2), kb.Hammersley(4, 1000, randomize="permutation", seed=2),
        kb.DigitalNetAnyBase(np.arange(2 * 5 * 4).reshape(2, 5, 4) % 6, base=6, seed=4)]


def places(b):
    """floor(64 / log2 b)."""
    return next(k for k in range(65, 0, -1) if b**k <= 2**64)


@pytest.mark.parametrize("p", SETS, ids=repr)
def test_digits_write_the_words(p):
    first = p.n_max // 2
    digits, words = p.digits(first, first + 4), p.integers(first, first + 4)
    assert digits.dtype == np.uint32
    assert digits.shape == (4, p.d, max(places(int(b)) for b in p.bases))
    for i in range(4):
        for j, b in enumerate(p.bases.tolist()):
            d = places(b)
            assert digits[i, j].max() < b
            assert not digits[i, j, d:].any()
            x = sum(Fraction(int(y), b**(r + 1)) for r, y in enumerate(digits[i, j, :d]))
            assert int(words[i, j]) == int(x * 2**64)


def test_digits_of_halton_are_those_of_the_index():
    for i in (0, 7, 10**6, 2**63 - 1):
        digits = kb.Halton(2000).digits(i, i + 1)[0]
        for j in (0, 1, 2, 100, 1999):
            b, rest = int(kb.Halton(2000).bases[j]), i
            for r in range(places(b)):
                assert digits[j, r] == rest % b
                rest //= b


def test_replicates_and_ranges():
    p = kb.Faure(3, seed=5, replications=2)
    assert p.digits(4).shape == (2, 4, 3, 40)
    for r in range(2):
        np.testing.assert_array_equal(p.digits(4)[r], p.replicate(r).digits(4))
    np.testing.assert_array_equal(p.digits(2, 4), p.digits(4)[:, 2:])
    np.testing.assert_array_equal(p.digits(first=2, last=4), p.digits(4)[:, 2:])
    assert p.digits(0).shape == (2, 0, 3, 40)
    with pytest.raises(ValueError, match="^last: "):
        p.digits(3, 2)
    with pytest.raises(TypeError, match="^n: must be given"):
        p.digits()
    with pytest.raises(MemoryError, match="^digits: "):
        p.digits(2**40)
