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
    for name, rule in (("decay", kb.CoefficientDecay()), ("replicated", kb.Replicated())):
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
