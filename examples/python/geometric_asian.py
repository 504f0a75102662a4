"""A geometric Asian call on 52 weekly dates, priced to 0.001 and compared with its closed form."""

import korobov as kb

option = kb.AsianOption(52, mean="geometric")  # start = strike = 100, rate 5 %, volatility 20 %, one year
r = kb.integrate(option, kb.Sobol(option.d, seed=7), abs_tol=1e-3)
print(r)
print("closed form:", option.exact)
assert abs(r.value - option.exact) <= 1e-3

# How paths are made of independent normals decides how many points it takes.
for factor in ("pca", "bridge", "cholesky"):
    option = kb.AsianOption(52, mean="geometric", factor=factor)
    r = kb.integrate(option, kb.Sobol(52, seed=7), abs_tol=1e-2, n_max=2**20)
    print(f"{factor:9} {r.n:8} points, {r.status}")
