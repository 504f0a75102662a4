"""Kernel information: spectra of Gram matrices and what they say about samples.

One spectrum, the eigenvalues of a positive semidefinite matrix over its trace, serves every entropy and score. It comes
from points and a matched kernel by one fast transform, from samples and any kernel, from features, or from a matrix.

>>> import numpy as np
>>> import korobov as kb
>>> s = kb.spectrum_of([[1, 0.9, 0], [0.9, 1, 0], [0, 0, 1]])
>>> round(kb.vendi_score(s), 4)
2.1573
>>> s = kb.spectrum(kb.Lattice(2, seed=7), kb.ShiftInvariantKernel(2), n=2**12)
>>> bool(0 < kb.von_neumann_entropy(s) < np.log(2**12))
True
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from ._arguments import choice, empty, fresh_seed, integer, positive, real, real_array, seed_word
from .gram import StructuredGram, require_match
from .kernels import Kernel, require_dimension
from .low_rank import LowRankGram
from .points import PointSet
from .rke import Score

__all__ = ["RateReduction", "SchurComplement", "Selection", "Spectrum", "coding_rate",
           "conditional_coding_rate", "conditional_entropy", "effective_rank", "empirical_ntk", "joint_entropy",
           "kernel_coding_rate", "min_entropy", "mutual_information", "novelty_spectrum", "rate_reduction",
           "renyi_entropy", "schur_complement_entropy", "select", "spectrum", "spectrum_of", "squared_mmd",
           "streaming_select", "tsallis_entropy", "vendi_score", "von_neumann_entropy"]

_FLOAT = np.dtype(np.float64)
_BLOCKS = 8  # of frequencies, left out one by one
_QUANTILE = 3.4994832973504926  # of Student's t with 7 degrees of freedom at 0.995


class Spectrum:
    """Eigenvalues p of a positive semidefinite matrix, divided by its trace. Made by ``spectrum`` and ``spectrum_of``.

    An array of it (``np.asarray(s)``) is ``s.eigenvalues``.
    """

    __slots__ = ("_handle",)

    _handle: Any

    def __init__(self) -> None:
        raise TypeError("Spectrum: is made by spectrum and spectrum_of")

    @classmethod
    def _of(cls, handle: Any) -> Spectrum:
        new = object.__new__(cls)
        new._handle = handle
        return new

    @property
    def eigenvalues(self) -> NDArray[np.float64]:
        """p, descending, of sum 1: all n, or the ``rank`` largest, or as many as there are features."""
        return self._handle.descending()

    @property
    def n(self) -> int:
        """The order of the matrix. Eigenvalues that ``eigenvalues`` does not hold are 0, unless ``remainder`` is not."""
        return self._handle.size

    @property
    def trace(self) -> float:
        """The trace of the matrix."""
        return self._handle.trace

    @property
    def rank(self) -> int:
        """How many eigenvalues are positive, beyond rounding."""
        return self._handle.rank

    @property
    def remainder(self) -> float:
        """The share of the trace in eigenvalues that were not computed: 0 unless ``rank=`` was asked for."""
        return self._handle.remainder

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray:
        return np.asarray(self.eigenvalues, dtype=dtype)

    def __len__(self) -> int:
        return self._handle.values.size

    def __repr__(self) -> str:
        return f"Spectrum(n={self.n}, rank={self.rank}, trace={self.trace:.6g})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Spectrum):
            return NotImplemented
        mine, others = self._parts(), other._parts()
        return mine[1:] == others[1:] and np.array_equal(mine[0], others[0])

    def __hash__(self) -> int:
        return hash((self._handle.values.tobytes(), *self._parts()[1:]))

    def __copy__(self) -> Spectrum:
        return self

    def __deepcopy__(self, memo: dict) -> Spectrum:
        return self

    def __reduce__(self) -> tuple:
        return _restored, self._parts()

    def _parts(self) -> tuple:
        handle = self._handle
        return handle.values, handle.size, handle.trace, handle.is_complete


@dataclass(frozen=True, eq=False)
class RateReduction:
    """What classes save: ``reduction = total - sum(per_class)``, in nats.

    Attributes
    ----------
    total : float
        The coding rate of all samples.
    per_class : (classes,) array
        The share of the class times the coding rate of its samples.
    reduction : float
    classes : array
        The labels, in the order of ``per_class``.
    """

    total: float
    per_class: NDArray[np.float64]
    reduction: float
    classes: NDArray


@dataclass(frozen=True, eq=False)
class Selection:
    """Chosen samples, and how far from the best any choice can be.

    Attributes
    ----------
    indices : (k,) array of ints
        In the order of choice.
    gains : (k,) array
        Of the objective by each; they never increase, but those of ``streaming_select``, which takes samples as they come.
    value : float
        The objective, the sum of the gains.
    upper_bound : float
        No k samples have a larger objective.
    """

    indices: NDArray[np.int64]
    gains: NDArray[np.float64]
    value: float
    upper_bound: float


@dataclass(frozen=True, eq=False)
class SchurComplement:
    """What samples say beyond what they are given.

    Attributes
    ----------
    value : float
        trace * entropy.
    trace : float
        Of the Schur complement L: the variance that the given part does not explain.
    given_trace : float
        The variance that it explains; the two sum to the trace of the covariance.
    entropy, given_entropy : float
        Von Neumann entropies, in nats, of L and of the explained covariance, both divided by their traces; 0 where a
        trace is 0.
    dof : float
        Effective number of given directions at this ridge.
    ridge : float
        The ridge added, absolute.
    eigenvalues : array
        Of L, descending.
    """

    value: float
    trace: float
    entropy: float
    given_trace: float
    given_entropy: float
    dof: float
    ridge: float
    eigenvalues: NDArray[np.float64]


def spectrum(X: PointSet | ArrayLike, kernel: Kernel | None, *, n: int | None = None, features: int | None = None,
             weights: ArrayLike | None = None, rank: int | None = None, seed: Any = None) -> Spectrum:
    """The spectrum of the Gram matrix of samples.

    Parameters
    ----------
    X : point set or (n, d) array
        A point set whose symmetry the kernel has: one fast transform, O(n d + n log n) and no n x n array. Samples: any
        kernel, O(n^3) time and n^2 memory. Features, an embedding per row, with ``kernel=None``: O(n d min(n, d)).
    kernel : Kernel or None
        None: the inner product of rows, K = X X^T, which is never formed where d < n.
    n : int
        Of a point set, how many points.
    features : int, optional
        Of samples and a stationary kernel: so many random frequencies D (a scrambled net's) in place of the Gram matrix:
        O(n D d + n D^2 + D^3) time, O(D^2) memory. Eigenvalues are those of the approximate kernel, 2 D at most. Not with
        ``rank``.
    weights : (n,) array, optional
        Of samples; nonnegative, of sum 1.
    rank : int, optional
        Of samples and a kernel: the so many largest eigenvalues alone, by Lanczos; for scores that need no more. Beyond
        n = 11585 without an n x n matrix, by the kernel's values computed anew for every product.
    seed : int or Generator, optional
        Of the frequencies; None draws fresh entropy.

    Returns
    -------
    Spectrum

    Raises
    ------
    TypeError
        Points and kernel of different symmetry.
    ValueError
        Shapes, values that are not finite, an indefinite matrix, a zero trace, weights that break their rule.

    Examples
    --------
    >>> x = np.array([[0.0], [0.0], [0.5]])
    >>> spectrum(x, ShiftInvariantKernel(1)).rank
    2
    >>> spectrum([[1, 0], [1, 0], [0, 1], [0, 1]], None).eigenvalues
    array([0.5, 0.5])
    """
    if not isinstance(kernel, Kernel) and (kernel is not None or isinstance(X, PointSet)):
        raise TypeError(f"kernel: must be a kernel{'' if isinstance(X, PointSet) else ' or None'}; got "
                        f"{type(kernel).__name__}")
    if isinstance(X, PointSet):
        assert isinstance(kernel, Kernel)
        if n is None:
            raise ValueError("n: must be given with a point set, how many points to take; got None")
        for name, value in (("features", features), ("weights", weights), ("rank", rank), ("seed", seed)):
            if value is not None:
                raise ValueError(f"{name}: must be left out with a point set; got {value!r}")
        require_match(X, kernel)
        return Spectrum._of(_core.structured_spectrum(X._handle, kernel._handle, integer(n, "n", 1, 2**62)))
    if n is not None:
        raise ValueError(f"n: must be left out with an array of samples; got {n!r}")
    x = _samples(X, "X", kernel)
    if kernel is None:
        for name, value in (("features", features), ("rank", rank), ("seed", seed)):
            if value is not None:
                raise ValueError(f"{name}: must be left out without a kernel; got {value!r}")
        return Spectrum._of(_core.feature_spectrum(x, _weights(weights)))
    if features is None:
        if seed is not None:
            raise ValueError(f"seed: must be left out without features; got {seed!r}")
        return Spectrum._of(_core.samples_spectrum(x, kernel._handle, _weights(weights), _rank(rank)))
    if rank is not None:
        raise ValueError(f"rank: must be left out with features; got {rank!r}")
    covariance = _feature_covariance(x, kernel, integer(features, "features", 1, 2**24), weights, seed)
    return Spectrum._of(_of_covariance(covariance, x.shape[0]))


def spectrum_of(K: ArrayLike | StructuredGram | LowRankGram, *, weights: ArrayLike | None = None,
                rank: int | None = None) -> Spectrum:
    """The spectrum of a positive semidefinite matrix.

    Parameters
    ----------
    K : (n, n) array, StructuredGram or LowRankGram
        Symmetric up to rounding (2^-40 of its largest entry); the lower triangle is read. A ``StructuredGram`` has its
        eigenvalues already, nugget included. So has a ``LowRankGram`` those of its factor, lower bounds of the largest
        ones of the kernel's matrix, whose trace is known: its ``trace_error`` is in the ``remainder``, and unless that is
        rounding only order inf and truncated scores can be had. ``spectrum(g.factor, None)`` is the whole spectrum of
        the approximation.
    weights, rank
        As in ``spectrum``; of arrays only.

    Examples
    --------
    >>> spectrum_of(np.eye(3)).eigenvalues
    array([0.33333333, 0.33333333, 0.33333333])
    """
    if isinstance(K, (StructuredGram, LowRankGram)):
        if weights is not None or rank is not None:
            raise ValueError(f"weights, rank: must be left out with a {type(K).__name__}; got "
                             f"weights={weights!r}, rank={rank!r}")
    if isinstance(K, StructuredGram):
        values = K.eigenvalues
        return Spectrum._of(_core.spectrum_of_eigenvalues(values, values.size))
    if isinstance(K, LowRankGram):
        return Spectrum._of(_core.low_rank_spectrum(K._gram, K.trace_error))
    return Spectrum._of(_core.matrix_spectrum(_matrix(K, "K"), _weights(weights), _rank(rank)))


def von_neumann_entropy(s: Spectrum | ArrayLike, *, base: float | None = None) -> float:
    """-sum p log p of a spectrum; of an array, that of ``spectrum_of``. base: of the logarithm, None is e.

    >>> float(von_neumann_entropy(np.eye(8), base=2))
    3.0
    """
    return _core.renyi_entropy(_spectrum(s), 1.0, _base(base))


def renyi_entropy(s: Spectrum | ArrayLike, order: float, *, base: float | None = None) -> float:
    """log(sum p^order) / (1 - order), of every order in [0, inf]; the limits at 0 (log rank), 1 and inf (-log max p).

    References
    ----------
    L. G. Sanchez Giraldo, M. Rao, J. C. Principe, IEEE Trans. Inf. Theory 61 (2015).
    """
    return _core.renyi_entropy(_spectrum(s), _order(order, "order"), _base(base))


def min_entropy(s: Spectrum | ArrayLike, *, base: float | None = None) -> float:
    """-log max p, Renyi's entropy of order inf."""
    return _core.renyi_entropy(_spectrum(s), math.inf, _base(base))


def tsallis_entropy(s: Spectrum | ArrayLike, order: float) -> float:
    """(1 - sum p^order) / (order - 1), of every order in [0, inf]; at 1 von Neumann's entropy, at inf 0."""
    return _core.tsallis_entropy(_spectrum(s), _order(order, "order"))


def effective_rank(s: Spectrum | ArrayLike) -> float:
    """exp of von Neumann's entropy (Roy, Vetterli 2007)."""
    return _core.vendi_score(_spectrum(s), 1.0)


def vendi_score(s_or_X: Spectrum | ArrayLike, q: float = 1, *, kernel: Kernel | None = None,
                features: int | None = None, truncate: int | None = None, seed: Any = None) -> Score:
    """The Vendi score: the number of samples that differ, exp of Renyi's entropy of order q.

    Parameters
    ----------
    s_or_X : Spectrum, or (n, d) array of samples or features
        A symmetric matrix is refused without a kernel: a Gram matrix goes through ``spectrum_of``, features of that shape
        through ``spectrum(X, None)``.
    q : float
        In [0, inf]. Large orders see frequent modes only.
    kernel : Kernel, optional
        Of samples. None: the inner product of features, an embedding per row, O(n d min(n, d)).
    features : int, optional
        Of samples and a stationary kernel: so many random frequencies, at least 16, in place of the Gram matrix, as in
        ``spectrum``, for q of 1 or more: lower orders count modes that features do not resolve. The value is an estimate,
        too small where there are few features beside modes. Its interval for the score of the Gram matrix (99 %, Student)
        is that of 1 / score, whose bias is nearly a multiple of 1 / features, by the jackknife over eight blocks of
        frequencies: it holds both the value and the one without the bias, and half of the bias beyond each. A wide one
        says that more features are needed.
    truncate : int, optional
        Only the so many largest eigenvalues, what they lack of 1 spread over them (Ospanov, Farnia 2024).
    seed : int or Generator, optional
        Of the features; None draws fresh entropy.

    Returns
    -------
    Score
        A float with ``lower`` and ``upper``, None when exact.

    References
    ----------
    D. Friedman, A. B. Dieng, TMLR (2023); A. Pasarkar, A. B. Dieng, AISTATS (2024): order q.

    Examples
    --------
    >>> vendi_score(spectrum_of(np.ones((5, 5))))
    1.0
    >>> vendi_score([[1, 0], [1, 0], [0, 1]], math.inf)
    1.5
    """
    order = _order(q, "q")
    t = None if truncate is None else integer(truncate, "truncate", 1, 2**62)

    def score(handle: Any) -> float:
        if t is not None:
            return _core.truncated_vendi_score(handle, t, order)
        return _core.vendi_score(handle, order)

    if isinstance(s_or_X, Spectrum):
        for name, given in (("kernel", kernel), ("features", features), ("seed", seed)):
            if given is not None:
                raise ValueError(f"{name}: must be left out with a Spectrum; got {given!r}")
        return Score(score(s_or_X._handle))
    x = _samples(s_or_X, "s_or_X", kernel)
    if kernel is None and x.shape[0] == x.shape[1] and np.abs(x - x.T).max() <= 2**-40 * np.abs(x).max():
        raise ValueError("s_or_X: must not be a symmetric matrix without a kernel, it may be a Gram matrix (then "
                         f"spectrum_of makes its spectrum) or features (then spectrum(X, None)); got shape {x.shape}")
    if kernel is None or features is None:
        if features is None and seed is not None:
            raise ValueError(f"seed: must be left out without features; got {seed!r}")
        return Score(score(spectrum(x, kernel, features=features, seed=seed)._handle))
    _require_kernel(kernel)
    if order < 1:
        raise ValueError(f"q: must be at least 1 with features, which do not resolve what lower orders count; got {order}")
    covariance = _feature_covariance(x, kernel, integer(features, "features", 2 * _BLOCKS, 2**24), None, seed)
    value = score(_of_covariance(covariance, x.shape[0]))
    columns = np.arange(covariance.shape[0])
    parts = []
    for block in np.array_split(columns.reshape(-1, 2), _BLOCKS):  # pairs of cosine and sine
        kept = np.setdiff1d(columns, block)
        parts.append(1 / score(_of_covariance(covariance[np.ix_(kept, kept)], x.shape[0])))
    others = np.array(parts)
    error = math.sqrt((_BLOCKS - 1) / _BLOCKS * float(((others - others.mean()) ** 2).sum()))
    bias = (_BLOCKS - 1) * (float(others.mean()) - 1 / value)
    margin = _QUANTILE * error + abs(bias) / 2
    most, least = 1 / value - min(bias, 0.0) + margin, 1 / value - max(bias, 0.0) - margin
    n = x.shape[0]
    return Score(value, min(value, max(1.0, 1 / most)), max(value, n if least * n <= 1 else 1 / least))


def joint_entropy(K: ArrayLike, L: ArrayLike, *, order: float = 1, base: float | None = None) -> float:
    """Renyi's entropy of the joint distribution of two views of the same samples: of the Hadamard product K * L.

    K, L: (n, n) Gram matrices with constant diagonals. On points with matched kernels, ``spectrum(points, k * l, n=n)``.
    """
    return _core.joint_entropy(_matrix(K, "K"), _matrix(L, "L"), _order(order, "order"), _base(base))


def conditional_entropy(K: ArrayLike, L: ArrayLike, *, order: float = 1, base: float | None = None) -> float:
    """``joint_entropy(K, L)`` minus the entropy of L: what K says when L is known."""
    return _core.conditional_entropy(_matrix(K, "K"), _matrix(L, "L"), _order(order, "order"), _base(base))


def mutual_information(K: ArrayLike, L: ArrayLike, *, order: float = 1, base: float | None = None) -> float:
    """The entropies of K and of L minus ``joint_entropy(K, L)``.

    >>> x = np.arange(4.0)[:, None] / 4
    >>> k = ShiftInvariantKernel(1)(x)
    >>> float(abs(mutual_information(k, np.ones((4, 4))))) < 1e-12
    True
    """
    return _core.mutual_information(_matrix(K, "K"), _matrix(L, "L"), _order(order, "order"), _base(base))


def squared_mmd(X: ArrayLike, Y: ArrayLike, kernel: Kernel, *,
                estimator: Literal["unbiased", "biased"] = "unbiased") -> float:
    """The squared maximum mean discrepancy of two samples, in tiles of the Gram matrices.

    ``"unbiased"`` estimates that of the distributions and may be negative; ``"biased"`` is that of the samples.

    References
    ----------
    A. Gretton, K. M. Borgwardt, M. J. Rasch, B. Scholkopf, A. Smola, JMLR 13 (2012).
    """
    choice(estimator, "estimator", ("unbiased", "biased"))
    _require_kernel(kernel)
    return _core.squared_mmd(kernel._handle, *_pair(X, Y, kernel), estimator == "biased")


def novelty_spectrum(X: ArrayLike, Y: ArrayLike, kernel: Kernel, *, eta: float = 1.0) -> NDArray[np.float64]:
    """Eigenvalues, descending, of C_X - eta C_Y, the kernel's covariances of trace 1.

    Positive ones are modes that X has more than eta times as often as Y (Zhang, Li, Farnia 2024).
    """
    _require_kernel(kernel)
    return _core.novelty_spectrum(kernel._handle, *_pair(X, Y, kernel), positive(eta, "eta"))


def coding_rate(Z: ArrayLike, *, eps: float) -> float:
    """(1/2) log det(I + d / (n eps^2) Z^T Z) of samples Z (n, d), in nats: O(n d min(n, d)).

    References
    ----------
    Y. Ma, H. Derksen, W. Hong, J. Wright, IEEE TPAMI 29 (2007), equation 13.

    Examples
    --------
    >>> bool(abs(coding_rate(np.eye(4), eps=0.5) - 2 * np.log(5)) < 1e-12)
    True
    """
    return _core.coding_rate(_samples(Z, "Z"), positive(eps, "eps"))


def kernel_coding_rate(K_or_s: Spectrum | ArrayLike, c: float) -> float:
    """(1/2) log det(I + c K) of an (n, n) matrix or of a spectrum; c = d / (n eps^2) for K = Z Z^T."""
    factor = positive(c, "c")
    if isinstance(K_or_s, Spectrum):
        return _core.spectral_coding_rate(K_or_s._handle, factor)
    return _core.conditional_coding_rate(_matrix(K_or_s, "K"), [], factor)


def conditional_coding_rate(K: ArrayLike, given: Sequence[int] | NDArray[np.int64], c: float) -> float:
    """The rate of all samples of K minus that of the ``given`` indices: of the others' posterior kernel.

    >>> k = np.array([[1, 0.5], [0.5, 1]])
    >>> round(conditional_coding_rate(k, [0], 1.0) + kernel_coding_rate(k[:1, :1], 1.0) - kernel_coding_rate(k, 1.0), 12)
    0.0
    """
    indices = [integer(i, "given", 0, 2**62) for i in _listed(given, "given")]
    return _core.conditional_coding_rate(_matrix(K, "K"), indices, positive(c, "c"))


def rate_reduction(Z: ArrayLike, labels: ArrayLike, *, eps: float) -> RateReduction:
    """The coding rate of samples minus what the classes cost one by one (Yu et al. 2020, equation 6).

    labels: (n,), of any type that can be sorted. Class j of n_j samples counts n_j / n times its own rate.

    >>> r = rate_reduction([[1, 0], [1, 0], [0, 1], [0, 1]], ["a", "a", "b", "b"], eps=0.1)
    >>> bool(r.reduction > 1), r.classes.tolist()
    (True, ['a', 'b'])
    """
    z = _samples(Z, "Z")
    names = np.asarray(labels)
    if names.ndim != 1 or names.size != z.shape[0]:
        raise ValueError(f"labels: must have shape ({z.shape[0]},); got {names.shape}")
    try:
        classes, numbers = np.unique(names, return_inverse=True)
    except TypeError:
        raise TypeError("labels: must be of types that can be sorted together; got "
                        f"{sorted({type(name).__name__ for name in names})}") from None
    return RateReduction(*_core.rate_reduction(z, numbers.ravel().tolist(), positive(eps, "eps")), classes)


def select(kernel_or_K: Kernel | ArrayLike | None, X: PointSet | ArrayLike | None = None, *, k: int, noise: float,
           entropy: ArrayLike | None = None, mode: Literal["diagonal", "additive"] = "diagonal",
           n: int | None = None, given: Sequence[int] | NDArray[np.int64] | None = None) -> Selection:
    """k samples by greedy maximisation of log det(I + K_S / noise), with a bound of what any choice can reach.

    Parameters
    ----------
    kernel_or_K : (n, n) array, or Kernel with X, or None with X
        A stored Gram matrix; a kernel, whose values are computed as they are needed; None: X holds features, and the
        kernel is their inner product.
    X : (n, d) array or point set
        Samples, or points of the kernel's symmetry with ``n``, whose Gram matrix has one column.
    k : int
    noise : float
        Variance; positive, and at least the rounding errors of conditional variances, (k + len(given)) eps times the
        largest entry of K's diagonal.
    entropy : (n,) array, optional
        Nonnegative weights of the samples, of predictions say.
    mode : "diagonal" or "additive"
        How entropy counts: log det(I + (K_S + diag(entropy_S)) / noise), or log det(I + K_S / noise) plus its sum.
    given : ints, optional
        Samples that are taken already, labelled ones say: gains, value and bound are of what the choice adds to them.

    Returns
    -------
    Selection
        At least 1 - 1/e of the best; ``value / upper_bound`` says how much for certain. Ties go to the lowest index.
        O(n k (k + d)) time at most and O(n k) memory at most: rows are computed when they may be chosen.

    References
    ----------
    G. L. Nemhauser, L. A. Wolsey, M. L. Fisher (1978); M. Minoux (1978); J. Leskovec et al. (2007); Luo et al. (2023).

    Examples
    --------
    >>> K = np.array([[1, 0.9, 0], [0.9, 1, 0], [0, 0, 1]])
    >>> select(K, k=2, noise=0.1).indices
    array([0, 2])
    """
    choice(mode, "mode", ("diagonal", "additive"))
    if isinstance(kernel_or_K, str):
        raise TypeError(f"kernel_or_K: must be a kernel, a Gram matrix, or None for features; got {kernel_or_K!r}")
    count = integer(k, "k", 1, 2**62)
    variance = positive(noise, "noise")
    e = None if entropy is None else _vector(entropy, "entropy")
    rest = (count, variance, e, mode == "additive",
            [] if given is None else [integer(i, "given", 0, 2**62) for i in _listed(given, "given")])
    if isinstance(X, PointSet):
        if not isinstance(kernel_or_K, Kernel):
            raise TypeError(f"kernel_or_K: must be a kernel with a point set; got {type(kernel_or_K).__name__}")
        if n is None:
            raise ValueError("n: must be given with a point set, how many points to take; got None")
        require_match(X, kernel_or_K)
        return Selection(*_core.select_points(kernel_or_K._handle, X._handle, integer(n, "n", 1, 2**62), *rest))
    if n is not None:
        raise ValueError(f"n: must be left out without a point set; got {n!r}")
    if isinstance(kernel_or_K, Kernel) or kernel_or_K is None:
        if X is None:
            raise ValueError("X: must be given with a kernel; got None")
        x = _samples(X, "X", kernel_or_K)
        if kernel_or_K is None:
            return Selection(*_core.select_features(x, *rest))
        return Selection(*_core.select_samples(kernel_or_K._handle, x, *rest))
    if X is not None:
        raise ValueError("X: must be left out with a stored Gram matrix; got samples")
    return Selection(*_core.select_stored(_matrix(kernel_or_K, "K"), *rest))


def streaming_select(kernel: Kernel, chunks: Iterable[ArrayLike], *, k: int, noise: float,
                     accuracy: float = 0.1) -> Selection:
    """k samples of a stream that is seen once, at least 1/2 - accuracy of the best choice.

    Parameters
    ----------
    kernel : Kernel
    chunks : iterable of (m, d) arrays
        Indices of the answer count samples over all chunks.
    k, noise
        As in ``select``. Fewer than k samples may be taken.
    accuracy : float
        From 2^-20 to below 1/2; O(k log(k) / accuracy) samples are kept.

    References
    ----------
    A. Badanidiyuru, B. Mirzasoleiman, A. Karbasi, A. Krause, KDD (2014).

    Examples
    --------
    >>> chunks = (Sobol(2, seed=7).points(64 * i, 64 * i + 64) for i in range(4))
    >>> len(streaming_select(ShiftInvariantKernel(2), chunks, k=5, noise=0.1).indices)
    5
    """
    _require_kernel(kernel)
    count = integer(k, "k", 1, 2**62)
    variance = positive(noise, "noise")
    share = real(accuracy, "accuracy")
    stream, d = None, 0
    try:
        iterator = iter(chunks)
    except TypeError:
        raise TypeError(f"chunks: must be an iterable of arrays; got {type(chunks).__name__}") from None
    for chunk in iterator:
        x = _samples(chunk, "chunks", kernel if stream is None else None)
        if stream is None:
            d = x.shape[1]
            stream = _core.StreamingSelection(kernel._handle, d, count, variance, share)
        if x.shape[1] != d:
            raise ValueError(f"chunks: must all have as many columns as the first, {d}; got {x.shape[1]}")
        stream.push(x)
    if stream is None:
        raise ValueError("chunks: must hold at least one; got none")
    return Selection(*stream.result())


def empirical_ntk(activations: Sequence[ArrayLike] | None = None, deltas: Sequence[ArrayLike] | None = None, *,
                  jacobians: ArrayLike | None = None) -> NDArray[np.float64]:
    """The Gram matrix of a network's tangent kernel: sum over dense layers of (1 + <a, a'>) <delta, delta'>.

    Parameters
    ----------
    activations : list of (n, inputs) arrays
        What each dense layer (with bias) receives.
    deltas : list of (n, outputs) arrays, or (n, c, outputs) for c outputs of the network
        The derivative of the network's output in each layer's sums; several outputs' kernels are summed.
    jacobians : (n, parameters) array, or (n, c, parameters), instead
        Derivatives in all parameters: J J^T.

    Returns
    -------
    (n, n) array.

    References
    ----------
    A. Jacot, F. Gabriel, C. Hongler (2018); R. Novak, J. Sohl-Dickstein, S. S. Schoenholz (2022).

    Examples
    --------
    >>> empirical_ntk([[[1.0, 2.0], [0.0, 1.0]]], [[[3.0], [1.0]]])
    array([[54.,  9.],
           [ 9.,  2.]])
    """
    if jacobians is not None:
        if activations is not None or deltas is not None:
            raise ValueError("jacobians: must be given alone; got activations or deltas, too")
        j = _rows(jacobians, "jacobians")
        out = empty((j.shape[0], j.shape[0]), _FLOAT, "K")
        _core.jacobian_ntk(j, out)
        return out
    if activations is None or deltas is None:
        raise ValueError("activations, deltas: must both be given, or jacobians; got "
                         f"{type(activations).__name__} and {type(deltas).__name__}")
    inputs, derivatives = _listed(activations, "activations"), _listed(deltas, "deltas")
    if len(inputs) != len(derivatives) or not inputs:
        raise ValueError("activations, deltas: must be lists of one array per layer, as many of each; got "
                         f"{len(inputs)} and {len(derivatives)}")
    layers = [(_samples(a, "activations"), _rows(delta, "deltas")) for a, delta in zip(inputs, derivatives)]
    outputs = [1 if np.ndim(delta) == 2 else np.shape(delta)[1] for delta in derivatives]
    if len(set(outputs)) > 1:
        raise ValueError(f"deltas: must have as many outputs of the network in every layer; got {outputs}")
    n = layers[0][0].shape[0]
    out = empty((n, n), _FLOAT, "K")
    _core.empirical_ntk(layers, out)
    return out


def schur_complement_entropy(X: ArrayLike | PointSet, given: ArrayLike | PointSet, *,
                             kernel: Kernel | tuple[Kernel, Kernel] | None = None, ridge: float = 1e-2,
                             n: int | None = None) -> SchurComplement:
    """What samples X say beyond the paired samples ``given``: entropy of the Schur complement of the joint covariance.

    Parameters
    ----------
    X : (n, D) array
        Samples, or features of them.
    given : (n, E) array
        What each is given: features of a prompt, a caption.
    kernel : Kernel, or a pair of kernels for X and given; optional
        None: inner products of the rows, by covariances (D, E) or, where n is smaller, by Gram matrices.
    ridge : float
        Relative to the trace of given's covariance; ``dof`` says how many directions it leaves.
    n : int
        With X and ``given`` one point set and two kernels that match it: by one fast transform.

    Returns
    -------
    SchurComplement

    References
    ----------
    M. Jalali, A. Ospanov, A. Gohari, F. Farnia (2024).

    Examples
    --------
    >>> x = Sobol(3, seed=7).points(64) - 0.5
    >>> bool(schur_complement_entropy(x, x, ridge=1e-9).trace < 1e-6)
    True
    """
    share = real(ridge, "ridge")
    kernels = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    if len(kernels) != 2:
        raise ValueError(f"kernel: must be one kernel or a pair; got {len(kernels)}")
    if isinstance(X, PointSet) or isinstance(given, PointSet):
        if not (isinstance(X, PointSet) and isinstance(given, PointSet) and X == given):
            raise ValueError("given: must be the same point set as X; got another")
        if n is None:
            raise ValueError("n: must be given with a point set, how many points to take; got None")
        for of_one in kernels:
            require_match(X, of_one)
        first, second = (of_one._handle for of_one in kernels if of_one is not None)
        return SchurComplement(*_core.schur_structured(X._handle, first, second, integer(n, "n", 1, 2**62), share))
    if n is not None:
        raise ValueError(f"n: must be left out without a point set; got {n!r}")
    x, t = _samples(X, "X"), _samples(given, "given")
    if x.shape[0] != t.shape[0]:
        raise ValueError(f"given: must have as many samples as X, {x.shape[0]}; got {t.shape[0]}")
    if kernel is None:
        return SchurComplement(*_core.schur_primal(x, t, share))
    for of_one in kernels:
        _require_kernel(of_one)
    k, of_given = (of_one(z) for of_one, z in zip(kernels, (x, t)) if of_one is not None)
    return SchurComplement(*_core.schur_dual(k, of_given, share))


def _feature_covariance(x: NDArray[np.float64], kernel: Kernel, features: int, weights: Any,
                        seed: Any) -> NDArray[np.float64]:
    """Phi^T W Phi of the random features of x, in blocks of rows."""
    w = np.full(x.shape[0], 1 / x.shape[0]) if weights is None else _vector(weights, "weights")
    if w.size != x.shape[0] or not (w >= 0).all() or abs(w.sum() - 1) > 2**-20:
        raise ValueError(f"weights: must be {x.shape[0]} nonnegative numbers that sum to 1; got sum {w.sum()}")
    word = seed_word(seed)
    covariance = empty((2 * features, 2 * features), _FLOAT, "features")
    frequencies = _core.random_frequencies(kernel._handle, x.shape[1], 2 * features, "qmc",
                                           fresh_seed() if word is None else word)
    covariance[:] = 0
    rows = max(1, min(x.shape[0], 2**23 // (2 * features)))
    phi = np.empty((rows, 2 * features))
    for first in range(0, x.shape[0], rows):
        part = phi[:min(rows, x.shape[0] - first)]
        _core.random_features(frequencies, kernel._handle.at_zero, x[first:first + rows], part)
        part *= np.sqrt(w[first:first + rows, None])
        covariance += part.T @ part
    return covariance


def _of_covariance(covariance: NDArray[np.float64], n: int) -> Any:
    """The spectrum of n samples whose features have this covariance."""
    values = np.linalg.eigvalsh(covariance)[::-1][:n]
    least = covariance.shape[0] * np.finfo(float).eps * values[0]
    return _core.spectrum_of_eigenvalues(np.maximum(values, -least), n)


def _listed(value: Any, name: str) -> list:
    try:
        return list(value)
    except TypeError:
        raise TypeError(f"{name}: must be a list; got {type(value).__name__}") from None


def _restored(p: NDArray[np.float64], n: int, trace: float, is_complete: bool) -> Spectrum:
    return Spectrum._of(_core.spectrum_of_parts(p, n, trace, is_complete))


def _spectrum(s: Any) -> Any:
    return s._handle if isinstance(s, Spectrum) else spectrum_of(s)._handle


def _require_kernel(kernel: Any) -> None:
    if not isinstance(kernel, Kernel):
        raise TypeError(f"kernel: must be a kernel; got {type(kernel).__name__}")


def _samples(value: Any, name: str, kernel: Any = None) -> NDArray[np.float64]:
    array = real_array(value, name)
    if array.ndim != 2 or 0 in array.shape:
        raise ValueError(f"{name}: must have shape (n, d) with a sample per row; got {array.shape}")
    if not np.isfinite(array).all():
        i, j = np.argwhere(~np.isfinite(array))[0]
        raise ValueError(f"{name}: must be finite; got {array[i, j]} at ({i}, {j})")
    if isinstance(kernel, Kernel):
        require_dimension(kernel, array, name)
    return array


def _pair(X: Any, Y: Any, kernel: Kernel) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, y = _samples(X, "X", kernel), _samples(Y, "Y")
    if x.shape[1] != y.shape[1]:
        raise ValueError(f"Y: must have the dimension of X, {x.shape[1]}; got {y.shape[1]}")
    return x, y


def _rows(value: Any, name: str) -> NDArray[np.float64]:
    """(n, w), or (n, c, w) as (n, c w)."""
    array = real_array(value, name)
    if array.ndim not in (2, 3) or 0 in array.shape:
        raise ValueError(f"{name}: must have shape (n, w) or (n, outputs, w); got {array.shape}")
    return array.reshape(array.shape[0], -1)


def _matrix(value: Any, name: str) -> NDArray[np.float64]:
    array = real_array(value, name)
    if array.ndim != 2 or array.shape[0] != array.shape[1] or array.size == 0:
        raise ValueError(f"{name}: must be a square matrix; got shape {array.shape}")
    return array


def _vector(value: Any, name: str) -> NDArray[np.float64]:
    array = real_array(value, name)
    if array.ndim != 1 or array.size == 0:
        raise ValueError(f"{name}: must have shape (n,); got {array.shape}")
    return array


def _weights(value: Any) -> NDArray[np.float64] | None:
    return None if value is None else _vector(value, "weights")


def _rank(value: Any) -> int | None:
    return None if value is None else integer(value, "rank", 1, 2**62)


def _order(value: Any, name: str) -> float:
    number = real(value, name)
    if not number >= 0:
        raise ValueError(f"{name}: must be in [0, inf]; got {number}")
    return number


def _base(value: Any) -> float | None:
    return None if value is None else real(value, "base")
