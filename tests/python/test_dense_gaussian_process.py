"""GaussianProcessRegressor (dense_gaussian_process) by NumPy, scikit-learn's checks and scikit-learn's own."""

import copy
import math
import pickle

import numpy as np
import pytest

import korobov as kb

pytest.importorskip("sklearn")

rng = np.random.default_rng(4)
X, Z = rng.random((40, 3)), rng.random((7, 3))
Y = np.stack([np.sin(4 * X[:, 0]) + X[:, 1] ** 2, X @ [1.0, 2.0, 3.0]], axis=1)


@pytest.mark.parametrize("kernel", [kb.GaussianKernel(0.5), kb.MaternKernel(1.5, [0.5, 1.0, 2.0], 2.0),
                                    kb.LaplaceKernel() + 0.5 * kb.CauchyKernel(), kb.ShiftInvariantKernel(3, alpha=1)],
                         ids=repr)
def test_posterior(kernel):
    gp = kb.GaussianProcessRegressor(kernel, noise=0.01, optimize=False).fit(X, Y)
    A = kernel(X) + (0.01 + 40 * 41 * 2.0**-53 * kernel.diag(X)[0]) * np.eye(40)
    k = kernel(Z, X)
    cov = kernel(Z) - k @ np.linalg.solve(A, k.T)
    mean, got = gp.predict(Z, return_cov=True)
    np.testing.assert_allclose(mean, k @ np.linalg.solve(A, Y), rtol=0, atol=1e-10)
    np.testing.assert_allclose(got[:, :, 1], cov, rtol=0, atol=1e-12)
    np.testing.assert_allclose(gp.predict(Z, return_std=True)[1][:, 0], np.sqrt(np.diag(cov)), rtol=1e-9)
    lml = sum(-(v @ np.linalg.solve(A, v) + np.linalg.slogdet(A)[1] + 40 * np.log(2 * np.pi)) / 2 for v in Y.T)
    np.testing.assert_allclose(gp.log_marginal_likelihood_value_, lml, rtol=1e-11)
    assert gp.n_iter_ == 0 and gp.kernel_ == kernel
    paths = gp.sample_y(Z, 3, random_state=1)
    assert paths.shape == (7, 2, 3)
    one = kb.GaussianProcessRegressor(kernel, noise=0.01, optimize=False).fit(X, Y[:, 0])
    np.testing.assert_allclose(one.predict(Z), mean[:, 0], rtol=0, atol=1e-12)
    assert one.sample_y(Z).shape == (7, 1)
    for twin in (pickle.loads(pickle.dumps(one)), copy.deepcopy(one)):
        np.testing.assert_array_equal(twin.predict(Z), one.predict(Z))


def test_learning_against_scikit_learn():
    gaussian_process = pytest.importorskip("sklearn.gaussian_process")
    kernels = gaussian_process.kernels
    y = Y[:, 0]
    ours = kb.GaussianProcessRegressor(kb.MaternKernel(2.5, [1.0, 1.0, 1.0]), noise=1e-4).fit(X, y)
    theirs = gaussian_process.GaussianProcessRegressor(
        kernels.ConstantKernel(1.0, (1e-5, 1e8)) * kernels.Matern([1.0] * 3, (1e-4, 1e5), nu=2.5), alpha=1e-4,
        n_restarts_optimizer=2, random_state=0).fit(X, y)
    assert ours.log_marginal_likelihood_value_ >= theirs.log_marginal_likelihood_value_ - 0.01
    assert ours.n_iter_ > 5 and np.abs(ours.predict(X) - y).max() < 0.05


@pytest.mark.parametrize("parameters", [{}, {"learn_noise": True}, {"normalize_y": True, "restarts": 0},
                                        {"kernel": kb.MaternKernel(1.5, 0.5)},
                                        {"kernel": kb.RationalQuadraticKernel(1.0, 2.0), "learn_noise": True}], ids=repr)
def test_scikit_learn_checks(parameters):
    checks = pytest.importorskip("sklearn.utils.estimator_checks")
    checks.check_estimator(kb.GaussianProcessRegressor(**parameters), on_skip=None)


def test_refused():
    with pytest.raises(kb.NumericalError, match="smallest eigenvalue .* raise noise from 0"):
        kb.GaussianProcessRegressor(noise=0.0, optimize=False).fit(np.zeros((3, 2)), np.zeros(3))
    with pytest.raises(ValueError, match="noise: must be finite and not negative; got -1"):
        kb.GaussianProcessRegressor(noise=-1.0).fit(X, Y)
    with pytest.raises(ValueError, match="kernel: must have the dimension of X, 3; got 2"):
        kb.GaussianProcessRegressor(kb.GaussianKernel([1.0, 1.0])).fit(X, Y)
    with pytest.raises(TypeError, match="kernel: must be a korobov kernel"):
        kb.GaussianProcessRegressor("rbf").fit(X, Y)
    with pytest.raises(ValueError, match="NaN"):
        kb.GaussianProcessRegressor().fit(X, np.full(40, np.nan))
    for unit in (1e200, 1e307):  # squares, and sums, that are no doubles
        with pytest.raises(ValueError, match="y: must have a finite standard deviation"):
            kb.GaussianProcessRegressor(normalize_y=True).fit(X, unit * Y)
    gp = kb.GaussianProcessRegressor(optimize=False).fit(X, Y)
    with pytest.raises(ValueError, match="return_cov"):
        gp.predict(Z, True, True)
    with pytest.raises(ValueError, match="features"):
        gp.predict(Z[:, :2])


@pytest.mark.parametrize("noise", [1e-10, 0.0025])
@pytest.mark.parametrize("offset", [0, 2])
def test_units_of_y_do_not_matter(noise, offset):
    rng = np.random.default_rng(0)
    X = rng.uniform(0, 3, (40, 1))
    y = np.sin(2 * X[:, 0]) + offset + math.sqrt(noise) * rng.standard_normal(40)
    at = np.linspace(0, 4, 9)[:, None]
    mean, std = kb.GaussianProcessRegressor(noise=noise).fit(X, y).predict(at, return_std=True)
    for unit in (1e-8, 1e4, 1e9):
        other = kb.GaussianProcessRegressor(noise=noise * unit**2).fit(X, unit * y)
        scaled = other.predict(at, return_std=True)
        np.testing.assert_allclose(scaled[0] / unit, mean, rtol=1e-3, atol=1e-3)
        np.testing.assert_allclose(scaled[1] / unit, std, rtol=1e-2, atol=1e-3)
    assert np.abs(mean[:7] - np.sin(2 * at[:7, 0]) - offset).max() < 0.2


def test_noise_is_learnt():
    rng = np.random.default_rng(0)
    X = rng.uniform(0, 3, (200, 1))
    y = np.sin(2 * X[:, 0]) + rng.normal(0, 0.1, 200)
    for unit in (1, 1e5):
        gp = kb.GaussianProcessRegressor(learn_noise=True).fit(X, unit * y)
        assert 0.08**2 < gp.noise_ / unit**2 < 0.12**2
        twin = pickle.loads(pickle.dumps(gp))
        np.testing.assert_array_equal(twin.predict(X[:5]), gp.predict(X[:5]))
    assert kb.GaussianProcessRegressor(noise=0.0, learn_noise=True).fit(X[:20], y[:20]).noise_ == 0
    from sklearn.datasets import load_diabetes

    data, target = load_diabetes(return_X_y=True)
    gp = kb.GaussianProcessRegressor(learn_noise=True, normalize_y=True).fit(data[::2], target[::2])
    assert gp.score(data[1::2], target[1::2]) > 0.4


@pytest.mark.parametrize("unit", [1e-90, 1e-5, 1e6, 1e80])
@pytest.mark.parametrize("noise", [0.0025, 1e-10])
def test_noise_is_learnt_in_any_units(unit, noise):
    """Where the given one has the data's units, and where it has not."""
    rng = np.random.default_rng(0)
    X = rng.uniform(0, 3, (60, 1))
    y = np.sin(2 * X[:, 0]) + 0.05 * rng.standard_normal(60)
    expected = kb.GaussianProcessRegressor(noise=0.0025, learn_noise=True).fit(X, y).noise_
    for given in (noise, noise * unit * unit):
        gp = kb.GaussianProcessRegressor(noise=given, learn_noise=True).fit(X, unit * y)
        np.testing.assert_allclose(gp.noise_ / unit / unit, expected, rtol=1e-3)
    smooth = kb.GaussianProcessRegressor(noise=noise * unit * unit, learn_noise=True).fit(X, unit * np.sin(2 * X[:, 0]))
    assert abs(smooth.predict([[1.0]])[0] / unit - np.sin(2)) < 1e-5


@pytest.mark.parametrize("kernel", [kb.RationalQuadraticKernel(alpha=0.5), kb.MaternKernel(1.5)], ids=repr)
@pytest.mark.parametrize("restarts", [0, 1])
def test_the_search_does_not_start_where_no_noise_is_felt(kernel, restarts):
    """On short lengthscales a noise of 1e-8 is as likely as one of 1e-2, but has no slope to leave it by."""
    rng = np.random.default_rng(4)
    X = rng.uniform(-2, 3, (60, 3))
    y = np.sin(X[:, 0]) + 0.5 * X[:, 1] ** 2 + 0.1 * rng.standard_normal(60)
    gp = kb.GaussianProcessRegressor(kernel, noise=0.01, learn_noise=True, restarts=restarts).fit(X, y)
    likeliest = {"RationalQuadraticKernel": -15.075854, "MaternKernel": -25.737524}  # scikit-learn's, ten restarts
    assert gp.log_marginal_likelihood_value_ > likeliest[type(kernel).__name__] - 1e-3
    assert 0.005 < gp.noise_ < 0.02


@pytest.mark.parametrize("normalize_y", [False, True])
def test_slopes_of_a_noise_far_too_small(normalize_y):
    """The first step leaves the start by no more than a factor of e; lengthscales of 1e-5 would say nothing at all."""
    rng = np.random.default_rng(0)
    X = rng.uniform(0, 3, (60, 1))
    y = np.sin(2 * X[:, 0]) + 0.05 * rng.standard_normal(60)
    gp = kb.GaussianProcessRegressor(normalize_y=normalize_y).fit(X, y)
    assert gp.kernel_.parameters[gp.kernel_.parameter_names.index("lengthscale")] > 1e-3
    assert abs(gp.predict([[1.0]])[0] - np.sin(2)) < 0.3


def test_the_outcome_is_never_less_likely_than_the_start():
    """Where the start lies beyond the bounds of a search, too."""
    rng = np.random.default_rng(0)
    X = rng.uniform(0, 3, (40, 1))
    y = np.sin(2 * X[:, 0]) + 0.05 * rng.standard_normal(40)
    kernel = kb.RationalQuadraticKernel(1.14, alpha=1e4, scale=2.5)
    start = kb.GaussianProcessRegressor(kernel, noise=0.0025, optimize=False).fit(X, y)
    learnt = kb.GaussianProcessRegressor(kernel, noise=0.0025).fit(X, y)
    assert learnt.log_marginal_likelihood_value_ >= start.log_marginal_likelihood_value_
    more = kb.GaussianProcessRegressor(kb.GaussianKernel(), noise=0.0025, restarts=4).fit(X, y)
    fewer = kb.GaussianProcessRegressor(kb.GaussianKernel(), noise=0.0025, restarts=0).fit(X, y)
    assert more.log_marginal_likelihood_value_ >= fewer.log_marginal_likelihood_value_ - 1e-9
    assert more.n_iter_ > fewer.n_iter_


def test_normalized_outputs():
    rng = np.random.default_rng(0)
    X = rng.uniform(0, 3, (40, 1))
    y = np.stack([1e3 + np.sin(2 * X[:, 0]), 5 * np.cos(X[:, 0]) - 40], axis=1)
    gp = kb.GaussianProcessRegressor(normalize_y=True).fit(X, y)
    mean, std = gp.predict([[1.0], [20.0]], return_std=True)
    assert np.abs(mean[0] - [1e3 + np.sin(2), 5 * np.cos(1) - 40]).max() < 1e-2
    np.testing.assert_allclose(mean[1], y.mean(axis=0), rtol=1e-3)          # far away: the prior's mean
    covariance = gp.predict([[1.0], [20.0]], return_cov=True)[1]
    np.testing.assert_allclose(np.sqrt(np.diagonal(covariance).T), std, rtol=1e-6, atol=1e-5)
    assert gp.sample_y([[1.0]], 3, random_state=1).shape == (1, 2, 3)
    assert np.abs(gp.sample_y([[1.0]], 3, random_state=1)[0, 0] - 1e3).max() < 2


def test_a_singular_matrix_names_its_eigenvalue_when_learning_too():
    for optimize in (True, False):
        with pytest.raises(kb.NumericalError, match="smallest eigenvalue of 3 is .*: raise noise from 0 to more than"):
            kb.GaussianProcessRegressor(noise=0.0, optimize=optimize).fit(np.zeros((3, 1)), [1.0, 2.0, 3.0])
