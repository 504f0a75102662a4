"""Keister's function, the integral of cos|x| exp(-|x|^2) over R^d, under every rule, on a net and on a lattice."""

import korobov as kb

f = kb.Keister(5)
print(f.measure, "exact value", f.exact)
for points in (kb.Sobol(5, seed=7), kb.Lattice(5, seed=7)):
    for rule in ("auto", "decay", "replicated"):
        r = kb.integrate(f, points, rule=rule, abs_tol=1e-3)
        print(f"{type(points).__name__:8} {r.rule:30} {r.n:8} points, bound {r.error_bound:.1e}, "
              f"error {abs(r.value - f.exact):.1e}")
        assert abs(r.value - f.exact) <= 1e-3

# A rule object turns its knobs.
r = kb.integrate(f, kb.Sobol(5, seed=7), rule=kb.CoefficientDecay(lag=4, inflation=10), abs_tol=1e-3)
print(r)
