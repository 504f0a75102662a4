"""Sobol' points against SciPy's, equal bit for bit after reordering, and the net property in integers."""

import numpy as np
import pytest

import korobov as kb


@pytest.mark.parametrize("bits", [30, 52, 64])
@pytest.mark.parametrize("d", [1, 2, 21, 1000])
def test_equal_to_scipy_bit_for_bit(d, bits):
    """SciPy walks in Gray order and keeps `bits` digits."""
    qmc = pytest.importorskip("scipy.stats").qmc
    n = 1024
    theirs = qmc.Sobol(d, scramble=False, bits=bits).random(n)
    ours = kb.Sobol(d, order="gray")
    scaled = (ours.integers(n) >> np.uint64(64 - bits)).astype(np.float64) * 2.0**-bits
    np.testing.assert_array_equal(scaled, theirs)
    gray = np.arange(n) ^ (np.arange(n) >> 1)
    np.testing.assert_array_equal(kb.Sobol(d).integers(n)[gray], ours.integers(n))


def test_equal_to_scipy_in_the_last_dimension_and_far_out():
    qmc = pytest.importorskip("scipy.stats").qmc
    d = 21201
    theirs = qmc.Sobol(d, scramble=False, bits=64)
    np.testing.assert_array_equal(kb.Sobol(d, order="gray").points(8), theirs.random(8))
    few = qmc.Sobol(5, scramble=False, bits=30)  # SciPy cannot jump with more than 32
    few.fast_forward(2**20 - 3)
    ours = (kb.Sobol(5, order="gray").integers(2**20 - 3, 2**20 + 3) >> np.uint64(34)) * 2.0**-30
    np.testing.assert_array_equal(ours, few.random(6))


@pytest.mark.parametrize("arguments", [{}, {"randomize": "lms", "seed": 1}, {"randomize": "shift", "seed": 1},
                                       {"randomize": "lms_shift", "seed": 1}, {"order": "gray"}], ids=str)
@pytest.mark.parametrize("first", [0, 2**10, 2**45])
def test_first_two_dimensions_are_a_net_with_t_zero(arguments, first):
    """Every elementary interval of an aligned block of 2^m points holds one point."""
    m = 10
    words = kb.Sobol(2, **arguments).integers(first, first + 2**m)
    for k in range(m + 1):
        boxes = [(words[:, j] >> np.uint64(64 - bits)) if bits else np.zeros(2**m, np.uint64)
                 for j, bits in ((0, k), (1, m - k))]
        assert len({(int(a), int(b)) for a, b in zip(*boxes, strict=True)}) == 2**m


def test_what_a_set_says():
    p = kb.Sobol(3)
    assert (p.d, p.n_max, p.symmetry, p.order, p.replications) == (3, 2**63, "dyadic", "natural", None)
    np.testing.assert_array_equal(p.points(1), np.zeros((1, 3)))
    np.testing.assert_array_equal(kb.Sobol(3, randomize="lms", seed=4).points(1), np.zeros((1, 3)))
    assert p.randomized("shift", seed=1).points(1).min() > 0


@pytest.mark.parametrize("d", [21202, 10**6])
def test_dimensions_past_the_table(d):
    with pytest.raises(ValueError, match="^d.*21201"):
        kb.Sobol(d)
