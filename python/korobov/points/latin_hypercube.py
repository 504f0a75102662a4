"""Latin hypercube samples (McKay, Beckman, Conover 1979)."""

from __future__ import annotations

from typing import Any, NoReturn

from .. import _core
from .._arguments import fresh_seed, integer, seed_word
from ._base import MAX_REPLICATIONS, PointSet

__all__ = ["LatinHypercube"]


class LatinHypercube(PointSet):
    """Latin hypercube sample of n points: each of the n slices of every axis holds one. Always random.

    x_ij = (pi_j(i) + u_ij) / n, pi_j a random permutation of 0 .. n - 1 per dimension, u_ij uniform; exact to 64 bits.

    Parameters
    ----------
    d : int
        Dimension.
    n : int
        The number of points, 1 <= n <= 2^62. Any range of them costs the same; nothing of size n is stored.
    seed : int, Generator, SeedSequence, or anything numpy.random.default_rng takes
        Without one, fresh entropy, which ``p.seed`` and ``repr(p)`` show.
    replications : int, optional
        R independent samples: ``points(n)`` then has shape (R, n, d).

    ``symmetry`` is None; ``n_max`` is n.

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.

    Examples
    --------
    >>> p = LatinHypercube(2, 5, seed=7)
    >>> np.sort((5 * p.points(5)).astype(int), axis=0).T
    array([[0, 1, 2, 3, 4],
           [0, 1, 2, 3, 4]])
    """

    __slots__ = ()

    def __init__(self, d: int, n: int, *, seed: Any = None, replications: int | None = None) -> None:
        d = integer(d, "d", 1, 2**32)
        n = integer(n, "n", 1, 2**62)
        word = seed_word(seed)
        if replications is not None:
            replications = integer(replications, "replications", 1, MAX_REPLICATIONS)
        word = fresh_seed() if word is None else word
        self._begin(_core.LatinHypercube(d, n, word), {"d": d, "n": n}, "natural")
        self._randomize = "independent"
        self._seed = word
        self._replications = replications

    @property
    def n(self) -> int:
        """The number of points."""
        return self._arguments["n"]

    def randomized(self, how: str, *, seed: Any = None, replications: int | None = None) -> NoReturn:
        """A Latin hypercube sample has no randomization: always a ValueError."""
        raise ValueError(f"randomize: must not be asked of LatinHypercube, which is random itself; got {how!r}")

    def __repr__(self) -> str:
        text = f"LatinHypercube({self.d}, {self.n}, seed={self._seed}"
        text += ")" if self._replications is None else f", replications={self._replications})"
        return text + (f".replicate({self._replicate})" if self._replicate else "")

    def _constructor_arguments(self) -> dict[str, Any]:
        return {**self._arguments, "seed": self._seed, "replications": self._replications}
