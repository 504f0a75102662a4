"""Bootstrap intervals: coverage of known values, NumPy resampling of the same kind and of the same draws, bad input."""

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


def draws(seed, r, n, sample=0):
    """Indices of replicate r, by NumPy's Philox, which counts up before the first block: child(r), then the engine."""
    child = int(np.random.Philox(key=seed + (1 << 64), counter=(r - 1) % 2**256).random_raw())
    words = np.random.Philox(key=child + (6 << 64), counter=((sample << 64) - 1) % 2**256).random_raw(n)
    return np.sort([int(word) * n >> 64 for word in words])


def interval_by_hand(value, replicates, confidence):
    """Quantiles at (R + 1) p of the sorted replicates."""
    low, high = np.quantile(replicates, [(1 - confidence) / 2, (1 + confidence) / 2], method="weibull")
    return 2 * value - high, 2 * value - low


@pytest.mark.parametrize("replications", [60, 99])
def test_resampled_rows_by_hand(replications):
    labels = np.array(["a", "b", "c"])[np.arange(60) % 3]
    seen = []

    def statistic(x, y, of):
        assert x.flags.owndata and of.dtype == labels.dtype
        seen.append(x[:, 0].tolist())
        return np.sum(x[:, 0] * y**2) / (1 + np.sum(of == "b"))

    y = np.arange(60, dtype=np.int32)
    score = kb.resampling_score(statistic, X, y, labels, replications=replications, confidence=0.9, seed=5)
    drawn = [np.arange(60), *(draws(5, r, 60) for r in range(replications))]
    assert seen == [X[i, 0].tolist() for i in drawn]  # and so the same for any number of replicates
    value, *replicates = [statistic(X[i], y[i], labels[i]) for i in drawn]
    assert score == value and isinstance(score, kb.Score)
    assert (score.lower, score.upper) == pytest.approx(interval_by_hand(value, replicates, 0.9), rel=1e-12)


def test_unpaired_samples_by_hand():
    Y = np.random.default_rng(6).standard_normal((35, 2)) + 0.5

    def statistic(x, y):
        return kb.squared_mmd(x, y, KERNEL, estimator="biased")

    score = kb.resampling_score(statistic, X, Y, paired=False, replications=50, confidence=0.9, seed=2)
    replicates = [statistic(X[draws(2, r, 60)], Y[draws(2, r, 35, 1)]) for r in range(50)]
    assert score == statistic(X, Y)
    assert (score.lower, score.upper) == pytest.approx(interval_by_hand(score, replicates, 0.9), rel=1e-12)
    same = kb.resampling_score(lambda a, b: np.mean(a - b), X, X, paired=False, seed=2)
    assert same.lower < 0 < same.upper  # the same samples, other draws


def test_entropies_of_resampled_rows_are_those_of_weighted_ones():
    k = KERNEL(X)
    rows = kb.resampling_score(lambda i: kb.von_neumann_entropy(kb.spectrum_of(k[np.ix_(i, i)])), np.arange(60), seed=3)
    weights = kb.bootstrap_score(kb.von_neumann_entropy, k, "precomputed", seed=3)
    assert (rows, rows.lower, rows.upper) == pytest.approx((weights, weights.lower, weights.upper), rel=1e-12)
    samples = kb.resampling_score(lambda x: kb.von_neumann_entropy(kb.spectrum(x, KERNEL)), X, seed=3)
    assert (samples, samples.lower, samples.upper) == pytest.approx((rows, rows.lower, rows.upper), rel=1e-12)


def coverage(truth, sample, statistic, trials, **options):
    held = 0
    for s in range(trials):
        score = kb.resampling_score(statistic, *sample(np.random.default_rng(s)), seed=s, **options)
        held += score.lower <= truth <= score.upper
    return held / trials


def geometric_entropy(deviation):
    """Of a Gaussian kernel of lengthscale 1 on N(0, deviation^2): eigenvalues (1 - b) b^k, by Mehler's formula."""
    a = 1 / (4 * deviation**2)
    b = 0.5 / (a + 0.5 + np.sqrt(a * a + a))
    return -np.log(1 - b) - b * np.log(b) / (1 - b)


def test_coverage_of_the_mutual_information_of_correlated_gaussians():
    """The kernel of both is isotropic, and a rotation makes independent ones of them. 92 % of 200 in the documents."""
    rho, kernel = 0.6, kb.GaussianKernel(1.0)
    truth = 2 * geometric_entropy(1) - geometric_entropy(np.sqrt(1 + rho)) - geometric_entropy(np.sqrt(1 - rho))

    def sample(rng):
        x, y = rng.standard_normal((2, 50, 1))
        return x, rho * x + np.sqrt(1 - rho**2) * y

    def statistic(x, y):
        return kb.mutual_information(kernel(x), kernel(y))

    assert 0.8 <= coverage(truth, sample, statistic, 60, replications=39)


def test_coverage_of_the_schur_complement_entropy():
    """Too low at n = 30 where of the logarithm it is not; ridge and covariances are those of the distribution."""
    left = np.array([1 - 0.25 / 1.01, 0.25])
    truth = -np.sum(left * np.log(left / left.sum()))

    def sample(rng):
        t, first, second = rng.standard_normal((3, 30, 1))
        return np.hstack([0.5 * t + np.sqrt(0.75) * first, 0.5 * second]), t

    def statistic(x, t):
        return kb.schur_complement_entropy(x, t).value

    plain = coverage(truth, sample, statistic, 200, replications=99)
    of_log = coverage(np.log(truth), sample, lambda x, t: np.log(statistic(x, t)), 200, replications=99)
    assert 0.75 <= plain < of_log - 0.03 and of_log <= 0.99


def test_coverage_of_the_squared_mmd():
    """Of N(0, 1) and N(shift, 1): better with all pairs; too seldom close to equal distributions, too often there."""
    kernel = kb.GaussianKernel(1.0)

    def held(shift, estimator):
        truth = 2 / np.sqrt(3) * (1 - np.exp(-(shift**2) / 6))
        return coverage(truth, lambda rng: (rng.standard_normal((50, 1)), shift + rng.standard_normal((30, 1))),
                        lambda x, y: kb.squared_mmd(x, y, kernel, estimator=estimator), 150, paired=False, replications=99)

    far, close, equal = (held(shift, "biased") for shift in (1.0, 0.5, 0.0))
    assert held(1.0, "unbiased") < far - 0.03
    assert close < 0.85 and 0.75 < far < 0.95 and equal >= 0.97


def test_bad_arguments_of_resampling():
    def failing(x):
        raise KeyError(len(x))

    with pytest.raises(KeyError, match="60"):
        kb.resampling_score(failing, X)
    for arguments, options, error, message in (
        (("mean", X), {}, TypeError, "statistic: must be a function of samples; got str"),
        ((np.mean,), {}, ValueError, "samples: must be at least one; got none"),
        ((np.mean, X[:0]), {}, ValueError, r"samples\[0\]: must hold .* got shape \(0, 2\)"),
        ((np.dot, X, 3.0), {}, ValueError, r"samples\[1\]: must hold .* got shape \(\)"),
        ((np.dot, X, X[:7]), {}, ValueError, r"same length unless paired=False; got \[60, 7\]"),
        ((np.dot, X, X), {"paired": 1}, TypeError, "paired: must be True or False; got 1"),
        ((lambda x: np.inf, X), {}, ValueError, "statistic: must be finite; got inf"),
        ((np.mean, X), {"replications": 38}, ValueError, "replications: must be at least 2 / .* 39; got 38"),
        ((np.mean, X), {"confidence": 1}, ValueError, "confidence: must be in"),
        ((np.mean, X), {"seed": -1}, ValueError, "seed"),
    ):
        with pytest.raises(error, match=message):
            kb.resampling_score(*arguments, **options)


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
        ((lambda s: "a", X), TypeError, "statistic: must be a real number; got 'a'"),
        ((lambda s: None, X), TypeError, "statistic: must be a real number; got None"),
    ):
        with pytest.raises(error, match=message):
            kb.bootstrap_score(*arguments)
    with pytest.raises(ValueError, match="replications: must be at least 2 / .* 199; got 198"):
        kb.bootstrap_score(kb.min_entropy, X, confidence=0.99, replications=198)
    with pytest.raises(ValueError, match="confidence: must be in"):
        kb.bootstrap_score(kb.min_entropy, X, confidence=0)
