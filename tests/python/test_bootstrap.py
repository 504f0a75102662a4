"""Bootstrap intervals: coverage of a known entropy, NumPy resampling of the same kind, bad input."""

import numpy as np
import pytest

import korobov as kb

P = np.array([0.4, 0.3, 0.2, 0.1])
X = np.random.default_rng(4).standard_normal((60, 2))
KERNEL = kb.GaussianKernel(1.5)


def test_intervals_cover_the_entropy_of_the_distribution():
    """The kernel of equal classes on 80 draws from P, whose spectrum is P."""
    truth = -np.sum(P * np.log(P))
    covered = 0
    for s in range(200):
        labels = np.random.default_rng(s).choice(4, 80, p=P)
        score = kb.bootstrap_score(kb.von_neumann_entropy, np.eye(4)[labels], replications=99, seed=s)
        assert score == pytest.approx(kb.von_neumann_entropy(np.equal.outer(labels, labels).astype(float)))
        covered += score.lower <= truth <= score.upper
    assert 164 <= covered <= 198  # 90 % of 2000 multinomial samples, 95 % in the limit: below 164 has chance 1e-4


def test_matrix_samples_and_features_agree():
    def vendi(s):
        return np.log(kb.vendi_score(s, 2))

    of_samples = kb.bootstrap_score(vendi, X, KERNEL, replications=50, confidence=0.9, seed=3)
    of_matrix = kb.bootstrap_score(vendi, KERNEL(X), "precomputed", replications=50, confidence=0.9, seed=3)
    assert (of_samples, of_samples.lower, of_samples.upper) == (of_matrix, of_matrix.lower, of_matrix.upper)
    assert of_samples == pytest.approx(np.log(kb.rke_score(X, KERNEL)))
    factor = np.linalg.cholesky(KERNEL(X) + 1e-12 * np.eye(60))
    of_features = kb.bootstrap_score(vendi, factor, replications=50, confidence=0.9, seed=3)
    assert of_features.lower == pytest.approx(of_samples.lower, abs=1e-9)


def test_spread_and_bias_are_those_of_resampled_rows():
    rng = np.random.default_rng(5)
    replicates = [-np.log(np.mean(KERNEL(X[rng.integers(60, size=60)]) ** 2)) for _ in range(1000)]
    value = -np.log(np.mean(KERNEL(X) ** 2))
    score = kb.bootstrap_score(lambda s: kb.renyi_entropy(s, 2), X, KERNEL, replications=1000, seed=1)
    low, high = 2 * value - np.quantile(replicates, [0.975, 0.025])
    assert score == pytest.approx(value)
    error = 4 * np.std(replicates) / np.sqrt(1000) * 2.7  # of a quantile at 2.5 %, in standard errors of a mean: 2.7
    assert score.lower == pytest.approx(low, abs=error) and score.upper == pytest.approx(high, abs=error)
    assert score.lower + score.upper > 2 * value  # the entropy of a sample is too small


def test_seeds():
    def ends(seed):
        score = kb.bootstrap_score(kb.von_neumann_entropy, X, seed=seed)
        return score.lower, score.upper

    assert ends(1) == ends(1) != ends(2)
    assert ends(np.random.default_rng(1)) == ends(np.random.default_rng(1))
    wide = kb.bootstrap_score(kb.von_neumann_entropy, X, confidence=0.99, seed=1)
    assert wide.lower < ends(1)[0] and ends(1)[1] < wide.upper


def test_bad_arguments():
    calls = 0

    def failing(s):
        nonlocal calls
        calls += 1
        raise KeyError(calls)

    with pytest.raises(KeyError, match="1"):
        kb.bootstrap_score(failing, X)
    assert calls == 1
    for arguments, error, message in (
        (("entropy", X), TypeError, "statistic: must be a function of a Spectrum; got str"),
        ((kb.min_entropy, X[0]), ValueError, "X: must have shape"),
        ((kb.min_entropy, X, "rbf"), TypeError, "kernel"),
        ((kb.min_entropy, X, "precomputed"), ValueError, "square"),
        ((kb.min_entropy, X[:2], "precomputed"), ValueError, "symmetric"),
        ((kb.min_entropy, X * np.nan), ValueError, "finite"),
        ((kb.min_entropy, X * np.inf, KERNEL), ValueError, "finite"),
        ((lambda s: np.nan, X), ValueError, "statistic: must be finite"),
    ):
        with pytest.raises(error, match=message):
            kb.bootstrap_score(*arguments)
    with pytest.raises(ValueError, match="replications: must be at least 2 / .* 199; got 198"):
        kb.bootstrap_score(kb.min_entropy, X, confidence=0.99, replications=198)
    with pytest.raises(ValueError, match="confidence: must be in"):
        kb.bootstrap_score(kb.min_entropy, X, confidence=0)
