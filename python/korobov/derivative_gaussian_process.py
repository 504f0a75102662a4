"""Gaussian processes that see partial derivatives beside values, at the points of one lattice.

Derivatives of a shift-invariant kernel are functions of x - z too, so the Gram matrix of all observations is one small
matrix per frequency. Formulas: Rasmussen and Williams (2006), section 9.4.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from ._arguments import fresh_seed, integer, real, real_array, seed_word
from ._progress import fit_progress
from .gaussian_process import cube_words
from .kernels import Kernel, ShiftInvariantKernel, orders_of
from .measures import inverse_normal
from .points import PointSet

__all__ = ["DerivativeGaussianProcess"]


class DerivativeGaussianProcess:
    """A Gaussian process with prior mean zero that is told values and partial derivatives at a lattice's points.

    With B observations per point a fit costs O(B^2 n (d + log n) + B^3 n) per evaluation of the likelihood, a mean
    O(B n d) per point, a deviation O(B n (d + log n) + B^2 n); memory O(B^2 n).

    Parameters
    ----------
    points : Lattice
        The design, one replicate: radical-inverse order (n a power of two) or linear order (its own n).
    kernel : ShiftInvariantKernel
        Product weights; o_j <= alpha_j - 1 for the orders of every observation.
    orders : (B, d) ints, optional
        The orders of the B derivatives, all different; zeros are the values. By default values and gradient.
    noise : float or (B,) array, not negative
        Variances of the observations. Those that are positive are learnt.

    Raises
    ------
    TypeError, ValueError
        Naming the argument, its rule and the value received.

    Examples
    --------
    >>> f = lambda x: np.exp(np.sin(2 * np.pi * x[:, 0]))
    >>> slope = lambda x: 2 * np.pi * np.cos(2 * np.pi * x[:, 0]) * f(x)
    >>> gp = DerivativeGaussianProcess(Lattice(1), ShiftInvariantKernel(1, alpha=4))
    >>> gp = gp.fit(lambda x: np.stack([f(x), slope(x)], axis=1), n=16)
    >>> bool(abs(gp.predict([[0.3]])[0] - f(np.array([[0.3]]))[0]) < 1e-5)
    True
    """

    def __init__(self, points: PointSet, kernel: ShiftInvariantKernel, orders: ArrayLike | None = None, *,
                 noise: float | ArrayLike = 0.0) -> None:
        if not isinstance(points, PointSet):
            raise TypeError(f"points: must be a point set; got {type(points).__name__}")
        if points.symmetry != "cyclic" or points.order == "gray":
            raise TypeError("points: must be a lattice in radical-inverse or linear order, derivatives have no fast "
                            f"transform elsewhere; got {points!r}")
        if points.replications is not None:
            raise ValueError("points: must be one replicate, points.replicate(r); "
                             f"got replications={points.replications}")
        if not isinstance(kernel, ShiftInvariantKernel):
            raise TypeError(f"kernel: must be a ShiftInvariantKernel; got {type(kernel).__name__}")
        if kernel.order_weights is not None:
            raise ValueError(f"order_weights: must be None, derivatives are of product kernels; "
                             f"got {kernel.order_weights}")
        d = points.d
        rows = np.concatenate([np.zeros((1, d), int), np.eye(d, dtype=int)]) if orders is None else np.asarray(orders)
        if rows.dtype.kind not in "iu" or rows.ndim != 2 or rows.shape[0] == 0 or rows.shape[1] != d:
            raise ValueError(f"orders: must be integers of shape (B, {d}), B at least 1; got {orders!r}")
        for order in (rows.min(), rows.max()):
            integer(order, "orders", 0, 2**31 - 1)
        spread = real_array(noise, "noise")
        if spread.ndim > 1 or (spread.ndim == 1 and spread.shape[0] != rows.shape[0]):
            raise ValueError(f"noise: must be one number or one per row of orders, {rows.shape[0]}; "
                             f"got shape {spread.shape}")
        self._points, self._orders = points, rows.astype(np.intc)
        self._start = (kernel, np.full(rows.shape[0], spread) if spread.ndim == 0 else spread.copy())
        self._kernel, self._noise = self._start
        self._y: NDArray[np.float64] | None = None
        self._n_iter = 0
        self._handle = self._made(*self._start)

    def fit(self, f_or_y: ArrayLike | Callable[[NDArray[np.float64]], ArrayLike], *, n: int | None = None,
            optimize: bool = True, restarts: int = 1, max_evaluations: int = 200,
            progress: bool = False) -> DerivativeGaussianProcess:
        """Conditions on data, after learning the hyper-parameters from them by marginal likelihood. Returns self.

        Parameters
        ----------
        f_or_y : (n, B) array, or a function of an (n, d) array that gives it
            Column a holds the derivatives of orders[a] at the first n points.
        n : int
            Number of points; needed for a function.
        optimize : bool
            Learn the scale, the weights and every positive noise; values of 0 stay.
        restarts, max_evaluations : int
            Further starts of the optimiser, and evaluations of the likelihood per start.
        progress : bool
            Print evaluations and minus the log likelihood to standard error. Ctrl-C ends a fit, which then changes nothing.
        """
        y = self._values(f_or_y, 0, n)
        handle = self._made(*self._start)
        restarts = integer(restarts, "restarts", 0, 1000)
        max_evaluations = integer(max_evaluations, "max_evaluations", 1, 10**6)
        with fit_progress(progress) as report:
            handle.fit(y, bool(optimize), restarts, max_evaluations, report)
        self._handle, self._y, self._n_iter = handle, y.copy(), handle.evaluations
        kernel = self._start[0]
        self._kernel = kernel.with_parameters(handle.parameters) if handle.evaluations else kernel  # type: ignore[assignment]
        self._noise = handle.noise
        return self

    def extend(self, f_or_y: ArrayLike | Callable[[NDArray[np.float64]], ArrayLike]) -> DerivativeGaussianProcess:
        """Appends the observations at the next n points; hyper-parameters stay. Returns self.

        ``f_or_y``: the (n, B) new observations, points n .. 2 n - 1, or a function of their coordinates. A ValueError where
        there is no fit, another shape, or a lattice in linear order, which has no further points.
        """
        old = self._data()
        y = self._values(f_or_y, self.n, self.n)
        self._handle.extend(y)
        self._y = np.concatenate([old, y])
        return self

    def predict(self, X: ArrayLike, order: Sequence[int] | None = None, return_std: bool = False,
                return_cov: bool = False) -> Any:
        """The posterior of a derivative of f (without noise) at the rows of X.

        Parameters
        ----------
        X : (m, d) array
            Points, taken mod 1, or words (uint64).
        order : d ints, optional
            The orders of the derivative; zeros, f itself, if left out. order_j <= alpha_j - 1.
        return_std, return_cov : bool
            Also the standard deviation, or the covariance matrix (memory B n m).

        Returns
        -------
        mean : (m,); std : (m,), or cov : (m, m), where asked for.
        """
        if return_std and return_cov:
            raise ValueError("return_cov: must be False with return_std, as in scikit-learn; got True")
        self._data()
        which, x = self._order(order), cube_words(self._points, X)
        mean, variance = self._handle.predict(x, which, bool(return_std))
        if return_cov:
            return mean, self._handle.covariance(x, which)
        return (mean, np.sqrt(variance)) if return_std else mean

    def interval(self, X: ArrayLike, order: Sequence[int] | None = None,
                 confidence: float = 0.95) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Lower and upper ends of the central interval of a derivative of f that holds this much probability."""
        confidence = real(confidence, "confidence")
        if not 0 < confidence < 1:
            raise ValueError(f"confidence: must be in (0, 1); got {confidence}")
        mean, std = self.predict(X, order, return_std=True)
        half = float(inverse_normal(0.5 + confidence / 2)) * std
        return mean - half, mean + half

    def sample(self, X: ArrayLike, order: Sequence[int] | None = None, *, size: int = 1,
               seed: Any = None) -> NDArray[np.float64]:
        """Paths of a derivative of f at the rows of X: of the posterior after a fit, of the prior before.

        Costs m deviations, O(m^2 B n + m^3) and B n m doubles.

        Returns
        -------
        (size, m) array, a path per row; the same seed gives the same paths.
        """
        size = integer(size, "size", 1, 2**31 - 1)
        word = seed_word(seed)
        return self._handle.sample(cube_words(self._points, X), self._order(order), size,
                                   fresh_seed() if word is None else word)

    def integral(self) -> tuple[float, float]:
        """Posterior mean and standard deviation of the integral of f over the cube."""
        self._data()
        mean, variance = self._handle.integral()
        return mean, math.sqrt(variance)

    @property
    def points(self) -> PointSet:
        """The design."""
        return self._points

    @property
    def kernel(self) -> Kernel:
        """The prior's covariance, with the hyper-parameters learnt."""
        return self._kernel

    @property
    def orders(self) -> NDArray[np.intc]:
        """The orders of the observations, (B, d)."""
        return self._orders.copy()

    @property
    def noise(self) -> NDArray[np.float64]:
        """Variances of the observations, (B,)."""
        return self._noise.copy()

    @property
    def nugget(self) -> NDArray[np.float64]:
        """The variances that stand for the rounding errors of the eigenvalues, (B,)."""
        self._data()
        return self._handle.nugget

    @property
    def n(self) -> int:
        """Points used; 0 before a fit."""
        return self._handle.n

    @property
    def n_iter_(self) -> int:
        """Evaluations of the likelihood, over all starts."""
        self._data()
        return self._n_iter

    @property
    def log_marginal_likelihood(self) -> float:
        """Log density of the data under the process."""
        self._data()
        return self._handle.log_marginal_likelihood

    def __repr__(self) -> str:
        return (f"DerivativeGaussianProcess({self._points!r}, {self._kernel!r}, {self._orders.tolist()}, "
                f"noise={self._noise.tolist()})")

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_handle"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._handle = self._made(self._kernel, self._noise)
        if self._y is not None:
            self._handle.fit(self._y, False, 0, 1)

    def _made(self, kernel: Any, noise: NDArray[np.float64]) -> Any:
        a = kernel._arguments
        return _core.DerivativeGaussianProcess(self._points._handle, a["d"], a["alpha"].astype(np.float64), a["weights"],
                                               a["scale"], self._orders, noise.tolist())

    def _data(self) -> NDArray[np.float64]:
        if self._y is None:
            raise ValueError("gp: must have been fitted to data; got none")
        return self._y

    def _order(self, order: Sequence[int] | None) -> tuple[int, ...]:
        which = orders_of(order, "order", self._points.d)
        if len(which) != self._points.d:
            raise ValueError(f"order: must have {self._points.d} entries; got {len(which)}")
        return which

    def _values(self, f_or_y: Any, first: int, n: int | None) -> NDArray[np.float64]:
        if callable(f_or_y):
            if n is None:
                raise ValueError("n: must be given with a function; got None")
            n = integer(n, "n", 2 if first == 0 else 1, max(2, self._points.n_max - first))
            name, y = "f", real_array(f_or_y(self._points.points(first, first + n)), "f")
        else:
            name, y = "y", real_array(f_or_y, "y")
            n = y.shape[0] if n is None and y.ndim > 0 else n
        blocks = self._orders.shape[0]
        if y.shape != (n, blocks):
            raise ValueError(f"{name}: must have shape ({n}, {blocks}), a column per row of orders; got {y.shape}")
        if not np.isfinite(y).all():
            raise ValueError(f"{name}: must be finite; got {y[~np.isfinite(y)][0]}")
        return y
