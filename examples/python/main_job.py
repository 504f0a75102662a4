"""The main job: price contracts and integrate functions to requested tolerances, on a shifted lattice and a scrambled net.

Per integral and point set: value, error bound, true error where the integral is known, evaluations, seconds, why it
stopped. The exit status says whether every known error is within its tolerance.
"""

import sys

import numpy as np

import korobov as kb

SEED = 2024
DATES = 52  # weekly for a year

geometric = kb.AsianOption(DATES, mean="geometric")
arithmetic = kb.AsianOption(DATES, mean="arithmetic")


def own(x):  # (n, 3) -> (n,)
    return np.cos(x[:, 0] * x[:, 1] + x[:, 2])


# name, integrand, dimension, tolerance, options
JOBS = [
    ("geometric Asian call, d = 52", geometric, DATES, 1e-3, {}),
    ("arithmetic Asian call, d = 52", arithmetic, DATES, 1e-3, {"control_variates": (geometric, geometric.exact)}),
    ("Keister, d = 5", kb.Keister(5), 5, 1e-4, {}),
    ("cos(x0 x1 + x2), d = 3", own, 3, 1e-6, {}),
]

print(f"{'integral':31} {'points':8} {'tolerance':>9} {'value':>13} {'bound':>8} {'true error':>10} {'n':>9} {'seconds':>8}  stopped")
within = True
for name, f, d, tolerance, options in JOBS:
    for family in (kb.Lattice, kb.Sobol):
        r = kb.integrate(f, family(d, seed=SEED), abs_tol=tolerance, **options)
        exact = getattr(f, "exact", None)
        error = "unknown" if exact is None else f"{abs(r.value - exact):.1e}"
        print(f"{name:31} {family.__name__:8} {tolerance:9.0e} {r.value:13.8f} {r.error_bound:8.1e} {error:>10} {r.n:9} "
              f"{r.seconds:8.4f}  {r.status}")
        for caveat in r.caveats:
            print(f"    caveat: {caveat}")
        within = within and (exact is None or abs(r.value - exact) <= tolerance)

sys.exit(0 if within else "an error exceeds its tolerance")
