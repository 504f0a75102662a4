"""StructuredGram: every verb against NumPy's dense linear algebra, shapes and dtypes, what is refused."""

import copy
import pickle

import numpy as np
import pytest

import korobov as kb

EPS = np.finfo(np.float64).eps
N = 64
PAIRS = {
    "lattice": (kb.Lattice(3), kb.ShiftInvariantKernel(3, alpha=1, weights=[1, 0.5, 0.2])),
    "shifted lattice": (kb.Lattice(3, seed=7), kb.ShiftInvariantKernel(3, alpha=2, scale=2.0)),
    "linear": (kb.Lattice(3, order="linear", n=N, seed=7), kb.ShiftInvariantKernel(3)),
    "net": (kb.Sobol(3), kb.DigitallyShiftInvariantKernel(3)),
    "scrambled net": (kb.Sobol(3, seed=7), kb.DigitallyShiftInvariantKernel(3, alpha=3)),
    "shifted net": (kb.Sobol(3, seed=7, randomize="shift"), kb.DigitallyShiftInvariantKernel(3, alpha=1)),
    "gray net": (kb.Sobol(3, order="gray", seed=7), kb.DigitallyShiftInvariantKernel(3, alpha=1)),
    "interlaced net": (kb.Sobol(3, alpha=2, seed=7), kb.DigitallyShiftInvariantKernel(3)),
    "leading digit": (kb.Sobol(3, seed=7, randomize="lms"), kb.LeadingDigitKernel(3, alpha=1.2)),
    "nested uniform": (kb.Sobol(3, seed=7, randomize="nus"), kb.LeadingDigitKernel(3, alpha=0.8)),
    "replicate": (kb.Lattice(3, seed=7, replications=4).replicate(2), kb.ShiftInvariantKernel(3)),
    "sum": (kb.Lattice(3, seed=7), kb.ShiftInvariantKernel(3, alpha=1) + 0.5 * kb.ShiftInvariantKernel(3, alpha=4)),
}
pairs = pytest.mark.parametrize(("points", "kernel"), PAIRS.values(), ids=PAIRS)


def dense(points, kernel, n, nugget):
    return kernel(points.integers(n)) + nugget * np.eye(n)


@pairs
def test_verbs_against_dense_matrices(points, kernel):
    nugget = 0.01 * float(kernel.diag(np.zeros((1, 3)))[0])
    g = kb.StructuredGram(points, kernel, N, nugget=nugget)
    K = dense(points, kernel, N, nugget)
    size = np.linalg.norm(K)
    tolerance = 100 * EPS * size  # entries carry some 50 u k(0) each, transforms 16 u (log2 n + 3)
    rng = np.random.default_rng(3)
    Y = rng.standard_normal((N, 5))
    assert g.shape == (N, N)
    assert g.nugget == nugget
    assert np.abs(np.sort(g.eigenvalues) - np.linalg.eigvalsh(K)).max() <= tolerance
    assert g.eigenvalues.min() > 0
    for y in (Y, Y[:, 0], np.asfortranarray(Y), Y[::-1], np.repeat(Y, 2, axis=1)[:, ::2]):
        assert np.linalg.norm(g @ y - K @ y) <= tolerance * np.linalg.norm(y)
        x = g.solve(y)
        assert x.shape == y.shape
        assert np.linalg.norm(K @ x - y) <= tolerance * np.linalg.norm(x) + 100 * EPS * np.linalg.norm(y)
        np.testing.assert_allclose(g.quadratic(y), np.sum(y * (K @ y), axis=0), atol=tolerance * np.linalg.norm(y) ** 2)
        np.testing.assert_allclose(g.inverse_quadratic(y), np.sum(y * x, axis=0), rtol=1e-10)
    assert np.linalg.norm(Y.T @ g - Y.T @ K) <= tolerance * np.linalg.norm(Y)
    assert abs(g.logdet() - np.linalg.slogdet(K)[1]) <= tolerance * np.trace(np.linalg.inv(K))
    np.testing.assert_allclose(g.inverse_diagonal(), np.diag(np.linalg.inv(K)), rtol=10 * tolerance / nugget)
    L = g.sqrt_apply(np.eye(N))
    assert np.linalg.norm(L @ L.T - K) <= 2 * tolerance
    assert np.linalg.norm(g.inverse_sqrt_apply(L) - np.eye(N)) <= tolerance / np.sqrt(nugget)


@pairs
def test_doubled(points, kernel):
    g = kb.StructuredGram(points, kernel, 16, nugget=0.1) if points.order != "linear" else None
    if g is None:
        with pytest.raises(ValueError, match="linear order"):
            kb.StructuredGram(points, kernel, N).doubled()
        return
    both = g.doubled()
    K = dense(points, kernel, 32, 0.1)
    assert both.shape == (32, 32)
    v = np.linspace(-1, 1, 32)
    assert np.linalg.norm(both @ v - K @ v) <= 100 * EPS * np.linalg.norm(K) * np.linalg.norm(v)
    twin = pickle.loads(pickle.dumps(both))
    assert twin == both
    assert np.array_equal(twin.eigenvalues, both.eigenvalues)


def test_any_length():
    for n in (1, 3, 101, 360):
        p = kb.Lattice(2, order="linear", n=n, seed=3)
        k = kb.ShiftInvariantKernel(2)
        K = dense(p, k, n, 0.1)
        b = np.arange(1.0, n + 1)
        x = kb.StructuredGram(p, k, n, nugget=0.1).solve(b)
        assert np.linalg.norm(K @ x - b) <= 1e-12 * np.linalg.norm(K) * np.linalg.norm(x)


def test_dtypes_and_shapes():
    g = kb.StructuredGram(*PAIRS["lattice"], N, nugget=1.0)
    v = np.linspace(0, 1, N)
    single = g.solve(v.astype(np.float32))
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, g.solve(v), rtol=0, atol=1e-6)
    assert g.solve(np.arange(N)).dtype == np.float64
    assert g.solve(list(v)).shape == (N,)
    assert g.solve(np.zeros((N, 0))).shape == (N, 0)
    assert isinstance(g.quadratic(v), float)
    assert g.quadratic(np.ones((N, 3))).shape == (3,)
    for bad in (np.ones(N - 1), np.ones((N + 1, 2)), np.ones((N, 1, 1)), 1.0):
        with pytest.raises(ValueError, match=r"must have shape \(64,\) or \(64, r\); got"):
            g.solve(bad)
    for bad in (np.ones(N, complex), np.array(["a"] * N), np.ones(N, bool)):
        with pytest.raises(TypeError, match="must hold real numbers"):
            g @ bad


def test_samples():
    g = kb.StructuredGram(*PAIRS["scrambled net"], N, nugget=0.5)
    draws = g.sample(3, seed=5)
    assert draws.shape == (3, N)
    assert np.array_equal(draws, g.sample(5, seed=5)[:3])
    assert not np.array_equal(draws[:1], g.sample(seed=None))
    white = g.inverse_sqrt_apply(g.sample(500, seed=6).T)
    # 32000 standard normals: mean and variance within 5 standard deviations, false alarm 1e-6
    assert abs(white.mean()) < 5 / np.sqrt(white.size)
    assert abs((white**2).mean() - 1) < 5 * np.sqrt(2 / white.size)


def test_singular_matrices():
    g = kb.StructuredGram(kb.Lattice(1), kb.ShiftInvariantKernel(1, alpha=5), 1024)
    assert np.isfinite(g @ np.ones(1024)).all()
    with pytest.raises(kb.NumericalError, match=r"eigenvalue \d+ of 1024 is .*raise nugget from 0 to more than") as caught:
        g.solve(np.ones(1024))
    more = float(str(caught.value).split()[-1])
    assert np.isfinite(g.with_nugget(more).solve(np.ones(1024))).all()
    for verb in (g.logdet, g.inverse_diagonal):
        with pytest.raises(kb.NumericalError, match="positive definite"):
            verb()


@pytest.mark.parametrize("scale", [1e-300, 1e-170, 1e160, 1e300])
def test_scales_whose_squares_are_no_doubles(scale):
    """The rounding error of the eigenvalues scales with the kernel: what is refused does not depend on units."""
    points = kb.Lattice(1)
    one = kb.StructuredGram(points, kb.ShiftInvariantKernel(1, alpha=1), 64)
    g = kb.StructuredGram(points, kb.ShiftInvariantKernel(1, alpha=1, scale=scale), 64)
    np.testing.assert_allclose(g.rounding_error / scale, one.rounding_error, rtol=1e-9)  # 1e-300: a subnormal
    np.testing.assert_allclose(g @ g.solve(np.ones(64)), 1, rtol=1e-10)
    with pytest.raises(kb.NumericalError, match="raise nugget from 0 to more than [0-9]"):
        kb.StructuredGram(points, kb.ShiftInvariantKernel(1, alpha=5, scale=scale), 1024).logdet()


@pytest.mark.parametrize(("points", "kernel", "message"), [
    (kb.Lattice(2), kb.DigitallyShiftInvariantKernel(2), "ShiftInvariantKernel"),
    (kb.Lattice(2), kb.LeadingDigitKernel(2), "ShiftInvariantKernel"),
    (kb.Sobol(2), kb.ShiftInvariantKernel(2), "DigitallyShiftInvariantKernel"),
    (kb.Sobol(2, seed=1, randomize="nus"), kb.DigitallyShiftInvariantKernel(2), "nested uniform"),
    (kb.Lattice(2, order="gray"), kb.ShiftInvariantKernel(2), "Gray"),
    (kb.Halton(2), kb.ShiftInvariantKernel(2), "DenseGram"),
    (kb.IID(2, seed=1), kb.DigitallyShiftInvariantKernel(2), "DenseGram"),
    (kb.LatinHypercube(2, 8, seed=1), kb.ShiftInvariantKernel(2), "DenseGram"),
    (np.zeros((8, 2)), kb.ShiftInvariantKernel(2), "point set"),
    (kb.Lattice(2), lambda x, z: 1.0, "must be a kernel"),
])
def test_mismatches_are_type_errors(points, kernel, message):
    with pytest.raises(TypeError, match=message):
        kb.StructuredGram(points, kernel, 8)


def test_bad_values():
    p, k = kb.Lattice(2, seed=1), kb.ShiftInvariantKernel(2)
    for n in (0, 12, 2**21, 2**70):
        with pytest.raises(ValueError, match="n: must"):
            kb.StructuredGram(p, k, n)
    with pytest.raises(TypeError, match="n: must be an integer"):
        kb.StructuredGram(p, k, 8.0)
    for nugget in (-1e-9, np.nan, np.inf):
        with pytest.raises(ValueError, match="nugget: must be finite and not negative"):
            kb.StructuredGram(p, k, 8, nugget=nugget)
        with pytest.raises(ValueError, match="nugget: must be finite and not negative"):
            kb.StructuredGram(p, k, 8).with_nugget(nugget)
    with pytest.raises(ValueError, match="dimension"):
        kb.StructuredGram(p, kb.ShiftInvariantKernel(3), 8)
    with pytest.raises(ValueError, match="one replicate"):
        kb.StructuredGram(kb.Lattice(2, seed=1, replications=2), k, 8)
    with pytest.raises(ValueError, match="odd order"):
        kb.StructuredGram(p, k.derivative(x=[1, 0]), 8)
    with pytest.raises(ValueError, match="own number of points"):
        kb.StructuredGram(kb.Lattice(2, order="linear", n=16), k, 8)


def test_values():
    a = kb.StructuredGram(*PAIRS["lattice"], N, nugget=1.0)
    b = kb.StructuredGram(*PAIRS["lattice"], N, nugget=2.0)
    assert a == a.with_nugget(1) != b == a.with_nugget(2.0)
    assert hash(a) == hash(copy.deepcopy(a))
    assert copy.copy(b) is b
    assert repr(a).startswith("StructuredGram(Lattice(")
    assert a.points == PAIRS["lattice"][0]
    assert a.kernel == PAIRS["lattice"][1]
    a.eigenvalues[:] = 0  # a copy
    assert a.eigenvalues.min() > 0


def test_a_million_points_in_little_memory():
    resource = pytest.importorskip("resource")
    n = 2**20
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    g = kb.StructuredGram(kb.Lattice(4, seed=1), kb.ShiftInvariantKernel(4), n, nugget=1e-3)
    x = g.solve(np.ones(n))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert abs(x[0] - 1 / g.eigenvalues[0]) <= 1e-9 / g.eigenvalues[0]  # ones are an eigenvector
    assert grown <= 200 * n / 1024  # kilobytes: at most 25 doubles per point, and no n x n array


def test_dense_verbs_against_numpy():
    X = kb.Halton(3, seed=2).points(50)
    k = kb.ShiftInvariantKernel(3, alpha=1, weights=0.5)
    g = kb.DenseGram(X, k, nugget=0.1)
    K = k(X) + 0.1 * np.eye(50)
    tolerance = 1e3 * EPS * np.linalg.norm(K) * np.linalg.cond(K)
    assert g.shape == (50, 50)
    assert np.array_equal(np.asarray(g), K)
    b = np.random.default_rng(4).standard_normal((50, 4))
    for y in (b, b[:, 0], np.asfortranarray(b), b[::-1]):
        np.testing.assert_allclose(g @ y, K @ y, rtol=0, atol=tolerance)
        np.testing.assert_allclose(g.solve(y), np.linalg.solve(K, y), rtol=0, atol=tolerance)
        np.testing.assert_allclose(g.inverse_quadratic(y), np.sum(y * np.linalg.solve(K, y), axis=0), rtol=1e-8)
    L = g.sqrt_apply(np.eye(50))
    np.testing.assert_allclose(L, np.linalg.cholesky(K), rtol=0, atol=tolerance)
    np.testing.assert_allclose(g.inverse_sqrt_apply(L), np.eye(50), rtol=0, atol=tolerance)
    assert abs(g.logdet() - np.linalg.slogdet(K)[1]) <= tolerance
    np.testing.assert_allclose(g.inverse_diagonal(), np.diag(np.linalg.inv(K)), rtol=1e-8)
    np.testing.assert_allclose(g.eigenvalues, np.linalg.eigvalsh(K), rtol=0, atol=tolerance)
    np.testing.assert_allclose(g.with_nugget(1.0).solve(b), np.linalg.solve(K + 0.9 * np.eye(50), b), atol=tolerance)
    assert g.solve(b.astype(np.float32)).dtype == np.float32
    assert g.sample(2, seed=1).shape == (2, 50)


def test_dense_matrices_past_memory():
    """Refused before anything is allocated: no process is killed for a matrix of 800 terabytes."""
    X = np.broadcast_to(np.float64(0.5), (10**7, 2))
    with pytest.raises(MemoryError, match=r"K: an array of shape \(10000000, 10000000\)"):
        kb.DenseGram(X, kb.GaussianKernel())
    gram = kb.StructuredGram(kb.Lattice(2), kb.ShiftInvariantKernel(2), 8, nugget=1.0)
    with pytest.raises(MemoryError, match=r"K: an array of shape \(10000000, 10000008\)"):
        kb.BorderedGram(gram, X)


def test_dense_and_structured_agree():
    points, kernel = PAIRS["interlaced net"]
    a = kb.DenseGram(points.integers(N), kernel, nugget=0.1)
    b = kb.StructuredGram(points, kernel, N, nugget=0.1)
    v = np.linspace(0, 1, N)
    np.testing.assert_allclose(a.solve(v), b.solve(v), rtol=0, atol=1e-11)
    assert abs(a.logdet() - b.logdet()) <= 1e-10


def test_dense_of_matrices():
    K = np.array([[2.0, 1.0], [1.0, 2.0]])
    g = kb.DenseGram.from_matrix(K, nugget=1.0)
    np.testing.assert_allclose(g.solve([4.0, 4.0]), [1.0, 1.0], rtol=1e-15)
    assert np.array_equal(np.asarray(pickle.loads(pickle.dumps(g))), np.asarray(g))
    assert repr(g) == "<DenseGram of 2 points, nugget=1.0>"
    with pytest.raises(kb.NumericalError, match="smallest of 2 eigenvalues is -.*raise nugget from 0 to more than "):
        kb.DenseGram.from_matrix([[1.0, 2.0], [2.0, 1.0]]).solve([1.0, 1.0])
    for bad, message in (([[1.0, 2.0]], "shape"), ([[1.0, 0.5], [0.4, 1.0]], "symmetric"), ([[np.nan]], "finite"),
                         (np.zeros((0, 0)), "shape")):
        with pytest.raises(ValueError, match=message):
            kb.DenseGram.from_matrix(bad)
    k = kb.ShiftInvariantKernel(2)
    with pytest.raises(ValueError, match="nugget: must be finite and not negative"):
        kb.DenseGram([[0.1, 0.2]], k, nugget=-1.0)
    with pytest.raises(ValueError, match=r"X: must have shape \(n, 2\)"):
        kb.DenseGram([[0.1, 0.2, 0.3]], k)
    with pytest.raises(ValueError, match="symmetric"):
        kb.DenseGram([[0.1, 0.2], [0.7, 0.9]], k.derivative(x=[1, 0]))
    with pytest.raises(TypeError, match="must be a kernel"):
        kb.DenseGram([[0.1, 0.2]], np.dot)
    assert kb.show_config("dicts")["dense_algebra"]


@pairs
def test_bordered_verbs_against_dense_matrices(points, kernel):
    nugget = 0.01 * float(kernel.diag(np.zeros((1, 3)))[0])
    rng = np.random.default_rng(5)
    x = rng.integers(0, 2**64, (5, 3), dtype=np.uint64)
    x[0], x[4] = points.integers(2)[1], x[3]  # a point of the design, a point twice
    g = kb.BorderedGram(kb.StructuredGram(points, kernel, N, nugget=nugget), x)
    K = kernel(np.concatenate([points.integers(N), x])) + nugget * np.eye(N + 5)
    inverse = np.linalg.inv(K)
    tolerance = 200 * EPS * np.linalg.norm(K)
    y = rng.standard_normal((N + 5, 3))
    assert g.shape == (N + 5, N + 5) and g.nugget == nugget and g.gram.shape == (N, N)
    for v in (y, y[:, 0], np.asfortranarray(y)):
        assert np.linalg.norm(g @ v - K @ v) <= tolerance * np.linalg.norm(v)
        np.testing.assert_allclose(g.solve(v), inverse @ v, rtol=0, atol=tolerance / nugget * np.linalg.norm(inverse @ v))
        np.testing.assert_allclose(g.quadratic(v), np.sum(v * (K @ v), axis=0), atol=tolerance * np.linalg.norm(v) ** 2)
        np.testing.assert_allclose(g.inverse_quadratic(v), np.sum(v * (inverse @ v), axis=0), rtol=tolerance / nugget)
    assert np.linalg.norm(y.T @ g - y.T @ K) <= tolerance * np.linalg.norm(y)
    assert abs(g.logdet() - np.linalg.slogdet(K)[1]) <= tolerance * np.trace(inverse)
    np.testing.assert_allclose(g.inverse_diagonal(), np.diag(inverse), rtol=10 * tolerance / nugget)
    L = g.sqrt_apply(np.eye(N + 5))
    assert np.linalg.norm(L @ L.T - K) <= 2 * tolerance
    assert np.linalg.norm(g.inverse_sqrt_apply(L) - np.eye(N + 5)) <= tolerance / nugget
    assert g.solve(y.astype(np.float32)).dtype == np.float32
    draws = g.sample(3, seed=2)
    assert draws.shape == (3, N + 5)
    np.testing.assert_array_equal(draws, g.sample(3, seed=2))
    for twin in (pickle.loads(pickle.dumps(g)), copy.copy(g), copy.deepcopy(g)):
        assert twin == g and hash(twin) == hash(g)
        np.testing.assert_array_equal(twin.solve(y), g.solve(y))
    assert g.with_nugget(1.0).nugget == 1.0 and g != g.with_nugget(1.0)
    own = kb.BorderedGram(g.gram, x, nugget=3 * nugget)
    np.testing.assert_allclose(own @ np.eye(N + 5), K + np.diag([0] * N + [2 * nugget] * 5), rtol=0, atol=2 * tolerance)


def test_bordered_refusals():
    g = kb.StructuredGram(kb.Lattice(2), kb.ShiftInvariantKernel(2, alpha=1), 16)
    assert kb.BorderedGram(g, [[0.3, -0.7]]).logdet() == pytest.approx(kb.BorderedGram(g, [[0.3, 0.3]]).logdet())
    for bad, error in [("X", TypeError), (np.zeros((0, 2)), ValueError), ([[0.1]], ValueError), ([0.1, 0.2], ValueError),
                       ([[0.1, np.nan]], ValueError)]:
        with pytest.raises(error):
            kb.BorderedGram(g, bad)
    with pytest.raises(TypeError, match="gram: must be a StructuredGram"):
        kb.BorderedGram(kb.DenseGram([[0.1, 0.2]], kb.ShiftInvariantKernel(2)), [[0.1, 0.2]])
    with pytest.raises(ValueError, match="nugget: must be finite and not negative; got -1"):
        kb.BorderedGram(g, [[0.1, 0.2]], nugget=-1)
    with pytest.raises(kb.NumericalError, match="raise nugget from 0 to more than"):
        kb.BorderedGram(g, g.points.points(4)[2:])
    with pytest.raises(ValueError, match=r"b: must have shape \(17,\)"):
        kb.BorderedGram(g, [[0.1, 0.2]]).solve(np.ones(16))
