"""Values and derivatives on one lattice (derivative_gaussian_process, derivative_gram) by dense NumPy algebra."""

import copy
import pickle

import numpy as np
import pytest

import korobov as kb

TAU = 2 * np.pi
X = np.random.default_rng(8).random((15, 2))


def f(x):
    return np.exp(np.sin(TAU * x[:, 0])) + np.sin(TAU * x[:, 0]) * np.cos(TAU * x[:, 1])


def gradient(x):
    s, c = np.sin(TAU * x), np.cos(TAU * x)
    return TAU * np.stack([c[:, 0] * (np.exp(s[:, 0]) + c[:, 1]), -s[:, 0] * s[:, 1]], axis=1)


def data(x):
    return np.column_stack([f(x), gradient(x)])


SETS = [kb.Lattice(2, seed=3), kb.Lattice(2), kb.Lattice(2, order="linear", n=32, generating_vector=[1, 11], seed=2)]


@pytest.mark.parametrize("points", SETS, ids=repr)
def test_posterior_is_dense_algebra(points):
    n, noise = 32, np.array([1e-3, 1e-2, 2e-2])
    kernel = kb.ShiftInvariantKernel(2, alpha=[3, 2], weights=[0.5, 0.2], scale=1.5)
    gp = kb.DerivativeGaussianProcess(points, kernel, noise=noise).fit(data, n=n, optimize=False)
    assert gp.n == n and gp.n_iter_ == 0 and gp.kernel == kernel and (gp.noise == noise).all()
    assert gp.orders.tolist() == [[0, 0], [1, 0], [0, 1]] and (gp.nugget < 1e-9).all()
    w, x = points.integers(n), (X * 2.0**64).astype(np.uint64)
    K = np.block([[kernel.derivative(x=a, z=b)(w) for b in gp.orders] for a in gp.orders])
    A = K + np.diag(np.repeat(noise + gp.nugget, n))
    y = data(points.points(n)).T.ravel()
    for order in ([0, 0], [1, 0], [0, 1]):
        k = np.hstack([kernel.derivative(x=order, z=b)(x, w) for b in gp.orders])
        mean, std = gp.predict(X, order, return_std=True)
        np.testing.assert_allclose(mean, k @ np.linalg.solve(A, y), rtol=1e-9, atol=1e-9)
        prior = kernel.derivative(x=order, z=order).diag(X)
        np.testing.assert_allclose(std**2, prior - np.sum(k * np.linalg.solve(A, k.T).T, axis=1), rtol=0,
                                   atol=1e-11 * prior[0])
        covariance = kernel.derivative(x=order, z=order)(x) - k @ np.linalg.solve(A, k.T)
        again, got = gp.predict(X, order, return_cov=True)
        np.testing.assert_array_equal(again, mean)
        np.testing.assert_allclose(got, covariance, rtol=0, atol=1e-11 * prior[0])
        low, high = gp.interval(X, order, confidence=0.9)
        np.testing.assert_allclose(high - mean, 1.6448536269514722 * std, rtol=1e-12)
        np.testing.assert_allclose(mean - low, high - mean, rtol=1e-12)
    np.testing.assert_array_equal(gp.predict(X), gp.predict(x))
    lml = -(y @ np.linalg.solve(A, y) + np.linalg.slogdet(A)[1] + len(y) * np.log(TAU)) / 2
    np.testing.assert_allclose(gp.log_marginal_likelihood, lml, rtol=1e-10)
    ones = np.repeat([1.5, 0, 0], n)
    value, error = gp.integral()
    np.testing.assert_allclose(value, ones @ np.linalg.solve(A, y), rtol=1e-10)
    np.testing.assert_allclose(error**2, 1.5 - ones @ np.linalg.solve(A, ones), rtol=0, atol=1e-12)
    for twin in (pickle.loads(pickle.dumps(gp)), copy.deepcopy(gp), copy.copy(gp)):
        np.testing.assert_array_equal(twin.predict(X), gp.predict(X))
        assert repr(twin) == repr(gp)


def test_doubled_observations_are_those_of_one_fit():
    points, kernel = kb.Lattice(2, seed=3), kb.ShiftInvariantKernel(2, alpha=3, weights=0.3)
    gp = kb.DerivativeGaussianProcess(points, kernel, noise=[1e-3, 1e-2, 1e-2]).fit(data, n=16)
    learnt, noise, evaluations = gp.kernel, gp.noise, gp.n_iter_
    assert gp.extend(data) is gp and gp.extend(data(points.points(32, 64))).n == 64
    assert gp.kernel == learnt != kernel and (gp.noise == noise).all() and gp.n_iter_ == evaluations
    whole = kb.DerivativeGaussianProcess(points, learnt, noise=noise).fit(data, n=64, optimize=False)
    for order in (None, [0, 1]):
        np.testing.assert_allclose(gp.predict(X, order), whole.predict(X, order), rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(gp.log_marginal_likelihood, whole.log_marginal_likelihood, rtol=1e-9)
    twin = pickle.loads(pickle.dumps(gp))
    assert twin.n == 64
    np.testing.assert_allclose(twin.predict(X), gp.predict(X), rtol=1e-12)
    for y, match in [(np.ones((32, 3)), r"y: must have shape \(64, 3\)"), (np.ones((64, 2)), r"y: must have shape \(64, 3\)"),
                     (np.full((64, 3), np.inf), "y: must be finite; got inf")]:
        with pytest.raises(ValueError, match=match):
            gp.extend(y)
    assert gp.n == 64
    with pytest.raises(ValueError, match="gp: must have been fitted"):
        kb.DerivativeGaussianProcess(points, kernel).extend(data)
    linear = kb.DerivativeGaussianProcess(SETS[2], kernel).fit(data, n=32, optimize=False)
    for more in (data, np.ones((32, 3))):
        with pytest.raises(ValueError):
            linear.extend(more)


def test_paths():
    points, kernel = kb.Lattice(2), kb.ShiftInvariantKernel(2, alpha=3, weights=0.3)
    gp = kb.DerivativeGaussianProcess(points, kernel, noise=0.1)
    prior = gp.sample(X, [1, 0], size=4000, seed=1)
    assert prior.shape == (4000, 15)
    np.testing.assert_array_equal(prior, gp.sample((X * 2.0**64).astype(np.uint64), [1, 0], size=4000, seed=1))
    K = kernel.derivative(x=[1, 0], z=[1, 0])(X)
    assert np.abs(prior.T @ prior / 4000 - K).max() < 6 * 1.5 * K.max() / np.sqrt(4000)  # chance below 1e-6
    gp.fit(data, n=32)
    assert gp.sample(X).shape == (1, 15) and (gp.sample(X) != gp.sample(X)).all()
    for order in (None, [0, 1]):
        paths = gp.sample(X, order, size=2000, seed=2)
        mean, std = gp.predict(X, order, return_std=True)
        assert (np.abs(paths.mean(axis=0) - mean) < 6 * std / np.sqrt(2000)).all()
        assert (np.abs(paths.std(axis=0) / std - 1) < 6 / np.sqrt(4000)).all()
    for call, match in [(lambda: gp.sample(X, [0]), "order: must have 2 entries"), (lambda: gp.sample(X, size=0), "size: must be in"),
                        (lambda: gp.sample([0.5]), "X: must have shape"),
                        (lambda: gp.interval(X, confidence=1), r"confidence: must be in \(0, 1\)"),
                        (lambda: gp.predict(X, return_std=True, return_cov=True), "return_cov: must be False")]:
        with pytest.raises(ValueError, match=match):
            call()


def test_gradients_help_and_are_learnt_from():
    points, kernel = kb.Lattice(2, seed=3), kb.ShiftInvariantKernel(2, alpha=3, weights=0.1)
    values = kb.GaussianProcess(points, kernel).fit(f, n=64)
    both = kb.DerivativeGaussianProcess(points, kernel).fit(data, n=64)
    assert both.n_iter_ > 3 and both.kernel != kernel and (both.noise == 0).all()
    error = np.abs(both.predict(X) - f(X)).max()
    assert error < 0.2 * np.abs(values.predict(X) - f(X)).max()
    slope, std = both.predict(X, [1, 0], return_std=True)
    assert np.abs(slope - gradient(X)[:, 0]).max() < 1.0 and (std > 0).all()
    rng = np.random.default_rng(5)
    y = data(points.points(256)) + rng.standard_normal((256, 3)) * [0.1, 1.0, 1.0]
    noisy = kb.DerivativeGaussianProcess(points, kernel, noise=[0.1, 0.1, 0.0]).fit(y)
    assert noisy.noise[2] == 0 < min(noisy.noise[:2])
    noisy = kb.DerivativeGaussianProcess(points, kernel, noise=0.1).fit(y)
    assert 0.005 < noisy.noise[0] < 0.02 and 0.5 < noisy.noise[1] < 2 and 0.5 < noisy.noise[2] < 2


def test_refused_values():
    points, kernel = kb.Lattice(2), kb.ShiftInvariantKernel(2)
    for p, k in [(kb.Sobol(2), kernel), (kb.Lattice(2, order="gray"), kernel), (kernel, kernel),
                 (points, kb.DigitallyShiftInvariantKernel(2)), (points, kernel + kernel)]:
        with pytest.raises(TypeError, match="points|kernel"):
            kb.DerivativeGaussianProcess(p, k)
    for orders, noise, match in [([[0, 2]], 0.0, "orders: must be at most alpha - 1 = 1 in dimension 1; got 2"), ([[0, 0], [0, 0]], 0.0, "orders: must differ"),
                                 ([[0]], 0.0, "orders: must be integers of shape"), ([[0, -1]], 0.0, "orders: must be in"),
                                 ([[0, 0.5]], 0.0, "orders: must be integers"), (None, [0.1], "noise: must be one number"),
                                 (None, -1.0, "noise: must be finite and not negative; got -1")]:
        with pytest.raises(ValueError, match=match):
            kb.DerivativeGaussianProcess(points, kernel, orders, noise=noise)
    with pytest.raises(ValueError, match="orders: must be at most alpha - 1 = 0 in dimension 0; got 1"):
        kb.DerivativeGaussianProcess(points, kb.ShiftInvariantKernel(2, alpha=[1, 2]))
    with pytest.raises(ValueError, match="order_weights"):
        kb.DerivativeGaussianProcess(points, kb.ShiftInvariantKernel(2, order_weights=[1.0]))
    with pytest.raises(ValueError, match="points: must be one replicate"):
        kb.DerivativeGaussianProcess(kb.Lattice(2, seed=1, replications=2), kernel)
    gp = kb.DerivativeGaussianProcess(points, kernel)
    for call in (lambda: gp.predict(X), gp.integral, lambda: gp.n_iter_, lambda: gp.nugget):
        with pytest.raises(ValueError, match="gp: must have been fitted"):
            call()
    for y, match in [(np.ones((8, 2)), r"y: must have shape \(8, 3\)"), (np.full((8, 3), np.nan), "y: must be finite"),
                     (data, "n: must be given"), (np.ones((6, 3)), "n: must be a power of two")]:
        with pytest.raises(ValueError, match=match):
            gp.fit(y)
    gp.fit(data, n=8)
    for x, order, match in [([0.5, 0.5], None, "X: must have shape"), ([[np.inf, 0.5]], None, "X: must be finite"),
                            (X, [0], "order: must have 2 entries"), (X, [2, 0], "order: must be at most alpha - 1 = 1 in dimension 0; got 2"),
                            (X, [0, -1], "order: must be in"), (X, [0, 0, 0], "order: must have 2 entries; got 3")]:
        with pytest.raises(ValueError, match=match):
            gp.predict(x, order)
    with pytest.raises(TypeError, match="order: must be one order per dimension; got 1"):
        gp.predict(X, 1)
