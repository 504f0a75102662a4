"""Random features against scikit-learn's RBFSampler, QMC against independent frequencies, RKE of a million rows.

    pip install '.[bench]' && python tests/bench/bench_features.py [--repeats K] [--rows N]

Speed: 10^5 rows, d = 64, 1024 columns, float64, all cores for both; minimum over repeats of calls in turn. Error: rms
over pairs of Gram matrices of 200 normal points, and relative error of RKE, at 1024 frequencies, Gaussian kernel with
its lengthscale at the median distance and at twice that, over 16 seeds; a ratio is that of independent frequencies over
that of nets. Then the ratios of Gram matrices of the other kernels.
"""

import argparse
import time

import numpy as np
from scipy.spatial.distance import pdist
from sklearn.kernel_approximation import RBFSampler

import korobov as kb

FREQUENCIES, SEEDS = 1024, 16


def seconds(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def speed(rows, repeats):
    x = np.random.default_rng(1).standard_normal((rows, 64))
    peer = RBFSampler(gamma=1 / 128, n_components=1024, random_state=1).fit(x[:10])
    ours = kb.RandomFourierFeatures(1024, kernel=kb.GaussianKernel(8.0), random_state=1).fit(x[:10])
    times = [(seconds(lambda: peer.transform(x)), seconds(lambda: ours.transform(x))) for _ in range(repeats)]
    theirs, own = (min(t) for t in zip(*times))
    print(f"features, n = {rows}, d = 64, 1024 columns: RBFSampler {theirs:6.2f} s  korobov {own:6.2f} s  "
          f"ratio {theirs / own:5.1f}  at least 4")


def rms(values):
    return np.sqrt(np.mean(np.square(values)))


def errors(d, widening):
    x = np.random.default_rng(2).standard_normal((200, d))
    kernel = kb.GaussianKernel(widening * np.median(pdist(x)))
    exact = kernel(x)
    squared = kb.GaussianKernel(kernel.lengthscale / np.sqrt(2))
    sum_p2 = np.mean(exact**2)
    found = {}
    for how in ("iid", "qmc"):
        gram, rke = [], []
        for seed in range(SEEDS):
            arguments = {"n_components": 2 * FREQUENCIES, "frequencies": how, "random_state": seed}
            phi = kb.RandomFourierFeatures(kernel=kernel, **arguments).fit_transform(x)
            gram.append(rms(phi @ phi.T - exact))
            if how == "iid":
                phi = kb.RandomFourierFeatures(kernel=squared, **arguments).fit_transform(x)
                estimate = 1 / np.sum(np.mean(phi, axis=0) ** 2)
            else:
                estimate = kb.rke_score(x, kernel, features=FREQUENCIES, seed=seed)
            rke.append(estimate * sum_p2 - 1)
        found[how] = rms(gram), rms(rke)
    (gram_iid, rke_iid), (gram_qmc, rke_qmc) = found["iid"], found["qmc"]
    print(f"d = {d}, lengthscale {widening} x median: Gram rms {gram_iid:.1e} -> {gram_qmc:.1e}, ratio "
          f"{gram_iid / gram_qmc:5.1f} (at least {5 if widening == 1 else 8}); RKE {rke_iid:.1e} -> {rke_qmc:.1e}, ratio "
          f"{rke_iid / rke_qmc:5.1f} (at least 8)")


def gram_error(x, kernel, how):
    exact = kernel(x)
    grams = []
    for seed in range(SEEDS):
        features = kb.RandomFourierFeatures(2 * FREQUENCIES, kernel=kernel, frequencies=how, random_state=seed)
        phi = features.fit_transform(x)
        grams.append(rms(phi @ phi.T - exact))
    return rms(grams)


def other_kernels(widening):
    makers = {
        "Matern 5/2": lambda scale: kb.MaternKernel(2.5, scale),
        "Matern 3/2": lambda scale: kb.MaternKernel(1.5, scale),
        "Matern 1/2": lambda scale: kb.MaternKernel(0.5, scale),
        "rational quadratic 1": lambda scale: kb.RationalQuadraticKernel(1.0, scale),
        "Cauchy": kb.CauchyKernel,
        "Laplace": kb.LaplaceKernel,
    }
    for name, maker in makers.items():
        ratios = []
        for d in (2, 4, 8):
            x = np.random.default_rng(2).standard_normal((200, d))
            kernel = maker(widening * np.median(pdist(x)))
            ratios.append(gram_error(x, kernel, "iid") / gram_error(x, kernel, "qmc"))
        print(f"{name}, lengthscale {widening} x median, d = 2, 4, 8: Gram rms ratios " +
              ", ".join(f"{ratio:.1f}" for ratio in ratios))


def million():
    x = np.random.default_rng(3).standard_normal((1_000_000, 64))
    x += 2 * (np.arange(1_000_000) % 4)[:, None]
    kernel = kb.GaussianKernel(12.0)
    for features in (256, 1024):
        start = time.perf_counter()
        score = kb.rke_score(x, kernel, features=features, seed=1)
        print(f"RKE, n = 10^6, d = 64, {features} frequencies: {score:.4f} in [{score.lower:.4f}, {score.upper:.4f}], "
              f"{time.perf_counter() - start:5.1f} s (within 15)")


def tables(rows, repeats):
    speed(rows, repeats)
    for d in (2, 4, 8):
        for widening in (1, 2):
            errors(d, widening)
    for widening in (1, 2):
        other_kernels(widening)
    million()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--rows", type=int, default=100_000)
    arguments = parser.parse_args()
    kb.show_config()
    tables(arguments.rows, arguments.repeats)


if __name__ == "__main__":
    main()
