"""No n x n array on a fast path: a process of its own may use 3 GB, far less than the matrix takes."""

import subprocess
import sys

import pytest

pytest.importorskip("resource")

HEAD = """
import resource
import numpy as np
import korobov as kb
resource.setrlimit(resource.RLIMIT_AS, (3 * 2**30, 3 * 2**30))
n = 2**20
f = lambda x: np.exp(np.sin(2 * np.pi * x[:, 0])) + x[:, 1]
"""

PROGRAMS = {
    "Gaussian process on a lattice": """
gp = kb.GaussianProcess(kb.Lattice(2, seed=1), kb.ShiftInvariantKernel(2), noise=1e-4)
gp.fit(f, n=n // 2, restarts=0, max_evaluations=3).extend(lambda x: f(x))
x = kb.IID(2, seed=2).points(20)
mean, std = gp.predict(x, return_std=True)
assert gp.n == n and np.abs(mean - f(x)).max() < 0.1 and np.isfinite(std).all()
gp.condition(x[:3], f(x[:3]))
assert gp.predict_shifted([0.3, 0.1]).shape == (n,) and gp.project_std(n) > 0
assert gp.sample(x, size=2, seed=1).shape == (2, 20)
""",
    "covariance of more points than are held at a time": """
gp = kb.GaussianProcess(kb.Lattice(2, seed=1), kb.ShiftInvariantKernel(2), noise=1e-4)
gp.fit(f, n=n, optimize=False)
x = kb.IID(2, seed=2).points(150)                              # 128 are held, 16 added at a time
mean, cov = gp.predict(x, return_cov=True)
assert np.array_equal(cov, cov.T) and np.allclose(np.diag(cov), gp.predict(x, return_std=True)[1] ** 2, rtol=1e-6, atol=0)
some = [3, 100, 127, 128, 131, 143, 144, 149]
assert np.allclose(cov[np.ix_(some, some)], gp.predict(x[some], return_cov=True)[1], rtol=1e-9, atol=0)
""",
    "Gaussian process on a net": """
gp = kb.GaussianProcess(kb.Sobol(2, seed=1), kb.DigitallyShiftInvariantKernel(2), noise=1e-4)
gp.fit(f, n=n, restarts=0, max_evaluations=3)
x = kb.IID(2, seed=2).points(20)
assert np.abs(gp.predict(x) - f(x)).max() < 0.1 and gp.integral()[1] > 0
""",
    "Bayesian cubature": """
r = kb.integrate(f, kb.Sobol(2, seed=1), rule="bayes", n_min=n, n_max=n)
assert r.n == n and abs(r.value - 1.7660658777520084) < 1e-4
""",
    "spectra": """
p = kb.Lattice(3, seed=1)
s = kb.spectrum(p, kb.ShiftInvariantKernel(3), n=n)
assert kb.von_neumann_entropy(s) > 0 and kb.kernel_coding_rate(s, 1.0) > 0
e = kb.KernelPCA(3, kernel=kb.ShiftInvariantKernel(3)).fit(p, n=n)
assert e.eigenvalues_.shape == (3,)
""",
    "features": """
x = kb.IID(4, seed=1).points(2**17)
k = kb.GaussianKernel(1.0)
assert kb.spectrum(x, k, features=64, seed=1).eigenvalues.size <= 128
assert kb.vendi_score(x, 2, kernel=k, features=64, seed=1) > 1
assert kb.rke_score(x, k, features=64, seed=1) > 1
""",
    "selection": """
x = kb.IID(4, seed=1).points(2**17)
assert len(set(kb.select(kb.GaussianKernel(1.0), x, k=10, noise=0.1).indices)) == 10
""",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_no_quadratic_memory(name):
    run = subprocess.run([sys.executable, "-c", HEAD + PROGRAMS[name]], capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
