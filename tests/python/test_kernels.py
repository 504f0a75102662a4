"""Kernels: shift_invariant (bernoulli), digitally_shift_invariant (walsh), the kernel class; by sums of their series."""

import copy
import itertools
import pickle

import numpy as np
import pytest

import korobov as kb

STRUCTURED = [
    kb.ShiftInvariantKernel(3),
    kb.ShiftInvariantKernel(3, alpha=1, weights=[0.5, 0.2, 0.1], scale=2.0),
    kb.ShiftInvariantKernel(3, alpha=[1, 2, 5], weights=0.25),
    kb.ShiftInvariantKernel(3, order_weights=[1.0, 0.5]),
    kb.DigitallyShiftInvariantKernel(3),
    kb.DigitallyShiftInvariantKernel(3, alpha=[1, 4, 6], weights=[1.0, 0.3, 0.0], scale=0.1),
    kb.LeadingDigitKernel(3),
    kb.LeadingDigitKernel(3, alpha=[0.5, 1.0, 2.0], weights=0.5),
    kb.ShiftInvariantKernel(3, alpha=1) + kb.ShiftInvariantKernel(3, alpha=2) * kb.ShiftInvariantKernel(3, alpha=3),
    2 * (kb.LeadingDigitKernel(3) * kb.DigitallyShiftInvariantKernel(3, alpha=1)),
    kb.ShiftInvariantKernel(3, alpha=2).derivative(x=[1, 0, 0], z=[1, 0, 0]),
]
KERNELS = [*STRUCTURED, kb.ShiftInvariantKernel(3) + kb.DigitallyShiftInvariantKernel(3)]


def sample(n=24):
    return np.random.default_rng(5).random((n, 3))


@pytest.mark.parametrize("k", KERNELS, ids=repr)
def test_values(k):
    for twin in (pickle.loads(pickle.dumps(k)), copy.copy(k), copy.deepcopy(k)):
        assert twin == k and hash(twin) == hash(k) and repr(twin) == repr(k)
    assert sum(k == other for other in KERNELS) == 1 and k != 3
    X, Z = sample(), sample(7) / 2
    K = k(X)
    assert K.shape == (24, 24) and K.dtype == np.float64 and np.isfinite(K).all()
    np.testing.assert_array_equal(K, K.T)
    np.testing.assert_allclose(k.diag(X), np.diag(K), rtol=1e-13)
    np.testing.assert_array_equal(k(X, Z), k(Z, X).T)
    np.testing.assert_array_equal(k(np.asfortranarray(X)), K)
    assert k(X[:0]).shape == (0, 0) and k(X, Z[:0]).shape == (24, 0)
    assert np.linalg.eigvalsh(K).min() >= -1e-12 * np.trace(K)
    assert len(k.parameter_names) == len(k.parameters)
    same = k.with_parameters(k.parameters)
    np.testing.assert_array_equal(same(X), K)
    doubled = 2.0 * k
    np.testing.assert_allclose(doubled(X), 2 * K, rtol=1e-13, atol=1e-13 * K.max())
    assert k.d == 3


@pytest.mark.parametrize("k", STRUCTURED, ids=repr)
def test_words_carry_more_digits(k):
    points = kb.Lattice(3, seed=2) if k.symmetry == "cyclic" else kb.Sobol(3, seed=2)
    w, x = points.integers(16), points.points(16)
    np.testing.assert_allclose(k(w), k(x), rtol=1e-9, atol=1e-9)
    with pytest.raises(TypeError, match="words"):
        k(w, x)


@pytest.mark.parametrize("alpha", [1, 2, 3, 4, 5])
def test_shift_invariant_is_its_fourier_series(alpha):
    x = np.array([0.0, 0.1, 0.25, 0.5, 0.9])
    h = np.arange(1, 4001)
    series = 2 * (np.cos(2 * np.pi * h * x[:, None]) / h ** (2.0 * alpha)).sum(axis=1)
    k = kb.ShiftInvariantKernel(1, alpha=alpha, weights=0.5, scale=3.0)
    tail = 2 * 4000.0 ** (1 - 2 * alpha) / (2 * alpha - 1)  # 2 sum_{h > H} h^(-2 alpha) at most
    np.testing.assert_allclose(k(x[:, None], [[0.0]])[:, 0], 3 * (1 + 0.5 * series), rtol=0, atol=1.5 * tail + 1e-13)


@pytest.mark.parametrize("alpha", [2, 3, 4, 5])
def test_digitally_shift_invariant_is_its_walsh_series(alpha):
    bits = 10
    x = np.array([0, 1, 2, 341, 512, 700, 1023])  # times 2^-10
    series = np.zeros(len(x))
    for k in range(1, 2**bits):
        ones = [p + 1 for p in range(bits) if k >> p & 1][::-1]
        digits = [bin(int(k) & int(f"{v:010b}"[::-1], 2)).count("1") for v in x]
        series += 2.0 ** -sum(ones[:alpha]) * (-1.0) ** np.array(digits)
    tail = 2.0**-bits * (bits / 2 + 1.5 if alpha == 2 else 2.5)  # derived in tests/kernels/walsh_test.cpp
    got = kb.DigitallyShiftInvariantKernel(1, alpha=alpha)((x / 1024)[:, None], [[0.0]])[:, 0]
    np.testing.assert_allclose(got, 1 + series, rtol=0, atol=tail)


def test_order_weights_are_the_sum_over_subsets():
    k = kb.ShiftInvariantKernel(3, alpha=1, weights=[0.5, 0.3, 0.2], scale=2.0, order_weights=[1.0, 0.25])
    X, Z = sample(), sample(5) / 2
    p = [kb.ShiftInvariantKernel(1, alpha=1, weights=w)(X[:, [j]], Z[:, [j]]) - 1 for j, w in enumerate(k.weights)]
    expected = 2 * (1 + sum(p) + 0.25 * sum(p[a] * p[b] for a, b in itertools.combinations(range(3), 2)))
    np.testing.assert_allclose(k(X, Z), expected, rtol=0, atol=1e-12)


def test_derivative_by_differences():
    k = kb.ShiftInvariantKernel(2, alpha=[3, 2], weights=[0.7, 0.4])
    x, z, h = np.array([[0.3, 0.8]]), np.array([[0.55, 0.1]]), 1e-5
    step = np.array([[h, 0.0]])
    by_x = (k(x + step, z) - k(x - step, z)) / (2 * h)
    by_z = (k(x, z + step) - k(x, z - step)) / (2 * h)
    np.testing.assert_allclose(k.derivative(x=[1, 0])(x, z), by_x, rtol=1e-7)
    np.testing.assert_allclose(k.derivative(z=[1, 0])(x, z), by_z, rtol=1e-7)
    np.testing.assert_allclose((k + k).derivative(z=[1, 0])(x, z), 2 * by_z, rtol=1e-7)
    assert k.derivative()(x, z) == k(x, z)
    with pytest.raises(TypeError, match="derivative"):
        (k + kb.DigitallyShiftInvariantKernel(2)).derivative(x=[1, 0])
    for other in (k * k, k.derivative(x=[1, 0]), kb.GaussianKernel(), kb.LeadingDigitKernel(2), k + k * k):
        with pytest.raises(TypeError, match="derivative: must be asked of shift-invariant kernels and their sums; got "):
            other.derivative(x=[1, 0])
    with pytest.raises(ValueError, match=r"x\[1\] \+ z\[1\]: must be at most 2 alpha\[1\] - 2 = 2; got 4"):
        k.derivative(x=[0, 3], z=[0, 1])
    with pytest.raises(ValueError, match="one order per dimension"):
        k.derivative(x=[1])
    with pytest.raises(TypeError, match="x: must be"):
        k.derivative(x=[0.5, 0])


def test_readable_arguments():
    k = kb.ShiftInvariantKernel(2, alpha=[1, 2], weights=[0.5, 0.25], scale=3)
    assert k.alpha.tolist() == [1, 2] and k.weights.tolist() == [0.5, 0.25] and k.scale == 3.0
    assert repr(k) == "ShiftInvariantKernel(2, alpha=[1, 2], weights=[0.5 , 0.25], scale=3.0)"
    assert k.parameter_names == ["scale", "weights[0]", "weights[1]"]
    other = k.with_parameters([1.0, 2.0, 3.0])
    assert other.weights.tolist() == [2.0, 3.0] and other.alpha.tolist() == [1, 2] and k.scale == 3.0
    k.weights[0] = 7.0
    assert k.weights[0] == 0.5
    assert (0.5 * k).scale == 1.5 and (np.float64(2) * k).scale == 6.0 and (k * 2).scale == 6.0
    leading = kb.LeadingDigitKernel(2)
    assert leading.alpha == 1.5 and leading.with_parameters([1, 1, 1, 0.5]).alpha == 0.5
    assert leading.parameter_names[-1] == "alpha"
    orders = kb.ShiftInvariantKernel(2, order_weights=[1.0]).with_parameters([1.0, 1.0, 1.0, 4.0])
    assert orders.order_weights.tolist() == [4.0]


def test_symmetry():
    si, dsi, tree = kb.ShiftInvariantKernel(2), kb.DigitallyShiftInvariantKernel(2), kb.LeadingDigitKernel(2)
    assert [k.symmetry for k in (si, dsi, tree)] == ["cyclic", "dyadic", "dyadic_tree"]
    assert (si + si).symmetry == "cyclic" and (dsi * tree).symmetry == "dyadic" and (si * dsi).symmetry is None
    assert [kb.Lattice(2).symmetry, kb.Sobol(2).symmetry] == [si.symmetry, dsi.symmetry]


@pytest.mark.parametrize("make, arguments, message", [
    (kb.ShiftInvariantKernel, {"alpha": 6}, "alpha: must be an integer from 1 to 5"),
    (kb.ShiftInvariantKernel, {"alpha": 1.5}, "alpha: must be an integer"),
    (kb.ShiftInvariantKernel, {"alpha": [1, 2, 3]}, "alpha: must be one number or one per dimension"),
    (kb.ShiftInvariantKernel, {"weights": -1.0}, "weights: must be finite and not negative; got -1"),
    (kb.ShiftInvariantKernel, {"weights": np.nan}, "weights: must be finite"),
    (kb.ShiftInvariantKernel, {"weights": [[1.0]]}, "weights: must be one number"),
    (kb.ShiftInvariantKernel, {"weights": []}, "weights: must be one number or one per dimension"),
    (kb.ShiftInvariantKernel, {"scale": 0}, "scale: must be positive"),
    (kb.ShiftInvariantKernel, {"order_weights": [1.0, 1.0, 1.0]}, "order_weights: must be at most one per dimension"),
    (kb.ShiftInvariantKernel, {"order_weights": []}, "order_weights: must have one axis and at least one entry; got shape"),
    (kb.ShiftInvariantKernel, {"order_weights": [[1.0]]}, "order_weights: must have one axis and at least one entry"),
    (kb.DigitallyShiftInvariantKernel, {"alpha": 0}, "alpha: must be an integer from 1 to 32"),
    (kb.DigitallyShiftInvariantKernel, {"scale": np.inf}, "scale: must be positive and finite"),
    (kb.LeadingDigitKernel, {"alpha": 0.0}, "alpha: must be positive"),
    (kb.LeadingDigitKernel, {"alpha": np.nan}, "alpha: must be positive"),
])
def test_refused_values(make, arguments, message):
    with pytest.raises(ValueError, match=message):
        make(2, **arguments)


def test_refused_calls():
    k = kb.ShiftInvariantKernel(2)
    for X in ([0.5, 0.5], [[0.5]], [[[0.5, 0.5]]], np.zeros((3, 0))):
        with pytest.raises(ValueError, match="X: must have shape"):
            k(X)
    with pytest.raises(ValueError, match="x: must be finite"):
        k([[0.5, np.nan]])
    with pytest.raises(ValueError, match="x: must be finite"):
        k.diag([[0.5, np.inf]])
    with pytest.raises(ValueError, match=r"must lie in \[0, 1\)"):
        kb.DigitallyShiftInvariantKernel(2)([[0.5, 1.0]])
    with pytest.raises(TypeError, match="X: must hold real numbers"):
        k([["a", "b"]])
    with pytest.raises(ValueError, match="parameters: must have shape"):
        k.with_parameters([1.0])
    with pytest.raises(ValueError, match="weights"):
        k.with_parameters([1.0, -1.0, 1.0])
    with pytest.raises(ValueError, match="kernels: must have one dimension"):
        k + kb.ShiftInvariantKernel(3)
    with pytest.raises(ValueError, match="factor: must be positive"):
        -1.0 * k
    for wrong in (lambda: k + 1, lambda: k * "a", lambda: kb.ShiftInvariantKernel("a"), lambda: [1.0] * k):
        with pytest.raises(TypeError):
            wrong()
    with pytest.raises(MemoryError, match="K"):
        k(np.zeros((2**22, 2)))


def test_sum_of_a_list():
    k, l = kb.ShiftInvariantKernel(2), kb.ShiftInvariantKernel(2, alpha=1)
    x = kb.Lattice(2, seed=1).points(4)
    np.testing.assert_array_equal(sum([k, l])(x), (k + l)(x))
    with pytest.raises(TypeError):
        1 + k
