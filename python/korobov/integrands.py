"""The field's test problems, with exact values where they are known.

An integrand is called on (n, d) points of its measure and gives (n,) values. Your own one is any callable that does the
same; ``d``, ``measure`` and ``exact`` are optional attributes of it. Sources: Keister (1996); Black and Scholes (1973);
Kemna and Vorst (1990).
"""

from __future__ import annotations

import functools
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from ._arguments import choice, integer, real, real_array
from .measures import Measure

__all__ = ["AsianOption", "EuropeanOption", "Integrand", "Keister"]


class Integrand:
    """What the built-in integrands have in common; they run compiled and on all cores.

    Integrands are immutable, compare equal by their arguments, pickle and copy.
    """

    __slots__ = ("_arguments", "_handle")

    def _begin(self, handle: Any, arguments: dict[str, Any]) -> None:
        self._handle = handle
        self._arguments = arguments

    @property
    def d(self) -> int:
        """Dimension."""
        return self._handle.d

    @property
    def measure(self) -> Measure:
        """The measure it is integrated against."""
        return _MeasureOf(self, self._handle.measure)

    @property
    def exact(self) -> float | None:
        """The integral where it is known, else None."""
        return self._handle.exact

    def __call__(self, x: ArrayLike) -> NDArray[np.float64]:
        """Values at points of the measure.

        Parameters
        ----------
        x : (n, d) array, or (..., d)

        Returns
        -------
        (n,) float64 array, or (...,)

        Raises
        ------
        ValueError, TypeError
            A last axis that is not d; a dtype that holds no real numbers.
        """
        points = real_array(x, "x")
        if points.ndim == 0 or points.shape[-1] != self.d:
            raise ValueError(f"x: must have shape (n, {self.d}); got {points.shape}")
        return self._handle.evaluate(points.reshape(-1, self.d)).reshape(points.shape[:-1])

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in self._arguments.items())})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Integrand):
            return NotImplemented
        return type(self) is type(other) and self._arguments == other._arguments

    def __hash__(self) -> int:
        return hash((type(self), tuple(self._arguments.values())))

    def __reduce__(self) -> tuple:
        return functools.partial(type(self), **self._arguments), ()


class Keister(Integrand):
    """Keister's function: the integral of cos|x| exp(-|x|^2) over R^d, as the mean of pi^(d/2) cos|x| under N(0, I/2).

    Parameters
    ----------
    d : int
        Dimension, 1 <= d <= 1239 (pi^(d/2) overflows beyond).

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.

    Examples
    --------
    >>> round(Keister(3).exact, 12)
    2.168309102165
    """

    __slots__ = ()

    def __init__(self, d: int) -> None:
        d = integer(d, "d", 1, 2**63 - 1)
        self._begin(_core.keister(d), {"d": d})


_SHARED_PARAMETERS = """\
    call : bool
        True: a call, payoff max({underlying} - strike, 0); False: a put, max(strike - {underlying}, 0).
    start, strike : float
        S(0) and the strike, positive.
    rate : float
        Continuously compounded, per unit of time.
    volatility : float
        Per square root of a unit of time, positive.
    maturity : float
        T, positive.\
"""


class EuropeanOption(Integrand):
    __slots__ = ()
    __doc__ = f"""A European option under Black and Scholes (1973), d = 1: exp(-rate T) max(S(T) - strike, 0).

    Points x are log S(T); ``exact`` is the Black-Scholes formula.

    Parameters
    ----------
{_SHARED_PARAMETERS.format(underlying="S(T)")}

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.
    """

    def __init__(self, *, call: bool = True, start: float = 100, strike: float = 100, rate: float = 0.05,
                 volatility: float = 0.2, maturity: float = 1) -> None:
        arguments = _option_arguments(call, start, strike, rate, volatility, maturity)
        self._begin(_core.european_option(**arguments), arguments)


class AsianOption(Integrand):
    __slots__ = ()
    __doc__ = f"""An Asian option: the discounted payoff on the mean M of the prices at d = steps equal dates up to T.

    Points x are the log prices at the dates. ``exact`` is known for the geometric mean (Kemna and Vorst, 1990).

    Parameters
    ----------
    steps : int
        Number of dates.
    mean : "arithmetic" or "geometric"
{_SHARED_PARAMETERS.format(underlying="M")}
    factor : "pca", "cholesky" or "bridge"
        How the path is made of independent normals, as for ``BrownianMotion``.

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.

    Examples
    --------
    >>> AsianOption(52, mean="geometric").d
    52
    """

    def __init__(self, steps: int, *, mean: Literal["arithmetic", "geometric"] = "arithmetic", call: bool = True,
                 start: float = 100, strike: float = 100, rate: float = 0.05, volatility: float = 0.2,
                 maturity: float = 1, factor: Literal["pca", "cholesky", "bridge"] = "pca") -> None:
        steps = integer(steps, "steps", 1, 2**31 - 1)
        choice(mean, "mean", ("arithmetic", "geometric"))
        choice(factor, "factor", ("pca", "cholesky", "bridge"))
        arguments = {"steps": steps, "mean": mean,
                     **_option_arguments(call, start, strike, rate, volatility, maturity), "factor": factor}
        self._begin(_core.asian_option(**arguments), arguments)


def _option_arguments(call: bool, start: float, strike: float, rate: float, volatility: float,
                      maturity: float) -> dict[str, Any]:
    if not isinstance(call, (bool, np.bool_)):
        raise TypeError(f"call: must be True or False; got {call!r}")
    return {"call": bool(call), "start": real(start, "start"), "strike": real(strike, "strike"),
            "rate": real(rate, "rate"), "volatility": real(volatility, "volatility"),
            "maturity": real(maturity, "maturity")}


class _MeasureOf(Measure):
    """The measure of a built-in integrand."""

    __slots__ = ()

    def __init__(self, integrand: Integrand, handle: Any) -> None:
        self._begin(handle, {"integrand": integrand})

    def __repr__(self) -> str:
        return self._handle.description

    def __reduce__(self) -> tuple:
        return getattr, (self._arguments["integrand"], "measure")
