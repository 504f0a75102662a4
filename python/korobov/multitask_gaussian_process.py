"""Gaussian processes of several correlated tasks, each seen at its own points: multi-fidelity data, say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from ._arguments import fresh_seed, integer, real, real_array, seed_word
from ._progress import fit_progress
from .gaussian_process import _variance
from .kernels import Kernel
from .measures import inverse_normal
from .multitask import MultitaskKernel
from .points import PointSet

__all__ = ["MultitaskGaussianProcess"]


class MultitaskGaussianProcess:
    """Tasks with covariance T_st k(x, z), T = F F^T + diag(v), each seen at the first points of its own set.

    F, v, the kernel's hyper-parameters and a positive noise are learnt by marginal likelihood with analytic gradients.
    Where the sets are shifted copies of one lattice or net that matches the kernel, and every n_t is a power of two, all of
    it costs O(N log N) for N values in all (``MultitaskGram``); any other sets, kernels and n_t take dense matrices, O(N^3).
    ``is_structured`` says which. The same set, or one with another shift, is such a copy; a second scramble of a net is not:
    ``Sobol(d, randomize="shift", seed=...)`` is.

    Parameters
    ----------
    points : list of point sets, one per task
        Of one dimension.
    kernel : Kernel or MultitaskKernel
        k, the base kernel; or the start of k, F and v (of which entries of v that are 0 stay 0).
    rank : int
        Columns of F, where ``kernel`` does not bring it.
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

    def __init__(self, points: Sequence[PointSet], kernel: Kernel | MultitaskKernel, *, rank: int | None = None,
                 noise: float = 0.0) -> None:
        sets = list(points)
        if not sets or not all(isinstance(p, PointSet) for p in sets):
            raise TypeError(f"points: must be a list of point sets, one per task; got {points!r}")
        if any(p.replications is not None for p in sets):
            raise ValueError("points: must be one replicate each, points.replicate(r); got replications")
        if not isinstance(kernel, (Kernel, MultitaskKernel)):
            raise TypeError(f"kernel: must be a kernel or a MultitaskKernel; got {type(kernel).__name__}")
        if isinstance(kernel, MultitaskKernel) and rank is not None:
            raise ValueError(f"rank: must be None with a MultitaskKernel, whose factor has it; got {rank}")
        self._points = sets
        self._rank = integer(1 if rank is None else rank, "rank", 0, 1000)
        self._start = (kernel, _variance(noise))
        self._y: list[NDArray[np.float64]] | None = None
        self._n_iter = 0
        self._handle = self._made(*self._start)
        self._kernel = MultitaskKernel(self._start_base(), self._handle.factor, self._handle.diagonal)
        self._noise = self._start[1]

    def fit(self, f_or_y: Sequence[ArrayLike | Callable[[NDArray[np.float64]], ArrayLike]], *,
            n: Sequence[int] | None = None, optimize: bool = True, restarts: int = 1,
            max_evaluations: int = 200, progress: bool = False) -> MultitaskGaussianProcess:
        """Conditions on data, after learning the hyper-parameters from them. Returns self.

        Parameters
        ----------
        f_or_y : list, one per task
            The (n_t,) values at the first n_t points of its set, or a function of an (n_t, d) array.
        n : list of ints
            n_t; needed for functions.
        optimize : bool
            Learn the hyper-parameters.
        restarts, max_evaluations : int
            Further starts of the optimiser, and evaluations of the likelihood per start.
        progress : bool
            Print evaluations and minus the log likelihood to standard error. Ctrl-C ends a fit, which then changes nothing.
        """
        for name, value in (("y", f_or_y), ("n", n)):
            if value is not None and not isinstance(value, (Sequence, np.ndarray)):
                raise TypeError(f"{name}: must be a list with an entry per task; got {value!r}")
        given = list(f_or_y)
        tasks = len(self._points)
        if len(given) != tasks:
            raise ValueError(f"y: must have one entry per task, {tasks}; got {len(given)}")
        sizes: list[int | None] = [None] * tasks if n is None else [integer(k, "n", 1, 2**31 - 1) for k in n]
        if len(sizes) != tasks:
            raise ValueError(f"n: must have one entry per task, {tasks}; got {len(sizes)}")
        y = [self._values(value, task, size) for task, (value, size) in enumerate(zip(given, sizes, strict=True))]
        handle = self._made(*self._start)
        restarts = integer(restarts, "restarts", 0, 1000)
        max_evaluations = integer(max_evaluations, "max_evaluations", 1, 10**6)
        with fit_progress(progress) as report:
            handle.fit(y, bool(optimize), restarts, max_evaluations, report)
        self._handle, self._noise, self._n_iter = handle, handle.noise, handle.evaluations
        self._y = [values.copy() for values in y]
        base = self._start_base()
        self._kernel = MultitaskKernel(base.with_parameters(handle.parameters) if handle.evaluations else base,
                                       handle.factor, handle.diagonal)
        return self

    def extend(self, f_or_y: Sequence[ArrayLike | Callable[[NDArray[np.float64]], ArrayLike] | None]
               ) -> MultitaskGaussianProcess:
        """Appends values at the next points of some tasks' sets; hyper-parameters stay. Returns self.

        Parameters
        ----------
        f_or_y : list, one per task
            None, or an empty array, for a task without new values; the (k,) values at the points n_t .. n_t + k - 1 of its
            set; or a function of their coordinates, which doubles n_t.

        Where some n_t is no power of two afterwards, all goes on with dense matrices, in O(N^3): ``is_structured``.

        Raises
        ------
        ValueError, TypeError
            Naming the argument, its rule and the value received.
        NumericalError
            A matrix that is not positive definite.
        """
        old = self._data()
        if not isinstance(f_or_y, (Sequence, np.ndarray)):
            raise TypeError(f"y: must be a list with an entry per task; got {f_or_y!r}")
        given = list(f_or_y)
        if len(given) != len(old):
            raise ValueError(f"y: must have one entry per task, {len(old)}; got {len(given)}")
        more = [self._further(value, task, before.size) for task, (value, before) in enumerate(zip(given, old, strict=True))]
        self._handle.extend(more)
        self._y = [np.concatenate(pair) for pair in zip(old, more, strict=True)]
        return self

    def predict(self, X: ArrayLike, task: int, return_std: bool = False, return_cov: bool = False) -> Any:
        """The posterior of the task's function (without noise) at the rows of X.

        Parameters
        ----------
        X : (m, d) array
            Points, or words (uint64), which count to their leading 53 digits where the fit is dense.
        task : int
        return_std, return_cov : bool
            Also the standard deviation, or the covariance matrix (memory N m).

        Returns
        -------
        mean : (m,); std : (m,), or cov : (m, m), where asked for.
        """
        if return_std and return_cov:
            raise ValueError("return_cov: must be False with return_std, as in scikit-learn; got True")
        self._data()
        task, x = self._task(task), self._rows(X)
        mean, variance = self._handle.predict(x, task, bool(return_std))
        if return_cov:
            return mean, self._handle.covariance(x, task)
        return (mean, np.sqrt(variance)) if return_std else mean

    def interval(self, X: ArrayLike, task: int,
                 confidence: float = 0.95) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Lower and upper ends of the central interval of the task's function that holds this much probability."""
        confidence = real(confidence, "confidence")
        if not 0 < confidence < 1:
            raise ValueError(f"confidence: must be in (0, 1); got {confidence}")
        mean, std = self.predict(X, task, return_std=True)
        half = float(inverse_normal(0.5 + confidence / 2)) * std
        return mean - half, mean + half

    def sample(self, X: ArrayLike, task: int | None = None, *, size: int = 1, seed: Any = None) -> NDArray[np.float64]:
        """Paths at the rows of X, of all tasks together or of one: of the posterior after a fit, of the prior before.

        Costs a deviation per value and O(m^3 + m^2 N), with tasks m in the place of m where they are drawn together.

        Parameters
        ----------
        X : (m, d) array
            Points or words, as for ``predict``.
        task : int, optional
            That task alone. By default all of them, correlated as the process says.
        size : int
            How many paths.
        seed : int, Generator, ... or None
            The same seed gives the same paths; None draws fresh entropy.

        Returns
        -------
        (size, m, tasks) array, or (size, m) for one task.
        """
        size = integer(size, "size", 1, 2**31 - 1)
        which = None if task is None else self._task(task)
        word, x = seed_word(seed), self._rows(X)
        word = fresh_seed() if word is None else word
        if which is not None:
            return self._handle.sample(x, which, size, word)
        paths = self._handle.sample_all(x, size, word).reshape(size, len(self._points), x.shape[0])
        return np.ascontiguousarray(paths.transpose(0, 2, 1))

    def integral(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Posterior means (tasks,) and covariance (tasks, tasks) of the tasks' integrals over the cube."""
        self._data()
        return self._handle.integral()

    @property
    def points(self) -> list[PointSet]:
        """The designs, one per task."""
        return list(self._points)

    @property
    def n(self) -> list[int]:
        """Points used, per task; zeros before a fit."""
        return [0] * len(self._points) if self._y is None else [values.size for values in self._y]

    @property
    def kernel(self) -> MultitaskKernel:
        """The prior's covariance, with the hyper-parameters learnt."""
        return self._kernel

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
        return self._n_iter

    @property
    def is_structured(self) -> bool:
        """Whether the fit ran on transforms, in O(N log N), and not on dense matrices."""
        self._data()
        return self._handle.is_structured

    @property
    def log_marginal_likelihood(self) -> float:
        """Log density of the data under the process."""
        self._data()
        return self._handle.log_marginal_likelihood

    def __repr__(self) -> str:
        kernel, noise = self._start
        rank = "" if isinstance(kernel, MultitaskKernel) else f", rank={self._rank}"
        return f"MultitaskGaussianProcess({self._points!r}, {kernel!r}{rank}, noise={noise!r})"

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_handle"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._handle = self._made(self._kernel, self._noise)
        if self._y is not None:
            self._handle.fit(self._y, False, 0, 1)

    def _start_base(self) -> Kernel:
        kernel = self._start[0]
        return kernel.kernel if isinstance(kernel, MultitaskKernel) else kernel

    def _made(self, kernel: Kernel | MultitaskKernel, noise: float) -> Any:
        sets = [p._handle for p in self._points]
        if isinstance(kernel, MultitaskKernel):
            return _core.MultitaskGaussianProcess(sets, kernel._handle, noise)
        return _core.MultitaskGaussianProcess(sets, kernel._handle, self._rank, noise)

    def _data(self) -> list[NDArray[np.float64]]:
        if self._y is None:
            raise ValueError("gp: must have been fitted to data; got none")
        return self._y

    def _task(self, task: int) -> int:
        return integer(task, "task", 0, len(self._points) - 1)

    def _rows(self, X: ArrayLike) -> NDArray[Any]:
        words = isinstance(X, np.ndarray) and X.dtype == np.uint64
        x = np.ascontiguousarray(X) if words else real_array(X, "X")
        if x.ndim != 2 or x.shape[1] != self._points[0].d:
            raise ValueError(f"X: must have shape (m, {self._points[0].d}); got {x.shape}")
        return x

    def _further(self, value: Any, task: int, n: int) -> NDArray[np.float64]:
        if value is None or (not callable(value) and np.shape(value) == (0,)):
            return np.empty(0)
        if callable(value):
            return self._values(value(self._points[task].points(n, 2 * n)), task, n)
        return self._values(value, task, None)

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
