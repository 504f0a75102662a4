"""Gaussian processes of several correlated tasks, each seen at its own points: multi-fidelity data, say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from ._arguments import integer, real_array
from .gaussian_process import _variance
from .kernels import Kernel
from .multitask import MultitaskKernel
from .points import PointSet

__all__ = ["MultitaskGaussianProcess"]


class MultitaskGaussianProcess:
    """Tasks with covariance T_st k(x, z), T = F F^T + diag(v), each seen at the first points of its own set.

    F, v, the kernel's hyper-parameters and a positive noise are learnt by marginal likelihood. Matrices are dense, O(N^3)
    for N values in all.

    Parameters
    ----------
    points : list of point sets, one per task
        Of one dimension.
    kernel : Kernel
        k, the base kernel.
    rank : int
        Columns of F.
    noise : float, not negative
        Variance of the observations; learnt if it is positive.

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.

    Examples
    --------
    >>> cheap = lambda x: np.sin(2 * np.pi * x[:, 0])
    >>> dear = lambda x: 1.5 * np.sin(2 * np.pi * x[:, 0]) + 0.1
    >>> gp = MultitaskGaussianProcess([Lattice(1), Lattice(1, seed=2)], ShiftInvariantKernel(1))
    >>> mean = gp.fit([cheap, dear], n=[32, 4]).predict([[0.3]], task=1)
    >>> bool(abs(mean[0] - (1.5 * np.sin(0.6 * np.pi) + 0.1)) < 0.02)
    True
    """

    def __init__(self, points: Sequence[PointSet], kernel: Kernel, *, rank: int = 1, noise: float = 0.0) -> None:
        sets = list(points)
        if not sets or not all(isinstance(p, PointSet) for p in sets):
            raise TypeError(f"points: must be a list of point sets, one per task; got {points!r}")
        if any(p.replications is not None for p in sets):
            raise ValueError("points: must be one replicate each, points.replicate(r); got replications")
        if not isinstance(kernel, Kernel):
            raise TypeError(f"kernel: must be a kernel; got {type(kernel).__name__}")
        self._points = sets
        self._start = (kernel, integer(rank, "rank", 0, 1000), _variance(noise))
        self._y: list[NDArray[np.float64]] | None = None
        self._kernel, self._noise = kernel, self._start[2]
        self._handle = self._made()

    def fit(self, f_or_y: Sequence[ArrayLike | Callable[[NDArray[np.float64]], ArrayLike]], *,
            n: Sequence[int] | None = None, optimize: bool = True, restarts: int = 1) -> MultitaskGaussianProcess:
        """Conditions on data, after learning the hyper-parameters from them. Returns self.

        Parameters
        ----------
        f_or_y : list, one per task
            The (n_t,) values at the first n_t points of its set, or a function of an (n_t, d) array.
        n : list of ints
            n_t; needed for functions.
        optimize : bool
            Learn the hyper-parameters.
        restarts : int
            Further starts of the optimiser.
        """
        given = list(f_or_y)
        tasks = len(self._points)
        if len(given) != tasks:
            raise ValueError(f"y: must have one entry per task, {tasks}; got {len(given)}")
        sizes: list[int | None] = [None] * tasks if n is None else [integer(k, "n", 1, 2**31 - 1) for k in n]
        if len(sizes) != tasks:
            raise ValueError(f"n: must have one entry per task, {tasks}; got {len(sizes)}")
        y = [self._values(value, task, size) for task, (value, size) in enumerate(zip(given, sizes, strict=True))]
        handle = self._made()
        handle.fit([values.tolist() for values in y], bool(optimize), integer(restarts, "restarts", 0, 1000))
        self._handle, self._y, self._noise = handle, y, handle.noise
        self._kernel = self._start[0].with_parameters(handle.parameters) if handle.evaluations else self._start[0]
        return self

    def predict(self, X: ArrayLike, task: int, return_std: bool = False) -> Any:
        """The posterior of the task's function at the rows of X: mean (m,), and where asked for std (m,)."""
        self._data()
        task = integer(task, "task", 0, len(self._points) - 1)
        x = real_array(X, "X")
        if x.ndim != 2 or x.shape[1] != self._points[0].d:
            raise ValueError(f"X: must have shape (m, {self._points[0].d}); got {x.shape}")
        mean, variance = self._handle.predict(x, task, bool(return_std))
        return (mean, np.sqrt(variance)) if return_std else mean

    def integral(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Posterior means (tasks,) and covariance (tasks, tasks) of the tasks' integrals over the cube."""
        self._data()
        return self._handle.integral()

    @property
    def kernel(self) -> MultitaskKernel:
        """The prior's covariance, with the hyper-parameters learnt."""
        return MultitaskKernel(self._kernel, self._handle.factor, self._handle.diagonal)

    @property
    def task_covariance(self) -> NDArray[np.float64]:
        """T, (tasks, tasks)."""
        return self.kernel.task_covariance

    @property
    def noise(self) -> float:
        """Variance of the observations."""
        return self._noise

    @property
    def n_iter_(self) -> int:
        """Evaluations of the likelihood, over all starts."""
        self._data()
        return self._handle.evaluations

    @property
    def log_marginal_likelihood(self) -> float:
        """Log density of the data under the process."""
        self._data()
        return self._handle.log_marginal_likelihood

    def __repr__(self) -> str:
        return (f"MultitaskGaussianProcess({self._points!r}, {self._kernel!r}, rank={self._start[1]}, "
                f"noise={self._noise!r})")

    def __reduce__(self) -> tuple:
        return _refitted, (self._points, *self._start, self._y, self._y is not None and self._handle.evaluations > 0)

    def _made(self) -> Any:
        kernel, rank, noise = self._start
        return _core.MultitaskGaussianProcess([p._handle for p in self._points], kernel._handle, rank, noise)

    def _data(self) -> None:
        if self._y is None:
            raise ValueError("gp: must have been fitted to data; got none")

    def _values(self, value: Any, task: int, size: int | None) -> NDArray[np.float64]:
        if callable(value):
            if size is None:
                raise ValueError("n: must be given with functions; got None")
            y = real_array(value(self._points[task].points(size)), "f")
        else:
            y = real_array(value, "y")
        if y.ndim != 1 or y.shape[0] == 0 or (size is not None and y.shape[0] != size):
            raise ValueError(f"y: must have shape ({size or 'n'},) for task {task}; got {y.shape}")
        if not np.isfinite(y).all():
            raise ValueError(f"y: must be finite; got {y[~np.isfinite(y)][0]}")
        return y


def _refitted(points: list[PointSet], kernel: Kernel, rank: int, noise: float,
              y: list[NDArray[np.float64]] | None, optimize: bool) -> MultitaskGaussianProcess:
    gp = MultitaskGaussianProcess(points, kernel, rank=rank, noise=noise)
    return gp if y is None else gp.fit(y, optimize=optimize)
