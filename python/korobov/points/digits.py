"""What point sets made of digits in any base have in common: they show the digits."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from .._arguments import empty
from ._base import PointSet

__all__ = ["DigitPoints"]

DIGIT_RANDOMIZATIONS = (
    '``"lms_shift"``, a linear matrix scramble mod b, then a digital shift; ``"lms_permutation"``, the '
    'scramble, then a uniform permutation per digit place; ``"permutation"``, the permutations alone; '
    '``"lms"``, the scramble alone, which keeps the origin; ``"shift"``, a digital shift; ``"nus"``, '
    'nested uniform scrambling (Owen 1995)')


class DigitPoints(PointSet):
    """Point sets made of digits in any base: ``Halton``, ``Faure``, ``Niederreiter``, ``Hammersley``, own nets.

    Coordinate j has the base b = ``bases[j]`` and keeps D = floor(64 / log2 b) digits. Its word, floor(2^64 N / b^D) with N
    the digits read as a number, is cut: 1/3 has no end in base 2. ``digits`` gives them exactly.

    Examples
    --------
    >>> from korobov import Halton
    >>> p = Halton(3)
    >>> p.bases
    array([2, 3, 5], dtype=uint32)
    >>> p.digits(7, 8)[0, :, :4]  # 7 in bases 2, 3, 5, the lowest digit first
    array([[1, 1, 1, 0],
           [1, 2, 0, 0],
           [2, 1, 0, 0]], dtype=uint32)
    """

    __slots__ = ()

    _known: ClassVar[tuple[str, ...]] = ("lms_shift", "lms_permutation", "permutation", "lms", "shift", "nus")

    @property
    def bases(self) -> NDArray[np.uint32]:
        """(d,) the base of each coordinate."""
        return self._handle.bases

    def digits(self, n: int | None = None, last: int | None = None, *, first: int | None = None) -> NDArray[np.uint32]:
        """The digits after the point of points 0 .. n - 1, or first .. last - 1; ranges as ``points``.

        Returns
        -------
        (n, d, places) array, or (R, n, d, places) for a set with ``replications=R``: digit r has the weight b^-(r+1).
        places is the D of the smallest base; digits past a coordinate's own D are 0.

        Raises
        ------
        ValueError, TypeError, MemoryError
            As ``points``.
        """
        begin, end = self._range(n, last, first)
        count = 1 if self._replications is None else self._replications
        array = empty((count, end - begin, self.d, self._handle.places), np.dtype(np.uint32), "digits")
        self._handle.fill_digits(self.integers(begin, end), array)
        return array[0] if self._replications is None else array
