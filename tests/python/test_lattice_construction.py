"""Component-by-component construction of lattices and its criterion (lattice_criterion.hpp).

The search itself is tested against brute force in C++.
"""

import pickle
import signal
import threading
import time

import numpy as np
import pytest

import korobov as kb

PUBLISHED = [1, 19463, 17213, 5895, 14865, 31925, 30921, 26671, 1607, 32473, 27933, 25385, 4363, 27011, 29035, 16205,
             6221, 1115, 18943, 31313]


def bernoulli(kernel, x):
    b2 = x * x - x + 1 / 6
    b4 = x**4 - 2 * x**3 + x**2 - 1 / 30
    return {"p2": 2 * np.pi**2 * b2, "p4": -((2 * np.pi) ** 4) / 24 * b4, "b2": b2}[kernel]


def test_the_published_vector():
    r = kb.construct_lattice(20, n=2**16, weights=0.1)
    assert r.generating_vector.tolist() == PUBLISHED
    assert r.generating_vector.dtype == np.uint64
    assert r.squared_error[-1] == pytest.approx(0.00295780720, rel=2e-9)  # as published, rounded
    assert (r.n, r.levels) == (2**16, None)
    assert "n=65536" in repr(r)


@pytest.mark.parametrize("kernel", ["p2", "p4", "b2"])
def test_squared_error_by_its_definition(kernel):
    z, n, gamma = [1, 182667, 469891, 7], 101, np.array([1.0, 0.5, 0.25, 0.1])
    w = bernoulli(kernel, (np.arange(n)[:, None] * np.array(z) % n) / n)
    expected = np.cumprod(1 + gamma * w, axis=1).mean(axis=0) - 1
    np.testing.assert_allclose(kb.lattice_squared_error(z, n, weights=gamma, kernel=kernel), expected, rtol=1e-9, atol=1e-15)
    pairs = kb.lattice_squared_error(z, n, weights=kb.OrderDependentWeights([0, 1]), kernel=kernel)
    assert pairs[1] == pytest.approx((w[:, 0] * w[:, 1]).mean(), rel=1e-9, abs=1e-15)
    pod = kb.lattice_squared_error(z, n, weights=kb.PodWeights([1, 1, 1, 1], gamma), kernel=kernel)
    np.testing.assert_allclose(pod, expected, rtol=1e-9, atol=1e-15)


def test_embedded_and_its_use():
    r = kb.construct_lattice(6, embedded=(4, 10), weights=0.5, kernel="b2")
    assert r.n == 1024
    np.testing.assert_array_equal(r.levels, 2 ** np.arange(4, 11))
    assert r.level_squared_error.shape == r.plain_squared_error.shape == (7, 6)
    for row, n in zip(r.level_squared_error, r.levels, strict=True):
        np.testing.assert_allclose(kb.lattice_squared_error(r.generating_vector, int(n), weights=0.5, kernel="b2"), row,
                                   rtol=1e-9)
    p = kb.Lattice(6, generating_vector=r.generating_vector, seed=3)
    assert p.points(16).shape == (16, 6)
    np.testing.assert_array_equal(kb.construct_lattice(6, n=1024, embedded=(4, 10), weights=0.5, kernel="b2")
                                  .generating_vector, r.generating_vector)


def test_given_components_are_kept_and_the_search_goes_on():
    whole = kb.construct_lattice(6, embedded=(4, 10), weights=0.5, kernel="b2")
    start = whole.generating_vector[:3]
    for given in (start, start.tolist()):
        r = kb.construct_lattice(6, embedded=(10, 10), weights=0.5, kernel="b2", given=given)
        assert r.generating_vector[:3].tolist() == start.tolist()
        np.testing.assert_allclose(kb.lattice_squared_error(r.generating_vector, 1024, weights=0.5, kernel="b2"),
                                   r.squared_error, rtol=1e-9)
    alone = kb.construct_lattice(6, n=1024, weights=0.5, kernel="b2", given=start)
    assert alone.generating_vector.tolist() == r.generating_vector.tolist()
    assert alone.squared_error[-1] <= whole.squared_error[-1]


def test_prime_n_in_linear_order():
    r = kb.construct_lattice(5, n=127, weights=[0.1] * 7)
    assert r.generating_vector.tolist() == [1, 29, 24, 56, 38]
    assert kb.Lattice(5, order="linear", n=127, generating_vector=r.generating_vector).points(127).shape == (127, 5)


def test_values_compare_and_travel():
    weights = kb.PodWeights([1, 2], [0.1, 0.2])
    assert weights == kb.PodWeights((1.0, 2.0), np.array([0.1, 0.2]))
    assert pickle.loads(pickle.dumps(weights)) == weights
    assert hash(kb.OrderDependentWeights([1])) == hash(kb.OrderDependentWeights(1.0))
    r = pickle.loads(pickle.dumps(kb.construct_lattice(2, n=16, weights=1)))
    assert r.generating_vector.tolist() == kb.construct_lattice(2, n=16, weights=1).generating_vector.tolist()


@pytest.mark.parametrize(("call", "error", "text"), [
    (lambda: kb.construct_lattice(0, n=16, weights=1), ValueError, "d: must be in"),
    (lambda: kb.construct_lattice(2, weights=1), ValueError, "n: must be given"),
    (lambda: kb.construct_lattice(2, n=12, weights=1), ValueError, "n: must be a power of two or a prime; got 12"),
    (lambda: kb.construct_lattice(2, n=2.0, weights=1), TypeError, "n: must be an integer"),
    (lambda: kb.construct_lattice(2, n=16, weights=[]), ValueError, "weights: must hold at least one"),
    (lambda: kb.construct_lattice(2, n=16, weights=-1), ValueError, "weights: must hold"),
    (lambda: kb.construct_lattice(2, n=16, weights="a"), TypeError, "weights: must hold real numbers"),
    (lambda: kb.construct_lattice(3, n=16, weights=[1, 1]), ValueError, "one per dimension"),
    (lambda: kb.construct_lattice(2, n=16, weights=1, kernel="p3"), ValueError, "kernel"),
    (lambda: kb.construct_lattice(2, embedded=3, weights=1), TypeError, "embedded: must be a pair"),
    (lambda: kb.construct_lattice(2, embedded=(5, 4), weights=1), ValueError, "embedded"),
    (lambda: kb.construct_lattice(2, n=16, embedded=(2, 5), weights=1), ValueError, "n: must be 2\\^last"),
    (lambda: kb.construct_lattice(2, n=16, weights=1, given=[]), ValueError, "given: must have one axis"),
    (lambda: kb.construct_lattice(2, n=16, weights=1, given=[1, 4]), ValueError, "given: must .* common factor.*; got 4"),
    (lambda: kb.construct_lattice(2, n=16, weights=1, given=[1, 3, 5]), ValueError, "given: must have at most d = 2"),
    (lambda: kb.construct_lattice(2, n=16, weights=1, given=[1.5]), TypeError, "given: must be an integer"),
    (lambda: kb.OrderDependentWeights([np.nan]), ValueError, "order: must hold"),
    (lambda: kb.construct_lattice(2, n=16, weights=kb.OrderDependentWeights([1] * 65)), ValueError, "at most 64 orders"),
    (lambda: kb.PodWeights([[1.0]], 1), ValueError, "order: must be one number"),
    (lambda: kb.lattice_squared_error([], 8, weights=1), ValueError, "generating_vector"),
    (lambda: kb.lattice_squared_error([0], 8, weights=1), ValueError, "generating_vector: must be in"),
    (lambda: kb.lattice_squared_error([1.5], 8, weights=1), TypeError, "generating_vector: must be an integer"),
    (lambda: kb.lattice_squared_error([1], 0, weights=1), ValueError, "n: must be in"),
])
def test_bad_arguments(call, error, text):
    with pytest.raises(error, match=text):
        call()


def test_progress_is_one_line_on_stderr(capsys):
    quiet = kb.construct_lattice(30, n=1024, weights=0.1)
    assert capsys.readouterr() == ("", "")
    shown = kb.construct_lattice(30, n=1024, weights=0.1, progress=True)
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.endswith("\rcomponent 30 of 30 \n")
    assert np.array_equal(quiet.generating_vector, shown.generating_vector)
    with pytest.raises(TypeError, match="progress: must be True or False; got 2"):
        kb.construct_lattice(2, n=16, weights=1, progress=2)


def test_ctrl_c_stops_the_search():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    timer = threading.Timer(0.3, lambda: signal.raise_signal(signal.SIGINT))
    started = time.monotonic()
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            kb.construct_lattice(100000, n=2**16, weights=0.1)
        timer.join()
    finally:
        signal.signal(signal.SIGINT, before)
    assert time.monotonic() - started < 60
