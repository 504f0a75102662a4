"""Results: how they print, travel, and what their history holds."""

import copy
import pickle

import numpy as np
import pytest

import korobov as kb


def several(x):
    return np.stack([x[:, 0], x[:, 1] ** 2], axis=1)


def test_prints_a_readable_block():
    r = kb.integrate(kb.Keister(3), kb.Sobol(3, seed=7), abs_tol=1e-2)
    text = repr(r)
    assert str(r) == text
    for part in ("converged", r.rule, f"{r.n}", "Sobol(3, randomize='lms_shift', seed=7)", f"{r.value:.12g}"):
        assert part in text
    assert len(text.splitlines()) <= 6
    vector = kb.integrate(several, kb.Lattice(2, seed=7))
    assert "value[0]" in repr(vector) and "value[1]" in repr(vector)


def test_html():
    for r in (kb.integrate(kb.Keister(3), kb.Sobol(3, seed=7), abs_tol=1e-2), kb.integrate(several, d=2),
              kb.integrate(several, kb.Sobol(2))):
        page = r._repr_html_()
        assert page.startswith("<table>") and page.count("<tr>") == 1 + np.size(r.value) and r.status in page
        assert all(caveat.split("<")[0][:20] in page for caveat in r.caveats)


def test_history():
    r = kb.integrate(lambda x: (x[:, 0] + x[:, 1] < 0.7).astype(float), kb.Sobol(2, seed=1), abs_tol=1e-3)
    assert all(isinstance(record, kb.Record) for record in r.history)
    sizes = [record.n for record in r.history]
    assert len(sizes) > 2 and sizes == sorted(sizes) and sizes[-1] == r.n
    last = r.history[-1]
    assert (last.n, last.value, last.error_bound) == (r.n, r.value, r.error_bound)
    assert 0 <= last.seconds <= r.seconds
    n, value, error_bound, seconds = r.history[0]
    assert type(n) is int and type(value) is float and error_bound >= 0 and seconds >= 0


@pytest.mark.parametrize("travel", [lambda r: pickle.loads(pickle.dumps(r)), copy.copy, copy.deepcopy])
def test_pickle_and_copy(travel):
    r = kb.integrate(several, kb.Sobol(2, seed=1), callback=lambda result: None)
    twin = travel(r)
    assert repr(twin) == repr(r) and twin.points == r.points
    np.testing.assert_array_equal(twin.value, r.value)
    assert (twin.n, twin.status, twin.caveats, twin.rule, len(twin.history)) == (r.n, r.status, r.caveats, r.rule,
                                                                                 len(r.history))
    with pytest.raises(ValueError, match="^resume: "):
        twin.resume(abs_tol=1e-9)
    assert r.resume(abs_tol=1e-6).n >= r.n


def test_before_the_first_run():
    run = kb.Integration(kb.Keister(3), kb.Sobol(3, seed=7))
    r = run.result
    assert np.isnan(r.value) and r.error_bound == np.inf and (r.lower, r.upper) == (-np.inf, np.inf)
    assert r.n == 0 and r.history == [] and "nan" in repr(run)
