"""Budgets, callbacks, exceptions, and going on: what was computed is never computed again."""

import numpy as np

import korobov as kb


def f(x):
    return np.prod(1 + 0.3 * (x - 0.5), axis=1)


points = kb.Sobol(6, seed=7)

# A budget that is used up is a result, not an error: it says how far it came.
r = kb.integrate(f, points, abs_tol=1e-12, n_max=2**14)
print(r.status, "after", r.n, "points, bound", r.error_bound)
assert r.status == "budget_exhausted"

# A result can be resumed to a tighter tolerance; only new points are evaluated.
r = kb.integrate(f, points, abs_tol=1e-4)
tighter = r.resume(abs_tol=1e-7)
print(f"{r.n} points to 1e-4, {tighter.n - r.n} more to 1e-7: {tighter.value:.9f}")
assert abs(tighter.value - 1) <= 1e-7

# A callback sees every doubling and may cancel.
r = kb.integrate(f, points, abs_tol=1e-12, callback=lambda result: result.error_bound < 1e-6)
print(r.status, "at bound", r.error_bound)
for record in r.history:
    print(f"  {record.n:7} {record.value:.10f} +- {record.error_bound:.1e}")


# After an exception in f, or a Ctrl-C, run() goes on from where it was.
class Flaky:
    calls = 0

    def __call__(self, x):
        self.calls += 1
        if self.calls == 2:
            raise ConnectionError("the model server hung up")
        return f(x)


run = kb.Integration(Flaky(), points, abs_tol=1e-7)
try:
    run.run()
except ConnectionError as error:
    print("caught:", error)
r = run.run()
assert (r.value, r.n) == (tighter.value, tighter.n)
