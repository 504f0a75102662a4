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


def interlaced(words, alpha):
    """(n, d * alpha) -> (n, d), through strings of digits."""
    rows = [[format(int(w), "064b") for w in row] for row in words]
    return np.array([[int("".join("".join(digits) for digits in zip(*row[j:j + alpha], strict=True))[:64], 2)
                      for j in range(0, len(row), alpha)] for row in rows], dtype=np.uint64)


@pytest.mark.parametrize("alpha", [2, 3, 4, 5])
def test_interlacing(alpha):
    matrices = rng.integers(0, 2**64, (3 * alpha, 40), dtype=np.uint64)
    p, components = kb.DigitalNet(matrices, alpha=alpha), kb.DigitalNet(matrices)
    assert (p.d, p.alpha, p.n_max) == (3, alpha, 2**(64 // alpha))
    np.testing.assert_array_equal(p.matrices, matrices)
    for first in (0, p.n_max - 60):
        np.testing.assert_array_equal(p.integers(first, first + 60),
                                      interlaced(components.integers(first, first + 60), alpha))
    lms = p.randomized("lms", seed=3, replications=2)
    by_components = interlaced(components.randomized("lms", seed=3).integers(60), alpha)
    np.testing.assert_array_equal(lms.integers(60)[0], by_components)
    both = p.randomized("lms_shift", seed=3).integers(60)
    np.testing.assert_array_equal(both ^ by_components, np.broadcast_to(both[:1], both.shape))
    assert f"alpha={alpha}" in repr(p) and p != components


def test_interlaced_replicates_of_matrices():
    both = rng.integers(0, 2**64, (2, 4, 16), dtype=np.uint64)
    p = kb.DigitalNet(both, alpha=2)
    assert (p.d, p.replications) == (2, 2)
    np.testing.assert_array_equal(p.integers(50)[1], kb.DigitalNet(both[1], alpha=2).integers(50))


def test_interlaced_sobol():
    p = kb.Sobol(2, alpha=3, seed=5)
    assert (p.d, p.alpha, p.n_max, p.symmetry) == (2, 3, 2**21, "dyadic")
    columns = kb.Sobol(6).at(2 ** np.arange(21), dtype=np.uint64).T
    np.testing.assert_array_equal(kb.DigitalNet(columns, alpha=3, seed=5).integers(300), p.integers(300))
    assert kb.Sobol(10600, alpha=2).points(2)[1, 0] == 0.75
    with pytest.raises(ValueError, match="^d: must be from 1 to 10600 with alpha = 2; got 10601"):
        kb.Sobol(10601, alpha=2)
    with pytest.raises(ValueError, match="^last: must be in"):
        p.points(0, 2**21 + 1)


@pytest.mark.parametrize("alpha, error", [(0, ValueError), (6, ValueError), (2.0, TypeError), ("2", TypeError)])
def test_bad_alpha(alpha, error):
    with pytest.raises(error, match="^alpha: "):
        kb.Sobol(2, alpha=alpha)
    with pytest.raises(error, match="^alpha: "):
        kb.DigitalNet(MATRICES, alpha=alpha)


def test_matrices_must_be_whole_sets_of_components():
    with pytest.raises(ValueError, match="^matrices: must have d \\* alpha rows, a multiple of alpha = 2; got 3"):
        kb.DigitalNet(MATRICES, alpha=2)
