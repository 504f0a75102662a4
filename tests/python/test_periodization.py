"""periodize=: the integral stays the same under every change of variable, and the cost does not."""

import numpy as np
import pytest

import korobov as kb

NAMES = ["auto", None, "baker", "c0", "c1", "c1sin", "c2sin", "c3sin"]


@pytest.mark.parametrize("periodize", NAMES)
@pytest.mark.parametrize("rule", ["auto", "decay", "replicated"])
def test_the_integral_stays(periodize, rule):
    r = kb.integrate(lambda x: np.exp(x).prod(axis=1), kb.Lattice(2, seed=3), rule=rule, periodize=periodize,
                     abs_tol=1e-3)
    assert r.status == "converged" and abs(r.value - (np.e - 1) ** 2) <= 1e-3


def test_auto_is_baker_on_lattices_and_none_elsewhere():
    def run(points, periodize):
        r = kb.integrate(lambda x: np.exp(x).prod(axis=1), points, rule="decay", periodize=periodize, abs_tol=1e-4)
        return r.value, r.n

    lattice, net = kb.Lattice(2, seed=3), kb.Sobol(2, seed=3)
    assert run(lattice, "auto") == run(lattice, "baker") != run(lattice, None)
    assert run(net, "auto") == run(net, None)
    assert len({run(lattice, name) for name in NAMES[1:]}) == len(NAMES) - 1


def test_points_stay_in_the_open_cube():
    for name in NAMES:
        def f(x):
            assert 0 < x.min() and x.max() < 1
            return x[:, 0]

        kb.integrate(f, kb.Lattice(2, seed=3), periodize=name, abs_tol=1e-2)
