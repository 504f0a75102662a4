"""What users give as seed, and what the set shows of it."""

import numpy as np
import pytest

import korobov as kb


def test_an_int_is_the_seed_itself():
    for seed in (0, 7, 2**63, 2**64 - 1, np.int32(7), np.uint64(2**64 - 1)):
        p = kb.Sobol(2, seed=seed)
        assert p.seed == int(seed) and type(p.seed) is int
        assert p == kb.Sobol(2, seed=int(seed))


@pytest.mark.parametrize("make", [
    lambda: np.random.default_rng(11),
    lambda: np.random.SeedSequence(11),
    lambda: np.random.PCG64(11),
    lambda: np.random.RandomState(11),
    lambda: [1, 2, 3],
    lambda: np.array([1, 2, 3]),
], ids=["Generator", "SeedSequence", "BitGenerator", "RandomState", "list", "array"])
def test_numpy_seeds(make):
    p = kb.Lattice(2, seed=make())
    assert 0 <= p.seed < 2**64
    assert p == kb.Lattice(2, seed=make()) == kb.Lattice(2, seed=p.seed)
    np.testing.assert_array_equal(p.integers(10), kb.Lattice(2, seed=p.seed).integers(10))


def test_a_generator_is_drawn_from_and_a_seed_sequence_is_not():
    rng, sequence = np.random.default_rng(3), np.random.SeedSequence(3)
    assert kb.Sobol(2, seed=rng) != kb.Sobol(2, seed=rng)
    assert kb.Sobol(2, seed=sequence) == kb.Sobol(2, seed=sequence)
    assert kb.Sobol(2, seed=sequence.spawn(1)[0]) != kb.Sobol(2, seed=sequence)


def test_no_hidden_randomness():
    for plain in (kb.Sobol(2), kb.Lattice(2), kb.Sobol(2, randomize=None)):
        assert plain.seed is None and plain.randomize is None
        np.testing.assert_array_equal(plain.points(1), [[0.0, 0.0]])
    assert kb.Sobol(2, seed=1).randomize == "lms_shift"
    assert kb.Lattice(2, seed=1).randomize == "shift"


def test_fresh_entropy_is_shown():
    sets = [kb.Sobol(2, randomize="lms") for _ in range(3)] + [kb.IID(2) for _ in range(3)]
    assert len({p.seed for p in sets}) == 6
    for p in sets:
        assert f"seed={p.seed}" in repr(p)
        assert eval("kb." + repr(p)) == p


def test_seeds_give_uncorrelated_shifts():
    """First points under four seeds: correlations over 2^12 dimensions; |z| > 5 has probability 6e-7 per pair."""
    d = 2**12
    for family in (kb.IID, kb.Sobol):
        first = np.stack([family(d, seed=seed).points(1)[0] for seed in range(4)])
        assert np.abs(np.corrcoef(first) - np.eye(4)).max() < 5 / np.sqrt(d)


@pytest.mark.parametrize("seed, error", [
    (-1, ValueError), (2**64, ValueError), (1.5, TypeError), ("seed", TypeError), ([1.5], TypeError),
    ([-1], ValueError), (object(), TypeError), (False, TypeError), (np.float64(3), TypeError)], ids=str)
def test_bad_seeds(seed, error):
    with pytest.raises(error, match="^seed: "):
        kb.Sobol(2, seed=seed)
