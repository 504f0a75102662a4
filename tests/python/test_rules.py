"""Rule objects: what they say, and that turning each knob changes the result."""

import copy
import pickle

import numpy as np
import pytest

import korobov as kb


def f(x):
    return np.prod(0.5 + x, axis=1)


@pytest.mark.parametrize("rule, text", [
    (kb.CoefficientDecay(), "CoefficientDecay(lag=4, inflation=5.0)"),
    (kb.CoefficientDecay(lag=3, inflation=2.5), "CoefficientDecay(lag=3, inflation=2.5)"),
    (kb.Replicated(), "Replicated(replications=16)"),
    (kb.Replicated(replications=np.int64(8)), "Replicated(replications=8)"),
    (kb.Bayesian(), "Bayesian(kernel=None, criterion='mle', optimize=True, weights='shared')"),
    (kb.Bayesian(criterion="gcv", optimize=np.True_), "Bayesian(kernel=None, criterion='gcv', optimize=True, weights='shared')"),
], ids=str)
def test_values(rule, text):
    assert repr(rule) == text and eval("kb." + text) == rule
    assert pickle.loads(pickle.dumps(rule)) == rule == copy.deepcopy(rule) and hash(rule) == hash(copy.copy(rule))
    with pytest.raises(AttributeError):
        rule.lag = 7


def test_equality():
    assert kb.CoefficientDecay() == kb.CoefficientDecay(lag=4, inflation=5) != kb.CoefficientDecay(lag=5)
    assert kb.Replicated() == kb.Replicated(16) != kb.Replicated(8)
    assert kb.CoefficientDecay() != kb.Replicated()


def test_a_name_is_the_default_object():
    p = kb.Sobol(3, seed=1)
    for name, rule in (("decay", kb.CoefficientDecay()), ("replicated", kb.Replicated()), ("bayes", kb.Bayesian())):
        a, b = kb.integrate(f, p, rule=name), kb.integrate(f, p, rule=rule)
        assert (a.value, a.n, a.rule) == (b.value, b.n, b.rule) and a.rule.startswith(name)
    assert kb.integrate(f, p).rule.startswith("auto")


def test_knobs_change_the_result():
    p = kb.Sobol(3, seed=1)
    bound = [kb.integrate(f, p, rule=rule, abs_tol=1, n_max=1024).error_bound for rule in
             (kb.CoefficientDecay(), kb.CoefficientDecay(inflation=10), kb.CoefficientDecay(lag=3))]
    assert bound[1] == pytest.approx(2 * bound[0]) and bound[2] != bound[0]
    few, many = (kb.integrate(f, p, rule=kb.Replicated(r), abs_tol=1) for r in (4, 32))
    assert few.value != many.value and few.error_bound != many.error_bound


def test_replications_of_the_call_and_of_the_points():
    p = kb.Sobol(3, seed=1)
    expected = kb.integrate(f, p, rule=kb.Replicated(8))
    for r in (kb.integrate(f, p, rule="replicated", replications=8),
              kb.integrate(f, kb.Sobol(3, seed=1, replications=8), rule="replicated"),
              kb.integrate(f, p, rule=kb.Replicated(8), replications=8)):
        assert (r.value, r.n, r.rule) == (expected.value, expected.n, "replicated(replications=8)")


def test_confidence_changes_the_interval():
    p = kb.Sobol(3, seed=1)
    narrow, wide = (kb.integrate(f, p, rule="replicated", abs_tol=1, confidence=c).error_bound for c in (0.9, 0.999))
    assert narrow < wide


@pytest.mark.parametrize("make, error, message", [
    (lambda: kb.CoefficientDecay(lag=0), ValueError, "lag: must be in"),
    (lambda: kb.CoefficientDecay(lag=17), ValueError, "lag: must be in"),
    (lambda: kb.CoefficientDecay(lag=2.0), TypeError, "lag: must be an integer"),
    (lambda: kb.CoefficientDecay(inflation=0), ValueError, "inflation: must be positive"),
    (lambda: kb.CoefficientDecay(inflation=float("inf")), ValueError, "inflation: must be positive and finite"),
    (lambda: kb.CoefficientDecay(inflation="5"), TypeError, "inflation: must be a real number"),
    (lambda: kb.Replicated(1), ValueError, "replications: must be in"),
    (lambda: kb.Replicated(2**32), ValueError, "replications: must be in"),
    (lambda: kb.Replicated(4.0), TypeError, "replications: must be an integer"),
])
def test_bad_parameters(make, error, message):
    with pytest.raises(error, match="^" + message):
        make()


@pytest.mark.parametrize("points, kernel", [
    (kb.Lattice(3, seed=4), kb.ShiftInvariantKernel(3, alpha=1, weights=[0.5, 0.2, 0.9], scale=3)),
    (kb.Sobol(3, seed=4), kb.DigitallyShiftInvariantKernel(3, alpha=2, weights=0.4)),
    (kb.Sobol(3, seed=4), kb.LeadingDigitKernel(3, alpha=1.3, weights=0.2)),
], ids=["lattice", "net", "leading digit"])
@pytest.mark.parametrize("criterion", ["mle", "full", "gcv"])
def test_bayes_interval_is_that_of_the_gram_matrix(points, kernel, criterion):
    scipy_stats = pytest.importorskip("scipy.stats")
    n = 256
    r = kb.integrate(f, points, rule=kb.Bayesian(kernel, criterion, False), abs_tol=1e-300, n_min=n, n_max=n,
                     periodize=None)
    x = points.points(n)
    y = f(points.points(n, endpoint="open"))
    inverse = np.linalg.inv(kernel(x) / kernel.scale)
    information = inverse.sum()
    left = y - inverse.sum(axis=0) @ y / information
    z = scipy_stats.norm.ppf(0.995)
    expected = {
        "mle": z * np.sqrt((1 - information) * (left @ inverse @ left) / n),
        "full": scipy_stats.t.ppf(0.995, n - 1) * np.sqrt((1 / information - 1) * (left @ inverse @ left) / (n - 1)),
        "gcv": z * np.sqrt((1 - information) * np.sum((inverse @ left) ** 2) / np.trace(inverse)),
    }[criterion]
    assert r.error_bound == pytest.approx(expected, rel=1e-8)
    assert r.value == pytest.approx(y.mean(), rel=1e-13)


def test_bayes_knobs_change_the_result():
    p = kb.Lattice(3, seed=4)
    kernel = kb.ShiftInvariantKernel(3, alpha=2, weights=0.4)
    bounds = {kb.integrate(f, p, rule=rule, abs_tol=1, n_max=1024).error_bound
              for rule in (kb.Bayesian(), kb.Bayesian(criterion="full"), kb.Bayesian(criterion="gcv"),
                           kb.Bayesian(kernel, optimize=False), kb.Bayesian(weights="per_dimension"),
                           kb.Bayesian(kb.ShiftInvariantKernel(3, alpha=1), optimize=True))}
    assert len(bounds) == 6


def test_bayes_negative_integral_and_vector_outputs():
    p = kb.Sobol(4, seed=2)
    one = kb.integrate(lambda x: np.prod(x + 0.5, axis=1) - 1.5, p, rule="bayes", abs_tol=1e-4)
    assert one.status == "converged" and abs(one.value + 0.5) < 1e-4
    both = kb.integrate(lambda x: np.stack([np.prod(x + 0.5, axis=1) - 1.5, x.sum(axis=1)], axis=1), p, rule="bayes",
                        abs_tol=1e-4)
    assert both.value[0] == one.value and both.value[1] == pytest.approx(2, abs=1e-4)


def test_bayes_says_where_it_fails():
    kernel = kb.ShiftInvariantKernel(2, alpha=3)
    r = kb.integrate(lambda x: (x[:, 0] + 0.7 * x[:, 1] < 0.6123) * 1.0, kb.Lattice(2, seed=3), abs_tol=1e-2,
                     rule=kb.Bayesian(kernel))
    assert r.status == "assumption_failed"
    assert "the coefficients refute the kernel: the interval is too narrow" in r.caveats
    assert "caveat: the coefficients refute the kernel" in repr(r)


@pytest.mark.parametrize("make, error, text", [
    (lambda: kb.Bayesian("matern"), TypeError, "kernel: must be a kernel"),
    (lambda: kb.Bayesian(criterion="loo"), ValueError, "criterion"),
    (lambda: kb.Bayesian(weights="all"), ValueError, "weights"),
    (lambda: kb.Bayesian(optimize=1), TypeError, "optimize: must be True or False"),
    (lambda: kb.Bayesian(optimize=False), ValueError, "kernel: must be given where nothing is optimized"),
    (lambda: kb.integrate(f, kb.Sobol(3, seed=1), rule=kb.Bayesian(kb.ShiftInvariantKernel(3))), TypeError,
     "rule.kernel: must have the symmetry of the points, 'dyadic'; got 'cyclic'"),
    (lambda: kb.integrate(f, kb.Lattice(3, seed=1), rule=kb.Bayesian(kb.LeadingDigitKernel(3))), TypeError,
     "rule.kernel: must have the symmetry"),
    (lambda: kb.integrate(f, kb.Sobol(3, seed=1, randomize="nus"), rule="bayes"), ValueError, "points: rule bayes"),
    (lambda: kb.integrate(f, kb.Halton(3, seed=1), rule="bayes"), ValueError, "points: rule bayes"),
    (lambda: kb.integrate(f, kb.Lattice(3, seed=1, order="gray"), rule="bayes"), ValueError, "points: rule bayes"),
    (lambda: kb.integrate(f, kb.Sobol(3, seed=1), rule="bayes", n_min=1000), ValueError, "n_min: must be a power of"),
    (lambda: kb.integrate(f, kb.Sobol(3, seed=1), rule="bayes", replications=4), ValueError, "replications: rule bay"),
    (lambda: kb.integrate(f, kb.Sobol(3, seed=1), rule=kb.Bayesian(kb.DigitallyShiftInvariantKernel(2))), ValueError,
     "rule.kernel: must have the dimension of the points, 3; got 2"),
    (lambda: kb.integrate(f, kb.Sobol(3, seed=1), rule=kb.Bayesian(2.0 * kb.DigitallyShiftInvariantKernel(3)
                                                                   + kb.LeadingDigitKernel(3))), ValueError,
     "rule.kernel: must be one product kernel"),
])
def test_bayes_bad_input(make, error, text):
    with pytest.raises(error, match=text):
        make()
