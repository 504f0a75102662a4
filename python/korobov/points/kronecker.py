"""Kronecker sequences (Weyl 1916; Niederreiter 1992, section 3.1)."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _core
from .._arguments import choice, integer
from ._base import SHARED_PARAMETERS, PointSet

__all__ = ["Kronecker"]

MOST_DIMENSIONS = 2**20  # of the two rules


class Kronecker(PointSet):
    __slots__ = ()
    __doc__ = f"""Kronecker sequence {{i a + shift}}, i = 0, 1, ...

    Parameters
    ----------
    d : int
        Dimension; at most 2^20 for the two rules.
    vector : str or (>= d,) array
        ``"richtmyer"``: a_j = {{sqrt(p_j)}}, p_j the j-th prime (Richtmyer 1951). ``"r_sequence"``: a_j = phi^-(j + 1),
        j = 0 .. d - 1, phi > 1 the root of phi^(d + 1) = phi + 1 (Roberts 2018); phi depends on d, so coordinate j does
        too. An array: own numbers in [0, 1), or uint64 words, the fractions w 2^-64; the first d are used.
{SHARED_PARAMETERS.format(first='"shift"', names='``"shift"``, uniform mod 1')}

    All a_j are words floor(2^64 a_j), those of the rules correct to the last bit; multiples are exact mod 2^64.
    ``symmetry`` is None; ``n_max`` is 2^63.

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.

    Examples
    --------
    >>> Kronecker(2, vector=[0.5, 0.25]).points(4)
    array([[0.  , 0.  ],
           [0.5 , 0.25],
           [0.  , 0.5 ],
           [0.5 , 0.75]])
    """

    _known: ClassVar[tuple[str, ...]] = ("shift",)

    def __init__(self, d: int, *, vector: str | ArrayLike = "richtmyer", randomize: str | None = "auto",
                 seed: Any = None, replications: int | None = None) -> None:
        d = integer(d, "d", 1, 2**63 - 1)
        if isinstance(vector, str):
            choice(vector, "vector", ("richtmyer", "r_sequence"))
            integer(d, "d", 1, MOST_DIMENSIONS)
            self._begin(_core.Kronecker(d, vector), {"d": d, "vector": vector}, "natural")
        else:
            words = _words_of(vector, d)
            words.setflags(write=False)
            self._begin(_core.Kronecker(d, words.tolist()), {"d": d, "vector": words}, "natural")
        self._randomize_by_arguments(randomize, seed, replications)

    @property
    def vector(self) -> NDArray[np.uint64]:
        """(d,) words, the fractions w 2^-64."""
        return self._handle.vector

    def _shown_arguments(self) -> list[str]:
        vector = self._arguments["vector"]
        if isinstance(vector, str):
            return [str(self.d)] + ([f"vector={vector!r}"] if vector != "richtmyer" else [])
        text = ", ".join(str(w) for w in vector[:8].tolist()) + (", ..." if len(vector) > 8 else "")
        return [str(self.d), f"vector=np.array([{text}], dtype=np.uint64)"]


def _words_of(vector: ArrayLike, d: int) -> NDArray[np.uint64]:
    """The first d components, numbers in [0, 1) or words, as words."""
    array = np.asarray(vector)
    if array.ndim != 1:
        raise ValueError(f"vector: must have one axis; got shape {array.shape}")
    if len(array) < d:
        raise ValueError(f"vector: must have at least d = {d} components; got {len(array)}")
    array = array[:d]
    if array.dtype == np.uint64:
        return array.copy()
    if array.dtype.kind != "f":
        raise TypeError(f"vector: must hold floats in [0, 1) or uint64 words; got dtype {array.dtype}")
    bad = array[~((array >= 0) & (array < 1))]
    if bad.size:
        raise ValueError(f"vector: must have components in [0, 1); got {bad[0]}")
    return (array.astype(np.float64) * 2.0**64).astype(np.uint64)
