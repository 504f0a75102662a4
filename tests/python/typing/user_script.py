"""A user's program that names everything public: `mypy --strict` accepts it, and it runs to its end.

A call that must be refused carries `type: ignore` with the error's code; were it accepted, the comment would be unused,
which is an error, too.
"""

import copy
import pickle
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from typing_extensions import assert_type

import korobov as kb


def families() -> list[kb.PointSet]:
    matrices = np.array([[2 ** (63 - k) for k in range(20)]] * 2, dtype=np.uint64)
    return [
        kb.Lattice(2, seed=7),
        kb.Lattice(2, order="linear", n=100, generating_vector=[1, 33], randomize=None),
        kb.Sobol(2, randomize="lms", seed=np.random.default_rng(1), replications=4, order="gray"),
        kb.Sobol(2, alpha=3, seed=np.random.SeedSequence(1)),
        kb.DigitalNet(matrices, seed=7, msb_first=True),
        kb.Halton(2, randomize="permutation", seed=7),
        kb.Faure(2, randomize="nus", seed=7, alpha=2, base=5),
        kb.Niederreiter(2, base=3, seed=7, replications=2),
        kb.Hammersley(2, 64, seed=7),
        kb.DigitalNetAnyBase(np.eye(5, dtype=int).reshape(1, 5, 5), base=3),
        kb.Kronecker(2, vector="r_sequence"),
        kb.LatinHypercube(2, 64, seed=7),
        kb.IID(2, seed=7, replications=3),
    ]


def points(p: kb.PointSet) -> NDArray[np.float64]:
    x: NDArray[np.float64] = p.points(16)
    single: NDArray[np.float32] = p.points(3, 7, dtype=np.float32, endpoint="open")
    w: NDArray[np.uint64] = p.integers(first=3, last=7)
    out = np.empty_like(x)
    same: NDArray[np.float64] = p.points(16, out=out)
    far: NDArray[np.float64] = p.at([3, 1, 3])
    assert same is out and single.shape == w.shape and far.shape[-1] == p.d
    size = sum(block.shape[-2] for block in p.blocks(16, size=8))
    replications: int | None = p.replications
    seed: int | None = p.seed
    names: tuple[str | None, str, str | None] = (p.randomize, p.order, p.symmetry)
    assert size == 16 <= p.n_max and copy.deepcopy(p) == p and pickle.loads(pickle.dumps(p)) == p
    assert len(names) == 3 and isinstance(replications, int | None) and isinstance(seed, int | None)
    return x


def kinds_stay() -> None:
    assert_type(kb.Sobol(2, seed=7).replicate(3), kb.Sobol)
    lattice = kb.Lattice(2).randomized("shift", seed=7, replications=2)
    assert_type(lattice, kb.Lattice)
    z: NDArray[np.uint64] = lattice.generating_vector
    assert z.shape == (2,)
    halton: kb.DigitPoints = kb.Halton(2)
    digits: NDArray[np.uint32] = halton.digits(16)
    bases: NDArray[np.uint32] = halton.bases
    assert digits.shape == (16, 2, 64) and bases.tolist() == [2, 3]
    assert_type(kb.Faure(3).matrices, NDArray[np.uint32])


def information() -> None:
    x = kb.Sobol(2, seed=7).points(16) - 0.5
    kernel = kb.ShiftInvariantKernel(2)
    k = kernel(x)
    s: kb.Spectrum = kb.spectrum(kb.Lattice(2, seed=7), kernel, n=16)
    p: NDArray[np.float64] = s.eigenvalues
    assert kb.spectrum(x, kernel, weights=np.full(16, 1 / 16)).n == kb.spectrum_of(k, rank=3).n == len(s) == p.size
    scores: list[float] = [
        kb.von_neumann_entropy(s, base=2), kb.renyi_entropy(s, 2.0), kb.min_entropy(s), kb.tsallis_entropy(k, 0.5),
        kb.effective_rank(s), kb.joint_entropy(k, k), kb.conditional_entropy(k, k), kb.mutual_information(k, k, order=2),
        kb.squared_mmd(x, x + 0.1, kernel, estimator="biased"), kb.coding_rate(x, eps=0.5), kb.kernel_coding_rate(s, 2.0),
        kb.kernel_coding_rate(k, 2.0), kb.conditional_coding_rate(k, [0, 1], 2.0),
    ]
    score: kb.Score = kb.vendi_score(x, 2, kernel=kernel, truncate=5)
    assert score.lower is None and score.upper is None and len(scores) == 13
    interval: kb.Score = kb.bootstrap_score(kb.von_neumann_entropy, x, kernel, replications=40, confidence=0.9, seed=7)
    assert kb.bootstrap_score(lambda s: kb.renyi_entropy(s, 2), k, "precomputed", replications=39).upper is not None
    assert interval.lower is not None
    paired: kb.Score = kb.resampling_score(lambda a, b: float(np.mean(a * b)), x, x, replications=39, seed=7)
    groups = kb.resampling_score(lambda a, b: kb.squared_mmd(a, b, kernel, estimator="biased"), x, x[:9], paired=False)
    assert paired.lower is not None and groups.upper is not None
    classes: kb.RateReduction = kb.rate_reduction(x, ["a", "b"] * 8, eps=0.5)
    assert classes.per_class.shape == classes.classes.shape and classes.reduction <= classes.total
    chosen: list[kb.Selection] = [
        kb.select(k, k=3, noise=0.1, entropy=np.ones(16), mode="additive"),
        kb.select(kernel, x, k=3, noise=0.1),
        kb.select(None, x, k=3, noise=0.1),
        kb.select(kernel, kb.Lattice(2), k=3, noise=0.1, n=16),
        kb.streaming_select(kernel, [x[:8], x[8:]], k=3, noise=0.1, accuracy=0.2),
    ]
    assert all(c.value <= c.upper_bound and c.gains.shape == c.indices.shape for c in chosen)
    ntk: NDArray[np.float64] = kb.empirical_ntk([x], [x[:, :1]]) + kb.empirical_ntk(jacobians=x)
    novel: NDArray[np.float64] = kb.novelty_spectrum(x, x, kernel, eta=2.0)
    rest: kb.SchurComplement = kb.schur_complement_entropy(x, x[:, :1], kernel=(kb.ShiftInvariantKernel(2),
                                                                                 kb.ShiftInvariantKernel(1)))
    assert ntk.shape == (16, 16) and novel.size == 32 and rest.trace + rest.given_trace > 0


def sequences() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "two.fasta")
        path.write_text(">a\nACGT\n>b\nAC-A\n")
        names: list[str]
        letters: list[str]
        names, letters = kb.read_fasta(path)
    assert names == ["a", "b"]
    d: NDArray[np.float64] = kb.sequence_distances(letters, "gamma", gaps="state", a=2.0, alphabet="dna")
    k: NDArray[np.float64] = kb.match_kernel(letters, 3)
    assert d.shape == k.shape == (2, 2)


def constructions() -> None:
    r = kb.construct_lattice(4, n=64, weights=kb.PodWeights([1, 2, 6], 0.1), kernel="b2")
    assert_type(r, kb.LatticeConstruction)
    z: NDArray[np.uint64] = r.generating_vector
    by_order = kb.construct_lattice(4, weights=kb.OrderDependentWeights([1, 0.1]), embedded=(4, 6), given=[1, 19])
    e2: NDArray[np.float64] = kb.lattice_squared_error(z, 64, weights=0.9)
    assert by_order.levels is not None and e2.shape == z.shape == (4,)


def tables() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "table.txt"
        kb.write_lattice(file, kb.Lattice(2))
        assert_type(kb.read_lattice(file), kb.Lattice)
        kb.write_net(str(file), kb.DigitalNet(np.array([[2**63, 2**62]], dtype=np.uint64)))
        assert_type(kb.read_net(file, order="gray"), kb.DigitalNet | kb.DigitalNetAnyBase)
        kb.write_net(file, kb.Faure(3))
        net = kb.read_net(file)
        assert isinstance(net, kb.DigitalNetAnyBase) and net.base == 3


def transforms() -> None:
    y = np.arange(8.0)
    z = kb.fftbr(y)
    assert_type(z, NDArray[np.complex128])
    assert np.allclose(kb.ifftbr(z).real, y) and np.allclose(kb.fwht(kb.fwht(y)), y)


def f(x: NDArray[np.float64]) -> NDArray[np.float64]:
    values: NDArray[np.float64] = np.prod(np.cos(x), axis=1)
    return values


def integrals() -> None:
    r = kb.integrate(f, kb.Sobol(2, seed=7), abs_tol=1e-3, callback=lambda so_far: so_far.n > 2**20)
    assert_type(r, kb.Result)
    value: float = r.value
    assert abs(value - np.sin(1) ** 2) < 1e-3 and r.status == "converged" and r.caveats == []
    tighter = r.resume(abs_tol=1e-4)
    last: kb.Record = tighter.history[-1]
    assert last.n == tighter.n and last.error_bound <= 1e-4

    run = kb.Integration(kb.pointwise(lambda u: [u[0], u[1]]), kb.Lattice(2, seed=7), rule=kb.Replicated(8), rel_tol=0.01)
    run.run()
    run.tighten(rel_tol=0.005)
    both: NDArray[np.float64] = run.run().value
    assert np.allclose(both, 0.5, atol=0.01) and isinstance(run.result, kb.Result)

    keister = kb.Keister(3)
    exact = keister.exact
    assert exact is not None
    assert abs(kb.integrate(keister, rule=kb.CoefficientDecay(lag=5), abs_tol=0.01).value - exact) < 0.1
    bayes = kb.Bayesian(kb.DigitallyShiftInvariantKernel(3, alpha=1), criterion="full", optimize=True)
    assert abs(kb.integrate(keister, kb.Sobol(3, seed=7), rule=bayes, abs_tol=0.01).value - exact) < 0.1


def measures() -> None:
    u = kb.Sobol(4, seed=7).points(16, endpoint="open")
    times = [0.25, 0.5, 0.75, 1.0]
    maps: list[kb.Measure] = [
        kb.Uniform(-1, 1, d=4),
        kb.Gaussian(0, np.eye(4), factor="cholesky"),
        kb.BrownianMotion(times, drift=0.1, factor="bridge"),
        kb.GeometricBrownianMotion(times, rate=0.05),
    ]
    for m in maps:
        assert_type(m.transform(u), NDArray[np.float64])
    integrands: list[kb.Integrand] = [kb.EuropeanOption(call=False), kb.AsianOption(4, mean="geometric")]
    assert [i.d for i in integrands] == [1, 4] and integrands[1](maps[2].transform(u)).shape == (16,)
    assert kb.inverse_normal(0.5) == 0


def kernels() -> None:
    x = kb.Lattice(2, seed=7).points(8)
    matched = kb.ShiftInvariantKernel(2, alpha=2, weights=[1.0, 0.5])
    all_kinds: list[kb.Kernel] = [
        matched,
        matched.derivative(x=[1, 0]),
        2.0 * kb.DigitallyShiftInvariantKernel(2) + kb.LeadingDigitKernel(2, alpha=1.5),
    ]
    for k in all_kinds:
        assert_type(k(x), NDArray[np.float64])
        diagonal: NDArray[np.float64] = k.diag(x)
        assert k.d == 2 and diagonal.shape == (8,) and k.symmetry in ("cyclic", "dyadic", "dyadic_tree", None)

    stationary: list[kb.Kernel] = [
        kb.GaussianKernel(0.5),
        kb.MaternKernel(nu=1.5, lengthscale=[0.5, 1.0], scale=2.0),
        kb.RationalQuadraticKernel(0.5, alpha=2.0),
        kb.LaplaceKernel([0.5, 1.0]),
        kb.CauchyKernel(),
    ]
    assert all(k(x).shape == (8, 8) and k.symmetry is None for k in stationary)


def gram_matrices() -> None:
    g = kb.StructuredGram(kb.Lattice(2, seed=7), kb.ShiftInvariantKernel(2), 8, nugget=0.1)
    assert_type(g.doubled(), kb.StructuredGram)
    assert_type(g.eigenvalues, NDArray[np.float64])
    b = np.ones(8)
    bordered = kb.BorderedGram(g, [[0.1, 0.2]], nugget=0.2)
    assert_type(bordered.with_nugget(0.3), kb.BorderedGram)
    assert bordered.gram is g and bordered.solve(np.ones(9)).shape == (9,) and np.isfinite(bordered.logdet())
    dense = kb.DenseGram(kb.Halton(2, seed=1).points(8), kb.ShiftInvariantKernel(2), nugget=0.1)
    assert_type(kb.DenseGram.from_matrix(np.asarray(dense)), kb.DenseGram)
    assert dense.solve(b).shape == (8,) and dense.eigenvalues.shape == (8,)
    logdet: float = g.logdet()
    assert g.solve(b).shape == (g @ b).shape == g.sqrt_apply(b).shape == g.inverse_diagonal().shape == (8,)
    assert np.isfinite(logdet) and g.sample(2, seed=1).shape == (2, 8) and g.inverse_quadratic(b) > 0


def gaussian_processes() -> None:
    gp = kb.GaussianProcess(kb.Lattice(2, seed=7), kb.ShiftInvariantKernel(2), noise=0.1)
    assert_type(gp.fit(f, n=16, criterion="loo"), kb.GaussianProcess)
    mean, std = gp.predict([[0.3, 0.2]], return_std=True)
    lower, upper = gp.interval([[0.3, 0.2]])
    assert_type(gp.condition([[0.3, 0.2]], [0.5], noise=0.01), kb.GaussianProcess)
    correlated = kb.GaussianProcess(kb.Lattice(2), kb.ShiftInvariantKernel(2), noise=0.1)
    correlated.fit(np.ones((8, 2)), optimize=False, task_factor=[[1.0], [0.5]])
    assert correlated.task_covariance is not None and correlated.task_covariance.shape == (2, 2)
    value, error = gp.extend(f).integral()
    assert gp.n_further == 1
    paths: NDArray[np.float64] = gp.sample([[0.3, 0.2]], size=3, seed=1)
    assert lower < mean < upper and std > 0 and error > 0 and abs(value) < 9 and paths.shape == (3, 1)
    assert gp.predict_shifted([0.1, 0.2]).shape == (32,) and gp.project_std(64) < error
    learnt: tuple[kb.Kernel, float, int, float] = (gp.kernel, gp.noise, gp.n_iter_, gp.log_marginal_likelihood)
    assert len(learnt) == 4
    steep = kb.DerivativeGaussianProcess(kb.Lattice(2, seed=7), kb.ShiftInvariantKernel(2), [[0, 0], [1, 0]], noise=0.1)
    assert_type(steep.fit(np.ones((8, 2))), kb.DerivativeGaussianProcess)
    slope, deviation = steep.predict([[0.3, 0.2]], [1, 0], return_std=True)
    assert slope.shape == deviation.shape == (1,) and steep.integral()[1] > 0 and steep.noise.shape == (2,)
    assert_type(steep.extend(np.ones((8, 2))), kb.DerivativeGaussianProcess)
    steeper: NDArray[np.float64] = steep.sample([[0.3, 0.2]], [1, 0], size=3, seed=1)
    below, above = steep.interval([[0.3, 0.2]], order=[1, 0], confidence=0.9)
    assert steeper.shape == (3, 1) and below < above
    x = kb.Lattice(2, seed=7).points(8)
    tasks = kb.MultitaskKernel(kb.GaussianKernel(), factor=[[1.0], [0.5]], diagonal=[0.1, 0.1])
    both: NDArray[np.float64] = tasks(x, 0, x, 1)
    assert both.shape == (8, 8) and tasks.task_covariance.shape == (2, 2)
    several = kb.MultitaskGaussianProcess([kb.Lattice(2), kb.Lattice(2, seed=7)], kb.ShiftInvariantKernel(2), rank=1)
    assert_type(several.fit([f, f], n=[8, 4]), kb.MultitaskGaussianProcess)
    means, covariance = several.integral()
    assert several.predict(x, task=1).shape == (8,) and means.shape == (2,) and covariance.shape == (2, 2)
    ends: tuple[NDArray[np.float64], NDArray[np.float64]] = several.interval(x, task=0, confidence=0.9)
    drawn: NDArray[np.float64] = several.sample(x, size=3, seed=1)
    assert drawn.shape == (3, 8, 2) and several.sample(x, task=1, seed=1).shape == (1, 8)
    assert_type(several.extend([None, f]), kb.MultitaskGaussianProcess)
    structured: bool = several.is_structured
    assert structured and len(ends) == 2
    start = kb.MultitaskKernel(kb.ShiftInvariantKernel(2), factor=[[1.0], [0.5]], diagonal=[0.1, 0.1])
    sets: list[kb.PointSet] = [kb.Lattice(2), kb.Lattice(2, seed=7)]
    assert_type(kb.MultitaskGaussianProcess(sets, start, noise=0.1), kb.MultitaskGaussianProcess)
    system = kb.MultitaskGram(sets, start.kernel, [8, 4], task_covariance=start.task_covariance, nugget=[0.1, 0.2])
    of_covariance, of_nugget, of_kernel = system.gradient(np.ones(12))
    known: NDArray[np.float64] = system.information_of_constants() + of_covariance
    assert known.shape == (2, 2) and of_nugget.shape == (2,) and of_kernel.shape == (3,)
    assert system.sums_of_solution(np.ones(12)).shape == (2,) and system.rows_of(1) == slice(8, 12)
    assert_type(system.with_parameters(np.eye(2), start.kernel.parameters, 0.1), kb.MultitaskGram)
    assert kb.MultitaskGram.matches(sets, start.kernel, [8, 4]) and system.is_positive_definite


def estimators() -> None:
    x = kb.Lattice(2, seed=7).points(8)
    features = kb.RandomFourierFeatures(6, kernel=kb.GaussianKernel(0.5), frequencies="orthogonal", random_state=7).fit(x)
    phi: NDArray[np.float64] = features.transform(x)
    error: float = features.gram_error(x, replications=4)
    assert phi.shape == (8, 6) and error > 0
    landmarks = kb.Nystrom(4, kernel=kb.MaternKernel(1.5), random_state=7)
    assert landmarks.fit_transform(x).shape == (8, 4)
    pca = kb.KernelPCA(2, kernel=kb.GaussianKernel(0.5), indefinite="clip").fit(x)
    assert pca.inverse_transform(pca.transform(x)).shape == (8, 2) and pca.eigenvalues_.shape == (2,)
    by_landmarks = kb.KernelPCA(2, kernel=kb.GaussianKernel(0.5), solver="nystrom", landmarks=4, random_state=7).fit(x)
    assert by_landmarks.landmark_indices_.size == 4 and by_landmarks.trace_error_ >= 0
    assert kb.PromptRemoval(ridge=0.1).fit(x, x[:, :1]).transform(x, x[:, :1]).shape == (8, 2)
    assert kb.PromptRemoval(given_columns=[0]).fit_transform(x).shape == (8, 1)
    regressor = kb.GaussianProcessRegressor(kb.GaussianKernel(0.5), noise=1e-6, optimize=False).fit(x, f(x))
    assert regressor.predict(x, return_std=True)[0].shape == (8,) and regressor.sample_y(x, 2).shape == (8, 2)
    noisy = kb.GaussianProcessRegressor(learn_noise=True, normalize_y=True, restarts=0).fit(x, f(x))
    assert noisy.noise_ > 0


def low_rank_and_rke() -> None:
    x = kb.Lattice(2, seed=7).points(64)
    g = kb.LowRankGram(x, kb.GaussianKernel(0.5), 8, nugget=0.1, pivoting="greedy", seed=7)
    solved: NDArray[np.float64] = g.solve(g @ x)
    assert np.allclose(solved, x) and g.trace_error > 0 and g.logdet() < 0
    assert_type(kb.rke_score(x, kb.GaussianKernel(0.5)), kb.Score)
    sums = kb.CharacteristicSums(kb.GaussianKernel(0.5), 2, features=64, seed=7)
    sums.add(x)
    score = sums.rke(confidence=0.95)
    assert score.lower is not None and score.lower < score


def configuration() -> None:
    kb.set_num_threads(1)
    threads: int = kb.show_config("dicts")["num_threads"]
    assert threads == 1 and kb.__version__
    kb.show_config()


def errors() -> None:
    for error, base in ((kb.NumericalError, ArithmeticError), (kb.DataError, ValueError)):
        assert issubclass(error, base)


if TYPE_CHECKING:  # what must be refused
    kb.Lattice("2")  # type: ignore[arg-type]
    kb.Sobol(2, 7)  # type: ignore[call-arg, arg-type]
    kb.Sobol(2, seeds=7)  # type: ignore[call-arg]
    kb.Halton(2).points(16, endpoint="closed")  # type: ignore[arg-type]
    kb.Halton(2).generating_vector  # type: ignore[attr-defined]
    kb.AsianOption(4, mean="harmonic")  # type: ignore[arg-type]
    kb.integrate(f, "sobol")  # type: ignore[arg-type]
    kb.construct_lattice(4, n=64, weights=1.0, kernel="p3")  # type: ignore[arg-type]
    kb.sequence_distances(["AC"], "p", gaps="none")  # type: ignore[arg-type]
    kb.nothing  # type: ignore[attr-defined]
    kb._core.Lattice(2)  # type: ignore[call-arg]
    kb._core.Lattice(2, "linear", "1 2 3", None)  # type: ignore[arg-type]


if __name__ == "__main__":
    for family in families():
        points(family)
    kinds_stay()
    constructions()
    tables()
    transforms()
    integrals()
    measures()
    kernels()
    gram_matrices()
    gaussian_processes()
    estimators()
    low_rank_and_rke()
    information()
    sequences()
    configuration()
    errors()
