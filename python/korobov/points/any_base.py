"""Digital nets and sequences in any base: Faure (1982), Niederreiter (1988), Hammersley (1960), own matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _core
from .._arguments import integer
from ._base import SHARED_PARAMETERS
from .digits import DIGIT_RANDOMIZATIONS, DigitPoints

__all__ = ["DigitalNetAnyBase", "Faure", "Hammersley", "Niederreiter"]

_LARGEST_BASE = 2**21
_SHARED = SHARED_PARAMETERS.format(first='"lms_shift"', names=DIGIT_RANDOMIZATIONS)
_ALPHA = """\
    alpha : int
        Interlacing order, 1 to 5 (Dick 2008): digit tau (0 = first) of coordinate j is digit floor(tau / alpha) of
        component j alpha + (tau mod alpha). LMS and NUS scramble the components, shifts and permutations come after.\
"""


class _Net(DigitPoints):
    __slots__ = ()

    @property
    def base(self) -> int:
        """The base b of all coordinates."""
        return self._handle.base

    @property
    def alpha(self) -> int:
        """Interlacing order; 1 for a plain net."""
        return self._arguments["alpha"]

    @property
    def matrices(self) -> NDArray[np.uint32]:
        """(d * alpha, rows, columns) C_j[r, c] before interlacing, of a scrambled net the scrambled ones (replicate 0)."""
        return self._handle.matrices

    def _shown_arguments(self) -> list[str]:
        alpha = [f"alpha={self.alpha}"] if self.alpha != 1 else []
        return [str(self.d), f"base={self.base}", *alpha]


class DigitalNetAnyBase(_Net):
    __slots__ = ()
    __doc__ = f"""Digital net with own matrices over the integers mod b: digits y_r = sum_k C_j[r, k] i_k mod b.

    i_0, i_1, ... are the digits of the index in base b, least significant first; y_0 is the first digit after the point.

    Parameters
    ----------
    matrices : (d, rows, columns) integers in [0, b)
        Element (j, r, k) is C_j[r, k]; rows and columns from 1 to D = floor(64 / log2 b). With ``alpha`` > 1,
        (d * alpha, rows, columns).
    base : int
        b, 2 to 2^21, prime or composite (the ring of integers mod b). In base 2 ``DigitalNet`` keeps the symmetry too.
{_SHARED}
{_ALPHA}

    ``symmetry`` is None; ``n_max`` is min(b^columns, b^floor(D/alpha), 2^63).

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.

    Examples
    --------
    >>> (DigitalNetAnyBase([[[1, 0], [0, 1]], [[0, 1], [1, 0]]], base=3).points(9) * 9).round(6)[:4]
    array([[0., 0.],
           [3., 1.],
           [6., 2.],
           [1., 3.]])
    """

    def __init__(self, matrices: ArrayLike, *, base: int, randomize: str | None = "auto", seed: Any = None,
                 replications: int | None = None, alpha: int = 1) -> None:
        base = integer(base, "base", 2, _LARGEST_BASE)
        alpha = integer(alpha, "alpha", 1, 5)
        kept = _digit_matrices(matrices, base)
        self._begin(_core.DigitalNetAnyBase(base, kept, alpha), {"matrices": kept, "base": base, "alpha": alpha}, "natural")
        self._randomize_by_arguments(randomize, seed, replications)

    def _shown_arguments(self) -> list[str]:
        alpha = [f"alpha={self.alpha}"] if self.alpha != 1 else []
        return [f"<matrices of shape {self._arguments['matrices'].shape}>", f"base={self.base}", *alpha]


class Faure(_Net):
    __slots__ = ()
    __doc__ = f"""Faure sequence: powers of Pascal's matrix, C_k[r, c] = binom(c, r) k^(c-r) mod p, in a prime base p >= d.

    A (0, d)-sequence: of p^m consecutive points from a multiple of p^m on, every box of sides p^-k_j, sum k_j = m, has one.

    Parameters
    ----------
    d : int
        Dimension, 1 <= d, d * alpha <= 100000.
{_SHARED}
    base : int, optional
        A prime from d * alpha to 2^21. None: the smallest, so that coordinates depend on d; they do not with a base.
{_ALPHA}

    ``symmetry`` is None; ``n_max`` is min(p^floor(D/alpha), 2^63) with D = floor(64 / log2 p) digits. Point 0 of the plain
    sequence is the origin and is not dropped.

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.

    Examples
    --------
    >>> (Faure(3).points(6) * 9).round(6)
    array([[0., 0., 0.],
           [3., 3., 3.],
           [6., 6., 6.],
           [1., 4., 7.],
           [4., 7., 1.],
           [7., 1., 4.]])
    >>> Faure(3, seed=7, replications=16).points(81).shape
    (16, 81, 3)
    """

    def __init__(self, d: int, *, randomize: str | None = "auto", seed: Any = None, replications: int | None = None,
                 base: int | None = None, alpha: int = 1) -> None:
        d = integer(d, "d", 1, 2**63 - 1)
        alpha = integer(alpha, "alpha", 1, 5)
        if base is not None:
            base = integer(base, "base", 2, _LARGEST_BASE)
        handle = _core.faure(d, base, alpha)
        self._begin(handle, {"d": d, "base": base, "alpha": alpha}, "natural")
        self._randomize_by_arguments(randomize, seed, replications)


class Niederreiter(_Net):
    __slots__ = ()
    __doc__ = f"""Niederreiter sequence in a prime base: C_j from the powers of the j-th irreducible polynomial over F_b.

    A (t, d)-sequence with t = sum (e_j - 1), e_j the degrees of the polynomials x, x + 1, ...: a smaller base than Faure's
    for the same d, and t = 0 where d <= b. Niederreiter 1988; Bratley, Fox, Niederreiter 1992.

    Parameters
    ----------
    d : int
        Dimension, 1 <= d, d * alpha <= 1000.
{_SHARED}
    base : int
        A prime, at most 2^21.
{_ALPHA}

    ``symmetry`` is None; ``n_max`` is min(b^floor(D/alpha), 2^63) with D = floor(64 / log2 b) digits. Point 0 of the plain
    sequence is the origin and is not dropped.

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.

    Examples
    --------
    >>> (Niederreiter(4, base=3).points(4) * 9).round(6)
    array([[0., 0., 0., 0.],
           [3., 3., 3., 1.],
           [6., 6., 6., 2.],
           [1., 7., 4., 3.]])
    """

    def __init__(self, d: int, *, randomize: str | None = "auto", seed: Any = None, replications: int | None = None,
                 base: int = 2, alpha: int = 1) -> None:
        d = integer(d, "d", 1, 2**63 - 1)
        base = integer(base, "base", 2, _LARGEST_BASE)
        alpha = integer(alpha, "alpha", 1, 5)
        self._begin(_core.niederreiter(d, base, alpha), {"d": d, "base": base, "alpha": alpha}, "natural")
        self._randomize_by_arguments(randomize, seed, replications)


class Hammersley(DigitPoints):
    __slots__ = ()
    __doc__ = f"""Hammersley point set: coordinate 0 of point i is i / n, the others are radical inverses in the first primes.

    Parameters
    ----------
    d : int
        Dimension, 1 <= d <= 100000.
    n : int
        Number of points: a power b^m, m >= 1, of a base b <= 2^21, so any n up to 2^21; coordinate 0 has the m digits of
        i in the smallest such b, most significant first, and is scrambled in that base.
{_SHARED}

    ``symmetry`` is None; ``n_max`` is n. For n = 2^m and d = 2 it is a (0, m, 2)-net in base 2.

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.

    Examples
    --------
    >>> Hammersley(2, 4).points(4)
    array([[0.  , 0.  ],
           [0.25, 0.5 ],
           [0.5 , 0.25],
           [0.75, 0.75]])
    """

    def __init__(self, d: int, n: int, *, randomize: str | None = "auto", seed: Any = None,
                 replications: int | None = None) -> None:
        d = integer(d, "d", 1, 2**63 - 1)
        n = integer(n, "n", 2, 2**63 - 2)
        self._begin(_core.Hammersley(d, n), {"d": d, "n": n}, "natural")
        self._randomize_by_arguments(randomize, seed, replications)

    @property
    def n(self) -> int:
        """The number of points."""
        return self._arguments["n"]

    def _shown_arguments(self) -> list[str]:
        return [str(self.d), str(self.n)]


def _digit_matrices(matrices: ArrayLike, base: int) -> NDArray[np.uint32]:
    """Matrices as a read-only C-contiguous (d * alpha, rows, columns) array of digits below the base."""
    try:
        array = np.asarray(matrices)
    except ValueError:
        raise ValueError("matrices: must be (d, rows, columns); got rows of different lengths") from None
    if array.dtype.kind not in "iu":
        raise TypeError(f"matrices: must be integers; got dtype {array.dtype}")
    if array.ndim != 3 or array.size == 0:
        raise ValueError(f"matrices: must be (d, rows, columns), none empty; got shape {array.shape}")
    for extreme in (array.min(), array.max()):
        if not 0 <= extreme < base:
            raise ValueError(f"matrices: must be in [0, {base}), the digits of the base; got {extreme}")
    kept = np.array(array, dtype=np.uint32, order="C")
    kept.setflags(write=False)
    return kept
