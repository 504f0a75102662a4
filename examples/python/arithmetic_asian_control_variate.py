"""An arithmetic Asian call, which has no closed form, with the geometric one, which has, as control variate."""

import korobov as kb

arithmetic = kb.AsianOption(52)
geometric = kb.AsianOption(52, mean="geometric")
points = kb.Sobol(52, seed=7)

plain = kb.integrate(arithmetic, points, abs_tol=2e-3)
helped = kb.integrate(arithmetic, points, abs_tol=2e-3, control_variates=(geometric, geometric.exact))
print(f"without: {plain.value:.5f} with {plain.n} points")
print(f"with:    {helped.value:.5f} with {helped.n} points")
assert abs(plain.value - helped.value) <= 4e-3
assert helped.n <= plain.n

# Several at once: functions returns one column per known mean.
r = kb.integrate(lambda x: 1 / (1 + x[:, 0]), kb.Sobol(1, seed=7), abs_tol=1e-8,
                 control_variates=(lambda x: x ** [1, 2], [1 / 2, 1 / 3]))
print(r)
