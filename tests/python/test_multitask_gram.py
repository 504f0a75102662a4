"""The Gram matrix of several tasks against NumPy's dense algebra."""

import numpy as np
import pytest

import korobov as kb

SI = kb.ShiftInvariantKernel(2, alpha=1, weights=[0.8, 0.3], scale=1.5)
DSI = kb.DigitallyShiftInvariantKernel(2, alpha=1, weights=[0.8, 0.3], scale=1.5)
B = np.array([[1.0, 0.7, 0.2], [0.7, 1.5, 0.4], [0.2, 0.4, 0.8]])
NUGGET = np.array([0.1, 0.05, 0.2])
CASES = [
    ([kb.Lattice(2, seed=1), kb.Lattice(2), kb.Lattice(2, seed=3)], SI, [8, 32, 1]),
    ([kb.Sobol(2, randomize="shift", seed=s, order="gray") for s in (1, 2, 3)], DSI, [16, 4, 16]),
    ([kb.Sobol(2, seed=5)] * 3, DSI, [16, 8, 8]),
]


def dense(points, kernel, n, covariance=B, nugget=NUGGET):
    x = np.concatenate([p.integers(k) for p, k in zip(points, n, strict=True)])
    task = np.repeat(np.arange(len(n)), n)
    return covariance[np.ix_(task, task)] * kernel(x) + np.diag(nugget[task]), task


@pytest.mark.parametrize("points, kernel, n", CASES, ids=["lattices", "Gray nets", "one scramble"])
def test_verbs_are_the_dense_matrix(points, kernel, n):
    g = kb.MultitaskGram(points, kernel, n, task_covariance=B, nugget=NUGGET)
    K, task = dense(points, kernel, n)
    y = np.random.default_rng(3).standard_normal((len(K), 2))
    assert g.shape == K.shape and g.is_positive_definite
    assert [g.rows_of(t).stop - g.rows_of(t).start for t in range(3)] == n == g.n
    np.testing.assert_allclose(g @ y, K @ y, rtol=0, atol=1e-12)
    np.testing.assert_allclose(y[:, 0] @ g, K @ y[:, 0], rtol=0, atol=1e-12)
    np.testing.assert_allclose(g.solve(y), np.linalg.solve(K, y), rtol=0, atol=1e-10)
    np.testing.assert_allclose(g.logdet(), np.linalg.slogdet(K)[1], rtol=1e-11)
    np.testing.assert_allclose(g.inverse_quadratic(y), np.sum(y * np.linalg.solve(K, y), axis=0), rtol=1e-11)
    ones = np.eye(3)[task]
    np.testing.assert_allclose(g.sums_of_solution(y), ones.T @ np.linalg.solve(K, y), rtol=1e-10)
    np.testing.assert_allclose(g.sums_of_solution(y[:, 0]), g.sums_of_solution(y)[:, 0], rtol=1e-14)
    rest = K - kernel.scale * B[np.ix_(task, task)]
    np.testing.assert_allclose(g.information_of_constants(), ones.T @ np.linalg.solve(rest, ones), rtol=1e-8)
    np.testing.assert_array_equal(g.task_covariance, B)
    np.testing.assert_array_equal(g.nugget, NUGGET)


@pytest.mark.parametrize("points, kernel, n", CASES, ids=["lattices", "Gray nets", "one scramble"])
def test_gradient(points, kernel, n):
    g = kb.MultitaskGram(points, kernel, n, task_covariance=B, nugget=NUGGET)
    K, task = dense(points, kernel, n)
    y = np.random.default_rng(4).standard_normal(len(K))
    alpha = np.linalg.solve(K, y)
    D = (np.linalg.inv(K) - np.outer(alpha, alpha)) / 2
    of_covariance, of_nugget, of_kernel = g.gradient(y)
    base = dense(points, kernel, n, np.ones((3, 3)), np.zeros(3))[0]
    ones = np.eye(3)[task]
    np.testing.assert_allclose(of_covariance, ones.T @ (D * base) @ ones, rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(of_nugget, ones.T @ np.diag(D), rtol=1e-9, atol=1e-10)
    for p, value in enumerate(kernel.parameters):      # the kernel is linear in scale and weights
        theta = kernel.parameters
        theta[p] = value + 1
        change = dense(points, kernel.with_parameters(theta), n, B, np.zeros(3))[0] - dense(points, kernel, n, B, np.zeros(3))[0]
        np.testing.assert_allclose(of_kernel[p], np.sum(D * change), rtol=1e-9, atol=1e-10)
    other = g.with_parameters(2 * B, 3 * kernel.parameters, 0.3)
    direct = kb.MultitaskGram(points, kernel.with_parameters(3 * kernel.parameters), n, task_covariance=2 * B, nugget=0.3)
    assert other == direct
    np.testing.assert_allclose(other.solve(y), direct.solve(y), rtol=0, atol=1e-13)


def test_smooth_kernels_need_their_rounding_error():
    sets, kernel, n = [kb.Lattice(1), kb.Lattice(1, seed=4)], kb.ShiftInvariantKernel(1, alpha=5), [512, 64]
    bare = kb.MultitaskGram(sets, kernel, n, task_covariance=[[1, 0.999], [0.999, 1]])
    assert not bare.is_positive_definite and 0 < bare.rounding_error < 1e-12
    with pytest.raises(kb.NumericalError, match="raise its nugget"):
        bare.logdet()
    added = kb.MultitaskGram(sets, kernel, n, task_covariance=[[1, 0.999], [0.999, 1]], rounding_nugget=True)
    assert added.is_positive_definite and np.isfinite(added.logdet())


def test_what_matches():
    a, b = kb.Lattice(2), kb.Lattice(2, seed=1)
    assert kb.MultitaskGram.matches([a, b], SI, [8, 4])
    for points, kernel, n in [([a, b], SI, [8, 3]), ([a, kb.Sobol(2)], SI, [8, 4]), ([a, b], DSI, [8, 4]),
                              ([kb.Sobol(2, seed=1), kb.Sobol(2, seed=2)], DSI, [8, 4]),
                              ([kb.Halton(2)], kb.GaussianKernel(), [8])]:
        assert not kb.MultitaskGram.matches(points, kernel, n)
    with pytest.raises(ValueError, match="n: must have one entry per task, 2; got 1"):
        kb.MultitaskGram.matches([a, b], SI, [8])
    with pytest.raises(TypeError, match="must be a list of point sets and a kernel"):
        kb.MultitaskGram.matches([3], SI, [8])


def test_refused():
    a, b = kb.Lattice(2), kb.Lattice(2, seed=1)
    unit = np.eye(2)
    for error, message, points, kernel, n, more in [
        (ValueError, "points: must have one set per task", [], SI, [], {}),
        (TypeError, "kernel: must depend on x - z", [a, b], DSI, [8, 8], {}),
        (TypeError, "points: must be a point set", [a, 3], SI, [8, 8], {}),
        (ValueError, "n: must have one entry per task, 2; got 1", [a, b], SI, [8], {}),
        (ValueError, "power of two", [a, b], SI, [8, 12], {}),
        (ValueError, "shifted copies", [kb.Sobol(2, seed=1), kb.Sobol(2, seed=2)], DSI, [8, 8], {}),
        (ValueError, "task_covariance: must have one row per task", [a, b], SI, [8, 8], {"task_covariance": np.eye(3)}),
        (ValueError, "task_covariance: must be symmetric", [a, b], SI, [8, 8], {"task_covariance": [[1, 0.5], [0.4, 1]]}),
        (ValueError, "task_covariance: must have shape", [a, b], SI, [8, 8], {"task_covariance": [1, 2]}),
        (ValueError, "nugget: must be finite and not negative; got -1", [a, b], SI, [8, 8], {"nugget": [0, -1]}),
        (ValueError, "nugget: must be one number, or one per task", [a, b], SI, [8, 8], {"nugget": [0, 1, 2]}),
    ]:
        with pytest.raises(error, match=message):
            kb.MultitaskGram(points, kernel, n, **{"task_covariance": unit, **more})
    g = kb.MultitaskGram([a, b], SI, [8, 4], task_covariance=unit, nugget=0.1)
    with pytest.raises(ValueError, match="b: must have shape"):
        g.solve(np.ones(8))
    with pytest.raises(ValueError, match="y: must have shape"):
        g.gradient(np.ones((12, 1)))
    with pytest.raises(ValueError, match="task: must be in"):
        g.rows_of(2)
