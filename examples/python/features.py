"""Random features and low rank: a Gram matrix by an (n, D) matrix, with its error known."""

import numpy as np

import korobov as kb

X = np.random.default_rng(1).standard_normal((2000, 4))

kernel = kb.MaternKernel(1.5, lengthscale=2.0)
phi = kb.RandomFourierFeatures(2048, kernel=kernel, random_state=7).fit_transform(X)   # phi @ phi.T is nearly kernel(X)

K = kernel(X)
print(f"random features, 1024 frequencies: rms error {np.sqrt(np.mean((phi @ phi.T - K) ** 2)):.1e}")
for how in ("qmc", "orthogonal", "iid"):
    features = kb.RandomFourierFeatures(2048, kernel=kernel, frequencies=how, random_state=7).fit(X)
    print(f"  {how:10}  estimated from replications {features.gram_error(X[:200]):.1e}")

g = kb.LowRankGram(X, kernel, rank=200, nugget=0.01, seed=7)
print(f"low rank, 200 columns: trace error {g.trace_error / np.trace(K):.1e} of the trace, log det {g.logdet():.1f}")
assert np.allclose(g @ g.solve(X), X)

modes = X + 8 * (np.arange(2000) % 5)[:, None]
exact = kb.rke_score(modes, kb.GaussianKernel(2.0))
score = kb.rke_score(modes, kb.GaussianKernel(2.0), features=1024, seed=7)
print(f"RKE of five clusters: exact {exact:.4f}, by 1024 frequencies {score:.4f} in [{score.lower:.4f}, {score.upper:.4f}]")
assert score.lower <= exact <= score.upper
