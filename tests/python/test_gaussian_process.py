"""Gaussian processes (gaussian_process, likelihood, hyperparameters) by dense NumPy algebra."""

import copy
import pickle
import signal
import threading

import numpy as np
import pytest

import korobov as kb


def f(x):
    return np.exp(np.sin(2 * np.pi * x[:, 0])) + np.cos(2 * np.pi * x[:, 1]) / 2


PAIRS = [
    (kb.Lattice(2, seed=3), kb.ShiftInvariantKernel(2, alpha=[1, 2], weights=[0.5, 0.2], scale=1.5)),
    (kb.Lattice(2), 0.5 * kb.ShiftInvariantKernel(2, alpha=1) + kb.ShiftInvariantKernel(2)),
    (kb.Sobol(2, seed=4), kb.DigitallyShiftInvariantKernel(2, weights=0.3)),
    (kb.Sobol(2, seed=4, alpha=2, order="gray"), kb.DigitallyShiftInvariantKernel(2, weights=0.3)),
    (kb.Sobol(2, seed=4, randomize="nus"), kb.LeadingDigitKernel(2, alpha=1.2, weights=[0.5, 0.9])),
]
every_pair = pytest.mark.parametrize("points, kernel", PAIRS, ids=repr)
X = np.random.default_rng(8).random((15, 2))


@every_pair
def test_posterior_is_dense_algebra(points, kernel):
    n, noise = 64, 1e-3
    w = points.integers(n)
    y = np.stack([f(points.points(n)), points.points(n)[:, 0] ** 2], axis=1)
    gp = kb.GaussianProcess(points, kernel, noise=noise).fit(y, optimize=False)
    assert gp.n == n and gp.n_iter_ == 0 and gp.kernel == kernel and gp.noise == noise and gp.nugget < 1e-12
    A = kernel(w) + (noise + gp.nugget) * np.eye(n)
    k = kernel((X * 2.0**64).astype(np.uint64), w)
    cov = kernel(X) - k @ np.linalg.solve(A, k.T)
    mean, got = gp.predict(X, return_cov=True)
    np.testing.assert_allclose(mean, k @ np.linalg.solve(A, y), rtol=0, atol=1e-9)
    assert mean.shape == (15, 2) and got.shape == (15, 15, 2)
    np.testing.assert_allclose(got[:, :, 0], cov, rtol=0, atol=1e-11)
    mean, std = gp.predict(X, return_std=True)
    assert std.shape == (15, 2)
    np.testing.assert_allclose(std[:, 1] ** 2, np.diag(cov), rtol=0, atol=1e-11)
    lml = sum(-(v @ np.linalg.solve(A, v) + np.linalg.slogdet(A)[1] + n * np.log(2 * np.pi)) / 2 for v in y.T)
    np.testing.assert_allclose(gp.log_marginal_likelihood, lml, rtol=1e-10)

    one = kb.GaussianProcess(points, kernel, noise=noise).fit(f, n=n, optimize=False)
    assert one.predict(X).shape == (15,) and one.predict(X, return_std=True)[1].shape == (15,)
    np.testing.assert_allclose(one.predict(X), mean[:, 0], rtol=0, atol=1e-12)
    low, high = one.interval(X, 0.95)
    np.testing.assert_allclose((high - low) / 2, 1.959963984540054 * std[:, 0], rtol=1e-12)
    value, error = one.integral()
    c = 1.5 if kernel.symmetry == "cyclic" and kernel.d and hasattr(kernel, "scale") else None
    if c is not None:
        ones = np.full(n, c)
        np.testing.assert_allclose(value, ones @ np.linalg.solve(A, y[:, 0]), rtol=1e-10)
        np.testing.assert_allclose(error**2, c - ones @ np.linalg.solve(A, ones), rtol=1e-6)
    for twin in (pickle.loads(pickle.dumps(one)), copy.deepcopy(one), copy.copy(one)):
        np.testing.assert_array_equal(twin.predict(X), one.predict(X))
        assert repr(twin) == repr(one) and twin.kernel == one.kernel


@every_pair
def test_shifted_copies(points, kernel):
    gp = kb.GaussianProcess(points, kernel, noise=1e-3).fit(f, n=64)
    shift = np.array([0.3, 0.71])
    if points.symmetry == "dyadic_tree":
        with pytest.raises(ValueError, match="must keep a group"):
            gp.predict_shifted(shift)
        return
    mean, std = gp.predict_shifted(shift, return_std=True)
    w, s = points.integers(64), (shift * 2.0**64).astype(np.uint64)
    moved = w + s if points.symmetry == "cyclic" else w ^ s
    expected, spread = gp.predict(moved, return_std=True)
    np.testing.assert_allclose(mean, expected, rtol=0, atol=1e-9)
    np.testing.assert_allclose(std, spread, rtol=1e-5)
    np.testing.assert_array_equal(gp.predict_shifted(s), mean)


@every_pair
def test_extension_and_projection(points, kernel):
    gp = kb.GaussianProcess(points, kernel, noise=1e-3).fit(f, n=32)
    learnt = gp.kernel
    at_x, of_integral = gp.project_std(64, X), gp.project_std(64)
    assert gp.extend(f) is gp and gp.n == 64 and gp.kernel == learnt
    whole = kb.GaussianProcess(points, learnt, noise=gp.noise).fit(f(points.points(64)), optimize=False)
    np.testing.assert_array_equal(gp.predict(X), whole.predict(X))
    np.testing.assert_array_equal(gp.predict(X, return_std=True)[1], at_x)
    np.testing.assert_allclose(gp.integral()[1], of_integral, rtol=1e-9)
    assert of_integral < kb.GaussianProcess(points, learnt, noise=gp.noise).project_std(32)


@every_pair
def test_further_observations_are_dense_algebra(points, kernel):
    n, noise = 64, 1e-3
    rng = np.random.default_rng(9)
    z = rng.random((6, 2))
    z[1] = points.points(8)[7]
    variances = np.array([noise] * (n + 4) + [1e-4] * 2)
    y = np.stack([f(points.points(n)), points.points(n)[:, 0] ** 2], axis=1)
    extra = rng.standard_normal((6, 2))
    gp = kb.GaussianProcess(points, kernel, noise=noise).fit(y, optimize=False)
    assert gp.condition(z[:4], extra[:4]) is gp and gp.condition(z[4:], extra[4:], noise=1e-4).n_further == 6 and gp.n == n
    w = np.concatenate([points.integers(n), (z * 2.0**64).astype(np.uint64)])
    A = kernel(w) + np.diag(variances + gp.nugget)
    every = np.concatenate([y, extra])
    k = kernel((X * 2.0**64).astype(np.uint64), w)
    mean, got = gp.predict(X, return_cov=True)
    np.testing.assert_allclose(mean, k @ np.linalg.solve(A, every), rtol=0, atol=1e-9)
    cov = kernel(X) - k @ np.linalg.solve(A, k.T)
    np.testing.assert_allclose(got[:, :, 0], cov, rtol=0, atol=1e-11)
    np.testing.assert_allclose(gp.predict(X, return_std=True)[1][:, 1] ** 2, np.diag(cov), rtol=0, atol=1e-11)
    np.testing.assert_allclose(gp.project_std(n, X) ** 2, np.diag(cov), rtol=0, atol=1e-11)
    lml = sum(-(v @ np.linalg.solve(A, v) + np.linalg.slogdet(A)[1] + len(v) * np.log(2 * np.pi)) / 2 for v in every.T)
    np.testing.assert_allclose(gp.log_marginal_likelihood, lml, rtol=1e-10)
    values, error = gp.integral()
    assert error == gp.project_std(n) < kb.GaussianProcess(points, kernel, noise=noise).project_std(n)
    if points.symmetry != "dyadic_tree":
        shift = np.array([0.3, 0.71])
        w, s = points.integers(n), (shift * 2.0**64).astype(np.uint64)
        expected, spread = gp.predict(w + s if points.symmetry == "cyclic" else w ^ s, return_std=True)
        mean, std = gp.predict_shifted(shift, return_std=True)
        np.testing.assert_allclose(mean, expected, rtol=0, atol=1e-9)
        np.testing.assert_allclose(std, spread, rtol=0, atol=1e-8)
        np.testing.assert_array_equal(gp.predict_shifted(shift), mean)
    for twin in (pickle.loads(pickle.dumps(gp)), copy.deepcopy(gp)):
        np.testing.assert_array_equal(twin.predict(X), gp.predict(X))
        assert twin.n_further == 6
    assert gp.fit(y, optimize=False).n_further == 0


def test_a_function_at_further_points_and_what_is_refused():
    points, kernel = kb.Lattice(2, seed=3), kb.ShiftInvariantKernel(2)
    gp = kb.GaussianProcess(points, kernel)
    with pytest.raises(ValueError, match="gp: must have been fitted"):
        gp.condition(X, f)
    gp.fit(f, n=64)
    before = np.abs(gp.predict(X) - f(X)).max()
    gp.condition(X, f)  # without noise: it interpolates, to the nugget
    assert np.abs(gp.predict(X) - f(X)).max() < 1e-3 * before
    for x, y, match in [(X, np.zeros(3), r"y: must have shape \(15,\)"), (X[:, :1], np.zeros(15), "X: must have shape"),
                        (X, np.zeros((15, 2)), "y: must have shape"), (X, lambda x: x, "f: must have shape"),
                        (X, np.full(15, np.nan), "y: must be finite; got nan"), (X[:0], np.zeros(0), "X: must have at least")]:
        with pytest.raises(ValueError, match=match):
            gp.condition(x, y)
    with pytest.raises(ValueError, match="noise: must be finite and not negative; got -1"):
        gp.condition(X, f, noise=-1.0)
    assert gp.n_further == 15


@pytest.mark.parametrize("criterion", ["mle", "gcv", "loo"])
def test_learning(criterion):
    points = kb.Lattice(2, seed=3)
    gp = kb.GaussianProcess(points, kb.ShiftInvariantKernel(2, alpha=2)).fit(f, n=1024, criterion=criterion)
    assert gp.n_iter_ > 5 and gp.kernel.weights.shape == (2,) and gp.noise == 0.0
    assert np.abs(gp.predict(X) - f(X)).max() < 1e-4
    value, error = gp.integral()
    assert abs(value - 1.2660658777520084) < max(4 * error, 1e-10)


def test_real_alpha_and_noise_are_learnt():
    points = kb.Sobol(2, seed=4)
    truth = kb.LeadingDigitKernel(2, alpha=2.0, weights=[1.0, 0.2])
    rng = np.random.default_rng(1)
    x = points.points(512)
    y = kb.GaussianProcess(points, truth).sample(x, seed=2)[0] + 0.1 * rng.standard_normal(512)
    gp = kb.GaussianProcess(points, kb.LeadingDigitKernel(2), noise=0.3).fit(y)
    assert 0.005 < gp.noise < 0.02
    assert 1.2 < gp.kernel.alpha < 3.5
    best = gp.log_marginal_likelihood
    assert best >= kb.GaussianProcess(points, truth, noise=0.01).fit(y, optimize=False).log_marginal_likelihood
    again = gp.fit(y)
    assert again is gp and again.log_marginal_likelihood == best


def test_paths():
    points, kernel = kb.Lattice(2), kb.ShiftInvariantKernel(2, alpha=1)
    gp = kb.GaussianProcess(points, kernel, noise=0.1)
    prior = gp.sample(X, size=4000, seed=1)
    assert prior.shape == (4000, 15)
    np.testing.assert_array_equal(prior, gp.sample(X, size=4000, seed=1))
    K = kernel(X)
    assert np.abs(prior.T @ prior / 4000 - K).max() < 6 * 1.5 * K.max() / np.sqrt(4000)  # chance below 1e-6
    gp.fit(np.stack([f(points.points(32))] * 2, axis=1))
    paths = gp.sample(X, size=2000, seed=2)
    assert paths.shape == (2000, 15, 2) and gp.sample(X).shape == (1, 15, 2)
    mean, std = gp.predict(X, return_std=True)
    assert (np.abs(paths.mean(axis=0) - mean) < 6 * std / np.sqrt(2000)).all()


def test_linear_order():
    points = kb.Lattice(2, order="linear", n=37, generating_vector=[1, 11], seed=2)
    kernel = kb.ShiftInvariantKernel(2, weights=0.3)
    gp = kb.GaussianProcess(points, kernel, noise=1e-3).fit(f, n=37, optimize=False)
    A = kernel(points.integers(37)) + 1e-3 * np.eye(37)
    expected = kernel((X * 2.0**64).astype(np.uint64), points.integers(37)) @ np.linalg.solve(A, f(points.points(37)))
    np.testing.assert_allclose(gp.predict(X), expected, rtol=0, atol=1e-9)
    with pytest.raises(ValueError):
        gp.extend(np.zeros(37))
    with pytest.raises(ValueError, match="n: must be"):
        gp.fit(f, n=32)


def test_mismatches():
    si, dsi, tree = kb.ShiftInvariantKernel(2), kb.DigitallyShiftInvariantKernel(2), kb.LeadingDigitKernel(2)
    for points, kernel in [(kb.Lattice(2), dsi), (kb.Sobol(2), si), (kb.Sobol(2), kb.GaussianKernel()),
                           (kb.Sobol(2, randomize="nus", seed=1), dsi), (kb.Halton(2), tree), (kb.IID(2, seed=1), si),
                           (kb.Lattice(2, order="gray"), si), (si, si), (kb.Lattice(2), 3), (kb.Lattice(2), si + dsi)]:
        with pytest.raises(TypeError, match="points|kernel"):
            kb.GaussianProcess(points, kernel)
    with pytest.raises(ValueError, match="dimension"):
        kb.GaussianProcess(kb.Lattice(3), si)
    with pytest.raises(ValueError, match="points: must be one replicate"):
        kb.GaussianProcess(kb.Lattice(2, seed=1, replications=3), si)


def test_refused_values():
    points, kernel = kb.Lattice(2), kb.ShiftInvariantKernel(2)
    for noise in (-1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match="noise: must be finite and not negative"):
            kb.GaussianProcess(points, kernel, noise=noise)
    gp = kb.GaussianProcess(points, kernel)
    for call in (lambda: gp.predict(X), gp.integral, lambda: gp.n_iter_, lambda: gp.extend(np.zeros(4))):
        with pytest.raises(ValueError, match="gp: must have been fitted"):
            call()
    with pytest.raises(ValueError, match="n: must be a power of two"):
        gp.fit(np.ones(3))
    with pytest.raises(ValueError, match="y: must have at least two rows"):
        gp.fit(np.ones(1))
    with pytest.raises(ValueError, match=r"y: must have shape \(8,\)"):
        gp.fit(np.ones(4), n=8)
    with pytest.raises(ValueError, match="y: must be finite; got nan"):
        gp.fit([1.0, np.nan])
    with pytest.raises(ValueError, match="n: must be given"):
        gp.fit(f)
    with pytest.raises(ValueError, match="f: must have shape"):
        gp.fit(lambda x: x[:3, 0], n=8)
    with pytest.raises(ValueError, match="criterion: must be one of"):
        gp.fit(f, n=8, criterion="bic")
    with pytest.raises(TypeError):
        gp.fit("abc")
    with pytest.raises(kb.NumericalError, match="eigenvalue .* raise noise"):
        kb.GaussianProcess(points, kb.ShiftInvariantKernel(2, weights=0.0)).fit(f, n=8)
    gp.fit(f, n=8)
    for bad in ([0.5, 0.5], [[0.5]], [[np.inf, 0.5]]):
        with pytest.raises(ValueError, match="X: must"):
            gp.predict(bad)
    with pytest.raises(ValueError, match="return_cov"):
        gp.predict(X, True, True)
    with pytest.raises(ValueError, match="confidence"):
        gp.interval(X, 1.0)
    with pytest.raises(ValueError, match=r"shift: must have shape \(2,\); got"):
        gp.predict_shifted([[0.5, 0.5]] * 2)
    with pytest.raises(ValueError, match=r"must have shape \(8,\)"):
        gp.extend(np.zeros(4))
    with pytest.raises(ValueError, match="outputs of the first fit"):
        gp.extend(np.zeros((8, 2)))
    with pytest.raises(ValueError, match="must be a structured kernel"):
        kb.GaussianProcess(points, kernel * kernel, noise=0.1).fit(f, n=8).integral()
    net = kb.GaussianProcess(kb.Sobol(2), kb.DigitallyShiftInvariantKernel(2)).fit(f, n=8)
    with pytest.raises(ValueError, match=r"must lie in \[0, 1\)"):
        net.predict([[0.5, 1.0]])


# ---- correlated outputs (correlated_gaussian_process)

FACTOR = np.array([[1.0, 0.3], [0.8, -0.5], [0.2, 0.1]])


def dense_tasks(points, kernel, noise, covariance, y, X):
    """Means (m, r) and variances (m, r) from the matrix of all outputs together, outputs the slow index."""
    x = points.points(y.shape[0])
    k = np.kron(covariance, kernel(x)) + noise * np.eye(y.size)
    cross = np.kron(covariance, kernel(np.asarray(X), x))
    mean = (cross @ np.linalg.solve(k, y.T.ravel())).reshape(y.shape[1], -1).T
    prior = np.outer(kernel.diag(np.asarray(X)), np.diag(covariance))
    spent = np.einsum("ij,ji->i", cross, np.linalg.solve(k, cross.T)).reshape(y.shape[1], -1).T
    sign, logdet = np.linalg.slogdet(k)
    quadratic = y.T.ravel() @ np.linalg.solve(k, y.T.ravel())
    return mean, prior - spent, -0.5 * (quadratic + logdet + y.size * np.log(2 * np.pi))


def data_of_tasks(points, n):
    x = points.points(n)
    return np.stack([np.sin(2 * np.pi * x[:, 0]), np.cos(2 * np.pi * x[:, 1]) + x[:, 0], x[:, 0] * x[:, 1]], axis=1)


@pytest.mark.parametrize("points, kernel", [(kb.Lattice(2, seed=3), kb.ShiftInvariantKernel(2, alpha=1)),
                                            (kb.Sobol(2, seed=3), kb.DigitallyShiftInvariantKernel(2, alpha=2))])
@pytest.mark.parametrize("factor", [FACTOR, np.eye(3), FACTOR[:, :1]])
def test_correlated_outputs_are_those_of_the_dense_matrix(points, kernel, factor):
    n, noise = 32, 0.05
    y, X = data_of_tasks(points, n), np.random.default_rng(1).random((7, 2))
    gp = kb.GaussianProcess(points, kernel, noise=noise).fit(y, optimize=False, task_factor=factor)
    mean, variance, likelihood = dense_tasks(points, kernel, noise, factor @ factor.T, y, X)
    got, std = gp.predict(X, return_std=True)
    assert np.allclose(got, mean, atol=1e-10) and np.allclose(std**2, variance, atol=1e-10)
    assert gp.log_marginal_likelihood == pytest.approx(likelihood, rel=1e-10)
    cov = gp.predict(X, return_cov=True)[1]
    assert cov.shape == (7, 7, 3) and np.allclose(np.einsum("iir->ir", cov), variance, atol=1e-10)
    assert np.allclose(gp.task_covariance, factor @ factor.T)
    # every other verb: of the design's own copy, of doubled data, of the mean over a fine grid, of one more point
    again, deviation = gp.predict_shifted([0.0, 0.0], return_std=True)
    at_points = gp.predict(points.points(n), return_std=True)
    assert np.allclose(again, at_points[0], atol=1e-10) and np.allclose(deviation, at_points[1], atol=1e-7)
    means, spreads = gp.integral()
    fine = kb.Lattice(2, seed=9).points(2**14)
    assert means.shape == spreads.shape == (3,) and np.allclose(means, gp.predict(fine).mean(axis=0), atol=1e-3)
    assert np.allclose(gp.project_std(n), spreads) and np.allclose(gp.project_std(n, X), std, atol=1e-7)
    assert gp.sample(X, size=4, seed=1).shape == (4, 7, 3)
    loaded = pickle.loads(pickle.dumps(gp))
    assert np.array_equal(loaded.predict(X), got)
    extra = gp.condition(X[:1], np.array([[0.5, 0.5, 0.5]]))
    assert np.abs(extra.predict(X[:1]) - 0.5).sum() < np.abs(got[:1] - 0.5).sum()
    gp.fit(y, optimize=False, task_factor=factor).extend(data_of_tasks(points, 2 * n)[n:])
    doubled = kb.GaussianProcess(points, kernel, noise=noise).fit(data_of_tasks(points, 2 * n), optimize=False,
                                                                  task_factor=factor)
    assert np.allclose(gp.predict(X), doubled.predict(X), atol=1e-9)
    assert gp.fit(y, optimize=False).task_covariance is None


def test_sampled_correlated_outputs_have_the_covariance():
    points, kernel = kb.Sobol(1, seed=1), kb.DigitallyShiftInvariantKernel(1)
    gp = kb.GaussianProcess(points, kernel, noise=1e6).fit(np.zeros((16, 3)), optimize=False, task_factor=FACTOR)
    paths = gp.sample([[0.3]], size=20000, seed=7)[:, 0]
    wanted = FACTOR @ FACTOR.T * kernel.diag(np.array([[0.3]]))[0]
    assert np.allclose(paths.T @ paths / 20000, wanted, atol=0.06)  # 6 deviations and more


def test_a_learnt_task_factor_finds_what_outputs_share():
    points, kernel = kb.Lattice(1, seed=1), kb.ShiftInvariantKernel(1, alpha=2)
    x = points.points(64)[:, 0]
    rng = np.random.default_rng(3)
    shared = np.sin(2 * np.pi * x)
    y = np.stack([shared, -2 * shared], axis=1) + 0.3 * rng.normal(size=(64, 2))
    gp = kb.GaussianProcess(points, kernel, noise=0.1).fit(y, task_factor=[[1.0], [0.5]])
    t = gp.task_covariance
    assert t[0, 1] / np.sqrt(t[0, 0] * t[1, 1]) < -0.9
    assert gp.n_iter_ > 0 and 0.02 < gp.noise < 0.3


@pytest.mark.parametrize("factor, text", [
    ([1.0, 2.0], "shape"), (np.ones((3, 1)), "a row per output"), ([[np.nan], [1.0]], "finite"), (np.zeros((2, 1)), "not zero"),
])
def test_bad_task_factors(factor, text):
    gp = kb.GaussianProcess(kb.Lattice(1), kb.ShiftInvariantKernel(1), noise=0.1)
    with pytest.raises(ValueError, match=text):
        gp.fit(np.ones((8, 2)), task_factor=factor)


def test_singular_task_factors_need_noise():
    gp = kb.GaussianProcess(kb.Lattice(1), kb.ShiftInvariantKernel(1))
    with pytest.raises(ValueError, match="task_factor: must give a positive definite covariance"):
        gp.fit(np.ones((8, 2)), optimize=False, task_factor=[[1.0], [1.0]])
    with pytest.raises(ValueError, match="criterion"):
        gp.fit(np.ones((8, 2)), criterion="gcv", task_factor=[[1.0], [1.0]])


def test_a_failed_fit_changes_nothing():
    f = lambda x: np.sin(2 * np.pi * x[:, 0]) + x[:, 1]  # noqa: E731
    gp = kb.GaussianProcess(kb.Lattice(2, seed=1), kb.ShiftInvariantKernel(2), noise=1e-3).fit(f, n=64)
    before = gp.kernel, gp.noise, gp.log_marginal_likelihood, gp.predict([[0.3, 0.4]])[0]
    with pytest.raises(ValueError, match="y: must have shape|power of two"):
        gp.fit(np.ones(63))
    with pytest.raises(ValueError, match="power of two"):
        gp.fit(np.ones(63), n=63)
    twin = pickle.loads(pickle.dumps(gp))
    for p in (gp, twin):
        assert (p.kernel, p.noise, p.log_marginal_likelihood, p.predict([[0.3, 0.4]])[0]) == before


def test_ctrl_c_ends_a_fit_and_changes_nothing():
    gp = kb.GaussianProcess(kb.Lattice(4, seed=1), kb.ShiftInvariantKernel(4), noise=1e-3)
    gp.fit(lambda x: x.sum(axis=1), n=16, optimize=False)
    y = kb.IID(1, seed=2).points(2**18)[:, 0]
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    timer = threading.Timer(0.3, lambda: signal.raise_signal(signal.SIGINT))
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            gp.fit(y, restarts=1000)
        timer.join()
    finally:
        signal.signal(signal.SIGINT, before)
    assert (gp.n, gp.noise) == (16, 1e-3)


def test_fits_tell_their_progress(capsys):
    f = lambda x: np.sin(2 * np.pi * x[:, 0])  # noqa: E731
    points, kernel = kb.Lattice(1, seed=1), kb.ShiftInvariantKernel(1, alpha=2)
    gp = kb.GaussianProcess(points, kernel, noise=1e-3)
    assert gp.fit(f, n=64) is gp and capsys.readouterr() == ("", "")
    quiet = gp.noise
    gp.fit(f, n=64, progress=True)
    out, err = capsys.readouterr()
    assert out == "" and err.endswith("\n") and err.count("\n") == 1 and gp.noise == quiet
    assert err.split("\r")[-1].startswith(f"evaluation {gp.n_iter_}: criterion ")
    tasks = kb.MultitaskGaussianProcess([points, points], kernel, noise=1e-3)
    derivatives = kb.DerivativeGaussianProcess(points, kernel, [[0]], noise=1e-3)
    tasks.fit([f, f], n=[16, 16], progress=True)
    derivatives.fit(lambda x: f(x)[:, None], n=16, progress=True)
    lines = capsys.readouterr().err.split("\n")
    assert [line.split("\r")[-1].split(":")[0] for line in lines if line] == [f"evaluation {tasks.n_iter_}",
                                                                             f"evaluation {derivatives.n_iter_}"]
    for p, y in ((gp, f), (tasks, [f, f]), (derivatives, lambda x: f(x)[:, None])):
        with pytest.raises(TypeError, match="progress: must be True or False; got 1"):
            p.fit(y, n=[16, 16] if p is tasks else 16, progress=1)


@pytest.mark.parametrize("unit", [1e-70, 1e70])
def test_units_whose_squares_are_no_doubles_are_refused(unit):
    y = unit * kb.IID(1, seed=2).points(16)[:, 0]
    points, kernel = kb.Lattice(1, seed=1), kb.ShiftInvariantKernel(1, alpha=2)
    gp = kb.GaussianProcess(points, kernel, noise=1e-3)
    text = r"y: must have its largest magnitude in \[1e-60, 1e60\]"
    for criterion in ("mle", "gcv", "loo"):
        with pytest.raises(ValueError, match=text):
            gp.fit(y, criterion=criterion)
    with pytest.raises(ValueError, match=text):
        kb.MultitaskGaussianProcess([points, points], kernel, noise=1e-3).fit([y, y])
    with pytest.raises(ValueError, match=text):
        kb.DerivativeGaussianProcess(points, kernel, [[0]], noise=1e-3).fit(y[:, None])
    small = gp.fit(y / unit, optimize=False).predict([[0.3]])
    assert np.allclose(gp.fit(y, optimize=False).predict([[0.3]]) / unit, small, rtol=1e-12)


def test_functions_get_coordinates_wherever_the_points_are_words():
    f = lambda x: np.sin(2 * np.pi * x[:, 0]) + x[:, 1]  # noqa: E731
    gp = kb.GaussianProcess(kb.Lattice(2, seed=1), kb.ShiftInvariantKernel(2), noise=1e-3).fit(f, n=64)
    further = kb.Lattice(2, seed=9)
    twin = pickle.loads(pickle.dumps(gp)).condition(further.points(3), f)
    gp.condition(further.integers(3), f)
    np.testing.assert_allclose(gp.predict(further.points(5)), twin.predict(further.points(5)), rtol=1e-9)


def test_points_that_repeat_need_noise():
    f = lambda x: np.sin(2 * np.pi * x[:, 0]) + x[:, 1]  # noqa: E731
    points = kb.Lattice(2, seed=1)
    gp = kb.GaussianProcess(points, kb.ShiftInvariantKernel(2)).fit(f, n=64, optimize=False)
    before = gp.predict([[0.1, 0.2]])
    with pytest.raises(kb.NumericalError, match="further point 1 repeats further point 0 without noise.* raise noise"):
        gp.condition([[0.1, 0.2], [0.1, 0.2]], [1.0, 5.0])
    with pytest.raises(kb.NumericalError, match="further point 0 repeats point 5 of the design without noise"):
        gp.condition(points.integers(6)[5:], [1.0])
    assert gp.n_further == 0 and gp.predict([[0.1, 0.2]]) == before
    gp.condition([[0.1, 0.2], [0.1, 0.2]], [1.0, 5.0], noise=0.1)
    assert gp.n_further == 2


def test_a_singular_matrix_names_its_smallest_eigenvalue():
    f = lambda x: x[:, 0]  # noqa: E731
    gp = kb.GaussianProcess(kb.Lattice(2, seed=1), kb.ShiftInvariantKernel(2, weights=0.0))
    with pytest.raises(kb.NumericalError, match="eigenvalue [1-9][0-9]* of 64 is 0: .*raise noise from 0 to more than 0"):
        gp.fit(f, n=64)


def test_correlated_outputs_count_further_observations():
    gp = kb.GaussianProcess(kb.Sobol(2, seed=1), kb.DigitallyShiftInvariantKernel(2, alpha=1), noise=1e-3)
    gp.fit(lambda x: x, n=64, task_factor=np.eye(2), optimize=False)
    assert gp.n_further == 0
    assert gp.condition([[0.1, 0.2]], [[0.1, 0.2]]).n_further == 1


def test_too_many_points_are_named():
    gp = kb.GaussianProcess(kb.Lattice(2, order="linear", n=50), kb.ShiftInvariantKernel(2))
    with pytest.raises(ValueError, match="n: must be .*50"):
        gp.fit(lambda x: x[:, 0], n=64)
