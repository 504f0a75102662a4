"""The Gram matrix of several tasks on shifted copies of one point family, without fill-in for unequal sizes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from ._arguments import empty, integer, real_array
from .gram import Columns, nugget_value, require_match
from .kernels import Kernel
from .points import PointSet

__all__ = ["MultitaskGram"]


class MultitaskGram(Columns):
    """K[(a, i), (b, j)] = B_ab k(x^a_i, x^b_j) + nugget_a [a = b, i = j], tasks on shifted copies of one lattice or net.

    With both sides transformed the blocks are stacks of diagonals, and eliminating tasks from the largest to the smallest
    keeps them so: O(T N) memory and O(T^2 N + N log N) work for T tasks and N values in all. Vectors hold the tasks one
    after the other, ``g.rows_of(task)`` says where: (N,) or (N, r). Immutable; compares by its arguments, pickles, copies.

    Parameters
    ----------
    points : list of point sets, one per task
        Lattices in radical-inverse order with one generating vector, each shifted or not; or nets with the same matrices,
        natural or Gray order, each with a digital shift or none. The same set may stand for several tasks.
    kernel : Kernel
        k, of the points' symmetry.
    n : list of ints
        A power of two per task.
    task_covariance : (T, T) array
        B, symmetric.
    nugget : float, or one per task; not negative
        Variance added to the tasks' diagonals.
    rounding_nugget : bool
        Adds B_aa ``rounding_error`` to nugget_a: smooth kernels have eigenvalues below their rounding error, and are not
        positive definite without it.

    Raises
    ------
    TypeError
        Points and kernel that do not match.
    ValueError
        Naming the argument, its rule and the value received; sets that are no shifted copies of one family.
    NumericalError
        By verbs that need the factor, when K is not positive definite: names task and pivot and the nugget to raise.

    Examples
    --------
    >>> import korobov as kb
    >>> sets = [kb.Lattice(2, seed=1), kb.Lattice(2, seed=2)]
    >>> g = MultitaskGram(sets, kb.ShiftInvariantKernel(2, alpha=1), [1024, 16], task_covariance=[[1, 0.9], [0.9, 1]],
    ...                   nugget=1e-6)
    >>> x = g.solve(np.ones(1040))
    >>> bool(np.allclose(g @ x, 1))
    True
    >>> g.rows_of(1)
    slice(1024, 1040, None)
    """

    __slots__ = ("_arguments",)

    def __init__(self, points: Sequence[PointSet], kernel: Kernel, n: Sequence[int], *, task_covariance: ArrayLike,
                 nugget: ArrayLike = 0.0, rounding_nugget: bool = False) -> None:
        sets, sizes = _designs(points, kernel, n)
        covariance = _covariance(task_covariance)
        nuggets = _nuggets(nugget, len(sets))
        self._handle = _core.MultitaskGram([p._handle for p in sets], kernel._handle, sizes, covariance, nuggets,
                                           bool(rounding_nugget))
        self._arguments: tuple[Any, ...] = (tuple(sets), kernel, tuple(sizes), covariance.tobytes(), tuple(nuggets),
                                            bool(rounding_nugget))

    @staticmethod
    def matches(points: Sequence[PointSet], kernel: Kernel, n: Sequence[int]) -> bool:
        """Whether sets, kernel and sizes have this structure."""
        sets = list(points)
        if any(not isinstance(p, PointSet) for p in sets) or not isinstance(kernel, Kernel):
            raise TypeError(f"points, kernel: must be a list of point sets and a kernel; got {points!r}, {kernel!r}")
        sizes = [integer(k, "n", 1, 2**62) for k in n]
        if len(sizes) != len(sets):
            raise ValueError(f"n: must have one entry per task, {len(sets)}; got {len(sizes)}")
        return (all(p.replications is None for p in sets)
                and _core.MultitaskGram.matches([p._handle for p in sets], kernel._handle, sizes))

    @property
    def points(self) -> list[PointSet]:
        """The sets, one per task."""
        return list(self._arguments[0])

    @property
    def kernel(self) -> Kernel:
        """k."""
        return self._arguments[1]

    @property
    def n(self) -> list[int]:
        """Sizes, one per task."""
        return list(self._arguments[2])

    @property
    def task_covariance(self) -> NDArray[np.float64]:
        """B, (T, T)."""
        tasks = len(self._arguments[0])
        return np.frombuffer(self._arguments[3]).reshape(tasks, tasks).copy()

    @property
    def nugget(self) -> NDArray[np.float64]:
        """Variances added to the tasks' diagonals, (T,)."""
        return np.array(self._arguments[4])

    @property
    def rounding_error(self) -> float:
        """A bound of the rounding error of the kernel's eigenvalues on the largest task."""
        return self._handle.rounding_error

    @property
    def is_positive_definite(self) -> bool:
        """Whether the factorization went through."""
        return self._handle.is_positive_definite

    def rows_of(self, task: int) -> slice:
        """Where a task's values stand in a vector."""
        return slice(*self._handle.rows_of(integer(task, "task", 0, len(self._arguments[0]) - 1)))

    def sums_of_solution(self, y: ArrayLike) -> NDArray[np.float64]:
        """The sums over each task of K^-1 y: (T,) or (T, r)."""
        array = self._vectors(y, "y")
        out = empty((len(self._arguments[0]), *array.shape[1:]), np.dtype(np.float64), "sums")
        self._handle.sums_of_solution(array.reshape(array.shape[0], -1), out.reshape(out.shape[0], -1))
        return out

    def information_of_constants(self) -> NDArray[np.float64]:
        """G, (T, T): the sums over blocks of the inverse of K without the kernel's constant part c.

        What the data say of a constant added to each task: ((c B)^-1 + G)^-1 is the posterior covariance of the tasks'
        integrals, without cancellation.
        """
        return self._handle.information_of_constants()

    def gradient(self, y: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Derivatives of L = (y^T K^-1 y + log det K) / 2, y (N,).

        Returns
        -------
        (T, T) in B, as if its entries were independent; (T,) in the nuggets; and in ``kernel.parameters``.
        """
        array = self._vectors(y, "y")
        if array.ndim != 1:
            raise ValueError(f"y: must have shape ({self.shape[0]},); got {array.shape}")
        return self._handle.gradient(array[:, None], len(self.kernel.parameters))

    def with_parameters(self, task_covariance: ArrayLike, parameters: ArrayLike, nugget: ArrayLike) -> MultitaskGram:
        """The same designs under other hyper-parameters; a table of what does not depend on them is made once."""
        sets, kernel, sizes, _, _, rounding_nugget = self._arguments
        covariance = _covariance(task_covariance)
        nuggets = _nuggets(nugget, len(sets))
        theta = real_array(parameters, "parameters")
        other = object.__new__(MultitaskGram)
        other._handle = self._handle.with_parameters(covariance, theta.tolist(), nuggets)
        other._arguments = (sets, kernel.with_parameters(theta), sizes, covariance.tobytes(), tuple(nuggets),
                            rounding_nugget)
        return other

    def _vectors(self, value: ArrayLike, name: str) -> NDArray[np.float64]:
        return np.ascontiguousarray(super()._vectors(value, name), np.float64)

    def __eq__(self, other: object) -> bool:
        return self._arguments == other._arguments if isinstance(other, MultitaskGram) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._arguments)

    def __reduce__(self) -> tuple:
        sets, kernel, sizes, _, nuggets, rounding_nugget = self._arguments
        return _made, (sets, kernel, sizes, self.task_covariance, nuggets, rounding_nugget)

    def __copy__(self) -> MultitaskGram:
        return self

    def __deepcopy__(self, memo: dict) -> MultitaskGram:
        return self

    def __repr__(self) -> str:
        return (f"MultitaskGram({self.points!r}, {self.kernel!r}, {self.n}, "
                f"task_covariance={self.task_covariance.tolist()}, nugget={self.nugget.tolist()}, "
                f"rounding_nugget={self._arguments[5]})")


def _made(points: Sequence[PointSet], kernel: Kernel, n: Sequence[int], task_covariance: ArrayLike, nugget: ArrayLike,
          rounding_nugget: bool) -> MultitaskGram:
    return MultitaskGram(points, kernel, n, task_covariance=task_covariance, nugget=nugget,
                         rounding_nugget=rounding_nugget)


def _designs(points: Sequence[PointSet], kernel: Kernel, n: Sequence[int]) -> tuple[list[PointSet], list[int]]:
    sets = list(points)
    if not sets:
        raise ValueError("points: must have one set per task, at least one; got []")
    for p in sets:
        require_match(p, kernel)
    sizes = [integer(k, "n", 1, 2**62) for k in n]
    if len(sizes) != len(sets):
        raise ValueError(f"n: must have one entry per task, {len(sets)}; got {len(sizes)}")
    return sets, sizes


def _covariance(value: ArrayLike) -> NDArray[np.float64]:
    covariance = real_array(value, "task_covariance").copy()
    if covariance.ndim != 2:
        raise ValueError(f"task_covariance: must have shape (tasks, tasks); got {covariance.shape}")
    return covariance


def _nuggets(value: ArrayLike, tasks: int) -> list[float]:
    given = real_array(value, "nugget")
    if given.ndim > 1 or given.shape not in ((), (tasks,)):
        raise ValueError(f"nugget: must be one number, or one per task, ({tasks},); got shape {given.shape}")
    return [nugget_value(v) for v in np.broadcast_to(given, (tasks,))]
