"""GaussianProcessRegressor (dense_gaussian_process) by NumPy, scikit-learn's checks and scikit-learn's own."""

import copy
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
    A = kernel(X) + 0.01 * np.eye(40)
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


def test_scikit_learn_checks():
    checks = pytest.importorskip("sklearn.utils.estimator_checks")
    checks.check_estimator(kb.GaussianProcessRegressor(), on_skip=None)


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
    gp = kb.GaussianProcessRegressor(optimize=False).fit(X, Y)
    with pytest.raises(ValueError, match="return_cov"):
        gp.predict(Z, True, True)
    with pytest.raises(ValueError, match="features"):
        gp.predict(Z[:, :2])
