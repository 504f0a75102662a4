"""What one transform says about a million points: spectrum, entropies, coding rate, principal components at n = 2^20.

The points and the kernel are invariant under the same group, so the eigenvectors of the (2^20, 2^20) Gram matrix are
known, and one Fourier or Walsh-Hadamard transform of one column gives its eigenvalues. Nothing of size n x n exists.
"""

import time

import numpy as np

import korobov as kb

N, COMPONENTS = 2**20, 4

for points, kernel in ((kb.Lattice(4, seed=7), kb.ShiftInvariantKernel(4, weights=0.5)),
                       (kb.Sobol(4, seed=7), kb.DigitallyShiftInvariantKernel(4, weights=0.5))):
    start = time.perf_counter()
    s = kb.spectrum(points, kernel, n=N)
    entropy, rate = kb.von_neumann_entropy(s), kb.kernel_coding_rate(s, 0.1)
    print(f"{type(points).__name__}: entropy {entropy:.3f} of at most {np.log(N):.3f}, Vendi {kb.vendi_score(s):.1f}, "
          f"RKE {kb.vendi_score(s, 2):.1f}, coding rate {rate:.1f}, {time.perf_counter() - start:.2f} s")

    start = time.perf_counter()
    pca = kb.KernelPCA(COMPONENTS, kernel=kernel)
    scores = pca.fit_transform(points, n=N)
    print(f"  {COMPONENTS} principal components hold {pca.explained_variance_ratio_.sum():.1%} of the variance, "
          f"{time.perf_counter() - start:.2f} s")

    # The scores of a component have mean 0 and as sum of squares its eigenvalue; those of the first points are what
    # their kernel values with all points give.
    assert np.allclose((scores**2).sum(axis=0), pca.eigenvalues_, rtol=1e-10)
    assert np.all(np.abs(scores.sum(axis=0)) < 1e-9 * np.sqrt(N * pca.eigenvalues_))
    assert np.allclose(pca.transform(points.points(2)), scores[:2], atol=1e-6)
    # RKE needs no eigenvalues: 1 / sum p^2 is n k(0)^2 over the sum of squares of the Gram matrix's first column.
    column = kernel(points.points(1), points.points(N))[0]
    assert np.isclose(kb.vendi_score(s, 2), N * column[0] ** 2 / np.sum(column**2), rtol=1e-9)
    # The rate by the definition, from the eigenvalues of the matrix itself.
    assert np.isclose(rate, 0.5 * np.log1p(0.1 * s.trace * s.eigenvalues).sum(), rtol=1e-10)
