"""Gaussian processes of several tasks by dense NumPy algebra."""

import pickle

import numpy as np
import pytest

import korobov as kb


def cheap(x):
    return np.exp(np.sin(2 * np.pi * x[:, 0]))


def dear(x):
    return 1.3 * cheap(x) + 0.2 * np.cos(2 * np.pi * x[:, 1])


X = np.random.default_rng(8).random((6, 2))
SETS = [kb.Lattice(2, seed=3), kb.Lattice(2, seed=4)]


SHIFTED_NETS = [kb.Sobol(2, randomize="shift", seed=s) for s in (3, 4)]


@pytest.mark.parametrize("points, kernel, n, structured", [
    (SETS, kb.ShiftInvariantKernel(2, alpha=1, weights=[0.5, 0.3], scale=1.5), [12, 5], False),
    ([kb.Halton(2, seed=1), kb.Sobol(2)], kb.GaussianKernel(0.5), [12, 5], False),
    (SETS, kb.ShiftInvariantKernel(2, alpha=1, weights=[0.5, 0.3], scale=1.5), [16, 4], True),
    (SHIFTED_NETS, kb.DigitallyShiftInvariantKernel(2, alpha=1, weights=[0.5, 0.3], scale=1.5), [4, 16], True),
], ids=["any n", "any sets", "lattices", "nets"])
def test_posterior_is_dense_algebra(points, kernel, n, structured):
    noise = 0.01
    gp = kb.MultitaskGaussianProcess(points, kernel, rank=1, noise=noise).fit([cheap, dear], n=n, optimize=False)
    assert gp.is_structured == structured
    T = np.full((2, 2), 0.49) + 0.5 * np.eye(2)
    np.testing.assert_allclose(gp.task_covariance, T, rtol=1e-12)
    x = np.concatenate([p.points(k) for p, k in zip(points, n, strict=True)])
    y = np.concatenate([cheap(x[:n[0]]), dear(x[n[0]:])])
    task = np.repeat([0, 1], n)
    A = T[np.ix_(task, task)] * kernel(x) + noise * np.eye(len(x))
    for t in (0, 1):
        k = T[t, task] * kernel(X, x)
        mean, std = gp.predict(X, task=t, return_std=True)
        np.testing.assert_allclose(mean, k @ np.linalg.solve(A, y), rtol=0, atol=1e-11)
        np.testing.assert_allclose(gp.predict(X, task=t), mean, rtol=0)
        covariance = T[t, t] * kernel(X) - k @ np.linalg.solve(A, k.T)
        np.testing.assert_allclose(std**2, np.diag(covariance), rtol=0, atol=1e-12)
        np.testing.assert_allclose(gp.predict(X, task=t, return_cov=True)[1], covariance, rtol=0, atol=1e-12)
        low, high = gp.interval(X, task=t, confidence=0.9)
        np.testing.assert_allclose(high - mean, 1.6448536269514722 * std, rtol=1e-12)
        np.testing.assert_allclose(mean - low, high - mean, rtol=1e-12)
    lml = -(y @ np.linalg.solve(A, y) + np.linalg.slogdet(A)[1] + len(x) * np.log(2 * np.pi)) / 2
    np.testing.assert_allclose(gp.log_marginal_likelihood, lml, rtol=1e-11)
    if kernel.symmetry is not None:
        C = 1.5 * T[:, task]
        means, covariance = gp.integral()
        np.testing.assert_allclose(means, C @ np.linalg.solve(A, y), rtol=1e-10)
        np.testing.assert_allclose(covariance, 1.5 * T - C @ np.linalg.solve(A, C.T), rtol=0, atol=1e-12)
    twin = pickle.loads(pickle.dumps(gp))
    np.testing.assert_array_equal(twin.predict(X, task=1), gp.predict(X, task=1))


@pytest.mark.parametrize("points, kernel, n, structured", [
    ([kb.Halton(2, seed=1), kb.Sobol(2)], kb.GaussianKernel(0.5), [12, 5], False),
    (SETS, kb.ShiftInvariantKernel(2, alpha=1), [16, 4], True),
    (SHIFTED_NETS, kb.DigitallyShiftInvariantKernel(2, alpha=1), [4, 16], True),
], ids=["any sets", "lattices", "nets"])
def test_appended_values_are_those_of_one_fit(points, kernel, n, structured):
    gp = kb.MultitaskGaussianProcess(points, kernel, noise=0.01).fit([cheap, dear], n=n, max_evaluations=10)
    learnt, noise, evaluations = gp.kernel, gp.noise, gp.n_iter_
    assert gp.extend([None, dear]) is gp and gp.n == [n[0], 2 * n[1]]
    gp.extend([cheap(points[0].points(n[0], 4 * n[0])), []])
    assert gp.n == [4 * n[0], 2 * n[1]] and gp.is_structured == structured
    assert (gp.kernel, gp.noise, gp.n_iter_) == (learnt, noise, evaluations)
    whole = kb.MultitaskGaussianProcess(points, learnt, noise=noise).fit([cheap, dear], n=gp.n, optimize=False)
    for t in (0, 1):
        np.testing.assert_allclose(gp.predict(X, t), whole.predict(X, t), rtol=0, atol=1e-11)
    np.testing.assert_allclose(gp.log_marginal_likelihood, whole.log_marginal_likelihood, rtol=1e-11)
    twin = pickle.loads(pickle.dumps(gp))
    assert twin.n == gp.n
    np.testing.assert_array_equal(twin.predict(X, 1), gp.predict(X, 1))
    gp.extend([[0.5], None])
    assert gp.n[0] == 4 * n[0] + 1 and not gp.is_structured


@pytest.mark.parametrize("points, kernel", [(SETS, kb.ShiftInvariantKernel(2, alpha=1)),
                                            ([kb.Halton(2, seed=1), kb.Sobol(2)], kb.GaussianKernel(0.5))],
                         ids=["structured", "dense"])
def test_paths(points, kernel):
    gp, size = kb.MultitaskGaussianProcess(points, kernel, noise=0.01), 4000
    prior = gp.sample(X, size=size, seed=1)
    assert prior.shape == (size, 6, 2)
    np.testing.assert_array_equal(prior, gp.sample(X, size=size, seed=1))
    covariance = np.kron(gp.task_covariance, kernel(X))
    flat = prior.transpose(0, 2, 1).reshape(size, 12)
    assert np.abs(flat.T @ flat / size - covariance).max() < 6 * 1.5 * covariance.max() / np.sqrt(size)  # chance 1e-6
    gp.fit([cheap, dear], n=[16, 4], optimize=False)
    paths = gp.sample(X, size=size, seed=2)
    for t in (0, 1):
        mean, std = gp.predict(X, t, return_std=True)
        for of_task in (paths[:, :, t], gp.sample(X, t, size=size, seed=3)):
            assert of_task.shape == (size, 6)
            assert (np.abs(of_task.mean(axis=0) - mean) < 6 * std / np.sqrt(size)).all()
            assert (np.abs(of_task.std(axis=0) / std - 1) < 6 / np.sqrt(2 * size)).all()
    words = (X * 2.0**64).astype(np.uint64)
    np.testing.assert_allclose(gp.sample(words, 1, seed=4), gp.sample(X, 1, seed=4), rtol=0, atol=1e-9)
    assert (gp.sample(X) != gp.sample(X)).all()
    for call, message in [(lambda: gp.sample(X, 2), "task: must be in"), (lambda: gp.sample(X, size=0), "size: must be in"),
                          (lambda: gp.sample([0.5]), "X: must have shape")]:
        with pytest.raises(ValueError, match=message):
            call()


def test_refused_extensions():
    gp = kb.MultitaskGaussianProcess(SETS, kb.ShiftInvariantKernel(2), noise=0.1)
    with pytest.raises(ValueError, match="gp: must have been fitted"):
        gp.extend([cheap, dear])
    gp.fit([cheap, dear], n=[8, 4], optimize=False)
    for y, message in [(cheap, "y: must be a list with an entry per task"), ([cheap], "y: must have one entry per task, 2; got 1"),
                       ([None, None], "y: must have at least one value of some task; got 0"),
                       ([None, [np.inf]], "y: must be finite; got inf"), ([None, [[1.0]]], "y: must have shape"),
                       ([None, lambda x: x], r"y: must have shape \(4,\) for task 1")]:
        with pytest.raises((ValueError, TypeError), match=message):
            gp.extend(y)
    assert gp.n == [8, 4]


def test_a_start_of_ones_own():
    kernel = kb.MultitaskKernel(kb.ShiftInvariantKernel(2, alpha=1), [[1.0], [0.5]], [0.2, 0.0])
    gp = kb.MultitaskGaussianProcess(SETS, kernel, noise=0.01).fit([cheap, dear], n=[16, 8], optimize=False)
    assert gp.kernel == kernel
    learnt = kb.MultitaskGaussianProcess(SETS, kernel, noise=0.01).fit([cheap, dear], n=[16, 8], max_evaluations=30)
    assert learnt.log_marginal_likelihood > gp.log_marginal_likelihood
    assert learnt.kernel.diagonal[1] == 0.0 and learnt.kernel.diagonal[0] != 0.2
    assert gp.fit([cheap, dear], n=[16, 8], max_evaluations=1, restarts=0).n_iter_ < learnt.n_iter_
    twin = pickle.loads(pickle.dumps(learnt))
    assert (twin.kernel, twin.noise, twin.n_iter_) == (learnt.kernel, learnt.noise, learnt.n_iter_)
    np.testing.assert_array_equal(twin.predict(X, task=1), learnt.predict(X, task=1))


def test_many_values_take_no_dense_matrix():
    n = [2**15, 2**10]                                   # 9 GB as a matrix
    gp = kb.MultitaskGaussianProcess(SETS, kb.ShiftInvariantKernel(2), noise=1e-6)
    gp.fit([cheap, dear], n=n, restarts=0, max_evaluations=5)
    assert gp.is_structured
    mean, std = gp.predict(X, task=1, return_std=True)
    assert (np.abs(mean - dear(X)) < 5 * std + 1e-4).all()
    means, covariance = gp.integral()
    exact = 1.2660658777520084                           # the Bessel function I_0(1)
    np.testing.assert_allclose(means, [exact, 1.3 * exact], rtol=0, atol=1e-4)
    assert (np.linalg.eigvalsh(covariance) > 0).all()


def test_learning_shares_what_the_tasks_share():
    kernel = kb.ShiftInvariantKernel(2)
    gp = kb.MultitaskGaussianProcess(SETS, kernel).fit([cheap, dear], n=[64, 8])
    alone = kb.GaussianProcess(SETS[1], kernel).fit(dear, n=8)
    error = np.abs(gp.predict(X, task=1) - dear(X)).max()
    assert error < 0.3 * np.abs(alone.predict(X) - dear(X)).max()
    assert gp.n_iter_ > 5
    T = gp.task_covariance
    assert T[0, 1] / np.sqrt(T[0, 0] * T[1, 1]) > 0.8
    # The likelihood's gradient is 0 there: no small step of a hyper-parameter raises it.
    best = gp.log_marginal_likelihood
    assert best > gp.fit([cheap, dear], n=[64, 8], optimize=False).log_marginal_likelihood


def test_refused():
    kernel = kb.ShiftInvariantKernel(2)
    gp = kb.MultitaskGaussianProcess(SETS, kernel, noise=0.1)
    for call in (lambda: gp.predict(X, task=0), gp.integral, lambda: gp.n_iter_):
        with pytest.raises(ValueError, match="gp: must have been fitted"):
            call()
    for value, n, message in [([cheap], [4], "y: must have one entry per task"), ([cheap, dear], None, "n: must be given"),
                              ([cheap, dear], [4], "n: must have one entry per task"),
                              ([[1.0, np.nan], [1.0]], None, "y: must be finite; got nan"),
                              ([[1.0], []], None, "y: must have shape"), ([[1.0], [1.0, 2.0]], [1, 1], "y: must have shape")]:
        with pytest.raises((ValueError, TypeError), match=message):
            gp.fit(value, n=n)
    gp.fit([[1.0, 2.0], [1.0]], optimize=False)
    with pytest.raises(ValueError, match="task: must be in"):
        gp.predict(X, task=2)
    with pytest.raises(ValueError, match="X: must have shape"):
        gp.predict([0.5, 0.5], task=0)
    with pytest.raises(TypeError, match="points: must be a list of point sets"):
        kb.MultitaskGaussianProcess([3], kernel)
    with pytest.raises(ValueError, match="points: must have one dimension"):
        kb.MultitaskGaussianProcess([kb.Lattice(2), kb.Lattice(3)], kernel)
    with pytest.raises(ValueError, match="return_cov: must be False"):
        gp.predict(X, task=0, return_std=True, return_cov=True)
    with pytest.raises(ValueError, match="confidence: must be in"):
        gp.interval(X, task=0, confidence=1)
    with pytest.raises(TypeError, match="kernel: must be a kernel or a MultitaskKernel"):
        kb.MultitaskGaussianProcess(SETS, 3)
    with pytest.raises(ValueError, match="rank: must be None with a MultitaskKernel"):
        kb.MultitaskGaussianProcess(SETS, gp.kernel, rank=1)
    with pytest.raises(ValueError, match="rank: must be in"):
        kb.MultitaskGaussianProcess(SETS, kernel, rank=-1)
    with pytest.raises(ValueError, match="noise: must be finite"):
        kb.MultitaskGaussianProcess(SETS, kernel, noise=-1)


@pytest.mark.parametrize("points, kernel, n", [
    (SETS, kb.ShiftInvariantKernel(2), [64, 16]),
    (SETS, kb.ShiftInvariantKernel(2), [12, 5]),
    (SHIFTED_NETS, kb.DigitallyShiftInvariantKernel(2), [64, 16]),
], ids=["structured", "dense", "nets"])
def test_words_are_points(points, kernel, n):
    gp = kb.MultitaskGaussianProcess(points, kernel, noise=1e-3).fit([cheap, dear], n=n, optimize=False)
    at, words = points[1].points(7), points[1].integers(7)
    for of_words, of_points in zip(gp.predict(words, 1, return_cov=True), gp.predict(at, 1, return_cov=True), strict=True):
        np.testing.assert_allclose(of_words, of_points, atol=1e-9)
    np.testing.assert_allclose(gp.interval(words, 0), gp.interval(at, 0), atol=1e-9)
    assert gp.points == points and gp.n == n


def test_lists_are_needed():
    gp = kb.MultitaskGaussianProcess(SETS, kb.ShiftInvariantKernel(2))
    with pytest.raises(TypeError, match="y: must be a list with an entry per task"):
        gp.fit(cheap, n=[4, 4])
    with pytest.raises(TypeError, match="n: must be a list with an entry per task; got 16"):
        gp.fit([cheap, dear], n=16)
