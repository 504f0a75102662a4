"""Measures: uniform, gaussian, brownian_motion, geometric_brownian_motion, inverse_normal, by SciPy and moments.

Moments use 2^14 points of a scrambled net, whose errors are far below the tolerances given (they shrink like n^-1.5).
"""

import copy
import pickle

import numpy as np
import pytest

import korobov as kb

TIMES = [0.5, 1.0, 1.75, 4.0]
MEASURES = [
    kb.Uniform(),
    kb.Uniform(-1, 3, d=2),
    kb.Uniform([0, 1, 2], [1, 3, 5]),
    kb.Gaussian(),
    kb.Gaussian(1, 4, d=3),
    kb.Gaussian([1, 2], [3, 4], "cholesky"),
    kb.Gaussian(0, [[2, 1], [1, 2]]),
    kb.Gaussian(0, [[2, 1], [1, 2]], factor="cholesky"),
    kb.BrownianMotion(TIMES),
    kb.BrownianMotion(TIMES, drift=1, diffusion=0.25, initial=3, factor="bridge"),
    kb.BrownianMotion(TIMES, factor="cholesky"),
    kb.GeometricBrownianMotion(TIMES),
    kb.GeometricBrownianMotion(TIMES, initial=100, rate=0.05, volatility=0.2, factor="bridge"),
]


def sample(measure, n=2**14):
    return measure.transform(kb.Sobol(measure.d or 3, seed=12).points(n, endpoint="open"))


@pytest.mark.parametrize("m", MEASURES, ids=repr)
def test_values(m):
    for twin in (pickle.loads(pickle.dumps(m)), copy.copy(m), copy.deepcopy(m)):
        assert twin == m and hash(twin) == hash(m) and repr(twin) == repr(m)
    assert sum(m == other for other in MEASURES) == 1 and m != 3
    u = kb.Sobol(m.d or 3, seed=1).points(64, endpoint="open")
    x = m.transform(u)
    assert x.shape == u.shape and x.dtype == np.float64 and np.isfinite(x).all()
    np.testing.assert_array_equal(m.transform(u[5]), x[5])
    np.testing.assert_array_equal(m.transform(u.reshape(4, 16, -1)), x.reshape(4, 16, -1))
    np.testing.assert_array_equal(m.transform(np.asfortranarray(u)), x)
    assert m.transform(u[:0]).shape == (0, u.shape[1])


def test_dimension():
    assert [m.d for m in MEASURES] == [None, 2, 3, None, 3, 2, 2, 2, 4, 4, 4, 4, 4]


def test_uniform():
    u = kb.Sobol(2, seed=1).points(100, endpoint="open")
    np.testing.assert_allclose(kb.Uniform([0, -1], [2, 1]).transform(u), [0, -1] + 2 * u, rtol=0, atol=2.0**-52)
    np.testing.assert_array_equal(kb.Uniform().transform(u), u)


@pytest.mark.parametrize("factor", ["pca", "cholesky"])
def test_gaussian_moments(factor):
    mean, covariance = np.array([1.0, -2, 0.5]), np.array([[2, 0.5, 0.2], [0.5, 1, -0.3], [0.2, -0.3, 0.7]])
    x = sample(kb.Gaussian(mean, covariance, factor))
    np.testing.assert_allclose(x.mean(axis=0), mean, atol=2e-3)
    np.testing.assert_allclose(np.cov(x.T), covariance, atol=2e-2)


def test_gaussian_pca_puts_the_variance_first():
    covariance = np.diag([1.0, 9.0, 4.0])
    z = np.full((1, 3), 0.5)
    z[0, 0] = 0.9
    x = kb.Gaussian(0, covariance).transform(z)
    assert abs(x[0, 1]) == pytest.approx(3 * kb.inverse_normal(0.9)) and x[0, 0] == x[0, 2] == 0


@pytest.mark.parametrize("factor", ["pca", "cholesky", "bridge"])
def test_brownian_moments(factor):
    t = np.array(TIMES)
    x = sample(kb.BrownianMotion(TIMES, drift=1, diffusion=0.25, initial=3, factor=factor))
    np.testing.assert_allclose(x.mean(axis=0), 3 + t, atol=2e-3)
    np.testing.assert_allclose(np.cov(x.T), 0.25 * np.minimum.outer(t, t), atol=2e-2)
    s = sample(kb.GeometricBrownianMotion(TIMES, initial=100, rate=0.05, volatility=0.2, factor=factor))
    np.testing.assert_allclose(s.mean(axis=0), 100 * np.exp(0.05 * t), rtol=1e-3)
    covariance = 0.04 * np.minimum.outer(t, t)
    np.testing.assert_allclose(np.cov(np.log(s).T), covariance, atol=2e-2 * covariance.max())


def test_factors_make_the_same_paths_from_one_normal():
    """Cholesky of Brownian motion is the running sum of increments."""
    u = kb.Sobol(4, seed=1).points(50, endpoint="open")
    steps = np.sqrt(np.diff([0, *TIMES])) * kb.inverse_normal(u)
    np.testing.assert_allclose(kb.BrownianMotion(TIMES, factor="cholesky").transform(u), np.cumsum(steps, axis=1),
                               rtol=1e-13, atol=1e-13)


def test_inverse_normal_against_scipy():
    ndtri = pytest.importorskip("scipy.special").ndtri
    u = np.concatenate([np.linspace(0, 1, 10_001)[1:-1], 2.0 ** -np.arange(1, 1000), 1 - 2.0 ** -np.arange(1, 53)])
    ours, theirs = kb.inverse_normal(u), ndtri(u)
    away = np.abs(theirs) > 1e-3
    np.testing.assert_allclose(ours[away], theirs[away], rtol=4e-15)  # ours 8e-16; the rest is SciPy's
    np.testing.assert_allclose(ours[~away], theirs[~away], rtol=0, atol=1e-17 + 2.0**-52 * 1e-3)
    assert kb.inverse_normal(0.5) == 0 and isinstance(kb.inverse_normal(0.5), np.float64)
    np.testing.assert_array_equal(kb.inverse_normal([0.0, 1.0]), [-np.inf, np.inf])
    assert np.isnan(kb.inverse_normal([-0.1, 1.1, np.nan])).all()
    assert kb.inverse_normal(np.full((2, 3, 1), 0.3)).shape == (2, 3, 1)


@pytest.mark.parametrize("make, error, message", [
    (lambda: kb.Uniform(1, 0), ValueError, "lower|upper"),
    (lambda: kb.Uniform(0, 0), ValueError, "lower|upper"),
    (lambda: kb.Uniform(0, np.inf), ValueError, "upper"),
    (lambda: kb.Uniform(np.nan), ValueError, "lower"),
    (lambda: kb.Uniform([0, 0], [1, 1, 1]), ValueError, "lower|upper"),
    (lambda: kb.Uniform([0, 0], d=3), ValueError, "lower"),
    (lambda: kb.Uniform("0"), TypeError, "lower: must hold real numbers"),
    (lambda: kb.Uniform([[0]]), ValueError, "lower: must have at most 1 axes"),
    (lambda: kb.Uniform([]), ValueError, "lower: must not be empty|lower: must hold"),
    (lambda: kb.Uniform(d=0), ValueError, "d: must be in"),
    (lambda: kb.Uniform(d=2.0), TypeError, "d: must be an integer"),
    (lambda: kb.Gaussian(np.nan), ValueError, "mean"),
    (lambda: kb.Gaussian(1j), TypeError, "mean: must hold real numbers"),
    (lambda: kb.Gaussian(0, -1), ValueError, "covariance"),
    (lambda: kb.Gaussian(0, [[1, 2], [2, 1]]), ValueError, "covariance"),
    (lambda: kb.Gaussian(0, [[1, 2], [0, 1]]), ValueError, "covariance"),
    (lambda: kb.Gaussian(0, [[1, 2]]), ValueError, "covariance"),
    (lambda: kb.Gaussian([0, 0], np.eye(3)), ValueError, "mean|covariance"),
    (lambda: kb.Gaussian(0, np.zeros((1, 1, 1))), ValueError, "covariance: must have at most 2 axes"),
    (lambda: kb.Gaussian(factor="bridge"), ValueError, "factor: must be one of 'pca', 'cholesky'; got 'bridge'"),
    (lambda: kb.BrownianMotion([]), (ValueError, TypeError), "times"),
    (lambda: kb.BrownianMotion([0, 1]), ValueError, "times"),
    (lambda: kb.BrownianMotion([2, 1]), ValueError, "times"),
    (lambda: kb.BrownianMotion([1, np.inf]), ValueError, "times"),
    (lambda: kb.BrownianMotion(1.0), ValueError, "times: must have one axis"),
    (lambda: kb.BrownianMotion([1], diffusion=0), ValueError, "diffusion"),
    (lambda: kb.BrownianMotion([1], drift="a"), TypeError, "drift: must be a real number"),
    (lambda: kb.BrownianMotion([1], factor="svd"), ValueError, "factor: must be one of 'pca', 'cholesky', 'bridge'"),
    (lambda: kb.GeometricBrownianMotion([1], initial=0), ValueError, "initial"),
    (lambda: kb.GeometricBrownianMotion([1], volatility=-1), ValueError, "volatility"),
    (lambda: kb.GeometricBrownianMotion([1], rate=np.nan), ValueError, "rate"),
    (lambda: kb.inverse_normal("0.5"), TypeError, "u: must hold real numbers"),
    (lambda: kb.inverse_normal(0.5j), TypeError, "u: must hold real numbers"),
])
def test_bad_parameters(make, error, message):
    with pytest.raises(error, match=f"^({message})"):
        make()


def test_singular_covariance():
    singular = [[1, 1], [1, 1]]
    with pytest.raises(kb.NumericalError, match="cholesky|covariance") as caught:
        kb.Gaussian(0, singular, "cholesky")
    assert isinstance(caught.value, ArithmeticError)
    x = sample(kb.Gaussian(0, singular))
    np.testing.assert_allclose(x[:, 0], x[:, 1], atol=1e-7)


@pytest.mark.parametrize("u, error, message", [
    ([[0.5, 0.0]], ValueError, "open unit cube .*; got 0.0"),
    ([[0.5, 1.0]], ValueError, "open unit cube .*; got 1.0"),
    ([[0.5, np.nan]], ValueError, "open unit cube .*; got nan"),
    ([[0.5, -0.1]], ValueError, "open unit cube .*; got -0.1"),
    ([[0.5]], ValueError, r"last axis of length d = 2; got shape \(1, 1\)"),
    ([0.5] * 3, ValueError, r"last axis of length d = 2; got shape \(3,\)"),
    (0.5, ValueError, "got a scalar"),
    ([["a", "b"]], TypeError, "real numbers"),
    ([[0.5], [0.5, 0.5]], ValueError, "equal lengths"),
], ids=str)
def test_bad_points(u, error, message):
    m = kb.Gaussian(0, [1, 2])
    with pytest.raises(error, match="^u: .*" + message):
        m.transform(u)
    assert m.transform([0.5, 0.5]).tolist() == [0, 0]
