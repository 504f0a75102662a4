"""A user's program against the installed wheel; what it prints must not depend on the vector instructions."""

import hashlib
import importlib.metadata
import sysconfig
from pathlib import Path

import numpy as np

import korobov as kb

package = Path(kb.__file__).parent
assert package.is_relative_to(sysconfig.get_path("platlib")), package
for name in ("py.typed", "_core.pyi"):
    assert (package / name).is_file(), name
assert importlib.metadata.version("korobov") == kb.__version__

for points in (kb.Lattice(5, seed=1), kb.Sobol(5, seed=1), kb.Sobol(5, seed=1, alpha=2), kb.Sobol(5, seed=1, randomize="nus"),
               kb.Halton(5, seed=1), kb.Halton(5, seed=1, randomize="nus"), kb.LatinHypercube(5, 3000, seed=1)):
    print(points, hashlib.sha256(points.integers(3000).tobytes()).hexdigest())
print(kb.construct_lattice(4, n=127, weights=0.5, kernel="p2").generating_vector)  # FFTW's transform of 63 numbers

mapped = {line.split()[-1] for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines() if "/" in line}
fftw = [Path(path) for path in mapped if "fftw" in path]
assert fftw, "FFTW is not loaded"
assert all(path.parent.name == "korobov.libs" for path in fftw), fftw

y = np.random.default_rng(1).standard_normal(2**10)
assert np.abs(kb.ifftbr(kb.fftbr(y)) - y).max() < 1e-14
assert np.abs(kb.fwht(kb.fwht(y)) - y).max() < 1e-14
r = kb.integrate(kb.Keister(3), kb.Sobol(3, seed=7), abs_tol=1e-4)
assert r.status == "converged" and abs(r.value - 2.168309102165481) < 1e-4
print("instructions", kb.show_config("dicts")["instruction_set"])
