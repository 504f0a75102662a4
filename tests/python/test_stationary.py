"""Stationary kernels, by formulas and by scikit-learn's kernels."""

import copy
import pickle

import numpy as np
import pytest

import korobov as kb

EACH = np.array([0.7, 1.3, 0.4])


def r2(X, Z, lengthscale):
    return (((X[:, None, :] - Z[None, :, :]) / lengthscale) ** 2).sum(axis=2)


def matern(twice_nu):
    def profile(q):
        s = np.sqrt(twice_nu * q)
        return {1: 1.0, 3: 1 + s, 5: 1 + s + s * s / 3}[twice_nu] * np.exp(-s)
    return profile


KERNELS = [
    (kb.GaussianKernel(EACH, 2.0), lambda q: np.exp(-q / 2)),
    (kb.MaternKernel(0.5, EACH, 2.0), matern(1)),
    (kb.MaternKernel(1.5, EACH, 2.0), matern(3)),
    (kb.MaternKernel(lengthscale=EACH, scale=2.0), matern(5)),
    (kb.MaternKernel(np.inf, EACH, 2.0), lambda q: np.exp(-q / 2)),
    (kb.RationalQuadraticKernel(EACH, 0.7, 2.0), lambda q: (1 + q / 1.4) ** -0.7),
    (kb.CauchyKernel(EACH, 2.0), lambda q: 1 / (1 + q)),
]


def sample(n, seed=5):
    return 4 * np.random.default_rng(seed).random((n, 3)) - 2


@pytest.mark.parametrize("k, profile", KERNELS, ids=lambda v: repr(v) if isinstance(v, kb.Kernel) else "")
def test_formulas(k, profile):
    X, Z = sample(30), sample(700, 6)
    np.testing.assert_allclose(k(X, Z), 2 * profile(r2(X, Z, EACH)), rtol=0, atol=1e-14)
    K = k(X)
    np.testing.assert_array_equal(K, K.T)
    np.testing.assert_array_equal(np.diag(K), k.diag(X))
    np.testing.assert_array_equal(k(X, Z), k(Z, X).T)
    assert k.symmetry is None and k.d == 3 and np.linalg.eigvalsh(K).min() > -1e-13
    for twin in (pickle.loads(pickle.dumps(k)), copy.deepcopy(k), k.with_parameters(k.parameters)):
        assert twin == k and repr(twin) == repr(k)
    np.testing.assert_allclose((3.0 * k)(X), 3 * K, rtol=1e-15)
    one = type(k)(lengthscale=0.5)
    assert one.d is None and one.lengthscale == 0.5 and one(X[:, :2]).shape == (30, 30)
    np.testing.assert_allclose(one(X), one.with_parameters(one.parameters)(X), rtol=0)


@pytest.mark.parametrize("nu", [0.5, 0.7, 1.5, 2.5, np.inf])
def test_distances_whose_squares_are_no_doubles(nu):
    X = np.array([[0.0], [1e155], [-1e300], [1.7e308]])
    np.testing.assert_array_equal(kb.MaternKernel(nu)(X), np.eye(4))
    np.testing.assert_array_equal(kb.MaternKernel(nu, 1e-300)([[0.0]], [[1.0]]), [[0.0]])


def test_laplace():
    X, Z = sample(20), sample(9, 6)
    expected = 1.5 * np.exp(-(np.abs(X[:, None] - Z[None]) / EACH).sum(axis=2))
    np.testing.assert_allclose(kb.LaplaceKernel(EACH, 1.5)(X, Z), expected, rtol=1e-14)


def test_against_scikit_learn():
    kernels = pytest.importorskip("sklearn.gaussian_process.kernels")
    pairwise = pytest.importorskip("sklearn.metrics.pairwise")
    X, Z = sample(40), sample(25, 6)
    pairs = [(kb.GaussianKernel(EACH), kernels.RBF(EACH)), (kb.GaussianKernel(0.6), kernels.RBF(0.6)),
             (kb.RationalQuadraticKernel(0.6, alpha=1.7), kernels.RationalQuadratic(0.6, alpha=1.7))]
    pairs += [(kb.MaternKernel(nu, EACH), kernels.Matern(EACH, nu=nu)) for nu in (0.5, 1.5, 2.5, np.inf, 0.8, 3.7)]
    for ours, theirs in pairs:
        np.testing.assert_allclose(ours(X, Z), theirs(X, Z), rtol=1e-10, atol=1e-14, err_msg=repr(ours))
    np.testing.assert_allclose(kb.LaplaceKernel(0.6)(X, Z), pairwise.laplacian_kernel(X, Z, gamma=1 / 0.6), rtol=1e-13)


def test_readable_arguments():
    k = kb.RationalQuadraticKernel([0.5, 1.0], alpha=2.0, scale=3)
    assert k.lengthscale.tolist() == [0.5, 1.0] and k.alpha == 2.0 and k.scale == 3.0
    assert k.parameter_names == ["scale", "lengthscale[0]", "lengthscale[1]", "alpha"]
    other = k.with_parameters([1.0, 2.0, 4.0, 0.5])
    assert other.lengthscale.tolist() == [2.0, 4.0] and other.alpha == 0.5 and other.scale == 1.0
    assert repr(kb.MaternKernel(0.5)) == "MaternKernel(nu=0.5, lengthscale=1.0, scale=1.0)"
    assert kb.MaternKernel(1.2).nu == 1.2
    k = kb.GaussianKernel(0.5) * kb.ShiftInvariantKernel(2) + 0.5 * kb.CauchyKernel()
    assert k.symmetry is None and k.d == 2 and k([[0.1, 0.2]]).shape == (1, 1)


@pytest.mark.parametrize("make, arguments, message", [
    (kb.GaussianKernel, {"lengthscale": 0}, "lengthscale: must be positive and finite; got 0"),
    (kb.GaussianKernel, {"lengthscale": [1.0, np.nan]}, "lengthscale: must be positive"),
    (kb.GaussianKernel, {"lengthscale": []}, "lengthscale: must be one number or one per dimension"),
    (kb.GaussianKernel, {"lengthscale": [[1.0]]}, "lengthscale: must be one number"),
    (kb.LaplaceKernel, {"scale": -1.0}, "scale: must be positive and finite; got -1"),
    (kb.MaternKernel, {"nu": 0.0}, "nu: must be positive, at most 100 or infinity; got 0"),
    (kb.MaternKernel, {"nu": 150}, "nu: must be positive, at most 100 or infinity; got 150"),
    (kb.RationalQuadraticKernel, {"alpha": np.inf}, "alpha: must be positive and finite"),
])
def test_refused_values(make, arguments, message):
    with pytest.raises(ValueError, match=message):
        make(**arguments)


def test_refused_calls():
    with pytest.raises(ValueError, match=r"X: must have shape \(n, 2\)"):
        kb.GaussianKernel([1.0, 1.0])(np.zeros((3, 3)))
    with pytest.raises(ValueError, match="x: must be finite"):
        kb.GaussianKernel()([[np.inf]])
    with pytest.raises(TypeError, match="lengthscale: must hold real numbers"):
        kb.GaussianKernel("a")
