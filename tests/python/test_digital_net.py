"""Digital nets with own matrices: points by their definition, conventions, replicates of matrices, bad input."""

import numpy as np
import pytest

import korobov as kb

rng = np.random.default_rng(7)
MATRICES = rng.integers(0, 2**64, (3, 12), dtype=np.uint64)


def by_definition(matrices, indices):
    words = np.zeros((len(indices), matrices.shape[0]), np.uint64)
    for row, i in enumerate(indices):
        for k in range(matrices.shape[1]):
            if i >> k & 1:
                words[row] ^= matrices[:, k]
    return words


def reversed_bits(words):
    return np.vectorize(lambda w: int(format(int(w), "064b")[::-1], 2), otypes=[np.uint64])(words)


def test_points_are_the_definition():
    n = 2**12
    np.testing.assert_array_equal(kb.DigitalNet(MATRICES).integers(n), by_definition(MATRICES, range(n)))
    gray = kb.DigitalNet(MATRICES, order="gray")
    np.testing.assert_array_equal(gray.integers(n), by_definition(MATRICES, [i ^ (i >> 1) for i in range(n)]))


def test_digits_beyond_the_thirty_second():
    one = kb.DigitalNet(np.array([[1, 2**20]], dtype=np.uint64))
    np.testing.assert_array_equal(one.integers(4)[:, 0], np.array([0, 1, 2**20, 2**20 + 1], np.uint64))


def test_sixty_four_columns():
    matrices = rng.integers(0, 2**64, (2, 64), dtype=np.uint64)
    p = kb.DigitalNet(matrices)
    assert p.n_max == 2**63
    np.testing.assert_array_equal(p.at([2**63 - 1, 2**62 + 5], dtype=np.uint64),
                                  by_definition(matrices, [2**63 - 1, 2**62 + 5]))


def test_least_significant_bit_first():
    p, q = kb.DigitalNet(MATRICES), kb.DigitalNet(reversed_bits(MATRICES), msb_first=False)
    assert p == q
    np.testing.assert_array_equal(p.integers(100), q.integers(100))
    np.testing.assert_array_equal(kb.DigitalNet([[1, 2]], msb_first=False).points(4)[:, 0], [0, 0.5, 0.25, 0.75])
    np.testing.assert_array_equal(q.matrices, MATRICES)


def test_replicates_of_matrices():
    both = np.stack([MATRICES, MATRICES[::-1]])
    p = kb.DigitalNet(both)
    assert (p.replications, p.randomize, p.seed) == (2, None, None)
    np.testing.assert_array_equal(p.integers(64)[0], kb.DigitalNet(MATRICES).integers(64))
    np.testing.assert_array_equal(p.integers(64)[1], kb.DigitalNet(MATRICES[::-1]).integers(64))
    np.testing.assert_array_equal(p.replicate(1).matrices, MATRICES[::-1])
    shifted = kb.DigitalNet(both, randomize="shift", seed=4)
    difference = shifted.integers(64) ^ p.integers(64)
    assert (difference == difference[:, :1]).all() and len(np.unique(difference[:, 0])) == 6
    assert kb.DigitalNet(both, randomize="shift", seed=4, replications=2) == shifted
    for replications in (1, 3):
        with pytest.raises(ValueError, match="^replications: must be in"):
            kb.DigitalNet(both, seed=4, replications=replications)


def test_sobol_is_a_digital_net():
    sobol = kb.Sobol(4, seed=9, replications=2)
    columns = kb.Sobol(4).at(2 ** np.arange(63), dtype=np.uint64).T
    np.testing.assert_array_equal(kb.DigitalNet(columns, seed=9, replications=2).integers(300), sobol.integers(300))


def test_what_a_set_says():
    p = kb.DigitalNet(MATRICES)
    assert (p.d, p.n_max, p.symmetry, p.order) == (3, 2**12, "dyadic", "natural")
    assert "(3, 12)" in repr(p)
    with pytest.raises(ValueError, match="read-only"):
        p.matrices[0, 0] = 1


@pytest.mark.parametrize("matrices, error, message", [
    (np.zeros((0, 4), np.uint64), ValueError, "none empty"),
    (np.zeros((2, 0), np.uint64), ValueError, "none empty"),
    (np.ones((2, 65), np.uint64), ValueError, "from 1 to 64 columns"),
    (np.ones(4, np.uint64), ValueError, r"\(d, m\) or \(R, d, m\)"),
    (np.ones((1, 1, 1, 1), np.uint64), ValueError, r"\(d, m\) or \(R, d, m\)"),
    (np.ones((2, 4)), TypeError, "unsigned integers; got dtype float64"),
    (np.ones((2, 4), bool), TypeError, "unsigned integers; got dtype bool"),
    ([["a"]], TypeError, "unsigned integers"),
    ([[1, 2], [3]], ValueError, "different lengths"),
    ([[1, -2]], ValueError, "must not be negative; got -2"),
    (None, TypeError, "unsigned integers"),
], ids=str)
def test_bad_matrices(matrices, error, message):
    with pytest.raises(error, match="^matrices: .*" + message):
        kb.DigitalNet(matrices)


def test_bad_options():
    with pytest.raises(TypeError, match="^msb_first: must be True or False; got 1"):
        kb.DigitalNet(MATRICES, msb_first=1)
    with pytest.raises(ValueError, match="^order: must be one of 'natural', 'gray'; got 'linear'"):
        kb.DigitalNet(MATRICES, order="linear")
