"""Nested uniform scrambling: the documented coins in Python's integers, access, values, and what integration says."""

import pickle

import numpy as np
import pytest

import korobov as kb

MASK = 2**64 - 1
M = 0xBEA225F9EB34556D
NESTED_UNIFORM = 7  # the purpose in the engine's key
rng = np.random.default_rng(3)
MATRICES = rng.integers(0, 2**64, (2, 2, 20), dtype=np.uint64)  # (R, d, m)


def keys(seed, replicate, j):
    """Words 0, 1, 2 of the stream, from NumPy's Philox, which counts up before the first block."""
    engine = np.random.Philox(key=seed + (NESTED_UNIFORM << 64), counter=(j << 64) + (replicate << 128))
    engine.advance(-1 % 2**256)
    return [int(w) for w in engine.random_raw(3)]


def scrambled(x, key):
    """One coordinate, a coin per digit."""
    a, b, c = key
    y = 0
    for k in range(64):
        prefix = x >> (64 - k) << (64 - k)
        z = prefix ^ a
        z = (z ^ z >> 32) * M & MASK
        z = (z ^ z >> 29) * M + b & MASK
        z = (z ^ z >> 32) * M & MASK
        z ^= z >> 29 ^ c
        y |= (z ^ x) & 1 << (63 - k)
    return y


def expected(plain, seed, replicate):
    return np.array([[scrambled(int(x), keys(seed, replicate, j)) for j, x in enumerate(row)] for row in plain],
                    dtype=np.uint64)


def test_words_are_their_definition():
    p = kb.Sobol(3, randomize="nus", seed=11)
    plain = kb.Sobol(3)
    np.testing.assert_array_equal(p.integers(50), expected(plain.integers(50), 11, 0))
    np.testing.assert_array_equal(p.replicate(5).integers(2**40, 2**40 + 30),
                                  expected(plain.integers(2**40, 2**40 + 30), 11, 5))
    gray = kb.DigitalNet(MATRICES[0], order="gray")
    np.testing.assert_array_equal(gray.randomized("nus", seed=1).integers(40), expected(gray.integers(40), 1, 0))


def test_interlaced_components_are_scrambled():
    alpha, d, n = 3, 2, 40
    components = expected(kb.Sobol(d * alpha).integers(n), 6, 0)
    words = np.zeros((n, d), np.uint64)
    for tau in range(64):
        digit = components[:, tau % alpha::alpha] >> np.uint64(63 - tau // alpha) & np.uint64(1)
        words |= digit << np.uint64(63 - tau)
    p = kb.Sobol(d, alpha=alpha, randomize="nus", seed=6)
    np.testing.assert_array_equal(p.integers(n), words)
    assert p.n_max == 2**21


def test_access():
    p = kb.Sobol(4, randomize="nus", seed=2, replications=3)
    whole = p.points(40000)
    assert whole.shape == (3, 40000, 4) and (whole < 1).all()
    np.testing.assert_array_equal(p.points(12345, 33333), whole[:, 12345:33333])
    np.testing.assert_array_equal(np.concatenate(list(p.blocks(40000, 7000)), axis=1), whole)
    where = rng.integers(0, 40000, 5000)
    np.testing.assert_array_equal(p.at(where), whole[:, where])
    np.testing.assert_array_equal(p.replicate(2).points(100), whole[2, :100])
    np.testing.assert_array_equal(p.integers(100) >> np.uint64(11), (whole[:, :100] * 2.0**53).astype(np.uint64))
    single = p.points(100, dtype=np.float32)
    np.testing.assert_array_equal(single, (p.integers(100) >> np.uint64(40)).astype(np.float32) / 2.0**24)
    out = np.empty((3, 4, 500)).transpose(0, 2, 1)
    assert p.points(500, out=out) is out
    np.testing.assert_array_equal(out, whole[:, :500])
    opened = p.points(100, endpoint="open")
    assert ((0 < opened) & (opened < 1)).all()


def test_a_wide_set_contains_a_narrow_one():
    np.testing.assert_array_equal(kb.Sobol(50, randomize="nus", seed=2).points(300)[:, :5],
                                  kb.Sobol(5, randomize="nus", seed=2).points(300))


def test_what_a_set_says():
    p = kb.Sobol(3, randomize="nus", seed=7)
    assert (p.randomize, p.seed, p.symmetry, p.order, p.n_max) == ("nus", 7, "dyadic_tree", "natural", 2**63)
    assert repr(p) == "Sobol(3, randomize='nus', seed=7)"
    assert pickle.loads(pickle.dumps(p)) == p
    again = pickle.loads(pickle.dumps(kb.Sobol(3, randomize="nus", seed=7, replications=4).replicate(3)))
    np.testing.assert_array_equal(again.points(9), p.replicate(3).points(9))
    assert kb.Sobol(3, randomize="nus").seed != kb.Sobol(3, randomize="nus").seed


def test_randomizations_replace_each_other():
    nus = kb.Sobol(3, randomize="nus", seed=7)
    lms = kb.Sobol(3, seed=8, replications=2)
    back = nus.randomized("lms_shift", seed=8, replications=2)
    assert back == lms and back.symmetry == "dyadic"
    np.testing.assert_array_equal(back.points(64), lms.points(64))
    assert lms.randomized("nus", seed=7) == nus
    np.testing.assert_array_equal(nus.randomized("nus", seed=9).points(64),
                                  kb.Sobol(3, randomize="nus", seed=9).points(64))


def test_replicates_of_matrices():
    p = kb.DigitalNet(MATRICES, randomize="nus", seed=5)
    assert p.replications == 2
    for r in range(2):
        np.testing.assert_array_equal(p.integers(30)[r], expected(kb.DigitalNet(MATRICES[r]).integers(30), 5, r))
        np.testing.assert_array_equal(p.replicate(r).integers(30), p.integers(30)[r])


def test_bad_names():
    with pytest.raises(ValueError, match="^randomize: must be one of"):
        kb.Lattice(3, randomize="nus", seed=1)
    with pytest.raises(ValueError, match="^randomize: must be one of"):
        kb.Sobol(3, randomize="owen", seed=1)


def exponential(x):
    return np.exp(x.sum(axis=1))


def test_integration_uses_replicates():
    points = kb.Sobol(3, randomize="nus", seed=1)
    exact = (np.e - 1) ** 3
    for rule in ("auto", "replicated"):
        r = kb.integrate(exponential, points, abs_tol=1e-3, rule=rule)
        assert r.status == "converged"
        # The intervals hold with probability 0.99 each, the seed is fixed.
        assert abs(r.value - exact) <= r.error_bound <= 1e-3
    with pytest.raises(ValueError, match="^points: rule decay needs points that form a group; nested uniform scrambling"):
        kb.integrate(exponential, points, abs_tol=1e-3, rule="decay")
