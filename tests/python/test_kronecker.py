"""Kronecker sequences: vectors by exact integer arithmetic, points as multiples mod 1."""

from decimal import Decimal, getcontext
from math import isqrt

import numpy as np
import pytest

import korobov as kb

MASK = 2**64 - 1


def test_richtmyer_by_integer_square_roots():
    primes = [p for p in range(2, 8000) if all(p % q for q in range(2, isqrt(p) + 1))]
    assert kb.Kronecker(len(primes)).vector.tolist() == [isqrt(p << 128) & MASK for p in primes]


@pytest.mark.parametrize("d", [1, 2, 7, 40])
def test_r_sequence_by_decimals(d):
    getcontext().prec = 80
    phi = Decimal(2)
    for _ in range(60 + d):
        phi -= (phi**(d + 1) - phi - 1) / ((d + 1) * phi**d - 1)
    assert kb.Kronecker(d, vector="r_sequence").vector.tolist() == [int(2**64 / phi**(j + 1)) for j in range(d)]


def test_points_are_multiples():
    words = np.array([2**64 - 59, 12345678901234567, 0], dtype=np.uint64)
    p = kb.Kronecker(3, vector=words)
    for first in (0, 10**6, 2**63 - 20):
        expected = [[i * int(w) & MASK for w in words] for i in range(first, first + 20)]
        assert p.integers(first, first + 20).tolist() == expected
    shifted = p.randomized("shift", seed=5)
    np.testing.assert_array_equal(shifted.integers(100) - p.integers(100), np.tile(shifted.integers(1), (100, 1)))
    np.testing.assert_array_equal(p.vector, words)


def test_numbers_and_words():
    a = np.sqrt([2.0, 3.0, 5.0]) % 1
    p = kb.Kronecker(3, vector=a)
    np.testing.assert_array_equal(p.vector, (a * 2.0**64).astype(np.uint64))
    assert p == kb.Kronecker(3, vector=p.vector) and p == kb.Kronecker(3, vector=[*a.tolist(), 0.5])
    assert p != kb.Kronecker(3, vector=a[::-1])


def test_what_a_set_says():
    p = kb.Kronecker(4, seed=3)
    assert (p.d, p.n_max, p.symmetry, p.seed, p.replications, p.randomize) == (4, 2**63, None, 3, None, "shift")
    assert repr(p) == "Kronecker(4, randomize='shift', seed=3)"
    assert repr(kb.Kronecker(2, vector="r_sequence")) == "Kronecker(2, vector='r_sequence')"


@pytest.mark.parametrize("arguments, error, message", [
    ({"vector": "nonsense"}, ValueError, "vector: must be one of 'richtmyer', 'r_sequence'; got 'nonsense'"),
    ({"vector": [0.5]}, ValueError, "vector: must have at least d = 2 components; got 1"),
    ({"vector": [0.5, 1.0]}, ValueError, r"vector: must have components in \[0, 1\); got 1.0"),
    ({"vector": [0.5, -0.1]}, ValueError, "vector: must have components"),
    ({"vector": [0.5, np.nan]}, ValueError, "vector: must have components"),
    ({"vector": [[0.5, 0.1]]}, ValueError, "vector: must have one axis"),
    ({"vector": [1, 2]}, TypeError, "vector: must hold floats in"),
    ({"vector": None}, ValueError, "vector: must have one axis"),
    ({"randomize": "lms", "seed": 1}, ValueError, "randomize: must be one of 'auto', 'shift'; got 'lms'"),
], ids=str)
def test_bad_arguments(arguments, error, message):
    with pytest.raises(error, match="^" + message):
        kb.Kronecker(2, **arguments)


def test_bad_dimension():
    with pytest.raises(ValueError, match="^d: must be in"):
        kb.Kronecker(2**20 + 1)
