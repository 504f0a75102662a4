"""Probability measures as maps from the open unit cube.

A measure mu is the map T with ``integral f dmu = integral over (0, 1)^d of f(T(u)) du``. Sources: Caflisch and
Moskowitz (1995) for the Brownian bridge; Acworth, Broadie and Glasserman (1998) for PCA; Glasserman (2004), chapter 3.
"""

from __future__ import annotations

import functools
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from ._arguments import choice, integer, real, real_array

__all__ = ["BrownianMotion", "Gaussian", "GeometricBrownianMotion", "Measure", "Uniform", "inverse_normal"]


class Measure:
    """What all measures have in common; made by ``Uniform``, ``Gaussian``, ``BrownianMotion``, ...

    Measures are immutable, compare equal by their arguments, pickle and copy.
    """

    __slots__ = ("_arguments", "_handle")

    def _begin(self, handle: Any, arguments: dict[str, Any]) -> None:
        self._handle = handle
        self._arguments = arguments

    @property
    def d(self) -> int | None:
        """Dimension; None if every parameter is one number: such a measure fits any dimension."""
        return self._handle.d or None

    def transform(self, u: ArrayLike) -> NDArray[np.float64]:
        """Map points of the open unit cube to the measure.

        Parameters
        ----------
        u : (..., d) array, values in (0, 1)
            As ``points(n, endpoint="open")`` gives them.

        Returns
        -------
        float64 array of u's shape.

        Raises
        ------
        ValueError
            A value outside the open cube, or a last axis that is not d.
        TypeError
            A dtype that holds no real numbers.
        """
        points = real_array(u, "u")
        if points.ndim == 0:
            raise ValueError("u: must have shape (..., d); got a scalar")
        if self.d is not None and points.shape[-1] != self.d:
            raise ValueError(f"u: must have a last axis of length d = {self.d}; got shape {points.shape}")
        outside = points[~((points > 0) & (points < 1))]
        if outside.size:
            raise ValueError(f"u: must lie in the open unit cube (endpoint='open'); got {outside[0]}")
        if points.size == 0:
            return points.copy()
        return self._handle.transform(points.reshape(-1, points.shape[-1])).reshape(points.shape)

    def __repr__(self) -> str:
        shown = ", ".join(f"{k}={_shown(v)}" for k, v in self._arguments.items() if v is not None)
        return f"{type(self).__name__}({shown})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Measure):
            return NotImplemented
        return type(self) is type(other) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash((type(self), self._key()))

    def __reduce__(self) -> tuple:
        return functools.partial(type(self), **self._arguments), ()

    def _key(self) -> tuple:
        return tuple((v.tobytes(), v.shape) if isinstance(v, np.ndarray) else v for v in self._arguments.values())


class Uniform(Measure):
    """The uniform distribution on a box: x_j = lower_j + (upper_j - lower_j) u_j.

    Parameters
    ----------
    lower, upper : float or (d,) array
        Finite, lower < upper.
    d : int, optional
        Dimension; needed only to fix it where both bounds are single numbers.

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.

    Examples
    --------
    >>> Uniform([0, -1], [1, 1]).transform([0.25, 0.75])
    array([0.25, 0.5 ])
    """

    __slots__ = ()

    def __init__(self, lower: ArrayLike = 0, upper: ArrayLike = 1, d: int | None = None) -> None:
        low, high = _parameter(lower, "lower", 1), _parameter(upper, "upper", 1)
        d = None if d is None else integer(d, "d", 1, 2**63 - 1)
        self._begin(_core.uniform(low, high, d), {"lower": low, "upper": high, "d": d})


class Gaussian(Measure):
    """The normal distribution N(mean, C): x = mean + A z with A A^T = C and z_j = inverse_normal(u_j).

    Parameters
    ----------
    mean : float or (d,) array
    covariance : float, (d,) or (d, d) array
        A variance (not a standard deviation), independent variances, or a symmetric positive semidefinite matrix.
    factor : "pca" or "cholesky"
        A from the eigenvectors in the order of decreasing eigenvalues, or lower triangular.
    d : int, optional
        Dimension; needed only to fix it where mean and covariance are single numbers.

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.
    NumericalError
        ``"cholesky"`` of a matrix that is singular to rounding.

    Examples
    --------
    >>> Gaussian(mean=1.0, covariance=[4.0, 9.0]).transform([0.5, 0.5])
    array([1., 1.])
    """

    __slots__ = ()

    def __init__(self, mean: ArrayLike = 0, covariance: ArrayLike = 1, factor: Literal["pca", "cholesky"] = "pca",
                 d: int | None = None) -> None:
        centre, cov = _parameter(mean, "mean", 1), _parameter(covariance, "covariance", 2)
        choice(factor, "factor", ("pca", "cholesky"))
        d = None if d is None else integer(d, "d", 1, 2**63 - 1)
        self._begin(_core.gaussian(centre, cov, factor, d),
                    {"mean": centre, "covariance": cov, "factor": factor, "d": d})


class BrownianMotion(Measure):
    """Brownian motion at times 0 < t_1 < ... < t_d: B(t) = initial + drift t + W(t), Cov = diffusion min(s, t).

    Parameters
    ----------
    times : (d,) array
        Positive and increasing.
    drift : float
        Per unit of time.
    diffusion : float
        Variance per unit of time, positive.
    initial : float
        B(0).
    factor : "pca", "cholesky" or "bridge"
        How the path is made of independent normals: principal components, O(d^2) per path; running sums of increments,
        O(d); or the last value first and then midpoints, O(d).

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.
    """

    __slots__ = ()

    def __init__(self, times: ArrayLike, *, drift: float = 0, diffusion: float = 1, initial: float = 0,
                 factor: Literal["pca", "cholesky", "bridge"] = "pca") -> None:
        arguments: dict[str, Any] = {
            "times": _times(times), "drift": real(drift, "drift"), "diffusion": real(diffusion, "diffusion"),
            "initial": real(initial, "initial"), "factor": choice(factor, "factor", _PATH_FACTORS)}
        self._begin(_core.brownian_motion(**arguments), arguments)


class GeometricBrownianMotion(Measure):
    """Geometric Brownian motion at times 0 < t_1 < ... < t_d (Black and Scholes, 1973).

    S(t) = initial exp((rate - volatility^2 / 2) t + volatility W(t)), so E S(t) = initial exp(rate t).

    Parameters
    ----------
    times : (d,) array
        Positive and increasing.
    initial : float
        S(0), positive.
    rate : float
        Per unit of time.
    volatility : float
        Standard deviation of log S per square root of a unit of time, positive.
    factor : "pca", "cholesky" or "bridge"
        As for ``BrownianMotion``.

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.
    """

    __slots__ = ()

    def __init__(self, times: ArrayLike, *, initial: float = 1, rate: float = 0, volatility: float = 1,
                 factor: Literal["pca", "cholesky", "bridge"] = "pca") -> None:
        arguments: dict[str, Any] = {
            "times": _times(times), "initial": real(initial, "initial"), "rate": real(rate, "rate"),
            "volatility": real(volatility, "volatility"), "factor": choice(factor, "factor", _PATH_FACTORS)}
        self._begin(_core.geometric_brownian_motion(**arguments), arguments)


def inverse_normal(u: ArrayLike) -> NDArray[np.float64] | np.float64:
    """The inverse of the standard normal distribution function, elementwise.

    Relative error at most 8e-16 for every double in (0, 1), subnormals included. 0 and 1 give -inf and inf, everything
    else outside (0, 1) NaN.

    Parameters
    ----------
    u : array of real numbers, any shape

    Returns
    -------
    float64 array of u's shape; a scalar for a scalar.

    Raises
    ------
    TypeError
        A dtype that holds no real numbers.

    Examples
    --------
    >>> float(inverse_normal(0.5))
    0.0
    """
    return _core.inverse_normal(real_array(u, "u"))[()]


_PATH_FACTORS = ("pca", "cholesky", "bridge")


def _parameter(value: ArrayLike, name: str, most_axes: int) -> NDArray[np.float64]:
    array = real_array(value, name)
    if array.ndim > most_axes:
        raise ValueError(f"{name}: must have at most {most_axes} axes; got shape {array.shape}")
    if array.ndim > 0 and array.size == 0:
        raise ValueError(f"{name}: must not be empty; got shape {array.shape}")
    return array.copy()


def _times(value: ArrayLike) -> NDArray[np.float64]:
    array = real_array(value, "times")
    if array.ndim != 1:
        raise ValueError(f"times: must have one axis; got shape {array.shape}")
    return array.copy()


def _shown(value: Any) -> str:
    if not isinstance(value, np.ndarray):
        return repr(value)
    if value.ndim == 0:
        return repr(float(value))
    return np.array2string(value, separator=", ", threshold=8, edgeitems=3).replace("\n", "")
