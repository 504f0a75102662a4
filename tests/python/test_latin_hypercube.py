"""Latin hypercube samples: one point per slice of every axis, exact words, uniform permutations."""

from itertools import permutations

import numpy as np
import pytest

import korobov as kb


@pytest.mark.parametrize("n", [1, 2, 7, 1000, 4096, 4097, 70001])
def test_one_point_per_slice(n):
    x = kb.LatinHypercube(3, n, seed=4, replications=2).points(n, endpoint="open")[1]
    np.testing.assert_array_equal(np.sort((x * n).astype(int), axis=0), np.tile(np.arange(n)[:, None], 3))


def test_words_are_the_strata_with_numpys_philox_inside():
    """Word i of Philox4x64-10 under key (seed, 12) and counter (., j, replicate, 0) places point i in its slice."""
    d, n, seed, replicate = 2, 10007, 17, 3
    words = kb.LatinHypercube(d, n, seed=seed).replicate(replicate).integers(n)
    for j in range(d):
        start = (j << 64) + (replicate << 128) - 1
        uniform = np.random.Philox(key=seed + (12 << 64), counter=start % 2**256).random_raw(n)
        slices = [(int(w) * n + n - 1) >> 64 for w in words[:, j]]
        assert [((s << 64) + int(u)) // n for s, u in zip(slices, uniform)] == words[:, j].tolist()
        assert sorted(slices) == list(range(n))


def test_permutations_of_small_samples_are_equally_likely():
    """Chi-square over the 24 permutations of 4, 12000 replicates; 5 standard deviations, about 1e-6."""
    x = kb.LatinHypercube(1, 4, seed=2, replications=12000).points(4)[..., 0]
    index = {p: k for k, p in enumerate(permutations(range(4)))}
    counts = np.bincount([index[tuple(p)] for p in (4 * x).astype(int).tolist()], minlength=24)
    assert abs(((counts - 500) ** 2).sum() / 500 - 23) < 5 * np.sqrt(2 * 23)


def test_what_a_sample_says():
    p = kb.LatinHypercube(4, 50, seed=3)
    assert (p.d, p.n, p.n_max, p.symmetry, p.seed, p.replications) == (4, 50, 50, None, 3, None)
    assert p.randomize == "independent" and repr(p) == "LatinHypercube(4, 50, seed=3)"
    assert kb.LatinHypercube(4, 51, seed=3) != p
    assert kb.LatinHypercube(2, 2**62, seed=1).at([2**62 - 1, 2**61]).shape == (2, 2)


@pytest.mark.parametrize("arguments, error, message", [
    ((0, 5), ValueError, "d: must be in"),
    ((2, 0), ValueError, "n: must be in"),
    ((2, 2**62 + 1), ValueError, "n: must be in"),
    ((2, 5.0), TypeError, "n: must be an integer"),
    ((2, None), TypeError, "n: must be an integer"),
])
def test_bad_arguments(arguments, error, message):
    with pytest.raises(error, match="^" + message):
        kb.LatinHypercube(*arguments, seed=1)


def test_no_randomize_argument():
    with pytest.raises(TypeError, match="randomize"):
        kb.LatinHypercube(4, 5, randomize="shift")
