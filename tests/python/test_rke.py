"""RKE: dense NumPy sums, intervals over seeds, streams, bad input."""

import copy
import pickle

import numpy as np
import pytest

import korobov as kb

X = np.random.default_rng(5).standard_normal((500, 4)) + 9 * (np.arange(500) % 3 == 0)[:, None]
KERNELS = [kb.GaussianKernel(2.0, scale=3.0), kb.MaternKernel(1.5, lengthscale=3.0), kb.LaplaceKernel(5.0),
           kb.CauchyKernel(3.0), kb.RationalQuadraticKernel(2.0, alpha=1.5)]


def dense(kernel, x):
    k = kernel(x)
    return np.trace(k) ** 2 / np.sum(k**2)


@pytest.mark.parametrize("kernel", [*KERNELS, kb.GaussianKernel() + kb.LaplaceKernel()], ids=repr)
def test_exact(kernel):
    score = kb.rke_score(X, kernel)
    assert score == pytest.approx(dense(kernel, X), rel=1e-12)
    assert isinstance(score, float) and score.lower is None and score.upper is None


def test_extremes():
    assert kb.rke_score(np.ones((7, 2)), kb.GaussianKernel()) == pytest.approx(1)
    assert kb.rke_score(100.0 * np.arange(7)[:, None], kb.GaussianKernel()) == pytest.approx(7)


@pytest.mark.parametrize("kernel", KERNELS, ids=repr)
def test_features(kernel):
    exact = dense(kernel, X)
    inside = 0
    for seed in range(10):
        score = kb.rke_score(X, kernel, features=1024, seed=seed)
        assert score == pytest.approx(exact, rel=0.1)
        assert 1 <= score.lower <= score <= score.upper <= 500 and score.upper < 1.6 * score.lower
        inside += score.lower <= exact <= score.upper
    assert inside >= 9  # 99 % each: fewer by chance in 0.4 % of runs; fixed seeds
    wide = kb.rke_score(X, kernel, features=1024, seed=0, confidence=0.9999)
    assert wide.lower < kb.rke_score(X, kernel, features=1024, seed=0).lower


def test_streams():
    kernel = KERNELS[0]
    sums = [kb.CharacteristicSums(kernel, 4, features=200, replications=8, seed=3) for _ in range(2)]
    for rows in np.array_split(X[:222], 5):
        sums[0].add(rows)
    sums[1].add(X[222:])
    sums[0].merge(pickle.loads(pickle.dumps(sums[1])))
    assert sums[0].n == 500 and sums[1].n == 278
    whole = kb.rke_score(X, kernel, features=200, replications=8, seed=3)
    for one, other in zip((sums[0].rke(), sums[0].rke().lower, sums[0].rke().upper), (whole, whole.lower, whole.upper)):
        assert one == pytest.approx(other, rel=1e-10)
    twin = copy.deepcopy(sums[0])
    assert twin.rke() == sums[0].rke() and repr(twin) == repr(sums[0])
    twin.add(X)
    assert sums[0].n == 500
    with pytest.raises(ValueError, match="other: must have the same"):
        sums[0].merge(kb.CharacteristicSums(kernel, 4, features=200, replications=8, seed=4))
    with pytest.raises(TypeError, match="other"):
        sums[0].merge(3)


@pytest.mark.parametrize(("call", "error", "text"), [
    (lambda: kb.rke_score(X[:0], KERNELS[0]), ValueError, "X: must have at least one row"),
    (lambda: kb.rke_score(X[0], KERNELS[0]), ValueError, r"X: must have shape \(n, d\)"),
    (lambda: kb.rke_score([[np.inf]], KERNELS[0]), ValueError, "X: must be finite"),
    (lambda: kb.rke_score(X, "rbf"), TypeError, "kernel: must be a korobov kernel"),
    (lambda: kb.rke_score(X, KERNELS[0], features=8), ValueError, "features: must be at least the number of replications"),
    (lambda: kb.rke_score(X, KERNELS[0], seed=7), ValueError, "seed: must be left out without features"),
    (lambda: kb.rke_score(X, KERNELS[0], features=64, replications=1), ValueError, "replications: must be in"),
    (lambda: kb.rke_score(X, KERNELS[0], features=64, confidence=1), ValueError, "confidence: must be in"),
    (lambda: kb.rke_score(X, kb.ShiftInvariantKernel(4), features=64), ValueError, "kernel: must be a Gaussian"),
    (lambda: kb.CharacteristicSums(KERNELS[0], 4).rke(), ValueError, "count: must be at least one row"),
    (lambda: kb.CharacteristicSums(KERNELS[0], 3).add(X), ValueError, "x: must have d columns; got 4"),
])
def test_bad_input(call, error, text):
    with pytest.raises(error, match=text):
        call()
