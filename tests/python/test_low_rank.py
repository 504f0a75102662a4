"""LowRankGram and Nystrom: dense NumPy algebra, scikit-learn's conventions, bad input."""

import copy
import pickle

import numpy as np
import pytest

import korobov as kb

pytest.importorskip("sklearn")
from sklearn.utils.estimator_checks import parametrize_with_checks  # noqa: E402

X = np.random.default_rng(2).standard_normal((150, 3))
KERNEL = kb.GaussianKernel(1.5, scale=2.0)


def gram(**arguments):
    return kb.LowRankGram(X, KERNEL, **{"rank": 30, "nugget": 1e-3, "seed": 7, **arguments})


@pytest.mark.parametrize("pivoting", ["random", "greedy"])
def test_factor_is_the_nystrom_approximation(pivoting):
    g = gram(pivoting=pivoting)
    k = KERNEL(X)
    columns = k[:, g.pivots]
    # K(S, S) has a condition near 1e7: its inverse in double loses as many digits.
    np.testing.assert_allclose(g.factor @ g.factor.T, columns @ np.linalg.solve(k[np.ix_(g.pivots, g.pivots)], columns.T),
                               atol=1e-8)
    assert g.rank == 30 and g.shape == (150, 150) and len(set(g.pivots)) == 30
    assert g.trace_error == pytest.approx(np.trace(k) - np.sum(g.factor**2), abs=1e-11)
    assert len(g.trace_errors) == 31 and np.all(np.diff(g.trace_errors) <= 0)


def test_systems_against_numpy():
    g = gram()
    dense = g.factor @ g.factor.T + 1e-3 * np.eye(150)
    b = np.random.default_rng(3).standard_normal((150, 2))
    np.testing.assert_allclose(g @ b, dense @ b, atol=1e-11)
    np.testing.assert_allclose(g.solve(b), np.linalg.solve(dense, b), rtol=1e-8, atol=1e-7)
    np.testing.assert_allclose(g.solve(b[:, 0]), g.solve(b)[:, 0], rtol=1e-10)
    assert g.logdet() == pytest.approx(np.linalg.slogdet(dense)[1], rel=1e-10)
    np.testing.assert_allclose(g.eigenvalues, np.linalg.eigvalsh(dense)[::-1][:30] - 1e-3, atol=1e-11)


def test_seeds_and_travel():
    g = gram()
    for twin in (gram(), pickle.loads(pickle.dumps(g)), copy.deepcopy(g)):
        np.testing.assert_array_equal(twin.factor, g.factor)
        assert repr(twin) == repr(g)
    assert np.any(gram(seed=8).pivots != g.pivots)
    fresh = gram(seed=None)
    np.testing.assert_array_equal(gram(seed=fresh.seed).pivots, fresh.pivots)


def test_rank_and_tolerance():
    twice = np.concatenate([X[:20], X[:20]])
    assert kb.LowRankGram(twice, kb.LaplaceKernel(0.1), 40, nugget=1.0, seed=1).rank == 20
    loose = gram(tolerance=0.2)
    assert loose.rank < 30 and loose.trace_error <= 0.2 * 300 < loose.trace_errors[-2]


@pytest.mark.parametrize(("arguments", "error", "text"), [
    ({"rank": 0}, ValueError, "rank: must be in"),
    ({"rank": 151}, ValueError, "rank: must not exceed the number of points; got 151"),
    ({"nugget": -1.0}, ValueError, "nugget: must not be negative"),
    ({"tolerance": 1.0}, ValueError, "tolerance: must be in"),
    ({"pivoting": "first"}, ValueError, "pivoting: must be one of"),
])
def test_bad_arguments(arguments, error, text):
    with pytest.raises(error, match=text):
        gram(**arguments)


def test_bad_input():
    with pytest.raises(TypeError, match="kernel: must be a korobov kernel"):
        kb.LowRankGram(X, "rbf", 3)
    with pytest.raises(ValueError, match="X: must be finite"):
        kb.LowRankGram([[np.nan]], KERNEL, 1)
    with pytest.raises(ValueError, match=r"X: must have shape \(n, d\)"):
        kb.LowRankGram([1.0, 2.0], KERNEL, 1)
    with pytest.raises(ValueError, match=r"b: must have shape \(150,\)"):
        gram().solve(np.ones(149))
    with pytest.raises(kb.NumericalError, match="raise the nugget"):
        gram(nugget=0.0).solve(np.ones(150))
    with pytest.raises(kb.NumericalError, match="raise the nugget"):
        gram(nugget=0.0).logdet()


@parametrize_with_checks([kb.Nystrom(random_state=0)])
def test_scikit_learn_checks(estimator, check):
    check(estimator)


def test_nystrom_features():
    f = kb.Nystrom(25, kernel=KERNEL, random_state=7).fit(X)
    phi = f.transform(X)
    assert phi.shape == (150, 25)
    np.testing.assert_allclose(phi @ phi[f.component_indices_].T, KERNEL(X, f.components_), atol=1e-11)
    np.testing.assert_allclose(kb.Nystrom(25, kernel=KERNEL, random_state=7).fit_transform(X), phi, atol=1e-9)
    assert f.trace_error_ == pytest.approx(300 - np.sum(phi**2), abs=1e-9)
    np.testing.assert_array_equal(f.component_indices_, gram(rank=25).pivots)
    z = np.random.default_rng(4).standard_normal((40, 3))
    np.testing.assert_allclose(f.transform(z) @ phi[f.component_indices_].T, KERNEL(z, f.components_), atol=1e-11)
    twin = pickle.loads(pickle.dumps(f))
    np.testing.assert_array_equal(twin.transform(z), f.transform(z))


def test_what_nystrom_fitted_stays():
    x = np.random.default_rng(2).normal(size=(30, 2))
    fitted = kb.Nystrom(8, kernel=kb.GaussianKernel(2.0), random_state=1).fit(x)
    phi = fitted.transform(x)
    fitted.set_params(kernel=kb.GaussianKernel(0.1), n_components=3)
    np.testing.assert_array_equal(fitted.transform(x), phi)


def test_nystrom_defaults_and_errors():
    assert kb.Nystrom(random_state=1).fit_transform(X).shape == (150, 100)
    assert kb.Nystrom(random_state=1).fit_transform(X[:60]).shape == (60, 60)
    assert kb.Nystrom(random_state=1).fit(np.ones((5, 2))).transform(np.ones((5, 2))).shape == (5, 1)
    with pytest.raises(ValueError, match="n_components: must not exceed the number of samples, 150; got 151"):
        kb.Nystrom(151).fit(X)
    with pytest.raises(TypeError, match="kernel"):
        kb.Nystrom(kernel="rbf").fit(X)
