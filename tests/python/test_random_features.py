"""RandomFourierFeatures and the map behind it (C++: spectral_measure), by exact kernels, conventions and seeds."""

import copy
import math
import pickle
import subprocess
import sys

import numpy as np
import pytest

import korobov as kb

sklearn = pytest.importorskip("sklearn")
from sklearn.utils.estimator_checks import parametrize_with_checks  # noqa: E402

KERNELS = [
    kb.GaussianKernel(1.5, scale=2.0),
    kb.MaternKernel(0.5),
    kb.MaternKernel(1.5, lengthscale=2.0),
    kb.MaternKernel(0.9),
    kb.RationalQuadraticKernel(1.2, alpha=0.8),
    kb.LaplaceKernel(3.0),
    kb.CauchyKernel([1.0, 2.0, 3.0]),
]
X = np.random.default_rng(1).standard_normal((40, 3))


def features(**arguments):
    return kb.RandomFourierFeatures(**{"n_components": 2048, "random_state": 7, **arguments})


@parametrize_with_checks([kb.RandomFourierFeatures(n_components=20, random_state=0)])
def test_scikit_learn_checks(estimator, check):
    check(estimator)


@pytest.mark.parametrize("how", ["qmc", "orthogonal", "iid"])
@pytest.mark.parametrize("kernel", KERNELS, ids=repr)
def test_gram_matrix(kernel, how):
    # Independent pairs have a standard error of at most scale / sqrt(2 * 1024) = 0.022 scale; 5 of them, fixed seed.
    phi = features(kernel=kernel, frequencies=how).fit_transform(X)
    assert phi.shape == (40, 2048) and phi.dtype == np.float64
    assert np.abs(phi @ phi.T - kernel(X)).max() < 0.11 * kernel.scale
    np.testing.assert_allclose(np.sum(phi**2, axis=1), kernel.scale, rtol=1e-13)


def test_columns_are_pairs_of_the_frequencies():
    f = features(n_components=9).fit(X)
    assert f.frequencies_.shape == (5, 3)
    phase = X @ f.frequencies_.T
    expected = np.stack([np.cos(phase), np.sin(phase)], axis=2).reshape(40, 10)[:, :9] * math.sqrt(2 / 9)
    np.testing.assert_allclose(f.transform(X), expected, atol=1e-14)
    assert list(f.get_feature_names_out()[:2]) == ["randomfourierfeatures0", "randomfourierfeatures1"]


def test_gram_error_is_that_of_the_gram_matrix():
    kernel = kb.GaussianKernel(2.0)
    for how, larger in (("iid", 1), ("qmc", 4)):
        f = features(kernel=kernel, frequencies=how).fit(X)
        seen = [np.mean((phi @ phi.T - kernel(X)) ** 2)
                for phi in (features(kernel=kernel, frequencies=how, random_state=s).fit_transform(X) for s in range(8))]
        error = f.gram_error(X)
        assert 0.6 < error / math.sqrt(np.mean(seen)) < 1.6  # errors of pairs are correlated: 8 seeds scatter by 13 %
        independent = np.sqrt(np.mean((1 - kernel(X) ** 2) ** 2) / 2048)
        assert error < 1.5 * independent / larger
    assert f.gram_error(X[:3], X[3:], replications=4) > 0


def test_point_sets_as_frequencies():
    kernel = kb.MaternKernel(2.5, lengthscale=2.0)
    for points in (kb.Halton(4, seed=1), kb.Sobol(4, seed=1, randomize="nus"), kb.Lattice(4, seed=1), kb.IID(4, seed=1)):
        phi = kb.RandomFourierFeatures(2048, kernel=kernel, frequencies=points).fit_transform(X)
        assert np.abs(phi @ phi.T - kernel(X)).max() < 0.11
    with pytest.raises(ValueError, match="frequencies: must be points of dimension"):
        kb.RandomFourierFeatures(kernel=kernel, frequencies=kb.Halton(3, seed=1)).fit(X)
    with pytest.raises(ValueError, match="replications"):
        kb.RandomFourierFeatures(frequencies=kb.Halton(3, seed=1, replications=2)).fit(X)
    with pytest.raises(ValueError, match="gram_error"):
        kb.RandomFourierFeatures(frequencies=kb.Halton(3, seed=1)).fit(X).gram_error(X)


def test_what_was_fitted_stays():
    fitted = features(n_components=64, kernel=kb.GaussianKernel(2.0)).fit(X)
    phi, error = fitted.transform(X), fitted.gram_error(X)
    fitted.set_params(n_components=10, kernel=kb.CauchyKernel(3.0, scale=5.0), frequencies="iid")
    np.testing.assert_array_equal(fitted.transform(X), phi)
    assert fitted.gram_error(X) == error and len(fitted.get_feature_names_out()) == 64
    assert fitted.fit_transform(X).shape == (40, 10)


def test_seeds():
    first = features().fit(X)
    assert first.seed_ == 7
    for twin in (features().fit(X), pickle.loads(pickle.dumps(first)), copy.deepcopy(first)):
        np.testing.assert_array_equal(twin.transform(X), first.transform(X))
    fresh = features(random_state=None).fit(X)
    assert np.any(fresh.frequencies_ != first.frequencies_)
    np.testing.assert_array_equal(features(random_state=fresh.seed_).fit(X).frequencies_, fresh.frequencies_)
    drawn = features(random_state=np.random.default_rng(3)).fit(X)
    np.testing.assert_array_equal(drawn.frequencies_, features(random_state=np.random.default_rng(3)).fit(X).frequencies_)


@pytest.mark.parametrize(("arguments", "error", "text"), [
    ({"n_components": 0}, ValueError, "n_components: must be in"),
    ({"n_components": 2.5}, TypeError, "n_components: must be an integer"),
    ({"frequencies": "sobol"}, ValueError, "frequencies: must be one of 'qmc'"),
    ({"kernel": "rbf"}, TypeError, "kernel: must be a korobov kernel"),
    ({"kernel": kb.ShiftInvariantKernel(3)}, ValueError, "kernel: must be a Gaussian"),
    ({"kernel": kb.GaussianKernel() + kb.GaussianKernel()}, ValueError, "kernel: must be a Gaussian"),
    ({"kernel": kb.GaussianKernel([1.0, 2.0])}, ValueError, "d: must be the number of lengthscales; got 3"),
    ({"random_state": -1}, ValueError, "seed: must be in"),
])
def test_bad_arguments(arguments, error, text):
    with pytest.raises(error, match=text):
        features(**arguments).fit(X)


def test_overflow_is_an_error():
    wide = features(kernel=kb.LaplaceKernel(1e-200)).fit(X)
    with pytest.raises(kb.NumericalError, match="not finite"):
        wide.transform(X * 1e150)


def test_scikit_learn_is_imported_on_first_use():
    code = """
import sys
import korobov as kb
assert "sklearn" not in sys.modules
assert "RandomFourierFeatures" in kb.__all__ and "RandomFourierFeatures" in dir(kb)
kb.RandomFourierFeatures
assert "sklearn" in sys.modules
try:
    kb.NoSuchName
except AttributeError as error:
    assert "NoSuchName" in str(error)
else:
    raise AssertionError
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_without_scikit_learn_an_error_says_what_to_install():
    code = """
import sys
sys.modules["sklearn"] = None
import korobov as kb
try:
    kb.RandomFourierFeatures
except ImportError as error:
    assert "korobov[sklearn]" in str(error)
else:
    raise AssertionError
"""
    subprocess.run([sys.executable, "-c", code], check=True)
