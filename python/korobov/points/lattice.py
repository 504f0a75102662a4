"""Rank-1 lattices (Sloan and Joe 1994)."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _core
from .._arguments import choice, integer
from ._base import SHARED_PARAMETERS, PointSet

__all__ = ["Lattice"]


class Lattice(PointSet):
    __slots__ = ()
    __doc__ = f"""Rank-1 lattice {{z v(i) + shift}}, v(i) the base-2 radical inverse of i.

    Parameters
    ----------
    d : int
        Dimension; at most 3600 with the default generating vector.
{SHARED_PARAMETERS.format(first='"shift"', names='``"shift"``, uniform mod 1')}
    order : str
        ``"radical_inverse"``: extensible, the first 2^m points are the lattice of 2^m points; ``"gray"``: i replaced by
        i ^ (i >> 1), no fast transform; ``"linear"``: {{z i / n}}, needs n.
    generating_vector : (>= d,) integers, optional
        Own components, of which the first d are used; odd unless the order is linear. Default: a vector made for
        n = 2^10 .. 2^20.
    n : int, optional
        The number of points: any in linear order, else a power of two.

    ``symmetry`` is ``"cyclic"``. ``n_max`` is 2^63 for own vectors, 2^20 for the default one, or n.

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.

    Examples
    --------
    >>> Lattice(2, generating_vector=[1, 3]).points(4)
    array([[0.  , 0.  ],
           [0.5 , 0.5 ],
           [0.25, 0.75],
           [0.75, 0.25]])
    """

    _known: ClassVar[tuple[str, ...]] = ("shift",)

    def __init__(self, d: int, *, randomize: str | None = "auto", seed: Any = None, replications: int | None = None,
                 order: Literal["radical_inverse", "gray", "linear"] = "radical_inverse",
                 generating_vector: ArrayLike | None = None, n: int | None = None) -> None:
        d = integer(d, "d", 1, 2**63 - 1)
        choice(order, "order", ("radical_inverse", "gray", "linear"))
        arguments: dict[str, Any] = {"d": d, "order": order}
        vector: list[int] = []
        if generating_vector is not None:
            vector = integers_of(generating_vector, "generating_vector")
            if len(vector) < d:
                raise ValueError(f"generating_vector: must have at least d = {d} components; got {len(vector)}")
            vector = vector[:d]
            arguments["generating_vector"] = vector
        if n is not None:
            n = integer(n, "n", 1, 2**63 - 1)
            arguments["n"] = n
        self._begin(_core.Lattice(d, order, vector, n), arguments, order)
        self._randomize_by_arguments(randomize, seed, replications)

    @property
    def generating_vector(self) -> NDArray[np.uint64]:
        """(d,) components."""
        return self._handle.generating_vector

    @property
    def n(self) -> int | None:
        """The number of points the set was limited to; None where it was not."""
        return self._arguments.get("n")

    @property
    def n_max(self) -> int:
        """Indices are below this."""
        return super().n_max if self.n is None else self.n

    def _shown_arguments(self) -> list[str]:
        shown = [str(self.d)]
        if self._order != "radical_inverse":
            shown.append(f"order={self._order!r}")
        vector = self._arguments.get("generating_vector")
        if vector is not None:
            text = ", ".join(str(z) for z in vector[:8]) + (", ..." if len(vector) > 8 else "")
            shown.append(f"generating_vector=[{text}]")
        return shown + ([f"n={self.n}"] if self.n is not None else [])

    def _key(self) -> tuple:
        vector = self._arguments.get("generating_vector")
        return (self.d, self._order, None if vector is None else tuple(vector), self.n, self._randomize, self._seed,
                self._replications, self._replicate)


def integers_of(values: ArrayLike, name: str) -> list[int]:
    """A one-axis sequence of integers in [1, 2^64)."""
    array = np.asarray(values)
    if array.ndim != 1:
        raise ValueError(f"{name}: must have one axis; got shape {array.shape}")
    return [integer(value, name, 1, 2**64 - 1) for value in (values if isinstance(values, (list, tuple)) else array)]
