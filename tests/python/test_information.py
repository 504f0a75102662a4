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


def test_ranks_of_matrices_with_few_distinct_eigenvalues():
    some = kb.spectrum_of(np.kron(np.eye(10), np.ones((5, 5))), rank=12)
    np.testing.assert_allclose(some.eigenvalues, [0.1] * 10 + [0, 0], atol=1e-13)
    np.testing.assert_allclose(kb.spectrum_of(np.ones((50, 50)), rank=1).eigenvalues, [1], rtol=1e-13)
    with pytest.raises(ValueError, match="positive semidefinite"):
        kb.spectrum_of(np.diag([3, 2, -4.5, 0.1, 0.1, 0.1]), rank=2)


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


def test_intervals_hold_where_features_are_few():
    """Down to features that resolve a quarter of the modes: 99 % intervals, ten seeds each, may miss in one of 20."""
    x = np.random.default_rng(0).normal(size=(400, 3))
    misses = trials = 0
    for lengthscale, features in ((0.3, 128), (0.1, 64), (0.5, 64), (1.2, 64)):
        kernel = kb.GaussianKernel(lengthscale)
        for q in (1, 2):
            exact = kb.vendi_score(x, q, kernel=kernel)
            for seed in range(10):
                s = kb.vendi_score(x, q, kernel=kernel, features=features, seed=seed)
                assert 1 <= s.lower <= s <= s.upper <= 400
                misses += not s.lower <= exact <= s.upper
                trials += 1
    assert misses <= trials // 20
    with pytest.raises(ValueError, match="q: must be at least 1 with features"):
        kb.vendi_score(x, 0.5, kernel=kernel, features=64)


def test_features_and_low_rank_factors_are_sources():
    phi = RNG.normal(size=(40, 7))
    for rows in (phi, phi.T):
        s = kb.spectrum(rows, None)
        np.testing.assert_allclose(s.eigenvalues, kb.spectrum_of(rows @ rows.T).eigenvalues[:7], atol=1e-14)
        assert s.n == len(rows)
        assert kb.vendi_score(rows, 2) == kb.vendi_score(s, 2)
    unit = phi / np.linalg.norm(phi, axis=1, keepdims=True)
    p = np.linalg.eigvalsh(unit.T @ unit / 40)  # the dual score of Friedman and Dieng's program
    assert kb.vendi_score(unit) == pytest.approx(np.exp(entr(p).sum()), rel=1e-12)
    w = np.r_[np.full(20, 1 / 20), np.zeros(20)]
    np.testing.assert_allclose(kb.spectrum(phi, None, weights=w), kb.spectrum(phi[:20], None), atol=1e-14)
    single = np.asarray(w, np.float32) / np.float32(1 + 1e-7)
    assert kb.spectrum(phi, None, weights=single).rank == 7
    assert kb.spectrum(phi, kb.GaussianKernel(1.0), features=16, seed=1, weights=single).n == 40

    x = RNG.normal(size=(80, 2))
    gram = kb.LowRankGram(x, kb.GaussianKernel(1.0), 12, seed=1)
    s = kb.spectrum_of(gram)
    assert s.remainder == pytest.approx(gram.trace_error / 80, rel=1e-9) and s.trace == pytest.approx(80)
    assert (s.eigenvalues <= kb.spectrum(x, kb.GaussianKernel(1.0)).eigenvalues[:12] + 1e-14).all()
    whole = kb.spectrum(gram.factor, None)
    np.testing.assert_allclose(s.eigenvalues * s.trace, whole.eigenvalues * whole.trace, rtol=1e-10)
    complete = kb.spectrum_of(kb.LowRankGram(x, kb.GaussianKernel(1.0), 80, nugget=0.1, seed=1))
    np.testing.assert_allclose(complete, kb.spectrum_of(kb.GaussianKernel(1.0)(x) + 0.1 * np.eye(80)), atol=1e-13)
    for message, call in (("weights, rank: must be left out with a LowRankGram", lambda: kb.spectrum_of(gram, rank=2)),
                          ("features: must be left out without a kernel", lambda: kb.spectrum(x, None, features=8)),
                          ("rank: must be left out without a kernel", lambda: kb.spectrum(x, None, rank=1)),
                          ("features: must be left out without a kernel", lambda: kb.vendi_score(x, features=32)),
                          ("s_or_X: must not be a symmetric matrix", lambda: kb.vendi_score(np.eye(3)))):
        with pytest.raises(ValueError, match=message):
            call()
    with pytest.raises(TypeError, match="kernel: must be a kernel; got NoneType"):
        kb.spectrum(kb.Lattice(3), None, n=8)


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
    uneven[59, 58] += 0.1
    with pytest.raises(ValueError, match="K: must be symmetric; got a difference of 0"):
        kb.select(uneven, k=12, noise=0.2)
    # Given samples.
    rest = kb.select(k, k=7, noise=0.2, given=chosen.indices[:5])
    assert rest.indices.tolist() == chosen.indices[5:].tolist()
    assert rest.value == pytest.approx(chosen.gains[5:].sum(), rel=1e-12)
    for other in (kb.select(KERNEL, X, k=7, noise=0.2, given=chosen.indices[:5].tolist()),
                  kb.select(None, np.linalg.cholesky(k + 1e-12 * np.eye(60)), k=7, noise=0.2, given=chosen.indices[:5])):
        assert other.indices.tolist() == rest.indices.tolist()
    ahead = kb.select(KERNEL, kb.Lattice(3), k=4, noise=0.2, n=64, given=structured.indices[:2])
    assert ahead.indices.tolist() == structured.indices[2:].tolist()
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
    with pytest.raises(ValueError, match=r"deltas: must have as many outputs .* got \[2, 3\]"):
        kb.empirical_ntk([a, b], [np.ones((9, 2, 3)), np.ones((9, 3, 2))])
    with pytest.raises(TypeError, match="activations: must be a list; got int"):
        kb.empirical_ntk(5, 5)


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


def test_schur_complement_of_more_features_than_samples():
    x, t = RNG.normal(size=(20, 300)), RNG.normal(size=(20, 5))
    for few, given in ((x, t), (x, x[:, ::-1]), (t, x)):
        r = kb.schur_complement_entropy(few, given)
        nu = 1e-2 * (given**2).sum() / 20
        values = np.linalg.eigvals(nu * np.linalg.solve(given @ given.T + 20 * nu * np.eye(20), few @ few.T)).real
        p = values[values > 1e-14 * values.max()] / values.sum()
        assert r.trace == pytest.approx(values.sum(), rel=1e-9) and r.entropy == pytest.approx(entr(p).sum(), rel=1e-8)
        assert r.eigenvalues.shape == (few.shape[1],)
    assert kb.schur_complement_entropy(x, t * 2.0**-560).value == kb.schur_complement_entropy(x, t).value


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
        (ValueError, "s_or_X: must have shape", lambda: kb.vendi_score([1, 2])),
        (ValueError, "X: must be finite; got nan at", lambda: kb.spectrum([[1, np.nan]], KERNEL)),
        (ValueError, "Y: must have the dimension of X, 3; got 2", lambda: kb.squared_mmd(X, X[:, :2], KERNEL)),
        (TypeError, "given: must be a list", lambda: kb.conditional_coding_rate(eye, 3, 1)),
        (TypeError, "labels: must be of types that can be sorted", lambda: kb.rate_reduction(eye, [None, 1, 2], eps=1)),
        (TypeError, "chunks: must be an iterable", lambda: kb.streaming_select(KERNEL, 5, k=1, noise=1)),
        (ValueError, "chunks: must all have", lambda: kb.streaming_select(KERNEL, [X, X[:, :2]], k=1, noise=1)),
        (ValueError, "Z: must not be so large beside eps", lambda: kb.coding_rate(1e200 * eye, eps=0.5)),
        (ValueError, "Z: must not be so large beside eps", lambda: kb.rate_reduction(1e200 * eye, [0, 1, 1], eps=0.5)),
        (ValueError, "c: must not be so large", lambda: kb.kernel_coding_rate(1e200 * eye, 1e200)),
        (ValueError, "K: must be positive semidefinite; got a least eigenvalue of -0.5",
         lambda: kb.kernel_coding_rate(np.diag([1, -0.5]), 1)),
        (ValueError, "K: must be positive semidefinite", lambda: kb.conditional_coding_rate(np.diag([1, -0.5]), [0], 1)),
        (ValueError, "labels: must have shape", lambda: kb.rate_reduction(X, [1, 2], eps=1)),
        (ValueError, "eps: must be positive", lambda: kb.coding_rate(X, eps=0)),
        (ValueError, "Z: must be finite", lambda: kb.coding_rate([[np.inf]], eps=1)),
        (ValueError, "given: must hold", lambda: kb.conditional_coding_rate(eye, [3], 1)),
        (ValueError, "k: must be from 1 to the number of samples, 3; got 4", lambda: kb.select(eye, k=4, noise=1)),
        (ValueError, "noise: must be positive", lambda: kb.select(eye, k=1, noise=0)),
        (ValueError, "mode: must be one of", lambda: kb.select(eye, k=1, noise=1, mode="both")),
        (ValueError, "entropy: must be", lambda: kb.select(eye, k=1, noise=1, entropy=[-1, 0, 0])),
        (ValueError, "X: must be given", lambda: kb.select(KERNEL, k=1, noise=1)),
        (TypeError, "kernel_or_K: must be a kernel, a Gram matrix, or None", lambda: kb.select("rbf", X, k=1, noise=1)),
        (ValueError, "phi: must not be so large", lambda: kb.spectrum(1e200 * X, None)),
        (ValueError, "X: must not be so large", lambda: kb.KernelPCA(2).fit(1e200 * X)),
        (ValueError, "activations, deltas: must not be so large", lambda: kb.empirical_ntk([1e200 * X], [1e200 * X])),
        (ValueError, "jacobians: must not be so large", lambda: kb.empirical_ntk(jacobians=1e200 * X)),
        (ValueError, "frequencies: must be points of dimension 3 for this kernel on 3 columns; got 2",
         lambda: kb.RandomFourierFeatures(8, frequencies=kb.Sobol(2, seed=1)).fit(X)),
        (MemoryError, "n_components: an array of shape", lambda: kb.RandomFourierFeatures(2**40).fit(X)),
        (MemoryError, "features: an array of shape", lambda: kb.CharacteristicSums(KERNEL, 3, features=2**40)),
        (MemoryError, "features: an array of shape", lambda: kb.spectrum(X, kb.GaussianKernel(), features=2**24)),
        (ValueError, "given: must name no sample twice; got 1", lambda: kb.select(eye, k=1, noise=1, given=[1, 1])),
        (ValueError, "given: must be indices of samples, from 0 to 2; got 3", lambda: kb.select(eye, k=1, noise=1, given=[3])),
        (TypeError, "given: must be a list", lambda: kb.select(eye, k=1, noise=1, given=1)),
        (ValueError, "noise: must be at least", lambda: kb.select(eye, k=2, noise=1e-18)),
        (ValueError, "X: must be left out", lambda: kb.select(eye, X, k=1, noise=1)),
        (ValueError, "at least one", lambda: kb.streaming_select(KERNEL, [], k=1, noise=1)),
        (ValueError, "accuracy", lambda: kb.streaming_select(KERNEL, [X], k=1, noise=1, accuracy=0.7)),
        (ValueError, "as many samples", lambda: kb.schur_complement_entropy(X, X[:3])),
        (kb.NumericalError, "ridge", lambda: kb.schur_complement_entropy(X[:2], X[:2], ridge=0)),
        (ValueError, "ridge", lambda: kb.schur_complement_entropy(X, X, ridge=-1)),
        (ValueError, "constant diagonal", lambda: kb.joint_entropy(np.diag([1, 2, 1]), eye)),
        (ValueError, "estimator", lambda: kb.squared_mmd(X, X, KERNEL, estimator="v")),
    ]
    of_three = kb.ShiftInvariantKernel(3)
    two = X[:, :2]
    refusals += [(ValueError, f"kernel: must have the dimension of {name}, 2; got 3", call) for name, call in (
        ("X", lambda: kb.spectrum(two, of_three)),
        ("X", lambda: kb.spectrum(two, of_three, rank=2)),
        ("s_or_X", lambda: kb.vendi_score(two, kernel=of_three)),
        ("X", lambda: kb.rke_score(two, of_three)),
        ("X", lambda: kb.squared_mmd(two, two, of_three)),
        ("X", lambda: kb.novelty_spectrum(two, two, of_three)),
        ("X", lambda: kb.select(of_three, two, k=1, noise=1)),
        ("chunks", lambda: kb.streaming_select(of_three, [two], k=1, noise=1)),
        ("X", lambda: kb.LowRankGram(two, of_three, 2)),
        ("X", lambda: kb.KernelPCA(2, kernel=of_three).fit(two)),
        ("X", lambda: kb.Nystrom(2, kernel=of_three).fit(two)),
        ("X", lambda: kb.GaussianProcessRegressor(of_three).fit(two, two[:, 0])))]
    for error, message, call in refusals:
        with pytest.raises(error, match=message):
            call()


def test_duplicates_cost_nothing():
    doubled = np.r_[X, X]
    assert kb.vendi_score(doubled, kernel=KERNEL) == pytest.approx(kb.vendi_score(X, kernel=KERNEL), rel=1e-10)
    assert sorted(kb.select(KERNEL, doubled, k=60, noise=1e-3).indices) == list(range(60))
    assert kb.spectrum_of(toeplitz([1.0, 1.0, 1.0])).rank == 1


def test_intervals_by_features_stay_possible_and_low_orders_are_refused():
    x = np.random.default_rng(0).normal(size=(400, 3))
    few = kb.vendi_score(x, kernel=kb.GaussianKernel(0.3), features=128, seed=1)  # fewer features than modes: wide
    assert few.lower < kb.vendi_score(x, kernel=kb.GaussianKernel(0.3)) <= few.upper <= 400
    with pytest.raises(ValueError, match="q: must be at least 1 with features, .*; got 0.5"):
        kb.vendi_score(x, 0.5, kernel=kb.GaussianKernel(1.2), features=128, seed=1)
    s = kb.vendi_score(x[:20], kernel=kb.GaussianKernel(0.1), features=512, seed=1)
    assert s.upper <= 20


def test_features_and_low_rank_factors_have_spectra():
    """Against the Gram matrix of the rows."""
    z = np.random.default_rng(1).normal(size=(40, 7))
    whole = kb.spectrum_of(z @ z.T)
    np.testing.assert_allclose(kb.spectrum(z, None).eigenvalues[:7], whole.eigenvalues[:7], rtol=1e-12)
    assert kb.vendi_score(z) == pytest.approx(float(kb.vendi_score(whole)), rel=1e-10)
    w = np.r_[np.full(20, 0.04), np.full(20, 0.01)]
    np.testing.assert_allclose(kb.spectrum(z, None, weights=w.astype(np.float32)).eigenvalues[:7],
                               kb.spectrum_of(z @ z.T, weights=w).eigenvalues[:7], rtol=1e-6)
    with pytest.raises(ValueError, match="s_or_X: must not be a symmetric matrix without a kernel"):
        kb.vendi_score(z @ z.T)
    with pytest.raises(ValueError, match="rank: must be left out without a kernel"):
        kb.spectrum(z, None, rank=2)
    x = kb.Halton(2, seed=1).points(60)
    k = kb.GaussianKernel(1.0)
    g = kb.LowRankGram(x, k, rank=25, nugget=0.0)
    s = kb.spectrum_of(g)
    exact = kb.spectrum_of(k(x)).eigenvalues
    assert (s.eigenvalues[:10] <= exact[:10] * (1 + 1e-9)).all()
    np.testing.assert_allclose(s.eigenvalues[:3], exact[:3], rtol=1e-3)
    with pytest.raises(ValueError, match="weights, rank: must be left out with a LowRankGram"):
        kb.spectrum_of(g, rank=2)


def test_the_smaller_side_gives_the_same_schur_complement():
    """More features than samples, against the same features in the coordinates of their samples."""
    rng = np.random.default_rng(2)
    x, t = rng.normal(size=(12, 50)), rng.normal(size=(12, 30))
    wide = kb.schur_complement_entropy(x, t)
    narrow = kb.schur_complement_entropy(np.linalg.cholesky(x @ x.T), np.linalg.cholesky(t @ t.T))
    for name in ("value", "trace", "given_trace", "entropy", "dof"):
        assert getattr(wide, name) == pytest.approx(getattr(narrow, name), rel=1e-10)
    assert wide.eigenvalues.shape == (50,)
    tiny = kb.schur_complement_entropy(1e-150 * x, 1e-170 * t)
    assert tiny.entropy == pytest.approx(wide.entropy, rel=1e-12) and tiny.dof == pytest.approx(wide.dof, rel=1e-12)
    gamma = np.linalg.solve(t.T @ t / 12 + 0.01 * np.trace(t.T @ t / 12) * np.eye(30), t.T @ x / 12)
    np.testing.assert_allclose(kb.PromptRemoval().fit(x, t).map_, gamma, atol=1e-10)


def test_coding_rates_refuse_what_has_none():
    z = np.random.default_rng(3).normal(size=(5, 3))
    assert kb.coding_rate(1e200 * z, eps=1e200) == pytest.approx(kb.coding_rate(z, eps=1.0), rel=1e-12)
    for call in (lambda: kb.coding_rate(1e200 * z, eps=0.5), lambda: kb.coding_rate(np.eye(3), eps=1e-200),
                 lambda: kb.rate_reduction(1e200 * np.eye(4), [0, 0, 1, 1], eps=0.5)):
        with pytest.raises(ValueError, match="Z: must not be so large beside eps"):
            call()
    indefinite = np.diag([1, -0.5])
    for call in (lambda: kb.kernel_coding_rate(indefinite, 1.0), lambda: kb.conditional_coding_rate(indefinite, [0], 1.0)):
        with pytest.raises(ValueError, match="K: must be positive semidefinite; got a least eigenvalue of -0.5"):
            call()
    with pytest.raises(ValueError, match="c: must not be so large that c K overflows"):
        kb.kernel_coding_rate(np.eye(3), 1e308)


def test_huge_orders_are_the_limit():
    s = kb.spectrum_of(np.ones((50, 50)))
    assert kb.vendi_score(s, 1e308) == pytest.approx(1.0) and kb.renyi_entropy(s, 1e308) == pytest.approx(0.0)
    t = kb.spectrum_of(np.diag([3.0, 1.0]))
    assert kb.renyi_entropy(t, 1e300) == kb.renyi_entropy(t, np.inf)


@pytest.mark.parametrize("call, error, message", [
    (lambda: kb.empirical_ntk([np.ones((6, 2))] * 2, [np.ones((6, 2, 3)), np.ones((6, 3, 2))]), ValueError,
     "deltas: must have as many outputs of the network in every layer"),
    (lambda: kb.empirical_ntk(5, 5), TypeError, "activations: must be a list; got int"),
    (lambda: kb.streaming_select(kb.GaussianKernel(), 5, k=1, noise=1.0), TypeError, "chunks: must be an iterable"),
    (lambda: kb.streaming_select(kb.GaussianKernel(), [np.ones((2, 2)), np.ones((2, 3))], k=1, noise=1.0), ValueError,
     "chunks: must all have as many columns as the first, 2; got 3"),
    (lambda: kb.rate_reduction(np.eye(2), np.array([None, 1], object), eps=1.0), TypeError, "labels: must be of types"),
    (lambda: kb.conditional_coding_rate(np.eye(2), 5, 1.0), TypeError, "given: must be a list; got int"),
    (lambda: kb.squared_mmd(np.ones((3, 2)), np.ones((3, 1)), kb.GaussianKernel()), ValueError,
     "Y: must have the dimension of X, 2; got 1"),
    (lambda: kb.rke_score(np.ones((3, 2)), kb.GaussianKernel(), seed=1), ValueError, "seed: must be left out"),
    (lambda: kb.read_fasta(None), TypeError, "path: must be a str or PathLike; got NoneType"),
    (lambda: kb.sequence_distances(["AC", "A\u00e9"]), ValueError, "got '.xe9' at site 1 of sequence 1"),
    (lambda: kb.bootstrap_score(lambda s: "1", np.eye(3)), TypeError, "statistic"),
])
def test_messages_name_the_argument(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_fitted_features_keep_what_they_were_fitted_with():
    x = np.random.default_rng(4).normal(size=(30, 2))
    for estimator in (kb.Nystrom(5, kernel=kb.GaussianKernel(1.0), random_state=1),
                      kb.RandomFourierFeatures(20, kernel=kb.GaussianKernel(1.0), random_state=1)):
        before = estimator.fit(x).transform(x)
        estimator.set_params(kernel=kb.GaussianKernel(3.0), n_components=7)
        np.testing.assert_array_equal(estimator.transform(x), before)
