"""Built-in integrands (integrand.hpp): Keister, EuropeanOption, AsianOption, against formulas in Python."""

import copy
import pickle

import numpy as np
import pytest

import korobov as kb

OPTION = {"start": 90, "strike": 100, "rate": 0.03, "volatility": 0.4, "maturity": 2}
INTEGRANDS = [
    kb.Keister(1),
    kb.Keister(5),
    kb.EuropeanOption(),
    kb.EuropeanOption(call=False, **OPTION),
    kb.AsianOption(12),
    kb.AsianOption(12, mean="geometric"),
    kb.AsianOption(52, mean="geometric", call=False, factor="bridge", **OPTION),
]


@pytest.mark.parametrize("f", INTEGRANDS, ids=repr)
def test_what_an_integrand_is(f):
    for twin in (pickle.loads(pickle.dumps(f)), copy.deepcopy(f), eval("kb." + repr(f))):
        assert twin == f and hash(twin) == hash(f)
    assert sum(f == other for other in INTEGRANDS) == 1 and f != "Keister"
    assert f.measure.d == f.d
    assert pickle.loads(pickle.dumps(f.measure)) == f.measure == copy.copy(f).measure
    x = f.measure.transform(kb.Sobol(f.d, seed=1).points(32, endpoint="open"))
    y = f(x)
    assert y.shape == (32,) and y.dtype == np.float64
    np.testing.assert_array_equal(f(x.reshape(4, 8, -1)), y.reshape(4, 8))
    np.testing.assert_array_equal(f(x[3]), y[3])
    np.testing.assert_array_equal(f(x.tolist()), y)


@pytest.mark.parametrize("f", [f for f in INTEGRANDS if f.exact is not None], ids=repr)
def test_exact_values_are_the_integrals(f):
    """A mean over 2^16 points of a net; its error is far below the tolerance for these smooth or first-coordinate f."""
    x = f.measure.transform(kb.Sobol(f.d, seed=5).points(2**16, endpoint="open"))
    assert f(x).mean() == pytest.approx(f.exact, rel=2e-4)


def test_keister():
    assert kb.Keister(3).exact == pytest.approx(2.168309102165481, rel=1e-15)
    x = np.array([[0.3, -0.4, 1.2], [0, 0, 0]])
    np.testing.assert_allclose(kb.Keister(3)(x), np.pi**1.5 * np.cos([1.3, 0]), rtol=1e-14)


def test_european_option():
    ndtr = pytest.importorskip("scipy.special").ndtr
    for call in (True, False):
        f = kb.EuropeanOption(call=call, **OPTION)
        s, k, r, v, t = OPTION.values()
        d1 = (np.log(s / k) + (r + v * v / 2) * t) / (v * np.sqrt(t))
        d2 = d1 - v * np.sqrt(t)
        sign = 1 if call else -1
        price = sign * (s * ndtr(sign * d1) - k * np.exp(-r * t) * ndtr(sign * d2))
        assert f.exact == pytest.approx(price, rel=1e-13)
        x = np.log([[80.0], [120.0]])
        np.testing.assert_allclose(f(x), np.exp(-r * t) * np.maximum(sign * (np.exp(x[:, 0]) - k), 0), rtol=1e-13)
    assert kb.EuropeanOption().exact == pytest.approx(10.450583572185565, rel=1e-13)  # Hull's example values


def test_asian_option():
    x = np.log([[90.0, 110.0, 130.0], [90.0, 80.0, 85.0]])
    discount = np.exp(-0.05)
    mean = np.exp(x).mean(axis=1)
    np.testing.assert_allclose(kb.AsianOption(3)(x), discount * np.maximum(mean - 100, 0), rtol=1e-13)
    np.testing.assert_allclose(kb.AsianOption(3, call=False)(x), discount * np.maximum(100 - mean, 0), rtol=1e-13)
    geometric = np.exp(x.mean(axis=1))
    np.testing.assert_allclose(kb.AsianOption(3, mean="geometric")(x), discount * np.maximum(geometric - 100, 0),
                               rtol=1e-13)
    assert kb.AsianOption(3).exact is None
    one = kb.AsianOption(1, mean="geometric")
    assert one.exact == pytest.approx(kb.EuropeanOption().exact, rel=1e-13)


@pytest.mark.parametrize("make, error, message", [
    (lambda: kb.Keister(0), ValueError, "d: must be in"),
    (lambda: kb.Keister(1240), ValueError, "d: .*1239"),
    (lambda: kb.Keister(2.0), TypeError, "d: must be an integer"),
    (lambda: kb.EuropeanOption(start=0), ValueError, "start"),
    (lambda: kb.EuropeanOption(strike=-1), ValueError, "strike"),
    (lambda: kb.EuropeanOption(volatility=0), ValueError, "volatility"),
    (lambda: kb.EuropeanOption(maturity=np.inf), ValueError, "maturity"),
    (lambda: kb.EuropeanOption(rate=np.nan), ValueError, "rate"),
    (lambda: kb.EuropeanOption(call=1), TypeError, "call: must be True or False"),
    (lambda: kb.EuropeanOption(rate="1"), TypeError, "rate: must be a real number"),
    (lambda: kb.AsianOption(0), ValueError, "steps: must be in"),
    (lambda: kb.AsianOption(2.0), TypeError, "steps: must be an integer"),
    (lambda: kb.AsianOption(2, mean="harmonic"), ValueError, "mean: must be one of 'arithmetic', 'geometric'"),
    (lambda: kb.AsianOption(2, factor="svd"), ValueError, "factor: must be one of"),
    (lambda: kb.Keister(3)(np.zeros((2, 4))), ValueError, r"x: must have shape \(n, 3\); got \(2, 4\)"),
    (lambda: kb.Keister(3)(1.0), ValueError, r"x: must have shape \(n, 3\); got \(\)"),
    (lambda: kb.Keister(3)(np.zeros((2, 3), complex)), TypeError, "x: must hold real numbers"),
])
def test_bad_input(make, error, message):
    with pytest.raises(error, match="^" + message):
        make()


def test_keyword_only():
    with pytest.raises(TypeError, match="positional"):
        kb.EuropeanOption(True)
    with pytest.raises(TypeError, match="positional"):
        kb.AsianOption(12, "geometric")
