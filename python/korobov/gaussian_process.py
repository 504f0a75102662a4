"""Gaussian processes on matched sets: regression with its uncertainty, hyper-parameters included, in O(n log n).

On a lattice with a shift-invariant kernel, or a net with a digitally shift-invariant one, the Gram matrix is diagonal in
a fast transform, so every solve, determinant and derivative costs a transform. Formulas: Rasmussen and Williams (2006),
equations 2.23 to 2.30 and 5.10 to 5.12.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from ._arguments import choice, fresh_seed, integer, real, real_array, seed_word
from ._progress import fit_progress
from .kernels import Kernel
from .measures import inverse_normal
from .points import PointSet

__all__ = ["GaussianProcess"]

Data = ArrayLike | Callable[[NDArray[np.float64]], ArrayLike]


class GaussianProcess:
    """A Gaussian process with prior mean zero and covariance ``kernel``, seen at the points of a matched set.

    Parameters
    ----------
    points : Lattice, Sobol or DigitalNet
        The design, one replicate of it. A lattice in radical-inverse order (n a power of two) or in linear order (its
        own n, any), a net in natural or Gray order.
    kernel : Kernel
        Of the same symmetry: a ShiftInvariantKernel on lattices, a DigitallyShiftInvariantKernel on nets, a
        LeadingDigitKernel on nets under any scramble, nested uniform too; sums, products, multiples of them.
    noise : float, not negative
        Variance of the observations about f. Learnt if it is positive; 0 says that there is none.

    Attributes
    ----------
    points, kernel, noise
        After ``fit`` kernel and noise are those learnt.
    n, n_further, n_iter_, log_marginal_likelihood, nugget
        Observations used at the design's points and at further ones, evaluations of the criterion, log density of the
        data, and what rounding adds to the noise.

    Raises
    ------
    TypeError
        A kernel that does not share the symmetry of the points, a set or order without a fast transform.
    ValueError
        Naming the argument, its rule and the value received.

    Examples
    --------
    >>> gp = GaussianProcess(Lattice(2, seed=11), ShiftInvariantKernel(2, alpha=2))
    >>> f = lambda x: np.exp(np.sin(2 * np.pi * x[:, 0])) + np.cos(2 * np.pi * x[:, 1])
    >>> mean, std = gp.fit(f, n=256).predict([[0.3, 0.8]], return_std=True)
    >>> bool(abs(mean[0] - f(np.array([[0.3, 0.8]]))[0]) < 1e-3)
    True
    >>> value, error = gp.integral()
    >>> bool(abs(value - 1.2660658777520084) < 1e-3)      # the Bessel function I_0(1)
    True
    """

    def __init__(self, points: PointSet, kernel: Kernel, *, noise: float = 0.0) -> None:
        _check_pair(points, kernel)
        self._points = points
        self._start = (kernel, _variance(noise))
        self._kernel, self._noise = self._start
        self._handle: Any = _core.GaussianProcess(points._handle, kernel._handle, self._noise)
        self._y: NDArray[np.float64] | None = None
        self._further: list[tuple[NDArray[np.uint64], NDArray[np.float64], float]] = []  # what condition() was given
        self._one_output = True
        self._n_iter = 0
        self._tasks: tuple[NDArray[np.float64], list[float]] | None = None  # F and v of correlated outputs

    def fit(self, f_or_y: Data, *, n: int | None = None, optimize: bool = True,
            criterion: Literal["mle", "gcv", "loo"] = "mle", task_factor: ArrayLike | None = None, restarts: int = 1,
            max_evaluations: int = 200, progress: bool = False) -> GaussianProcess:
        """Conditions on data, after learning the hyper-parameters from them.

        Parameters
        ----------
        f_or_y : (n,) or (n, r) array, or a function
            Values at the first n points, or a function of an (n, d) array that gives them. Several outputs are
            independent and share the kernel.
        n : int
            Number of points; needed for a function.
        optimize : bool
            Learn every scale and weight, a real alpha, and the noise if it is positive; values of 0 stay. The start is
            what the constructor was given, multiplied by the factor of the largest likelihood. Bounds, widened to the
            start: scales and noise 1e-10 to 1e10 times it, weights 1e-8 to 1e5, alpha 0.05 to 16, lengthscales 1e-5 to
            1e5 times their start.
        criterion : "mle", "gcv" or "loo"
            What is minimised: minus the log marginal likelihood, generalised cross-validation, or minus the log
            predictive density of each value given the others.
        task_factor : (r, rank) array, optional
            F: the outputs are correlated, with covariance T_st k(x, z), T = F F^T, of outputs s and t. With ``optimize`` it
            is where the search for T = F F^T + diag(v) starts, by "mle" only; ``task_covariance`` is what it finds.
            Standard deviations then differ from output to output.
        restarts, max_evaluations : int
            Further starts of the optimiser, and evaluations of the criterion per start.
        progress : bool
            Print evaluations and criterion to standard error. Ctrl-C ends a fit, which then changes nothing.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            Naming the argument, its rule and the value received. To learn, the largest abs(y) is 0 or in [1e-60, 1e60]:
            squares of it are formed.
        NumericalError
            A matrix that is not positive definite; says which eigenvalue and what to raise.
        """
        y = self._values(f_or_y, 0, n)
        criterion = choice(criterion, "criterion", ("mle", "gcv", "loo"))  # type: ignore[assignment]
        restarts = integer(restarts, "restarts", 0, 1000)
        max_evaluations = integer(max_evaluations, "max_evaluations", 1, 10**6)
        data = y.reshape(y.shape[0], -1)
        if task_factor is not None:
            return self._fit_tasks(data, y.ndim == 1, task_factor, optimize, criterion, restarts, max_evaluations, progress)
        kernel, noise = self._start
        handle = _core.GaussianProcess(self._points._handle, kernel._handle, noise)
        with fit_progress(progress) as report:
            handle.fit(data, bool(optimize), criterion, restarts, max_evaluations, report)
        if handle.evaluations:
            kernel = kernel.with_parameters(handle.parameters)
        self._take(handle, kernel, handle.noise, data, y.ndim == 1, handle.evaluations, None)
        return self

    def extend(self, f_or_y: Data) -> GaussianProcess:
        """Appends the values at the next n points; hyper-parameters stay. Returns self.

        ``f_or_y``: the n new values, points n .. 2 n - 1, or a function of their coordinates.
        """
        old = self._data()
        y = self._values(f_or_y, self.n, self.n)
        if (y.ndim == 1) != self._one_output:
            raise ValueError(f"y: must have the outputs of the first fit, shape {(self.n, *self._tail())}; "
                             f"got {y.shape}")
        data = y.reshape(y.shape[0], -1)
        self._handle.extend(data)
        self._y = np.concatenate([old, data])
        return self

    def condition(self, X: ArrayLike, y: ArrayLike | Callable[[NDArray[np.float64]], ArrayLike], *,
                  noise: float | None = None) -> GaussianProcess:
        """Conditions on observations at further points, anywhere; hyper-parameters stay. Returns self.

        The Gram matrix is bordered (``BorderedGram``): O(n (d + log n)) for each of m points, besides m^2 n + m^3, and a
        prediction costs O(n m) more, so m up to some hundred. They add to those of earlier calls, stay under ``extend``
        and go with the next ``fit``.

        Parameters
        ----------
        X : (m, d) array
            Points, as for ``predict``.
        y : (m,) or (m, r) array, or a function of an (m, d) array
            Values there, as many outputs as the data.
        noise : float, not negative, optional
            Their variance about f; by default that of the other observations.

        Raises
        ------
        ValueError, TypeError
            Naming the argument, its rule and the value received.
        NumericalError
            Points that repeat each other or the design's without noise, a matrix that is not positive definite; says what to
            raise.
        """
        self._data()
        x = self._words(X)
        if x.shape[0] == 0:
            raise ValueError("X: must have at least one row; got 0")
        name = "f" if callable(y) else "y"
        if callable(y):
            at = np.asarray(X)
            y = y(coordinates(at) if at.dtype == np.uint64 else at)
        values = real_array(y, name)
        if values.shape != (x.shape[0], *self._tail()):
            raise ValueError(f"{name}: must have shape {(x.shape[0], *self._tail())}, a row per point; got {values.shape}")
        data = values.reshape(x.shape[0], -1)
        variance = self._noise if noise is None else _variance(noise)
        self._handle.condition(x, data, variance)
        self._further = [*self._further, (x, data.copy(), variance)]
        return self

    def predict(self, X: ArrayLike, return_std: bool = False, return_cov: bool = False) -> Any:
        """The posterior of f (without noise) at the rows of X.

        Parameters
        ----------
        X : (m, d) array
            Points of the cube (lattices: any, taken mod 1), or words (uint64).
        return_std, return_cov : bool
            Also the standard deviation, or the covariance matrix (memory n m doubles up to 1 GiB, then longer).

        Returns
        -------
        mean : (m,) or (m, r)
        std : as mean, or cov : (m, m) or (m, m, r); where asked for.
        """
        if return_std and return_cov:
            raise ValueError("return_cov: must be False with return_std, as in scikit-learn; got True")
        self._data()
        x = self._words(X)
        mean, variance = self._handle.predict(x, True, bool(return_std))
        mean = self._shaped(mean)
        if return_std:
            return mean, self._spread(np.sqrt(variance))
        if return_cov:
            covariance = self._handle.covariance(x)
            return mean, self._spread(covariance if self._tasks is None else np.moveaxis(covariance, 0, -1))
        return mean

    def interval(self, X: ArrayLike, confidence: float = 0.95) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Lower and upper ends of the central interval of f at the rows of X that holds this much probability."""
        confidence = real(confidence, "confidence")
        if not 0 < confidence < 1:
            raise ValueError(f"confidence: must be in (0, 1); got {confidence}")
        mean, std = self.predict(X, return_std=True)
        half = float(inverse_normal(0.5 + confidence / 2)) * std
        return mean - half, mean + half

    def predict_shifted(self, shift: ArrayLike, return_std: bool = False) -> Any:
        """The posterior of f at all n points of a shifted copy of the design, by one transform.

        Parameters
        ----------
        shift : (d,) array
            Added mod 1 (lattices) or digitwise (nets); numbers of [0, 1) or words (uint64).
        return_std : bool
            Also the standard deviation, which is the same at all of them without further observations.

        Returns
        -------
        mean : (n,) or (n, r), in the order of the points; std : as mean, where asked for.
        """
        self._data()
        given = np.asarray(shift)
        if given.shape not in ((self._points.d,), (1, self._points.d)):
            raise ValueError(f"shift: must have shape ({self._points.d},); got {given.shape}")
        words = self._words(given.reshape(1, -1), "shift")
        mean, variance = self._handle.predict_shifted(words[0], bool(return_std))
        mean = self._shaped(mean)
        return (mean, self._spread(np.sqrt(variance))) if return_std else mean

    def sample(self, X: ArrayLike, *, size: int = 1, seed: Any = None) -> NDArray[np.float64]:
        """Paths of f at the rows of X: of the posterior after a fit, of the prior before, by the covariance matrix and its
        Cholesky factor, O(m n log n + m^2 n + m^3).

        Returns
        -------
        (size, m) or (size, m, r) array, a path per row; the same seed gives the same paths.
        """
        size = integer(size, "size", 1, 2**31 - 1)
        word = seed_word(seed)
        outputs = max(self._handle.outputs, 1)
        x = self._words(X)
        paths = self._handle.sample(x, size * outputs, fresh_seed() if word is None else word)
        paths = paths.reshape(size, outputs, x.shape[0]).transpose(0, 2, 1)
        return np.ascontiguousarray(paths[:, :, 0] if self._one_output else paths)

    def integral(self) -> tuple[Any, Any]:
        """Posterior mean and standard deviation of the integral of f over the cube; the mean is (r,) for (n, r) data, and so
        is the deviation of correlated outputs.

        Of structured kernels and their sums; the integral of a product of kernels is a ValueError.
        """
        self._data()
        means, variance = self._handle.integral()
        return (float(means[0]) if self._one_output else means), self._deviation(variance)

    def project_std(self, n: int, X: ArrayLike | None = None) -> Any:
        """The standard deviation that n points would leave, hyper-parameters as they are; no data are needed there.

        Without X of the integral (a float), with X of f at its rows, (m,); of correlated outputs (r,) and (m, r). Further
        observations stay as they are.
        """
        n = integer(n, "n", 1, 2**62)
        if X is None:
            return self._deviation(self._handle.projected_integral_variance(n))
        values = np.sqrt(self._handle.projected_variance(n, self._words(X)))
        return values[:, 0] if self._tasks is not None and self._one_output else values

    @property
    def points(self) -> PointSet:
        """The design."""
        return self._points

    @property
    def kernel(self) -> Kernel:
        """The prior's covariance, with the hyper-parameters learnt."""
        return self._kernel

    @property
    def noise(self) -> float:
        """Variance of the observations about f."""
        return self._noise

    @property
    def task_covariance(self) -> NDArray[np.float64] | None:
        """T, (r, r), of correlated outputs; None where they are independent."""
        return None if self._tasks is None else self._handle.task_covariance

    @property
    def n(self) -> int:
        """Observations used at the design's points; 0 before a fit."""
        return self._handle.n

    @property
    def n_further(self) -> int:
        """Observations at further points (``condition``)."""
        return sum(len(y) for _, y, _ in self._further)

    @property
    def nugget(self) -> float:
        """The variance that stands for the rounding errors of the eigenvalues."""
        return self._handle.nugget

    @property
    def n_iter_(self) -> int:
        """Evaluations of the criterion, over all starts."""
        self._data()
        return self._n_iter

    @property
    def log_marginal_likelihood(self) -> float:
        """Log density of the data under the process, summed over outputs."""
        self._data()
        return self._handle.log_marginal_likelihood

    def __repr__(self) -> str:
        return f"GaussianProcess({self._points!r}, {self._kernel!r}, noise={self._noise!r})"

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_handle"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        if self._tasks is not None:
            factor, diagonal = self._tasks
            self._handle = _core.CorrelatedGaussianProcess(self._points._handle, self._kernel._handle, factor, self._noise,
                                                           diagonal)
            self._handle.fit(self._y, False, 0, 1)
        else:
            self._handle = _core.GaussianProcess(self._points._handle, self._kernel._handle, self._noise)
            if self._y is not None:
                self._handle.fit(self._y, False, "mle", 0, 1)
        for x, y, noise in self._further:
            self._handle.condition(x, y, noise)

    # ---- inside

    def _fit_tasks(self, y: NDArray[np.float64], one_output: bool, task_factor: ArrayLike, optimize: bool, criterion: str,
                   restarts: int, max_evaluations: int, progress: bool) -> GaussianProcess:
        factor = real_array(task_factor, "task_factor")
        if factor.ndim != 2 or factor.shape[0] != y.shape[1] or factor.shape[1] == 0:
            raise ValueError(f"task_factor: must have shape ({y.shape[1]}, rank), a row per output; got {factor.shape}")
        if optimize and criterion != "mle":
            raise ValueError(f'criterion: must be "mle" to learn a task_factor; got {criterion!r}')
        kernel, noise = self._start
        handle = _core.CorrelatedGaussianProcess(self._points._handle, kernel._handle, factor, noise, [])
        with fit_progress(progress) as report:
            handle.fit(y, bool(optimize), restarts, max_evaluations, report)
        if handle.evaluations:
            kernel = kernel.with_parameters(handle.parameters)
        self._take(handle, kernel, handle.noise, y, one_output, handle.evaluations,
                   (handle.task_factor, handle.task_diagonal))
        return self

    def _deviation(self, variance: Any) -> Any:
        return math.sqrt(float(np.ravel(variance)[0])) if self._one_output or np.ndim(variance) == 0 else np.sqrt(variance)

    # All that a fit changes, once nothing can fail any more.
    def _take(self, handle: Any, kernel: Kernel, noise: float, y: NDArray[np.float64], one_output: bool, evaluations: int,
              tasks: tuple[NDArray[np.float64], list[float]] | None) -> None:
        self._handle, self._kernel, self._noise, self._further = handle, kernel, noise, []
        self._y, self._one_output, self._n_iter = y.copy(), one_output, evaluations
        self._tasks = tasks

    def _data(self) -> NDArray[np.float64]:
        if self._y is None:
            raise ValueError("gp: must have been fitted to data; got none")
        return self._y

    def _tail(self) -> tuple[int, ...]:
        return () if self._one_output else (self._handle.outputs,)

    def _shaped(self, mean: NDArray[np.float64]) -> NDArray[np.float64]:
        return mean[:, 0] if self._one_output else mean

    def _spread(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        if self._tasks is not None:
            return values[..., 0] if self._one_output else values
        if self._one_output:
            return values
        return np.repeat(values[..., None], self._handle.outputs, axis=-1)

    def _values(self, f_or_y: Data, first: int, n: int | None) -> NDArray[np.float64]:
        if callable(f_or_y):
            if n is None:
                raise ValueError("n: must be given with a function; got None")
            n = integer(n, "n", 2 if first == 0 else 1, max(2, self._points.n_max - first))
            y = real_array(f_or_y(self._points.points(first, first + n)), "f")
        else:
            y = real_array(f_or_y, "y")
            n = y.shape[0] if n is None and y.ndim > 0 else n
        name = "f" if callable(f_or_y) else "y"
        if y.ndim not in (1, 2) or y.shape[0] != n or y.shape[1:] == (0,):
            raise ValueError(f"{name}: must have shape ({n},) or ({n}, outputs), a row per point; got {y.shape}")
        if not np.isfinite(y).all():
            raise ValueError(f"{name}: must be finite; got {y[~np.isfinite(y)][0]}")
        return y

    def _words(self, X: ArrayLike, name: str = "X") -> NDArray[np.uint64]:
        return cube_words(self._points, X, name)


def cube_words(points: PointSet, X: ArrayLike, name: str = "X") -> NDArray[np.uint64]:
    """Points (m, d) as words: uint64 as they are, numbers mod 1 for lattices and in [0, 1) for nets."""
    words = isinstance(X, np.ndarray) and X.dtype == np.uint64
    x = np.ascontiguousarray(X) if words else real_array(X, name)
    if x.ndim != 2 or x.shape[1] != points.d:
        raise ValueError(f"{name}: must have shape ({'m, ' if name == 'X' else ''}{points.d}); got {np.shape(X)}")
    if words:
        return x
    if not np.isfinite(x).all():
        raise ValueError(f"{name}: must be finite; got {x[~np.isfinite(x)][0]}")
    if points.symmetry == "cyclic":
        x = x - np.floor(x)
        x[x == 1.0] = 0.0  # a negative number below 2^-53
    elif ((x < 0) | (x >= 1)).any():
        raise ValueError(f"{name}: must lie in [0, 1): nets' kernels look at binary digits; "
                         f"got {x[(x < 0) | (x >= 1)][0]}")
    return (x * 2.0**64).astype(np.uint64)


def coordinates(words: NDArray[np.uint64]) -> NDArray[np.float64]:
    """The leading 53 digits of words."""
    return (words >> np.uint64(11)).astype(np.float64) * 2.0**-53


def _variance(noise: float) -> float:
    value = real(noise, "noise")
    if not (value >= 0 and math.isfinite(value)):
        raise ValueError(f"noise: must be finite and not negative; got {value}")
    return value


def _check_pair(points: PointSet, kernel: Kernel) -> None:
    if not isinstance(points, PointSet):
        raise TypeError(f"points: must be a point set; got {type(points).__name__}")
    if not isinstance(kernel, Kernel):
        raise TypeError(f"kernel: must be a kernel; got {type(kernel).__name__}")
    if points.replications is not None:
        raise ValueError("points: must be one replicate, points.replicate(r); "
                         f"got replications={points.replications}")
    if points.symmetry is None:
        raise TypeError(f"points: must be a lattice or a net in base 2: other sets have no fast transform; got {points!r}")
    if points.symmetry == "cyclic" and points.order == "gray":
        raise TypeError("points: must not be in Gray order: a Gray-ordered lattice's Gram matrix has no fast transform; "
                        f"got {points!r}")
    suits = {"cyclic": {"cyclic"}, "dyadic": {"dyadic", "dyadic_tree"}, "dyadic_tree": {"dyadic_tree"}}
    if kernel.symmetry not in suits[points.symmetry]:
        raise TypeError(f"kernel: must share the symmetry of the points, {points.symmetry}; got {kernel.symmetry}, {kernel!r}")

