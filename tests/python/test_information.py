"""Spectra, entropies, coding rates, selection, NTK, relative scores, Schur complements (headers spectrum, entropy,
coding_rate, selection, empirical_ntk, relative, schur_complement) against NumPy, SciPy and published values."""

import math
import pickle

import numpy as np
import pytest
from scipy.linalg import toeplitz
from scipy.special import entr

import korobov as kb

RNG = np.random.default_rng(5)
X = RNG.random((60, 3)) - 0.5
KERNEL = kb.ShiftInvariantKernel(3, weights=0.4)
ORDERS = (0, 0.3, 1, 2, 7.5, math.inf)


def gaussian(x, gamma):
    return np.exp(-gamma * ((x[:, None] - x[None]) ** 2).sum(-1))


def renyi(p, order):
    p = p[p > 1e-13]
    if order == 1:
        return entr(p).sum()
    if order == math.inf:
        return -np.log(p.max())
    return np.log((p**order).sum()) / (1 - order)


def normalised(k):
    return np.linalg.eigvalsh(k)[::-1] / np.trace(k)


def test_published_values():
    k = [[1, 0.9, 0], [0.9, 1, 0], [0, 0, 1]]
    assert kb.vendi_score(kb.spectrum_of(k)) == pytest.approx(2.1573004833739833, rel=1e-15)
    sklearn = pytest.importorskip("sklearn.datasets")
    iris = sklearn.load_iris().data
    assert kb.vendi_score(kb.spectrum_of(gaussian(iris, 0.25))) == pytest.approx(5.214184450417212, rel=1e-12)


@pytest.mark.parametrize("q", ORDERS)
def test_identical_and_orthogonal_samples(q):
    assert kb.vendi_score(kb.spectrum_of(np.ones((6, 6))), q) == pytest.approx(1, rel=1e-14)
    assert kb.vendi_score(kb.spectrum_of(np.eye(6)), q) == pytest.approx(6, rel=1e-14)


@pytest.mark.parametrize("points, kernel", [
    (kb.Lattice(3, seed=1), KERNEL),
    (kb.Sobol(3, seed=1), kb.DigitallyShiftInvariantKernel(3, weights=0.5)),
    (kb.Sobol(3, seed=1, randomize="nus"), kb.LeadingDigitKernel(3)),
    (kb.Lattice(3, order="linear", n=48, generating_vector=[1, 17, 19]), KERNEL),
])
def test_structured_spectra_equal_dense_ones(points, kernel):
    n = 48 if points.order == "linear" else 256
    s = kb.spectrum(points, kernel, n=n)
    dense = normalised(kernel(points.integers(n)))
    np.testing.assert_allclose(s.eigenvalues, dense, atol=1e-14)
    np.testing.assert_allclose(s.eigenvalues, kb.spectrum_of(kb.StructuredGram(points, kernel, n)).eigenvalues,
                               atol=1e-15)
    assert (s.n, len(s)) == (n, n)
    for order in ORDERS:
        assert kb.renyi_entropy(s, order) == pytest.approx(renyi(dense, order), rel=1e-11, abs=1e-13)


def test_spectra_of_samples_weights_and_rank():
    k = KERNEL(X)
    s = kb.spectrum(X, KERNEL)
    np.testing.assert_allclose(s, normalised(k), atol=1e-14)
    assert s.trace == pytest.approx(np.trace(k))
    w = RNG.random(60)
    w /= w.sum()
    np.testing.assert_allclose(kb.spectrum(X, KERNEL, weights=w),
                               normalised(np.sqrt(w)[:, None] * k * np.sqrt(w)), atol=1e-14)
    some = kb.spectrum(X, KERNEL, rank=5)
    np.testing.assert_allclose(some.eigenvalues, s.eigenvalues[:5], rtol=1e-9)
    assert some.remainder == pytest.approx(s.eigenvalues[5:].sum(), rel=1e-9)
    assert kb.vendi_score(some, math.inf) == pytest.approx(kb.vendi_score(s, math.inf), rel=1e-9)
    assert kb.vendi_score(some, truncate=5) == pytest.approx(kb.vendi_score(s, truncate=5), rel=1e-9)
    with pytest.raises(ValueError, match="must hold all eigenvalues"):
        kb.von_neumann_entropy(some)


def test_a_spectrum_is_a_value():
    s = kb.spectrum(X, KERNEL)
    assert pickle.loads(pickle.dumps(s)) == s
    assert s != kb.spectrum(X, 2.0 * KERNEL)  # the trace is another
    np.testing.assert_allclose(s, kb.spectrum(X, 2.0 * KERNEL), atol=1e-15)
    assert np.asarray(s, dtype=np.float32).dtype == np.float32
    assert repr(kb.spectrum_of(np.eye(3))) == "Spectrum(n=3, rank=3, trace=3)"
    with pytest.raises(TypeError):
        kb.Spectrum()


def test_entropies_bases_and_scores():
    p = normalised(KERNEL(X))
    s = kb.spectrum(X, KERNEL)
    assert kb.von_neumann_entropy(s, base=2) == pytest.approx(entr(p).sum() / np.log(2), rel=1e-12)
    assert kb.min_entropy(s) == pytest.approx(-np.log(p[0]), rel=1e-13)
    for order in (0.5, 2, 3):
        assert kb.tsallis_entropy(s, order) == pytest.approx((1 - (p**order).sum()) / (order - 1), rel=1e-12)
        assert kb.vendi_score(X, order, kernel=KERNEL) == pytest.approx(np.exp(renyi(p, order)), rel=1e-12)
    assert kb.effective_rank(s) == kb.vendi_score(s)
    score = kb.vendi_score(s)
    assert isinstance(score, float) and score.lower is None and score.upper is None
    t = p[:10] + (1 - p[:10].sum()) / 10
    assert kb.vendi_score(s, 2, truncate=10) == pytest.approx(1 / (t**2).sum(), rel=1e-12)


def test_features_estimate_with_an_interval():
    """Twenty seeds; the interval, a Student one of level 99 % that allows for bias, misses at most once in ten."""
    x = np.random.default_rng(8).normal(size=(400, 2))
    kernel = kb.GaussianKernel(1.2)
    for q in (1, 2):
        exact = kb.vendi_score(x, q, kernel=kernel)
        scores = [kb.vendi_score(x, q, kernel=kernel, features=128, seed=seed) for seed in range(20)]
        assert sum(not s.lower <= exact <= s.upper for s in scores) <= 2
        assert max(abs(s - exact) for s in scores) < 0.05 * exact
        assert all(s.lower <= s <= s.upper < 1.5 * s for s in scores)
    s = kb.spectrum(x, kernel, features=512, seed=3)
    np.testing.assert_allclose(s.eigenvalues[:5], kb.spectrum(x, kernel).eigenvalues[:5], rtol=0.05)
    assert s.n == 400 and s == kb.spectrum(x, kernel, features=512, seed=3)
    w = np.r_[np.full(200, 1 / 200), np.zeros(200)]
    half = kb.spectrum(x[:200], kernel, features=64, seed=3)
    np.testing.assert_allclose(kb.spectrum(x, kernel, features=64, seed=3, weights=w).eigenvalues[:20],
                               half.eigenvalues[:20], rtol=1e-10)
    for call, message in ((lambda: kb.vendi_score(x, kernel=kernel, features=8), "features"),
                          (lambda: kb.vendi_score(x, kernel=kernel, seed=8), "seed: must be left out"),
                          (lambda: kb.vendi_score(s, seed=8), "seed: must be left out"),
                          (lambda: kb.spectrum(x, kernel, features=8, rank=2), "rank: must be left out"),
                          (lambda: kb.spectrum(x, kernel, features=8, weights=[1, 2]), "weights")):
        with pytest.raises(ValueError, match=message):
            call()


def test_joint_entropy_and_relative_scores():
    k, l = gaussian(X[:, :1], 3), gaussian(X[:, 1:], 2)
    joint = renyi(normalised(k * l), 2)
    assert kb.joint_entropy(k, l, order=2) == pytest.approx(joint, rel=1e-12)
    assert kb.conditional_entropy(k, l, order=2) == pytest.approx(joint - renyi(normalised(l), 2), rel=1e-11)
    assert kb.mutual_information(k, l, order=2, base=2) == pytest.approx(
        (renyi(normalised(k), 2) + renyi(normalised(l), 2) - joint) / np.log(2), rel=1e-10)
    y = RNG.random((40, 3)) ** 2
    kxx, kyy, kxy = KERNEL(X), KERNEL(y), KERNEL(X, y)
    assert kb.squared_mmd(X, y, KERNEL, estimator="biased") == pytest.approx(
        kxx.mean() + kyy.mean() - 2 * kxy.mean(), rel=1e-10)
    unbiased = (kxx.sum() - np.trace(kxx)) / 3540 + (kyy.sum() - np.trace(kyy)) / 1560 - 2 * kxy.mean()
    assert kb.squared_mmd(X, y, KERNEL) == pytest.approx(unbiased, rel=1e-9)
    novel = kb.novelty_spectrum(X, y, KERNEL, eta=1.5)
    w = np.r_[np.full(60, 1 / 60), np.full(40, -1.5 / 40)] / kxx[0, 0]
    both = KERNEL(np.r_[X, y])
    np.testing.assert_allclose(novel, np.sort(np.linalg.eigvals(w[:, None] * both).real)[::-1], atol=1e-10)


def test_coding_rates():
    eps, c = 0.4, 3 / (60 * 0.4**2)
    rate = np.linalg.slogdet(np.eye(3) + c * X.T @ X)[1] / 2
    assert kb.coding_rate(X, eps=eps) == pytest.approx(rate, rel=1e-13)
    assert kb.kernel_coding_rate(X @ X.T, c) == pytest.approx(rate, rel=1e-12)
    assert kb.kernel_coding_rate(kb.spectrum_of(X @ X.T), c) == pytest.approx(rate, rel=1e-12)
    s = kb.spectrum(kb.Lattice(3), KERNEL, n=128)
    dense = np.linalg.slogdet(np.eye(128) + 2 * KERNEL(kb.Lattice(3).points(128)))[1] / 2
    assert kb.kernel_coding_rate(s, 2.0) == pytest.approx(dense, rel=1e-12)

    labels = np.array(["b", "a", "c"])[RNG.integers(0, 3, 60)]
    r = kb.rate_reduction(X, labels, eps=eps)
    assert r.classes.tolist() == ["a", "b", "c"] and r.total == kb.coding_rate(X, eps=eps)
    expected = [np.mean(labels == j) * kb.coding_rate(X[labels == j], eps=eps) for j in r.classes]
    np.testing.assert_allclose(r.per_class, expected, rtol=1e-12)
    assert r.reduction == pytest.approx(r.total - sum(expected), rel=1e-10)

    k = KERNEL(X)
    given = [4, 9, 30]
    rest = np.setdiff1d(np.arange(60), given)
    posterior = k[np.ix_(rest, rest)] - k[np.ix_(rest, given)] @ np.linalg.solve(
        k[np.ix_(given, given)] + np.eye(3) / 5, k[np.ix_(given, rest)])
    assert kb.conditional_coding_rate(k, given, 5.0) == pytest.approx(
        np.linalg.slogdet(np.eye(57) + 5 * posterior)[1] / 2, rel=1e-12)


def test_selection_and_certificates():
    k = KERNEL(X)
    chosen = kb.select(k, k=12, noise=0.2)
    assert chosen.value == pytest.approx(
        np.linalg.slogdet(np.eye(12) + k[np.ix_(chosen.indices, chosen.indices)] / 0.2)[1], rel=1e-12)
    assert (np.diff(chosen.gains) <= 0).all() and chosen.value <= chosen.upper_bound <= chosen.value / (1 - 1 / np.e)
    on_the_fly = kb.select(KERNEL, X, k=12, noise=0.2)
    assert on_the_fly.indices.tolist() == chosen.indices.tolist()
    assert kb.select(None, X, k=5, noise=0.1).indices.tolist() == kb.select(X @ X.T, k=5, noise=0.1).indices.tolist()
    structured = kb.select(KERNEL, kb.Lattice(3), k=6, noise=0.2, n=64)
    gram = KERNEL(kb.Lattice(3).points(64))[np.ix_(structured.indices, structured.indices)]
    assert structured.value == pytest.approx(np.linalg.slogdet(np.eye(6) + gram / 0.2)[1], rel=1e-12)

    entropy = RNG.random(60)
    diagonal = kb.select(k, k=8, noise=0.2, entropy=entropy)
    inside = (k + np.diag(entropy))[np.ix_(diagonal.indices, diagonal.indices)]
    assert diagonal.value == pytest.approx(np.linalg.slogdet(np.eye(8) + inside / 0.2)[1], rel=1e-12)
    additive = kb.select(k, k=8, noise=0.2, entropy=entropy, mode="additive")
    inside = k[np.ix_(additive.indices, additive.indices)]
    assert additive.value == pytest.approx(
        np.linalg.slogdet(np.eye(8) + inside / 0.2)[1] + entropy[additive.indices].sum(), rel=1e-12)
    assert additive.indices.tolist() != diagonal.indices.tolist()

    uneven = k.copy()
    uneven[chosen.indices[5], chosen.indices[3]] += 0.1
    with pytest.raises(ValueError, match="K: must be symmetric; got a difference of 0"):
        kb.select(uneven, k=12, noise=0.2)
    # Any strides.
    assert kb.select(np.asfortranarray(k), k=12, noise=0.2).gains.tolist() == chosen.gains.tolist()
    assert kb.select(np.repeat(k, 2, axis=1)[:, ::2], k=12, noise=0.2).gains.tolist() == chosen.gains.tolist()

    stream = kb.streaming_select(KERNEL, (X[i:i + 7] for i in range(0, 60, 7)), k=12, noise=0.2)
    assert 0.4 * chosen.value <= stream.value <= chosen.upper_bound <= 1.6 * stream.upper_bound
    assert (np.diff(stream.indices) > 0).all()


def test_empirical_ntk():
    a, b = RNG.random((9, 4)), RNG.random((9, 5))
    delta, last = RNG.random((9, 2, 5)), RNG.random((9, 2, 3))
    k = kb.empirical_ntk([a, b], [delta, last])
    expected = (1 + a @ a.T) * np.einsum("icw,jcw->ij", delta, delta) + (1 + b @ b.T) * np.einsum(
        "icw,jcw->ij", last, last)
    np.testing.assert_allclose(k, expected, rtol=1e-13)
    j = RNG.random((9, 2, 30))
    np.testing.assert_allclose(kb.empirical_ntk(jacobians=j), np.einsum("icp,jcp->ij", j, j), rtol=1e-13)
    with pytest.raises(ValueError, match="as many of each"):
        kb.empirical_ntk([a], [delta, last])
    with pytest.raises(ValueError, match="alone"):
        kb.empirical_ntk([a], [delta], jacobians=j)
    with pytest.raises(ValueError, match="must have 9 rows"):
        kb.empirical_ntk([a, b[:5]], [delta, last[:5]])


def test_schur_complement_entropy():
    t = RNG.random((60, 2))
    x = X + t @ RNG.random((2, 3))
    residual = x - t @ np.linalg.lstsq(t, x, rcond=None)[0]
    r = kb.schur_complement_entropy(x, t, ridge=0)
    p = normalised(residual.T @ residual)
    assert r.trace == pytest.approx((residual**2).sum() / 60, rel=1e-13)
    assert r.entropy == pytest.approx(entr(p).sum(), rel=1e-12)
    assert r.value == r.trace * r.entropy
    assert r.trace + r.given_trace == pytest.approx((x**2).sum() / 60, rel=1e-13)
    assert r.dof == pytest.approx(2)
    primal = kb.schur_complement_entropy(x, t)
    assert primal.ridge == pytest.approx(1e-2 * (t**2).sum() / 60)
    assert 0 < primal.dof < 2 and primal.trace > r.trace

    of_x, of_t = kb.ShiftInvariantKernel(3, weights=0.3), kb.ShiftInvariantKernel(2, weights=0.2)
    dual = kb.schur_complement_entropy(x, t, kernel=(of_x, of_t))
    ki, kt = of_x(x), of_t(t)
    nu = 1e-2 * np.trace(kt) / 60
    eigenvalues = np.linalg.eigvals(nu * np.linalg.solve(kt + 60 * nu * np.eye(60), ki)).real
    assert dual.trace == pytest.approx(eigenvalues.sum(), rel=1e-10)
    q = eigenvalues[eigenvalues > 0] / eigenvalues.sum()
    assert dual.entropy == pytest.approx(entr(q).sum(), rel=1e-9)
    lattice = kb.Lattice(2, seed=3)
    kernels = (kb.ShiftInvariantKernel(2), of_t)
    fast = kb.schur_complement_entropy(lattice, lattice, kernel=kernels, n=64)
    dense = kb.schur_complement_entropy(lattice.points(64), lattice.points(64), kernel=kernels)
    assert fast.value == pytest.approx(dense.value, rel=1e-10)


def test_bad_input():
    eye = np.eye(3)
    refusals = [
        (ValueError, "K: must be symmetric", lambda: kb.spectrum_of([[1, 2], [0, 1]])),
        (ValueError, "positive semidefinite", lambda: kb.spectrum_of([[1, 2], [2, 1]])),
        (ValueError, "trace: must be positive", lambda: kb.spectrum_of(np.zeros((2, 2)))),
        (ValueError, "K: must be finite; got nan", lambda: kb.spectrum_of([[1, np.nan], [np.nan, 1]])),
        (ValueError, "square matrix", lambda: kb.spectrum_of(np.ones((2, 3)))),
        (TypeError, "real numbers", lambda: kb.spectrum_of([["a"]])),
        (ValueError, "weights: must sum to 1", lambda: kb.spectrum_of(eye, weights=[1, 1, 1])),
        (ValueError, "rank: must be from 1", lambda: kb.spectrum_of(eye, rank=3)),
        (TypeError, "kernel: must be a kernel", lambda: kb.spectrum(X, "rbf")),
        (TypeError, "kernel: must depend on x - z", lambda: kb.spectrum(
            kb.Lattice(3), kb.DigitallyShiftInvariantKernel(3), n=8)),
        (TypeError, "Gray", lambda: kb.spectrum(kb.Lattice(3, order="gray"), KERNEL, n=8)),
        (ValueError, "n: must be given", lambda: kb.spectrum(kb.Lattice(3), KERNEL)),
        (ValueError, "n: must be left out", lambda: kb.spectrum(X, KERNEL, n=8)),
        (ValueError, "order: must be in", lambda: kb.renyi_entropy(eye, -1)),
        (ValueError, "q: must be in", lambda: kb.vendi_score(kb.spectrum_of(eye), math.nan)),
        (ValueError, "base: must be", lambda: kb.von_neumann_entropy(eye, base=1)),
        (ValueError, "kernel: must be given", lambda: kb.vendi_score(X)),
        (ValueError, "labels: must have shape", lambda: kb.rate_reduction(X, [1, 2], eps=1)),
        (ValueError, "eps: must be positive", lambda: kb.coding_rate(X, eps=0)),
        (ValueError, "Z: must be finite", lambda: kb.coding_rate([[np.inf]], eps=1)),
        (ValueError, "given: must hold", lambda: kb.conditional_coding_rate(eye, [3], 1)),
        (ValueError, "k: must be from 1 to the number of samples, 3; got 4", lambda: kb.select(eye, k=4, noise=1)),
        (ValueError, "noise: must be positive", lambda: kb.select(eye, k=1, noise=0)),
        (ValueError, "mode: must be one of", lambda: kb.select(eye, k=1, noise=1, mode="both")),
        (ValueError, "entropy: must be", lambda: kb.select(eye, k=1, noise=1, entropy=[-1, 0, 0])),
        (ValueError, "X: must be given", lambda: kb.select(KERNEL, k=1, noise=1)),
        (ValueError, "X: must be left out", lambda: kb.select(eye, X, k=1, noise=1)),
        (ValueError, "at least one", lambda: kb.streaming_select(KERNEL, [], k=1, noise=1)),
        (ValueError, "accuracy", lambda: kb.streaming_select(KERNEL, [X], k=1, noise=1, accuracy=0.7)),
        (ValueError, "as many samples", lambda: kb.schur_complement_entropy(X, X[:3])),
        (kb.NumericalError, "ridge", lambda: kb.schur_complement_entropy(X[:2], X[:2], ridge=0)),
        (ValueError, "ridge", lambda: kb.schur_complement_entropy(X, X, ridge=-1)),
        (ValueError, "constant diagonal", lambda: kb.joint_entropy(np.diag([1, 2, 1]), eye)),
        (ValueError, "estimator", lambda: kb.squared_mmd(X, X, KERNEL, estimator="v")),
    ]
    for error, message, call in refusals:
        with pytest.raises(error, match=message):
            call()


def test_duplicates_cost_nothing():
    doubled = np.r_[X, X]
    assert kb.vendi_score(doubled, kernel=KERNEL) == pytest.approx(kb.vendi_score(X, kernel=KERNEL), rel=1e-10)
    assert sorted(kb.select(KERNEL, doubled, k=60, noise=1e-3).indices) == list(range(60))
    assert kb.spectrum_of(toeplitz([1.0, 1.0, 1.0])).rank == 1
