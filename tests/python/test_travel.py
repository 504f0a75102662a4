"""Public values in other places: pickled, copied, in joblib's processes and threads, after a fork."""

import copy
import functools
import inspect
import multiprocessing
import pickle

import numpy as np
import pytest

import korobov as kb

MATRICES = np.array([[2 ** (63 - k) for k in range(20)], [2**63 | 2**k for k in range(20)]], dtype=np.uint64)
VALUES = [
    kb.Lattice(2),
    kb.Lattice(2, seed=5, replications=2),
    kb.Lattice(2, seed=5).replicate(3),
    kb.Sobol(2, seed=5, order="gray"),
    kb.Sobol(2, seed=5, randomize="nus"),
    kb.Sobol(2, seed=5, alpha=2),
    kb.DigitalNet(MATRICES, seed=5),
    *(kb.Halton(2, randomize=how, seed=5)
      for how in ("lms_shift", "lms_permutation", "permutation", "lms", "shift", "nus")),
    kb.Faure(2, seed=5),
    kb.Faure(2, seed=5, base=7, alpha=2).replicate(3),
    kb.Niederreiter(2, base=3),
    kb.Hammersley(2, 60, randomize="nus", seed=5, replications=2),
    kb.DigitalNetAnyBase(np.eye(6, dtype=int)[None] * [[[2]], [[5]]], base=7, randomize="permutation", seed=5),
    kb.Kronecker(2, seed=5, vector="r_sequence"),
    kb.LatinHypercube(2, 60, seed=5, replications=2),
    kb.IID(2, seed=5),
    kb.Uniform([0, 1], [2, 3]),
    kb.Gaussian([0, 1], [[2, 1], [1, 2]]),
    kb.BrownianMotion([0.5, 1], drift=0.1, factor="bridge"),
    kb.GeometricBrownianMotion([0.5, 1]),
    kb.Keister(2),
    kb.EuropeanOption(),
    kb.AsianOption(2, mean="geometric"),
    kb.CoefficientDecay(lag=3),
    kb.Replicated(8),
    kb.Bayesian(kb.ShiftInvariantKernel(2, weights=0.5), criterion="gcv"),
    kb.integrate(kb.Keister(2), kb.Sobol(2, seed=5), abs_tol=0.01),
    kb.integrate(kb.Keister(2), kb.Sobol(2, seed=5), abs_tol=0.01).history[0],
    kb.OrderDependentWeights([1, 0.1]),
    kb.PodWeights([1, 2], [0.1, 0.2]),
    kb.construct_lattice(2, weights=0.5, embedded=(3, 5)),
    kb.ShiftInvariantKernel(2, alpha=2, weights=[1, 0.5]),
    kb.ShiftInvariantKernel(2).derivative(x=[1, 0]),
    kb.DigitallyShiftInvariantKernel(2),
    kb.LeadingDigitKernel(2, alpha=1.2),
    2.0 * kb.DigitallyShiftInvariantKernel(2) + kb.LeadingDigitKernel(2),
    kb.StructuredGram(kb.Lattice(2, seed=5), kb.ShiftInvariantKernel(2), 8, nugget=0.1).doubled(),
    kb.BorderedGram(kb.StructuredGram(kb.Lattice(2, seed=5), kb.ShiftInvariantKernel(2), 8, nugget=0.1), [[0.1, 0.2]]),
    kb.GaussianKernel(0.5),
    kb.MaternKernel(1.2, [0.5, 1.0], scale=2.0),
    kb.RationalQuadraticKernel(0.5, alpha=0.7),
    kb.LaplaceKernel([0.5, 1.0]),
    kb.CauchyKernel(),
    kb.GaussianProcess(kb.Lattice(2, seed=5), kb.ShiftInvariantKernel(2), noise=0.1).fit(lambda x: x[:, 0], n=8),
    kb.GaussianProcess(kb.Lattice(2, seed=5), kb.ShiftInvariantKernel(2), noise=0.1).fit(
        lambda x: x[:, 0], n=8).condition([[0.1, 0.2]], [0.5]).condition([[0.3, 0.2]], [0.5], noise=0.2),
    kb.DerivativeGaussianProcess(kb.Lattice(2, seed=5), kb.ShiftInvariantKernel(2), noise=0.1).fit(
        lambda x: np.stack([x[:, 0]] * 3, axis=1), n=8),
    kb.RandomFourierFeatures(4, random_state=5).fit([[0.0, 1.0]]),
    kb.Nystrom(1, random_state=5).fit([[0.0, 1.0]]),
    kb.LowRankGram([[0.0, 1.0], [2.0, 0.0]], kb.GaussianKernel(), 1, seed=5),
    kb.CharacteristicSums(kb.GaussianKernel(), 2, seed=5),
    kb.rke_score([[0.0, 1.0], [2.0, 0.0]], kb.GaussianKernel(), features=16, seed=5),
    kb.MultitaskGaussianProcess([kb.Lattice(2), kb.Sobol(2)], kb.GaussianKernel()).fit([[1.0, 2.0], [3.0]],
                                                                                       optimize=False),
    kb.MultitaskGaussianProcess([kb.Lattice(2), kb.Lattice(2, seed=5)], kb.ShiftInvariantKernel(2), noise=0.1).fit(
        [lambda x: x[:, 0], lambda x: x[:, 1]], n=[8, 4], max_evaluations=5),
    kb.MultitaskGram([kb.Lattice(2), kb.Lattice(2, seed=5)], kb.ShiftInvariantKernel(2), [8, 4],
                     task_covariance=[[1, 0.5], [0.5, 1]], nugget=0.1),
    kb.MultitaskKernel(kb.GaussianKernel(), [[1.0], [0.5]], [0.1, 0.2]),
    kb.GaussianProcessRegressor(optimize=False).fit([[0.0, 1.0], [1.0, 0.0]], [1.0, 2.0]),
    kb.KernelPCA(1, kernel=kb.GaussianKernel()).fit([[0.0, 1.0], [2.0, 0.0]]),
    kb.PromptRemoval().fit([[0.0, 1.0], [2.0, 0.0]], [[1.0], [0.5]]),
    kb.PromptRemoval(given_columns=[0]).fit([[0.0, 1.0], [2.0, 0.0]]),
    kb.spectrum(kb.Lattice(2, seed=5), kb.ShiftInvariantKernel(2), n=16),
    kb.rate_reduction(np.eye(4), [0, 0, 1, 1], eps=0.5),
    kb.select(np.eye(4), k=2, noise=0.5),
    kb.schur_complement_entropy(np.eye(4), np.eye(4)[:, :1]),
    kb.DenseGram([[0.1, 0.2], [0.6, 0.7]], kb.ShiftInvariantKernel(2), nugget=0.1),
    kb.NumericalError("failed"),
    kb.DataError("file.txt:1: wrong"),
]
NOT_MADE = {"PointSet", "DigitPoints", "Measure", "Integrand", "Kernel"}  # what families have in common
STAYS = {"Integration"}  # refuses to be pickled or copied (test_integration.py)


def work(value):
    """A call that makes a value compute, or come back."""
    u = np.array([[0.1, 0.7], [0.6, 0.2]])
    if isinstance(value, kb.PointSet):
        return value.integers, 60
    if isinstance(value, kb.Measure):
        return value.transform, u
    if isinstance(value, kb.Integrand):
        return value, u[:, :value.d]
    if isinstance(value, kb.Kernel):
        return value, u
    if isinstance(value, kb.MultitaskGaussianProcess):
        return functools.partial(value.predict, task=1), u
    if isinstance(value, kb.MultitaskKernel):
        return functools.partial(value, s=[0, 1]), u
    if isinstance(value, (kb.BorderedGram, kb.DenseGram, kb.MultitaskGram, kb.StructuredGram)):
        return value.solve, np.arange(value.shape[0])
    if isinstance(value, (kb.DerivativeGaussianProcess, kb.GaussianProcess, kb.GaussianProcessRegressor)):
        return value.predict, u
    return copy.copy, value


def seen(outcome):
    """Outcomes as what can be compared."""
    if isinstance(outcome, np.ndarray):
        return outcome.shape, outcome.tobytes()
    if isinstance(outcome, kb.LatticeConstruction):
        return [np.asarray(part).tobytes() for part in vars(outcome).values()]
    return repr(outcome)


def shown(value):
    function, argument = work(value)
    return repr(value), type(value), seen(function(argument))


every_value = pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)


def test_every_public_class_is_here():
    classes = {name for name in kb.__all__ if inspect.isclass(getattr(kb, name))}
    assert classes == {type(value).__name__ for value in VALUES if type(value).__name__ in classes} | NOT_MADE | STAYS


@every_value
def test_pickle_and_copy(value):
    twins = [pickle.loads(pickle.dumps(value, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]
    for twin in (*twins, copy.copy(value), copy.deepcopy(value), copy.deepcopy([value])[0]):
        assert shown(twin) == shown(value)
        if type(value).__eq__ is not object.__eq__:
            assert twin == value
            assert hash(twin) == hash(value)


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_joblib(backend):
    joblib = pytest.importorskip("joblib")
    calls = [work(value) for value in VALUES]
    there = joblib.Parallel(n_jobs=2, backend=backend)(joblib.delayed(f)(argument) for f, argument in calls)
    assert [seen(outcome) for outcome in there] == [seen(f(argument)) for f, argument in calls]


def send_shown(connection):
    connection.send([shown(value) for value in VALUES])


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # Python 3.12 on: of any process with threads
def test_fork():
    here = [shown(value) for value in VALUES]
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=send_shown, args=(sender,))
    child.start()
    sender.close()
    assert receiver.poll(60)
    assert receiver.recv() == here
    child.join(60)
    assert child.exitcode == 0
