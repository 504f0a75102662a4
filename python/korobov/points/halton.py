"""Halton sequences (Halton 1960) and their randomizations in the bases of the first primes."""

from __future__ import annotations

from typing import Any

from .. import _core
from .._arguments import integer
from ._base import SHARED_PARAMETERS
from .digits import DIGIT_RANDOMIZATIONS, DigitPoints

__all__ = ["Halton"]

class Halton(DigitPoints):
    __slots__ = ()
    __doc__ = f"""Halton sequence: coordinate j of point i is the radical inverse of i in the base of the j-th prime.

    Parameters
    ----------
    d : int
        Dimension, 1 <= d <= 100000.
{SHARED_PARAMETERS.format(first='"lms_shift"', names=DIGIT_RANDOMIZATIONS)}

    A coordinate in base b keeps D = floor(64 / log2 b) digits; index digits beyond them are dropped.
    ``symmetry`` is None; ``n_max`` is 2^63. Point 0 of the plain sequence is the origin and is not dropped.

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.

    Examples
    --------
    >>> (Halton(2).points(4) * [8, 9]).round(6)
    array([[0., 0.],
           [4., 3.],
           [2., 6.],
           [6., 1.]])
    >>> Halton(3, seed=7, replications=16).points(1000).shape
    (16, 1000, 3)
    """

    def __init__(self, d: int, *, randomize: str | None = "auto", seed: Any = None,
                 replications: int | None = None) -> None:
        d = integer(d, "d", 1, 2**63 - 1)
        self._begin(_core.Halton(d), {"d": d}, "natural")
        self._randomize_by_arguments(randomize, seed, replications)
