"""Independent points: the stream they come from, and that they are uniform."""

import numpy as np
import pytest

import korobov as kb


def test_words_are_numpys_philox():
    """Coordinate j of point i is word i of Philox4x64-10 under key (seed, 5) and counter (., j, replicate, 0)."""
    d, n, seed, replicate = 3, 40, 17, 2
    words = kb.IID(d, seed=seed).replicate(replicate).integers(n)
    for j in range(d):
        # NumPy counts before it draws: its first block is that of the counter plus one.
        start = (j << 64) + (replicate << 128) - 1
        stream = np.random.Philox(key=seed + (5 << 64), counter=start % 2**256)
        np.testing.assert_array_equal(words[:, j], stream.random_raw(n))


def test_uniform():
    """Mean, variance and chi-square over 64 cells of 2^16 values; each bound is 5 standard errors (6e-7)."""
    x = kb.IID(1, seed=3).points(2**16)[:, 0]
    n = len(x)
    assert abs(x.mean() - 1 / 2) < 5 * np.sqrt(1 / 12 / n)
    assert abs(x.var() - 1 / 12) < 5 * np.sqrt(1 / 180 / n)
    counts = np.bincount((x * 64).astype(int), minlength=64)
    assert abs(((counts - n / 64) ** 2).sum() / (n / 64) - 63) < 5 * np.sqrt(2 * 63)


def test_what_a_set_says():
    p = kb.IID(4, seed=3)
    assert (p.d, p.n_max, p.symmetry, p.seed, p.replications) == (4, 2**63, None, 3, None)
    assert p.randomize == "independent"


def test_no_randomize_argument():
    with pytest.raises(TypeError, match="randomize"):
        kb.IID(4, randomize="shift")
