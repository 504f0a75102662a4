"""Digital nets in base 2 (Niederreiter 1987; Dick and Pillichshammer 2010) and Sobol' sequences (Joe and Kuo 2008).

The linear matrix scramble is Matousek's (1998).
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _core
from .._arguments import choice, integer
from ._base import SHARED_PARAMETERS, PointSet

__all__ = ["DigitalNet", "Sobol"]


_NET_RANDOMIZATIONS = ('``"lms_shift"``, a linear matrix scramble, then a digital shift; ``"lms"``, the scramble '
                       'alone, which keeps the origin; ``"shift"``, a digital shift; ``"nus"``, nested uniform '
                       'scrambling (Owen 1995)')

_ALPHA = """\
    alpha : int
        Interlacing order, 1 to 5 (Dick 2008): digit tau (0 = first) of coordinate j is digit floor(tau / alpha) of
        component j alpha + (tau mod alpha). Means of smooth functions then converge like n^-(alpha + 1/2) under
        ``"lms_shift"``, which scrambles the components before interlacing and shifts after it, and under ``"nus"``,
        which scrambles the components.\
"""


class DigitalNet(PointSet):
    __slots__ = ()
    __doc__ = f"""Digital net in base 2 with own matrices: x_ij is the xor of columns k of C_j over the set bits k of i.

    Parameters
    ----------
    matrices : (d, m) or (R, d, m) uint64
        Columns as words, 1 <= m <= 64. (R, d, m) are R replicates with matrices of their own. With ``alpha`` > 1,
        (d * alpha, m) or (R, d * alpha, m).
{SHARED_PARAMETERS.format(first='"lms_shift"', names=_NET_RANDOMIZATIONS)}
        With (R, d, m) matrices it is R, given or not.
    order : "natural" or "gray"
        Gray: i replaced by i ^ (i >> 1).
    msb_first : bool
        True: bit 63 of a column is the first digit, of weight 1/2. False: bit 0 is, bit 1 the second, ...
{_ALPHA}

    ``symmetry`` is ``"dyadic"``, under ``"nus"`` ``"dyadic_tree"``; ``n_max`` is min(2^m, 2^floor(64/alpha), 2^63).

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.

    Examples
    --------
    >>> DigitalNet(np.array([[1, 2], [2, 1]], dtype=np.uint64), msb_first=False).points(4)
    array([[0.  , 0.  ],
           [0.5 , 0.25],
           [0.25, 0.5 ],
           [0.75, 0.75]])
    """

    _known: ClassVar[tuple[str, ...]] = ("lms_shift", "lms", "shift", "nus")

    def __init__(self, matrices: ArrayLike, *, randomize: str | None = "auto", seed: Any = None,
                 replications: int | None = None, order: Literal["natural", "gray"] = "natural",
                 msb_first: bool = True, alpha: int = 1) -> None:
        choice(order, "order", ("natural", "gray"))
        if not isinstance(msb_first, (bool, np.bool_)):
            raise TypeError(f"msb_first: must be True or False; got {msb_first!r}")
        alpha = integer(alpha, "alpha", 1, 5)
        words = _words_of(matrices)
        handle = _core.DigitalNet(words.reshape(-1, *words.shape[-2:]), order, bool(msb_first), alpha)
        if words.ndim == 2:
            kept = handle.matrices
        else:
            kept = np.stack([handle.replicate(r).matrices for r in range(words.shape[0])])
        kept.setflags(write=False)
        self._begin(handle, {"matrices": kept, "order": order, "alpha": alpha}, order)
        self._randomize_by_arguments(randomize, seed, replications)

    @property
    def matrices(self) -> NDArray[np.uint64]:
        """The columns as given, before randomization and interlacing, most significant bit first.

        (d * alpha, m) or (R, d * alpha, m) words.
        """
        kept = self._arguments["matrices"]
        return kept[self._replicate] if kept.ndim == 3 and self._replications is None else kept

    @property
    def alpha(self) -> int:
        """Interlacing order; 1 for a plain net."""
        return self._arguments["alpha"]

    def _set_plain_replications(self, replications: int | None) -> None:
        if self._arguments["matrices"].ndim == 3:
            self._replications = self._own_replications(replications)
        else:
            super()._set_plain_replications(replications)

    def _set_randomization(self, how: str, seed: int | None, replications: int | None) -> None:
        if self._arguments["matrices"].ndim == 3:
            replications = self._own_replications(replications)
        super()._set_randomization(how, seed, replications)

    def _is_one_of_many(self) -> bool:
        return self._replicate > 0 or (self._arguments["matrices"].ndim == 3 and self._replications is None)

    def _own_replications(self, replications: int | None) -> int:
        own = self._arguments["matrices"].shape[0]
        return own if replications is None else integer(replications, "replications", own, own)

    def _shown_arguments(self) -> list[str]:
        return [f"<matrices of shape {self._arguments['matrices'].shape}>", *_shown_options(self)]


class Sobol(PointSet):
    __slots__ = ()
    __doc__ = f"""Sobol' sequence with the direction numbers D6 of Joe and Kuo (2008), 64 digits.

    Parameters
    ----------
    d : int
        Dimension, 1 <= d, d * alpha <= 21201.
{SHARED_PARAMETERS.format(first='"lms_shift"', names=_NET_RANDOMIZATIONS)}
    order : "natural" or "gray"
        Natural: x_i is the xor of columns k over the set bits k of i. Gray: i replaced by i ^ (i >> 1).
{_ALPHA}

    ``symmetry`` is ``"dyadic"``, under ``"nus"`` ``"dyadic_tree"``; ``n_max`` is 2^63, or 2^floor(64/alpha) for alpha > 1. Point 0 of the plain sequence is the origin and is not dropped.

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.

    Examples
    --------
    >>> Sobol(2).points(4)
    array([[0.  , 0.  ],
           [0.5 , 0.5 ],
           [0.25, 0.75],
           [0.75, 0.25]])
    >>> Sobol(3, seed=7, replications=16).points(1024).shape
    (16, 1024, 3)
    """

    _known: ClassVar[tuple[str, ...]] = ("lms_shift", "lms", "shift", "nus")

    def __init__(self, d: int, *, randomize: str | None = "auto", seed: Any = None, replications: int | None = None,
                 order: Literal["natural", "gray"] = "natural", alpha: int = 1) -> None:
        d = integer(d, "d", 1, 2**63 - 1)
        choice(order, "order", ("natural", "gray"))
        alpha = integer(alpha, "alpha", 1, 5)
        self._begin(_core.sobol(d, order, alpha), {"d": d, "order": order, "alpha": alpha}, order)
        self._randomize_by_arguments(randomize, seed, replications)

    @property
    def alpha(self) -> int:
        """Interlacing order; 1 for the plain sequence."""
        return self._arguments["alpha"]

    def _shown_arguments(self) -> list[str]:
        return [str(self.d), *_shown_options(self)]


def _shown_options(net: DigitalNet | Sobol) -> list[str]:
    order = [f"order={net.order!r}"] if net.order != "natural" else []
    return order + ([f"alpha={net.alpha}"] if net.alpha != 1 else [])


def _words_of(matrices: ArrayLike) -> NDArray[np.uint64]:
    """Generating matrices as a C-contiguous (d, m) or (R, d, m) array of words."""
    try:
        array = np.asarray(matrices)
    except ValueError:
        raise ValueError("matrices: must be (d, m) or (R, d, m); got rows of different lengths") from None
    if array.dtype.kind not in "iu":
        raise TypeError(f"matrices: must be unsigned integers; got dtype {array.dtype}")
    if array.ndim not in (2, 3) or array.size == 0:
        raise ValueError(f"matrices: must be (d, m) or (R, d, m), none empty; got shape {array.shape}")
    if array.dtype.kind == "i" and array.min() < 0:
        raise ValueError(f"matrices: must not be negative; got {array.min()}")
    return np.ascontiguousarray(array, dtype=np.uint64)
