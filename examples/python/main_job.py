"""The main job: integrals to requested tolerances, on a shifted lattice and on a scrambled Sobol' net.

- a geometric Asian call with 52 weekly dates, against its closed form
- the arithmetic one, with the geometric one as control variate
- Keister's function in d = 5
- a function of the user's own

The seeds are fixed, so the figures are the same on every run, and those of examples/cpp/main_job.cpp. Exits with 1 if a
run does not converge or if a true error, where it is known, exceeds the error bound.
"""

import math
import sys

import numpy as np

import korobov as kb


def own(x):  # (n, 3) -> (n,)
    return np.exp(x[:, 0] * x[:, 1] + x[:, 2])


contract = {"start": 100, "strike": 100, "rate": 0.05, "volatility": 0.2, "maturity": 1}
geometric = kb.AsianOption(52, mean="geometric", **contract)
arithmetic = kb.AsianOption(52, mean="arithmetic", **contract)
# exp(x y + z) over the unit cube: (e - 1) sum_k 1 / (k! (k + 1)^2)
exact = (math.e - 1) * sum(1 / (math.factorial(k) * (k + 1) ** 2) for k in range(20))
JOBS = [
    ("geometric Asian call", geometric, 52, {"abs_tol": 1e-3}, geometric.exact),
    ("arithmetic, geometric as control", arithmetic, 52,
     {"abs_tol": 1e-4, "control_variates": (geometric, geometric.exact)}, None),
    ("Keister", kb.Keister(5), 5, {"abs_tol": 1e-4}, kb.Keister(5).exact),
    ("exp(x y + z)", own, 3, {"rel_tol": 1e-7}, exact),
]

print(f"{'integrand':33}  d  {'points':8}{'value':>13}{'bound':>10}{'error':>10}{'n':>10}  seconds  why it stopped")
all_good = True
for name, f, d, options, exact in JOBS:
    results = []
    for points in (kb.Lattice(d, seed=2024), kb.Sobol(d, seed=2024)):
        r = kb.integrate(f, points, **options)
        family = "lattice" if isinstance(points, kb.Lattice) else "Sobol'"
        error = "-" if exact is None else f"{abs(r.value - exact):.1e}"
        print(f"{name:33}{d:3}  {family:8}{r.value:13.8f}{r.error_bound:10.1e}{error:>10}{r.n:10}{r.seconds:9.3f}  "
              f"{r.status}")
        for caveat in r.caveats:
            print("    caveat:", caveat)
        all_good &= r.status == "converged" and (exact is None or abs(r.value - exact) <= r.error_bound)
        results.append(r)
    # Two independent estimates agree within their bounds, whether the truth is known or not.
    all_good &= abs(results[0].value - results[1].value) <= results[0].error_bound + results[1].error_bound

sys.exit(0 if all_good else 1)
