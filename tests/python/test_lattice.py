"""Lattices against arithmetic in Python's integers, and what is theirs alone: vectors, orders, sizes."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

import korobov as kb

DATA = Path(__file__).resolve().parents[2] / "data"
MASK = 2**64 - 1
VECTOR = [1, 182667, 469891, 498753, 2**63 + 12345, 2**64 - 1]


def reversed_bits(i):
    return int(format(i, "064b")[::-1], 2)


@pytest.mark.parametrize("first", [0, 1, 1000, 2**20 - 3, 2**40 + 1, 2**62, 2**63 - 5])
@pytest.mark.parametrize("order", ["radical_inverse", "gray"])
def test_words_to_the_last_index(first, order):
    p = kb.Lattice(6, generating_vector=VECTOR, order=order)
    indices = [i ^ (i >> 1) if order == "gray" else i for i in range(first, first + 5)]
    expected = [[reversed_bits(i) * z & MASK for z in VECTOR] for i in indices]
    np.testing.assert_array_equal(p.integers(first, first + 5), np.array(expected, dtype=np.uint64))


@pytest.mark.parametrize("n", [1, 2, 7, 1009, 1000, 2**20, 2**61 - 1, 2**63 - 1])
def test_linear_order_for_any_n(n):
    p = kb.Lattice(6, generating_vector=VECTOR, order="linear", n=n)
    assert p.n_max == p.n == n
    for first in {0, n // 2, max(n - 5, 0)}:
        last = min(first + 5, n)
        expected = [[(z * i % n << 64) // n for z in VECTOR] for i in range(first, last)]
        np.testing.assert_array_equal(p.integers(first, last), np.array(expected, dtype=np.uint64))


def test_orders_hold_the_same_points():
    sets = [kb.Lattice(3), kb.Lattice(3, order="gray"), kb.Lattice(3, order="linear", n=1024)]
    points = [np.sort(p.integers(1024).view([("", np.uint64)] * 3), axis=0) for p in sets]
    assert (points[0] == points[1]).all() and (points[0] == points[2]).all()


def test_default_vector_is_the_committed_table():
    table = DATA / "lattice_embedded_2p10_2p20_d3600.txt"
    numbers = [int(line.split("#")[0]) for line in table.read_text(encoding="utf-8").splitlines()
               if line.split("#")[0].strip()]
    d, n, *vector = numbers
    assert (d, n, len(vector)) == (3600, 2**20, 3600)
    assert kb.Lattice(3600).generating_vector.tolist() == vector
    assert kb.Lattice(3600).n_max == n
    assert kb.Lattice(7).generating_vector.tolist() == vector[:7]


@pytest.fixture(scope="module")
def program():
    """data/lattice_vector.py, which makes and checks the default vector."""
    specification = importlib.util.spec_from_file_location("lattice_vector", DATA / "lattice_vector.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_default_vector_is_certified(program):
    vector = kb.Lattice(3600).generating_vector
    program.check_form(vector)
    program.check_errors(vector[:12], exponents=(10, 13, 20))
    program.check_errors(vector, exponents=(10,))
    broken = vector[:12].copy()
    broken[7] += 2
    with pytest.raises(AssertionError):
        program.check_errors(broken, exponents=(10,))


def test_default_vector_has_no_short_dual_vector(program):
    # h . z = 0 mod n makes exp(2 pi i h . x) constant on the points. In s dimensions the shortest h is of the order of
    # n^(1/s) at best (Minkowski).
    least = program.check_dual(kb.Lattice(4).generating_vector)
    assert {s: ratio > bound for (s, (ratio, _)), bound in zip(least.items(), (0.45, 0.35, 0.5), strict=True)} == {
        2: True, 3: True, 4: True}
    # The measure finds one: (-5, -5, 4, 4) is short for 2^17 points, and this vector has it.
    bad = program.check_dual(np.array([1, 144967, 366321, 371945], dtype=np.uint64))
    assert bad[4] == (pytest.approx(82**0.5 / 2 ** (17 / 4)), 17)


def test_default_vector_is_made_again(program):
    z = program.GIVEN
    for last, kernel, scale, decay in program.STEPS:
        d = min(last, 7)
        z = kb.construct_lattice(d, embedded=program.EXPONENTS, weights=program.weights(scale, decay, d), kernel=kernel,
                                 given=z).generating_vector
    np.testing.assert_array_equal(z, kb.Lattice(7).generating_vector)


def test_a_shift_is_added_mod_one():
    plain, shifted = kb.Lattice(4), kb.Lattice(4, seed=3)
    difference = shifted.integers(100) - plain.integers(100)
    assert (difference == difference[0]).all() and len(set(difference[0].tolist())) == 4


def test_sizes_and_symmetry():
    assert kb.Lattice(2).symmetry == "cyclic"
    assert kb.Lattice(2, generating_vector=[1, 3]).n_max == 2**63
    assert kb.Lattice(2, n=2**12).n_max == 2**12
    assert kb.Lattice(2).order == "radical_inverse"
    assert kb.Lattice(2, generating_vector=(1, 3, 5)) == kb.Lattice(2, generating_vector=np.array([1, 3]))


@pytest.mark.parametrize("arguments, error, message", [
    ({"d": 3601}, ValueError, "d.*3600"),
    ({"order": "linear"}, ValueError, "n: "),
    ({"order": "linear", "n": 0}, ValueError, "n: must be in"),
    ({"order": "linear", "n": 10.0}, TypeError, "n: must be an integer"),
    ({"n": 1000}, ValueError, "n: .*power of two"),
    ({"order": "natural"}, ValueError, "order: must be one of 'radical_inverse', 'gray', 'linear'; got 'natural'"),
    ({"generating_vector": [1]}, ValueError, "generating_vector: must have at least d = 2"),
    ({"generating_vector": [1, 2]}, ValueError, "generating_vector.*odd"),
    ({"generating_vector": [1, 0]}, ValueError, "generating_vector: must be in"),
    ({"generating_vector": [1, -3]}, ValueError, "generating_vector: must be in"),
    ({"generating_vector": [1, 2**64 + 1]}, ValueError, "generating_vector: must be in"),
    ({"generating_vector": [1.0, 3.0]}, TypeError, "generating_vector: must be an integer"),
    ({"generating_vector": [[1, 3]]}, ValueError, "generating_vector: must have one axis"),
    ({"generating_vector": 3}, ValueError, "generating_vector: must have one axis"),
    ({"randomize": "lms"}, ValueError, "randomize: must be one of 'auto', 'shift'; got 'lms'"),
], ids=str)
def test_bad_input(arguments, error, message):
    with pytest.raises(error, match="^" + message):
        kb.Lattice(**{"d": 2, **arguments})
